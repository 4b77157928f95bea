/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * SIGINT, SIGTERM and SIGHUP ask the program to stop at the next safe place; a second one
 * ends it at once. While a passphrase is typed every signal that ends or stops the
 * program puts the terminal's echo back first.
 */

#define LOOK_AGAIN_MS 200 /* a signal may come just before the waiting */

atomic_bool cancelled;

/* What handlers need; there is no other way to hand it to them. */
struct hidden_echo {
	volatile sig_atomic_t on; /* echo is off now */
	volatile sig_atomic_t resumed;
	int tty;
	struct termios before;
	struct sigaction were[32];
};
struct hidden_echo hidden_echo;

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
static const int ending[] = {SIGQUIT, SIGABRT,	 SIGSEGV, SIGBUS, SIGILL,  SIGFPE,
			     SIGALRM, SIGUSR1,	 SIGUSR2, SIGSYS, SIGXCPU, SIGXFSZ,
			     SIGTRAP, SIGVTALRM, SIGPROF, SIGIO};
static const int pausing[] = {SIGTSTP, SIGTTIN, SIGTTOU};

static void
put_back(void)
{
	if (hidden_echo.on)
		tcsetattr(hidden_echo.tty, TCSANOW, &hidden_echo.before);
}

/* The default action of `sig`, now. */
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
	if (atomic_exchange(&cancelled, true))
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
	by_default(sig); /* stands still here until SIGCONT */
	sigaction(sig, &again, NULL);
	hidden_echo.resumed = 1;
	errno = before;
}

/* What was restarted after a signal would wait on for who knows how long: only poll()
 * returns from every one. */
ssize_t
read_or_stop(int fd, void *buf, size_t cap)
{
	for (;;) {
		struct pollfd one = {.fd = fd, .events = POLLIN};
		int ready = poll(&one, 1, LOOK_AGAIN_MS);
		ssize_t n;

		if (atomic_load(&cancelled)) {
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
		/* nohup and background jobs have told us not to listen. */
		if (sigaction(stopping[i], NULL, &was) == 0 && was.sa_handler == SIG_IGN)
			continue;
		sigaction(stopping[i], &action, NULL);
	}
	/* A reader that went away must not end a deposit between its commit and its
	 * receipt: writes fail with EPIPE instead, and main() then ends without a word.
	 */
	sigaction(SIGPIPE, &ignore, NULL);
}

static void
each_while_hidden(bool install)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ending) + ARRAY_LEN(pausing); i++, n++) {
		bool ends = i < ARRAY_LEN(ending);
		int sig = ends ? ending[i] : pausing[i - ARRAY_LEN(ending)];
		struct sigaction action = {.sa_handler = ends ? on_end : on_pause,
					   .sa_flags = SA_RESTART};

		if (!install) {
			sigaction(sig, &hidden_echo.were[n], NULL);
			continue;
		}
		sigaction(sig, NULL, &hidden_echo.were[n]);
		if (hidden_echo.were[n].sa_handler != SIG_IGN)
			sigaction(sig, &action, NULL);
	}
}

int
echo_hide(int tty)
{
	struct termios hidden;

	if (hidden_echo.on)
		return tcgetattr(tty, &hidden) < 0
			       ? -1
			       : (hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL),
				  tcsetattr(tty, TCSANOW, &hidden));
	if (tcgetattr(tty, &hidden_echo.before) < 0)
		return -1;
	hidden_echo.tty = tty;
	hidden_echo.resumed = 0;
	hidden = hidden_echo.before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	each_while_hidden(true);
	hidden_echo.on = 1;
	if (tcsetattr(tty, TCSAFLUSH, &hidden) < 0) {
		echo_show();
		return -1;
	}
	return 0;
}

void
echo_show(void)
{
	if (!hidden_echo.on)
		return;
	put_back();
	hidden_echo.on = 0;
	each_while_hidden(false);
}

bool
echo_resumed(void)
{
	bool was = hidden_echo.resumed != 0;

	hidden_echo.resumed = 0;
	return was;
}
