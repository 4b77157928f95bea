/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include <string.h>

bool
line_type_valid(const char *type)
{
	size_t len = type != NULL ? strlen(type) : 0;

	return len >= 1 && len <= LINE_TYPE_MAX &&
	       strspn(type, "abcdefghijklmnopqrstuvwxyz-") == len;
}

/* Takes the next code point off *at, which is valid UTF-8. */
static uint32_t
next_code(const uint8_t **at)
{
	const uint8_t *p = *at;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t code = n == 1 ? p[0] : p[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 63);
	*at = p + n;
	return code;
}

bool
line_text_valid(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + len;

	if (!text_utf8_valid(text, len))
		return false;
	while (at < end) {
		uint32_t code = next_code(&at);

		if (code == 0 || (code & 0xfffe) == 0xfffe ||
		    (code >= 0xfdd0 && code <= 0xfdef))
			return false;
	}
	return true;
}

int
line_show_name(struct bytes name, struct buf *text, bool *ret_bad,
	       struct amana_error *err)
{
	const char *at = (const char *)name.data;
	size_t left = name.len, n;

	*ret_bad = false;
	while (left > 0) {
		for (n = 1; n <= 4 && n <= left; n++)
			if (line_text_valid(at, n))
				break;
		if (n <= 4 && n <= left) {
			if (buf_add(text, at, n, err) < 0)
				return -1;
		} else {
			n = 1;
			*ret_bad = true;
			if (buf_add_str(text, "\xef\xbf\xbd", err) < 0)
				return -1;
		}
		at += n;
		left -= n;
	}
	return 0;
}

static void
wipe_text(const char *text, size_t len)
{
	union { /* jansson lends its strings as const, but nobody else has these any more
		 */
		const char *lent;
		char *own;
	} u = {.lent = text};

	secret_wipe(u.own, len);
}

static void
wipe_json(json_t *json, int depth)
{
	const char *key;
	json_t *value;
	size_t i;

	if (depth > LINE_DEPTH_MAX)
		return;
	switch (json_typeof(json)) {
	case JSON_STRING:
		wipe_text(json_string_value(json), json_string_length(json));
		break;
	case JSON_ARRAY:
		json_array_foreach(json, i, value) wipe_json(value, depth + 1);
		break;
	case JSON_OBJECT:
		json_object_foreach(json, key, value) wipe_json(value, depth + 1);
		break;
	case JSON_INTEGER:
		json_integer_set(json, 0);
		break;
	case JSON_REAL:
		json_real_set(json, 0);
		break;
	default:
		break;
	}
}

void
line_json_done(json_t *json)
{
	if (json == NULL)
		return;
	wipe_json(json, 0);
	json_decref(json);
}

json_t *
line_origin_json(const struct line_origin *origin)
{
	char exhibit[CUSTODY_ID_HEX_LEN + 1], sha256[HASH_HEX_LEN + 1];

	custody_id_hex(&origin->exhibit, exhibit);
	hash_hex(&origin->sha256, sha256);
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "exhibit", exhibit, "sha256",
			 sha256, "tool", origin->tool, "by", origin->by, "how",
			 origin->how);
}

void
line_text_done(struct buf *json)
{
	if (json->data != NULL)
		secret_wipe(json->data, json->cap);
	buf_done(json);
}

void
line_done(struct line *line)
{
	if (line->root_ == NULL)
		return;
	if (line->name_bytes_ != NULL)
		secret_wipe(line->name_bytes_, line->name_bytes_len_);
	mem_free(line->name_bytes_);
	if (line->blocks_ != NULL)
		secret_wipe(line->blocks_, line->blocks.len);
	mem_free(line->blocks_);
	line_json_done(line->root_);
	*line = (struct line){.root_ = NULL};
}

static const char *
bond_difference(const struct line *line, const struct line_bond *want)
{
	const struct line_bond *got = &line->bond;

	if (!hash_equal(&got->vault, &want->vault))
		return "vault";
	if (got->in_case != want->in_case ||
	    (got->in_case && !custody_id_equal(&got->case_id, &want->case_id)))
		return "case";
	if (!member_code_equal(&got->actor, &want->actor))
		return "actor";
	if (!line_is_of_exhibit(line->kind))
		return custody_id_equal(&got->act, &want->act) ? NULL : "act";
	if (got->on_case != want->on_case)
		return "exhibit";
	if (got->on_case)
		return NULL;
	if (!custody_id_equal(&got->exhibit, &want->exhibit))
		return "exhibit";
	if (got->has_object != want->has_object ||
	    (got->has_object && !hash_equal(&got->object, &want->object)))
		return "object";
	if (got->no_recipient ? want->no_recipient
			      : age_recipient_equal(&got->recipient, &want->recipient))
		return NULL;
	return "recipient";
}

int
line_check(const struct line *line, enum line_kind kind, const struct hash *hash,
	   const struct line_bond *expected, const char *signer, struct amana_error *err)
{
	const char *what;

	if (!hash_equal(&line->hash, hash))
		what = "SHA-256";
	else if (line->kind != kind)
		what = "kind";
	else
		what = bond_difference(line, expected);
	if (what == NULL)
		return 0;
	return err_set(
		err, AMANA_E_TAMPERED,
		"the %s of a sealed %s line is not that of its entry; it was signed by %s",
		what, line_kind_name(kind), signer);
}
