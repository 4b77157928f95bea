/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_repair.h"

#include "base/text.h"
#include "log/log_slot.h"

#include <inttypes.h>
#include <string.h>

static bool
is_signed_by_admin(const struct state *state, const struct batch_parts *parts)
{
	const struct state_member *member;
	struct member_code code;
	struct note_key key;

	if (member_code_parse((const char *)parts->sig.name.data, parts->sig.name.len,
			      &code) < 0 ||
	    !state_has_role(state, &code, ROLE_ADMIN))
		return false;
	member = state_member(state, &code);
	return note_key_make(code.text, member->pub, &key) == 0 &&
	       note_verify(parts->text, &parts->sig, 1, &key, 1);
}

/* True if the slot holds a single `skip` entry signed by an admin. */
static bool
is_skip(const struct state *state, struct bytes slot, struct entry *scratch,
	struct act_skip *ret_skip)
{
	struct amana_error ignored;
	struct batch_parts parts;
	struct bytes rest, raw;

	if (batch_split(slot, &parts, &ignored) < 0)
		return false;
	rest = parts.entries;
	if (batch_next(&rest, &raw, &ignored) != 0 || rest.len != 0 ||
	    entry_decode(raw, scratch, &ignored) < 0 || scratch->action != ACT_SKIP ||
	    !is_signed_by_admin(state, &parts))
		return false;
	*ret_skip = scratch->own.skip;
	return true;
}

static int
stop(const struct act_skip *skip, uint64_t in, uint64_t n, const struct hash *good,
     struct amana_error *err)
{
	return err_reason(
		err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
		"batch %" PRIu64
		" passes over %s, but this machine holds a good copy of batch %" PRIu64
		" (%s...): people must decide which history holds",
		in, text_range(skip->first, skip->last, "batch", "batches").text, n,
		log_short(good).text);
}

int
log_repair_check_skip(struct log *log, uint64_t n, struct bytes slot,
		      struct amana_error *err)
{
	CLEANUP(buf_done) struct buf own = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf theirs = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct act_skip skip;
	struct hash good;
	int r;

	if (entry == NULL)
		return -1;
	if (!log_core_keeps(log) || !is_skip(log->state, slot, entry, &skip) ||
	    skip.first >= n)
		return 0;
	r = log_copy_get(&log->copy, skip.first, &own, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	r = log_slot_fetch(log, skip.first, &theirs, err);
	if (r < 0)
		return -1;
	if (r == 0 && bytes_equal(BYTES_OF(own), BYTES_OF(theirs)))
		return 0; /* nothing is damaged: the skip is just a void slot */
	hash_of(own.data, own.len, &good);
	return stop(&skip, n, skip.first, &good, err);
}

/* -1 with both sides if a later slot of the store is an admin's skip over n. */
static int
check_passed_over(struct log *log, const struct state *state, uint64_t n,
		  const struct hash *good, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct act_skip skip;
	uint64_t last;
	int r;

	if (entry == NULL || log_slot_last(log, &last, err) < 0)
		return -1;
	for (uint64_t k = n + 1; k <= last; k++) {
		r = log_slot_fetch(log, k, &slot, err);
		if (r < 0)
			return -1;
		if (r == 0 && is_skip(state, BYTES_OF(slot), entry, &skip) &&
		    skip.first <= n && n <= skip.last && skip.last + 1 == k)
			return stop(&skip, k, n, good, err);
	}
	return 0;
}

bool
log_repair_put(struct log *log, uint64_t n, struct bytes good)
{
	struct log_event event = {.kind = LOG_EVENT_REPAIRED, .slot = n, .last = n};
	struct store_name name = store_name_slot(n);
	struct amana_error why = AMANA_ERROR_INIT;

	hash_of(good.data, good.len, &event.head);
	if ((log->flags & LOG_NO_REPAIR) != 0)
		err_set(&why, AMANA_E_DENIED, "repairs were not asked for");
	else if (store_replace(log->store, name.text, good, &event.head, &why) == 0)
		why.code = AMANA_OK;
	if (why.code != AMANA_OK) {
		event.kind = LOG_EVENT_NOT_REPAIRED;
		memcpy(event.reason, why.msg, sizeof event.reason);
	}
	log_core_tell(log, &event);
	return event.kind == LOG_EVENT_REPAIRED;
}

int
log_repair(struct log *log, const struct state *state, uint64_t n, struct bytes good,
	   struct amana_error *err)
{
	struct hash head;

	hash_of(good.data, good.len, &head);
	if (check_passed_over(log, state, n, &head, err) < 0)
		return -1;
	return log_repair_put(log, n, good) ? 0 : 1;
}
