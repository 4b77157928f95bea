/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/my_cases.h"
#include "flow/read/read.h"
#include "session/names.h"
#include "session/session_catalog.h"
#include "session/sync.h"
#include "session/upkeep.h"

/* The exhibits of one case or of all of this person's cases, from the catalogue, once the
 * reading of the names is on record. */

/* Who has only deposited into the case sees the names of own deposits alone. */
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
		list[i].row = row;
		list[i].ctx = ctx;
		list[i].texts = (struct buf)BUF_INIT(LISTING_TEXTS_MAX);
		a_case = state_case(session_state(session), &list[i].case_id);
		r = a_case != NULL ? list_case(&list[i], a_case, err)
				   : err_bug(err, "a case that is gone");
		buf_done(&list[i].texts);
	}
	return r;
}
