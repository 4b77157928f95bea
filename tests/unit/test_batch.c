/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/batch.h"

#include "check.h"

#define ORIGIN "test.example/00112233445566778899aabbccddeeff"
#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_TEXT "ffeeddccbbaa99887766554433221100"
#define ROOT "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=" /* 32 times 0xaa */
#define NOTE ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n" HEX_B "\n"

static struct bytes
bytes_of(const char *text)
{
	return BYTES_STR(text);
}

static void
note_round_trips(void)
{
	static const char *const texts[] = {
		NOTE,
		ORIGIN "/batch\n999999999999\n" HEX_A "\n" ID_TEXT
		       "\n0\n9007199254740991\n" ROOT "\n-\n",
	};
	CLEANUP(buf_done) struct buf again = BUF_INIT(4096);
	struct amana_error err;
	struct batch_note note;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CHECK_OK(batch_note_decode(bytes_of(texts[i]), ORIGIN, &note, &err), err);
		buf_clear(&again);
		CHECK_OK(batch_note_encode(&note, ORIGIN, &again, &err), err);
		CHECK_STR(buf_text(&again), texts[i]);
	}
	CHECK_OK(batch_note_decode(bytes_of(NOTE), NULL, &note, &err), err);
	CHECK_INT(note.n, 7);
	CHECK_INT(note.prev.bytes[31], 0xaa);
	CHECK_INT(note.nonce.bytes[0], 0xff);
	CHECK_INT(note.before, 3);
	CHECK_INT(note.after, 5);
	CHECK_INT(note.root.bytes[0], 0xaa);
	CHECK(note.has_bundle);
	CHECK_INT(note.bundle.bytes[9], 0xbb);
}

static void
bad_notes_are_refused(void)
{
	static const char *const texts[] = {
		"",
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n",
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n-",
		NOTE "-\n",
		NOTE "\n",
		"x" NOTE,
		"Test.example/00112233445566778899aabbccddeeff/batch\n7\n" HEX_A
		"\n" ID_TEXT "\n3\n5\n" ROOT "\n-\n",
		ORIGIN "/Batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n-\n",
		ORIGIN "/batch\n0\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n-\n",
		ORIGIN "/batch\n07\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n-\n",
		ORIGIN "/batch\n1000000000000\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT
		       "\n-\n",
		ORIGIN "/batch\n7\n-\n" ID_TEXT "\n3\n5\n" ROOT "\n-\n",
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "00\n3\n5\n" ROOT "\n-\n",
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n 3\n5\n" ROOT "\n-\n",
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n9007199254740992\n" ROOT
		       "\n-\n",
		ORIGIN
		"/batch\n7\n" HEX_A "\n" ID_TEXT
		"\n3\n5\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqr=\n-\n", /* trailing
										bits */
		ORIGIN
		"/batch\n7\n" HEX_A "\n" ID_TEXT
		"\n3\n5\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo\n-\n", /* no padding
									     */
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n" ROOT "\n",
		ORIGIN "/batch\n7\n" HEX_A "\n" ID_TEXT "\n3\n5\n" ROOT "\n\n",
	};
	struct amana_error err;
	struct batch_note note;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		CHECK_FAILS(batch_note_decode(bytes_of(texts[i]), ORIGIN, &note, &err),
			    err, AMANA_E_FORMAT);
	CHECK_FAILS(batch_note_decode(bytes_of(NOTE),
				      "other.example/00112233445566778899aabbccddeeff",
				      &note, &err),
		    err, AMANA_E_FORMAT);
}

static void
note_fits_its_place(void)
{
	struct amana_error err;
	struct hash prev;

	CHECK_INT(hash_parse(HEX_A, 64, &prev), 0);
	CHECK_OK(batch_note_fits(bytes_of(NOTE), ORIGIN, 7, &prev, &err), err);
	/* Whatever comes after the third line is not looked at. */
	CHECK_OK(batch_note_fits(bytes_of(ORIGIN "/batch\n7\n" HEX_A "\n"), ORIGIN, 7,
				 &prev, &err),
		 err);
	CHECK_FAILS(batch_note_fits(bytes_of(ORIGIN "/batch\n7\n" HEX_A), ORIGIN, 7,
				    &prev, &err),
		    err, AMANA_E_FORMAT);
	CHECK_FAILS(batch_note_fits(bytes_of(NOTE), ORIGIN, 8, &prev, &err), err,
		    AMANA_E_FORMAT);
	CHECK_FAILS(batch_note_fits(bytes_of(NOTE), "x/00112233445566778899aabbccddeeff",
				    7, &prev, &err),
		    err, AMANA_E_FORMAT);
	prev.bytes[31] ^= 1;
	CHECK_FAILS(batch_note_fits(bytes_of(NOTE), ORIGIN, 7, &prev, &err), err,
		    AMANA_E_FORMAT);
}

/* A signed slot with two entries that need not be entries. */
static void
make_slot(struct buf *ret_slot, struct secret *seed)
{
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	struct batch_note note;
	struct member_code code;
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	secret_done(seed);
	CHECK_OK(secret_from("0123456789abcdef0123456789abcdef", 32, seed, &err), err);
	CHECK_INT(member_code_parse("S-001", 5, &code), 0);
	CHECK_OK(batch_note_decode(bytes_of(NOTE), ORIGIN, &note, &err), err);
	CHECK_OK(batch_add(&entries, bytes_of("one\n"), &err), err);
	CHECK_OK(batch_add(&entries, bytes_of("two\n\n"), &err), err);
	buf_clear(ret_slot);
	CHECK_OK(batch_sign(&(struct batch_signing){.note = &note,
						    .origin = ORIGIN,
						    .entries = BYTES_OF(entries),
						    .code = &code,
						    .seed = seed},
			    ret_slot, &err),
		 err);
}

static void
slot_splits(void)
{
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct batch_parts parts;
	struct amana_error err;
	struct bytes rest, entry;
	uint8_t pub[SIGN_PUB_LEN];

	make_slot(&slot, &seed);
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);
	CHECK(text_is(parts.text, NOTE));
	CHECK(text_is(parts.sig.name, "S-001"));
	sign_public(&seed, pub);
	CHECK(sign_verify(pub, parts.text.data, parts.text.len, parts.sig.sig));
	rest = parts.entries;
	CHECK_OK(batch_next(&rest, &entry, &err), err);
	CHECK(text_is(entry, "one\n"));
	CHECK_OK(batch_next(&rest, &entry, &err), err);
	CHECK(text_is(entry, "two\n\n"));
	CHECK_INT(batch_next(&rest, &entry, &err), 1);

	parts.entries.len--;
	rest = parts.entries;
	CHECK_OK(batch_next(&rest, &entry, &err), err);
	CHECK_FAILS(batch_next(&rest, &entry, &err), err, AMANA_E_FORMAT);
	rest = (struct bytes){parts.entries.data, 1};
	CHECK_FAILS(batch_next(&rest, &entry, &err), err, AMANA_E_FORMAT);
}

/* slot, with `from` replaced by `to` once, at or after the blank line. */
static void
swap_text(const struct buf *slot, const char *from, const char *to, struct buf *ret_other)
{
	uint8_t *blank = memmem(slot->data, slot->len, "\n\n", 2), *at;
	size_t before;
	struct amana_error err;

	CHECK(blank != NULL);
	at = memmem(blank, (size_t)(slot->data + slot->len - blank), from, strlen(from));

	CHECK(at != NULL);
	before = (size_t)(at - slot->data);
	buf_clear(ret_other);
	CHECK_OK(buf_add(ret_other, slot->data, before, &err), err);
	CHECK_OK(buf_add_str(ret_other, to, &err), err);
	CHECK_OK(buf_add(ret_other, at + strlen(from), slot->len - before - strlen(from),
			 &err),
		 err);
}

static void
bad_slots_do_not_split(void)
{
	static const char *const swaps[][2] = {
		{"\n\n\xe2\x80\x94 S-001 ", "\n\xe2\x80\x94 S-001 "}, /* no blank line */
		{"\n\n\xe2\x80\x94 S-001 ", "\n\n- S-001 "},	      /* no em dash */
		{"\n\n\xe2\x80\x94 S-001 ",
		 "\n\n\n\xe2\x80\x94 S-001 "}, /* two blank lines */
		{"\n\n\xe2\x80\x94 S-001 ", "\n\n\xe2\x80\x94 S-001  "}, /* two spaces */
		{"\n\n\xe2\x80\x94 S-001 ", "\n\n\xe2\x80\x94 "},	 /* no name */
		{"\n\n\xe2\x80\x94 S-001 ", "\n\n\xe2\x80\x94 S+001 "},
		{"=\n", "\n"},
		{"=\n", "==\n"},
		{"=\n", "= \n"},
		{"=\n", "=\r\n"},
	};
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(BATCH_BYTES_MAX),
		   other = BUF_INIT(BATCH_BYTES_MAX + 1);
	struct batch_parts parts;
	struct amana_error err;
	size_t line;

	make_slot(&slot, &seed);
	for (size_t i = 0; i < ARRAY_LEN(swaps); i++) {
		swap_text(&slot, swaps[i][0], swaps[i][1], &other);
		CHECK_FAILS(batch_split(BYTES_OF(other), &parts, &err), err,
			    AMANA_E_FORMAT);
	}
	/* Nothing after the blank line, or no end of the line. */
	line = (size_t)((uint8_t *)memmem(slot.data, slot.len, "\n\n", 2) - slot.data) +
	       2;
	for (size_t len = 0; len < line + 3 + 6 + 92; len++)
		CHECK_FAILS(batch_split((struct bytes){slot.data, len}, &parts, &err),
			    err, AMANA_E_FORMAT);
	/* Over 16 MiB. */
	CHECK(buf_reserve(&slot, BATCH_BYTES_MAX - slot.len, &err) != NULL);
	memset(slot.data + slot.len, 0, BATCH_BYTES_MAX - slot.len);
	CHECK_OK(batch_split((struct bytes){slot.data, BATCH_BYTES_MAX}, &parts, &err),
		 err);
	CHECK_FAILS(
		batch_split((struct bytes){slot.data, BATCH_BYTES_MAX + 1}, &parts, &err),
		err, AMANA_E_FORMAT);
}

/* The last digit before the padding has two bits that mean nothing: only one of its four
 * spellings counts. */
static void
base64_has_one_spelling(void)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct batch_parts parts;
	struct amana_error err;
	uint8_t *pad, first;

	make_slot(&slot, &seed);
	pad = memmem(slot.data, slot.len, "\n\n", 2);
	CHECK(pad != NULL);
	pad = memchr(pad, '=', (size_t)(slot.data + slot.len - pad));
	CHECK(pad != NULL);
	first = pad[-1];
	for (const char *p = digits; *p != 0; p++) {
		pad[-1] = (uint8_t)*p;
		if (((p - digits) & 3) == 0) /* another signature, but a canonical one */
			CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);
		else
			CHECK_FAILS(batch_split(BYTES_OF(slot), &parts, &err), err,
				    AMANA_E_FORMAT);
	}
	pad[-1] = first;
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);
}

static void
limits_of_writing(void)
{
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf large = BUF_INIT(ENTRY_MAX + 1);
	struct amana_error err;
	struct batch_note note;

	CHECK(buf_reserve(&large, ENTRY_MAX + 1, &err) != NULL);
	CHECK_FAILS(batch_add(&entries, (struct bytes){large.data, ENTRY_MAX + 1}, &err),
		    err, AMANA_E_BUG);
	CHECK_FAILS(batch_add(&entries, (struct bytes){large.data, 0}, &err), err,
		    AMANA_E_BUG);
	CHECK_INT(entries.len, 0);
	while (entries.len + 2 + ENTRY_MAX <= BATCH_BYTES_MAX)
		CHECK_OK(batch_add(&entries, (struct bytes){large.data, ENTRY_MAX}, &err),
			 err);
	large.len = entries.len;
	CHECK_FAILS(batch_add(&entries, (struct bytes){large.data, ENTRY_MAX}, &err), err,
		    AMANA_E_LIMIT);
	CHECK_INT(entries.len, large.len);
	large.len = 0;

	CHECK_OK(batch_note_decode(bytes_of(NOTE), ORIGIN, &note, &err), err);
	note.n = 0;
	CHECK_FAILS(batch_note_encode(&note, ORIGIN, &large, &err), err, AMANA_E_BUG);
	note.n = CUSTODY_SLOT_MAX + 1;
	CHECK_FAILS(batch_note_encode(&note, ORIGIN, &large, &err), err, AMANA_E_BUG);
}

static void
origins(void)
{
	static const char *const bad[] = {
		"",
		"/00112233445566778899aabbccddeeff",
		"a/0011223344556677889",
		"-a/00112233445566778899aabbccddeeff",
		"A/00112233445566778899aabbccddeeff",
		"a b/00112233445566778899aabbccddeeff",
		"a/00112233445566778899AABBCCDDEEFF",
		"a/00112233445566778899aabbccddeeff/",
		"a00112233445566778899aabbccddeeff",
		"a/b/00112233445566778899aabbccddeeff",
	};
	char long_name[ORIGIN_NAME_MAX + 2], origin[ORIGIN_MAX + 1],
		other[ORIGIN_MAX + 1];
	struct amana_error err;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!origin_is_valid(bad[i], strlen(bad[i])));
	CHECK(origin_is_valid(ORIGIN, strlen(ORIGIN)));
	memset(long_name, 'a', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = 0;
	CHECK_FAILS(origin_make(long_name, origin, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(origin_make("", origin, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(origin_make("Haki", origin, &err), err, AMANA_E_USAGE);
	long_name[ORIGIN_NAME_MAX] = 0;
	CHECK_OK(origin_make(long_name, origin, &err), err);
	CHECK_INT(strlen(origin), ORIGIN_MAX);
	CHECK(origin_is_valid(origin, strlen(origin)));
	CHECK_OK(origin_make("haki.example", origin, &err), err);
	CHECK_OK(origin_make("haki.example", other, &err), err);
	CHECK(strncmp(origin, "haki.example/", 13) == 0);
	CHECK(strcmp(origin, other) != 0);
}

int
main(void)
{
	RUN(note_round_trips);
	RUN(bad_notes_are_refused);
	RUN(note_fits_its_place);
	RUN(slot_splits);
	RUN(bad_slots_do_not_split);
	RUN(base64_has_one_spelling);
	RUN(limits_of_writing);
	RUN(origins);
	return 0;
}
