/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_core.h"

#include <inttypes.h>
#include <string.h>

/* SHA-256 of whatever stands for slot n in the store, however long.  1: nothing that
 * could be read. */
static int
hash_stored(struct log *log, uint64_t n, struct hash *ret_hash, struct amana_error *err)
{
	CLEANUP(store_reader_freep) struct store_reader *reader = NULL;
	CLEANUP(hasher_freep) struct hasher *hasher = NULL;
	CLEANUP(buf_done) struct buf block = BUF_INIT(1 << 16);
	struct store_name name = store_name_slot(n);
	uint64_t at = 0;
	size_t len;
	int r = store_open(log->store, name.text, &reader, err);

	if (r < 0 && err->code == AMANA_E_TAMPERED)
		return 1;
	if (r != 0)
		return r;
	hasher = hasher_new(err);
	if (hasher == NULL || buf_reserve(&block, block.max, err) == NULL)
		return -1;
	do {
		if (store_reader_pread(reader, block.data, block.max, at, &len, err) < 0)
			return -1;
		hasher_add(hasher, block.data, len);
		at += len;
	} while (len == block.max);
	hasher_finish(hasher, ret_hash);
	return 0;
}

static int
raise_last(void *arg, const char *name, struct amana_error *err)
{
	uint64_t *last = arg, n;

	(void)err;
	if (store_name_read_slot(name, &n) == 0 && n > *last)
		*last = n;
	return 0;
}

int
log_last_stored(struct log *log, uint64_t *ret_last, struct amana_error *err)
{
	uint64_t last = 0;

	if (store_list(log->store, "log", raise_last, &last, err) < 0)
		return -1;
	*ret_last = last;
	return 0;
}

/* Slot n of the pinned history if it belongs to it, otherwise the store's.  Outcomes of
 * log_fetch. */
static int
fetch_known(struct log *log, uint64_t n, struct buf *buf, struct amana_error *err)
{
	if (log_keeps(log) && n <= log->pin.n) {
		int r;

		buf_clear(buf);
		r = log_copy_get(&log->copy, n, buf, err);
		if (r <= 0)
			return r;
	}
	return log_fetch(log, n, buf, err);
}

int
log_find_skip(struct log *log, struct state *state, struct log_damage *ret_damage,
	      struct judge_report *ret_report, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct log_damage damage = {.first = state_slot(state) + 1};
	bool has_head = false; /* of the slot before */
	uint64_t last;
	int r;

	if (log_last_stored(log, &last, err) < 0)
		return -1;
	if (log_keeps(log) && log->pin.n > last)
		last = log->pin.n;
	for (uint64_t k = damage.first; k <= last; k++) {
		r = fetch_known(log, k, &slot, err);
		if (r < 0)
			return -1;
		if (r == 0 && has_head) {
			if (judge_skip(state, k - 1, &damage.head, BYTES_OF(slot),
				       ret_report, err) < 0)
				return -1;
			if (ret_report->verdict == VERDICT_VALID) {
				*ret_damage = damage;
				return 0;
			}
		}
		if (r == 0)
			hash_of(slot.data, slot.len, &damage.head);
		else if (r >= LOG_UNREADABLE)
			r = hash_stored(log, k, &damage.head, err);
		if (r < 0)
			return -1;
		has_head = r == 0;
		damage.last = k;
	}
	*ret_damage = damage;
	return 1;
}

/* Keeps what the skip passed over, as it is, and the skip itself: a later replay finds
 * its way. */
static int
keep_skipped(struct log *log, uint64_t first, uint64_t last, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	int r;

	for (uint64_t k = first; k <= last; k++) {
		r = log_fetch(log, k, &slot, err);
		if (r < 0)
			return -1;
		if (r == 0 && log_copy_put(&log->copy, k, BYTES_OF(slot), err) < 0)
			return -1;
	}
	return 0;
}

static int
pass_by_skip(struct log *log, struct log_damage *ret_damage, struct amana_error *err)
{
	struct judge_report report;
	struct log_event event = {.kind = LOG_EVENT_SKIPPED};
	int r = log_find_skip(log, log->state, ret_damage, &report, err);

	if (r != 0)
		return r;
	if (log_keeps(log) &&
	    keep_skipped(log, ret_damage->first, ret_damage->last + 1, err) < 0)
		return -1;
	event.slot = ret_damage->first;
	event.last = ret_damage->last;
	event.head = ret_damage->head;
	event.signer = report.signer;
	log_tell(log, &event);
	return 0;
}

/* 0: the own copy of the next slot was good, and is now taken in; 1: there is none that
 * is. */
static int
pass_by_copy(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf good = BUF_INIT(BATCH_BYTES_MAX);
	uint64_t n = state_slot(log->state) + 1;
	struct judge_report report;
	int r;

	r = log_keeps(log) ? log_copy_get(&log->copy, n, &good, err) : 1;
	if (r != 0)
		return r;
	r = log_take(log, BYTES_OF(good), &report, err);
	if (r == 0 && log_repair(log, log->state, n, BYTES_OF(good), err) < 0)
		return -1;
	return r;
}

int
log_pass_damage(struct log *log, struct bytes slot, const char *reason,
		struct amana_error *err)
{
	char why[JUDGE_REASON_MAX];
	struct log_damage damage = {.first = 0};
	struct hash found;
	int r = pass_by_copy(log, err);

	if (r <= 0)
		return r;
	memcpy(why, reason, strnlen(reason, sizeof why - 1) + 1);
	why[sizeof why - 1] = 0;
	r = pass_by_skip(log, &damage, err);
	if (r <= 0)
		return r;
	if ((log->flags & LOG_STOP_AT_DAMAGE) != 0) {
		log->is_damaged = true;
		log->damage = damage;
		memcpy(log->damage.reason, why, sizeof why);
		return 1;
	}
	if (slot.len == 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "batch %" PRIu64
			       " is damaged in the store and no good copy is here: %s",
			       damage.first, why);
	hash_of(slot.data, slot.len, &found);
	return err_set(
		err, AMANA_E_TAMPERED,
		"batch %" PRIu64
		" is damaged in the store (head %s..., after %s...) and no good copy is here: %s",
		damage.first, log_short(&found).text,
		log_short(state_head(log->state)).text, why);
}
