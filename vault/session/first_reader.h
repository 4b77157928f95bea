/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_FIRST_READER_H
#define SESSION_FIRST_READER_H

#include "session/sheets.h"

/*
 * Is somebody the first to read an exhibit, so that the whole of it has to be checked
 * (DESIGN.md rule 7)?  The exhibit's records tell, but of which kind each was stands in a
 * sealed line.  A thousand exhibits share an act, so it is remembered here which acts
 * were checks.
 */
#define FIRST_READER_ACTS 512
struct first_reader_act { /* one case's part of an act: who reads it counts there alone */
	uint64_t slot;
	struct custody_id case_id;
	bool is_check;
};
struct first_reader {
	struct first_reader_act acts[FIRST_READER_ACTS];
	size_t n_acts;
};

/* True if none of the exhibit's records says that a reader's check was passed; also when
 * that cannot be told, since one check too many harms nobody.  `known` begins zeroed and
 * is used again for the next exhibit. */
bool first_reader_is(struct session *session, struct first_reader *known,
		     const struct custody_id *exhibit);

#endif
