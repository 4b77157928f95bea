/* SPDX-License-Identifier: Apache-2.0 */
#include "dump.h"
#include "replay_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * insider_replay [--why] [--snapshot] [--check | --check-last]
 *
 * Reads logs from standard input, one after the other: u32 number of slots, then for each
 * slot u32 length (0xFFFFFFFF: it is missing) and its bytes, big-endian.  Prints for each
 * what the slots are and the state after them (dump.h), sorted, then a line with a full
 * stop; "bad genesis" if slot 0 cannot be read.
 *
 * --why also tells why a slot is not valid; --check also takes a snapshot at every slot
 * and sees whether it is the same state, --check-last does it at a log's last slot.
 * --snapshot prints instead the snapshot of the last state, in hexadecimal.
 */
#define MISSING UINT32_MAX
#define SLOTS_MAX 10000000u
#define LOG_MAX ((size_t)1 << 32)

static void
die(const char *what)
{
	fprintf(stderr, "replay: %s\n", what);
	exit(2);
}

/* False: the stream ends here. */
static bool
read_u32(uint32_t *ret_value)
{
	uint8_t b[4];
	size_t len = fread(b, 1, sizeof b, stdin);

	if (len == 0)
		return false;
	if (len != sizeof b)
		die("the stream ends within a number");
	*ret_value = bytes_u32be(b);
	return true;
}

static void
read_slot(struct buf *bytes, struct log_slot *slot)
{
	struct amana_error err;
	uint32_t len;
	uint8_t *to;

	*slot = (struct log_slot){.is = SLOT_NOT_JUDGED};
	if (!read_u32(&len))
		die("the stream ends within a log");
	slot->missing = len == MISSING;
	if (slot->missing)
		return;
	to = buf_reserve(bytes, len, &err);
	if (to == NULL)
		die(err.msg);
	if (fread(to, 1, len, stdin) != len)
		die("the stream ends within a slot");
	slot->bytes.data =
		(const uint8_t *)(uintptr_t)bytes->len; /* until all are read */
	slot->bytes.len = len;
	bytes->len += len;
}

/* The bytes of all slots stand one behind the other in *bytes. */
static void
read_log(uint32_t n, struct buf *bytes, struct replay_log *log)
{
	struct amana_error err;

	if (n > SLOTS_MAX)
		die("too many slots");
	log->slots = mem_array(n > 0 ? n : 1, sizeof *log->slots, &err);
	if (log->slots == NULL)
		die(err.msg);
	log->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		read_slot(bytes, &log->slots[i]);
		if (!log->slots[i].missing)
			log->n = i + 1;
	}
	for (size_t i = 0; i < log->n; i++)
		log->slots[i].bytes.data =
			bytes->data + (uintptr_t)log->slots[i].bytes.data;
}

static void
print_log(struct replay_log *log, bool why)
{
	static const char *const words[] = {"not-judged", "valid", "void", "damaged",
					    "passed-over"};
	CLEANUP(dump_done) struct dump dump = DUMP_INIT;
	CLEANUP(state_freep) struct state *state = replay_log(log);

	if (state == NULL) {
		puts("bad genesis\n.");
		return;
	}
	for (size_t i = 0; i < log->n; i++)
		dump_line(&dump, "slot %zu %s", i, words[log->slots[i].is]);
	dump_state(&dump, state, true);
	dump_sort(&dump);
	for (size_t i = 0; i < dump.n_lines; i++)
		puts(dump_at(&dump, i));
	for (size_t i = 0; i < log->n && why; i++) {
		if (log->slots[i].why[0] != 0)
			printf("why %zu %s\n", i, log->slots[i].why);
	}
	puts(".");
}

static void
print_snapshot(struct replay_log *log)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(STATE_SNAPSHOT_MAX);
	CLEANUP(state_freep) struct state *state = replay_log(log);
	struct amana_error err;

	if (state == NULL)
		die("bad genesis");
	if (state_snapshot(state, &bytes, &err) < 0)
		die(err.msg);
	for (size_t i = 0; i < bytes.len; i++)
		printf("%02x", bytes.data[i]);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	struct replay_log log = {.n = 0};
	struct amana_error err;
	bool why = false, snapshot = false, check = false, check_last = false;
	uint32_t n;

	for (int i = 1; i < argc; i++) {
		why |= strcmp(argv[i], "--why") == 0;
		snapshot |= strcmp(argv[i], "--snapshot") == 0;
		check |= strcmp(argv[i], "--check") == 0;
		check_last |= strcmp(argv[i], "--check-last") == 0;
	}
	if (crypto_init(&err) < 0)
		die(err.msg);
	while (read_u32(&n)) {
		CLEANUP(buf_done) struct buf bytes = BUF_INIT(LOG_MAX);

		read_log(n, &bytes, &log);
		log.check_from = check ? 0 : SIZE_MAX;
		if (check_last && log.n > 0)
			log.check_from = log.n - 1;
		if (snapshot)
			print_snapshot(&log);
		else
			print_log(&log, why);
		fflush(stdout);
		mem_free(log.slots);
	}
	return 0;
}
