/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_fixture.h"

/* Judging by docs/FORMAT.md section 9: a batch's note and its signature. */

/* The slot with its first `len` bytes replaced. */
static void
with_start(const struct buf *slot, size_t len, const struct buf *start,
	   struct buf *ret_other)
{
	struct amana_error err;

	buf_clear(ret_other);
	CHECK_OK(buf_add(ret_other, start->data, start->len, &err), err);
	CHECK_OK(buf_add(ret_other, slot->data + len, slot->len - len, &err), err);
}

static size_t
note_len(const struct buf *slot)
{
	struct batch_parts parts;
	struct amana_error err;

	CHECK_OK(batch_split(BYTES_OF(*slot), &parts, &err), err);
	return slot->len - parts.entries.len;
}

static void
signatures(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(0), note = BUF_INIT(65536),
		   other = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct batch_parts parts;
	struct amana_error err;
	size_t len;

	office_init(&o);
	make_slot(&o, &slot);
	len = note_len(&slot);
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);

	/* A second line: the first is good, but then the bytes after it are no entries.
	 */
	CHECK_OK(buf_add(&note, slot.data, len, &err), err);
	CHECK_OK(note_add_signature(&note, "S-003", &o.lead->seed, &err), err);
	with_start(&slot, len, &note, &other);
	VERDICT(&o, BYTES_OF(other), VERDICT_DAMAGED, "not the 2 entries");

	/* By a stranger, by nobody's code, by a member whose key was another's, under
	 * another's name. */
	for (int i = 0; i < 4; i++) {
		struct person *stranger = lb_person(lb, "X-1");

		buf_clear(&note);
		CHECK_OK(buf_add(&note, parts.text.data, parts.text.len, &err), err);
		CHECK_OK(note_sign(&note,
				   i == 0   ? "X-1"
				   : i == 1 ? "nobody"
					    : "S-006",
				   i == 3 ? &o.lead->seed : &stranger->seed, &err),
			 err);
		with_start(&slot, len, &note, &other);
		VERDICT(&o, BYTES_OF(other), VERDICT_DAMAGED, "no key ever enrolled");
	}

	/* Good, but the key's id is another's. */
	for (int i = 0; i < 2; i++) {
		uint8_t raw[4 + SIGN_SIG_LEN];
		char text[TEXT_B64_LEN(sizeof raw) + 1];

		memcpy(raw, i == 0 ? parts.sig.id : o.lead->key.id, 4);
		memcpy(raw + 4, parts.sig.sig, SIGN_SIG_LEN);
		text_b64(raw, sizeof raw, text);
		buf_clear(&note);
		CHECK_OK(buf_add(&note, parts.text.data, parts.text.len, &err), err);
		CHECK_OK(buf_add_fmt(&note, &err, "\n\xe2\x80\x94 S-006 %s\n", text),
			 err);
		with_start(&slot, len, &note, &other);
		if (i == 0)
			CHECK(bytes_equal(BYTES_OF(other), BYTES_OF(slot)));
		else
			VERDICT(&o, BYTES_OF(other), VERDICT_DAMAGED,
				"no key ever enrolled");
	}

	/* By another member, well: then he signs for entries that are not his. */
	buf_clear(&note);
	CHECK_OK(buf_add(&note, parts.text.data, parts.text.len, &err), err);
	CHECK_OK(note_sign(&note, "S-003", &o.lead->seed, &err), err);
	with_start(&slot, len, &note, &other);
	VERDICT(&o, BYTES_OF(other), VERDICT_VOID,
		"entry 1, deposit: the entry is S-006's");
	office_done(&o);
}

/* The nonce r = 0: R is the neutral point and S = h a, which satisfies the equation;
 * OpenSSL takes it. */
static void
small_order_nonce(void)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,	      0x63,
					  0x12, 0x58, 0xd6, 0x9c, 0xf7,	      0xa2,
					  0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct batch_parts parts;
	struct amana_error err;
	uint8_t raw[4 + SIGN_SIG_LEN];
	char text[TEXT_B64_LEN(sizeof raw) + 1];
	uint8_t *line;

	office_init(&o);
	make_slot(&o, &slot);
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);
	line = memmem(slot.data, slot.len, "\n\n", 2);
	CHECK(line != NULL);
	line += 2 + 3 + 1 + strlen("S-006") + 1;
	/* (0, 1) is the neutral point; S = 0 and S = L as well as a real S with it. */
	for (int i = 0; i < 3; i++) {
		memcpy(raw, parts.sig.id, 4);
		memset(raw + 4, 0, 64);
		raw[4] = 1;
		if (i == 1)
			memcpy(raw + 4 + 32, order, 32);
		if (i == 2)
			memcpy(raw + 4 + 32, parts.sig.sig + 32, 32);
		text_b64(raw, sizeof raw, text);
		memcpy(line, text, strlen(text));
		VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "no key ever enrolled");
	}
	/* S + L: the same scalar, spelt again. */
	memcpy(raw + 4, parts.sig.sig, 64);
	for (unsigned int i = 0, carry = 0; i < 32; i++) {
		carry += raw[4 + 32 + i] + (unsigned int)order[i];
		raw[4 + 32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	text_b64(raw, sizeof raw, text);
	memcpy(line, text, strlen(text));
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "no key ever enrolled");
	memcpy(raw + 4, parts.sig.sig, 64);
	text_b64(raw, sizeof raw, text);
	memcpy(line, text, strlen(text));
	CHECK_INT(lb_judge(&o.lb, BYTES_OF(slot)), VERDICT_VALID);
	office_done(&o);
}

/* A note of this text by S-003, with these entries after it. */
static void
sign_text(struct office *o, const char *text, struct bytes entries, struct buf *ret_slot)
{
	struct amana_error err;

	buf_clear(ret_slot);
	CHECK_OK(buf_add_str(ret_slot, text, &err), err);
	CHECK_OK(note_sign(ret_slot, "S-003", &o->lead->seed, &err), err);
	CHECK_OK(buf_add(ret_slot, entries.data, entries.len, &err), err);
}

static void
notes_of_another_place(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(BATCH_BYTES_MAX), text = BUF_INIT(4096);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct amana_error err;
	struct entry e;

	office_init(&o);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb->note.after = lb->tree.size;
	merkle_root(&lb->tree, &lb->note.root);
	for (int i = 3; i >= 0; i--) {
		struct batch_note note = lb->note;
		const char *origin = lb->genesis.origin;

		buf_clear(&text);
		note.n += i == 1;
		note.prev.bytes[0] ^= (i == 2);
		if (i == 3)
			origin = "test.example/00112233445566778899aabbccddeef0";
		CHECK_OK(batch_note_encode(&note, origin, &text, &err), err);
		sign_text(&o, buf_text(&text), BYTES_OF(lb->entries), &slot);
		if (i > 0)
			VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED,
				"not for this vault");
	}
	CHECK_INT(lb_judge(lb, BYTES_OF(slot)), VERDICT_VALID);
	office_done(&o);
}

/* Well signed for this very place, but not a note of eight lines, or for another tree:
 * void, and who signed is named. */
static void
void_notes(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(BATCH_BYTES_MAX), text = BUF_INIT(4096);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct amana_error err;
	struct entry e;

	office_init(&o);
	for (int i = 0; i < 7; i++) {
		static const char *const whys[] = {"fewer than 8", "more than 8", "nonce",
						   "sizes",	   "sizes",	  "sizes",
						   "fewer than 8"};
		struct batch_note note;

		lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
		lb_begin(lb, o.lead);
		lb_add(lb, &e);
		note = lb->note;
		note.after = lb->tree.size;
		merkle_root(&lb->tree, &note.root);
		if (i == 3)
			note.before--;
		if (i == 4)
			note.after = note.before;
		if (i == 5)
			note.after = note.before - 1;
		buf_clear(&text);
		CHECK_OK(batch_note_encode(&note, lb->genesis.origin, &text, &err), err);
		if (i == 0) /* without its last line */
			*(char *)memrchr(text.data, '-', text.len) = 0;
		if (i == 1)
			CHECK_OK(buf_add_str(&text, "-\n", &err), err);
		if (i == 2) { /* the nonce's first digit */
			char *at = (char *)text.data;

			for (int line = 0; line < 3; line++)
				at = strchr(at, '\n') + 1;
			*at = 'G';
		}
		if (i == 6) { /* the first three lines alone */
			char *at = (char *)text.data;

			for (int line = 0; line < 3; line++)
				at = strchr(at, '\n') + 1;
			*at = 0;
		}
		sign_text(&o, buf_text(&text), BYTES_OF(lb->entries), &slot);
		VERDICT(&o, BYTES_OF(slot), VERDICT_VOID, whys[i]);
	}
	office_done(&o);
}

int
main(void)
{
	RUN(signatures);
	RUN(small_order_nonce);
	RUN(notes_of_another_place);
	RUN(void_notes);
	return 0;
}
