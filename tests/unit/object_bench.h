/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_OBJECT_BENCH_H
#define TESTS_OBJECT_BENCH_H

#include "check.h"

#include "base/file.h"
#include "object/block.h"
#include "object/object_reader.h"
#include "object/object_seal.h"
#include "object/padme.h"
#include "store/store.h"

/* Everything a test of one object needs.  The bytes of a source are a function of their
 * offset, so that no test holds a large file in memory. */
struct bench {
	struct store *store;
	struct object_sealer *sealer;
	struct secret identity;
	struct age_recipient recipient;
	struct object_expect kept[64]; /* what put() has given out */
	size_t n_kept;
};

static inline void
bench_init(struct bench *bench)
{
	struct amana_error err;

	bench->n_kept = 0;
	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &bench->store, &err), err);
	CHECK_OK(object_sealer_new(bench->store, &bench->sealer, &err), err);
	CHECK_OK(age_identity_new(&bench->identity, &err), err);
	age_identity_recipient(&bench->identity, &bench->recipient);
}

static inline void
bench_done(struct bench *bench)
{
	while (bench->n_kept > 0)
		object_expect_done(&bench->kept[--bench->n_kept]);
	object_sealer_free(bench->sealer);
	store_free(bench->store);
	secret_done(&bench->identity);
}

static inline uint8_t
byte_at(uint64_t offset)
{
	uint64_t x = (offset >> 3) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint8_t)((x >> 32) + offset);
}

/* A source of `size` bytes, and a sink that wants the same ones. */
struct stream {
	uint64_t size, at;
	uint64_t fail_at; /* reading or writing past it fails, once; 0: never */
	bool failed;
	atomic_bool *cancel;
	uint64_t cancel_at;
	uint64_t progressed;
	uint64_t said; /* what a caller takes for its size; 0: its size */
};

static inline int
stream_read(void *arg, void *bytes, size_t len, size_t *ret_len, struct amana_error *err)
{
	struct stream *stream = arg;
	uint8_t *out = bytes;

	if (len > stream->size - stream->at)
		len = (size_t)(stream->size - stream->at);
	CHECK(!stream->failed); /* nobody asks again */
	stream->failed = stream->fail_at != 0 && stream->at + len > stream->fail_at;
	if (stream->failed)
		return err_set(err, AMANA_E_IO, "the medium is scratched");
	for (size_t i = 0; i < len; i++)
		out[i] = byte_at(stream->at + i);
	stream->at += len;
	*ret_len = len;
	return 0;
}

static inline int
stream_write(void *arg, const uint8_t *bytes, size_t len, struct amana_error *err)
{
	struct stream *stream = arg;

	CHECK(len > 0 && !stream->failed);
	stream->failed = stream->fail_at != 0 && stream->at + len > stream->fail_at;
	if (stream->failed)
		return err_set(err, AMANA_E_IO, "the paper is full");
	for (size_t i = 0; i < len; i++)
		CHECK(bytes[i] == byte_at(stream->at + i));
	stream->at += len;
	return 0;
}

static inline void
stream_progress(void *arg, uint64_t more)
{
	struct stream *stream = arg;

	stream->progressed += more;
	if (stream->cancel != NULL && stream->progressed >= stream->cancel_at)
		atomic_store(stream->cancel, true);
}

static inline int
seal_watched(struct bench *bench, struct stream *stream, const struct object_known *known,
	     const struct monitor *monitor, struct object_source *source,
	     struct object_sealed *ret_sealed, struct amana_error *err)
{
	*source = (struct object_source){.read = stream_read, .arg = stream};
	return object_seal(bench->sealer,
			   &(struct object_sealing){.source = source,
						    .size = stream->said != 0
								    ? stream->said
								    : stream->size,
						    .identity = &bench->identity,
						    .known = known,
						    .monitor = monitor},
			   ret_sealed, err);
}

static inline int
seal(struct bench *bench, struct stream *stream, struct object_sealed *ret_sealed,
     struct amana_error *err)
{
	struct object_source source;

	return seal_watched(bench, stream, NULL, NULL, &source, ret_sealed, err);
}

/* Borrows the blocks from the bench's sealer, until it seals the next object. */
static inline struct object_expect
expect_of(const struct object_sealed *sealed)
{
	return (struct object_expect){.object = sealed->object,
				      .size = sealed->size,
				      .sha256 = sealed->sha256,
				      .blocks = sealed->blocks};
}

/* Makes the blocks of an expectation last as long as the bench. */
static inline void
keep(struct bench *bench, struct object_expect *expect)
{
	struct amana_error err;

	CHECK(bench->n_kept < ARRAY_LEN(bench->kept));
	CHECK_OK(object_expect_keep(expect, &err), err);
	bench->kept[bench->n_kept++] = *expect;
}

/* Seals `size` bytes and commits them. */
static inline struct object_expect
put(struct bench *bench, uint64_t size)
{
	struct stream stream = {.size = size};
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	struct object_expect expect;
	struct amana_error err;

	CHECK_OK(seal(bench, &stream, &sealed, &err), err);
	CHECK_OK(object_commit(&sealed, &err), err);
	expect = expect_of(&sealed);
	object_sealed_done(&sealed);
	keep(bench, &expect);
	return expect;
}

static inline void
get(struct bench *bench, const struct object_expect *expect, struct buf *file)
{
	struct amana_error err;

	CHECK_OK(store_get(bench->store, store_name_object(&expect->object).text, file,
			   &err),
		 err);
}

/* Puts a file that a hostile store would hand out in the place of `expect`, and points
 * expect at it. */
static inline void
put_instead(struct bench *bench, struct bytes file, struct object_expect *expect)
{
	struct amana_error err;

	hash_of(file.data, file.len, &expect->object);
	CHECK(store_put(bench->store, store_name_object(&expect->object).text, file,
			false, &err) >= 0);
}

static inline void
unput(struct bench *bench, const struct object_expect *expect)
{
	struct amana_error err;

	CHECK_OK(
		store_remove(bench->store, store_name_object(&expect->object).text, &err),
		err);
}

static inline void
check_tampered(struct bench *bench, const struct object_expect *expect)
{
	struct stream stream = {.size = expect->size};
	struct object_sink sink = {stream_write, &stream};
	struct amana_error err;

	CHECK_FAILS(
		object_retrieve(&(struct object_retrieval){.store = bench->store,
							   .identity = &bench->identity,
							   .expect = expect,
							   .check = OBJECT_CHECK_PLAIN,
							   .sink = &sink},
				&err),
		err, AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, store_name_object(&expect->object).text) != NULL);
}

static inline int
count(void *arg, const char *name, struct amana_error *err)
{
	(void)name;
	(void)err;
	++*(size_t *)arg;
	return 0;
}

static inline size_t
n_stored(struct store *store)
{
	struct amana_error err;
	size_t n = 0;

	CHECK_OK(store_list(store, "", count, &n, &err), err);
	return n;
}

static inline void
check_out(struct bench *bench, const struct object_expect *expect,
	  enum object_check check)
{
	struct stream stream = {.size = expect->size};
	struct object_sink sink = {stream_write, &stream};
	struct monitor monitor = {.progress = stream_progress, .arg = &stream};
	struct amana_error err;

	CHECK_OK(object_retrieve(&(struct object_retrieval){.store = bench->store,
							    .identity = &bench->identity,
							    .expect = expect,
							    .check = check,
							    .sink = &sink,
							    .monitor = &monitor},
				 &err),
		 err);
	CHECK_INT(stream.at, expect->size);
	CHECK_INT(stream.progressed, expect->size);
}

#endif
