/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit.h"

#include "custody/line.h"
#include "flow/deposit/deposit_run.h"
#include "session/meet.h"
#include "session/names.h"
#include "session/rights.h"
#include "session/session_catalog.h"
#include "session/act_denied.h"
#include "session/rights.h"
#include "session/sync.h"
#include "session/upkeep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Leads a deposit up to the first file: may this person, what is there to take, and does
 * a person want it? */

/* ---- who, and into what ---- */

/* Asks the state whether it would take a deposit of this person now, before anything is
 * read; a refusal is recorded. */
static int
check_right(struct deposit *deposit, const struct state_member *me,
	    struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct state_grant *grant =
		state_grant(state, &deposit->case_id, &me->code);
	struct subject about = subject_case(&deposit->case_id), subject;
	struct custody_id fresh;
	struct state_why why;

	if (entry == NULL)
		return -1;
	custody_id_random(&fresh);
	subject = subject_exhibit(&fresh);
	act_entry_init(entry, ACT_DEPOSIT, &subject, &deposit->case_id);
	entry->actor = me->code;
	entry->at = session_now();
	entry->own.sealing.epoch = state_ring_epoch(state, &deposit->case_id);
	entry->own.sealing.audit_epoch = state_ring_epoch(state, NULL);
	if (!state_may(state, entry, &why)) {
		act_denied(deposit->session, &about, &deposit->case_id, "deposit");
		return err_reason(err, why.reason, AMANA_E_DENIED,
				  "%s may not deposit into %s: %s", deposit->session->who,
				  deposit->request->case_name, why.text);
	}
	if (grant != NULL && rights_grant_ended(grant)) {
		act_denied(deposit->session, &about, &deposit->case_id, "deposit");
		return err_reason(err, AMANA_REASON_GRANT_ENDED, AMANA_E_DENIED,
				  "your grant in %s has ended; a lead can renew it",
				  deposit->request->case_name);
	}
	deposit->may_read =
		rights_of(deposit->session, &deposit->case_id, &me->code) == RIGHTS_READ;
	return 0;
}

/* What the first sheets are sealed to, and what the log knows so far. */
static int
take_state(struct deposit *deposit, struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	const struct state_case *a_case = state_case(state, &deposit->case_id);
	const struct age_recipient *recipient;

	deposit->epoch = state_ring_epoch(state, &deposit->case_id);
	recipient = state_ring_recipient(state, &deposit->case_id, deposit->epoch);
	if (a_case == NULL || recipient == NULL)
		return err_bug(err, "the case has no ring");
	deposit->ring_recipient = *recipient;
	deposit->first_slot = state_slot(state);
	deposit->case_was_empty = a_case->n_exhibits == 0;
	if (a_case->due)
		session_notice(
			deposit->session, AMANA_NOTICE_EPOCH_DUE,
			"a new epoch of %s is due and only a lead can make it; until then what "
			"you deposit can also be opened with the old one",
			deposit->request->case_name);
	return 0;
}

static int
parse_facts(struct deposit *deposit, struct amana_error *err)
{
	const char *text = deposit->request->facts;
	json_error_t where;

	if (text == NULL)
		return 0;
	deposit->facts = json_loads(text, JSON_REJECT_DUPLICATES, &where);
	if (deposit->facts == NULL || !json_is_object(deposit->facts))
		return err_set(err, AMANA_E_FORMAT,
			       "the facts are no JSON object (line %d)", where.line);
	if (json_object_get(deposit->facts, LINE_FACTS_OF_PROGRAM) != NULL)
		return err_set(err, AMANA_E_FORMAT,
			       "the facts have a member '" LINE_FACTS_OF_PROGRAM
			       "', which only the program writes: name it otherwise");
	return 0;
}

static int
set_up(struct deposit *deposit, struct amana_error *err)
{
	const struct state_member *me;
	const struct state_case *a_case;

	if (session_member(deposit->session, &me, err) < 0)
		return -1;
	deposit->actor = me->code;
	upkeep_run(deposit->session);
	if (session_member(deposit->session, &me, err) < 0 ||
	    names_case(deposit->session, deposit->request->case_name, &a_case, err) < 0)
		return -1;
	deposit->case_id = a_case->id;
	if (check_right(deposit, me, err) < 0 || parse_facts(deposit, err) < 0)
		return -1;
	if (secret_new(HASH_LEN, &deposit->own_key, err) < 0)
		return -1;
	hkdf_of(BYTES_OF(deposit->session->identity.age),
		(struct bytes){log_fingerprint(deposit->session->log)->bytes, HASH_LEN},
		"amana own deposits 1", deposit->own_key.data, deposit->own_key.len);
	return take_state(deposit, err);
}

/* ---- what there is to take ---- */

static int
walk_paths(struct deposit *deposit, struct amana_error *err)
{
	for (size_t i = 0; i < deposit->request->n_paths; i++)
		if (walk_add(&deposit->walk, deposit->request->paths[i], err) < 0)
			return -1;
	return 0;
}

static void
tell_unread(struct deposit *deposit, const struct walk_item *item)
{
	const struct amana_deposit *request = deposit->request;
	struct amana_error err = AMANA_ERROR_INIT;

	err_reason(&err, amana_reason_of_errno(item->sys_errno),
		   item->sys_errno == ENOENT ? AMANA_E_MISSING : AMANA_E_IO, "%s",
		   strerror(item->sys_errno));
	err.sys_errno = item->sys_errno;
	err.told = request->failed != NULL;
	if (deposit->result.n_failed++ == 0) {
		deposit->first_failure = err;
		err_wrap(&deposit->first_failure, "'%s'", item->path);
	}
	if (request->failed != NULL)
		request->failed(request->ctx, item->path, &err);
}

/* Tells of all that was found and will not be deposited: before the question, since a
 * person should know what is left out. */
static void
tell_unusable(struct deposit *deposit)
{
	const struct amana_deposit *request = deposit->request;

	for (size_t i = 0; i < deposit->walk.n; i++) {
		const struct walk_item *item = &deposit->walk.items[i];

		if (item->kind == WALK_FAILED) {
			tell_unread(deposit, item);
		} else if (item->kind != WALK_FILE) {
			deposit->result.n_skipped++;
			if (request->skipped != NULL)
				request->skipped(request->ctx, item->path, NULL,
						 item->skip);
		}
	}
}

/* Who can open what is deposited: "L-007 (lead), L-009 (reader)". */
static int
describe_people(const struct deposit *deposit, struct buf *out, struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	const struct state_grant *grant = NULL;

	while ((grant = state_grant_next_of_case(state, &deposit->case_id, grant)) !=
	       NULL) {
		enum grant_kind means = state_grant_means(grant);

		if (grant->kind == GRANT_NONE || grant->kind == GRANT_DEPOSITOR)
			continue;
		if (buf_add_fmt(out, err, "%s%s (%s%s)", out->len > 0 ? ", " : "",
				state_grant_member(state, grant)->code.text,
				grant->kind == GRANT_LEAD && !grant->firm ? "provisional "
									  : "",
				grant_kind_name(means != GRANT_NONE ? means
								    : grant->kind)) < 0)
			return -1;
	}
	return 0;
}

#define LEAVERS_MAX 64

/* Who was shut out and still opens what is sealed to the present keys.  A grant that only
 * came to its date is no reason to wait. */
static int
describe_leavers(const struct deposit *deposit, struct buf *out, struct amana_error *err)
{
	struct state_leaver leavers[LEAVERS_MAX];
	size_t n = state_ring_leavers(session_state(deposit->session), &deposit->case_id,
				      leavers, ARRAY_LEN(leavers));

	for (size_t i = 0; i < n && i < ARRAY_LEN(leavers); i++)
		if (!leavers[i].by_date &&
		    buf_add_fmt(out, err, "%s%s", out->len > 0 ? ", " : "",
				leavers[i].member->code.text) < 0)
			return -1;
	return 0;
}

static int
confirm(const struct deposit *deposit, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf people = BUF_INIT(65536);
	CLEANUP(buf_done) struct buf still = BUF_INIT(65536);
	const struct amana_deposit *request = deposit->request;
	struct amana_deposit_plan plan = {.n_files = deposit->walk.n_files,
					  .n_skipped = deposit->walk.n_skipped,
					  .n_failed = deposit->walk.n_failed,
					  .n_bytes = deposit->walk.n_bytes};

	if (describe_leavers(deposit, &still, err) < 0)
		return -1;
	if (request->confirm == NULL && still.len > 0)
		return err_reason(
			err, AMANA_REASON_KEYS_DUE, AMANA_E_DENIED,
			"%s could still open it: a lead has to make new keys of "
			"the case first",
			buf_text(&still));
	if (request->confirm == NULL)
		return 0;
	if (describe_people(deposit, &people, err) < 0)
		return -1;
	plan.people = buf_text(&people);
	plan.still = still.len > 0 ? buf_text(&still) : "";
	names_case_code(deposit->session, &deposit->case_id, plan.case_code);
	if (!request->confirm(request->ctx, &plan))
		return err_set(err, AMANA_E_CANCELLED, "nothing was deposited");
	return 0;
}

/* Who may know what the case holds reads its names first, on record, so that content
 * which it holds already is noticed. */
static int
learn_case(struct deposit *deposit, struct amana_error *err)
{
	const struct state *state = session_state(deposit->session);
	struct catalog_totals totals;

	if (!deposit->may_read || deposit->request->again || deposit->case_was_empty)
		return 0;
	if (session_catalog_outcome(catalog_totals(deposit->catalog,
						   deposit->case_id.bytes, &totals, err),
				    err) < 0)
		return -1;
	if (totals.n_opened == totals.n_exhibits)
		return 0;
	if (sync_case(deposit->session, state_case(state, &deposit->case_id), err) < 0)
		return -1;
	deposit->first_slot = state_slot(session_state(deposit->session));
	return 0;
}

static int
run(struct deposit *deposit, struct amana_error *err)
{
	if (deposit->request->n_paths == 0)
		return err_set(err, AMANA_E_USAGE, "no file or folder was named");
	if (set_up(deposit, err) < 0 || walk_paths(deposit, err) < 0 ||
	    session_catalog(deposit->session, &deposit->catalog, err) < 0)
		return -1;
	tell_unusable(deposit);
	if (deposit->walk.n_files > 0 && !deposit->request->dry_run &&
	    meet_leads(deposit->session, &deposit->case_id, err) < 0)
		return -1;
	if (deposit->walk.n_files > 0 && confirm(deposit, err) < 0)
		return -1;
	if (deposit->request->dry_run || deposit->walk.n_files == 0)
		return 0;
	return learn_case(deposit, err) < 0 ? -1 : deposit_run(deposit, err);
}

static void
done(struct deposit *deposit)
{
	deposit_run_done(deposit);
	secret_done(&deposit->own_key);
	walk_done(&deposit->walk);
	if (deposit->facts != NULL)
		line_json_done(deposit->facts);
	pthread_mutex_destroy(&deposit->known_lock);
}

int
flow_deposit(struct session *session, const struct amana_deposit *request,
	     struct amana_deposit_result *ret_result, struct amana_error *err)
{
	struct deposit deposit = {
		.session = session,
		.request = request,
		.walk = WALK_INIT,
		.known_lock = PTHREAD_MUTEX_INITIALIZER,
		.first_failure = AMANA_ERROR_INIT,
	};
	int r = run(&deposit, err);

	*ret_result = deposit.result;
	done(&deposit);
	if (r < 0)
		return -1;
	if (deposit.result.n_failed == 0)
		return 0;
	if (deposit.result.n_deposited == 0 && deposit.result.n_skipped == 0) {
		*err = deposit.first_failure;
		return -1;
	}
	return AMANA_SOME_FAILED;
}
