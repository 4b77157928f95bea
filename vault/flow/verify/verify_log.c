/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_log.h"

#include "base/clock.h"
#include "base/text.h"
#include "flow/verify/verify_people.h"
#include "flow/verify/verify_receipts.h"

/* What is kept while the slots go by. */
struct passing {
	struct verify *verify;
	uint64_t n_signed; /* slots whose signature is good, valid or void */
	/* The run of void slots since the last valid one: how many, the first and the
	   last of them, and who signed the last. */
	uint64_t n_run, run_first, run_last;
	struct member_code run_signer;
	bool any_void;
	/* The newest time so far, and whose act has it. */
	int64_t newest_at;
	uint64_t newest_in;
	struct member_code newest_by;
	uint64_t n_odd; /* acts that come after one of a later time */
	struct verify_people people;
	struct hash before; /* head of the slot before this one */
	int64_t told_ms;    /* when progress was told last, by clock_ms */
};

static void
passing_done(struct passing *passing)
{
	verify_people_done(&passing->people);
}

struct hex { /* a hash as text, to be printed where it is made */
	char text[HASH_HEX_LEN + 1];
};

static struct hex
hex_of(const struct hash *hash)
{
	struct hex out;

	hash_hex(hash, out.text);
	return out;
}

/* ---- while the slots go by ---- */

/* A damaged slot fails the log, both where this machine has a good copy and where the
 * replay ends at it: what was found is set against what should be there. */
static int
tell_damaged(struct passing *passing, const struct log_slot *slot,
	     struct amana_error *err)
{
	struct verify *verify = passing->verify;
	struct hash found;
	int r = verify_stored_head(verify, slot->n, &found, err);

	if (r < 0)
		return -1;
	if (slot->own_copy)
		verify_tell(
			verify, "log", AMANA_FAIL,
			"batch %" PRIu64
			" is %s in the vault: its head should be %s%s%s; judged by "
			"this machine's own copy, which is good (amana log repair puts it back)",
			slot->n, r > 0 ? "missing" : "damaged", hex_of(&slot->head).text,
			r > 0 ? "" : ", found is ", r > 0 ? "" : hex_of(&found).text);
	else
		verify_tell(
			verify, "log", AMANA_FAIL,
			"batch %" PRIu64 " is %s (%s): found %s, after batch %" PRIu64
			" with head %s; no good copy is here, and no later batch can be judged",
			slot->n, r > 0 ? "missing" : "damaged", slot->reason,
			r > 0 ? "nothing" : hex_of(&found).text, slot->n - 1,
			hex_of(&passing->before).text);
	return 0;
}

static void
note_void(struct passing *passing, const struct log_slot *slot)
{
	verify_tell(passing->verify, "authority", AMANA_VOID,
		    "batch %" PRIu64 " signed by %s counts for nothing: %s", slot->n,
		    slot->signer.text, slot->reason);
	if (passing->n_run++ == 0)
		passing->run_first = slot->n;
	passing->run_last = slot->n;
	passing->run_signer = slot->signer;
	passing->any_void = true;
}

static int
pass_slot(void *arg, const struct log_slot *slot, struct amana_error *err)
{
	struct passing *passing = arg;
	const struct session *bare = passing->verify->bare;
	const struct amana_progress progress = {.phase = "reading the log",
						.done_items = slot->n};

	if (session_cancelled(bare))
		return err_set(err, AMANA_E_CANCELLED, "stopped");
	if (bare->config.progress != NULL && clock_ms() - passing->told_ms >= 100) {
		bare->config.progress(bare->config.ctx, &progress);
		passing->told_ms = clock_ms();
	}
	verify_receipts_slot(passing->verify, slot);
	if (slot->own_copy || (slot->verdict == VERDICT_DAMAGED && !slot->passed_over))
		if (tell_damaged(passing, slot, err) < 0)
			return -1;
	if (slot->verdict == VERDICT_VOID)
		note_void(passing, slot);
	else if (slot->verdict == VERDICT_VALID)
		passing->n_run = 0;
	passing->n_signed +=
		slot->verdict == VERDICT_VALID || slot->verdict == VERDICT_VOID;
	passing->before = slot->head;
	return verify_ledger_slot(&passing->verify->ledger, slot, err);
}

#define CLOCKS_DIFFER 60 /* seconds; two machines' clocks never agree exactly */
#define ODD_TOLD 20	 /* of many contradictions so many are told one by one */

/* Two acts whose order in the log contradicts their times: one of the two clocks was
 * wrong, and which one no program can know. */
static void
note_time(struct passing *passing, const struct log_seen_entry *seen)
{
	const struct entry *entry = seen->entry;
	char at[TEXT_TIME_LEN + 1], newest[TEXT_TIME_LEN + 1];

	if (entry->at > passing->newest_at) {
		passing->newest_at = entry->at;
		passing->newest_in = seen->slot->n;
		passing->newest_by = entry->actor;
	}
	if (seen->index > 0 || entry->at + CLOCKS_DIFFER >= passing->newest_at ||
	    passing->n_odd++ >= ODD_TOLD)
		return;
	text_time(entry->at, at);
	text_time(passing->newest_at, newest);
	verify_tell(passing->verify, "times", AMANA_PASS,
		    "batch %" PRIu64 " by %s says %s and comes after batch %" PRIu64
		    " by %s, which says %s: one of the two clocks was wrong",
		    seen->slot->n, entry->actor.text, at, passing->newest_in,
		    passing->newest_by.text, newest);
}

static int
pass_entry(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	struct passing *passing = arg;

	note_time(passing, seen);
	verify_receipts_entry(passing->verify, seen);
	if (verify_people_entry(&passing->people, seen, err) < 0)
		return -1;
	return verify_ledger_entry(&passing->verify->ledger, seen, err);
}

/* ---- after the replay ---- */

static void
tell_log(struct verify *verify, const struct passing *passing)
{
	const struct log_verified *log = &verify->log;
	uint64_t last = state_slot(log->state);
	bool whole = log->complete && log->n_damaged == 0;

	if (log->is_newer)
		verify_tell(verify, "format", AMANA_NOT_CHECKED,
			    "batch %" PRIu64
			    " raised the format: a newer program judges what follows; up "
			    "to there all of it was read, with head %s",
			    last, hex_of(state_head(log->state)).text);
	if (whole)
		verify_tell(verify, "log", AMANA_PASS, "%s without a gap, %s, head %s",
			    text_count(last, "batch", "batches").text,
			    text_count(log->n_entries, "entry", "entries").text,
			    hex_of(state_head(log->state)).text);
	if (log->complete)
		verify_tell(
			verify, "signatures", AMANA_PASS, "%s, one on each batch",
			text_count(passing->n_signed, "good signature", "good signatures")
				.text);
	else
		verify_tell(
			verify, "signatures", AMANA_NOT_CHECKED,
			"good up to batch %" PRIu64 "; what follows %s cannot be judged",
			last, log->is_newer ? "is of a newer format and" : "the damage");
	/* A finding about who signed them, and no failure. */
	if (passing->n_run > 0)
		verify_tell(
			verify, "authority", AMANA_VOID,
			"the log ends with %s counting for nothing, the last signed by %s",
			text_range(passing->run_first, passing->run_last, "batch",
				   "batches")
				.text,
			passing->run_signer.text);
	if (!log->complete)
		verify_tell(verify, "authority", AMANA_NOT_CHECKED,
			    "judged up to batch %" PRIu64 "; what follows %s cannot be",
			    last,
			    log->is_newer ? "is of a newer format and" : "the damage");
	else
		verify_tell(verify, "authority", AMANA_PASS,
			    passing->any_void
				    ? "every other act was allowed when it was signed"
				    : "every act was allowed when it was signed");
}

/* The restore that says of the pinned slot that its history was lost, or NULL: the vault
 * has that slot with another head, and a valid `restored` entry accounts for it. */
static const struct state_restored *
covering(const struct log_verified *log)
{
	for (uint32_t i = 0; i < state_n_restored(log->state); i++) {
		const struct state_restored *at = state_restored_at(log->state, i);

		if (at->from <= log->pin.n && log->pin.n <= at->slot &&
		    !hash_equal(&log->pin_found, &log->pin.head))
			return at;
	}
	return NULL;
}

static void
tell_pin(struct verify *verify)
{
	const struct log_verified *log = &verify->log;
	const struct state_restored *restored;
	uint64_t last = state_slot(log->state);

	if (!log->was_pinned) {
		verify_tell(
			verify, "pin", AMANA_NOT_CHECKED,
			"this login has not verified this vault before: there is nothing to "
			"compare with");
		return;
	}
	restored = log->pin_agrees ? covering(log) : NULL;
	if (restored != NULL)
		verify_tell(verify, "pin", AMANA_PASS,
			    "this machine knew batch %" PRIu64
			    " with head %s of the history that was "
			    "lost; the restored one covers it",
			    log->pin.n, hex_of(&log->pin.head).text);
	else if (log->pin_agrees)
		verify_tell(verify, "pin", AMANA_PASS,
			    "batch %" PRIu64
			    ", the last that this machine had verified, is unchanged",
			    log->pin.n);
	else if (!log->pin_slot_missing)
		verify_tell(verify, "pin", AMANA_FAIL,
			    "fork: this machine has verified batch %" PRIu64
			    " with head %s, the vault has it with head %s",
			    log->pin.n, hex_of(&log->pin.head).text,
			    hex_of(&log->pin_found).text);
	else if (!log->complete)
		verify_tell(verify, "pin", AMANA_NOT_CHECKED,
			    "this machine has verified batch %" PRIu64
			    " with head %s; the vault's log is damaged before that",
			    log->pin.n, hex_of(&log->pin.head).text);
	else
		verify_tell(verify, "pin", AMANA_FAIL,
			    "rolled back: this machine has verified batch %" PRIu64
			    " with head %s, the vault ends with batch %" PRIu64
			    " with head %s",
			    log->pin.n, hex_of(&log->pin.head).text, last,
			    hex_of(state_head(log->state)).text);
}

/* What a skip passed over and what a restore lost are no failures, since people with the
 * right to do so decided it; but they are told every time. */
static void
tell_passed_over(struct verify *verify)
{
	const struct state *state = verify->log.state;

	for (uint32_t i = 0; i < state_n_skips(state); i++) {
		const struct state_skip *skip = state_skip_at(state, i);

		verify_tell(verify, "skip", AMANA_VOID,
			    "%s %s passed over, by batch %" PRIu64 " signed by %s; "
			    "batch %" PRIu64 " has head %s",
			    text_range(skip->first, skip->last, "batch", "batches").text,
			    skip->first == skip->last ? "was damaged and is"
						      : "were damaged and are",
			    skip->in, skip->by.text, skip->last,
			    hex_of(&skip->head).text);
	}
	for (uint32_t i = 0; i < state_n_restored(state); i++) {
		const struct state_restored *restored = state_restored_at(state, i);

		verify_tell(verify, "restored", AMANA_VOID,
			    "the vault was restored from a backup (batch %" PRIu64
			    "): acts up to batch %" PRIu64 " with head %s were lost",
			    restored->from, restored->slot, hex_of(&restored->head).text);
	}
}

int
verify_log(struct verify *verify, struct amana_error *err)
{
	CLEANUP(passing_done)
	struct passing passing = {.verify = verify,
				  .before = *log_fingerprint(verify->bare->log),
				  .people = VERIFY_PEOPLE_INIT};
	const struct log_visitor visitor = {
		.slot = pass_slot, .entry = pass_entry, .arg = &passing};
	struct amana_verify_result *result = verify->result;

	if (verify_ledger_begin(&verify->ledger, log_genesis(verify->bare->log), err) <
		    0 ||
	    log_verify(verify->bare->log, &visitor, &verify->log, err) != 0)
		return -1;
	verify->has_log = true;
	if (verify_ledger_end(&verify->ledger, err) < 0)
		return -1;
	result->n_batches = verify->log.n_slots;
	result->n_entries = verify->log.n_entries;
	result->n_void = verify->log.n_void;
	result->batch = state_slot(verify->log.state);
	hash_hex(state_head(verify->log.state), result->head);
	tell_log(verify, &passing);
	tell_pin(verify);
	if (passing.n_odd > ODD_TOLD)
		verify_tell(verify, "times", AMANA_PASS,
			    "%s come after one of a later time, too",
			    text_count(passing.n_odd - ODD_TOLD, "act", "acts").text);
	tell_passed_over(verify);
	verify_people_tell(verify, &passing.people);
	return 0;
}
