/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SECRET_POOL_H
#define CRYPTO_SECRET_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Room for short-lived secrets.  sodium_malloc puts guard pages around each block, which
 * takes some twenty system calls; a deposit of ten thousand files needs twenty thousand
 * such blocks.  So two guarded, locked blocks are divided into slots: one for keys, of
 * which hundreds are open at once in a mount, and one for sheets. Each slot is wiped when
 * it is given back.  Any thread.  Builds with AddressSanitizer do without: there each
 * secret has its own block, so that a use after the end is seen.
 */
/* Bytes of a slot: an identity with its recipient. */
#define SECRET_POOL_KEY ((size_t)64)
#define SECRET_POOL_KEYS 2048
#define SECRET_POOL_SHEET ((size_t)4096)
#define SECRET_POOL_SHEETS 64

/* A slot of at least len bytes, zeroed, or NULL: none is free, or there is no pool for
 * it. */
uint8_t *secret_pool_take(size_t len);
/* Wipes the slot and takes it back.  False: data is not the pool's. */
bool secret_pool_give(uint8_t *data);

#endif
