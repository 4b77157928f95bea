/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

void *
mem_new(size_t size, struct amana_error *err)
{
	return mem_array(1, size, err);
}

void *
mem_array(size_t n, size_t size, struct amana_error *err)
{
	return mem_grow(NULL, 0, n, size, err);
}

void *
mem_grow(void *block, size_t n_old, size_t n, size_t size, struct amana_error *err)
{
	size_t bytes;
	void *grown;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > MEM_ALLOC_MAX) {
		err_set(err, AMANA_E_LIMIT, "a block of memory over 4 GiB was asked for");
		return NULL;
	}
	if (fault_fires(FAULT_ALLOC)) {
		err_nomem(err);
		return NULL;
	}
	grown = realloc(block, bytes != 0 ? bytes : 1);
	if (grown == NULL) {
		err_nomem(err);
		return NULL;
	}
	if (n > n_old)
		memset((char *)grown + n_old * size, 0, (n - n_old) * size);
	return grown;
}

char *
mem_dup(const char *text, struct amana_error *err)
{
	size_t len = strlen(text);
	char *copy = mem_new(len + 1, err);

	if (copy != NULL)
		memcpy(copy, text, len);
	return copy;
}

void
mem_free(void *block)
{
	free(block);
}

void
mem_freep(void *p)
{
	free(*(void **)p);
	*(void **)p = NULL;
}
