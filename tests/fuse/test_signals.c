/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "signals.h"
#include "wakeup.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

static bool
is_awake(int wakeup, int wait_ms)
{
	struct pollfd one = {.fd = wakeup, .events = POLLIN};

	return poll(&one, 1, wait_ms) > 0;
}

/* A call of the library that goes on until it is cancelled, and never waits for anything.
 */
static bool
long_call(const atomic_bool *cancelled)
{
	time_t end = time(NULL) + 20;

	while (!atomic_load(cancelled))
		if (time(NULL) > end)
			return false;
	return true;
}

static void *
kill_soon(void *arg)
{
	const struct timespec moment = {.tv_nsec = 50000000};

	nanosleep(&moment, NULL);
	kill(getpid(), *(const int *)arg);
	return NULL;
}

/* One signal while this thread is busy, one while it waits. */
static void
hear(struct signals *signals, int wakeup, int sig)
{
	pthread_t killer;

	CHECK(!atomic_load(&signals->asked) && !atomic_load(&signals->cancelled));
	CHECK(!is_awake(wakeup, 0));
	CHECK_INT(pthread_create(&killer, NULL, kill_soon, &sig), 0);
	CHECK(long_call(&signals->cancelled));
	pthread_join(killer, NULL);
	CHECK(is_awake(wakeup, 20000));
	CHECK(atomic_load(&signals->asked));
	wakeup_clear(wakeup);
	/* Seen; what is done at the end is cut short by another. */
	atomic_store(&signals->cancelled, false);
	CHECK_INT(pthread_create(&killer, NULL, kill_soon, &sig), 0);
	CHECK(is_awake(wakeup, 20000));
	CHECK(atomic_load(&signals->cancelled));
	pthread_join(killer, NULL);
	wakeup_clear(wakeup);
	atomic_store(&signals->asked, false);
	atomic_store(&signals->cancelled, false);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	int wakeup = wakeup_new(), pair[2];
	struct signals signals;
	sigset_t pending;

	CHECK(wakeup >= 0);
	/* As nohup would start it. */
	signal(SIGHUP, SIG_IGN);
	CHECK_OK(signals_start(&signals, wakeup, &err), err);
	hear(&signals, wakeup, SIGTERM);
	hear(&signals, wakeup, SIGINT);
	hear(&signals, wakeup, SIGHUP);
	/* Nobody reads any more what is written: an error, not the end. */
	CHECK_INT(pipe(pair), 0);
	close(pair[0]);
	CHECK_INT(write(pair[1], "x", 1), -1);
	close(pair[1]);
	CHECK(!atomic_load(&signals.asked));
	signals_stop(&signals);
	/* After that nobody hears them, and they end nothing. */
	kill(getpid(), SIGTERM);
	CHECK_INT(sigpending(&pending), 0);
	CHECK(sigismember(&pending, SIGTERM));
	CHECK(!is_awake(wakeup, 50));
	close(wakeup);
	return 0;
}
