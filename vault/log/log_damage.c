/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_damage.h"

#include "log/log_repair.h"
#include "log/log_slot.h"
#include "log/log_take.h"

#include <inttypes.h>
#include <string.h>

/* The own copy of slot n if it is not after the pin and there is a copy, otherwise the
 * store's slot.  Returns as log_slot_fetch does. */
static int
fetch_known(struct log *log, uint64_t n, struct buf *buf, struct amana_error *err)
{
	if (log_core_keeps(log) && n <= log->pin.n) {
		int r;

		buf_clear(buf);
		r = log_copy_get(&log->copy, n, buf, err);
		if (r <= 0)
			return r;
	}
	return log_slot_fetch(log, n, buf, err);
}

int
log_damage_find_skip(struct log *log, struct state *state, struct log_damage *ret_damage,
		     struct judge_report *ret_report, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct log_damage damage = {.first = state_slot(state) + 1};
	bool has_head = false; /* damage.head is that of the slot before */
	uint64_t last;
	int r;

	if (log_slot_last(log, &last, err) < 0)
		return -1;
	if (log_core_keeps(log) && log->pin.n > last)
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
		else if (r >= LOG_SLOT_UNREADABLE)
			r = log_slot_hash(log, k, &damage.head, err);
		if (r < 0)
			return -1;
		has_head = r == 0;
		damage.last = k;
	}
	*ret_damage = damage;
	return 1;
}

/* Copies what the skip passed over, as it is, and the skip itself, so that a later
 * replay from the copies meets the same. */
static int
keep_skipped(struct log *log, uint64_t first, uint64_t last, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	int r;

	for (uint64_t k = first; k <= last; k++) {
		r = log_slot_fetch(log, k, &slot, err);
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
	int r = log_damage_find_skip(log, log->state, ret_damage, &report, err);

	if (r != 0)
		return r;
	if (log_core_keeps(log) &&
	    keep_skipped(log, ret_damage->first, ret_damage->last + 1, err) < 0)
		return -1;
	event.slot = ret_damage->first;
	event.last = ret_damage->last;
	event.head = ret_damage->head;
	event.signer = report.signer;
	log_core_tell(log, &event);
	return 0;
}

/* 0: the own copy of the next slot was good and is taken in, and the store has it again
 * unless it refused; 1: there is no good copy. */
static int
pass_by_copy(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf good = BUF_INIT(BATCH_BYTES_MAX);
	uint64_t n = state_slot(log->state) + 1;
	struct judge_report report;
	int r;

	r = log_core_keeps(log) ? log_copy_get(&log->copy, n, &good, err) : 1;
	if (r != 0)
		return r;
	r = log_take(log, BYTES_OF(good), &report, err);
	if (r == 0 && log_repair(log, log->state, n, BYTES_OF(good), err) < 0)
		return -1;
	return r;
}

int
log_damage_pass(struct log *log, struct bytes slot, const char *reason,
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
		return err_reason(err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
				  "batch %" PRIu64
				  " is damaged in the store and no good copy is here: %s",
				  damage.first, why);
	hash_of(slot.data, slot.len, &found);
	return err_reason(
		err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
		"batch %" PRIu64
		" is damaged in the store (head %s..., after %s...) and no good copy is here: %s",
		damage.first, log_short(&found).text,
		log_short(state_head(log->state)).text, why);
}
