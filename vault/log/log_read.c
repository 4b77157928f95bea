/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_read.h"

#include "log/log_core.h"
#include "log/log_heads.h"
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

bool
log_was_seen(const struct log *log, uint64_t n)
{
	struct amana_error none = AMANA_ERROR_INIT;
	struct pin pin;

	if (n <= state_slot(log->state))
		return true;
	return log->dirfd >= 0 && pin_get(log->dirfd, &pin, &none) == 0 && pin.n >= n &&
	       hash_equal(&pin.fingerprint, &log->fingerprint);
}

int
log_head_at(struct log *log, uint64_t n, struct hash *ret_head, struct amana_error *err)
{
	const struct state_skip *skip;
	int r;

	if (check_synced(log, n, err) < 0)
		return -1;
	if (n == 0 || n == state_slot(log->state)) {
		*ret_head = n == 0 ? log->fingerprint : *state_head(log->state);
		return 0;
	}
	skip = skip_over(log, n);
	if (skip != NULL && skip->last == n) {
		*ret_head = skip->head;
		return 0;
	}
	r = log_heads_get(log, n, ret_head, err);
	return r > 0 ? lost_slot(n, err) : r;
}

/* Reads slot n, from the own copies or the store, as replay had it.  1: neither has it.
 */
static int
read_accepted(struct log *log, uint64_t n, struct buf *buf, struct hash *ret_head,
	      struct amana_error *err)
{
	struct hash want;
	int r;

	if (log_head_at(log, n, &want, err) < 0)
		return -1;
	for (int own = 1; own >= 0; own--) {
		r = read_any(log, n, own != 0, buf, err);
		if (r < 0)
			return -1;
		hash_of(buf->data, buf->len, ret_head);
		if (r == 0 && hash_equal(ret_head, &want))
			return 0;
	}
	return 1;
}

int
log_load_slot(struct log *log, uint64_t n, struct buf *buf, struct amana_error *err)
{
	size_t at = buf->len;
	struct hash head;
	int r = read_accepted(log, n, &log->scratch, &head, err);

	if (r != 0)
		return r < 0 ? -1 : lost_slot(n, err);
	if (buf_add(buf, log->scratch.data, log->scratch.len, err) < 0) {
		buf->len = at;
		return -1;
	}
	return 0;
}

static bool
is_void(const struct log *log, uint64_t n)
{
	for (size_t i = 0; i < log->n_voids; i++)
		if (log->voids[i] == n)
			return true;
	return false;
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
	int r;

	if (entry == NULL || check_synced(log, 0, err) < 0)
		return -1;
	for (uint64_t n = from > 0 ? from : 1; n <= state_slot(log->state); n++) {
		struct log_slot slot = {.n = n, .verdict = VERDICT_VALID, .reason = ""};
		const struct state_skip *skip = skip_over(log, n);

		if (skip != NULL) {
			n = skip->last;
			continue;
		}
		if (is_void(log, n))
			continue;
		r = read_accepted(log, n, &bytes, &slot.head, err);
		if (r != 0)
			return r < 0 ? -1 : lost_slot(n, err);
		slot.bytes = BYTES_OF(bytes);
		r = show(log, visitor, &slot, entry, err);
		if (r != 0)
			return r;
	}
	return 0;
}
