/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/backup.h"

/* 32 times 0x11 */
#define DATA "ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYL"
#define LINE "AGE-SECRET-KEY-1" DATA

static int
parse(const char *typed, struct secret *ret_age, struct amana_error *err)
{
	return backup_parse(BYTES_STR(typed), ret_age, err);
}

static void
check_reads(const char *typed)
{
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t want[AGE_KEY_LEN];

	memset(want, 0x11, sizeof want);
	CHECK_OK(parse(typed, &age, &err), err);
	CHECK(age.len == AGE_KEY_LEN && memcmp(age.data, want, sizeof want) == 0);
}

static void
check_refuses(const char *typed, const char *because)
{
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_FAILS(parse(typed, &age, &err), err, AMANA_E_FORMAT);
	if (strstr(err.msg, because) == NULL)
		CHECK_STR(err.msg, because);
	CHECK(age.data == NULL);
}

static void
line_round_trip(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret line = SECRET_INIT;
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("S-014", 0, &made, &err), err);
	CHECK_OK(backup_line(&made, &line, &err), err);
	CHECK_INT(line.len, AGE_IDENTITY_LEN + 1);
	CHECK_INT(strlen((const char *)line.data), AGE_IDENTITY_LEN);
	CHECK(strncmp((const char *)line.data, "AGE-SECRET-KEY-1", 16) == 0);
	CHECK_OK(parse((const char *)line.data, &age, &err), err);
	CHECK(secret_equal(age.data, made.age.data, AGE_KEY_LEN));
	/* It restores reading, never signing: nothing of the seed is in it. */
	CHECK(memmem(line.data, line.len, made.seed.data, 8) == NULL);
}

static void
typed_in_many_ways(void)
{
	check_reads(LINE);
	check_reads(LINE "\n");
	check_reads(LINE "\r\n");
	check_reads("\t" LINE "  \n\n");
	check_reads(DATA);
	check_reads(
		"age-secret-key-1zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygsuzrzyl");
	check_reads("Age-Secret-Key-1 zyg3 zyg3 zyg3 zyg3 zyg3 zyg3 zyg3\n"
		    "zyg3 zyg3 zyg3 zyg3 zyg3 zygs uzrz yl");
	check_reads("AGE SECRET KEY 1 ZYG3-ZYG3-ZYG3-ZYG3-ZYG3-ZYG3-ZYG3-"
		    "ZYG3-ZYG3-ZYG3-ZYG3-ZYG3-ZYGS-UZRZ-YL");
	check_reads(
		"AGE\u2013SECRET\u2010KEY\u20141\u00a0ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3"
		"ZYG3ZYG3ZYG3ZYG3ZYGS\u2003UZRZYL");
	check_reads("# S-014, words: ...\n\n" LINE "\n# keep this page in the safe\n");
	check_reads("  # indented remark\n" LINE);
	/* The last character is an L; the alphabet has no 1, I, O or B. */
	check_reads(
		"AGE-SECRET-KEY-IZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYI");
	check_reads(
		"AGE-SECRET-KEY-lZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZY1");
}

/* A key whose text has a 0 and an 8, typed with O and B. */
static void
letters_for_digits(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	int n_zero = 0, n_eight = 0;

	for (int i = 0; i < 64; i++) {
		CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
		CLEANUP(secret_done) struct secret line = SECRET_INIT;
		CLEANUP(secret_done) struct secret age = SECRET_INIT;

		CHECK_OK(identity_new("S-014", 0, &made, &err), err);
		CHECK_OK(backup_line(&made, &line, &err), err);
		for (uint8_t *c = line.data; *c != 0; c++) {
			n_zero += *c == '0';
			n_eight += *c == '8';
			*c = *c == '0' ? 'O' : *c == '8' ? 'b' : *c;
		}
		CHECK_OK(parse((const char *)line.data, &age, &err), err);
		CHECK(secret_equal(age.data, made.age.data, AGE_KEY_LEN));
	}
	CHECK(n_zero > 0 && n_eight > 0);
}

/* Every place, several other characters: refused, and the place is told. */
static void
single_typos_are_located(void)
{
	static const char alphabet[] = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
	char typed[] = LINE, place[32];

	for (size_t i = 16; i < strlen(LINE); i++) {
		for (size_t k = i % 5; k < 32; k += 5) {
			if (alphabet[k] == LINE[i])
				continue;
			typed[i] = alphabet[k];
			snprintf(place, sizeof place, "number %zu after", i - 15);
			check_refuses(typed, place);
		}
		typed[i] = LINE[i];
	}
	check_reads(typed);
}

static void
neighbours_exchanged_are_located(void)
{
	char typed[] = LINE, place[32];
	int n = 0;

	for (size_t i = 16; i + 1 < strlen(LINE); i++) {
		if (LINE[i] == LINE[i + 1])
			continue;
		typed[i] = LINE[i + 1];
		typed[i + 1] = LINE[i];
		snprintf(place, sizeof place, "number %zu after", i - 15);
		check_refuses(typed, place);
		typed[i] = LINE[i];
		typed[i + 1] = LINE[i + 1];
		n++;
	}
	CHECK(n > 40);
}

static void
other_mistakes_are_named(void)
{
	check_refuses("", "nothing was typed");
	check_refuses(" \n\t\n", "nothing was typed");
	check_refuses("# only a remark\n", "nothing was typed");
	check_refuses("AGE-SECRET-KEY-1", "58 characters are missing");
	check_refuses("AGE-SECRET-KEY-1ZYG3", "54 characters are missing");
	check_refuses(LINE "Q", "1 character too many");
	check_refuses(LINE LINE, "characters too many");
	check_refuses(
		"AGE-SECRET-KEY-1!YG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYL",
		"number 1 after AGE-SECRET-KEY-1 is no character of a key");
	check_refuses(
		"AGE-SECRET-KEY-1QQG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZQQ",
		"several characters");
	check_refuses("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
		      "characters too many");
}

static void
long_input_is_bounded(void)
{
	CLEANUP(buf_done) struct buf typed = BUF_INIT(2 * BACKUP_TYPED_MAX);
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	while (typed.len < BACKUP_TYPED_MAX - strlen(LINE))
		CHECK_OK(buf_add_byte(&typed, ' ', &err), err);
	CHECK_OK(buf_add_str(&typed, LINE, &err), err);
	CHECK_OK(backup_parse(BYTES_OF(typed), &age, &err), err);
	secret_done(&age);
	CHECK_OK(buf_add_byte(&typed, ' ', &err), err);
	CHECK_FAILS(backup_parse(BYTES_OF(typed), &age, &err), err, AMANA_E_LIMIT);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(line_round_trip);
	RUN(typed_in_many_ways);
	RUN(letters_for_digits);
	RUN(single_typos_are_located);
	RUN(neighbours_exchanged_are_located);
	RUN(other_mistakes_are_named);
	RUN(long_input_is_bounded);
	return 0;
}
