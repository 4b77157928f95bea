/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/custody.h"

#include "flow/chain/chain_core.h"
#include "flow/chain/chain_gather.h"
#include "flow/chain/chain_lines.h"
#include "session/act_denied.h"
#include "session/id_search.h"
#include "session/names.h"
#include "session/record.h"
#include "session/rights.h"
#include "session/sync.h"
#include "session/upkeep.h"

#include <stdio.h>
#include <string.h>

/* The chain of custody of an exhibit or a case, told to those who may know it. */

/* ---- of what ---- */

static void
take_exhibit(struct chain *chain, const struct state_exhibit *exhibit)
{
	chain->is_exhibit = true;
	chain->exhibit = exhibit->id;
	chain->case_id = state_exhibit_case(session_state(chain->session), exhibit)->id;
}

/* id:HEX may be the id of an exhibit or of a case, but not of both. */
static int
resolve_id(struct chain *chain, const char *name, struct amana_error *err)
{
	const struct state_exhibit *exhibit;
	const struct state_case *a_case;

	if (id_search_any(session_state(chain->session), name, &a_case, &exhibit, err) <
	    0)
		return -1;
	if (exhibit != NULL)
		take_exhibit(chain, exhibit);
	else
		chain->case_id = a_case->id;
	return 0;
}

static int
resolve(struct chain *chain, const char *name, struct amana_error *err)
{
	const struct state_exhibit *exhibit;
	const struct state_case *a_case;

	if (strchr(name, '/') != NULL) {
		if (names_exhibit(chain->session, name, &exhibit, err) < 0)
			return -1;
		take_exhibit(chain, exhibit);
		return 0;
	}
	if (id_search_is_name(name))
		return resolve_id(chain, name, err);
	if (names_case(chain->session, name, &a_case, err) < 0)
		return -1;
	chain->case_id = a_case->id;
	return 0;
}

/* ---- by whom ---- */

static int
deny(struct chain *chain, struct amana_error *err)
{
	struct subject subject = chain->is_exhibit ? subject_exhibit(&chain->exhibit)
						   : subject_case(&chain->case_id);

	act_denied(chain->session, &subject, &chain->case_id, "custody");
	return err_reason(
		err, AMANA_REASON_NO_GRANT, AMANA_E_DENIED,
		"%s may not see this chain of custody: readers and leads of the case and "
		"auditors do",
		chain->session->who);
}

/* A depositor sees of own deposits what is public, and nothing of the case. */
static int
admit_depositor(struct chain *chain, struct amana_error *err)
{
	const struct state *state = session_state(chain->session);
	const struct state_exhibit *exhibit =
		chain->is_exhibit ? state_exhibit(state, &chain->exhibit) : NULL;

	if (exhibit != NULL &&
	    !member_code_equal(&state_exhibit_depositor(state, exhibit)->code,
			       &chain->who))
		return deny(chain, err);
	chain->is_public = true;
	chain->only_own = true;
	return 0;
}

/* Behind damage at the log's end nothing goes on record: then what is sealed is not
 * shown, and all else is. */
static int
or_public(struct chain *chain, int r, struct amana_error *err)
{
	if (r == 0 || err->reason != AMANA_REASON_DAMAGED_LOG)
		return r;
	session_notice(chain->session, AMANA_NOTICE_INFO,
		       "what is sealed is not shown, since that could not go on record");
	chain->is_public = true;
	return 0;
}

/* Readers, leads and auditors may see it all, and that they do is recorded.  An auditor
 * who is also a reader of the case, but past the date of that grant, comes as an auditor.
 */
static int
admit(struct chain *chain, struct amana_error *err)
{
	const struct state *state = session_state(chain->session);
	const struct state_grant *grant;
	const struct state_member *me;
	struct log_damage damage;
	enum rights rights;

	if (session_member(chain->session, &me, err) < 0)
		return -1;
	chain->who = me->code;
	/* Nothing can go on record now, so nothing sealed is opened; what is public is
	 * shown to whoever asks. */
	if (log_damage(chain->session->log, &damage)) {
		chain->is_public = true;
		return 0;
	}
	rights = rights_of(chain->session, &chain->case_id, &me->code);
	if (rights == RIGHTS_READ ||
	    (rights == RIGHTS_ENDED && !state_has_role(state, &me->code, ROLE_AUDITOR)))
		return or_public(chain,
				 sync_names_record(chain->session,
						   state_case(state, &chain->case_id),
						   err),
				 err);
	if (state_has_role(state, &me->code, ROLE_AUDITOR))
		return or_public(chain,
				 record_sitting(chain->session, &chain->case_id,
						EVENT_CUSTODY, err),
				 err);
	grant = state_grant(state, &chain->case_id, &me->code);
	return grant != NULL && state_grant_means(grant) == GRANT_DEPOSITOR
		       ? admit_depositor(chain, err)
		       : deny(chain, err);
}

/* ---- telling ---- */

/* An entry begins with seven lines that all actions have (docs/FORMAT.md section 5); then
 * come the action's own, then lists of objects, lines and sheets. */
#define FIRST_OWN_LINE 7

static bool
is_listed(struct bytes line)
{
	struct bytes rest;

	return text_after(line, "object", &rest) == 0 ||
	       text_after(line, "line", &rest) == 0 ||
	       text_after(line, "sheet", &rest) == 0 ||
	       text_after(line, "private", &rest) == 0;
}

/* The action's own lines, joined with semicolons. */
static int
own_lines(struct bytes raw, struct buf *out, struct amana_error *err)
{
	struct text_cursor cursor = {(const char *)raw.data,
				     (const char *)raw.data + raw.len};
	struct bytes line;

	buf_clear(out);
	for (int i = 0; text_line(&cursor, &line) == 0; i++) {
		if (i < FIRST_OWN_LINE)
			continue;
		if (is_listed(line))
			break;
		if ((out->len > 0 && buf_add_str(out, "; ", err) < 0) ||
		    buf_add(out, line.data, line.len, err) < 0)
			return -1;
	}
	return 0;
}

static bool
is_about(const struct entry *entry, const struct custody_id *exhibit)
{
	return entry->subject.kind == SUBJECT_EXHIBIT &&
	       custody_id_equal(&entry->subject.id, exhibit);
}

struct telling {
	struct chain *chain;
	struct buf own;	    /* the own lines of the event that is being told */
	int64_t newest_at;  /* of the events told so far */
	uint64_t newest_in; /* and the slot of that one */
	int (*row)(void *ctx, const struct amana_event *event);
	void *ctx;
};

#define CLOCKS_DIFFER 60 /* seconds; two machines' clocks never agree exactly */

/* An event that comes later in the log than one which has a later time: one of the two
 * clocks is wrong. */
static void
mark_time(struct telling *telling, struct amana_event *told)
{
	if (told->time + CLOCKS_DIFFER < telling->newest_at)
		told->after_batch = telling->newest_in;
	if (told->time > telling->newest_at) {
		telling->newest_at = told->time;
		telling->newest_in = told->batch;
	}
}

/* Event i, whose entry was read, is the one that the catalogue says it is. */
static int
check_event(const struct chain *chain, size_t i, struct amana_error *err)
{
	const struct entry *entry = chain->entry;

	if (entry->event != chain->events.items[i].event ||
	    (chain->is_exhibit &&
	     (entry->event != i + 1 || !is_about(entry, &chain->exhibit))))
		return err_bug(err, "the catalogue does not follow the log");
	return 0;
}

static void
fill_public(const struct chain *chain, size_t i, struct amana_event *told)
{
	const struct chain_event *event = &chain->events.items[i];
	const struct state *state = session_state(chain->session);
	const struct entry *entry = chain->entry;
	const struct state_exhibit *exhibit =
		entry->subject.kind == SUBJECT_EXHIBIT
			? state_exhibit(state, &entry->subject.id)
			: NULL;

	told->index = chain->is_exhibit ? event->event : i + 1;
	told->batch = event->slot;
	told->in_batch = event->index;
	told->time = entry->at;
	snprintf(told->actor, sizeof told->actor, "%s", entry->actor.text);
	snprintf(told->action, sizeof told->action, "%s", action_name(entry->action));
	subject_text(&entry->subject, told->subject);
	if (exhibit != NULL)
		names_exhibit_ref(chain->session, exhibit, told->exhibit);
	told->after_date = chain_grants_ended(&chain->grants, &entry->actor, event->slot,
					      event->index, entry->at);
}

static int
tell(struct telling *telling, size_t i, struct amana_error *err)
{
	struct chain *chain = telling->chain;
	struct chain_event *event = &chain->events.items[i];
	struct amana_event told = {.batch = 0};

	if (chain_read(chain, event->slot, event->index, err) < 0 ||
	    check_event(chain, i, err) < 0)
		return -1;
	fill_public(chain, i, &told);
	mark_time(telling, &told);
	buf_clear(&chain->texts);
	if (own_lines(chain->raw, &telling->own, err) < 0 ||
	    chain_lines_tell(chain, event, &told, err) < 0)
		return -1;
	told.public_fields = buf_text(&telling->own);
	return telling->row(telling->ctx, &told);
}

static int
run(struct telling *telling, const char *name, struct amana_error *err)
{
	struct chain *chain = telling->chain;
	int r = 0;

	if (session_identity(chain->session, err) < 0)
		return -1;
	upkeep_run(chain->session);
	if (resolve(chain, name, err) < 0 || admit(chain, err) < 0 ||
	    chain_gather(chain, err) < 0 ||
	    (!chain->is_public && chain_lines_open(chain, err) < 0))
		return -1;
	for (size_t i = 0; r == 0 && i < chain->events.n; i++)
		r = tell(telling, i, err);
	return r;
}

int
flow_custody(struct session *session, const char *name,
	     int (*row)(void *ctx, const struct amana_event *event), void *ctx,
	     uint64_t *ret_n, struct amana_error *err)
{
	struct chain chain = CHAIN_INIT(session);
	struct telling telling = {
		.chain = &chain, .own = BUF_INIT(2 * ENTRY_MAX), .row = row, .ctx = ctx};
	int r = run(&telling, name, err);

	if (r == 0)
		*ret_n = chain.events.n;
	buf_done(&telling.own);
	chain_done(&chain);
	return r;
}
