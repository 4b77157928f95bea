/* SPDX-License-Identifier: Apache-2.0 */
#include "object_bench.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Bytes are bound to what the depositor signed and not to the exhibit's key, which its
 * depositor and every reader hold: other texts, well sealed.
 */

/* 64 MiB and a bit: a span has two chunks, and the last one is short. */
#define LARGE (SPANS_MAX * SPAN_MIN + 100)

static void
in_a_folder(struct bench *bench, char *folder)
{
	struct amana_error err;

	bench_init(bench);
	CHECK(mkdtemp(folder) != NULL);
	object_sealer_free(bench->sealer);
	store_free(bench->store);
	CHECK_OK(store_open(folder, STORE_CREATE, &bench->store, &err), err);
	CHECK_OK(object_sealer_new(bench->store, &bench->sealer, &err), err);
}

static void
remove_folder(const char *folder)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	CHECK_INT(system(command), 0);
}

static int
open_stored(const char *folder, const struct object_expect *expect)
{
	char path[200];
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder,
		 store_name_object(&expect->object).text);
	CHECK(chmod(path, 0600) == 0);
	fd = open(path, O_RDWR);
	CHECK(fd >= 0);
	return fd;
}

/* Chunk `index` of an object as whoever holds the exhibit's key can seal it: with one of
 * its bytes changed, under the same file key and in the same place. */
static void
reseal_chunk(struct bench *bench, int fd, uint64_t index, size_t at)
{
	uint8_t start[1024], sealed[BLOCK_STRIDE];
	struct age_stream *stream;
	struct age_chunker *chunker;
	struct amana_error err;
	size_t payload;
	off_t place;

	CHECK(pread(fd, start, sizeof start, 0) == sizeof start);
	CHECK_OK(age_stream_open(&bench->identity, 1, (struct bytes){start, sizeof start},
				 &payload, &stream, &err),
		 err);
	chunker = age_chunker_new(stream, &err);
	CHECK(chunker != NULL);
	place = (off_t)(payload + index * BLOCK_STRIDE);
	CHECK(pread(fd, sealed, sizeof sealed, place) == sizeof sealed);
	CHECK_OK(age_chunk_open(chunker, index, false,
				(struct bytes){sealed, sizeof sealed}, sealed, &err),
		 err);
	sealed[at] ^= 1;
	CHECK_OK(age_chunk_seal(chunker, index, false,
				(struct bytes){sealed, AGE_CHUNK_LEN}, sealed, &err),
		 err);
	CHECK(pwrite(fd, sealed, sizeof sealed, place) == sizeof sealed);
	age_chunker_free(chunker);
	age_stream_free(stream);
}

static uint8_t bytes[4 * AGE_CHUNK_LEN];

/* Reads chunks and finds them whole. */
static void
check_read(struct object_reader *reader, uint64_t first, size_t n)
{
	struct amana_error err;
	size_t got;

	CHECK_OK(object_reader_chunks(reader, first, n, bytes, &got, &err), err);
	CHECK_INT(got, n * AGE_CHUNK_LEN);
	for (size_t i = 0; i < got; i++)
		CHECK(bytes[i] == byte_at(first * AGE_CHUNK_LEN + i));
}

/* Reads chunks, of which no byte comes out from `whole` on, chunks counted. */
static void
check_refused(struct object_reader *reader, uint64_t first, size_t n, size_t whole,
	      const char *why)
{
	struct amana_error err;
	size_t got;

	memset(bytes, 0xee, sizeof bytes);
	CHECK_FAILS(object_reader_chunks(reader, first, n, bytes, &got, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_INT(got, 0);
	CHECK(strstr(err.msg, why) != NULL && strstr(err.msg, "S-014") != NULL);
	for (size_t i = whole * AGE_CHUNK_LEN; i < n * AGE_CHUNK_LEN; i++)
		CHECK(bytes[i] == 0 || bytes[i] == 0xee);
}

/* Somebody re-seals a part of the object after it was checked as a whole, and while it is
 * being read: what was changed is never shown, the rest still is. */
static void
object_changed_after_its_check(void)
{
	static const uint64_t sizes[] = {LARGE, 10 * SPAN_MIN + 5};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		CLEANUP(object_reader_freep) struct object_reader *before = NULL;
		CLEANUP(object_reader_freep) struct object_reader *after = NULL;
		char folder[] = "/tmp/amana-blocks-XXXXXX";
		struct object_expect expect;
		struct bench bench;
		struct amana_error err;
		int fd;

		in_a_folder(&bench, folder);
		expect = put(&bench, sizes[i]);
		snprintf(expect.signer, sizeof expect.signer, "S-014");
		check_out(&bench, &expect, OBJECT_CHECK_STORED);
		CHECK_OK(object_reader_open(bench.store, &bench.identity, &expect,
					    &before, &err),
			 err);
		fd = open_stored(folder, &expect);
		check_read(before, 2, 2);
		check_read(before, 3, 1);
		reseal_chunk(&bench, fd, 3, 77);
		/* chunk 2 was checked before, in the span of chunk 3 or not */
		check_read(before, 2, 1);
		check_refused(before, 3, 1, 0, "block");
		check_refused(before, 2, 3, 1, "block");
		check_read(before, 4, 1);
		/* A reader who never saw it whole shows nothing of its span. */
		CHECK_OK(object_reader_open(bench.store, &bench.identity, &expect, &after,
					    &err),
			 err);
		check_refused(after, 3, 1, 0, "block");
		if (sizes[i] == LARGE)
			check_refused(after, 2, 1, 0, "block 2");
		check_read(after, 4, 2);
		reseal_chunk(&bench, fd, 3, 77); /* as it was */
		check_read(before, 2, 3);
		check_read(after, 2, 3);
		close(fd);
		object_reader_freep(&before);
		object_reader_freep(&after);
		bench_done(&bench);
		remove_folder(folder);
	}
}

/* An object of one chunk, sealed again as a whole: another text of the same length. */
static void
object_sealed_again(void)
{
	static const uint64_t sizes[] = {0, 1, 4096, SPAN_MIN, SPAN_MIN + 1, 300000};
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		CLEANUP(object_reader_freep) struct object_reader *reader = NULL;
		struct object_expect expect = put(&bench, sizes[i]), other;
		struct stream stream = {.size = sizes[i] + 1, .at = 1};
		struct object_sealed sealed = OBJECT_SEALED_INIT;
		size_t got;

		snprintf(expect.signer, sizeof expect.signer, "S-014");
		CHECK_OK(seal(&bench, &stream, &sealed, &err), err);
		CHECK_OK(object_commit(&sealed, &err), err);
		other = expect_of(&sealed);
		buf_clear(&file);
		get(&bench, &other, &file);
		unput(&bench, &expect);
		CHECK_OK(store_put(bench.store, store_name_object(&expect.object).text,
				   BYTES_OF(file), false, &err),
			 err);
		CHECK_OK(object_reader_open(bench.store, &bench.identity, &expect,
					    &reader, &err),
			 err);
		if (sizes[i] == 0) /* there is but one text of that length */
			CHECK_OK(object_reader_chunks(reader, 0, 1, bytes, &got, &err),
				 err);
		else
			check_refused(reader, 0, 1, 0,
				      sizes[i] <= SPAN_MIN ? "content" : "block 1");
		object_sealed_done(&sealed);
		unput(&bench, &other);
	}
	bench_done(&bench);
}

/* Two texts under one receipt: the digest is of one, the blocks are of the other.  No
 * check of the whole passes, whichever of them is stored. */
static void
object_of_two_texts(void)
{
	static const uint64_t sizes[] = {SPAN_MIN + 1, 3 * SPAN_MIN,
					 OBJECT_PIPE_MIN + BLOCK_LEN + 9};
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct object_expect one = put(&bench, sizes[i]), mixed;
		struct stream stream = {.size = sizes[i] + 1, .at = 1};
		struct object_sealed sealed = OBJECT_SEALED_INIT;
		struct object_expect two;

		CHECK_OK(seal(&bench, &stream, &sealed, &err), err);
		CHECK_OK(object_commit(&sealed, &err), err);
		two = expect_of(&sealed);
		keep(&bench, &two);
		object_sealed_done(&sealed);
		for (int k = 0; k < 4; k++) {
			struct object_retrieval retrieval = {
				.store = bench.store,
				.identity = &bench.identity,
				.expect = &mixed,
				.check = k & 1 ? OBJECT_CHECK_STORED : OBJECT_CHECK_PLAIN,
			};

			mixed = k & 2 ? two : one;
			mixed.blocks = k & 2 ? one.blocks : two.blocks;
			snprintf(mixed.signer, sizeof mixed.signer, "S-014");
			CHECK_FAILS(object_retrieve(&retrieval, &err), err,
				    AMANA_E_TAMPERED);
			CHECK(strstr(err.msg, "blocks") != NULL &&
			      strstr(err.msg, "S-014") != NULL);
			mixed.blocks = k & 2 ? two.blocks : one.blocks;
			mixed.sha256 = k & 2 ? one.sha256 : two.sha256;
			CHECK_FAILS(object_retrieve(&retrieval, &err), err,
				    AMANA_E_TAMPERED);
			CHECK(strstr(err.msg, "content") != NULL &&
			      strstr(err.msg, "S-014") != NULL);
		}
	}
	bench_done(&bench);
}

/* Every one of the digests counts, the first and the last too. */
static void
object_every_block_counts(void)
{
	struct bench bench;
	struct object_expect expect;
	struct amana_error err;

	bench_init(&bench);
	expect = put(&bench, 9 * SPAN_MIN + 1);
	CHECK_INT(expect.blocks.len, 10 * HASH_LEN);
	for (size_t i = 0; i < expect.blocks.len; i += HASH_LEN / 2 + 1) {
		struct object_expect other = expect;
		uint8_t *own;

		other.kept_ = NULL;
		CHECK_OK(object_expect_keep(&other, &err), err);
		own = other.kept_;
		own[i] ^= 0x80;
		check_tampered(&bench, &other);
		object_expect_done(&other);
	}
	bench_done(&bench);
}

int
main(void)
{
	RUN(object_changed_after_its_check);
	RUN(object_sealed_again);
	RUN(object_of_two_texts);
	RUN(object_every_block_counts);
	return 0;
}
