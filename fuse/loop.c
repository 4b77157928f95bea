/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"
#include "served.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/*
 * The threads that answer the kernel.  Each reads one request and answers it.  To end,
 * they are woken by a signal that does nothing but interrupt the reading; since it may
 * come just before the reading begins, it is sent again until the thread has seen it.
 */
struct loop {
	struct served *served;
	int ended_fd; /* an eventfd that is told when the kernel has ended the mount */
	atomic_bool stop;
	unsigned int n_threads;
	pthread_t threads[SERVED_WORKERS];
	atomic_bool done[SERVED_WORKERS];
	atomic_uint n_started;
};

static void
nothing(int sig)
{
	(void)sig;
}

static void *
run(void *arg)
{
	struct loop *loop = arg;
	struct fuse_session *session = loop->served->session;
	unsigned int me = atomic_fetch_add(&loop->n_started, 1);
	struct fuse_buf buf = {.mem = NULL};
	const uint64_t one = 1;
	int r = 1;
	ssize_t n;

	while (!atomic_load(&loop->stop) && !fuse_session_exited(session)) {
		r = fuse_session_receive_buf(session, &buf);
		if (r == -EINTR || r == -EAGAIN)
			continue;
		if (r <= 0)
			break;
		fuse_session_process_buf(session, &buf);
	}
	free(buf.mem);
	if (!atomic_load(&loop->stop)) {
		atomic_store(&loop->served->gone, true);
		n = write(loop->ended_fd, &one, sizeof one);
		(void)n;
	}
	atomic_store(&loop->done[me], true);
	return NULL;
}

struct loop *
loop_start(struct served *served, int ended_fd)
{
	const struct sigaction wake = {.sa_handler = nothing}; /* no SA_RESTART */
	struct loop *loop = heap_new(1, sizeof *loop);
	sigset_t blocked, before;

	if (loop == NULL)
		return NULL;
	loop->served = served;
	loop->ended_fd = ended_fd;
	sigaction(SIGUSR1, &wake, NULL);
	sigfillset(&blocked);
	sigdelset(&blocked, SIGUSR1);
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	while (loop->n_threads < SERVED_WORKERS &&
	       pthread_create(&loop->threads[loop->n_threads], NULL, run, loop) == 0)
		loop->n_threads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (loop->n_threads == 0) {
		heap_free(loop);
		return NULL;
	}
	return loop;
}

void
loop_stop(struct loop *loop)
{
	const struct timespec moment = {.tv_nsec = 5000000};
	unsigned int n_done;

	if (loop == NULL)
		return;
	atomic_store(&loop->stop, true);
	do {
		n_done = 0;
		for (unsigned int i = 0; i < loop->n_threads; i++) {
			if (atomic_load(&loop->done[i]))
				n_done++;
		}
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
