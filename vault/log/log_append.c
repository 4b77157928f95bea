/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_append.h"

#include "base/text.h"
#include "log/log_core.h"
#include "log/log_damage.h"
#include "log/log_keep.h"
#include "log/log_snapshot.h"
#include "log/log_take.h"

#include "custody/bundle.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* One attempt to put the act into one slot; the next attempt begins anew. */
struct attempt {
	struct log *log;
	const struct log_act *act;
	struct log_draft draft;
	struct hash prev;    /* head of slot draft.n - 1 */
	struct buf entries;  /* the bytes behind the note */
	struct hash *sheets; /* named by the entries, each once, in the order of first
				mention */
	size_t n_sheets, cap_sheets;
	bool needs_barrier; /* the builder put objects or bundles, which must be durable
			       before the batch */
	struct batch_note note;
	struct buf slot; /* the signed batch */
};

static void
attempt_done(struct attempt *attempt)
{
	buf_done(&attempt->entries);
	buf_done(&attempt->slot);
	mem_free(attempt->sheets);
}

static int
note_sheet(struct attempt *attempt, const struct hash *sheet, struct amana_error *err)
{
	size_t cap = attempt->cap_sheets;
	struct hash *grown;

	/* Names of sheets are public, and there may be many: they are compared without
	 * hash_equal's constant time. */
	for (size_t i = 0; i < attempt->n_sheets; i++)
		if (memcmp(attempt->sheets[i].bytes, sheet->bytes, HASH_LEN) == 0)
			return 0;
	if (attempt->n_sheets == cap) {
		cap = cap == 0 ? 16 : cap * 2;
		grown = mem_grow(attempt->sheets, attempt->cap_sheets, cap, sizeof *grown,
				 err);
		if (grown == NULL)
			return -1;
		attempt->sheets = grown;
		attempt->cap_sheets = cap;
	}
	attempt->sheets[attempt->n_sheets++] = *sheet;
	return 0;
}

int
log_draft_add(struct log_draft *draft, struct entry *entry, struct amana_error *err)
{
	struct attempt *attempt = draft->attempt_;
	struct state_why why;
	int r = state_draft(attempt->log->state, entry, &attempt->entries, &why, err);

	if (r < 0)
		return err_wrap(err, "%s", action_name(entry->action));
	if (r > 0)
		return err_reason(err, why.reason, AMANA_E_DENIED, "%s: %s",
				  action_name(entry->action), why.text);
	for (size_t i = 0; i < entry->n_sheets; i++)
		if (note_sheet(attempt, &entry->sheets[i], err) < 0)
			return -1;
	if (entry->has_private && note_sheet(attempt, &entry->private_sheet, err) < 0)
		return -1;
	if (entry->n_objects > 0 || entry->action == ACT_DISPOSE ||
	    entry->action == ACT_ERASE)
		attempt->needs_barrier = true;
	return 0;
}

/* The bundle must hold the sheets that the entries name, in their order, and nothing
 * else (docs/FORMAT.md section 7). */
static int
check_bundle(const struct attempt *attempt, struct amana_error *err)
{
	CLEANUP(bundle_done) struct bundle bundle = BUNDLE_INIT;
	struct bytes bytes = attempt->draft.bundle;

	if (attempt->n_sheets == 0)
		return bytes.len == 0 ? 0 : err_bug(err, "a bundle that no entry names");
	if (bytes.len == 0)
		return err_bug(err, "entries name sheets, but there is no bundle");
	if (bundle_parse(bytes, &bundle, err) < 0)
		return -1;
	if (bundle.n != attempt->n_sheets ||
	    memcmp(bundle.hashes, attempt->sheets, bundle.n * sizeof *bundle.hashes) != 0)
		return err_bug(
			err,
			"a bundle of %zu sheets is not that of the %zu that its entries name",
			bundle.n, attempt->n_sheets);
	return 0;
}

static int
check_whole(const struct attempt *attempt, struct amana_error *err)
{
	if (attempt->entries.len == 0)
		return err_bug(err, "an act without an entry");
	return check_bundle(attempt, err);
}

/* Has the entries built, and notes what the tree will be. draft() opens and ends the
 * transaction around it. */
static int
draft_within(struct attempt *attempt, struct amana_error *err)
{
	struct state *state = attempt->log->state;
	int r = attempt->act->build(attempt->act->arg, &attempt->draft, err);

	if (r != 0)
		return r;
	if (check_whole(attempt, err) < 0)
		return -1;
	attempt->note.after = state_frontier(state)->size;
	merkle_root(state_frontier(state), &attempt->note.root);
	return 0;
}

/* Has the act built on the state as it is, which is then as before.  > 0: what the
 * builder returned. */
static int
draft(struct attempt *attempt, struct amana_error *err)
{
	struct log *log = attempt->log;
	struct state_signer signer = {.code = attempt->act->actor};
	int r;

	attempt->draft.n =
		log->is_damaged ? log->damage.last + 1 : state_slot(log->state) + 1;
	attempt->prev = log->is_damaged ? log->damage.head : *state_head(log->state);
	if (attempt->draft.n > CUSTODY_SLOT_MAX)
		return err_set(err, AMANA_E_LIMIT, "the log is full");
	attempt->note = (struct batch_note){.n = attempt->draft.n,
					    .prev = attempt->prev,
					    .nonce = attempt->act->nonce,
					    .before = state_size(log->state)};
	attempt->draft.state = log->state;
	attempt->draft.nonce = attempt->act->nonce;
	attempt->draft.attempt_ = attempt;
	sign_public(attempt->act->seed, signer.pub);
	r = log->is_damaged ? state_begin_skip(log->state, log->damage.last,
					       &attempt->prev, &signer, err)
			    : state_begin(log->state, attempt->draft.n, &attempt->prev,
					  &signer, err);
	if (r < 0)
		return -1;
	r = draft_within(attempt, err);
	state_rollback(log->state);
	return r < 0 ? -1 : r;
}

/* Reads the signed slot as another client will.  Whether its entries are allowed was
 * judged when they were drafted. */
static int
check_slot(const struct attempt *attempt, struct amana_error *err)
{
	const char *origin = attempt->log->genesis.origin;
	struct batch_parts parts;
	struct batch_note note;
	struct note_key key;
	uint8_t pub[SIGN_PUB_LEN];

	sign_public(attempt->act->seed, pub);
	if (note_key_make(attempt->act->actor.text, pub, &key) < 0 ||
	    batch_split(BYTES_OF(attempt->slot), &parts, err) < 0 ||
	    !note_verify(parts.text, &parts.sig, 1, &key, 1) ||
	    batch_note_fits(parts.text, origin, attempt->draft.n, &attempt->prev, err) <
		    0 ||
	    batch_note_decode(parts.text, origin, &note, err) < 0 ||
	    note.after != attempt->note.after ||
	    !bytes_equal(parts.entries, BYTES_OF(attempt->entries)))
		return err_bug(err, "batch %" PRIu64 " was not written as it was meant",
			       attempt->draft.n);
	return 0;
}

static int
sign(struct attempt *attempt, struct amana_error *err)
{
	const struct batch_signing signing = {
		.note = &attempt->note,
		.origin = attempt->log->genesis.origin,
		.entries = BYTES_OF(attempt->entries),
		.code = &attempt->act->actor,
		.seed = attempt->act->seed,
	};

	if (attempt->draft.bundle.len > 0) {
		attempt->note.has_bundle = true;
		hash_of(attempt->draft.bundle.data, attempt->draft.bundle.len,
			&attempt->note.bundle);
	}
	if (batch_sign(&signing, &attempt->slot, err) < 0)
		return err_wrap(err, "batch %" PRIu64, attempt->draft.n);
	return check_slot(attempt, err);
}

/* Puts the bundle under its own hash.  What has that name already is either the same
 * bytes, or damaged and then replaced. */
static int
put_bundle(struct attempt *attempt, struct amana_error *err)
{
	struct bytes bundle = attempt->draft.bundle;
	struct store *store = attempt->log->store;
	struct store_name name = store_name_lines(&attempt->note.bundle);
	CLEANUP(buf_done) struct buf there = BUF_INIT(BUNDLE_MAX);
	int r;

	if (bundle.len == 0)
		return 0;
	/* A bundle that is alone is flushed by itself, since a barrier waits for all
	 * that the disk has to write. */
	r = store_put(store, name.text, bundle, !attempt->needs_barrier, err);
	if (r <= 0)
		return r;
	r = store_get(store, name.text, &there, err);
	if (r == 0 && bytes_equal(BYTES_OF(there), bundle))
		return attempt->needs_barrier ? 0 : store_settle(store, name.text, err);
	return store_replace(store, name.text, bundle, &attempt->note.bundle, err);
}

/* Makes durable what the batch builds on or names: the bundle, the objects, and the
 * slot before. */
static int
make_ready(struct attempt *attempt, struct amana_error *err)
{
	struct log *log = attempt->log;
	struct store_name before = store_name_slot(attempt->draft.n - 1);

	if (put_bundle(attempt, err) < 0)
		return err_wrap(err, "the sheets of this act");
	if (attempt->needs_barrier && store_barrier(log->store, err) < 0)
		return -1;
	if (attempt->draft.n - 1 == log->own_slot && log->own_slot != 0)
		return 0;
	if (store_settle(log->store, before.text, err) < 0)
		return err_wrap(err, "batch %" PRIu64, attempt->draft.n - 1);
	return 0;
}

static void
fill_receipt(const struct attempt *attempt, struct log_receipt *ret_receipt)
{
	ret_receipt->n = attempt->draft.n;
	ret_receipt->before = attempt->note.before;
	ret_receipt->after = attempt->note.after;
	hash_of(attempt->slot.data, attempt->slot.len, &ret_receipt->head);
}

/* The batch is in the store: this machine now takes it in as it would another
 * person's. */
static int
take_own(struct attempt *attempt, const struct log_receipt *receipt,
	 struct amana_error *err)
{
	struct log *log = attempt->log;
	struct judge_report report;
	int r;

	if (log->is_lost || log->is_damaged) {
		/* The act was a `restored` or a `skip`.  What follows from it is found
		 * by syncing anew. */
		if (log->is_damaged)
			log_core_forget(log);
		return log_sync(log, err);
	}
	r = log_take(log, BYTES_OF(attempt->slot), &report, err);
	if (r < 0)
		return -1;
	if (r > 0 || report.verdict != VERDICT_VALID)
		return err_bug(err,
			       "this program wrote batch %" PRIu64 ", which is %s: %s",
			       receipt->n, verdict_name(report.verdict), report.reason);
	if (!log_core_keeps(log))
		return 0;
	if (log_copy_put(&log->copy, receipt->n, BYTES_OF(attempt->slot), err) < 0 ||
	    log_keep(log, err) < 0)
		return -1;
	log_snapshot_save(log);
	return 0;
}

#define TAKEN -2 /* try_once: another writer has the slot */

static int
try_once(struct log *log, const struct log_act *act, unsigned n_tries,
	 struct log_receipt *ret_receipt, struct amana_error *err)
{
	CLEANUP(attempt_done)
	struct attempt attempt = {
		.log = log,
		.act = act,
		.entries = BUF_INIT(BATCH_BYTES_MAX),
		.slot = BUF_INIT(BATCH_BYTES_MAX),
	};
	struct store_name name;
	int r;

	attempt.draft.attempt = n_tries;
	r = draft(&attempt, err);
	if (r != 0)
		return r;
	if (sign(&attempt, err) < 0 || make_ready(&attempt, err) < 0)
		return -1;
	name = store_name_slot(attempt.draft.n);
	r = store_put_sure(log->store, name.text, BYTES_OF(attempt.slot), err);
	if (r != 0)
		return r > 0 ? TAKEN : err_wrap(err, "batch %" PRIu64, attempt.draft.n);
	fill_receipt(&attempt, ret_receipt);
	log->own_slot = attempt.draft.n;
	return take_own(&attempt, ret_receipt, err);
}

/* Waits for a random time of up to 1, 2, 4, ... 128 ms, so that two writers do not
 * keep meeting. */
static void
back_off(unsigned n_tries)
{
	struct timespec wait = {0};
	uint32_t random;

	random_bytes(&random, sizeof random);
	wait.tv_nsec =
		(long)(random % (UINT32_C(1000000) << (n_tries < 7 ? n_tries : 7)));
	nanosleep(&wait, NULL);
}

int
log_append(struct log *log, const struct log_act *act, struct log_receipt *ret_receipt,
	   struct amana_error *err)
{
	int r;

	*ret_receipt = (struct log_receipt){.n = 0};
	for (unsigned i = 0; i < LOG_TRIES; i++) {
		if (log_sync(log, err) < 0)
			return -1;
		if (log->is_damaged && !act->skips)
			return log_damage_refuse(log, err);
		r = try_once(log, act, i, ret_receipt, err);
		if (r != TAKEN)
			return r;
		back_off(i);
	}
	return err_reason(err, AMANA_REASON_OUTRUN, AMANA_E_CONFLICT,
			  "%s came first; nothing was written",
			  text_count(LOG_TRIES, "other act", "other acts").text);
}
