/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_keep.h"

#include "base/file.h"
#include "log/log_heads.h"

#include <inttypes.h>
#include <string.h>

int
log_keep_read_pin(struct log *log, struct amana_error *err)
{
	int r = pin_get(log->dirfd, &log->pin, err);

	if (r > 0)
		return err_set(err, AMANA_E_MISSING,
			       "the pin of this vault was removed meanwhile");
	if (r < 0)
		return -1;
	if (!hash_equal(&log->pin.fingerprint, &log->fingerprint))
		return err_set(err, AMANA_E_TAMPERED,
			       "the pin of this vault is that of another");
	return 0;
}

static int
write_pin(struct log *log, uint64_t n, const struct hash *head, uint64_t size,
	  struct amana_error *err)
{
	struct pin pin = {
		.fingerprint = log->fingerprint, .n = n, .head = *head, .size = size};
	const char *location = store_location(log->store);
	size_t len = strlen(location);

	if (len > PIN_LOCATION_MAX)
		return err_set(err, AMANA_E_LIMIT, "the path of the vault is too long");
	memcpy(pin.location, location, len + 1);
	if (pin_write(log->dirfd, &pin, err) < 0)
		return -1;
	log->pin = pin;
	log->is_pinned = true;
	return 0;
}

int
log_keep_set_pin(struct log *log, uint64_t n, const struct hash *head, uint64_t size,
		 struct amana_error *err)
{
	CLEANUP(file_closep) int lock = -1;

	if (log_copy_flush(&log->copy, err) < 0 || pin_lock(log->dirfd, &lock, err) < 0 ||
	    log_heads_save(log, n, err) < 0)
		return -1;
	return write_pin(log, n, head, size, err);
}

/* Another process of this person has pinned a later slot: its history must contain the
 * slot that this process is at. */
static int
check_other(struct log *log, const struct pin *other, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(BATCH_BYTES_MAX);
	uint64_t n = state_slot(log->state);
	struct hash head = other->head;
	int r;

	if (other->n > n) {
		r = log_copy_get(&log->copy, n, &bytes, err);
		if (r != 0)
			return r < 0 ? -1 : 0;
		hash_of(bytes.data, bytes.len, &head);
	}
	if (hash_equal(&head, state_head(log->state)))
		return 0;
	return err_reason(err, AMANA_REASON_FORK, AMANA_E_TAMPERED,
			  "the store shows two histories: batch %" PRIu64
			  " is %s... here, and was %s... a moment ago",
			  n, log_short(state_head(log->state)).text,
			  log_short(&head).text);
}

int
log_keep(struct log *log, struct amana_error *err)
{
	CLEANUP(file_closep) int lock = -1;
	uint64_t n = state_slot(log->state);
	struct pin now;
	int r;

	if (n == log->pin.n && strcmp(store_location(log->store), log->pin.location) == 0)
		return 0;
	if (log_copy_flush(&log->copy, err) < 0 || pin_lock(log->dirfd, &lock, err) < 0)
		return -1;
	r = pin_get(log->dirfd, &now, err);
	if (r < 0)
		return -1;
	if (r == 0 && now.n >= n) {
		log->pin = now;
		if (now.n > n || !hash_equal(&now.head, state_head(log->state)))
			return check_other(log, &now, err);
		if (strcmp(store_location(log->store), now.location) == 0)
			return 0;
	}
	if (log_heads_save(log, n, err) < 0)
		return -1;
	return write_pin(log, n, state_head(log->state), state_size(log->state), err);
}
