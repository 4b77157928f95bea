/* SPDX-License-Identifier: Apache-2.0 */
#include "background.h"

#include "heap.h"

#include <pthread.h>
#include <signal.h>

#define THREADS_MAX 8

struct background {
	pthread_mutex_t lock;
	pthread_cond_t more; /* a job waits, or it is time to stop */
	background_work *work;
	void *ctx;
	bool stopped;
	/* The jobs that wait are those from `first` on; the place after the last of the
	 * array is its beginning. */
	struct background_job *jobs;
	size_t n_jobs, first, n_waiting;
	pthread_t threads[THREADS_MAX];
	unsigned int n_threads;
};

/* With the lock held, or when the threads have ended.  False: no job waits. */
static bool
take(struct background *background, struct background_job *ret)
{
	if (background->n_waiting == 0)
		return false;
	*ret = background->jobs[background->first];
	background->first = (background->first + 1) % background->n_jobs;
	background->n_waiting--;
	return true;
}

static void *
thread_main(void *arg)
{
	struct background *background = arg;
	struct background_job job;

	pthread_mutex_lock(&background->lock);
	while (!background->stopped) {
		if (!take(background, &job)) {
			pthread_cond_wait(&background->more, &background->lock);
			continue;
		}
		pthread_mutex_unlock(&background->lock);
		background->work(background->ctx, &job, false);
		pthread_mutex_lock(&background->lock);
	}
	pthread_mutex_unlock(&background->lock);
	return NULL;
}

struct background *
background_new(unsigned int n_threads, size_t n_jobs, background_work *work, void *ctx)
{
	struct background *background = heap_new(1, sizeof *background);
	sigset_t all, before;

	if (background == NULL)
		return NULL;
	background->jobs = heap_new(n_jobs, sizeof background->jobs[0]);
	background->n_jobs = n_jobs;
	background->work = work;
	background->ctx = ctx;
	pthread_mutex_init(&background->lock, NULL);
	pthread_cond_init(&background->more, NULL);
	sigfillset(&all); /* signals are for other threads */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (background->jobs != NULL && background->n_threads < n_threads &&
	       background->n_threads < THREADS_MAX &&
	       pthread_create(&background->threads[background->n_threads], NULL,
			      thread_main, background) == 0)
		background->n_threads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (background->n_threads == 0) {
		background_free(background);
		return NULL;
	}
	return background;
}

bool
background_add(struct background *background, const struct background_job *job)
{
	bool room;

	pthread_mutex_lock(&background->lock);
	room = !background->stopped && background->n_waiting < background->n_jobs;
	if (room) {
		background->jobs[(background->first + background->n_waiting) %
				 background->n_jobs] = *job;
		background->n_waiting++;
		pthread_cond_signal(&background->more);
	}
	pthread_mutex_unlock(&background->lock);
	return room;
}

void
background_stop(struct background *background)
{
	struct background_job job;

	if (background == NULL)
		return;
	pthread_mutex_lock(&background->lock);
	background->stopped = true;
	pthread_cond_broadcast(&background->more);
	pthread_mutex_unlock(&background->lock);
	for (; background->n_threads > 0; background->n_threads--)
		pthread_join(background->threads[background->n_threads - 1], NULL);
	while (take(background, &job))
		background->work(background->ctx, &job, true);
}

void
background_free(struct background *background)
{
	if (background == NULL)
		return;
	background_stop(background);
	pthread_mutex_destroy(&background->lock);
	pthread_cond_destroy(&background->more);
	heap_free(background->jobs);
	heap_free(background);
}
