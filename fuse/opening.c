/* SPDX-License-Identifier: Apache-2.0 */
#include "opening.h"

#include "heap.h"

struct opening *
opening_new(struct tree_file *file)
{
	uint64_t n_chunks = file->size / AMANA_CHUNK + 1;
	struct opening *opening = heap_new(1, sizeof *opening);

	if (opening == NULL)
		return NULL;
	opening->n_given = (size_t)(n_chunks / 64 + 1);
	opening->given = heap_new(opening->n_given, sizeof opening->given[0]);
	if (opening->given == NULL) {
		heap_free(opening);
		return NULL;
	}
	opening->file = file;
	file->opening = opening;
	return opening;
}

void
opening_free(struct opening *opening)
{
	if (opening == NULL)
		return;
	opening->file->opening = NULL;
	amana_reader_free(atomic_load(&opening->reader));
	heap_free((void *)(uintptr_t)opening->given);
	heap_free(opening);
}

void
opening_ref(struct opening *opening)
{
	atomic_fetch_add(&opening->n_refs, 1);
}

void
opening_unref(struct opening *opening)
{
	atomic_fetch_sub(&opening->n_refs, 1);
}

void
opening_note_given(struct opening *opening, uint64_t offset, size_t len)
{
	uint64_t last = (offset + len - 1) / AMANA_CHUNK;

	if (len == 0)
		return;
	for (uint64_t i = offset / AMANA_CHUNK; i <= last; i++)
		if (i / 64 < opening->n_given)
			atomic_fetch_or_explicit(&opening->given[i / 64],
						 (uint64_t)1 << (i % 64),
						 memory_order_relaxed);
}

bool
opening_was_given(const struct opening *opening, uint64_t index)
{
	return index / 64 < opening->n_given &&
	       (atomic_load(&opening->given[index / 64]) >> (index % 64) & 1) != 0;
}
