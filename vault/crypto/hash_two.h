/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_HASH_TWO_H
#define CRYPTO_HASH_TWO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Inside crypto/: the compression function of SHA-256 (FIPS 180-4 section 6.2.2) over two
 * independent messages at once, with the SHA extensions of x86-64.  Each of their
 * instructions waits for the one before it in the same message; with two messages in
 * turn, the processor does one while the other waits.
 */
#define HASH_TWO_BLOCK ((size_t)64)

/* Whether this processor has what hash_two_blocks needs.  A few nanoseconds; any thread.
 */
bool hash_two_works(void);
/* n_blocks blocks of each message into its state (eight words, as FIPS 180-4 numbers
 * them).  Only if hash_two_works. */
void hash_two_blocks(uint32_t a_state[8], const uint8_t *a, uint32_t b_state[8],
		     const uint8_t *b, size_t n_blocks);

#endif
