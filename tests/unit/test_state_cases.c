/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* The rules of docs/FORMAT.md 10.4 for cases and rings.  Each row is allowed once and
 * refused in every way it can be.  Grants: test_state_grants.c. */

static void
opening_cases(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	const struct state_grant *g;
	struct custody_id other;
	struct entry e;

	office_init(&o);
	lb_case(lb, &e, &other, o.plain);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	e.own.open.lead = lb_person(lb, "X-1")->code;
	REFUSED(lb, o.admin, &e, "X-1 is not enrolled");
	e.own.open.lead = o.card->code;
	REFUSED(lb, o.admin, &e, "R-1 is a recovery card");
	e.own.open.lead = o.plain->code;
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
	CHECK_INT(state_case(lb->state, &other)->n_reading, 1);
	g = state_grant(lb->state, &other, &o.plain->code);
	CHECK(g->kind == GRANT_LEAD && g->firm && !g->appointment && !g->has_until);
	CHECK(state_grant_signer(lb->state, g) == member(&o, o.admin));
	CHECK(g->chain.event == 0); /* the case's event, not the grant's */
	CHECK(state_is_standing_lead(lb->state, state_case(lb->state, &other),
				     &o.plain->code));
	lb_recipient(lb, &e.own.open.recipient);
	REFUSED(lb, o.admin, &e, "the id has been used before");
	e.subject = subject_case(&o.x); /* an exhibit's */
	REFUSED(lb, o.admin, &e, "the id has been used before");

	lb_case(lb, &e, &other, o.admin);
	ALLOWED(lb, o.admin, &e);
	CHECK(!state_ring_due(lb->state, &other) &&
	      !state_case(lb->state, &other)->opener_due);

	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_case(lb, &e, &other, o.plain);
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
	REFUSED(lb, o.admin, &e, "S-002 does not hold the audit ring");
	REFUSED(lb, o.lead, &e, "S-003 does not hold the audit ring");
	/* The role alone holds nothing. */
	enrol(&o, lb_person(lb, "X-1"), ROLE_AUDITOR);
	REFUSED(lb, lb_person(lb, "X-1"), &e, "X-1 does not hold the audit ring");
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
closing(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject c;
	struct custody_id x;
	struct entry e;

	office_init(&o);
	c = subject_case(&o.c);
	entry_init(&e, ACT_REOPEN, &c);
	REFUSED(lb, o.lead, &e, "the case is open already");
	entry_init(&e, ACT_CLOSE, &c);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	REFUSED(lb, o.reader, &e, "S-005 is not a lead");
	ALLOWED(lb, o.lead, &e);
	CHECK(state_case(lb->state, &o.c)->closed);
	REFUSED(lb, o.lead, &e, "the case is closed already");
	lb_deposit(lb, &e, &x, &o.c);
	REFUSED(lb, o.depositor, &e, "the case is closed");
	/* Everything else goes on. */
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	ALLOWED(lb, o.reader, &e);
	rekey(&o, o.lead, &o.c);
	entry_init(&e, ACT_REOPEN, &c);
	REFUSED(lb, o.admin, &e, "S-002 is not a lead");
	ALLOWED(lb, o.lead2, &e);
	lb_deposit(lb, &e, &x, &o.c);
	ALLOWED(lb, o.depositor, &e);
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
	/* Two leads, reader, standby, card; no depositor, no auditor, no admin. */
	CHECK_INT(state_ring_holders(lb->state, &o.c, who, 8), 5);
	CHECK_STR(who[0]->code.text, "R-1");
	CHECK_STR(who[1]->code.text, "S-007");
	CHECK_STR(who[2]->code.text, "S-005");
	CHECK_STR(who[3]->code.text, "S-004");
	CHECK_STR(who[4]->code.text, "S-003");
	CHECK_INT(state_ring_holders(lb->state, &o.c, who, 2), 5);
	CHECK_INT(state_ring_holders(lb->state, NULL, who, 8), 2);
	CHECK_STR(who[0]->code.text, "S-008");
	CHECK_STR(who[1]->code.text, "S-001");
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
	RUN(closing);
	RUN(ring_holders);
	return 0;
}
