/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/batch.h"

#include <stdio.h>
#include <string.h>

#define BATCH_WORD "/batch"
#define NOTE_LINES 8
#define ROOT_B64_LEN TEXT_B64_LEN(HASH_LEN)

bool
origin_is_valid(const char *text, size_t len)
{
	struct custody_id digits;
	size_t name;

	if (len < 1 + 1 + CUSTODY_ID_HEX_LEN || len > ORIGIN_MAX)
		return false;
	name = len - CUSTODY_ID_HEX_LEN - 1;
	for (size_t i = 0; i < name; i++) {
		bool alnum = (text[i] >= 'a' && text[i] <= 'z') ||
			     (text[i] >= '0' && text[i] <= '9');

		if (!alnum && (i == 0 || (text[i] != '.' && text[i] != '-')))
			return false;
	}
	return text[name] == '/' &&
	       custody_id_parse(text + name + 1, CUSTODY_ID_HEX_LEN, &digits) == 0;
}

int
origin_make(const char *name, char ret_origin[ORIGIN_MAX + 1], struct amana_error *err)
{
	char text[ORIGIN_MAX + 1], hex[CUSTODY_ID_HEX_LEN + 1];
	struct custody_id digits;
	int len;

	custody_id_random(&digits);
	custody_id_hex(&digits, hex);
	len = snprintf(text, sizeof text, "%s/%s", name, hex);
	if (len < 0 || (size_t)len >= sizeof text || !origin_is_valid(text, (size_t)len))
		return err_set(err, AMANA_E_USAGE,
			       "'%s' cannot name a vault: small letters, "
			       "digits, '.' and '-', at most 64",
			       name);
	memcpy(ret_origin, text, (size_t)len + 1);
	return 0;
}

int
batch_split(struct bytes slot, struct batch_parts *ret_parts, struct amana_error *err)
{
	const uint8_t *blank, *line, *end;
	struct batch_parts parts;

	if (slot.len > BATCH_BYTES_MAX)
		return err_set(err, AMANA_E_FORMAT,
			       "%zu bytes are more than a slot may have", slot.len);
	blank = slot.len != 0 ? memmem(slot.data, slot.len, "\n\n", 2) : NULL;
	if (blank == NULL)
		return err_set(err, AMANA_E_FORMAT,
			       "there is no blank line after the note's text");
	line = blank + 2;
	end = memchr(line, '\n', (size_t)(slot.data + slot.len - line));
	if (end == NULL)
		return err_set(err, AMANA_E_FORMAT, "there is no signature line");
	parts.text = (struct bytes){slot.data, (size_t)(blank + 1 - slot.data)};
	parts.entries = (struct bytes){end + 1, (size_t)(slot.data + slot.len - end - 1)};
	if (note_sig_parse((struct bytes){line, (size_t)(end - line)}, &parts.sig) < 0 ||
	    !parts.sig.is_ed25519)
		return err_set(err, AMANA_E_FORMAT,
			       "the signature line is not in its form");
	*ret_parts = parts;
	return 0;
}

/* Writes the note's first three lines to `out`.  Returns their length. */
static size_t
write_head(const char *origin, uint64_t n, const struct hash *prev,
	   char out[ORIGIN_MAX + 128])
{
	char hex[HASH_HEX_LEN + 1];
	int len;

	hash_hex(prev, hex);
	len = snprintf(out, ORIGIN_MAX + 128, "%s" BATCH_WORD "\n%llu\n%s\n", origin,
		       (unsigned long long)n, hex);
	return len < 0 ? 0 : (size_t)len;
}

int
batch_note_fits(struct bytes text, const char *origin, uint64_t n,
		const struct hash *prev, struct amana_error *err)
{
	char head[ORIGIN_MAX + 128];
	size_t len = write_head(origin, n, prev, head);

	if (text.len < len || memcmp(text.data, head, len) != 0)
		return err_set(
			err, AMANA_E_FORMAT,
			"the note is not for this vault, this slot and the slot before it");
	return 0;
}

static int
note_number(struct bytes line, uint64_t max, const char *what, uint64_t *ret_value,
	    struct amana_error *err)
{
	if (text_u64((const char *)line.data, line.len, ret_value) < 0 ||
	    *ret_value > max)
		return err_set(err, AMANA_E_FORMAT, "the note's %s is malformed", what);
	return 0;
}

static int
note_hash(struct bytes line, const char *what, struct hash *ret_hash,
	  struct amana_error *err)
{
	if (hash_parse((const char *)line.data, line.len, ret_hash) < 0)
		return err_set(err, AMANA_E_FORMAT, "the note's %s is malformed", what);
	return 0;
}

/* True for a line ORIGIN/batch; origin NULL: any valid one. */
static bool
origin_line_is_valid(struct bytes line, const char *origin)
{
	size_t word = strlen(BATCH_WORD);

	if (line.len < word || memcmp(line.data + line.len - word, BATCH_WORD, word) != 0)
		return false;
	line.len -= word;
	return origin != NULL ? text_is(line, origin)
			      : origin_is_valid((const char *)line.data, line.len);
}

int
batch_note_decode(struct bytes text, const char *origin, struct batch_note *ret_note,
		  struct amana_error *err)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct batch_note note = {.n = 0};
	struct bytes lines[NOTE_LINES];
	size_t root_len;

	for (size_t i = 0; i < NOTE_LINES; i++) {
		if (text_line(&cursor, &lines[i]) < 0)
			return err_set(err, AMANA_E_FORMAT,
				       "the note has fewer than 8 lines");
	}
	if (cursor.at != cursor.end)
		return err_set(err, AMANA_E_FORMAT, "the note has more than 8 lines");
	if (!origin_line_is_valid(lines[0], origin))
		return err_set(err, AMANA_E_FORMAT, "the note's first line is malformed");
	if (note_number(lines[1], CUSTODY_SLOT_MAX, "slot number", &note.n, err) < 0 ||
	    note_hash(lines[2], "hash of the slot before", &note.prev, err) < 0)
		return -1;
	if (note.n == 0)
		return err_set(err, AMANA_E_FORMAT,
			       "the note's slot number is malformed");
	if (custody_id_parse((const char *)lines[3].data, lines[3].len, &note.nonce) < 0)
		return err_set(err, AMANA_E_FORMAT, "the note's nonce is malformed");
	if (note_number(lines[4], CUSTODY_NUMBER_MAX, "size before", &note.before, err) <
		    0 ||
	    note_number(lines[5], CUSTODY_NUMBER_MAX, "size after", &note.after, err) < 0)
		return -1;
	if (lines[6].len != ROOT_B64_LEN ||
	    text_unb64((const char *)lines[6].data, lines[6].len, true, note.root.bytes,
		       HASH_LEN, &root_len) < 0 ||
	    root_len != HASH_LEN)
		return err_set(err, AMANA_E_FORMAT, "the note's root is malformed");
	note.has_bundle = !text_is(lines[7], "-");
	if (note.has_bundle && note_hash(lines[7], "bundle", &note.bundle, err) < 0)
		return -1;
	*ret_note = note;
	return 0;
}

int
batch_note_encode(const struct batch_note *note, const char *origin, struct buf *buf,
		  struct amana_error *err)
{
	char head[ORIGIN_MAX + 128], nonce[CUSTODY_ID_HEX_LEN + 1];
	char root[ROOT_B64_LEN + 1], bundle[HASH_HEX_LEN + 1] = "-";

	if (!origin_is_valid(origin, strlen(origin)) || note->n < 1 ||
	    note->n > CUSTODY_SLOT_MAX || note->before > CUSTODY_NUMBER_MAX ||
	    note->after > CUSTODY_NUMBER_MAX)
		return err_bug(err, "a note for slot %llu of '%s'",
			       (unsigned long long)note->n, origin);
	if (buf_add(buf, head, write_head(origin, note->n, &note->prev, head), err) < 0)
		return -1;
	custody_id_hex(&note->nonce, nonce);
	text_b64(note->root.bytes, HASH_LEN, root);
	if (note->has_bundle)
		hash_hex(&note->bundle, bundle);
	return buf_add_fmt(buf, err, "%s\n%llu\n%llu\n%s\n%s\n", nonce,
			   (unsigned long long)note->before,
			   (unsigned long long)note->after, root, bundle);
}

int
batch_next(struct bytes *rest, struct bytes *ret_entry, struct amana_error *err)
{
	size_t len;

	if (rest->len == 0)
		return 1;
	if (rest->len < 2)
		return err_set(err, AMANA_E_FORMAT,
			       "a byte is left over after the entries");
	len = bytes_u16be(rest->data);
	if (len > rest->len - 2)
		return err_set(err, AMANA_E_FORMAT, "an entry reaches past the end");
	*ret_entry = (struct bytes){rest->data + 2, len};
	*rest = (struct bytes){rest->data + 2 + len, rest->len - 2 - len};
	return 0;
}

int
batch_add(struct buf *entries, struct bytes entry, struct amana_error *err)
{
	size_t start = entries->len;

	if (entry.len == 0 || entry.len > ENTRY_MAX)
		return err_bug(err, "an entry of %zu bytes", entry.len);
	if (buf_add_u16be(entries, (uint16_t)entry.len, err) < 0)
		return -1;
	if (buf_add(entries, entry.data, entry.len, err) < 0) {
		entries->len = start;
		return -1;
	}
	return 0;
}

int
batch_sign(const struct batch_signing *signing, struct buf *ret_slot,
	   struct amana_error *err)
{
	if (ret_slot->len != 0)
		return err_bug(err, "a slot after %zu other bytes", ret_slot->len);
	if (batch_note_encode(signing->note, signing->origin, ret_slot, err) < 0 ||
	    note_sign(ret_slot, signing->code->text, signing->seed, err) < 0)
		return -1;
	return buf_add(ret_slot, signing->entries.data, signing->entries.len, err);
}
