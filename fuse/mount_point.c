/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_point.h"

#include "fail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STILL_MOUNTED "end that mount first: amana unmount DIR"

static bool
is_empty(DIR *folder)
{
	const struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return false;
	return true;
}

/* Whether something is mounted at exactly this folder.  Where the kernel does not say so,
 * the folder above is of another file system, or the same folder (the root). */
static bool
is_mount(int fd, const struct stat *st)
{
	struct statx sx;
	struct stat above;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &sx) == 0 &&
	    (sx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0)
		return (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	return fstatat(fd, "..", &above, 0) == 0 &&
	       (above.st_dev != st->st_dev || above.st_ino == st->st_ino);
}

static int
check_folder(const char *dir, int fd, const char **remedy, struct amana_error *err)
{
	struct stat st;
	DIR *folder;
	bool empty;

	if (fstat(fd, &st) < 0)
		return fail_sys(err, "cannot look at '%s'", dir);
	*remedy = STILL_MOUNTED;
	if (is_mount(fd, &st))
		return fail(err, AMANA_E_CONFLICT, "something is mounted at '%s' already",
			    dir);
	*remedy = "make an empty folder of your own for it: mkdir DIR";
	if (st.st_uid != geteuid())
		return fail(err, AMANA_E_DENIED, "the folder '%s' is not yours", dir);
	folder = fdopendir(dup(fd));
	if (folder == NULL)
		return fail_sys(err, "cannot read the folder '%s'", dir);
	empty = is_empty(folder);
	closedir(folder);
	if (!empty)
		return fail(
			err, AMANA_E_CONFLICT,
			"the folder '%s' is not empty; nothing is ever hidden by a mount",
			dir);
	if (faccessat(fd, ".", W_OK, AT_EACCESS) < 0)
		return fail_sys(err, "you may not write to the folder '%s'", dir);
	return 0;
}

static bool
has_program(const char *name)
{
	static const char *const folders[] = {"/usr/bin", "/bin", "/usr/local/bin",
					      "/sbin", "/usr/sbin"};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		snprintf(path, sizeof path, "%s/%s", folders[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static int
check_system(const char **remedy, struct amana_error *err)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	*remedy =
		"ask whoever looks after this machine: mounting needs FUSE (the kernel's module fuse; Debian: fuse3)";
	if (fd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		return fail_sys(
			err, "this machine has no /dev/fuse, so nothing can be mounted");
	if (fd < 0)
		return fail_sys(err,
				"you may not use /dev/fuse, so nothing can be mounted");
	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode)) {
		close(fd);
		errno = ENODEV;
		return fail_sys(
			err, "this machine has no /dev/fuse, so nothing can be mounted");
	}
	close(fd);
	*remedy = "install it (Debian: apt-get install fuse3)";
	if (geteuid() != 0 && !has_program("fusermount3"))
		return fail(
			err, AMANA_E_IO,
			"the program fusermount3 is missing, which mounts for ordinary users");
	return 0;
}

int
mount_point_check(const char *dir, const char **ret_remedy, struct amana_error *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	*ret_remedy = "make an empty folder of your own for it: mkdir DIR";
	if (fd < 0 && errno == ENOENT)
		return fail(err, AMANA_E_MISSING, "there is no folder '%s'", dir);
	if (fd < 0 && errno == ENOTDIR)
		return fail(err, AMANA_E_USAGE, "'%s' is not a folder", dir);
	if (fd < 0 && errno == ENOTCONN) {
		*ret_remedy = "clear it first: amana unmount DIR";
		return fail(
			err, AMANA_E_CONFLICT,
			"at '%s' stands what is left of a mount whose program has ended",
			dir);
	}
	if (fd < 0 && errno == EACCES) {
		struct stat st;

		if (stat(dir, &st) == 0 && st.st_uid != geteuid())
			return fail(err, AMANA_E_DENIED, "the folder '%s' is not yours",
				    dir);
		errno = EACCES;
	}
	if (fd < 0)
		return fail_sys(err, "cannot open the folder '%s'", dir);
	r = check_folder(dir, fd, ret_remedy, err);
	close(fd);
	return r < 0 ? -1 : check_system(ret_remedy, err);
}
