/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_fixture.h"
#include "state_peek.h"

/* Judging by docs/FORMAT.md section 9: which rule meets which slot, and that nothing is
 * left behind.  (The note: test_judge_notes.c; skips: test_judge_skip.c.) */

static void
valid(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash head, now;
	uint64_t n;

	office_init(&o);
	make_slot(&o, &slot);
	n = state_slot(lb->state);
	CHECK_INT(lb_judge(lb, BYTES_OF(slot)), VERDICT_VALID);
	CHECK_STR(lb->report.reason, "");
	CHECK_STR(lb->report.signer.text, "S-006");
	CHECK(lb->report.has_note && lb->report.note.n == n + 1 &&
	      lb->report.note.has_bundle);
	CHECK_INT(state_slot(lb->state), n + 1);
	CHECK_INT(state_size(lb->state), lb->report.note.after);
	CHECK_INT(state_case(lb->state, &o.c)->n_exhibits, 3);
	CHECK_INT(state_exhibit_numbered(lb->state, &o.c, 3)->deposited_in, n + 1);
	hash_of(slot.data, slot.len, &head);
	CHECK(hash_equal(state_head(lb->state), &head));
	CHECK_INT(state_bundle_of(lb->state, n + 1, &now), 0);
	CHECK(hash_equal(&now, &lb->report.note.bundle));
	office_done(&o);
}

/* Every byte of a slot inverted in turn: damaged, whatever it was.  The signature covers
 * the note, the root the entries. */
static void
any_byte_changed(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct judge_report report;
	struct amana_error err;

	office_init(&o);
	make_slot(&o, &slot);
	for (size_t i = 0; i < slot.len; i++) {
		slot.data[i] ^= 0xff;
		CHECK_OK(judge_slot(o.lb.state, BYTES_OF(slot), &report, &err), err);
		CHECK_INT(report.verdict, VERDICT_DAMAGED);
		slot.data[i] ^= 0xff;
		CHECK_OK(judge_slot(o.lb.state, (struct bytes){slot.data, i}, &report,
				    &err),
			 err);
		CHECK_INT(report.verdict, VERDICT_DAMAGED);
	}
	CHECK_OK(buf_add_byte(&slot, 0, &err), err);
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not the 2 entries");
	CHECK_INT(lb_judge(&o.lb, (struct bytes){slot.data, slot.len - 1}),
		  VERDICT_VALID);
	office_done(&o);
}

/* Damage of the entries outranks what is wrong with them: void means that the signer
 * signed these very bytes. */
static void
void_and_damaged_entries(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash sheet;
	struct entry e;

	office_init(&o);
	/* A malformed entry. */
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add(lb, &e);
	lb_add_bytes(lb, BYTES_STR("amana/1\nthis is no entry\n"));
	lb_sign(lb, &slot);
	slot.data[slot.len - 3] ^= 1;
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not those signed for");
	slot.data[slot.len - 3] ^= 1;
	VERDICT(&o, BYTES_OF(slot), VERDICT_VOID, "entry 2: line 2: not a hash");

	/* An empty one. */
	lb_begin(lb, o.lead);
	lb_add_bytes(lb, (struct bytes){(const uint8_t *)"", 0});
	CHECK_INT(lb_end(lb), VERDICT_VOID);

	/* One more and one fewer than signed for. */
	for (int i = -1; i <= 1; i += 2) {
		lb_begin(lb, o.lead);
		lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
		lb_add(lb, &e);
		lb_add(lb, &e);
		lb->lie_of_size = i;
		buf_clear(&slot);
		lb_sign(lb, &slot);
		VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not the");
	}
	/* Another root. */
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb->lie_of_root = true;
	buf_clear(&slot);
	lb_sign(lb, &slot);
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not those signed for");

	/* A sheet without a bundle, a bundle without a sheet. */
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_sheet(lb, &e);
	lb_add(lb, &e);
	lb->note.has_bundle = false;
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "names a sheet") != NULL);
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add(lb, &e);
	lb->note.has_bundle = true;
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "no entry a sheet") != NULL);
	CHECK(state_bundle_of(lb->state, state_slot(lb->state), &sheet) < 0);

	/* Then a good one: it names the void slot before it. */
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

static void
too_large(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(0), longer = BUF_INIT(BATCH_BYTES_MAX + 9);
	struct judge_report report;
	struct office o;
	struct amana_error err;
	struct hash head;

	office_init(&o);
	make_slot(&o, &slot);
	CHECK(buf_reserve(&slot, BATCH_BYTES_MAX + 1 - slot.len, &err) != NULL);
	memset(slot.data + slot.len, 0, BATCH_BYTES_MAX + 1 - slot.len);
	slot.len = BATCH_BYTES_MAX + 1;
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "more than a slot may have");
	/* Its head is that of as many bytes as are ever read. */
	CHECK_OK(buf_add(&longer, slot.data, slot.len, &err), err);
	CHECK_OK(buf_add_str(&longer, "more", &err), err);
	CHECK_OK(judge_slot(o.lb.state, BYTES_OF(longer), &report, &err), err);
	hash_of(slot.data, slot.len, &head);
	CHECK(hash_equal(&report.head, &head));
	slot.len = 0;
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "no blank line");
	office_done(&o);
}

/* A batch that fails at its last entry after every kind of change: not a bit of the
 * state is left changed. */
static void
undo_is_exact(void)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x, other;
	struct hash leaf, object;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, &o.c, o.founder, GRANT_LEAD);
	ALLOWED(lb, o.lead, &e);
	of_vault(&e, ACT_RESTORED);
	e.own.restored.slot = 40;
	e.own.restored.head = lb->fingerprint;
	leaf = propose(&o, o.admin, &e);

	lb_snapshot(lb->state, &before);
	lb_begin(lb, o.founder);
	lb_enrol(lb, &e, lb_person(lb, "X-1"), 0);
	lb_add(lb, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.reader), 0);
	lb_add(lb, &e);
	of_member(&e, ACT_REVOKE, o.standby);
	lb_add(lb, &e);
	lb_role(&e, o.auditor, false, ROLE_AUDITOR);
	lb_add(lb, &e);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 5};
	lb_add(lb, &e);
	lb_hash(lb, &object);
	of_vault(&e, ACT_LOG_KEY);
	CHECK_INT(note_key_make(lb->genesis.origin, o.plain->key.pub, &e.own.log_key), 0);
	CHECK_INT(entry_add_object(&e, &object), 0);
	lb_add(lb, &e);
	lb_case(lb, &e, &other, o.lead);
	lb_add(lb, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead2);
	lb_add(lb, &e);
	lb_epoch(lb, &e, &o.c);
	lb_add(lb, &e);
	for (int i = 0; i < 100; i++) { /* hash tables grow */
		lb_deposit(lb, &e, &x, &o.c);
		e.own.sealing.epoch++;
		lb_add_sheet(lb, &e);
		lb_add(lb, &e);
	}
	{
		struct subject c = subject_case(&o.c);

		entry_init(&e, ACT_HOLD, &c);
		e.own.hold = true;
		lb_add(lb, &e);
		e.own.hold = false;
		lb_propose(&e);
		lb_add(lb, &e);
	}
	lb_approve(&e, subject_vault(), &leaf, true);
	lb_add(lb, &e);
	lb_record(lb, &e, ACT_RECORD, subject_member(&lb_person(lb, "X-2")->code));
	lb_add(lb, &e); /* there is no X-2 */
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK_STR(lb->report.reason, "entry 113, record: X-2 is not enrolled");
	lb_snapshot(lb->state, &after);
	CHECK(lb_same_but_slot(lb, &before, &after));
	CHECK(state_exhibit(lb->state, &x) == NULL);
	CHECK(peek_exhibit_of_object(lb->state, &e.objects[0]) == NULL);
	CHECK(state_exhibit_numbered(lb->state, &o.c, 2) == NULL);
	CHECK(state_case(lb->state, &other) == NULL);
	CHECK(state_member(lb->state, &lb_person(lb, "X-1")->code) == NULL);
	CHECK_INT(peek_proposal(lb->state, &leaf)->status, PROPOSAL_OPEN);

	/* And it goes on from there. */
	lb_approve(&e, subject_vault(), &leaf, true);
	ALLOWED(lb, o.founder, &e);
	lb_deposit(lb, &e, &x, &o.c);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_exhibit(lb->state, &x)->number, 2);
	office_done(&o);
}

/* The same slots judged by a fresh state give the same state. */
static void
replay_is_deterministic(void)
{
	CLEANUP(buf_done) struct buf one = BUF_INIT(0), two = BUF_INIT(0);
	CLEANUP(state_freep) struct state *state = NULL;
	struct office o;
	struct judge_report report;
	struct amana_error err;

	office_init(&o);
	CHECK_OK(state_new(&o.lb.genesis, &o.lb.fingerprint, &state, &err), err);
	for (size_t i = 0; i < o.lb.n_slots; i++) {
		CHECK_OK(judge_slot(state, BYTES_OF(o.lb.slots[i]), &report, &err), err);
		CHECK_INT(report.verdict, VERDICT_VALID);
	}
	lb_snapshot(state, &one);
	lb_snapshot(o.lb.state, &two);
	CHECK(bytes_equal(BYTES_OF(one), BYTES_OF(two)));
	office_done(&o);
}

int
main(void)
{
	RUN(valid);
	RUN(any_byte_changed);
	RUN(void_and_damaged_entries);
	RUN(too_large);
	RUN(undo_is_exact);
	RUN(replay_is_deterministic);
	return 0;
}
