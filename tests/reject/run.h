/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REJECT_RUN_H
#define TESTS_REJECT_RUN_H

#include "state/judge.h"

/* What a file of tests/reject/ was judged to be. */
struct finding {
	char verdict[16]; /* "ok", a code's name, or a slot's verdict */
	char reason[256];
};
void found(struct finding *finding, const char *verdict, const char *reason);
/* From a function's outcome: 0 "ok", > 0 "nobody", < 0 the code's name and the message.
 */
void found_outcome(struct finding *finding, int r, const struct amana_error *err);

struct run {
	const char *tests; /* the folder tests/ */
	/* The base log. */
	struct buf genesis, snapshot; /* the state at its end */
	struct hash fingerprint;
	uint64_t n; /* its last slot */
	struct secret exhibit_key;
};

/* Reads a whole file below tests/; the test ends if that fails. */
void run_read(const struct run *run, const char *path, struct buf *ret_bytes);

/* run_replay.c: retrieves what the act in the file deposited. */
void judge_replay(const struct run *run, struct bytes file, struct finding *finding);
/* Reads the custody chain of the exhibit that the record in the file is about. */
void judge_custody(const struct run *run, struct bytes file, struct finding *finding);

#endif
