/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_NAME_H
#define STORE_STORE_NAME_H

#include "crypto/hash.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The names of what a store keeps.  The grammar is closed:
 *
 *	vault
 *	log/DDD/DDD/DDD/DDD	12 decimal digits, not all zero
 *	objects/HH/HASH		HASH is 64 lower-case hex digits, HH its first two
 *	lines/HH/HASH
 *
 * Every function of the store refuses anything else (AMANA_E_BUG) before it touches
 * anything.  Pure functions: any thread.
 */
#define STORE_NAME_MAX 79 /* bytes, without the NUL */
#define STORE_SLOT_MAX UINT64_C(999999999999)
struct store_name {
	char text[STORE_NAME_MAX + 1];
};

/* Slot n of the log: 0 is "vault".  Past STORE_SLOT_MAX it is "", which every function
 * refuses.  The result may be used where it is made:
 * store_get(store, store_name_slot(n).text, &buf, err). */
struct store_name store_name_slot(uint64_t n);
/* An object, and a bundle of sheets, by the SHA-256 of its bytes. */
struct store_name store_name_object(const struct hash *hash);
struct store_name store_name_lines(const struct hash *hash);

/* True if `name` is in the grammar. */
bool store_name_valid(const char *name);
/* True for "", which is the whole store, and for what is left of a valid name when it is
 * cut at a slash: "log/000", "objects/ab". */
bool store_name_is_folder(const char *folder);
/* The number of the slot that `name` is.  -1: it is no slot's name. */
int store_name_read_slot(const char *name, uint64_t *ret_n) MUST_CHECK;
/* The hash that the name of an object or bundle holds.  -1: it is neither's name. */
int store_name_read_hash(const char *name, struct hash *ret_hash) MUST_CHECK;

#endif
