/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/welcome.h"

#include <inttypes.h>
#include <string.h>

#define SLOT_MAX UINT64_C(999999999999)
#define KIND "/welcome"

/* Every value has one spelling, so the text of a parsed welcome can be written again from
 * it. */
static int
welcome_text(const struct welcome *welcome, struct buf *text, struct amana_error *err)
{
	char fingerprint[HASH_HEX_LEN + 1], head[HASH_HEX_LEN + 1];

	hash_hex(&welcome->fingerprint, fingerprint);
	hash_hex(&welcome->head, head);
	return buf_add_fmt(text, err, "%s" KIND "\n%s\n%" PRIu64 "\n%s\n%s\n",
			   welcome->origin, fingerprint, welcome->slot, head,
			   welcome->code);
}

int
welcome_make(const struct welcome *welcome, const struct identity *admin,
	     struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);

	if (!signed_is_origin(welcome->origin, strlen(welcome->origin)) ||
	    !text_is_member(welcome->code, strlen(welcome->code)) ||
	    welcome->slot > SLOT_MAX)
		return err_bug(err, "a welcome with a malformed field");
	if (welcome_text(welcome, &note, err) < 0 ||
	    note_sign(&note, admin->code, &admin->seed, err) < 0)
		return -1;
	return buf_add(ret_file, note.data, note.len, err);
}

static int
parse_text(struct bytes text, struct welcome *welcome)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct bytes line;

	if (signed_take_origin(&cursor, KIND, welcome->origin) < 0 ||
	    text_line(&cursor, &line) < 0 ||
	    hash_parse((const char *)line.data, line.len, &welcome->fingerprint) < 0 ||
	    text_line(&cursor, &line) < 0 ||
	    text_u64((const char *)line.data, line.len, &welcome->slot) < 0 ||
	    welcome->slot > SLOT_MAX || text_line(&cursor, &line) < 0 ||
	    hash_parse((const char *)line.data, line.len, &welcome->head) < 0 ||
	    text_line(&cursor, &line) < 0 ||
	    !text_is_member((const char *)line.data, line.len))
		return -1;
	memcpy(welcome->code, line.data, line.len); /* zeros follow */
	return cursor.at == cursor.end ? 0 : -1;
}

int
welcome_parse(struct bytes file, struct welcome *ret_welcome, struct amana_error *err)
{
	struct welcome welcome = {.origin = ""};
	struct bytes text;

	if (signed_split(file, &text, &welcome.by) < 0 || parse_text(text, &welcome) < 0)
		return err_set(err, AMANA_E_FORMAT, "not a welcome note");
	*ret_welcome = welcome;
	return 0;
}

bool
welcome_verify(const struct welcome *welcome, const struct note_key *key)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	return welcome_text(welcome, &text, &err) == 0 &&
	       signed_verify(BYTES_OF(text), &welcome->by, key);
}
