/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_OUTFILE_H
#define FLOW_OFFICE_OUTFILE_H

#include "base/file.h"

/*
 * Small files that a person asked for by path: cards, welcomes, case cards.  Mode 0600,
 * never overwriting, whole and durable or not there.
 */

/* Checks, before the act that the file will tell of, that its folder is there and can be
 * written to, and that the name is free.  AMANA_E_CONFLICT: something has the name;
 * AMANA_E_MISSING: no such folder; AMANA_E_USAGE: the path names no file. */
int outfile_check(const char *path, struct amana_error *err) MUST_CHECK;
/* Writes it.  AMANA_E_CONFLICT: something has the name, and was left alone. */
int outfile_write_new(const char *path, struct bytes content,
		      struct amana_error *err) MUST_CHECK;

#endif
