/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* docs/FORMAT.md 10.4 where a case has lost its lead: appointments, provisional leads and
 * confirmations, and the lines of enrolment that these ask about (10.1). */

/* An office whose case has no lead: S-003 and S-004 are revoked. */
static void
leaderless_init(struct office *o)
{
	struct entry e;

	office_init(o);
	of_member(&e, ACT_REVOKE, o->lead);
	ALLOWED(&o->lb, o->founder, &e);
	of_member(&e, ACT_REVOKE, o->lead2);
	ALLOWED(&o->lb, o->founder, &e);
	CHECK_INT(state_case_leads(o->lb.state, state_case(o->lb.state, &o->c)), 0);
}

static const struct state_grant *
grant_of(struct office *o, const struct person *who)
{
	return state_grant(o->lb.state, &o->c, &who->code);
}

static bool
stands(struct office *o, const struct person *who)
{
	return state_is_standing_lead(o->lb.state, state_case(o->lb.state, &o->c),
				      &who->code);
}

/* A member whom `by` enrolled alone. */
static struct person *
enrol_by(struct office *o, const char *code, struct person *by, uint8_t roles)
{
	struct person *who = lb_person(&o->lb, code);
	struct entry e;

	lb_enrol(&o->lb, &e, who, roles);
	ALLOWED(&o->lb, by, &e);
	return who;
}

static void
grant_by(struct office *o, struct person *by, struct person *who, enum grant_kind kind)
{
	struct entry e;

	lb_grant(&o->lb, &e, &o->c, who, kind);
	ALLOWED(&o->lb, by, &e);
}

static void
appointing(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x;
	struct entry e;

	leaderless_init(&o);
	lb_deposit(lb, &e, &x, &o.c);
	REFUSED(lb, o.depositor, &e, "the case has no lead");
	lb_epoch(lb, &e, &o.c);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	REFUSED(lb, o.card, &e, "R-1 is not a lead");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	REFUSED(lb, o.auditor, &e, "S-008 is not a lead");
	REFUSED(lb, o.reader, &e, "S-005 may not confirm");
	lb_grant(lb, &e, &o.c, o.card, GRANT_LEAD);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	e.own.grant.to = o.reader->recipient;
	REFUSED(lb, o.admin, &e, "S-009 has other keys");
	e.own.grant.to = o.plain->recipient;
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.plain) == GRANT_LEAD && !stands(&o, o.plain));
	CHECK(grant_of(&o, o.plain)->appointment && !grant_of(&o, o.plain)->firm);
	CHECK(is_due(&o));
	/* One is enough. */
	lb_grant(lb, &e, &o.c, o.reader, GRANT_LEAD);
	REFUSED(lb, o.admin, &e, "the case has a lead");
	rekey(&o, o.plain, &o.c);
	lb_deposit(lb, &e, &x, &o.c);
	ALLOWED(lb, o.depositor, &e);
	office_done(&o);

	leaderless_init(&o);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	ALLOWED(lb, o.card, &e); /* by the role */
	CHECK(grant_of(&o, o.plain)->appointment);
	office_done(&o);
}

static void
provisional(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	leaderless_init(&o);
	grant_by(&o, o.admin, o.plain, GRANT_LEAD);
	/* He does not undo what a standing lead did, */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	REFUSED(lb, o.plain, &e, "S-009 is a provisional lead");
	lb_grant(lb, &e, &o.c, o.reader, GRANT_DEPOSITOR);
	REFUSED(lb, o.plain, &e, "S-009 is a provisional lead");
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.reader);
	REFUSED(lb, o.plain, &e, "S-009 is a provisional lead");
	/* but what he did himself. */
	enrol_by(&o, "X-1", o.admin, 0);
	grant_by(&o, o.plain, lb_person(lb, "X-1"), GRANT_READER);
	CHECK(!grant_of(&o, lb_person(lb, "X-1"))->firm);
	grant_by(&o, o.plain, lb_person(lb, "X-1"), GRANT_LEAD);
	CHECK(!stands(&o, lb_person(lb, "X-1")));
	CHECK(!grant_of(&o, lb_person(lb, "X-1"))->appointment);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, lb_person(lb, "X-1"));
	ALLOWED(lb, o.plain, &e);
	/* As an admin he may ungrant, with both hats on. */
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	lb_grant(lb, &e, &o.c, o.reader, GRANT_DEPOSITOR);
	REFUSED(lb, o.plain, &e, "S-009 is a provisional lead");
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(lb, o.plain, &e);
	office_done(&o);
}

static void
confirming(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *appointer;
	struct entry e;

	leaderless_init(&o);
	appointer = enrol_by(&o, "X-9", o.founder, ROLE_ADMIN);
	grant_by(&o, appointer, o.plain, GRANT_LEAD);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.reader, &e, "S-005 is not a lead");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	REFUSED(lb, o.depositor, &e, "S-006 is not a lead"); /* never a depositor */
	REFUSED(lb, o.auditor, &e, "S-008 is not a lead");
	REFUSED(lb, appointer, &e, "the case has a lead");
	e.own.grant.to = o.reader->recipient;
	REFUSED(lb, o.reader, &e, "S-009 has other keys");
	lb_grant(lb, &e, &o.c, o.depositor, GRANT_LEAD); /* nobody appointed him */
	REFUSED(lb, o.reader, &e, "S-005 may not confirm");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	ALLOWED(lb, o.reader, &e);
	CHECK(stands(&o, o.plain) && !grant_of(&o, o.plain)->appointment);
	/* Once is enough; whom he makes stands. */
	REFUSED(lb, o.standby, &e, "S-007 may not confirm");
	grant_by(&o, o.plain, lb_person(lb, "S-006"), GRANT_LEAD);
	CHECK(stands(&o, o.depositor));
	office_done(&o);

	/* Standby, broken or not, and a card with a grant confirm, too. */
	for (int i = 0; i < 3; i++) {
		leaderless_init(&o);
		grant_by(&o, o.admin, o.plain, GRANT_LEAD);
		if (i == 1) {
			lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
			ALLOWED(lb, o.standby, &e);
		}
		grant_by(&o, i == 2 ? o.card : o.standby, o.plain, GRANT_LEAD);
		CHECK(stands(&o, o.plain));
		office_done(&o);
	}
}

/* Whose grant is not firm, whoever appointed, and who was appointed. */
static void
who_does_not_confirm(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *x;
	struct entry e;

	leaderless_init(&o);
	grant_by(&o, o.card, o.plain, GRANT_LEAD);
	x = enrol_by(&o, "X-1", o.admin, 0);
	grant_by(&o, o.plain, x, GRANT_READER);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	REFUSED(lb, x, &e, "X-1 is not a lead");	/* not firm */
	REFUSED(lb, o.card, &e, "R-1 may not confirm"); /* appointed him */
	/* He grants himself, which is no confirmation, and then is no appointment. */
	ALLOWED(lb, o.plain, &e);
	CHECK(!stands(&o, o.plain));
	REFUSED(lb, o.reader, &e, "S-005 may not confirm");
	office_done(&o);

	/* The reader himself, appointed: he is a lead, and not a reader any more. */
	leaderless_init(&o);
	grant_by(&o, o.admin, o.reader, GRANT_LEAD);
	lb_grant(lb, &e, &o.c, o.reader, GRANT_LEAD);
	ALLOWED(lb, o.reader, &e);
	CHECK(!stands(&o, o.reader));
	office_done(&o);
}

/* Nobody from behind signer or member: one, or two steps away, and by the past. */
static void
lines_of_enrolment(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *s1, *s2, *x;
	struct entry e;

	/* K enrols S1; S1 enrols S2 and X; S2 appoints X: K stands behind both. */
	leaderless_init(&o);
	s1 = enrol_by(&o, "X-1", o.card, ROLE_ADMIN);
	s2 = enrol_by(&o, "X-2", s1, ROLE_ADMIN);
	x = enrol_by(&o, "X-3", s1, 0);
	grant_by(&o, s2, x, GRANT_LEAD);
	lb_grant(lb, &e, &o.c, x, GRANT_LEAD);
	REFUSED(lb, o.card, &e, "R-1 may not confirm");
	ALLOWED(lb, o.reader, &e);
	office_done(&o);

	/* Behind the member alone, who was enrolled anew by somebody else since. */
	leaderless_init(&o);
	s1 = enrol_by(&o, "X-1", o.card, ROLE_ADMIN);
	x = enrol_by(&o, "X-3", s1, 0);
	x = lb_twin(lb, x);
	lb_enrol(lb, &e, x, 0);
	ALLOWED(lb, o.founder, &e);
	grant_by(&o, o.admin, x, GRANT_LEAD);
	lb_grant(lb, &e, &o.c, x, GRANT_LEAD);
	REFUSED(lb, o.card, &e, "R-1 may not confirm");
	ALLOWED(lb, o.standby, &e);
	office_done(&o);

	/* What the signer's enroller became afterwards is not in the signer's line: K
	 * enrolled S-002 anew after S-002 had enrolled X. */
	leaderless_init(&o);
	s1 = enrol_by(&o, "X-1", o.admin, ROLE_ADMIN);
	x = enrol_by(&o, "X-3", o.admin, 0);
	lb_enrol(lb, &e, lb_twin(lb, o.admin), ROLE_ADMIN);
	ALLOWED(lb, o.card, &e);
	grant_by(&o, s1, x, GRANT_LEAD);
	grant_by(&o, o.card, x, GRANT_LEAD);
	CHECK(stands(&o, x));
	office_done(&o);
}

int
main(void)
{
	RUN(appointing);
	RUN(provisional);
	RUN(confirming);
	RUN(who_does_not_confirm);
	RUN(lines_of_enrolment);
	return 0;
}
