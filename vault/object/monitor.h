/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_MONITOR_H
#define OBJECT_MONITOR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By this the caller of a long pass over bytes follows it and stops it.  A monitor
 * that is NULL, or a member that is, does neither.  Both are used once for each block
 * (2 MiB), in the caller's thread. */
struct monitor {
	const atomic_bool *cancel; /* true: the pass ends with AMANA_E_CANCELLED */
	/* `more` bytes were done since the last call. */
	void (*progress)(void *arg, uint64_t more);
	void *arg;
};

/* True if the caller wants the pass to end. */
static inline bool
monitor_cancelled(const struct monitor *monitor)
{
	return monitor != NULL && monitor->cancel != NULL && atomic_load(monitor->cancel);
}

/* Tells the caller that `more` bytes were done. */
static inline void
monitor_progress(const struct monitor *monitor, uint64_t more)
{
	if (monitor != NULL && monitor->progress != NULL && more > 0)
		monitor->progress(monitor->arg, more);
}

#endif
