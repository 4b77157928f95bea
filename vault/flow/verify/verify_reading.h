/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_READING_H
#define FLOW_VERIFY_VERIFY_READING_H

#include "flow/verify/verify_core.h"

/*
 * Opening the exhibits of one case after the other, each as a whole, and looking whether
 * it is what its lines say.  Belongs to the thread that verifies; two workers of its own
 * read the objects.
 */

/* What has come of the exhibits so far, in all cases. */
struct verify_counts {
	uint64_t n_total; /* that are to be opened: the caller's, for the progress */
	uint64_t n_done, n_good, n_failed;
	uint64_t n_erased; /* whose sheets were destroyed, as the log says */
	uint64_t n_sealed; /* to epochs of a ring that this person does not hold */
};

struct verify_reading;
/* verify->session must be open.  `counts` is borrowed, and counted up from what it has.
 */
int verify_reading_new(struct verify *verify, struct verify_counts *counts,
		       struct verify_reading **ret_reading,
		       struct amana_error *err) MUST_CHECK;
/* Stops the workers.  NULL is fine. */
void verify_reading_free(struct verify_reading *reading);
DEFINE_FREEP(struct verify_reading, verify_reading_free);

/*
 * Opens the exhibits of a case that verify_reading_wants.  Records the reading, opens,
 * and records what was found, for up to RECORD_ENTRIES exhibits at a time; what cannot be
 * recorded is told, and not opened.  The person must have the right to read the case.
 * AMANA_E_CANCELLED: stopped by the person.
 */
int verify_reading_case(struct verify_reading *reading, const struct custody_id *case_id,
			struct amana_error *err) MUST_CHECK;

/* True if the exhibit is within the scope and was not disposed of. */
bool verify_reading_wants(const struct verify *verify,
			  const struct state_exhibit *exhibit);

#endif
