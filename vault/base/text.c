/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int
text_u64(const char *text, size_t len, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (len == 0 || len > 20 || (len > 1 && text[0] == '0'))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
			return -1;
	}
	*ret_value = value;
	return 0;
}

void
text_hex(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = 0;
}

/* Without branches: which digit it is cannot be foreseen, and replay reads a dozen hashes
 * an entry. */
static uint8_t
hex_digit(char c, unsigned int *bad)
{
	unsigned int byte = (uint8_t)c, of_nine = byte - '0', of_six = byte - 'a';

	*bad |= (of_nine > 9) & (of_six > 5);
	return (uint8_t)((byte & 15) + 9 * (byte >> 6)); /* 'a' is 0x61 */
}

int
text_unhex(const char *hex, size_t hex_len, uint8_t *ret_bytes, size_t len)
{
	unsigned int bad = 0;

	if (hex_len != 2 * len)
		return -1;
	for (size_t i = 0; i < hex_len; i++)
		(void)hex_digit(hex[i], &bad);
	if (bad != 0)
		return -1;
	for (size_t i = 0; i < len; i++)
		ret_bytes[i] = (uint8_t)(hex_digit(hex[2 * i], &bad) << 4 |
					 hex_digit(hex[2 * i + 1], &bad));
	return 0;
}

static const char b64_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t
text_b64_raw(const uint8_t *bytes, size_t len, char *out)
{
	uint32_t acc = 0;
	int bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		acc = acc << 8 | bytes[i];
		for (bits += 8; bits >= 6; bits -= 6)
			out[n++] = b64_alphabet[acc >> (bits - 6) & 63];
	}
	if (bits > 0)
		out[n++] = b64_alphabet[acc << (6 - bits) & 63];
	out[n] = 0;
	return n;
}

void
text_b64(const uint8_t *bytes, size_t len, char *out)
{
	size_t n = text_b64_raw(bytes, len, out);

	while (n % 4 != 0)
		out[n++] = '=';
	out[n] = 0;
}

static int
b64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int
text_unb64(const char *text, size_t text_len, bool padded, uint8_t *ret_bytes, size_t cap,
	   size_t *ret_len)
{
	size_t digits = text_len, n = 0;
	uint32_t acc = 0;
	int bits = 0;

	if (padded) {
		if (text_len % 4 != 0)
			return -1;
		while (digits > 0 && text_len - digits < 2 && text[digits - 1] == '=')
			digits--;
	}
	if (digits % 4 == 1 || (padded && (digits + 3) / 4 * 4 != text_len) ||
	    digits / 4 * 3 + digits % 4 * 3 / 4 > cap)
		return -1;
	for (size_t i = 0; i < digits; i++) {
		int d = b64_digit(text[i]);

		if (d < 0)
			return -1;
		acc = acc << 6 | (uint32_t)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			ret_bytes[n++] = (uint8_t)(acc >> bits);
		}
	}
	if (bits > 0 && (acc & ((1u << bits) - 1)) != 0)
		return -1; /* a second spelling of the same bytes */
	*ret_len = n;
	return 0;
}

/* Days since 1970-01-01 of a proleptic Gregorian date, and back (era arithmetic over 400
 * years). */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
date_of(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = days + 719468, era = z / 146097, of_era = z % 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*ret_day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*ret_month = (int)(m < 10 ? m + 3 : m - 9);
	*ret_year = (int)(y + era * 400 + (*ret_month <= 2));
}

/* `from` is the earliest time there is: what lies outside is moved inside. */
static void
put_time(int64_t unix_seconds, int64_t from, char out[TEXT_TIME_LEN + 1])
{
	int year, month, day;
	int64_t s = unix_seconds < from		   ? from
		    : unix_seconds > TEXT_TIME_MAX ? TEXT_TIME_MAX
						   : unix_seconds;
	int64_t since = s - TEXT_TIME_OLD_MIN; /* never negative */
	unsigned int in_day = (unsigned int)(since % 86400);
	char wide[64]; /* the compiler cannot see that the fields are narrow */

	date_of((since - in_day + TEXT_TIME_OLD_MIN) / 86400, &year, &month, &day);
	snprintf(wide, sizeof wide, "%04d-%02d-%02dT%02u:%02u:%02uZ", year, month, day,
		 in_day / 3600, in_day / 60 % 60, in_day % 60);
	memcpy(out, wide, TEXT_TIME_LEN);
	out[TEXT_TIME_LEN] = 0;
}

void
text_time(int64_t unix_seconds, char out[TEXT_TIME_LEN + 1])
{
	put_time(unix_seconds, 0, out);
}

void
text_time_old(int64_t unix_seconds, char out[TEXT_TIME_LEN + 1])
{
	put_time(unix_seconds, TEXT_TIME_OLD_MIN, out);
}

static int
take_time(const char *text, size_t len, int64_t from, int64_t *ret_seconds)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	char again[TEXT_TIME_LEN + 1];
	int64_t v[6] = {0}, seconds;
	int field = 0;

	if (len != TEXT_TIME_LEN)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (shape[i] == 'd') {
			if (text[i] < '0' || text[i] > '9')
				return -1;
			v[field] = v[field] * 10 + (text[i] - '0');
		} else if (text[i] != shape[i]) {
			return -1;
		} else {
			field++;
		}
		if (field == 6)
			break;
	}
	if (v[0] < 1 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31)
		return -1;
	seconds = days_of(v[0], v[1], v[2]) * 86400 + v[3] * 3600 + v[4] * 60 + v[5];
	if (seconds < from || seconds > TEXT_TIME_MAX)
		return -1;
	/* refuses 31 February, 24:00, a leap second: one spelling only */
	put_time(seconds, from, again);
	if (memcmp(again, text, TEXT_TIME_LEN) != 0)
		return -1;
	*ret_seconds = seconds;
	return 0;
}

int
text_untime(const char *text, size_t len, int64_t *ret_seconds)
{
	return take_time(text, len, 0, ret_seconds);
}

int
text_untime_old(const char *text, size_t len, int64_t *ret_seconds)
{
	return take_time(text, len, TEXT_TIME_OLD_MIN, ret_seconds);
}

/* The length of the valid UTF-8 character at text, its code point in *ret_code; 0 if
 * invalid. */
static size_t
utf8_char(const char *text, size_t len, uint32_t *ret_code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *p = (const uint8_t *)text;
	size_t n = p[0] < 0x80	     ? 1
		   : p[0] >> 5 == 6  ? 2
		   : p[0] >> 4 == 14 ? 3
		   : p[0] >> 3 == 30 ? 4
				     : 0;
	uint32_t code;

	if (n == 0 || n > len)
		return 0;
	code = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		code = code << 6 | (p[i] & 63);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}

bool
text_utf8_valid(const char *text, size_t len)
{
	uint32_t code;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_char(text + i, len - i, &code);
		if (n == 0)
			return false;
	}
	return true;
}

static bool
is_plain_code(uint32_t code)
{
	return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) && code != 0x2028 &&
	       code != 0x2029 && !(code >= 0x202a && code <= 0x202e) &&
	       !(code >= 0x2066 && code <= 0x2069) && code != 0x200e && code != 0x200f &&
	       code != 0x061c && code != 0xfeff;
}

bool
text_is_plain(const char *text, size_t len)
{
	uint32_t code;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_char(text + i, len - i, &code);
		if (n == 0 || !is_plain_code(code))
			return false;
	}
	return true;
}

void
text_make_safe(char *text)
{
	size_t len = strlen(text), n;
	uint32_t code;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_char(text + i, len - i, &code);
		if (n != 0 && is_plain_code(code))
			continue;
		n = n != 0 ? n : 1;
		memset(text + i, '?', n);
	}
}

bool
text_is_member(const char *text, size_t len)
{
	size_t letters = 0, digits = 0;

	while (letters < len && text[letters] >= 'A' && text[letters] <= 'Z')
		letters++;
	if (letters < 1 || letters > 5 || letters == len || text[letters] != '-')
		return false;
	while (letters + 1 + digits < len && text[letters + 1 + digits] >= '0' &&
	       text[letters + 1 + digits] <= '9')
		digits++;
	return digits >= 1 && digits <= 5 && letters + 1 + digits == len;
}

bool
text_is_case(const char *text, size_t len)
{
	if (len < 1 || len > TEXT_CASE_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		bool alnum = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (i == 0 || (c != '.' && c != '-')))
			return false;
	}
	return true;
}

int
text_line(struct text_cursor *cursor, struct bytes *ret_line)
{
	const char *lf;

	if (cursor->at == cursor->end)
		return -1;
	lf = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
	if (lf == NULL)
		return -1;
	*ret_line =
		(struct bytes){(const uint8_t *)cursor->at, (size_t)(lf - cursor->at)};
	cursor->at = lf + 1;
	return 0;
}

int
text_after(struct bytes line, const char *word, struct bytes *ret_rest)
{
	size_t n = strlen(word);

	if (line.len <= n || memcmp(line.data, word, n) != 0 || line.data[n] != ' ')
		return -1;
	*ret_rest = (struct bytes){line.data + n + 1, line.len - n - 1};
	return 0;
}

int
text_field(struct bytes *rest, struct bytes *ret_field)
{
	const uint8_t *space;
	size_t n;

	if (rest->len == 0)
		return -1;
	space = memchr(rest->data, ' ', rest->len);
	n = space != NULL ? (size_t)(space - rest->data) : rest->len;
	if (n == 0 || n + 1 == rest->len)
		return -1; /* two spaces, or one at the end */
	*ret_field = (struct bytes){rest->data, n};
	n += space != NULL;
	*rest = (struct bytes){rest->data + n, rest->len - n};
	return 0;
}

bool
text_is(struct bytes a, const char *b)
{
	return a.len == strlen(b) && memcmp(a.data, b, a.len) == 0;
}

struct text_number
text_count(uint64_t n, const char *one, const char *many)
{
	struct text_number number;

	snprintf(number.text, sizeof number.text, "%" PRIu64 " %s", n,
		 n == 1 ? one : many);
	return number;
}

struct text_number
text_range(uint64_t first, uint64_t last, const char *one, const char *many)
{
	struct text_number number;

	if (first == last)
		snprintf(number.text, sizeof number.text, "%s %" PRIu64, one, first);
	else
		snprintf(number.text, sizeof number.text, "%s %" PRIu64 " to %" PRIu64,
			 many, first, last);
	return number;
}
