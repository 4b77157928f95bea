/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/checkpoint.h"
#include "custody/merkle.h"
#include "custody/tile.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each of the three has one spelling a value: what parses is written again as it was. */
static void
run_checkpoint(struct bytes input)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(CHECKPOINT_TEXT_MAX);
	struct checkpoint checkpoint;
	struct amana_error err;

	if (checkpoint_parse(input, &checkpoint) < 0)
		return;
	if (checkpoint_write(&checkpoint, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), input))
		abort();
}

static void
run_frontier(struct bytes input)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(MERKLE_FRONTIER_BYTES_MAX);
	struct merkle_frontier frontier;
	struct amana_error err;
	struct hash root;

	if (merkle_frontier_parse(input, &frontier) < 0)
		return;
	if (merkle_frontier_write(&frontier, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), input))
		abort();
	merkle_root(&frontier, &root);
	merkle_append(&frontier, &root);
	merkle_root(&frontier, &root);
}

static void
run_tile(struct bytes input)
{
	char again[TILE_NAME_MAX + 1];
	struct tile tile;

	if (tile_parse((const char *)input.data, input.len, &tile) < 0)
		return;
	tile_name(&tile, again);
	if (strlen(again) != input.len || memcmp(again, input.data, input.len) != 0)
		abort();
}

/* u64 from, u64 to, then leaf or old root, new root, path: no size or length may go
 * wrong. */
static void
run_proofs(struct bytes input)
{
	struct hash hashes[2 + MERKLE_DEPTH_MAX + 1];
	uint64_t sizes[2];
	size_t n;

	if (input.len < sizeof sizes + 2 * HASH_LEN)
		return;
	memcpy(sizes, input.data, sizeof sizes);
	n = (input.len - sizeof sizes) / HASH_LEN;
	n = n < ARRAY_LEN(hashes) ? n : ARRAY_LEN(hashes);
	memcpy(hashes, input.data + sizeof sizes, n * HASH_LEN);
	(void)merkle_is_included(&hashes[0], sizes[0], sizes[1], &hashes[1], hashes + 2,
				 n - 2);
	(void)merkle_is_consistent(sizes[0], &hashes[0], sizes[1], &hashes[1], hashes + 2,
				   n - 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};

	run_checkpoint(input);
	run_frontier(input);
	run_tile(input);
	run_proofs(input);
	return 0;
}
