/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

/*
 * Writes the files of tests/reject/ and the base log that they are judged after,
 * tests/vectors/base-log/. Each run writes the same bytes.
 *
 *	ninja -C build tests/reject/reject_make && build/tests/reject/reject_make tests
 *
 * The files are in the repository, and run.c reads nothing else: this program is for
 * adding cases.
 */
int
main(int argc, char **argv)
{
	static struct forge
		forge; /* 16 people's keys and a whole log: no stack is that deep */

	if (argc != 2) {
		fprintf(stderr, "usage: reject_make tests\n");
		return 2;
	}
	forge.top = argv[1];
	forge_base(&forge);
	make_entries(&forge);
	make_texts(&forge);
	make_batches(&forge);
	make_acts(&forge);
	make_sealed(&forge);
	make_replays(&forge);
	make_blocks(&forge);
	forge_done(&forge);
	return 0;
}
