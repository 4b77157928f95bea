/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain.h"

#include "session/sync.h"

#include <string.h>

/* Custody and reason lines: out of the catalogue if it has them, else out of the act's
 * sheet, checked against the entry. */

#define COMMIT_EVERY 5000

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

bool
chain_is_finding(const struct amana_error *err)
{
	return err->code == AMANA_E_TAMPERED || err->code == AMANA_E_IO ||
	       err->code == AMANA_E_LIMIT || err->code == AMANA_E_FORMAT;
}

static int
load_bundle(struct chain *chain, struct amana_error *err)
{
	if (chain->has_bundle || chain->bad_bundle)
		return 0;
	if (sheets_slot_load_bundle(chain->session, &chain->slot, err) == 0) {
		chain->has_bundle = true;
		return 0;
	}
	if (!chain_is_finding(err))
		return -1;
	chain->bad_bundle = true;
	session_notice(chain->session, AMANA_NOTICE_TAMPERED, "%s", err->msg);
	return 0;
}

int
chain_open_act(struct chain *chain, struct chain_event *event, struct sheets_act *ret_act,
	       struct amana_error *err)
{
	int r;

	if (chain->entry->n_sheets == 0) {
		event->is_sealed = true;
		return 1;
	}
	if (load_bundle(chain, err) < 0)
		return -1;
	if (chain->bad_bundle) {
		event->is_missing = true;
		return 1;
	}
	r = sheets_open_act(chain->session, &chain->slot, chain->entry, ret_act, err);
	if (r < 0 && !chain_is_finding(err))
		return -1;
	if (r < 0) {
		session_notice(chain->session, AMANA_NOTICE_TAMPERED,
			       "batch %" PRIu64 ": %s", event->slot, err->msg);
		event->is_missing = true;
	}
	event->is_sealed = r > 0;
	return r == 0 ? 0 : 1;
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
	if (act->has_custody) {
		row.kind = text_or_none(act->custody.event);
		row.tool = text_or_none(act->custody.tool);
		row.device = text_or_none(act->custody.device);
		if (act->custody.details != NULL) {
			if (json_dump_callback(act->custody.details, add_json, &details,
					       JSON_COMPACT) < 0)
				return err_nomem(err);
			row.details = BYTES_OF(details);
		}
	}
	if (act->has_reason)
		row.reason = text_or_none(act->reason.text);
	return catalog_event_put(chain->catalog, &row, err);
}

/* 0: the catalogue has it; CATALOG_NONE: not, or emptied after an erasure. */
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

struct last_act {
	struct sheets_act act;
	struct entry *entry; /* whose it was */
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
chain_open(struct chain *chain, struct amana_error *err)
{
	struct last_act last = {.act = SHEETS_ACT_INIT};
	int r;

	last.entry = mem_new(sizeof *last.entry, err);
	r = last.entry != NULL ? open_all(chain, &last, err) : -1;
	sheets_act_done(&last.act);
	mem_free(last.entry);
	/* A catalogue that cannot be written now costs time, nothing else: the telling
	 * opens sheets itself. */
	return r < 0 ? -1 : 0;
}

/* ---- telling ---- */

int
chain_add_text(struct chain *chain, struct bytes text, size_t *ret_at,
	       struct amana_error *err)
{
	*ret_at = 0;
	if (text.data == NULL)
		return 0;
	*ret_at = chain->texts.len + 1;
	return buf_add(&chain->texts, text.data, text.len, err) < 0
		       ? -1
		       : buf_add_byte(&chain->texts, 0, err);
}

static const char *
text_at(const struct chain *chain, size_t at)
{
	return at == 0 ? NULL : (const char *)chain->texts.data + at - 1;
}

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
	ret_event->event = text_at(chain, kind);
	ret_event->reason = text_at(chain, reason);
	ret_event->details = text_at(chain, details);
	ret_event->tool = text_at(chain, tool);
	ret_event->device = text_at(chain, device);
	return 0;
}

/* Straight from the sheet, when the catalogue could not keep it. */
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
	if (act.has_custody) {
		row.kind = text_or_none(act.custody.event);
		row.tool = text_or_none(act.custody.tool);
		row.device = text_or_none(act.custody.device);
		if (act.custody.details != NULL &&
		    json_dump_callback(act.custody.details, add_json, &details,
				       JSON_COMPACT) < 0)
			return err_nomem(err);
		if (act.custody.details != NULL)
			row.details = BYTES_OF(details);
	}
	if (act.has_reason)
		row.reason = text_or_none(act.reason.text);
	return fill(chain, &row, ret_event, err);
}

int
chain_texts(struct chain *chain, struct chain_event *event, struct amana_event *ret_event,
	    struct amana_error *err)
{
	struct chain_source source = {.source = 0};
	struct catalog_event row;
	int r = CATALOG_NONE;

	if (chain->is_public)
		return 0;
	if (!event->is_sealed && !event->is_missing &&
	    chain_source(chain, event, &source, err) < 0)
		return -1;
	if (!event->is_sealed && !event->is_missing)
		r = find_kept(chain->catalog, event, &row, err);
	if (r == 0)
		r = fill(chain, &row, ret_event, err);
	else if (r > 0 && !event->is_sealed && !event->is_missing)
		r = fill_from_sheet(chain, event, ret_event, err);
	if (r < 0)
		return -1;
	ret_event->source = text_at(chain, source.source);
	ret_event->facts = text_at(chain, source.facts);
	ret_event->received = source.received_at;
	ret_event->sealed_missing = event->is_missing;
	return 0;
}
