/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_FIRST_READER_H
#define SESSION_FIRST_READER_H

#include "session/sheets.h"

/*
 * Has anybody checked an exhibit as a whole (DESIGN.md rule 7)?  Its records tell, and
 * the kind of each is in a sealed line; a thousand exhibits share an act, so what acts
 * were is remembered here.
 */
#define FIRST_READER_ACTS 512
struct first_reader {
	struct {
		uint64_t slot;
		bool is_check;
	} acts[FIRST_READER_ACTS];
	size_t n_acts;
};

/* True if no record of the exhibit is a passed check by a reader; also when that cannot
 * be told. */
bool first_reader_is(struct session *session, struct first_reader *known,
		     const struct custody_id *exhibit);

#endif
