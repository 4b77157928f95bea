/* SPDX-License-Identifier: Apache-2.0 */
#include "session/first_reader.h"

#include "session/record.h"
#include "session/session_catalog.h"

#include <string.h>

struct record_at {
	uint64_t slot, event;
};
struct search {
	struct record_at seen[256];
	size_t n;
	uint64_t last_slot; /* of the state; the catalogue may go further */
};

static int
collect_record(const struct catalog_entry *entry, void *arg, struct amana_error *err)
{
	struct search *search = arg;

	(void)err;
	if (entry->slot <= search->last_slot &&
	    strcmp(entry->action, action_name(ACT_RECORD)) == 0 &&
	    search->n < ARRAY_LEN(search->seen))
		search->seen[search->n++] =
			(struct record_at){.slot = entry->slot, .event = entry->event};
	return 0;
}

/* A reader's or lead's check alone counts, since nobody else can have looked: one whose
 * grant is in force, and older than the check.  Where that grant is over, the exhibit is
 * checked once more. */
static bool
was_reader(struct session *session, const struct custody_id *exhibit_id,
	   const struct member_code *code, uint64_t slot)
{
	const struct state *state = session_state(session);
	const struct state_exhibit *exhibit = state_exhibit(state, exhibit_id);
	const struct state_grant *grant =
		exhibit != NULL
			? state_grant(state, &state_exhibit_case(state, exhibit)->id,
				      code)
			: NULL;
	enum grant_kind means = grant != NULL ? state_grant_means(grant) : GRANT_NONE;

	return (means == GRANT_LEAD || means == GRANT_READER) && grant->given_in < slot;
}

/* True if the act that made this record was a check that was passed, by its sheet. */
static bool
is_check(struct session *session, const struct subject *subject,
	 const struct record_at *at, struct entry *entry, struct amana_error *err)
{
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_act_done) struct sheets_act act = SHEETS_ACT_INIT;
	uint32_t index;

	return sheets_slot_load(session, at->slot, &slot, err) == 0 &&
	       sheets_slot_find(&slot, subject, at->event, entry, &index, err) == 0 &&
	       was_reader(session, &subject->id, &entry->actor, at->slot) &&
	       sheets_open_act(session, &slot, entry, &act, err) == 0 &&
	       act.has_custody && event_parse(act.custody.event) == EVENT_CHECK;
}

static bool
was_check(struct session *session, struct first_reader *known,
	  const struct subject *subject, const struct record_at *at, struct entry *entry,
	  struct amana_error *err)
{
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(session), &subject->id);
	struct first_reader_act act = {.slot = at->slot};

	if (exhibit == NULL)
		return false;
	act.case_id = state_exhibit_case(session_state(session), exhibit)->id;
	for (size_t i = 0; i < known->n_acts; i++)
		if (known->acts[i].slot == act.slot &&
		    custody_id_equal(&known->acts[i].case_id, &act.case_id))
			return known->acts[i].is_check;
	act.is_check = is_check(session, subject, at, entry, err);
	if (known->n_acts < FIRST_READER_ACTS)
		known->acts[known->n_acts++] = act;
	return act.is_check;
}

bool
first_reader_is(struct session *session, struct first_reader *known,
		const struct custody_id *exhibit_id)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	CLEANUP(mem_freep) struct search *search = mem_new(sizeof *search, &ignored);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &ignored);
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(session), exhibit_id);
	struct subject subject = subject_exhibit(exhibit_id);
	char hex[CUSTODY_ID_HEX_LEN + 1];
	struct catalog *catalog;

	/* An exhibit with no event but its deposit: nobody can have looked. */
	if (exhibit == NULL || exhibit->chain.event == 1)
		return exhibit != NULL;
	custody_id_hex(exhibit_id, hex);
	if (search != NULL)
		search->last_slot = state_slot(session_state(session));
	if (search == NULL || entry == NULL ||
	    session_catalog(session, &catalog, &ignored) < 0 ||
	    catalog_entries_of(catalog, "exhibit", BYTES_STR(hex), collect_record, search,
			       &ignored) != 0)
		return true;
	for (size_t i = 0; i < search->n; i++)
		if (was_check(session, known, &subject, &search->seen[i], entry,
			      &ignored))
			return false;
	return true;
}
