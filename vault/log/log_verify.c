/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_verify.h"

#include "log/log_core.h"
#include "log/log_damage.h"
#include "log/log_dispute.h"
#include "log/log_keep.h"
#include "log/log_repair.h"
#include "log/log_replay.h"
#include "log/log_slot.h"

#include <inttypes.h>
#include <string.h>

/* Of struct log the check uses only the store, the genesis, the folder of own copies
 * and the pin.  It has a state of its own, so that nothing is believed because an
 * earlier run believed it. */
struct check {
	struct log *log;
	const struct log_visitor *visitor;
	struct log_verified *out;
	struct buf slot;
	struct entry *entry;
	uint64_t last; /* highest slot in the store when the check began */
};

static void
check_done(struct check *check)
{
	buf_done(&check->slot);
	mem_free(check->entry);
}

void
log_verified_done(struct log_verified *verified)
{
	state_free(TAKE(verified->state));
}

static void
compare_pin(struct log_verified *out, uint64_t n, const struct hash *head)
{
	if (!out->was_pinned || n != out->pin.n)
		return;
	out->pin_slot_missing = false;
	out->pin_agrees = hash_equal(head, &out->pin.head);
	out->pin_found = *head;
}

static int
show(struct check *check, const struct log_slot *slot, struct amana_error *err)
{
	if (check->visitor == NULL || check->visitor->slot == NULL)
		return 0;
	return check->visitor->slot(check->visitor->arg, slot, err);
}

/* Counts and shows a slot that judge_slot or judge_skip has taken in, and its entries
 * if it is valid. */
static int
show_good(struct check *check, struct log_slot *slot, const struct judge_report *report,
	  struct amana_error *err)
{
	struct batch_parts parts;
	int r;

	slot->verdict = report->verdict;
	slot->head = report->head;
	slot->signer = report->signer;
	slot->reason = report->reason;
	slot->note = report->has_note ? &report->note : NULL;
	check->out->n_slots++;
	compare_pin(check->out, slot->n, &slot->head);
	r = show(check, slot, err);
	if (report->verdict == VERDICT_VOID)
		check->out->n_void++;
	if (r != 0 || report->verdict != VERDICT_VALID)
		return r;
	check->out->n_valid++;
	check->out->n_entries += report->note.after - report->note.before;
	if (check->visitor == NULL || check->visitor->entry == NULL)
		return 0;
	if (batch_split(slot->bytes, &parts, err) < 0)
		return err_bug(err, "a valid batch has no parts");
	return log_visit_entries(slot, parts.entries, check->visitor, check->entry, err);
}

/* Who were admins in the pinned history, which is replayed from this machine's copies;
 * that they are not to be known is no failure. */
static int
know_admins(struct log *log, struct amana_error *err)
{
	int r = log->n_admins > 0 ? 1 : log_replay_to(log, log->pin.n, err);

	if (r == 0)
		return log_core_note_admins(log, err);
	return r < 0 && err->code == AMANA_E_NOMEM ? -1 : 0;
}

/* Slot n is damaged in the store: if this machine's own copy is good, that is judged
 * and shown in its place. */
static int
use_copy(struct check *check, uint64_t n, bool *ret_used, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf good = BUF_INIT(BATCH_BYTES_MAX);
	struct log *log = check->log;
	struct log_slot slot = {.n = n, .own_copy = true};
	struct judge_report report;
	struct amana_error ignored;
	int r;

	*ret_used = false;
	r = log->is_pinned ? log_copy_get(&log->copy, n, &good, err) : 1;
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (judge_slot(check->out->state, BYTES_OF(good), &report, err) < 0)
		return -1;
	if (report.verdict != VERDICT_VALID && report.verdict != VERDICT_VOID)
		return 0;
	*ret_used = true;
	check->out->n_damaged++;
	slot.bytes = BYTES_OF(good);
	r = show_good(check, &slot, &report, err);
	if (r != 0)
		return r;
	/* Whether a skip stands in the way depends on who signed it. */
	if (know_admins(log, err) < 0)
		return -1;
	/* A repair may fail because a later slot passes over this one.  That slot is
	 * then found void or damaged when its turn comes. */
	if (log->n_admins > 0 && log_repair(log, n, BYTES_OF(good), &ignored) == 0)
		check->out->n_repaired++;
	return 0;
}

static int
show_passed(struct check *check, uint64_t n, struct amana_error *err)
{
	struct log_slot slot = {.n = n,
				.verdict = VERDICT_DAMAGED,
				.passed_over = true,
				.reason = "passed over by a skip"};
	int r = log_slot_fetch(check->log, n, &check->slot, err);

	if (r < 0)
		return -1;
	if (r == 0) {
		hash_of(check->slot.data, check->slot.len, &slot.head);
		slot.bytes = BYTES_OF(check->slot);
	}
	check->out->n_slots++;
	check->out->n_passed++;
	compare_pin(check->out, n, &slot.head);
	return show(check, &slot, err);
}

struct passing {
	struct check *check;
	uint64_t last;
};

#define PASSED_ALL 0x20000 /* no visitor returns this */

static int
show_next_passed(void *arg, uint64_t n, struct amana_error *err)
{
	struct passing *passing = arg;

	return n > passing->last ? PASSED_ALL : show_passed(passing->check, n, err);
}

/* Of many slots only those that are there: the others are told by their range. */
static int
show_all_passed(struct check *check, const struct log_damage *damage,
		struct amana_error *err)
{
	struct passing passing = {.check = check, .last = damage->last};
	int r = log_slot_each_after(check->log, damage->first - 1, show_next_passed,
				    &passing, err);

	return r == PASSED_ALL ? 0 : r;
}

/* If a skip passes over the next slot, shows every slot that it passes over, then the
 * skip itself. */
static int
use_skip(struct check *check, bool *ret_used, struct amana_error *err)
{
	struct judge_report report;
	struct log_damage damage;
	struct log_slot slot = {.n = 0};
	int r = log_damage_find_skip(check->log, check->out->state, &damage, &report,
				     err);

	*ret_used = r == 0;
	if (r != 0)
		return r < 0 ? -1 : 0;
	r = show_all_passed(check, &damage, err);
	if (r != 0)
		return r;
	r = log_slot_fetch(check->log, damage.last + 1, &check->slot, err);
	if (r != 0)
		return r < 0 ? -1
			     : err_set(err, AMANA_E_IO,
				       "the store changes while it is read");
	slot.n = damage.last + 1;
	slot.bytes = BYTES_OF(check->slot);
	return show_good(check, &slot, &report, err);
}

#define STOP_HERE 0x10000 /* no visitor returns this */

/* The store's slot n is damaged; `reason` says how.  STOP_HERE: neither a copy nor a
 * skip leads on. */
static int
pass_damage(struct check *check, uint64_t n, const char *reason, struct amana_error *err)
{
	struct log_slot slot = {.n = n, .verdict = VERDICT_DAMAGED, .reason = reason};
	bool used;
	int r = use_copy(check, n, &used, err);

	if (r != 0 || used)
		return r;
	r = use_skip(check, &used, err);
	if (r != 0 || used)
		return r;
	if (log_slot_fetch(check->log, n, &check->slot, err) == 0) {
		slot.bytes = BYTES_OF(check->slot);
		hash_of(slot.bytes.data, slot.bytes.len, &slot.head);
	}
	check->out->n_slots++;
	check->out->n_damaged++;
	compare_pin(check->out, n, &slot.head);
	r = show(check, &slot, err);
	return r != 0 ? r : STOP_HERE;
}

/* Judges and shows the next slot.  STOP_HERE: the log ends, or the check cannot go on. */
static int
step(struct check *check, struct amana_error *err)
{
	uint64_t n = state_slot(check->out->state) + 1;
	struct log_slot slot = {.n = n};
	struct judge_report report;
	int r = log_slot_fetch(check->log, n, &check->slot, err);

	if (r < 0)
		return -1;
	if (r == LOG_SLOT_MISSING && n > check->last) {
		check->out->is_newer = state_format(check->out->state) != 1;
		check->out->complete = !check->out->is_newer;
		return STOP_HERE;
	}
	if (r > 0) {
		buf_clear(&check->slot);
		return pass_damage(check, n, log_slot_reason(r), err);
	}
	if (judge_slot(check->out->state, BYTES_OF(check->slot), &report, err) < 0)
		return -1;
	if (report.verdict == VERDICT_NEWER) {
		check->out->is_newer = true;
		return STOP_HERE;
	}
	if (report.verdict == VERDICT_DAMAGED)
		return pass_damage(check, n, report.reason, err);
	slot.bytes = BYTES_OF(check->slot);
	return show_good(check, &slot, &report, err);
}

static int
close_pin(struct check *check, struct amana_error *err)
{
	struct log_verified *out = check->out;
	uint64_t first;

	if (!out->was_pinned || out->pin_agrees || state_n_restored(out->state) == 0)
		return 0;
	if (log_dispute_first(check->log, &first, err) < 0)
		return -1;
	out->pin_agrees = log_dispute_is_restored(check->log, out->state, first);
	return 0;
}

/* Where the store has another slot than the pinned one, it matters who were admins. */
static int
compare_pinned_slot(struct check *check, struct amana_error *err)
{
	struct log *log = check->log;
	struct hash head;
	int r = log_slot_fetch(log, log->pin.n, &check->slot, err);

	if (r < 0 || log->pin.n == 0)
		return r;
	hash_of(check->slot.data, check->slot.len, &head);
	if (r == 0 && hash_equal(&head, &log->pin.head))
		return 0;
	return know_admins(log, err);
}

static int
run(struct check *check, struct amana_error *err)
{
	struct log_verified *out = check->out;
	int r;

	check->entry = mem_new(sizeof *check->entry, err);
	if (check->entry == NULL || log_slot_last(check->log, &check->last, err) < 0 ||
	    state_new(&check->log->genesis, &check->log->fingerprint, &out->state, err) <
		    0)
		return -1;
	if (check->log->is_pinned) {
		if (log_keep_read_pin(check->log, err) < 0)
			return -1;
		out->was_pinned = true;
		out->pin = check->log->pin;
		out->pin_slot_missing = true;
		compare_pin(out, 0, &check->log->fingerprint);
		if (compare_pinned_slot(check, err) < 0)
			return -1;
	}
	while ((r = step(check, err)) == 0)
		;
	if (r == STOP_HERE)
		r = close_pin(check, err);
	return r;
}

int
log_verify(struct log *log, const struct log_visitor *visitor,
	   struct log_verified *ret_verified, struct amana_error *err)
{
	CLEANUP(log_verified_done) struct log_verified out = {.n_slots = 0};
	CLEANUP(check_done)
	struct check check = {.log = log,
			      .visitor = visitor,
			      .out = &out,
			      .slot = BUF_INIT(BATCH_BYTES_MAX)};
	int r = run(&check, err);

	if (r != 0)
		return r;
	*ret_verified = out;
	out.state = NULL; /* it is the caller's now */
	return 0;
}
