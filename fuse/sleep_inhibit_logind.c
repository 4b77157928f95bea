/* SPDX-License-Identifier: Apache-2.0 */
#include "sleep_inhibit.h"

#include "heap.h"

#include <fcntl.h>
#include <stddef.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"

struct sleep_inhibit {
	sd_bus *bus;   /* NULL: it has gone */
	int inhibitor; /* while this is open logind waits; -1: not granted yet */
	bool soon;     /* it is about to sleep */
};

/* PrepareForSleep: a boolean, true before the machine sleeps and false afterwards.  What
 * cannot be read as that is passed over, since anybody may be on the bus. */
static int
on_prepare(sd_bus_message *message, void *ctx, sd_bus_error *error)
{
	struct sleep_inhibit *sleep_inhibit = ctx;
	int begins = 0;

	(void)error;
	if (sd_bus_message_read_basic(message, 'b', &begins) > 0 && begins != 0)
		sleep_inhibit->soon = true;
	return 0;
}

/* The answer to Inhibit: a descriptor, which belongs to the message. */
static int
on_inhibitor(sd_bus_message *message, void *ctx, sd_bus_error *error)
{
	struct sleep_inhibit *sleep_inhibit = ctx;
	int fd = -1;

	(void)error;
	if (!sd_bus_message_is_method_error(message, NULL) &&
	    sd_bus_message_read_basic(message, 'h', &fd) > 0 &&
	    sleep_inhibit->inhibitor < 0)
		sleep_inhibit->inhibitor = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 0;
}

/* False: it cannot be asked.  The signal is asked for first, since an inhibitor whose
 * holder does not hear the signal only makes everybody wait. */
static bool
ask(struct sleep_inhibit *sleep_inhibit)
{
	return sd_bus_match_signal_async(sleep_inhibit->bus, NULL, LOGIND, LOGIND_PATH,
					 LOGIND_MANAGER, "PrepareForSleep", on_prepare,
					 NULL, sleep_inhibit) >= 0 &&
	       sd_bus_call_method_async(sleep_inhibit->bus, NULL, LOGIND, LOGIND_PATH,
					LOGIND_MANAGER, "Inhibit", on_inhibitor,
					sleep_inhibit, "ssss", "sleep", "Amana",
					"evidence is mounted", "delay") >= 0;
}

/* Gives the inhibitor back along with the bus: whoever hears nothing any more must not
 * keep the machine awake either. */
static void
let_go(struct sleep_inhibit *sleep_inhibit)
{
	sleep_inhibit->bus = sd_bus_close_unref(sleep_inhibit->bus);
	if (sleep_inhibit->inhibitor >= 0)
		close(sleep_inhibit->inhibitor);
	sleep_inhibit->inhibitor = -1;
}

struct sleep_inhibit *
sleep_inhibit_open(void)
{
	struct sleep_inhibit *sleep_inhibit = heap_new(1, sizeof *sleep_inhibit);

	if (sleep_inhibit == NULL)
		return NULL;
	sleep_inhibit->inhibitor = -1;
	if (sd_bus_open_system(&sleep_inhibit->bus) < 0 || !ask(sleep_inhibit)) {
		sleep_inhibit_close(sleep_inhibit);
		return NULL;
	}
	return sleep_inhibit;
}

struct pollfd
sleep_inhibit_pollfd(const struct sleep_inhibit *sleep_inhibit)
{
	struct pollfd ret = {.fd = -1};
	int fd, events;

	if (sleep_inhibit == NULL || sleep_inhibit->bus == NULL)
		return ret;
	fd = sd_bus_get_fd(sleep_inhibit->bus);
	events = sd_bus_get_events(sleep_inhibit->bus);
	if (fd >= 0 && events >= 0) {
		ret.fd = fd;
		ret.events = (short)events;
	}
	return ret;
}

bool
sleep_inhibit_look(struct sleep_inhibit *sleep_inhibit)
{
	int r;

	if (sleep_inhibit == NULL)
		return false;
	if (sleep_inhibit->bus != NULL) {
		do
			r = sd_bus_process(sleep_inhibit->bus, NULL);
		while (r > 0);
		if (r < 0)
			let_go(sleep_inhibit);
	}
	return sleep_inhibit->soon;
}

void
sleep_inhibit_close(struct sleep_inhibit *sleep_inhibit)
{
	if (sleep_inhibit == NULL)
		return;
	let_go(sleep_inhibit);
	heap_free(sleep_inhibit);
}
