/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/note.h"

#include "base/text.h"
#include "crypto/hash.h"

#include <string.h>

#define ALG_ED25519 0x01
#define KEY_BYTES (1 + SIGN_PUB_LEN) /* algorithm, then the key or the seed */
#define KEY_B64_LEN TEXT_B64_LEN(KEY_BYTES)
#define ID_HEX_LEN 8
#define SIG_BYTES (4 + SIGN_SIG_LEN)

static const char secret_prefix[] = "PRIVATE+KEY+";
static const uint8_t dash[] = {0xe2, 0x80, 0x94, ' '};

/* White space above U+007F, as UTF-8 (Unicode's White_Space property). */
static bool
is_wide_space(const uint8_t *p, size_t len)
{
	static const char spaces[][4] = {
		"\xc2\x85",	"\xc2\xa0",	"\xe1\x9a\x80", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
	};

	for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
		size_t n = strlen(spaces[i]);

		if (len >= n && memcmp(p, spaces[i], n) == 0)
			return true;
	}
	return len >= 3 && memcmp(p, "\xe2\x80", 2) == 0 && p[2] >= 0x80 && p[2] <= 0x8a;
}

static bool
name_is_valid(const uint8_t *name, size_t len)
{
	if (len == 0 || !text_utf8_valid((const char *)name, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (name[i] <= ' ' || name[i] == '+' || is_wide_space(name + i, len - i))
			return false;
	}
	return true;
}

/* name is valid and at most NOTE_NAME_MAX bytes. */
static void
key_id(const char *name, const uint8_t pub[SIGN_PUB_LEN], uint8_t ret_id[4])
{
	uint8_t message[NOTE_NAME_MAX + 2 + SIGN_PUB_LEN];
	size_t n = strlen(name);
	struct hash hash;

	memcpy(message, name, n);
	message[n++] = '\n';
	message[n++] = ALG_ED25519;
	memcpy(message + n, pub, SIGN_PUB_LEN);
	hash_of(message, n + SIGN_PUB_LEN, &hash);
	memcpy(ret_id, hash.bytes, 4);
}

int
note_key_make(const char *name, const uint8_t pub[SIGN_PUB_LEN], struct note_key *ret_key)
{
	struct note_key key = {.name = ""};
	size_t len = strlen(name);

	if (len > NOTE_NAME_MAX || !name_is_valid((const uint8_t *)name, len) ||
	    !sign_key_valid(pub))
		return -1;
	memcpy(key.name, name, len);
	memcpy(key.pub, pub, SIGN_PUB_LEN);
	key_id(name, pub, key.id);
	*ret_key = key;
	return 0;
}

/* NAME '+' ID '+' BASE64, where only the base64 may have more '+'.  *ret_b64 points into
 * the text, at KEY_B64_LEN characters. */
static int
key_text_split(const char *text, size_t len, char ret_name[NOTE_NAME_MAX + 1],
	       uint8_t ret_id[4], const char **ret_b64)
{
	const char *plus = len > 0 ? memchr(text, '+', len) : NULL;
	size_t name_len = plus != NULL ? (size_t)(plus - text) : 0;

	if (plus == NULL || name_len > NOTE_NAME_MAX ||
	    !name_is_valid((const uint8_t *)text, name_len) ||
	    len != name_len + 1 + ID_HEX_LEN + 1 + KEY_B64_LEN ||
	    plus[1 + ID_HEX_LEN] != '+' ||
	    text_unhex(plus + 1, ID_HEX_LEN, ret_id, 4) < 0)
		return -1;
	memcpy(ret_name, text, name_len);
	ret_name[name_len] = 0;
	*ret_b64 = plus + 1 + ID_HEX_LEN + 1;
	return 0;
}

int
note_key_parse(const char *text, size_t len, struct note_key *ret_key)
{
	char name[NOTE_NAME_MAX + 1];
	uint8_t id[4], key[KEY_BYTES];
	struct note_key made;
	const char *b64;
	size_t key_len;

	if (key_text_split(text, len, name, id, &b64) < 0 ||
	    text_unb64(b64, KEY_B64_LEN, true, key, sizeof key, &key_len) < 0 ||
	    key_len != sizeof key || key[0] != ALG_ED25519 ||
	    note_key_make(name, key + 1, &made) < 0 || memcmp(made.id, id, 4) != 0)
		return -1;
	*ret_key = made;
	return 0;
}

/* Appends at out: NAME '+' ID '+' BASE64(algorithm, bytes), and a NUL. */
static void
key_text_put(const char *name, const uint8_t id[4], const uint8_t bytes[SIGN_PUB_LEN],
	     char *out)
{
	uint8_t key[KEY_BYTES] = {ALG_ED25519};
	size_t n = strlen(name);

	memcpy(out, name, n);
	out[n++] = '+';
	text_hex(id, 4, out + n);
	n += ID_HEX_LEN;
	out[n++] = '+';
	memcpy(key + 1, bytes, SIGN_PUB_LEN);
	text_b64(key, sizeof key, out + n);
	secret_wipe(key, sizeof key); /* it may be a seed */
}

void
note_key_text(const struct note_key *key, char out[NOTE_VKEY_MAX + 1])
{
	key_text_put(key->name, key->id, key->pub, out);
}

void
note_secret_text(const char *name, const struct secret *seed, char *out)
{
	uint8_t pub[SIGN_PUB_LEN], id[4];

	sign_public(seed, pub);
	key_id(name, pub, id);
	memcpy(out, secret_prefix, strlen(secret_prefix));
	key_text_put(name, id, seed->data, out + strlen(secret_prefix));
}

int
note_secret_parse(const char *text, size_t len, char ret_name[NOTE_NAME_MAX + 1],
		  struct secret *ret_seed, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret key = SECRET_INIT;
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	size_t prefix_len = strlen(secret_prefix), key_len;
	uint8_t id[4], want_id[4], pub[SIGN_PUB_LEN];
	char name[NOTE_NAME_MAX + 1];
	const char *b64;

	if (len < prefix_len || memcmp(text, secret_prefix, prefix_len) != 0 ||
	    key_text_split(text + prefix_len, len - prefix_len, name, id, &b64) < 0)
		return 1;
	if (secret_new(KEY_BYTES, &key, err) < 0)
		return -1;
	if (text_unb64(b64, KEY_B64_LEN, true, key.data, key.len, &key_len) < 0 ||
	    key_len != KEY_BYTES || key.data[0] != ALG_ED25519)
		return 1;
	if (secret_from(key.data + 1, SIGN_SEED_LEN, &seed, err) < 0)
		return -1;
	sign_public(&seed, pub);
	key_id(name, pub, want_id);
	if (memcmp(id, want_id, 4) != 0)
		return 1;
	memcpy(ret_name, name, strlen(name) + 1);
	*ret_seed = seed;
	seed = (struct secret)SECRET_INIT;
	return 0;
}

/* Valid UTF-8 whose only byte below 0x20 is LF. */
static bool
is_note_text(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < 0x20 && text.data[i] != '\n')
			return false;
	}
	return text_utf8_valid((const char *)text.data, text.len);
}

/* Writes the signature line over text, with its LF; returns its length in *ret_len. */
static int
sig_line(struct bytes text, const char *name, const struct secret *seed,
	 char out[NOTE_SIGLINE_MAX], size_t *ret_len, struct amana_error *err)
{
	uint8_t pub[SIGN_PUB_LEN], sig[SIG_BYTES];
	char b64[TEXT_B64_LEN(SIG_BYTES) + 1];
	size_t n = 0, name_len = strlen(name);

	if (name_len > NOTE_NAME_MAX || !name_is_valid((const uint8_t *)name, name_len))
		return err_bug(err, "'%s' cannot be the name of a key", name);
	sign_public(seed, pub);
	key_id(name, pub, sig);
	if (sign_message(seed, text.data, text.len, sig + 4, err) < 0)
		return -1;
	text_b64(sig, sizeof sig, b64);

	memcpy(out, dash, sizeof dash);
	n += sizeof dash;
	memcpy(out + n, name, name_len);
	n += name_len;
	out[n++] = ' ';
	memcpy(out + n, b64, sizeof b64 - 1);
	n += sizeof b64 - 1;
	out[n++] = '\n';
	*ret_len = n;
	return 0;
}

int
note_sign(struct buf *text, const char *name, const struct secret *seed,
	  struct amana_error *err)
{
	char tail[1 + NOTE_SIGLINE_MAX];
	size_t len;

	if (text->len == 0 || text->data[text->len - 1] != '\n' ||
	    !is_note_text(BYTES_OF(*text)))
		return err_bug(err, "the text of a note must be lines of UTF-8");
	tail[0] = '\n';
	if (sig_line(BYTES_OF(*text), name, seed, tail + 1, &len, err) < 0)
		return -1;
	return buf_add(text, tail, 1 + len, err);
}

int
note_add_signature(struct buf *note, const char *name, const struct secret *seed,
		   struct amana_error *err)
{
	struct note_sig sigs[NOTE_SIGS_MAX];
	char line[NOTE_SIGLINE_MAX];
	struct bytes text;
	size_t n_sigs, len;

	if (note_split(BYTES_OF(*note), &text, sigs, &n_sigs) < 0)
		return err_set(err, AMANA_E_FORMAT, "not a signed note");
	if (n_sigs == NOTE_SIGS_MAX)
		return err_set(err, AMANA_E_LIMIT, "a note has at most %d signatures",
			       NOTE_SIGS_MAX);
	if (sig_line(text, name, seed, line, &len, err) < 0)
		return -1;
	return buf_add(note, line, len, err);
}

/* Canonical base64 of any length, of which only the first bytes are kept. */
static int
sig_decode(struct bytes b64, uint8_t ret_start[SIG_BYTES], size_t *ret_len)
{
	enum { PIECE = 1024 }; /* a multiple of 4: only the last piece may have padding */
	uint8_t piece[PIECE / 4 * 3];
	const char *text = (const char *)b64.data;
	size_t total = 0;

	for (size_t at = 0, n, got; at < b64.len; at += n) {
		bool last = b64.len - at <= PIECE;

		n = last ? b64.len - at : PIECE;
		if (text_unb64(text + at, n, last, piece, sizeof piece, &got) < 0)
			return -1;
		if (at == 0)
			memcpy(ret_start, piece, got < SIG_BYTES ? got : SIG_BYTES);
		total += got;
	}
	*ret_len = total;
	return 0;
}

int
note_sig_parse(struct bytes line, struct note_sig *ret_sig)
{
	struct note_sig sig = {.name = {NULL, 0}};
	uint8_t start[SIG_BYTES];
	struct bytes rest;
	const uint8_t *space;
	size_t len;

	if (line.len < sizeof dash || memcmp(line.data, dash, sizeof dash) != 0)
		return -1;
	rest = (struct bytes){line.data + sizeof dash, line.len - sizeof dash};
	space = rest.len > 0 ? memchr(rest.data, ' ', rest.len) : NULL;
	if (space == NULL)
		return -1;
	sig.name = (struct bytes){rest.data, (size_t)(space - rest.data)};
	rest = (struct bytes){space + 1, rest.len - sig.name.len - 1};
	if (!name_is_valid(sig.name.data, sig.name.len) ||
	    sig_decode(rest, start, &len) < 0 || len < 5)
		return -1;
	memcpy(sig.id, start, 4);
	sig.is_ed25519 = len == SIG_BYTES;
	if (sig.is_ed25519)
		memcpy(sig.sig, start + 4, SIGN_SIG_LEN);
	*ret_sig = sig;
	return 0;
}

int
note_split(struct bytes note, struct bytes *ret_text, struct note_sig *ret_sigs,
	   size_t *ret_n_sigs)
{
	struct text_cursor cursor;
	struct bytes line;
	size_t at = note.len, n_sigs = 0;

	if (note.len < 2 || !is_note_text(note))
		return -1;
	/* `at` becomes the place of the blank line's own LF. */
	for (at = note.len - 1; at > 0; at--) {
		if (note.data[at] == '\n' && note.data[at - 1] == '\n')
			break;
	}
	if (at == 0)
		return -1;
	cursor.at = (const char *)note.data + at + 1;
	cursor.end = (const char *)note.data + note.len;
	while (text_line(&cursor, &line) == 0) {
		if (n_sigs == NOTE_SIGS_MAX ||
		    note_sig_parse(line, &ret_sigs[n_sigs]) < 0)
			return -1;
		n_sigs++;
	}
	if (n_sigs == 0 || cursor.at != cursor.end)
		return -1;
	*ret_text = (struct bytes){note.data, at};
	*ret_n_sigs = n_sigs;
	return 0;
}

/* True if one of the keys with the signature's name and id has made it: two keys can have
 * the same four bytes of id.  *ret_known: there is such a key at all. */
static bool
is_by_one_of(struct bytes text, const struct note_sig *sig, const struct note_key *keys,
	     size_t n_keys, bool *ret_known)
{
	*ret_known = false;
	for (size_t i = 0; i < n_keys; i++) {
		if (!bytes_equal(sig->name, BYTES_STR(keys[i].name)) ||
		    memcmp(sig->id, keys[i].id, 4) != 0)
			continue;
		*ret_known = true;
		if (sig->is_ed25519 &&
		    sign_verify(keys[i].pub, text.data, text.len, sig->sig))
			return true;
	}
	return false;
}

bool
note_verify(struct bytes text, const struct note_sig *sigs, size_t n_sigs,
	    const struct note_key *keys, size_t n_keys)
{
	bool is_signed = false, is_known;

	for (size_t i = 0; i < n_sigs; i++) {
		if (is_by_one_of(text, &sigs[i], keys, n_keys, &is_known))
			is_signed = true;
		else if (is_known)
			return false;
	}
	return is_signed;
}
