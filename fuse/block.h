/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_BLOCK_H
#define FUSE_BLOCK_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Memory of amana-mount.  NULL: there is none; whoever asked refuses that one request and
 * the mount goes on. Any thread.
 */
void *block_new(size_t n, size_t size) MUST_CHECK; /* zeroed */
void *block_grow(void *block, size_t n, size_t size) MUST_CHECK;
char *block_dup(const char *text) MUST_CHECK;
void block_free(void *block);
void block_freep(void *p); /* for CLEANUP(block_freep) char *text */

/*
 * Pages for plaintext: never in a core dump, not handed to child processes; zeroed.
 * block_pages_free wipes them first.
 */
void *block_pages(size_t len) MUST_CHECK;
void block_pages_free(void *pages, size_t len);

#endif
