/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/err.h"

#include <stddef.h>

/*
 * The only place that calls malloc.  Everything returned is zeroed and released with
 * mem_free. NULL means err is filled.  No allocation larger than MEM_ALLOC_MAX is ever
 * attempted.
 */
#define MEM_ALLOC_MAX ((size_t)1 << 32)

/* A block of `size` bytes, and of n times size.  Of 0 bytes there is a block too. */
void *mem_new(size_t size, struct amana_error *err) MUST_CHECK;
void *mem_array(size_t n, size_t size, struct amana_error *err) MUST_CHECK;
/* Grows an array to n elements, the new ones zeroed; on failure the old block stays
 * valid. */
void *mem_grow(void *block, size_t n_old, size_t n, size_t size,
	       struct amana_error *err) MUST_CHECK;
/* A copy of a text. */
char *mem_dup(const char *text, struct amana_error *err) MUST_CHECK;
/* NULL is fine. */
void mem_free(void *block);

/*
 * Cleanup by attribute.  CLEANUP(batch_freep) struct batch *b = NULL; runs
 * batch_freep(&b) at the end of the scope; TAKE(b) hands the pointer over and leaves NULL
 * behind.
 */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define TAKE(p)                                                                          \
	__extension__({                                                                  \
		__auto_type take_ptr_ = &(p);                                            \
		__auto_type take_ = *take_ptr_;                                          \
		*take_ptr_ = NULL;                                                       \
		take_;                                                                   \
	})
#define DEFINE_FREEP(type, free_fn)                                                      \
	static inline void free_fn##p(type **p)                                          \
	{                                                                                \
		free_fn(*p);                                                             \
		*p = NULL;                                                               \
	}                                                                                \
	struct amana_swallow_semicolon_

void mem_freep(void *p); /* for CLEANUP(mem_freep) char *s */

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
