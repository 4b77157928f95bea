/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_heads.h"

#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD (8 + HASH_LEN)

static uint64_t
number_of(const uint8_t *record)
{
	return (uint64_t)bytes_u32be(record) << 32 | bytes_u32be(record + 4);
}

int
log_heads_note(struct log *log, struct amana_error *err)
{
	uint64_t n = state_slot(log->state);
	const struct hash *head = state_head(log->state);

	return buf_add_u32be(&log->heads, (uint32_t)(n >> 32), err) < 0 ||
			       buf_add_u32be(&log->heads, (uint32_t)n, err) < 0 ||
			       buf_add(&log->heads, head->bytes, HASH_LEN, err) < 0
		       ? -1
		       : 0;
}

/* Where records are: in memory (data), or in a file. */
struct records {
	const uint8_t *data;
	int fd;
	uint64_t n;
};

static int
record_at(const struct records *records, uint64_t i, uint8_t out[RECORD],
	  struct amana_error *err)
{
	size_t len;

	if (records->data != NULL) {
		memcpy(out, records->data + i * RECORD, RECORD);
		return 0;
	}
	if (file_pread_full(records->fd, out, RECORD, i * RECORD, &len, err) < 0)
		return -1;
	return len == RECORD ? 0 : err_set(err, AMANA_E_IO, "the file of heads was cut");
}

/* The number of records whose slot is n or earlier. */
static int
count_to(const struct records *records, uint64_t n, uint64_t *ret_count,
	 struct amana_error *err)
{
	uint64_t low = 0, high = records->n;
	uint8_t record[RECORD];

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (record_at(records, middle, record, err) < 0)
			return -1;
		if (number_of(record) <= n)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_count = low;
	return 0;
}

static int
find(const struct records *records, uint64_t n, struct hash *ret_head,
     struct amana_error *err)
{
	uint8_t record[RECORD];
	uint64_t count;

	if (count_to(records, n, &count, err) < 0)
		return -1;
	if (count == 0)
		return 1;
	if (record_at(records, count - 1, record, err) < 0)
		return -1;
	if (number_of(record) != n)
		return 1;
	memcpy(ret_head->bytes, record + 8, HASH_LEN);
	return 0;
}

/* Opens the file.  1: there is none. */
static int
open_file(const struct log *log, int flags, struct records *ret_records,
	  struct amana_error *err)
{
	struct stat st;
	int r;

	if (log->dirfd < 0)
		return 1;
	r = file_open(log->dirfd, "heads", flags, 0600, &ret_records->fd, err);
	if (r != 0)
		return r;
	if (fstat(ret_records->fd, &st) < 0)
		return err_sys(err, "cannot read the file of heads");
	ret_records->n = (uint64_t)st.st_size / RECORD;
	return 0;
}

static void
close_file(struct records *records)
{
	file_closep(&records->fd);
}

int
log_heads_get(const struct log *log, uint64_t n, struct hash *ret_head,
	      struct amana_error *err)
{
	const struct records fresh = {
		.data = log->heads.data, .fd = -1, .n = log->heads.len / RECORD};
	CLEANUP(close_file) struct records saved = {.fd = -1};
	int r = fresh.n > 0 ? find(&fresh, n, ret_head, err) : 1;

	if (r <= 0)
		return r;
	r = open_file(log, O_RDONLY, &saved, err);
	return r != 0 ? r : find(&saved, n, ret_head, err);
}

int
log_heads_save(struct log *log, uint64_t n, struct amana_error *err)
{
	const struct records fresh = {
		.data = log->heads.data, .fd = -1, .n = log->heads.len / RECORD};
	CLEANUP(close_file) struct records saved = {.fd = -1};
	uint64_t kept, to;
	uint8_t last[RECORD];
	int r = open_file(log, O_RDWR | O_CREAT, &saved, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	/* What this process replayed itself goes before what stands there. */
	if (fresh.n > 0 && record_at(&fresh, 0, last, err) < 0)
		return -1;
	if (count_to(&saved,
		     fresh.n > 0 && number_of(last) <= n ? number_of(last) - 1 : n, &kept,
		     err) < 0 ||
	    count_to(&fresh, n, &to, err) < 0)
		return -1;
	if (ftruncate(saved.fd, (off_t)(kept * RECORD)) < 0 ||
	    lseek(saved.fd, 0, SEEK_END) < 0)
		return err_sys(err, "cannot write the file of heads");
	return file_write_all(saved.fd, fresh.data != NULL ? fresh.data : last,
			      to * RECORD, err) < 0
		       ? -1
		       : file_fsync(saved.fd, err);
}
