/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_LIST_H
#define FLOW_LIST_H

#include "amana/exhibit.h"
#include "flow/session.h"

/* The exhibits of a case with a number above `after`, by number, from the catalogue as it stands: whoever calls this has
 * brought it up to date and may read the case, on record.  Ends with what `row` returns if that is not 0. */
int list_rows(struct amana_vault *vault, const struct custody_id *case_id, const char *case_code,
	      uint64_t after, amana_exhibit_row *row, void *ctx, struct amana_error *err) MUST_CHECK;

#endif
