/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_INFILE_H
#define FLOW_OFFICE_INFILE_H

#include "base/file.h"
#include "keys/card.h"

/*
 * Small files that a person names by path: welcomes and cards of others.
 */

/* Appends the file's bytes.  `what` is what messages call it ("card").  AMANA_E_MISSING,
 * with the reason `missing`: there is no such file; AMANA_E_FORMAT: it is longer than the
 * buffer may become. */
int infile_read(const char *path, const char *what, enum amana_reason missing,
		struct buf *ret_bytes, struct amana_error *err) MUST_CHECK;
/* Reads a card and checks its signature (keys/card.h). */
int infile_read_card(const char *path, struct card *ret_card,
		     struct amana_error *err) MUST_CHECK;

#endif
