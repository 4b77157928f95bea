/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/read.h"
#include "session/listing.h"
#include "session/names.h"
#include "session/session_catalog.h"
#include "session/sheets.h"
#include "session/sync.h"
#include "session/upkeep.h"

#include <stdlib.h>
#include <string.h>

/* One exhibit, with all that this person may know of it. */

static char *
origin_text(const struct line_origin *origin)
{
	json_t *object = line_origin_json(origin);
	char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;

	line_json_done(object);
	return text;
}

static void
wipe_text(char *text)
{
	if (text != NULL)
		secret_wipe(text, strlen(text));
	free(text);
}

/* The exhibit with all that is known of it: the catalogue has neither the facts nor the
 * times, so that they come from its sheet. */
static int
show_opened(struct listing *listing, const struct state_exhibit *exhibit,
	    const struct catalog_exhibit *row, struct amana_error *err)
{
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct subject subject = subject_exhibit(&exhibit->id);
	struct amana_exhibit shown;
	char *facts = NULL, *origin = NULL;
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
		if (opened.source.has_origin)
			origin = origin_text(&opened.source.origin);
		shown.derived_from = origin;
		if (opened.source.packet[0] != 0)
			shown.packet = opened.source.packet;
	}
	r = listing->row(listing->ctx, &shown);
	wipe_text(facts);
	wipe_text(origin);
	return r;
}

int
flow_show(struct session *session, const char *name, amana_exhibit_row *row, void *ctx,
	  struct amana_error *err)
{
	struct listing listing = {.session = session,
				  .row = row,
				  .ctx = ctx,
				  .texts = BUF_INIT(LISTING_TEXTS_MAX)};
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
