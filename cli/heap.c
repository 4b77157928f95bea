/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include "signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A program that cannot have a few hundred bytes for a message cannot go on sensibly, and
 * nothing is lost by ending it: what has a receipt is on the disk. */

_Noreturn static void
out_of_memory(void)
{
	static const char text[] =
		"amana: out of memory\n  Next: close other programs and run it again; "
		"what has a receipt is safe\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);

	(void)n;
	signals_show_echo();
	_exit(6);
}

void *
heap_new(size_t n, size_t size)
{
	void *block = calloc(n > 0 ? n : 1, size > 0 ? size : 1);

	if (block == NULL)
		out_of_memory();
	return block;
}

void *
heap_grow(void *block, size_t n, size_t size)
{
	void *larger = reallocarray(block, n > 0 ? n : 1, size);

	if (larger == NULL)
		out_of_memory();
	return larger;
}

char *
heap_dup(const char *text)
{
	size_t len = strlen(text);
	char *copy = heap_new(len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

char *
heap_vfmt(const char *fmt, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, args) < 0)
		out_of_memory();
	return text;
}

char *
heap_fmt(const char *fmt, ...)
{
	char *text;
	va_list args;

	va_start(args, fmt);
	text = heap_vfmt(fmt, args);
	va_end(args);
	return text;
}

void
heap_freep(void *p)
{
	void **block = p;

	free(*block);
	*block = NULL;
}
