/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static char room[CHANNEL_CAP], other_room[CHANNEL_CAP];

static void
whole(const int pair[2])
{
	struct channel_message sent = {.kind = CHANNEL_NOTICE}, got;

	channel_add(&sent, "one");
	channel_add(&sent, NULL);
	channel_add_bytes(&sent, "a\0b", 3);
	channel_add(&sent, "-42");
	CHECK_INT(channel_send(pair[0], &sent, room), 0);
	CHECK_INT(channel_receive(pair[1], &got, other_room), 0);
	CHECK_INT(got.kind, CHANNEL_NOTICE);
	CHECK_INT(got.n, 4);
	CHECK_STR(channel_text(&got, 0), "one");
	CHECK_STR(channel_text(&got, 1), "");
	CHECK_INT(got.fields[2].len, 3);
	CHECK(memcmp(got.fields[2].bytes, "a\0b", 4) == 0);
	CHECK_INT(channel_number(&got, 3), -42);
	CHECK_STR(channel_text(&got, 4), "");
	CHECK_INT(channel_number(&got, 63), 0);
}

static void
bounds(const int pair[2])
{
	static char large[CHANNEL_CAP];
	struct channel_message message = {.kind = CHANNEL_ANSWER}, got;

	memset(large, 'x', sizeof large - 1);
	channel_add(&message, large);
	CHECK_INT(channel_send(pair[0], &message, room), -1);
	CHECK_INT(errno, EMSGSIZE);
	message = (struct channel_message){.kind = CHANNEL_ANSWER};
	channel_add_bytes(&message, large, sizeof large - 13); /* exactly full */
	CHECK_INT(channel_send(pair[0], &message, room), 0);
	CHECK_INT(channel_receive(pair[1], &got, other_room), 0);
	CHECK_INT(got.fields[0].len, sizeof large - 13);
	message = (struct channel_message){.kind = CHANNEL_ANSWER};
	for (int i = 0; i < CHANNEL_FIELDS + 5; i++)
		channel_add(&message, "f");
	CHECK_INT(message.n, CHANNEL_FIELDS);
}

static void
refuse(const int pair[2], const void *bytes, size_t len)
{
	struct channel_message got;

	CHECK_INT(send(pair[0], bytes, len, 0), len);
	CHECK_INT(channel_receive(pair[1], &got, other_room), -1);
}

static void
hostile(const int pair[2])
{
	static const uint32_t cut[] = {CHANNEL_ANSWER}, kind[] = {99, 0},
			      many[] = {CHANNEL_ANSWER, CHANNEL_FIELDS + 1},
			      beyond[] = {CHANNEL_ANSWER, 1, 100, 0},
			      huge[] = {CHANNEL_ANSWER, 1, UINT32_MAX, 0},
			      unended[] = {CHANNEL_ANSWER, 1, 1, 0x01010101},
			      rest[] = {CHANNEL_ANSWER, 0, 0};
	static char large[CHANNEL_CAP + 1];

	refuse(pair, cut, sizeof cut);
	refuse(pair, kind, sizeof kind);
	refuse(pair, many, sizeof many);
	refuse(pair, beyond, sizeof beyond);
	refuse(pair, huge, sizeof huge);
	refuse(pair, unended, sizeof unended);
	refuse(pair, rest, sizeof rest);
	refuse(pair, large, sizeof large);
}

int
main(void)
{
	struct channel_message got;
	int pair[2];

	CHECK_INT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	whole(pair);
	bounds(pair);
	hostile(pair);
	close(pair[0]);
	CHECK_INT(channel_receive(pair[1], &got, other_room), 1);
	close(pair[1]);
	return 0;
}
