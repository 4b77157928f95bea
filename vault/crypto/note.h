/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_NOTE_H
#define CRYPTO_NOTE_H

#include "crypto/sign.h"

/*
 * Signed notes and their keys (C2SP signed-note v1.0.0; private key text as in Go's
 * golang.org/x/mod/sumdb/note).  Only algorithm 0x01, Ed25519, is known here.
 */
#define NOTE_NAME_MAX 255
#define NOTE_VKEY_MAX (NOTE_NAME_MAX + 1 + 8 + 1 + 44)
#define NOTE_SKEY_MAX (12 + NOTE_VKEY_MAX)
#define NOTE_SIGLINE_MAX                                                                 \
	(4 + NOTE_NAME_MAX + 1 + 92 + 1) /* dash, name, base64(4 + 64), LF */

struct note_key { /* a verifier key */
	char name[NOTE_NAME_MAX + 1];
	uint8_t id[4];
	uint8_t pub[SIGN_PUB_LEN];
};

/* NAME: not empty, valid UTF-8, no spaces, no '+'.  Key and id are computed from the
 * parts. */
int note_key_make(const char *name, const uint8_t pub[SIGN_PUB_LEN],
		  struct note_key *ret_key) MUST_CHECK;
/* -1 unless it is exactly one vkey: id recomputed, algorithm 1, canonical base64, and the
 * point passes sign_key_valid. */
int note_key_parse(const char *text, size_t len, struct note_key *ret_key) MUST_CHECK;
void note_key_text(const struct note_key *key, char out[NOTE_VKEY_MAX + 1]);

/* "PRIVATE+KEY+name+hex+base64": out must lie in locked memory and take NOTE_SKEY_MAX
 * + 1. */
void note_secret_text(const char *name, const struct secret *seed, char *out);
/* 0, 1 the text is no private key, -1 no memory. */
int note_secret_parse(const char *text, size_t len, char ret_name[NOTE_NAME_MAX + 1],
		      struct secret *ret_seed, struct amana_error *err) MUST_CHECK;

/* Appends blank line and signature line to buf, which holds exactly the text: lines of
 * UTF-8 without control characters, else AMANA_E_BUG.  On failure buf is as it was; so
 * below. */
int note_sign(struct buf *text, const char *name, const struct secret *seed,
	      struct amana_error *err) MUST_CHECK;
/* Appends one more signature line, over the text that stands before the last blank line.
 * AMANA_E_FORMAT: not a note; AMANA_E_LIMIT: NOTE_SIGS_MAX signatures already. */
int note_add_signature(struct buf *note, const char *name, const struct secret *seed,
		       struct amana_error *err) MUST_CHECK;

struct note_sig {	   /* borrowed from the note's bytes */
	struct bytes name; /* may be longer than NOTE_NAME_MAX: then it is nobody's known
			      here */
	uint8_t id[4];
	uint8_t sig[SIGN_SIG_LEN];
	bool is_ed25519; /* false: another length than 4 + 64; sig is then not filled */
};
/* A signature line without its LF.  -1: malformed or not canonical. */
int note_sig_parse(struct bytes line, struct note_sig *ret_sig) MUST_CHECK;

#define NOTE_SIGS_MAX 64
/* Splits at the last blank line.  -1: malformed (UTF-8, control bytes, signature lines).
 */
int note_split(struct bytes note, struct bytes *ret_text, struct note_sig *ret_sigs,
	       size_t *ret_n_sigs) MUST_CHECK;
/* C2SP rule: true if at least one signature is by one of `keys` and none of theirs fails.
 * Of several keys with one name and id each is tried. */
bool note_verify(struct bytes text, const struct note_sig *sigs, size_t n_sigs,
		 const struct note_key *keys, size_t n_keys);

#endif
