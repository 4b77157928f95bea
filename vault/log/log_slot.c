/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_slot.h"

#include <inttypes.h>

int
log_slot_fetch(struct log *log, uint64_t n, struct buf *buf, struct amana_error *err)
{
	struct store_name name = store_name_slot(n);
	int r;

	buf_clear(buf);
	if (n > CUSTODY_SLOT_MAX) /* the log is at its last number */
		return LOG_SLOT_MISSING;
	r = store_get(log->store, name.text, buf, err);
	if (r < 0 && (err->code == AMANA_E_LIMIT || err->code == AMANA_E_TAMPERED)) {
		buf_clear(buf);
		return err->code == AMANA_E_LIMIT ? LOG_SLOT_TOO_LONG
						  : LOG_SLOT_UNREADABLE;
	}
	return r < 0 ? err_wrap(err, "batch %" PRIu64, n) : r;
}

const char *
log_slot_reason(int outcome)
{
	switch (outcome) {
	case LOG_SLOT_MISSING:
		return "it is missing though later ones are there";
	case LOG_SLOT_TOO_LONG:
		return "it is larger than any batch";
	default:
		return "what stands there cannot be a batch";
	}
}

int
log_slot_hash(struct log *log, uint64_t n, struct hash *ret_hash, struct amana_error *err)
{
	CLEANUP(store_reader_freep) struct store_reader *reader = NULL;
	CLEANUP(hasher_freep) struct hasher *hasher = NULL;
	CLEANUP(buf_done) struct buf piece = BUF_INIT(1 << 16);
	struct store_name name = store_name_slot(n);
	uint64_t at = 0;
	size_t len;
	int r = store_reader_open(log->store, name.text, &reader, err);

	if (r < 0 && err->code == AMANA_E_TAMPERED)
		return 1;
	if (r != 0)
		return r;
	hasher = hasher_new(err);
	if (hasher == NULL || buf_reserve(&piece, piece.max, err) == NULL)
		return -1;
	do {
		size_t want = piece.max;

		if (want > BATCH_BYTES_MAX + 1 - at)
			want = BATCH_BYTES_MAX + 1 - at;
		if (store_reader_pread(reader, piece.data, want, at, &len, err) < 0)
			return -1;
		hasher_add(hasher, piece.data, len);
		at += len;
	} while (len == piece.max && at <= BATCH_BYTES_MAX);
	hasher_finish(hasher, ret_hash);
	return 0;
}

struct walk_after {
	uint64_t n;
	int (*each)(void *arg, uint64_t slot, struct amana_error *err);
	void *arg;
};

static int
tell_after(void *arg, const char *name, struct amana_error *err)
{
	const struct walk_after *walk = arg;
	uint64_t slot;

	if (store_name_read_slot(name, &slot) != 0 || slot <= walk->n)
		return 0;
	return walk->each(walk->arg, slot, err);
}

int
log_slot_each_after(struct log *log, uint64_t n,
		    int (*each)(void *arg, uint64_t slot, struct amana_error *err),
		    void *arg, struct amana_error *err)
{
	struct walk_after walk = {.n = n, .each = each, .arg = arg};

	/* Numbers of equal length: byte order is theirs. */
	return store_list(log->store, "log", tell_after, &walk, err);
}

static int
raise_last(void *arg, const char *name, struct amana_error *err)
{
	uint64_t *last = arg, n;

	(void)err;
	if (store_name_read_slot(name, &n) == 0 && n > *last)
		*last = n;
	return 0;
}

int
log_slot_last(struct log *log, uint64_t *ret_last, struct amana_error *err)
{
	uint64_t last = 0;

	if (store_list(log->store, "log", raise_last, &last, err) < 0)
		return -1;
	*ret_last = last;
	return 0;
}
