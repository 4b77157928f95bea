/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/read.h"
#include "session/listing.h"
#include "session/names.h"
#include "session/session_catalog.h"
#include "session/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* list, show and search: from the catalogue, after the reading of names is on record. */
static int
list_case(struct listing *listing, const struct state_case *a_case,
	  struct amana_error *err)
{
	struct catalog *catalog;
	int r = sync_case(listing->session, a_case, err);

	if (r < 0)
		return -1;
	listing->only_own = r > 0;
	names_case_code(listing->session, &listing->case_id, listing->case_code);
	if (session_catalog(listing->session, &catalog, err) < 0)
		return -1;
	return session_catalog_outcome(catalog_exhibits(catalog, listing->case_id.bytes,
							listing_give, listing, err),
				       err);
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct listing *)a)->case_code,
		      ((const struct listing *)b)->case_code);
}

/* Every case with a grant that reads or deposits, by code. */
static int
my_cases(struct session *session, struct listing **ret_list, size_t *ret_n,
	 struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;
	const struct state_member *me;
	struct listing *list;
	size_t n = 0;

	if (session_member(session, &me, err) < 0)
		return -1;
	list = mem_array((size_t)state_n_cases(state) + 1, sizeof list[0], err);
	if (list == NULL)
		return -1;
	while ((grant = state_grant_next_of_member(state, &me->code, grant)) != NULL) {
		const struct state_case *a_case = state_grant_case(state, grant);

		if (a_case == NULL || state_grant_means(grant) == GRANT_NONE ||
		    (grant->has_until && grant->until_at < session_now()))
			continue;
		list[n].case_id = a_case->id;
		names_case_code(session, &a_case->id, list[n++].case_code);
	}
	qsort(list, n, sizeof list[0], by_code);
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
flow_list(struct session *session, const char *case_name, amana_exhibit_row *row,
	  void *ctx, struct amana_error *err)
{
	CLEANUP(mem_freep) struct listing *cases = NULL;
	struct listing one = {.session = session};
	const struct state_case *a_case;
	struct listing *list = &one;
	size_t n = 1;
	int r = 0;

	if (session_identity(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (case_name != NULL) {
		if (names_case(session, case_name, &a_case, err) < 0)
			return -1;
		one.case_id = a_case->id;
	} else {
		if (my_cases(session, &cases, &n, err) < 0)
			return -1;
		list = cases;
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		list[i].session = session;
		list[i].row = row;
		list[i].ctx = ctx;
		list[i].texts = (struct buf)BUF_INIT((size_t)1 << 20);
		a_case = state_case(session_state(session), &list[i].case_id);
		r = a_case != NULL ? list_case(&list[i], a_case, err)
				   : err_bug(err, "a case that is gone");
		buf_done(&list[i].texts);
	}
	return r;
}

/* ---- show ---- */

/* What the catalogue does not keep: facts, times, straight from the sheet. */
static int
show_opened(struct listing *listing, const struct state_exhibit *exhibit,
	    const struct catalog_exhibit *row, struct amana_error *err)
{
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct subject subject = subject_exhibit(&exhibit->id);
	struct amana_exhibit shown;
	char *facts = NULL;
	uint32_t index;
	int r;

	if (entry == NULL ||
	    sheets_slot_load(listing->session, exhibit->deposited_in, &slot, err) < 0)
		return -1;
	r = sheets_slot_find(&slot, &subject, 1, entry, &index, err);
	if (r == 0)
		r = sheets_open_exhibit(listing->session, &slot, entry, &opened, err);
	if (r < 0)
		return -1;
	listing_public(listing, row, &shown);
	if (listing_sealed(listing, row, &shown, err) < 0)
		return -1;
	if (r == 0 && opened.has_source) {
		shown.received =
			opened.source.has_received ? opened.source.received_at : 0;
		shown.modified =
			opened.source.has_modified ? opened.source.modified_at : 0;
		if (opened.source.facts != NULL)
			facts = json_dumps(opened.source.facts, JSON_COMPACT);
		shown.facts = facts;
	}
	r = listing->row(listing->ctx, &shown);
	if (facts != NULL) {
		secret_wipe(facts, strlen(facts));
		free(facts);
	}
	return r;
}

int
flow_show(struct session *session, const char *name, amana_exhibit_row *row, void *ctx,
	  struct amana_error *err)
{
	struct listing listing = {.session = session,
				  .row = row,
				  .ctx = ctx,
				  .texts = BUF_INIT((size_t)1 << 20)};
	const struct state_exhibit *exhibit;
	const struct state_case *a_case;
	struct catalog_exhibit shown;
	struct custody_id id;
	struct catalog *catalog;
	int r;

	if (session_identity(session, err) < 0)
		return -1;
	upkeep_run(session);
	if (names_exhibit(session, name, &exhibit, err) < 0)
		return -1;
	id = exhibit->id;
	a_case = state_exhibit_case(session_state(session), exhibit);
	listing.case_id = a_case->id;
	r = sync_case(session, a_case, err);
	if (r < 0 || session_catalog(session, &catalog, err) < 0)
		return -1;
	listing.only_own = r > 0;
	names_case_code(session, &listing.case_id, listing.case_code);
	exhibit = state_exhibit(session_state(session), &id);
	r = session_catalog_outcome(catalog_exhibit_by_id(catalog, id.bytes, &shown, err),
				    err);
	if (r == CATALOG_NONE)
		r = err_bug(err, "an exhibit that the catalogue does not have");
	if (r == 0)
		r = shown.opened && !listing.only_own
			    ? show_opened(&listing, exhibit, &shown, err)
			    : listing_give(&shown, &listing, err);
	buf_done(&listing.texts);
	return r;
}

/* ---- search ---- */

struct searching {
	struct listing listing;
	struct listing *cases;
	size_t n_cases;
};

static const char *
match_text(unsigned int matched, char out[64])
{
	static const struct {
		unsigned int bit;
		const char *word;
	} words[] = {{CATALOG_MATCH_NAME, "name"},
		     {CATALOG_MATCH_TYPE, "type"},
		     {CATALOG_MATCH_TITLE, "title"},
		     {CATALOG_MATCH_NOTE, "note"}};
	size_t len = 0;

	out[0] = 0;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if ((matched & words[i].bit) != 0)
			len += (size_t)snprintf(out + len, 64 - len, "%s%s",
						len > 0 ? "," : "", words[i].word);
	return out;
}

static int
give_match(const struct catalog_exhibit *row, unsigned int matched, void *arg,
	   struct amana_error *err)
{
	struct searching *searching = arg;
	struct amana_exhibit exhibit;
	char match[64];

	for (size_t i = 0; i < searching->n_cases; i++) {
		struct listing *at = &searching->cases[i];

		if (memcmp(at->case_id.bytes, row->case_id, sizeof row->case_id) != 0 ||
		    (at->only_own && !row->own))
			continue;
		listing_public(at, row, &exhibit);
		if (listing_sealed(at, row, &exhibit, err) < 0)
			return -1;
		exhibit.match = match_text(matched, match);
		return searching->listing.row(searching->listing.ctx, &exhibit);
	}
	return 0; /* of a case in which this person has no grant any more */
}

/* Brings the cases that are searched up to date: each reading of names is on record. */
static int
open_cases(struct searching *searching, const char *case_name, struct amana_error *err)
{
	struct session *session = searching->listing.session;
	const struct state_case *a_case;

	if (my_cases(session, &searching->cases, &searching->n_cases, err) < 0)
		return -1;
	for (size_t i = 0; i < searching->n_cases; i++) {
		struct listing *at = &searching->cases[i];
		int r;

		at->session = session;
		at->texts = (struct buf)BUF_INIT((size_t)1 << 20);
		if (case_name != NULL && strcmp(case_name, at->case_code) != 0 &&
		    !custody_id_equal(&at->case_id, &searching->listing.case_id))
			continue;
		a_case = state_case(session_state(session), &at->case_id);
		r = sync_case(session, a_case, err);
		if (r < 0)
			return -1;
		at->only_own = r > 0;
	}
	return 0;
}

static int
run_search(struct searching *searching, const char *words, const char *case_name,
	   struct amana_error *err)
{
	struct session *session = searching->listing.session;
	const struct state_case *a_case;
	struct catalog *catalog;
	int r;

	if (case_name != NULL) {
		if (names_case(session, case_name, &a_case, err) < 0)
			return -1;
		searching->listing.case_id = a_case->id;
	}
	if (open_cases(searching, case_name, err) < 0 ||
	    session_catalog(session, &catalog, err) < 0)
		return -1;
	r = catalog_search(catalog, BYTES_STR(words),
			   case_name != NULL ? searching->listing.case_id.bytes : NULL,
			   give_match, searching, err);
	if (r == CATALOG_NONE)
		return err_set(err, AMANA_E_USAGE, "there is no word to search for");
	return session_catalog_outcome(r, err);
}

int
flow_search(struct session *session, const char *words, const char *case_name,
	    amana_exhibit_row *row, void *ctx, struct amana_error *err)
{
	struct searching searching = {
		.listing = {.session = session, .row = row, .ctx = ctx}};
	int r;

	if (session_identity(session, err) < 0)
		return -1;
	upkeep_run(session);
	r = run_search(&searching, words, case_name, err);
	for (size_t i = 0; i < searching.n_cases; i++)
		buf_done(&searching.cases[i].texts);
	mem_free(searching.cases);
	return r;
}
