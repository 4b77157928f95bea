/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry_read.h"

#include <string.h>

#define MALFORMED(r, ...) err_set((r)->err, AMANA_E_FORMAT, __VA_ARGS__)

int
entry_read_line(struct entry_reader *r, struct bytes *ret_line)
{
	r->line++;
	if (text_line(&r->cursor, ret_line) < 0)
		return MALFORMED(r, "line %u: it is missing or does not end", r->line);
	return 0;
}

int
entry_read_after(struct entry_reader *r, const char *word, struct bytes *ret_rest)
{
	struct bytes line;

	if (entry_read_line(r, &line) < 0)
		return -1;
	if (text_after(line, word, ret_rest) < 0)
		return MALFORMED(r, "line %u: '%s' is not here", r->line, word);
	return 0;
}

int
entry_read_bad(struct entry_reader *r, const char *what)
{
	return MALFORMED(r, "line %u: %s", r->line, what);
}

bool
entry_read_comes(const struct entry_reader *r, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(r->cursor.end - r->cursor.at) > n &&
	       memcmp(r->cursor.at, word, n) == 0 && r->cursor.at[n] == ' ';
}

int
entry_read_as_number(struct entry_reader *r, struct bytes text, uint64_t min,
		     uint64_t max, uint64_t *ret_value)
{
	if (text_u64((const char *)text.data, text.len, ret_value) < 0 ||
	    *ret_value < min || *ret_value > max)
		return entry_read_bad(r, "not a number within its bounds");
	return 0;
}

int
entry_read_number(struct entry_reader *r, const char *word, uint64_t min, uint64_t max,
		  uint64_t *ret_value)
{
	struct bytes rest;

	return entry_read_after(r, word, &rest) < 0
		       ? -1
		       : entry_read_as_number(r, rest, min, max, ret_value);
}

int
entry_read_as_hash(struct entry_reader *r, struct bytes text, struct hash *ret_hash)
{
	if (hash_parse((const char *)text.data, text.len, ret_hash) < 0)
		return entry_read_bad(r, "not a hash");
	return 0;
}

int
entry_read_hash(struct entry_reader *r, const char *word, struct hash *ret_hash)
{
	struct bytes rest;

	return entry_read_after(r, word, &rest) < 0
		       ? -1
		       : entry_read_as_hash(r, rest, ret_hash);
}

int
entry_read_hash_and(struct entry_reader *r, const char *word, struct hash *ret_hash,
		    struct bytes *ret_second)
{
	struct bytes rest, first;

	if (entry_read_after(r, word, &rest) < 0)
		return -1;
	if (text_field(&rest, &first) < 0)
		return entry_read_bad(r, "not two fields");
	*ret_second = rest;
	return entry_read_as_hash(r, first, ret_hash);
}

int
entry_read_as_time(struct entry_reader *r, struct bytes text, int64_t *ret_at)
{
	if (text_untime((const char *)text.data, text.len, ret_at) < 0)
		return entry_read_bad(r, "not a time");
	return 0;
}

int
entry_read_recipient(struct entry_reader *r, const char *word,
		     struct age_recipient *ret_recipient)
{
	struct bytes rest;

	if (entry_read_after(r, word, &rest) < 0)
		return -1;
	if (age_recipient_parse((const char *)rest.data, rest.len, ret_recipient) < 0)
		return entry_read_bad(r, "not a recipient");
	return 0;
}

int
entry_read_key(struct entry_reader *r, struct note_key *ret_key)
{
	struct bytes rest;

	if (entry_read_after(r, "key", &rest) < 0)
		return -1;
	if (note_key_parse((const char *)rest.data, rest.len, ret_key) < 0)
		return entry_read_bad(r, "not a verifier key");
	return 0;
}
