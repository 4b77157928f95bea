/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_snapshot.h"

#include "base/file.h"
#include "log/log_heads.h"

#include <string.h>

/*
 *	offset  len  the file `state`
 *	     0    8  magic "amanast2"
 *	     8   32  HMAC-SHA-256 with the snapshot key over the SHA-256 of what follows
 *	    40   32  fingerprint of the vault
 *	    72    4  number of void slots, u32 big-endian
 *	    76  8 n  their numbers, u64 big-endian
 *	then the state (state_snapshot)
 */
#define MAGIC "amanast2"
#define MAGIC_LEN 8
#define SNAPSHOT_HEAD_LEN (MAGIC_LEN + HASH_LEN)
/* Replaying no more entries than this is cheaper than writing a snapshot. */
#define SNAPSHOT_ENTRIES 5000
#define SNAPSHOT_MAX (STATE_SNAPSHOT_MAX + ((size_t)64 << 20))

static void
mac_of(const struct log *log, struct bytes rest, struct hash *ret_mac)
{
	struct hash digest;

	hash_of(rest.data, rest.len, &digest);
	hmac_of(log->snapshot_key.data, log->snapshot_key.len, digest.bytes,
		sizeof digest.bytes, ret_mac);
}

static int
add_voids(const struct log *log, struct buf *rest, struct amana_error *err)
{
	if (buf_add_u32be(rest, (uint32_t)log->n_voids, err) < 0)
		return -1;
	for (size_t i = 0; i < log->n_voids; i++) {
		if (buf_add_u32be(rest, (uint32_t)(log->voids[i] >> 32), err) < 0 ||
		    buf_add_u32be(rest, (uint32_t)log->voids[i], err) < 0)
			return -1;
	}
	return 0;
}

static int
write_snapshot(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SNAPSHOT_MAX);
	CLEANUP(file_new_done) struct file_new new_file = FILE_NEW_INIT;
	struct hash mac = {{0}};

	if (buf_add(&file, MAGIC, MAGIC_LEN, err) < 0 ||
	    buf_add(&file, mac.bytes, sizeof mac.bytes, err) < 0 ||
	    buf_add(&file, log->fingerprint.bytes, HASH_LEN, err) < 0 ||
	    add_voids(log, &file, err) < 0 || state_snapshot(log->state, &file, err) < 0)
		return -1;
	mac_of(log,
	       (struct bytes){file.data + SNAPSHOT_HEAD_LEN,
			      file.len - SNAPSHOT_HEAD_LEN},
	       &mac);
	memcpy(file.data + MAGIC_LEN, mac.bytes, sizeof mac.bytes);
	/* It is not flushed: after a crash a file that is not whole fails its MAC. */
	if (file_new_open(log->dirfd, ".", 0600, &new_file, err) < 0 ||
	    file_write_all(new_file.fd, file.data, file.len, err) < 0 ||
	    file_unlink(log->dirfd, "state", err) < 0)
		return -1;
	return file_new_commit(&new_file, "state", false, err);
}

void
log_snapshot_save(struct log *log)
{
	struct amana_error ignored;
	uint64_t slot = state_slot(log->state), size = state_size(log->state);

	if (!log_core_keeps(log) || log->snapshot_key.len == 0 || log->pin.n < slot)
		return;
	if (slot <= log->snapshot_slot + LOG_SNAPSHOT_SLOTS &&
	    size <= log->snapshot_size + SNAPSHOT_ENTRIES)
		return;
	if (write_snapshot(log, &ignored) < 0)
		return;
	log->snapshot_slot = slot;
	log->snapshot_size = size;
}

/* Takes `len` bytes off *rest. */
static int
take(struct bytes *rest, size_t len, const uint8_t **ret_at)
{
	if (rest->len < len)
		return -1;
	*ret_at = rest->data;
	*rest = (struct bytes){rest->data + len, rest->len - len};
	return 0;
}

static int
take_void(struct log *log, struct bytes *rest, struct amana_error *err)
{
	const uint8_t *at;

	if (take(rest, 8, &at) < 0)
		return -1;
	return log_core_add_void(
		log, (uint64_t)bytes_u32be(at) << 32 | bytes_u32be(at + 4), err);
}

static int
parse_snapshot(struct log *log, struct bytes file, struct state **ret_state,
	       struct amana_error *err)
{
	struct bytes rest = {file.data + SNAPSHOT_HEAD_LEN, file.len - SNAPSHOT_HEAD_LEN};
	const uint8_t *at;
	struct hash mac;
	uint32_t n_voids;

	if (memcmp(file.data, MAGIC, MAGIC_LEN) != 0)
		return -1;
	mac_of(log, rest, &mac);
	if (!secret_equal(mac.bytes, file.data + MAGIC_LEN, HASH_LEN) ||
	    take(&rest, HASH_LEN, &at) < 0 ||
	    memcmp(at, log->fingerprint.bytes, HASH_LEN) != 0 || take(&rest, 4, &at) < 0)
		return -1;
	n_voids = bytes_u32be(at);
	for (uint32_t i = 0; i < n_voids; i++)
		if (take_void(log, &rest, err) < 0)
			return -1;
	return state_restore(rest, ret_state, err);
}

/* True if the snapshot belongs to the pinned history: the head that it was taken at is
 * kept for its slot. */
static bool
is_ours(struct log *log, const struct state *state)
{
	struct amana_error ignored;
	struct hash head;

	if (state_slot(state) > log->pin.n ||
	    (state_slot(state) == log->pin.n &&
	     !hash_equal(state_head(state), &log->pin.head)))
		return false;
	return state_slot(state) == 0 ||
	       (log_heads_get(log, state_slot(state), &head, &ignored) == 0 &&
		hash_equal(state_head(state), &head));
}

int
log_snapshot_load(struct log *log, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SNAPSHOT_MAX);
	CLEANUP(state_freep) struct state *state = NULL;

	if (log->snapshot_key.len == 0 ||
	    file_read(log->dirfd, "state", &file, err) != 0 ||
	    file.len < SNAPSHOT_HEAD_LEN)
		return 1;
	log_core_forget(log);
	if (parse_snapshot(log, BYTES_OF(file), &state, err) < 0 ||
	    !is_ours(log, state)) {
		log_core_forget(log);
		return 1;
	}
	log->state = TAKE(state);
	log->snapshot_slot = state_slot(log->state);
	log->snapshot_size = state_size(log->state);
	return 0;
}
