/* SPDX-License-Identifier: Apache-2.0 */
#include "replay_log.h"

#include "dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(int r, const struct amana_error *err)
{
	if (r == 0)
		return;
	fprintf(stderr, "replay: %s\n", err->msg);
	exit(2);
}

/* ---- what must hold beside the verdict ---- */

static void
check_that(bool held, uint64_t n, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "replay: slot %llu: %s\n", (unsigned long long)n, what);
	exit(3);
}

/* Lines of a and b, where `head` may differ. */
static bool
same_dump(const struct state *a, const struct state *b, bool but_head)
{
	CLEANUP(dump_done) struct dump one = DUMP_INIT, two = DUMP_INIT;
	size_t n = 0;

	dump_state(&one, a, false);
	dump_state(&two, b, false);
	dump_sort(&one);
	dump_sort(&two);
	for (size_t i = 0; i < one.n_lines && i < two.n_lines; i++)
		n += strcmp(dump_at(&one, i), dump_at(&two, i)) == 0 ||
		     (but_head && strncmp(dump_at(&one, i), "head ", 5) == 0);
	return one.n_lines == two.n_lines && n == one.n_lines;
}

static void
take_snapshot(const struct state *state, struct buf *ret_bytes)
{
	struct amana_error err;

	buf_clear(ret_bytes);
	must(state_snapshot(state, ret_bytes, &err), &err);
}

static struct state *
restore(struct bytes bytes)
{
	struct state *state = NULL;
	struct amana_error err;

	must(state_restore(bytes, &state, &err), &err);
	return state;
}

/* The state was `before` and judged slot n; its snapshot restored is the same state, and
 * judges the slot just so. */
static void
check_slot(const struct state *state, struct bytes before, struct bytes slot, uint64_t n,
	   const struct judge_report *report)
{
	CLEANUP(buf_done) struct buf after = BUF_INIT(STATE_SNAPSHOT_MAX);
	CLEANUP(buf_done) struct buf twice = BUF_INIT(STATE_SNAPSHOT_MAX);
	CLEANUP(state_freep) struct state *other = restore(before), *again = NULL;
	struct judge_report second;
	struct amana_error err;

	if (report->verdict != VERDICT_VALID)
		check_that(same_dump(state, other, true), n,
			   "a slot that is not valid left something");
	must(judge_slot(other, slot, &second, &err), &err);
	check_that(second.verdict == report->verdict &&
			   strcmp(second.reason, report->reason) == 0,
		   n, "a restored state judges otherwise");
	check_that(same_dump(state, other, false), n, "a restored state goes elsewhere");
	take_snapshot(state, &after);
	again = restore(BYTES_OF(after));
	take_snapshot(again, &twice);
	check_that(bytes_equal(BYTES_OF(after), BYTES_OF(twice)), n,
		   "a snapshot of a snapshot is another");
	check_that(same_dump(state, again, false), n, "a snapshot lacks something");
}

/* ---- as vault/log does it ---- */

static void
head_of(struct bytes slot, struct hash *ret_head)
{
	hash_of(slot.data, slot.len > BATCH_BYTES_MAX ? BATCH_BYTES_MAX + 1 : slot.len,
		ret_head);
}

/* The first candidate from slot `first` on that is a skip, or 0. */
static uint64_t
find_skip(struct replay_log *log, struct state *state, uint64_t first,
	  struct judge_report *ret_report)
{
	bool has_head = false;
	struct amana_error err;
	struct hash head;

	for (uint64_t k = first; k < log->n; k++) {
		if (log->slots[k].missing) {
			has_head = false;
			continue;
		}
		if (has_head) {
			must(judge_skip(state, k - 1, &head, log->slots[k].bytes,
					ret_report, &err),
			     &err);
			if (ret_report->verdict == VERDICT_VALID)
				return k;
		}
		head_of(log->slots[k].bytes, &head);
		has_head = true;
	}
	return 0;
}

/* No slot after n can be judged; what is not there is damaged all the same. */
static uint64_t
end_at(struct replay_log *log, uint64_t n)
{
	for (uint64_t k = n + 1; k < log->n; k++) {
		if (log->slots[k].missing)
			log->slots[k].is = SLOT_DAMAGED;
	}
	return log->n;
}

/* Slot n is damaged or missing.  Returns the slot to go on with. */
static uint64_t
pass_damage(struct replay_log *log, struct state *state, uint64_t n)
{
	struct judge_report report;
	uint64_t skip = find_skip(log, state, n, &report);

	if (skip == 0) {
		log->slots[n].is = SLOT_DAMAGED;
		return end_at(log, n);
	}
	for (uint64_t k = n; k < skip; k++)
		log->slots[k].is = SLOT_PASSED_OVER;
	log->slots[skip].is = SLOT_VALID;
	return skip + 1;
}

/* Judges slot n as the next one.  Returns the slot to go on with. */
static uint64_t
take_slot(struct replay_log *log, struct state *state, uint64_t n)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(STATE_SNAPSHOT_MAX);
	struct log_slot *slot = &log->slots[n];
	struct judge_report report;
	struct amana_error err;

	if (slot->missing) {
		snprintf(slot->why, sizeof slot->why, "it is missing");
		return pass_damage(log, state, n);
	}
	if (n >= log->check_from)
		take_snapshot(state, &before);
	must(judge_slot(state, slot->bytes, &report, &err), &err);
	if (n >= log->check_from)
		check_slot(state, BYTES_OF(before), slot->bytes, n, &report);
	memcpy(slot->why, report.reason, sizeof slot->why);
	switch (report.verdict) {
	case VERDICT_VALID:
		slot->is = SLOT_VALID;
		return n + 1;
	case VERDICT_VOID:
		slot->is = SLOT_VOID;
		return n + 1;
	case VERDICT_DAMAGED:
		return pass_damage(log, state, n);
	case VERDICT_NEWER:
		break;
	}
	return end_at(log, n);
}

struct state *
replay_log(struct replay_log *log)
{
	struct state *state = NULL;
	struct hash fingerprint;
	struct genesis genesis;
	struct amana_error err;

	if (log->n == 0 || log->slots[0].missing ||
	    genesis_parse(log->slots[0].bytes, &genesis, &fingerprint, &err) < 0)
		return NULL;
	must(state_new(&genesis, &fingerprint, &state, &err), &err);
	log->slots[0].is = SLOT_VALID;
	for (uint64_t n = 1; n < log->n;)
		n = take_slot(log, state, n);
	return state;
}
