/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file_rests.h"

#include "base/file.h"
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "Wanjiru saw them at the gate.\n"
#define NAME FILE_REST_PREFIX "0123456789abcdef"

static char folder[64];
static int dirfd_;
static struct amana_error err;

static void
begin(void)
{
	strcpy(folder, "/tmp/amana-rests-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	dirfd_ = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(dirfd_ >= 0);
}

/* The only name in the folder, or NULL; *ret_n: how many there are. */
static const char *
only_name(size_t *ret_n)
{
	static char name[256];
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	CHECK(dir != NULL);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2) {
			snprintf(name, sizeof name, "%s", entry->d_name);
			n++;
		}
	closedir(dir);
	*ret_n = n;
	return n == 1 ? name : NULL;
}

static void
end(void)
{
	size_t n;

	only_name(&n);
	CHECK_INT(n, 0);
	close(dirfd_);
	CHECK_INT(rmdir(folder), 0);
}

static size_t
wiped(void)
{
	size_t n;

	CHECK_OK(file_rests_wipe(dirfd_, &n, &err), err);
	return n;
}

static void
put(const char *name)
{
	int fd = openat(dirfd_, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK(fd >= 0);
	CHECK_OK(file_write_all(fd, SECRET, strlen(SECRET), &err), err);
	close(fd);
}

/* A child that has written and goes on until it is killed. */
static pid_t
writer(void)
{
	int pipe_fds[2];
	char ready;
	pid_t child;

	CHECK_INT(pipe(pipe_fds), 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		struct file_new file = FILE_NEW_INIT;

		CHECK_OK(file_new_open_plain(dirfd_, ".", 0600, true, &file, &err), err);
		CHECK_OK(file_write_all(file.fd, SECRET, strlen(SECRET), &err), err);
		CHECK(write(pipe_fds[1], "r", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(read(pipe_fds[0], &ready, 1) == 1);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return child;
}

static void
what_a_killed_writer_left_is_wiped(void)
{
	char text[64] = "";
	const char *name;
	pid_t child;
	size_t n;
	int fd;

	begin();
	child = writer();
	name = only_name(&n);
	CHECK(name != NULL &&
	      strncmp(name, FILE_REST_PREFIX, strlen(FILE_REST_PREFIX)) == 0);
	fd = openat(dirfd_, name, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && pread(fd, text, sizeof text, 0) == (ssize_t)strlen(SECRET));
	CHECK_STR(text, SECRET);
	/* as long as it lives nobody takes it */
	CHECK_INT(wiped(), 0);
	CHECK_INT(pread(fd, text, sizeof text, 0), (ssize_t)strlen(SECRET));
	CHECK_STR(text, SECRET);
	CHECK_INT(kill(child, SIGKILL), 0);
	CHECK(waitpid(child, NULL, 0) == child);
	CHECK(only_name(&n) != NULL); /* the kill has left it */
	CHECK_INT(wiped(), 1);
	CHECK_INT(pread(fd, text, sizeof text, 0), (ssize_t)strlen(SECRET));
	for (size_t i = 0; i < strlen(SECRET); i++)
		CHECK_INT(text[i], 0);
	close(fd);
	CHECK_INT(wiped(), 0);
	end();
}

static void
what_is_finished_or_given_up_leaves_nothing(void)
{
	struct file_new file = FILE_NEW_INIT;
	size_t n;

	begin();
	for (int named = 0; named < 2; named++) {
		CHECK_OK(file_new_open_plain(dirfd_, ".", 0600, named, &file, &err), err);
		CHECK_OK(file_write_all(file.fd, SECRET, strlen(SECRET), &err), err);
		CHECK_OK(file_new_commit(&file, "done", false, &err), err);
		file_new_done(&file);
		CHECK_STR(only_name(&n), "done");
		CHECK_INT(wiped(), 0);
		CHECK_INT(unlinkat(dirfd_, "done", 0), 0);
		CHECK_OK(file_new_open_plain(dirfd_, ".", 0600, named, &file, &err), err);
		file_new_done(&file);
	}
	end();
}

/* Killed between its own name and the end of the other: the file is whole and stays. */
static void
what_has_its_own_name_already_stays(void)
{
	char text[64] = "";
	int fd;

	begin();
	put("done");
	CHECK_INT(linkat(dirfd_, "done", dirfd_, NAME, 0), 0);
	CHECK_INT(wiped(), 1);
	fd = openat(dirfd_, "done", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && read(fd, text, sizeof text) == (ssize_t)strlen(SECRET));
	CHECK_STR(text, SECRET);
	close(fd);
	CHECK_INT(unlinkat(dirfd_, "done", 0), 0);
	end();
}

static void
what_is_nobodys_rest_stays(void)
{
	static const char *const names[] = {
		".tmp-0123456789abcdef",
		FILE_REST_PREFIX,
		FILE_REST_PREFIX "0123456789abcde",
		FILE_REST_PREFIX "0123456789abcdef0",
		FILE_REST_PREFIX "0123456789ABCDEF",
		"amana-plain-0123456789abcdef",
	};
	char text[64] = "";
	int fd;

	begin();
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		put(names[i]);
	put("mine");
	CHECK_INT(symlinkat("mine", dirfd_, NAME), 0);
	CHECK_INT(mkfifoat(dirfd_, FILE_REST_PREFIX "00000000000000ff", 0600), 0);
	CHECK_INT(mkdirat(dirfd_, FILE_REST_PREFIX "00000000000000fe", 0700), 0);
	CHECK_INT(wiped(), 0);
	fd = openat(dirfd_, "mine", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && read(fd, text, sizeof text) == (ssize_t)strlen(SECRET));
	CHECK_STR(text, SECRET);
	close(fd);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		CHECK_INT(unlinkat(dirfd_, names[i], 0), 0);
	CHECK_INT(unlinkat(dirfd_, "mine", 0), 0);
	CHECK_INT(unlinkat(dirfd_, NAME, 0), 0);
	CHECK_INT(unlinkat(dirfd_, FILE_REST_PREFIX "00000000000000ff", 0), 0);
	CHECK_INT(unlinkat(dirfd_, FILE_REST_PREFIX "00000000000000fe", AT_REMOVEDIR), 0);
	end();
}

int
main(void)
{
	RUN(what_a_killed_writer_left_is_wiped);
	RUN(what_is_finished_or_given_up_leaves_nothing);
	RUN(what_has_its_own_name_already_stays);
	RUN(what_is_nobodys_rest_stays);
	return 0;
}
