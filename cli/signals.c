/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include "attributes.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 200 /* a signal that comes just before poll() does not end it */

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
static const int ending[] = {SIGQUIT, SIGABRT,	 SIGSEGV, SIGBUS, SIGILL,  SIGFPE,
			     SIGALRM, SIGUSR1,	 SIGUSR2, SIGSYS, SIGXCPU, SIGXFSZ,
			     SIGTRAP, SIGVTALRM, SIGPROF, SIGIO};
static const int pausing[] = {SIGTSTP, SIGTTIN, SIGTTOU};

/* A handler gets the number of its signal and nothing else, so what it needs stands here.
 */
static struct {
	atomic_bool cancelled;
	volatile sig_atomic_t echo_off;
	volatile sig_atomic_t resumed; /* stopped and continued while the echo was off */
	int tty;		       /* whose echo is off */
	struct termios before;	       /* the terminal, as it was with echo */
	struct sigaction were[ARRAY_LEN(ending) + ARRAY_LEN(pausing)]; /* in that order */
} state;

const atomic_bool *
signals_cancelled(void)
{
	return &state.cancelled;
}

static void
put_back(void)
{
	if (state.echo_off)
		tcsetattr(state.tty, TCSANOW, &state.before);
}

/* Does what the signal would do without a handler, now. */
static void
by_default(int sig)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t one;

	sigaction(sig, &plain, NULL);
	sigemptyset(&one);
	sigaddset(&one, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
}

static void
on_stop(int sig)
{
	int before = errno;

	put_back();
	if (atomic_exchange(&state.cancelled, true))
		by_default(sig);
	errno = before;
}

static void
on_end(int sig)
{
	put_back();
	by_default(sig);
}

static void
on_pause(int sig)
{
	struct sigaction again = {.sa_handler = on_pause, .sa_flags = SA_RESTART};
	int before = errno;

	put_back();
	by_default(sig); /* the program stands still here until SIGCONT */
	sigaction(sig, &again, NULL);
	state.resumed = 1;
	errno = before;
}

/* read() is restarted after a signal and would go on waiting for who knows how long;
 * poll() returns. */
ssize_t
signals_read(int fd, void *buf, size_t cap)
{
	for (;;) {
		struct pollfd one = {.fd = fd, .events = POLLIN};
		int ready = poll(&one, 1, LOOK_AGAIN_MS);
		ssize_t n;

		if (atomic_load(&state.cancelled)) {
			errno = EINTR;
			return -1;
		}
		if (ready == 0 || (ready < 0 && errno == EINTR))
			continue;
		n = ready < 0 ? -1 : read(fd, buf, cap);
		if (n >= 0 || (errno != EINTR && errno != EAGAIN))
			return n;
	}
}

void
signals_install(void)
{
	struct sigaction action = {.sa_handler = on_stop, .sa_flags = SA_RESTART}, was;
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(stopping); i++) {
		/* The program was started by nohup or in the background, to go on. */
		if (sigaction(stopping[i], NULL, &was) == 0 && was.sa_handler == SIG_IGN)
			continue;
		sigaction(stopping[i], &action, NULL);
	}
	/* Somebody who reads our output and goes away must not end a deposit between its
	 * commit and its receipt: writes fail with EPIPE instead, and main() then ends
	 * without a word. */
	sigaction(SIGPIPE, &ignore, NULL);
}

/* The handlers of the signals that end or stop the program, installed or taken away. */
static void
handle_while_hidden(bool install)
{
	for (size_t i = 0; i < ARRAY_LEN(state.were); i++) {
		bool ends = i < ARRAY_LEN(ending);
		int sig = ends ? ending[i] : pausing[i - ARRAY_LEN(ending)];
		struct sigaction action = {.sa_handler = ends ? on_end : on_pause,
					   .sa_flags = SA_RESTART};

		if (!install) {
			sigaction(sig, &state.were[i], NULL);
			continue;
		}
		sigaction(sig, NULL, &state.were[i]);
		if (state.were[i].sa_handler != SIG_IGN)
			sigaction(sig, &action, NULL);
	}
}

static int
switch_echo_off(int tty, int when)
{
	struct termios hidden;

	if (tcgetattr(tty, &hidden) < 0)
		return -1;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	return tcsetattr(tty, when, &hidden);
}

int
signals_hide_echo(int tty)
{
	if (state.echo_off)
		return switch_echo_off(tty, TCSANOW);
	if (tcgetattr(tty, &state.before) < 0)
		return -1;
	state.tty = tty;
	state.resumed = 0;
	handle_while_hidden(true);
	state.echo_off = 1;
	if (switch_echo_off(tty, TCSAFLUSH) < 0) {
		signals_show_echo();
		return -1;
	}
	return 0;
}

void
signals_show_echo(void)
{
	if (!state.echo_off)
		return;
	put_back();
	state.echo_off = 0;
	handle_while_hidden(false);
}

bool
signals_echo_resumed(void)
{
	bool was = state.resumed != 0;

	state.resumed = 0;
	return was;
}
