/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_KNOWN_H
#define LOG_LOG_KNOWN_H

#include "log/log.h"

/*
 * What this login has been shown and has accepted of a vault, beside its pin: a file
 * `known` with one fact a line, each kept for ever.
 *
 *	keys CODE FINGERPRINT		these keys of a member were compared
 *	lead ID CODE FINGERPRINT	the same, as a lead of that case
 *	case ID MAC			the case was granted under the code of that HMAC
 *	audit CODE FINGERPRINT		this auditor's new beginning of the ring was
 * accepted skip HEAD			the skip in the slot of that head was accepted
 *
 * A vault that is not pinned here has none, and nothing is kept of it.  Several processes
 * may add at a time.
 */

#define LOG_KNOWN_LINE_MAX 256

/* True in *ret_is if the line is there. */
int log_known_has(const struct log *log, const char *line, bool *ret_is,
		  struct amana_error *err) MUST_CHECK;
/* Adds the line, durably, unless it is there. */
int log_known_add(const struct log *log, const char *line,
		  struct amana_error *err) MUST_CHECK;
/* Calls each with every line that begins with `word` and a space; what it returns other
 * than 0 ends the walk and is returned. */
int log_known_each(const struct log *log, const char *word,
		   int (*each)(void *arg, const char *line), void *arg,
		   struct amana_error *err) MUST_CHECK;

#endif
