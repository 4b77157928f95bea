/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_lines.h"

#include "flow/chain/chain_private.h"

#include <string.h>

#define COMMIT_EVERY 5000 /* events that one transaction of the catalogue takes */

/* ---- from a sheet to a row of the catalogue ---- */

static struct bytes
text_or_none(const char *text)
{
	return text != NULL ? BYTES_STR(text) : (struct bytes){NULL, 0};
}

static int
add_json(const char *bytes, size_t len, void *arg)
{
	struct amana_error ignored = AMANA_ERROR_INIT;

	return buf_add(arg, bytes, len, &ignored);
}

/* The texts of an act, for a row.  They are borrowed from the act and from `details`. */
static int
put_texts(const struct sheets_act *act, struct catalog_event *row, struct buf *details,
	  struct amana_error *err)
{
	if (act->has_reason)
		row->reason = text_or_none(act->reason.text);
	if (!act->has_custody)
		return 0;
	row->kind = text_or_none(act->custody.event);
	row->tool = text_or_none(act->custody.tool);
	row->device = text_or_none(act->custody.device);
	if (act->custody.details == NULL)
		return 0;
	if (json_dump_callback(act->custody.details, add_json, details, JSON_COMPACT) < 0)
		return err_nomem(err);
	row->details = BYTES_OF(*details);
	return 0;
}

/* ---- keeping them ---- */

static int
keep(struct chain *chain, const struct chain_event *event, const struct sheets_act *act,
     struct amana_error *err)
{
	CLEANUP(line_text_done) struct buf details = BUF_INIT(LINE_BYTES_MAX);
	const struct entry *entry = chain->entry;
	struct catalog_event row = {.slot = event->slot, .index = event->index};

	memcpy(row.case_id, chain->case_id.bytes, sizeof row.case_id);
	if (entry->subject.kind == SUBJECT_EXHIBIT) {
		row.has_exhibit = true;
		memcpy(row.exhibit_id, entry->subject.id.bytes, sizeof row.exhibit_id);
	}
	if (put_texts(act, &row, &details, err) < 0)
		return -1;
	return catalog_event_put(chain->catalog, &row, err);
}

/* 0: the catalogue has the lines of this event.  CATALOG_NONE: it has not, or they were
 * emptied after an erasure. */
static int
find_kept(struct catalog *catalog, const struct chain_event *event,
	  struct catalog_event *ret_row, struct amana_error *err)
{
	int r = catalog_event_at(catalog, event->slot, event->index, ret_row, err);

	return r == 0 && ret_row->kind.data == NULL ? CATALOG_NONE : r;
}

/* One sheet holds the lines of a whole act: it is opened once for all entries that name
 * the same lines of it. */
static bool
is_same_act(const struct entry *a, const struct entry *b)
{
	return a->n_sheets > 0 && b->n_sheets > 0 &&
	       hash_equal(&a->sheets[0], &b->sheets[0]) && a->n_lines == b->n_lines &&
	       a->n_lines > 0 && a->lines[0].kind == LINE_CUSTODY &&
	       memcmp(a->lines, b->lines, a->n_lines * sizeof a->lines[0]) == 0 &&
	       hash_equal(&a->prev, &b->prev);
}

struct last_act { /* the act sheet that was opened last */
	struct sheets_act act;
	struct entry *entry; /* the entry that it was opened for */
	bool is_open;
};

static int
open_one(struct chain *chain, struct chain_event *event, struct last_act *last,
	 struct amana_error *err)
{
	int r;

	if (chain_read(chain, event->slot, event->index, err) < 0)
		return -1;
	if (!last->is_open || !is_same_act(last->entry, chain->entry)) {
		sheets_act_done(&last->act);
		last->is_open = false;
		r = chain_open_act(chain, event, &last->act, err);
		if (r != 0)
			return r < 0 ? -1 : 0;
		last->is_open = true;
		*last->entry = *chain->entry;
	}
	return keep(chain, event, &last->act, err);
}

static int
open_all(struct chain *chain, struct last_act *last, struct amana_error *err)
{
	struct catalog *catalog = chain->catalog;
	struct catalog_event row;
	size_t n_put = 0;
	int r = catalog_begin(catalog, err);

	for (size_t i = 0; r == 0 && i < chain->events.n; i++) {
		if (session_cancelled(chain->session))
			r = err_set(err, AMANA_E_CANCELLED, "stopped");
		if (r == 0)
			r = find_kept(catalog, &chain->events.items[i], &row, err);
		if (r != CATALOG_NONE)
			continue;
		r = open_one(chain, &chain->events.items[i], last, err);
		if (r == 0 && ++n_put % COMMIT_EVERY == 0) {
			r = catalog_commit(catalog, err);
			if (r == 0)
				r = catalog_begin(catalog, err);
		}
	}
	if (r == 0)
		return catalog_commit(catalog, err);
	catalog_rollback(catalog);
	return r;
}

int
chain_lines_open(struct chain *chain, struct amana_error *err)
{
	struct last_act last = {.act = SHEETS_ACT_INIT};
	int r;

	last.entry = mem_new(sizeof *last.entry, err);
	r = last.entry != NULL ? open_all(chain, &last, err) : -1;
	sheets_act_done(&last.act);
	mem_free(last.entry);
	/* > 0: the catalogue cannot be written now.  That costs time and nothing else,
	 * for what it does not have is opened again when it is told. */
	return r < 0 ? -1 : 0;
}

/* ---- telling ---- */

static int
fill(struct chain *chain, const struct catalog_event *row, struct amana_event *ret_event,
     struct amana_error *err)
{
	size_t kind, reason, details, tool, device;

	if (chain_add_text(chain, row->kind, &kind, err) < 0 ||
	    chain_add_text(chain, row->reason, &reason, err) < 0 ||
	    chain_add_text(chain, row->details, &details, err) < 0 ||
	    chain_add_text(chain, row->tool, &tool, err) < 0 ||
	    chain_add_text(chain, row->device, &device, err) < 0)
		return -1;
	ret_event->event = chain_text_at(chain, kind);
	ret_event->reason = chain_text_at(chain, reason);
	ret_event->details = chain_text_at(chain, details);
	ret_event->tool = chain_text_at(chain, tool);
	ret_event->device = chain_text_at(chain, device);
	return 0;
}

/* The catalogue could not keep the lines: they come from the sheet. */
static int
fill_from_sheet(struct chain *chain, struct chain_event *event,
		struct amana_event *ret_event, struct amana_error *err)
{
	CLEANUP(sheets_act_done) struct sheets_act act = SHEETS_ACT_INIT;
	CLEANUP(line_text_done) struct buf details = BUF_INIT(LINE_BYTES_MAX);
	struct catalog_event row = {.slot = event->slot};
	int r = chain_open_act(chain, event, &act, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (put_texts(&act, &row, &details, err) < 0)
		return -1;
	return fill(chain, &row, ret_event, err);
}

int
chain_lines_tell(struct chain *chain, struct chain_event *event,
		 struct amana_event *ret_event, struct amana_error *err)
{
	struct chain_private private = {.source = 0};
	struct catalog_event row;
	int r = CATALOG_NONE;

	if (chain->is_public)
		return 0;
	if (!event->is_sealed && !event->is_missing &&
	    chain_private(chain, event, &private, err) < 0)
		return -1;
	if (!event->is_sealed && !event->is_missing)
		r = find_kept(chain->catalog, event, &row, err);
	if (r == 0)
		r = fill(chain, &row, ret_event, err);
	else if (r > 0 && !event->is_sealed && !event->is_missing)
		r = fill_from_sheet(chain, event, ret_event, err);
	if (r < 0)
		return -1;
	ret_event->source = chain_text_at(chain, private.source);
	ret_event->facts = chain_text_at(chain, private.facts);
	ret_event->derived_from = chain_text_at(chain, private.derived_from);
	ret_event->packet = chain_text_at(chain, private.packet);
	ret_event->about = chain_text_at(chain, private.about);
	ret_event->received = private.received_at;
	ret_event->sealed_missing = event->is_missing;
	return 0;
}
