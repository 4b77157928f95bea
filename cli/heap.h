/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HEAP_H
#define CLI_HEAP_H

#include "attributes.h"

#include <stdarg.h>
#include <stddef.h>

/*
 * The command line's own memory, which is small.  No function here fails: where there is
 * no memory left, the terminal's echo is put back, the person is told, and the program
 * ends with exit status 6.  What has a receipt is on the disk by then.  What is returned
 * belongs to the caller and is released with free().
 */

/* `n` elements of `size` bytes each, all zero. */
void *heap_new(size_t n, size_t size);
/* The same block with room for `n` elements of `size` bytes; what is new in it is not
 * set. Takes `block` (NULL: there is none yet), which is not valid afterwards. */
void *heap_grow(void *block, size_t n, size_t size);
/* A copy of a string. */
char *heap_dup(const char *text);
/* A string as printf() would write it. */
char *heap_fmt(const char *fmt, ...) PRINTF_LIKE(1, 2);
char *heap_vfmt(const char *fmt, va_list args) PRINTF_LIKE(1, 0);
/* Releases the block that the pointer at `p` points to, and leaves NULL there: for
 * CLEANUP(heap_freep) char *text = NULL. */
void heap_freep(void *p);

#endif
