/* SPDX-License-Identifier: Apache-2.0 */
#include "ops.h"

#include "handle.h"
#include "heap.h"
#include "name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

/* Seconds that the kernel remembers what it was told; refresh.c tells it of changes. */
#define TIMEOUT_S 86400.0

/* The kernel lets nobody else in, since the mount has no allow_other; that is checked
 * again for each request.  NULL: refused, and answered. */
static struct ops *
admit(fuse_req_t req)
{
	struct ops *ops = fuse_req_userdata(req);
	int sys_errno = fuse_req_ctx(req)->uid != ops->uid ? EACCES
			: atomic_load(&ops->stopped)	   ? EIO
							   : 0;

	if (sys_errno == 0)
		return ops;
	fuse_reply_err(req, sys_errno);
	return NULL;
}

static void
init(void *userdata, struct fuse_conn_info *conn)
{
	(void)userdata;
	conn->max_read = BYTES_READ_MAX;
	conn->max_readahead = BYTES_READ_MAX;
	conn->max_background = 32;
	conn->congestion_threshold = 24;
	conn->want |= conn->capable & (FUSE_CAP_ASYNC_READ | FUSE_CAP_PARALLEL_DIROPS |
				       FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO |
				       FUSE_CAP_EXPLICIT_INVAL_DATA);
	conn->want &= ~(unsigned int)(FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_POSIX_ACL |
				      FUSE_CAP_WRITEBACK_CACHE);
}

static void
reply_entry(fuse_req_t req, const struct stat *st)
{
	const struct fuse_entry_param entry = {.ino = st->st_ino,
					       .attr = *st,
					       .attr_timeout = TIMEOUT_S,
					       .entry_timeout = TIMEOUT_S};

	fuse_reply_entry(req, &entry);
}

static void
lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct ops *ops = admit(req);
	struct stat st;
	int r;

	if (ops == NULL)
		return;
	/* The kernel passes on names that are longer than any that can be here. */
	r = strlen(name) >= NAME_CAP ? ENAMETOOLONG
				     : tree_lookup(ops->tree, parent, name, &st);
	if (r != 0)
		fuse_reply_err(req, r);
	else
		reply_entry(req, &st);
}

/* Every inode number means the same for as long as the mount stands, so that it does not
 * matter how often the kernel knows one. */
static void
forget(fuse_req_t req, fuse_ino_t ino, uint64_t n_lookup)
{
	(void)ino, (void)n_lookup;
	fuse_reply_none(req);
}

static void
getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct ops *ops = admit(req);
	struct stat st;
	int r;

	(void)fi;
	if (ops == NULL)
		return;
	r = tree_stat(ops->tree, ino, &st);
	if (r != 0)
		fuse_reply_err(req, r);
	else
		fuse_reply_attr(req, &st, TIMEOUT_S);
}

static void
stat_fs(fuse_req_t req, fuse_ino_t ino)
{
	struct ops *ops = admit(req);
	struct tree_totals totals;
	struct statvfs st;

	(void)ino;
	if (ops == NULL)
		return;
	tree_totals(ops->tree, &totals);
	st = (struct statvfs){.f_bsize = 4096,
			      .f_frsize = 4096,
			      .f_blocks = (totals.n_bytes + 4095) / 4096,
			      .f_files = totals.n_files,
			      .f_namemax = NAME_CAP - 1};
	fuse_reply_statfs(req, &st);
}

/* ---- files ---- */

/* False: this program may not open anything, and was answered. */
static bool
admit_program(struct ops *ops, fuse_req_t req, struct caller *ret)
{
	const struct fuse_ctx *ctx = fuse_req_ctx(req);

	if (admission_ask(ops->admission, ctx->uid, ctx->pid, ret))
		return true;
	fuse_reply_err(req, EACCES);
	return false;
}

/* The answer to everything that would change something.  The first one is explained. */
static void
refuse_write(fuse_req_t req)
{
	struct ops *ops = admit(req);

	if (ops == NULL)
		return;
	atomic_fetch_add(&ops->n_writes_refused, 1);
	if (!atomic_exchange(&ops->hinted, true))
		speaker_say(
			ops->speaker,
			"amana-mount: evidence cannot be changed, so nothing can be written here; save a copy elsewhere");
	fuse_reply_err(req, EROFS);
}

static void
open_file(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct ops *ops = fuse_req_userdata(req);
	struct caller caller;
	struct tree_file *file;

	if ((fi->flags & O_ACCMODE) != O_RDONLY ||
	    (fi->flags & (O_TRUNC | O_CREAT)) != 0) {
		refuse_write(req);
		return;
	}
	if (admit(req) == NULL || !admit_program(ops, req, &caller))
		return;
	file = tree_find(ops->tree, ino);
	if (file == NULL || atomic_load(&file->gone))
		fuse_reply_err(req, ENOENT);
	else
		first_open_ask(ops->first_open, file, req, fi, &caller);
}

static void
read_file(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
	  struct fuse_file_info *fi)
{
	struct ops *ops = admit(req);

	(void)ino;
	if (ops == NULL)
		return;
	if (offset < 0)
		fuse_reply_err(req, EINVAL);
	else
		bytes_read(ops->bytes, req, (struct handle *)(uintptr_t)fi->fh, size,
			   (uint64_t)offset);
}

static void
release_file(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	handle_close((struct handle *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* ---- folders ---- */

static void
open_folder(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct ops *ops = admit(req);
	struct caller caller;

	(void)ino;
	/* Names are evidence too: who may not open files may not list them either. */
	if (ops == NULL || !admit_program(ops, req, &caller))
		return;
	fi->cache_readdir = 1;
	fi->keep_cache = 1;
	fuse_reply_open(req, fi);
}

/* The answer to a reading of a folder, as it fills up. */
struct filling {
	fuse_req_t req;
	char *bytes;
	size_t len, cap;
	bool plus; /* what stat(2) says of each entry goes with it */
};

static bool
fill_entry(void *ctx, const char *name, const struct stat *st, int64_t offset)
{
	struct filling *to = ctx;
	size_t left = to->cap - to->len, n;

	if (to->plus) {
		struct fuse_entry_param entry = {.ino = st->st_ino,
						 .attr = *st,
						 .attr_timeout = TIMEOUT_S,
						 .entry_timeout = TIMEOUT_S};

		/* These two are not looked up, and get no inode number. */
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			entry.ino = 0;
		n = fuse_add_direntry_plus(to->req, to->bytes + to->len, left, name,
					   &entry, offset);
	} else {
		n = fuse_add_direntry(to->req, to->bytes + to->len, left, name, st,
				      offset);
	}
	if (n > left)
		return false;
	to->len += n;
	return true;
}

static void
read_any_folder(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, bool plus)
{
	struct ops *ops = admit(req);
	CLEANUP(heap_freep) char *bytes = NULL;
	struct filling filling;
	int r;

	if (ops == NULL)
		return;
	if (size > BYTES_READ_MAX)
		size = BYTES_READ_MAX;
	bytes = heap_new(size, 1);
	if (bytes == NULL) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	filling = (struct filling){.req = req, .bytes = bytes, .cap = size, .plus = plus};
	r = tree_read(ops->tree, ino, offset, fill_entry, &filling);
	if (r != 0)
		fuse_reply_err(req, r);
	else
		fuse_reply_buf(req, bytes, filling.len);
}

static void
read_folder(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
	    struct fuse_file_info *fi)
{
	(void)fi;
	read_any_folder(req, ino, size, offset, false);
}

static void
read_folder_plus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
		 struct fuse_file_info *fi)
{
	(void)fi;
	read_any_folder(req, ino, size, offset, true);
}

static void
release_folder(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino, (void)fi;
	fuse_reply_err(req, 0);
}

/* ---- each way to change something, refused ---- */

/* While the mount is read-only for the kernel it refuses all of this itself; these count
 * when somebody with the right to has made it writable. */

static void
set_attributes(fuse_req_t req, fuse_ino_t ino, struct stat *st, int which,
	       struct fuse_file_info *fi)
{
	(void)ino, (void)st, (void)which, (void)fi;
	refuse_write(req);
}

static void
make_node(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t dev)
{
	(void)parent, (void)name, (void)mode, (void)dev;
	refuse_write(req);
}

static void
make_folder(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)parent, (void)name, (void)mode;
	refuse_write(req);
}

static void
remove_name(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	(void)parent, (void)name;
	refuse_write(req);
}

static void
make_symlink(fuse_req_t req, const char *to, fuse_ino_t parent, const char *name)
{
	(void)to, (void)parent, (void)name;
	refuse_write(req);
}

static void
rename_name(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t to,
	    const char *new_name, unsigned int flags)
{
	(void)parent, (void)name, (void)to, (void)new_name, (void)flags;
	refuse_write(req);
}

static void
make_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
	(void)ino, (void)parent, (void)name;
	refuse_write(req);
}

static void
create_file(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
	    struct fuse_file_info *fi)
{
	(void)parent, (void)name, (void)mode, (void)fi;
	refuse_write(req);
}

static void
write_file(fuse_req_t req, fuse_ino_t ino, const char *bytes, size_t size, off_t offset,
	   struct fuse_file_info *fi)
{
	(void)ino, (void)bytes, (void)size, (void)offset, (void)fi;
	refuse_write(req);
}

static void
set_xattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value,
	  size_t size, int flags)
{
	(void)ino, (void)name, (void)value, (void)size, (void)flags;
	refuse_write(req);
}

static void
remove_xattr(fuse_req_t req, fuse_ino_t ino, const char *name)
{
	(void)ino, (void)name;
	refuse_write(req);
}

static void
allocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t len,
	 struct fuse_file_info *fi)
{
	(void)ino, (void)mode, (void)offset, (void)len, (void)fi;
	refuse_write(req);
}

const struct fuse_lowlevel_ops ops_table = {
	.init = init,
	.lookup = lookup,
	.forget = forget,
	.getattr = getattr,
	.setattr = set_attributes,
	.mknod = make_node,
	.mkdir = make_folder,
	.unlink = remove_name,
	.rmdir = remove_name,
	.symlink = make_symlink,
	.rename = rename_name,
	.link = make_link,
	.open = open_file,
	.read = read_file,
	.write = write_file,
	.release = release_file,
	.opendir = open_folder,
	.readdir = read_folder,
	.readdirplus = read_folder_plus,
	.releasedir = release_folder,
	.statfs = stat_fs,
	.setxattr = set_xattr,
	.removexattr = remove_xattr,
	.create = create_file,
	.fallocate = allocate,
};
