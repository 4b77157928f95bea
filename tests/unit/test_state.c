/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/*
 * The rules of docs/FORMAT.md section 10, first part: what holds always, and authority.
 * (test_state_cases.c has cases and evidence.)  Each row is allowed once and refused in
 * every way it can be.  REFUSED also checks that nothing but the slot number moved, and
 * lb_act that state_may and the judge agree.
 */

static void
founding(void)
{
	const struct state_member *founder;
	const struct state_grant *g;
	struct log_builder lb;
	struct hash empty;

	lb_init(&lb);
	founder = state_member(lb.state, &lb.founder->code);
	CHECK(founder != NULL && founder->roles == (ROLE_ADMIN | ROLE_AUDITOR));
	CHECK(memcmp(founder->pub, lb.founder->key.pub, SIGN_PUB_LEN) == 0);
	g = state_grant(lb.state, NULL, &lb.founder->code);
	CHECK(g != NULL && g->kind == GRANT_AUDITOR && g->epoch == 1);
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
end_void(struct log_builder *lb, const char *why)
{
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, why) != NULL);
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
	ALLOWED(lb, o.founder, &e);
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

/* ---- enrol, role, revoke ---- */

static void
enrolling(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *twin, *thief;
	struct entry e;

	office_init(&o);
	thief = lb_person(lb, "X-1");
	lb_enrol(lb, &e, thief, 0);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	e.own.enrol.roles = ROLE_ADMIN | ROLE_RECOVERY;
	REFUSED(lb, o.founder, &e, "recovery stands alone");

	/* Another's key under a new code; and it was S-002's even after he has a new
	 * one. */
	twin = lb_twin(lb, o.admin);
	lb_enrol(lb, &e, twin, ROLE_ADMIN);
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(note_key_make("X-1", o.admin->key.pub, &thief->key), 0);
	lb_enrol(lb, &e, thief, 0);
	REFUSED(lb, o.founder, &e, "another member's");
	/* But he himself may go back to it. */
	lb_enrol(lb, &e, o.admin, ROLE_ADMIN);
	ALLOWED(lb, o.founder, &e);
	CHECK(memcmp(member(&o, o.admin)->pub, o.admin->key.pub, SIGN_PUB_LEN) == 0);
	CHECK(memcmp(peek_member_key(lb->state, member(&o, o.admin), 0), twin->key.pub,
		     SIGN_PUB_LEN) == 0);
	CHECK(memcmp(peek_member_key(lb->state, member(&o, o.admin), 1), o.admin->key.pub,
		     SIGN_PUB_LEN) == 0);
	CHECK(peek_member_key(lb->state, member(&o, o.admin), 2) == NULL);
	CHECK(!is_due(&o) && !audit_is_due(&o));

	/* New keys for a reader: the grant stays, the ring is due.  For a depositor
	 * nothing is. */
	lb_enrol(lb, &e, lb_twin(lb, o.depositor), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(!is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.reader), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(is_due(&o) && kind_of(&o, o.reader) == GRANT_READER);
	rekey(&o, o.lead, &o.c);
	lb_enrol(lb, &e, lb_twin(lb, o.standby), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(is_due(&o) && !audit_is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.auditor), ROLE_AUDITOR);
	ALLOWED(lb, o.founder, &e);
	CHECK(audit_is_due(&o));
	office_done(&o);
}

static void
enrolling_again_changes_roles(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	ALLOWED(lb, o.founder, &e);
	lb_enrol(lb, &e, o.auditor, 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(audit_is_due(&o));
	CHECK_INT(state_grant(lb->state, NULL, &o.auditor->code)->kind, GRANT_NONE);
	CHECK_INT(state_auditors(lb->state), 1);

	/* The last admin stays one. */
	lb_role(&e, o.admin, false, ROLE_ADMIN);
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(peek_admins(lb->state), 1);
	lb_enrol(lb, &e, o.founder, ROLE_AUDITOR);
	REFUSED(lb, o.founder, &e, "S-001 is the last admin");

	/* A card is a card from first to last. */
	lb_enrol(lb, &e, o.card, 0);
	REFUSED(lb, o.founder, &e, "becomes or stops being a recovery card");
	lb_enrol(lb, &e, o.plain, ROLE_RECOVERY);
	REFUSED(lb, o.founder, &e, "becomes or stops being a recovery card");
	CHECK(!is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.card), ROLE_RECOVERY);
	ALLOWED(lb, o.founder, &e);
	CHECK(is_due(&o)); /* it held every case's ring */

	/* A revoked code is never used again. */
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.founder, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.plain), 0);
	REFUSED(lb, o.founder, &e, "S-009 was revoked");
	office_done(&o);
}

static void
recovery_card_enrols_an_admin_only(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_enrol(lb, &e, lb_person(lb, "X-1"), 0);
	REFUSED(lb, o.card, &e, "enrols only an admin");
	lb_enrol(lb, &e, lb_person(lb, "X-1"), ROLE_AUDITOR);
	REFUSED(lb, o.card, &e, "enrols only an admin");
	lb_enrol(lb, &e, lb_twin(lb, o.founder), ROLE_ADMIN | ROLE_AUDITOR);
	ALLOWED(lb, o.card, &e);
	CHECK_INT(peek_admins(lb->state), 2);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	of_member(&e, ACT_REVOKE, o.admin);
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	of_vault(&e, ACT_PUBLISH);
	REFUSED(lb, o.card, &e, "neither admin nor auditor");
	office_done(&o);
}

static void
roles(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(member(&o, o.plain)->roles, ROLE_AUDITOR);
	CHECK_INT(state_auditors(lb->state), 3);
	REFUSED(lb, o.admin, &e, "changes nothing");
	CHECK(!audit_is_due(&o)); /* becoming one gives no key by itself */
	lb_role(&e, o.plain, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	REFUSED(lb, o.admin, &e, "changes nothing");
	lb_role(&e, o.founder, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_grant(lb->state, NULL, &o.founder->code)->kind, GRANT_NONE);
	lb_role(&e, o.card, true, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "R-1 is a recovery card");
	lb_role(&e, o.founder, false, ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.admin, false, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "S-002 is the last admin");
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "S-009 is revoked");
	office_done(&o);
}

static void
revoking(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	of_member(&e, ACT_REVOKE, o.depositor);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.depositor) == GRANT_NONE && !is_due(&o));
	REFUSED(lb, o.admin, &e, "revoked already");
	of_member(&e, ACT_REVOKE,
		  o.standby); /* has the keys, though he may not use them yet */
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.standby) == GRANT_NONE && is_due(&o));
	rekey(&o, o.lead, &o.c);
	of_member(&e, ACT_REVOKE, o.card);
	ALLOWED(lb, o.admin, &e);
	CHECK(is_due(&o) && !audit_is_due(&o));
	of_member(&e, ACT_REVOKE, o.auditor);
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	of_member(&e, ACT_REVOKE, o.founder);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_auditors(lb->state), 0);
	of_member(&e, ACT_REVOKE, o.admin);
	REFUSED(lb, o.admin, &e, "S-002 is the last admin");
	/* With no auditor left an admin starts the audit ring anew. */
	lb_epoch(lb, &e, NULL);
	ALLOWED(lb, o.admin, &e);
	CHECK(!audit_is_due(&o));
	office_done(&o);
}

/* ---- policy, format, log key, anchor, publish ---- */

static void
policies(void)
{
	struct log_builder lone;
	struct office o;
	struct entry e;

	lb_init(&lone);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_TWO_PERSON, 1};
	REFUSED(&lone, lone.founder, &e, "needs two admins");
	lb_approve(&e, subject_vault(), &lone.fingerprint,
		   true); /* when there never was one */
	REFUSED(&lone, lone.founder, &e, "no open proposal");
	lb_done(&lone);

	office_init(&o);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 90};
	REFUSED(&o.lb, o.auditor, &e, "S-008 is not an admin");
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 90};
	ALLOWED(&o.lb, o.admin, &e);
	CHECK_INT(state_grant_days(o.lb.state), 90);
	e.own.policy = (struct act_policy){POLICY_BREAK_GLASS, 0};
	ALLOWED(&o.lb, o.admin, &e);
	CHECK(!state_break_glass(o.lb.state));
	e.own.policy.value = 1;
	ALLOWED(&o.lb, o.admin, &e);
	CHECK(state_break_glass(o.lb.state));
	two_person(&o);
	REFUSED(&o.lb, o.admin, &e, "takes two people");
	office_done(&o);
}

static void
format_stops_the_log(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	of_vault(&e, ACT_FORMAT);
	e.own.format = 2;
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	/* Nothing may follow it in its batch. */
	lb_begin(lb, o.admin);
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	end_void(lb, "entry 2, publish: the format is 2 by now");
	CHECK_INT(peek_format(lb->state), 1);
	of_vault(&e, ACT_FORMAT);
	e.own.format = 2;
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(peek_format(lb->state), 2);
	of_vault(&e, ACT_PUBLISH);
	CHECK_INT(lb_act(lb, o.admin, &e), VERDICT_NEWER);
	office_done(&o);
}

static void
vault_acts(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash object;
	struct entry e;

	office_init(&o);
	lb_hash(lb, &object);
	of_vault(&e, ACT_LOG_KEY);
	CHECK_INT(note_key_make(lb->genesis.origin, o.plain->key.pub, &e.own.log_key), 0);
	CHECK_INT(entry_add_object(&e, &object), 0);
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK(memcmp(state_log_key(lb->state, 0)->pub, o.plain->key.pub, SIGN_PUB_LEN) ==
	      0);
	CHECK_INT(note_key_make("other", o.plain->key.pub, &e.own.log_key), 0);
	REFUSED(lb, o.admin, &e, "not the vault's origin");
	CHECK(state_log_key(lb->state, 1) == NULL);

	of_vault(&e, ACT_PUBLISH);
	REFUSED(lb, o.lead, &e, "S-003 is neither admin nor auditor");
	ALLOWED(lb, o.admin, &e);
	ALLOWED(lb, o.auditor, &e);

	of_vault(&e, ACT_ANCHOR);
	CHECK_INT(entry_add_object(&e, &object), 0);
	memcpy(e.own.anchor.kind, "rfc3161", 8);
	e.own.anchor.batch = state_slot(lb->state) + 1; /* this very one */
	REFUSED(lb, o.auditor, &e, "not an earlier one");
	REFUSED(lb, o.lead, &e, "S-003 is neither admin nor auditor");
	e.own.anchor.batch = state_slot(lb->state);
	ALLOWED(lb, o.auditor, &e);
	e.own.anchor.batch = 0;
	ALLOWED(lb, o.admin, &e);

	of_vault(&e, ACT_SKIP);
	e.own.skip = (struct act_skip){1, 2, *state_head(lb->state)};
	REFUSED(lb, o.admin, &e, "no way past a damaged slot here");
	e.own.skip = (struct act_skip){state_slot(lb->state), state_slot(lb->state),
				       *state_head(lb->state)};
	REFUSED(lb, o.admin, &e, "no way past a damaged slot here");
	office_done(&o);
}

/* ---- two people ---- */

static void
restored(void)
{
	struct log_builder lone;
	struct office o;
	struct hash leaf;
	struct entry e;

	lb_init(&lone);
	of_vault(&e, ACT_RESTORED);
	e.own.restored.slot = 40;
	e.own.restored.head = lone.fingerprint;
	lb_propose(&e);
	REFUSED(&lone, lone.founder, &e, "restored does not take two people now");
	e.action = ACT_RESTORED;
	e.proposed = ACT_NONE;
	ALLOWED(&lone, lone.founder, &e);
	CHECK_INT(state_n_restored(lone.state), 1);
	CHECK_INT(state_restored_at(lone.state, 0)->from, 2);
	CHECK_INT(state_restored_at(lone.state, 0)->slot, 40);
	lb_done(&lone);

	office_init(&o);
	REFUSED(&o.lb, o.admin, &e, "takes two people");
	leaf = propose(&o, o.admin, &e);
	CHECK_INT(state_n_restored(o.lb.state), 0);
	lb_approve(&e, subject_vault(), &leaf, true);
	REFUSED(&o.lb, o.admin, &e, "S-002 proposed it");
	REFUSED(&o.lb, o.auditor, &e, "S-008 is not an admin");
	ALLOWED(&o.lb, o.founder, &e);
	CHECK_INT(state_n_restored(o.lb.state), 1);
	/* From the proposal on: the slot before this one. */
	CHECK(state_restored_at(o.lb.state, 0)->from < state_slot(o.lb.state));
	REFUSED(&o.lb, o.founder, &e, "no open proposal");
	office_done(&o);
}

static void
two_person_authority(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *new_admin;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	/* Until it is on, one is enough, and nothing of this may be proposed. */
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "role does not take two people now");
	two_person(&o);

	new_admin = lb_person(lb, "X-1");
	lb_enrol(lb, &e, new_admin, ROLE_ADMIN);
	CHECK(state_takes_two(lb->state, &e));
	REFUSED(lb, o.admin, &e, "takes two people");
	leaf = propose(&o, o.admin, &e);
	CHECK(state_member(lb->state, &new_admin->code) == NULL);
	CHECK(peek_proposal(lb->state, &leaf) != NULL);
	CHECK_STR(
		state_proposal_by(lb->state, peek_proposal(lb->state, &leaf))->code.text,
		"S-002");
	/* He is no member by having been proposed. */
	CHECK_INT(lb_act(lb, new_admin, &e), VERDICT_DAMAGED);
	lb_approve(&e, subject_vault(), &leaf, true);
	REFUSED(lb, o.founder, &e, "about something else");
	lb_approve(&e, subject_member(&new_admin->code), &lb->fingerprint, true);
	REFUSED(lb, o.founder, &e, "no open proposal");
	lb_approve(&e, subject_member(&new_admin->code), &leaf, true);
	REFUSED(lb, o.admin, &e, "another has to approve");
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(member(&o, new_admin)->roles, ROLE_ADMIN);
	CHECK_INT(member(&o, new_admin)->chain.event, 2);
	CHECK(peek_proposal(lb->state, &leaf) == NULL);

	/* Someone without a role takes one, and so does revoking them; making a card
	 * takes two. */
	lb_enrol(lb, &e, lb_person(lb, "X-2"), 0);
	ALLOWED(lb, o.admin, &e);
	lb_enrol(lb, &e, lb_person(lb, "R-2"), ROLE_RECOVERY);
	REFUSED(lb, o.admin, &e, "takes two people");
	lb_enrol(lb, &e, lb_twin(lb, o.card), ROLE_RECOVERY);
	REFUSED(lb, o.admin, &e, "takes two people");
	lb_enrol(lb, &e, o.auditor, 0); /* takes a role away */
	REFUSED(lb, o.admin, &e, "takes two people");
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "takes two people");
	of_member(&e, ACT_REVOKE, o.auditor);
	REFUSED(lb, o.admin, &e, "takes two people");
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	of_vault(&e, ACT_FORMAT);
	e.own.format = 2;
	REFUSED(lb, o.admin, &e, "takes two people");
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 30};
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subject_vault(), &leaf, true);
	ALLOWED(lb, new_admin, &e);
	CHECK_INT(state_grant_days(lb->state), 30);
	office_done(&o);
}

static void
proposals_end(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf, other;
	struct entry e;

	office_init(&o);
	two_person(&o);
	/* No closes it. */
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, false);
	REFUSED(lb, o.admin, &e, "another has to approve");
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	ALLOWED(lb, o.founder, &e);
	CHECK(peek_proposal(lb->state, &leaf) == NULL);
	e.own.approve.yes = true;
	REFUSED(lb, o.founder, &e, "no open proposal");
	CHECK_INT(member(&o, o.plain)->roles, 0);

	/* What is not allowed cannot be proposed, nor approved once it is not any more.
	 */
	lb_role(&e, o.plain, false, ROLE_ADMIN);
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "changes nothing");
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	other = propose(&o, o.founder, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, true);
	ALLOWED(lb, o.founder, &e);
	lb_approve(&e, subject_member(&o.plain->code), &other, true);
	REFUSED(lb, o.admin, &e, "changes nothing");
	e.own.approve.yes = false; /* but it can still be closed */
	ALLOWED(lb, o.admin, &e);

	/* Who proposed it has to have kept the right. */
	lb_role(&e, o.reader, true, ROLE_AUDITOR);
	leaf = propose(&o, o.plain, &e);
	lb_role(&e, o.plain, false, ROLE_ADMIN);
	other = propose(&o, o.admin, &e);
	lb_approve(&e, subject_member(&o.plain->code), &other, true);
	ALLOWED(lb, o.founder, &e);
	lb_approve(&e, subject_member(&o.reader->code), &leaf, true);
	REFUSED(lb, o.founder, &e, "S-009 is not an admin");
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.founder, &e);
	lb_approve(&e, subject_member(&o.reader->code), &leaf, true);
	REFUSED(lb, o.founder, &e, "who proposed it is revoked");
	office_done(&o);
}

static void
recovery_card_is_a_second_admin(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	two_person(&o);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	lb_propose(&e);
	REFUSED(lb, o.card, &e, "R-1 is not an admin"); /* it only approves */
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, true);
	ALLOWED(lb, o.card, &e);
	CHECK_INT(member(&o, o.plain)->roles, ROLE_ADMIN);
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
	CHECK(state_draft_is_whole(lb->state, &why));
	CHECK_OK(state_draft(lb->state, &e[2], &entries, &why, &err), err);
	CHECK(!state_draft_is_whole(lb->state, &why));
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
	RUN(enrolling);
	RUN(enrolling_again_changes_roles);
	RUN(recovery_card_enrols_an_admin_only);
	RUN(roles);
	RUN(revoking);
	RUN(policies);
	RUN(format_stops_the_log);
	RUN(vault_acts);
	RUN(restored);
	RUN(two_person_authority);
	RUN(proposals_end);
	RUN(recovery_card_is_a_second_admin);
	RUN(drafts);
	return 0;
}
