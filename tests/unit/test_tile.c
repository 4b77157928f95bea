/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "custody/tile.h"

static void
names_go_both_ways(void)
{
	static const struct {
		struct tile tile;
		const char *name;
	} known[] = {
		{{TILE_LEVEL_ENTRIES, 0, 255}, "tile/entries/000.p/255"},
		{{TILE_LEVEL_ENTRIES, 0, 256}, "tile/entries/000"},
		{{TILE_LEVEL_ENTRIES, 1, 1}, "tile/entries/001.p/1"},
		{{TILE_LEVEL_ENTRIES, 123456789, 256}, "tile/entries/x123/x456/789"},
		{{15, 123456789, 41}, "tile/15/x123/x456/789.p/41"},
		{{0, 1234067, 256}, "tile/0/x001/x234/067"},
		{{63, TILE_INDEX_MAX, 255}, "tile/63/x999/x999/x999/x999/x999/999.p/255"},
		{{TILE_LEVEL_ENTRIES, TILE_INDEX_MAX, 255},
		 "tile/entries/x999/x999/x999/x999/x999/999.p/255"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		char name[TILE_NAME_MAX + 1];
		struct tile tile;

		tile_name(&known[i].tile, name);
		CHECK_STR(name, known[i].name);
		CHECK_INT(tile_parse(name, strlen(name), &tile), 0);
		CHECK_INT(tile.level, known[i].tile.level);
		CHECK_INT(tile.index, known[i].tile.index);
		CHECK_INT(tile.width, known[i].tile.width);
	}
}

static void
other_names_are_refused(void)
{
	static const char *const refused[] = {
		"",
		"tile",
		"tile/",
		"tile/0",
		"tile/0/",
		"tile//000",
		"/tile/0/000",
		"tile/0/000/",
		"tile/0/000.p/",
		"tile/0/000.p/0",
		"tile/0/000.p/256",
		"tile/0/000.p/01",
		"tile/0/000.p/1/",
		"tile/0/000.p/257",
		"tile/0/000.p",
		"tile/0/000.q/1",
		"tile/0/.p/1",
		"tile/0/x001",
		"tile/0/x001/x234",
		"tile/0/001/002",
		"tile/0/x001/0002",
		"tile/0/00",
		"tile/0/0000",
		"tile/0/0",
		"tile/0/x000/001",
		"tile/0/X001/234",
		"tile/0/-01",
		"tile/64/000",
		"tile/-1/000",
		"tile/00/000",
		"tile/01/000",
		"tile/Entries/000",
		"tile/0/x001/x001/x001/x001/x001/x001/001",
		"tile/0/x999/x999/x999/x999/x999/x999/999",
		"tile/0/00\n",
		"tile/0/000 ",
	};

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct tile tile;

		if (tile_parse(refused[i], strlen(refused[i]), &tile) != -1) {
			fprintf(stderr, "not refused: %s\n", refused[i]);
			exit(1);
		}
	}
}

static void
partial_widths(void)
{
	CHECK_INT(tile_partial_width(70000, 0), 112);
	CHECK_INT(tile_partial_width(70000, TILE_LEVEL_ENTRIES), 112);
	CHECK_INT(tile_partial_width(70000, 1), 17);
	CHECK_INT(tile_partial_width(70000, 2), 1);
	CHECK_INT(tile_partial_width(70000, 3), 0);
	CHECK_INT(tile_partial_width(256, 0), 0);
	CHECK_INT(tile_partial_width(256, 1), 1);
	CHECK_INT(tile_partial_width(UINT64_MAX, 7), 255);
	CHECK_INT(tile_partial_width(UINT64_MAX, TILE_LEVEL_MAX), 0);
}

int
main(void)
{
	RUN(names_go_both_ways);
	RUN(other_names_are_refused);
	RUN(partial_widths);
	return 0;
}
