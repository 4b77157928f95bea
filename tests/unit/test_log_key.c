/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/log_key.h"

#define ORIGIN "amana/00112233445566778899aabbccddeeff"
#define HASH_A "aa00000000000000000000000000000000000000000000000000000000000000"
#define HEAD "# amana/log-key 1\n# vault " HASH_A "\n# "

static struct log_key
sample(void)
{
	struct log_key key = LOG_KEY_INIT;
	struct amana_error err;

	CHECK_INT(hash_parse(HASH_A, HASH_HEX_LEN, &key.fingerprint), 0);
	strcpy(key.origin, ORIGIN);
	CHECK_OK(secret_random(SIGN_SEED_LEN, &key.seed, &err), err);
	return key;
}

static void
a_log_key_comes_back(void)
{
	CLEANUP(log_key_done) struct log_key made = sample();
	CLEANUP(log_key_done) struct log_key got = LOG_KEY_INIT;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	char want[512] = HEAD;
	struct amana_error err;

	CHECK_OK(log_key_serialise(&made, &plain, &err), err);
	CHECK_INT(plain.len, 1024);
	note_secret_text(ORIGIN, &made.seed, want + strlen(want));
	strcat(want, "\n# ");
	CHECK(memcmp(plain.data, want, strlen(want)) == 0);
	CHECK(plain.data[1022] == ' ' && plain.data[1023] == '\n');
	CHECK_OK(log_key_parse((struct bytes){plain.data, plain.len}, &got, &err), err);
	CHECK(hash_equal(&got.fingerprint, &made.fingerprint));
	CHECK_STR(got.origin, ORIGIN);
	CHECK(got.seed.len == SIGN_SEED_LEN &&
	      memcmp(got.seed.data, made.seed.data, SIGN_SEED_LEN) == 0);
}

static void
longest_and_bad_names(void)
{
	static const char longest[] =
		"a12345678901234567890123456789012345678901234567890123456789012x/"
		"00112233445566778899aabbccddeeff";
	CLEANUP(log_key_done) struct log_key key = sample();
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err;

	CHECK_INT(strlen(longest), SIGNED_ORIGIN_MAX);
	strcpy(key.origin, longest);
	CHECK_OK(log_key_serialise(&key, &plain, &err), err);
	CHECK_INT(plain.len, 1024);
	secret_done(&plain);
	strcpy(key.origin, "S-014");
	CHECK_FAILS(log_key_serialise(&key, &plain, &err), err, AMANA_E_BUG);
	strcpy(key.origin, ORIGIN);
	secret_done(&key.seed);
	CHECK_FAILS(log_key_serialise(&key, &plain, &err), err, AMANA_E_BUG);
}

/* The text `head` in a padded file of `len` bytes. */
static int
parse(const char *head, size_t len, struct amana_error *err)
{
	struct log_key got = LOG_KEY_INIT;
	char text[2049];
	int r;

	memset(text, ' ', sizeof text);
	memcpy(text, head, strlen(head));
	text[len - 1] = '\n';
	r = log_key_parse((struct bytes){(const uint8_t *)text, len}, &got, err);
	log_key_done(&got);
	return r;
}

static void
other_spellings_are_refused(void)
{
	CLEANUP(log_key_done) struct log_key key = sample();
	char skey[NOTE_SKEY_MAX + 1], of_member[NOTE_SKEY_MAX + 1], text[1024];
	static const char *const heads[][2] = {
		{HEAD, "\n#"}, /* the harness itself */
		{"# amana/log-key 2\n# vault " HASH_A "\n# ", "\n#"},
		{"# amana/log-key\n# vault " HASH_A "\n# ", "\n#"},
		{"#amana/log-key 1\n# vault " HASH_A "\n# ", "\n#"},
		{"# amana/ring 1\n# vault " HASH_A "\n# ", "\n#"},
		{"# amana/log-key 1\n# vault " HASH_A "0\n# ", "\n#"},
		{"# amana/log-key 1\n# vault -\n# ", "\n#"},
		{"# amana/log-key 1\n# ", "\n#"},
		{"# amana/log-key 1\n# vault " HASH_A "\n", "\n#"},
		{"# amana/log-key 1\n# vault " HASH_A "\n#  ", "\n#"},
		{HEAD, "=\n#"},
		{HEAD, "\n"},
		{HEAD, "\n "},
		{HEAD, "\n# hidden"},
		{HEAD, "\n#\n#"},
		{HEAD, "\r\n#"},
	};
	struct amana_error err;

	note_secret_text(ORIGIN, &key.seed, skey);
	note_secret_text("S-014", &key.seed, of_member);
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		snprintf(text, sizeof text, "%s%s%s", heads[i][0], skey, heads[i][1]);
		if (i == 0)
			CHECK_OK(parse(text, 1024, &err), err);
		else
			CHECK_FAILS(parse(text, 1024, &err), err, AMANA_E_FORMAT);
	}
	snprintf(text, sizeof text, HEAD "%s\n#", of_member);
	CHECK_FAILS(parse(text, 1024, &err), err, AMANA_E_FORMAT);
	snprintf(text, sizeof text, HEAD "%s\n#", skey);
	CHECK_FAILS(parse(text, 1023, &err), err, AMANA_E_FORMAT);
	CHECK_FAILS(parse(text, 2048, &err), err, AMANA_E_FORMAT);
	CHECK_FAILS(log_key_parse((struct bytes){NULL, 0}, &key, &err), err,
		    AMANA_E_FORMAT);
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	RUN(a_log_key_comes_back);
	RUN(longest_and_bad_names);
	RUN(other_spellings_are_refused);
	return 0;
}
