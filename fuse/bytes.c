/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

#include "background.h"
#include "cache.h"
#include "clocks.h"
#include "fail.h"
#include "heap.h"

#include <errno.h>
#include <inttypes.h>

#define CACHE_CHUNKS ((size_t)320)     /* 20 MiB */
#define IDLE_MS 30000		       /* plaintext that nobody reads is wiped */
#define AHEAD_MAX ((uint64_t)24)       /* chunks before a sequential reader */
#define SMALL_READ_MAX ((size_t)32768) /* bytes; after a larger one nothing is pushed */
#define JUMPS_MANY 32u		       /* so many jumps in a row: it does nothing else */
/* The chunks that one read may touch. */
#define PARTS_MAX (BYTES_READ_MAX / CACHE_CHUNK + 2)

_Static_assert(CACHE_CHUNK == AMANA_CHUNK, "the cache keeps the library's chunks");

struct bytes {
	const struct speaker *speaker;
	struct first_open *first_open;
	struct fuse_session *session;
	struct cache *cache; /* its sources are openings */
	/* Decrypt what a sequential reader will want next; hand the kernel the neighbours
	 * of a random read. */
	struct background *ahead, *push;
	atomic_bool stopped;
	atomic_llong read_at_ms; /* monotonic: the last read */
};

static int
load_chunk(void *source, uint64_t index, void *bytes, size_t *ret_len,
	   struct amana_error *err)
{
	struct opening *opening = source;
	const struct amana_reader *reader = atomic_load(&opening->reader);

	if (reader == NULL)
		return fail(err, AMANA_E_BUG, "an exhibit is read that is not open");
	return amana_reader_chunks(reader, index, 1, bytes, ret_len, err);
}

/* ---- what is done before it is asked for ---- */

/* A job of `ahead`: chunk job->first of an opening, with a reference. */
static void
decrypt_ahead(void *ctx, const struct background_job *job, bool dropped)
{
	struct bytes *bytes = ctx;

	if (!dropped && !atomic_load(&bytes->stopped))
		cache_warm(bytes->cache, job->what, job->first);
	opening_unref(job->what);
}

/* Decrypts a chunk into the kernel's page cache.  False: it could not be decrypted, or
 * the kernel does not know the file any more. */
static bool
store(struct bytes *bytes, struct opening *opening, uint64_t index)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct fuse_bufvec vector = FUSE_BUFVEC_INIT(0);
	const struct chunk *chunk;
	int r;

	if (atomic_load(&bytes->stopped) ||
	    cache_pin(bytes->cache, opening, index, &chunk, &err) < 0)
		return false;
	vector.buf[0].size = chunk->len;
	vector.buf[0].mem = (void *)(uintptr_t)chunk->bytes;
	opening_note_given(opening, index * CACHE_CHUNK, chunk->len);
	r = fuse_lowlevel_notify_store(bytes->session, opening->file->ino,
				       (off_t)(index * CACHE_CHUNK), &vector,
				       (enum fuse_buf_copy_flags)0);
	cache_release(bytes->cache, chunk, true);
	return r == 0;
}

/* A job of `push`: chunk job->first of an opening, with a reference, and then job->last.
 */
static void
push_chunks(void *ctx, const struct background_job *job, bool dropped)
{
	struct opening *opening = job->what;

	if (!dropped && store(ctx, opening, job->first) && job->last != job->first &&
	    !opening_was_given(opening, job->last))
		(void)store(ctx, opening, job->last);
	opening_unref(opening);
}

/* False: there is no room for it now, and it is not done. */
static bool
add_job(struct background *background, struct opening *opening, uint64_t first,
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
	struct bytes *bytes = ctx;

	(void)add_job(bytes->ahead, opening, 0, 0);
	opening_unref(opening);
}

/* The chunks that a sequential reader will want next, from *ret_from to before *ret_to,
 * if this read of the chunks first .. last goes on where the reader was: 2, 4, 8, ... of
 * them, the longer it goes on, without those that were handed out already.  Returns
 * whether it goes on. */
static bool
note_read(struct handle *handle, uint64_t first, uint64_t last, uint64_t *ret_from,
	  uint64_t *ret_to)
{
	uint64_t n_chunks = (handle->opening->file->size + CACHE_CHUNK - 1) / CACHE_CHUNK;
	uint64_t from, to, want;
	bool in_row;

	pthread_mutex_lock(&handle->lock);
	/* Requests of one reader may come in another order than it made them. */
	in_row = first <= handle->next + 4 && first + 8 >= handle->next;
	if (!in_row) {
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
	to = in_row && handle->n_in_row > 1 ? handle->next + want : from;
	if (to > n_chunks)
		to = n_chunks;
	if (to > from)
		handle->decrypt_next = to;
	pthread_mutex_unlock(&handle->lock);
	*ret_from = from;
	*ret_to = to;
	return in_row;
}

/* What a jumping reader may want next beside the rest of this chunk: when it does nothing
 * but jump, the other half of the pair that this chunk belongs to; else the same chunk.
 */
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

/* ---- a read ---- */

static void
say_failed(struct bytes *bytes, struct opening *opening, const struct amana_error *err)
{
	if (err->code == AMANA_E_TAMPERED) {
		first_open_damaged(bytes->first_open, opening);
		return;
	}
	speaker_say(bytes->speaker,
		    "amana-mount: exhibit %" PRIu64 " cannot be read now: %s",
		    opening->file->number, speaker_error(bytes->speaker, err));
}

/* Pins the chunks first .. last.  0, or an errno value; *ret_n are pinned either way. */
static int
pin_all(struct bytes *bytes, struct opening *opening, uint64_t first, uint64_t last,
	const struct chunk **ret, size_t *ret_n)
{
	struct amana_error err = AMANA_ERROR_INIT;

	for (uint64_t i = first; i <= last; i++) {
		if (cache_pin(bytes->cache, opening, i, &ret[*ret_n], &err) < 0) {
			say_failed(bytes, opening, &err);
			return fail_errno(err.code);
		}
		(*ret_n)++;
	}
	return 0;
}

/* The bytes offset .. offset + size - 1 as one piece of each chunk, the first of which is
 * chunk `first` of the exhibit.  Returns how many bytes there are: fewer than `size` if
 * the chunks are shorter than the case's list said. */
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

/* Answers with the bytes offset .. offset + size - 1, which are in the chunks from
 * `first` on.  True: with bytes; false: with an error. */
static bool
answer(struct bytes *bytes, fuse_req_t req, struct opening *opening, uint64_t offset,
       size_t size)
{
	uint64_t first = offset / CACHE_CHUNK, last = (offset + size - 1) / CACHE_CHUNK;
	const struct chunk *chunks[PARTS_MAX];
	struct iovec parts[PARTS_MAX];
	size_t n = 0;
	int r = pin_all(bytes, opening, first, last, chunks, &n);

	if (r == 0 && cut(chunks, n, first, offset, size, parts) != size)
		r = EIO;
	/* What was decrypted while the mount ended is not given out any more. */
	if (r == 0 && (atomic_load(&bytes->stopped) || atomic_load(&opening->file->gone)))
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

		cache_release(bytes->cache, chunks[i], spent);
	}
	return r == 0;
}

void
bytes_read(struct bytes *bytes, fuse_req_t req, struct handle *handle, size_t size,
	   uint64_t offset)
{
	struct opening *opening = handle->opening;
	uint64_t whole = opening->file->size, first, other, from, to;
	bool in_row;

	if (offset >= whole || size == 0) {
		fuse_reply_buf(req, NULL, 0);
		return;
	}
	if (size > whole - offset)
		size = (size_t)(whole - offset);
	if (size > BYTES_READ_MAX)
		size = BYTES_READ_MAX;
	first = offset / CACHE_CHUNK;
	in_row = note_read(handle, first, (offset + size - 1) / CACHE_CHUNK, &from, &to);
	while (from < to && add_job(bytes->ahead, opening, from, from))
		from++;
	other = beside(handle, first);
	/* As soon as it is answered the file may be closed, and the handle is gone. */
	opening_ref(opening);
	atomic_store(&bytes->read_at_ms, clocks_monotonic_ms());
	if (answer(bytes, req, opening, offset, size) && !in_row &&
	    size <= SMALL_READ_MAX)
		(void)add_job(bytes->push, opening, first, other);
	opening_unref(opening);
}

void
bytes_tidy(struct bytes *bytes)
{
	if (clocks_monotonic_ms() - atomic_load(&bytes->read_at_ms) > IDLE_MS)
		cache_wipe(bytes->cache);
}

/* ---- from its beginning to its end ---- */

struct bytes *
bytes_new(const struct speaker *speaker)
{
	struct bytes *bytes = heap_new(1, sizeof *bytes);

	if (bytes == NULL)
		return NULL;
	bytes->speaker = speaker;
	bytes->cache = cache_new(CACHE_CHUNKS, load_chunk);
	bytes->ahead = background_new(2, 128, decrypt_ahead, bytes);
	bytes->push = background_new(1, 64, push_chunks, bytes);
	if (bytes->cache == NULL || bytes->ahead == NULL || bytes->push == NULL) {
		bytes_free(bytes);
		return NULL;
	}
	return bytes;
}

void
bytes_begin(struct bytes *bytes, struct first_open *first_open,
	    struct fuse_session *session)
{
	bytes->first_open = first_open;
	bytes->session = session;
}

void
bytes_stop(struct bytes *bytes)
{
	if (bytes == NULL)
		return;
	atomic_store(&bytes->stopped, true);
	background_stop(bytes->push);
	background_stop(bytes->ahead);
}

static void
drop_one(void *ctx, struct opening *opening)
{
	fuse_lowlevel_notify_inval_inode(ctx, opening->file->ino, 0, 0);
}

void
bytes_drop(struct bytes *bytes)
{
	first_open_each(bytes->first_open, drop_one, bytes->session);
}

void
bytes_free(struct bytes *bytes)
{
	if (bytes == NULL)
		return;
	background_free(bytes->push);
	background_free(bytes->ahead);
	cache_free(bytes->cache);
	heap_free(bytes);
}
