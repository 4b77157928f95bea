/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

#include "base/fault.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/*
 * Each call that can fail, failing in turn, in an append and in a first contact: the
 * error is told, and the next run finds a log, a pin and copies that fit together, every
 * act at most once, and every act that was receipted exactly once.
 */
static const struct {
	enum fault_kind kind;
	const char *name;
} kinds[] = {
	{FAULT_ALLOC, "alloc"}, {FAULT_WRITE, "write"}, {FAULT_SHORT, "short"},
	{FAULT_FSYNC, "fsync"}, {FAULT_LINK, "link"},	{FAULT_OPEN, "open"},
	{FAULT_READ, "read"},	{FAULT_STORE, "store"},
};

#define VALUES 3650
enum fate { UNUSED, MAYBE, SURE };
static enum fate fates[VALUES + 1];
static unsigned n_seen[VALUES + 1];

static int
see_entry(void *arg, const struct log_seen_entry *seen, struct amana_error *e)
{
	(void)arg;
	(void)e;
	n_seen[seen->entry->own.policy.value]++;
	return 0;
}

static int
see_slot(void *arg, const struct log_slot *slot, struct amana_error *e)
{
	(void)arg;
	(void)e;
	CHECK(slot->verdict == VERDICT_VALID && !slot->own_copy);
	return 0;
}

static void
reopen_store(struct rig *rig)
{
	char path[96];

	store_free(rig->store);
	rig->store = NULL;
	snprintf(path, sizeof path, "%s/vault", rig->folder);
	CHECK_OK(store_open(path, 0, &rig->store, &err), err);
}

/* The machine's own view and a check from the genesis on, both without any fault. */
static void
check_consistent(struct rig *rig, const char *base)
{
	struct log_visitor visitor = {.slot = see_slot, .entry = see_entry};
	struct log_verified verified;
	struct log *log;

	reopen_store(rig);
	log = rig_open(rig, base, 0);
	memset(n_seen, 0, sizeof n_seen);
	CHECK_OK(log_verify(log, &visitor, &verified, &err), err);
	CHECK(verified.complete && verified.was_pinned && verified.pin_agrees);
	CHECK(verified.n_damaged == 0 && verified.n_void == 0);
	CHECK(verified.pin.n == verified.n_slots);
	CHECK(hash_equal(state_head(verified.state), state_head(log_state(log))));
	log_verified_done(&verified);
	for (unsigned i = 1; i <= VALUES; i++)
		CHECK(n_seen[i] <= 1 && (fates[i] != UNUSED || n_seen[i] == 0) &&
		      (fates[i] != SURE || n_seen[i] == 1));
	log_free(log);
}

/* Opens, syncs and appends as a program does; fills fates[value]. */
static int
run_append(struct rig *rig, const char *base, unsigned value)
{
	struct policy_act act = {.value = value, .with_sheet = true};
	struct log_receipt receipt = {.n = 0};
	struct log *log = NULL;
	int r = rig_try_open(rig, base, 0, &log);

	fates[value] = MAYBE;
	if (r >= 0)
		r = try_act(log, &rig->founder, build_policy, &act, &receipt);
	if (receipt.n != 0)
		fates[value] = SURE;
	log_free(log);
	buf_done(&act.bundle);
	return r;
}

static void
test_append_with_each_call_failing(void)
{
	struct rig rig;
	unsigned value = 0, n_fired = 0;

	rig_make(&rig, false);
	log_free(rig_open(&rig, "base", 0));
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		bool fired = true;
		uint64_t nth;

		for (nth = 1; fired; nth++) {
			int r;

			CHECK(++value <= VALUES);
			reopen_store(&rig);
			fault_arm(kinds[k].kind, nth, nth % 2 ? EIO : ENOSPC, false);
			r = run_append(&rig, "base", value);
			fired = fault_passed() >= nth;
			fault_disarm();
			CHECK(r == 0 ||
			      (r == -1 && fired && err.code != AMANA_E_BUG &&
			       err.code != AMANA_E_TAMPERED && err.msg[0] != 0));
			n_fired += fired;
			check_consistent(&rig, "base");
		}
		printf("# %s: %u points\n", kinds[k].name, (unsigned)nth - 2);
	}
	if (n_fired == 0)
		printf("# fault hooks are not compiled in\n");
	rig_done(&rig);
	memset(fates, 0, sizeof fates);
}

/* From some call on, everything of the kind fails: the disk is full and stays full. */
static void
test_append_on_a_disk_that_stays_full(void)
{
	struct rig rig;
	unsigned value = 0;

	rig_make(&rig, false);
	log_free(rig_open(&rig, "base", 0));
	for (size_t k = 1; k < ARRAY_LEN(kinds); k++) {
		bool fired = true;

		for (uint64_t nth = 1; fired; nth += 2) {
			int r;

			CHECK(++value <= VALUES);
			reopen_store(&rig);
			fault_arm(kinds[k].kind, nth, ENOSPC, true);
			r = run_append(&rig, "base", value);
			fired = fault_passed() >= nth;
			fault_disarm();
			CHECK(r == 0 || (fired && err.code != AMANA_E_BUG));
			check_consistent(&rig, "base");
		}
	}
	rig_done(&rig);
	memset(fates, 0, sizeof fates);
}

/* A machine that meets the vault for the first time, with more slots than a snapshot
 * waits for. */
static void
test_first_contact_with_each_call_failing(void)
{
	struct rig rig;
	struct log *log;
	unsigned machine = 0;

	rig_make(&rig, false);
	log = rig_open(&rig, "base", 0);
	for (unsigned i = 1; i <= 100; i++) {
		append(log, &rig.founder, i);
		fates[i] = SURE;
	}
	log_free(log);
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		bool fired = true;

		/* some points of each kind: there are hundreds, most of them alike */
		for (uint64_t nth = 1; fired; nth += 1 + nth / 8) {
			char base[32];
			int r;

			snprintf(base, sizeof base, "machine-%u", ++machine);
			reopen_store(&rig);
			fault_arm(kinds[k].kind, nth, EIO, false);
			r = rig_try_open(&rig, base, 0, &log);
			if (r >= 0) {
				r = log_accept(log, &err);
				log_free(log);
			}
			fired = fault_passed() >= nth;
			fault_disarm();
			CHECK(r == 0 || (r == -1 && fired && err.code != AMANA_E_BUG &&
					 err.code != AMANA_E_TAMPERED));
			check_consistent(&rig, base);
		}
	}
	rig_done(&rig);
	memset(fates, 0, sizeof fates);
}

/* The power button instead of an error. */
static void
test_killed_at_each_change_of_the_disk(void)
{
	struct rig rig;
	unsigned value = 0;
	bool killed = true;

	rig_make(&rig, false);
	log_free(rig_open(&rig, "base", 0));
	for (uint64_t nth = 1; killed; nth++) {
		int status;
		pid_t pid;

		CHECK(++value <= VALUES);
		fflush(stdout);
		pid = fork();
		CHECK(pid >= 0);
		if (pid == 0) {
			fault_arm(FAULT_KILL, nth, 0, false);
			_exit(run_append(&rig, "base", value) == 0 ? 0 : 1);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		CHECK(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
		fates[value] = killed ? MAYBE : SURE;
		check_consistent(&rig, "base");
	}
	rig_done(&rig);
	memset(fates, 0, sizeof fates);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(test_append_with_each_call_failing);
	RUN(test_append_on_a_disk_that_stays_full);
	RUN(test_first_contact_with_each_call_failing);
	RUN(test_killed_at_each_change_of_the_disk);
	return 0;
}
