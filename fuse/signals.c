/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include "fail.h"
#include "wakeup.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void *
thread_main(void *arg)
{
	struct signals *signals = arg;
	struct pollfd fds[2] = {{.fd = signals->signal_fd, .events = POLLIN},
				{.fd = signals->stop_wakeup, .events = POLLIN}};
	struct signalfd_siginfo one;

	while (fds[1].revents == 0) {
		if (poll(fds, 2, -1) <= 0)
			fds[0].revents = fds[1].revents = 0;
		if (fds[0].revents == 0 ||
		    read(signals->signal_fd, &one, sizeof one) != sizeof one)
			continue;
		/* In this order: who sees that he was asked sets `cancelled` back, and
		 * this signal must not set it again after that. */
		atomic_store(&signals->cancelled, true);
		atomic_store(&signals->asked, true);
		wakeup_send(signals->wakeup);
	}
	return NULL;
}

static int
close_all(struct signals *signals)
{
	if (signals->signal_fd >= 0)
		close(signals->signal_fd);
	if (signals->stop_wakeup >= 0)
		close(signals->stop_wakeup);
	return -1;
}

int
signals_start(struct signals *signals, int wakeup, struct amana_error *err)
{
	static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
	const struct sigaction by_default = {.sa_handler = SIG_DFL};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t blocked;

	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		/* One that was ignored by whoever started this would never be read. */
		sigaction(ends[i], &by_default, NULL);
		sigaddset(&blocked, ends[i]);
	}
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
	*signals = (struct signals){
		.wakeup = wakeup,
		.signal_fd = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK),
		.stop_wakeup = wakeup_new()};
	if (signals->signal_fd < 0 || signals->stop_wakeup < 0) {
		(void)fail_sys(err, "signals cannot be heard");
		return close_all(signals);
	}
	errno = pthread_create(&signals->thread, NULL, thread_main, signals);
	if (errno != 0) {
		(void)fail_sys(err, "signals cannot be heard");
		return close_all(signals);
	}
	return 0;
}

void
signals_stop(struct signals *signals)
{
	wakeup_send(signals->stop_wakeup);
	pthread_join(signals->thread, NULL);
	(void)close_all(signals);
}
