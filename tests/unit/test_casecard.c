/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/casecard.h"

#define DIGITS "00112233445566778899aabbccddeeff"
#define ORIGIN "amana/" DIGITS
#define HASH_A "aa00000000000000000000000000000000000000000000000000000000000000"
#define DATE "2023-11-14T22:13:20Z"

static void
make_identity(const char *code, struct identity *ret_identity)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new(code, 0, ret_identity, &err), err);
}

static struct casecard
sample(const struct age_recipient *recipient)
{
	struct casecard card = {.origin = ORIGIN,
				.at = 1700000000,
				.case_id = DIGITS,
				.epoch = 3,
				.recipient = *recipient,
				.case_code = "-"};

	CHECK_INT(hash_parse(HASH_A, HASH_HEX_LEN, &card.fingerprint), 0);
	return card;
}

static void
a_card_comes_back(void)
{
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity ring = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	char recipient[AGE_RECIPIENT_LEN + 1], want[512];
	struct casecard made, got;

	make_identity("S-1", &lead);
	make_identity("S-2", &ring);
	made = sample(&ring.recipient);
	age_recipient_text(&ring.recipient, recipient);
	for (int told = 0; told < 2; told++) {
		if (told)
			strcpy(made.case_code, "HK-2025-0042");
		buf_clear(&file);
		CHECK_OK(casecard_make(&made, &lead, &file, &err), err);
		snprintf(want, sizeof want,
			 ORIGIN "/case-card\n" HASH_A "\n" DATE "\n" DIGITS
				"\n3\n%s\n%s\n\n",
			 recipient, made.case_code);
		CHECK(strncmp(buf_text(&file), want, strlen(want)) == 0);
		CHECK_OK(casecard_parse(BYTES_OF(file), &got, &err), err);
		CHECK_STR(got.origin, made.origin);
		CHECK(hash_equal(&got.fingerprint, &made.fingerprint));
		CHECK_INT(got.at, 1700000000);
		CHECK_STR(got.case_id, DIGITS);
		CHECK_INT(got.epoch, 3);
		CHECK(age_recipient_equal(&got.recipient, &ring.recipient));
		CHECK_STR(got.case_code, made.case_code);
		CHECK_STR(got.by.code, "S-1");
		CHECK(casecard_verify(&got, &lead.key));
		CHECK(!casecard_verify(&got, &ring.key));
	}
}

/* A bit changed anywhere: no note, or not signed by the lead. */
static void
a_changed_bit_is_noticed(void)
{
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct casecard made, got;

	make_identity("S-1", &lead);
	made = sample(&lead.recipient);
	CHECK_OK(casecard_make(&made, &lead, &file, &err), err);
	for (size_t i = 0; i < 8 * file.len; i++) {
		file.data[i / 8] = (uint8_t)(file.data[i / 8] ^ 1 << i % 8);
		CHECK(casecard_parse(BYTES_OF(file), &got, &err) < 0 ||
		      !casecard_verify(&got, &lead.key));
		file.data[i / 8] = (uint8_t)(file.data[i / 8] ^ 1 << i % 8);
	}
}

static void
fields_without_a_spelling_are_not_written(void)
{
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct casecard bad[7];

	make_identity("S-1", &lead);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		bad[i] = sample(&lead.recipient);
	bad[0].origin[0] = 'A';
	bad[1].at = -1;
	bad[2].at = TEXT_TIME_MAX + 1;
	bad[3].case_id[31] = 0;
	bad[4].epoch = 0;
	bad[5].epoch = UINT64_C(1) << 53;
	bad[6].case_code[0] = 0;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(casecard_make(&bad[i], &lead, &file, &err), err, AMANA_E_BUG);
	CHECK_INT(file.len, 0);
}

/* The text of a good card with `from` replaced by `to`, signed. */
static int
parse_changed(const char *good, const char *from, const char *to,
	      const struct identity *lead, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);
	const char *at = strstr(good, from);
	struct casecard got;

	CHECK(at != NULL);
	CHECK_OK(buf_add(&note, good, (size_t)(at - good), err), *err);
	CHECK_OK(buf_add_str(&note, to, err), *err);
	CHECK_OK(buf_add_str(&note, at + strlen(from), err), *err);
	CHECK_OK(note_sign(&note, lead->code, &lead->seed, err), *err);
	return casecard_parse(BYTES_OF(note), &got, err);
}

static void
other_spellings_are_refused(void)
{
	static const char *const bad[][2] = {
		{"/case-card", "/welcome"},
		{"amana/", "Amana/"},
		{HASH_A, HASH_A "0"},
		{HASH_A "\n", ""}, /* as it was before: without fingerprint and date */
		{"\n" DATE, ""},
		{"22:13:20Z", "22:13:20"},
		{"22:13:20Z", "22:13:60Z"},
		{"2023-11-14", "2023-11-31"},
		{"2023-11-14", "1969-11-14"},
		{"Z\n" DIGITS, "Z\n" DIGITS "0"},
		{"\n3\n", "\n0\n"},
		{"\n3\n", "\n03\n"},
		{"\n3\n", "\n9007199254740992\n"},
		{"\nage1", "\nAGE1"},
		{"\nage1", "\nage1q"},
		{"\n-\n", "\nhk\n"},
		{"\n-\n", "\n"},
		{"\n-\n", "\n\n"},
		{"\n-\n", "\n-\n-\n"},
	};
	CLEANUP(identity_done) struct identity lead = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	char recipient[AGE_RECIPIENT_LEN + 1], good[1024];

	make_identity("S-1", &lead);
	age_recipient_text(&lead.recipient, recipient);
	snprintf(good, sizeof good,
		 ORIGIN "/case-card\n" HASH_A "\n" DATE "\n" DIGITS "\n3\n%s\n-\n",
		 recipient);
	CHECK_OK(parse_changed(good, "\n-\n", "\nHK-1\n", &lead, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(parse_changed(good, bad[i][0], bad[i][1], &lead, &err), err,
			    AMANA_E_FORMAT);
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	RUN(a_card_comes_back);
	RUN(a_changed_bit_is_noticed);
	RUN(fields_without_a_spelling_are_not_written);
	RUN(other_spellings_are_refused);
	return 0;
}
