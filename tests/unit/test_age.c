/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/fault.h"
#include "base/queue.h"
#include "crypto/age.h"
#include "crypto/hash.h"

/* Whole files, chunks.  Keys are in test_age_key.c, the header's grammar is in
 * test_age_header.c. */

static struct amana_error err;
static uint8_t pattern[300000];

#define SEALED_LEN (AGE_CHUNK_LEN + AGE_TAG_LEN)

struct person {
	struct secret identity;
	struct age_recipient recipient;
};

static struct person
person_new(void)
{
	struct person person = {.identity = SECRET_INIT};

	CHECK_OK(age_identity_new(&person.identity, &err), err);
	age_identity_recipient(&person.identity, &person.recipient);
	return person;
}

static void
sender_refuses_low_order(void)
{
	struct buf file = BUF_INIT(1 << 20);
	struct age_recipient recipients[2];
	struct person person = person_new();

	recipients[0] = person.recipient;
	memset(recipients[1].pub, 0, AGE_KEY_LEN);
	CHECK_OK(buf_add_str(&file, "before", &err), err);
	CHECK_FAILS(age_seal(recipients, 2, BYTES_STR("x"), &file, &err), err,
		    AMANA_E_FORMAT);
	CHECK_INT(file.len, 6);
	recipients[1].pub[0] = 1;
	CHECK_FAILS(age_seal(recipients, 2, BYTES_STR("x"), &file, &err), err,
		    AMANA_E_FORMAT);
	CHECK_INT(file.len, 6);
	buf_done(&file);
	secret_done(&person.identity);
}

static void
check_opens(const struct secret *identity, struct bytes file, struct bytes want)
{
	struct secret plain = SECRET_INIT;

	CHECK_OK(age_open(identity, 1, file, &plain, &err), err);
	CHECK_INT(plain.len, want.len);
	CHECK(memcmp(plain.data, want.data, want.len) == 0);
	secret_done(&plain);
}

static void
round_trips(void)
{
	static const size_t sizes[] = {0,     1,     15,     16,     1024,   65535,
				       65536, 65537, 131071, 131072, 131073, 300000};
	struct person people[3] = {person_new(), person_new(), person_new()};
	struct age_recipient recipients[2] = {people[0].recipient, people[1].recipient};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct bytes plain = {pattern, sizes[i]};
		struct secret none = SECRET_INIT;
		struct buf file = BUF_INIT(1 << 20);

		CHECK_OK(age_seal(recipients, 2, plain, &file, &err), err);
		check_opens(&people[0].identity, BYTES_OF(file), plain);
		check_opens(&people[1].identity, BYTES_OF(file), plain);
		CHECK_INT(age_open(&people[2].identity, 1, BYTES_OF(file), &none, &err),
			  1);
		CHECK_INT(age_open(NULL, 0, BYTES_OF(file), &none, &err), 1);
		CHECK(none.data == NULL);
		CHECK(!age_is_scrypt(BYTES_OF(file)));
		buf_done(&file);
	}
	for (int i = 0; i < 3; i++)
		secret_done(&people[i].identity);
}

static void
any_of_several_identities_opens(void)
{
	struct person people[2] = {person_new(), person_new()};
	struct secret identities[2] = {people[0].identity, people[1].identity},
		      plain = SECRET_INIT;
	struct buf file = BUF_INIT(1 << 20);

	CHECK_OK(age_seal(&people[1].recipient, 1, BYTES_STR("to the second"), &file,
			  &err),
		 err);
	CHECK_OK(age_open(identities, 2, BYTES_OF(file), &plain, &err), err);
	CHECK_INT(plain.len, 13);
	secret_done(&plain);
	identities[0].len = 31;
	CHECK_FAILS(age_open(identities, 2, BYTES_OF(file), &plain, &err), err,
		    AMANA_E_BUG);
	buf_done(&file);
	secret_done(&people[0].identity);
	secret_done(&people[1].identity);
}

static void
recipients_have_a_limit(void)
{
	static struct age_recipient recipients[AGE_RECIPIENTS_MAX + 1];
	struct person person = person_new();
	struct buf file = BUF_INIT(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(recipients); i++)
		recipients[i] = person.recipient;
	CHECK_OK(age_seal(recipients, AGE_RECIPIENTS_MAX, BYTES_STR("all"), &file, &err),
		 err);
	check_opens(&person.identity, BYTES_OF(file), BYTES_STR("all"));
	CHECK_FAILS(
		age_seal(recipients, AGE_RECIPIENTS_MAX + 1, BYTES_STR("x"), &file, &err),
		err, AMANA_E_LIMIT);
	CHECK_FAILS(age_seal(recipients, 0, BYTES_STR("x"), &file, &err), err,
		    AMANA_E_LIMIT);
	buf_done(&file);
	secret_done(&person.identity);
}

static void
passphrases(void)
{
	struct secret right = SECRET_INIT, wrong = SECRET_INIT, plain = SECRET_INIT;
	struct person person = person_new();
	struct buf file = BUF_INIT(1 << 20), other = BUF_INIT(1 << 20);

	CHECK_OK(secret_from("kumi na mbili", 13, &right, &err), err);
	CHECK_OK(secret_from("kumi na moja", 12, &wrong, &err), err);
	CHECK_OK(age_seal_scrypt(&right, 4, BYTES_STR("an identity"), &file, &err), err);
	CHECK(age_is_scrypt(BYTES_OF(file)));
	CHECK_OK(age_open_scrypt(&right, BYTES_OF(file), &plain, &err), err);
	CHECK(plain.len == 11 && memcmp(plain.data, "an identity", 11) == 0);
	secret_done(&plain);
	CHECK_INT(age_open_scrypt(&wrong, BYTES_OF(file), &plain, &err), 1);
	CHECK_INT(age_open(&person.identity, 1, BYTES_OF(file), &plain, &err), 1);
	CHECK_OK(age_seal(&person.recipient, 1, BYTES_STR("x"), &other, &err), err);
	CHECK_INT(age_open_scrypt(&right, BYTES_OF(other), &plain, &err), 1);
	CHECK(plain.data == NULL);
	CHECK_FAILS(age_seal_scrypt(&right, AGE_SCRYPT_LOG_N_MAX + 1, BYTES_STR("x"),
				    &other, &err),
		    err, AMANA_E_BUG);
	CHECK_FAILS(age_seal_scrypt(&right, 0, BYTES_STR("x"), &other, &err), err,
		    AMANA_E_BUG);
	buf_done(&file);
	buf_done(&other);
	secret_done(&right);
	secret_done(&wrong);
	secret_done(&person.identity);
}

/* Every byte of a file inverted, every prefix of it, and every one-byte insertion:
 * refused. */
static void
nothing_altered_opens(void)
{
	struct person person = person_new();
	struct secret plain = SECRET_INIT;
	struct buf file = BUF_INIT(1 << 20);
	uint8_t longer[1024];

	CHECK_OK(age_seal(&person.recipient, 1, BYTES_STR("twenty-one bytes long"), &file,
			  &err),
		 err);
	CHECK(file.len < sizeof longer);
	for (size_t i = 0; i < file.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			file.data[i] ^= (uint8_t)(1 << bit);
			CHECK(age_open(&person.identity, 1, BYTES_OF(file), &plain,
				       &err) != 0);
			file.data[i] ^= (uint8_t)(1 << bit);
		}
		CHECK_INT(age_open(&person.identity, 1, (struct bytes){file.data, i},
				   &plain, &err),
			  -1);
	}
	for (size_t i = 0; i <= file.len; i++) {
		static const char inserted[] = {0, '\n', ' ', '\r', '=', 'A', '-'};

		for (size_t k = 0; k < sizeof inserted; k++) {
			memcpy(longer, file.data, i);
			longer[i] = (uint8_t)inserted[k];
			memcpy(longer + i + 1, file.data + i, file.len - i);
			CHECK(age_open(&person.identity, 1,
				       (struct bytes){longer, file.len + 1}, &plain,
				       &err) != 0);
		}
	}
	CHECK(plain.data == NULL);
	check_opens(&person.identity, BYTES_OF(file), BYTES_STR("twenty-one bytes long"));
	buf_done(&file);
	secret_done(&person.identity);
}

static void
payload_lengths(void)
{
	static const struct {
		uint64_t payload, n_chunks, plain;
	} good[] = {
		{16, 1, 0},
		{17, 1, 1},
		{SEALED_LEN, 1, AGE_CHUNK_LEN},
		{SEALED_LEN + 17, 2, AGE_CHUNK_LEN + 1},
		{2 * SEALED_LEN, 2, 2 * AGE_CHUNK_LEN},
	};
	static const uint64_t bad[] = {0,
				       1,
				       15,
				       SEALED_LEN + 1,
				       SEALED_LEN + 15,
				       SEALED_LEN + 16,
				       2 * SEALED_LEN + 16};
	uint64_t n_chunks, plain_len;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK_INT(age_payload_layout(good[i].payload, &n_chunks, &plain_len), 0);
		CHECK_INT(n_chunks, good[i].n_chunks);
		CHECK_INT(plain_len, good[i].plain);
		CHECK_INT(age_payload_len(plain_len), good[i].payload);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(age_payload_layout(bad[i], &n_chunks, &plain_len), -1);
}

struct stream {
	struct person person;
	struct age_stream *stream;
	struct age_chunker *chunker;
	struct buf file;
	size_t payload_at;
};

/* Chunks sealed last first. */
static void
stream_sealed(struct stream *s, size_t plain_len)
{
	uint64_t n_chunks, again;
	uint8_t *out;

	*s = (struct stream){.person = person_new(), .file = BUF_INIT(1 << 20)};
	CHECK_OK(age_stream_create(&s->person.recipient, 1, &s->file, &s->stream, &err),
		 err);
	s->chunker = age_chunker_new(s->stream, &err);
	CHECK(s->chunker != NULL);
	s->payload_at = s->file.len;
	CHECK_INT(age_payload_layout(age_payload_len(plain_len), &n_chunks, &again), 0);
	out = buf_reserve(&s->file, age_payload_len(plain_len), &err);
	CHECK(out != NULL);
	for (uint64_t i = n_chunks; i-- > 0;) {
		size_t at = i * AGE_CHUNK_LEN;
		size_t len =
			plain_len - at < AGE_CHUNK_LEN ? plain_len - at : AGE_CHUNK_LEN;

		CHECK_OK(age_chunk_seal(s->chunker, i, i + 1 == n_chunks,
					(struct bytes){pattern + at, len},
					out + i * SEALED_LEN, &err),
			 err);
	}
	s->file.len += age_payload_len(plain_len);
}

static void
stream_done(struct stream *s)
{
	age_chunker_free(s->chunker);
	age_stream_free(s->stream);
	buf_done(&s->file);
	secret_done(&s->person.identity);
}

static void
chunks_in_any_order(void)
{
	CLEANUP(age_stream_freep) struct age_stream *stream = NULL;
	CLEANUP(age_chunker_freep) struct age_chunker *chunker = NULL;
	uint8_t out[SEALED_LEN];
	struct stream s;
	size_t payload_at;

	stream_sealed(&s, 150000);
	check_opens(&s.person.identity, BYTES_OF(s.file),
		    (struct bytes){pattern, 150000});
	CHECK_OK(age_stream_open(&s.person.identity, 1,
				 (struct bytes){s.file.data, s.payload_at}, &payload_at,
				 &stream, &err),
		 err);
	CHECK_INT(payload_at, s.payload_at);
	chunker = age_chunker_new(stream, &err);
	for (uint64_t i = 3; i-- > 0;) {
		size_t len =
			i < 2 ? SEALED_LEN : 150000 - 2 * AGE_CHUNK_LEN + AGE_TAG_LEN;

		memcpy(out, s.file.data + payload_at + i * SEALED_LEN, len);
		CHECK_OK(age_chunk_open(chunker, i, i == 2, (struct bytes){out, len}, out,
					&err),
			 err); /* in place */
		CHECK(memcmp(out, pattern + i * AGE_CHUNK_LEN, len - AGE_TAG_LEN) == 0);
	}
	stream_done(&s);
}

static void
check_chunk_fails(struct stream *s, uint64_t index, bool last, size_t at, size_t len)
{
	static uint8_t out[SEALED_LEN], none[SEALED_LEN];

	memset(out, 0, sizeof out);
	CHECK_FAILS(age_chunk_open(s->chunker, index, last,
				   (struct bytes){s->file.data + s->payload_at + at, len},
				   out, &err),
		    err, AMANA_E_TAMPERED);
	CHECK(memcmp(out, none, sizeof out) == 0); /* nothing unchecked came out */
}

static void
a_chunk_opens_in_its_own_place_only(void)
{
	struct stream s;

	stream_sealed(&s, 2 * AGE_CHUNK_LEN);
	check_chunk_fails(&s, 1, false, 0, SEALED_LEN);
	check_chunk_fails(&s, 0, true, 0, SEALED_LEN);
	check_chunk_fails(&s, 1, false, SEALED_LEN, SEALED_LEN);
	check_chunk_fails(&s, 0, true, SEALED_LEN, SEALED_LEN);
	check_chunk_fails(&s, 257, false, 0, SEALED_LEN);
	check_chunk_fails(&s, UINT64_C(1) << 56, false, 0, SEALED_LEN);
	check_chunk_fails(&s, 0, false, 0, SEALED_LEN - 1);
	check_chunk_fails(&s, 0, true, 0, SEALED_LEN + 1);
	check_chunk_fails(&s, 0, true, 0, 15);
	check_chunk_fails(&s, 0, true, 0, 0);
	check_chunk_fails(&s, 1, true, 0, 16);
	for (size_t at = SEALED_LEN; at < 2 * SEALED_LEN; at += 4099) {
		s.file.data[s.payload_at + at] ^= 0x40;
		check_chunk_fails(&s, 1, true, SEALED_LEN, SEALED_LEN);
		s.file.data[s.payload_at + at] ^= 0x40;
	}
	CHECK_FAILS(age_chunk_seal(s.chunker, 0, false, (struct bytes){pattern, 100},
				   s.file.data, &err),
		    err, AMANA_E_BUG);
	CHECK_FAILS(age_chunk_seal(s.chunker, 0, true,
				   (struct bytes){pattern, AGE_CHUNK_LEN + 1},
				   s.file.data, &err),
		    err, AMANA_E_BUG);
	CHECK_FAILS(age_chunk_seal(s.chunker, 1, true, (struct bytes){pattern, 0},
				   s.file.data, &err),
		    err, AMANA_E_BUG);
	stream_done(&s);
}

static void
check_tampered(struct stream *s, size_t len)
{
	struct secret plain = SECRET_INIT;

	CHECK_FAILS(age_open(&s->person.identity, 1, (struct bytes){s->file.data, len},
			     &plain, &err),
		    err, AMANA_E_TAMPERED);
	CHECK(plain.data == NULL);
}

static void
files_cut_or_added_to(void)
{
	uint8_t chunk[SEALED_LEN];
	struct stream s;
	size_t len;

	stream_sealed(&s, 2 * AGE_CHUNK_LEN + 1);
	len = s.file.len;
	check_tampered(&s, len - 17);		   /* at the boundary */
	check_tampered(&s, len - 17 - SEALED_LEN); /* at the boundary before */
	check_tampered(&s, len - 1);
	check_tampered(&s, len - 2);	  /* a last chunk of less than a tag */
	check_tampered(&s, s.payload_at); /* nothing left */
	CHECK_OK(buf_add_byte(&s.file, 0, &err), err);
	check_tampered(&s, s.file.len);
	memcpy(chunk, s.file.data + s.payload_at, SEALED_LEN); /* the first two swapped */
	memmove(s.file.data + s.payload_at, s.file.data + s.payload_at + SEALED_LEN,
		SEALED_LEN);
	memcpy(s.file.data + s.payload_at + SEALED_LEN, chunk, SEALED_LEN);
	check_tampered(&s, len);
	stream_done(&s);
}

static void
large_files_are_not_for_memory(void)
{
	CLEANUP(mem_freep) uint8_t *zeros = mem_new(SECRET_MAX + 1, &err);
	struct person person = person_new();
	struct secret plain = SECRET_INIT;
	struct buf file = BUF_INIT(2 * SECRET_MAX), small = BUF_INIT(200);

	CHECK_OK(age_seal(&person.recipient, 1, (struct bytes){zeros, SECRET_MAX}, &file,
			  &err),
		 err);
	check_opens(&person.identity, BYTES_OF(file), (struct bytes){zeros, SECRET_MAX});
	buf_clear(&file);
	CHECK_OK(age_seal(&person.recipient, 1, (struct bytes){zeros, SECRET_MAX + 1},
			  &file, &err),
		 err);
	CHECK_FAILS(age_open(&person.identity, 1, BYTES_OF(file), &plain, &err), err,
		    AMANA_E_LIMIT);
	CHECK_FAILS(
		age_seal(&person.recipient, 1, (struct bytes){zeros, 100}, &small, &err),
		err, AMANA_E_LIMIT);
	CHECK_INT(small.len, 0);
	buf_done(&file);
	buf_done(&small);
	secret_done(&person.identity);
}

/* Every allocation fails once; each time the outputs are as they were. */
static void
out_of_memory(void)
{
	struct person person = person_new();
	struct secret passphrase = SECRET_INIT, plain = SECRET_INIT;
	struct buf file = BUF_INIT(1 << 20), locked = BUF_INIT(1 << 20);
	uint64_t nth = 0;
	int r;

	CHECK_OK(secret_from("x", 1, &passphrase, &err), err);
	do {
		buf_done(&file);
		fault_arm(FAULT_ALLOC, ++nth, 0, false);
		r = age_seal(&person.recipient, 1, (struct bytes){pattern, 70000}, &file,
			     &err);
		fault_disarm();
		CHECK(r == 0 || (err.code == AMANA_E_NOMEM && file.len == 0));
	} while (r != 0);
	nth = 0;
	do {
		fault_arm(FAULT_ALLOC, ++nth, 0, false);
		r = age_open(&person.identity, 1, BYTES_OF(file), &plain, &err);
		fault_disarm();
		CHECK(r == 0 || (err.code == AMANA_E_NOMEM && plain.data == NULL));
	} while (r != 0);
	secret_done(&plain);
	nth = 0;
	do {
		buf_done(&locked);
		fault_arm(FAULT_ALLOC, ++nth, 0, false);
		r = age_seal_scrypt(&passphrase, 1, BYTES_STR("x"), &locked, &err);
		if (r == 0)
			r = age_open_scrypt(&passphrase, BYTES_OF(locked), &plain, &err);
		fault_disarm();
		CHECK(r == 0 || (err.code == AMANA_E_NOMEM && plain.data == NULL));
	} while (r != 0);
	secret_done(&plain);
	nth = 0;
	do {
		struct age_stream *stream = NULL;
		struct age_chunker *chunker = NULL;

		buf_done(&file);
		fault_arm(FAULT_ALLOC, ++nth, 0, false);
		r = age_stream_create(&person.recipient, 1, &file, &stream, &err);
		if (r == 0 && (chunker = age_chunker_new(stream, &err)) == NULL)
			r = -1;
		fault_disarm();
		CHECK(r == 0 || err.code == AMANA_E_NOMEM);
		age_chunker_free(chunker);
		age_stream_free(stream);
	} while (r != 0);
	buf_done(&file);
	buf_done(&locked);
	secret_done(&passphrase);
	secret_done(&person.identity);
}

struct shared {
	struct stream s;
	uint64_t n_bad; /* atomic */
};

/* A chunker of its own over the common stream, and whole files beside it. */
static void
open_and_seal(void *arg)
{
	struct shared *shared = arg;
	struct stream *s = &shared->s;
	struct amana_error own_err;
	struct age_chunker *chunker = age_chunker_new(s->stream, &own_err);
	static const size_t last_len = 100 + AGE_TAG_LEN;
	struct buf file = BUF_INIT(1 << 20);
	uint8_t out[SEALED_LEN];

	for (int i = 0; i < 20; i++) {
		const uint8_t *chunk = s->file.data + s->payload_at;

		if (chunker == NULL ||
		    age_chunk_open(chunker, 0, false, (struct bytes){chunk, SEALED_LEN},
				   out, &own_err) < 0 ||
		    age_chunk_open(chunker, 1, true,
				   (struct bytes){chunk + SEALED_LEN, last_len}, out,
				   &own_err) < 0 ||
		    memcmp(out, pattern + AGE_CHUNK_LEN, 100) != 0 ||
		    age_seal(&s->person.recipient, 1, BYTES_STR("x"), &file, &own_err) <
			    0)
			__atomic_add_fetch(&shared->n_bad, 1, __ATOMIC_RELAXED);
	}
	buf_done(&file);
	age_chunker_free(chunker);
}

static void
threads_share_a_stream(void)
{
	struct shared shared = {.n_bad = 0};
	struct workers *workers = NULL;

	stream_sealed(&shared.s, AGE_CHUNK_LEN + 100);
	CHECK_OK(workers_start(4, open_and_seal, &shared, &workers, &err), err);
	workers_join(workers);
	CHECK_INT(shared.n_bad, 0);
	stream_done(&shared.s);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = (uint8_t)(i * 7 + i / 251);
	RUN(sender_refuses_low_order);
	RUN(round_trips);
	RUN(any_of_several_identities_opens);
	RUN(recipients_have_a_limit);
	RUN(passphrases);
	RUN(nothing_altered_opens);
	RUN(payload_lengths);
	RUN(chunks_in_any_order);
	RUN(a_chunk_opens_in_its_own_place_only);
	RUN(files_cut_or_added_to);
	RUN(large_files_are_not_for_memory);
	RUN(out_of_memory);
	RUN(threads_share_a_stream);
	return 0;
}
