/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_REFUSED_PROGRAMS_H
#define FUSE_REFUSED_PROGRAMS_H

#include "attributes.h"
#include "caller.h"

#include "amana/error.h"

#include <stdbool.h>

/*
 * The list of programs that open files though no person asked for it, such as
 * thumbnailers, indexers and virus scanners.  They are told by their names, from a file:
 * the person's own ($XDG_CONFIG_HOME/amana/refused-programs), or else the one that came
 * with the program.
 *
 * A line of it is a program's name, in which the patterns of the shell may be used; a
 * second word, if there is one, has to stand in the program's command line, for helpers
 * that do many things under one name.  `#` begins a comment.  An empty list refuses
 * nobody.
 *
 * The list does not change once it is loaded; any thread may ask it.
 */
struct refused_programs;

/* Loads the list from the first folder in which there is one: `own_folder` ("": none), or
 * one of `other_folders`, with NULL at their end.  The caller frees it.  AMANA_E_MISSING:
 * there is none, which is not taken for an empty one; AMANA_E_FORMAT, AMANA_E_LIMIT: it
 * cannot be understood (err names the line); AMANA_E_IO; AMANA_E_NOMEM. */
int refused_programs_load(const char *own_folder, const char *const *other_folders,
			  struct refused_programs **ret_list,
			  struct amana_error *err) MUST_CHECK;
/* NULL is fine. */
void refused_programs_free(struct refused_programs *list);
/* Whether some line has a second word, so that callers have to be looked at with their
 * command line. */
bool refused_programs_need_command(const struct refused_programs *list);
/* The name in the list that refuses this caller, borrowed from the list; NULL: none. */
const char *refused_programs_match(const struct refused_programs *list,
				   const struct caller *caller);

#endif
