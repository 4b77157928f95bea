/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "destroy_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md 10.5, 10.6 and 10.7 for erase and lost, and what may not
 * join in one slot. */

static void
take(struct entry *e, enum action action, struct subject subject)
{
	entry_init(e, action, &subject);
}

static void
who_erases(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct sheet_at at;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	at = record_sheet(&o, o.lead, subject_exhibit(&o.x));
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &at.sheet, NULL);
	lb_hash(lb, &e.own.destroy.strikes[0]);
	e.own.destroy.n_strikes = 1;
	no_proposal(&o, o.reader, &e, "neither admin nor a lead");
	no_proposal(&o, o.card, &e, "neither admin nor a lead");
	permit(&o, o.lead, o.admin, &e);
	leaf = e.own.destroy.proposal;
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.card, &e, "neither admin nor a lead");
	/* The permitted act repeats the proposal. */
	e.own.destroy.strikes[0].bytes[7] ^= 1;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.strikes[0].bytes[7] ^= 1;
	e.own.destroy.n_strikes = 0;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.n_strikes = 1;
	lb_hash(lb, &e.own.destroy.sheets[0].is);
	e.own.destroy.sheets[0].gone = false;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.destroy.sheets[0].gone = true;
	e.own.destroy.sheets[0].is = (struct hash){{0}};
	e.subject = subject_case(&o.c);
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.subject = subject_exhibit(&o.x);
	e.own.destroy.proposal = lb->fingerprint;
	REFUSED(lb, o.lead, &e, "no approved proposal");
	e.own.destroy.proposal = leaf;
	ALLOWED(lb, o.founder, &e); /* whichever admin */
	CHECK(!state_exhibit(lb->state, &o.x)->disposed);
	REFUSED(lb, o.lead, &e, "no approved proposal");
	office_done(&o);
}

static void
sheets_are_the_subjects(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id y;
	struct hash shared, now, is;
	struct sheet_at at;
	struct entry e;

	office_init(&o);
	(void)deposit_sheet(&o, &y);
	/* A sheet that two exhibits name. */
	lb_hash(lb, &shared);
	lb_begin(lb, o.lead);
	for (int i = 0; i < 2; i++) {
		lb_record(lb, &e, ACT_RECORD, subject_exhibit(i == 0 ? &o.x : &y));
		CHECK_INT(entry_add_sheet(&e, &shared), 0);
		lb_add(lb, &e);
	}
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	at = (struct sheet_at){state_slot(lb->state), shared, lb->report.note.bundle};
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &shared, NULL);
	permit(&o, o.lead, o.admin, &e); /* OLDs are not judged yet */
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.lead, &e, "a sheet is another's, too");
	take(&e, ACT_ERASE, subject_case(&o.c));
	add_was(&e, &shared, NULL);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_sheet_of(lb->state, at.slot, &shared, &now), 2);

	/* The vault's: of no case; and the reverse. */
	at = record_sheet(&o, o.auditor, subject_member(&o.plain->code));
	take(&e, ACT_ERASE, subject_case(&o.c));
	add_was(&e, &at.sheet, NULL);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.lead, &e, "a sheet is another's, too");
	take(&e, ACT_ERASE, subject_vault());
	lb_hash(lb, &is);
	add_was(&e, &at.sheet, &is);
	no_proposal(&o, o.lead, &e, "S-003 is not an admin");
	permit(&o, o.founder, o.admin, &e);
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_sheet_of(lb->state, at.slot, &at.sheet, &now), 1);
	CHECK(hash_equal(&now, &is));
	at = record_sheet(&o, o.lead, subject_case(&o.c));
	take(&e, ACT_ERASE, subject_vault());
	add_was(&e, &at.sheet, NULL);
	permit(&o, o.founder, o.admin, &e);
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.admin, &e, "a sheet is another's, too");
	office_done(&o);
}

/* What was destroyed does not come back, and one step follows the other. */
static void
chains_of_sheets(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash second, third, now, name;
	struct sheet_at at, other;
	struct entry e;

	office_init(&o);
	at = record_sheet(&o, o.lead, subject_exhibit(&o.x));
	other = record_sheet(&o, o.lead, subject_exhibit(&o.x));
	lb_hash(lb, &second);
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &at.sheet, &second);
	permit(&o, o.lead, o.admin, &e);
	name = add_new_pair(&o, &e, &at);
	add_new_pair(&o, &e, &other);
	REFUSED(lb, o.lead, &e, "a bundle holds none of its sheets");
	e.own.destroy.n_bundles = 0;
	add_pair(&e, at.slot, &at.bundle, &name);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_sheet_of(lb->state, at.slot, &at.sheet, &now), 1);
	CHECK(hash_equal(&now, &second));
	CHECK_INT(state_sheet_of(lb->state, at.slot, &second, &now), -1); /* none's own */

	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &at.sheet, NULL);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.lead, &e, "stands in none of the bundles"); /* not any more */
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &second, &at.sheet);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	REFUSED(lb, o.lead, &e, "the name of an old one");
	lb_hash(lb, &third);
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &second, &third);
	permit(&o, o.lead, o.admin, &e);
	add_pair(&e, at.slot, &at.bundle, &third);
	REFUSED(lb, o.lead, &e, "not the present one of slot");
	e.own.destroy.n_bundles = 0;
	add_pair(&e, at.slot, &name, &at.bundle);
	REFUSED(lb, o.lead, &e, "the name of one that is gone");
	e.own.destroy.n_bundles = 0;
	add_new_pair(&o, &e, &at);
	ALLOWED(lb, o.lead, &e);
	CHECK(state_bundle_gone(lb->state, &at.bundle) &&
	      state_bundle_gone(lb->state, &name));
	CHECK_INT(state_sheet_of(lb->state, at.slot, &at.sheet, &now), 1);
	CHECK(hash_equal(&now, &third));

	/* Of an exhibit that is disposed of, too: the newest name is blanked. */
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &third, NULL);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_sheet_of(lb->state, at.slot, &at.sheet, &now), 2);
	office_done(&o);
}

static void
new_names_differ(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash a, b, is;
	struct entry e;

	office_init(&o);
	lb_hash(lb, &a);
	lb_hash(lb, &b);
	lb_hash(lb, &is);
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &a, &is);
	add_was(&e, &b, &is);
	no_proposal(&o, o.lead, &e, "a new sheet is named twice");
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &a, &b);
	add_was(&e, &b, NULL);
	no_proposal(&o, o.lead, &e, "a new sheet is named twice");
	take(&e, ACT_ERASE, subject_exhibit(&o.x));
	add_was(&e, &a, &a);
	no_proposal(&o, o.lead, &e, "a new sheet is named twice");
	office_done(&o);
}

/* A hold that is set, or that two release. */
static void
hold(struct office *o, struct subject subject, bool set)
{
	struct hash leaf;
	struct entry e;

	entry_init(&e, ACT_HOLD, &subject);
	e.own.hold = set;
	if (set) {
		ALLOWED(&o->lb, o->lead, &e);
		return;
	}
	leaf = propose(o, o->lead, &e);
	approve(o, o->lead2, subject, &leaf);
}

static void
nothing_held_is_destroyed(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x, c;
	struct sheet_at at, out;
	struct custody_id id;
	struct hash leaf;
	struct entry dispose, erase, vaults, e;

	office_init(&o);
	(void)deposit_sheet(&o, &id);
	x = subject_exhibit(&o.x);
	c = subject_case(&o.c);
	at = record_sheet(&o, o.lead, subject_exhibit(&id));
	out = record_sheet(&o, o.auditor, subject_vault());
	take(&e, ACT_DISPOSE, x);
	leaf = propose(&o, o.lead, &e);
	take(&dispose, ACT_DISPOSE, x);
	permit(&o, o.lead, o.admin, &dispose);
	take(&erase, ACT_ERASE, c);
	add_was(&erase, &at.sheet, NULL);
	permit(&o, o.lead, o.admin, &erase);
	add_new_pair(&o, &erase, &at);
	take(&vaults, ACT_ERASE, subject_vault());
	add_was(&vaults, &out.sheet, NULL);
	permit(&o, o.founder, o.admin, &vaults);
	add_new_pair(&o, &vaults, &out);

	hold(&o, c, true);
	REFUSED(lb, o.lead, &dispose, "the case is on hold");
	REFUSED(lb, o.lead, &erase, "the case is on hold");
	lb_approve(&e, x, &leaf, true);
	REFUSED(lb, o.admin, &e, "the case is on hold");
	take(&e, ACT_ERASE, subject_exhibit(&id));
	add_was(&e, &at.sheet, NULL);
	no_proposal(&o, o.lead, &e, "the case is on hold");
	ALLOWED(lb, o.admin, &vaults); /* no hold counts */
	hold(&o, c, false);
	hold(&o, x, true);
	REFUSED(lb, o.lead, &dispose, "the exhibit is on hold");
	REFUSED(lb, o.lead, &erase, "an exhibit of the case is on hold");
	take(&e, ACT_DISPOSE, x);
	no_proposal(&o, o.lead, &e, "the exhibit is on hold");
	/* Another exhibit's hold does not count. */
	take(&e, ACT_ERASE, subject_exhibit(&id));
	add_was(&e, &at.sheet, NULL);
	permit(&o, o.lead, o.admin, &e);
	add_new_pair(&o, &e, &at);
	ALLOWED(lb, o.lead, &e);
	hold(&o, x, false);
	ALLOWED(lb, o.lead, &dispose);
	office_done(&o);
}

/* One slot with a destruction, or the proposal of one, and something new. */
static enum verdict
together(struct office *o, struct entry *destroy, bool proposed, struct entry *fresh,
	 bool fresh_first)
{
	struct entry e = *destroy;

	e.at = fresh->at = 0;
	if (proposed) {
		e.own.destroy.n_bundles = 0;
		lb_propose(&e);
	}
	lb_begin(&o->lb, o->lead);
	lb_add(&o->lb, fresh_first ? fresh : &e);
	lb_add(&o->lb, fresh_first ? &e : fresh);
	return lb_end(&o->lb);
}

static void
nothing_joins_what_is_destroyed(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry destroy[3], fresh[3];
	struct custody_id y, z;
	struct sheet_at at;
	struct entry e;

	office_init(&o);
	(void)deposit_sheet(&o, &y);
	at = record_sheet(&o, o.lead, subject_exhibit(&o.x));
	take(&destroy[0], ACT_DISPOSE, subject_exhibit(&o.x));
	permit(&o, o.lead, o.admin, &destroy[0]);
	for (int i = 1; i < 3; i++) {
		take(&destroy[i], ACT_ERASE,
		     i == 1 ? subject_exhibit(&o.x) : subject_case(&o.c));
		add_was(&destroy[i], &at.sheet, NULL);
		permit(&o, o.lead, o.admin, &destroy[i]);
		add_new_pair(&o, &destroy[i], &at);
	}
	lb_record(lb, &fresh[0], ACT_RECORD, subject_exhibit(&o.x));
	lb_add_private(lb, &fresh[0]);
	lb_record(lb, &fresh[1], ACT_RECORD, subject_exhibit(&y));
	lb_add_private(lb, &fresh[1]);
	lb_deposit(lb, &fresh[2], &z, &o.c);
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 3; k++) {
			/* Another exhibit's matters to the case alone. */
			bool bad = k == 0 || i == 2;

			for (int how = 0; how < 4; how++) {
				struct entry again = fresh[k];

				if (!bad)
					continue;
				CHECK_INT(together(&o, &destroy[i], (how & 1) != 0,
						   &again, (how & 2) != 0),
					  VERDICT_VOID);
				CHECK(strstr(lb->report.reason, "same slot") != NULL);
			}
		}
	}
	/* What is not the exhibit's goes with it, and so does what is the case's own. */
	CHECK_INT(together(&o, &destroy[1], false, &fresh[1], true), VERDICT_VALID);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_private(lb, &e);
	CHECK_INT(together(&o, &destroy[0], false, &e, false), VERDICT_VALID);
	/* In the next slot, too. */
	lb_deposit(lb, &e, &z, &o.c);
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

static void
add_lost(struct entry *e, const struct hash *hash)
{
	struct act_lost *lost = &e->own.lost;
	size_t at = lost->n++;

	for (; at > 0 && memcmp(&lost->hashes[at - 1], hash, HASH_LEN) > 0; at--)
		lost->hashes[at] = lost->hashes[at - 1];
	lost->hashes[at] = *hash;
}

/* e is a `lost` without its proposal: two permit it. */
static void
permit_lost(struct office *o, struct person *one, struct person *two, struct entry *e)
{
	struct entry proposal = *e;
	struct hash leaf = propose(o, one, &proposal);

	approve(o, two, e->subject, &leaf);
	e->own.lost.proposal = leaf;
	e->own.lost.has_proposal = true;
	e->at = 0;
}

static void
no_lost(struct office *o, struct person *by, struct subject subject,
	const struct hash *hash, const char *why)
{
	struct entry e;

	take(&e, ACT_LOST, subject);
	add_lost(&e, hash);
	lb_propose(&e);
	REFUSED(&o->lb, by, &e, why);
}

static void
losing(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject x, c, v;
	struct sheet_at at, out;
	struct custody_id y;
	struct hash object, other, key_file;
	struct entry e;

	office_init(&o);
	x = subject_exhibit(&o.x);
	c = subject_case(&o.c);
	v = subject_vault();
	object = state_exhibit(lb->state, &o.x)->object;
	at = deposit_sheet(&o, &y);
	other = state_exhibit(lb->state, &y)->object;
	out = record_sheet(&o, o.auditor, v);
	key_file = state_grant(lb->state, &o.c, &o.reader->code)->file;
	/* What the log names for the subject, and nothing else. */
	no_lost(&o, o.reader, x, &object, "neither admin nor a lead");
	no_lost(&o, o.card, x, &object, "neither admin nor a lead");
	no_lost(&o, o.lead, x, &other, "does not name for this");
	no_lost(&o, o.lead, x, &key_file, "does not name for this");
	no_lost(&o, o.lead, x, &at.bundle, "does not name for this");
	no_lost(&o, o.lead, c, &out.bundle, "does not name for this");
	no_lost(&o, o.admin, v, &object, "does not name for this");
	no_lost(&o, o.admin, v, &key_file, "does not name for this");
	no_lost(&o, o.lead, v, &out.bundle, "neither admin nor auditor");
	no_lost(&o, o.card, v, &out.bundle, "neither admin nor auditor");

	take(&e, ACT_LOST, x);
	add_lost(&e, &object);
	e.own.lost.has_proposal = true;
	e.own.lost.proposal = lb->fingerprint;
	REFUSED(lb, o.lead, &e, "no approved proposal");
	e.own.lost.has_proposal = false;
	e.own.lost.proposal = (struct hash){{0}};
	permit_lost(&o, o.admin, o.lead, &e);
	hold(&o, x, true); /* no holds count */
	REFUSED(lb, o.reader, &e, "neither admin nor a lead");
	ALLOWED(lb, o.founder, &e);
	REFUSED(lb, o.founder, &e, "no approved proposal");
	CHECK_INT(state_n_lost(lb->state), 1);
	CHECK_STR(state_lost_at(lb->state, 0)->by.text, "S-001");
	CHECK_STR(state_lost_at(lb->state, 0)->proposed_by.text, "S-002");
	CHECK(peek_is_lost(lb->state, &x, &object) &&
	      !peek_is_lost(lb->state, &c, &object));

	/* A case: its exhibits' too, its key files and its bundles. */
	take(&e, ACT_LOST, c);
	add_lost(&e, &object);
	add_lost(&e, &other);
	add_lost(&e, &key_file);
	add_lost(&e, &at.bundle);
	permit_lost(&o, o.lead, o.admin, &e);
	e.own.lost.n--;
	REFUSED(lb, o.lead, &e, "approved for something else");
	e.own.lost.n++;
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_n_lost(lb->state), 5);
	/* The vault: by admin and auditor. */
	take(&e, ACT_LOST, v);
	add_lost(&e, &out.bundle);
	add_lost(&e, &lb->genesis.audit_file);
	permit_lost(&o, o.auditor, o.admin, &e);
	REFUSED(lb, o.lead, &e, "neither admin nor auditor");
	ALLOWED(lb, o.auditor, &e);
	office_done(&o);
}

/* Neither of two admins may be a lead: then nothing of a case is lost. */
static void
losing_takes_a_standing_lead(void)
{
	struct office o;
	struct hash leaf, object;
	struct entry e;

	office_init(&o);
	object = state_exhibit(o.lb.state, &o.x)->object;
	take(&e, ACT_LOST, subject_exhibit(&o.x));
	add_lost(&e, &object);
	leaf = propose(&o, o.admin, &e);
	lb_approve(&e, subject_exhibit(&o.x), &leaf, true);
	REFUSED(&o.lb, o.founder, &e, "neither of the two is a standing lead");
	office_done(&o);
}

static void
losing_alone(void)
{
	struct log_builder lb;
	struct person *second;
	struct entry e;

	lb_init(&lb);
	take(&e, ACT_LOST, subject_vault());
	add_lost(&e, &lb.genesis.audit_file);
	lb_propose(&e);
	REFUSED(&lb, lb.founder, &e, "lost does not take two people now");
	take(&e, ACT_LOST, subject_vault());
	add_lost(&e, &lb.genesis.audit_file);
	e.own.lost.has_proposal = true;
	REFUSED(&lb, lb.founder, &e, "the only officer needs no proposal");
	e.own.lost.has_proposal = false;
	ALLOWED(&lb, lb.founder, &e);
	CHECK_STR(state_lost_at(lb.state, 0)->proposed_by.text, "");
	/* With another officer, even one who only audits, it takes two. */
	second = lb_person(&lb, "S-002");
	lb_enrol(&lb, &e, second, ROLE_AUDITOR);
	ALLOWED(&lb, lb.founder, &e);
	take(&e, ACT_LOST, subject_vault());
	add_lost(&e, &lb.genesis.audit_file);
	REFUSED(&lb, lb.founder, &e, "it takes two people");
	lb_done(&lb);
}

int
main(void)
{
	RUN(who_erases);
	RUN(sheets_are_the_subjects);
	RUN(chains_of_sheets);
	RUN(new_names_differ);
	RUN(nothing_held_is_destroyed);
	RUN(nothing_joins_what_is_destroyed);
	RUN(losing);
	RUN(losing_takes_a_standing_lead);
	RUN(losing_alone);
	return 0;
}
