/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_PERSON_H
#define FUSE_PERSON_H

#include "attributes.h"
#include "channel.h"
#include "speaker.h"

#include "amana/vault.h"

#include <stdbool.h>

/*
 * The person who mounts, as far as this program can reach one: through the channel to the
 * amana that started it, until that says that the mount shall go on by itself, or ends.
 * Afterwards nobody can be asked or told, and what the library has to say goes to the
 * speaker.  The vault's thread.
 */
struct person {
	int fd;	    /* owned; -1: nobody is there any more */
	char *room; /* CHANNEL_CAP bytes of locked memory, since passphrases pass through
		       it; NULL: not opened */
	const struct speaker *speaker;
};

/* Takes over CHANNEL_FD.  Borrows the speaker.  < 0: no locked memory, err tells.  Ended
 * by person_close. */
int person_open(struct person *person, const struct speaker *speaker,
		struct amana_error *err) MUST_CHECK;
/* What was never opened is fine. */
void person_close(struct person *person);
/* Fills in the callbacks through which the library asks and tells; they borrow the
 * person. `can_ask`: there is somebody who can compare the words of a first contact. */
void person_fill(struct person *person, struct amana_config *config, bool can_ask);
/* Sends it, if anybody is there. */
void person_tell(struct person *person, const struct channel_message *message);
/* The last word of a mount that failed: the error, and what to do about it (NULL: what
 * belongs to its code). */
void person_tell_failed(struct person *person, const struct amana_error *err,
			const char *remedy);

/* What amana says while the mount stands: waits for one message. */
enum person_word {
	PERSON_NOTHING, /* nothing that matters */
	PERSON_DETACH,	/* go on in the background; nobody is there any more */
	PERSON_GONE,	/* it has ended; nobody is there any more */
};
enum person_word person_listen(struct person *person);

#endif
