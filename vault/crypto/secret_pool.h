/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SECRET_POOL_H
#define CRYPTO_SECRET_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Room for short-lived secrets.  sodium_malloc puts guard pages around each block, which takes some twenty system calls; a
 * deposit of ten thousand files needs twenty thousand such blocks.  So one guarded, locked block is divided into slots.
 * Each slot is wiped when it is given back.  Any thread.  Builds with AddressSanitizer do without: there each secret has its
 * own block, so that a use after the end is seen.
 */
#define SECRET_POOL_SLOT ((size_t)4096)
#define SECRET_POOL_SLOTS 64

/* A slot of SECRET_POOL_SLOT zeroed bytes, or NULL: none is free, or there is no pool. */
uint8_t *secret_pool_take(void);
/* Wipes the slot and takes it back.  False: data is not the pool's. */
bool secret_pool_give(const uint8_t *data);

#endif
