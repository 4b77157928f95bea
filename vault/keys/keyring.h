/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_KEYRING_H
#define KEYS_KEYRING_H

#include "keys/identity.h"

/*
 * Opened identities in the kernel's user keyring, from `unlock` to `lock` or to the
 * timeout.
 *
 * Every process of this login (same user, any session) can take them out; nobody else
 * can.  The kernel does not swap them, and here the payload goes straight into locked
 * memory. `file` is the identity file's canonical path as idfile_find gives it: two files
 * with one staff code (an old copy, another home) are two entries.  `code` is the
 * member's, or "" where only the file is known.
 *
 * Where the kernel has no keyrings (some containers), nothing is ever unlocked:
 * keyring_put says so, the others answer "nothing there", and everything works with the
 * passphrase.  Any thread.
 */
#define KEYRING_SITTING_LEN 16

/* What stands beside an identity from its unlock on. */
struct keyring_state {
	/* Names the sitting (DESIGN.md rule 4): random, and new with each unlock. */
	uint8_t sitting[KEYRING_SITTING_LEN];
	int64_t until; /* Unix seconds */
};

/* Keeps the identity for timeout_s seconds (1 to KEYRING_TIMEOUT_MAX_S), replacing what
 * is there for this file.  AMANA_E_IO: this kernel keeps no keys. */
#define KEYRING_TIMEOUT_MAX_S (7 * 24 * 3600)
int keyring_put(const struct identity *identity, const char *file, unsigned int timeout_s,
		struct keyring_state *ret_state, struct amana_error *err) MUST_CHECK;
/* Takes the identity out.  1: it is not unlocked, or what is there cannot be read as an
 * identity. */
int keyring_get(const char *code, const char *file, struct identity *ret_identity,
		struct keyring_state *ret_state, struct amana_error *err) MUST_CHECK;
/* True if it is unlocked now. */
bool keyring_has(const char *code, const char *file);
/* Forgets the identity of that file.  Harmless if it is not unlocked. */
void keyring_forget(const char *code, const char *file);
/* Forgets every identity of this login; *ret_n: how many there were.  It fails only when
 * one of them is still there afterwards.  Marks go too. */
int keyring_clear(size_t *ret_n, struct amana_error *err) MUST_CHECK;

/*
 * A mark is a key without a secret that the next keyring_clear takes away: by it, a
 * program that goes on for long sees that this login was locked, whether its identity
 * came from the keyring or by a passphrase, and whether or not the unlock has run out
 * since.
 */
struct keyring_mark {
	uint8_t id[KEYRING_SITTING_LEN];
	bool is_put;
};
/* Puts one.  seconds: after how long the kernel removes it in any case, since its owner
 * may be killed; 0: never.  1: this kernel keeps no keys, or no more of them. */
int keyring_mark_put(unsigned int seconds, struct keyring_mark *ret_mark) MUST_CHECK;
/* True until it is taken away.  Of a mark that was not put: false. */
bool keyring_mark_stands(const struct keyring_mark *mark);
/* Takes it away.  Harmless on one that is gone or was never put. */
void keyring_mark_done(struct keyring_mark *mark);

#endif
