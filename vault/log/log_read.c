/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_read.h"

#include "log/log_core.h"
#include "log/log_slot.h"

#include <inttypes.h>
#include <string.h>

/* Reads slot n into buf: `own`: from the copies, otherwise from the store.  1: it
 * cannot be read there. */
static int
read_any(struct log *log, uint64_t n, bool own, struct buf *buf, struct amana_error *err)
{
	int r;

	buf_clear(buf);
	if (own) {
		if (!log_core_keeps(log) || n > log->pin.n)
			return 1;
		r = log_copy_get(&log->copy, n, buf, err);
		return r < 0 && err->code != AMANA_E_NOMEM ? 1 : r;
	}
	r = log_slot_fetch(log, n, buf, err);
	return r > 0 ? 1 : r;
}

/* Line 3 of the note of a slot that was judged before: the SHA-256 of the slot before
 * it.  -1: these are other bytes. */
static int
prev_of(struct bytes slot, struct hash *ret_prev)
{
	struct amana_error ignored;
	struct batch_parts parts;
	struct text_cursor cursor;
	struct bytes line;

	if (batch_split(slot, &parts, &ignored) < 0)
		return -1;
	cursor = (struct text_cursor){(const char *)parts.text.data,
				      (const char *)parts.text.data + parts.text.len};
	for (int i = 0; i < 3; i++)
		if (text_line(&cursor, &line) < 0)
			return -1;
	return hash_parse((const char *)line.data, line.len, ret_prev);
}

static const struct state_skip *
skip_over(const struct log *log, uint64_t n)
{
	for (uint32_t i = 0; i < state_n_skips(log->state); i++) {
		const struct state_skip *skip = state_skip_at(log->state, i);

		if (skip->first <= n && n <= skip->last)
			return skip;
	}
	return NULL;
}

static int
check_synced(const struct log *log, uint64_t n, struct amana_error *err)
{
	if (log->state == NULL || n > state_slot(log->state))
		return err_bug(err, "batch %" PRIu64 " has not been taken in yet", n);
	return 0;
}

static int
lost_slot(uint64_t n, struct amana_error *err)
{
	return err_reason(
		err, AMANA_REASON_DAMAGED_LOG, AMANA_E_TAMPERED,
		"batch %" PRIu64
		" is not what it was when it was verified, here nor in the store",
		n);
}

int
log_head_at(struct log *log, uint64_t n, struct hash *ret_head, struct amana_error *err)
{
	int r;

	if (check_synced(log, n, err) < 0)
		return -1;
	if (n == 0)
		*ret_head = log->fingerprint;
	if (n == state_slot(log->state))
		*ret_head = *state_head(log->state);
	if (n == 0 || n == state_slot(log->state))
		return 0;
	for (int own = 1; own >= 0; own--) {
		CLEANUP(buf_done) struct buf next = BUF_INIT(BATCH_BYTES_MAX);

		r = read_any(log, n + 1, own != 0, &next, err);
		if (r < 0)
			return -1;
		if (r == 0 && prev_of(BYTES_OF(next), ret_head) == 0)
			return 0;
	}
	return lost_slot(n, err);
}

int
log_load_slot(struct log *log, uint64_t n, struct buf *buf, struct amana_error *err)
{
	struct hash want, head;
	size_t at = buf->len;
	int r;

	if (log_head_at(log, n, &want, err) < 0)
		return -1;
	for (int own = 1; own >= 0; own--) {
		r = read_any(log, n, own != 0, &log->scratch, err);
		if (r < 0)
			return -1;
		hash_of(log->scratch.data, log->scratch.len, &head);
		if (r > 0 || !hash_equal(&head, &want))
			continue;
		if (buf_add(buf, log->scratch.data, log->scratch.len, err) < 0) {
			buf->len = at;
			return -1;
		}
		return 0;
	}
	return lost_slot(n, err);
}

static bool
is_void(const struct log *log, uint64_t n)
{
	for (size_t i = 0; i < log->n_voids; i++)
		if (log->voids[i] == n)
			return true;
	return false;
}

/* Checks that the slot follows the one whose SHA-256 is *prev, if that is known, and
 * sets *prev to its own.  -1: it is not the slot of this history. */
static int
visit(struct log *log, uint64_t n, struct buf *slot, bool *knows_prev, struct hash *prev,
      struct log_slot *seen)
{
	struct hash before;

	if (prev_of(BYTES_OF(*slot), &before) < 0 ||
	    (*knows_prev && !hash_equal(&before, prev)))
		return -1;
	hash_of(slot->data, slot->len, &seen->head);
	if (n == state_slot(log->state) &&
	    !hash_equal(&seen->head, state_head(log->state)))
		return -1;
	*knows_prev = true;
	*prev = seen->head;
	return 0;
}

static int
show(struct log *log, const struct log_visitor *visitor, struct log_slot *slot,
     struct entry *entry, struct amana_error *err)
{
	struct batch_parts parts;
	struct batch_note note;
	int r = 0;

	if (batch_split(slot->bytes, &parts, err) < 0 ||
	    batch_note_decode(parts.text, log->genesis.origin, &note, err) < 0 ||
	    member_code_parse((const char *)parts.sig.name.data, parts.sig.name.len,
			      &slot->signer) < 0)
		return lost_slot(slot->n, err);
	slot->note = &note;
	if (visitor->slot != NULL)
		r = visitor->slot(visitor->arg, slot, err);
	return r != 0 ? r : log_visit_entries(slot, parts.entries, visitor, entry, err);
}

int
log_each(struct log *log, uint64_t from, const struct log_visitor *visitor,
	 struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	bool knows_prev = false;
	struct hash prev;
	int r;

	if (entry == NULL || check_synced(log, 0, err) < 0)
		return -1;
	for (uint64_t n = from > 0 ? from : 1; n <= state_slot(log->state); n++) {
		struct log_slot slot = {.n = n, .verdict = VERDICT_VALID, .reason = ""};
		const struct state_skip *skip = skip_over(log, n);

		if (skip != NULL) {
			n = skip->last;
			prev = skip->head;
			knows_prev = true;
			continue;
		}
		r = read_any(log, n, true, &bytes, err);
		if (r == 0)
			r = visit(log, n, &bytes, &knows_prev, &prev, &slot) < 0;
		if (r > 0) {
			r = read_any(log, n, false, &bytes, err);
			if (r == 0)
				r = visit(log, n, &bytes, &knows_prev, &prev, &slot) < 0;
		}
		if (r != 0)
			return r < 0 ? -1 : lost_slot(n, err);
		if (is_void(log, n))
			continue;
		slot.bytes = BYTES_OF(bytes);
		r = show(log, visitor, &slot, entry, err);
		if (r != 0)
			return r;
	}
	return 0;
}
