/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/tile.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GROUPS_MAX 6

void
tile_name(const struct tile *tile, char out[TILE_NAME_MAX + 1])
{
	unsigned int groups[GROUPS_MAX];
	uint64_t rest = tile->index;
	size_t n_groups = 0, n;
	char name[128]; /* wider than any name, so that the compiler sees that it fits */

	do {
		groups[n_groups++] = (unsigned int)(rest % 1000);
		rest /= 1000;
	} while (rest > 0 && n_groups < GROUPS_MAX);

	if (tile->level == TILE_LEVEL_ENTRIES)
		n = (size_t)snprintf(name, sizeof name, "tile/entries/");
	else
		n = (size_t)snprintf(name, sizeof name, "tile/%d/", tile->level);
	while (n_groups-- > 0)
		n += (size_t)snprintf(name + n, sizeof name - n,
				      n_groups > 0 ? "x%03u/" : "%03u", groups[n_groups]);
	if (tile->width != TILE_WIDTH)
		n += (size_t)snprintf(name + n, sizeof name - n, ".p/%u", tile->width);
	n = n < TILE_NAME_MAX ? n : TILE_NAME_MAX;
	memcpy(out, name, n);
	out[n] = 0;
}

/* Takes "LEVEL/" or "entries/". */
static int
take_level(struct bytes *rest, int *ret_level)
{
	const uint8_t *slash = rest->len > 0 ? memchr(rest->data, '/', rest->len) : NULL;
	struct bytes word;
	uint64_t level;

	if (slash == NULL)
		return -1;
	word = (struct bytes){rest->data, (size_t)(slash - rest->data)};
	*rest = (struct bytes){slash + 1, rest->len - word.len - 1};
	if (text_is(word, "entries")) {
		*ret_level = TILE_LEVEL_ENTRIES;
		return 0;
	}
	if (text_u64((const char *)word.data, word.len, &level) < 0 ||
	    level > TILE_LEVEL_MAX)
		return -1;
	*ret_level = (int)level;
	return 0;
}

/* Takes the digits of the index.  Whether they are in their one form is seen when the
 * name is written again. */
static int
take_index(struct bytes *rest, uint64_t *ret_index)
{
	uint64_t index = 0;
	size_t n_digits = 0, i = 0;

	for (; i < rest->len && rest->data[i] != '.'; i++) {
		uint8_t c = rest->data[i];

		if (c == 'x' || c == '/')
			continue;
		if (c < '0' || c > '9' || ++n_digits > 3 * GROUPS_MAX)
			return -1;
		index = index * 10 + (c - '0');
	}
	*rest = (struct bytes){rest->data + i, rest->len - i};
	*ret_index = index;
	return 0;
}

int
tile_parse(const char *name, size_t len, struct tile *ret_tile)
{
	static const char prefix[] = "tile/";
	size_t prefix_len = strlen(prefix);
	struct tile tile = {.width = TILE_WIDTH};
	char again[TILE_NAME_MAX + 1];
	struct bytes rest;
	uint64_t width;

	if (len < prefix_len || len > TILE_NAME_MAX ||
	    memcmp(name, prefix, prefix_len) != 0)
		return -1;
	rest = (struct bytes){(const uint8_t *)name + prefix_len, len - prefix_len};
	if (take_level(&rest, &tile.level) < 0 || take_index(&rest, &tile.index) < 0)
		return -1;
	if (rest.len > 0) {
		if (rest.len < 3 || memcmp(rest.data, ".p/", 3) != 0 ||
		    text_u64((const char *)rest.data + 3, rest.len - 3, &width) < 0 ||
		    width == 0 || width >= TILE_WIDTH)
			return -1;
		tile.width = (unsigned int)width;
	}
	tile_name(&tile, again);
	if (strlen(again) != len || memcmp(again, name, len) != 0)
		return -1;
	*ret_tile = tile;
	return 0;
}

unsigned int
tile_partial_width(uint64_t size, int level)
{
	if (level == TILE_LEVEL_ENTRIES)
		level = 0; /* entry bundles are as wide as the tiles of their leaf hashes
			    */
	return level < 8 ? (unsigned int)(size >> (8 * level) & (TILE_WIDTH - 1)) : 0;
}
