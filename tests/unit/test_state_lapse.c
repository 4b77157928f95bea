/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* docs/FORMAT.md 10.5, rules 2 and 5: when a proposal lapses, and that whoever approves
 * it has been what they are for longer than the proposal. */

static bool
is_open(struct office *o, const struct hash *leaf)
{
	const struct state_proposal *proposal = peek_proposal(o->lb.state, leaf);

	return proposal != NULL && state_proposal_is_open(o->lb.state, proposal);
}

static void
own_key(struct office *o, struct person **who, uint8_t roles)
{
	struct person *twin = lb_twin(&o->lb, *who);
	struct entry e;

	lb_enrol(&o->lb, &e, twin, roles);
	ALLOWED(&o->lb, *who, &e);
	*who = twin;
}

static struct hash
propose_role(struct office *o, struct person *by, const struct person *whom, bool add)
{
	struct entry e;

	lb_role(&e, whom, add, ROLE_AUDITOR);
	return propose(o, by, &e);
}

/* The proposer's keys, or what let him propose. */
static void
by_the_proposer(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf, other;
	struct entry e;

	office_init(&o);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	two_person(&o);
	leaf = propose_role(&o, o.admin, o.reader, true);
	CHECK(is_open(&o, &leaf));
	own_key(&o, &o.admin, ROLE_ADMIN);
	CHECK(!is_open(&o, &leaf));
	lb_approve(&e, subject_member(&o.reader->code), &leaf, true);
	REFUSED(lb, o.founder, &e, "has lapsed: what let S-002");
	e.own.approve.yes = false;
	REFUSED(lb, o.founder, &e, "has lapsed"); /* neither answer */

	/* The role lost, and given again: once lapsed, for ever. */
	leaf = propose_role(&o, o.plain, o.reader, true);
	for (int i = 0; i < 2; i++) {
		lb_role(&e, o.plain, i == 1, ROLE_ADMIN);
		other = propose(&o, o.admin, &e);
		approve(&o, o.founder, subject_member(&o.plain->code), &other);
		CHECK(!is_open(&o, &leaf));
	}
	lb_approve(&e, subject_member(&o.reader->code), &leaf, true);
	REFUSED(lb, o.founder, &e, "has lapsed: what let S-009");
	/* Revoked. */
	leaf = propose_role(&o, o.plain, o.reader, true);
	of_member(&e, ACT_REVOKE, o.plain);
	other = propose(&o, o.admin, &e);
	approve(&o, o.founder, subject_member(&o.plain->code), &other);
	lb_approve(&e, subject_member(&o.reader->code), &leaf, true);
	REFUSED(lb, o.founder, &e, "has lapsed");
	office_done(&o);
}

/* A proposer with two hats keeps one; a renewed grant is younger. */
static void
two_hats(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	grant(&o, o.admin, GRANT_LEAD);
	entry_init(&e, ACT_DISPOSE, &x);
	leaf = propose(&o, o.admin, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.admin);
	ALLOWED(lb, o.lead, &e);
	CHECK(is_open(&o, &leaf)); /* he is an admin still */
	lb_approve(&e, x, &leaf, false);
	ALLOWED(lb, o.lead, &e);

	entry_init(&e, ACT_DISPOSE, &x);
	leaf = propose(&o, o.lead2, &e);
	grant(&o, o.lead2, GRANT_LEAD);
	CHECK(!is_open(&o, &leaf));
	lb_approve(&e, x, &leaf, true);
	REFUSED(lb, o.lead, &e, "has lapsed: what let S-004");
	office_done(&o);
}

/* The subject's keys matter to enrol and role +, and to nothing that takes him out. */
static void
by_the_subject(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *fresh;
	struct hash leaf, other, out;
	struct entry e;

	office_init(&o);
	two_person(&o);
	leaf = propose_role(&o, o.admin, o.reader, true);
	lb_enrol(lb, &e, lb_twin(lb, o.auditor), 0);
	other = propose(&o, o.admin, &e);
	out = propose_role(&o, o.admin, o.auditor, false);
	own_key(&o, &o.reader, 0);
	own_key(&o, &o.auditor, ROLE_AUDITOR);
	CHECK(!is_open(&o, &leaf) && !is_open(&o, &other) && is_open(&o, &out));
	lb_approve(&e, subject_member(&o.reader->code), &leaf, true);
	REFUSED(lb, o.founder, &e, "has lapsed: S-005 has other keys");
	approve(&o, o.founder, subject_member(&o.auditor->code), &out);
	of_member(&e, ACT_REVOKE, o.founder);
	out = propose(&o, o.admin, &e);
	own_key(&o, &o.founder, ROLE_ADMIN | ROLE_AUDITOR);
	CHECK(is_open(&o, &out));
	approve(&o, o.card, subject_member(&o.founder->code), &out);

	/* Not enrolled then, enrolled now. */
	fresh = lb_person(lb, "X-1");
	lb_enrol(lb, &e, fresh, ROLE_ADMIN);
	leaf = propose(&o, o.admin, &e);
	lb_enrol(lb, &e, fresh, 0);
	ALLOWED(lb, o.admin, &e);
	CHECK(!is_open(&o, &leaf));
	lb_approve(&e, subject_member(&fresh->code), &leaf, true);
	REFUSED(lb, o.card, &e, "has lapsed: X-1 has other keys");
	office_done(&o);
}

/* Whoever says yes was that before; whoever says no need not be. */
static void
the_approvers_age(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x;
	struct hash leaf, other;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	entry_init(&e, ACT_DISPOSE, &x);
	leaf = propose(&o, o.lead, &e);
	entry_init(&e, ACT_DISPOSE, &x);
	other = propose(&o, o.lead, &e);
	enrol(&o, lb_person(lb, "X-1"), ROLE_ADMIN);
	lb_approve(&e, x, &leaf, true);
	REFUSED(lb, lb_person(lb, "X-1"), &e, "newer than the proposal");
	lb_role(&e, o.plain, true, ROLE_ADMIN); /* old keys, young role */
	ALLOWED(lb, o.founder, &e);
	lb_approve(&e, x, &leaf, true);
	REFUSED(lb, o.plain, &e, "newer than the proposal");
	own_key(&o, &o.admin, ROLE_ADMIN); /* young keys, old role */
	REFUSED(lb, o.admin, &e, "newer than the proposal");
	e.own.approve.yes = false;
	ALLOWED(lb, o.plain, &e);
	/* A grant of now beside a role of before is fine. */
	grant(&o, o.founder, GRANT_LEAD);
	approve(&o, o.founder, x, &other);
	office_done(&o);
}

/* What is permitted does not lapse. */
static void
permits_do_not(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	entry_init(&e, ACT_DISPOSE, &x);
	leaf = propose(&o, o.lead2, &e);
	approve(&o, o.admin, x, &leaf);
	of_member(&e, ACT_REVOKE, o.lead2);
	ALLOWED(lb, o.founder, &e);
	of_member(&e, ACT_REVOKE, o.admin);
	ALLOWED(lb, o.founder, &e);
	entry_init(&e, ACT_DISPOSE, &x);
	e.own.destroy.proposal = leaf;
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

/* A code that was proposed before, and has events, is no member by that: proposing it
 * again does not lapse until it is enrolled. */
static void
proposed_twice(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *fresh;
	struct hash first, second;
	struct entry e;

	office_init(&o);
	two_person(&o);
	fresh = lb_person(lb, "S-020");
	lb_enrol(lb, &e, fresh, ROLE_AUDITOR);
	first = propose(&o, o.founder, &e);
	lb_enrol(lb, &e, fresh, ROLE_AUDITOR);
	second = propose(&o, o.admin, &e);
	CHECK(is_open(&o, &first) && is_open(&o, &second));
	approve(&o, o.founder, subject_member(&fresh->code), &second);
	CHECK(!is_open(&o, &first));
	office_done(&o);
}

/* That two enrolled it frees a card to enrol an admin alone, and an admin of nothing. */
static void
an_admin_by_two(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *fresh;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	two_person(&o);
	fresh = lb_person(lb, "S-020");
	lb_enrol(lb, &e, fresh, ROLE_ADMIN);
	leaf = propose(&o, o.founder, &e);
	approve(&o, o.admin, subject_member(&fresh->code), &leaf);
	lb_enrol(lb, &e, lb_person(lb, "S-021"), ROLE_ADMIN);
	REFUSED(lb, fresh, &e, "it takes two people");
	office_done(&o);
}

int
main(void)
{
	RUN(by_the_proposer);
	RUN(two_hats);
	RUN(by_the_subject);
	RUN(the_approvers_age);
	RUN(permits_do_not);
	RUN(proposed_twice);
	RUN(an_admin_by_two);
	return 0;
}
