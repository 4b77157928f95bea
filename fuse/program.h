/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_PROGRAM_H
#define FUSE_PROGRAM_H

#include "admission.h"
#include "bytes.h"
#include "channel.h"
#include "expiry.h"
#include "first_open.h"
#include "loop.h"
#include "ops.h"
#include "person.h"
#include "refused_programs.h"
#include "signals.h"
#include "sleep_inhibit.h"
#include "speaker.h"
#include "tree.h"

#include "amana/mount.h"
#include "amana/vault.h"

#include <stdbool.h>

/*
 * amana-mount: one case as a folder.  All of the program as it stands, made by begin.c,
 * kept by stand.c and taken down by end.c.  Its threads:
 *
 *   the vault's   this one: it alone uses the vault and the mount; it records first
 *                 openings, looks for news, and ends the mount
 *   loop.c        four that answer the kernel by ops.c; they wait for nothing but
 *                 decryption, above all not for the vault's thread
 *   bytes.c       two that decrypt what a sequential reader will want next, and one
 *                 that hands the kernel the neighbours of a random read
 *   signals.c     one that hears signals
 *
 * A pointer is NULL until begin.c has made what it points to; all of it is the program's.
 */
struct program {
	struct signals signals;
	int wakeup; /* for the vault's thread: a signal came, or the mount is over */

	/* What amana asked for, and the person behind it. */
	struct person person;
	struct channel_message start; /* its bytes stand in start_room */
	char *start_room;
	bool foreground;
	struct speaker speaker;

	struct amana_config config;
	struct amana_vault *vault;
	struct amana_mount *mount;

	struct refused_programs *refused_programs;
	struct admission *admission;
	struct tree *tree;
	struct bytes *bytes;
	struct first_open *first_open;
	struct ops ops;
	struct fuse_session *session;
	bool mounted; /* the session stands at the mount point */
	struct loop *loop;

	struct expiry expiry;
	struct sleep_inhibit *sleep_inhibit;

	const char *remedy; /* what to do about the error that is being returned; static;
			       NULL: what belongs to its code */
	char why[160];	    /* the vault's words for why it has to end */
};

#endif
