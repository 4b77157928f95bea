/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh.h"

#include "fail.h"

#include <string.h>

/* So much is gathered before the kernel is told. */
#define FOLDERS_MAX ((size_t)64)
#define REMOVED_MAX ((size_t)64)

struct refresh {
	struct tree *tree;
	struct fuse_session *session; /* or NULL */
	bool nomem;
	uint64_t folders[FOLDERS_MAX]; /* whose list changed, by inode number */
	size_t n_folders;
	struct tree_file *removed[REMOVED_MAX];
	size_t n_removed;
};

static void
add_folder(struct refresh *refresh, uint64_t ino)
{
	for (size_t i = 0; i < refresh->n_folders; i++)
		if (refresh->folders[i] == ino)
			return;
	refresh->folders[refresh->n_folders++] = ino;
}

/* That the kernel does not know one of these (ENOENT) is as good. */
static void
tell_kernel(struct refresh *refresh)
{
	struct fuse_session *session = refresh->session;

	for (size_t i = 0; session != NULL && i < refresh->n_folders; i++)
		fuse_lowlevel_notify_inval_inode(session, refresh->folders[i], 0, 0);
	for (size_t i = 0; session != NULL && i < refresh->n_removed; i++) {
		const struct tree_file *file = refresh->removed[i];
		uint64_t parents[TREE_N_PARENTS];

		tree_parents(file, parents);
		fuse_lowlevel_notify_inval_inode(session, file->ino, 0, 0);
		for (size_t k = 0; k < TREE_N_PARENTS; k++)
			fuse_lowlevel_notify_inval_entry(session, parents[k], file->name,
							 strlen(file->name));
	}
	refresh->n_folders = refresh->n_removed = 0;
}

static int
see_row(void *ctx, const struct amana_exhibit *exhibit)
{
	struct refresh *refresh = ctx;
	struct tree_file *file = NULL;
	enum tree_change change = tree_see(refresh->tree, exhibit, &file);
	uint64_t parents[TREE_N_PARENTS];

	if (change == TREE_NOMEM)
		refresh->nomem = true;
	if (change != TREE_ADDED && change != TREE_REMOVED)
		return 0;
	if (refresh->n_folders + TREE_N_PARENTS + 2 > FOLDERS_MAX ||
	    refresh->n_removed == REMOVED_MAX)
		tell_kernel(refresh);
	tree_parents(file, parents);
	for (size_t i = 0; i < TREE_N_PARENTS; i++)
		add_folder(refresh, parents[i]);
	add_folder(refresh, TREE_BY_TYPE);
	add_folder(refresh, TREE_BY_DATE);
	if (change == TREE_REMOVED)
		refresh->removed[refresh->n_removed++] = file;
	return 0;
}

int
refresh_tree(struct tree *tree, struct amana_mount *mount, struct fuse_session *session,
	     struct amana_error *err)
{
	struct refresh refresh = {.tree = tree, .session = session};

	if (amana_mount_list(mount, 0, see_row, &refresh, err) < 0)
		return -1;
	tell_kernel(&refresh);
	if (refresh.nomem)
		return fail(err, AMANA_E_NOMEM,
			    "memory ran out; some exhibits are not listed");
	return 0;
}
