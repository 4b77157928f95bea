/* SPDX-License-Identifier: Apache-2.0 */
#include "session/act_denied.h"

#include "session/session_catalog.h"

#include <string.h>

#define WINDOW_S 600

/* ---- what the catalogue remembers of a denial ---- */

/* "The denial in that slot was of this attempt": the mark, the slot's number, and the
 * SHA-256 of the attempt.  It stands among the tokens that the catalogue keeps for the
 * sittings, under the subject's id (zeros for the vault), and is forgotten as those are.
 */
#define TOKEN_MARK "denied"
struct token {
	uint8_t bytes[sizeof TOKEN_MARK + 8 + HASH_LEN];
};
_Static_assert(sizeof(struct token) <= CATALOG_TOKEN_MAX, "tokens fit");

static void
make_token(uint64_t slot, const char *attempt, struct token *ret_token)
{
	uint8_t *at = ret_token->bytes;
	struct hash hash;

	hash_of(attempt, strlen(attempt), &hash);
	memcpy(at, TOKEN_MARK, sizeof TOKEN_MARK);
	at += sizeof TOKEN_MARK;
	for (size_t i = 0; i < 8; i++)
		*at++ = (uint8_t)(slot >> (56 - 8 * i));
	memcpy(at, hash.bytes, HASH_LEN);
}

/* Best effort: without it, the next denial is recorded although it is equal. */
static void
remember(struct session *session, const struct subject *subject, uint64_t slot,
	 const char *attempt)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct catalog *catalog;
	struct token token;

	make_token(slot, attempt, &token);
	if (session_catalog(session, &catalog, &ignored) < 0 ||
	    catalog_begin(catalog, &ignored) != 0)
		return;
	if (catalog_sitting_put(catalog, subject->id.bytes,
				(struct bytes){token.bytes, sizeof token.bytes},
				&ignored) != 0)
		catalog_rollback(catalog);
	else
		IGNORE(catalog_commit(catalog, &ignored));
}

/* ---- is there an equal one? ---- */

#define RECENT_MAX 32

struct search {
	const char *actor;
	int64_t since;
	uint64_t slots[RECENT_MAX]; /* of recent denials by this person, of any attempt */
	size_t n;
};

static int
collect_recent(const struct catalog_entry *entry, void *arg, struct amana_error *err)
{
	struct search *search = arg;

	(void)err;
	if (entry->at >= search->since && strcmp(entry->action, "denied") == 0 &&
	    strcmp(entry->actor, search->actor) == 0 && search->n < RECENT_MAX)
		search->slots[search->n++] = entry->slot;
	return 0;
}

static bool
is_on_record(struct session *session, const struct subject *subject, const char *attempt)
{
	struct search search = {.actor = session->who, .since = session_now() - WINDOW_S};
	struct amana_error ignored = AMANA_ERROR_INIT;
	char kind[SUBJECT_TEXT_MAX + 1];
	struct catalog *catalog;
	char *id;

	subject_text(subject, kind);
	id = strchr(kind, ' ');
	if (id != NULL)
		*id++ = 0;
	if (session_catalog(session, &catalog, &ignored) < 0 ||
	    catalog_entries_of(catalog, kind, BYTES_STR(id != NULL ? id : ""),
			       collect_recent, &search, &ignored) != 0)
		return false;
	for (size_t i = 0; i < search.n; i++) {
		struct token token;

		make_token(search.slots[i], attempt, &token);
		if (catalog_sitting_find(catalog, subject->id.bytes,
					 (struct bytes){token.bytes, sizeof token.bytes},
					 &ignored) == 0)
			return true;
	}
	return false;
}

/* ---- the act ---- */

static int
record(struct session *session, const struct subject *subject,
       const struct custody_id *case_id, const char *attempt, uint64_t *ret_slot,
       struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	json_t *details = json_pack("{s:s}", "attempt", attempt);
	const struct act_spec spec = {.case_id = case_id,
				      .event = EVENT_DENIED,
				      .details = details,
				      .entry = entry};
	struct act_done done;
	int r = -1;

	if (details == NULL)
		err_nomem(err);
	if (entry != NULL && details != NULL) {
		act_entry_init(entry, ACT_DENIED, subject, case_id);
		r = act_run(session, &spec, &done, err);
	}
	json_decref(details);
	if (r == 0)
		*ret_slot = done.batch;
	return r;
}

void
act_denied(struct session *session, const struct subject *subject,
	   const struct custody_id *case_id, const char *attempt)
{
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	uint64_t slot;

	if (session_member(session, &me, &err) < 0 ||
	    is_on_record(session, subject, attempt))
		return;
	if (record(session, subject, case_id, attempt, &slot, &err) < 0)
		session_notice(session, AMANA_NOTICE_INFO,
			       "the refusal could not be recorded: %s", err.msg);
	else
		remember(session, subject, slot, attempt);
}
