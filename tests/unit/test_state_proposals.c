/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md 10.5 for acts that take two people: which do, who proposes
 * and who answers.  When a proposal lapses: test_state_lapse.c. */

static void
which_take_two(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *fresh;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	/* Until it is on, one is enough, and nothing of this may be proposed. */
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "role does not take two people now");
	two_person(&o);

	fresh = lb_person(lb, "X-1");
	lb_enrol(lb, &e, fresh, ROLE_ADMIN);
	CHECK(state_takes_two(lb->state, &e));
	REFUSED(lb, o.admin, &e, "takes two people");
	leaf = propose(&o, o.admin, &e);
	CHECK(state_member(lb->state, &fresh->code) == NULL);
	CHECK(peek_proposal(lb->state, &leaf) != NULL);
	CHECK_STR(
		state_proposal_by(lb->state, peek_proposal(lb->state, &leaf))->code.text,
		"S-002");
	/* He is no member by having been proposed. */
	CHECK_INT(lb_act(lb, fresh, &e), VERDICT_DAMAGED);
	lb_approve(&e, subject_vault(), &leaf, true);
	REFUSED(lb, o.founder, &e, "about something else");
	lb_approve(&e, subject_member(&fresh->code), &lb->fingerprint, true);
	REFUSED(lb, o.founder, &e, "no open proposal");
	lb_approve(&e, subject_member(&fresh->code), &leaf, true);
	REFUSED(lb, o.admin, &e, "another has to approve");
	REFUSED(lb, o.lead, &e, "S-003 may not answer it");
	REFUSED(lb, o.auditor, &e, "S-008 may not answer it");
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(member(&o, fresh)->roles, ROLE_ADMIN);
	CHECK_INT(member(&o, fresh)->chain.event, 2);
	CHECK(state_enroller(lb->state, member(&o, fresh), 0) == member(&o, o.admin));
	CHECK(state_enroller(lb->state, member(&o, fresh), 1) == member(&o, o.founder));
	CHECK(peek_proposal(lb->state, &leaf) == NULL);

	/* Someone without a role takes one, and so does revoking them, or a card. */
	lb_enrol(lb, &e, lb_person(lb, "X-2"), 0);
	ALLOWED(lb, o.admin, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.plain), 0);
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
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 30};
	leaf = propose(&o, o.admin, &e);
	approve(&o, fresh, subject_vault(), &leaf);
	CHECK_INT(state_grant_days(lb->state), 30);
	office_done(&o);
}

/* `no` closes it, but not what takes somebody out. */
static void
saying_no(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	two_person(&o);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, false);
	REFUSED(lb, o.admin, &e, "another has to approve");
	REFUSED(lb, o.auditor, &e, "S-008 may not answer it");
	ALLOWED(lb, o.founder, &e);
	CHECK(peek_proposal(lb->state, &leaf) == NULL);
	e.own.approve.yes = true;
	REFUSED(lb, o.founder, &e, "no open proposal");
	CHECK_INT(member(&o, o.plain)->roles, 0);

	for (int i = 0; i < 2; i++) {
		if (i == 0)
			lb_role(&e, o.auditor, false, ROLE_AUDITOR);
		else
			of_member(&e, ACT_REVOKE, o.founder);
		leaf = propose(&o, o.admin, &e);
		lb_approve(&e, e.subject, &leaf, false);
		if (i == 1)
			REFUSED(lb, o.founder, &e, "it is about S-001, who answers");
		ALLOWED(lb, o.card, &e);
		ALLOWED(lb, o.card, &e); /* said again */
		CHECK(peek_proposal(lb->state, &leaf)->status == PROPOSAL_OPEN);
		e.own.approve.yes = true;
		if (i == 1)
			REFUSED(lb, o.founder, &e, "it is about S-001, who answers");
		ALLOWED(lb, o.card, &e);
		CHECK(peek_proposal(lb->state, &leaf) == NULL);
	}
	CHECK(member(&o, o.founder)->revoked);
	CHECK_INT(member(&o, o.auditor)->roles, 0);
	office_done(&o);
}

static void
allowed_then_and_now(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf, other;
	struct entry e;

	office_init(&o);
	two_person(&o);
	lb_role(&e, o.plain, false, ROLE_ADMIN);
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "changes nothing");
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	other = propose(&o, o.founder, &e);
	approve(&o, o.founder, subject_member(&o.plain->code), &leaf);
	lb_approve(&e, subject_member(&o.plain->code), &other, true);
	REFUSED(lb, o.admin, &e, "changes nothing");
	e.own.approve.yes = false; /* but it can still be closed */
	ALLOWED(lb, o.admin, &e);
	CHECK(peek_proposal(lb->state, &other) == NULL);
	office_done(&o);
}

static void
cards_as_second(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *second;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	two_person(&o);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	lb_propose(&e);
	REFUSED(lb, o.card, &e, "R-1 is not an admin"); /* it only approves */
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	approve(&o, o.card, subject_member(&o.plain->code), &leaf);
	CHECK_INT(member(&o, o.plain)->roles, ROLE_ADMIN);

	/* One of whom two enrolled it signs an admin's alone, and any other proposes. */
	lb_enrol(lb, &e, lb_person(lb, "X-1"), ROLE_ADMIN);
	REFUSED(lb, o.card, &e, "takes two people");
	leaf = propose(&o, o.card, &e);
	lb_approve(&e, e.subject, &leaf, true);
	REFUSED(lb, o.card, &e, "another has to approve");
	ALLOWED(lb, o.admin, &e);
	second = lb_person(lb, "R-2");
	lb_enrol(lb, &e, second, ROLE_RECOVERY);
	leaf = propose(&o, o.admin, &e);
	approve(&o, o.founder, subject_member(&second->code), &leaf);
	lb_enrol(lb, &e, lb_person(lb, "X-2"), ROLE_ADMIN);
	lb_propose(&e);
	REFUSED(lb, second, &e, "enrol does not take two people now");
	lb_enrol(lb, &e, lb_person(lb, "X-2"), ROLE_ADMIN);
	ALLOWED(lb, second, &e);
	/* By its own keys it stays such a one. */
	lb_enrol(lb, &e, lb_twin(lb, second), ROLE_RECOVERY);
	ALLOWED(lb, second, &e);
	CHECK(state_enroller(lb->state, member(&o, second), 1) != NULL);
	office_done(&o);
}

/* One card behind both is one hand. */
static void
one_card_behind_both(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *a, *b, *c;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	enrol(&o, lb_person(lb, "R-2"), ROLE_RECOVERY);
	a = lb_person(lb, "X-1");
	b = lb_person(lb, "X-2");
	c = lb_person(lb, "X-3");
	lb_enrol(lb, &e, a, ROLE_ADMIN);
	ALLOWED(lb, o.card, &e);
	lb_enrol(lb, &e, b, ROLE_ADMIN); /* two steps away */
	ALLOWED(lb, a, &e);
	lb_enrol(lb, &e, c, ROLE_ADMIN);
	ALLOWED(lb, lb_person(lb, "R-2"), &e);
	two_person(&o);

	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, a, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, true);
	REFUSED(lb, b, &e, "one recovery card stands behind both");
	REFUSED(lb, o.card, &e, "one recovery card stands behind both");
	lb_approve(&e, subject_member(&o.plain->code), &leaf, true);
	ALLOWED(lb, c, &e); /* another card's */

	/* Also once it is revoked. */
	of_member(&e, ACT_REVOKE, o.card);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.plain, false, ROLE_ADMIN);
	leaf = propose(&o, b, &e);
	lb_approve(&e, subject_member(&o.plain->code), &leaf, true);
	REFUSED(lb, a, &e, "one recovery card stands behind both");
	ALLOWED(lb, o.founder, &e);

	/* Enrolled by two, one of them a card, nobody has it behind him alone; but what
	 * was before does not go away. */
	lb_enrol(lb, &e, lb_person(lb, "X-4"), ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	approve(&o, lb_person(lb, "R-2"), subject_member(&lb_person(lb, "X-4")->code),
		&leaf);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	leaf = propose(&o, c, &e);
	approve(&o, lb_person(lb, "X-4"), subject_member(&o.plain->code), &leaf);
	office_done(&o);
}

int
main(void)
{
	RUN(which_take_two);
	RUN(saying_no);
	RUN(allowed_then_and_now);
	RUN(cards_as_second);
	RUN(one_card_behind_both);
	return 0;
}
