/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

#include "base/buf.h"

/*
 * Secret bytes: in sodium_malloc memory (guard pages, locked, not dumped), wiped when
 * released. Keys, passphrases and opened key files live here and nowhere else.
 */
struct secret {
	uint8_t *data; /* NULL when empty */
	size_t len;
};
/* clang-format off */
#define SECRET_INIT {.data = NULL}
/* clang-format on */
#define SECRET_MAX ((size_t)1 << 20)

/* Must be called once before any other function of crypto/; safe from several threads.
 * AMANA_E_BUG: there is no source of random numbers, or SHA-256 comes out wrong. */
int crypto_init(struct amana_error *err) MUST_CHECK;

/* len zero bytes; len may be 0, and at most SECRET_MAX (else AMANA_E_LIMIT).  The three
 * that follow fail with AMANA_E_NOMEM where no more memory can be locked. */
int secret_new(size_t len, struct secret *ret_secret, struct amana_error *err) MUST_CHECK;
int secret_from(const void *bytes, size_t len, struct secret *ret_secret,
		struct amana_error *err) MUST_CHECK;
int secret_random(size_t len, struct secret *ret_secret,
		  struct amana_error *err) MUST_CHECK;
/* Wipes and frees; harmless when empty or done already. */
void secret_done(struct secret *secret);
/* Takes the same time wherever the difference is. */
bool secret_equal(const void *a, const void *b, size_t len);
/* Overwrites with zeros; no compiler leaves it out.  For copies of secrets on the stack,
 * where those could not be avoided. */
void secret_wipe(void *bytes, size_t len);
/* From the system's source, good for keys.  Ends the process if the source fails. */
void random_bytes(void *bytes, size_t len);

#endif
