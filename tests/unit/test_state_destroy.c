/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "destroy_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md 10.5, 10.6 and 10.7 for dispose: who, how often, and which
 * sheets and bundles exactly.  Erase: test_state_erase.c. */

static void
take(struct entry *e, const struct custody_id *x)
{
	struct subject subject = subject_exhibit(x);

	entry_init(e, ACT_DISPOSE, &subject);
}

static void
who_disposes(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x;
	struct hash leaf, now;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	take(&e, &o.x);
	e.own.destroy.proposal = lb->fingerprint;
	REFUSED(lb, o.lead, &e, "no approved proposal");
	no_proposal(&o, o.reader, &e, "neither admin nor a lead");
	no_proposal(&o, o.card, &e, "neither admin nor a lead");
	leaf = propose(&o, o.lead, &e);
	take(&e, &o.x);
	e.own.destroy.proposal = leaf;
	REFUSED(lb, o.lead, &e, "no approved proposal"); /* not yet */
	lb_approve(&e, x, &leaf, true);
	REFUSED(lb, o.lead, &e, "another has to approve");
	REFUSED(lb, o.reader, &e, "S-005 may not answer it");
	REFUSED(lb, o.card, &e, "R-1 may not answer it"); /* not for destroying */
	ALLOWED(lb, o.lead2, &e);
	CHECK_INT(peek_proposal(lb->state, &leaf)->status, PROPOSAL_APPROVED);
	REFUSED(lb, o.admin, &e, "no open proposal");

	take(&e, &o.x);
	e.own.destroy.proposal = leaf;
	REFUSED(lb, o.reader, &e, "neither admin nor a lead");
	REFUSED(lb, o.card, &e, "neither admin nor a lead");
	ALLOWED(lb, o.admin, &e); /* nothing to blank: no lines */
	CHECK(state_exhibit(lb->state, &o.x)->disposed);
	CHECK(peek_proposal(lb->state, &leaf) == NULL);
	REFUSED(lb, o.admin, &e, "disposed of before"); /* permitted once */
	no_proposal(&o, o.lead, &e, "disposed of before");
	CHECK(state_object_goes(
		state_object(lb->state, &state_exhibit(lb->state, &o.x)->object)));
	lb_record(lb, &e, ACT_RECORD, x);
	lb_add_private(lb, &e);
	REFUSED(lb, o.lead, &e, "was disposed of");
	CHECK_INT(state_bundle_of(lb->state, 1, &now), -1);
	office_done(&o);
}

/* One of the two is a standing lead. */
static void
a_standing_lead(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	take(&e, &o.x);
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, e.subject, &leaf, true);
	REFUSED(lb, o.founder, &e, "neither of the two is a standing lead");
	ALLOWED(lb, o.lead, &e);
	office_done(&o);

	/* A provisional one is none, and so is the confirmed one's confirmer. */
	office_init(&o);
	of_member(&e, ACT_REVOKE, o.lead);
	ALLOWED(lb, o.founder, &e);
	of_member(&e, ACT_REVOKE, o.lead2);
	ALLOWED(lb, o.founder, &e);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	ALLOWED(lb, o.admin, &e);
	take(&e, &o.x);
	leaf = propose(&o, o.plain, &e);
	lb_approve(&e, e.subject, &leaf, true);
	REFUSED(lb, o.founder, &e, "neither of the two is a standing lead");
	lb_grant(lb, &e, &o.c, o.plain, GRANT_LEAD);
	ALLOWED(lb, o.reader, &e);
	/* His warrant is the confirmation now, so that he proposes again. */
	lb_approve(&e, subject_exhibit(&o.x), &leaf, true);
	REFUSED(lb, o.founder, &e, "has lapsed");
	take(&e, &o.x);
	leaf = propose(&o, o.plain, &e);
	approve(&o, o.founder, subject_exhibit(&o.x), &leaf);
	office_done(&o);
}

static void
exact_sheets(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct sheet_at own, other, record, secret;
	struct custody_id x, y;
	struct hash now, is;
	struct entry e;

	office_init(&o);
	own = deposit_sheet(&o, &x);
	other = deposit_sheet(&o, &y);
	record = record_sheet(&o, o.lead, subject_exhibit(&x));
	secret = private_sheet(&o, subject_exhibit(&x));
	(void)private_sheet(&o, subject_case(&o.c)); /* the case's, not the exhibit's */

	take(&e, &x);
	no_proposal(&o, o.lead, &e, "not name exactly the exhibit's own sheets");
	add_blank(&e, &own.sheet);
	no_proposal(&o, o.lead, &e, "not name exactly the exhibit's own sheets");
	add_blank(&e, &secret.sheet);
	add_blank(&e, &record.sheet); /* stays: what was done is not evidence */
	no_proposal(&o, o.lead, &e, "");
	take(&e, &x);
	add_blank(&e, &own.sheet);
	add_blank(&e, &secret.sheet);
	add_blank(&e, &other.sheet);
	no_proposal(&o, o.lead, &e, "");
	take(&e, &x);
	add_blank(&e, &own.sheet);
	add_blank(&e, &secret.sheet);
	permit(&o, o.lead, o.admin, &e);
	REFUSED(lb, o.lead, &e, "a bundle that holds its sheets is missing");
	add_new_pair(&o, &e, &own);
	REFUSED(lb, o.lead, &e, "a bundle that holds its sheets is missing");
	add_new_pair(&o, &e, &record);
	REFUSED(lb, o.lead, &e, "a bundle that holds its sheets is missing");
	add_new_pair(&o, &e, &secret);
	REFUSED(lb, o.lead, &e, "a bundle holds none of its sheets");
	e.own.destroy.n_bundles = 0;
	is = add_new_pair(&o, &e, &own);
	add_new_pair(&o, &e, &secret);
	ALLOWED(lb, o.lead2, &e);
	CHECK_INT(state_bundle_of(lb->state, own.slot, &now), 1);
	CHECK(hash_equal(&now, &is));
	CHECK(state_bundle_gone(lb->state, &own.bundle) &&
	      !state_bundle_gone(lb->state, &record.bundle));
	CHECK_INT(state_sheet_of(lb->state, own.slot, &own.sheet, &now), 2);
	CHECK_INT(state_sheet_of(lb->state, secret.slot, &secret.sheet, &now), 2);
	CHECK_INT(state_sheet_of(lb->state, record.slot, &record.sheet, &now), 0);
	office_done(&o);
}

/* A private sheet that came after the proposal spoils it; what others name stays. */
static void
sheets_of_others_and_later_ones(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x[2];
	struct hash shared, own, leaf;
	struct entry e;

	office_init(&o);
	lb_hash(lb, &shared);
	lb_begin(lb, o.depositor);
	for (int i = 0; i < 2; i++) {
		lb_deposit(lb, &e, &x[i], &o.c);
		lb_add_sheet(lb, &e);
		own = e.sheets[0];
		CHECK_INT(entry_add_sheet(&e, &shared), 0);
		lb_add(lb, &e);
	}
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	take(&e, &x[1]);
	add_blank(&e, &own);
	add_blank(&e, &shared);
	no_proposal(&o, o.lead, &e, "");
	take(&e, &x[1]);
	add_blank(&e, &own);
	leaf = propose(&o, o.lead, &e);
	(void)private_sheet(&o, subject_exhibit(&x[1]));
	lb_approve(&e, e.subject, &leaf, true);
	REFUSED(lb, o.admin, &e, "not name exactly the exhibit's own sheets");
	office_done(&o);
}

/* One blank for a sheet that stands in two bundles. */
static void
one_name_in_two_bundles(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct sheet_at one, two;
	struct hash now;
	struct entry e;

	office_init(&o);
	one = private_sheet(&o, subject_exhibit(&o.x));
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	lb_add_private(lb, &e);
	e.private_sheet = one.sheet;
	two = sheet_in(&o, o.lead, &e);
	take(&e, &o.x);
	add_blank(&e, &one.sheet);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &one);
	REFUSED(lb, o.lead, &e, "a bundle that holds its sheets is missing");
	add_new_pair(&o, &e, &two);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_sheet_of(lb->state, one.slot, &one.sheet, &now), 2);
	CHECK_INT(state_sheet_of(lb->state, two.slot, &one.sheet, &now), 2);
	office_done(&o);
}

static void
pairs(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct sheet_at one, two, gone;
	struct custody_id x, y;
	struct hash is, now;
	struct entry e;
	uint64_t n;

	office_init(&o);
	gone = deposit_sheet(&o, &y);
	take(&e, &y);
	add_blank(&e, &gone.sheet);
	permit(&o, o.lead, o.admin, &e);
	lb_hash(lb, &is);
	add_pair(&e, 1, &gone.bundle, &is);
	REFUSED(lb, o.lead, &e, "slot 1 has no bundle");
	e.own.destroy.n_bundles = 0;
	n = state_slot(lb->state) + 1; /* this very slot */
	add_pair(&e, n, &gone.bundle, &is);
	REFUSED(lb, o.lead, &e, "has no bundle");
	e.own.destroy.n_bundles = 0;
	add_pair(&e, gone.slot, &gone.bundle, &is);
	ALLOWED(lb, o.lead, &e);

	one = deposit_sheet(&o, &x);
	two = private_sheet(&o, subject_exhibit(&x));
	take(&e, &x);
	add_blank(&e, &one.sheet);
	add_blank(&e, &two.sheet);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &one);
	lb_hash(lb, &is);
	add_pair(&e, two.slot, &is, &is);
	REFUSED(lb, o.lead, &e, "not the present one");
	e.own.destroy.n_bundles = 1;
	add_pair(&e, two.slot, &two.bundle, &two.bundle);
	REFUSED(lb, o.lead, &e, "a new bundle is an old one, too");
	e.own.destroy.n_bundles = 1;
	add_pair(&e, two.slot, &two.bundle, &one.bundle);
	REFUSED(lb, o.lead, &e, "a new bundle is an old one, too");
	e.own.destroy.n_bundles = 1;
	add_pair(&e, two.slot, &two.bundle, &gone.bundle);
	REFUSED(lb, o.lead, &e, "the name of one that is gone");
	e.own.destroy.n_bundles = 1;
	add_pair(&e, two.slot, &two.bundle, &e.own.destroy.bundles[0].is);
	REFUSED(lb, o.lead, &e, "two bundles become one");
	e.own.destroy.n_bundles = 1;
	add_new_pair(&o, &e, &two);
	/* Its own note must not name what it replaces. */
	lb_begin(lb, o.lead);
	lb_add_sheet(lb, &e);
	lb_add(lb, &e);
	lb->note.bundle = one.bundle;
	end_void(lb, "the name of one that was replaced");
	e.n_lines = e.n_sheets = 0;
	e.at = 0;
	ALLOWED(lb, o.lead, &e);
	/* Nor does a later note. */
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_sheet(lb, &e);
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb->note.bundle = one.bundle;
	end_void(lb, "the name of one that was replaced");
	CHECK_INT(state_bundle_of(lb->state, two.slot, &now), 1);
	office_done(&o);
}

/* Two slots name one bundle; a pair is for one of them. */
static void
a_pair_for_each_batch(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x;
	struct sheet_at one;
	struct hash now, is;
	struct entry e;

	office_init(&o);
	one = deposit_sheet(&o, &x);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_sheet(lb, &e);
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb->note.bundle = one.bundle;
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	take(&e, &x);
	add_blank(&e, &one.sheet);
	permit(&o, o.lead, o.admin, &e);
	is = add_new_pair(&o, &e, &one);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_bundle_of(lb->state, one.slot, &now), 1);
	CHECK(hash_equal(&now, &is));
	CHECK_INT(state_bundle_of(lb->state, one.slot + 1, &now), 0);
	CHECK(hash_equal(&now, &one.bundle));
	CHECK(!state_bundle_gone(lb->state, &one.bundle)); /* it is still one's */
	office_done(&o);
}

static void
shared_objects(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x;
	struct hash object;
	struct entry e;

	office_init(&o);
	object = state_exhibit(lb->state, &o.x)->object;
	lb_deposit(lb, &e, &x, &o.c);
	e.objects[0] = object;
	ALLOWED(lb, o.depositor, &e);
	for (int i = 0; i < 2; i++) {
		take(&e, i == 0 ? &o.x : &x);
		permit(&o, o.lead, o.admin, &e);
		ALLOWED(lb, o.lead, &e);
		CHECK(state_object_goes(state_object(lb->state, &object)) == (i == 1));
	}
	/* A later deposit, or a key file, keeps it. */
	lb_deposit(lb, &e, &x, &o.c);
	e.objects[0] = object;
	ALLOWED(lb, o.depositor, &e);
	CHECK(!state_object_goes(state_object(lb->state, &object)));
	take(&e, &x);
	permit(&o, o.lead, o.admin, &e);
	ALLOWED(lb, o.lead, &e);
	CHECK(state_object_goes(state_object(lb->state, &object)));
	lb_epoch(lb, &e, &o.c);
	e.objects[0] = object;
	ALLOWED(lb, o.lead, &e);
	CHECK(!state_object_goes(state_object(lb->state, &object)));
	office_done(&o);
}

/* What is signed is what was permitted, line by line. */
static void
as_permitted(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct sheet_at at[3];
	struct entry e, less;
	struct hash is;
	size_t first;

	office_init(&o);
	for (int i = 0; i < 3; i++)
		at[i] = record_sheet(&o, o.lead, subject_exhibit(&o.x));
	lb_hash(lb, &is);
	first = memcmp(&at[0].sheet, &at[1].sheet, HASH_LEN) > 0;
	entry_init(&e, ACT_ERASE, &(struct subject){.kind = SUBJECT_EXHIBIT, .id = o.x});
	less = e;
	add_was(&e, &at[first].sheet, &is);
	add_was(&e, &at[1 - first].sheet, NULL);
	permit(&o, o.lead, o.admin, &e);
	less.own.destroy.proposal = e.own.destroy.proposal;
	add_was(&less, &at[first].sheet, &is); /* the first line of the two alone */
	add_new_pair(&o, &less, &at[first]);
	REFUSED(lb, o.lead, &less, "approved for something else");
	add_new_pair(&o, &e, &at[0]);
	add_new_pair(&o, &e, &at[1]);
	e.own.destroy.sheets[0].gone = true; /* gone, where it gets a new name */
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.sheets[0].gone = false;
	e.own.destroy.sheets[0].is.bytes[5] ^= 1; /* another new name */
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.sheets[0].is.bytes[5] ^= 1;
	less = e; /* another sheet in place of the second */
	less.own.destroy.n_sheets = 1;
	less.own.destroy.n_bundles = 0;
	add_was(&less, &at[2].sheet, NULL);
	add_new_pair(&o, &less, &at[first]);
	add_new_pair(&o, &less, &at[2]);
	REFUSED(lb, o.lead, &less, "approved for something else");
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

/* A permit to erase is none to dispose, whatever lines both have; and no bundle of the
 * slot itself is rewritten. */
static void
not_for_another_action(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id y;
	struct sheet_at at;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	at = deposit_sheet(&o, &y);
	entry_init(&e, ACT_ERASE, &(struct subject){.kind = SUBJECT_EXHIBIT, .id = y});
	add_was(&e, &at.sheet, NULL);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	e.action = ACT_DISPOSE;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.action = ACT_ERASE;
	ALLOWED(lb, o.lead, &e);

	at = record_sheet(&o, o.lead, subject_exhibit(&o.x));
	entry_init(&e, ACT_ERASE, &(struct subject){.kind = SUBJECT_EXHIBIT, .id = o.x});
	add_was(&e, &at.sheet, NULL);
	permit(&o, o.lead, o.admin, &e);
	leaf = e.own.destroy.proposal;
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_sheet(lb, &e);
	lb_add(lb, &e);
	entry_init(&e, ACT_ERASE, &(struct subject){.kind = SUBJECT_EXHIBIT, .id = o.x});
	add_was(&e, &at.sheet, NULL);
	e.own.destroy.proposal = leaf;
	add_pair(&e, state_slot(lb->state) + 1, &at.bundle, &leaf);
	lb_add(lb, &e);
	end_void(lb, "has no bundle");
	office_done(&o);
}

int
main(void)
{
	RUN(who_disposes);
	RUN(a_standing_lead);
	RUN(exact_sheets);
	RUN(sheets_of_others_and_later_ones);
	RUN(one_name_in_two_bundles);
	RUN(pairs);
	RUN(a_pair_for_each_batch);
	RUN(shared_objects);
	RUN(as_permitted);
	RUN(not_for_another_action);
	return 0;
}
