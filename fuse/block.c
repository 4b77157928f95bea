/* SPDX-License-Identifier: Apache-2.0 */
#include "block.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *
block_new(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
}

void *
block_grow(void *block, size_t n, size_t size)
{
	return reallocarray(block, n > 0 ? n : 1, size);
}

char *
block_dup(const char *text)
{
	size_t len = strlen(text);
	char *copy = block_new(len + 1, 1);

	if (copy != NULL)
		memcpy(copy, text, len);
	return copy;
}

void
block_free(void *block)
{
	free(block);
}

void
block_freep(void *p)
{
	void **block = p;

	free(*block);
	*block = NULL;
}

void *
block_pages(size_t len)
{
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	(void)madvise(pages, len, MADV_DONTDUMP);
	(void)madvise(pages, len, MADV_DONTFORK);
	return pages;
}

void
block_pages_free(void *pages, size_t len)
{
	if (pages == NULL)
		return;
	explicit_bzero(pages, len);
	(void)munmap(pages, len);
}
