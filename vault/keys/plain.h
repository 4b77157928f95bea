/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_PLAIN_H
#define KEYS_PLAIN_H

#include "base/text.h"
#include "crypto/secret.h"

/*
 * Writing text that holds keys, in locked memory of a size fixed beforehand.  Used inside
 * keys/ for the plaintexts of identity files, key files and log keys.
 */
struct plain {
	struct secret room;
	size_t len; /* bytes in use */
};
/* A text that is padded has a multiple of this many bytes. */
#define PLAIN_STEP ((size_t)1024)
#define PLAIN_INIT                                                                       \
	{                                                                                \
		.len = 0                                                                 \
	}

/* Room for `max` bytes in locked memory, nothing written yet. */
int plain_new(size_t max, struct plain *ret_plain, struct amana_error *err) MUST_CHECK;
/* Wipes and releases the room. */
void plain_done(struct plain *plain);
/* Makes room for `len` bytes at the end, for the caller to fill.  NULL, with
 * AMANA_E_LIMIT: that is over the maximum. */
uint8_t *plain_reserve(struct plain *plain, size_t len,
		       struct amana_error *err) MUST_CHECK;
/* Append bytes, or a text without its NUL.  AMANA_E_LIMIT over the maximum. */
int plain_add(struct plain *plain, const void *bytes, size_t len,
	      struct amana_error *err) MUST_CHECK;
int plain_add_str(struct plain *plain, const char *text,
		  struct amana_error *err) MUST_CHECK;
/* Appends formatted text.  Only for what is public: snprintf leaves copies on the stack.
 */
int plain_add_fmt(struct plain *plain, struct amana_error *err, const char *fmt, ...)
	PRINTF_LIKE(3, 4) MUST_CHECK;
/* Adds a line of padding so long that the text and the `more` bytes that will follow have
 * a multiple of PLAIN_STEP bytes.  AMANA_E_LIMIT over the maximum. */
int plain_add_padding(struct plain *plain, size_t more,
		      struct amana_error *err) MUST_CHECK;
/* Is this a line of padding: "#", then 0 to PLAIN_STEP - 1 spaces? */
bool plain_is_padding(struct bytes line);
/* Copies what was written into a secret of exactly its size. */
int plain_finish(const struct plain *plain, struct secret *ret_secret,
		 struct amana_error *err) MUST_CHECK;

#endif
