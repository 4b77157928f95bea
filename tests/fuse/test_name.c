/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "name.h"

#include <stdbool.h>
#include <stdint.h>

static const char *
of(uint64_t number, const char *bytes)
{
	static char name[NAME_CAP];

	name_of_exhibit(number, bytes, strlen(bytes), name);
	return name;
}

static void
exhibits(void)
{
	CHECK_STR(of(7, "statement of V-003.pdf"), "0007 statement of V-003.pdf");
	CHECK_STR(of(7, "phone/DCIM/a.jpg"), "0007 a.jpg");
	CHECK_STR(of(12345, "a"), "12345 a");
	CHECK_STR(of(7, ""), "0007");
	CHECK_STR(of(7, "folder/"), "0007");
	CHECK_STR(of(7, "..."), "0007");
	CHECK_STR(of(7, "  a . ."), "0007 a");
	CHECK_STR(of(7, "a<b>c:d\"e\\f|g?h*i"), "0007 a_b_c_d_e_f_g_h_i");
	CHECK_STR(of(7, "line\nfeed\ttab\x7f"), "0007 line_feed_tab_");
	CHECK_STR(of(7, "\xe2\x80\xae"
			"fdp.exe"),
		  "0007 _fdp.exe");
	CHECK_STR(of(7, "zero\xe2\x80\x8bwidth\xef\xbb\xbf"), "0007 zero_width_");
	CHECK_STR(of(7, "bad \xff\xc0\xaf utf8 \xe2\x82"), "0007 bad ___ utf8 __");
	CHECK_STR(of(7, "\xed\xa0\x80surrogate"), "0007 ___surrogate");
	CHECK_STR(of(7, "maelezo ya shahidi \xc5\xbd\xe6\x97\xa5.pdf"),
		  "0007 maelezo ya shahidi \xc5\xbd\xe6\x97\xa5.pdf");
	CHECK_STR(of(7, ".profile"), "0007 .profile");
}

static void
long_names(void)
{
	char name[5000];
	const char *out;

	memset(name, 'n', sizeof name);
	memcpy(name + 300, ".jpeg", 6);
	out = of(UINT64_MAX, name);
	CHECK(strlen(out) <= 255);
	CHECK_STR(out + strlen(out) - 6, "n.jpeg");
	/* never cut within a character */
	for (size_t i = 0; i < 300; i += 2)
		memcpy(name + i, "\xc3\xa4", 2);
	memcpy(name + 300, ".x", 3);
	for (size_t shift = 0; shift < 2; shift++) {
		char shifted[sizeof name + 8];

		snprintf(shifted, sizeof shifted, "%.*s%s", (int)shift, "s", name);
		out = of(7, shifted);
		CHECK(strlen(out) <= 255);
		CHECK_STR(out + strlen(out) - 4, "\xc3\xa4.x");
	}
	/* an extension that is none */
	memset(name, 'n', sizeof name);
	name[100] = '.';
	name[4999] = 0;
	CHECK(strlen(of(7, name)) <= 255);
}

static void
numbers(void)
{
	CHECK_INT(name_number("0007 a.pdf"), 7);
	CHECK_INT(name_number("0007"), 7);
	CHECK_INT(name_number("12345 x"), 12345);
	CHECK_INT(name_number("7 a"), 0);
	CHECK_INT(name_number("0007a"), 0);
	CHECK_INT(name_number("a 0007"), 0);
	CHECK_INT(name_number("99999999999999999999999 a"), 0);
	CHECK_INT(name_number(""), 0);
}

static const char *
case_of(const char *code)
{
	static char name[NAME_CAP];

	name_of_case(code, name);
	return name;
}

static void
cases(void)
{
	CHECK_STR(case_of("HK-2025-0042"), "HK-2025-0042");
	CHECK_STR(case_of("CON"), "case CON");
	CHECK_STR(case_of("CON.1"), "case CON.1");
	CHECK_STR(case_of("CONAKRY"), "CONAKRY");
	CHECK_STR(case_of("COM7"), "case COM7");
	CHECK_STR(case_of("COMX"), "COMX");
	CHECK_STR(case_of("LPT1.A"), "case LPT1.A");
	CHECK_STR(case_of("BY-TYPE"), "case BY-TYPE");
	CHECK_STR(case_of("CUSTODY"), "case CUSTODY");
	CHECK_STR(case_of("A."), "A");
}

static void
days(void)
{
	char name[NAME_CAP];

	name_of_day(0, name);
	CHECK_STR(name, "1970-01-01");
	name_of_day(20573, name);
	CHECK_STR(name, "2026-04-30");
	CHECK_INT(name_day("2026-04-30"), 20574);
	CHECK_INT(name_day("1970-01-01"), 1);
	CHECK_INT(name_day("2026-02-30"), 0);
	CHECK_INT(name_day("2026-4-30"), 0);
	CHECK_INT(name_day("2026-04-3x"), 0);
	CHECK_INT(name_day("1969-12-31"), 0);
	CHECK_INT(name_day(""), 0);
}

static void
messages(void)
{
	char text[16];

	name_for_message("a\033[2Jb\n", text, sizeof text);
	CHECK_STR(text, "a?[2Jb?");
	name_for_message("fourteen bytes \xe6\x97\xa5", text, sizeof text);
	CHECK_STR(text, "fourteen bytes ");
}

int
main(void)
{
	exhibits();
	long_names();
	numbers();
	cases();
	days();
	messages();
	return 0;
}
