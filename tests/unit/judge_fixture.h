/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_JUDGE_FIXTURE_H
#define TESTS_JUDGE_FIXTURE_H

#include "state/judge.h"

#include "office_fixture.h"

/* What the tests of judging share. */

/* A good batch of two entries, signed and not yet judged. */
static inline void
make_slot(struct office *o, struct buf *ret_slot)
{
	struct custody_id x;
	struct entry e;

	lb_begin(&o->lb, o->depositor);
	for (int i = 0; i < 2; i++) {
		lb_deposit(&o->lb, &e, &x, &o->c);
		lb_add_sheet(&o->lb, &e);
		lb_add(&o->lb, &e);
	}
	*ret_slot = (struct buf)BUF_INIT(BATCH_BYTES_MAX + 1);
	lb_sign(&o->lb, ret_slot);
}

/* The verdict on these bytes, for this reason; the state must be as it was, but for slot
 * number and head if void. */
static inline void
check_verdict(struct office *o, struct bytes slot, enum verdict verdict, const char *why,
	      const char *file, int line)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct log_builder *lb = &o->lb;
	struct judge_report report;
	struct amana_error err;
	struct hash head;

	lb_snapshot(lb->state, &before);
	CHECK_OK(judge_slot(lb->state, slot, &report, &err), err);
	if (report.verdict != verdict || strstr(report.reason, why) == NULL) {
		fprintf(stderr, "%s:%d: %s (%s), not %s for '%s'\n", file, line,
			verdict_name(report.verdict), report.reason,
			verdict_name(verdict), why);
		exit(1);
	}
	lb_snapshot(lb->state, &after);
	hash_of(slot.data, slot.len, &head);
	CHECK(hash_equal(&report.head, &head));
	if (verdict == VERDICT_VOID) {
		CHECK(lb_same_but_slot(lb, &before, &after));
		CHECK(hash_equal(state_head(lb->state), &head));
		CHECK(report.signer.text[0] != 0);
	} else {
		CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	}
}
#define VERDICT(o, slot, verdict, why)                                                   \
	check_verdict(o, slot, verdict, why, __FILE__, __LINE__)

#endif
