/* SPDX-License-Identifier: Apache-2.0 */
#include "session/act.h"
#include "flow/chain/chain.h"
#include "flow/chain/custody.h"
#include "session/names.h"
#include "session/record.h"
#include "session/sync.h"

#include <stdio.h>
#include <string.h>

/* Custody: the chain of an exhibit or a case, as signed, told to those who may know it.
 */

/* ---- of what ---- */

static void
take_exhibit(struct chain *chain, const struct state_exhibit *exhibit)
{
	chain->is_exhibit = true;
	chain->exhibit = exhibit->id;
	chain->case_id = state_exhibit_case(session_state(chain->session), exhibit)->id;
}

/* id:HEX may be either. */
static int
resolve_id(struct chain *chain, const char *name, struct amana_error *err)
{
	struct amana_error none = AMANA_ERROR_INIT;
	const struct state_exhibit *exhibit;
	const struct state_case *a_case;
	int r = names_exhibit(chain->session, name, &exhibit, err);

	if (r < 0 && err->code != AMANA_E_MISSING)
		return -1;
	if (names_case(chain->session, name, &a_case, &none) == 0) {
		if (r == 0)
			return err_set(
				err, AMANA_E_MISSING,
				"a case and an exhibit begin with '%s'; give more digits",
				name);
		chain->case_id = a_case->id;
		return 0;
	}
	if (r < 0)
		return err_set(err, AMANA_E_MISSING,
			       "no case or exhibit here has the id '%s'", name);
	take_exhibit(chain, exhibit);
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
	if (strncmp(name, "id:", 3) == 0)
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
	return err_set(
		err, AMANA_E_DENIED,
		"%s may not see this chain of custody: readers and leads of the case and "
		"auditors do",
		chain->session->who);
}

/* A depositor sees what is public about own deposits. */
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

/* Who may, and the record of it. */
static int
admit(struct chain *chain, struct amana_error *err)
{
	const struct state *state = session_state(chain->session);
	const struct state_grant *grant;
	const struct state_member *me;
	enum grant_kind means;

	if (session_member(chain->session, &me, err) < 0)
		return -1;
	chain->who = me->code;
	grant = state_grant(state, &chain->case_id, &me->code);
	means = grant != NULL ? state_grant_means(grant) : GRANT_NONE;
	if (means == GRANT_LEAD || means == GRANT_READER) {
		if (!grant->has_until || grant->until_at >= session_now() ||
		    !state_has_role(state, &me->code, ROLE_AUDITOR))
			return sync_names_record(chain->session,
						 state_case(state, &chain->case_id), err);
	}
	if (state_has_role(state, &me->code, ROLE_AUDITOR))
		return record_sitting(chain->session, &chain->case_id, "custody", err);
	return means == GRANT_DEPOSITOR ? admit_depositor(chain, err) : deny(chain, err);
}

/* ---- telling ---- */

/* The last word on this member's grant before the event: had its date passed by the
 * entry's own time? */
static bool
is_after_date(const struct chain *chain, const struct chain_event *event)
{
	const struct entry *entry = chain->entry;

	for (size_t i = chain->n_grants; i-- > 0;) {
		const struct chain_grant *grant = &chain->grants[i];

		if (grant->slot > event->slot ||
		    (grant->slot == event->slot && grant->index >= event->index) ||
		    !member_code_equal(&grant->member, &entry->actor))
			continue;
		return grant->has_until && grant->until_at < entry->at;
	}
	return false;
}

#define FIRST_OWN_LINE 7

static bool
is_listed(struct bytes line)
{
	struct bytes rest;

	return text_after(line, "object", &rest) == 0 ||
	       text_after(line, "line", &rest) == 0 ||
	       text_after(line, "sheet", &rest) == 0;
}

/* The action's own lines, joined. */
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

static int
tell(struct chain *chain, size_t i, struct buf *own,
     int (*row)(void *ctx, const struct amana_event *event), void *ctx,
     struct amana_error *err)
{
	struct chain_event *event = &chain->events.items[i];
	const struct entry *entry = chain->entry;
	struct amana_event told = {.batch = event->slot, .in_batch = event->index};
	const struct state_exhibit *exhibit;

	if (chain_read(chain, event->slot, event->index, err) < 0)
		return -1;
	if (entry->event != event->event ||
	    (chain->is_exhibit &&
	     (entry->event != i + 1 || !is_about(entry, &chain->exhibit))))
		return err_bug(err, "the catalogue does not follow the log");
	told.index = chain->is_exhibit ? event->event : i + 1;
	told.time = entry->at;
	snprintf(told.actor, sizeof told.actor, "%s", entry->actor.text);
	snprintf(told.action, sizeof told.action, "%s", action_name(entry->action));
	subject_text(&entry->subject, told.subject);
	exhibit =
		entry->subject.kind == SUBJECT_EXHIBIT
			? state_exhibit(session_state(chain->session), &entry->subject.id)
			: NULL;
	if (exhibit != NULL)
		names_exhibit_ref(chain->session, exhibit, told.exhibit);
	told.after_date = is_after_date(chain, event);
	buf_clear(&chain->texts);
	if (own_lines(chain->raw, own, err) < 0 ||
	    chain_texts(chain, event, &told, err) < 0)
		return -1;
	told.public_fields = buf_text(own);
	return row(ctx, &told);
}

static int
run(struct chain *chain, const char *name,
    int (*row)(void *ctx, const struct amana_event *event), void *ctx, uint64_t *ret_n,
    struct amana_error *err)
{
	CLEANUP(buf_done) struct buf own = BUF_INIT(2 * ENTRY_MAX);
	int r = 0;

	if (session_identity(chain->session, err) < 0)
		return -1;
	upkeep_run(chain->session);
	if (resolve(chain, name, err) < 0 || admit(chain, err) < 0 ||
	    chain_gather(chain, err) < 0 ||
	    (!chain->is_public && chain_open(chain, err) < 0))
		return -1;
	*ret_n = chain->events.n;
	for (size_t i = 0; r == 0 && i < chain->events.n; i++)
		r = tell(chain, i, &own, row, ctx, err);
	return r;
}

int
flow_custody(struct session *session, const char *name,
	     int (*row)(void *ctx, const struct amana_event *event), void *ctx,
	     uint64_t *ret_n, struct amana_error *err)
{
	struct chain chain = CHAIN_INIT(session);
	uint64_t n = 0;
	int r = run(&chain, name, row, ctx, &n, err);

	chain_done(&chain);
	if (r == 0)
		*ret_n = n;
	return r;
}
