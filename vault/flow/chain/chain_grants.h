/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_GRANTS_H
#define FLOW_CHAIN_CHAIN_GRANTS_H

#include "custody/entry.h"

/*
 * The dates of a case's grants, as they were from one entry of the log to the next.  One
 * thread at a time.
 */
struct chain_grant { /* what an entry said of a member's grant */
	uint64_t slot;
	uint32_t index;
	struct member_code member;
	bool has_until;
	int64_t until_at; /* Unix seconds */
};

struct chain_grants {
	struct chain_grant *items;
	size_t n, cap;
};
/* Releases the items. */
void chain_grants_done(struct chain_grants *grants);

/* Adds a copy of `grant`, in any order. */
int chain_grants_add(struct chain_grants *grants, const struct chain_grant *grant,
		     struct amana_error *err) MUST_CHECK;
/* After the last one was added, and before the first question. */
void chain_grants_sort(struct chain_grants *grants);

/* True if the member's grant, by the last entry about it before entry `index` of a slot,
 * had a date before `at`. */
bool chain_grants_ended(const struct chain_grants *grants,
			const struct member_code *member, uint64_t slot, uint32_t index,
			int64_t at);

#endif
