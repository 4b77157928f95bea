/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_CALLER_H
#define FUSE_CALLER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Who asks for something in a mount: the names by which the system knows a thread and its
 * process, read from /proc.  A program may call itself what it likes, so they tell
 * programs apart that do not hide, and no others.  Any thread; no errors: what cannot be
 * seen is "".
 */
#define CALLER_PROGRAM_CAP 64
#define CALLER_NAME_CAP (CALLER_PROGRAM_CAP + 24)

struct caller {
	uint32_t uid, pid; /* pid: of the thread, as the kernel tells it */
	/* What the thread and the first thread of its process call themselves
	 * (/proc/PID/comm), at most 15 bytes. */
	char thread[16], leader[16];
	char program[CALLER_PROGRAM_CAP]; /* the file that runs, without its folder */
	char command[1024]; /* the arguments, separated by spaces, if they were asked for
			     */
};

/* Looks at the thread `pid`; `command`: at its arguments too.  A few system calls.  Where
 * the thread cannot be seen from here the kernel tells 0, and all names are "". */
void caller_look(uint32_t uid, pid_t pid, bool command, struct caller *ret);
/* Whether the thread calls itself what it did then: a process may have become another
 * program since.  Three system calls. */
bool caller_is_still(const struct caller *caller);
/* The one name of a caller, for the record: the program, or "what it calls itself
 * (program)" where the program runs a script. */
void caller_name(const struct caller *caller, char ret[CALLER_NAME_CAP]);

#endif
