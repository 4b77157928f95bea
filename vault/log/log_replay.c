/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_replay.h"

#include "log/log_damage.h"
#include "log/log_keep.h"
#include "log/log_slot.h"
#include "log/log_snapshot.h"
#include "log/log_take.h"

#define KEEP_EVERY 1000 /* slots between two pins while many are taken in */

/* Slots whose copies were missing or bad, with the heads that the store's bytes had.
 * They are copied once the whole replay has led to the pinned head. */
struct holes {
	struct hole {
		uint64_t n;
		struct hash head;
	} * at;
	size_t n, cap;
};

static void
holes_done(struct holes *holes)
{
	mem_free(holes->at);
}

static int
note_hole(struct holes *holes, uint64_t n, const struct hash *head,
	  struct amana_error *err)
{
	struct hole *grown;
	size_t cap = holes->cap;

	if (holes->n == cap) {
		cap = cap == 0 ? 16 : cap * 2;
		grown = mem_grow(holes->at, holes->cap, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		holes->at = grown;
		holes->cap = cap;
	}
	holes->at[holes->n++] = (struct hole){n, *head};
	return 0;
}

static int
fill_holes(struct log *log, const struct holes *holes, struct amana_error *err)
{
	struct hash head;
	int r;

	for (size_t i = 0; i < holes->n; i++) {
		r = log_slot_fetch(log, holes->at[i].n, &log->scratch, err);
		if (r < 0)
			return -1;
		hash_of(log->scratch.data, log->scratch.len, &head);
		if (r > 0 || !hash_equal(&head, &holes->at[i].head))
			continue; /* it changed in between; the next run will see */
		if (log_copy_put(&log->copy, holes->at[i].n, BYTES_OF(log->scratch),
				 err) < 0)
			return -1;
	}
	return log_copy_flush(&log->copy, err);
}

/* Takes in one slot of the pinned history: the own copy, else the store's slot, else a
 * skip that is not after `until`.  1: none of them leads on. */
static int
replay_one(struct log *log, uint64_t until, bool trust_copies, struct holes *holes,
	   struct amana_error *err)
{
	uint64_t n = state_slot(log->state) + 1;
	struct judge_report report;
	struct log_damage damage;
	int r = 1;

	buf_clear(&log->scratch);
	if (trust_copies) {
		r = log_copy_get(&log->copy, n, &log->scratch, err);
		if (r < 0)
			return -1;
		if (r == 0 &&
		    (r = log_take(log, BYTES_OF(log->scratch), &report, err)) <= 0)
			return r;
	}
	r = log_slot_fetch(log, n, &log->scratch, err);
	if (r < 0)
		return -1;
	if (r == 0) {
		r = log_take(log, BYTES_OF(log->scratch), &report, err);
		if (r <= 0)
			return r < 0 ? -1 : note_hole(holes, n, &report.head, err);
	}
	r = log_damage_find_skip(log, log->state, &damage, &report, err);
	return r == 0 && state_slot(log->state) > until ? 1 : r;
}

/* Replays up to slot `until`. trust_copies false: from the store alone.  1: that does
 * not lead to the pinned history. */
static int
replay_way(struct log *log, uint64_t until, bool trust_copies, struct amana_error *err)
{
	CLEANUP(holes_done) struct holes holes = {.n = 0};
	int r;

	while (state_slot(log->state) < until) {
		r = replay_one(log, until, trust_copies, &holes, err);
		if (r != 0)
			return r;
	}
	if (until == log->pin.n && !hash_equal(state_head(log->state), &log->pin.head))
		return 1;
	return holes.n > 0 ? fill_holes(log, &holes, err) : 0;
}

int
log_replay_to(struct log *log, uint64_t until, struct amana_error *err)
{
	bool is_fresh = false;
	int r;

	if (log->state == NULL && log_snapshot_load(log, err) > 0) {
		is_fresh = true;
		if (log_core_begin(log, err) < 0)
			return -1;
	}
	r = replay_way(log, until, true, err);
	if (r <= 0)
		return r;
	if (!is_fresh) {
		if (log_core_begin(log, err) < 0)
			return -1;
		r = replay_way(log, until, true, err);
		if (r <= 0)
			return r;
	}
	if (log_core_begin(log, err) < 0)
		return -1;
	return replay_way(log, until, false, err);
}

static int
found_later(void *arg, uint64_t slot, struct amana_error *err)
{
	(void)arg;
	(void)slot;
	(void)err;
	return 1;
}

/* Slot n is missing.  1: a later slot is there, so it is a gap; 0: it is the end of the
 * log.  Only a listing can tell, wherever the later one is. */
static int
is_gap(struct log *log, uint64_t n, struct amana_error *err)
{
	return log_slot_each_after(log, n, found_later, NULL, err);
}

/* Takes in the next slot of the store.  0: done; 1: there is none, or damage to stop
 * at. */
static int
step(struct log *log, struct amana_error *err)
{
	uint64_t n = state_slot(log->state) + 1;
	struct judge_report report;
	int r = log_slot_fetch(log, n, &log->scratch, err);

	if (r == LOG_SLOT_MISSING) {
		r = is_gap(log, n, err);
		if (r <= 0)
			return r < 0 ? -1 : 1;
		r = log_slot_fetch(log, n, &log->scratch,
				   err); /* it may have been put in between */
	}
	if (r < 0)
		return -1;
	if (r > 0)
		return log_damage_pass(log, (struct bytes){NULL, 0}, log_slot_reason(r),
				       err);
	r = log_take(log, BYTES_OF(log->scratch), &report, err);
	if (r > 0)
		return log_damage_pass(log, BYTES_OF(log->scratch), report.reason, err);
	if (r == 0 && log_core_keeps(log))
		r = log_copy_put(&log->copy, n, BYTES_OF(log->scratch), err);
	return r;
}

int
log_replay_rest(struct log *log, struct amana_error *err)
{
	int r;

	while ((r = step(log, err)) == 0)
		if (log_core_keeps(log) &&
		    state_slot(log->state) >= log->pin.n + KEEP_EVERY &&
		    log_keep(log, err) < 0)
			return -1;
	return r < 0 ? -1 : 0;
}
