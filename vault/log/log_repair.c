/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_repair.h"

#include "base/text.h"
#include "log/log_known.h"
#include "log/log_slot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A skip that somebody signed, as it stands in slot `in`. */
struct skip_seen {
	struct act_skip skip;
	uint64_t in;
	struct hash head; /* of that slot */
	struct member_code signer;
	bool by_admin; /* at the end of what this machine had verified, by the same key */
};

/* The signer was an admin at the end of the history that was verified, by this key. */
static bool
is_signed_by_admin(const struct log *log, const struct batch_parts *parts,
		   struct member_code *ret_signer)
{
	struct note_key key;

	if (member_code_parse((const char *)parts->sig.name.data, parts->sig.name.len,
			      ret_signer) < 0)
		return false;
	for (size_t i = 0; i < log->n_admins; i++)
		if (member_code_equal(&log->admins[i].code, ret_signer) &&
		    note_key_make(ret_signer->text, log->admins[i].pub, &key) == 0 &&
		    note_verify(parts->text, &parts->sig, 1, &key, 1))
			return true;
	return false;
}

/* True if slot n, which has these bytes, holds a single `skip` entry that ends with the
 * slot before it. */
static bool
is_skip(const struct log *log, uint64_t n, struct bytes slot, struct entry *scratch,
	struct skip_seen *ret_seen)
{
	struct amana_error ignored;
	struct batch_parts parts;
	struct bytes rest, raw;

	if (batch_split(slot, &parts, &ignored) < 0)
		return false;
	rest = parts.entries;
	if (batch_next(&rest, &raw, &ignored) != 0 || rest.len != 0 ||
	    entry_decode(raw, scratch, &ignored) < 0 || scratch->action != ACT_SKIP ||
	    scratch->own.skip.last + 1 != n)
		return false;
	*ret_seen = (struct skip_seen){.skip = scratch->own.skip, .in = n};
	ret_seen->by_admin = is_signed_by_admin(log, &parts, &ret_seen->signer);
	hash_of(slot.data, slot.len, &ret_seen->head);
	return true;
}

/* This machine holds good bytes, `good`, of slot n, which the skip passes over.  0: the
 * skip is not followed.  -1: people must decide; if they have, log->accepted_over says
 * so. */
static int
weigh(struct log *log, const struct skip_seen *seen, uint64_t n, const struct hash *good,
      struct amana_error *err)
{
	struct log_event event = {.kind = LOG_EVENT_SKIP_REFUSED,
				  .slot = seen->skip.first,
				  .last = seen->skip.last,
				  .head = seen->head,
				  .signer = seen->signer};
	char line[LOG_KNOWN_LINE_MAX + 1], hex[HASH_HEX_LEN + 1];
	bool accepted;

	if (!seen->by_admin) {
		log_core_tell(log, &event);
		return 0;
	}
	hash_hex(&seen->head, hex);
	snprintf(line, sizeof line, "skip %s", hex);
	if (log_known_has(log, line, &accepted, err) < 0)
		return -1;
	if (accepted)
		log->accepted_over = seen->skip.first;
	return err_reason(
		err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
		"batch %" PRIu64 " by %s (head %s) passes over %s, of which this machine "
		"holds good bytes (batch %" PRIu64 ", %s...): people must decide",
		seen->in, seen->signer.text, hex,
		text_range(seen->skip.first, seen->skip.last, "batch", "batches").text, n,
		log_short(good).text);
}

int
log_repair_check_skip(struct log *log, uint64_t n, struct bytes slot,
		      struct amana_error *err)
{
	CLEANUP(buf_done) struct buf own = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf theirs = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct skip_seen seen;
	struct hash good;
	int r;

	if (entry == NULL)
		return -1;
	if (!log_core_keeps(log) || !is_skip(log, n, slot, entry, &seen) ||
	    seen.skip.first >= n)
		return 0;
	r = log_copy_get(&log->copy, seen.skip.first, &own, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	r = log_slot_fetch(log, seen.skip.first, &theirs, err);
	if (r < 0)
		return -1;
	if (r == 0 && bytes_equal(BYTES_OF(own), BYTES_OF(theirs)))
		return 0; /* nothing is damaged: the skip is just a void slot */
	hash_of(own.data, own.len, &good);
	if (weigh(log, &seen, seen.skip.first, &good, err) < 0)
		return -1;
	(void)log_repair_put(log, seen.skip.first, BYTES_OF(own));
	return 0;
}

struct looking { /* for skips over slot n, of which good bytes are here */
	struct log *log;
	uint64_t n;
	struct hash good;
	struct entry *entry;
	struct buf slot;
};

static int
weigh_slot(void *arg, uint64_t k, struct amana_error *err)
{
	struct looking *looking = arg;
	struct skip_seen seen;
	int r = log_slot_fetch(looking->log, k, &looking->slot, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (!is_skip(looking->log, k, BYTES_OF(looking->slot), looking->entry, &seen) ||
	    seen.skip.first > looking->n || looking->n > seen.skip.last)
		return 0;
	return weigh(looking->log, &seen, looking->n, &looking->good, err);
}

/* -1 with both sides if a later slot of the store is an admin's skip over n. */
static int
check_passed_over(struct log *log, uint64_t n, const struct hash *good,
		  struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct looking looking = {.log = log,
				  .n = n,
				  .good = *good,
				  .entry = entry,
				  .slot = BUF_INIT(BATCH_BYTES_MAX)};
	int r;

	if (entry == NULL)
		return -1;
	r = log_slot_each_after(log, n, weigh_slot, &looking, err);
	buf_done(&looking.slot);
	return r;
}

int
log_accept_skip(struct log *log, uint64_t n, struct log_skip_accepted *ret_accepted,
		struct amana_error *err)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	char line[LOG_KNOWN_LINE_MAX + 1], hex[HASH_HEX_LEN + 1];
	struct skip_seen seen;
	int r;

	if (entry == NULL)
		return -1;
	r = log_slot_fetch(log, n, &slot, err);
	if (r < 0)
		return -1;
	if (r > 0 || !is_skip(log, n, BYTES_OF(slot), entry, &seen))
		return err_set(err, AMANA_E_MISSING, "batch %" PRIu64 " is no skip", n);
	hash_hex(&seen.head, hex);
	snprintf(line, sizeof line, "skip %s", hex);
	*ret_accepted = (struct log_skip_accepted){
		.first = seen.skip.first, .last = seen.skip.last, .signer = seen.signer};
	return log_known_add(log, line, err);
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
log_repair(struct log *log, uint64_t n, struct bytes good, struct amana_error *err)
{
	struct hash head;

	hash_of(good.data, good.len, &head);
	if (check_passed_over(log, n, &head, err) < 0)
		return -1;
	return log_repair_put(log, n, good) ? 0 : 1;
}
