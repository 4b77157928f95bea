/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

static void
test_first_contact_then_pinned(void)
{
	struct rig rig;
	struct log *log = NULL;

	rig_make(&rig, false);
	CHECK_INT(rig_try_open(&rig, "base", 0, &log), LOG_FIRST_CONTACT);
	CHECK(hash_equal(log_fingerprint(log), &rig.fingerprint));
	CHECK(!log_is_pinned(log));
	CHECK_OK(log_sync(log, &err),
		 err); /* to look is allowed, and leaves nothing behind */
	{
		char path[96];

		snprintf(path, sizeof path, "%s/base", rig.folder);
		CHECK(access(path, F_OK) < 0);
	}
	CHECK_OK(log_accept(log, &err), err);
	CHECK(log_is_pinned(log));
	check_pin(&rig, "base", 0);
	log_free(log);
	CHECK_OK(rig_try_open(&rig, "base", 0, &log), err);
	CHECK_OK(log_sync(log, &err), err);
	CHECK_INT(state_slot(log_state(log)), 0);
	log_free(log);
	rig_done(&rig);
}

static void
test_no_vault_and_another_vault(void)
{
	struct rig rig, other;
	struct log *log = NULL;

	rig_make(&rig, true);
	log_free(rig_open(&rig, "base", 0));
	rig_make(&other, true);
	CHECK_INT(rmdir(other.folder), 0);
	/* the same location, another fingerprint */
	memcpy(other.folder, rig.folder, sizeof other.folder);
	CHECK_REFUSED(rig_try_open(&other, "base", 0, &log), err, AMANA_E_TAMPERED,
		      AMANA_REASON_OTHER_VAULT);
	CHECK(strstr(err.msg, "known") != NULL && strstr(err.msg, "found") != NULL);
	CHECK_INT(rig_try_open(&other, "elsewhere", 0, &log), LOG_FIRST_CONTACT);
	log_free(log);
	CHECK_INT(rig_try_open(&other, "base", LOG_STRANGER, &log), LOG_FIRST_CONTACT);
	CHECK_FAILS(log_accept(log, &err), err, AMANA_E_BUG);
	log_free(log);
	store_free(other.store);
	CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &other.store, &err), err);
	CHECK_FAILS(rig_try_open(&other, "base", 0, &log), err, AMANA_E_MISSING);
	CHECK_OK(
		store_put(other.store, "vault", BYTES_STR("not a genesis\n"), true, &err),
		err);
	CHECK_FAILS(rig_try_open(&other, "elsewhere", 0, &log), err, AMANA_E_TAMPERED);
	store_free(other.store);
	secret_done(&other.founder.seed);
	secret_done(&other.key);
	rig_done(&rig);
}

static int
count_entry(void *arg, const struct log_seen_entry *seen, struct amana_error *e)
{
	unsigned *seen_values = arg;

	(void)e;
	CHECK(seen->entry->action == ACT_POLICY);
	seen_values[seen->entry->own.policy.value]++;
	return 0;
}

/* Each value from 1 to n stands in the log exactly once, and a stranger's check finds
 * nothing wrong. */
static void
check_all_once(struct rig *rig, unsigned n)
{
	unsigned *values = calloc(n + 1, sizeof *values);
	struct log_visitor visitor = {.entry = count_entry, .arg = values};
	struct log_verified verified;
	struct log *log = NULL;

	CHECK(values != NULL);
	CHECK_INT(rig_try_open(rig, "", LOG_STRANGER, &log), LOG_FIRST_CONTACT);
	CHECK_OK(log_verify(log, &visitor, &verified, &err), err);
	CHECK(verified.complete && verified.n_damaged == 0 && verified.n_void == 0);
	CHECK_INT(verified.n_slots, n);
	CHECK_INT(verified.n_entries, n);
	for (unsigned i = 1; i <= n; i++)
		CHECK_INT(values[i], 1);
	log_verified_done(&verified);
	log_free(log);
	free(values);
}

static void
test_append_and_read_back(void)
{
	struct rig rig;
	struct log *log, *other;
	struct log_receipt receipt;
	struct policy_act act = {.value = 3, .with_sheet = true};
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct hash head;

	rig_make(&rig, false);
	log = rig_open(&rig, "base", 0);
	other = rig_open(&rig, "other", 0);
	receipt = append(log, &rig.founder, 1);
	CHECK_INT(receipt.n, 1);
	CHECK_INT(receipt.before, 0);
	CHECK_INT(receipt.after, 1);
	check_pin(&rig, "base", 1);
	append(other, &rig.founder, 2); /* the other machine syncs first */
	CHECK_OK(try_act(log, &rig.founder, build_policy, &act, &receipt), err);
	CHECK_INT(receipt.n, 3);
	CHECK_INT(act.n_built, 1);
	get_slot(&rig, 3, &slot);
	hash_of(slot.data, slot.len, &head);
	CHECK(hash_equal(&head, &receipt.head) &&
	      hash_equal(&head, state_head(log_state(log))));
	CHECK_INT(state_grant_days(log_state(log)), 3);
	/* the bundle is where its name says, and the note names it */
	{
		struct hash sum, now;

		hash_of(act.bundle.data, act.bundle.len, &sum);
		CHECK_INT(state_bundle_of(log_state(log), 3, &now), 0);
		CHECK(hash_equal(&now, &sum));
		buf_clear(&slot);
		CHECK_OK(store_get(rig.store, store_name_lines(&sum).text, &slot, &err),
			 err);
		CHECK(bytes_equal(BYTES_OF(slot), BYTES_OF(act.bundle)));
	}
	CHECK_OK(log_sync(other, &err), err);
	CHECK_INT(state_slot(log_state(other)), 3);
	for (uint64_t n = 0; n <= 3; n++) {
		CLEANUP(buf_done) struct buf theirs = BUF_INIT(BATCH_BYTES_MAX);

		buf_clear(&slot);
		get_slot(&rig, n, &theirs);
		CHECK_OK(log_load_slot(other, n, &slot, &err), err);
		CHECK(bytes_equal(BYTES_OF(slot), BYTES_OF(theirs)));
		CHECK_OK(log_head_at(other, n, &head, &err), err);
		hash_of(theirs.data, theirs.len, &receipt.head);
		CHECK(hash_equal(&head, &receipt.head));
	}
	CHECK_FAILS(log_head_at(other, 4, &head, &err), err, AMANA_E_BUG);
	log_free(log);
	log_free(other);
	check_all_once(&rig, 3);
	buf_done(&act.bundle);
	rig_done(&rig);
}

static int
build_nothing(void *arg, struct log_draft *draft, struct amana_error *e)
{
	(void)draft;
	(void)e;
	return *(int *)arg;
}

static int
build_wrong_bundle(void *arg, struct log_draft *draft, struct amana_error *e)
{
	struct policy_act *act = arg;
	int r = build_policy(act, draft, e);

	if (act->with_sheet)
		act->bundle.data[act->bundle.len - 1] ^= 1;
	else
		draft->bundle = (struct bytes){(const uint8_t *)"\0\0\0\1x", 5};
	return r;
}

static void
test_acts_that_must_not_be_written(void)
{
	struct rig rig;
	struct log *log;
	struct person stranger;
	struct policy_act act = {.value = 1};
	struct log_receipt receipt;
	int outcome = 5;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	person_make(&stranger, "S-2");
	CHECK_FAILS(try_act(log, &stranger, build_policy, &act, &receipt), err,
		    AMANA_E_DENIED);
	stranger.code = rig.founder.code; /* the right name with the wrong key */
	CHECK_FAILS(try_act(log, &stranger, build_policy, &act, &receipt), err,
		    AMANA_E_DENIED);
	act.value = 0; /* not a value of this policy */
	CHECK(try_act(log, &rig.founder, build_policy, &act, &receipt) < 0);
	act.value = 1;
	CHECK_FAILS(try_act(log, &rig.founder, build_wrong_bundle, &act, &receipt), err,
		    AMANA_E_BUG);
	act.with_sheet = true;
	CHECK_FAILS(try_act(log, &rig.founder, build_wrong_bundle, &act, &receipt), err,
		    AMANA_E_BUG);
	CHECK_INT(try_act(log, &rig.founder, build_nothing, &outcome, &receipt), 5);
	outcome = 0;
	CHECK_FAILS(try_act(log, &rig.founder, build_nothing, &outcome, &receipt), err,
		    AMANA_E_BUG);
	CHECK_INT(receipt.n, 0);
	CHECK_OK(log_sync(log, &err), err);
	CHECK_INT(state_slot(log_state(log)), 0);
	append(log, &rig.founder, 1); /* and it works on after all these */
	check_all_once(&rig, 1);
	log_free(log);
	secret_done(&stranger.seed);
	buf_done(&act.bundle);
	rig_done(&rig);
}

#define RACERS 4
#define RACE_EACH 25

struct racer {
	struct rig *rig;
	pthread_t thread;
	unsigned number, n_built;
};

static void *
race(void *arg)
{
	struct racer *racer = arg;
	struct amana_error own = AMANA_ERROR_INIT;
	char base[96];
	struct log_options options = {.base_dir = base, .snapshot_key = &racer->rig->key};
	struct log *log = NULL;

	/* two machines, two people at each */
	snprintf(base, sizeof base, "%s/machine-%u", racer->rig->folder,
		 racer->number % 2);
	CHECK(log_open(racer->rig->store, &options, &log, &own) >= 0);
	CHECK_OK(log_accept(log, &own), own);
	for (unsigned i = 0; i < RACE_EACH; i++) {
		struct policy_act act = {.value = racer->number * RACE_EACH + i + 1};
		struct log_act log_act = {.actor = racer->rig->founder.code,
					  .seed = &racer->rig->founder.seed,
					  .build = build_policy,
					  .arg = &act};
		struct log_receipt receipt;

		custody_id_random(&log_act.nonce);
		CHECK_OK(log_append(log, &log_act, &receipt, &own), own);
		racer->n_built += act.n_built;
	}
	log_free(log);
	return NULL;
}

static void
race_in_threads(bool in_memory)
{
	struct racer racers[RACERS];
	struct rig rig;
	unsigned n_built = 0;

	rig_make(&rig, in_memory);
	for (unsigned i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){.rig = &rig, .number = i};
		CHECK(pthread_create(&racers[i].thread, NULL, race, &racers[i]) == 0);
	}
	for (unsigned i = 0; i < RACERS; i++) {
		CHECK(pthread_join(racers[i].thread, NULL) == 0);
		n_built += racers[i].n_built;
	}
	printf("# %u acts took %u attempts\n", RACERS * RACE_EACH, n_built);
	check_all_once(&rig, RACERS * RACE_EACH);
	rig_done(&rig);
}

static void
test_threads_racing_in_memory(void)
{
	race_in_threads(true);
}

static void
test_threads_racing_in_a_folder(void)
{
	race_in_threads(false);
}

static void
test_processes_racing(void)
{
	struct rig rig;
	pid_t pids[RACERS];

	rig_make(&rig, false);
	for (unsigned i = 0; i < RACERS; i++) {
		struct racer racer = {.rig = &rig, .number = i};

		fflush(stdout);
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (pids[i] == 0) {
			race(&racer);
			_exit(0);
		}
	}
	for (unsigned i = 0; i < RACERS; i++) {
		int status;

		CHECK(waitpid(pids[i], &status, 0) == pids[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	check_all_once(&rig, RACERS * RACE_EACH);
	rig_done(&rig);
}

/* The slot is taken by another between the builder and the put, whatever the builder
 * does. */
struct thief {
	struct rig *rig;
	struct log *other;
	struct policy_act act;
	unsigned n_thefts;
};

static int
build_robbed(void *arg, struct log_draft *draft, struct amana_error *e)
{
	struct thief *thief = arg;

	if (draft->attempt < thief->n_thefts)
		append(thief->other, &thief->rig->founder, 100 + draft->attempt);
	CHECK_INT(draft->n, draft->attempt < thief->n_thefts ? draft->attempt + 1
							     : thief->n_thefts + 1);
	return build_policy(&thief->act, draft, e);
}

static void
test_a_lost_slot_is_built_again(void)
{
	struct rig rig;
	struct thief thief = {
		.rig = &rig, .act = {.value = 1, .with_sheet = true}, .n_thefts = 3};
	struct log_receipt receipt;
	struct log *log;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	thief.other = rig_open(&rig, "other", 0);
	CHECK_OK(try_act(log, &rig.founder, build_robbed, &thief, &receipt), err);
	CHECK_INT(thief.act.n_built, 4);
	CHECK_INT(receipt.n, 4);
	CHECK_INT(receipt.before, 3);
	log_free(thief.other);
	log_free(log);
	buf_done(&thief.act.bundle);
	rig_done(&rig);
}

struct walk {
	uint64_t next, n_slots, n_entries;
};

static int
walk_slot(void *arg, const struct log_slot *slot, struct amana_error *e)
{
	struct walk *walk = arg;

	(void)e;
	CHECK_INT(slot->n, walk->next);
	CHECK(slot->note != NULL && slot->note->n == slot->n);
	CHECK_STR(slot->signer.text, "S-1");
	walk->next++;
	walk->n_slots++;
	return 0;
}

static int
walk_entry(void *arg, const struct log_seen_entry *seen, struct amana_error *e)
{
	struct walk *walk = arg;

	(void)e;
	CHECK_INT(seen->slot->n, walk->next - 1);
	CHECK_INT(seen->index, 0);
	CHECK_INT(seen->entry->own.policy.value, seen->slot->n);
	walk->n_entries++;
	return walk->n_entries == 1000 ? 7 : 0;
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Many slots: what a second run reads, what a snapshot spares, what a broken one costs.
 */
static void
test_many_slots_and_snapshots(void)
{
	enum { N = 300 };
	struct rig rig;
	struct log *log;
	struct walk walk = {.next = 101};
	struct log_visitor visitor = {walk_slot, walk_entry, &walk};
	char path[256];
	struct stat st;
	double began;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	for (unsigned i = 1; i <= N; i++)
		append(log, &rig.founder, i);
	CHECK_OK(log_each(log, 101, &visitor, &err), err);
	CHECK_INT(walk.n_slots, N - 100);
	CHECK_INT(walk.n_entries, N - 100);
	log_free(log);
	own_path(&rig, "base", "state", path);
	CHECK(stat(path, &st) == 0);
	for (int broken = 0; broken < 4; broken++) {
		began = seconds();
		if (broken == 1) { /* one bit */
			int fd = open(path, O_RDWR);
			char c;

			CHECK(fd >= 0 && pread(fd, &c, 1, st.st_size / 2) == 1);
			c ^= 1;
			CHECK(pwrite(fd, &c, 1, st.st_size / 2) == 1);
			close(fd);
		} else if (broken == 2) {
			CHECK(truncate(path, 30) == 0);
		} else if (broken == 3) { /* another person's key */
			rig.key.data[0] ^= 1;
		}
		log = rig_open(&rig, "base", 0);
		CHECK_INT(state_slot(log_state(log)), N);
		CHECK_INT(state_grant_days(log_state(log)), N);
		log_free(log);
		printf("# opened %d slots in %.1f ms\n", N, (seconds() - began) * 1e3);
	}
	check_all_once(&rig, N);
	rig_done(&rig);
}

static void
test_a_bad_copy_is_fetched_again(void)
{
	struct rig rig;
	struct log *log;
	char path[256];
	struct stat before, after;

	rig_make(&rig, true);
	rig.key.len = 0; /* no snapshots: every run reads all copies */
	log = rig_open(&rig, "base", 0);
	for (unsigned i = 1; i <= 5; i++)
		append(log, &rig.founder, i);
	log_free(log);
	for (int how = 0; how < 3; how++) {
		own_path(&rig, "base",
			 how == 2 ? "log/000/000/000/005" : "log/000/000/000/003", path);
		CHECK(stat(path, &before) == 0);
		if (how == 0)
			CHECK(truncate(path, 100) == 0);
		else
			CHECK(unlink(path) == 0);
		log = rig_open(&rig, "base", 0);
		CHECK_INT(state_grant_days(log_state(log)), 5);
		CHECK(stat(path, &after) == 0 && after.st_size == before.st_size);
		log_free(log);
	}
	rig.key.len = 32;
	rig_done(&rig);
}

static void
test_expectations(void)
{
	struct rig rig;
	struct log *log = NULL;
	struct log_receipt receipt;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append(log, &rig.founder, 1);
	receipt = append(log, &rig.founder, 2);
	append(log, &rig.founder, 3);
	log_free(TAKE(log));
	/* a newcomer with a welcome, before and after a sync */
	for (int late = 0; late < 2; late++) {
		for (int good = 0; good < 2; good++) {
			struct log *new_log = NULL;
			int r = 0;

			CHECK_INT(rig_try_open(&rig, "newcomer", 0, &new_log),
				  LOG_FIRST_CONTACT);
			receipt.head.bytes[0] ^= !good;
			if (late)
				CHECK_OK(log_sync(new_log, &err), err);
			r = log_expect(new_log, 2, &receipt.head, &err);
			if (!late)
				r = log_sync(new_log, &err);
			CHECK_INT(r, good ? 0 : -1);
			if (!good)
				CHECK_INT(err.code, AMANA_E_TAMPERED);
			receipt.head.bytes[0] ^= !good;
			log_free(new_log);
		}
	}
	CHECK_INT(rig_try_open(&rig, "newcomer", 0, &log) < 0, 0);
	CHECK_OK(log_expect(log, 4, &receipt.head, &err), err);
	CHECK_FAILS(log_sync(log, &err), err, AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, "batch 4") != NULL && strstr(err.msg, "batch 3") != NULL);
	log_free(log);
	rig_done(&rig);
}

static void
names_in_the_store(void)
{
	static const char *const bad[] = {
		"",
		"vaults",
		"log",
		"log/000/000/000/000",
		"log/000/000/000/1",
		"log/000/000/000/0001",
		"log/000/000/000/00a",
		"log/000/000/001",
		"log/000-000/000/001",
		"log/000/000/000/001/",
		"LOG/000/000/000/001",
	};
	uint64_t n = 1;

	CHECK_STR(store_name_slot(0).text, "vault");
	CHECK_INT(store_name_read_slot("vault", &n), 0);
	CHECK_INT(n, 0);
	CHECK_STR(store_name_slot(117).text, "log/000/000/000/117");
	CHECK_STR(store_name_slot(CUSTODY_SLOT_MAX).text, "log/999/999/999/999");
	CHECK_STR(store_name_slot(1234567890).text, "log/001/234/567/890");
	CHECK_INT(store_name_read_slot(store_name_slot(1234567890).text, &n), 0);
	CHECK_INT(n, 1234567890);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(store_name_read_slot(bad[i], &n), -1);
	CHECK_INT(n, 1234567890);
}

int
main(void)
{
	RUN(names_in_the_store);
	CHECK_OK(crypto_init(&err), err);
	RUN(test_first_contact_then_pinned);
	RUN(test_no_vault_and_another_vault);
	RUN(test_append_and_read_back);
	RUN(test_acts_that_must_not_be_written);
	RUN(test_a_lost_slot_is_built_again);
	RUN(test_threads_racing_in_memory);
	RUN(test_threads_racing_in_a_folder);
	RUN(test_processes_racing);
	RUN(test_many_slots_and_snapshots);
	RUN(test_a_bad_copy_is_fetched_again);
	RUN(test_expectations);
	return 0;
}
