/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

/*
 * What a mount sees of systemd-logind, for 27-clocks.sh: logind's name on the bus,
 * Inhibit() and the signal PrepareForSleep. Says each thing that happens on a line of its
 * own.  SIGUSR2: a sleep that is over is announced.  SIGUSR1: one that comes; then it
 * waits for everybody who has asked it to, at most five seconds, as logind does, and
 * ends.  So it does when the bus ends.
 */
#define PATH "/org/freedesktop/login1"
#define MANAGER "org.freedesktop.login1.Manager"
#define WAIT_MS 5000

static int kept = -1; /* readable once whoever has the other end has closed it */

static int
inhibit(sd_bus_message *message, void *ctx, sd_bus_error *error)
{
	const char *what, *who, *why, *mode;
	int ends[2], r;

	(void)ctx;
	(void)error;
	r = sd_bus_message_read(message, "ssss", &what, &who, &why, &mode);
	if (r < 0 || pipe(ends) < 0)
		return r < 0 ? r : -1;
	printf("inhibit %s %s %s\n", what, mode, who);
	kept = ends[0];
	r = sd_bus_reply_method_return(message, "h", ends[1]);
	close(ends[1]);
	return r;
}

static const sd_bus_vtable methods[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Inhibit", "ssss", "h", inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL("PrepareForSleep", "b", 0),
	SD_BUS_VTABLE_END,
};

static void
announce(sd_bus *bus, bool comes)
{
	sd_bus_emit_signal(bus, PATH, MANAGER, "PrepareForSleep", "b", (int)comes);
	sd_bus_flush(bus);
}

int
main(void)
{
	struct signalfd_siginfo got;
	struct pollfd fds[2];
	sd_bus *bus = NULL;
	sigset_t signals;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGUSR2);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	fds[0] = (struct pollfd){.fd = signalfd(-1, &signals, SFD_CLOEXEC),
				 .events = POLLIN};
	if (fds[0].fd < 0 || sd_bus_open_system(&bus) < 0 ||
	    sd_bus_add_object_vtable(bus, NULL, PATH, MANAGER, methods, NULL) < 0 ||
	    sd_bus_request_name(bus, "org.freedesktop.login1", 0) < 0) {
		fprintf(stderr, "no bus, or not this name on it\n");
		return 1;
	}
	puts("ready");
	fds[1] = (struct pollfd){.fd = sd_bus_get_fd(bus), .events = POLLIN};
	for (;;) {
		while (sd_bus_process(bus, NULL) > 0)
			;
		if (poll(fds, 2, 1000) < 0)
			return 1;
		if ((fds[1].revents & POLLHUP) != 0)
			break;
		if ((fds[0].revents & POLLIN) == 0)
			continue;
		if (read(fds[0].fd, &got, sizeof got) != sizeof got)
			return 1;
		announce(bus, got.ssi_signo == SIGUSR1);
		if (got.ssi_signo == SIGUSR1)
			break;
	}
	fds[0] = (struct pollfd){.fd = kept};
	puts(kept >= 0 && poll(fds, 1, WAIT_MS) == 1 ? "all are ready to sleep"
						     : "somebody is not ready");
	sd_bus_unref(bus);
	return 0;
}
