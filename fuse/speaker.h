/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_SPEAKER_H
#define FUSE_SPEAKER_H

#include "attributes.h"

#include "amana/error.h"

#include <stdbool.h>

/*
 * What amana-mount says to whoever looks after the mount: on standard error while it runs
 * in the foreground, in the system's journal otherwise.  Others read the journal, so that
 * nothing goes there that somebody wrote who is no part of this program, such as the name
 * of a case or of a file.  Any thread, once it is open.
 */
struct speaker {
	bool journal;
};

/* Where it speaks from now on.  Nothing has to be closed. */
void speaker_open(struct speaker *speaker, bool journal);
/* One line, without its end; made safe for a terminal, and cut at about 500 bytes. */
void speaker_say(const struct speaker *speaker, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* What may be said of an error here: its message, or for the journal, since the message
 * may name things, only its kind.  Borrowed from err, or static. */
const char *speaker_error(const struct speaker *speaker, const struct amana_error *err);

#endif
