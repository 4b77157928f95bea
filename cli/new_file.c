/* SPDX-License-Identifier: Apache-2.0 */
#include "new_file.h"

#include "fail.h"
#include "heap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file gets its name when it is whole and on the disk.  Half a receipt, found after a
 * power cut, would make people think that the act itself was lost. */

struct new_file {
	int folder, fd;
	const char *name; /* in the folder; borrowed */
	char hidden[40];  /* its name until then; "": it needs none */
};

int
new_file_check(struct cli *cli, const char *path, struct amana_error *err)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return fail_advise(
			cli, err, AMANA_E_CONFLICT,
			"move that file away or name another; nothing is ever overwritten",
			"'%s' exists already", path);
	if (errno != ENOENT)
		return fail_sys(err, "cannot look at '%s'", path);
	return 0;
}

int
new_file_path(struct cli *cli, const char *given, const char *by_default, char **ret_path,
	      struct amana_error *err)
{
	const char *path = given != NULL ? given : by_default;

	if (strcmp(path, "-") == 0)
		return fail(err, AMANA_E_USAGE,
			    "-o - is for one exhibit of amana retrieve; name a file");
	if (new_file_check(cli, path, err) < 0)
		return -1;
	*ret_path = heap_dup(path);
	return 0;
}

static int
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* These return 0, or -1 with errno. */

static int
open_folder(struct new_file *file, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? heap_dup(".")
				     : heap_fmt("%.*s/", (int)(slash - path), path);

	file->name = slash != NULL ? slash + 1 : path;
	file->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return file->folder < 0 ? -1 : 0;
}

static int
open_nameless(struct new_file *file)
{
	uint64_t random;

	file->hidden[0] = 0;
	file->fd = openat(file->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (file->fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return -1;
	/* Some file systems know no files without names: FAT on a stick, NFS. */
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return -1;
	snprintf(file->hidden, sizeof file->hidden, ".amana-%016" PRIx64, random);
	file->fd = openat(file->folder, file->hidden,
			  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return file->fd < 0 ? -1 : 0;
}

static int
give_name(struct new_file *file)
{
	char from[40];

	if (file->hidden[0] == 0) {
		snprintf(from, sizeof from, "/proc/self/fd/%d", file->fd);
		return linkat(AT_FDCWD, from, file->folder, file->name,
			      AT_SYMLINK_FOLLOW);
	}
	if (renameat2(file->folder, file->hidden, file->folder, file->name,
		      RENAME_NOREPLACE) == 0) {
		file->hidden[0] = 0;
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return linkat(file->folder, file->hidden, file->folder, file->name, 0); /* NFS */
}

/* Puts the name itself on the disk.  A folder that cannot be read cannot be flushed; the
 * file has its name either way. */
static void
flush_folder(const struct new_file *file)
{
	int fd = openat(file->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

static void
new_file_done(struct new_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->hidden[0] != 0)
		unlinkat(file->folder, file->hidden, 0);
	if (file->folder >= 0)
		close(file->folder);
}

static int
write_and_name(struct cli *cli, struct new_file *file, const char *path, const char *text,
	       struct amana_error *err)
{
	if (open_folder(file, path) < 0 || open_nameless(file) < 0)
		return fail_sys(err, "cannot create '%s'", path);
	if (write_all(file->fd, text, strlen(text)) < 0 || fsync(file->fd) < 0)
		return fail_sys(err, "cannot write '%s'", path);
	if (give_name(file) == 0) {
		flush_folder(file);
		return 0;
	}
	if (errno != EEXIST)
		return fail_sys(err, "cannot create '%s'", path);
	return new_file_check(cli, path, err) < 0
		       ? -1
		       : fail_reason(err, AMANA_REASON_EXISTS, AMANA_E_CONFLICT,
				     "'%s' exists already", path);
}

int
new_file_write(struct cli *cli, const char *path, const char *text,
	       struct amana_error *err)
{
	struct new_file file = {.folder = -1, .fd = -1};
	int r = write_and_name(cli, &file, path, text, err);

	new_file_done(&file);
	return r;
}
