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

/* Adds an item and takes over its path, on failure too. */
static int
add_item(struct walk *walk, const struct walk_item *item, struct amana_error *err)
{
	size_t cap = walk->cap == 0 ? 64 : walk->cap * 2;
	struct walk_item *items;

	if (walk->n == WALK_ITEMS_MAX) {
		mem_free(item->path);
		return err_set(err, AMANA_E_LIMIT, "more than %zu files in one deposit",
			       WALK_ITEMS_MAX);
	}
	if (walk->n == walk->cap) {
		items = mem_grow(walk->items, walk->cap, cap, sizeof items[0], err);
		if (items == NULL) {
			mem_free(item->path);
			return -1;
		}
		walk->items = items;
		walk->cap = cap;
	}
	walk->items[walk->n++] = *item;
	walk->n_files += item->kind == WALK_FILE;
	walk->n_failed += item->kind == WALK_FAILED;
	walk->n_skipped += item->kind == WALK_SKIPPED;
	walk->n_bytes += item->size;
	return 0;
}

/* ---- one path ---- */

struct visit {
	int dirfd;	  /* the folder that it stands in */
	const char *name; /* there */
	char *path;	  /* to open it; whoever visits takes it over */
	size_t name_at;
	unsigned int depth; /* folders above it, below the path that was given */
};

static int
add_failed(struct walk *walk, const struct visit *visit, int sys_errno,
	   struct amana_error *err)
{
	const struct walk_item item = {.kind = WALK_FAILED,
				       .path = visit->path,
				       .name_at = visit->name_at,
				       .sys_errno = sys_errno};

	return add_item(walk, &item, err);
}

/* Of what is neither a file nor a folder. */
static enum amana_skip
skip_of(mode_t mode)
{
	if (S_ISLNK(mode))
		return AMANA_SKIP_SYMLINK;
	if (S_ISSOCK(mode))
		return AMANA_SKIP_SOCKET;
	return S_ISFIFO(mode) ? AMANA_SKIP_FIFO : AMANA_SKIP_DEVICE;
}

static int
add_found(struct walk *walk, const struct visit *visit, const struct stat *st,
	  struct amana_error *err)
{
	struct walk_item item = {.kind = S_ISREG(st->st_mode) ? WALK_FILE : WALK_SKIPPED,
				 .skip = skip_of(st->st_mode),
				 .path = visit->path,
				 .name_at = visit->name_at};

	if (item.kind == WALK_FILE) {
		item.size = (uint64_t)st->st_size;
		if (st->st_mtime >= TEXT_TIME_OLD_MIN && st->st_mtime <= TEXT_TIME_MAX)
			item.modified_at = (int64_t)st->st_mtime;
	}
	return add_item(walk, &item, err);
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

static int walk_at(struct walk *walk, const struct visit *visit, struct amana_error *err);

static void
closedirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

/* Everything in the visited folder, which is open at fd.  Takes over fd, and not the
 * path. */
static int
walk_folder(struct walk *walk, int fd, const struct visit *visit, struct amana_error *err)
{
	CLEANUP(closedirp) DIR *dir = fdopendir(fd);
	struct visit below = {.name_at = visit->name_at, .depth = visit->depth + 1};
	struct dirent *entry;

	if (dir == NULL) {
		int sys_errno = errno;

		close(fd);
		below.path = mem_dup(visit->path, err);
		return below.path == NULL ? -1 : add_failed(walk, &below, sys_errno, err);
	}
	below.dirfd = dirfd(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		below.name = entry->d_name;
		below.path = join(visit->path, entry->d_name, err);
		if (below.path == NULL || walk_at(walk, &below, err) < 0)
			return -1;
	}
	return 0;
}

static int
walk_at(struct walk *walk, const struct visit *visit, struct amana_error *err)
{
	struct stat st;
	int fd, r;

	if (fstatat(visit->dirfd, visit->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return add_failed(walk, visit, errno, err);
	if (!S_ISDIR(st.st_mode))
		return add_found(walk, visit, &st, err);
	if (visit->depth >= WALK_DEPTH_MAX)
		return add_failed(walk, visit, ELOOP, err);
	fd = openat(visit->dirfd, visit->name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return add_failed(walk, visit, errno, err);
	r = walk_folder(walk, fd, visit, err);
	mem_free(visit->path);
	return r;
}

/* ---- the paths that were given ---- */

static int
by_name(const void *a, const void *b)
{
	const struct walk_item *x = a, *y = b;

	return strcmp(x->path + x->name_at, y->path + y->name_at);
}

static size_t
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* The path without slashes at its end.  "." and ".." have no name of their own, and stand
 * for the folder by its real path, as far as that can be told. */
static char *
clean_path(const char *path, struct amana_error *err)
{
	char *copy = mem_dup(path, err), *real;
	size_t len = strlen(path);
	const char *name;

	if (copy == NULL)
		return NULL;
	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = 0;
	name = copy + last_component(copy);
	if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
		return copy;
	real = realpath(copy, NULL);
	if (real == NULL)
		return copy;
	mem_free(copy);
	copy = mem_dup(real, err);
	free(real);
	return copy;
}

int
walk_add(struct walk *walk, const char *path, struct amana_error *err)
{
	struct visit visit = {.dirfd = AT_FDCWD};
	size_t first = walk->n;
	int r;

	if (path[0] == 0)
		return err_set(err, AMANA_E_USAGE, "an empty path was given");
	visit.path = clean_path(path, err);
	if (visit.path == NULL)
		return -1;
	visit.name = visit.path;
	visit.name_at = last_component(visit.path);
	r = walk_at(walk, &visit, err);
	if (r == 0 && walk->n > first)
		qsort(walk->items + first, walk->n - first, sizeof walk->items[0],
		      by_name);
	return r;
}
