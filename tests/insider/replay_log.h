/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REPLAY_LOG_H
#define TESTS_REPLAY_LOG_H

#include "state/judge.h"

/*
 * A whole log in memory, judged as vault/log judges one without pin and copies.
 * Whatever fails for lack of memory ends the program.
 */
enum slot_state {
	SLOT_NOT_JUDGED, /* after damage that nothing passes over, or of a newer format */
	SLOT_VALID,
	SLOT_VOID,
	SLOT_DAMAGED,
	SLOT_PASSED_OVER,
};
struct log_slot {
	struct bytes bytes;
	bool missing;
	enum slot_state is;
	char why[JUDGE_REASON_MAX];
};
struct replay_log {
	struct log_slot *slots; /* slot 0 is the genesis */
	size_t n;		/* up to the last one that is not missing */
	/* From this slot on snapshots are taken and restored, and it is seen that what is
	 * not valid leaves no trace. */
	size_t check_from;
};

/* NULL: the genesis cannot be read.  Fills what each slot is; the caller frees. */
struct state *replay_log(struct replay_log *log);

#endif
