/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log.h"

#include "log/log_core.h"
#include "log/log_dispute.h"
#include "log/log_keep.h"
#include "log/log_read.h"
#include "log/log_repair.h"
#include "log/log_replay.h"
#include "log/log_slot.h"
#include "log/log_snapshot.h"

#include "base/file.h"
#include "crypto/words.h"

#include <inttypes.h>
#include <string.h>

/* The store has no genesis, but this machine may have a copy of the one that stood
 * here: that is put back and used.  1: it was; 0: there is no such copy. */
static int
use_own_genesis(struct log *log, bool is_missing, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf own = BUF_INIT(GENESIS_MAX);
	struct amana_error ignored;
	struct hash hash;
	struct pin pin;
	uint64_t size;

	if (log->base_dir == NULL ||
	    pin_find_location(log->base_dir, store_location(log->store), &pin,
			      &ignored) != 0)
		return 0;
	/* If the store has not even the pinned slot, it is rather a disk that is not
	 * mounted than a vault that lost its first file. */
	if (is_missing &&
	    store_stat(log->store, store_name_slot(pin.n).text, &size, &ignored) != 0)
		return 0;
	if (pin_folder(log->base_dir, &pin.fingerprint, &log->dirfd, err) < 0)
		return -1;
	log->copy.dirfd = log->dirfd;
	if (log_copy_get(&log->copy, 0, &own, &ignored) == 0) {
		hash_of(own.data, own.len, &hash);
		if (hash_equal(&hash, &pin.fingerprint) &&
		    genesis_parse(BYTES_OF(own), &log->genesis, &log->fingerprint,
				  &ignored) == 0) {
			log_repair_put(log, 0, BYTES_OF(own));
			return 1;
		}
	}
	file_closep(&log->dirfd);
	log->copy.dirfd = -1;
	return 0;
}

static int
read_genesis(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(GENESIS_MAX);
	struct amana_error why = AMANA_ERROR_INIT;
	int r = store_get(log->store, "vault", &bytes, &why), known;

	if (r == 0 &&
	    genesis_parse(BYTES_OF(bytes), &log->genesis, &log->fingerprint, &why) == 0)
		return 0;
	if (r < 0 && why.code == AMANA_E_LIMIT)
		err_set(&why, AMANA_E_TAMPERED,
			"the vault's first file is too long to be one");
	if (r > 0)
		err_reason(&why, AMANA_REASON_NO_VAULT, AMANA_E_MISSING,
			   "there is no vault at '%s'", store_location(log->store));
	known = why.code == AMANA_E_TAMPERED || why.code == AMANA_E_MISSING
			? use_own_genesis(log, r > 0, err)
			: 0;
	if (known != 0)
		return known < 0 ? -1 : 0;
	*err = why;
	return -1;
}

/* This vault is not pinned.  If another one is pinned at the same location, this is no
 * first contact: somebody has put a vault in the place of the known one.  -1:
 * AMANA_E_TAMPERED with both fingerprints. */
static int
check_location(struct log *log, struct amana_error *err)
{
	char known[WORDS_TEXT_MAX + 1], found[WORDS_TEXT_MAX + 1];
	struct pin pin;
	int r = pin_find_location(log->base_dir, store_location(log->store), &pin, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (hash_equal(&pin.fingerprint, &log->fingerprint))
		return 0;
	words_of_hash(&pin.fingerprint, known);
	words_of_hash(&log->fingerprint, found);
	return err_reason(
		err, AMANA_REASON_OTHER_VAULT, AMANA_E_TAMPERED,
		"another vault stands in the place of the one that this machine knows: known \"%s\", found \"%s\"",
		known, found);
}

/* 0: this vault is pinned here.  LOG_FIRST_CONTACT: it is not. */
static int
find_pin(struct log *log, struct amana_error *err)
{
	int r;

	if (log->base_dir == NULL)
		return LOG_FIRST_CONTACT;
	r = pin_read(log->base_dir, &log->fingerprint, &log->pin, err);
	if (r < 0)
		return -1;
	if (r > 0)
		return check_location(log, err) < 0 ? -1 : LOG_FIRST_CONTACT;
	if (log->dirfd < 0 &&
	    pin_folder(log->base_dir, &log->fingerprint, &log->dirfd, err) < 0)
		return -1;
	log->copy.dirfd = log->dirfd;
	log->is_pinned = true;
	return 0;
}

static int
take_options(struct log *log, const struct log_options *options, struct amana_error *err)
{
	log->flags = options->flags;
	log->event = options->event;
	log->event_arg = options->arg;
	if ((log->flags & LOG_STRANGER) == 0) {
		if (options->base_dir == NULL)
			return err_bug(err, "a log without a folder for its pin");
		log->base_dir = mem_dup(options->base_dir, err);
		if (log->base_dir == NULL)
			return -1;
	}
	if (options->snapshot_key != NULL &&
	    secret_from(options->snapshot_key->data, options->snapshot_key->len,
			&log->snapshot_key, err) < 0)
		return -1;
	return 0;
}

int
log_open(struct store *store, const struct log_options *options, struct log **ret_log,
	 struct amana_error *err)
{
	CLEANUP(log_freep) struct log *log = mem_new(sizeof *log, err);
	int r;

	if (log == NULL)
		return -1;
	log->store = store;
	log->dirfd = log->copy.dirfd = -1;
	log->scratch = (struct buf)BUF_INIT(BATCH_BYTES_MAX);
	log->heads = (struct buf)BUF_INIT((size_t)1 << 30);
	if (take_options(log, options, err) < 0 || read_genesis(log, err) < 0)
		return -1;
	r = find_pin(log, err);
	if (r < 0)
		return -1;

	*ret_log = TAKE(log);
	return r;
}

void
log_free(struct log *log)
{
	if (log == NULL)
		return;
	log_core_forget(log);
	mem_free(log->voids);
	mem_free(log->admins);
	mem_free(log->base_dir);
	secret_done(&log->snapshot_key);
	buf_done(&log->heads);
	buf_done(&log->scratch);
	file_closep(&log->dirfd);
	mem_free(log);
}

int
log_accept(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(GENESIS_MAX);
	struct hash fingerprint;

	if (log->base_dir == NULL)
		return err_bug(err, "a stranger pins nothing");
	if (log->is_pinned)
		return log_sync(log, err);
	if (store_get(log->store, "vault", &bytes, err) != 0)
		return err_set(err, AMANA_E_IO,
			       "the vault's first file cannot be read any more");
	hash_of(bytes.data, bytes.len, &fingerprint);
	if (!hash_equal(&fingerprint, &log->fingerprint))
		return err_reason(err, AMANA_REASON_OTHER_VAULT, AMANA_E_TAMPERED,
				  "the vault was replaced by another meanwhile");
	if (log->dirfd < 0 &&
	    pin_folder(log->base_dir, &fingerprint, &log->dirfd, err) < 0)
		return -1;
	log->copy.dirfd = log->dirfd;
	if (log_copy_put(&log->copy, 0, BYTES_OF(bytes), err) < 0 ||
	    log_keep_set_pin(log, 0, &fingerprint, 0, err) < 0)
		return -1;
	log_core_forget(log);
	return log_sync(log, err);
}

static int
check_expected(struct log *log, struct amana_error *err)
{
	uint64_t n = log->expected_n, last = state_slot(log->state);
	struct hash head;

	if (!log->has_expected)
		return 0;
	if (n > last)
		return err_reason(
			err, AMANA_REASON_ROLLED_BACK, AMANA_E_TAMPERED,
			"batch %" PRIu64
			" with head %s... was promised, but the vault ends with batch %" PRIu64,
			n, log_short(&log->expected_head).text, last);
	if (log_head_at(log, n, &head, err) < 0)
		return -1;
	if (!hash_equal(&head, &log->expected_head))
		return err_reason(
			err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
			"batch %" PRIu64
			" was promised with head %s..., but the vault has %s...",
			n, log_short(&log->expected_head).text, log_short(&head).text);
	log->has_expected = false;
	return 0;
}

int
log_expect(struct log *log, uint64_t n, const struct hash *head, struct amana_error *err)
{
	log->has_expected = true;
	log->expected_n = n;
	log->expected_head = *head;
	return log->state != NULL && state_slot(log->state) >= n
		       ? check_expected(log, err)
		       : 0;
}

/* 0: the pinned slot is in the store, as it was; 1: it is not. */
static int
check_pinned_slot(struct log *log, struct amana_error *err)
{
	struct hash head;
	int r = log_slot_fetch(log, log->pin.n, &log->scratch, err);

	if (r != 0)
		return r < 0 ? -1 : 1;
	hash_of(log->scratch.data, log->scratch.len, &head);
	return hash_equal(&head, &log->pin.head) ? 0 : 1;
}

/* Brings the state to the pinned slot, and settles it if the store has another one
 * there.  1: the pinned history is lost, and the caller goes on without keeping
 * anything (LOG_FOLLOW_LOST). */
static int
sync_to_pin(struct log *log, struct amana_error *err)
{
	int r;

	for (int tries = 0; tries < 3; tries++) {
		if (log_keep_read_pin(log, err) < 0)
			return -1;
		/* The state is not of the pinned history: this process followed the
		 * store's, or another process followed a `restored` and set the pin
		 * back. */
		if (log->is_lost ||
		    (log->state != NULL && state_slot(log->state) > log->pin.n))
			log_core_forget(log);
		r = log_replay_to(log, log->pin.n, err);
		if (r == 0 && log_core_note_admins(log, err) < 0)
			return -1;
		if (r == 0)
			r = check_pinned_slot(log, err);
		if (r <= 0)
			return r;
		r = log_dispute(log, err);
		if (r != LOG_DISPUTE_MOVED)
			return r;
	}
	return err_set(err, AMANA_E_TAMPERED,
		       "the store's history keeps changing around batch %" PRIu64,
		       log->pin.n);
}

static int
sync_once(struct log *log, struct amana_error *err)
{
	log->is_damaged = false;
	if (log->is_pinned) {
		if (sync_to_pin(log, err) < 0)
			return -1;
	} else if (log->state == NULL && log_core_begin(log, err) < 0) {
		return -1;
	}
	if (log_replay_rest(log, err) < 0)
		return -1;
	if (log_core_keeps(log) && log_keep(log, err) < 0)
		return -1;
	log_snapshot_save(log);
	return check_expected(log, err);
}

#define ACCEPTED_MAX 8 /* skips that are followed in one turn */

int
log_sync(struct log *log, struct amana_error *err)
{
	struct amana_error why = AMANA_ERROR_INIT;
	int r = -1;

	for (int i = 0; r < 0 && i < ACCEPTED_MAX; i++) {
		log->accepted_over = 0;
		r = sync_once(log, &why);
		if (r < 0 && log->accepted_over == 0)
			break;
		if (r < 0 && log_dispute_follow_skip(log, log->accepted_over, err) < 0)
			return -1;
	}
	if (r < 0)
		*err = why;
	return r;
}

const struct state *
log_state(const struct log *log)
{
	return log->state;
}

const struct genesis *
log_genesis(const struct log *log)
{
	return &log->genesis;
}

const struct hash *
log_fingerprint(const struct log *log)
{
	return &log->fingerprint;
}

bool
log_is_pinned(const struct log *log)
{
	return log->is_pinned;
}

size_t
log_n_voids(const struct log *log)
{
	return log->n_voids;
}

bool
log_lost(const struct log *log, uint64_t *ret_n, struct hash *ret_head)
{
	if (!log->is_lost)
		return false;
	*ret_n = log->pin.n;
	*ret_head = log->pin.head;
	return true;
}

bool
log_damage(const struct log *log, struct log_damage *ret_damage)
{
	if (log->is_damaged)
		*ret_damage = log->damage;
	return log->is_damaged;
}
