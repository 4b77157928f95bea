/* SPDX-License-Identifier: Apache-2.0 */
#include "object_bench.h"

#include <unistd.h>

static void
object_every_byte_counts(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(8192);
	struct object_expect expect, other;
	static uint8_t chunk[AGE_CHUNK_LEN];
	struct bench bench;
	struct amana_error err;
	size_t got;

	bench_init(&bench);
	expect = put(&bench, 10);
	get(&bench, &expect, &file);
	for (size_t i = 0; i < file.len; i++) {
		CLEANUP(object_reader_freep) struct object_reader *reader = NULL;

		other = expect;
		file.data[i] ^= (uint8_t)(1 << i % 8);
		put_instead(&bench, BYTES_OF(file), &other);
		check_tampered(&bench, &other);
		CHECK(object_reader_open(bench.store, &bench.identity, &other, &reader,
					 &err) < 0 ||
		      object_reader_chunks(reader, 0, 1, chunk, &got, &err) < 0);
		CHECK_INT(err.code, AMANA_E_TAMPERED);
		unput(&bench, &other);
		file.data[i] ^= (uint8_t)(1 << i % 8);
	}
	bench_done(&bench);
}

static void
object_lengths_count(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(4 << 20);
	struct object_expect expect, other;
	struct bench bench;
	struct amana_error err;
	size_t whole, start;

	bench_init(&bench);
	expect = put(&bench, 5 * AGE_CHUNK_LEN + 100);
	get(&bench, &expect, &file);
	whole = file.len;
	start = whole - (padme_len(expect.size) + 6 * AGE_TAG_LEN);
	for (size_t i = 0; i <= 6; i++)
		for (size_t off = 0; off < 3; off++) {
			size_t len = start + i * BLOCK_STRIDE + off - 1;

			if (len >= whole)
				continue;
			other = expect;
			put_instead(&bench, (struct bytes){file.data, len}, &other);
			check_tampered(&bench, &other);
		}
	other = expect;
	put_instead(&bench, (struct bytes){file.data, 0}, &other);
	check_tampered(&bench, &other);
	other = expect;
	CHECK_OK(buf_add_byte(&file, 0, &err), err);
	put_instead(&bench, BYTES_OF(file), &other);
	check_tampered(&bench, &other);
	bench_done(&bench);
}

static void
object_chunks_stay_in_place(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(4 << 20);
	CLEANUP(mem_freep) uint8_t *chunk = NULL;
	struct object_expect expect, other;
	struct bench bench;
	struct amana_error err;
	uint8_t *first;

	bench_init(&bench);
	chunk = mem_new(BLOCK_STRIDE, &err);
	CHECK(chunk != NULL);
	expect = put(&bench, 3 * AGE_CHUNK_LEN);
	other = expect;
	get(&bench, &expect, &file);
	first = file.data + file.len - (padme_len(expect.size) + 3 * AGE_TAG_LEN);
	memcpy(chunk, first, BLOCK_STRIDE);
	memcpy(first, first + BLOCK_STRIDE, BLOCK_STRIDE);
	memcpy(first + BLOCK_STRIDE, chunk, BLOCK_STRIDE);
	put_instead(&bench, BYTES_OF(file), &other);
	check_tampered(&bench, &other);
	bench_done(&bench);
}

/* A chunk that fails leaves nothing behind that could pass for another chunk. */
static void
object_reader_forgets_bad_chunks(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(4 << 20);
	CLEANUP(object_reader_freep) struct object_reader *reader = NULL;
	struct object_expect expect;
	struct bench bench;
	struct amana_error err;
	static uint8_t bytes[3 * AGE_CHUNK_LEN];
	size_t got;

	bench_init(&bench);
	expect = put(&bench, 3 * AGE_CHUNK_LEN);
	get(&bench, &expect, &file);
	file.data[file.len - (padme_len(expect.size) + 3 * AGE_TAG_LEN) + BLOCK_STRIDE] ^=
		1;
	put_instead(&bench, BYTES_OF(file), &expect);
	CHECK_OK(object_reader_open(bench.store, &bench.identity, &expect, &reader, &err),
		 err);
	for (int i = 0; i < 2; i++) {
		CHECK_OK(object_reader_chunks(reader, 0, 1, bytes, &got, &err), err);
		CHECK_INT(got, AGE_CHUNK_LEN);
		for (size_t j = 0; j < got; j++)
			CHECK(bytes[j] == byte_at(j));
		CHECK_OK(object_reader_chunks(reader, 2, 1, bytes, &got, &err), err);
		for (size_t j = 0; j < got; j++)
			CHECK(bytes[j] == byte_at(2 * AGE_CHUNK_LEN + j));
		memset(bytes, 0xee, sizeof bytes);
		CHECK_FAILS(object_reader_chunks(reader, 0, 3, bytes, &got, &err), err,
			    AMANA_E_TAMPERED);
		CHECK_INT(got, 0);
		for (size_t j = AGE_CHUNK_LEN; j < 2 * AGE_CHUNK_LEN; j++)
			CHECK_INT(bytes[j], 0);
	}
	object_reader_freep(&reader);
	bench_done(&bench);
}

static int
write_late(void *arg, const uint8_t *bytes, size_t len, struct amana_error *err)
{
	usleep(50000); /* the stages before this one are far ahead by now */
	return stream_write(arg, bytes, len, err);
}

/* Two stages fail, the later one earlier in the file: that is the failure told. */
static void
object_first_failure_counts(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(32 << 20);
	struct object_expect expect;
	struct bench bench;
	struct amana_error err;
	struct stream stream = {.size = OBJECT_PIPE_MIN + 3 * BLOCK_LEN, .fail_at = 1};
	struct object_sink sink = {write_late, &stream};

	bench_init(&bench);
	expect = put(&bench, stream.size);
	get(&bench, &expect, &file);
	file.data[3 * BLOCK_CHUNKS * BLOCK_STRIDE] ^= 1;
	put_instead(&bench, BYTES_OF(file), &expect);
	CHECK_FAILS(
		object_retrieve(&(struct object_retrieval){.store = bench.store,
							   .identity = &bench.identity,
							   .expect = &expect,
							   .check = OBJECT_CHECK_PLAIN,
							   .sink = &sink},
				&err),
		err, AMANA_E_IO);
	CHECK_FAILS(
		object_retrieve(&(struct object_retrieval){.store = bench.store,
							   .identity = &bench.identity,
							   .expect = &expect,
							   .check = OBJECT_CHECK_PLAIN},
				&err),
		err, AMANA_E_TAMPERED);
	bench_done(&bench);
}

/* Another exhibit's object, well formed, in the place of this one: of the same length, so
 * that only key and digest tell. */
static void
object_swapped(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	struct object_expect expect, other, same_key;
	struct bench bench, stranger;
	struct stream stream = {.size = 4001, .at = 1};
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	struct amana_error err;

	bench_init(&bench);
	bench_init(&stranger);
	expect = put(&bench, 4000);
	other = put(&stranger, 4000);
	get(&stranger, &other, &file);
	other = expect;
	put_instead(&bench, BYTES_OF(file), &other);
	check_tampered(&bench, &other);

	CHECK_OK(seal(&bench, &stream, &sealed, &err), err);
	CHECK_OK(object_commit(&sealed, &err), err);
	same_key = expect;
	same_key.object = sealed.object;
	CHECK_FAILS(
		object_retrieve(&(struct object_retrieval){.store = bench.store,
							   .identity = &bench.identity,
							   .expect = &same_key,
							   .check = OBJECT_CHECK_PLAIN},
				&err),
		err, AMANA_E_TAMPERED);
	object_sealed_done(&sealed);
	bench_done(&stranger);
	bench_done(&bench);
}

/* An age file that a dishonest depositor made by hand: content, then what he likes. */
static void
forge(struct bench *bench, size_t size, size_t padded, size_t mark_at,
      struct object_expect *ret_expect)
{
	CLEANUP(buf_done) struct buf plain = BUF_INIT(1 << 20);
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	struct amana_error err;
	uint8_t *bytes = buf_reserve(&plain, padded, &err);
	CLEANUP(spans_freep) struct spans *spans = spans_new(&err);

	CHECK(spans != NULL && bytes != NULL);
	memset(bytes, 0, padded);
	for (size_t i = 0; i < size; i++)
		bytes[i] = byte_at(i);
	hash_of(bytes, size, &ret_expect->sha256);
	*ret_expect = (struct object_expect){.sha256 = ret_expect->sha256};
	spans_begin(spans, SPAN_MIN);
	spans_add(spans, bytes, size);
	if (spans_count(size) > 0)
		ret_expect->blocks = spans_finish(spans);
	keep(bench, ret_expect);
	ret_expect->size = size;
	if (mark_at < padded)
		bytes[mark_at] = 1;
	CHECK_OK(age_seal(&bench->recipient, 1, (struct bytes){bytes, padded}, &file,
			  &err),
		 err);
	put_instead(bench, BYTES_OF(file), ret_expect);
}

static void
object_hides_nothing_in_the_padding(void)
{
	struct object_expect expect;
	struct bench bench;

	bench_init(&bench);
	forge(&bench, 100, 4096, SIZE_MAX, &expect);
	check_out(&bench, &expect, OBJECT_CHECK_STORED); /* the forgery itself is good */
	forge(&bench, 100, 4096, 100, &expect);
	check_tampered(&bench, &expect);
	forge(&bench, 100, 4096, 4095, &expect);
	check_tampered(&bench, &expect);
	forge(&bench, 66000, padme_len(66000), 66000, &expect);
	check_tampered(&bench, &expect);
	forge(&bench, 100, 4097, SIZE_MAX, &expect);
	check_tampered(&bench, &expect);
	forge(&bench, 5000, 5000, SIZE_MAX, &expect); /* not padded at all */
	check_tampered(&bench, &expect);
	forge(&bench, 70000, 2 * 65536, SIZE_MAX, &expect); /* too much */
	check_tampered(&bench, &expect);
	bench_done(&bench);
}

static void
object_is_what_was_recorded(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	struct object_expect expect, other;
	struct bench bench;
	struct amana_error err;
	struct object_seen seen;

	bench_init(&bench);
	expect = put(&bench, 1000);
	other = expect;
	other.size = 999;
	check_tampered(&bench, &other);
	other = expect;
	other.size = UINT64_MAX;
	check_tampered(&bench, &other);
	CHECK_FAILS(
		object_retrieve(&(struct object_retrieval){.store = bench.store,
							   .identity = &bench.identity,
							   .expect = &other,
							   .check = OBJECT_CHECK_PLAIN},
				&err),
		err, AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, "no exhibit has") != NULL);
	other = expect;
	other.sha256.bytes[31] ^= 1;
	check_tampered(&bench, &other);
	other = expect;
	other.object.bytes[0] ^= 1; /* nothing is there */
	check_tampered(&bench, &other);
	CHECK_FAILS(object_check_stored(bench.store, &other.object, OBJECT_SHAPE_EXHIBIT,
					NULL, &seen, &err),
		    err, AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, "is not in the store") != NULL);

	/* The right object under a wrong name: only the digest of the stored bytes tells.
	 */
	get(&bench, &expect, &file);
	CHECK_OK(store_put(bench.store, store_name_object(&other.object).text,
			   BYTES_OF(file), false, &err),
		 err);
	check_out(&bench, &other, OBJECT_CHECK_PLAIN);
	CHECK_FAILS(
		object_retrieve(&(struct object_retrieval){.store = bench.store,
							   .identity = &bench.identity,
							   .expect = &other,
							   .check = OBJECT_CHECK_STORED},
				&err),
		err, AMANA_E_TAMPERED);
	CHECK_FAILS(object_check_stored(bench.store, &other.object, OBJECT_SHAPE_EXHIBIT,
					NULL, &seen, &err),
		    err, AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, store_name_object(&other.object).text) != NULL);
	bench_done(&bench);
}

/* Puts bytes under their own name, as whoever can write to the store can, and looks at
 * their shape.  *ret_read: how many bytes were read of them for their digest. */
static int
look_at(struct bench *bench, struct bytes file, enum object_shape shape,
	uint64_t *ret_read, struct object_seen *ret_seen, struct amana_error *err)
{
	struct object_expect expect = {.size = 0};
	struct stream stream = {.size = 0};
	const struct monitor monitor = {.progress = stream_progress, .arg = &stream};
	int r;

	put_instead(bench, file, &expect);
	r = object_check_stored(bench->store, &expect.object, shape, &monitor, ret_seen,
				err);
	*ret_read = stream.progressed;
	unput(bench, &expect);
	return r;
}

/* Plaintexts of these lengths, sealed to n recipients: which of them could be an
 * exhibit's object, and which a key file. */
static void
object_shapes(void)
{
	static const struct {
		size_t len, n;
		bool exhibit, keys;
	} cases[] = {
		{0, 1, false, true},
		{1, 1, false, true},
		{4095, 1, false, true},
		{4096, 1, true, true},
		{4096, 2, false, true},
		{4096, 0, false, true},
		{4097, 1, false, true},
		{4352, 1, true, true},
		{65536, 1, true, true},
		{65537, 1, false, true},
		{67584, 1, true, true},
		{262144, 1, true, true},
		{262145, 1, false, false},
		{262144, 512, false, true},
		{270336, 1, true, false},
		{5 << 20, 1, true, false},
		{(5 << 20) + 1, 1, false, false},
	};
	static struct age_recipient all[512];
	CLEANUP(mem_freep) uint8_t *plain = NULL;
	CLEANUP(secret_done) struct secret phrase = SECRET_INIT;
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	plain = mem_new((5 << 20) + 1, &err);
	CHECK(plain != NULL);
	CHECK_OK(secret_from("maneno", 6, &phrase, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i] = bench.recipient;
	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		CLEANUP(buf_done) struct buf file = BUF_INIT(8 << 20);
		const struct bytes text = {plain, cases[i / 2].len};
		bool is_exhibit = i % 2 == 0;
		enum object_shape shape =
			is_exhibit ? OBJECT_SHAPE_EXHIBIT : OBJECT_SHAPE_KEYS;
		size_t n = cases[i / 2].n;
		struct object_seen seen;
		uint64_t n_read;

		if (n == 0) /* with a passphrase */
			CHECK_OK(age_seal_scrypt(&phrase, 2, text, &file, &err), err);
		else
			CHECK_OK(age_seal(all, n, text, &file, &err), err);
		if (is_exhibit ? cases[i / 2].exhibit : cases[i / 2].keys) {
			CHECK_OK(look_at(&bench, BYTES_OF(file), shape, &n_read, &seen,
					 &err),
				 err);
			CHECK_INT(seen.n_x25519, n);
			CHECK_INT(seen.n_other, n == 0);
			CHECK_INT(seen.stored_len, file.len);
			CHECK_INT(n_read, file.len);
		} else {
			CHECK_FAILS(look_at(&bench, BYTES_OF(file), shape, &n_read, &seen,
					    &err),
				    err, AMANA_E_TAMPERED);
			CHECK_INT(n_read, 0);
		}
		CHECK_OK(look_at(&bench, BYTES_OF(file), OBJECT_SHAPE_ANY, &n_read, &seen,
				 &err),
			 err);
	}
	bench_done(&bench);
}

/* What is no age file, or is cut short or added to, is not read to its end. */
static void
object_without_a_shape(void)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(16 << 20);
	struct object_expect expect;
	struct object_seen seen;
	struct bench bench;
	struct amana_error err;
	uint64_t n_read;
	uint8_t *more;

	bench_init(&bench);
	expect = put(&bench, 5 << 20);
	get(&bench, &expect, &file);
	for (int shape = OBJECT_SHAPE_EXHIBIT; shape <= OBJECT_SHAPE_KEYS; shape++)
		for (size_t len = 0; len < 200; len++)
			CHECK_FAILS(look_at(&bench, (struct bytes){file.data, len},
					    (enum object_shape)shape, &n_read, &seen,
					    &err),
				    err, AMANA_E_TAMPERED);
	for (size_t less = 1; less < 40; less++) {
		CHECK_FAILS(look_at(&bench, (struct bytes){file.data, file.len - less},
				    OBJECT_SHAPE_EXHIBIT, &n_read, &seen, &err),
			    err, AMANA_E_TAMPERED);
		CHECK_INT(n_read, 0);
	}
	more = buf_reserve(&file, 5 << 20, &err);
	CHECK(more != NULL);
	memset(more, 0, 5 << 20);
	for (size_t n = 1; n < 40; n++) {
		CHECK_FAILS(look_at(&bench, (struct bytes){file.data, file.len + n},
				    OBJECT_SHAPE_EXHIBIT, &n_read, &seen, &err),
			    err, AMANA_E_TAMPERED);
		CHECK_INT(n_read, 0);
	}
	file.data[0] ^= 1;
	CHECK_FAILS(look_at(&bench, BYTES_OF(file), OBJECT_SHAPE_EXHIBIT, &n_read, &seen,
			    &err),
		    err, AMANA_E_TAMPERED);
	CHECK_INT(n_read, 0);
	bench_done(&bench);
}

/* The one thing that cannot be: a name that is taken before its object was sealed. */
static void
object_foreseen(void)
{
	struct stream stream = {.size = 10};
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	struct bench bench;
	struct amana_error err;

	bench_init(&bench);
	CHECK_OK(seal(&bench, &stream, &sealed, &err), err);
	CHECK_OK(store_put(bench.store, store_name_object(&sealed.object).text,
			   BYTES_STR("x"), false, &err),
		 err);
	CHECK_FAILS(object_commit(&sealed, &err), err, AMANA_E_TAMPERED);
	object_sealed_done(&sealed);
	bench_done(&bench);
}

int
main(void)
{
	RUN(object_every_byte_counts);
	RUN(object_lengths_count);
	RUN(object_chunks_stay_in_place);
	RUN(object_reader_forgets_bad_chunks);
	RUN(object_first_failure_counts);
	RUN(object_swapped);
	RUN(object_hides_nothing_in_the_padding);
	RUN(object_is_what_was_recorded);
	RUN(object_shapes);
	RUN(object_without_a_shape);
	RUN(object_foreseen);
	return 0;
}
