/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/identity.h"

#include "keys/plain.h"

#include <string.h>

#define MAGIC "# amana/identity"

/* Fills in everything that follows from code, age and seed. */
static int
derive(struct identity *identity, struct amana_error *err)
{
	uint8_t pub[SIGN_PUB_LEN];

	age_identity_recipient(&identity->age, &identity->recipient);
	sign_public(&identity->seed, pub);
	if (note_key_make(identity->code, pub, &identity->key) < 0)
		return err_bug(err, "the signing key of '%s' is not valid",
			       identity->code);
	return 0;
}

static int
start(const char *code, int64_t created_at, struct identity *ret_identity,
      struct amana_error *err)
{
	char time[TEXT_TIME_LEN + 1];

	if (!text_is_member(code, strlen(code)))
		return err_set(err, AMANA_E_USAGE,
			       "'%s' is no staff code; one looks like S-014", code);
	*ret_identity = (struct identity)IDENTITY_INIT;
	memcpy(ret_identity->code, code, strlen(code) + 1);
	text_time(created_at, time); /* a clock before 1970 is written as 1970 */
	return text_untime(time, TEXT_TIME_LEN, &ret_identity->created_at) < 0
		       ? err_bug(err, "no time of creation")
		       : 0;
}

int
identity_new(const char *code, int64_t created_at, struct identity *ret_identity,
	     struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;

	if (start(code, created_at, &identity, err) < 0 ||
	    age_identity_new(&identity.age, err) < 0 ||
	    secret_random(SIGN_SEED_LEN, &identity.seed, err) < 0 ||
	    derive(&identity, err) < 0)
		return -1;
	*ret_identity = identity;
	identity = (struct identity)IDENTITY_INIT;
	return 0;
}

int
identity_restore(const char *code, int64_t created_at, const struct secret *age,
		 struct identity *ret_identity, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;

	if (start(code, created_at, &identity, err) < 0)
		return -1;
	if (age->len != AGE_KEY_LEN)
		return err_bug(err, "an age identity has %d bytes", AGE_KEY_LEN);
	if (secret_from(age->data, age->len, &identity.age, err) < 0 ||
	    secret_random(SIGN_SEED_LEN, &identity.seed, err) < 0 ||
	    derive(&identity, err) < 0)
		return -1;
	*ret_identity = identity;
	identity = (struct identity)IDENTITY_INIT;
	return 0;
}

/* Takes a copy of an age identity as the next older one; the caller knows that there is
 * room. */
static int
add_older(struct identity *identity, const struct secret *age, struct amana_error *err)
{
	if (secret_from(age->data, age->len, &identity->older[identity->n_older], err) <
	    0)
		return -1;
	identity->n_older++;
	return 0;
}

int
identity_renew(const struct identity *old, int64_t created_at,
	       struct identity *ret_identity, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	bool is_full = old->n_older == IDENTITY_OLDER_MAX;
	size_t n_kept = is_full ? IDENTITY_OLDER_MAX - 1 : old->n_older;

	if (identity_new(old->code, created_at, &identity, err) < 0 ||
	    add_older(&identity, &old->age, err) < 0)
		return -1;
	for (size_t i = 0; i < n_kept; i++)
		if (add_older(&identity, &old->older[i], err) < 0)
			return -1;
	*ret_identity = identity;
	identity = (struct identity)IDENTITY_INIT;
	return is_full ? 1 : 0;
}

size_t
identity_ages(const struct identity *identity, struct secret ret_ages[IDENTITY_AGES_MAX])
{
	ret_ages[0] = identity->age;
	for (size_t i = 0; i < identity->n_older; i++)
		ret_ages[1 + i] = identity->older[i];
	return 1 + identity->n_older;
}

void
identity_done(struct identity *identity)
{
	secret_done(&identity->age);
	secret_done(&identity->seed);
	for (size_t i = 0; i < identity->n_older; i++)
		secret_done(&identity->older[i]);
	*identity = (struct identity)IDENTITY_INIT;
}

/* Adds a text that a function of crypto/ has written, with a LF in place of its NUL. */
static int
add_secret_line(struct plain *plain, const char *text, struct amana_error *err)
{
	return plain_add_str(plain, text, err) < 0 ? -1 : plain_add_str(plain, "\n", err);
}

int
identity_serialise(const struct identity *identity, struct secret *ret_plain,
		   struct amana_error *err)
{
	CLEANUP(plain_done) struct plain plain = PLAIN_INIT;
	CLEANUP(secret_done) struct secret text = SECRET_INIT;
	struct secret ages[IDENTITY_AGES_MAX];
	char time[TEXT_TIME_LEN + 1];
	size_t n_ages;

	text_time(identity->created_at, time);
	if (plain_new(IDENTITY_PLAIN_MAX, &plain, err) < 0 ||
	    secret_new(NOTE_SKEY_MAX + 1, &text, err) < 0 ||
	    plain_add_fmt(&plain, err, MAGIC " 1\n# member %s\n# created %s\n# ",
			  identity->code, time) < 0)
		return -1;
	note_secret_text(identity->code, &identity->seed, (char *)text.data);
	if (add_secret_line(&plain, (const char *)text.data, err) < 0)
		return -1;
	n_ages = identity_ages(identity, ages);
	for (size_t i = 0; i < n_ages; i++) {
		age_identity_text(&ages[i], (char *)text.data);
		if (add_secret_line(&plain, (const char *)text.data, err) < 0)
			return -1;
	}
	return plain_finish(&plain, ret_plain, err);
}

static int
malformed(int line, struct amana_error *err)
{
	return err_set(err, AMANA_E_FORMAT,
		       "no identity file: line %d is not as it must be", line);
}

static int
parse_magic(struct text_cursor *cursor, struct amana_error *err)
{
	struct bytes line, version;

	if (text_line(cursor, &line) < 0 || text_after(line, MAGIC, &version) < 0)
		return err_set(err, AMANA_E_FORMAT, "no identity file");
	if (!text_is(version, "1"))
		return err_reason(
			err, AMANA_REASON_NEWER_FORMAT, AMANA_E_FORMAT,
			"an identity file of a newer version than this program");
	return 0;
}

/* Reads lines 4 and 5: the signing key and the age identity. */
static int
parse_keys(struct text_cursor *cursor, struct identity *identity, struct amana_error *err)
{
	char name[NOTE_NAME_MAX + 1] = "";
	struct bytes line, skey;
	int r;

	if (text_line(cursor, &line) < 0 || text_after(line, "#", &skey) < 0)
		return malformed(4, err);
	r = note_secret_parse((const char *)skey.data, skey.len, name, &identity->seed,
			      err);
	if (r != 0)
		return r < 0 ? r : malformed(4, err);
	if (strcmp(name, identity->code) != 0)
		return err_set(err, AMANA_E_FORMAT,
			       "no identity file: the signing key is of '%s'", name);
	if (text_line(cursor, &line) < 0)
		return malformed(5, err);
	r = age_identity_parse((const char *)line.data, line.len, &identity->age, err);
	if (r != 0)
		return r < 0 ? r : malformed(5, err);
	return 0;
}

/* True if this person has that age identity already. */
static bool
has_age(const struct identity *identity, const struct secret *age)
{
	struct secret ages[IDENTITY_AGES_MAX];
	size_t n = identity_ages(identity, ages);

	for (size_t i = 0; i < n; i++)
		if (secret_equal(ages[i].data, age->data, AGE_KEY_LEN))
			return true;
	return false;
}

/* Reads what follows line 5: the older age identities, to the end of the text. */
static int
parse_older(struct text_cursor *cursor, struct identity *identity,
	    struct amana_error *err)
{
	for (int at = 6; cursor->at != cursor->end; at++) {
		CLEANUP(secret_done) struct secret age = SECRET_INIT;
		struct bytes line;
		int r;

		if (identity->n_older == IDENTITY_OLDER_MAX ||
		    text_line(cursor, &line) < 0)
			return malformed(at, err);
		r = age_identity_parse((const char *)line.data, line.len, &age, err);
		if (r != 0)
			return r < 0 ? r : malformed(at, err);
		if (has_age(identity, &age))
			return malformed(at, err);
		identity->older[identity->n_older++] = age;
		age = (struct secret)SECRET_INIT;
	}
	return 0;
}

int
identity_parse(struct bytes plain, struct identity *ret_identity, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	struct text_cursor cursor = {(const char *)plain.data,
				     (const char *)plain.data + plain.len};
	struct bytes line, rest;

	if (plain.len == 0 || plain.len > IDENTITY_PLAIN_MAX)
		return err_set(err, AMANA_E_FORMAT, "no identity file");
	if (parse_magic(&cursor, err) < 0)
		return -1;
	if (text_line(&cursor, &line) < 0 || text_after(line, "# member", &rest) < 0 ||
	    !text_is_member((const char *)rest.data, rest.len))
		return malformed(2, err);
	/* At most TEXT_MEMBER_MAX bytes; zeros follow. */
	memcpy(identity.code, rest.data, rest.len);
	if (text_line(&cursor, &line) < 0 || text_after(line, "# created", &rest) < 0 ||
	    text_untime((const char *)rest.data, rest.len, &identity.created_at) < 0)
		return malformed(3, err);
	if (parse_keys(&cursor, &identity, err) < 0 ||
	    parse_older(&cursor, &identity, err) < 0)
		return -1;
	if (derive(&identity, err) < 0)
		return -1;
	*ret_identity = identity;
	identity = (struct identity)IDENTITY_INIT;
	return 0;
}

int
identity_seal(const struct identity *identity, const struct secret *passphrase, int log_n,
	      struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;

	if (passphrase->len == 0)
		return err_set(err, AMANA_E_USAGE,
			       "an empty passphrase protects nothing");
	if (passphrase->len > IDENTITY_PASSPHRASE_MAX)
		return err_set(err, AMANA_E_LIMIT, "a passphrase has at most %d bytes",
			       IDENTITY_PASSPHRASE_MAX);
	if (identity_serialise(identity, &plain, err) < 0)
		return -1;
	return age_seal_scrypt(passphrase, log_n, (struct bytes){plain.data, plain.len},
			       ret_file, err);
}

int
identity_open(struct bytes file, const struct secret *passphrase,
	      struct identity *ret_identity, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	int r;

	if (file.len > IDENTITY_FILE_MAX || !age_is_scrypt(file))
		return err_set(err, AMANA_E_FORMAT, "not sealed as an identity file is");
	if (passphrase->len == 0 || passphrase->len > IDENTITY_PASSPHRASE_MAX)
		return 1;
	r = age_open_scrypt(passphrase, file, &plain, err);
	if (r != 0)
		return r;
	return identity_parse((struct bytes){plain.data, plain.len}, ret_identity, err);
}
