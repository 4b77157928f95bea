/* SPDX-License-Identifier: Apache-2.0 */
#include "session/sync.h"

#include "session/record.h"
#include "session/rights.h"
#include "session/session_catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
sync_names_record(struct session *session, const struct state_case *a_case,
		  struct amana_error *err)
{
	const struct state_member *me;
	const struct state_grant *grant;
	const struct custody_id case_id = a_case->id;
	const struct subject subject = subject_case(&case_id);

	if (session_member(session, &me, err) < 0)
		return -1;
	grant = state_grant(session_state(session), &case_id, &me->code);
	if (grant != NULL && state_grant_means(grant) == GRANT_DEPOSITOR)
		return 1;
	if (rights_to_read(session, &case_id, &subject, "this case",
			   "read the names of a case", err) < 0)
		return -1;
	return record_sitting(session, &case_id, EVENT_LIST, err);
}

struct unopened {
	struct custody_id id;
	uint64_t slot;
};
struct unopened_list {
	const struct state *state;
	struct unopened *items;
	size_t n, cap;
};

static int
collect_unopened(const struct catalog_exhibit *row, void *arg, struct amana_error *err)
{
	struct unopened_list *list = arg;
	struct unopened *grown;

	const struct state_exhibit *exhibit;
	struct custody_id id;

	memcpy(id.bytes, row->id, sizeof row->id);
	exhibit = state_exhibit(list->state, &id);
	if (row->opened || row->slot > state_slot(list->state) ||
	    (exhibit != NULL && exhibit->disposed))
		return 0;
	if (list->n == list->cap) {
		size_t cap = list->cap == 0 ? 256 : list->cap * 2;

		grown = mem_grow(list->items, list->cap, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		list->items = grown;
		list->cap = cap;
	}
	list->items[list->n++] = (struct unopened){.id = id, .slot = row->slot};
	return 0;
}

static int
by_slot(const void *a, const void *b)
{
	const struct unopened *x = a, *y = b;

	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

/* A case whose sheets are opened into the catalogue, in one transaction. */
struct opening {
	struct session *session;
	struct catalog *catalog;
	const struct custody_id *case_id;
	struct sheets_slot slot;
	struct entry *entry; /* room for one */
};

static void
tell_tampered(const struct opening *opening, const struct amana_error *err)
{
	session_notice(opening->session, AMANA_NOTICE_TAMPERED, "%s", err->msg);
}

/* Opens what opening->entry, a deposit of opening->slot, put into the case. */
static int
open_deposit(struct opening *opening, struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	const struct state_exhibit *exhibit;
	struct catalog_exhibit row;
	int r = sheets_open_exhibit(opening->session, &opening->slot, opening->entry,
				    &opened, err);

	if (r < 0 && err->code == AMANA_E_TAMPERED) {
		tell_tampered(opening, err);
		return 0;
	}
	if (r < 0)
		return -1;
	exhibit = state_exhibit(session_state(opening->session),
				&opening->entry->subject.id);
	if (exhibit == NULL)
		return err_bug(err, "a deposit that the state does not have");
	if (r > 0)
		return 0; /* no key of this person's opens it, or it was destroyed */
	session_catalog_row(opening->session, exhibit, opening->entry, &opened, &row);
	return catalog_exhibit_put(opening->catalog, &row, err);
}

/* All that the slot deposited and that nobody has opened is said to be lost: then that
 * its bundle is missing is no news.  `items` begins with the slot's first. */
static bool
is_declared_lost(const struct state *state, const struct unopened *items, size_t n)
{
	struct hash bundle;

	if (state_bundle_of(state, items[0].slot, &bundle) < 0)
		return false;
	for (size_t i = 0; i < n && items[i].slot == items[0].slot; i++)
		if (state_lost_for(state, &items[i].id, &bundle, false) == NULL)
			return false;
	return true;
}

/* Opens what the slot of the first of n items deposited into the case. */
static int
open_slot(struct opening *opening, const struct unopened *items, size_t n,
	  struct amana_error *err)
{
	struct bytes rest, raw;
	int r;

	if (sheets_slot_load(opening->session, items[0].slot, &opening->slot, err) < 0) {
		if (err->code != AMANA_E_TAMPERED)
			return -1;
		if (!is_declared_lost(session_state(opening->session), items, n))
			tell_tampered(opening, err);
		return 0;
	}
	rest = opening->slot.parts.entries;
	while ((r = batch_next(&rest, &raw, err)) == 0) {
		const struct entry *entry = opening->entry;

		if (entry_decode(raw, opening->entry, err) < 0)
			return -1;
		if (entry->action != ACT_DEPOSIT ||
		    !custody_id_equal(&entry->own.sealing.case_id, opening->case_id))
			continue;
		r = open_deposit(opening, err);
		if (r != 0)
			return r;
	}
	return r < 0 ? -1 : 0;
}

static int
open_case(struct session *session, struct catalog *catalog,
	  const struct custody_id *case_id, const struct unopened_list *list,
	  struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct opening opening = {.session = session,
				  .catalog = catalog,
				  .case_id = case_id,
				  .slot = SHEETS_SLOT_INIT,
				  .entry = entry};
	int r;

	if (entry == NULL)
		return -1;
	r = catalog_begin(catalog, err);
	for (size_t i = 0; r == 0 && i < list->n; i++)
		if (i == 0 || list->items[i].slot != list->items[i - 1].slot)
			r = open_slot(&opening, &list->items[i], list->n - i, err);
	sheets_slot_done(&opening.slot);
	if (r == 0)
		return catalog_commit(catalog, err);
	catalog_rollback(catalog);
	return r;
}

int
sync_case(struct session *session, const struct state_case *a_case,
	  struct amana_error *err)
{
	struct unopened_list list = {.state = session_state(session)};
	const struct custody_id case_id = a_case->id;
	struct catalog_totals totals;
	struct catalog *catalog;
	int r = sync_names_record(session, a_case, err);

	if (r != 0 || session_catalog(session, &catalog, err) < 0)
		return r != 0 ? r : -1;
	r = catalog_totals(catalog, case_id.bytes, &totals, err);
	if (r != 0)
		return session_catalog_outcome(r, err);
	if (totals.n_opened == totals.n_exhibits)
		return 0;
	r = catalog_exhibits(catalog, case_id.bytes, collect_unopened, &list, err);
	if (r == 0 && list.n > 0) {
		qsort(list.items, list.n, sizeof list.items[0], by_slot);
		r = open_case(session, catalog, &case_id, &list, err);
	}
	mem_free(list.items);
	return session_catalog_outcome(r, err);
}
