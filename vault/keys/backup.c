/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/backup.h"

#include "base/text.h"
#include "crypto/bech32.h"

#include <string.h>

/* "AGE-SECRET-KEY-1" and 58 characters.  What is typed is read without its dashes. */
#define HRP "AGE-SECRET-KEY-"
#define PREFIX HRP "1"
#define BARE_PREFIX "AGESECRETKEY"
#define PREFIX_LEN (sizeof PREFIX - 1)
#define DATA_LEN (AGE_IDENTITY_LEN - PREFIX_LEN)

static const char alphabet[] = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

int
backup_line(const struct identity *identity, struct secret *ret_line,
	    struct amana_error *err)
{
	if (secret_new(AGE_IDENTITY_LEN + 1, ret_line, err) < 0)
		return -1;
	age_identity_text(&identity->age, (char *)ret_line->data);
	return 0;
}

/* The length of a dash or blank at p that separates groups, 0 if there is none. */
static size_t
separator_len(const uint8_t *p, size_t len)
{
	if (p[0] == '-' || p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r'))
		return 1;
	if (len >= 2 && p[0] == 0xc2 && (p[1] == 0xa0 || p[1] == 0xad))
		return 2; /* no-break space, soft hyphen */
	if (len >= 3 && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x80 && p[2] <= 0x95)
		return 3; /* wide spaces, dashes */
	return 0;
}

/* Writes what was typed in capitals to `out`, without separators and without lines that
 * begin with '#'.  out takes typed.len bytes; returns how many it got. */
static size_t
squeeze(struct bytes typed, uint8_t *out)
{
	bool at_start = true, in_comment = false;
	size_t n = 0;

	for (size_t i = 0, step; i < typed.len; i += step) {
		uint8_t c = typed.data[i];

		step = separator_len(typed.data + i, typed.len - i);
		if (c == '\n') {
			at_start = true;
			in_comment = false;
		}
		if (step == 0) {
			in_comment = in_comment || (at_start && c == '#');
			at_start = false;
			step = 1;
			if (!in_comment)
				out[n++] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A')
								: c;
		}
	}
	return n;
}

/* The character that was meant: the alphabet has neither O, I, 1 nor B. */
static uint8_t
as_meant(uint8_t c)
{
	return c == 'O' ? '0' : c == 'I' || c == '1' ? 'L' : c == 'B' ? '8' : c;
}

static bool
decodes(const struct secret *line, struct secret *value)
{
	return bech32_decode((const char *)line->data, AGE_IDENTITY_LEN, HRP, value->data,
			     AGE_KEY_LEN) == 0;
}

/*
 * The place, from 1, of a single character that is wrong or of the first of two
 * neighbours that were exchanged; 0 if neither explains the checksum.  The code tells
 * apart all texts that differ in up to four places, so a place that is found is right
 * unless there are more errors than that.
 */
static size_t
find_typo(struct secret *line, struct secret *value)
{
	uint8_t *data = line->data + PREFIX_LEN;

	for (size_t i = 0; i < DATA_LEN; i++) {
		uint8_t typed = data[i];

		for (size_t k = 0; k < sizeof alphabet - 1; k++) {
			data[i] = (uint8_t)alphabet[k];
			if (decodes(line, value))
				return i + 1;
		}
		data[i] = typed;
	}
	for (size_t i = 0; i + 1 < DATA_LEN; i++) {
		uint8_t first = data[i], second = data[i + 1];

		data[i] = second;
		data[i + 1] = first;
		if (decodes(line, value))
			return i + 1;
		data[i] = first;
		data[i + 1] = second;
	}
	return 0;
}

static int
wrong_checksum(struct secret *line, struct secret *value, struct amana_error *err)
{
	size_t place = find_typo(line, value);

	if (place == 0)
		return err_reason(
			err, AMANA_REASON_MISTYPED, AMANA_E_FORMAT,
			"several characters were mistyped: compare the line with the page");
	return err_reason(err, AMANA_REASON_MISTYPED, AMANA_E_FORMAT,
			  "a character was mistyped: look at number %zu after " PREFIX
			  ", and its neighbours",
			  place);
}

/* Where the 58 characters start: behind the prefix, which may be missing or have I or L
 * for its 1. */
static size_t
skip_prefix(const uint8_t *text, size_t len)
{
	size_t n = strlen(BARE_PREFIX);

	if (len <= n || memcmp(text, BARE_PREFIX, n) != 0)
		return 0;
	return n + (text[n] == '1' || text[n] == 'I' || text[n] == 'L');
}

static int
wrong_length(size_t len, struct amana_error *err)
{
	if (len < DATA_LEN)
		return err_reason(
			err, AMANA_REASON_MISTYPED, AMANA_E_FORMAT,
			"%s missing: after " PREFIX " come %zu",
			text_count(DATA_LEN - len, "character is", "characters are").text,
			DATA_LEN);
	return err_reason(err, AMANA_REASON_MISTYPED, AMANA_E_FORMAT,
			  "%s too many: after " PREFIX " come %zu",
			  text_count(len - DATA_LEN, "character", "characters").text,
			  DATA_LEN);
}

int
backup_parse(struct bytes typed, struct secret *ret_age, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret text = SECRET_INIT;
	CLEANUP(secret_done) struct secret line = SECRET_INIT;
	CLEANUP(secret_done) struct secret value = SECRET_INIT;
	size_t len, at;

	if (typed.len > BACKUP_TYPED_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "more than %d bytes are no paper backup",
			       BACKUP_TYPED_MAX);
	if (secret_new(typed.len + 1, &text, err) < 0 ||
	    secret_new(AGE_IDENTITY_LEN + 1, &line, err) < 0 ||
	    secret_new(AGE_KEY_LEN, &value, err) < 0)
		return -1;
	len = squeeze(typed, text.data);
	at = skip_prefix(text.data, len);
	if (len == 0)
		return err_reason(err, AMANA_REASON_NOTHING_TYPED, AMANA_E_FORMAT,
				  "nothing was typed");
	if (len - at != DATA_LEN)
		return wrong_length(len - at, err);
	memcpy(line.data, PREFIX, PREFIX_LEN);
	for (size_t i = 0; i < DATA_LEN; i++) {
		uint8_t c = as_meant(text.data[at + i]);

		if (c == 0 || strchr(alphabet, c) == NULL)
			return err_reason(err, AMANA_REASON_MISTYPED, AMANA_E_FORMAT,
					  "number %zu after " PREFIX
					  " is no character of a key",
					  i + 1);
		line.data[PREFIX_LEN + i] = c;
	}
	if (!decodes(&line, &value))
		return wrong_checksum(&line, &value, err);
	*ret_age = value;
	value = (struct secret)SECRET_INIT;
	return 0;
}
