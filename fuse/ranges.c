/* SPDX-License-Identifier: Apache-2.0 */
#include "ranges.h"

#include "heap.h"

#include <string.h>

/* The chunks of one exhibit that were given out, as ranges.  Fewer than `gap` chunks
 * between two of them are passed over.  Returns how many there are, at most RANGES_MAX +
 * 1; `ret` then has the first RANGES_MAX. */
static size_t
ranges_of_one(const struct opening *opening, uint64_t gap,
	      struct amana_mount_range ret[RANGES_MAX])
{
	uint64_t size = opening->file->size, n_chunks = size / AMANA_CHUNK + 1, end = 0;
	size_t n = 0;

	for (uint64_t i = 0; i < n_chunks; i++) {
		if (i % 64 == 0 && atomic_load(&opening->given[i / 64]) == 0) {
			i += 63;
			continue;
		}
		if (!opening_was_given(opening, i))
			continue;
		if (n == 0 || i - end >= gap) {
			if (n++ == RANGES_MAX)
				return n;
			ret[n - 1] = (struct amana_mount_range){
				.number = opening->file->number,
				.first = i * AMANA_CHUNK};
		}
		end = i + 1;
		ret[n - 1].last = end * AMANA_CHUNK - 1;
		if (ret[n - 1].last >= size)
			ret[n - 1].last = size - 1;
	}
	return n;
}

int
ranges_of(struct opening *const *openings, size_t n_openings,
	  struct amana_mount_range **ret, size_t *ret_n)
{
	CLEANUP(heap_freep) struct amana_mount_range *all = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < n_openings; i++) {
		struct amana_mount_range found[RANGES_MAX];
		size_t n_found;
		uint64_t gap = 1;

		if (openings[i]->file->size == 0)
			continue;
		while ((n_found = ranges_of_one(openings[i], gap, found)) > RANGES_MAX)
			gap *= 2;
		if (n_found == 0)
			continue;
		if (n + n_found > cap) {
			struct amana_mount_range *longer;

			cap = (n + n_found) * 2;
			longer = heap_grow(all, cap, sizeof longer[0]);
			if (longer == NULL)
				return -1;
			all = longer;
		}
		memcpy(all + n, found, n_found * sizeof found[0]);
		n += n_found;
	}
	*ret = all;
	*ret_n = n;
	all = NULL;
	return 0;
}
