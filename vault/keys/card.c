/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/card.h"

#include <string.h>

#define MAGIC "amana/card"

static int
card_text(const struct identity *identity, struct buf *text, struct amana_error *err)
{
	char recipient[AGE_RECIPIENT_LEN + 1], key[NOTE_VKEY_MAX + 1];

	age_recipient_text(&identity->recipient, recipient);
	note_key_text(&identity->key, key);
	return buf_add_fmt(text, err, MAGIC " 1\n%s\n%s\n%s\n", identity->code, recipient,
			   key);
}

int
card_make(const struct identity *identity, struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);

	if (card_text(identity, &note, err) < 0 ||
	    note_sign(&note, identity->code, &identity->seed, err) < 0)
		return -1;
	return buf_add(ret_file, note.data, note.len, err);
}

int
card_of(const struct identity *identity, struct card *ret_card, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	struct card card = {.recipient = identity->recipient, .key = identity->key};

	if (card_text(identity, &text, err) < 0)
		return -1;
	memcpy(card.code, identity->code, sizeof card.code);
	hash_of(text.data, text.len, &card.fingerprint);
	*ret_card = card;
	return 0;
}

static int
parse_text(struct bytes text, struct card *card, struct amana_error *err)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct bytes line, version;

	if (text_line(&cursor, &line) < 0 || text_after(line, MAGIC, &version) < 0)
		return err_set(err, AMANA_E_FORMAT, "not a card");
	if (!text_is(version, "1"))
		return err_reason(err, AMANA_REASON_NEWER_FORMAT, AMANA_E_FORMAT,
				  "a card of a newer version than this program");
	if (text_line(&cursor, &line) < 0 ||
	    !text_is_member((const char *)line.data, line.len))
		return err_set(err, AMANA_E_FORMAT,
			       "not a card: line 2 is no staff code");
	/* At most TEXT_MEMBER_MAX bytes; zeros follow. */
	memcpy(card->code, line.data, line.len);
	if (text_line(&cursor, &line) < 0 ||
	    age_recipient_parse((const char *)line.data, line.len, &card->recipient) < 0)
		return err_set(err, AMANA_E_FORMAT,
			       "the card of %s: line 3 is no key to seal to", card->code);
	if (text_line(&cursor, &line) < 0 ||
	    note_key_parse((const char *)line.data, line.len, &card->key) < 0 ||
	    strcmp(card->key.name, card->code) != 0)
		return err_set(err, AMANA_E_FORMAT,
			       "the card of %s: line 4 is no verifier key of that name",
			       card->code);
	if (cursor.at != cursor.end)
		return err_set(err, AMANA_E_FORMAT, "the card of %s has lines too many",
			       card->code);
	return 0;
}

int
card_parse(struct bytes file, struct card *ret_card, struct amana_error *err)
{
	struct card card = {.code = ""};
	struct signed_by by;
	struct bytes text;

	if (signed_split(file, &text, &by) < 0)
		return err_set(err, AMANA_E_FORMAT,
			       "not a card: no note with one signature");
	if (parse_text(text, &card, err) < 0)
		return -1;
	if (!signed_verify(text, &by, &card.key))
		return err_reason(
			err, AMANA_REASON_BAD_CARD, AMANA_E_TAMPERED,
			"the card of %s is not signed by its own key: it was altered",
			card.code);
	hash_of(text.data, text.len, &card.fingerprint);
	*ret_card = card;
	return 0;
}
