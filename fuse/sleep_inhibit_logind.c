/* SPDX-License-Identifier: Apache-2.0 */
#include "sleep_inhibit.h"

#include <fcntl.h>
#include <stddef.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"

struct nap {
	sd_bus *bus;   /* NULL: it has gone */
	int inhibitor; /* while this is open logind waits; -1: not granted yet */
	bool soon;
};

/* Neither whoever is on the bus nor a version of logind is trusted to keep to the
 * grammar: what cannot be read is not there. */
static int
on_prepare(sd_bus_message *message, void *ctx, sd_bus_error *error)
{
	struct nap *nap = ctx;
	int begins = 0;

	(void)error;
	if (sd_bus_message_read_basic(message, 'b', &begins) > 0 && begins != 0)
		nap->soon = true;
	return 0;
}

static int
on_inhibitor(sd_bus_message *message, void *ctx, sd_bus_error *error)
{
	struct nap *nap = ctx;
	int fd = -1; /* the message's own */

	(void)error;
	if (!sd_bus_message_is_method_error(message, NULL) &&
	    sd_bus_message_read_basic(message, 'h', &fd) > 0 && nap->inhibitor < 0)
		nap->inhibitor = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 0;
}

/* The signal first: whoever holds an inhibitor and does not hear it only makes everybody
 * wait. */
static bool
ask(struct nap *nap)
{
	return sd_bus_match_signal_async(nap->bus, NULL, LOGIND, LOGIND_PATH,
					 LOGIND_MANAGER, "PrepareForSleep", on_prepare,
					 NULL, nap) >= 0 &&
	       sd_bus_call_method_async(nap->bus, NULL, LOGIND, LOGIND_PATH,
					LOGIND_MANAGER, "Inhibit", on_inhibitor, nap,
					"ssss", "sleep", "Amana", "evidence is mounted",
					"delay") >= 0;
}

/* Whoever hears nothing any more must not keep the machine awake either. */
static void
let_go(struct nap *nap)
{
	nap->bus = sd_bus_close_unref(nap->bus);
	if (nap->inhibitor >= 0)
		close(nap->inhibitor);
	nap->inhibitor = -1;
}

struct nap *
nap_open(void)
{
	struct nap *nap = heap_new(1, sizeof *nap);

	if (nap == NULL)
		return NULL;
	nap->inhibitor = -1;
	if (sd_bus_open_system(&nap->bus) < 0 || !ask(nap)) {
		nap_close(nap);
		return NULL;
	}
	return nap;
}

struct pollfd
nap_wants(const struct nap *nap)
{
	struct pollfd ret = {.fd = -1};
	int fd, events;

	if (nap == NULL || nap->bus == NULL)
		return ret;
	fd = sd_bus_get_fd(nap->bus);
	events = sd_bus_get_events(nap->bus);
	if (fd >= 0 && events >= 0) {
		ret.fd = fd;
		ret.events = (short)events;
	}
	return ret;
}

bool
nap_look(struct nap *nap)
{
	int r;

	if (nap == NULL)
		return false;
	if (nap->bus != NULL) {
		do
			r = sd_bus_process(nap->bus, NULL);
		while (r > 0);
		if (r < 0)
			let_go(nap);
	}
	return nap->soon;
}

void
nap_close(struct nap *nap)
{
	if (nap == NULL)
		return;
	let_go(nap);
	heap_free(nap);
}
