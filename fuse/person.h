/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_PERSON_H
#define FUSE_PERSON_H

#include "channel.h"
#include "speaker.h"

#include "amana/vault.h"

/*
 * The person, as far as this program can reach one: through the channel to the amana that
 * started it, until it is told to go on alone.  Afterwards nobody can be asked.  The
 * vault's thread.
 */
struct person {
	int fd;	    /* -1: nobody is there any more */
	char *room; /* CHANNEL_CAP bytes, locked memory: passphrases pass through it */
	const struct speaker *speaker;
};

int person_open(struct person *person, const struct speaker *speaker,
		struct amana_error *err) MUST_CHECK;
void person_close(struct person *person);
/* The callbacks that the library asks and tells through; ctx is the person. */
void person_fill(struct person *person, struct amana_config *config, bool can_ask);
/* Sends it, if anybody is there. */
void person_tell(struct person *person, const struct channel_message *message);
void person_tell_failed(struct person *person, const struct amana_error *err,
			const char *remedy);
/* What amana says while the mount stands. */
enum person_word { PERSON_NOTHING, PERSON_DETACH, PERSON_GONE };
enum person_word person_listen(struct person *person);

#endif
