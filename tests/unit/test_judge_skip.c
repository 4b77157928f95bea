/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_fixture.h"

/* Judging by docs/FORMAT.md section 9: a skip over damaged slots. */

/* ---- skip ---- */

/* A skip by `who` in slot m + 1, naming first and m. */
static void
make_skip(struct office *o, struct person *who, uint64_t first, uint64_t m,
	  const struct hash *head_m, const struct hash *named,
	  const struct hash *named_before, struct buf *ret_slot)
{
	struct log_builder *lb = &o->lb;
	struct entry e;

	lb_begin(lb, who);
	lb->note.n = m + 1;
	lb->note.prev = *head_m;
	of_vault(&e, ACT_SKIP);
	e.own.skip = (struct act_skip){first, m, *named, *named_before};
	lb_add(lb, &e);
	buf_clear(ret_slot);
	lb_sign(lb, ret_slot);
}

static void
check_no_skip(struct office *o, uint64_t m, const struct hash *head_m, struct bytes slot,
	      enum verdict verdict, const char *why, const char *file, int line)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct judge_report report;
	struct amana_error err;

	lb_snapshot(o->lb.state, &before);
	CHECK_OK(judge_skip(o->lb.state, m, head_m, slot, &report, &err), err);
	if (report.verdict != verdict || strstr(report.reason, why) == NULL) {
		fprintf(stderr, "%s:%d: %s (%s), not %s for '%s'\n", file, line,
			verdict_name(report.verdict), report.reason,
			verdict_name(verdict), why);
		exit(1);
	}
	lb_snapshot(o->lb.state, &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
}

#define NO_SKIP(o, m, head, slot, verdict, why)                                          \
	check_no_skip(o, m, head, BYTES_OF(slot), verdict, why, __FILE__, __LINE__)
static void
skipping(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct judge_report report;
	struct amana_error err;
	struct hash head, before;
	struct entry e;
	uint64_t n, size;

	office_init(&o);
	n = state_slot(lb->state) + 1;
	size = state_size(lb->state);
	before = *state_head(lb->state);
	lb_hash(lb, &head); /* SHA-256 of slot n + 2, whatever that holds */

	make_skip(&o, o.lead, n, n + 2, &head, &head, &before, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "S-003 is not an admin");
	make_skip(&o, lb_person(lb, "X-1"), n, n + 2, &head, &head, &before, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_DAMAGED, "no key ever enrolled");
	make_skip(&o, o.admin, n + 1, n + 2, &head, &head, &before, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "names other slots");
	make_skip(&o, o.admin, n, n + 2, &head, &lb->fingerprint, &before, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "names other slots");
	make_skip(&o, o.admin, n, n + 2, &head, &head, &head, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "names other slots");
	make_skip(&o, o.admin, n, n + 2, &head, &head, &before, &slot);
	NO_SKIP(&o, n + 2, &lb->fingerprint, slot, VERDICT_DAMAGED, "not for this vault");
	NO_SKIP(&o, n + 1, &head, slot, VERDICT_DAMAGED, "not for this vault");
	/* In the ordinary way it is nothing. */
	CHECK_OK(judge_slot(lb->state, BYTES_OF(slot), &report, &err), err);
	CHECK_INT(report.verdict, VERDICT_DAMAGED);

	/* Not alone; and nothing else gets past, either. */
	lb_begin(lb, o.admin);
	lb->note.n = n + 3;
	lb->note.prev = head;
	of_vault(&e, ACT_SKIP);
	e.own.skip = (struct act_skip){n, n + 2, head, before};
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	buf_clear(&slot);
	lb_sign(lb, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "it is not a skip");
	lb_begin(lb, o.admin);
	lb->note.n = n + 3;
	lb->note.prev = head;
	lb_add(lb, &e);
	buf_clear(&slot);
	lb_sign(lb, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "it is not a skip");
	lb_begin(lb, o.admin);
	lb->note.n = n + 3;
	lb->note.prev = head;
	for (int i = 0; i < 2; i++) {
		of_vault(&e, ACT_SKIP);
		e.own.skip = (struct act_skip){n, n + 2, head, before};
		lb_add(lb, &e);
	}
	buf_clear(&slot);
	lb_sign(lb, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "a skip stands alone");

	make_skip(&o, o.admin, n, n + 2, &head, &head, &before, &slot);
	CHECK_OK(judge_skip(lb->state, n + 2, &head, BYTES_OF(slot), &report, &err), err);
	CHECK_INT(report.verdict, VERDICT_VALID);
	CHECK_INT(state_slot(lb->state), n + 3);
	CHECK_INT(state_size(lb->state), size + 1);
	CHECK_INT(state_n_skips(lb->state), 1);
	CHECK(state_skip_at(lb->state, 0)->first == n &&
	      state_skip_at(lb->state, 0)->last == n + 2);
	CHECK_INT(state_skip_at(lb->state, 0)->in, n + 3);
	CHECK_STR(state_skip_at(lb->state, 0)->by.text, "S-002");
	/* The log goes on behind it. */
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_slot(lb->state), n + 4);
	CHECK_FAILS(judge_skip(lb->state, n, &head, BYTES_OF(slot), &report, &err), err,
		    AMANA_E_BUG);
	office_done(&o);
}

int
main(void)
{
	RUN(skipping);
	return 0;
}
