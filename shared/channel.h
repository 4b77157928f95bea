/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHARED_CHANNEL_H
#define SHARED_CHANNEL_H

#include "attributes.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What amana and the amana-mount that it starts say to each other, over a pair of sockets
 * (SOCK_SEQPACKET) that keeps messages whole.
 *
 * amana asks the person (for a passphrase, about a first contact, which identity) and
 * shows what happened; amana-mount has the session and the mount.  So nothing secret
 * stands in an argument list or an environment, and there is one program that prompts.
 * When the other end has gone, that is the end of the talk; before the mount stands,
 * amana-mount then gives up.
 *
 * A message is its kind and up to CHANNEL_FIELDS strings of bytes.  Numbers are sent as
 * text.  Each end uses a channel from one thread; nothing here is allocated.
 */
#define CHANNEL_FD 3		    /* amana-mount's end */
#define CHANNEL_CAP ((size_t)32768) /* bytes of a whole message */
#define CHANNEL_FIELDS 64

/* Each with its fields in their order. */
enum channel_kind {
	/* From amana. */
	CHANNEL_START = 1, /* the first message: those of enum start_field */
	CHANNEL_ANSWER,	   /* the bytes that were asked for */
	CHANNEL_NO_ANSWER, /* error code, message, reason */
	CHANNEL_DETACH,	   /* none: the mount answers, go on in the background */
	/* From amana-mount.  The first three are questions. */
	CHANNEL_PASSPHRASE,    /* why (enum amana_why), code of the member or "" */
	CHANNEL_FIRST_CONTACT, /* words, fingerprint; "yes" is the one good answer */
	CHANNEL_IDENTITY,      /* codes; the answer is the index of the chosen one */
	CHANNEL_NOTICE,	       /* kind (enum amana_notice), text */
	CHANNEL_MOUNTED, /* case, exhibits, bytes, Unix seconds of the end (0: none) */
	CHANNEL_FAILED,	 /* error code, errno, message, remedy or "", reason; the last
			    message */
	CHANNEL_ENDED,	 /* why; the last message, to an amana that stayed */
};
enum start_field {
	START_CASE,
	START_REASON,
	START_DIR,
	START_SECONDS,	  /* how long; 0: no end */
	START_FOREGROUND, /* "yes" or "no" */
	START_VAULT,	  /* this and what follows: as in struct amana_config */
	START_IDENTITY,
	START_DATA_DIR,
	START_CACHE_DIR,
	START_CONFIG_DIR,
	START_FINGERPRINT,
	START_CAN_ASK, /* "yes": somebody can compare the words of a first contact */
	START_FIELDS
};

struct channel_field {
	const char *bytes; /* a NUL follows in what was received */
	size_t len;
};
struct channel_message { /* borrows the bytes of its fields */
	enum channel_kind kind;
	size_t n;
	struct channel_field fields[CHANNEL_FIELDS];
};

/* Sends a message.  `room` (CHANNEL_CAP bytes) is used for it: wipe it after a
 * passphrase. 0, or -1 with errno; EMSGSIZE: it is too large, and nothing was sent. */
int channel_send(int fd, const struct channel_message *message, void *room) MUST_CHECK;
/* Waits for a message and receives it into `room` (CHANNEL_CAP bytes), which the fields
 * of *ret point into.  0; 1: the other end has gone; -1 with errno, EPROTO for what is no
 * message.  Signals do not end the waiting. */
int channel_receive(int fd, struct channel_message *ret, void *room) MUST_CHECK;

/* Adds a field; `text` NULL is sent as "".  More than CHANNEL_FIELDS are left out. */
void channel_add(struct channel_message *message, const char *text);
/* The same with any bytes. */
void channel_add_bytes(struct channel_message *message, const char *bytes, size_t len);
/* A field of a received message as text; "" where there is none. */
const char *channel_text(const struct channel_message *message, size_t i);
/* The same as a number; 0 where it is none. */
int64_t channel_number(const struct channel_message *message, size_t i);

#endif
