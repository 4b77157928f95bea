/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_named.h"

#include <stdlib.h>
#include <string.h>

void
named_done(struct named *named)
{
	mem_free(named->objects);
	mem_free(named->bundles);
	mem_free(named->sheets);
	mem_free(named->subjects);
	mem_free(named->changes);
	*named = (struct named)NAMED_INIT;
}

/* Room for one more in an array; returns the array, or NULL. */
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
add_object(struct named *named, const struct named_object *object,
	   struct amana_error *err)
{
	void *items = room(named->objects, named->n_objects, &named->cap_objects,
			   sizeof *object, err);

	if (items == NULL)
		return -1;
	named->objects = items;
	named->objects[named->n_objects++] = *object;
	return 0;
}

static int
add_sheet(struct named *named, const struct hash *sheet, struct amana_error *err)
{
	void *items = room(named->sheets, named->n_sheets, &named->cap_sheets,
			   sizeof *sheet, err);

	if (items == NULL)
		return -1;
	named->sheets = items;
	named->sheets[named->n_sheets++] = *sheet;
	return 0;
}

static int
add_subject(struct named *named, const struct custody_id *id, struct amana_error *err)
{
	void *items = room(named->subjects, named->n_subjects, &named->cap_subjects,
			   sizeof *id, err);

	if (items == NULL)
		return -1;
	named->subjects = items;
	named->subjects[named->n_subjects++] = *id;
	return 0;
}

static int
add_change(struct named *named, const struct entry_sheet_pair *pair,
	   struct amana_error *err)
{
	struct named_change *items = room(named->changes, named->n_changes,
					  &named->cap_changes, sizeof *items, err);

	if (items == NULL)
		return -1;
	named->changes = items;
	items[named->n_changes] = (struct named_change){.was = pair->was,
							.is = pair->is,
							.gone = pair->gone,
							.order = named->n_changes};
	named->n_changes++;
	return 0;
}

int
named_begin(struct named *named, const struct genesis *genesis, struct amana_error *err)
{
	const struct named_object audit = {.hash = genesis->audit_file,
					   .signer = genesis->founder};

	return add_object(named, &audit, err);
}

/* ---- one slot's sheets, each once ---- */

struct placed {
	struct hash hash;
	size_t at;
};

static int
by_hash_then_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = memcmp(x->hash.bytes, y->hash.bytes, HASH_LEN);

	return order != 0 ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int
by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* Entries share sheets; a bundle has each once, in the order in which they are first
 * named. */
static int
finish_slot(struct named *named, struct amana_error *err)
{
	CLEANUP(mem_freep) struct placed *placed = NULL;
	struct named_bundle *bundle;
	struct hash *sheets;
	size_t n, kept = 0;

	if (!named->in_slot)
		return 0;
	named->in_slot = false;
	bundle = &named->bundles[named->n_bundles - 1];
	bundle->n_subjects = named->n_subjects - bundle->first_subject;
	n = named->n_sheets - bundle->first_sheet;
	bundle->n_sheets = n;
	if (n < 2)
		return 0;
	sheets = named->sheets + bundle->first_sheet;
	placed = mem_array(n, sizeof *placed, err);
	if (placed == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		placed[i] = (struct placed){sheets[i], i};
	qsort(placed, n, sizeof *placed, by_hash_then_place);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !hash_equal(&placed[i].hash, &placed[i - 1].hash))
			placed[kept++] = placed[i];
	if (kept < n) {
		qsort(placed, kept, sizeof *placed, by_place);
		for (size_t i = 0; i < kept; i++)
			sheets[i] = placed[i].hash;
		named->n_sheets = bundle->first_sheet + kept;
		bundle->n_sheets = kept;
	}
	return 0;
}

int
named_slot(struct named *named, const struct log_slot *slot, struct amana_error *err)
{
	struct named_bundle *items;

	if (finish_slot(named, err) < 0)
		return -1;
	if (slot->verdict != VERDICT_VALID || slot->passed_over || slot->note == NULL ||
	    !slot->note->has_bundle)
		return 0;
	items = room(named->bundles, named->n_bundles, &named->cap_bundles, sizeof *items,
		     err);
	if (items == NULL)
		return -1;
	named->bundles = items;
	items[named->n_bundles++] =
		(struct named_bundle){.hash = slot->note->bundle,
				      .slot = slot->n,
				      .signer = slot->signer,
				      .first_sheet = named->n_sheets,
				      .first_subject = named->n_subjects};
	named->in_slot = true;
	return 0;
}

/* ---- entries ---- */

static bool
has_id(const struct subject *subject)
{
	return subject->kind == SUBJECT_EXHIBIT || subject->kind == SUBJECT_CASE ||
	       (subject->kind == SUBJECT_GRANT && !subject->audit);
}

static int
bundle_entry(struct named *named, const struct entry *entry, struct amana_error *err)
{
	const struct named_bundle *bundle = &named->bundles[named->n_bundles - 1];
	const struct custody_id *last = named->n_subjects > bundle->first_subject
						? &named->subjects[named->n_subjects - 1]
						: NULL;

	for (size_t i = 0; i < entry->n_sheets; i++) {
		/* The act sheet comes first, with every entry. */
		if (named->n_sheets > bundle->first_sheet &&
		    hash_equal(&entry->sheets[i], &named->sheets[bundle->first_sheet]))
			continue;
		if (add_sheet(named, &entry->sheets[i], err) < 0)
			return -1;
	}
	if (!has_id(&entry->subject) ||
	    (last != NULL && custody_id_equal(last, &entry->subject.id)))
		return 0;
	return add_subject(named, &entry->subject.id, err);
}

int
named_entry(struct named *named, const struct log_seen_entry *seen,
	    struct amana_error *err)
{
	const struct entry *entry = seen->entry;

	for (size_t i = 0; i < entry->n_objects; i++) {
		struct named_object object = {.hash = entry->objects[i],
					      .slot = seen->slot->n,
					      .signer = seen->slot->signer};

		if (has_id(&entry->subject))
			object.about = entry->subject.id;
		if (add_object(named, &object, err) < 0)
			return -1;
	}
	if (entry->action == ACT_DISPOSE || entry->action == ACT_ERASE)
		for (size_t i = 0; i < entry->own.destroy.n_sheets; i++)
			if (add_change(named, &entry->own.destroy.sheets[i], err) < 0)
				return -1;
	return named->in_slot ? bundle_entry(named, entry, err) : 0;
}

/* ---- the end ---- */

static int
object_order(const void *a, const void *b)
{
	const struct named_object *x = a, *y = b;
	int order = memcmp(x->hash.bytes, y->hash.bytes, HASH_LEN);

	return order != 0 ? order : x->slot < y->slot ? -1 : x->slot > y->slot;
}

static int
change_order(const void *a, const void *b)
{
	const struct named_change *x = a, *y = b;
	int order = memcmp(x->was.bytes, y->was.bytes, HASH_LEN);

	return order != 0 ? order : x->order < y->order ? -1 : x->order > y->order;
}

int
named_end(struct named *named, struct amana_error *err)
{
	size_t kept = 0;

	if (finish_slot(named, err) < 0)
		return -1;
	if (named->n_objects > 1)
		qsort(named->objects, named->n_objects, sizeof named->objects[0],
		      object_order);
	for (size_t i = 0; i < named->n_objects; i++)
		if (i == 0 ||
		    !hash_equal(&named->objects[i].hash, &named->objects[i - 1].hash))
			named->objects[kept++] = named->objects[i];
	named->n_objects = kept;
	if (named->n_changes > 1)
		qsort(named->changes, named->n_changes, sizeof named->changes[0],
		      change_order);
	return 0;
}

/* The newest change of this sheet; NULL: none. */
static const struct named_change *
change_of(const struct named *named, const struct hash *sheet)
{
	size_t low = 0, high = named->n_changes;

	while (low < high) { /* the first that is past it */
		size_t middle = low + (high - low) / 2;

		if (memcmp(named->changes[middle].was.bytes, sheet->bytes, HASH_LEN) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && hash_equal(&named->changes[low - 1].was, sheet)
		       ? &named->changes[low - 1]
		       : NULL;
}

#define HOPS_MAX 1000 /* no sheet is struck from so often */

int
named_sheet_now(const struct named *named, const struct hash *sheet, struct hash *ret_now)
{
	struct hash at = *sheet;

	for (size_t i = 0; i < HOPS_MAX; i++) {
		const struct named_change *change = change_of(named, &at);

		if (change == NULL) {
			*ret_now = at;
			return 0;
		}
		if (change->gone)
			return 1;
		at = change->is;
	}
	return -1;
}
