/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/genesis.h"

#include <string.h>

#define GENESIS_LINES 9
#define GENESIS_WORD "amana/genesis 1"

static int
malformed(struct amana_error *err, unsigned int line)
{
	return err_set(err, AMANA_E_TAMPERED,
		       "the vault's first file is malformed in line %u", line);
}

static int
parse_store(struct bytes line, struct genesis *g)
{
	struct bytes kind, writers;

	if (text_field(&line, &kind) < 0 || kind.len > GENESIS_KIND_MAX)
		return -1;
	for (size_t i = 0; i < kind.len; i++) {
		if (!(kind.data[i] >= 'a' && kind.data[i] <= 'z') &&
		    !(kind.data[i] >= '0' && kind.data[i] <= '9'))
			return -1;
	}
	memcpy(g->store_kind, kind.data, kind.len);
	if (text_field(&line, &writers) < 0 ||
	    text_u64((const char *)writers.data, writers.len, &g->writers) < 0 ||
	    g->writers < 1 || g->writers > CUSTODY_NUMBER_MAX)
		return -1;
	return text_is(line, "1") ? 0 : -1;
}

/* Reads line i + 1 of the text. */
static int
parse_line(unsigned int i, struct bytes line, struct genesis *g)
{
	const char *text = (const char *)line.data;

	switch (i) {
	case 0:
		return text_is(line, GENESIS_WORD) ? 0 : -1;
	case 1:
		if (!origin_is_valid(text, line.len))
			return -1;
		memcpy(g->origin, text, line.len);
		return 0;
	case 2:
		return text_untime(text, line.len, &g->at);
	case 3:
		return member_code_parse(text, line.len, &g->founder);
	case 4:
		return age_recipient_parse(text, line.len, &g->recipient);
	case 5:
		if (note_key_parse(text, line.len, &g->key) < 0)
			return -1;
		return strcmp(g->key.name, g->founder.text) == 0 ? 0 : -1;
	case 6:
		if (age_recipient_parse(text, line.len, &g->audit_recipient) < 0)
			return -1;
		return age_recipient_equal(&g->audit_recipient, &g->recipient) ? -1 : 0;
	case 7:
		return hash_parse(text, line.len, &g->audit_file);
	default:
		return parse_store(line, g);
	}
}

int
genesis_parse(struct bytes bytes, struct genesis *ret_genesis,
	      struct hash *ret_fingerprint, struct amana_error *err)
{
	struct text_cursor cursor;
	struct batch_parts parts;
	struct amana_error why;
	struct genesis g = {.at = 0};
	struct bytes line;

	if (bytes.len > GENESIS_MAX || batch_split(bytes, &parts, &why) < 0 ||
	    parts.entries.len != 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "the vault's first file is no note with one signature");
	cursor.at = (const char *)parts.text.data;
	cursor.end = cursor.at + parts.text.len;
	for (unsigned int i = 0; i < GENESIS_LINES; i++) {
		if (text_line(&cursor, &line) < 0 || parse_line(i, line, &g) < 0)
			return malformed(err, i + 1);
	}
	if (cursor.at != cursor.end)
		return malformed(err, GENESIS_LINES + 1);
	if (!text_is(parts.sig.name, g.key.name) ||
	    memcmp(parts.sig.id, g.key.id, sizeof g.key.id) != 0 ||
	    !sign_verify(g.key.pub, parts.text.data, parts.text.len, parts.sig.sig))
		return err_set(err, AMANA_E_TAMPERED,
			       "the vault's first file is not signed by its founder");
	hash_of(bytes.data, bytes.len, ret_fingerprint);
	*ret_genesis = g;
	return 0;
}

int
genesis_sign(const struct genesis *genesis, const struct secret *seed,
	     struct buf *ret_bytes, struct amana_error *err)
{
	char at[TEXT_TIME_LEN + 1], recipient[AGE_RECIPIENT_LEN + 1],
		key[NOTE_VKEY_MAX + 1];
	char audit[AGE_RECIPIENT_LEN + 1], file[HASH_HEX_LEN + 1];
	CLEANUP(buf_done) struct buf text = BUF_INIT(GENESIS_MAX);
	struct amana_error why;
	struct genesis again;
	struct hash fingerprint;

	text_time(genesis->at, at);
	age_recipient_text(&genesis->recipient, recipient);
	note_key_text(&genesis->key, key);
	age_recipient_text(&genesis->audit_recipient, audit);
	hash_hex(&genesis->audit_file, file);
	if (buf_add_fmt(&text, err,
			GENESIS_WORD "\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s %llu 1\n",
			genesis->origin, at, genesis->founder.text, recipient, key, audit,
			file, genesis->store_kind,
			(unsigned long long)genesis->writers) < 0 ||
	    note_sign(&text, genesis->founder.text, seed, err) < 0)
		return -1;
	/* Only the parser knows the whole grammar, so the writer asks it.  It checks
	 * the seed against the key, too. */
	if (genesis_parse(BYTES_OF(text), &again, &fingerprint, &why) < 0)
		return err_set(err, AMANA_E_USAGE, "these values make no vault: %s",
			       why.msg);
	return buf_add(ret_bytes, text.data, text.len, err);
}
