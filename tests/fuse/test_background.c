/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "background.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Jobs wait at the gate until it is opened, so that the queue behind them fills up. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	unsigned int n_inside;
	atomic_uint n_done, n_dropped;
	atomic_ullong sum;
};

static void
work(void *ctx, const struct background_job *job, bool dropped)
{
	struct gate *gate = ctx;

	CHECK(job->what == gate);
	if (dropped) {
		atomic_fetch_add(&gate->n_dropped, 1);
		return;
	}
	pthread_mutex_lock(&gate->lock);
	gate->n_inside++;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->open)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
	atomic_fetch_add(&gate->n_done, 1);
	atomic_fetch_add(&gate->sum, job->first);
}

static void
open_gate(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->open = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

static bool
add(struct background *background, struct gate *gate, uint64_t first)
{
	const struct background_job job = {.what = gate, .first = first};

	return background_add(background, &job);
}

static void
await_inside(struct gate *gate, unsigned int n)
{
	pthread_mutex_lock(&gate->lock);
	while (gate->n_inside < n)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

/* What does not fit stays the caller's. */
static void
filling(void)
{
	struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER};
	struct background *background = background_new(2, 3, work, &gate);

	CHECK(background != NULL);
	for (uint64_t i = 1; i <= 2; i++)
		CHECK(add(background, &gate, i));
	await_inside(&gate, 2);
	for (uint64_t i = 3; i <= 5; i++)
		CHECK(add(background, &gate, i));
	CHECK(!add(background, &gate, 6));
	open_gate(&gate);
	background_free(background);
	CHECK_INT(atomic_load(&gate.n_done) + atomic_load(&gate.n_dropped), 5);
}

static void *
stop(void *background)
{
	background_stop(background);
	return NULL;
}

/* What was begun is done, what waits is dropped, and whoever comes too late is turned
 * away, rather than let at memory that is gone: when a mount ends, the threads that
 * answer the kernel go on for a while. */
static void
stopping(void)
{
	const size_t room = 2000;
	struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER};
	struct background *background = background_new(2, room, work, &gate);
	pthread_t stopper;
	unsigned int n = 0;

	CHECK(background != NULL);
	CHECK(add(background, &gate, 1) && add(background, &gate, 2));
	await_inside(&gate, 2);
	CHECK_INT(pthread_create(&stopper, NULL, stop, background), 0);
	for (; add(background, &gate, 3); n++)
		usleep(1000);
	CHECK(n < room); /* not for want of room */
	open_gate(&gate);
	pthread_join(stopper, NULL);
	CHECK_INT(atomic_load(&gate.n_done), 2);
	CHECK_INT(atomic_load(&gate.n_dropped), n);
	CHECK(!add(background, &gate, 4));
	background_stop(background);
	background_free(background);
	CHECK_INT(atomic_load(&gate.n_dropped), n);
}

/* Everything that was taken is done, in any order, however often the queue goes round. */
static void
doing(void)
{
	struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER,
			    .open = true};
	struct background *background = background_new(3, 4, work, &gate);
	uint64_t sum = 0;

	CHECK(background != NULL);
	for (uint64_t i = 1; i <= 500; i++) {
		while (!add(background, &gate, i))
			;
		sum += i;
	}
	while (atomic_load(&gate.n_done) < 500)
		;
	background_free(background);
	CHECK_INT(atomic_load(&gate.sum), sum);
	CHECK_INT(atomic_load(&gate.n_dropped), 0);
	background_free(NULL);
	background_stop(NULL);
}

int
main(void)
{
	filling();
	stopping();
	doing();
	return 0;
}
