/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_dispute.h"

#include "log/log_damage.h"
#include "log/log_keep.h"
#include "log/log_repair.h"
#include "log/log_replay.h"
#include "log/log_slot.h"
#include "log/log_take.h"

#include <inttypes.h>
#include <string.h>

/* How the store's history differs from the pinned one. */
struct dispute {
	uint64_t first;	  /* the first slot that differs */
	bool is_shorter;  /* the store ends with slot first - 1 */
	bool is_fork;	  /* the store has another slot `first`, and it is signed well */
	bool own_unknown; /* the own copies do not lead to the pin: nothing can be
			     compared */
};

/* 1: the store's slot n and the own copy are the same bytes; 0: they are not, or one
 * is missing. */
static int
is_same(struct log *log, uint64_t n, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf own = BUF_INIT(BATCH_BYTES_MAX);
	int r = log_copy_get(&log->copy, n, &own, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	r = log_slot_fetch(log, n, &log->scratch, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	return bytes_equal(BYTES_OF(own), BYTES_OF(log->scratch)) ? 1 : 0;
}

int
log_dispute_first(struct log *log, uint64_t *ret_first, struct amana_error *err)
{
	uint64_t n = log->pin.n;
	int r = 0;

	for (; n > 0 && r == 0; n--) {
		r = is_same(log, n, err);
		if (r < 0)
			return -1;
	}
	*ret_first = r == 1 ? n + 2 : 1;
	return 0;
}

/* Replays the pinned history from the genesis to slot n. */
static int
go_to(struct log *log, uint64_t n, struct amana_error *err)
{
	int r;

	if (log_core_begin(log, err) < 0)
		return -1;
	r = log_replay_to(log, n, err);
	return r > 0 ? err_set(err, AMANA_E_TAMPERED,
			       "this machine's own copies of the log do not lead to batch %" PRIu64,
			       n)
		     : r;
}

/* Takes in the next slot of the pinned history.  If its own copy is a damaged slot
 * that an admin passed over, the skip is taken in. */
static int
take_pinned(struct log *log, struct bytes own, struct amana_error *err)
{
	struct judge_report report;
	struct log_damage damage;
	int r = log_take(log, own, &report, err);

	if (r > 0)
		r = log_damage_find_skip(log, log->state, &damage, &report, err);
	return r > 0 ? err_bug(err, "a good copy of batch %" PRIu64 " went bad",
			       state_slot(log->state) + 1)
		     : r;
}

/* Compares the next slot of the store with the good copy.  0: they are the same, or
 * the store's was put right; 1: the store has another well signed slot there, which
 * was taken in. */
static int
settle_one(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf own = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf theirs = BUF_INIT(BATCH_BYTES_MAX);
	uint64_t n = state_slot(log->state) + 1;
	struct judge_report report;
	int r = log_copy_get(&log->copy, n, &own, err);

	if (r != 0)
		return r < 0 ? -1
			     : err_set(err, AMANA_E_IO,
				       "the copy of batch %" PRIu64 " is gone", n);
	r = log_slot_fetch(log, n, &theirs, err);
	if (r < 0)
		return -1;
	if (r == 0 && bytes_equal(BYTES_OF(own), BYTES_OF(theirs)))
		return take_pinned(log, BYTES_OF(own), err);
	if (r == 0) {
		r = log_take(log, BYTES_OF(theirs), &report, err);
		if (r <= 0)
			return r < 0 ? -1 : 1;
	}
	if (take_pinned(log, BYTES_OF(own), err) < 0)
		return -1;
	return log_repair(log, n, BYTES_OF(own), err) < 0 ? -1 : 0;
}

/* Goes through the slots that differ.  0: they were damaged and are put right; 1:
 * *dispute says how the histories differ. */
static int
settle(struct log *log, struct dispute *dispute, struct amana_error *err)
{
	uint64_t last;
	int r = 0;

	if (log_slot_last(log, &last, err) < 0 ||
	    log_dispute_first(log, &dispute->first, err) < 0)
		return -1;
	if (last < dispute->first) {
		dispute->is_shorter = true;
		return 1;
	}
	if (go_to(log, dispute->first - 1, err) < 0)
		return -1;
	while (r == 0 && state_slot(log->state) < log->pin.n) {
		dispute->first = state_slot(log->state) + 1;
		if (dispute->first > last) {
			dispute->is_shorter = true;
			return 1;
		}
		r = settle_one(log, err);
	}
	dispute->is_fork = r > 0;
	return r;
}

static bool
was_admin(const struct log *log, const struct member_code *code,
	  const uint8_t pub[SIGN_PUB_LEN])
{
	for (size_t i = 0; i < log->n_admins; i++)
		if (member_code_equal(&log->admins[i].code, code) &&
		    memcmp(log->admins[i].pub, pub, SIGN_PUB_LEN) == 0)
			return true;
	return false;
}

/* An admin who was made after the cut restores nothing: who signed must be known here,
 * and where there were two admins it takes two. */
static bool
is_by_admins(const struct log *log, const struct state_restored *restored)
{
	bool by_two = restored->proposed_by.text[0] != 0;

	return was_admin(log, &restored->by, restored->by_pub) &&
	       (by_two ? was_admin(log, &restored->proposed_by, restored->proposed_pub)
		       : log->n_admins < 2);
}

bool
log_dispute_is_restored(const struct log *log, const struct state *state, uint64_t first)
{
	const struct pin *pin = &log->pin;

	for (uint32_t i = 0; i < state_n_restored(state); i++) {
		const struct state_restored *restored = state_restored_at(state, i);

		/* A `restored` that the pinned history has, too, is about an older
		 * loss. */
		if (restored->from < first || pin->n > restored->slot ||
		    !is_by_admins(log, restored))
			continue;
		if (pin->n < restored->slot || hash_equal(&pin->head, &restored->head))
			return true;
	}
	return false;
}

/* Takes in the store's history, in memory only.  What fails in it goes into the
 * caller's message. */
static int
read_theirs(struct log *log, const struct dispute *dispute, struct amana_error *err)
{
	int r = dispute->own_unknown ? log_core_begin(log, err)
				     : go_to(log, dispute->first - 1, err);

	log->is_lost = true;
	return r < 0 ? -1 : log_replay_rest(log, err);
}

/* Sets the pin back to slot `keep`, and the own copies after it aside. */
static int
set_back(struct log *log, uint64_t keep, struct amana_error *err)
{
	uint64_t last = log->pin.n;

	log->is_lost = false;
	for (uint64_t n = keep + 1; n <= last; n++)
		if (log_copy_set_aside(&log->copy, n, err) < 0)
			return -1;
	if (keep == 0 ? log_core_begin(log, err) < 0 : go_to(log, keep, err) < 0)
		return -1;
	return log_keep_set_pin(log, keep, state_head(log->state), state_size(log->state),
				err);
}

/* Sets the pin back to where the two histories part.  The next turn of log_sync then
 * takes in the restored one. */
static int
follow(struct log *log, const struct dispute *dispute, struct amana_error *err)
{
	struct log_event event = {.kind = LOG_EVENT_RESTORED,
				  .slot = log->pin.n,
				  .last = log->pin.n,
				  .head = log->pin.head};

	if (set_back(log, dispute->own_unknown ? 0 : dispute->first - 1, err) < 0)
		return -1;
	log_core_tell(log, &event);
	return LOG_DISPUTE_MOVED;
}

int
log_dispute_follow_skip(struct log *log, uint64_t first, struct amana_error *err)
{
	log->accepted_over = 0;
	return set_back(log, first - 1, err);
}

/* The error when the store has the pinned slot as it was, but a slot before it is
 * damaged and the own copy of that is gone. */
static int
damaged_before(struct log *log, const struct amana_error *theirs, struct amana_error *err)
{
	if (theirs->code == AMANA_E_TAMPERED) {
		*err = *theirs;
		return -1;
	}
	if (log->damage.first == 0)
		return err_reason(
			err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
			"batch %" PRIu64
			", the last that this machine verified, is passed over by an "
			"admin now, and this machine's own copies are gone: ask that admin",
			log->pin.n);
	return err_reason(
		err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
		"batch %" PRIu64
		" is damaged in the store (%s), and this machine's own copy of it is "
		"gone, though it verified up to batch %" PRIu64,
		log->damage.first, log->damage.reason, log->pin.n);
}

static int
both_sides(struct log *log, const struct dispute *dispute, const struct amana_error *why,
	   struct amana_error *err)
{
	char ours[HASH_HEX_LEN + 1], theirs[HASH_HEX_LEN + 1];
	uint64_t last = state_slot(log->state);
	struct hash head;

	hash_hex(&log->pin.head, ours);
	hash_hex(state_head(log->state), theirs);
	log_core_forget(log); /* this history is not to be used */
	if (log_slot_fetch(log, log->pin.n, &log->scratch, err) == 0) {
		hash_of(log->scratch.data, log->scratch.len, &head);
		if (hash_equal(&head, &log->pin.head))
			return damaged_before(log, why, err);
		hash_hex(&head, theirs);
		return err_reason(err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
				  "another history: this machine verified batch %" PRIu64
				  " as %s, the store has %s",
				  log->pin.n, ours, theirs);
	}
	return err_reason(
		err, dispute->is_shorter ? AMANA_REASON_ROLLED_BACK : AMANA_REASON_FORK,
		AMANA_E_TAMPERED,
		"%s history: this machine verified batch %" PRIu64
		" as %s, the store has batch %" PRIu64 " last, %s",
		dispute->is_shorter ? "a shorter" : "another", log->pin.n, ours, last,
		theirs);
}

int
log_dispute(struct log *log, struct amana_error *err)
{
	struct dispute dispute = {.first = 1};
	struct amana_error theirs = AMANA_ERROR_INIT;
	int r;

	dispute.own_unknown = log->state == NULL ||
			      state_slot(log->state) != log->pin.n ||
			      !hash_equal(state_head(log->state), &log->pin.head);
	if (!dispute.own_unknown) {
		r = settle(log, &dispute, err);
		if (r <= 0)
			return r;
	}
	r = read_theirs(log, &dispute, &theirs);
	if (r < 0 && theirs.code != AMANA_E_TAMPERED) {
		*err = theirs;
		return -1;
	}
	if (r == 0 && log_dispute_is_restored(log, log->state, dispute.first))
		return follow(log, &dispute, err);
	if (r == 0 && (log->flags & LOG_FOLLOW_LOST) != 0)
		return 1;
	return both_sides(log, &dispute, &theirs, err);
}
