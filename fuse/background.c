/* SPDX-License-Identifier: Apache-2.0 */
#include "background.h"

#include <pthread.h>
#include <signal.h>

#define THREADS_MAX 8

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t more;
	crew_do *work;
	void *ctx;
	bool stop;
	struct crew_job *jobs; /* a ring */
	size_t n_jobs, first, n_waiting;
	pthread_t threads[THREADS_MAX];
	unsigned int n_threads;
};

static bool
take(struct crew *crew, struct crew_job *ret)
{
	if (crew->n_waiting == 0)
		return false;
	*ret = crew->jobs[crew->first];
	crew->first = (crew->first + 1) % crew->n_jobs;
	crew->n_waiting--;
	return true;
}

static void *
run(void *arg)
{
	struct crew *crew = arg;
	struct crew_job job;

	pthread_mutex_lock(&crew->lock);
	while (!crew->stop) {
		if (!take(crew, &job)) {
			pthread_cond_wait(&crew->more, &crew->lock);
			continue;
		}
		pthread_mutex_unlock(&crew->lock);
		crew->work(crew->ctx, &job, false);
		pthread_mutex_lock(&crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

struct crew *
crew_new(unsigned int n_threads, size_t n_jobs, crew_do *work, void *ctx)
{
	struct crew *crew = heap_new(1, sizeof *crew);
	sigset_t all, before;

	if (crew == NULL)
		return NULL;
	crew->jobs = heap_new(n_jobs, sizeof crew->jobs[0]);
	crew->n_jobs = n_jobs;
	crew->work = work;
	crew->ctx = ctx;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->more, NULL);
	sigfillset(&all); /* signals are for the control thread */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (crew->jobs != NULL && crew->n_threads < n_threads &&
	       crew->n_threads < THREADS_MAX &&
	       pthread_create(&crew->threads[crew->n_threads], NULL, run, crew) == 0)
		crew->n_threads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (crew->n_threads == 0) {
		crew_free(crew);
		return NULL;
	}
	return crew;
}

bool
crew_add(struct crew *crew, const struct crew_job *job)
{
	bool room;

	pthread_mutex_lock(&crew->lock);
	room = !crew->stop && crew->n_waiting < crew->n_jobs;
	if (room) {
		crew->jobs[(crew->first + crew->n_waiting) % crew->n_jobs] = *job;
		crew->n_waiting++;
		pthread_cond_signal(&crew->more);
	}
	pthread_mutex_unlock(&crew->lock);
	return room;
}

void
crew_free(struct crew *crew)
{
	struct crew_job job;

	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->stop = true;
	pthread_cond_broadcast(&crew->more);
	pthread_mutex_unlock(&crew->lock);
	for (unsigned int i = 0; i < crew->n_threads; i++)
		pthread_join(crew->threads[i], NULL);
	while (take(crew, &job))
		crew->work(crew->ctx, &job, true);
	pthread_mutex_destroy(&crew->lock);
	pthread_cond_destroy(&crew->more);
	heap_free(crew->jobs);
	heap_free(crew);
}
