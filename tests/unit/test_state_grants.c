/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* The rules of docs/FORMAT.md 10.4 for grants.  Each row is allowed once and refused in
 * every way it can be.  Leads who were appointed: test_state_leads.c. */

static void
granting(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.admin, &e, "the case has a lead");
	REFUSED(lb, o.card, &e, "is not a lead");
	REFUSED(lb, o.reader, &e, "is not a lead");
	REFUSED(lb, o.depositor, &e, "is not a lead");
	REFUSED(lb, o.auditor, &e, "S-008 is not a lead");
	e.own.grant.kind = GRANT_LEAD;
	REFUSED(lb, o.admin, &e, "the case has a lead");
	lb_grant(lb, &e, &o.c, lb_person(lb, "X-1"), GRANT_READER);
	REFUSED(lb, o.lead, &e, "X-1 is not enrolled");

	/* One grant replaces the other; whoever loses the reading makes the epoch due. */
	lb_grant(lb, &e, &o.c, o.reader, GRANT_LEAD);
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_LEAD && !is_due(&o));
	CHECK_INT(state_case(lb->state, &o.c)->n_leads, 3);
	lb_grant(lb, &e, &o.c, o.depositor, GRANT_READER);
	ALLOWED(lb, o.reader, &e); /* a lead now, and standing: a lead made him */
	CHECK(!is_due(&o));
	CHECK_INT(state_case(lb->state, &o.c)->n_reading, 6);
	lb_grant(lb, &e, &o.c, o.reader, GRANT_READER);
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_READER && !is_due(&o));
	lb_grant(lb, &e, &o.c, o.reader, GRANT_DEPOSITOR);
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_DEPOSITOR && is_due(&o));
	CHECK_INT(state_case(lb->state, &o.c)->n_reading, 5);
	rekey(&o, o.lead, &o.c);
	lb_grant(lb, &e, &o.c, o.standby, GRANT_DEPOSITOR);
	ALLOWED(lb, o.lead, &e);
	CHECK(is_due(&o));

	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.lead, &e, "S-009 is revoked");
	office_done(&o);
}

/* `to` is what the granter sealed for. */
static void
granting_to_present_keys(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	e.own.grant.to = o.reader->recipient;
	REFUSED(lb, o.lead, &e, "S-009 has other keys");
	e.own.grant.to = o.plain->recipient;
	enrol(&o, lb_twin(lb, o.plain), 0);
	REFUSED(lb, o.lead, &e, "S-009 has other keys");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	ALLOWED(lb, o.lead, &e);
	/* In the audit ring, too. */
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	e.own.grant.to = o.plain->recipient;
	REFUSED(lb, o.founder, &e, "S-008 has other keys");
	office_done(&o);
}

static void
granting_cards(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	static const enum grant_kind others[] = {GRANT_LEAD, GRANT_READER,
						 GRANT_DEPOSITOR, GRANT_STANDBY};
	struct custody_id x;
	struct entry e;

	office_init(&o);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		lb_grant(lb, &e, &o.c, o.card, others[i]);
		REFUSED(lb, o.lead, &e, "R-1 is a recovery card");
	}
	lb_grant(lb, &e, &o.c, o.plain, GRANT_RECOVERY);
	REFUSED(lb, o.lead, &e, "S-009 is no recovery card");
	lb_grant(lb, &e, &o.c, o.card, GRANT_RECOVERY);
	ALLOWED(lb, o.lead, &e);
	/* It records, and deposits nothing. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	ALLOWED(lb, o.card, &e);
	lb_deposit(lb, &e, &x, &o.c);
	REFUSED(lb, o.card, &e, "R-1 may not deposit");
	office_done(&o);
}

static void
granting_the_audit_ring(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash file;
	struct entry e;

	office_init(&o);
	CHECK_INT(state_grant(lb->state, NULL, &o.auditor->code)->kind, GRANT_AUDITOR);
	CHECK(state_grant_case(lb->state,
			       state_grant(lb->state, NULL, &o.auditor->code)) == NULL);
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	REFUSED(lb, o.admin, &e, "the audit ring has a holder");
	REFUSED(lb, o.lead, &e, "S-003 does not hold the audit ring");
	e.n_objects = 0;
	REFUSED(lb, o.founder, &e, "a key file comes with it exactly");
	lb_grant(lb, &e, NULL, o.plain, GRANT_AUDITOR);
	REFUSED(lb, o.auditor, &e, "S-009 is not an auditor");
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	lb_grant(lb, &e, NULL, o.plain, GRANT_AUDITOR);
	ALLOWED(lb, o.auditor, &e);
	CHECK(!audit_is_due(&o));

	lb_of_grant(&e, ACT_UNGRANT, NULL, o.plain);
	REFUSED(lb, o.lead, &e, "neither admin nor holds the audit ring");
	ALLOWED(lb, o.auditor, &e);
	CHECK(audit_is_due(&o));
	REFUSED(lb, o.auditor, &e, "there is no such grant");
	rekey(&o, o.auditor, NULL);
	lb_of_grant(&e, ACT_UNGRANT, NULL, o.auditor);
	ALLOWED(lb, o.admin, &e);
	lb_of_grant(&e, ACT_UNGRANT, NULL, o.founder);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_audit_holders(lb->state), 0);

	/* Nobody holds it: an admin gives it away without a key, once. */
	lb_epoch(lb, &e, NULL);
	REFUSED(lb, o.founder, &e, "S-001 does not hold the audit ring");
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	CHECK_INT(e.n_objects, 0);
	REFUSED(lb, o.auditor, &e, "S-008 does not hold the audit ring");
	lb_hash(lb, &e.objects[0]);
	e.n_objects = 1;
	REFUSED(lb, o.admin, &e, "a key file comes with it exactly");
	e.n_objects = 0;
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	CHECK_INT(state_ring_file(lb->state, NULL, &o.auditor->code, &file), 1);
	lb_grant(lb, &e, NULL, o.plain, GRANT_AUDITOR);
	e.n_objects = 0;
	REFUSED(lb, o.admin, &e, "the audit ring has a holder");
	rekey(&o, o.auditor, NULL);
	CHECK_INT(state_ring_file(lb->state, NULL, &o.auditor->code, &file), 0);
	office_done(&o);
}

static void
ungranting(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.plain);
	REFUSED(lb, o.lead, &e, "there is no such grant");
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	REFUSED(lb, o.depositor, &e, "neither admin nor a lead");
	REFUSED(lb, o.auditor, &e, "neither admin nor a lead");
	REFUSED(lb, o.card, &e, "neither admin nor a lead");
	REFUSED(lb, o.reader, &e, "neither admin nor a lead"); /* not one's own, either */
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_NONE && is_due(&o));
	REFUSED(lb, o.lead, &e, "there is no such grant");
	rekey(&o, o.lead, &o.c);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.depositor);
	ALLOWED(lb, o.admin, &e);
	CHECK(!is_due(&o));
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead2);
	ALLOWED(lb, o.admin, &e);
	CHECK(is_due(&o));
	CHECK_INT(state_case_leads(lb->state, state_case(lb->state, &o.c)), 1);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead);
	ALLOWED(lb, o.lead, &e); /* himself, the last one */
	CHECK_INT(state_case_leads(lb->state, state_case(lb->state, &o.c)), 0);

	/* Granted again, its chain goes on. */
	CHECK_INT(state_grant(lb->state, &o.c, &o.reader->code)->chain.event, 2);
	lb_grant(lb, &e, &o.c, o.lead, GRANT_LEAD);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_grant(lb->state, &o.c, &o.lead->code)->chain.event, 2);
	office_done(&o);
}

static void
expiring(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.plain);
	REFUSED(lb, o.lead, &e, "there is no such grant");
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.reader);
	REFUSED(lb, o.lead, &e, "the grant has no date");
	lb_grant(lb, &e, &o.c, o.reader, GRANT_READER);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME + 1000;
	ALLOWED(lb, o.lead, &e);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.reader);
	e.at = LB_TIME + 999;
	REFUSED(lb, o.lead, &e, "has not come");
	e.at = LB_TIME + 1000;
	REFUSED(lb, o.depositor, &e, "neither admin nor a lead");
	REFUSED(lb, o.card, &e, "neither admin nor a lead");
	REFUSED(lb, o.auditor, &e, "neither admin nor a lead");
	/* Until then it counts, whatever a clock says. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	e.at = LB_TIME + 5000;
	ALLOWED(lb, o.reader, &e);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.reader);
	e.at = LB_TIME + 1000;
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_NONE && is_due(&o));
	REFUSED(lb, o.lead, &e, "there is no such grant");

	rekey(&o, o.lead, &o.c);
	lb_grant(lb, &e, &o.c, o.depositor, GRANT_DEPOSITOR);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME;
	ALLOWED(lb, o.lead, &e);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.depositor);
	ALLOWED(lb, o.admin, &e);
	CHECK(!is_due(&o));

	/* In the audit ring: its holders and admins. */
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME;
	ALLOWED(lb, o.founder, &e);
	lb_of_grant(&e, ACT_EXPIRE, NULL, o.auditor);
	REFUSED(lb, o.lead, &e, "neither admin nor holds");
	ALLOWED(lb, o.auditor, &e);
	CHECK(audit_is_due(&o));
	office_done(&o);
}

static void
breaking_the_glass(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x;
	struct entry e;

	office_init(&o);
	/* Before: records and denials, nothing else. */
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	ALLOWED(lb, o.standby, &e);
	lb_deposit(lb, &e, &x, &o.c);
	REFUSED(lb, o.standby, &e, "may not deposit");

	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
	REFUSED(lb, o.lead, &e, "the grant is not S-003's");
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.reader);
	REFUSED(lb, o.reader, &e, "no standby grant");
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.plain);
	REFUSED(lb, o.plain, &e, "no standby grant");
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_BREAK_GLASS, 0};
	ALLOWED(lb, o.admin, &e);
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
	REFUSED(lb, o.standby, &e, "break-glass is off");
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_BREAK_GLASS, 1};
	ALLOWED(lb, o.admin, &e);

	/* A day at most, by the own clock, and not at once over. */
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
	e.at = LB_TIME;
	e.own.break_glass.until_at = LB_TIME;
	REFUSED(lb, o.standby, &e, "a day at most");
	e.own.break_glass.until_at = LB_TIME + 86401;
	REFUSED(lb, o.standby, &e, "a day at most");
	e.own.break_glass.until_at = LB_TIME + 86400;
	ALLOWED(lb, o.standby, &e);
	CHECK_INT(kind_of(&o, o.standby), GRANT_READER);
	CHECK_INT(state_grant(lb->state, &o.c, &o.standby->code)->broken_until_at,
		  LB_TIME + 86400);
	CHECK(state_grant(lb->state, &o.c, &o.standby->code)->firm);
	REFUSED(lb, o.standby, &e, "broken already");
	lb_deposit(lb, &e, &x, &o.c);
	ALLOWED(lb, o.standby, &e);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.standby);
	e.at = LB_TIME + 86399;
	REFUSED(lb, o.lead, &e, "has not come");
	e.at = LB_TIME + 86400;
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.standby) == GRANT_NONE && is_due(&o)); /* the whole grant */

	/* Granted again, the glass is whole again; it breaks within the grant's date. */
	lb_grant(lb, &e, &o.c, o.standby, GRANT_STANDBY);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME + 500;
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(kind_of(&o, o.standby), GRANT_STANDBY);
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
	e.at = LB_TIME;
	e.own.break_glass.until_at = LB_TIME + 501;
	REFUSED(lb, o.standby, &e, "longer than the grant");
	e.own.break_glass.until_at = LB_TIME + 500;
	ALLOWED(lb, o.standby, &e);
	CHECK(state_grant(lb->state, &o.c, &o.standby->code)->until_at == LB_TIME + 500);
	office_done(&o);
}

/* 256 people read a case. */
static void
limit(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *person = &lb->people[LB_PEOPLE - 1];
	struct entry e;
	char code[16];

	office_init(&o);
	lb_begin(lb, o.founder);
	for (unsigned int i = 0; i <= 251; i++) {
		snprintf(code, sizeof code, "P-%u", i);
		lb_stranger(lb, code, person);
		lb_enrol(lb, &e, person, 0);
		lb_add(lb, &e);
	}
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	lb_begin(lb, o.lead);
	for (unsigned int i = 0; i < 251; i++) {
		snprintf(code, sizeof code, "P-%u", i);
		CHECK_INT(member_code_parse(code, strlen(code), &person->code), 0);
		lb_grant(lb, &e, &o.c, person, GRANT_READER);
		lb_add(lb, &e);
	}
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK_INT(state_case(lb->state, &o.c)->n_reading, 256);
	CHECK_INT(member_code_parse("P-251", 5, &person->code), 0);
	lb_grant(lb, &e, &o.c, person, GRANT_READER);
	REFUSED(lb, o.lead, &e, "at most 256 people hold the keys");
	e.own.grant.kind = GRANT_STANDBY;
	REFUSED(lb, o.lead, &e, "at most 256 people hold the keys");
	e.own.grant.kind = GRANT_DEPOSITOR;
	ALLOWED(lb, o.lead, &e);
	lb_grant(lb, &e, &o.c, o.reader, GRANT_LEAD); /* adds none */
	ALLOWED(lb, o.lead, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead2);
	ALLOWED(lb, o.lead, &e);
	lb_grant(lb, &e, &o.c, person, GRANT_READER);
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

int
main(void)
{
	RUN(granting);
	RUN(granting_to_present_keys);
	RUN(granting_cards);
	RUN(granting_the_audit_ring);
	RUN(ungranting);
	RUN(expiring);
	RUN(breaking_the_glass);
	RUN(limit);
	return 0;
}
