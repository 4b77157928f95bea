/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_dir_list.h"

#include "base/fault.h"
#include "store/store_dir_core.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In one folder; past that a vault has other troubles. */
#define NAMES_MAX ((size_t)1 << 20)

struct names {
	struct store_name *names;
	size_t n, cap;
};

static void
names_done(struct names *names)
{
	mem_free(names->names);
}

static void
close_dirp(DIR **stream)
{
	if (*stream != NULL)
		closedir(*stream);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(((const struct store_name *)a)->text,
		      ((const struct store_name *)b)->text);
}

/* Keeps folder/leaf if it is in the grammar, as a name or as the beginning of one. */
static int
keep(struct names *names, const char *folder, const char *leaf, struct amana_error *err)
{
	struct store_name name;
	int len = snprintf(name.text, sizeof name.text, "%s%s%s", folder,
			   *folder ? "/" : "", leaf);

	if (len < 0 || (size_t)len >= sizeof name.text ||
	    (!store_name_valid(name.text) && !store_name_is_folder(name.text)))
		return 0;
	if (names->n == names->cap) {
		size_t cap = names->cap == 0 ? 64 : names->cap * 2;
		void *grown;

		if (cap > NAMES_MAX)
			return err_set(err, AMANA_E_LIMIT,
				       "the folder '%s' holds more than %zu names",
				       folder, NAMES_MAX);
		grown = mem_grow(names->names, names->cap, cap, sizeof names->names[0],
				 err);
		if (grown == NULL)
			return -1;
		names->names = grown;
		names->cap = cap;
	}
	names->names[names->n++] = name;
	return 0;
}

/* The next entry of a folder.  NULL: with errno 0 there is none, else it cannot be read.
 */
static struct dirent *
next_entry(DIR *stream)
{
	errno = 0;
	return fault_fires(FAULT_READ) ? NULL : readdir(stream);
}

/* Takes the names in one folder, sorted.  A folder that is missing, or a file or link in
 * its place, counts as empty. */
static int
read_folder(const struct store_dir *dir, const char *folder, struct names *names,
	    struct amana_error *err)
{
	CLEANUP(close_dirp) DIR *stream = NULL;
	CLEANUP(file_closep) int fd = -1;
	struct dirent *entry;
	int r = store_dir_folder_open(dir, folder, false, NULL, &fd, err);

	if (r > 0 || (r < 0 && (err->sys_errno == ENOTDIR || err->sys_errno == ELOOP)))
		return 0;
	if (r < 0)
		return -1;
	stream = fdopendir(fd);
	if (stream == NULL)
		return err_sys(err, "cannot list '%s'", folder);
	fd = -1;
	while ((entry = next_entry(stream)) != NULL)
		if (keep(names, folder, entry->d_name, err) < 0)
			return -1;
	if (errno != 0)
		return err_sys(err, "cannot list '%s'", folder);
	if (names->n > 0)
		qsort(names->names, names->n, sizeof names->names[0], by_text);
	return 0;
}

int
store_dir_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	       struct amana_error *err)
{
	const struct store_dir *dir = DIR_OF(store);
	CLEANUP(names_done) struct names names = {0};
	int r = 0;

	if (read_folder(dir, folder, &names, err) < 0)
		return store_dir_fail(dir, "list", *folder ? folder : ".", err);
	for (size_t i = 0; i < names.n && r == 0; i++) {
		const char *name = names.names[i].text;

		r = store_name_valid(name) ? each(arg, name, err)
					   : store_dir_list(store, name, each, arg, err);
	}
	return r;
}
