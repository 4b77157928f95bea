/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/idcard.h"

#include "crypto/words.h"
#include "flow/office/outfile.h"

#include <stdio.h>

void
idcard_tell(const struct card *card, struct amana_card_info *ret_info)
{
	char key[NOTE_VKEY_MAX + 1];

	*ret_info = (struct amana_card_info){.member = ""};
	snprintf(ret_info->member, sizeof ret_info->member, "%s", card->code);
	age_recipient_text(&card->recipient, ret_info->recipient);
	note_key_text(&card->key, key); /* its name is a staff code, so it fits */
	snprintf(ret_info->key, sizeof ret_info->key, "%.*s",
		 (int)sizeof ret_info->key - 1, key);
	hash_hex(&card->fingerprint, ret_info->fingerprint);
	words_of_hash(&card->fingerprint, ret_info->words);
}

int
idcard_of(const struct identity *identity, struct amana_card_info *ret_info,
	  struct amana_error *err)
{
	struct card card;

	if (card_of(identity, &card, err) < 0)
		return -1;
	idcard_tell(&card, ret_info);
	return 0;
}

int
idcard_write(const struct identity *identity, const char *path, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);

	if (card_make(identity, &file, err) < 0)
		return -1;
	return outfile_write_new(path, BYTES_OF(file), err);
}
