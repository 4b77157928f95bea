/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md section 10 for acts on evidence: deposit, record, denied,
 * hold, dispose, erase.  Each row is allowed once and refused in every way it can be. */

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
	CHECK(state_exhibit_of_object(lb->state, &object) == x);

	lb_deposit(lb, &e, &id, &o.c);
	REFUSED(lb, o.plain, &e, "S-009 may not deposit");
	REFUSED(lb, o.admin, &e, "S-002 may not deposit");
	REFUSED(lb, o.auditor, &e, "S-008 may not deposit");
	REFUSED(lb, o.card, &e, "R-1 may not deposit");
	e.subject = subject_exhibit(&o.x);
	REFUSED(lb, o.lead, &e, "the id has been used before");
	e.subject = subject_exhibit(&o.c); /* a case's */
	REFUSED(lb, o.lead, &e, "the id has been used before");
	e.subject = subject_exhibit(&id);
	e.objects[0] = object;
	REFUSED(lb, o.lead, &e, "the object is another exhibit's");
	lb_hash(lb, &e.objects[0]);
	ALLOWED(lb, o.lead, &e);
	lb_id(lb, &other);
	e.own.sealing.case_id = other;
	REFUSED(lb, o.lead, &e, "there is no such case");

	/* Within one batch, too. */
	lb_begin(lb, o.reader);
	lb_deposit(lb, &e, &id, &o.c);
	lb_add(lb, &e);
	object = e.objects[0];
	lb_deposit(lb, &e, &id, &o.c);
	e.objects[0] = object;
	lb_add(lb, &e);
	end_void(lb, "entry 2, deposit: the object is another exhibit's");
	CHECK(state_exhibit_of_object(lb->state, &object) == NULL);
	CHECK_INT(state_case(lb->state, &o.c)->n_exhibits, 2);

	/* Physical things have none, any number of them. */
	for (uint32_t i = 3; i <= 4; i++) {
		lb_deposit(lb, &e, &id, &o.c);
		e.n_objects = 0;
		ALLOWED(lb, o.reader, &e);
		CHECK(state_exhibit_numbered(lb->state, &o.c, i) ==
		      state_exhibit(lb->state, &id));
	}
	CHECK(state_exhibit_numbered(lb->state, &o.c, 5) == NULL);
	CHECK(state_exhibit_numbered(lb->state, &o.c, 0) == NULL);

	/* Numbers are each case's own. */
	lb_case(lb, &e, &other, o.lead, NULL);
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
	ALLOWED(lb, o.auditor, &e);
	lb_case(lb, &e, &other, o.lead, NULL);
	ALLOWED(lb, o.admin, &e);
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	e.own.sealing.case_id = other;
	e.own.sealing.epoch = 1;
	REFUSED(lb, o.lead, &e, "it names another case");
	e.own.sealing = (struct act_sealing){.audit_epoch = 1};
	REFUSED(lb, o.lead, &e, "it names no case");
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	e.own.sealing.case_id = other;
	REFUSED(lb, o.lead, &e, "it names another case");
	lb_record(lb, &e, ACT_RECORD, subject_vault());
	REFUSED(lb, o.admin, &e, "S-002 is not an auditor");
	ALLOWED(lb, o.auditor, &e);
	e.own.sealing = (struct act_sealing){
		.in_case = true, .case_id = o.c, .epoch = 2, .audit_epoch = 1};
	REFUSED(lb, o.auditor, &e, "outside any case");
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
		REFUSED(lb, o.admin, &e, "S-002 is not a lead");
		REFUSED(lb, o.card, &e, "R-1 is not a lead");
		CHECK(state_exhibit_held(lb->state, state_exhibit(lb->state, &o.x)));
		ALLOWED(lb, o.lead2, &e);
		CHECK(!state_exhibit_held(lb->state, state_exhibit(lb->state, &o.x)));
	}
	/* Setting takes one. */
	entry_init(&e, ACT_HOLD, &subjects[0]);
	e.own.hold = true;
	lb_propose(&e);
	REFUSED(lb, o.lead, &e, "hold does not take two people now");
	office_done(&o);
}

/* A record with a sheet, so that there is a bundle; its name. */
static struct hash
bundle(struct office *o)
{
	struct entry e;

	lb_record(&o->lb, &e, ACT_RECORD, subject_exhibit(&o->x));
	lb_add_sheet(&o->lb, &e);
	ALLOWED(&o->lb, o->lead, &e);
	CHECK(o->lb.report.note.has_bundle);
	return o->lb.report.note.bundle;
}

/* An approved proposal to dispose of or erase the subject. */
static struct hash
permit(struct office *o, struct entry *e, enum action action, struct subject subject)
{
	struct hash leaf;

	entry_init(e, action, &subject);
	leaf = propose(o, o->lead, e);
	lb_approve(e, subject, &leaf, true);
	ALLOWED(&o->lb, o->admin, e);
	entry_init(e, action, &subject);
	e->own.destroy.proposal = leaf;
	return leaf;
}

static void
disposing(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x;
	struct hash leaf, first, second, now;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	first = bundle(&o);
	second = bundle(&o);
	entry_init(&e, ACT_DISPOSE, &x);
	e.own.destroy.proposal = first;
	REFUSED(lb, o.lead, &e, "no approved proposal");
	lb_propose(&e);
	REFUSED(lb, o.reader, &e, "neither admin nor a lead");
	REFUSED(lb, o.card, &e, "neither admin nor a lead");
	entry_init(&e, ACT_DISPOSE, &x);
	leaf = propose(&o, o.lead, &e);
	entry_init(&e, ACT_DISPOSE, &x);
	e.own.destroy.proposal = leaf;
	REFUSED(lb, o.lead, &e, "no approved proposal"); /* not yet */
	lb_approve(&e, x, &leaf, true);
	REFUSED(lb, o.lead, &e, "another has to approve");
	REFUSED(lb, o.reader, &e, "neither admin nor a lead");
	REFUSED(lb, o.card, &e, "neither admin nor a lead"); /* not for destroying */
	ALLOWED(lb, o.lead2, &e);
	CHECK_INT(peek_proposal(lb->state, &leaf)->status, PROPOSAL_APPROVED);
	REFUSED(lb, o.admin, &e, "no open proposal");

	entry_init(&e, ACT_DISPOSE, &x);
	e.own.destroy.proposal = leaf;
	e.own.destroy.n_bundles = 1;
	lb_hash(lb, &e.own.destroy.bundles[0].was);
	lb_hash(lb, &e.own.destroy.bundles[0].is);
	REFUSED(lb, o.lead, &e, "not the current name");
	e.own.destroy.bundles[0].was = first;
	e.own.destroy.bundles[0].is = first;
	REFUSED(lb, o.lead, &e, "named twice");
	lb_hash(lb, &e.own.destroy.bundles[0].is);
	e.own.destroy.n_bundles = 2;
	e.own.destroy.bundles[1].was = first;
	e.own.destroy.bundles[1].is = e.own.destroy.bundles[0].is;
	REFUSED(lb, o.lead, &e, "named twice");
	e.own.destroy.bundles[1].was = second; /* both become the same: all blank */
	REFUSED(lb, o.reader, &e, "neither admin nor a lead");
	ALLOWED(lb, o.admin, &e);
	CHECK(state_exhibit(lb->state, &o.x)->disposed);
	CHECK(peek_bundle_gone(lb->state, &first) &&
	      peek_bundle_gone(lb->state, &second));
	CHECK_INT(state_bundle_now(lb->state, &first, &now), 1);
	CHECK(hash_equal(&now, &e.own.destroy.bundles[0].is));
	CHECK_INT(state_bundle_now(lb->state, &now, &now), 0);
	CHECK_INT(state_bundle_now(lb->state, &leaf, &now), -1);
	CHECK(peek_proposal(lb->state, &leaf) == NULL);
	e.own.destroy.n_bundles = 0;
	REFUSED(lb, o.admin, &e, "disposed of before"); /* permitted once */
	CHECK(state_exhibit_of_object(lb->state,
				      &state_exhibit(lb->state, &o.x)->object) != NULL);
	office_done(&o);
}

static void
nothing_held_is_destroyed(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x, c;
	struct hash leaf, other;
	struct entry hold, e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	c = subject_case(&o.c);
	entry_init(&e, ACT_DISPOSE, &x);
	other = propose(&o, o.lead, &e);
	leaf = permit(&o, &e, ACT_DISPOSE, x);
	entry_init(&hold, ACT_HOLD, &c);
	hold.own.hold = true;
	ALLOWED(lb, o.lead, &hold);
	REFUSED(lb, o.lead, &e, "the case is on hold");
	lb_approve(&e, x, &other, true);
	REFUSED(lb, o.admin, &e, "the case is on hold");
	entry_init(&e, ACT_ERASE, &c);
	lb_propose(&e);
	REFUSED(lb, o.lead, &e, "the case is on hold");
	hold.own.hold = false;
	other = propose(&o, o.lead, &hold);
	lb_approve(&e, c, &other, true);
	ALLOWED(lb, o.lead2, &e);
	entry_init(&hold, ACT_HOLD, &x);
	hold.own.hold = true;
	ALLOWED(lb, o.lead, &hold);
	entry_init(&e, ACT_DISPOSE, &x);
	e.own.destroy.proposal = leaf;
	REFUSED(lb, o.lead, &e, "the exhibit is on hold");
	lb_propose(&e);
	REFUSED(lb, o.lead, &e, "the exhibit is on hold");
	CHECK(!state_exhibit(lb->state, &o.x)->disposed);
	office_done(&o);
}

static void
erasing(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x, c;
	struct hash leaf, other, was, is, now;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	c = subject_case(&o.c);
	was = bundle(&o);
	entry_init(&e, ACT_ERASE, &x);
	lb_hash(lb, &e.own.destroy.strikes[0]);
	lb_hash(lb, &e.own.destroy.strikes[1]);
	e.own.destroy.n_strikes = 2;
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, x, &leaf, true);
	ALLOWED(lb, o.lead, &e);
	permit(&o, &e, ACT_DISPOSE, x);
	other = e.own.destroy.proposal;

	entry_init(&e, ACT_ERASE, &x);
	{
		struct entry proposed;
		struct amana_error err;
		const struct state_proposal *p = peek_proposal(lb->state, &leaf);

		CHECK_OK(entry_decode((struct bytes){p->entry, p->entry_len}, &proposed,
				      &err),
			 err);
		e.own.destroy.strikes[0] = proposed.own.destroy.strikes[0];
		e.own.destroy.strikes[1] = proposed.own.destroy.strikes[1];
	}
	e.own.destroy.n_strikes = 2;
	e.own.destroy.n_bundles = e.own.destroy.n_sheets = 1;
	e.own.destroy.bundles[0].was = was;
	lb_hash(lb, &e.own.destroy.bundles[0].is);
	is = e.own.destroy.bundles[0].is;
	lb_hash(lb, &e.own.destroy.sheets[0].was);
	e.own.destroy.sheets[0].gone = true;
	e.own.destroy.proposal = other; /* to dispose */
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.proposal = leaf;
	e.own.destroy.n_strikes = 1;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.n_strikes = 2;
	e.own.destroy.strikes[1].bytes[7] ^= 1;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.strikes[1].bytes[7] ^= 1;
	e.subject = c;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.subject = x;
	REFUSED(lb, o.card, &e, "neither admin nor a lead");
	ALLOWED(lb, o.lead, &e);
	CHECK(!state_exhibit(lb->state, &o.x)->disposed);
	CHECK_INT(state_bundle_now(lb->state, &was, &now), 1);
	CHECK(hash_equal(&now, &is));
	REFUSED(lb, o.lead, &e, "no approved proposal");

	/* What was destroyed does not come back: neither as the old name of another, nor
	 * as a new one. */
	permit(&o, &e, ACT_ERASE, c);
	e.own.destroy.n_bundles = e.own.destroy.n_sheets = 1;
	e.own.destroy.sheets[0].gone = true;
	e.own.destroy.bundles[0] = (struct entry_bundle_pair){was, is};
	REFUSED(lb, o.lead, &e, "not the current name");
	e.own.destroy.bundles[0] = (struct entry_bundle_pair){is, was};
	REFUSED(lb, o.lead, &e, "one that is gone");
	lb_hash(lb, &e.own.destroy.bundles[0].is);
	ALLOWED(lb, o.lead, &e); /* the one after the next */
	CHECK_INT(state_bundle_now(lb->state, &was, &now), 1);
	CHECK(hash_equal(&now, &e.own.destroy.bundles[0].is));

	/* Of the vault itself: admins, since it has no lead. */
	of_vault(&e, ACT_ERASE);
	lb_propose(&e);
	REFUSED(lb, o.lead, &e, "neither admin nor a lead");
	of_vault(&e, ACT_ERASE);
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subject_vault(), &leaf, true);
	REFUSED(lb, o.lead, &e, "neither admin nor a lead");
	ALLOWED(lb, o.founder, &e);
	office_done(&o);
}

int
main(void)
{
	RUN(depositing);
	RUN(recording);
	RUN(holding);
	RUN(disposing);
	RUN(nothing_held_is_destroyed);
	RUN(erasing);
	return 0;
}
