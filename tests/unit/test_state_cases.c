/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* The rules of docs/FORMAT.md section 10 for cases, rings and grants.  Each row is
 * allowed once and refused in every way it can be. */

static void
opening_cases(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id other;
	struct entry e;

	office_init(&o);
	lb_case(lb, &e, &other, o.plain, NULL);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	e.own.open.leads[0] = lb_person(lb, "X-1")->code;
	REFUSED(lb, o.admin, &e, "X-1 is not enrolled");
	e.own.open.leads[0] = o.card->code;
	REFUSED(lb, o.admin, &e, "R-1 is a recovery card");
	e.own.open.leads[0] = o.plain->code;
	e.own.open.recipient = state_case(lb->state, &o.c)->recipient;
	REFUSED(lb, o.admin, &e, "the recipient was a ring's before");
	e.own.open.recipient =
		*state_ring_recipient(lb->state, &o.c, 1); /* an old epoch's */
	REFUSED(lb, o.admin, &e, "the recipient was a ring's before");
	e.own.open.recipient = lb->genesis.audit_recipient;
	REFUSED(lb, o.admin, &e, "the recipient was a ring's before");
	lb_recipient(lb, &e.own.open.recipient);
	ALLOWED(lb, o.admin, &e);
	CHECK(state_ring_due(lb->state, &other)); /* the opener is no lead */
	CHECK(state_case(lb->state, &other)->opener_due);
	CHECK_INT(state_ring_epoch(lb->state, &other), 1);
	CHECK_INT(state_case_leads(lb->state, state_case(lb->state, &other)), 1);
	lb_recipient(lb, &e.own.open.recipient);
	REFUSED(lb, o.admin, &e, "the id has been used before");
	e.subject = subject_case(&o.x); /* an exhibit's */
	REFUSED(lb, o.admin, &e, "the id has been used before");

	lb_case(lb, &e, &other, o.admin, NULL);
	ALLOWED(lb, o.admin, &e);
	CHECK(!state_ring_due(lb->state, &other) &&
	      !state_case(lb->state, &other)->opener_due);

	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_case(lb, &e, &other, o.plain, NULL);
	REFUSED(lb, o.admin, &e, "S-009 is revoked");
	office_done(&o);
}

static void
epochs(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct age_recipient first;
	struct entry e;

	office_init(&o);
	CHECK_INT(state_ring_epoch(lb->state, &o.c), 2); /* office_init made the second */
	first = *state_ring_recipient(lb->state, &o.c, 1);
	lb_epoch(lb, &e, &o.c);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	REFUSED(lb, o.reader, &e, "S-005 is not a lead");
	REFUSED(lb, o.card, &e, "R-1 is not a lead");
	e.own.epoch.epoch = 2;
	REFUSED(lb, o.lead, &e, "the next epoch is 3");
	e.own.epoch.epoch = 4;
	REFUSED(lb, o.lead, &e, "the next epoch is 3");
	e.own.epoch.epoch = 3;
	e.own.epoch.recipient = first;
	REFUSED(lb, o.lead, &e, "was a ring's before");
	lb_recipient(lb, &e.own.epoch.recipient);
	ALLOWED(lb, o.lead2, &e);
	CHECK_INT(state_ring_epoch(lb->state, &o.c), 3);
	CHECK(age_recipient_equal(state_ring_recipient(lb->state, &o.c, 3),
				  &e.own.epoch.recipient));
	CHECK(age_recipient_equal(state_ring_recipient(lb->state, &o.c, 1), &first));
	CHECK(state_ring_recipient(lb->state, &o.c, 4) == NULL);
	CHECK(state_ring_recipient(lb->state, &o.c, 0) == NULL);

	lb_epoch(lb, &e, NULL);
	REFUSED(lb, o.admin, &e, "S-002 is not an auditor");
	REFUSED(lb, o.lead, &e, "S-003 is not an auditor");
	ALLOWED(lb, o.auditor, &e);
	CHECK_INT(state_ring_epoch(lb->state, NULL), 2);
	office_done(&o);
}

static void
old_epochs_are_void(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x;
	struct entry deposit, record, reading, auditing;

	office_init(&o);
	lb_deposit(lb, &deposit, &x, &o.c);
	lb_record(lb, &record, ACT_RECORD, subject_exhibit(&o.x));
	lb_grant(lb, &reading, &o.c, o.plain, GRANT_READER);
	rekey(&o, o.lead, &o.c);
	REFUSED(lb, o.depositor, &deposit, "current epoch is 3");
	REFUSED(lb, o.reader, &record, "current epoch is 3");
	REFUSED(lb, o.lead, &reading, "current epoch is 3");
	lb_deposit(lb, &deposit, &x, &o.c);
	lb_record(lb, &record, ACT_RECORD, subject_exhibit(&o.x));
	lb_grant(lb, &auditing, NULL, o.auditor, GRANT_AUDITOR);
	rekey(&o, o.founder, NULL);
	REFUSED(lb, o.depositor, &deposit, "audit ring's current epoch is 2");
	REFUSED(lb, o.reader, &record, "audit ring's current epoch is 2");
	REFUSED(lb, o.founder, &auditing, "current epoch is 2");
	deposit.own.sealing.audit_epoch = record.own.sealing.audit_epoch =
		3; /* one that is not there yet */
	REFUSED(lb, o.depositor, &deposit, "audit ring's current epoch is 2");
	deposit.own.sealing.audit_epoch = record.own.sealing.audit_epoch =
		auditing.own.grant.epoch = 2;
	ALLOWED(lb, o.depositor, &deposit);
	ALLOWED(lb, o.reader, &record);
	ALLOWED(lb, o.founder, &auditing);
	office_done(&o);
}

static void
granting(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.admin, &e, "the case has a lead");
	REFUSED(lb, o.card, &e, "the case has a lead");
	REFUSED(lb, o.reader, &e, "S-005 is not a lead");
	REFUSED(lb, o.auditor, &e, "S-008 is not a lead");
	e.own.grant.kind = GRANT_LEAD;
	REFUSED(lb, o.admin, &e, "the case has a lead");
	lb_grant(lb, &e, &o.c, o.card, GRANT_READER);
	REFUSED(lb, o.lead, &e, "R-1 is a recovery card");
	lb_grant(lb, &e, &o.c, lb_person(lb, "X-1"), GRANT_READER);
	REFUSED(lb, o.lead, &e, "X-1 is not enrolled");
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.lead, &e, "S-009 is revoked");

	/* One grant replaces the other; only who loses the reading makes the epoch due.
	 */
	lb_grant(lb, &e, &o.c, o.reader, GRANT_LEAD);
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_LEAD && !is_due(&o));
	lb_grant(lb, &e, &o.c, o.depositor, GRANT_READER);
	ALLOWED(lb, o.reader, &e); /* a lead now */
	CHECK(!is_due(&o));
	lb_grant(lb, &e, &o.c, o.reader, GRANT_READER);
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_READER && !is_due(&o));
	lb_grant(lb, &e, &o.c, o.reader, GRANT_DEPOSITOR);
	ALLOWED(lb, o.lead, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_DEPOSITOR && is_due(&o));
	rekey(&o, o.lead, &o.c);
	lb_grant(lb, &e, &o.c, o.standby, GRANT_DEPOSITOR);
	ALLOWED(lb, o.lead, &e);
	CHECK(is_due(&o));
	office_done(&o);
}

static void
granting_the_audit_ring(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	REFUSED(lb, o.admin, &e, "S-002 is not an auditor");
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(state_grant(lb->state, NULL, &o.auditor->code)->kind, GRANT_AUDITOR);
	CHECK(state_grant_case(lb->state,
			       state_grant(lb->state, NULL, &o.auditor->code)) == NULL);
	lb_grant(lb, &e, NULL, o.plain, GRANT_AUDITOR);
	REFUSED(lb, o.auditor, &e, "S-009 is not an auditor");
	lb_of_grant(&e, ACT_UNGRANT, NULL, o.auditor);
	REFUSED(lb, o.auditor, &e, "neither admin nor a lead");
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	office_done(&o);
}

/* An epoch must follow a lead's ungrant of another who could read, in the same batch. */
static void
ungrant_by_a_lead(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id other;
	struct entry e;

	office_init(&o);
	lb_case(lb, &e, &other, o.lead, NULL);
	ALLOWED(lb, o.admin, &e);

	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.plain);
	REFUSED(lb, o.lead, &e, "there is no such grant");
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	REFUSED(lb, o.depositor, &e, "neither admin nor a lead");
	REFUSED(lb, o.auditor, &e, "neither admin nor a lead");
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	end_void(lb, "followed by a new epoch");
	CHECK(kind_of(&o, o.reader) == GRANT_READER && !is_due(&o));
	/* Of another case, */
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb_epoch(lb, &e, &other);
	lb_add(lb, &e);
	end_void(lb, "followed by a new epoch");
	/* or before it: neither counts. */
	lb_begin(lb, o.lead);
	lb_epoch(lb, &e, &o.c);
	lb_add(lb, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	lb_add(lb, &e);
	end_void(lb, "followed by a new epoch");
	/* Nor in the next batch. */
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb_epoch(lb, &e, &o.c);
	lb_add(lb, &e);
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK(kind_of(&o, o.reader) == GRANT_NONE && !is_due(&o));
	CHECK_INT(state_ring_epoch(lb->state, &o.c), 3);

	/* Two at once, one epoch; another lead is no exception. */
	grant(&o, o.reader, GRANT_READER);
	lb_begin(lb, o.lead);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	lb_add(lb, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead2);
	lb_add(lb, &e);
	lb_epoch(lb, &e, &o.c);
	lb_add(lb, &e);
	CHECK_INT(lb_end(lb), VERDICT_VALID);

	/* A batch without the epoch is void each time, also while one is due anyway. */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.standby);
	ALLOWED(lb, o.admin, &e);
	CHECK(is_due(&o));
	grant(&o, o.reader, GRANT_READER);
	for (int i = 0; i < 2; i++) {
		lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
		REFUSED(lb, o.lead, &e, "followed by a new epoch");
	}
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(lb, o.admin, &e);
	rekey(&o, o.lead, &o.c);
	grant(&o, o.standby, GRANT_STANDBY);

	/* A depositor never read; oneself cannot make the next epoch. */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.depositor);
	ALLOWED(lb, o.lead, &e);
	CHECK(!is_due(&o));
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.standby);
	ALLOWED(lb, o.lead, &e);
	CHECK(is_due(&o));
	rekey(&o, o.lead, &o.c);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead);
	ALLOWED(lb, o.lead, &e);
	CHECK(is_due(&o));
	CHECK_INT(state_case_leads(lb->state, state_case(lb->state, &o.c)), 0);
	office_done(&o);
}

static void
ungrant_by_an_admin_and_a_case_without_lead(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(lb, o.admin, &e);
	CHECK(is_due(&o));
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead);
	ALLOWED(lb, o.admin, &e);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	REFUSED(lb, o.admin, &e, "the case has a lead");
	lb_epoch(lb, &e, &o.c);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.lead2);
	ALLOWED(lb, o.admin, &e);

	/* Without a lead: an admin or the recovery card may start again, but only that.
	 */
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	REFUSED(lb, o.admin, &e, "needs one first");
	REFUSED(lb, o.card, &e, "needs one first");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	REFUSED(lb, o.auditor, &e, "S-008 is not a lead");
	lb_epoch(lb, &e, &o.c);
	REFUSED(lb, o.auditor, &e, "S-008 is not a lead");
	ALLOWED(lb, o.admin, &e);
	CHECK(!is_due(&o));
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	ALLOWED(lb, o.card, &e);
	CHECK_INT(kind_of(&o, o.plain), GRANT_LEAD);
	lb_epoch(lb, &e, &o.c);
	REFUSED(lb, o.card, &e, "R-1 is not a lead");
	office_done(&o);
}

static void
expiring(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
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
	REFUSED(lb, o.depositor, &e, "neither admin, auditor nor a lead");
	REFUSED(lb, o.card, &e, "neither admin, auditor nor a lead");
	/* Until then it counts, whatever a clock says. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	e.at = LB_TIME + 5000;
	ALLOWED(lb, o.reader, &e);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.reader);
	e.at = LB_TIME + 1000;
	ALLOWED(lb, o.auditor, &e);
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
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
	ALLOWED(lb, o.standby, &e);
	CHECK_INT(kind_of(&o, o.standby), GRANT_READER);
	REFUSED(lb, o.standby, &e, "broken already");
	lb_deposit(lb, &e, &x, &o.c);
	ALLOWED(lb, o.standby, &e);
	/* An activated standby counts as reader: the epoch has to follow. */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.standby);
	REFUSED(lb, o.lead, &e, "followed by a new epoch");
	/* Granted again, the glass is whole again. */
	lb_grant(lb, &e, &o.c, o.standby, GRANT_STANDBY);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(kind_of(&o, o.standby), GRANT_STANDBY);
	office_done(&o);
}

static void
ring_holders(void)
{
	const struct state_member *who[8];
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id unknown;

	office_init(&o);
	/* Two leads, reader, standby, recovery card; no depositor, no auditor, no admin.
	 */
	CHECK_INT(state_ring_holders(lb->state, &o.c, who, 8), 5);
	CHECK_STR(who[0]->code.text, "S-003");
	CHECK_STR(who[1]->code.text, "S-004");
	CHECK_STR(who[2]->code.text, "S-005");
	CHECK_STR(who[3]->code.text, "S-007");
	CHECK_STR(who[4]->code.text, "R-1");
	CHECK_INT(state_ring_holders(lb->state, &o.c, who, 2), 5);
	CHECK_INT(state_ring_holders(lb->state, NULL, who, 8), 2);
	CHECK_STR(who[1]->code.text, "S-008");
	lb_id(lb, &unknown);
	CHECK_INT(state_ring_holders(lb->state, &unknown, who, 8), 0);
	office_done(&o);
}

int
main(void)
{
	RUN(opening_cases);
	RUN(epochs);
	RUN(old_epochs_are_void);
	RUN(granting);
	RUN(granting_the_audit_ring);
	RUN(ungrant_by_a_lead);
	RUN(ungrant_by_an_admin_and_a_case_without_lead);
	RUN(expiring);
	RUN(breaking_the_glass);
	RUN(ring_holders);
	return 0;
}
