/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_KNOWN_H
#define SESSION_KNOWN_H

#include "session/session_core.h"

/*
 * What this login has been shown and has accepted, beside the vault's pin: a file `known`
 * with one fact a line, each kept for ever.
 *
 *	keys CODE FINGERPRINT		these keys of a member were compared
 *	lead ID CODE FINGERPRINT	the same, as a lead of that case
 *	case ID CODE			the case is known under that code
 *	skip N HASH			the skip in slot N - 1 of that head was accepted
 *
 * Without a data folder nothing is known and nothing is kept.
 */

#define KNOWN_LINE_MAX 256

/* True in *ret_is if the line is there. */
int known_has(struct session *session, const char *line, bool *ret_is,
	      struct amana_error *err) MUST_CHECK;
/* Adds the line, durably, unless it is there. */
int known_add(struct session *session, const char *line,
	      struct amana_error *err) MUST_CHECK;
/* Calls each with every line that begins with `word` and a space; what it returns other
 * than 0 ends the walk and is returned. */
int known_each(struct session *session, const char *word,
	       int (*each)(void *arg, const char *line), void *arg,
	       struct amana_error *err) MUST_CHECK;

#endif
