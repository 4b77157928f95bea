/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/idfile.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_LEN (TEXT_MEMBER_MAX + sizeof IDFILE_SUFFIX)
#define LIST_MAX 4096 /* people on one login */

void
idfile_list_done(struct idfile_list *list)
{
	mem_free(list->codes);
	*list = (struct idfile_list)IDFILE_LIST_INIT;
}

static void
dir_closep(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The length of the staff code in the name MEMBER.age; 0: it is another name. */
static size_t
code_len(const char *name)
{
	size_t len = strlen(name), suffix = strlen(IDFILE_SUFFIX);

	if (len <= suffix || strcmp(name + len - suffix, IDFILE_SUFFIX) != 0 ||
	    !text_is_member(name, len - suffix))
		return 0;
	return len - suffix;
}

static int
list_add(struct idfile_list *list, size_t *cap, const char *name, size_t len,
	 struct amana_error *err)
{
	if (list->n == *cap) {
		size_t more = *cap == 0 ? 16 : *cap * 2;
		void *codes;

		if (more > LIST_MAX)
			return err_set(err, AMANA_E_LIMIT,
				       "more than %d identities in one folder", LIST_MAX);
		codes = mem_grow(list->codes, *cap, more, sizeof *list->codes, err);
		if (codes == NULL)
			return -1;
		list->codes = codes;
		*cap = more;
	}
	memcpy(list->codes[list->n++], name, len); /* the block is zeroed */
	return 0;
}

int
idfile_list(const char *folder, struct idfile_list *ret_list, struct amana_error *err)
{
	CLEANUP(idfile_list_done) struct idfile_list list = IDFILE_LIST_INIT;
	CLEANUP(dir_closep) DIR *dir = opendir(folder);
	size_t cap = 0;

	if (dir == NULL && errno != ENOENT)
		return err_sys(err, "cannot open the folder '%s'", folder);
	while (dir != NULL) {
		struct dirent *entry;
		size_t len;

		errno = 0;
		entry = readdir(dir);
		if (entry == NULL && errno != 0)
			return err_sys(err, "cannot list the folder '%s'", folder);
		if (entry == NULL)
			break;
		len = code_len(entry->d_name);
		if (len != 0 && list_add(&list, &cap, entry->d_name, len, err) < 0)
			return -1;
	}
	if (list.n > 1)
		qsort(list.codes, list.n, sizeof *list.codes, by_code);
	*ret_list = list;
	list = (struct idfile_list)IDFILE_LIST_INIT;
	return 0;
}

int
idfile_find(const char *folder, const char *who, struct buf *ret_path,
	    struct amana_error *err)
{
	char path[PATH_MAX], real[PATH_MAX];
	int n;

	if (text_is_member(who, strlen(who)))
		n = snprintf(path, sizeof path, "%s/%s" IDFILE_SUFFIX, folder, who);
	else
		n = snprintf(path, sizeof path, "%s", who);
	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(err, AMANA_E_LIMIT,
			       "the path of the identity '%s' is too long", who);
	if (realpath(path, real) == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 1;
		return err_sys(err, "cannot find the identity file '%s'", path);
	}
	return buf_add_str(ret_path, real, err);
}

int
idfile_read(const char *path, struct buf *ret_file, bool *ret_exposed,
	    struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct stat st;
	int r = file_read(AT_FDCWD, path, &file, err);

	if (r != 0)
		return r;
	if (stat(path, &st) < 0)
		return err_sys(err, "cannot examine '%s'", path);
	if (buf_add(ret_file, file.data, file.len, err) < 0)
		return -1;
	*ret_exposed = (st.st_mode & 077) != 0;
	return 0;
}

int
idfile_write_new(const char *folder, const char *code, struct bytes file,
		 struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	char name[NAME_MAX_LEN];
	int r;

	if (!text_is_member(code, strlen(code)))
		return err_bug(err, "'%s' is no staff code", code);
	snprintf(name, sizeof name, "%.*s" IDFILE_SUFFIX, TEXT_MEMBER_MAX, code);
	if (file_mkdirs(AT_FDCWD, folder, 0700, err) < 0)
		return -1;
	r = file_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0, &dirfd, err);
	if (r > 0)
		return err_set(err, AMANA_E_IO, "the folder '%s' is gone", folder);
	if (r < 0)
		return r;
	r = file_write_new(dirfd, ".", name, 0600, file, true, err);
	if (r > 0)
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "there is an identity '%s' already, in '%s'", code,
				  folder);
	return r;
}

int
idfile_replace(const char *path, struct bytes file, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	const char *name = NULL;

	if (file_open_folder_of(path, &name, &dirfd, err) < 0)
		return -1;
	return file_replace(dirfd, ".", name, 0600, file, err);
}

/* ---- the next identity ---- */

/* Opens the folder of `path` and puts the next one's name together; *ret_name points at
 * the last part of path. */
static int
open_beside(const char *path, const char **ret_name, char next[NAME_MAX + 1], int *ret_fd,
	    struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	const char *name = NULL;
	int n;

	if (file_open_folder_of(path, &name, &dirfd, err) < 0)
		return -1;
	n = snprintf(next, NAME_MAX + 1, ".%s.next", name);
	if (n < 0 || n > NAME_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "the name of the identity file '%s' is too long", path);
	*ret_name = name;
	*ret_fd = dirfd;
	dirfd = -1;
	return 0;
}

int
idfile_write_next(const char *path, struct bytes file, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	char next[NAME_MAX + 1];
	const char *name;
	int r;

	if (open_beside(path, &name, next, &dirfd, err) < 0)
		return -1;
	r = file_write_new(dirfd, ".", next, 0600, file, true, err);
	if (r > 0)
		return err_reason(err, AMANA_REASON_REKEY_BEGUN, AMANA_E_CONFLICT,
				  "a change of keys of '%s' has begun elsewhere at this "
				  "moment",
				  path);
	return r;
}

int
idfile_read_next(const char *path, struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(file_closep) int dirfd = -1;
	char next[NAME_MAX + 1];
	const char *name;
	int r;

	if (open_beside(path, &name, next, &dirfd, err) < 0)
		return -1;
	r = file_read(dirfd, next, &file, err);
	if (r != 0)
		return r;
	return buf_add(ret_file, file.data, file.len, err);
}

bool
idfile_has_next(const char *path)
{
	CLEANUP(file_closep) int dirfd = -1;
	struct amana_error ignored = AMANA_ERROR_INIT;
	char next[NAME_MAX + 1];
	const char *name;
	struct stat st;

	return open_beside(path, &name, next, &dirfd, &ignored) == 0 &&
	       fstatat(dirfd, next, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int
idfile_take_next(const char *path, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	char next[NAME_MAX + 1];
	const char *name;

	if (open_beside(path, &name, next, &dirfd, err) < 0)
		return -1;
	return file_rename(dirfd, next, name, err);
}
