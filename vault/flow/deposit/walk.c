/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/walk.h"

#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
walk_done(struct walk *walk)
{
	for (size_t i = 0; i < walk->n; i++)
		mem_free(walk->items[i].path);
	mem_free(walk->items);
	*walk = (struct walk)WALK_INIT;
}

/* Takes ownership of path, on failure too. */
static int
add_item(struct walk *walk, enum walk_kind kind, char *path, size_t name_at,
	 const struct stat *st, int sys_errno, struct amana_error *err)
{
	struct walk_item *items;

	if (walk->n == WALK_ITEMS_MAX) {
		mem_free(path);
		return err_set(err, AMANA_E_LIMIT, "more than %zu files in one deposit",
			       WALK_ITEMS_MAX);
	}
	if (walk->n == walk->cap) {
		size_t cap = walk->cap == 0 ? 64 : walk->cap * 2;

		items = mem_grow(walk->items, walk->cap, cap, sizeof items[0], err);
		if (items == NULL) {
			mem_free(path);
			return -1;
		}
		walk->items = items;
		walk->cap = cap;
	}
	walk->items[walk->n++] = (struct walk_item){
		.kind = kind,
		.path = path,
		.name_at = name_at,
		.size = kind == WALK_FILE ? (uint64_t)st->st_size : 0,
		.modified_at = kind == WALK_FILE && st->st_mtime > 0 &&
					       st->st_mtime <= TEXT_TIME_MAX
				       ? (int64_t)st->st_mtime
				       : 0,
		.sys_errno = sys_errno,
	};
	if (kind == WALK_FILE) {
		walk->n_files++;
		walk->n_bytes += (uint64_t)st->st_size;
	} else if (kind == WALK_FAILED) {
		walk->n_failed++;
	} else {
		walk->n_skipped++;
	}
	return 0;
}

static char *
join(const char *folder, const char *name, struct amana_error *err)
{
	size_t a = strlen(folder), b = strlen(name);
	char *path = mem_new(a + b + 2, err);

	if (path == NULL)
		return NULL;
	memcpy(path, folder, a);
	path[a] = '/';
	memcpy(path + a + (a == 0 || folder[a - 1] != '/'), name, b);
	return path;
}

static int walk_at(struct walk *walk, int dirfd, const char *name, char *path,
		   size_t name_at, unsigned int depth, struct amana_error *err);

static void
closedirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

/* The folder open at fd, which it takes over; `path` stays the caller's. */
static int
walk_folder(struct walk *walk, int fd, const char *path, size_t name_at,
	    unsigned int depth, struct amana_error *err)
{
	CLEANUP(closedirp) DIR *dir = fdopendir(fd);
	struct dirent *entry;
	char *below;

	if (dir == NULL) {
		int sys_errno = errno;

		close(fd);
		below = mem_dup(path, err);
		return below == NULL ? -1
				     : add_item(walk, WALK_FAILED, below, name_at, NULL,
						sys_errno, err);
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		below = join(path, entry->d_name, err);
		if (below == NULL || walk_at(walk, dirfd(dir), entry->d_name, below,
					     name_at, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

/* `name` below dirfd, whose full path is `path` (taken over). */
static int
walk_at(struct walk *walk, int dirfd, const char *name, char *path, size_t name_at,
	unsigned int depth, struct amana_error *err)
{
	struct stat st;
	int fd, r;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return add_item(walk, WALK_FAILED, path, name_at, NULL, errno, err);
	if (S_ISREG(st.st_mode))
		return add_item(walk, WALK_FILE, path, name_at, &st, 0, err);
	if (!S_ISDIR(st.st_mode))
		return add_item(walk, S_ISLNK(st.st_mode) ? WALK_SYMLINK : WALK_SPECIAL,
				path, name_at, NULL, 0, err);
	if (depth >= WALK_DEPTH_MAX)
		return add_item(walk, WALK_FAILED, path, name_at, NULL, ELOOP, err);
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return add_item(walk, WALK_FAILED, path, name_at, NULL, errno, err);
	r = walk_folder(walk, fd, path, name_at, depth, err);
	mem_free(path);
	return r;
}

static int
by_name(const void *a, const void *b)
{
	const struct walk_item *x = a, *y = b;

	return strcmp(x->path + x->name_at, y->path + y->name_at);
}

int
walk_add(struct walk *walk, const char *path, struct amana_error *err)
{
	size_t first = walk->n, len = strlen(path), name_at;
	char *copy, *real;
	int r;

	if (len == 0)
		return err_set(err, AMANA_E_USAGE, "an empty path was given");
	copy = mem_dup(path, err);
	if (copy == NULL)
		return -1;
	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = 0;
	name_at =
		strrchr(copy, '/') != NULL ? (size_t)(strrchr(copy, '/') - copy) + 1 : 0;
	if (strcmp(copy + name_at, ".") == 0 || strcmp(copy + name_at, "..") == 0) {
		/* "." has no name of its own: the folder's real one is what a reader
		 * understands */
		real = realpath(copy, NULL);
		if (real != NULL) {
			mem_free(copy);
			copy = mem_dup(real, err);
			free(real);
			if (copy == NULL)
				return -1;
			name_at = strrchr(copy, '/') != NULL
					  ? (size_t)(strrchr(copy, '/') - copy) + 1
					  : 0;
		}
	}
	r = walk_at(walk, AT_FDCWD, copy, copy, name_at, 0, err);
	if (r == 0 && walk->n > first)
		qsort(walk->items + first, walk->n - first, sizeof walk->items[0],
		      by_name);
	return r;
}
