/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_ledger.h"

#include <stdlib.h>
#include <string.h>

void
verify_ledger_done(struct ledger *ledger)
{
	mem_free(ledger->objects);
	mem_free(ledger->bundles);
	mem_free(ledger->sheets);
	mem_free(ledger->subjects);
	*ledger = (struct ledger)LEDGER_INIT;
}

/* Makes room for one more item in an array of n that has room for *cap.  Returns the
 * array, which may have moved; NULL: err is filled, and the array is as it was. */
static void *
room(void *items, size_t n, size_t *cap, size_t size, struct amana_error *err)
{
	size_t more = *cap < 64 ? 64 : *cap + *cap / 2;
	void *grown;

	if (n < *cap)
		return items;
	grown = mem_grow(items, *cap, more, size, err);
	if (grown != NULL)
		*cap = more;
	return grown;
}

static int
add_object(struct ledger *ledger, const struct ledger_object *object,
	   struct amana_error *err)
{
	void *items = room(ledger->objects, ledger->n_objects, &ledger->cap_objects,
			   sizeof *object, err);

	if (items == NULL)
		return -1;
	ledger->objects = items;
	ledger->objects[ledger->n_objects++] = *object;
	return 0;
}

static int
add_sheet(struct ledger *ledger, const struct hash *sheet, struct amana_error *err)
{
	void *items = room(ledger->sheets, ledger->n_sheets, &ledger->cap_sheets,
			   sizeof *sheet, err);

	if (items == NULL)
		return -1;
	ledger->sheets = items;
	ledger->sheets[ledger->n_sheets++] = *sheet;
	return 0;
}

static int
add_subject(struct ledger *ledger, const struct custody_id *id, struct amana_error *err)
{
	void *items = room(ledger->subjects, ledger->n_subjects, &ledger->cap_subjects,
			   sizeof *id, err);

	if (items == NULL)
		return -1;
	ledger->subjects = items;
	ledger->subjects[ledger->n_subjects++] = *id;
	return 0;
}

int
verify_ledger_begin(struct ledger *ledger, const struct genesis *genesis,
		    struct amana_error *err)
{
	const struct ledger_object audit = {.hash = genesis->audit_file,
					    .signer = genesis->founder,
					    .shape = OBJECT_SHAPE_KEYS};

	return add_object(ledger, &audit, err);
}

/* ---- one slot's sheets, each once ---- */

/* A sheet, and where it stands among those that the slot's entries name. */
struct ordered_sheet {
	struct hash hash;
	size_t at;
};

static int
by_hash_then_order(const void *a, const void *b)
{
	const struct ordered_sheet *x = a, *y = b;
	int order = memcmp(x->hash.bytes, y->hash.bytes, HASH_LEN);

	return order != 0 ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int
by_order(const void *a, const void *b)
{
	const struct ordered_sheet *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* The bundle of the slot is complete.  Its entries share sheets, while the bundle itself
 * holds each of them once, in the order in which they are first named: so does the
 * ledger from here on. */
static int
finish_slot(struct ledger *ledger, struct amana_error *err)
{
	CLEANUP(mem_freep) struct ordered_sheet *ordered = NULL;
	struct ledger_bundle *bundle;
	struct hash *sheets;
	size_t n, kept = 0;

	if (!ledger->in_slot)
		return 0;
	ledger->in_slot = false;
	bundle = &ledger->bundles[ledger->n_bundles - 1];
	bundle->n_subjects = ledger->n_subjects - bundle->first_subject;
	n = ledger->n_sheets - bundle->first_sheet;
	bundle->n_sheets = n;
	if (n < 2)
		return 0;
	sheets = ledger->sheets + bundle->first_sheet;
	ordered = mem_array(n, sizeof *ordered, err);
	if (ordered == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		ordered[i] = (struct ordered_sheet){sheets[i], i};
	qsort(ordered, n, sizeof *ordered, by_hash_then_order);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !hash_equal(&ordered[i].hash, &ordered[i - 1].hash))
			ordered[kept++] = ordered[i];
	if (kept < n) {
		qsort(ordered, kept, sizeof *ordered, by_order);
		for (size_t i = 0; i < kept; i++)
			sheets[i] = ordered[i].hash;
		ledger->n_sheets = bundle->first_sheet + kept;
		bundle->n_sheets = kept;
	}
	return 0;
}

int
verify_ledger_slot(struct ledger *ledger, const struct log_slot *slot,
		   struct amana_error *err)
{
	struct ledger_bundle *items;

	if (finish_slot(ledger, err) < 0)
		return -1;
	if (slot->verdict != VERDICT_VALID || slot->passed_over || slot->note == NULL ||
	    !slot->note->has_bundle)
		return 0;
	items = room(ledger->bundles, ledger->n_bundles, &ledger->cap_bundles,
		     sizeof *items, err);
	if (items == NULL)
		return -1;
	ledger->bundles = items;
	items[ledger->n_bundles++] =
		(struct ledger_bundle){.hash = slot->note->bundle,
				       .slot = slot->n,
				       .signer = slot->signer,
				       .first_sheet = ledger->n_sheets,
				       .first_subject = ledger->n_subjects};
	ledger->in_slot = true;
	return 0;
}

/* ---- entries ---- */

/* An entry about an exhibit, a case or a grant in a case belongs to that id; one about
 * the vault, a member or the audit ring has none. */
static bool
is_about_id(const struct subject *subject)
{
	return subject->kind == SUBJECT_EXHIBIT || subject->kind == SUBJECT_CASE ||
	       (subject->kind == SUBJECT_GRANT && !subject->audit);
}

static int
bundle_entry(struct ledger *ledger, const struct entry *entry, struct amana_error *err)
{
	const struct ledger_bundle *bundle = &ledger->bundles[ledger->n_bundles - 1];
	const struct custody_id *last =
		ledger->n_subjects > bundle->first_subject
			? &ledger->subjects[ledger->n_subjects - 1]
			: NULL;

	for (size_t i = 0; i < entry->n_sheets; i++) {
		/* Every entry of an act names the act's own sheet, first: it is passed
		 * over here, so that the list does not grow to twice its length. */
		if (ledger->n_sheets > bundle->first_sheet &&
		    hash_equal(&entry->sheets[i], &ledger->sheets[bundle->first_sheet]))
			continue;
		if (add_sheet(ledger, &entry->sheets[i], err) < 0)
			return -1;
	}
	if (entry->has_private && add_sheet(ledger, &entry->private_sheet, err) < 0)
		return -1;
	if (!is_about_id(&entry->subject) ||
	    (last != NULL && custody_id_equal(last, &entry->subject.id)))
		return 0;
	return add_subject(ledger, &entry->subject.id, err);
}

/* What an action's objects are (docs/FORMAT.md section 8). */
static enum object_shape
shape_of(enum action action)
{
	switch (action) {
	case ACT_DEPOSIT:
		return OBJECT_SHAPE_EXHIBIT;
	case ACT_ANCHOR:
		return OBJECT_SHAPE_ANY;
	default:
		return OBJECT_SHAPE_KEYS;
	}
}

int
verify_ledger_entry(struct ledger *ledger, const struct log_seen_entry *seen,
		    struct amana_error *err)
{
	const struct entry *entry = seen->entry;

	for (size_t i = 0; i < entry->n_objects; i++) {
		struct ledger_object object = {.hash = entry->objects[i],
					       .slot = seen->slot->n,
					       .signer = seen->slot->signer,
					       .shape = shape_of(entry->action)};

		if (is_about_id(&entry->subject))
			object.about = entry->subject.id;
		object.is_epoch = entry->action == ACT_EPOCH;
		if (object.is_epoch)
			object.ring = entry->own.epoch.recipient;
		if (add_object(ledger, &object, err) < 0)
			return -1;
	}
	return ledger->in_slot ? bundle_entry(ledger, entry, err) : 0;
}

/* ---- the end ---- */

static int
object_order(const void *a, const void *b)
{
	const struct ledger_object *x = a, *y = b;
	int order = memcmp(x->hash.bytes, y->hash.bytes, HASH_LEN);

	if (order == 0)
		order = (x->shape > y->shape) - (x->shape < y->shape);
	if (order == 0)
		order = memcmp(x->about.bytes, y->about.bytes, sizeof x->about.bytes);
	return order != 0 ? order : x->slot < y->slot ? -1 : x->slot > y->slot;
}

static bool
is_same(const struct ledger_object *a, const struct ledger_object *b)
{
	return a->shape == b->shape && hash_equal(&a->hash, &b->hash);
}

int
verify_ledger_end(struct ledger *ledger, struct amana_error *err)
{
	size_t kept = 0;

	if (finish_slot(ledger, err) < 0)
		return -1;
	if (ledger->n_objects > 1)
		qsort(ledger->objects, ledger->n_objects, sizeof ledger->objects[0],
		      object_order);
	for (size_t i = 0; i < ledger->n_objects; i++)
		if (kept == 0 ||
		    !is_same(&ledger->objects[i], &ledger->objects[kept - 1]) ||
		    !custody_id_equal(&ledger->objects[i].about,
				      &ledger->objects[kept - 1].about))
			ledger->objects[kept++] = ledger->objects[i];
	ledger->n_objects = kept;
	for (size_t i = 0, first = 0; i < kept; i++) {
		if (!is_same(&ledger->objects[i], &ledger->objects[first]))
			first = i;
		ledger->objects[first].n_same++;
	}
	return 0;
}
