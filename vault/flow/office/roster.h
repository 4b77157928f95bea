/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_ROSTER_H
#define FLOW_OFFICE_ROSTER_H

#include "log/log_read.h"

/*
 * Who was a member, with which roles and keys, at an earlier place in the log: read back
 * from the valid acts, which replay has judged.  At the log's end it says what the state
 * says, with the dates.
 */
struct roster_member {
	struct member_code code;
	uint8_t roles;
	bool revoked;
	struct age_recipient recipient;
	struct note_key key;
	int64_t enrolled_at, revoked_at; /* by the actors' clocks; 0: never */
};

struct roster {
	struct roster_member *members; /* by code */
	size_t n, cap;
};
#define ROSTER_INIT                                                                      \
	{                                                                                \
		.members = NULL                                                          \
	}
/* Releases the members. */
void roster_done(struct roster *roster);

/* As of the end of slot `until`.  The log is synced at least that far. */
int roster_build(struct log *log, uint64_t until, struct roster *ret_roster,
		 struct amana_error *err) MUST_CHECK;
/* The last slot whose act has a time not later than `at`; *ret_before: even the genesis
 * is later. */
int roster_slot_at(struct log *log, int64_t at, uint64_t *ret_slot, bool *ret_before,
		   struct amana_error *err) MUST_CHECK;
/* NULL: nobody of that code. */
const struct roster_member *roster_find(const struct roster *roster, const char *code);

#endif
