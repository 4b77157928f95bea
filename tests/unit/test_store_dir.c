/* SPDX-License-Identifier: Apache-2.0 */
/* A folder as a store: modes, leftovers, strange files, other users, other processes. */
#include "store_fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define OTHER_ID 54321 /* a user and group with no files on any machine */

static mode_t
mode_of(const char *name)
{
	struct stat st;

	CHECK_INT(lstat(below(name), &st), 0);
	return st.st_mode & 07777;
}

/* Opening and making. */

static void
test_open_what_is_no_vault(void)
{
	struct store *store = NULL;

	CHECK_FAILS(store_open("/nonexistent/vault", 0, &store, &err), err,
		    AMANA_E_MISSING);
	CHECK_FAILS(store_open("/nonexistent/vault", STORE_CREATE, &store, &err), err,
		    AMANA_E_MISSING);
	CHECK_FAILS(store_open("/proc/version", 0, &store, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(store_open("/", 0, &store, &err), err, AMANA_E_MISSING);
	CHECK_STR(err.msg, "there is no vault in the folder '/'");
	CHECK(store == NULL);
}

/* However a store is named, it says the same of where it is. */
static void
test_urls(void)
{
	char here[256], link[96], url[512];
	struct store *store = create(0), *other = NULL;

	CHECK_STR(store_kind(store), "dir");
	CHECK_STR(store_location(store), folder);
	store_free(store);
	CHECK(getcwd(here, sizeof here) != NULL);
	CHECK_INT(chdir("/tmp"), 0);
	snprintf(link, sizeof link, "%s:link", folder);
	CHECK_INT(symlink(folder, link), 0);
	{
		static const struct {
			const char *before, *behind;
		} names[] = {{"", ""},	    {"dir:", ""},
			     {"./", ""},    {"dir:../tmp//", "/."},
			     {"", ":link"}, {"dir:", ":link"}};

		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			snprintf(url, sizeof url, "%s%s%s", names[i].before,
				 folder + strlen("/tmp/"), names[i].behind);
			CHECK_OK(store_open(url, 0, &store, &err), err);
			CHECK_STR(store_location(store), folder);
			store_free(store);
		}
	}
	CHECK_INT(chdir(here), 0);
	CHECK_INT(unlink(link), 0);

	/* What begins like no store of ours is a path, unless it looks like a URL. */
	CHECK_FAILS(store_open("2024:cases", 0, &other, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(store_open("dirt:/tmp", 0, &other, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(store_open("/tmp/a://b", 0, &other, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(store_open("dir:", 0, &other, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(store_open("", 0, &other, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(store_open("s3://bucket/x", 0, &other, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(store_open("://", STORE_CREATE, &other, &err), err, AMANA_E_USAGE);
	/* Nobody keeps a vault in memory by a slip. */
	CHECK_FAILS(store_open("mem:", STORE_CREATE, &other, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(store_open("mem:x", STORE_IN_MEMORY, &other, &err), err,
		    AMANA_E_USAGE);
	CHECK(other == NULL);
	destroy(reopen(0));
}

static void
test_create(void)
{
	struct store *store = create(0), *other = NULL;

	/* Interrupted before the genesis: the same again is fine. */
	CHECK_OK(store_put(store, object_of("ring").text, str("ring"), true, &err), err);
	store_free(store);
	store = reopen(STORE_CREATE);
	CHECK_OK(store_put(store, "vault", str("genesis"), true, &err), err);
	CHECK_FAILS(store_open(folder, STORE_CREATE, &other, &err), err,
		    AMANA_E_CONFLICT);
	CHECK(strstr(err.msg, "there is a vault in") != NULL);
	CHECK_INT(n_listed(store), 2);
	destroy(store);

	CHECK_INT(mkdir(folder, 0755), 0);
	CHECK_INT(mkdir(below("photos"), 0755), 0);
	CHECK_FAILS(store_open(folder, STORE_CREATE, &other, &err), err,
		    AMANA_E_CONFLICT);
	CHECK_INT(rmdir(below("photos")), 0);
	store = reopen(STORE_CREATE);
	CHECK_INT(mode_of("."), 0700);
	destroy(store);

	CHECK_INT(mkdir(folder, 0755), 0); /* prepared for a group */
	CHECK_INT(chmod(folder, 02770), 0);
	store = reopen(STORE_CREATE);
	CHECK_INT(mode_of("."), 03770);
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
		store = create(((i & 1) ? STORE_SHARED : 0));
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
	store = create(STORE_SHARED);
	snprintf(folder + strlen(folder), 8, "/sub");
	store_free(store);
	store = reopen(STORE_CREATE);
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
	alarm(60);
	CHECK_FAILS(store_reader_open(store, second, &reader, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_FAILS(store_settle(store, second, &err), err, AMANA_E_IO);
	alarm(0);
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
	static const unsigned flags[] = {0, STORE_NAMED_TMP};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct store *store = create(flags[i]);
		struct store_writer *writer = NULL;

		CHECK_OK(store_put_begin(store, "objects", &writer, &err), err);
		CHECK_OK(store_writer_write(writer, "x", 1, &err), err);
		n_tmp = 0; /* the flag does what it says */
		CHECK_INT(nftw(folder, count_tmp, 16, FTW_PHYS), 0);
		CHECK_INT(n_tmp, flags[i] == STORE_NAMED_TMP);
		store_writer_free(writer);
		CHECK_OK(store_put(store, "vault", str("x"), false, &err), err);
		CHECK_INT(store_put(store, "vault", str("y"), false, &err), 1);
		check_no_leftovers();
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

	CHECK_FAILS(store_open(folder, 0, &store, &err), err, AMANA_E_IO);
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
	store = create(STORE_SHARED);
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
	struct store *store = reopen(own % 2 ? 0 : STORE_NAMED_TMP);
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

/* File systems that do not know RENAME_NOREPLACE (NFS): the kernel made to say so. */

static void
forbid_renameat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog prog = {ARRAY_LEN(code), code};

	CHECK_INT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_INT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog), 0);
	CHECK(renameat2(AT_FDCWD, "/nonexistent", AT_FDCWD, "/nonexistent2",
			RENAME_NOREPLACE) < 0 &&
	      errno == EINVAL);
}

static void
test_without_rename_noreplace(void)
{
	struct store *store = create(STORE_NAMED_TMP);
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		forbid_renameat2();
		CHECK_OK(
			store_put(store, "log/000/000/000/001", str("first"), true, &err),
			err);
		CHECK_INT(store_put(store, "log/000/000/000/001", str("second"), true,
				    &err),
			  1);
		CHECK_INT(
			store_put_sure(store, "log/000/000/000/001", str("first"), &err),
			0);
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK_INT(mode_of("log/000/000"), 0700);
	CHECK_INT(n_listed(store), 1);
	check_no_leftovers();
	destroy(store);
}

int
main(void)
{
	RUN(test_open_what_is_no_vault);
	RUN(test_urls);
	RUN(test_create);
	RUN(test_modes);
	RUN(test_strange_files);
	RUN(test_no_writing_through_links);
	RUN(test_missing_folders_come_back);
	RUN(test_nothing_left_behind);
	RUN(test_read_only_vault);
	RUN(test_shared_vault);
	RUN(test_without_rename_noreplace);
	RUN(test_race_of_processes);
	return 0;
}
