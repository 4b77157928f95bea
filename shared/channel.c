/* SPDX-License-Identifier: Apache-2.0 */
#include "channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/*
 * A message as it is sent, in the numbers of the machine, since both ends are of one
 * machine and one build:
 *
 *   u32  kind
 *   u32  number of fields
 *        for each field:
 *   u32  length in bytes, n
 *   n    bytes
 *   1    NUL
 */

/* Where the next bytes go or come from, and how many there are from there on. */
struct cursor {
	char *at;
	size_t left;
};

static int
put(struct cursor *to, const void *bytes, size_t len)
{
	if (len > to->left) {
		errno = EMSGSIZE;
		return -1;
	}
	if (len > 0)
		memcpy(to->at, bytes, len);
	to->at += len;
	to->left -= len;
	return 0;
}

static int
put_u32(struct cursor *to, size_t value)
{
	uint32_t narrow = (uint32_t)value;

	return put(to, &narrow, sizeof narrow);
}

int
channel_send(int fd, const struct channel_message *message, void *room)
{
	struct cursor to = {.at = room, .left = CHANNEL_CAP};
	size_t len;
	ssize_t n;

	if (put_u32(&to, (size_t)message->kind) < 0 || put_u32(&to, message->n) < 0)
		return -1;
	for (size_t i = 0; i < message->n; i++)
		if (put_u32(&to, message->fields[i].len) < 0 ||
		    put(&to, message->fields[i].bytes, message->fields[i].len) < 0 ||
		    put(&to, "", 1) < 0)
			return -1;
	len = CHANNEL_CAP - to.left;
	do
		n = send(fd, room, len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len ? 0 : -1;
}

static int
take_u32(struct cursor *from, uint32_t *ret)
{
	if (from->left < sizeof *ret)
		return -1;
	memcpy(ret, from->at, sizeof *ret);
	from->at += sizeof *ret;
	from->left -= sizeof *ret;
	return 0;
}

static int
take_field(struct cursor *from, struct channel_field *ret)
{
	uint32_t len;

	if (take_u32(from, &len) < 0 || len >= from->left || from->at[len] != 0)
		return -1;
	*ret = (struct channel_field){.bytes = from->at, .len = len};
	from->at += len + 1;
	from->left -= len + 1;
	return 0;
}

int
channel_receive(int fd, struct channel_message *ret, void *room)
{
	struct cursor from = {.at = room};
	uint32_t kind = 0, n = 0;
	ssize_t got;

	do
		got = recv(fd, room, CHANNEL_CAP, MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got == 0 || errno == ECONNRESET ? 1 : -1;
	from.left = (size_t)got;
	errno = EPROTO;
	if ((size_t)got > CHANNEL_CAP || take_u32(&from, &kind) < 0 ||
	    take_u32(&from, &n) < 0 || kind < CHANNEL_START || kind > CHANNEL_ENDED ||
	    n > CHANNEL_FIELDS)
		return -1;
	*ret = (struct channel_message){.kind = (enum channel_kind)kind, .n = n};
	for (size_t i = 0; i < n; i++)
		if (take_field(&from, &ret->fields[i]) < 0)
			return -1;
	return from.left == 0 ? 0 : -1;
}

void
channel_add_bytes(struct channel_message *message, const char *bytes, size_t len)
{
	if (message->n < CHANNEL_FIELDS)
		message->fields[message->n++] =
			(struct channel_field){.bytes = bytes, .len = len};
}

void
channel_add(struct channel_message *message, const char *text)
{
	channel_add_bytes(message, text, text != NULL ? strlen(text) : 0);
}

const char *
channel_text(const struct channel_message *message, size_t i)
{
	return i < message->n ? message->fields[i].bytes : "";
}

int64_t
channel_number(const struct channel_message *message, size_t i)
{
	return (int64_t)strtoll(channel_text(message, i), NULL, 10);
}
