/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

/*
 * Strict text encodings: one spelling per value, everything else refused.  Parsers return
 * 0, or -1 without filling any error: the caller knows what the text was meant to be.
 */

/* Decimal without sign or leading zeros; all `len` bytes are consumed. */
int text_u64(const char *text, size_t len, uint64_t *ret_value) MUST_CHECK;

/* Lower-case hex.  `out` takes 2 * len + 1 bytes with its final NUL. */
void text_hex(const uint8_t *bytes, size_t len, char *out);
/* Exactly 2 * len lower-case digits. */
int text_unhex(const char *hex, size_t hex_len, uint8_t *ret_bytes,
	       size_t len) MUST_CHECK;

/* Base64, RFC 4648 section 4, with padding.  `out` takes TEXT_B64_LEN(len) + 1 bytes. */
#define TEXT_B64_LEN(len) (((len) + 2) / 3 * 4)
void text_b64(const uint8_t *bytes, size_t len, char *out);
/* Unpadded form, as in age headers.  Returns the length written, without the NUL. */
size_t text_b64_raw(const uint8_t *bytes, size_t len, char *out);
/* Canonical only: no whitespace, zero trailing bits, exact padding (padded) or none
 * (!padded). `cap` is the room in ret_bytes. */
int text_unb64(const char *text, size_t text_len, bool padded, uint8_t *ret_bytes,
	       size_t cap, size_t *ret_len) MUST_CHECK;

/* YYYY-MM-DDTHH:MM:SSZ, years 1970 to 9999; `out` takes 21 bytes. */
#define TEXT_TIME_LEN 20
#define TEXT_TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
void text_time(int64_t unix_seconds, char out[TEXT_TIME_LEN + 1]);
int text_untime(const char *text, size_t len, int64_t *ret_seconds) MUST_CHECK;
/* The same for times of files, which a wrong clock or an old archive may have put before
 * 1970: years 1 to 9999. */
#define TEXT_TIME_OLD_MIN (-INT64_C(62135596800)) /* 0001-01-01T00:00:00Z */
void text_time_old(int64_t unix_seconds, char out[TEXT_TIME_LEN + 1]);
int text_untime_old(const char *text, size_t len, int64_t *ret_seconds) MUST_CHECK;

/* RFC 3629: no surrogates, no overlong forms, at most U+10FFFF. */
bool text_utf8_valid(const char *text, size_t len);
/* True for valid UTF-8 without control characters (C0, DEL, C1, U+2028, U+2029) and
 * without the bidirectional overrides that can disguise a name. */
bool text_is_plain(const char *text, size_t len);
/* In place: what text_is_plain refuses becomes '?', byte by byte. */
void text_make_safe(char *text);

/* [A-Z]{1,5}-[0-9]{1,5} (CLI.md "MEMBER"). */
bool text_is_member(const char *text, size_t len);
/* [A-Z0-9][A-Z0-9.-]{0,31} (CLI.md "CASE"). */
bool text_is_case(const char *text, size_t len);
#define TEXT_MEMBER_MAX 11
#define TEXT_CASE_MAX 32

/*
 * Reading text line by line: a cursor over borrowed bytes.  text_line takes the next
 * line, which must end with LF, and returns it without the LF; -1 when there is none.
 */
struct text_cursor {
	const char *at, *end;
};
int text_line(struct text_cursor *cursor, struct bytes *ret_line) MUST_CHECK;
/* If `line` starts with `word` and one space, the rest; -1 otherwise. */
int text_after(struct bytes line, const char *word, struct bytes *ret_rest) MUST_CHECK;
/* Splits off what stands before the next single space (or the whole rest); -1 if empty.
 */
int text_field(struct bytes *rest, struct bytes *ret_field) MUST_CHECK;
bool text_is(struct bytes a, const char *b);

/*
 * Numbers in messages.  The text is in what is returned, so that it can stand in a call:
 * err_set(err, code, "%s fail", text_count(n, "file", "files").text).
 */
struct text_number {
	char text[80];
};
/* "1 file", "2 files".  The words have at most 50 bytes. */
struct text_number text_count(uint64_t n, const char *one, const char *many);
/* "batch 7" where both are the same, "batches 7 to 9". */
struct text_number text_range(uint64_t first, uint64_t last, const char *one,
			      const char *many);

#endif
