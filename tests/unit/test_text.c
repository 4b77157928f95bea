/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "check.h"

/* Strict encodings: each value has one spelling, whatever else there is is refused. */

static void
hex(void)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int taken = 0;
	char text[5];

	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			const char pair[2] = {(char)a, (char)b};
			const char *high = memchr(digits, a, 16),
				   *low = memchr(digits, b, 16);
			uint8_t value = 7;

			if (high == NULL || low == NULL) {
				CHECK_INT(text_unhex(pair, 2, &value, 1), -1);
				CHECK_INT(value, 7);
				continue;
			}
			CHECK_INT(text_unhex(pair, 2, &value, 1), 0);
			CHECK_INT(value, (high - digits) << 4 | (low - digits));
			taken++;
		}
	}
	CHECK_INT(taken, 256);
	CHECK_INT(text_unhex("00aa", 4, (uint8_t *)text, 1), -1);
	CHECK_INT(text_unhex("00a", 3, (uint8_t *)text, 2), -1);
	CHECK_INT(text_unhex("", 0, NULL, 0), 0);
	text_hex((const uint8_t *)"\x0f\xa5", 2, text);
	CHECK_STR(text, "0fa5");
}

static void
numbers(void)
{
	static const char *const bad[] = {
		"",
		"00",
		"01",
		"+1",
		"-1",
		" 1",
		"1 ",
		"1a",
		"18446744073709551616",
		"99999999999999999999",
		"184467440737095516150",
	};
	uint64_t value = 7;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(text_u64(bad[i], strlen(bad[i]), &value), -1);
	CHECK_INT(text_u64("0", 1, &value), 0);
	CHECK(value == 0);
	CHECK_INT(text_u64("18446744073709551615", 20, &value), 0);
	CHECK(value == UINT64_MAX);
	CHECK_INT(text_u64("1234", 2, &value), 0);
	CHECK(value == 12);
}

static void
times(void)
{
	static const struct {
		const char *text;
		int64_t at;
	} good[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1972-02-29T12:34:56Z", 68214896},
		{"2000-02-29T00:00:00Z", 951782400},
		{"2038-01-19T03:14:08Z", INT64_C(2147483648)},
		{"9999-12-31T23:59:59Z", INT64_C(253402300799)},
	};
	static const char *const bad[] = {
		"1969-12-31T23:59:59Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2016-12-31T23:59:60Z", "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z",
		"2026-01-01 00:00:00Z", "2026-01-01T00:00:00",	"2026-01-01T00:00:00ZZ",
		"+026-01-01T00:00:00Z",
	};
	char text[TEXT_TIME_LEN + 1];
	int64_t at;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK_INT(text_untime(good[i].text, strlen(good[i].text), &at), 0);
		CHECK_INT(at, good[i].at);
		text_time(at, text);
		CHECK_STR(text, good[i].text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(text_untime(bad[i], strlen(bad[i]), &at), -1);
	text_time(-1, text);
	CHECK_STR(text, "1970-01-01T00:00:00Z");
	text_time(TEXT_TIME_MAX + 1, text);
	CHECK_STR(text, "9999-12-31T23:59:59Z");
}

static void
old_times(void)
{
	static const struct {
		const char *text;
		int64_t at;
	} good[] = {
		{"0001-01-01T00:00:00Z", -INT64_C(62135596800)},
		{"0004-02-29T23:59:59Z", -INT64_C(62035804801)},
		{"1601-01-01T00:00:00Z", -INT64_C(11644473600)},
		{"1969-12-31T23:59:59Z", -1},
		{"1970-01-01T00:00:00Z", 0},
		{"9999-12-31T23:59:59Z", INT64_C(253402300799)},
	};
	static const char *const bad[] = {
		"0000-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "1900-02-29T00:00:00Z",
		"-001-01-01T00:00:00Z", "0001-01-01T24:00:00Z", "1969-12-31T23:59:60Z",
	};
	char text[TEXT_TIME_LEN + 1];
	int64_t at;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK_INT(text_untime_old(good[i].text, TEXT_TIME_LEN, &at), 0);
		CHECK_INT(at, good[i].at);
		text_time_old(at, text);
		CHECK_STR(text, good[i].text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(text_untime_old(bad[i], strlen(bad[i]), &at), -1);
	text_time_old(TEXT_TIME_OLD_MIN - 1, text);
	CHECK_STR(text, good[0].text);
}

static void
base64(void)
{
	static const struct {
		const char *text;
		bool padded;
	} bad[] = {
		{"Zg=", true},	  {"Zg", true},	  {"Zh==", true},     {"Zm9=", true},
		{"Z===", true},	  {"====", true}, {"Zg==Zg==", true}, {"Zg= =", true},
		{"Zm9v\n", true}, {"Zm-v", true}, {"Zg==", false},    {"Z", false},
		{"Zh", false},
	};
	uint8_t bytes[8];
	char text[16];
	size_t len;

	CHECK_INT(text_unb64("Zm9vYg==", 8, true, bytes, sizeof bytes, &len), 0);
	CHECK(len == 4 && memcmp(bytes, "foob", 4) == 0);
	CHECK_INT(text_unb64("Zm9vYg", 6, false, bytes, sizeof bytes, &len), 0);
	CHECK(len == 4 && memcmp(bytes, "foob", 4) == 0);
	CHECK_INT(text_unb64("", 0, true, bytes, sizeof bytes, &len), 0);
	CHECK_INT(len, 0);
	CHECK_INT(text_unb64("Zm9vYg==", 8, true, bytes, 3, &len), -1); /* no room */
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(text_unb64(bad[i].text, strlen(bad[i].text), bad[i].padded,
				     bytes, sizeof bytes, &len),
			  -1);
	text_b64((const uint8_t *)"fooba", 5, text);
	CHECK_STR(text, "Zm9vYmE=");
	CHECK_INT(text_b64_raw((const uint8_t *)"fooba", 5, text), 7);
	CHECK_STR(text, "Zm9vYmE");
}

static void
names(void)
{
	static const char *const members[] = {"A-1", "ABCDE-12345", "S-014"};
	static const char *const no_members[] = {"",	     "S",    "S-",   "-1",
						 "S014",     "s-1",  "S-1a", "ABCDEF-1",
						 "A-123456", "S--1", "S-1 ", "S-1\n"};
	static const char *const cases[] = {"A", "HK-2025-0042", "1.B"};
	static const char *const no_cases[] = {
		"", "-A", ".A", "a", "A B", "A_B", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		CHECK(text_is_member(members[i], strlen(members[i])));
	for (size_t i = 0; i < ARRAY_LEN(no_members); i++)
		CHECK(!text_is_member(no_members[i], strlen(no_members[i])));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK(text_is_case(cases[i], strlen(cases[i])));
	for (size_t i = 0; i < ARRAY_LEN(no_cases); i++)
		CHECK(!text_is_case(no_cases[i], strlen(no_cases[i])));
}

static void
utf8(void)
{
	static const char *const valid[] = {"",
					    "a",
					    "\xc3\xa9",
					    "\xe2\x80\x94",
					    "\xf0\x9f\x99\x82",
					    "\xf4\x8f\xbf\xbf",
					    "\xed\x9f\xbf"};
	static const char *const invalid[] = {"\x80",
					      "\xc0\xaf",
					      "\xc3",
					      "\xe0\x80\xaf",
					      "\xed\xa0\x80",
					      "\xf0\x80\x80\xaf",
					      "\xf4\x90\x80\x80",
					      "\xf8\x88\x80\x80",
					      "\xff"};
	static const char *const disguised[] = {"a\nb",
						"\x1b[31m",
						"a\x7f",
						"\xc2\x85",
						"\xe2\x80\xa8",
						"\xe2\x80\xae"
						"gpj.exe",
						"\xe2\x81\xa6",
						"\xef\xbb\xbf"};
	char text[] = "a\x1b"
		      "b\xff\xe2\x80\xae"
		      "c";

	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		CHECK(text_utf8_valid(valid[i], strlen(valid[i])));
		CHECK(text_is_plain(valid[i], strlen(valid[i])));
	}
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		CHECK(!text_utf8_valid(invalid[i], strlen(invalid[i])));
		CHECK(!text_is_plain(invalid[i], strlen(invalid[i])));
	}
	for (size_t i = 0; i < ARRAY_LEN(disguised); i++) {
		CHECK(text_utf8_valid(disguised[i], strlen(disguised[i])));
		CHECK(!text_is_plain(disguised[i], strlen(disguised[i])));
	}
	text_make_safe(text);
	CHECK_STR(text, "a?b????c");
}

static void
lines(void)
{
	static const char text[] = "one two\n\nlast";
	struct text_cursor cursor = {text, text + strlen(text)};
	struct bytes line, field;

	CHECK_INT(text_line(&cursor, &line), 0);
	CHECK(text_is(line, "one two"));
	CHECK_INT(text_after(line, "on", &field), -1);
	CHECK_INT(text_after(line, "one", &field), 0);
	CHECK(text_is(field, "two"));
	CHECK_INT(text_field(&line, &field), 0);
	CHECK(text_is(field, "one") && text_is(line, "two"));
	CHECK_INT(text_field(&line, &field), 0);
	CHECK(text_is(field, "two") && line.len == 0);
	CHECK_INT(text_field(&line, &field), -1);
	CHECK_INT(text_line(&cursor, &line), 0);
	CHECK_INT(line.len, 0);
	CHECK_INT(text_line(&cursor, &line), -1); /* without LF */
	for (int i = 0; i < 3; i++) {
		static const char *const bad[] = {" a", "a ", ""};

		line = BYTES_STR(bad[i]);
		CHECK_INT(text_field(&line, &field), -1);
	}
}

static void
counts(void)
{
	CHECK_STR(text_count(0, "file", "files").text, "0 files");
	CHECK_STR(text_count(1, "file", "files").text, "1 file");
	CHECK_STR(text_count(2, "file", "files").text, "2 files");
	CHECK_STR(text_count(UINT64_MAX, "file is", "files are").text,
		  "18446744073709551615 files are");
	CHECK_STR(text_range(7, 7, "batch", "batches").text, "batch 7");
	CHECK_STR(text_range(7, 8, "batch", "batches").text, "batches 7 to 8");
}

int
main(void)
{
	RUN(hex);
	RUN(numbers);
	RUN(times);
	RUN(old_times);
	RUN(base64);
	RUN(names);
	RUN(utf8);
	RUN(lines);
	RUN(counts);
	return 0;
}
