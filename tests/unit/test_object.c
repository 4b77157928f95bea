/* SPDX-License-Identifier: Apache-2.0 */
#include "object_bench.h"

#include "base/fault.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

static void
hash_stream(uint64_t size, struct hash *ret_hash)
{
	struct amana_error err;
	struct hasher *hasher = hasher_new(&err);
	struct stream stream = {.size = size};
	uint8_t bytes[4096];
	size_t len;

	CHECK(hasher != NULL);
	do {
		CHECK_OK(stream_read(&stream, bytes, sizeof bytes, &len, &err), err);
		hasher_add(hasher, bytes, len);
	} while (len > 0);
	hasher_finish(hasher, ret_hash);
	hasher_free(hasher);
}

/* What is stored is an age file of the bytes and zeros, of the length of the format. */
static void
check_stored_form(struct bench *bench, const struct object_sealed *sealed)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(sealed->stored_len);
	struct object_expect expect = expect_of(sealed);
	struct age_stream *stream;
	struct age_chunker *chunker;
	struct amana_error err;
	uint64_t padded = padme_len(sealed->size),
		 n = (padded + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
	struct hash digest;
	size_t at;

	get(bench, &expect, &file);
	CHECK_INT(file.len, sealed->stored_len);
	hash_of(file.data, file.len, &digest);
	CHECK(hash_equal(&digest, &sealed->object));
	CHECK_OK(age_stream_open(&bench->identity, 1, BYTES_OF(file), &at, &stream, &err),
		 err);
	CHECK_INT(file.len - at, padded + n * AGE_TAG_LEN);
	chunker = age_chunker_new(stream, &err);
	CHECK(chunker != NULL);
	for (uint64_t i = 0; i < n; i++) {
		uint8_t *chunk = file.data + at + i * BLOCK_STRIDE;
		size_t len = i < n - 1 ? BLOCK_STRIDE : file.len - at - i * BLOCK_STRIDE;

		CHECK_OK(age_chunk_open(chunker, i, i == n - 1,
					(struct bytes){chunk, len}, chunk, &err),
			 err);
		for (size_t j = 0; j < len - AGE_TAG_LEN; j++) {
			uint64_t offset = i * AGE_CHUNK_LEN + j;

			CHECK(chunk[j] == (offset < sealed->size ? byte_at(offset) : 0));
		}
	}
	age_chunker_free(chunker);
	age_stream_free(stream);
}

/* The digests of its spans are those of the stream's, taken one by one. */
static void
check_blocks(const struct object_sealed *sealed)
{
	CLEANUP(hasher_freep) struct hasher *hasher = NULL;
	size_t span = (size_t)spans_span(sealed->size);
	struct amana_error err;
	static uint8_t bytes[SPAN_MIN];
	struct hash digest;

	hasher = hasher_new(&err);
	CHECK(hasher != NULL);
	CHECK_INT(sealed->blocks.len, spans_count(sealed->size) * HASH_LEN);
	for (size_t i = 0; i < sealed->blocks.len / HASH_LEN; i++) {
		for (uint64_t at = i * span, n; at < (i + 1) * span && at < sealed->size;
		     at += n) {
			n = sealed->size - at < SPAN_MIN ? sealed->size - at : SPAN_MIN;
			for (size_t j = 0; j < n; j++)
				bytes[j] = byte_at(at + j);
			hasher_add(hasher, bytes, (size_t)n);
		}
		hasher_finish(hasher, &digest);
		CHECK(memcmp(digest.bytes, sealed->blocks.data + i * HASH_LEN,
			     HASH_LEN) == 0);
	}
}

static void
check_prefix(const struct object_sealed *sealed)
{
	CHECK_INT(sealed->prefix.len,
		  sealed->size < OBJECT_PREFIX_MAX ? sealed->size : OBJECT_PREFIX_MAX);
	for (size_t i = 0; i < sealed->prefix.len; i++)
		CHECK(sealed->prefix.data[i] == byte_at(i));
}

static void
check_reader(struct bench *bench, const struct object_expect *expect)
{
	struct object_reader *reader;
	struct amana_error err;
	uint64_t size = expect->size;
	uint64_t there = (size + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
	uint64_t from[] = {0, 1, there / 2, there - 1, there, there + 9, UINT64_MAX};
	static uint8_t bytes[3 * AGE_CHUNK_LEN];
	size_t got;

	CHECK_OK(
		object_reader_open(bench->store, &bench->identity, expect, &reader, &err),
		err);
	for (size_t i = 0; i < ARRAY_LEN(from) * 4; i++) {
		uint64_t chunk = from[i / 4], at = chunk * AGE_CHUNK_LEN,
			 left = chunk < there ? size - at : 0;
		size_t n = i % 4;

		CHECK_OK(object_reader_chunks(reader, chunk, n, bytes, &got, &err), err);
		CHECK_INT(got, left < n * AGE_CHUNK_LEN ? left : n * AGE_CHUNK_LEN);
		for (size_t j = 0; j < got; j++)
			CHECK(bytes[j] == byte_at(at + j));
	}
	object_reader_free(reader);
}

static void
check_round_trip(struct bench *bench, uint64_t size)
{
	struct stream stream = {.size = size};
	struct monitor monitor = {.progress = stream_progress, .arg = &stream};
	struct object_source source;
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	struct object_expect expect;
	struct hash digest;
	struct amana_error err;
	struct object_seen seen;

	CHECK_OK(seal_watched(bench, &stream, NULL, &monitor, &source, &sealed, &err),
		 err);
	CHECK_INT(stream.progressed, size);
	CHECK_INT(sealed.size, size);
	hash_stream(size, &digest);
	CHECK(hash_equal(&digest, &sealed.sha256));
	check_prefix(&sealed);
	check_blocks(&sealed);
	CHECK_OK(object_commit(&sealed, &err), err);
	check_stored_form(bench, &sealed);
	expect = expect_of(&sealed);
	check_out(bench, &expect, OBJECT_CHECK_PLAIN);
	check_out(bench, &expect, OBJECT_CHECK_STORED);
	check_reader(bench, &expect);
	CHECK_OK(object_check_stored(bench->store, &expect.object, OBJECT_SHAPE_EXHIBIT,
				     NULL, &seen, &err),
		 err);
	CHECK_INT(seen.stored_len, sealed.stored_len);
	CHECK_INT(seen.n_x25519, 1);
	CHECK_INT(seen.n_other, 0);
	object_sealed_done(&sealed);
	unput(bench, &expect);
}

static void
object_sizes(void)
{
	static const uint64_t edges[] = {4096,
					 65536,
					 8 * 65536,
					 BLOCK_LEN,
					 2 * BLOCK_LEN,
					 OBJECT_PIPE_MIN,
					 OBJECT_PIPE_MIN + BLOCK_LEN};
	struct bench bench;

	bench_init(&bench);
	check_round_trip(&bench, 0);
	check_round_trip(&bench, 1);
	for (size_t i = 0; i < ARRAY_LEN(edges); i++)
		for (uint64_t size = edges[i] - 1; size <= edges[i] + 1; size++)
			check_round_trip(&bench, size);
	check_round_trip(&bench, 13 * BLOCK_LEN + 777);
	check_round_trip(&bench, 1024 * SPAN_MIN);
	check_round_trip(&bench, 1024 * SPAN_MIN + 1);
	bench_done(&bench);
}

static int
is_zeros(void *arg, const uint8_t *bytes, size_t len, struct amana_error *err)
{
	(void)err;
	CHECK(bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
	*(uint64_t *)arg += len;
	return 0;
}

/* A real file through the folder store; the digest is `head -c 200000000 /dev/zero |
 * sha256sum`. */
static void
object_large_file(void)
{
	static const uint64_t size = 200000000;
	/* What the file is taken for.  It counts only as far as it changes the span. */
	static const uint64_t said[] = {0, 1 << 26, 1 << 27, 1 << 29, (1 << 28) - 1};
	char folder[] = "/tmp/amana-object-XXXXXX", text[HASH_HEX_LEN + 1];
	struct object_source source = {.read = object_read_fd};
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	struct object_expect expect;
	struct bench bench;
	struct amana_error err;
	uint64_t n = 0;
	struct object_sink sink = {is_zeros, &n};
	int fd = memfd_create("sparse", MFD_CLOEXEC);

	CHECK(fd >= 0 && ftruncate(fd, (off_t)size) == 0 && mkdtemp(folder) != NULL);
	bench_init(&bench);
	object_sealer_free(bench.sealer);
	store_free(bench.store);
	CHECK_OK(store_open(folder, STORE_CREATE, &bench.store, &err), err);
	CHECK_OK(object_sealer_new(bench.store, &bench.sealer, &err), err);
	source.arg = &fd;
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct object_sealing sealing = {
			.source = &source, .size = said[i], .identity = &bench.identity};

		CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
		CHECK_INT(object_seal(bench.sealer, &sealing, &sealed, &err),
			  spans_span(said[i]) == spans_span(size)
				  ? 0
				  : OBJECT_SEAL_OTHER_SIZE);
		CHECK_INT(n_stored(bench.store), 0);
	}
	CHECK(sealed.writer != NULL);
	CHECK_INT(n_stored(bench.store), 0);
	CHECK_OK(object_commit(&sealed, &err), err);
	object_sealed_done(&sealed);
	hash_hex(&sealed.sha256, text);
	CHECK_STR(text,
		  "d162f6594b643795442d4c7bba3a1711962b9e63717625d9f1f9696df315c86b");
	expect = expect_of(&sealed);
	CHECK_OK(object_retrieve(&(struct object_retrieval){.store = bench.store,
							    .identity = &bench.identity,
							    .expect = &expect,
							    .check = OBJECT_CHECK_STORED,
							    .sink = &sink},
				 &err),
		 err);
	CHECK_INT(n, size);
	unput(&bench, &expect);
	bench_done(&bench);
	close(fd);
	{
		char command[64];

		snprintf(command, sizeof command, "rm -r %s", folder);
		CHECK_INT(system(command), 0);
	}
}

static bool
say_known(void *arg, uint64_t size, const struct hash *sha256)
{
	struct hash digest;

	hash_stream(size, &digest);
	CHECK(hash_equal(&digest, sha256));
	++*(int *)arg;
	return true;
}

static bool
say_new(void *arg, uint64_t size, const struct hash *sha256)
{
	say_known(arg, size, sha256);
	return false;
}

static void
object_known(void)
{
	static const uint64_t sizes[] = {0, 5000, 3 * BLOCK_LEN,
					 OBJECT_PIPE_MIN + 5 * BLOCK_LEN + 1};
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct stream stream = {.size = sizes[i]}, again = {.size = sizes[i]};
		struct object_sealed sealed = OBJECT_SEALED_INIT;
		struct object_source source;
		int n_asked = 0;
		struct object_known known = {say_known, &n_asked},
				    not_known = {say_new, &n_asked};

		fault_arm(FAULT_STORE, UINT64_MAX, EIO, false);
		CHECK_INT(seal_watched(&bench, &stream, &known, NULL, &source, &sealed,
				       &err),
			  OBJECT_SEAL_KNOWN);
		if (sizes[i] <= BLOCK_LEN)
			CHECK_INT(fault_passed(), 0);
		fault_disarm();
		CHECK_INT(n_asked, 1);
		CHECK_INT(sealed.size, sizes[i]);
		check_prefix(&sealed);
		CHECK(sealed.writer == NULL);
		CHECK_FAILS(object_commit(&sealed, &err), err, AMANA_E_BUG);
		object_sealed_done(&sealed);
		CHECK_INT(n_stored(bench.store), 0);

		CHECK_OK(seal_watched(&bench, &again, &not_known, NULL, &source, &sealed,
				      &err),
			 err);
		CHECK_INT(n_asked, 2);
		object_sealed_done(&sealed); /* not committed */
		CHECK_INT(n_stored(bench.store), 0);
	}
	bench_done(&bench);
}

static void
object_source_fails(void)
{
	static const uint64_t places[] = {1,
					  AGE_CHUNK_LEN + 1,
					  BLOCK_LEN,
					  BLOCK_LEN + 1,
					  OBJECT_PIPE_MIN + 1,
					  OBJECT_PIPE_MIN + 2 * BLOCK_LEN};
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct stream stream = {.size = OBJECT_PIPE_MIN + 9 * BLOCK_LEN,
					.fail_at = places[i]};
		struct object_sealed sealed = OBJECT_SEALED_INIT;
		struct object_source source;

		CHECK_FAILS(
			seal_watched(&bench, &stream, NULL, NULL, &source, &sealed, &err),
			err, AMANA_E_IO);
		CHECK(source.failed);
		CHECK_STR(err.msg, "the medium is scratched");
		CHECK(sealed.writer == NULL);
		CHECK_INT(n_stored(bench.store), 0);
		check_round_trip(&bench, 100); /* the sealer is none the worse */
	}
	bench_done(&bench);
}

static void
object_sink_fails(void)
{
	static const uint64_t sizes[] = {100, OBJECT_PIPE_MIN + 9 * BLOCK_LEN};
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct object_expect expect = put(&bench, sizes[i]);
		struct stream stream = {.size = sizes[i], .fail_at = sizes[i] / 2};
		struct object_sink sink = {stream_write, &stream};

		CHECK_FAILS(
			object_retrieve(
				&(struct object_retrieval){.store = bench.store,
							   .identity = &bench.identity,
							   .expect = &expect,
							   .check = OBJECT_CHECK_PLAIN,
							   .sink = &sink},
				&err),
			err, AMANA_E_IO);
		CHECK_STR(err.msg, "the paper is full");
		CHECK(stream.at <= stream.fail_at);
	}
	bench_done(&bench);
}

static void
object_cancelled(void)
{
	static const uint64_t sizes[] = {100, 3 * BLOCK_LEN,
					 OBJECT_PIPE_MIN + 20 * BLOCK_LEN};
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		for (int late = 0; late < 2; late++) {
			atomic_bool cancel = late == 0;
			struct stream stream = {.size = sizes[i],
						.cancel = &cancel,
						.cancel_at = sizes[i] / 2};
			struct monitor monitor = {&cancel, stream_progress, &stream};
			struct object_sealed sealed = OBJECT_SEALED_INIT;
			struct object_source source;
			struct object_expect expect;
			struct object_seen seen;

			if (late == 1 && sizes[i] <= BLOCK_LEN)
				continue; /* done at one go */
			CHECK_FAILS(seal_watched(&bench, &stream, NULL, &monitor, &source,
						 &sealed, &err),
				    err, AMANA_E_CANCELLED);
			CHECK(!source.failed && stream.at < stream.size);
			CHECK_INT(n_stored(bench.store), 0);
			expect = put(&bench, sizes[i]);
			stream.progressed = 0;
			cancel = late == 0;
			CHECK_FAILS(object_retrieve(
					    &(struct object_retrieval){
						    .store = bench.store,
						    .identity = &bench.identity,
						    .expect = &expect,
						    .check = OBJECT_CHECK_PLAIN,
						    .monitor = &monitor},
					    &err),
				    err, AMANA_E_CANCELLED);
			CHECK(stream.progressed < sizes[i]);
			stream.progressed = 0;
			cancel = late == 0;
			CHECK_FAILS(object_check_stored(bench.store, &expect.object,
							OBJECT_SHAPE_ANY, &monitor, &seen,
							&err),
				    err, AMANA_E_CANCELLED);
			unput(&bench, &expect);
		}
	bench_done(&bench);
}

int
main(void)
{
	RUN(object_sizes);
	RUN(object_large_file);
	RUN(object_known);
	RUN(object_source_fails);
	RUN(object_sink_fails);
	RUN(object_cancelled);
	return 0;
}
