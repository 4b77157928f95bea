/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"
#include "served.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

/*
 * Reading.  A read is answered from whole decrypted chunks, without copying them
 * together.
 *
 * A reader that goes on where it stopped gets the next chunks decrypted by other threads
 * before it asks.  A reader that jumps about gets what it asked for; the rest of that
 * chunk, decrypted anyway, goes to the kernel's page cache from a thread of its own: the
 * kernel may hold pages locked until some read is answered, so storing them must never
 * keep the thread that answers.
 */

#define PARTS_MAX (SERVED_READ_MAX / CACHE_CHUNK + 2)
#define AHEAD_MAX ((uint64_t)24) /* chunks */
#define SMALL_READ ((size_t)32768)
#define JUMPS_MANY 32u

static int64_t
now_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
bytes_load(void *source, uint64_t index, void *bytes, size_t *ret_len,
	   struct amana_error *err)
{
	struct opening *opening = source;
	const struct amana_reader *reader = atomic_load(&opening->reader);

	if (reader == NULL)
		return fail(err, AMANA_E_BUG, "an exhibit is read that is not open");
	return amana_reader_chunks(reader, index, 1, bytes, ret_len, err);
}

/* ---- what is done before it is asked for ---- */

void
bytes_ahead(void *ctx, const struct background_job *job, bool dropped)
{
	struct served *served = ctx;

	if (!dropped && !atomic_load(&served->ending))
		cache_warm(served->cache, job->what, job->first);
	opening_unref(job->what);
}

/* Into the kernel's page cache.  False: it could not be decrypted, or the kernel does not
 * know the file any more. */
static bool
store(struct served *served, struct opening *opening, uint64_t index)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct fuse_bufvec bytes = FUSE_BUFVEC_INIT(0);
	const struct chunk *chunk;
	int r;

	if (atomic_load(&served->ending) ||
	    cache_pin(served->cache, opening, index, &chunk, &err) < 0)
		return false;
	bytes.buf[0].size = chunk->len;
	bytes.buf[0].mem = (void *)(uintptr_t)chunk->bytes;
	opening_note_given(opening, index * CACHE_CHUNK, chunk->len);
	r = fuse_lowlevel_notify_store(served->session, opening->file->ino,
				       (off_t)(index * CACHE_CHUNK), &bytes,
				       (enum fuse_buf_copy_flags)0);
	cache_release(served->cache, chunk, true);
	return r == 0;
}

void
bytes_push(void *ctx, const struct background_job *job, bool dropped)
{
	struct opening *opening = job->what;

	if (!dropped && store(ctx, opening, job->first) && job->last != job->first &&
	    !opening_was_given(opening, job->last))
		(void)store(ctx, opening, job->last);
	opening_unref(opening);
}

static bool
give_out(struct background *background, struct opening *opening, uint64_t first,
	 uint64_t last)
{
	const struct background_job job = {.what = opening, .first = first, .last = last};

	opening_ref(opening);
	if (background_add(background, &job))
		return true;
	opening_unref(opening);
	return false;
}

void
bytes_soon(void *ctx, struct opening *opening)
{
	struct served *served = ctx;

	(void)give_out(served->ahead, opening, 0, 0);
	opening_unref(opening);
}

/* Is this read one of a row?  Then the next chunks, 2, 4, 8 ... of them, are given to the
 * others. */
static bool
in_row(struct served *served, struct handle *handle, uint64_t first, uint64_t last)
{
	uint64_t n_chunks = (handle->opening->file->size + CACHE_CHUNK - 1) / CACHE_CHUNK;
	uint64_t from, to, want;
	bool row;

	pthread_mutex_lock(&handle->lock);
	/* Requests of one reader may come in another order than it made them. */
	row = first <= handle->next + 4 && first + 8 >= handle->next;
	if (!row) {
		handle->n_in_row = 0;
		handle->decrypt_next = 0;
		handle->next = last + 1;
		handle->n_jumps += handle->n_jumps < JUMPS_MANY;
	} else {
		if (handle->n_in_row > 2)
			handle->n_jumps = 0;
		handle->n_in_row += handle->n_in_row < 16;
		if (last + 1 > handle->next)
			handle->next = last + 1;
	}
	want = (uint64_t)1 << (handle->n_in_row < 6 ? handle->n_in_row : 6);
	if (want > AHEAD_MAX)
		want = AHEAD_MAX;
	from = handle->decrypt_next > handle->next ? handle->decrypt_next : handle->next;
	to = row && handle->n_in_row > 1 ? handle->next + want : from;
	if (to > n_chunks)
		to = n_chunks;
	if (to > from)
		handle->decrypt_next = to;
	pthread_mutex_unlock(&handle->lock);
	for (; from < to && give_out(served->ahead, handle->opening, from, from); from++)
		;
	return row;
}

/* ---- a read ---- */

static void
say_failed(struct served *served, struct opening *opening, const struct amana_error *err)
{
	if (err->code == AMANA_E_TAMPERED) {
		first_open_damaged(served->first_open, opening);
		return;
	}
	speaker_say(&served->speaker,
		    "amana-mount: exhibit %" PRIu64 " cannot be read now: %s",
		    opening->file->number,
		    served->speaker.journal ? amana_code_name(err->code) : err->msg);
}

static int
pin_all(struct served *served, struct opening *opening, uint64_t first, uint64_t last,
	const struct chunk **ret, size_t *ret_n)
{
	struct amana_error err = AMANA_ERROR_INIT;

	for (uint64_t i = first; i <= last; i++) {
		if (cache_pin(served->cache, opening, i, &ret[*ret_n], &err) < 0) {
			say_failed(served, opening, &err);
			return fail_errno(err.code);
		}
		(*ret_n)++;
	}
	return 0;
}

/* The bytes offset .. offset + size - 1 of the chunks as pieces; 0: the chunks are
 * shorter than the list said. */
static size_t
cut(const struct chunk *const *chunks, size_t n, uint64_t first, uint64_t offset,
    size_t size, struct iovec *ret)
{
	size_t left = size;

	for (size_t i = 0; i < n; i++) {
		size_t skip = i == 0 ? (size_t)(offset - first * CACHE_CHUNK) : 0;
		size_t len = chunks[i]->len > skip ? chunks[i]->len - skip : 0;

		if (len > left)
			len = left;
		ret[i] = (struct iovec){
			.iov_base = (void *)(uintptr_t)(chunks[i]->bytes + skip),
			.iov_len = len};
		left -= len;
	}
	return size - left;
}

/* What a jumping reader may want next: the rest of this chunk, and, when it does nothing
 * but jump, the chunk beside it. */
static uint64_t
beside(struct handle *handle, uint64_t chunk)
{
	uint64_t n_chunks = (handle->opening->file->size + CACHE_CHUNK - 1) / CACHE_CHUNK;
	bool many;

	pthread_mutex_lock(&handle->lock);
	many = handle->n_jumps >= JUMPS_MANY;
	pthread_mutex_unlock(&handle->lock);
	return many && (chunk ^ 1) < n_chunks ? chunk ^ 1 : chunk;
}

void
bytes_read(struct served *served, fuse_req_t req, struct handle *handle, size_t size,
	   uint64_t offset)
{
	struct opening *opening = handle->opening;
	const struct chunk *chunks[PARTS_MAX];
	struct iovec parts[PARTS_MAX];
	uint64_t whole = opening->file->size, first, last, other;
	size_t n = 0;
	bool row;
	int r;

	if (offset >= whole || size == 0) {
		fuse_reply_buf(req, NULL, 0);
		return;
	}
	if (size > whole - offset)
		size = (size_t)(whole - offset);
	if (size > SERVED_READ_MAX)
		size = SERVED_READ_MAX;
	first = offset / CACHE_CHUNK;
	last = (offset + size - 1) / CACHE_CHUNK;
	row = in_row(served, handle, first, last);
	other = beside(handle, first);
	/* As soon as it is answered the file may be closed, and the handle is gone. */
	opening_ref(opening);
	atomic_store(&served->read_at_ms, now_ms());
	r = pin_all(served, opening, first, last, chunks, &n);
	if (r == 0 && cut(chunks, n, first, offset, size, parts) != size)
		r = EIO;
	/* What was decrypted while the mount ended is not given out any more. */
	if (r == 0 && (atomic_load(&served->ending) || atomic_load(&opening->file->gone)))
		r = EIO;
	if (r == 0) {
		opening_note_given(opening, offset, size);
		fuse_reply_iov(req, parts, (int)n);
	} else {
		fuse_reply_err(req, r);
	}
	for (size_t i = 0; i < n; i++) {
		/* A chunk that was read to its end is in the page cache now. */
		bool spent = offset + size >= (first + i) * CACHE_CHUNK + chunks[i]->len;

		cache_release(served->cache, chunks[i], spent);
	}
	if (r == 0 && !row && size <= SMALL_READ)
		(void)give_out(served->push, opening, first, other);
	opening_unref(opening);
}
