/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_gather.h"

#include "session/session_catalog.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the catalogue has ---- */

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

/* An outcome beside those of the catalogue: it has not all of the events. */
#define STALE 100

/* The events of one subject.  STALE: these are not as many as the state has counted. */
static int
gather_subject(struct chain *chain, const struct subject *subject, uint64_t n_expected,
	       struct chain_events *events, struct amana_error *err)
{
	char text[SUBJECT_TEXT_MAX + 1];
	uint64_t last = state_slot(session_state(chain->session));
	size_t before = events->n;
	char *id;
	int r;

	subject_text(subject, text);
	id = strchr(text, ' ');
	if (id == NULL)
		return err_bug(err, "a subject without a name");
	*id++ = 0;
	r = catalog_entries_of(chain->catalog, text, BYTES_STR(id), add_event, events,
			       err);
	if (r != 0)
		return r;
	for (size_t i = before; i < events->n;)
		if (events->items[i].slot > last) /* another process was quicker */
			events->items[i] = events->items[--events->n];
		else
			i++;
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

		r = gather_subject(chain, &subject, grant->chain.event, events, err);
	}
	return r;
}

static int
gather_exhibit(struct chain *chain, const struct state_exhibit *exhibit,
	       struct amana_error *err)
{
	struct subject subject = subject_exhibit(&exhibit->id);

	return gather_subject(chain, &subject, exhibit->chain.event, &chain->events, err);
}

/* The events of a case, of its grants and of its exhibits. */
static int
gather_case(struct chain *chain, struct amana_error *err)
{
	const struct state *state = session_state(chain->session);
	const struct state_case *a_case = state_case(state, &chain->case_id);
	struct subject subject = subject_case(&chain->case_id);
	uint32_t n = a_case->n_exhibits;
	int r = 0;

	if (!chain->only_own) {
		r = gather_subject(chain, &subject, a_case->chain.event, &chain->events,
				   err);
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
by_slot_and_index(const void *a, const void *b)
{
	const struct chain_event *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* chain->events, and where the grants of the case stand. */
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

/* ---- the dates of the grants ---- */

/* Notes what the entry that was read last says of a grant. */
static int
note_grant(struct chain *chain, const struct chain_event *event, struct amana_error *err)
{
	const struct entry *entry = chain->entry;
	struct chain_grant grant = {.slot = event->slot,
				    .index = event->index,
				    .member = entry->subject.member};

	if (entry->action != ACT_GRANT && entry->action != ACT_UNGRANT &&
	    entry->action != ACT_EXPIRE)
		return 0;
	if (entry->action == ACT_GRANT) {
		grant.has_until = entry->own.grant.has_until;
		grant.until_at = entry->own.grant.until_at;
	}
	return chain_grants_add(&chain->grants, &grant, err);
}

static int
read_grants(struct chain *chain, struct chain_events *events, struct amana_error *err)
{
	if (events->n > 0)
		qsort(events->items, events->n, sizeof events->items[0],
		      by_slot_and_index);
	for (size_t i = 0; i < events->n; i++) {
		const struct chain_event *event = &events->items[i];

		if (chain_read(chain, event->slot, event->index, err) < 0 ||
		    note_grant(chain, event, err) < 0)
			return -1;
	}
	chain_grants_sort(&chain->grants);
	return 0;
}

int
chain_gather(struct chain *chain, struct amana_error *err)
{
	struct chain_events grants = {.n = 0};
	int r;

	r = gather(chain, &grants, err);
	if (r == STALE || r == CATALOG_DAMAGED) {
		/* It is a cache, and made anew, once. */
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
		      by_slot_and_index);
	return session_catalog_outcome(r, err);
}
