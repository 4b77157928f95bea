/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_TILE_H
#define CUSTODY_TILE_H

#include "base/buf.h"

/*
 * Names of tiles and entry bundles below a published log's prefix (C2SP tlog-tiles):
 *
 *	tile/LEVEL/INDEX[.p/WIDTH]	tile/entries/INDEX[.p/WIDTH]
 *
 * INDEX is written in groups of three digits, all but the last with an 'x' in front.
 * Pure functions; any thread.
 */
#define TILE_WIDTH 256 /* hashes or entries of a full tile */
#define TILE_LEVEL_MAX 63
#define TILE_LEVEL_ENTRIES (-1)
#define TILE_INDEX_MAX UINT64_C(999999999999999999)
#define TILE_NAME_MAX 47

struct tile {
	int level; /* 0 to TILE_LEVEL_MAX, or TILE_LEVEL_ENTRIES */
	uint64_t index;
	unsigned int width; /* 1 to TILE_WIDTH */
};

/* The name of a tile within the bounds above. */
void tile_name(const struct tile *tile, char out[TILE_NAME_MAX + 1]);
/* -1 unless the text is exactly the name that tile_name writes for some tile. */
int tile_parse(const char *name, size_t len, struct tile *ret_tile) MUST_CHECK;
/* How wide the last tile of a level is if it is partial, in a tree of `size` leaves:
 * floor(size / 256^level) mod 256.  0: there is no partial one. */
unsigned int tile_partial_width(uint64_t size, int level);

#endif
