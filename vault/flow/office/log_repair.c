/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "base/text.h"
#include "keys/receipt_given.h"
#include "session/authority.h"
#include "session/data_folder.h"

#include <stdio.h>
#include <string.h>

/* The log's own repairs: passing over what no copy can mend, accepting an honest restore,
 * and putting back what this machine has copies of.  They open vaults that amana_open
 * refuses. */

static int
need_reason(const char *reason, const char *what, struct amana_error *err)
{
	return reason[0] != 0 ? 0
			      : err_set(err, AMANA_E_USAGE, "%s needs a reason", what);
}

/* ---- skip ---- */

struct skipping {
	struct session *session;
	uint64_t n, last;
};

static int
prepare_skip(struct act *act, const struct state *state, void *arg,
	     struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct subject subject = subject_vault();
	struct skipping *skipping = arg;
	struct log_damage damage;

	if (entry == NULL)
		return -1;
	/* Somebody may have mended it, or passed over it, since we looked. */
	if (!log_damage(skipping->session->log, &damage) || damage.first != skipping->n)
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "batch %" PRIu64
				  " is not damaged any more; nothing was passed over",
				  skipping->n);
	skipping->last = damage.last;
	entry_init(entry, ACT_SKIP, &subject);
	entry->own.skip = (struct act_skip){.first = damage.first,
					    .last = damage.last,
					    .head = damage.head,
					    .before = *state_head(state)};
	return act_add(act, entry, NULL, err);
}

int
flow_log_skip(const struct amana_config *config, uint64_t n, const char *reason,
	      uint64_t *ret_until, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	struct skipping skipping = {.n = n};
	const struct act_spec spec = {.event = EVENT_SKIP,
				      .reason = reason,
				      .prepare = prepare_skip,
				      .arg = &skipping};
	struct log_damage damage;
	struct act_done done;

	if (need_reason(reason, "passing over a batch", err) < 0 ||
	    session_open(config, LOG_STOP_AT_DAMAGE, &session, err) < 0)
		return -1;
	if (!log_damage(session->log, &damage))
		return err_set(
			err, AMANA_E_CONFLICT,
			"this machine can read every batch, here or from its own copy (amana "
			"log repair puts those back); nothing was passed over");
	if (log_damage_is_far(&damage))
		return err_reason(
			err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
			"'%s' is far behind batch %" PRIu64
			": to pass over all between would use up the log's numbers. "
			"Whoever runs the store takes that file away",
			store_name_slot(damage.last).text, damage.first);
	if (damage.first != n)
		return err_set(err, AMANA_E_USAGE,
			       "the damaged batch is %" PRIu64 ", not %" PRIu64 ": %s",
			       damage.first, n, damage.reason);
	skipping.session = session;
	if (authority_check(session, ROLE_ADMIN, err) < 0 ||
	    act_run(session, &spec, &done, err) < 0)
		return -1;
	*ret_until = skipping.last;
	return 0;
}

/* ---- restored ---- */

/* An open proposal of a `restored`, by this person (own) or by somebody else; NULL: none.
 */
static const struct state_proposal *
find_open(const struct session *session, bool own)
{
	const struct state *state = session_state(session);

	for (uint32_t i = 0; i < state_n_proposals(state); i++) {
		const struct state_proposal *at = state_proposal_at(state, i);
		const struct state_member *by = state_proposal_by(state, at);

		if (at->action == ACT_RESTORED && state_proposal_is_open(state, at) &&
		    by != NULL && (strcmp(by->code.text, session->who) == 0) == own)
			return at;
	}
	return NULL;
}

/* Whoever says that the vault was restored signs what others have said of it: with
 * several people each may have lost another part, and each part has an entry of its own.
 * Nobody could sign them by `approve`, since no vault opens while its history is lost. */
static int
approve_others(struct session *session, const char *reason, struct entry *entry,
	       struct amana_error *err)
{
	const struct subject subject = subject_vault();
	const struct act_spec spec = {
		.event = EVENT_APPROVE, .reason = reason, .entry = entry};
	const struct state_proposal *proposal;
	struct act_done done;

	while ((proposal = find_open(session, false)) != NULL) {
		session_notice(
			session, AMANA_NOTICE_INFO, "signed what %s had proposed",
			state_proposal_by(session_state(session), proposal)->code.text);
		entry_init(entry, ACT_APPROVE, &subject);
		entry->own.approve =
			(struct act_approve){.proposal = proposal->leaf, .yes = true};
		if (act_run(session, &spec, &done, err) < 0)
			return -1;
	}
	return 0;
}

/* What was lost: what this machine had verified, or what a receipt in other hands says,
 * if that reaches further. */
struct loss {
	bool any;
	uint64_t n;
	struct hash head;
};

static int
by_receipt(struct session *session, const char *given, struct loss *loss,
	   struct amana_error *err)
{
	CLEANUP(receipt_given_done) struct receipt_given receipt = RECEIPT_GIVEN_INIT;
	struct hash stored;

	if (receipt_given_read(given, &receipt, err) < 0)
		return -1;
	if (receipt.is_file &&
	    !hash_equal(&receipt.fingerprint, log_fingerprint(session->log)))
		return err_reason(err, AMANA_REASON_OTHER_VAULT, AMANA_E_FORMAT,
				  "'%s' is a receipt of another vault", given);
	if (receipt.batch <= state_slot(session_state(session))) {
		if (log_head_at(session->log, receipt.batch, &stored, err) < 0)
			return -1;
		if (hash_equal(&stored, &receipt.head))
			return err_set(err, AMANA_E_CONFLICT,
				       "batch %" PRIu64
				       " is in the vault as that says; it was not lost",
				       receipt.batch);
	}
	if (!loss->any || receipt.batch > loss->n)
		*loss = (struct loss){
			.any = true, .n = receipt.batch, .head = receipt.head};
	return 0;
}

static int
find_loss(struct session *session, const char *given, struct loss *ret_loss,
	  struct amana_error *err)
{
	struct loss loss = {.any = false};

	loss.any = log_lost(session->log, &loss.n, &loss.head);
	if (given != NULL && by_receipt(session, given, &loss, err) < 0)
		return -1;
	if (!loss.any)
		return err_set(
			err, AMANA_E_CONFLICT,
			"the vault holds all that this machine verified. If somebody else has seen "
			"more, name the last act of it: --lost with a receipt or BATCH:HEAD");
	*ret_loss = loss;
	return 0;
}

/* Somebody has said already that this was lost, and it was accepted. */
static bool
is_covered(const struct session *session, const struct loss *loss, bool by_receipt)
{
	const struct state *state = session_state(session);
	struct hash head;
	uint64_t n;

	if (!by_receipt)
		return !log_lost(session->log, &n, &head);
	for (uint32_t i = 0; i < state_n_restored(state); i++) {
		const struct state_restored *at = state_restored_at(state, i);

		if (at->slot == loss->n && hash_equal(&at->head, &loss->head))
			return true;
	}
	return false;
}

int
flow_log_restored(const struct amana_config *config, const char *lost, const char *reason,
		  char *ret_proposal, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct authority_act what = {
		.entry = entry, .event = EVENT_RESTORED, .reason = reason};
	const struct subject subject = subject_vault();
	const struct state_proposal *proposal;
	struct act_done done;
	struct loss loss;

	if (entry == NULL ||
	    need_reason(reason, "accepting a restored history", err) < 0 ||
	    session_open(config, LOG_FOLLOW_LOST, &session, err) < 0 ||
	    find_loss(session, lost, &loss, err) < 0)
		return -1;
	if (authority_check(session, ROLE_ADMIN | ROLE_RECOVERY, err) < 0 ||
	    approve_others(session, reason, entry, err) < 0)
		return -1;
	if (is_covered(session, &loss, lost != NULL))
		return 0; /* what was signed just now covers it */
	proposal = lost == NULL ? find_open(session, true) : NULL;
	if (proposal != NULL) {
		hash_hex(&proposal->leaf, ret_proposal);
		return AMANA_PROPOSED; /* it was proposed before, and still waits */
	}
	entry_init(entry, ACT_RESTORED, &subject);
	entry->own.restored = (struct act_restored){.slot = loss.n, .head = loss.head};
	return authority_run(session, &what, ret_proposal, &done, err);
}

/* ---- repair ---- */

static int
open_copies(struct session *session, struct amana_error *err)
{
	char vaults[PATH_MAX];
	const struct log_options options = {
		.base_dir = vaults, .event = session_log_event, .arg = session};
	int r;

	if (data_folder_vaults(&session->config, vaults, err) < 0)
		return -1;
	r = log_open(session->store, &options, &session->log, err);
	if (r == LOG_FIRST_CONTACT)
		return err_reason(err, AMANA_REASON_NO_COPIES, AMANA_E_MISSING,
				  "this machine keeps no copy of this vault's log");
	return r;
}

/* Every command puts back the damaged batches that it meets, but it meets only those
 * since the last command; `verify` meets all of them and changes nothing, since what it
 * checks may be an exhibit itself.  This is for what lies further back. */
int
flow_log_repair(const struct amana_config *config, uint64_t *ret_n_repaired,
		struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	CLEANUP(log_verified_done) struct log_verified found = {.n_slots = 0};

	if (session_new(config, &session, err) < 0 ||
	    store_open(config->vault, 0, &session->store, err) < 0 ||
	    open_copies(session, err) < 0 ||
	    log_verify(session->log, NULL, &found, err) < 0)
		return -1;
	if (!found.complete || found.n_repaired < found.n_damaged)
		return err_reason(err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
				  "%s put back, others could not be",
				  text_count(found.n_repaired, "damaged batch was",
					     "damaged batches were")
					  .text);
	if (found.was_pinned && !found.pin_agrees)
		return err_reason(
			err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
			"the vault's history is not the one that this machine verified");
	*ret_n_repaired = found.n_repaired;
	return 0;
}

int
flow_log_accept(const struct amana_config *config, uint64_t n,
		struct amana_skip_accepted *ret_accepted, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *session = NULL;
	struct log_skip_accepted accepted;

	if (session_new(config, &session, err) < 0 ||
	    store_open(config->vault, 0, &session->store, err) < 0 ||
	    open_copies(session, err) < 0 ||
	    log_accept_skip(session->log, n, &accepted, err) < 0 ||
	    log_sync(session->log, err) < 0) /* sets the own copies aside */
		return -1;
	*ret_accepted = (struct amana_skip_accepted){.first = accepted.first,
						     .last = accepted.last};
	snprintf(ret_accepted->by, sizeof ret_accepted->by, "%s", accepted.signer.text);
	return 0;
}
