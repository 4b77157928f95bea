/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_damage.h"

#include "log/log_heads.h"
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

struct search { /* for a skip over the slots from damage->first on */
	struct log *log;
	struct state *state;
	struct log_damage *damage;
	struct judge_report *report;
	struct buf slot;
	bool has_head; /* damage->head is that of damage->last, which is there */
};

#define SKIP_FOUND 1

/* The slot k is there: is it a valid skip up to the one before? */
static int
look_at(void *arg, uint64_t k, struct amana_error *err)
{
	struct search *search = arg;
	struct log_damage *damage = search->damage;
	int r = fetch_known(search->log, k, &search->slot, err);

	if (r < 0)
		return -1;
	if (r == 0 && search->has_head && damage->last + 1 == k) {
		if (judge_skip(search->state, k - 1, &damage->head,
			       BYTES_OF(search->slot), search->report, err) < 0)
			return -1;
		if (search->report->verdict == VERDICT_VALID)
			return SKIP_FOUND;
	}
	if (r == 0)
		hash_of(search->slot.data, search->slot.len, &damage->head);
	else
		r = log_slot_hash(search->log, k, &damage->head, err);
	if (r < 0)
		return -1;
	search->has_head = r == 0;
	damage->last = k;
	return 0;
}

/* The same for slots that only the own copies may have, up to the pin. */
static int
look_in_copies(struct search *search, uint64_t until, struct amana_error *err)
{
	int r = 0;

	while (r == 0 && search->damage->last < until)
		r = look_at(search, search->damage->last + 1, err);
	return r;
}

int
log_damage_find_skip(struct log *log, struct state *state, struct log_damage *ret_damage,
		     struct judge_report *ret_report, struct amana_error *err)
{
	struct log_damage damage = {.first = state_slot(state) + 1,
				    .last = state_slot(state)};
	struct search search = {.log = log,
				.state = state,
				.damage = &damage,
				.report = ret_report,
				.slot = BUF_INIT(BATCH_BYTES_MAX)};
	int r = 0;

	if (log_core_keeps(log))
		r = look_in_copies(&search, log->pin.n, err);
	if (r == 0)
		r = log_slot_each_after(log, damage.last, look_at, &search, err);
	buf_done(&search.slot);
	if (r < 0)
		return -1;
	*ret_damage = damage;
	if (r != SKIP_FOUND)
		return 1;
	return state == log->state ? log_heads_note(log, err) : 0;
}

struct keeping {
	struct log *log;
	uint64_t last;
};

static int
keep_one(void *arg, uint64_t n, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	const struct keeping *keeping = arg;
	int r;

	if (n > keeping->last)
		return 1;
	r = log_slot_fetch(keeping->log, n, &slot, err);
	if (r < 0)
		return -1;
	return r == 0 ? log_copy_put(&keeping->log->copy, n, BYTES_OF(slot), err) : 0;
}

/* Copies what the skip passed over, as it is, and the skip itself, so that a later
 * replay from the copies meets the same. */
static int
keep_skipped(struct log *log, uint64_t first, uint64_t last, struct amana_error *err)
{
	struct keeping keeping = {.log = log, .last = last};

	return log_slot_each_after(log, first - 1, keep_one, &keeping, err) < 0 ? -1 : 0;
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
	if (r == 0 && log_repair(log, n, BYTES_OF(good), err) < 0)
		return -1;
	return r;
}

static int
stops(const struct log_damage *damage, const char *why, struct amana_error *err)
{
	return err_reason(err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
			  "batch %" PRIu64
			  " is damaged in the store and no good copy is here: %s",
			  damage->first, why);
}

int
log_damage_refuse(const struct log *log, struct amana_error *err)
{
	return stops(&log->damage, log->damage.reason, err);
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
		return stops(&damage, why, err);
	hash_of(slot.data, slot.len, &found);
	return err_reason(
		err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
		"batch %" PRIu64
		" is damaged in the store (head %s..., after %s...) and no good copy is here: %s",
		damage.first, log_short(&found).text,
		log_short(state_head(log->state)).text, why);
}
