/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_VISIT_H
#define LOG_LOG_VISIT_H

#include "state/judge.h"

/*
 * What log_each and log_verify show of a log, and to whom.  Everything is borrowed for
 * the duration of one call.
 */
struct log_slot {
	uint64_t n;
	enum verdict verdict;
	/* A skip passed over it; the verdict is then VERDICT_DAMAGED, whatever the slot
	 * is. */
	bool passed_over;
	/* It is damaged in the store, and this machine's good copy was judged instead. */
	bool own_copy;
	struct hash head;	       /* SHA-256 of its bytes; zero if it is missing */
	struct member_code signer;     /* "" if damaged */
	const char *reason;	       /* "" if valid */
	const struct batch_note *note; /* NULL: none could be read */
	struct bytes bytes;	       /* empty if the slot is missing */
};

struct log_seen_entry {
	const struct log_slot *slot;
	uint32_t index; /* within its batch, from 0 */
	struct bytes raw;
	const struct entry *entry;
	struct hash leaf;
};

/* Called in the thread of whoever walks the log, each slot before its entries.  Either
 * may be NULL.  0: go on; anything else ends the walk and is what it returns; -1 needs
 * err filled. */
struct log_visitor {
	int (*slot)(void *arg, const struct log_slot *slot, struct amana_error *err);
	int (*entry)(void *arg, const struct log_seen_entry *seen,
		     struct amana_error *err);
	void *arg;
};

/* Private to vault/log: decodes and shows each entry of a valid slot; `entries` are its
 * batch_parts.entries, `scratch` is any struct entry.  Returns what the visitor does. */
int log_visit_entries(const struct log_slot *slot, struct bytes entries,
		      const struct log_visitor *visitor, struct entry *scratch,
		      struct amana_error *err) MUST_CHECK;

#endif
