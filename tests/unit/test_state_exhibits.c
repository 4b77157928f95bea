/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md 10.6 for deposit, record, denied and hold.  Each row is
 * allowed once and refused in every way it can be.  What is destroyed:
 * test_state_destroy.c. */

static void
depositing(void)
{
	const struct state_exhibit *x;
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id id, other;
	struct hash object;
	struct entry e;

	office_init(&o);
	x = state_exhibit(lb->state, &o.x);
	object = x->object;
	CHECK_INT(x->number, 1);
	CHECK_STR(state_exhibit_depositor(lb->state, x)->code.text, "S-006");
	CHECK(peek_exhibit_of_object(lb->state, &object) == x);

	lb_deposit(lb, &e, &id, &o.c);
	REFUSED(lb, o.plain, &e, "S-009 may not deposit");
	REFUSED(lb, o.admin, &e, "S-002 may not deposit");
	REFUSED(lb, o.auditor, &e, "S-008 may not deposit");
	REFUSED(lb, o.card, &e, "R-1 may not deposit");
	REFUSED(lb, o.standby, &e, "S-007 may not deposit");
	e.subject = subject_exhibit(&o.x);
	REFUSED(lb, o.lead, &e, "the id has been used before");
	e.subject = subject_exhibit(&o.c); /* a case's */
	REFUSED(lb, o.lead, &e, "the id has been used before");
	e.subject = subject_exhibit(&id);
	ALLOWED(lb, o.lead, &e);
	lb_id(lb, &other);
	lb_deposit(lb, &e, &id, &o.c);
	e.own.sealing.case_id = other;
	REFUSED(lb, o.lead, &e, "there is no such case");

	/* An object may be another's, in the same slot, too. */
	lb_begin(lb, o.reader);
	for (int i = 0; i < 2; i++) {
		lb_deposit(lb, &e, &id, &o.c);
		e.objects[0] = object;
		lb_add(lb, &e);
	}
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK_INT(state_object(lb->state, &object)->n_exhibits, 3);
	CHECK(peek_exhibit_of_object(lb->state, &object) ==
	      state_exhibit(lb->state, &o.x));
	/* It may be a key file. */
	lb_deposit(lb, &e, &id, &o.c);
	e.objects[0] = lb->genesis.audit_file;
	ALLOWED(lb, o.depositor, &e);
	CHECK(state_object(lb->state, &lb->genesis.audit_file)->kept);

	/* Physical things have none, any number of them. */
	for (uint32_t i = 6; i <= 7; i++) {
		lb_deposit(lb, &e, &id, &o.c);
		e.n_objects = 0;
		ALLOWED(lb, o.reader, &e);
		CHECK(state_exhibit_numbered(lb->state, &o.c, i) ==
		      state_exhibit(lb->state, &id));
		CHECK(!state_exhibit(lb->state, &id)->has_object);
	}
	CHECK(state_exhibit_numbered(lb->state, &o.c, 8) == NULL);
	CHECK(state_exhibit_numbered(lb->state, &o.c, 0) == NULL);

	/* Numbers are each case's own. */
	lb_case(lb, &e, &other, o.lead);
	ALLOWED(lb, o.admin, &e);
	lb_deposit(lb, &e, &id, &other);
	REFUSED(lb, o.reader, &e, "S-005 may not deposit");
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_exhibit(lb->state, &id)->number, 1);
	office_done(&o);
}

static void
recording(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id other;
	struct entry e;

	office_init(&o);
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	REFUSED(lb, o.plain, &e, "S-009 has no grant");
	REFUSED(lb, o.admin, &e, "S-002 has no grant");
	ALLOWED(lb, o.depositor, &e);
	ALLOWED(lb, o.standby, &e);
	ALLOWED(lb, o.card, &e);
	ALLOWED(lb, o.auditor, &e); /* by the role */
	lb_case(lb, &e, &other, o.lead);
	ALLOWED(lb, o.admin, &e);
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	e.own.sealing.case_id = other;
	e.own.sealing.epoch = 1;
	REFUSED(lb, o.lead, &e, "it names another case");
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	e.own.sealing.case_id = other;
	REFUSED(lb, o.lead, &e, "it names another case");
	lb_record(lb, &e, ACT_RECORD, subject_vault());
	REFUSED(lb, o.admin, &e, "S-002 is not an auditor");
	ALLOWED(lb, o.auditor, &e);
	lb_record(lb, &e, ACT_RECORD, subject_member(&o.plain->code));
	REFUSED(lb, o.lead, &e, "about another");
	ALLOWED(lb, o.plain, &e);
	ALLOWED(lb, o.auditor, &e);

	lb_record(lb, &e, ACT_DENIED, subject_exhibit(&o.x));
	ALLOWED(lb, o.plain, &e);
	e.own.sealing.case_id = other;
	REFUSED(lb, o.plain, &e, "it names another case");
	lb_record(lb, &e, ACT_DENIED, subject_vault());
	ALLOWED(lb, o.card, &e);
	office_done(&o);
}

/* What only the case's ring reads. */
static void
private_sheets(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash object;
	struct entry e;

	office_init(&o);
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	lb_add_private(lb, &e);
	REFUSED(lb, o.auditor, &e, "S-008 has no grant");
	REFUSED(lb, o.plain, &e, "S-009 has no grant");
	ALLOWED(lb, o.depositor, &e);
	CHECK_INT(state_exhibit(lb->state, &o.x)->n_private, 1);
	CHECK_INT(state_sheet_of(lb->state, state_slot(lb->state), &e.private_sheet,
				 &object),
		  0);

	/* What holds for the case is said by a lead, standing or not. */
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_private(lb, &e);
	REFUSED(lb, o.depositor, &e, "said by a lead");
	REFUSED(lb, o.reader, &e, "said by a lead");
	REFUSED(lb, o.card, &e, "said by a lead");
	ALLOWED(lb, o.lead, &e);
	ALLOWED(lb, o.lead2, &e);
	CHECK_INT(state_exhibit(lb->state, &o.x)->n_private, 1);
	office_done(&o);
}

/* n records of the exhibit with a private sheet, in one slot. */
static enum verdict
records(struct office *o, struct person *by, unsigned int n)
{
	struct hash sheet;
	struct entry e;

	lb_begin(&o->lb, by);
	lb_hash(&o->lb, &sheet);
	for (unsigned int i = 0; i < n; i++) {
		lb_record(&o->lb, &e, ACT_RECORD, subject_exhibit(&o->x));
		lb_add_private(&o->lb, &e);
		e.private_sheet = sheet;
		lb_add(&o->lb, &e);
	}
	return lb_end(&o->lb);
}

static void
private_sheets_have_a_limit(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;

	office_init(&o);
	CHECK_INT(records(&o, o.reader, 101), VERDICT_VOID);
	CHECK_INT(records(&o, o.reader, 100), VERDICT_VALID);
	CHECK_INT(records(&o, o.reader, 1), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "at most 120 private sheets") != NULL);
	CHECK_INT(records(&o, o.lead, 21), VERDICT_VOID);
	CHECK_INT(records(&o, o.lead, 20), VERDICT_VALID);
	CHECK_INT(records(&o, o.lead, 1), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "at most 120 private sheets") != NULL);
	office_done(&o);
}

static void
holding(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject subjects[2];
	struct hash leaf;
	struct entry e;

	office_init(&o);
	subjects[0] = subject_exhibit(&o.x);
	subjects[1] = subject_case(&o.c);
	for (int i = 0; i < 2; i++) {
		entry_init(&e, ACT_HOLD, &subjects[i]);
		e.own.hold = false;
		lb_propose(&e);
		REFUSED(lb, o.lead, &e, "it is not on hold");
		entry_init(&e, ACT_HOLD, &subjects[i]);
		e.own.hold = true;
		REFUSED(lb, o.admin, &e, "S-002 is not a lead");
		ALLOWED(lb, o.lead, &e);
		CHECK(state_exhibit_held(lb->state, state_exhibit(lb->state, &o.x)));
		REFUSED(lb, o.lead, &e, "on hold already");
		e.own.hold = false;
		REFUSED(lb, o.lead, &e, "takes two people");
		leaf = propose(&o, o.lead, &e);
		lb_approve(&e, subjects[i], &leaf, true);
		REFUSED(lb, o.lead, &e, "another has to approve");
		REFUSED(lb, o.reader, &e, "S-005 may not answer it");
		REFUSED(lb, o.card, &e, "R-1 may not answer it");
		CHECK(state_exhibit_held(lb->state, state_exhibit(lb->state, &o.x)));
		ALLOWED(lb, i == 0 ? o.lead2 : o.admin, &e);
		CHECK(!state_exhibit_held(lb->state, state_exhibit(lb->state, &o.x)));
	}
	/* Two admins, or an admin and a provisional lead, do not release it. */
	entry_init(&e, ACT_HOLD, &subjects[0]);
	e.own.hold = true;
	ALLOWED(lb, o.lead2, &e);
	e.own.hold = false;
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subjects[0], &leaf, true);
	REFUSED(lb, o.founder, &e, "neither of the two is a standing lead");
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

int
main(void)
{
	RUN(depositing);
	RUN(recording);
	RUN(private_sheets);
	RUN(private_sheets_have_a_limit);
	RUN(holding);
	return 0;
}
