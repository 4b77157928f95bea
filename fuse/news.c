/* SPDX-License-Identifier: Apache-2.0 */
#include "served.h"

#include "fail.h"
#include "heap.h"

#include <string.h>

/* The case's list into the tree; what the kernel remembers of folders and files is taken
 * back where it changed. */

#define PLACES_MAX ((size_t)64)

struct change {
	struct served *served;
	bool nomem;
	uint64_t places[PLACES_MAX]; /* folders whose list changed */
	size_t n_places;
	struct tree_file *removed[PLACES_MAX];
	size_t n_removed;
};

static void
add_place(struct change *change, uint64_t ino)
{
	for (size_t i = 0; i < change->n_places; i++)
		if (change->places[i] == ino)
			return;
	if (change->n_places < PLACES_MAX)
		change->places[change->n_places++] = ino;
}

static void
tell_places(struct change *change)
{
	struct fuse_session *session = change->served->session;

	/* Not there in the kernel (ENOENT) is as good. */
	for (size_t i = 0; session != NULL && i < change->n_places; i++)
		(void)fuse_lowlevel_notify_inval_inode(session, change->places[i], 0, 0);
	for (size_t i = 0; session != NULL && i < change->n_removed; i++) {
		const struct tree_file *file = change->removed[i];
		uint64_t places[TREE_N_PARENTS];

		tree_parents(file, places);
		(void)fuse_lowlevel_notify_inval_inode(session, file->ino, 0, 0);
		for (size_t k = 0; k < TREE_N_PARENTS; k++)
			(void)fuse_lowlevel_notify_inval_entry(
				session, places[k], file->name, strlen(file->name));
	}
	change->n_places = change->n_removed = 0;
}

static int
see_row(void *ctx, const struct amana_exhibit *exhibit)
{
	struct change *change = ctx;
	struct tree_file *file = NULL;
	enum tree_change what = tree_see(change->served->tree, exhibit, &file);
	uint64_t places[TREE_N_PARENTS];

	if (what == TREE_NOMEM)
		change->nomem = true;
	if (what != TREE_ADDED && what != TREE_REMOVED)
		return 0;
	if (change->n_places + TREE_N_PARENTS + 2 > PLACES_MAX ||
	    change->n_removed == PLACES_MAX)
		tell_places(change);
	tree_parents(file, places);
	for (size_t i = 0; i < TREE_N_PARENTS; i++)
		add_place(change, places[i]);
	add_place(change, TREE_BY_TYPE);
	add_place(change, TREE_BY_DATE);
	if (what == TREE_REMOVED)
		change->removed[change->n_removed++] = file;
	return 0;
}

int
news_load(struct served *served, struct amana_mount *mount, struct amana_error *err)
{
	struct change change = {.served = served};

	if (amana_mount_list(mount, 0, see_row, &change, err) < 0)
		return -1;
	tell_places(&change);
	if (change.nomem)
		return fail(err, AMANA_E_NOMEM,
			    "memory ran out; some exhibits are not listed");
	return 0;
}

void
news_drop_bytes(struct served *served)
{
	CLEANUP(heap_freep) struct opening **openings = NULL;
	size_t n;

	if (first_open_all(served->first_open, &openings, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		(void)fuse_lowlevel_notify_inval_inode(served->session,
						       openings[i]->file->ino, 0, 0);
}
