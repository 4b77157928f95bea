/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHARED_CHANNEL_H
#define SHARED_CHANNEL_H

#include "attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What amana and the amana-mount that it starts say to each other, over a pair of sockets
 * that keeps messages whole.
 *
 * amana asks the person (passphrase, first contact, who) and shows what happened;
 * amana-mount has the session and the mount. So nothing secret stands in an argument list
 * or an environment, and there is one place that prompts.  A message is its kind and up
 * to CHANNEL_FIELDS byte strings.  The other end being gone is the end: before the mount
 * stands, amana-mount gives up.
 */
#define CHANNEL_FD 3 /* amana-mount's end */
#define CHANNEL_CAP ((size_t)32768)
#define CHANNEL_FIELDS 64

enum channel_kind {
	/* from amana */
	CHANNEL_START = 1, /* enum start_field, in this order; the first message */
	CHANNEL_ANSWER,	   /* to a question: the bytes */
	CHANNEL_NO_ANSWER, /* to a question: code, message */
	CHANNEL_DETACH,	   /* the mount answers: go on in the background */
	/* from amana-mount */
	CHANNEL_PASSPHRASE,    /* why (a digit), member; question */
	CHANNEL_FIRST_CONTACT, /* words, fingerprint; question: "yes" or no answer */
	CHANNEL_IDENTITY,      /* codes; question: the chosen index */
	CHANNEL_NOTICE,	       /* kind (a number), text */
	CHANNEL_MOUNTED, /* case, exhibits, bytes, Unix seconds of the end (0: none) */
	CHANNEL_FAILED,	 /* code, errno, message, remedy or ""; the last message */
	CHANNEL_ENDED,	 /* why; the last message, in the foreground only */
};
enum start_field {
	START_CASE,
	START_REASON,
	START_DIR,
	START_SECONDS, /* how long, 0: no end */
	START_FOREGROUND,
	START_VAULT,
	START_IDENTITY,
	START_DATA_DIR,
	START_CACHE_DIR,
	START_CONFIG_DIR,
	START_FINGERPRINT,
	START_CAN_ASK, /* of first contact */
	START_FIELDS
};

struct channel_field {
	const char *bytes; /* a NUL follows */
	size_t len;
};
struct channel_message {
	enum channel_kind kind;
	size_t n;
	struct channel_field fields[CHANNEL_FIELDS];
};

/* Both: 0, or -1 with errno; EMSGSIZE: too large, EPROTO: no message of this kind of
 * talk.  Uses `room` (CHANNEL_CAP bytes), which holds the bytes of a received message
 * until it is used again; wipe it after a passphrase.  channel_receive: 1 when the other
 * end is gone. */
int channel_send(int fd, const struct channel_message *message, void *room) MUST_CHECK;
int channel_receive(int fd, struct channel_message *ret, void *room) MUST_CHECK;
/* The next field, a string; NULL is sent as "". */
void channel_add(struct channel_message *message, const char *text);
void channel_add_bytes(struct channel_message *message, const char *bytes, size_t len);
/* A field as text, "" where there is none; as a number, 0 where it is none. */
const char *channel_text(const struct channel_message *message, size_t i);
int64_t channel_number(const struct channel_message *message, size_t i);

#endif
