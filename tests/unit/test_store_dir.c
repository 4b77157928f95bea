/* SPDX-License-Identifier: Apache-2.0 */
/* A folder as a store: modes, leftovers, durability, faults at every step, other users,
 * processes. */
#include "check.h"

#include "base/fault.h"
#include "base/file.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OTHER_ID 54321 /* a user and group with no files on any machine */

static struct amana_error err;
static char folder[64];

static struct bytes
str(const char *text)
{
	return BYTES_STR(text);
}

static struct store_name
object_of(const char *text)
{
	struct hash hash;

	hash_of(text, strlen(text), &hash);
	return store_name_object(&hash);
}

static const char *
below(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static struct store *
reopen(unsigned flags)
{
	struct store *store = NULL;

	CHECK_OK(store_dir_open(folder, flags, &store, &err), err);
	return store;
}

static struct store *
create(unsigned flags)
{
	snprintf(folder, sizeof folder, "/tmp/test-store-dir-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	CHECK_INT(rmdir(folder), 0);
	return reopen(STORE_DIR_CREATE | flags);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
destroy(struct store *store)
{
	store_free(store);
	CHECK_INT(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static mode_t
mode_of(const char *name)
{
	struct stat st;

	CHECK_INT(lstat(below(name), &st), 0);
	return st.st_mode & 07777;
}

static int n_tmp;

static int
count_tmp(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	n_tmp += strncmp(path + ftw->base, ".tmp-", 5) == 0;
	return 0;
}

static void
check_no_leftovers(void)
{
	n_tmp = 0;
	CHECK_INT(nftw(folder, count_tmp, 16, FTW_PHYS), 0);
	CHECK_INT(n_tmp, 0);
}

static int
count_names(void *arg, const char *name, struct amana_error *ret_err)
{
	(void)name;
	(void)ret_err;
	++*(int *)arg;
	return 0;
}

static int
n_listed(struct store *store)
{
	int n = 0;

	CHECK_OK(store_list(store, "", count_names, &n, &err), err);
	return n;
}

/* Opening and making. */

static void
test_open_what_is_no_vault(void)
{
	struct store *store = NULL;

	CHECK_FAILS(store_dir_open("/nonexistent/vault", 0, &store, &err), err,
		    AMANA_E_MISSING);
	CHECK_FAILS(store_dir_open("/nonexistent/vault", STORE_DIR_CREATE, &store, &err),
		    err, AMANA_E_MISSING);
	CHECK_FAILS(store_dir_open("/proc/version", 0, &store, &err), err,
		    AMANA_E_MISSING);
	CHECK_FAILS(store_dir_open("/", 0, &store, &err), err, AMANA_E_MISSING);
	CHECK_STR(err.msg, "there is no vault in the folder '/'");
	CHECK(store == NULL);
}

static void
test_create(void)
{
	struct store *store = create(0), *other = NULL;

	/* Interrupted before the genesis: the same again is fine. */
	CHECK_OK(store_put(store, object_of("ring").text, str("ring"), true, &err), err);
	store_free(store);
	store = reopen(STORE_DIR_CREATE);
	CHECK_OK(store_put(store, "vault", str("genesis"), true, &err), err);
	CHECK_FAILS(store_dir_open(folder, STORE_DIR_CREATE, &other, &err), err,
		    AMANA_E_CONFLICT);
	CHECK(strstr(err.msg, "there is a vault in") != NULL);
	CHECK_INT(n_listed(store), 2);
	destroy(store);

	CHECK_INT(mkdir(folder, 0755), 0);
	CHECK_INT(mkdir(below("photos"), 0755), 0);
	CHECK_FAILS(store_dir_open(folder, STORE_DIR_CREATE, &other, &err), err,
		    AMANA_E_CONFLICT);
	CHECK_INT(rmdir(below("photos")), 0);
	store = reopen(STORE_DIR_CREATE);
	CHECK_INT(mode_of("."), 0700);
	destroy(store);
}

static void
test_modes(void)
{
	const struct store_name name = object_of("x");
	char hh[16];
	struct store *store;
	mode_t old = umask(0);

	snprintf(hh, sizeof hh, "%.10s", name.text);
	for (int i = 0; i < 4; i++) { /* bit 0: shared; bit 1: an odd umask */
		mode_t want = (i & 1) ? 03770 : 0700;

		umask((i & 2) ? 0277 : 0);
		store = create(((i & 1) ? STORE_DIR_SHARED : 0));
		CHECK_OK(store_put(store, name.text, str("x"), false, &err), err);
		CHECK_OK(store_put(store, "log/000/000/000/001", str("x"), true, &err),
			 err);
		CHECK_OK(store_put(store, "vault", str("x"), true, &err), err);
		CHECK_INT(mode_of("."), want);
		CHECK_INT(mode_of("lines"), want);
		CHECK_INT(mode_of(hh), want);
		CHECK_INT(mode_of("log/000/000/000"), want);
		CHECK_INT(mode_of(name.text), 0444);
		CHECK_INT(mode_of("log/000/000/000/001"), 0444);
		CHECK_INT(mode_of("vault"), 0444);
		store_free(store);

		/* Later folders follow the vault's own, but nobody gives write to all. */
		CHECK_INT(chmod(folder, 0757), 0);
		store = reopen(0);
		CHECK_OK(store_put(store, "log/000/000/001/001", str("x"), false, &err),
			 err);
		CHECK_INT(mode_of("log/000/000/001"), 0755);
		destroy(store);
	}
	umask(0);
	/* Below a folder that a group shares. */
	store = create(STORE_DIR_SHARED);
	snprintf(folder + strlen(folder), 8, "/sub");
	store_free(store);
	store = reopen(STORE_DIR_CREATE);
	CHECK_INT(mode_of("objects"), 03770);
	store_free(store);
	*strrchr(folder, '/') = 0;
	destroy(NULL);
	umask(old);
}

/* What lies about in a folder, and what a hostile hand puts there. */

static void
test_strange_files(void)
{
	CLEANUP(buf_done) struct buf buf = BUF_INIT(64);
	const char *name = "log/000/000/000/001", *second = "log/000/000/000/002";
	struct store *store = create(0);
	struct store_reader *reader = NULL;
	uint64_t size;
	int fd;

	CHECK_OK(store_put(store, name, str("x"), true, &err), err);
	fd = open(below("log/000/000/000/.tmp-0123456789abcdef"), O_CREAT | O_WRONLY,
		  0600);
	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(mkdir(below("log/000/000/.tmp-0123456789abcdef"), 0700), 0);
	CHECK_INT(mkdir(below("lost+found"), 0700), 0);
	CHECK_INT(mkdir(below("log/0000"), 0700), 0);
	CHECK_INT(symlink("/etc", below("objects/ab")), 0);
	CHECK_INT(n_listed(store), 1);

	CHECK_INT(symlink("/etc/passwd", below(second)), 0);
	CHECK_FAILS(store_get(store, second, &buf, &err), err, AMANA_E_TAMPERED);
	CHECK_FAILS(store_stat(store, second, &size, &err), err, AMANA_E_TAMPERED);
	CHECK_INT(store_put(store, second, str("x"), false, &err), 1);
	CHECK_INT(unlink(below(second)), 0);
	CHECK_INT(mkfifo(below(second), 0600), 0); /* must not wait for a writer */
	CHECK_FAILS(store_open(store, second, &reader, &err), err, AMANA_E_TAMPERED);
	CHECK_INT(unlink(below(second)), 0);
	CHECK_INT(mkdir(below(second), 0700), 0);
	CHECK_FAILS(store_get(store, second, &buf, &err), err, AMANA_E_TAMPERED);
	CHECK_INT(store_put(store, second, str("x"), false, &err), 1);
	destroy(store);
}

/* A member of the office must not be able to send another's evidence elsewhere. */
static void
test_no_writing_through_links(void)
{
	const struct store_name name = object_of("x");
	char hh[16], elsewhere[128];
	struct store *store = create(0);

	snprintf(elsewhere, sizeof elsewhere, "%s-else", folder);
	snprintf(hh, sizeof hh, "%.10s", name.text);
	CHECK_INT(mkdir(elsewhere, 0700), 0);
	CHECK_INT(symlink(elsewhere, below(hh)), 0);
	CHECK_FAILS(store_put(store, name.text, str("x"), true, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_remove(store, name.text, &err), err, AMANA_E_IO);
	CHECK_INT(rmdir(elsewhere), 0); /* and so it is empty */
	check_no_leftovers();
	destroy(store);
}

static void
test_missing_folders_come_back(void)
{
	const struct store_name name = object_of("x");
	struct store *store = create(0);
	struct store_writer *writer = NULL;

	CHECK_OK(store_put(store, "vault", str("genesis"), true, &err), err);
	CHECK_INT(rmdir(below("objects")), 0);
	CHECK_INT(rmdir(below("log")), 0);
	CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
	CHECK_OK(store_writer_commit(writer, name.text, true, &err), err);
	store_writer_free(writer);
	CHECK_OK(store_put(store, "log/000/000/000/001", str("x"), true, &err), err);
	CHECK_INT(n_listed(store), 3);
	destroy(store);
}

static void
test_nothing_left_behind(void)
{
	static const unsigned flags[] = {0, STORE_DIR_NAMED_TMP};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct store *store = create(flags[i]);
		struct store_writer *writer = NULL;

		CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
		CHECK_OK(store_writer_write(writer, "x", 1, &err), err);
		n_tmp = 0; /* the flag does what it says */
		CHECK_INT(nftw(folder, count_tmp, 16, FTW_PHYS), 0);
		CHECK_INT(n_tmp, flags[i] == STORE_DIR_NAMED_TMP);
		store_writer_free(writer);
		CHECK_OK(store_put(store, "vault", str("x"), false, &err), err);
		CHECK_INT(store_put(store, "vault", str("y"), false, &err), 1);
		check_no_leftovers();
		destroy(store);
	}
}

/* Durability: how many times something is flushed. */

#define CHECK_FLUSHES(call, want)                                                        \
	do {                                                                             \
		fault_arm(FAULT_FSYNC, UINT64_MAX, EIO, false);                          \
		CHECK_OK(call, err);                                                     \
		CHECK_INT(fault_passed(), want);                                         \
		fault_disarm();                                                          \
	} while (0)

static bool
has_fault_hooks(void)
{
	bool fires;

	fault_arm(FAULT_STORE, 1, EIO, true);
	fires = fault_fires(FAULT_STORE);
	fault_disarm();
	return fires;
}

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
	static const unsigned flags[] = {0, STORE_DIR_NAMED_TMP};
	int n_fired = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		for (size_t j = 0; j < ARRAY_LEN(kinds); j++)
			for (size_t k = 0; k < ARRAY_LEN(flags); k++)
				for (uint64_t n = 1;
				     run_with_fault(&acts[i], flags[k], kinds[j], n,
						    n % 2 ? EIO : ENOSPC);
				     n++)
					n_fired++;
	CHECK(n_fired > 200);
}

/* Killed at the Nth write, flush or link: the names that are there are whole. */
static void
test_killed(void)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		int status = 0;

		for (uint64_t n = 1; n == 1 || WIFSIGNALED(status); n++) {
			struct store *store = create(n % 2 ? 0 : STORE_DIR_NAMED_TMP);
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

/* Other users.  As root only: others cannot become somebody else. */

static void
become_other(void)
{
	CHECK_INT(setgroups(0, NULL), 0);
	CHECK_INT(setresgid(OTHER_ID, OTHER_ID, OTHER_ID), 0);
	CHECK_INT(setresuid(OTHER_ID, OTHER_ID, OTHER_ID), 0);
}

static void
as_other(void (*act)(void))
{
	int status;
	pid_t child;

	if (geteuid() != 0) {
		printf("skipped, not root: ");
		return;
	}
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		become_other();
		act();
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
act_read_only(void)
{
	CLEANUP(store_freep) struct store *store = reopen(0);
	CLEANUP(buf_done) struct buf got = BUF_INIT(64);
	struct store_writer *writer = NULL;

	CHECK_OK(store_get(store, "vault", &got, &err), err);
	CHECK_STR(buf_text(&got), "genesis");
	CHECK_INT(n_listed(store), 2);
	CHECK_FAILS(store_put(store, "log/000/000/000/001", str("x"), true, &err), err,
		    AMANA_E_IO);
	CHECK(strstr(err.msg, "no permission") != NULL);
	CHECK_FAILS(store_put_sure(store, "log/000/000/000/001", str("x"), &err), err,
		    AMANA_E_IO);
	CHECK_FAILS(store_put_begin(store, "objects", &writer, &err), err, AMANA_E_IO);
	CHECK_FAILS(store_remove(store, object_of("x").text, &err), err, AMANA_E_DENIED);
	CHECK(strstr(err.msg, "user id 0") != NULL);
}

static void
act_shut_out(void)
{
	struct store *store = NULL;

	CHECK_FAILS(store_dir_open(folder, 0, &store, &err), err, AMANA_E_IO);
	CHECK(strstr(err.msg, "no permission") != NULL);
}

static void
test_read_only_vault(void)
{
	struct store *store = create(0);

	CHECK_OK(store_put(store, "vault", str("genesis"), true, &err), err);
	as_other(act_shut_out);
	store_free(store);
	CHECK_INT(chmod(folder, 0755), 0);
	CHECK_INT(chmod(below("lines"), 0755), 0);
	CHECK_INT(chmod(below("log"), 0755), 0);
	CHECK_INT(chmod(below("objects"), 0755), 0);
	store = reopen(0);
	CHECK_OK(store_put(store, object_of("x").text, str("x"), true, &err), err);
	as_other(act_read_only);
	destroy(store);
}

static void
act_share(void)
{
	CLEANUP(store_freep) struct store *store = reopen(0);
	struct hash hash;
	struct stat st;

	hash_of("x", 1, &hash);
	CHECK_OK(store_put(store, "log/000/000/000/001", str("mine"), true, &err), err);
	CHECK_OK(store_put(store, object_of("mine").text, str("mine"), true, &err), err);
	CHECK_INT(lstat(below("log/000/000/000"), &st), 0);
	CHECK_INT(st.st_mode & 07777, 03770);
	CHECK_INT(st.st_gid, OTHER_ID);
	CHECK_FAILS(store_remove(store, object_of("x").text, &err), err, AMANA_E_DENIED);
	CHECK_FAILS(store_replace(store, object_of("x").text, str("x"), &hash, &err), err,
		    AMANA_E_DENIED);
	CHECK(strstr(err.msg, "user id 0") != NULL);
	CHECK_OK(store_remove(store, object_of("mine").text, &err), err);
	check_no_leftovers();
}

static int
give_to_group(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (chown(path, (uid_t)-1, OTHER_ID) < 0)
		return -1;
	return type == FTW_D ? chmod(path, st->st_mode & 07777)
			     : 0; /* chown may drop setgid */
}

static void
test_shared_vault(void)
{
	struct store *store;

	if (geteuid() != 0) {
		printf("skipped, not root: ");
		return;
	}
	store = create(STORE_DIR_SHARED);
	CHECK_OK(store_put(store, object_of("x").text, str("x"), true, &err), err);
	CHECK_INT(nftw(folder, give_to_group, 16, FTW_PHYS), 0);
	as_other(act_share);
	CHECK_OK(store_put(store, "log/000/000/000/002", str("ours"), true, &err), err);
	CHECK_INT(n_listed(store), 3);
	destroy(store);
}

/* Several processes, one vault, no lock. */

#define N_PROCESSES 8
#define N_SLOTS 40

static void
race_process(int own, int report)
{
	CLEANUP(store_freep)
	struct store *store = reopen(own % 2 ? 0 : STORE_DIR_NAMED_TMP);
	char bytes[5000];

	memset(bytes, 'A' + own, sizeof bytes);
	for (unsigned i = 1; i <= N_SLOTS; i++) {
		int r = store_put(store, store_name_slot(i).text,
				  (struct bytes){(uint8_t *)bytes, sizeof bytes},
				  i % 4 == 0, &err);
		char won[2] = {(char)i, (char)own};

		CHECK(r >= 0);
		if (r == 0)
			CHECK_INT(write(report, won, 2), 2);
	}
}

static void
test_race_of_processes(void)
{
	struct store *store = create(0);
	int winner[N_SLOTS + 1], report[2], status;
	char won[2];

	memset(winner, -1, sizeof winner);
	CHECK_INT(pipe(report), 0);
	fflush(stdout);
	for (int i = 0; i < N_PROCESSES; i++) {
		pid_t child = fork();

		CHECK(child >= 0);
		if (child == 0) {
			race_process(i, report[1]);
			_exit(0);
		}
	}
	close(report[1]);
	while (read(report[0], won, 2) == 2) {
		CHECK(won[0] >= 1 && won[0] <= N_SLOTS);
		CHECK_INT(winner[(int)won[0]], -1); /* exactly one */
		winner[(int)won[0]] = won[1];
	}
	close(report[0]);
	for (int i = 0; i < N_PROCESSES; i++) {
		CHECK(wait(&status) > 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	for (unsigned i = 1; i <= N_SLOTS; i++) {
		CLEANUP(buf_done) struct buf got = BUF_INIT(8192);

		CHECK(winner[i] >= 0);
		CHECK_OK(store_get(store, store_name_slot(i).text, &got, &err), err);
		CHECK_INT(got.len, 5000);
		for (size_t at = 0; at < got.len; at++)
			CHECK_INT(got.data[at], 'A' + winner[i]);
	}
	check_no_leftovers();
	destroy(store);
}

int
main(void)
{
	RUN(test_open_what_is_no_vault);
	RUN(test_create);
	RUN(test_modes);
	RUN(test_strange_files);
	RUN(test_no_writing_through_links);
	RUN(test_missing_folders_come_back);
	RUN(test_nothing_left_behind);
	RUN(test_read_only_vault);
	RUN(test_shared_vault);
	RUN(test_race_of_processes);
	if (!has_fault_hooks())
		return 0;
	RUN(test_flushes);
	RUN(test_failed_flush_is_remembered);
	RUN(test_faults);
	RUN(test_killed);
	RUN(test_fault_texts);
	return 0;
}
