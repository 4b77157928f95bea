/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/keyring.h"

#include "base/text.h"
#include "crypto/hash.h"

#include <errno.h>
#include <keyutils.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * One key of type "user" for each unlocked identity file, linked into the user keyring:
 *
 *	description  amana:CODE:16 hex digits of SHA-256(path of the file)
 *	payload      0  16  sitting
 *	             16  8  until, Unix seconds, big-endian
 *	             24  n  the identity file's plaintext
 */
#define PREFIX "amana:"
/* A mark's description is this and its id in hex; its payload says nothing. */
#define MARK_PREFIX "amana-mark:"
#define HEAD_LEN (KEYRING_SITTING_LEN + 8)
#define PAYLOAD_MAX (HEAD_LEN + IDENTITY_PLAIN_MAX)
#define NAME_LEN (sizeof PREFIX + TEXT_MEMBER_MAX + 1 + 16)
/* In one user keyring; the kernel's quota is far below. */
#define KEYS_MAX ((size_t)1 << 20)

/* What other sessions of the same user may do: find it, read it and make it invalid. */
#define KEY_PERM                                                                         \
	(KEY_POS_VIEW | KEY_POS_READ | KEY_POS_SEARCH | KEY_POS_LINK | KEY_POS_SETATTR | \
	 KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH)

static void
key_name(const char *code, const char *file, char out[NAME_LEN])
{
	char hex[HASH_HEX_LEN + 1];
	struct hash hash;

	hash_of(file, strlen(file), &hash);
	hash_hex(&hash, hex);
	snprintf(out, NAME_LEN, PREFIX "%.*s:%.16s", TEXT_MEMBER_MAX, code, hex);
}

static int
refused(struct amana_error *err)
{
	switch (errno) {
	case EDQUOT:
		(void)err_sys(err, "the kernel keeps no more keys for this user");
		err->reason = AMANA_REASON_KEYRING_FULL;
		return -1;
	case ENOSYS:
	case EPERM:
	case EACCES:
		(void)err_sys(
			err,
			"unlock is not available: this system (a container?) lets programs "
			"keep no keys in the kernel. Everything works with the passphrase");
		err->reason = AMANA_REASON_NO_KEYRING;
		return -1;
	default:
		return err_sys(err, "the kernel did not take the key");
	}
}

static int
make_payload(const struct identity *identity, const struct keyring_state *state,
	     struct secret *ret_payload, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;

	if (identity_serialise(identity, &plain, err) < 0 ||
	    secret_new(HEAD_LEN + plain.len, ret_payload, err) < 0)
		return -1;
	memcpy(ret_payload->data, state->sitting, KEYRING_SITTING_LEN);
	for (size_t i = 0; i < 8; i++)
		ret_payload->data[KEYRING_SITTING_LEN + i] =
			(uint8_t)((uint64_t)state->until >> (56 - 8 * i));
	memcpy(ret_payload->data + HEAD_LEN, plain.data, plain.len);
	return 0;
}

/*
 * The key is made in this process's own keyring, where it is ours to change, and linked
 * into the user keyring when permissions and timeout are set.  Made there at once it
 * would be out of reach in a session that has no link to the user keyring, and for a
 * moment without a timeout.  The link displaces an older key of the same description.
 */
static int
keep(const char *name, struct bytes payload, unsigned int timeout_s)
{
	key_serial_t key = add_key("user", name, payload.data, payload.len,
				   KEY_SPEC_PROCESS_KEYRING);
	int saved_errno;
	bool done;

	if (key < 0)
		return -1;
	done = keyctl_setperm(key, KEY_PERM) == 0 &&
	       keyctl_set_timeout(key, timeout_s) == 0 &&
	       keyctl_link(key, KEY_SPEC_USER_KEYRING) == 0;
	saved_errno = errno;
	if (!done)
		keyctl_invalidate(key);
	keyctl_unlink(key, KEY_SPEC_PROCESS_KEYRING);
	errno = saved_errno;
	return done ? 0 : -1;
}

int
keyring_put(const struct identity *identity, const char *file, unsigned int timeout_s,
	    struct keyring_state *ret_state, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret payload = SECRET_INIT;
	struct keyring_state state = {.until = (int64_t)time(NULL) + timeout_s};
	char name[NAME_LEN];

	if (timeout_s < 1 || timeout_s > KEYRING_TIMEOUT_MAX_S)
		return err_set(err, AMANA_E_USAGE,
			       "an identity stays unlocked for 1s to %dd",
			       KEYRING_TIMEOUT_MAX_S / 86400);
	random_bytes(state.sitting, sizeof state.sitting);
	if (make_payload(identity, &state, &payload, err) < 0)
		return -1;
	key_name(identity->code, file, name);
	if (keep(name, (struct bytes){payload.data, payload.len}, timeout_s) < 0)
		return refused(err);
	*ret_state = state;
	return 0;
}

/* True if the key's description begins with `prefix`; it goes to out, cut if it is longer
 * than ours are.  The kernel says "TYPE;UID;GID;PERM;DESCRIPTION". */
static bool
is_named(key_serial_t key, const char *prefix, char out[NAME_LEN])
{
	char text[256];
	const char *at = text;
	long len = keyctl_describe(key, text, sizeof text);

	if (len < 0 || len > (long)sizeof text || strncmp(text, "user;", 5) != 0)
		return false;
	for (int i = 0; i < 4; i++) {
		at = strchr(at, ';');
		if (at == NULL)
			return false;
		at++;
	}
	if (strncmp(at, prefix, strlen(prefix)) != 0)
		return false;
	snprintf(out, NAME_LEN, "%s", at);
	return true;
}

/* True for the key of an identity that somebody unlocked; its description goes to out. */
static bool
is_ours(key_serial_t key, char out[NAME_LEN])
{
	return is_named(key, PREFIX, out);
}

/* Lists the keys in the user keyring; *ret_n is 0 where there is no such keyring.  The
 * array is the caller's. */
static int
list_keys(key_serial_t **ret_keys, size_t *ret_n, struct amana_error *err)
{
	CLEANUP(mem_freep) key_serial_t *keys = NULL;
	long len = keyctl_read(KEY_SPEC_USER_KEYRING, NULL, 0), got;
	size_t room;

	*ret_n = 0;
	if (len <= 0)
		return 0;
	/* There is room for some more, since others may add keys in between.  What does
	 * not fit is found the next time. */
	room = (size_t)len / sizeof *keys + 64;
	if (room > KEYS_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "more than %zu keys in the user keyring", KEYS_MAX);
	keys = mem_array(room, sizeof *keys, err);
	if (keys == NULL)
		return -1;
	got = keyctl_read(KEY_SPEC_USER_KEYRING, (char *)keys, room * sizeof *keys);
	if (got < 0)
		return 0;
	*ret_n = (size_t)got / sizeof *keys < room ? (size_t)got / sizeof *keys : room;
	*ret_keys = TAKE(keys);
	return 0;
}

/* The key of whoever was unlocked from this file; -1: nobody was. */
static key_serial_t
find_by_file(const char *file)
{
	CLEANUP(mem_freep) key_serial_t *keys = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	char want[NAME_LEN], name[NAME_LEN];
	const char *tag;
	size_t n_keys = 0;

	key_name("", file, want);
	tag = strrchr(want, ':');
	if (list_keys(&keys, &n_keys, &err) < 0)
		return -1;
	for (size_t i = 0; i < n_keys; i++) {
		if (is_ours(keys[i], name) && strlen(name) > strlen(tag) &&
		    strcmp(name + strlen(name) - strlen(tag), tag) == 0 &&
		    keyctl_read(keys[i], NULL, 0) >= 0)
			return keys[i];
	}
	return -1;
}

/* The key of that identity; -1: it is not there. */
static key_serial_t
find(const char *code, const char *file)
{
	char name[NAME_LEN];

	if (code[0] == 0)
		return find_by_file(file);
	key_name(code, file, name);
	return (key_serial_t)keyctl_search(KEY_SPEC_USER_KEYRING, "user", name, 0);
}

/* Reads the payload into locked memory.  1: there is none, or it is none of ours. */
static int
read_payload(key_serial_t key, struct secret *ret_payload, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret payload = SECRET_INIT;
	long len = keyctl_read(key, NULL, 0);

	if (len <= HEAD_LEN || len > (long)PAYLOAD_MAX)
		return 1;
	if (secret_new((size_t)len, &payload, err) < 0)
		return -1;
	if (keyctl_read(key, (char *)payload.data, payload.len) != len)
		return 1;
	*ret_payload = payload;
	payload = (struct secret)SECRET_INIT;
	return 0;
}

int
keyring_get(const char *code, const char *file, struct identity *ret_identity,
	    struct keyring_state *ret_state, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret payload = SECRET_INIT;
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	struct keyring_state state;
	key_serial_t key = find(code, file);
	uint64_t until = 0;
	int r;

	if (key < 0)
		return 1;
	r = read_payload(key, &payload, err);
	if (r != 0)
		return r;
	if (identity_parse(
		    (struct bytes){payload.data + HEAD_LEN, payload.len - HEAD_LEN},
		    &identity, err) < 0)
		return err->code == AMANA_E_FORMAT ? 1 : -1;
	if (code[0] != 0 && strcmp(identity.code, code) != 0)
		return 1;
	memcpy(state.sitting, payload.data, KEYRING_SITTING_LEN);
	for (size_t i = 0; i < 8; i++)
		until = until << 8 | payload.data[KEYRING_SITTING_LEN + i];
	state.until = (int64_t)until;
	*ret_identity = identity;
	*ret_state = state;
	identity = (struct identity)IDENTITY_INIT;
	return 0;
}

bool
keyring_has(const char *code, const char *file)
{
	return find(code, file) >= 0;
}

/* Makes the key unusable at once for whoever still has its number, and takes it out of
 * the keyring. */
static bool
forget(key_serial_t key)
{
	bool invalid = keyctl_invalidate(key) == 0;

	return keyctl_unlink(key, KEY_SPEC_USER_KEYRING) == 0 || invalid;
}

void
keyring_forget(const char *code, const char *file)
{
	key_serial_t key = find(code, file);

	if (key >= 0)
		forget(key);
}

int
keyring_clear(size_t *ret_n, struct amana_error *err)
{
	CLEANUP(mem_freep) key_serial_t *keys = NULL;
	size_t n_keys = 0, n = 0, n_left = 0;
	char name[NAME_LEN];

	if (list_keys(&keys, &n_keys, err) < 0)
		return -1;
	for (size_t i = 0; i < n_keys; i++) {
		bool is_usable;

		if (is_named(keys[i], MARK_PREFIX, name))
			forget(keys[i]);
		if (!is_ours(keys[i], name))
			continue;
		/* A key that has just expired may still be listed. */
		is_usable = keyctl_read(keys[i], NULL, 0) >= 0;
		if (forget(keys[i]))
			n += is_usable;
		else
			n_left += is_usable;
	}
	if (n_left > 0)
		return err_sys(
			err, "%s could not be taken out of the kernel",
			text_count(n_left, "unlocked identity", "unlocked identities")
				.text);
	*ret_n = n;
	return 0;
}

/* ---- marks ---- */

#define MARK_NAME_LEN (sizeof MARK_PREFIX + 2 * KEYRING_SITTING_LEN)

static void
mark_name(const struct keyring_mark *mark, char out[MARK_NAME_LEN])
{
	memcpy(out, MARK_PREFIX, strlen(MARK_PREFIX));
	text_hex(mark->id, sizeof mark->id, out + strlen(MARK_PREFIX));
}

static key_serial_t
find_mark(const struct keyring_mark *mark)
{
	char name[MARK_NAME_LEN];

	if (!mark->is_put)
		return -1;
	mark_name(mark, name);
	return (key_serial_t)keyctl_search(KEY_SPEC_USER_KEYRING, "user", name, 0);
}

int
keyring_mark_put(unsigned int seconds, struct keyring_mark *ret_mark)
{
	struct keyring_mark mark = {.is_put = true};
	char name[MARK_NAME_LEN];

	random_bytes(mark.id, sizeof mark.id);
	mark_name(&mark, name);
	if (keep(name, BYTES_STR("-"), seconds) < 0)
		return 1;
	*ret_mark = mark;
	return 0;
}

bool
keyring_mark_stands(const struct keyring_mark *mark)
{
	return find_mark(mark) >= 0;
}

void
keyring_mark_done(struct keyring_mark *mark)
{
	key_serial_t key = find_mark(mark);

	if (key >= 0)
		forget(key);
	mark->is_put = false;
}
