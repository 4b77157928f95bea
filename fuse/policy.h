/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_POLICY_H
#define FUSE_POLICY_H

#include "amana/error.h"
#include "attributes.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Programs that open files though no person asked for it: thumbnailers, indexers, virus
 * scanners.  They are told by their names, from a list in one file: the person's own
 * ($XDG_CONFIG_HOME/amana/refused-programs), else the one that came with the program.
 *
 * A line is a program's name, shell patterns allowed; a second word must then stand in
 * its command line (for helpers that do many things under one name).  `#` begins a
 * comment.  An empty list refuses nobody.
 */
#define POLICY_FILE "refused-programs"
#define POLICY_NAME_CAP 64

struct policy;
/* own_folder, other_folders: where it is looked for, in this order; NULL at the end of
 * the others.  AMANA_E_MISSING, AMANA_E_FORMAT. */
int policy_load(const char *own_folder, const char *const *other_folders,
		struct policy **ret_policy, struct amana_error *err) MUST_CHECK;
/* A list from text, for the tests and policy_load. */
int policy_parse(const char *text, const char *shown, struct policy **ret_policy,
		 struct amana_error *err) MUST_CHECK;
void policy_free(struct policy *policy);

/* Who asks: the names that the system knows a thread and its process by. */
struct caller {
	uint32_t uid, pid;
	char thread[16], leader[16]; /* /proc/PID/comm, at most 15 bytes; "" not known */
	char program[POLICY_NAME_CAP]; /* the file that runs, without its folder; "" not
					  known */
	char command[1024]; /* arguments, separated by spaces; filled only where a rule
			       asks for them */
};
/* Reads /proc: a few system calls.  Any thread. */
void caller_look(uint32_t uid, pid_t pid, bool command, struct caller *ret);
/* Whether it has the name that it had then: a process may become another program, or call
 * itself otherwise.  Any thread. */
bool caller_is_still(const struct caller *caller);
/* The one name for the record: the program, or what the thread calls itself. */
void caller_name(const struct caller *caller, char ret[POLICY_NAME_CAP + 24]);

bool policy_needs_command(const struct policy *policy);
/* The rule that refuses this caller, as it stands in the list; NULL: none.  Any thread.
 */
const char *policy_refuses(const struct policy *policy, const struct caller *caller);

#endif
