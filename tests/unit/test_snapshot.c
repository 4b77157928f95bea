/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "base/fault.h"
#include "destroy_fixture.h"
#include "state_peek.h"

/* Keeping the state as bytes, and what a lack of memory leaves behind. */

#define ANCHORED_AT (LB_TIME + 777)

/* A state with something in every table. */
static void
fill(struct office *o)
{
	struct log_builder *lb = &o->lb;
	struct subject x = subject_exhibit(&o->x);
	struct custody_id id, thing;
	struct hash object, leaf, is;
	struct sheet_at at, secret;
	struct entry e;

	lb_enrol(lb, &e, lb_twin(lb, o->reader), 0); /* the grant ends */
	ALLOWED(lb, o->founder, &e);
	leaf = lb->last_leaf;
	of_member(&e, ACT_ACKNOWLEDGE, o->reader);
	e.own.acknowledge = leaf;
	ALLOWED(lb, o->lead, &e);
	lb_grant(lb, &e, &o->c, o->plain, GRANT_DEPOSITOR);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME + 99;
	ALLOWED(lb, o->lead, &e);
	lb_grant(lb, &e, &o->c, o->plain, GRANT_DEPOSITOR); /* the first one is past */
	ALLOWED(lb, o->lead, &e);
	lb_role(&e, o->auditor, false, ROLE_AUDITOR);
	ALLOWED(lb, o->admin, &e);
	lb_of_grant(&e, ACT_BREAK_GLASS, &o->c, o->standby);
	ALLOWED(lb, o->standby, &e);
	lb_case(lb, &e, &id, o->lead);
	lb_add_sheet(lb, &e);
	ALLOWED(lb, o->admin, &e);
	lb_deposit(lb, &e, &thing, &id);
	e.n_objects = 0;
	ALLOWED(lb, o->lead, &e);
	(void)private_sheet(o, subject_case(&id));
	lb_of_grant(&e, ACT_UNGRANT, &id, o->lead);
	ALLOWED(lb, o->admin, &e);
	lb_grant(lb, &e, &id, o->plain, GRANT_LEAD);
	ALLOWED(lb, o->admin, &e);
	entry_init(&e, ACT_CLOSE, &(struct subject){.kind = SUBJECT_CASE, .id = id});
	ALLOWED(lb, o->plain, &e);
	lb_hash(lb, &object);
	of_vault(&e, ACT_LOG_KEY);
	CHECK_INT(note_key_make(lb->genesis.origin, o->plain->key.pub, &e.own.log_key),
		  0);
	CHECK_INT(entry_add_object(&e, &object), 0);
	ALLOWED(lb, o->admin, &e);
	of_vault(&e, ACT_RESTORED);
	e.own.restored.slot = 77;
	e.own.restored.head = lb->fingerprint;
	leaf = propose(o, o->admin, &e);
	lb_approve(&e, subject_vault(), &leaf, true);
	ALLOWED(lb, o->founder, &e);
	of_vault(&e, ACT_ANCHOR);
	e.own.anchor.batch = 1;
	snprintf(e.own.anchor.kind, sizeof e.own.anchor.kind, "rfc3161");
	lb_hash(lb, &object);
	CHECK_INT(entry_add_object(&e, &object), 0);
	e.at = ANCHORED_AT;
	ALLOWED(lb, o->admin, &e);
	two_person(o);
	lb_enrol(lb, &e, lb_person(lb, "X-1"), ROLE_ADMIN); /* open, of someone unknown */
	(void)propose(o, o->admin, &e);
	lb_enrol(lb, &e, lb_person(lb, "R-2"), ROLE_RECOVERY);
	leaf = propose(o, o->admin, &e);
	approve(o, o->founder, e.subject, &leaf);
	lb_role(&e, o->plain, true, ROLE_AUDITOR); /* refused */
	leaf = propose(o, o->admin, &e);
	lb_approve(&e, subject_member(&o->plain->code), &leaf, false);
	ALLOWED(lb, o->founder, &e);
	at = record_sheet(o, o->lead, x);
	secret = private_sheet(o, x);
	for (int i = 0; i < 2; i++) { /* one carried out, one permitted */
		entry_init(&e, ACT_ERASE, &x);
		lb_hash(lb, &is);
		add_was(&e, i == 0 ? &at.sheet : &is, i == 0 ? &is : NULL);
		permit(o, o->lead, o->admin, &e);
		add_new_pair(o, &e, &at);
		if (i == 0)
			ALLOWED(lb, o->lead, &e);
	}
	entry_init(&e, ACT_LOST, &x);
	e.own.lost.hashes[e.own.lost.n++] = state_exhibit(lb->state, &o->x)->object;
	leaf = propose(o, o->lead, &e);
	approve(o, o->admin, x, &leaf);
	e.action = ACT_LOST;
	e.proposed = ACT_NONE;
	e.own.lost.has_proposal = true;
	e.own.lost.proposal = leaf;
	e.at = 0;
	ALLOWED(lb, o->lead, &e);
	entry_init(&e, ACT_DISPOSE, &x);
	add_blank(&e, &secret.sheet);
	permit(o, o->lead, o->admin, &e);
	add_new_pair(o, &e, &secret);
	ALLOWED(lb, o->lead, &e);
}

/* An admin's skip over one slot that nobody has. */
static void
skip_one(struct office *o)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct log_builder *lb = &o->lb;
	struct judge_report report;
	struct amana_error err;
	struct hash head;
	struct entry e;
	uint64_t n = state_slot(lb->state) + 1;

	lb_hash(lb, &head);
	lb_begin(lb, o->admin);
	lb->note.n = n + 1;
	lb->note.prev = head;
	of_vault(&e, ACT_SKIP);
	e.own.skip = (struct act_skip){n, n, head, *state_head(lb->state)};
	lb_add(lb, &e);
	lb_sign(lb, &slot);
	CHECK_OK(judge_skip(lb->state, n, &head, BYTES_OF(slot), &report, &err), err);
	CHECK_INT(report.verdict, VERDICT_VALID);
}

static void
comes_back_the_same(void)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct state *again = NULL;
	struct judge_report one, two;
	struct amana_error err;
	struct custody_id x;
	struct entry e;

	office_init(&o);
	fill(&o);
	skip_one(&o);
	lb_snapshot(lb->state, &before);
	CHECK_OK(state_restore(BYTES_OF(before), &again, &err), err);
	lb_snapshot(again, &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));

	/* What was left out and computed again. */
	CHECK_INT(peek_admins(again), peek_admins(lb->state));
	CHECK_INT(peek_auditors(again), peek_auditors(lb->state));
	CHECK_INT(state_ring_epoch(again, &o.c), state_ring_epoch(lb->state, &o.c));
	CHECK(age_recipient_equal(state_ring_recipient(again, &o.c, 1),
				  state_ring_recipient(lb->state, &o.c, 1)));
	CHECK_INT(state_exhibit(again, &o.x)->number, 1);
	CHECK_INT(state_case_leads(again, state_case(again, &o.c)), 2);
	CHECK(peek_member_key(again, state_member(again, &o.reader->code), 1) != NULL);
	CHECK_INT(state_n_skips(again), 1);
	CHECK_INT(state_skip_at(again, 0)->in, state_slot(again));
	CHECK_INT(state_last_anchor_at(again), ANCHORED_AT);
	CHECK_INT(state_last_act_at(again), state_last_act_at(lb->state));
	CHECK(state_last_act_at(again) > 0 && state_last_act_at(again) != ANCHORED_AT);

	/* Both go on alike, for good and ill. */
	for (int i = 0; i < 2; i++) {
		CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

		lb_deposit(lb, &e, &x, &o.c);
		e.at = LB_TIME + 1000 + i;
		lb_begin(lb, i == 0 ? o.lead : o.auditor);
		lb_add(lb, &e);
		lb_sign(lb, &slot);
		CHECK_OK(judge_slot(lb->state, BYTES_OF(slot), &one, &err), err);
		CHECK_OK(judge_slot(again, BYTES_OF(slot), &two, &err), err);
		CHECK_INT(one.verdict, i == 0 ? VERDICT_VALID : VERDICT_VOID);
		CHECK_INT(two.verdict, one.verdict);
		CHECK_STR(two.reason, one.reason);
		CHECK_INT(state_last_act_at(again),
			  LB_TIME + 1000); /* a void one is no act */
	}
	buf_done(&before);
	buf_done(&after);
	lb_snapshot(lb->state, &before);
	lb_snapshot(again, &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	state_free(again);
	office_done(&o);
}

/* Under its MAC none of this happens; without it, nothing worse than a refusal or a
 * state that writes itself back as it came. */
static void
changed_bytes(void)
{
	CLEANUP(buf_done) struct buf good = BUF_INIT(0);
	struct office o;
	struct amana_error err;
	unsigned int taken = 0;

	office_init(&o);
	fill(&o);
	lb_snapshot(o.lb.state, &good);
	for (size_t i = 0; i < good.len; i++) {
		struct state *state = NULL;

		CLEANUP(buf_done) struct buf again = BUF_INIT(0);
		uint8_t change = (uint8_t)(1 << i % 8);

		if (i % 8 == 0)
			CHECK_FAILS(
				state_restore((struct bytes){good.data, i}, &state, &err),
				err, AMANA_E_FORMAT);
		if (i % 3 != 0)
			continue; /* one byte in three: each costs a restore */
		good.data[i] ^= change;
		if (state_restore(BYTES_OF(good), &state, &err) == 0) {
			lb_snapshot(state, &again);
			CHECK(bytes_equal(BYTES_OF(again), BYTES_OF(good)));
			taken++;
		} else {
			CHECK_INT(err.code, AMANA_E_FORMAT);
		}
		state_free(TAKE(state));
		good.data[i] ^= change;
	}
	CHECK(taken > 0); /* leaves and heads are any 32 bytes */
	{
		struct state *state = NULL;

		CHECK_OK(buf_add_byte(&good, 0, &err), err);
		CHECK_FAILS(state_restore(BYTES_OF(good), &state, &err), err,
			    AMANA_E_FORMAT);
	}
	office_done(&o);
}

/* The case's lead is appointed, which a reader confirms, and an exhibit is disposed of:
 * each allocation of these slots fails in turn, and the state is as before. */
static void
no_memory_for(struct office *o, struct person *by, struct entry *e)
{
	CLEANUP(buf_done)
	struct buf before = BUF_INIT(0), slot = BUF_INIT(BATCH_BYTES_MAX);
	struct log_builder *lb = &o->lb;
	struct judge_report report;
	struct amana_error err;
	int r = -1;

	lb_snapshot(lb->state, &before);
	e->at = 0;
	lb_begin(lb, by);
	lb_add(lb, e);
	lb_sign(lb, &slot);
	for (uint64_t n = 1; r < 0; n++) {
		CLEANUP(buf_done) struct buf after = BUF_INIT(0);

		fault_arm(FAULT_ALLOC, n, 0, false);
		r = judge_slot(lb->state, BYTES_OF(slot), &report, &err);
		fault_disarm();
		if (r == 0)
			break;
		CHECK_INT(err.code, AMANA_E_NOMEM);
		lb_snapshot(lb->state, &after);
		CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	}
	CHECK_STR(report.reason, "");
	CHECK_INT(report.verdict, VERDICT_VALID);
}

static void
no_memory_for_what_looks_back(void)
{
	struct office o;
	struct sheet_at at;
	struct custody_id x;
	struct entry e;

	office_init(&o);
	at = deposit_sheet(&o, &x);
	entry_init(&e, ACT_DISPOSE, &(struct subject){.kind = SUBJECT_EXHIBIT, .id = x});
	add_blank(&e, &at.sheet);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	no_memory_for(&o, o.lead, &e);
	of_member(&e, ACT_REVOKE, o.lead);
	ALLOWED(&o.lb, o.founder, &e);
	of_member(&e, ACT_REVOKE, o.lead2);
	no_memory_for(&o, o.founder, &e);
	lb_grant(&o.lb, &e, &o.c, o.plain, GRANT_LEAD);
	no_memory_for(&o, o.admin, &e);
	no_memory_for(&o, o.reader, &e);
	CHECK(state_is_standing_lead(o.lb.state, state_case(o.lb.state, &o.c),
				     &o.plain->code));
	office_done(&o);
}

/* Each allocation of a large batch fails in turn: the state is as before, and the same
 * bytes are good after it. */
static void
no_memory(void)
{
	CLEANUP(buf_done)
	struct buf before = BUF_INIT(0), slot = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id id;
	struct judge_report report;
	struct amana_error err;
	struct entry e;
	struct hash leaf;
	unsigned int failed = 0;
	uint64_t passed = 0;
	int r = -1;

	office_init(&o);
	fill(&o);
	lb_grant(lb, &e, &o.c, o.admin, GRANT_LEAD);
	ALLOWED(lb, o.lead, &e);
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	leaf = propose(&o, o.founder, &e);
	lb_snapshot(lb->state, &before);

	lb_begin(lb, o.admin);
	lb_enrol(lb, &e, lb_person(lb, "X-3"), 0);
	lb_add(lb, &e);
	lb_case(lb, &e, &id, o.lead);
	lb_add(lb, &e);
	lb_grant(lb, &e, &o.c, o.reader, GRANT_DEPOSITOR);
	lb_add(lb, &e);
	lb_epoch(lb, &e, &o.c);
	lb_add(lb, &e);
	for (int i = 0; i < 40; i++) {
		lb_deposit(lb, &e, &id, &o.c);
		e.own.sealing.epoch++;
		lb_add_sheet(lb, &e);
		lb_add(lb, &e);
	}
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	e.own.sealing.epoch++;
	lb_add_private(lb, &e);
	lb_add(lb, &e);
	lb_role(&e, o.lead, true, ROLE_AUDITOR);
	lb_propose(&e);
	lb_add(lb, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, true);
	lb_add(lb, &e);
	lb_sign(lb, &slot);
	for (uint64_t n = 1; r < 0; n++) {
		CLEANUP(buf_done) struct buf after = BUF_INIT(0);

		fault_arm(FAULT_ALLOC, n, 0, false);
		r = judge_slot(lb->state, BYTES_OF(slot), &report, &err);
		passed = fault_passed();
		fault_disarm();
		if (r == 0)
			break;
		CHECK_INT(err.code, AMANA_E_NOMEM);
		lb_snapshot(lb->state, &after);
		CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
		failed++;
	}
	CHECK_INT(report.verdict, VERDICT_VALID);
	CHECK(failed > 5 || passed == 0); /* 0: a build without fault hooks */

	/* The same of a restore. */
	r = -1;
	for (uint64_t n = 1; r < 0; n++) {
		struct state *state = NULL;

		fault_arm(FAULT_ALLOC, n, 0, false);
		r = state_restore(BYTES_OF(before), &state, &err);
		fault_disarm();
		if (r < 0)
			CHECK_INT(err.code, AMANA_E_NOMEM);
		state_free(state);
	}
	office_done(&o);
}

int
main(void)
{
	RUN(comes_back_the_same);
	RUN(changed_bytes);
	RUN(no_memory);
	RUN(no_memory_for_what_looks_back);
	return 0;
}
