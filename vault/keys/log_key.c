/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/log_key.h"

#include "keys/plain.h"

#include <string.h>

#define MAGIC "# amana/log-key"

void
log_key_done(struct log_key *key)
{
	secret_done(&key->seed);
}

int
log_key_serialise(const struct log_key *key, struct secret *ret_plain,
		  struct amana_error *err)
{
	CLEANUP(plain_done) struct plain plain = PLAIN_INIT;
	CLEANUP(secret_done) struct secret text = SECRET_INIT;
	char fingerprint[HASH_HEX_LEN + 1];

	if (!signed_is_origin(key->origin, strlen(key->origin)) ||
	    key->seed.len != SIGN_SEED_LEN)
		return err_bug(err, "a log key with a malformed field");
	hash_hex(&key->fingerprint, fingerprint);
	if (plain_new(LOG_KEY_PLAIN_MAX, &plain, err) < 0 ||
	    secret_new(NOTE_SKEY_MAX + 1, &text, err) < 0 ||
	    plain_add_fmt(&plain, err, MAGIC " 1\n# vault %s\n# ", fingerprint) < 0)
		return -1;
	note_secret_text(key->origin, &key->seed, (char *)text.data);
	if (plain_add_str(&plain, (const char *)text.data, err) < 0 ||
	    plain_add_str(&plain, "\n", err) < 0 || plain_add_padding(&plain, 0, err) < 0)
		return -1;
	return plain_finish(&plain, ret_plain, err);
}

static int
malformed(const char *what, struct amana_error *err)
{
	return err_set(err, AMANA_E_FORMAT, "no log key: %s", what);
}

/* Reads "# SKEY", whose name is an ORIGIN. */
static int
parse_key(struct bytes line, struct log_key *key, struct amana_error *err)
{
	char name[NOTE_NAME_MAX + 1] = "";
	struct bytes skey;
	int r;

	if (text_after(line, "#", &skey) < 0)
		return malformed("line 3 is no key", err);
	r = note_secret_parse((const char *)skey.data, skey.len, name, &key->seed, err);
	if (r != 0)
		return r < 0 ? r : malformed("line 3 is no key", err);
	if (!signed_is_origin(name, strlen(name)))
		return malformed("its key is of no log", err);
	memcpy(key->origin, name, strlen(name) + 1);
	return 0;
}

int
log_key_parse(struct bytes plain, struct log_key *ret_key, struct amana_error *err)
{
	CLEANUP(log_key_done) struct log_key key = LOG_KEY_INIT;
	struct text_cursor cursor = {(const char *)plain.data,
				     (const char *)plain.data + plain.len};
	struct bytes line, rest;

	if (plain.len == 0 || plain.len > LOG_KEY_PLAIN_MAX ||
	    plain.len % PLAIN_STEP != 0)
		return malformed("its length is wrong", err);
	if (text_line(&cursor, &line) < 0 || text_after(line, MAGIC, &rest) < 0)
		return malformed("line 1 is another", err);
	if (!text_is(rest, "1"))
		return err_reason(err, AMANA_REASON_NEWER_FORMAT, AMANA_E_FORMAT,
				  "a log key of a newer version than this program");
	if (text_line(&cursor, &line) < 0 || text_after(line, "# vault", &rest) < 0 ||
	    hash_parse((const char *)rest.data, rest.len, &key.fingerprint) < 0)
		return malformed("line 2 names no vault", err);
	if (text_line(&cursor, &line) < 0)
		return malformed("it ends after line 2", err);
	if (parse_key(line, &key, err) < 0)
		return -1;
	if (text_line(&cursor, &line) < 0 || !plain_is_padding(line) ||
	    cursor.at != cursor.end)
		return malformed("its padding is another", err);
	*ret_key = key;
	key.seed = (struct secret)SECRET_INIT;
	return 0;
}
