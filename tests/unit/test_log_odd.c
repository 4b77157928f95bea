/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

#include <time.h>

/* What somebody who can write to the store puts there: things that are no files, files
 * without end, slots far away.  Work is bounded by what was verified, never by what the
 * store claims. */

#define FAR UINT64_C(999999999999)

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* "Within a second", with room for a sanitizer on a busy machine: what grows with the
 * store's claims takes days. */
#define SOON 20.0

static void
vault_path(const struct rig *rig, uint64_t n, char out[160])
{
	CHECK(snprintf(out, 160, "%s/vault/%s", rig->folder, store_name_slot(n).text) <
	      160);
}

static void
make_folders(const char *path)
{
	char folder[160];

	snprintf(folder, sizeof folder, "%s", path);
	for (char *at = folder + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = 0;
		(void)mkdir(folder, 0700);
		*at = '/';
	}
}

struct seen_bad {
	uint64_t n;
	char reason[160];
};

static int
take_bad(void *arg, const struct log_slot *slot, struct amana_error *e)
{
	struct seen_bad *bad = arg;

	(void)e;
	if (slot->verdict == VERDICT_DAMAGED && !slot->passed_over && bad->n == 0) {
		bad->n = slot->n;
		snprintf(bad->reason, sizeof bad->reason, "%s", slot->reason);
	}
	return 0;
}

static struct log_verified
verify_as_stranger(struct rig *rig, struct seen_bad *bad)
{
	struct log_visitor visitor = {.slot = take_bad, .arg = bad};
	struct log_verified verified;
	struct log *log = NULL;

	*bad = (struct seen_bad){.n = 0};
	CHECK_INT(rig_try_open(rig, "", LOG_STRANGER, &log), LOG_FIRST_CONTACT);
	CHECK_OK(log_verify(log, &visitor, &verified, &err), err);
	log_free(log);
	return verified;
}

/* An empty file at the last number that there is: a check says that something is missing
 * before it, at once; reading goes on. */
static void
a_file_far_away(void)
{
	struct policy_act policy = {.value = 9};
	struct log_receipt receipt;
	struct log_damage damage;
	struct log_verified verified;
	struct seen_bad bad;
	struct rig rig;
	struct log *log;
	char path[160];
	double began;
	int fd;

	rig_make(&rig, false);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 3);
	vault_path(&rig, FAR, path);
	make_folders(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0444);
	CHECK(fd >= 0 && close(fd) == 0);
	began = seconds();
	verified = verify_as_stranger(&rig, &bad);
	CHECK(seconds() - began < SOON);
	CHECK(!verified.complete && verified.n_valid == 3 && verified.n_damaged == 1);
	CHECK_INT(bad.n, 4);
	CHECK(strstr(bad.reason, "later ones are there") != NULL);
	log_verified_done(&verified);
	log_free(log);
	/* It is damage in slot 4: what there is is read, and nothing goes on record. */
	for (int newcomer = 0; newcomer < 2; newcomer++) {
		log = rig_open(&rig, newcomer ? "newcomer" : "base", LOG_STOP_AT_DAMAGE);
		CHECK_INT(state_slot(log_state(log)), 3);
		CHECK(log_damage(log, &damage));
		CHECK(damage.first == 4 && damage.last == FAR);
		CHECK_OK(log_each(log, 1, &(struct log_visitor){.slot = NULL}, &err),
			 err);
		CHECK_REFUSED(try_act(log, &rig.founder, build_policy, &policy, &receipt),
			      err, AMANA_E_TAMPERED, AMANA_REASON_DAMAGED_LOG);
		log_free(log);
	}
	CHECK(seconds() - began < SOON);
	CHECK_INT(unlink(path), 0);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(append(log, &rig.founder, 4).n, 4);
	log_free(log);
	rig_done(&rig);
}

static int
build_skip(void *arg, struct log_draft *draft, struct amana_error *e)
{
	struct entry *entry = arg;

	entry->at = 1700000000;
	return log_draft_add(draft, entry, e);
}

/* A skip over all numbers that there are, of which few slots are there. */
static void
a_skip_far_ahead(void)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	struct subject vault = subject_vault();
	struct log_verified verified;
	struct log_receipt receipt;
	struct log_damage damage;
	struct log_act act = {.skips = true, .build = build_skip, .arg = entry};
	struct policy_act policy = {.value = 9};
	struct seen_bad bad;
	struct rig rig;
	struct log *log = NULL;
	double began;

	rig_make(&rig, true);
	log = rig_open(&rig, "lost", 0);
	append_many(log, &rig.founder, 1, 5);
	log_free(log);
	vandalise(&rig, 4, "x", 1);
	put_slot(&rig, FAR - 1, BYTES_STR("far away"));
	began = seconds();
	CHECK_INT(rig_try_open(&rig, "admin", LOG_STOP_AT_DAMAGE, &log),
		  LOG_FIRST_CONTACT);
	CHECK_OK(log_accept(log, &err), err);
	CHECK(log_damage(log, &damage));
	CHECK_INT(damage.first, 4);
	CHECK_INT(damage.last, FAR - 1);
	entry_init(entry, ACT_SKIP, &vault);
	entry->own.skip = (struct act_skip){.first = 4,
					    .last = FAR - 1,
					    .head = damage.head,
					    .before = *state_head(log_state(log))};
	act.actor = rig.founder.code;
	act.seed = &rig.founder.seed;
	custody_id_random(&act.nonce);
	CHECK_OK(log_append(log, &act, &receipt, &err), err);
	CHECK_INT(receipt.n, FAR);
	log_free(log);
	for (int again = 0; again < 2; again++) {
		log = rig_open(&rig, "newcomer", 0);
		CHECK_INT(state_slot(log_state(log)), FAR);
		CHECK_INT(state_grant_days(log_state(log)), 3);
		CHECK_OK(log_each(log, 1, &(struct log_visitor){.slot = NULL}, &err),
			 err);
		/* That was the last number: nothing is written after it, nor in vain. */
		CHECK_FAILS(try_act(log, &rig.founder, build_policy, &policy, &receipt),
			    err, AMANA_E_LIMIT);
		CHECK_INT(receipt.n, 0);
		log_free(log);
	}
	verified = verify_as_stranger(&rig, &bad);
	CHECK(verified.complete && verified.n_valid == 4);
	CHECK_INT(verified.n_passed, 3); /* 4, 5 and the one far away */
	log_verified_done(&verified);
	CHECK(seconds() - began < SOON);
	rig_done(&rig);
}

/* Of a slot without end no more than 16 MiB and a byte are read: its head says which. */
static void
a_slot_without_end(void)
{
	CLEANUP(buf_done) struct buf zeros = BUF_INIT(BATCH_BYTES_MAX + 1);
	struct log_verified verified;
	struct log_damage damage;
	struct seen_bad bad;
	struct hash want;
	struct rig rig;
	struct log *log = NULL;
	char path[160];
	double began;
	int fd;

	rig_make(&rig, false);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 3);
	log_free(log);
	vault_path(&rig, 4, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0444);
	CHECK(fd >= 0);
	if (ftruncate(fd, (off_t)15 << 40) < 0)
		CHECK_INT(ftruncate(fd, (off_t)1 << 40), 0);
	close(fd);
	CHECK(buf_reserve(&zeros, BATCH_BYTES_MAX + 1, &err) != NULL);
	memset(zeros.data, 0, BATCH_BYTES_MAX + 1);
	hash_of(zeros.data, BATCH_BYTES_MAX + 1, &want);
	began = seconds();
	log = rig_open(&rig, "base", LOG_STOP_AT_DAMAGE);
	CHECK(log_damage(log, &damage));
	CHECK(damage.first == 4 && damage.last == 4);
	CHECK(hash_equal(&damage.head, &want));
	CHECK_INT(state_slot(log_state(log)), 3);
	log_free(log);
	verified = verify_as_stranger(&rig, &bad);
	CHECK(!verified.complete && verified.n_damaged == 1);
	CHECK_INT(bad.n, 4);
	CHECK(strstr(bad.reason, "larger than any") != NULL);
	log_verified_done(&verified);
	CHECK(seconds() - began < SOON);
	rig_done(&rig);
}

enum odd { FOLDER, FULL_FOLDER, LINK, DANGLING, FIFO };

/* What is there no file is judged as bytes that cannot be right, and nobody waits for
 * it. */
static void
put_odd(const struct rig *rig, enum odd odd, const char *path)
{
	char other[160];

	CHECK_INT(unlink(path), 0);
	switch (odd) {
	case FOLDER:
		CHECK_INT(mkdir(path, 0700), 0);
		break;
	case FULL_FOLDER:
		CHECK_INT(mkdir(path, 0700), 0);
		CHECK(snprintf(other, sizeof other, "%s/f", path) < (int)sizeof other);
		CHECK_INT(mkdir(other, 0700), 0);
		break;
	case LINK: /* to the very bytes that were there */
		snprintf(other, sizeof other, "%s/elsewhere", rig->folder);
		CHECK_INT(symlink(other, path), 0);
		break;
	case DANGLING:
		CHECK_INT(symlink("/nowhere/at/all", path), 0);
		break;
	case FIFO:
		CHECK_INT(mkfifo(path, 0600), 0);
		break;
	}
}

static void
no_file_in_a_slots_place(void)
{
	for (enum odd odd = FOLDER; odd <= FIFO; odd++) {
		for (uint64_t n = 2; n <= 3; n++) { /* in the middle, and the last one */
			CLEANUP(buf_done) struct buf good = BUF_INIT(BATCH_BYTES_MAX);
			struct log_verified verified;
			struct log_damage damage;
			struct seen_bad bad;
			struct rig rig;
			struct log *log = NULL;
			char path[160], other[160];

			rig_make(&rig, false);
			log = rig_open(&rig, "base", 0);
			append_many(log, &rig.founder, 1, 3);
			log_free(log);
			get_slot(&rig, n, &good);
			snprintf(other, sizeof other, "%s/elsewhere", rig.folder);
			CHECK_OK(file_replace(AT_FDCWD, rig.folder, other, 0600,
					      BYTES_OF(good), &err),
				 err);
			vault_path(&rig, n, path);
			put_odd(&rig, odd, path);
			verified = verify_as_stranger(&rig, &bad);
			CHECK(!verified.complete && verified.n_valid == n - 1);
			CHECK_INT(bad.n, n);
			log_verified_done(&verified);
			CHECK_INT(
				rig_try_open(&rig, "newcomer", LOG_STOP_AT_DAMAGE, &log),
				LOG_FIRST_CONTACT);
			CHECK_OK(log_accept(log, &err), err);
			CHECK(log_damage(log, &damage));
			CHECK_INT(damage.first, n);
			CHECK_INT(state_slot(log_state(log)), n - 1);
			log_free(log);
			/* Who has the bytes goes on, whether the store takes them back
			 * or not. */
			log = rig_open(&rig, "base", 0);
			CHECK_INT(state_slot(log_state(log)), 3);
			CHECK_INT(append(log, &rig.founder, 4).n, 4);
			log_free(log);
			rig_done(&rig);
		}
	}
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(a_file_far_away);
	RUN(a_skip_far_ahead);
	RUN(a_slot_without_end);
	RUN(no_file_in_a_slots_place);
	return 0;
}
