/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

#include "log/log_core.h"
#include "log/log_heads.h"
#include "log/log_keep.h"
#include "log/log_known.h"
#include "log/log_snapshot.h"

#include <sys/wait.h>

/* The past is what was replayed: the file of heads, and what is read because of it; and
 * what a login has accepted. */

#define RECORD (8 + HASH_LEN)

static void
slot_head(struct rig *rig, uint64_t n, struct hash *ret_head)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	get_slot(rig, n, &slot);
	hash_of(slot.data, slot.len, ret_head);
}

/* The file has slots 1 to n, each once, with the heads that the store's slots have. */
static void
check_heads(struct rig *rig, const char *base, uint64_t n)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	char path[256];

	own_path(rig, base, "heads", path);
	CHECK_OK(file_read(AT_FDCWD, path, &file, &err), err);
	CHECK_INT(file.len, n * RECORD);
	for (uint64_t i = 1; i <= n; i++) {
		const uint8_t *record = file.data + (i - 1) * RECORD;
		struct hash head;

		CHECK_INT(bytes_u32be(record), 0);
		CHECK_INT(bytes_u32be(record + 4), i);
		slot_head(rig, i, &head);
		CHECK(memcmp(record + 8, head.bytes, HASH_LEN) == 0);
	}
}

static void
check_reads(struct rig *rig, struct log *log, uint64_t n)
{
	for (uint64_t i = 1; i <= n; i++) {
		CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
		struct hash want, head;

		slot_head(rig, i, &want);
		CHECK_OK(log_head_at(log, i, &head, &err), err);
		CHECK(hash_equal(&head, &want));
		CHECK_OK(log_load_slot(log, i, &slot, &err), err);
		hash_of(slot.data, slot.len, &head);
		CHECK(hash_equal(&head, &want));
	}
}

/* Whatever a power failure leaves of the file, the next run has all heads again. */
static void
cut_anywhere(void)
{
	enum { N = LOG_SNAPSHOT_SLOTS + 6 };
	struct rig rig;
	struct log *log;
	CLEANUP(buf_done) struct buf whole = BUF_INIT(1 << 20);
	char path[256], state[256];

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, N);
	log_free(log);
	check_heads(&rig, "base", N);
	own_path(&rig, "base", "heads", path);
	own_path(&rig, "base", "state", state);
	CHECK_OK(file_read(AT_FDCWD, path, &whole, &err), err);
	for (int with_snapshot = 1; with_snapshot >= 0; with_snapshot--) {
		static const off_t left[] = {N * RECORD - 13, (N - 1) * RECORD,
					     (N - 20) * RECORD + 7, RECORD - 1, 0};

		for (size_t i = 0; i < ARRAY_LEN(left); i++) {
			if (with_snapshot)
				CHECK_INT(access(state, F_OK), 0);
			else
				(void)unlink(state);
			CHECK_OK(file_replace(AT_FDCWD, rig.folder, path, 0600,
					      (struct bytes){whole.data, (size_t)left[i]},
					      &err),
				 err);
			log = rig_open(&rig, "base", 0);
			check_reads(&rig, log, N);
			log_free(log);
		}
	}
	/* and it is written with the next act */
	CHECK_OK(file_replace(AT_FDCWD, rig.folder, path, 0600,
			      (struct bytes){whole.data, 2 * RECORD + 1}, &err),
		 err);
	log = rig_open(&rig, "base", 0);
	append(log, &rig.founder, N + 1);
	check_heads(&rig, "base", N + 1);
	CHECK_INT(unlink(path), 0);
	append(log, &rig.founder, N + 2);
	log_free(log);
	log = rig_open(&rig, "base", 0);
	check_reads(&rig, log, N + 2);
	log_free(log);
	rig_done(&rig);
}

/* A pin that is set back takes the heads with it. */
static void
set_back(void)
{
	struct rig rig;
	struct log *log;
	struct hash head;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 5);
	slot_head(&rig, 2, &head);
	CHECK_OK(log_keep_set_pin(log, 2, &head, 2, &err), err);
	check_heads(&rig, "base", 2);
	log_free(log);
	log = rig_open(&rig, "base", 0);
	check_heads(&rig, "base", 5);
	check_reads(&rig, log, 5);
	log_free(log);
	rig_done(&rig);
}

/* A slow process neither cuts what a faster one kept nor repeats it. */
static void
one_slow_process(void)
{
	struct rig rig;
	struct log *slow, *fast;

	rig_make(&rig, true);
	slow = rig_open(&rig, "base", 0);
	append(slow, &rig.founder, 1);
	fast = rig_open(&rig, "base", 0);
	append_many(fast, &rig.founder, 2, 4);
	slow->pin.n = 0; /* it was between reading the pin and writing it */
	CHECK_OK(log_keep(slow, &err), err);
	check_heads(&rig, "base", 4);
	append(slow, &rig.founder, 5);
	check_heads(&rig, "base", 5);
	append(fast, &rig.founder, 6);
	check_heads(&rig, "base", 6);
	check_reads(&rig, slow, 5);
	check_reads(&rig, fast, 6);
	log_free(slow);
	log_free(fast);
	rig_done(&rig);
}

static void
fork_each(struct rig *rig, int n, void (*work)(struct rig *rig, int i))
{
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			work(rig, i);
			_exit(0);
		}
	}
	for (int i = 0; i < n; i++) {
		int status;

		CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void
append_some(struct rig *rig, int i)
{
	struct log *log = rig_open(rig, "base", 0);

	append_many(log, &rig->founder, 1 + 100 * (uint64_t)i, 15 + 100 * (uint64_t)i);
	log_free(log);
}

static void
two_processes(void)
{
	struct rig rig;
	struct log *log;

	rig_make(&rig, false);
	log_free(rig_open(&rig, "base", 0));
	fork_each(&rig, 2, append_some);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(state_slot(log_state(log)), 30);
	check_heads(&rig, "base", 30);
	check_reads(&rig, log, 30);
	log_free(log);
	rig_done(&rig);
}

static int
refuse_slot(void *arg, const struct log_slot *slot, struct amana_error *e)
{
	(void)e;
	CHECK(slot->n < *(const uint64_t *)arg);
	return 0;
}

/* Somebody puts slots in the place of those that were verified, in the store and in the
 * own folder, well signed and each with the head of the one before: nothing is read out
 * of them. */
static void
no_forged_slot_is_read(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	uint64_t first = 3;
	struct log_visitor visitor = {.slot = refuse_slot, .arg = &first};
	struct hash prev;
	struct rig rig;
	struct log *log;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 6);
	log_free(log);
	log = rig_open(&rig, "base", 0);
	slot_head(&rig, 2, &prev);
	for (uint64_t n = first; n <= 6; n++) {
		char path[256], name[32];

		buf_clear(&slot);
		forge(log_state(log), n, &prev, &rig.founder, 600 + n, &slot);
		vandalise(&rig, n, slot.data, slot.len);
		hash_of(slot.data, slot.len, &prev);
		snprintf(name, sizeof name, "log/000/000/000/%03" PRIu64, n);
		own_path(&rig, "base", name, path);
		CHECK_OK(file_replace(AT_FDCWD, rig.folder, path, 0600, BYTES_OF(slot),
				      &err),
			 err);
	}
	for (uint64_t n = first; n <= 6; n++) {
		buf_clear(&slot);
		CHECK_REFUSED(log_load_slot(log, n, &slot, &err), err, AMANA_E_TAMPERED,
			      AMANA_REASON_DAMAGED_LOG);
		CHECK_INT(slot.len, 0);
	}
	CHECK_REFUSED(log_each(log, 1, &visitor, &err), err, AMANA_E_TAMPERED,
		      AMANA_REASON_DAMAGED_LOG);
	log_free(log);
	rig_done(&rig);
}

/* ---- what a login has accepted ---- */

static int
count_line(void *arg, const char *line)
{
	CHECK(strncmp(line, "keys S-", 7) == 0);
	++*(int *)arg;
	return 0;
}

static bool
knows(const struct log *log, const char *line)
{
	bool is;

	CHECK_OK(log_known_has(log, line, &is, &err), err);
	return is;
}

static void
known_lines(void)
{
	struct rig rig;
	struct log *log;
	char path[256];
	int n = 0, fd;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	CHECK(!knows(log, "keys S-1 aa"));
	for (int twice = 0; twice < 2; twice++) {
		CHECK_OK(log_known_add(log, "keys S-1 aa", &err), err);
		CHECK_OK(log_known_add(log, "keysmith S-1 aa", &err), err);
		CHECK_OK(log_known_add(log, "keys S-2 bb", &err), err);
	}
	CHECK(knows(log, "keys S-1 aa") && knows(log, "keys S-2 bb"));
	CHECK(!knows(log, "keys S-1 a") && !knows(log, "keys S-1 aaa"));
	CHECK_INT(log_known_each(log, "keys", count_line, &n, &err), 0);
	CHECK_INT(n, 2);
	log_free(log);
	/* a line that a power failure cut never counted, and does not spoil the next */
	own_path(&rig, "base", "known", path);
	fd = open(path, O_WRONLY | O_APPEND);
	CHECK(fd >= 0 && write(fd, "keys S-3 c", 10) == 10);
	close(fd);
	log = rig_open(&rig, "base", 0);
	CHECK(!knows(log, "keys S-3 c") && knows(log, "keys S-2 bb"));
	CHECK_OK(log_known_add(log, "keys S-4 dd", &err), err);
	CHECK(knows(log, "keys S-4 dd") && !knows(log, "keys S-3 c"));
	CHECK(!knows(log, "keys S-3 ckeys S-4 dd"));
	log_free(log);
	/* a stranger keeps nothing */
	log = rig_open(&rig, "base", LOG_STRANGER);
	CHECK_OK(log_known_add(log, "keys S-9 ee", &err), err);
	CHECK(!knows(log, "keys S-9 ee") && !knows(log, "keys S-1 aa"));
	log_free(log);
	rig_done(&rig);
}

static void
know_some(struct rig *rig, int i)
{
	struct log *log = rig_open(rig, "base", 0);

	for (int k = 0; k < 40; k++) {
		char line[64];

		snprintf(line, sizeof line, "keys S-%d %d", i + 1, k);
		CHECK_OK(log_known_add(log, line, &err), err);
	}
	log_free(log);
}

static void
known_by_several_processes(void)
{
	struct rig rig;
	struct log *log;
	int n = 0;

	rig_make(&rig, false);
	log_free(rig_open(&rig, "base", 0));
	fork_each(&rig, 3, know_some);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(log_known_each(log, "keys", count_line, &n, &err), 0);
	CHECK_INT(n, 120);
	log_free(log);
	rig_done(&rig);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(cut_anywhere);
	RUN(set_back);
	RUN(one_slow_process);
	RUN(two_processes);
	RUN(no_forged_slot_is_read);
	RUN(known_lines);
	RUN(known_by_several_processes);
	return 0;
}
