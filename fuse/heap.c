/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *
heap_new(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
}

void *
heap_grow(void *memory, size_t n, size_t size)
{
	return reallocarray(memory, n > 0 ? n : 1, size);
}

char *
heap_dup(const char *text)
{
	size_t len = strlen(text);
	char *copy = heap_new(len + 1, 1);

	if (copy != NULL)
		memcpy(copy, text, len);
	return copy;
}

void
heap_free(void *memory)
{
	free(memory);
}

void
heap_freep(void *p)
{
	void **memory = p;

	free(*memory);
	*memory = NULL;
}

void *
heap_pages(size_t len)
{
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	madvise(pages, len, MADV_DONTDUMP);
	madvise(pages, len, MADV_DONTFORK);
	return pages;
}

void
heap_pages_free(void *pages, size_t len)
{
	if (pages == NULL)
		return;
	explicit_bzero(pages, len);
	munmap(pages, len);
}
