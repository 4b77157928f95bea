/* SPDX-License-Identifier: Apache-2.0 */
#include "base/queue.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t may_take, may_put;
	size_t cap, first, n;
	bool closed;
	void *items[];
};

struct queue *
queue_new(size_t cap, struct amana_error *err)
{
	struct queue *queue = mem_new(sizeof *queue + cap * sizeof queue->items[0], err);

	if (queue == NULL)
		return NULL;
	queue->cap = cap;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->may_take, NULL);
	pthread_cond_init(&queue->may_put, NULL);
	return queue;
}

void
queue_free(struct queue *queue)
{
	if (queue == NULL)
		return;
	pthread_cond_destroy(&queue->may_put);
	pthread_cond_destroy(&queue->may_take);
	pthread_mutex_destroy(&queue->lock);
	mem_free(queue);
}

static bool
put_locked(struct queue *queue, void *item)
{
	if (queue->closed || queue->n == queue->cap)
		return false;
	queue->items[(queue->first + queue->n++) % queue->cap] = item;
	pthread_cond_signal(&queue->may_take);
	return true;
}

bool
queue_put(struct queue *queue, void *item)
{
	bool taken;

	pthread_mutex_lock(&queue->lock);
	while (queue->n == queue->cap && !queue->closed)
		pthread_cond_wait(&queue->may_put, &queue->lock);
	taken = put_locked(queue, item);
	pthread_mutex_unlock(&queue->lock);
	return taken;
}

static struct timespec
time_in_ms(unsigned int ms)
{
	int64_t at = clock_ms() + ms;

	return (struct timespec){.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000};
}

bool
queue_put_ms(struct queue *queue, void *item, unsigned int wait_ms)
{
	const struct timespec until = time_in_ms(wait_ms);
	bool taken;
	int r = 0;

	pthread_mutex_lock(&queue->lock);
	while (queue->n == queue->cap && !queue->closed && r == 0)
		r = pthread_cond_clockwait(&queue->may_put, &queue->lock, CLOCK_MONOTONIC,
					   &until);
	taken = put_locked(queue, item);
	pthread_mutex_unlock(&queue->lock);
	return taken;
}

static void *
take_locked(struct queue *queue)
{
	void *item;

	if (queue->n == 0)
		return NULL;
	item = queue->items[queue->first];
	queue->first = (queue->first + 1) % queue->cap;
	queue->n--;
	if (queue->n <= queue->cap / 2)
		pthread_cond_broadcast(&queue->may_put);
	return item;
}

void *
queue_take(struct queue *queue)
{
	void *item;

	pthread_mutex_lock(&queue->lock);
	while (queue->n == 0 && !queue->closed)
		pthread_cond_wait(&queue->may_take, &queue->lock);
	item = take_locked(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void *
queue_take_ms(struct queue *queue, unsigned int wait_ms)
{
	const struct timespec until = time_in_ms(wait_ms);
	void *item;
	int r = 0;

	pthread_mutex_lock(&queue->lock);
	while (queue->n == 0 && !queue->closed && r == 0)
		r = pthread_cond_clockwait(&queue->may_take, &queue->lock,
					   CLOCK_MONOTONIC, &until);
	item = take_locked(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void *
queue_poll(struct queue *queue)
{
	void *item;

	pthread_mutex_lock(&queue->lock);
	item = take_locked(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void
queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->may_take);
	pthread_cond_broadcast(&queue->may_put);
	pthread_mutex_unlock(&queue->lock);
}

struct workers {
	void (*run)(void *arg);
	void *arg;
	size_t n;
	pthread_t threads[];
};

static void *
worker_main(void *arg)
{
	struct workers *workers = arg;

	workers->run(workers->arg);
	return NULL;
}

int
workers_start(size_t n_threads, void (*run)(void *arg), void *arg,
	      struct workers **ret_workers, struct amana_error *err)
{
	struct workers *workers =
		mem_new(sizeof *workers + n_threads * sizeof workers->threads[0], err);
	sigset_t all, old;
	int r = 0;

	if (workers == NULL)
		return -1;
	workers->run = run;
	workers->arg = arg;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (size_t i = 0; i < n_threads && r == 0; i++) {
		r = pthread_create(&workers->threads[i], NULL, worker_main, workers);
		if (r == 0)
			workers->n++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (workers->n == 0) { /* fewer than asked for is slower, none is a failure */
		mem_free(workers);
		errno = r;
		return err_sys(err, "cannot start a thread");
	}
	*ret_workers = workers;
	return 0;
}

void
workers_join(struct workers *workers)
{
	if (workers == NULL)
		return;
	for (size_t i = 0; i < workers->n; i++)
		pthread_join(workers->threads[i], NULL);
	mem_free(workers);
}

size_t
workers_cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) < 0)
		return 1;
	return (size_t)CPU_COUNT(&set);
}
