/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md 10.3 for acts about the vault: policy, format,
 * log-key, anchor, publish, restored.  acknowledge: test_state_acknowledge.c.  Each row
 * is allowed once and refused in every way it can be. */

static void
policies(void)
{
	struct log_builder lone;
	struct office o;
	struct entry e;

	lb_init(&lone);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_TWO_PERSON, 1};
	REFUSED(&lone, lone.founder, &e, "needs two admins and a recovery card");
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
	e.own.policy = (struct act_policy){POLICY_DISCLOSURE, 1};
	ALLOWED(&o.lb, o.admin, &e);
	CHECK(state_disclosure_takes_two(o.lb.state));
	two_person(&o);
	REFUSED(&o.lb, o.admin, &e, "takes two people");
	office_done(&o);
}

static void
two_person_needs_two_and_a_card(void)
{
	struct log_builder lb;
	struct entry e;

	lb_init(&lb);
	lb_enrol(&lb, &e, lb_person(&lb, "S-002"), ROLE_ADMIN);
	ALLOWED(&lb, lb.founder, &e);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_TWO_PERSON, 1};
	REFUSED(&lb, lb.founder, &e, "needs two admins and a recovery card");
	lb_enrol(&lb, &e, lb_person(&lb, "R-1"), ROLE_RECOVERY);
	ALLOWED(&lb, lb.founder, &e);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_TWO_PERSON, 1};
	REFUSED(&lb, lb_person(&lb, "R-1"), &e, "R-1 is not an admin");
	ALLOWED(&lb, lb.founder, &e);
	CHECK(state_two_person(lb.state) && !state_disclosure_takes_two(lb.state));
	lb_done(&lb);
}

/* Always by two admins, or an admin and a card. */
static void
format_stops_the_log(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	of_vault(&e, ACT_FORMAT);
	e.own.format = 3;
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "the next format is 2");
	of_vault(&e, ACT_FORMAT);
	e.own.format = 2;
	REFUSED(lb, o.admin, &e, "takes two people");
	lb_propose(&e);
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	ALLOWED(lb, o.admin, &e);
	leaf = lb->last_leaf;
	lb_approve(&e, subject_vault(), &leaf, true);
	REFUSED(lb, o.auditor, &e, "S-008 may not answer it");
	/* Nothing may follow it in its batch. */
	lb_begin(lb, o.card);
	lb_add(lb, &e);
	lb_record(lb, &e, ACT_DENIED, subject_vault());
	lb_add(lb, &e);
	end_void(lb, "entry 2, denied: the format is 2 by now");
	CHECK_INT(peek_format(lb->state), 1);
	approve(&o, o.card, subject_vault(), &leaf);
	CHECK_INT(peek_format(lb->state), 2);
	of_vault(&e, ACT_PUBLISH);
	CHECK_INT(lb_act(lb, o.admin, &e), VERDICT_NEWER);
	office_done(&o);

	/* An admin alone has nobody to end it with. */
	office_init(&o);
	of_member(&e, ACT_REVOKE, o.founder);
	ALLOWED(lb, o.admin, &e);
	of_vault(&e, ACT_FORMAT);
	e.own.format = 2;
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "it takes two admins to end a format");
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
	e.own.skip =
		(struct act_skip){1, 2, *state_head(lb->state), *state_head(lb->state)};
	REFUSED(lb, o.admin, &e, "no way past a damaged slot here");
	e.own.skip = (struct act_skip){state_slot(lb->state), state_slot(lb->state),
				       *state_head(lb->state), *state_head(lb->state)};
	REFUSED(lb, o.admin, &e, "no way past a damaged slot here");
	office_done(&o);
}

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
	REFUSED(&o.lb, o.auditor, &e, "S-008 may not answer it");
	REFUSED(&o.lb, o.card, &e, "R-1 may not answer it");
	ALLOWED(&o.lb, o.founder, &e);
	CHECK_INT(state_n_restored(o.lb.state), 1);
	/* It has the place of the answer. */
	CHECK_STR(state_restored_at(o.lb.state, 0)->by.text, "S-001");
	CHECK_STR(state_restored_at(o.lb.state, 0)->proposed_by.text, "S-002");
	CHECK_INT(state_restored_at(o.lb.state, 0)->from, state_slot(o.lb.state));
	REFUSED(&o.lb, o.founder, &e, "no open proposal");
	office_done(&o);
}

int
main(void)
{
	RUN(policies);
	RUN(two_person_needs_two_and_a_card);
	RUN(format_stops_the_log);
	RUN(vault_acts);
	RUN(restored);
	return 0;
}
