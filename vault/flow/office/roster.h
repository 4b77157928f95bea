/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_ROSTER_H
#define FLOW_OFFICE_ROSTER_H

#include "log/log_read.h"

/*
 * Who was a member, with which roles and keys, at an earlier point of the log: read back
 * from the valid acts, which replay has judged.  At the log's end it says what the state
 * says, and the dates as well.
 */
struct roster_member {
	struct member_code code;
	uint8_t roles;
	bool revoked;
	struct age_recipient recipient;
	struct note_key key;
	/* Unix seconds, by the clocks of those who did it; 0: never. */
	int64_t enrolled_at, revoked_at;
	/* The keys: since when, and who signed the enrolment that gave them. */
	int64_t keys_at;
	struct member_code keys_by;
	bool rekeyed; /* there were others before */
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

/* Makes the roster as it was at the end of slot `until`.  The log is synced at least that
 * far. */
int roster_build(struct log *log, uint64_t until, struct roster *ret_roster,
		 struct amana_error *err) MUST_CHECK;
/* Where `at` (Unix seconds) stands in the log, as a range, since one wrong clock decides
 * nothing: from the last slot before the first one with a later time to the last slot
 * before an unbroken run of later times. */
struct roster_span {
	uint64_t first, last; /* slots; the same where the clocks agree */
	bool before;	      /* even the genesis is later */
	/* Who signed the slots after `first` whose time is later; at most ODD_MAX. */
#define ROSTER_ODD_MAX 8
	struct member_code odd[ROSTER_ODD_MAX];
	size_t n_odd;
};
int roster_span_at(struct log *log, int64_t at, struct roster_span *ret_span,
		   struct amana_error *err) MUST_CHECK;
/* The member with that staff code, borrowed from the roster; NULL: there is none. */
const struct roster_member *roster_find(const struct roster *roster, const char *code);

#endif
