/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/identity.h"

#define LOG_N 4			    /* quick; 18 is what is written for people */
#define CREATED INT64_C(1735689600) /* 2025-01-01T00:00:00Z */

/* The identity of the known answers: age key 32 times 0x11, seed 32 times 0x22. */
static const char plain_good[] =
	"# amana/identity 1\n"
	"# member S-014\n"
	"# created 2025-01-01T00:00:00Z\n"
	"# PRIVATE+KEY+S-014+71f6d603+ASIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi\n"
	"AGE-SECRET-KEY-1ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYL\n";

static struct secret
passphrase(const char *text)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct secret secret = SECRET_INIT;

	CHECK_OK(secret_from(text, strlen(text), &secret, &err), err);
	return secret;
}

static void
new_ones_differ(void)
{
	CLEANUP(identity_done) struct identity a = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity b = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct age_recipient recipient;
	uint8_t pub[SIGN_PUB_LEN];

	CHECK_OK(identity_new("S-014", CREATED, &a, &err), err);
	CHECK_OK(identity_new("S-014", CREATED, &b, &err), err);
	CHECK(!secret_equal(a.age.data, b.age.data, AGE_KEY_LEN));
	CHECK(!secret_equal(a.seed.data, b.seed.data, SIGN_SEED_LEN));
	CHECK(!secret_equal(a.age.data, a.seed.data, AGE_KEY_LEN));
	age_identity_recipient(&a.age, &recipient);
	CHECK(age_recipient_equal(&recipient, &a.recipient));
	sign_public(&a.seed, pub);
	CHECK(memcmp(pub, a.key.pub, sizeof pub) == 0);
	CHECK_STR(a.key.name, "S-014");
}

static void
codes_that_are_none_are_refused(void)
{
	static const char *const bad[] = {"",	"Wanjiru",  "s-014", "S014",
					  "S-", "S-123456", "S-014 "};
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(identity_new(bad[i], CREATED, &identity, &err), err,
			    AMANA_E_USAGE);
}

static void
plaintext_is_as_documented(void)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t want[32];

	CHECK_OK(identity_parse(BYTES_STR(plain_good), &identity, &err), err);
	CHECK_STR(identity.code, "S-014");
	CHECK_INT(identity.created_at, CREATED);
	memset(want, 0x11, sizeof want);
	CHECK(identity.age.len == 32 && memcmp(identity.age.data, want, 32) == 0);
	memset(want, 0x22, sizeof want);
	CHECK(identity.seed.len == 32 && memcmp(identity.seed.data, want, 32) == 0);

	CHECK_OK(identity_serialise(&identity, &plain, &err), err);
	CHECK_INT(plain.len, strlen(plain_good));
	CHECK(memcmp(plain.data, plain_good, plain.len) == 0);
}

static void
seals_and_opens(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity opened = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret right = passphrase("kanu tembo");
	CLEANUP(secret_done) struct secret wrong = passphrase("kanu temba");
	CLEANUP(secret_done) struct secret empty = passphrase("");
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("ADM-1", CREATED, &made, &err), err);
	CHECK_FAILS(identity_seal(&made, &empty, LOG_N, &file, &err), err, AMANA_E_USAGE);
	CHECK_OK(identity_seal(&made, &right, LOG_N, &file, &err), err);
	CHECK(age_is_scrypt(BYTES_OF(file)));
	CHECK_INT(identity_open(BYTES_OF(file), &wrong, &opened, &err), 1);
	CHECK_INT(identity_open(BYTES_OF(file), &empty, &opened, &err), 1);
	CHECK(opened.age.data == NULL);
	CHECK_OK(identity_open(BYTES_OF(file), &right, &opened, &err), err);
	CHECK_STR(opened.code, "ADM-1");
	CHECK_INT(opened.created_at, CREATED);
	CHECK(secret_equal(opened.age.data, made.age.data, AGE_KEY_LEN));
	CHECK(secret_equal(opened.seed.data, made.seed.data, SIGN_SEED_LEN));
	CHECK(age_recipient_equal(&opened.recipient, &made.recipient));
	CHECK(memcmp(&opened.key, &made.key, sizeof made.key) == 0);
}

static void
overlong_passphrases_are_refused(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret longest = SECRET_INIT;
	CLEANUP(secret_done) struct secret longer = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(secret_random(IDENTITY_PASSPHRASE_MAX, &longest, &err), err);
	CHECK_OK(secret_random(IDENTITY_PASSPHRASE_MAX + 1, &longer, &err), err);
	CHECK_OK(identity_new("S-1", CREATED, &made, &err), err);
	CHECK_FAILS(identity_seal(&made, &longer, LOG_N, &file, &err), err,
		    AMANA_E_LIMIT);
	CHECK_OK(identity_seal(&made, &longest, LOG_N, &file, &err), err);
}

/* Every byte of the file inverted in turn: it never opens, and never as somebody else. */
static void
altered_files_do_not_open(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret right = passphrase("kanu tembo");
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	int n_wrong = 0, n_tampered = 0, n_format = 0;

	CHECK_OK(identity_new("S-014", CREATED, &made, &err), err);
	CHECK_OK(identity_seal(&made, &right, 1, &file, &err), err);
	for (size_t i = 0; i < file.len; i++) {
		CLEANUP(identity_done) struct identity opened = IDENTITY_INIT;
		int r;

		file.data[i] ^= 0xff;
		r = identity_open(BYTES_OF(file), &right, &opened, &err);
		file.data[i] ^= 0xff;
		CHECK(r != 0);
		n_wrong += r > 0;
		n_tampered += r < 0 && err.code == AMANA_E_TAMPERED;
		n_format += r < 0 && err.code == AMANA_E_FORMAT;
	}
	CHECK_INT(n_wrong + n_tampered + n_format, file.len);
	CHECK(n_tampered > 200); /* the payload alone has more */
	for (size_t len = 0; len < file.len; len++) {
		CLEANUP(identity_done) struct identity opened = IDENTITY_INIT;

		CHECK(identity_open((struct bytes){file.data, len}, &right, &opened,
				    &err) != 0);
	}
}

static void
other_age_files_are_none(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity opened = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret right = passphrase("kanu tembo");
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(buf_done) struct buf text = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("S-014", CREATED, &made, &err), err);
	CHECK_OK(age_seal(&made.recipient, 1, BYTES_STR(plain_good), &file, &err), err);
	CHECK_FAILS(identity_open(BYTES_OF(file), &right, &opened, &err), err,
		    AMANA_E_FORMAT);
	CHECK_FAILS(identity_open(BYTES_STR("hello"), &right, &opened, &err), err,
		    AMANA_E_FORMAT);
	CHECK_OK(age_seal_scrypt(&right, 1, BYTES_STR("a diary\n"), &text, &err), err);
	CHECK_FAILS(identity_open(BYTES_OF(text), &right, &opened, &err), err,
		    AMANA_E_FORMAT);
}

/* `from` in the good plaintext becomes `to`. */
static void
check_refused(const char *from, const char *to)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(8192);
	struct amana_error err = AMANA_ERROR_INIT;
	const char *at = strstr(plain_good, from);

	CHECK(at != NULL);
	CHECK_OK(buf_add(&text, plain_good, (size_t)(at - plain_good), &err), err);
	CHECK_OK(buf_add_str(&text, to, &err), err);
	CHECK_OK(buf_add_str(&text, at + strlen(from), &err), err);
	CHECK_FAILS(identity_parse(BYTES_OF(text), &identity, &err), err, AMANA_E_FORMAT);
	CHECK(identity.age.data == NULL && identity.seed.data == NULL);
}

static void
other_spellings_are_refused(void)
{
	check_refused("identity 1", "identity 2");
	check_refused("identity 1", "identity 01");
	check_refused("# amana", "#amana");
	check_refused("identity 1\n", "identity 1\r\n");
	check_refused("member S-014", "member s-014");
	check_refused("member S-014", "member S-14");
	check_refused("member S-014", "member  S-014");
	check_refused("member S-014", "member S-014 ");
	check_refused("01-01T", "02-30T");
	check_refused("00:00Z", "00:00+00:00");
	check_refused("+S-014+", "+S-015+");
	check_refused("71f6d603", "71F6D603");
	check_refused("71f6d603", "71f6d604");
	check_refused("# PRIVATE", "PRIVATE");
	check_refused("# PRIVATE", "# # PRIVATE");
	check_refused("+ASIi", "+AiIi");
	check_refused("AGE-SECRET-KEY-1ZYG", "age-secret-key-1zyg");
	check_refused("AGE-SECRET", " AGE-SECRET");
	check_refused("RZYL\n", "RZYQ\n");
	check_refused("RZYL\n", "RZYL");
	check_refused("RZYL\n", "RZYL\n\n");
	check_refused("RZYL\n", "RZYL\n# more\n");
	check_refused("# created", "# more\n# created");
	check_refused(plain_good, "");
}

/* One spelling: any single bit changed anywhere gives nothing, or another key by its own
 * checksum. */
static void
no_bit_is_ignored(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	char text[sizeof plain_good];

	for (size_t i = 0; i < 8 * strlen(plain_good); i++) {
		CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
		CLEANUP(secret_done) struct secret again = SECRET_INIT;

		memcpy(text, plain_good, sizeof text);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		if (identity_parse((struct bytes){(uint8_t *)text, strlen(plain_good)},
				   &identity, &err) < 0)
			continue;
		CHECK_OK(identity_serialise(&identity, &again, &err), err);
		CHECK(again.len == strlen(plain_good) &&
		      memcmp(again.data, text, again.len) == 0);
	}
}

static void
restored_ones_read_and_sign_anew(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity restored = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("S-014", CREATED, &made, &err), err);
	CHECK_OK(identity_restore("S-014", CREATED + 5, &made.age, &restored, &err), err);
	CHECK(age_recipient_equal(&made.recipient, &restored.recipient));
	CHECK(made.age.data != restored.age.data);
	CHECK(memcmp(made.key.pub, restored.key.pub, SIGN_PUB_LEN) != 0);
	CHECK_INT(restored.created_at, CREATED + 5);
}

/* ---- older keys ---- */

/* 32 times 0x33, 0x44 and so on. */
static const char *const older_lines[] = {
	"AGE-SECRET-KEY-1XVENXVENXVENXVENXVENXVENXVENXVENXVENXVENXVENXVENXVES5R36HA\n",
	"AGE-SECRET-KEY-1G3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZQP8LETR\n",
	"AGE-SECRET-KEY-1242424242424242424242424242424242424242424242424242S6JN5PD\n",
	"AGE-SECRET-KEY-1VENXVENXVENXVENXVENXVENXVENXVENXVENXVENXVENXVENXVENQFXDPCP\n",
	"AGE-SECRET-KEY-1WAMHWAMHWAMHWAMHWAMHWAMHWAMHWAMHWAMHWAMHWAMHWAMHWAMSJNPVJ0\n",
};
static const char present_line[] =
	"AGE-SECRET-KEY-1ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGSUZRZYL\n";

/* The good plaintext and n older lines. */
static void
with_older(size_t n, struct buf *text)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(buf_add_str(text, plain_good, &err), err);
	for (size_t i = 0; i < n; i++)
		CHECK_OK(buf_add_str(text, older_lines[i], &err), err);
}

static void
older_keys_are_kept_in_order(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	for (size_t n = 0; n <= IDENTITY_OLDER_MAX; n++) {
		CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
		CLEANUP(secret_done) struct secret again = SECRET_INIT;
		CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
		struct secret ages[IDENTITY_AGES_MAX];
		uint8_t want[AGE_KEY_LEN];

		with_older(n, &text);
		CHECK_OK(identity_parse(BYTES_OF(text), &identity, &err), err);
		CHECK_INT(identity.n_older, n);
		CHECK_INT(identity_ages(&identity, ages), n + 1);
		CHECK(ages[0].data == identity.age.data);
		for (size_t i = 0; i < n; i++) {
			memset(want, 0x33 + 0x11 * (int)i, sizeof want);
			CHECK(ages[1 + i].len == sizeof want);
			CHECK(memcmp(ages[1 + i].data, want, sizeof want) == 0);
		}
		CHECK_OK(identity_serialise(&identity, &again, &err), err);
		CHECK(again.len == text.len &&
		      memcmp(again.data, text.data, text.len) == 0);
	}
}

/* Not after n older lines. */
static void
check_no_older(size_t n, const char *more)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	struct amana_error err = AMANA_ERROR_INIT;

	with_older(n, &text);
	CHECK_OK(buf_add_str(&text, more, &err), err);
	CHECK_FAILS(identity_parse(BYTES_OF(text), &identity, &err), err, AMANA_E_FORMAT);
	CHECK(identity.age.data == NULL && identity.n_older == 0);
}

static void
bad_older_keys_are_refused(void)
{
	check_no_older(0, present_line);
	check_no_older(2, present_line);
	check_no_older(1, older_lines[0]);
	check_no_older(3, older_lines[1]);
	check_no_older(4, older_lines[4]); /* a fifth */
	check_no_older(1, "# more\n");
	check_no_older(1, "\n");
	check_no_older(4, "\n");
	check_no_older(0, "age-secret-key-1xvenx\n");
	check_no_older(0, "AGE-SECRET-KEY-1XVENXVEN"); /* cut */
}

static void
renewed_ones_open_what_was_theirs(void)
{
	CLEANUP(identity_done) struct identity at = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(1024);
	struct amana_error err = AMANA_ERROR_INIT;
	struct age_recipient first;

	CHECK_OK(identity_new("S-014", CREATED, &at, &err), err);
	first = at.recipient;
	CHECK_OK(age_seal(&first, 1, BYTES_STR("evidence"), &file, &err), err);
	for (int n = 1; n <= IDENTITY_OLDER_MAX + 2; n++) {
		CLEANUP(identity_done) struct identity was = at;
		CLEANUP(secret_done) struct secret opened = SECRET_INIT;
		struct secret ages[IDENTITY_AGES_MAX];
		bool is_lost = n > IDENTITY_OLDER_MAX;
		size_t n_ages;

		at = (struct identity)IDENTITY_INIT;
		CHECK_INT(identity_renew(&was, CREATED + n, &at, &err), is_lost ? 1 : 0);
		CHECK_STR(at.code, "S-014");
		CHECK_INT(at.created_at, CREATED + n);
		CHECK_INT(at.n_older, is_lost ? IDENTITY_OLDER_MAX : n);
		CHECK(secret_equal(at.older[0].data, was.age.data, AGE_KEY_LEN));
		CHECK(at.older[0].data != was.age.data); /* a copy */
		CHECK(!secret_equal(at.age.data, was.age.data, AGE_KEY_LEN));
		CHECK(!secret_equal(at.seed.data, was.seed.data, SIGN_SEED_LEN));
		n_ages = identity_ages(&at, ages);
		CHECK_INT(age_open(ages, n_ages, BYTES_OF(file), &opened, &err),
			  is_lost ? 1 : 0);
	}
}

/* The longest code, the most keys: it fits its bounds, sealed too. */
static void
the_longest_fits(void)
{
	CLEANUP(identity_done) struct identity at = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity opened = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(secret_done) struct secret word = passphrase("kanu tembo");
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("ABCDE-12345", CREATED, &at, &err), err);
	for (int n = 0; n < IDENTITY_OLDER_MAX; n++) {
		CLEANUP(identity_done) struct identity was = at;

		at = (struct identity)IDENTITY_INIT;
		CHECK_OK(identity_renew(&was, CREATED, &at, &err), err);
	}
	CHECK_OK(identity_serialise(&at, &plain, &err), err);
	CHECK(plain.len <= IDENTITY_PLAIN_MAX);
	CHECK_OK(identity_seal(&at, &word, LOG_N, &file, &err), err);
	CHECK_OK(identity_open(BYTES_OF(file), &word, &opened, &err), err);
	CHECK_INT(opened.n_older, IDENTITY_OLDER_MAX);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(new_ones_differ);
	RUN(codes_that_are_none_are_refused);
	RUN(plaintext_is_as_documented);
	RUN(seals_and_opens);
	RUN(overlong_passphrases_are_refused);
	RUN(altered_files_do_not_open);
	RUN(other_age_files_are_none);
	RUN(other_spellings_are_refused);
	RUN(no_bit_is_ignored);
	RUN(restored_ones_read_and_sign_anew);
	RUN(older_keys_are_kept_in_order);
	RUN(bad_older_keys_are_refused);
	RUN(renewed_ones_open_what_was_theirs);
	RUN(the_longest_fits);
	return 0;
}
