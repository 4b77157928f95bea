/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DESTROY_FIXTURE_H
#define TESTS_DESTROY_FIXTURE_H

#include "office_fixture.h"

/* What the tests of dispose, erase and lost share: sheets in bundles, and lists in the
 * order in which an entry has them. */

/* An entry that names a sheet, in a slot of its own. */
struct sheet_at {
	uint64_t slot;
	struct hash sheet, bundle;
};

static inline struct sheet_at
sheet_in(struct office *o, struct person *by, struct entry *e)
{
	struct sheet_at at;

	if (!e->has_private)
		lb_add_sheet(&o->lb, e);
	ALLOWED(&o->lb, by, e);
	at.slot = state_slot(o->lb.state);
	at.sheet = e->has_private ? e->private_sheet : e->sheets[0];
	at.bundle = o->lb.report.note.bundle;
	return at;
}

static inline struct sheet_at
deposit_sheet(struct office *o, struct custody_id *ret_exhibit)
{
	struct entry e;

	lb_deposit(&o->lb, &e, ret_exhibit, &o->c);
	return sheet_in(o, o->depositor, &e);
}

static inline struct sheet_at
record_sheet(struct office *o, struct person *by, struct subject subject)
{
	struct entry e;

	lb_record(&o->lb, &e, ACT_RECORD, subject);
	return sheet_in(o, by, &e);
}

static inline struct sheet_at
private_sheet(struct office *o, struct subject subject)
{
	struct entry e;

	lb_record(&o->lb, &e, ACT_RECORD, subject);
	lb_add_private(&o->lb, &e);
	return sheet_in(o, o->lead, &e);
}

static inline void
add_pair(struct entry *e, uint64_t batch, const struct hash *was, const struct hash *is)
{
	struct act_destroy *d = &e->own.destroy;
	size_t at = d->n_bundles++;

	for (; at > 0 && d->bundles[at - 1].batch > batch; at--)
		d->bundles[at] = d->bundles[at - 1];
	d->bundles[at] = (struct entry_bundle_pair){batch, *was, *is};
}

/* `sheet-was`; is NULL: it goes.  `blank` is the same without another. */
static inline void
add_was(struct entry *e, const struct hash *was, const struct hash *is)
{
	struct act_destroy *d = &e->own.destroy;
	size_t at = d->n_sheets++;

	for (; at > 0 && memcmp(&d->sheets[at - 1].was, was, HASH_LEN) > 0; at--)
		d->sheets[at] = d->sheets[at - 1];
	d->sheets[at] = (struct entry_sheet_pair){.was = *was, .gone = is == NULL};
	if (is != NULL)
		d->sheets[at].is = *is;
}

static inline void
add_blank(struct entry *e, const struct hash *sheet)
{
	add_was(e, sheet, NULL);
}

/* The batch's bundle gets a new name, which it returns. */
static inline struct hash
add_new_pair(struct office *o, struct entry *e, const struct sheet_at *at)
{
	struct hash was, is;

	CHECK(state_bundle_of(o->lb.state, at->slot, &was) >= 0);
	lb_hash(&o->lb, &is);
	add_pair(e, at->slot, &was, &is);
	return is;
}

/* e is the act without its proposal: two propose and permit it, and it names that. */
static inline void
permit(struct office *o, struct person *one, struct person *two, struct entry *e)
{
	struct entry proposal = *e;
	struct hash leaf;

	proposal.at = 0;
	proposal.own.destroy.n_bundles = 0;
	leaf = propose(o, one, &proposal);
	approve(o, two, e->subject, &leaf);
	e->own.destroy.proposal = leaf;
	e->at = 0;
}

/* The act as a proposal is void, for this reason. */
static inline void
no_proposal(struct office *o, struct person *by, const struct entry *e, const char *why)
{
	struct entry proposal = *e;

	proposal.at = 0;
	proposal.own.destroy.n_bundles = 0;
	lb_propose(&proposal);
	REFUSED(&o->lb, by, &proposal, why);
}

#endif
