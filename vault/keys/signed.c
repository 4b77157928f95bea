/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/signed.h"

#include <string.h>

int
signed_split(struct bytes note, struct bytes *ret_text, struct signed_by *ret_by)
{
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct bytes text;
	size_t n_sigs;

	if (note.len > SIGNED_MAX || note_split(note, &text, sigs, &n_sigs) < 0 ||
	    n_sigs != 1 || !sigs[0].is_ed25519 ||
	    !text_is_member((const char *)sigs[0].name.data, sigs[0].name.len))
		return -1;
	*ret_by = (struct signed_by){.code = ""};
	memcpy(ret_by->code, sigs[0].name.data, sigs[0].name.len);
	memcpy(ret_by->id, sigs[0].id, sizeof ret_by->id);
	memcpy(ret_by->sig, sigs[0].sig, sizeof ret_by->sig);
	*ret_text = text;
	return 0;
}

bool
signed_verify(struct bytes text, const struct signed_by *by, const struct note_key *key)
{
	return strcmp(by->code, key->name) == 0 &&
	       memcmp(by->id, key->id, sizeof by->id) == 0 &&
	       sign_verify(key->pub, text.data, text.len, by->sig);
}

bool
signed_is_id(const char *text, size_t len)
{
	uint8_t id[SIGNED_ID_LEN / 2];

	return text_unhex(text, len, id, sizeof id) == 0;
}

bool
signed_is_origin(const char *text, size_t len)
{
	size_t name_len;

	if (len < 1 + 1 + SIGNED_ID_LEN || len > SIGNED_ORIGIN_MAX)
		return false;
	name_len = len - 1 - SIGNED_ID_LEN;
	if (text[name_len] != '/' || !signed_is_id(text + name_len + 1, SIGNED_ID_LEN))
		return false;
	for (size_t i = 0; i < name_len; i++) {
		char c = text[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!alnum && (i == 0 || (c != '.' && c != '-')))
			return false;
	}
	return true;
}

int
signed_take_origin(struct text_cursor *cursor, const char *kind,
		   char ret_origin[SIGNED_ORIGIN_MAX + 1])
{
	size_t kind_len = strlen(kind), len;
	struct bytes line;

	if (text_line(cursor, &line) < 0 || line.len <= kind_len)
		return -1;
	len = line.len - kind_len;
	if (memcmp(line.data + len, kind, kind_len) != 0 ||
	    !signed_is_origin((const char *)line.data, len))
		return -1;
	memcpy(ret_origin, line.data, len);
	ret_origin[len] = 0;
	return 0;
}
