/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/my_cases.h"
#include "flow/read/read.h"
#include "session/names.h"
#include "session/session_catalog.h"
#include "session/sync.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The exhibits whose texts have some words, in one case or in all of this person's. */

struct searching {
	struct session *session;
	const char *words;
	bool has_case; /* only this one is searched */
	struct custody_id case_id;
	amana_exhibit_row *row;
	void *ctx;
	struct listing *cases; /* this person's, by id once they are open */
	size_t n_cases;
};

/* Which of an exhibit's texts the words stand in: "name,title". */
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
by_case_id(const void *a, const void *b)
{
	return memcmp(((const struct listing *)a)->case_id.bytes,
		      ((const struct listing *)b)->case_id.bytes,
		      sizeof((const struct listing *)a)->case_id.bytes);
}

static struct listing *
find_case(const struct searching *searching, const uint8_t *case_id)
{
	struct listing key;

	memcpy(key.case_id.bytes, case_id, sizeof key.case_id.bytes);
	return searching->n_cases == 0
		       ? NULL
		       : bsearch(&key, searching->cases, searching->n_cases,
				 sizeof searching->cases[0], by_case_id);
}

static int
give_match(const struct catalog_exhibit *row, unsigned int matched, void *arg,
	   struct amana_error *err)
{
	struct searching *searching = arg;
	struct listing *found = find_case(searching, row->case_id);
	struct amana_exhibit exhibit;
	char match[64];

	/* The catalogue may still know a case in which this person has no grant any more.
	 */
	if (found == NULL || (found->only_own && !row->own) ||
	    row->slot > state_slot(session_state(searching->session)))
		return 0;
	listing_public(found, row, &exhibit);
	if (listing_sealed(found, row, &exhibit, err) < 0)
		return -1;
	exhibit.match = match_text(matched, match);
	return searching->row(searching->ctx, &exhibit);
}

/* Brings the cases that are searched up to date: the reading of each one's names goes on
 * record. */
static int
open_cases(struct searching *searching, struct amana_error *err)
{
	struct session *session = searching->session;

	if (my_cases(session, &searching->cases, &searching->n_cases, err) < 0)
		return -1;
	for (size_t i = 0; i < searching->n_cases; i++) {
		struct listing *at = &searching->cases[i];
		int r;

		at->texts = (struct buf)BUF_INIT(LISTING_TEXTS_MAX);
		if (searching->has_case &&
		    !custody_id_equal(&at->case_id, &searching->case_id))
			continue;
		r = sync_case(session, state_case(session_state(session), &at->case_id),
			      err);
		if (r < 0)
			return -1;
		at->only_own = r > 0;
	}
	qsort(searching->cases, searching->n_cases, sizeof searching->cases[0],
	      by_case_id);
	return 0;
}

static int
run(struct searching *searching, const char *case_name, struct amana_error *err)
{
	struct session *session = searching->session;
	const struct state_case *a_case;
	struct catalog *catalog;
	int r;

	if (case_name != NULL) {
		if (names_case(session, case_name, &a_case, err) < 0)
			return -1;
		searching->has_case = true;
		searching->case_id = a_case->id;
	}
	if (open_cases(searching, err) < 0 || session_catalog(session, &catalog, err) < 0)
		return -1;
	r = catalog_search(catalog, BYTES_STR(searching->words),
			   searching->has_case ? searching->case_id.bytes : NULL,
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
		.session = session, .words = words, .row = row, .ctx = ctx};
	int r;

	if (session_identity(session, err) < 0)
		return -1;
	upkeep_run(session);
	r = run(&searching, case_name, err);
	for (size_t i = 0; i < searching.n_cases; i++)
		buf_done(&searching.cases[i].texts);
	mem_free(searching.cases);
	return r;
}
