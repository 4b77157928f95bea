/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "heap.h"
#include "ranges.h"

/* The ranges of one exhibit of `size` bytes after reads at these offsets. */
static size_t
ranges(uint64_t size, const uint64_t *offsets, size_t n, size_t len,
       struct amana_mount_range **ret)
{
	struct tree_file file = {.number = 3, .size = size};
	struct opening *opening = opening_new(&file);
	size_t n_ranges = 99;

	CHECK(opening != NULL && file.opening == opening);
	for (size_t i = 0; i < n; i++)
		opening_note_given(opening, offsets[i], len);
	CHECK_INT(ranges_of(&opening, 1, ret, &n_ranges), 0);
	opening_free(opening);
	CHECK(file.opening == NULL);
	return n_ranges;
}

/* Chunks are what bytes are given out by. */
static void
whole_chunks(void)
{
	const uint64_t chunk = AMANA_CHUNK, size = 10 * chunk + 7;
	struct amana_mount_range *found;

	CHECK_INT(ranges(size, NULL, 0, 1, &found), 0);
	heap_free(found);
	CHECK_INT(ranges(0, (uint64_t[]){0}, 1, 0, &found), 0);
	heap_free(found);
	CHECK_INT(ranges(size, (uint64_t[]){5}, 1, 1, &found), 1);
	CHECK_INT(found[0].number, 3);
	CHECK_INT(found[0].first, 0);
	CHECK_INT(found[0].last, chunk - 1);
	heap_free(found);
	/* Neighbours are one range; the last one ends where the exhibit does. */
	CHECK_INT(ranges(size, (uint64_t[]){0, chunk, 3 * chunk - 1, 10 * chunk}, 4, 1,
			 &found),
		  2);
	CHECK_INT(found[0].first, 0);
	CHECK_INT(found[0].last, 3 * chunk - 1);
	CHECK_INT(found[1].first, 10 * chunk);
	CHECK_INT(found[1].last, size - 1);
	heap_free(found);
	/* One read over the border of two chunks. */
	CHECK_INT(ranges(size, (uint64_t[]){chunk - 1}, 1, 2, &found), 1);
	CHECK_INT(found[0].last, 2 * chunk - 1);
	heap_free(found);
	/* An exhibit of whole chunks has none after them. */
	CHECK_INT(ranges(2 * chunk, (uint64_t[]){0}, 1, (size_t)(2 * chunk), &found), 1);
	CHECK_INT(found[0].last, 2 * chunk - 1);
	heap_free(found);
}

/* Where there would be too many ranges those that lie close together become one, and all
 * that was read is in one of them. */
static void
too_many(void)
{
	const uint64_t chunk = AMANA_CHUNK;
	struct amana_mount_range *found;
	uint64_t offsets[400];
	size_t n, at = 0;

	for (size_t i = 0; i < 400; i++)
		offsets[i] = i * 7 * chunk + (i % 20 == 0 ? 0 : 3 * chunk);
	n = ranges(3000 * chunk, offsets, 400, 1, &found);
	CHECK(n > 0 && n <= RANGES_MAX);
	for (size_t i = 0; i < n; i++)
		CHECK(found[i].first <= found[i].last &&
		      (i == 0 || found[i].first > found[i - 1].last + 1));
	for (size_t i = 0; i < 400; i++) {
		while (at < n && found[at].last < offsets[i])
			at++;
		CHECK(at < n && found[at].first <= offsets[i]);
	}
	heap_free(found);
	/* Exactly as many as may be are told apart. */
	for (size_t i = 0; i < RANGES_MAX; i++)
		offsets[i] = i * 2 * chunk;
	CHECK_INT(ranges(100 * chunk, offsets, RANGES_MAX, 1, &found), RANGES_MAX);
	heap_free(found);
}

/* Several exhibits, one after the other. */
static void
several(void)
{
	struct tree_file files[3] = {{.number = 1, .size = 100},
				     {.number = 2, .size = 0},
				     {.number = 9, .size = 200}};
	struct amana_mount_range *found;
	struct opening *openings[3];
	size_t n;

	for (size_t i = 0; i < 3; i++) {
		openings[i] = opening_new(&files[i]);
		CHECK(openings[i] != NULL);
		opening_note_given(openings[i], 0, (size_t)files[i].size);
	}
	CHECK_INT(ranges_of(openings, 3, &found, &n), 0);
	CHECK_INT(n, 2);
	CHECK_INT(found[0].number, 1);
	CHECK_INT(found[0].last, 99);
	CHECK_INT(found[1].number, 9);
	CHECK_INT(found[1].last, 199);
	heap_free(found);
	for (size_t i = 0; i < 3; i++)
		opening_free(openings[i]);
}

int
main(void)
{
	whole_chunks();
	too_many();
	several();
	return 0;
}
