/* SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include "fail.h"
#include "heap.h"
#include "safe.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOUNTINFO_MAX ((size_t)1 << 24)
#define END_MS 60000 /* the last record may have to wait for a slow store */
#define ABORT_MS 20000
#define KILL_MS 5000

/* Undoes how the kernel writes spaces, tabs, line feeds and backslashes in such a line:
 * \040 and its like. */
static void
decode_octal(char *text)
{
	char *to = text;

	for (; *text != 0; text++)
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' &&
		    text[2] >= '0' && text[2] <= '7' && text[3] >= '0' &&
		    text[3] <= '7') {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 +
				       (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	*to = 0;
}

/* Is this process an amana-mount that runs?  The number may belong to another process by
 * now, so its name must be right too.  A process that has ended, but that nobody has
 * waited for, still has its name. */
static bool
is_mount_program(pid_t pid)
{
	CLEANUP(heap_freep) char *path = heap_fmt("/proc/%ld/stat", (long)pid);
	char line[64] = ""; /* "1234 (amana-mount) S 1 ..." */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
	const char *name = strstr(line, " (amana-mount) ");

	if (fd >= 0)
		close(fd);
	return n > 0 && name != NULL && strchr("ZX", name[15]) == NULL;
}

/* Takes a line of mountinfo, if it is a mount of this person: "36 35 0:40 / /home/x/case
 * ro,nosuid - fuse.amana amana:1234 ro,user_id=1000,group_id=1000". */
static void
take_line(struct mounted_list *list, char *line)
{
	char *fields[64], *rest = line, *word, mine[48];
	struct mounted *one;
	size_t n = 0, dash = 0;

	while ((word = strsep(&rest, " ")) != NULL && n < ARRAY_LEN(fields))
		fields[n++] = word;
	for (size_t i = 5; i < n && dash == 0; i++)
		if (strcmp(fields[i], "-") == 0)
			dash = i;
	if (dash == 0 || dash + 3 >= n || strcmp(fields[dash + 1], "fuse.amana") != 0)
		return;
	snprintf(mine, sizeof mine, "user_id=%u", (unsigned int)getuid());
	for (word = strsep(&fields[dash + 3], ","); word != NULL;
	     word = strsep(&fields[dash + 3], ","))
		if (strcmp(word, mine) == 0)
			break;
	if (word == NULL)
		return;
	list->all = heap_grow(list->all, list->n + 1, sizeof list->all[0]);
	one = &list->all[list->n++];
	decode_octal(fields[4]);
	*one = (struct mounted){.dir = heap_dup(fields[4])};
	if (strncmp(fields[dash + 2], "amana:", 6) == 0)
		one->pid = (pid_t)strtol(fields[dash + 2] + 6, NULL, 10);
	if (strncmp(fields[2], "0:", 2) == 0)
		one->connection = (unsigned int)strtoul(fields[2] + 2, NULL, 10);
	one->answers = one->pid > 1 && is_mount_program(one->pid);
}

int
mounts_list(struct mounted_list *ret, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;
	char *rest;

	*ret = (struct mounted_list){.n = 0};
	while (fd >= 0 && n > 0 && len < MOUNTINFO_MAX) {
		text = heap_grow(text, len + 65537, 1);
		n = read(fd, text + len, 65536);
		len += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || n < 0) {
		(void)fail_sys(err, "cannot read /proc/self/mountinfo");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	text[len] = 0;
	for (rest = text; rest != NULL;)
		take_line(ret, strsep(&rest, "\n"));
	return 0;
}

void
mounts_free(struct mounted_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->all[i].dir);
	free(list->all);
	*list = (struct mounted_list){.n = 0};
}

char *
mounts_path(const char *dir)
{
	CLEANUP(heap_freep) char *for_dir = heap_dup(dir);
	CLEANUP(heap_freep) char *for_base = heap_dup(dir);
	CLEANUP(heap_freep) char *above = NULL;
	char *whole = realpath(dir, NULL);
	const char *base;

	if (whole != NULL)
		return whole;
	above = realpath(dirname(for_dir), NULL);
	base = basename(for_base);
	if (above == NULL)
		return heap_dup(dir);
	return heap_fmt("%s/%s", strcmp(above, "/") == 0 ? "" : above, base);
}

/* ---- ending one ---- */

static bool
still_there(const char *dir)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct mounted_list list;
	bool there = false;

	if (mounts_list(&list, &err) < 0)
		return true;
	for (size_t i = 0; i < list.n; i++)
		there |= strcmp(list.all[i].dir, dir) == 0;
	mounts_free(&list);
	return there;
}

/* The kernel does not let ordinary users unmount; fusermount3 does it for them. */
static void
run_fusermount(const char *dir, bool lazily)
{
	static const char *const paths[] = {"/usr/bin/fusermount3", "/bin/fusermount3",
					    "/usr/local/bin/fusermount3"};
	pid_t pid = fork();
	int status, null;

	if (pid == 0) {
		null = open("/dev/null", O_RDWR);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		for (size_t i = 0; i < ARRAY_LEN(paths); i++)
			execl(paths[i], "fusermount3", lazily ? "-uz" : "-u", "--", dir,
			      (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

static void
unmount(const char *dir, bool lazily)
{
	if (geteuid() == 0)
		(void)umount2(dir, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0));
	else
		run_fusermount(dir, lazily);
}

/* Waits for the end of a process, at most so long.  True: it has ended. */
static bool
wait_for(int pidfd, int wait_ms)
{
	struct pollfd poll_fd = {.fd = pidfd, .events = POLLIN};
	int r;

	do
		r = poll(&poll_fd, 1, wait_ms);
	while (r < 0 && errno == EINTR && !atomic_load(signals_cancelled()));
	return r > 0;
}

/* Ends a program that does not end by itself, because its store hangs or because the
 * kernel waits for it.  The kernel is told to give the mount up, which frees whoever
 * waits for it; then the program is killed.  True: it has ended. */
static bool
cut_off(const struct mounted *one, int pidfd)
{
	CLEANUP(heap_freep)
	char *path = heap_fmt("/sys/fs/fuse/connections/%u/abort", one->connection);
	int fd = one->connection > 0 ? open(path, O_WRONLY | O_CLOEXEC) : -1;
	ssize_t n;

	if (fd >= 0) {
		n = write(fd, "1", 1);
		(void)n;
		close(fd);
	}
	if (wait_for(pidfd, KILL_MS))
		return true;
	(void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	return wait_for(pidfd, KILL_MS);
}

static int
end_living(struct cli *cli, const struct mounted *one, int pidfd, bool now,
	   struct amana_error *err)
{
	CLEANUP(heap_freep) char *shown = safe(one->dir);

	if (now) {
		if (syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0) < 0)
			return fail_sys(err, "cannot end the mount at '%s'", shown);
		if (wait_for(pidfd, ABORT_MS) || cut_off(one, pidfd))
			return 0;
	} else {
		unmount(one->dir, false);
		if (still_there(one->dir))
			return fail_advise(
				cli, err, AMANA_E_CONFLICT,
				"close the programs that use it; or, cutting them off: amana unmount --now DIR",
				"files or folders of the mount at '%s' are in use",
				shown);
	}
	if (now || !wait_for(pidfd, END_MS))
		return fail_advise(
			cli, err, AMANA_E_IO,
			"amana unmount --now DIR cuts it off; the journal of amana-mount says more",
			"the mount at '%s' takes long to end", shown);
	return 0;
}

int
mounts_end(struct cli *cli, const struct mounted *one, bool now, struct amana_error *err)
{
	int pidfd = one->answers ? (int)syscall(SYS_pidfd_open, one->pid, 0) : -1, r = 0;

	/* From here on the descriptor keeps the number from becoming another process's,
	 * so it is looked at once more. */
	if (pidfd >= 0 && is_mount_program(one->pid))
		r = end_living(cli, one, pidfd, now, err);
	if (pidfd >= 0)
		close(pidfd);
	if (r < 0)
		return -1;
	if (still_there(one->dir))
		unmount(one->dir, false);
	if (still_there(one->dir))
		unmount(one->dir, true);
	if (!still_there(one->dir))
		return 0;
	return fail_advise(cli, err, AMANA_E_IO, "as root: umount -l DIR",
			   "what is left of the mount at '%s' cannot be cleared",
			   one->dir);
}
