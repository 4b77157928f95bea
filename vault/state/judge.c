/* SPDX-License-Identifier: Apache-2.0 */
#include "state/judge.h"

#include "base/text.h"
#include "state/state_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *
verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_VALID:
		return "valid";
	case VERDICT_VOID:
		return "void";
	case VERDICT_DAMAGED:
		return "damaged";
	case VERDICT_NEWER:
		break;
	}
	return "newer";
}

PRINTF_LIKE(3, 4)
static void
find_that(struct judge_report *report, enum verdict verdict, const char *fmt, ...)
{
	va_list args;

	report->verdict = verdict;
	va_start(args, fmt);
	vsnprintf(report->reason, sizeof report->reason, fmt, args);
	va_end(args);
	text_make_safe(report->reason);
}

/* The slot that is being judged: its bytes, and which slot it is to be. */
struct trial {
	struct state *state;
	struct bytes slot;
	uint64_t n;
	const struct hash *prev;
	bool skipping;
	struct batch_parts parts;
	struct state_signer signer;
	struct judge_report *report;
};

/* Finds the member who has or had the key that made the signature.  False: there is
 * none. */
static bool
find_signer(struct trial *t)
{
	const struct note_sig *sig = &t->parts.sig;
	const struct state_key *keys = KEYS(t->state);
	struct member_code code;
	uint32_t member, key;

	if (member_code_parse((const char *)sig->name.data, sig->name.len, &code) < 0)
		return false;
	member = state_find_member(t->state, &code);
	if (member == NO_ROW)
		return false;
	for (key = MEMBERS(t->state)[member].keys_; key != NO_ROW;
	     key = keys[key].older) {
		if (memcmp(keys[key].id, sig->id, sizeof sig->id) == 0 &&
		    sign_verify(keys[key].pub, t->parts.text.data, t->parts.text.len,
				sig->sig)) {
			t->signer.code = t->report->signer = code;
			memcpy(t->signer.pub, keys[key].pub, sizeof t->signer.pub);
			return true;
		}
	}
	return false;
}

/* Rules 1 and 2 of docs/FORMAT.md section 9.  False: one of them gave the verdict. */
static bool
note_is_good(struct trial *t)
{
	struct judge_report *report = t->report;
	struct amana_error why;

	if (batch_split(t->slot, &t->parts, &why) < 0 ||
	    batch_note_fits(t->parts.text, t->state->origin, t->n, t->prev, &why) < 0) {
		find_that(report, VERDICT_DAMAGED, "%s", why.msg);
		return false;
	}
	if (!find_signer(t)) {
		find_that(report, VERDICT_DAMAGED,
			  "no key ever enrolled has made its signature");
		return false;
	}
	if (batch_note_decode(t->parts.text, t->state->origin, &report->note, &why) < 0) {
		find_that(report, VERDICT_VOID, "%s", why.msg);
		return false;
	}
	report->has_note = true;
	if (report->note.before != t->state->frontier.size ||
	    report->note.after <= report->note.before) {
		find_that(report, VERDICT_VOID,
			  "the note's sizes do not continue a tree of %llu",
			  (unsigned long long)t->state->frontier.size);
		return false;
	}
	return true;
}

/* Applies the entries to the state until one is not allowed, which makes the slot
 * void.  All of them go into the tree, whose root decides whether the slot is damaged.
 * -1: no memory. */
static int
take_entries(struct trial *t, struct merkle_frontier *tree, struct amana_error *err)
{
	struct judge_report *report = t->report;
	uint64_t n = report->note.after - report->note.before, i;
	struct bytes rest = t->parts.entries, raw;
	struct state_why why;
	struct amana_error bad;
	struct entry entry;
	struct hash leaf;
	int r = 0;

	for (i = 0; (r = batch_next(&rest, &raw, &bad)) == 0 && i < n; i++) {
		entry_leaf(raw, &leaf);
		merkle_append(tree, &leaf);
		if (report->verdict != VERDICT_VALID)
			continue;
		if (entry_decode(raw, &entry, &bad) < 0) {
			find_that(report, VERDICT_VOID, "entry %llu: %s",
				  (unsigned long long)i + 1, bad.msg);
			continue;
		}
		r = state_apply(t->state, raw, &entry, &leaf, &why, err);
		if (r < 0)
			return -1;
		if (r > 0)
			find_that(report, VERDICT_VOID, "entry %llu, %s: %s",
				  (unsigned long long)i + 1, action_name(entry.action),
				  why.text);
	}
	if (r != 1 || i != n)
		find_that(report, VERDICT_DAMAGED, "its bytes are not the %s signed for",
			  text_count(n, "entry", "entries").text);
	return 0;
}

/* Rules 3 and 4 of docs/FORMAT.md section 9, within a transaction. */
static int
judge_entries(struct trial *t, struct amana_error *err)
{
	struct merkle_frontier tree = t->state->frontier;
	struct judge_report *report = t->report;
	struct hash root;

	if (take_entries(t, &tree, err) < 0)
		return -1;
	if (report->verdict == VERDICT_DAMAGED)
		return 0;
	merkle_root(&tree, &root);
	if (memcmp(&root, &report->note.root, HASH_LEN) != 0)
		find_that(report, VERDICT_DAMAGED,
			  "its entries are not those signed for");
	else if (report->verdict == VERDICT_VALID && t->skipping &&
		 report->note.after - report->note.before != 1)
		find_that(report, VERDICT_VOID, "a skip stands alone");
	return 0;
}

static int
judge(struct trial *t, struct amana_error *err)
{
	struct judge_report *report = t->report;
	struct state_why why;
	int r;

	*report = (struct judge_report){.verdict = VERDICT_VALID};
	/* No more of a slot is ever read (docs/FORMAT.md section 4). */
	hash_of(t->slot.data,
		t->slot.len > BATCH_BYTES_MAX ? BATCH_BYTES_MAX + 1 : t->slot.len,
		&report->head);
	if (t->state->vault.format != 1) {
		find_that(report, VERDICT_NEWER,
			  "the vault's format is %llu, this program knows 1",
			  (unsigned long long)t->state->vault.format);
		return 0;
	}
	if (!note_is_good(t))
		return 0;

	if (t->skipping)
		r = state_begin_skip(t->state, t->n - 1, t->prev, &t->signer, err);
	else
		r = state_begin(t->state, t->n, t->prev, &t->signer, err);
	if (r == 0)
		r = judge_entries(t, err);
	if (r == 0 && report->verdict == VERDICT_VALID) {
		r = state_commit(t->state, &report->head,
				 report->note.has_bundle ? &report->note.bundle : NULL,
				 &why, err);
		if (r == 0)
			return 0;
		if (r > 0)
			find_that(report, VERDICT_VOID, "%s", why.text);
	}
	state_rollback(t->state);
	if (report->verdict == VERDICT_DAMAGED) /* the signer did not sign these bytes */
		report->signer = (struct member_code){""};
	return r < 0 ? -1 : 0;
}

int
judge_slot(struct state *state, struct bytes slot, struct judge_report *ret_report,
	   struct amana_error *err)
{
	struct hash prev = state->head;
	struct trial t = {.state = state,
			  .slot = slot,
			  .n = state->slot + 1,
			  .prev = &prev,
			  .report = ret_report};

	if (judge(&t, err) < 0)
		return -1;
	if (ret_report->verdict == VERDICT_VOID)
		state_pass(state, &ret_report->head);
	return 0;
}

int
judge_skip(struct state *state, uint64_t m, const struct hash *head_m, struct bytes slot,
	   struct judge_report *ret_report, struct amana_error *err)
{
	struct hash prev = *head_m;
	struct trial t = {.state = state,
			  .slot = slot,
			  .n = m + 1,
			  .prev = &prev,
			  .skipping = true,
			  .report = ret_report};

	if (m <= state->slot)
		return err_bug(err, "a skip to a slot that was judged");
	return judge(&t, err);
}
