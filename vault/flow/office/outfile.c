/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the folder of `path`; *ret_name points at the last part of the path. */
static int
open_folder(const char *path, const char **ret_name, int *ret_fd, struct amana_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	if (name[0] == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return err_set(err, AMANA_E_USAGE, "'%s' names no file", path);
	return file_open_folder_of(path, ret_name, ret_fd, err);
}

static int
exists(const char *path, struct amana_error *err)
{
	return err_reason(err, AMANA_REASON_EXISTS, AMANA_E_CONFLICT,
			  "'%s' exists already; it was left alone", path);
}

int
outfile_check(const char *path, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	const char *name;
	struct stat st;

	if (open_folder(path, &name, &dirfd, err) < 0)
		return -1;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return exists(path, err);
	if (errno != ENOENT || faccessat(dirfd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return err_sys(err, "cannot write '%s'", path);
	return 0;
}

int
outfile_write_new(const char *path, struct bytes content, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	const char *name;
	int r;

	if (open_folder(path, &name, &dirfd, err) < 0)
		return -1;
	r = file_write_new(dirfd, ".", name, 0600, content, true, err);
	return r > 0 ? exists(path, err) : r;
}
