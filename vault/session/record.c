/* SPDX-License-Identifier: Apache-2.0 */
#include "session/record.h"

#include "custody/line.h"
#include "session/session_catalog.h"

#include <string.h>

struct recording {
	const struct record *record;
	const struct custody_id *exhibits;
	size_t n;
	struct entry *entry; /* room for one */
};

static int
prepare_exhibits(struct act *act, const struct state *state, void *arg,
		 struct amana_error *err)
{
	const struct recording *recording = arg;

	(void)state;
	for (size_t i = 0; i < recording->n; i++) {
		const struct subject subject = subject_exhibit(&recording->exhibits[i]);

		act_entry_init(recording->entry, ACT_RECORD, &subject,
			       recording->record->case_id);
		if (act_add(act, recording->entry, NULL, err) < 0)
			return -1;
	}
	return 0;
}

int
record_exhibits(struct session *session, const struct record *record,
		const struct custody_id *exhibits, size_t n, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);

	if (entry == NULL)
		return -1;
	for (size_t at = 0; at < n; at += RECORD_ENTRIES) {
		struct recording recording = {
			.record = record,
			.exhibits = exhibits + at,
			.n = n - at < RECORD_ENTRIES ? n - at : RECORD_ENTRIES,
			.entry = entry};
		const struct act_spec spec = {.case_id = record->case_id,
					      .event = record->event,
					      .reason = record->reason,
					      .details = record->details,
					      .prepare = prepare_exhibits,
					      .arg = &recording};
		struct act_done done;

		if (act_run(session, &spec, &done, err) < 0)
			return -1;
	}
	return 0;
}

int
record_case(struct session *session, const struct record *record,
	    struct act_done *ret_done, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct subject subject = subject_case(record->case_id);
	const struct act_spec spec = {.case_id = record->case_id,
				      .event = record->event,
				      .reason = record->reason,
				      .details = record->details,
				      .entry = entry};

	if (entry == NULL)
		return -1;
	act_entry_init(entry, ACT_RECORD, &subject, record->case_id);
	return act_run(session, &spec, ret_done, err);
}

/* By what the catalogue remembers that an event was recorded in a sitting: the sitting,
 * then the event's name. */
struct token {
	uint8_t bytes[KEYRING_SITTING_LEN + LINE_EVENT_MAX];
	size_t len;
};
_Static_assert(KEYRING_SITTING_LEN + LINE_EVENT_MAX <= CATALOG_TOKEN_MAX, "tokens fit");

static void
make_token(const struct session *session, enum event event, struct token *ret_token)
{
	const char *name = event_name(event);
	size_t len = strlen(name); /* the table's names are no longer than a line's */

	memcpy(ret_token->bytes, session->sitting, KEYRING_SITTING_LEN);
	memcpy(ret_token->bytes + KEYRING_SITTING_LEN, name, len);
	ret_token->len = KEYRING_SITTING_LEN + len;
}

int
record_sitting(struct session *session, const struct custody_id *case_id,
	       enum event event, struct amana_error *err)
{
	const struct record record = {.case_id = case_id, .event = event};
	struct catalog *catalog;
	struct token token;
	struct bytes name;
	struct act_done done;
	int r;

	make_token(session, event, &token);
	if (session_catalog(session, &catalog, err) < 0)
		return -1;
	name = (struct bytes){token.bytes, token.len};
	r = catalog_sitting_find(catalog, case_id->bytes, name, err);
	if (r != CATALOG_NONE)
		return session_catalog_outcome(r, err);
	if (record_case(session, &record, &done, err) < 0 ||
	    session_catalog(session, &catalog, err) < 0)
		return -1;
	r = catalog_begin(catalog, err);
	if (r == 0)
		r = catalog_sitting_put(catalog, case_id->bytes, name, err);
	if (r == 0)
		r = catalog_commit(catalog, err);
	else
		catalog_rollback(catalog);
	return session_catalog_outcome(r, err);
}
