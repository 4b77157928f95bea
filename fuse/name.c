/* SPDX-License-Identifier: Apache-2.0 */
#include "name.h"

#include "attributes.h"
#include "unicode.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Bytes of a name before its extension; programs append to it, .part for example. */
#define STEM_MAX ((size_t)200)
#define EXTENSION_MAX ((size_t)16)

/* In a folder not even the mark that stands for a character that could not be decoded, or
 * the two last planes, which are for private use. */
static bool
deceives(uint32_t c)
{
	return unicode_deceives(c) || c == 0xfffd || c >= 0xf0000;
}

static bool
windows_refuses(uint32_t c)
{
	return c < 0x80 && strchr("<>:\"/\\|?*", (int)c) != NULL;
}

/* Copies whole characters, at most cap - 1 bytes.  Each character, or byte that is part
 * of none, that may not be there becomes '_' in the name of a file and '?' in a message.
 */
static size_t
copy_safely(const char *bytes, size_t len, bool for_files, char *ret, size_t cap)
{
	const unsigned char *at = (const unsigned char *)bytes;
	size_t n = 0;

	while (len > 0) {
		uint32_t c = 0;
		size_t step = unicode_decode(at, len, &c);
		bool bad = step == 0 || deceives(c) || (for_files && windows_refuses(c));

		if (n + (bad ? 1 : step) >= cap)
			break;
		if (bad)
			ret[n++] = for_files ? '_' : '?';
		else
			memcpy(ret + n, at, step), n += step;
		step = step > 0 ? step : 1;
		at += step;
		len -= step;
	}
	ret[n] = 0;
	return n;
}

static size_t
trim_end(char *name, size_t n)
{
	while (n > 0 && (name[n - 1] == '.' || name[n - 1] == ' '))
		name[--n] = 0;
	return n;
}

void
name_of_exhibit(uint64_t number, const char *bytes, size_t len, char ret[NAME_CAP])
{
	const char *slash = len > 0 ? memrchr(bytes, '/', len) : NULL;
	size_t skip = slash != NULL ? (size_t)(slash - bytes) + 1 : 0, n, first = 0;
	size_t extension_len = 0, stem_len;
	const char *dot;
	char base[4096]; /* a name of more bytes loses its extension */

	n = trim_end(base,
		     copy_safely(bytes + skip, len - skip, true, base, sizeof base));
	while (first < n && base[first] == ' ')
		first++;
	dot = strrchr(base + first, '.');
	if (dot != NULL && dot > base + first && strlen(dot) <= EXTENSION_MAX)
		extension_len = strlen(dot);
	stem_len = n - first - extension_len;
	if (stem_len > STEM_MAX)
		stem_len = unicode_whole(base + first, STEM_MAX);
	n = (size_t)snprintf(ret, NAME_CAP, "%04" PRIu64 "%s%.*s%s", number,
			     n > first ? " " : "", (int)stem_len, base + first,
			     base + n - extension_len);
	trim_end(ret, n);
}

uint64_t
name_number(const char *name)
{
	uint64_t number = 0;
	size_t n = 0;

	for (; name[n] >= '0' && name[n] <= '9'; n++) {
		if (number > (UINT64_MAX - 9) / 10)
			return 0;
		number = number * 10 + (uint64_t)(name[n] - '0');
	}
	return n >= 4 && (name[n] == 0 || name[n] == ' ') ? number : 0;
}

void
name_of_case(const char *code, char ret[NAME_CAP])
{
	static const char *const devices[] = {"CON", "PRN", "AUX", "NUL"};
	static const char *const folders[] = {"by-type", "by-date", "custody",
					      "index.html"};
	char safe[128];
	size_t len = trim_end(safe,
			      copy_safely(code, strlen(code), true, safe, sizeof safe)),
	       stem = strcspn(safe, ".");
	bool taken = len == 0;

	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		taken |= strlen(devices[i]) == stem &&
			 strncasecmp(safe, devices[i], stem) == 0;
	taken |= stem == 4 &&
		 (strncasecmp(safe, "COM", 3) == 0 || strncasecmp(safe, "LPT", 3) == 0) &&
		 safe[3] >= '0' && safe[3] <= '9';
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		taken |= strcasecmp(safe, folders[i]) == 0;
	snprintf(ret, NAME_CAP, "%s%s", taken ? "case " : "", safe);
	trim_end(ret, strlen(ret));
}

void
name_of_day(uint32_t day, char ret[NAME_CAP])
{
	time_t at = (time_t)day * 86400;
	struct tm utc;

	if (gmtime_r(&at, &utc) == NULL)
		utc = (struct tm){.tm_year = 70, .tm_mday = 1};
	snprintf(ret, NAME_CAP, "%04d-%02d-%02d", utc.tm_year + 1900, utc.tm_mon + 1,
		 utc.tm_mday);
}

uint32_t
name_day(const char *name)
{
	static const size_t ends[] = {4, 7, 10};
	int parts[3] = {0};
	size_t at = 0, len = strlen(name);
	struct tm utc;
	time_t seconds;
	char again[NAME_CAP];

	if (len != 10)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		for (; at < ends[i]; at++)
			if (name[at] < '0' || name[at] > '9')
				return 0;
			else
				parts[i] = parts[i] * 10 + (name[at] - '0');
		at++;
	}
	utc = (struct tm){
		.tm_year = parts[0] - 1900, .tm_mon = parts[1] - 1, .tm_mday = parts[2]};
	seconds = timegm(&utc);
	if (seconds < 0)
		return 0;
	name_of_day((uint32_t)(seconds / 86400), again);
	return strcmp(again, name) == 0 ? (uint32_t)(seconds / 86400) + 1 : 0;
}

void
name_for_message(const char *text, char *ret, size_t cap)
{
	copy_safely(text, strlen(text), false, ret, cap);
}
