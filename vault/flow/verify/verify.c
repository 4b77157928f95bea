/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify.h"

#include "crypto/words.h"
#include "flow/verify/verify_bytes.h"
#include "flow/verify/verify_contents.h"
#include "flow/verify/verify_log.h"
#include "flow/verify/verify_receipts.h"
#include "session/act.h"
#include "session/data_folder.h"
#include "session/id_search.h"
#include "session/last_check.h"
#include "session/names.h"

#include <stdio.h>
#include <string.h>

/*
 * Leads a verification.  Of what this login keeps it believes the pin alone; it writes
 * nothing into the vault unless a record is asked for; and it works where no session can
 * be opened.
 */

/* ---- the genesis, and whose vault this is ---- */

/* Opens the log of verify->bare.  With the pin, what this login knows of the vault
 * counts: a genesis that contradicts it is AMANA_E_TAMPERED.  Without, any genesis will
 * do. */
static int
open_log(struct verify *verify, bool with_pin, struct amana_error *err)
{
	struct session *bare = verify->bare;
	char vaults[PATH_MAX];
	struct log_options options = {.flags = LOG_NO_REPAIR};

	if (!with_pin || bare->config.data_dir == NULL) {
		options.flags |= LOG_STRANGER;
	} else {
		if (data_folder_vaults(&bare->config, vaults, err) < 0)
			return -1;
		options.base_dir = vaults;
	}
	return log_open(bare->store, &options, &bare->log, err) < 0 ? -1 : 0;
}

static int
has_slots(void *arg, const char *name, struct amana_error *err)
{
	(void)arg;
	(void)name;
	(void)err;
	return 1;
}

/* A folder without a genesis may still be what is left of a vault: it is, if there are
 * batches in it, or if this login has pinned a vault in this folder. */
static bool
was_a_vault(struct verify *verify)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	char vaults[PATH_MAX];
	struct pin pin;

	if (store_list(verify->bare->store, "log", has_slots, NULL, &ignored) == 1)
		return true;
	return data_folder_vaults(&verify->bare->config, vaults, &ignored) == 0 &&
	       pin_find_location(vaults, store_location(verify->bare->store), &pin,
				 &ignored) == 0;
}

/* 0: the log is open.  1: there is no good genesis to begin with, and that was told.  -1:
 * there is no vault, or it cannot be read. */
static int
open_genesis(struct verify *verify, struct amana_error *err)
{
	struct amana_error first = AMANA_ERROR_INIT;

	if (open_log(verify, true, err) == 0)
		return 0;
	first = *err;
	if (first.code == AMANA_E_TAMPERED && open_log(verify, false, err) == 0) {
		/* The genesis is good, but this login has pinned another vault here. */
		verify->refused = true;
		verify_tell(verify, "identity of the vault", AMANA_FAIL, "%s", first.msg);
		return 0;
	}
	*err = first;
	if (first.code != AMANA_E_TAMPERED &&
	    (first.code != AMANA_E_MISSING || !was_a_vault(verify)))
		return -1;
	verify_tell(verify, "genesis", AMANA_FAIL, "slot 0, the file 'vault': %s",
		    first.msg);
	verify_tell(verify, "log", AMANA_NOT_CHECKED,
		    "nothing can be judged without the genesis");
	return 1;
}

/* The genesis that the log was opened with is good.  Is it also the one in the store, and
 * does anything say that this is the vault that was meant? */
static int
tell_genesis(struct verify *verify, struct amana_error *err)
{
	const struct genesis *genesis = log_genesis(verify->bare->log);
	const struct hash *fingerprint = log_fingerprint(verify->bare->log);
	const char *told = verify->bare->config.vault_fingerprint;
	char at[TEXT_TIME_LEN + 1];
	struct hash stored;
	int r = verify_stored_head(verify, 0, &stored, err);

	if (r < 0)
		return -1;
	text_time(genesis->at, at);
	words_of_hash(fingerprint, verify->result->words);
	if (r == 0 && hash_equal(&stored, fingerprint))
		verify_tell(verify, "genesis", AMANA_PASS, "%s, founded by %s at %s",
			    genesis->origin, genesis->founder.text, at);
	else
		verify_tell(
			verify, "genesis", AMANA_FAIL,
			"slot 0, the file 'vault', is %s in the vault; judged by this machine's "
			"own copy, which is good",
			r > 0 ? "missing" : "damaged");
	if (told != NULL && !words_match(told, fingerprint)) {
		verify->refused = true;
		verify_tell(verify, "identity of the vault", AMANA_FAIL,
			    "this is not the vault that was named: its words are \"%s\"",
			    verify->result->words);
	} else if (told != NULL) {
		verify->vouched_by = "the fingerprint that was given";
	} else if (log_is_pinned(verify->bare->log)) {
		verify->vouched_by = "this login's pin";
	}
	return 0;
}

/* Comes after the receipts, since one of them may be what vouches for the vault. */
static void
tell_identity(struct verify *verify)
{
	if (verify->refused)
		return;
	if (verify->vouched_by != NULL)
		verify_tell(verify, "identity of the vault", AMANA_PASS, "\"%s\", by %s",
			    verify->result->words, verify->vouched_by);
	else
		verify_tell(
			verify, "identity of the vault", AMANA_NOT_CHECKED,
			"nothing here vouches for it: compare \"%s\" with the words on a receipt "
			"or from the office",
			verify->result->words);
}

/* ---- a case or an exhibit ---- */

/* id:HEX, which needs no key. */
static int
find_by_id(struct verify *verify, const char *name, struct amana_error *err)
{
	const struct state_exhibit *exhibit;
	const struct state_case *a_case;

	if (id_search_any(verify->log.state, name, &a_case, &exhibit, err) < 0)
		return -1;
	verify->scope = a_case != NULL ? SCOPE_CASE : SCOPE_EXHIBIT;
	verify->scope_id = a_case != NULL ? a_case->id : exhibit->id;
	return 0;
}

static int
find_by_name(struct verify *verify, const char *name, struct amana_error *err)
{
	const struct state_exhibit *exhibit;
	const struct state_case *a_case;

	if (verify_session(verify, err) < 0)
		return -1;
	if (strchr(name, '/') != NULL) {
		if (names_exhibit(verify->session, name, &exhibit, err) < 0)
			return -1;
		verify->scope = SCOPE_EXHIBIT;
		verify->scope_id = exhibit->id;
		return 0;
	}
	if (names_case(verify->session, name, &a_case, err) < 0)
		return -1;
	verify->scope = SCOPE_CASE;
	verify->scope_id = a_case->id;
	return 0;
}

static int
find_scope(struct verify *verify, struct amana_error *err)
{
	const char *name = verify->request->name;

	if (name == NULL)
		return 0;
	if (id_search_is_name(name))
		return find_by_id(verify, name, err);
	return find_by_name(verify, name, err);
}

/* ---- the record of the check ---- */

/* What the record is about: the case or exhibit that was verified; for the whole vault
 * the vault itself, or, for somebody who is no auditor and may not record about the
 * vault, the person.  *ret_case: the case that the record belongs to, or NULL; borrowed.
 */
static int
subject_of(struct verify *verify, struct entry *entry, const struct custody_id **ret_case,
	   struct amana_error *err)
{
	struct session *session = verify->session;
	const struct state *state = session_state(session);
	const struct state_exhibit *exhibit;
	const struct state_member *me;
	struct subject subject = subject_vault();

	*ret_case = NULL;
	if (session_member(session, &me, err) < 0)
		return -1;
	if (verify->scope == SCOPE_CASE) {
		subject = subject_case(&verify->scope_id);
		*ret_case = &verify->scope_id;
	} else if (verify->scope == SCOPE_EXHIBIT) {
		exhibit = state_exhibit(state, &verify->scope_id);
		if (exhibit == NULL)
			return err_bug(err, "an exhibit that the session does not know");
		subject = subject_exhibit(&verify->scope_id);
		*ret_case = &state_exhibit_case(state, exhibit)->id;
	} else if (!state_has_role(state, &me->code, ROLE_AUDITOR)) {
		subject = subject_member(&me->code);
	}
	act_entry_init(entry, ACT_RECORD, &subject, *ret_case);
	return 0;
}

static int
write_record(struct verify *verify, struct act_done *ret_done, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct amana_verify_result *result = verify->result;
	struct act_spec spec = {.event = EVENT_VERIFY, .entry = entry};
	const struct custody_id *found;
	struct custody_id case_id;
	json_t *details;
	int r;

	if (entry == NULL || verify_session(verify, err) < 0 ||
	    subject_of(verify, entry, &found, err) < 0)
		return -1;
	if (found != NULL)
		case_id = *found; /* the act changes the state that has it */
	details = json_pack("{s:b,s:b,s:b,s:b,s:I,s:s}", "ok", result->ok, "complete",
			    result->complete, "bytes", verify->request->bytes, "contents",
			    verify->request->contents, "batch", (json_int_t)result->batch,
			    "head", result->head);
	if (details == NULL)
		return err_nomem(err);
	spec.case_id = found != NULL ? &case_id : NULL;
	spec.details = details;
	r = act_run(verify->session, &spec, ret_done, err);
	json_decref(details);
	return r;
}

static int
record(struct verify *verify, struct amana_error *err)
{
	struct act_done done;

	if (write_record(verify, &done, err) < 0) {
		if (verify_must_stop(err))
			return -1;
		verify_tell(verify, "record", AMANA_NOT_CHECKED,
			    "this check could not be recorded: %s", err->msg);
		return 0;
	}
	verify_tell(verify, "record", AMANA_PASS,
		    "this check is on record in batch %" PRIu64, done.batch);
	return 0;
}

/* ---- all of it ---- */

/* The bytes and contents of what was asked for.  A name that cannot be resolved ends the
 * verification with an error, unless something was found already: then that is what the
 * person has to hear, and the rest is told as not checked. */
static int
check_scope(struct verify *verify, struct amana_error *err)
{
	if (find_scope(verify, err) < 0) {
		if (verify->result->ok || verify_must_stop(err))
			return -1;
		verify_tell(verify, "stored bytes", AMANA_NOT_CHECKED, "%s", err->msg);
		return 0;
	}
	if (verify->request->bytes) {
		if (verify_bytes(verify, err) < 0)
			return -1;
	} else {
		verify_tell(verify, "stored bytes", AMANA_NOT_CHECKED,
			    "not read (add --bytes)");
	}
	return verify_contents(verify, err);
}

static int
run(struct verify *verify, struct amana_error *err)
{
	const struct amana_config *config = &verify->bare->config;
	struct amana_error ignored = AMANA_ERROR_INIT;
	int r;

	if (verify_receipts_read(verify, err) < 0 ||
	    store_open(config->vault, 0, &verify->bare->store, err) < 0)
		return -1;
	r = open_genesis(verify, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (tell_genesis(verify, err) < 0 || verify_log(verify, err) < 0 ||
	    verify_receipts_tell(verify, err) < 0)
		return -1;
	tell_identity(verify);
	if (check_scope(verify, err) < 0)
		return -1;
	if (verify->request->record && record(verify, err) < 0)
		return -1;
	if (verify->result->ok && verify->request->name == NULL &&
	    last_check_write(config, log_fingerprint(verify->bare->log), session_now(),
			     &ignored) < 0)
		session_notice(verify->bare, AMANA_NOTICE_INFO,
			       "the time of this check could not be noted: %s",
			       ignored.msg);
	return 0;
}

int
flow_verify(const struct amana_config *config, const struct amana_verify *request,
	    struct amana_verify_result *ret_result, struct amana_error *err)
{
	struct amana_verify_result result = {.ok = true, .complete = true};
	struct verify verify = {
		.request = request, .result = &result, .ledger = LEDGER_INIT};
	int r;

	/* Both need an identity: better said before hours of reading than after. */
	if ((request->contents || request->record) && data_folder_check(config, err) < 0)
		return -1;
	if (session_new(config, &verify.bare, err) < 0)
		return -1;
	r = run(&verify, err);
	session_close(verify.session);
	if (verify.has_log)
		log_verified_done(&verify.log);
	session_close(verify.bare);
	verify_ledger_done(&verify.ledger);
	verify_receipts_done(&verify);
	if (r == 0)
		*ret_result = result;
	return r;
}
