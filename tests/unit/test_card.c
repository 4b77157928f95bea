/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/card.h"

#define CREATED INT64_C(1735689600)

static void
make(struct identity *ret_identity, struct buf *ret_file)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new("S-014", CREATED, ret_identity, &err), err);
	CHECK_OK(card_make(ret_identity, ret_file, &err), err);
}

/* A note with this text, signed by the identity under `name`. */
static void
sign_text(struct buf *note, const char *text, const char *name,
	  const struct identity *identity)
{
	struct amana_error err = AMANA_ERROR_INIT;

	buf_clear(note);
	CHECK_OK(buf_add_str(note, text, &err), err);
	CHECK_OK(note_sign(note, name, &identity->seed, &err), err);
}

static void
round_trip(void)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct card card, same;
	struct hash want;
	const char *blank;

	make(&identity, &file);
	CHECK_OK(card_parse(BYTES_OF(file), &card, &err), err);
	CHECK_STR(card.code, "S-014");
	CHECK(age_recipient_equal(&card.recipient, &identity.recipient));
	CHECK(memcmp(&card.key, &identity.key, sizeof card.key) == 0);
	blank = strstr(buf_text(&file), "\n\n");
	hash_of(file.data, (size_t)(blank - buf_text(&file)) + 1, &want);
	CHECK(hash_equal(&card.fingerprint, &want));

	CHECK_OK(card_of(&identity, &same, &err), err);
	CHECK(hash_equal(&same.fingerprint, &card.fingerprint));
	CHECK_STR(same.code, "S-014");
	CHECK(memcmp(&same.key, &card.key, sizeof card.key) == 0);
	CHECK(age_recipient_equal(&same.recipient, &card.recipient));
}

static void
every_altered_bit_is_found(void)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct card card;

	make(&identity, &file);
	for (size_t i = 0; i < 8 * file.len; i++) {
		file.data[i / 8] = (uint8_t)(file.data[i / 8] ^ 1 << i % 8);
		CHECK(card_parse(BYTES_OF(file), &card, &err) < 0);
		CHECK(err.code == AMANA_E_FORMAT || err.code == AMANA_E_TAMPERED);
		file.data[i / 8] = (uint8_t)(file.data[i / 8] ^ 1 << i % 8);
	}
	for (size_t len = 0; len < file.len; len++)
		CHECK(card_parse((struct bytes){file.data, len}, &card, &err) < 0);
}

/* Whoever wants somebody else's key enrolled as theirs, or theirs as somebody else's. */
static void
cards_are_signed_by_their_own_key(void)
{
	CLEANUP(identity_done) struct identity mine = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity other = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf forged = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct card card;
	const char *blank;

	make(&mine, &file);
	CHECK_OK(identity_new("S-014", CREATED, &other, &err), err);
	blank = strstr(buf_text(&file), "\n\n");
	CHECK_OK(buf_add(&text, file.data, (size_t)(blank - buf_text(&file)) + 1, &err),
		 err);
	sign_text(&forged, buf_text(&text), "S-014", &mine);
	CHECK_OK(card_parse(BYTES_OF(forged), &card, &err), err);
	sign_text(&forged, buf_text(&text), "S-014", &other);
	CHECK_FAILS(card_parse(BYTES_OF(forged), &card, &err), err, AMANA_E_TAMPERED);
	sign_text(&forged, buf_text(&text), "S-015", &mine);
	CHECK_FAILS(card_parse(BYTES_OF(forged), &card, &err), err, AMANA_E_TAMPERED);
	sign_text(&forged, buf_text(&text), "S-014", &mine);
	CHECK_OK(note_add_signature(&forged, "S-014", &other.seed, &err), err);
	CHECK_FAILS(card_parse(BYTES_OF(forged), &card, &err), err, AMANA_E_FORMAT);
	sign_text(&forged, buf_text(&text), "S-014", &mine);
	CHECK_OK(note_add_signature(&forged, "S-014", &mine.seed, &err), err);
	CHECK_FAILS(card_parse(BYTES_OF(forged), &card, &err), err, AMANA_E_FORMAT);
}

/* Well signed, and yet no card: FORMAT, so it is the grammar that refuses. */
static void
other_texts_are_refused(void)
{
	/* 32 zero bytes, and a point of order 8 (0x5f9c...), as age recipients */
	static const char *const low_order[] = {
		"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
		"age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
	};
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	char recipient[AGE_RECIPIENT_LEN + 1], key[NOTE_VKEY_MAX + 1], text[1024];
	struct card card;

	CHECK_OK(identity_new("S-014", CREATED, &identity, &err), err);
	age_recipient_text(&identity.recipient, recipient);
	note_key_text(&identity.key, key);

#define REFUSED(...)                                                                     \
	do {                                                                             \
		snprintf(text, sizeof text, __VA_ARGS__);                                \
		sign_text(&note, text, "S-014", &identity);                              \
		CHECK_FAILS(card_parse(BYTES_OF(note), &card, &err), err,                \
			    AMANA_E_FORMAT);                                             \
	} while (0)
	snprintf(text, sizeof text, "amana/card 1\nS-014\n%s\n%s\n", recipient, key);
	sign_text(&note, text, "S-014", &identity);
	CHECK_OK(card_parse(BYTES_OF(note), &card, &err), err);

	for (size_t i = 0; i < ARRAY_LEN(low_order); i++)
		REFUSED("amana/card 1\nS-014\n%s\n%s\n", low_order[i], key);
	REFUSED("amana/card 2\nS-014\n%s\n%s\n", recipient, key);
	CHECK(strstr(err.msg, "newer") != NULL);
	REFUSED("amana/card\nS-014\n%s\n%s\n", recipient, key);
	REFUSED("amana/card 1\nS-015\n%s\n%s\n", recipient, key);
	REFUSED("amana/card 1\nS-014 \n%s\n%s\n", recipient, key);
	REFUSED("amana/card 1\n\nS-014\n%s\n%s\n", recipient, key);
	REFUSED("amana/card 1\nS-014\n%s\n%s\n\n", recipient, key);
	REFUSED("amana/card 1\nS-014\n%s\n%s\nmore\n", recipient, key);
	REFUSED("amana/card 1\nS-014\n%s\n", recipient);
	REFUSED("amana/card 1\nS-014\n%s\n%s\n", key, recipient);
	REFUSED("amana/welcome 1\nS-014\n%s\n%s\n", recipient, key);
#undef REFUSED
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(round_trip);
	RUN(every_altered_bit_is_found);
	RUN(cards_are_signed_by_their_own_key);
	RUN(other_texts_are_refused);
	return 0;
}
