/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/casecard.h"

#include <inttypes.h>
#include <string.h>

#define EPOCH_MAX ((UINT64_C(1) << 53) - 1)
#define KIND "/case-card"

static int
casecard_text(const struct casecard *card, struct buf *text, struct amana_error *err)
{
	char fingerprint[HASH_HEX_LEN + 1], at[TEXT_TIME_LEN + 1];
	char recipient[AGE_RECIPIENT_LEN + 1];

	hash_hex(&card->fingerprint, fingerprint);
	text_time(card->at, at);
	age_recipient_text(&card->recipient, recipient);
	return buf_add_fmt(text, err, "%s" KIND "\n%s\n%s\n%s\n%" PRIu64 "\n%s\n%s\n",
			   card->origin, fingerprint, at, card->case_id, card->epoch,
			   recipient, card->case_code);
}

static bool
is_code_or_none(const char *text, size_t len)
{
	return text_is_case(text, len) || (len == 1 && text[0] == '-');
}

int
casecard_make(const struct casecard *card, const struct identity *lead,
	      struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);

	if (!signed_is_origin(card->origin, strlen(card->origin)) ||
	    !signed_is_id(card->case_id, strlen(card->case_id)) ||
	    !is_code_or_none(card->case_code, strlen(card->case_code)) ||
	    card->epoch < 1 || card->epoch > EPOCH_MAX || card->at < 0 ||
	    card->at > TEXT_TIME_MAX)
		return err_bug(err, "a case card with a malformed field");
	if (casecard_text(card, &note, err) < 0 ||
	    note_sign(&note, lead->code, &lead->seed, err) < 0)
		return -1;
	return buf_add(ret_file, note.data, note.len, err);
}

static int
parse_text(struct bytes text, struct casecard *card)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct bytes line;

	if (signed_take_origin(&cursor, KIND, card->origin) < 0 ||
	    text_line(&cursor, &line) < 0 ||
	    hash_parse((const char *)line.data, line.len, &card->fingerprint) < 0 ||
	    text_line(&cursor, &line) < 0 ||
	    text_untime((const char *)line.data, line.len, &card->at) < 0 ||
	    text_line(&cursor, &line) < 0 ||
	    !signed_is_id((const char *)line.data, line.len))
		return -1;
	memcpy(card->case_id, line.data, line.len); /* zeros follow, here and below */
	if (text_line(&cursor, &line) < 0 ||
	    text_u64((const char *)line.data, line.len, &card->epoch) < 0 ||
	    card->epoch < 1 || card->epoch > EPOCH_MAX || text_line(&cursor, &line) < 0 ||
	    age_recipient_parse((const char *)line.data, line.len, &card->recipient) <
		    0 ||
	    text_line(&cursor, &line) < 0 ||
	    !is_code_or_none((const char *)line.data, line.len))
		return -1;
	memcpy(card->case_code, line.data, line.len);
	return cursor.at == cursor.end ? 0 : -1;
}

int
casecard_parse(struct bytes file, struct casecard *ret_card, struct amana_error *err)
{
	struct casecard card = {.origin = ""};
	struct bytes text;

	if (signed_split(file, &text, &card.by) < 0 || parse_text(text, &card) < 0)
		return err_set(err, AMANA_E_FORMAT, "not a case card");
	*ret_card = card;
	return 0;
}

bool
casecard_verify(const struct casecard *card, const struct note_key *key)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	return casecard_text(card, &text, &err) == 0 &&
	       signed_verify(BYTES_OF(text), &card->by, key);
}
