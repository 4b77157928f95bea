/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain.h"
#include "session/session_catalog.h"

#include "session/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
chain_done(struct chain *chain)
{
	sheets_slot_done(&chain->slot);
	sheets_slot_done(&chain->deposited);
	sheets_act_done(&chain->again);
	line_text_done(&chain->texts);
	mem_free(chain->events.items);
	mem_free(chain->grants);
	mem_free(chain->entry);
}

/* ---- finding them ---- */

static int
add_event(const struct catalog_entry *entry, void *arg, struct amana_error *err)
{
	struct chain_events *events = arg;
	size_t cap = events->cap == 0 ? 64 : events->cap * 2;
	struct chain_event *grown;

	if (events->n == events->cap) {
		grown = mem_grow(events->items, events->cap, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		events->items = grown;
		events->cap = cap;
	}
	events->items[events->n++] = (struct chain_event){
		.slot = entry->slot, .index = entry->index, .event = entry->event};
	return 0;
}

#define STALE 100 /* no outcome of the catalogue: it has fewer events than the log */

/* One subject's events: as many as the state has counted. */
static int
gather_subject(struct catalog *catalog, const struct subject *subject,
	       uint64_t n_expected, struct chain_events *events, struct amana_error *err)
{
	char text[SUBJECT_TEXT_MAX + 1];
	size_t before = events->n;
	char *id;
	int r;

	subject_text(subject, text);
	id = strchr(text, ' ');
	if (id == NULL)
		return err_bug(err, "a subject without a name");
	*id++ = 0;
	r = catalog_entries_of(catalog, text, BYTES_STR(id), add_event, events, err);
	if (r != 0)
		return r;
	return events->n - before == n_expected ? 0 : STALE;
}

static int
gather_grants(struct chain *chain, struct chain_events *events, struct amana_error *err)
{
	const struct state *state = session_state(chain->session);
	const struct state_grant *grant = NULL;
	int r = 0;

	while (r == 0 && (grant = state_grant_next_of_case(state, &chain->case_id,
							   grant)) != NULL) {
		struct subject subject = subject_grant(
			&chain->case_id, &state_grant_member(state, grant)->code);

		r = gather_subject(chain->catalog, &subject, grant->chain.event, events,
				   err);
	}
	return r;
}

static int
gather_exhibit(struct chain *chain, const struct state_exhibit *exhibit,
	       struct amana_error *err)
{
	struct subject subject = subject_exhibit(&exhibit->id);

	return gather_subject(chain->catalog, &subject, exhibit->chain.event,
			      &chain->events, err);
}

static int
gather_case(struct chain *chain, struct amana_error *err)
{
	const struct state *state = session_state(chain->session);
	const struct state_case *a_case = state_case(state, &chain->case_id);
	struct subject subject = subject_case(&chain->case_id);
	uint32_t n = a_case->n_exhibits;
	int r = 0;

	if (!chain->only_own) {
		r = gather_subject(chain->catalog, &subject, a_case->chain.event,
				   &chain->events, err);
		if (r == 0)
			r = gather_grants(chain, &chain->events, err);
	}
	for (uint32_t number = 1; r == 0 && number <= n; number++) {
		const struct state_exhibit *exhibit =
			state_exhibit_numbered(state, &chain->case_id, number);

		if (exhibit == NULL)
			return err_bug(err, "a case without its exhibit %" PRIu32,
				       number);
		if (!chain->only_own ||
		    member_code_equal(&state_exhibit_depositor(state, exhibit)->code,
				      &chain->who))
			r = gather_exhibit(chain, exhibit, err);
	}
	return r;
}

static int
by_place(const void *a, const void *b)
{
	const struct chain_event *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int
gather(struct chain *chain, struct chain_events *grants, struct amana_error *err)
{
	const struct state_exhibit *exhibit;
	int r;

	if (session_catalog(chain->session, &chain->catalog, err) < 0)
		return -1;
	chain->events.n = grants->n = 0;
	r = gather_grants(chain, grants, err);
	if (r != 0)
		return r;
	if (!chain->is_exhibit)
		return gather_case(chain, err);
	exhibit = state_exhibit(session_state(chain->session), &chain->exhibit);
	return exhibit != NULL ? gather_exhibit(chain, exhibit, err)
			       : err_bug(err, "an exhibit that is gone");
}

/* ---- reading entries ---- */

static int
load_slot(struct chain *chain, uint64_t n, struct amana_error *err)
{
	if (chain->slot_n == n)
		return 0;
	chain->slot_n = 0;
	chain->has_bundle = chain->bad_bundle = false;
	if (sheets_slot_load_public(chain->session, n, &chain->slot, err) < 0)
		return -1;
	chain->slot_n = n;
	chain->rest = chain->slot.parts.entries;
	chain->next_index = 0;
	return 0;
}

int
chain_read(struct chain *chain, uint64_t slot, uint32_t index, struct amana_error *err)
{
	int r = 0;

	if (load_slot(chain, slot, err) < 0)
		return -1;
	if (index < chain->next_index) {
		chain->rest = chain->slot.parts.entries;
		chain->next_index = 0;
	}
	while (r == 0 && chain->next_index <= index) {
		r = batch_next(&chain->rest, &chain->raw, err);
		chain->next_index++;
	}
	if (r != 0)
		return r < 0 ? -1
			     : err_bug(err, "batch %" PRIu64 " has no entry %" PRIu32,
				       slot, index);
	return entry_decode(chain->raw, chain->entry, err);
}

static int
read_grants(struct chain *chain, struct chain_events *grants, struct amana_error *err)
{
	chain->grants = mem_array(grants->n + 1, sizeof chain->grants[0], err);
	if (chain->grants == NULL)
		return -1;
	if (grants->n > 0)
		qsort(grants->items, grants->n, sizeof grants->items[0], by_place);
	for (size_t i = 0; i < grants->n; i++) {
		struct chain_grant *grant = &chain->grants[chain->n_grants];
		const struct entry *entry = chain->entry;

		if (chain_read(chain, grants->items[i].slot, grants->items[i].index,
			       err) < 0)
			return -1;
		if (entry->action != ACT_GRANT && entry->action != ACT_UNGRANT &&
		    entry->action != ACT_EXPIRE)
			continue;
		*grant = (struct chain_grant){.slot = grants->items[i].slot,
					      .index = grants->items[i].index,
					      .member = entry->subject.member};
		if (entry->action == ACT_GRANT) {
			grant->has_until = entry->own.grant.has_until;
			grant->until_at = entry->own.grant.until_at;
		}
		chain->n_grants++;
	}
	return 0;
}

int
chain_gather(struct chain *chain, struct amana_error *err)
{
	struct chain_events grants = {.n = 0};
	int r;

	chain->entry = mem_new(sizeof *chain->entry, err);
	if (chain->entry == NULL)
		return -1;
	r = gather(chain, &grants, err);
	if (r == STALE || r == CATALOG_DAMAGED) { /* a cache: made anew, once */
		r = catalog_reset(chain->catalog, err);
		if (r >= 0)
			r = gather(chain, &grants, err);
	}
	if (r == STALE)
		r = err_bug(err, "the catalogue does not follow the log");
	if (r == 0)
		r = read_grants(chain, &grants, err);
	mem_free(grants.items);
	if (r == 0 && chain->events.n > 0)
		qsort(chain->events.items, chain->events.n, sizeof chain->events.items[0],
		      by_place);
	return session_catalog_outcome(r, err);
}
