/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_BECH32_H
#define CRYPTO_BECH32_H

#include "base/buf.h"

/*
 * Bech32 (BIP 173) as age uses it: without the limit of 90 characters, and here only for
 * values of a known length.  The human-readable part decides the case, all lower ("age")
 * or all upper ("AGE-SECRET-KEY-"), and the rest of the text has the same case.  No
 * allocation; scratch space that may hold a key is wiped.
 */
#define BECH32_VALUE_MAX 64 /* bytes */
/* Characters of a value of `len` bytes behind a human-readable part of `hrp_len`. */
#define BECH32_LEN(hrp_len, len) ((hrp_len) + 1 + ((len)*8 + 4) / 5 + 6)

/* `out` takes BECH32_LEN(strlen(hrp), len) + 1; len at most BECH32_VALUE_MAX. */
void bech32_encode(const char *hrp, const uint8_t *value, size_t len, char *out);
/* -1 unless text is the one spelling of some `len` bytes behind exactly this hrp: case,
 * length, alphabet, checksum, zero padding bits.  ret_value is then untouched. */
int bech32_decode(const char *text, size_t text_len, const char *hrp, uint8_t *ret_value,
		  size_t len) MUST_CHECK;

#endif
