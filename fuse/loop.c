/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include "heap.h"
#include "wakeup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define THREADS 4

struct loop {
	struct fuse_session *session;
	int wakeup;
	atomic_bool stop, over;
	unsigned int n_threads;
	pthread_t threads[THREADS];
	atomic_uint n_started;
	atomic_bool done[THREADS]; /* in the order in which they started */
};

static void
on_wake(int sig)
{
	(void)sig;
}

static void *
thread_main(void *arg)
{
	struct loop *loop = arg;
	unsigned int me = atomic_fetch_add(&loop->n_started, 1);
	struct fuse_buf buf = {.mem = NULL};
	int r;

	while (!atomic_load(&loop->stop) && !fuse_session_exited(loop->session)) {
		r = fuse_session_receive_buf(loop->session, &buf);
		if (r == -EINTR || r == -EAGAIN)
			continue;
		if (r <= 0)
			break;
		fuse_session_process_buf(loop->session, &buf);
	}
	free(buf.mem); /* the library's */
	if (!atomic_load(&loop->stop)) {
		atomic_store(&loop->over, true);
		wakeup_send(loop->wakeup);
	}
	atomic_store(&loop->done[me], true);
	return NULL;
}

struct loop *
loop_start(struct fuse_session *session, int wakeup)
{
	const struct sigaction wake = {.sa_handler = on_wake}; /* no SA_RESTART */
	struct loop *loop = heap_new(1, sizeof *loop);
	sigset_t blocked, before;

	if (loop == NULL)
		return NULL;
	loop->session = session;
	loop->wakeup = wakeup;
	sigaction(SIGUSR1, &wake, NULL);
	sigfillset(&blocked);
	sigdelset(&blocked, SIGUSR1);
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	while (loop->n_threads < THREADS &&
	       pthread_create(&loop->threads[loop->n_threads], NULL, thread_main, loop) ==
		       0)
		loop->n_threads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (loop->n_threads == 0) {
		heap_free(loop);
		return NULL;
	}
	return loop;
}

bool
loop_is_over(const struct loop *loop)
{
	return loop != NULL && atomic_load(&loop->over);
}

void
loop_stop(struct loop *loop)
{
	const struct timespec moment = {.tv_nsec = 5000000};
	unsigned int n_done;

	if (loop == NULL)
		return;
	atomic_store(&loop->stop, true);
	/* A signal that comes just before a thread begins to wait wakes nobody, so it is
	 * sent again until all have seen that they are to stop. */
	do {
		n_done = 0;
		for (unsigned int i = 0; i < loop->n_threads; i++)
			n_done += atomic_load(&loop->done[i]);
		if (n_done < loop->n_threads) {
			for (unsigned int i = 0; i < loop->n_threads; i++)
				pthread_kill(loop->threads[i], SIGUSR1);
			nanosleep(&moment, NULL);
		}
	} while (n_done < loop->n_threads);
	for (unsigned int i = 0; i < loop->n_threads; i++)
		pthread_join(loop->threads[i], NULL);
	heap_free(loop);
}
