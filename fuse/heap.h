/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_HEAP_H
#define FUSE_HEAP_H

#include "attributes.h"

#include <stddef.h>

/*
 * The memory of amana-mount.  Where there is none left, the functions that return memory
 * return NULL: whoever asked refuses the one request that needed it, and the mount goes
 * on.  Any thread may call all of these.
 */

/* `n` elements of `size` bytes each, zeroed.  The caller frees it. */
void *heap_new(size_t n, size_t size) MUST_CHECK;
/* Makes `memory` (or NULL, for none yet) hold `n` elements of `size` bytes.  What is new
 * of it is not zeroed.  On failure `memory` stays as it was, and the caller's. */
void *heap_grow(void *memory, size_t n, size_t size) MUST_CHECK;
/* A copy of a string, which the caller frees. */
char *heap_dup(const char *text) MUST_CHECK;
/* NULL is fine. */
void heap_free(void *memory);
/* Frees what the pointer at `p` points to; for CLEANUP(heap_freep) char *text = NULL. */
void heap_freep(void *p);

/* `len` bytes of whole pages for decrypted evidence, zeroed: the system leaves them out
 * of core dumps and does not hand them to child processes. */
void *heap_pages(size_t len) MUST_CHECK;
/* Overwrites the pages with zeroes and gives them back.  `len` as it was asked for; NULL
 * is fine. */
void heap_pages_free(void *pages, size_t len);

#endif
