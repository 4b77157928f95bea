/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/*
 * What holds for every entry, whatever its action, and transactions.  REFUSED also checks
 * that nothing but the slot number moved, and lb_act that state_may and the judge agree.
 *
 * The rules of docs/FORMAT.md section 10, act by act, are in test_state_members.c,
 * test_state_vault.c, test_state_proposals.c, test_state_cases.c, test_state_exhibits.c.
 */

static void
founding(void)
{
	const struct state_member *founder;
	const struct state_grant *g;
	struct log_builder lb;
	struct hash empty, file;

	lb_init(&lb);
	founder = state_member(lb.state, &lb.founder->code);
	CHECK(founder != NULL && founder->roles == (ROLE_ADMIN | ROLE_AUDITOR));
	CHECK(memcmp(founder->pub, lb.founder->key.pub, SIGN_PUB_LEN) == 0);
	g = state_grant(lb.state, NULL, &lb.founder->code);
	CHECK(g != NULL && g->kind == GRANT_AUDITOR && g->epoch == 1);
	CHECK(g->chain.event == 0); /* the genesis is nobody's event */
	CHECK(g->has_file && hash_equal(&g->file, &lb.genesis.audit_file));
	CHECK_INT(state_ring_file(lb.state, NULL, &lb.founder->code, &file), 0);
	CHECK(hash_equal(&file, &lb.genesis.audit_file));
	CHECK(state_object(lb.state, &lb.genesis.audit_file)->kept);
	CHECK_INT(state_audit_holders(lb.state), 1);
	CHECK(state_enroller(lb.state, founder, 0) == founder);
	CHECK(state_enroller(lb.state, founder, 1) == NULL);
	CHECK_INT(state_ring_epoch(lb.state, NULL), 1);
	CHECK(age_recipient_equal(state_ring_recipient(lb.state, NULL, 1),
				  &lb.genesis.audit_recipient));
	CHECK(state_ring_recipient(lb.state, NULL, 2) == NULL);
	CHECK_INT(state_slot(lb.state), 0);
	CHECK(hash_equal(state_head(lb.state), &lb.fingerprint));
	CHECK_INT(state_size(lb.state), 0);
	merkle_root(state_frontier(lb.state), &empty);
	CHECK_INT(empty.bytes[0], 0xe3); /* SHA-256 of nothing */
	CHECK_INT(peek_format(lb.state), 1);
	CHECK(!state_two_person(lb.state) && state_break_glass(lb.state));
	CHECK_STR(state_origin(lb.state), lb.genesis.origin);
	lb_done(&lb);
}

/* An entry as lb_add would make it, not added. */
static void
prepare(struct log_builder *lb, struct person *signer, struct entry *e)
{
	lb_begin(lb, signer);
	lb_add(lb, e);
	lb_begin(lb, signer);
}

static void
place_and_signer(void)
{
	struct office o;
	struct entry e;
	struct log_builder *lb = &o.lb;

	office_init(&o);
	/* The hash of another slot: backdated, or copied from elsewhere. */
	of_vault(&e, ACT_PUBLISH);
	prepare(lb, o.founder, &e);
	hash_of(lb->slots[lb->n_slots - 2].data, lb->slots[lb->n_slots - 2].len, &e.prev);
	lb_add_as_is(lb, &e);
	end_void(lb, "another place in the log");

	/* Another member's entry, copied into one's own batch. */
	prepare(lb, o.founder, &e);
	lb_begin(lb, o.admin);
	lb_add_as_is(lb, &e);
	end_void(lb, "S-001's, not its signer's");

	/* An entry that was valid once, copied. */
	ALLOWED(lb, o.founder, &e);
	lb_begin(lb, o.founder);
	lb_add_as_is(lb, &e);
	end_void(lb, "another place in the log");

	/* A whole valid batch, copied behind itself. */
	CHECK_INT(lb_judge(lb, BYTES_OF(lb->slots[lb->n_slots - 2])), VERDICT_DAMAGED);
	office_done(&o);
}

static void
chains(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	for (int i = 0; i < 3; i++) {
		lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
		prepare(lb, o.reader, &e);
		e.event += i == 0;	       /* leaves one out */
		e.before.bytes[0] ^= (i == 1); /* follows another leaf */
		if (i == 2) {		       /* begins again */
			e.event = 1;
			memset(&e.before, 0, sizeof e.before);
		}
		lb_add_as_is(lb, &e);
		end_void(lb, "does not continue its subject's events");
	}
	/* Within the batch, too. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	lb_begin(lb, o.reader);
	lb_add(lb, &e);
	lb_add_as_is(lb, &e);
	end_void(lb, "entry 2, record: the entry does not continue");
	lb_begin(lb, o.reader);
	lb_add(lb, &e);
	lb_add(lb, &e);
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK_INT(state_exhibit(lb->state, &o.x)->chain.event, 3);
	CHECK(hash_equal(&state_exhibit(lb->state, &o.x)->chain.leaf, &lb->last_leaf));
	office_done(&o);
}

static void
subjects_exist(void)
{
	struct custody_id unknown;
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash before;
	struct entry e;
	uint64_t event;

	office_init(&o);
	lb_id(lb, &unknown);
	lb_record(lb, &e, ACT_RECORD, subject_case(&unknown));
	REFUSED(lb, o.founder, &e, "no such case");
	lb_record(lb, &e, ACT_DENIED, subject_case(&unknown));
	REFUSED(lb, o.plain, &e, "no such case");
	e.subject.kind = SUBJECT_EXHIBIT;
	REFUSED(lb, o.plain, &e, "no such exhibit");
	lb_role(&e, lb_person(lb, "X-1"), true, ROLE_ADMIN);
	REFUSED(lb, o.founder, &e, "X-1 is not enrolled");
	lb_of_grant(&e, ACT_UNGRANT, &unknown, o.plain);
	REFUSED(lb, o.founder, &e, "no such case");
	lb_of_grant(&e, ACT_UNGRANT, &o.c, lb_person(lb, "X-1"));
	REFUSED(lb, o.founder, &e, "X-1 is not enrolled");
	/* Nor is what a private sheet would stand for, in a slot with sheets. */
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_sheet(lb, &e);
	lb_add(lb, &e);
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&unknown));
	e.own.sealing.case_id = o.c;
	lb_add_private(lb, &e);
	lb_add(lb, &e);
	end_void(lb, "no such exhibit");
	/* An unknown case is not the audit ring. */
	lb_of_grant(&e, ACT_UNGRANT, &unknown, o.founder);
	REFUSED(lb, o.founder, &e, "no such case");
	CHECK(state_grant(lb->state, &unknown, &o.founder->code) == NULL);
	CHECK_INT(state_ring_epoch(lb->state, &unknown), 0);
	CHECK(!state_next_event(lb->state,
				&(struct subject){.kind = SUBJECT_CASE, .id = unknown},
				&event, &before));
	office_done(&o);
}

static void
actors(void)
{
	struct person *twin;
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	/* A revoked member's signature is good and his acts are void. */
	of_member(&e, ACT_REVOKE, o.reader);
	ALLOWED(lb, o.founder, &e);
	lb_record(lb, &e, ACT_DENIED, subject_case(&o.c));
	REFUSED(lb, o.reader, &e, "S-005 is revoked");

	/* So it is with a key that was replaced, */
	twin = lb_twin(lb, o.admin);
	lb_enrol(lb, &e, twin, ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_begin(lb, o.admin);
	lb_add(lb, &e);
	end_void(lb, "S-002's signing key was replaced");
	ALLOWED(lb, twin, &e);
	/* in the very batch that replaces it, too. */
	lb_enrol(lb, &e, o.admin, ROLE_ADMIN);
	lb_begin(lb, twin);
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	end_void(lb, "entry 2, publish: S-002's signing key was replaced");

	/* A stranger's signature is by no key ever enrolled. */
	of_vault(&e, ACT_PUBLISH);
	CHECK_INT(lb_act(lb, lb_person(lb, "X-1"), &e), VERDICT_DAMAGED);
	office_done(&o);
}

/* A draft is what lb_add makes, and leaves no trace when it is taken back. */
static void
drafts(void)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct state_signer signer;
	struct amana_error err;
	struct state_why why;
	struct custody_id x;
	struct entry e[3], too_much;

	office_init(&o);
	lb_snapshot(lb->state, &before);
	signer.code = o.lead->code;
	memcpy(signer.pub, o.lead->key.pub, sizeof signer.pub);
	lb_deposit(lb, &e[0], &x, &o.c);
	lb_record(lb, &e[1], ACT_RECORD, subject_exhibit(&o.x));
	lb_of_grant(&e[2], ACT_UNGRANT, &o.c, o.reader);
	e[0].at = e[1].at = e[2].at = LB_TIME;

	lb_begin(lb, o.lead);
	CHECK_OK(state_begin(lb->state, lb->note.n, &lb->note.prev, &signer, &err), err);
	CHECK_FAILS(state_begin(lb->state, lb->note.n, &lb->note.prev, &signer, &err),
		    err, AMANA_E_BUG);
	CHECK_OK(state_draft(lb->state, &e[0], &entries, &why, &err), err);
	CHECK_OK(state_draft(lb->state, &e[1], &entries, &why, &err), err);
	CHECK_OK(state_draft(lb->state, &e[2], &entries, &why, &err), err);
	CHECK(state_exhibit(lb->state, &x) != NULL);
	CHECK_INT(state_frontier(lb->state)->size, lb->note.before + 3);
	of_member(&too_much, ACT_REVOKE, o.reader);
	CHECK_INT(state_draft(lb->state, &too_much, &entries, &why, &err), 1);
	CHECK(strstr(why.text, "not an admin") != NULL);
	CHECK_FAILS(state_draft(lb->state, &e[1], &entries, &why, &err), err,
		    AMANA_E_BUG);
	CHECK_FAILS(state_commit(lb->state, &lb->fingerprint, NULL, &why, &err), err,
		    AMANA_E_BUG);
	state_rollback(lb->state);
	lb_snapshot(lb->state, &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	CHECK(state_exhibit(lb->state, &x) == NULL);

	/* The same entries, the same bytes. */
	lb_begin(lb, o.lead);
	for (int i = 0; i < 3; i++) {
		struct entry again = e[i];

		lb_add(lb, &again);
	}
	CHECK(bytes_equal(BYTES_OF(entries), BYTES_OF(lb->entries)));
	office_done(&o);
}

int
main(void)
{
	RUN(founding);
	RUN(place_and_signer);
	RUN(chains);
	RUN(subjects_exist);
	RUN(actors);
	RUN(drafts);
	return 0;
}
