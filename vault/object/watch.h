/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_WATCH_H
#define OBJECT_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How whoever asked for a long pass over bytes follows it and stops it.  A NULL watch, or
 * a NULL member, does neither.  Both are looked at once a block (1 MiB), in the thread of
 * the caller.
 */
struct watch {
	const atomic_bool *cancel; /* true: the pass ends with AMANA_E_CANCELLED */
	/* `more` bytes were done since the last call. */
	void (*progress)(void *arg, uint64_t more);
	void *arg;
};

static inline bool
watch_cancelled(const struct watch *watch)
{
	return watch != NULL && watch->cancel != NULL && atomic_load(watch->cancel);
}

static inline void
watch_progress(const struct watch *watch, uint64_t more)
{
	if (watch != NULL && watch->progress != NULL && more > 0)
		watch->progress(watch->arg, more);
}

#endif
