/* SPDX-License-Identifier: Apache-2.0 */
/* A folder as a store when the disk fails: what is flushed, every step failing, every
 * step the last. */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

/* Durability: how many times something is flushed. */

#define CHECK_FLUSHES(call, want)                                                        \
	do {                                                                             \
		fault_arm(FAULT_FSYNC, UINT64_MAX, EIO, false);                          \
		CHECK_OK(call, err);                                                     \
		CHECK_INT(fault_passed(), want);                                         \
		fault_disarm();                                                          \
	} while (0)

static void
test_flushes(void)
{
	const struct store_name x = object_of("x"), y = object_of("y");
	struct store *store = create(0);
	struct hash hash;

	hash_of("x", 1, &hash);
	CHECK_FLUSHES(store_put(store, x.text, str("x"), false, &err), 0);
	CHECK_FLUSHES(store_barrier(store, &err), 1);
	/* The file, the vault's folder, objects, objects/HH. */
	CHECK_FLUSHES(store_put(store, y.text, str("y"), true, &err), 4);
	CHECK_FLUSHES(store_settle(store, y.text, &err), 4);
	CHECK_FLUSHES(store_replace(store, x.text, str("x"), &hash, &err), 4);
	CHECK_FLUSHES(store_remove(store, x.text, &err), 1);
	/* The file, the vault's folder, log and three below it; later slots need only
	 * their own. */
	CHECK_FLUSHES(store_put(store, "log/000/000/000/001", str("x"), true, &err), 6);
	CHECK_FLUSHES(store_put(store, "log/000/000/000/002", str("x"), true, &err), 6);
	CHECK_FLUSHES(store_put(store, "log/000/000/000/003", str("x"), true, &err), 2);
	CHECK_FLUSHES(store_settle(store, "log/000/000/000/002", &err), 6);
	CHECK_FLUSHES(store_settle(store, "log/000/000/000/003", &err), 2);
	CHECK_FLUSHES(store_put(store, "log/000/000/001/003", str("x"), true, &err), 6);
	CHECK_FLUSHES(store_put(store, "vault", str("x"), true, &err), 2);
	/* "It is there already" is only said of what will last. */
	fault_arm(FAULT_FSYNC, UINT64_MAX, EIO, false);
	CHECK_INT(store_put(store, "log/000/000/000/003", str("y"), true, &err), 1);
	CHECK_INT(fault_passed(), 3);
	fault_disarm();
	destroy(store);
}

/* After a failed flush the handle promises nothing more. */
static void
test_failed_flush_is_remembered(void)
{
	struct store *store = create(0);

	CHECK_OK(store_put(store, object_of("x").text, str("x"), false, &err), err);
	fault_arm(FAULT_FSYNC, 1, EIO, false);
	CHECK_FAILS(store_barrier(store, &err), err, AMANA_E_IO);
	fault_disarm();
	CHECK(strstr(err.msg, "check it before anything else") != NULL);
	CHECK_FAILS(store_barrier(store, &err), err, AMANA_E_IO);
	CHECK(strstr(err.msg, "an earlier flush to disk failed") != NULL);
	CHECK_FAILS(store_put(store, "vault", str("x"), true, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_settle(store, object_of("x").text, &err), err, AMANA_E_IO);
	store_free(store);
	store = reopen(0);
	CHECK_OK(store_barrier(store, &err), err);
	store_free(store);

	/* The folder's flush, after the name was given: nobody can say what is on the
	 * disk. */
	store = reopen(0);
	CHECK_OK(store_put(store, "log/000/000/000/005", str("x"), true, &err), err);
	fault_arm(FAULT_FSYNC, 2, EIO, false);
	CHECK_FAILS(store_put_sure(store, "log/000/000/000/006", str("x"), &err), err,
		    AMANA_E_REMOTE);
	fault_disarm();
	CHECK(strstr(err.msg, "outcome unknown") != NULL);
	store_free(store);
	store = reopen(0);
	CHECK_OK(store_put_sure(store, "log/000/000/000/006", str("x"), &err), err);
	destroy(store);
}

/* Faults: the Nth step of each kind fails. */

struct act {
	const char *name;
	int (*run)(struct store *store);
};

/* Large enough for several writes of the streaming put. */
static int
act_stream(struct store *store)
{
	CLEANUP(store_writer_freep) struct store_writer *writer = NULL;

	if (store_put_begin(store, "objects", &writer, &err) < 0 ||
	    store_writer_write(writer, "who", 3, &err) < 0 ||
	    store_writer_write(writer, "le", 2, &err) < 0)
		return -1;
	return store_writer_commit(writer, object_of("target").text, true, &err);
}

static int
act_put(struct store *store)
{
	return store_put(store, "log/000/000/000/001", str("whole"), true, &err);
}

static int
act_put_soft(struct store *store)
{
	if (store_put(store, object_of("target").text, str("whole"), false, &err) < 0)
		return -1;
	return store_barrier(store, &err);
}

static int
act_put_sure(struct store *store)
{
	return store_put_sure(store, "log/000/000/000/001", str("whole"), &err);
}

static int
act_replace(struct store *store)
{
	struct hash hash;

	hash_of("whole", 5, &hash);
	return store_replace(store, "log/000/000/000/007", str("whole"), &hash, &err);
}

static const struct act acts[] = {{"put", act_put},
				  {"put and barrier", act_put_soft},
				  {"put for sure", act_put_sure},
				  {"stream", act_stream},
				  {"replace", act_replace}};

static const enum fault_kind kinds[] = {FAULT_ALLOC, FAULT_WRITE, FAULT_SHORT,
					FAULT_FSYNC, FAULT_LINK,  FAULT_OPEN,
					FAULT_READ,  FAULT_STORE};

static int
check_whole(void *arg, const char *name, struct amana_error *ret_err)
{
	CLEANUP(buf_done) struct buf got = BUF_INIT(64);
	const char *want = strcmp(name, "log/000/000/000/007") == 0 ? "old" : "whole";

	CHECK_OK(store_get(arg, name, &got, ret_err), *ret_err);
	if (strcmp(buf_text(&got), "whole") != 0)
		CHECK_STR(buf_text(&got), want);
	return 0;
}

/* One act with the nth step failing.  False: there was no nth step. */
static bool
run_with_fault(const struct act *act, unsigned flags, enum fault_kind kind, uint64_t nth,
	       int code)
{
	struct store *store = create(flags);
	bool fired;
	int r;

	CHECK_OK(store_put(store, "log/000/000/000/007", str("old"), true, &err), err);
	err = (struct amana_error)AMANA_ERROR_INIT;
	fault_arm(kind, nth, code, false);
	r = act->run(store);
	fired = fault_passed() >= nth;
	fault_disarm();
	if (r != 0 && (!fired || err.code == AMANA_OK || err.code == AMANA_E_BUG ||
		       err.msg[0] == 0)) {
		fprintf(stderr, "%s, kind %d, %d: returned %d [%s] %s\n", act->name,
			(int)kind, (int)nth, r, amana_code_name(err.code), err.msg);
		exit(1);
	}
	/* Only these are survived: a short write goes on, put_sure looks and finds its
	 * bytes. */
	if (fired && r == 0)
		CHECK(kind == FAULT_SHORT || act->run == act_put_sure);
	CHECK_OK(store_list(store, "", check_whole, store, &err), err);
	check_no_leftovers();
	store_free(store);
	store = reopen(flags); /* and the next run gets through */
	CHECK(act->run(store) >= 0);
	CHECK_OK(store_list(store, "", check_whole, store, &err), err);
	destroy(store);
	return fired;
}

static void
test_faults(void)
{
	static const unsigned flags[] = {0, STORE_NAMED_TMP};
	int n_fired = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		for (size_t j = 0; j < ARRAY_LEN(kinds); j++)
			for (size_t k = 0; k < ARRAY_LEN(flags); k++)
				for (uint64_t n = 1;
				     run_with_fault(&acts[i], flags[k], kinds[j], n,
						    n % 2 ? EIO : ENOSPC);
				     n++)
					n_fired++;
	CHECK(n_fired > 150);
}

/* Killed at the Nth write, flush or link: the names that are there are whole. */
static void
test_killed(void)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		int status = 0;

		for (uint64_t n = 1; n == 1 || WIFSIGNALED(status); n++) {
			struct store *store = create(n % 2 ? 0 : STORE_NAMED_TMP);
			pid_t child;

			CHECK_OK(store_put(store, "log/000/000/000/007", str("old"), true,
					   &err),
				 err);
			child = fork();
			CHECK(child >= 0);
			if (child == 0) {
				fault_arm(FAULT_KILL, n, 0, false);
				_exit(acts[i].run(store) != 0);
			}
			CHECK_INT(waitpid(child, &status, 0), child);
			CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
			      (WIFEXITED(status) && WEXITSTATUS(status) == 0));
			CHECK_OK(store_list(store, "", check_whole, store, &err), err);
			CHECK(acts[i].run(store) >= 0);
			destroy(store);
		}
	}
}

static void
test_fault_texts(void)
{
	static const struct {
		int code;
		const char *text;
	} cases[] = {{ENOSPC, "the disk is full; free some space"},
		     {EDQUOT, "quota"},
		     {EROFS, "read-only"},
		     {EACCES, "no permission"},
		     {EIO, "the disk reports an error"},
		     {EMFILE, "too many files"},
		     {ESTALE, "Stale file handle"}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct store *store = create(0);

		fault_arm(FAULT_WRITE, 1, cases[i].code, false);
		CHECK_FAILS(store_put(store, "vault", str("x"), true, &err), err,
			    AMANA_E_IO);
		fault_disarm();
		CHECK_INT(err.sys_errno, cases[i].code);
		CHECK(strstr(err.msg, cases[i].text) != NULL);
		CHECK(strstr(err.msg, folder) != NULL);
		destroy(store);
	}
}

/* Looking fails too, and says so: it never turns into "missing" or "there". */
static int
try_get(struct store *store)
{
	CLEANUP(buf_done) struct buf got = BUF_INIT(64);

	return store_get(store, "log/000/000/000/007", &got, &err);
}

static int
try_stat(struct store *store)
{
	uint64_t size;

	return store_stat(store, "log/000/000/000/007", &size, &err);
}

static int
try_list(struct store *store)
{
	int n = 0;

	return store_list(store, "", count_names, &n, &err);
}

static int
try_remove(struct store *store)
{
	return store_remove(store, object_of("x").text, &err);
}

static void
test_faults_of_looking(void)
{
	static const struct act looks[] = {{"get", try_get},
					   {"stat", try_stat},
					   {"list", try_list},
					   {"remove", try_remove}};
	int n_fired = 0;

	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		for (size_t j = 0; j < ARRAY_LEN(kinds); j++)
			for (uint64_t n = 1;; n++) {
				struct store *store = create(0);
				bool fired;
				int r;

				CHECK_OK(act_replace(store), err);
				CHECK_OK(store_put(store, object_of("x").text, str("x"),
						   false, &err),
					 err);
				memset(&err, 0, sizeof err);
				fault_arm(kinds[j], n, EIO, false);
				r = looks[i].run(store);
				fired = fault_passed() >= n;
				fault_disarm();
				CHECK_INT(r, fired ? -1 : 0);
				CHECK(!fired || err.code == AMANA_E_NOMEM ||
				      err.sys_errno == EIO);
				n_fired += fired;
				destroy(store);
				if (!fired)
					break;
			}
	CHECK(n_fired > 20);
}

int
main(void)
{
	if (!has_fault_hooks())
		return 77; /* skipped: built without fault hooks */
	RUN(test_flushes);
	RUN(test_failed_flush_is_remembered);
	RUN(test_faults);
	RUN(test_faults_of_looking);
	RUN(test_killed);
	RUN(test_fault_texts);
	return 0;
}
