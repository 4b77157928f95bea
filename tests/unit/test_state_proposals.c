/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md section 10 for acts that take two people: propose, approve.
 */

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

int
main(void)
{
	RUN(two_person_authority);
	RUN(proposals_end);
	RUN(recovery_card_is_a_second_admin);
	return 0;
}
