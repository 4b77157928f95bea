/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/vfs.h"

#include "base/file.h"
#include "catalog/pages.h"
#include "crypto/aead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct page_vfs {
	sqlite3_vfs base; /* comes first: SQLite passes a pointer to it */
	sqlite3_vfs *real;
	struct secret key;
	char name[40];
};

struct page_file {
	sqlite3_file base;  /* comes first */
	sqlite3_file *real; /* stands right behind this struct */
	int lock;	    /* the level of the lock that is held */
	struct pages pages;
};

/* ---- the methods of a file ---- */

static struct page_file *
sealed_of(sqlite3_file *base)
{
	return (struct page_file *)base;
}

static int
sealed_close(sqlite3_file *base)
{
	struct page_file *file = sealed_of(base);

	pages_done(&file->pages);
	return file->real->pMethods->xClose(file->real);
}

static int
sealed_size(sqlite3_file *base, sqlite3_int64 *ret_size)
{
	*ret_size = (sqlite3_int64)pages_count(&sealed_of(base)->pages) *
		    (sqlite3_int64)SEALED_PAGE_LEN;
	return SQLITE_OK;
}

/* Finds the page at this offset, and where in it.  False for a piece that SQLite never
 * asks for. */
static bool
locate(sqlite3_int64 offset, int len, uint32_t *ret_page_no, size_t *ret_within)
{
	uint64_t page_no = (uint64_t)offset / SEALED_PAGE_LEN + 1;
	size_t within = (size_t)((uint64_t)offset % SEALED_PAGE_LEN);

	if (offset < 0 || len < 0 || page_no >= UINT32_MAX ||
	    within + (size_t)len > SEALED_PAGE_LEN)
		return false;
	*ret_page_no = (uint32_t)page_no;
	*ret_within = within;
	return true;
}

static int
sealed_read(sqlite3_file *base, void *bytes, int len, sqlite3_int64 offset)
{
	struct page_file *file = sealed_of(base);
	uint8_t page[SEALED_PAGE_LEN];
	uint32_t page_no;
	size_t within;
	int rc;

	if (!locate(offset, len, &page_no, &within))
		return SQLITE_IOERR_READ;
	if (file->lock == SQLITE_LOCK_NONE) {
		/* Without a lock a page may be half written, so SQLite is told that
		 * the file is empty. */
		memset(bytes, 0, (size_t)len);
		return SQLITE_IOERR_SHORT_READ;
	}
	if ((size_t)len == SEALED_PAGE_LEN)
		return pages_read(&file->pages, page_no, bytes);
	rc = pages_read(&file->pages, page_no, page);
	memcpy(bytes, page + within, (size_t)len);
	secret_wipe(page, sizeof page);
	return rc;
}

static int
sealed_write(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 offset)
{
	const uint8_t *page = bytes;
	uint32_t page_no;
	size_t within;

	if ((size_t)len != SEALED_PAGE_LEN || !locate(offset, len, &page_no, &within))
		return SQLITE_IOERR_WRITE;
	if (page_no == 1 && page[20] != SEALED_PAGE_RESERVED)
		return SQLITE_IOERR_WRITE; /* this database leaves no room for nonce and
					      tag */
	return pages_write(&sealed_of(base)->pages, page_no, page);
}

static int
sealed_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	if (size < 0 || (uint64_t)size % SEALED_PAGE_LEN != 0 ||
	    (uint64_t)size / SEALED_PAGE_LEN >= UINT32_MAX)
		return SQLITE_IOERR_TRUNCATE;
	return pages_truncate(&sealed_of(base)->pages,
			      (uint32_t)((uint64_t)size / SEALED_PAGE_LEN));
}

static int
sealed_sync(sqlite3_file *base, int flags)
{
	(void)base;
	(void)flags;
	return SQLITE_OK; /* pages_promise and pages_apply flush where it matters */
}

/* Looks at the file after SHARED was taken, and recovers it if it has a tail. */
static int
look_at_pages(struct page_file *file)
{
	bool recover = false;
	int rc = pages_load(&file->pages, &recover);

	if (rc != SQLITE_OK || !recover)
		return rc;
	rc = file->real->pMethods->xLock(file->real, SQLITE_LOCK_EXCLUSIVE);
	if (rc != SQLITE_OK)
		return rc; /* others hold SHARED, too; SQLite gives it up and tries again
			    */
	rc = pages_recover(&file->pages);
	if (rc == SQLITE_OK)
		rc = file->real->pMethods->xUnlock(file->real, SQLITE_LOCK_SHARED);
	return rc;
}

static int
sealed_lock(sqlite3_file *base, int level)
{
	struct page_file *file = sealed_of(base);
	int rc = file->real->pMethods->xLock(file->real, level);

	if (rc != SQLITE_OK)
		return rc;
	if (file->lock == SQLITE_LOCK_NONE) {
		rc = look_at_pages(file);
		if (rc != SQLITE_OK) {
			file->real->pMethods->xUnlock(file->real, SQLITE_LOCK_NONE);
			return rc;
		}
	}
	file->lock = level;
	return SQLITE_OK;
}

static int
sealed_unlock(sqlite3_file *base, int level)
{
	struct page_file *file = sealed_of(base);

	if (level <= SQLITE_LOCK_SHARED)
		pages_discard(&file->pages); /* after a commit there is nothing left to
						discard */
	if (level < file->lock)
		file->lock = level;
	return file->real->pMethods->xUnlock(file->real, level);
}

static int
sealed_check_reserved(sqlite3_file *base, int *ret_is_reserved)
{
	return sealed_of(base)->real->pMethods->xCheckReservedLock(sealed_of(base)->real,
								   ret_is_reserved);
}

static int
sealed_control(sqlite3_file *base, int op, void *arg)
{
	struct page_file *file = sealed_of(base);

	switch (op) {
	case SQLITE_FCNTL_SYNC: /* every page of a commit is written; it may still fail */
		return pages_promise(&file->pages);
	case SQLITE_FCNTL_COMMIT_PHASETWO:
		return pages_apply(&file->pages);
	case SQLITE_FCNTL_LOCKSTATE:
	case SQLITE_FCNTL_LAST_ERRNO:
	case SQLITE_FCNTL_HAS_MOVED:
		return file->real->pMethods->xFileControl(file->real, op, arg);
	default:
		return SQLITE_NOTFOUND; /* size hints, maps and WAL are not for sealed
					   pages */
	}
}

static int
sealed_sector_size(sqlite3_file *base)
{
	(void)base;
	return (int)SEALED_PAGE_LEN;
}

static int
sealed_characteristics(sqlite3_file *base)
{
	(void)base;
	return 0;
}

static const sqlite3_io_methods page_file_methods = {
	.iVersion = 1, /* no shared memory, so no WAL; no xFetch, so no maps */
	.xClose = sealed_close,
	.xRead = sealed_read,
	.xWrite = sealed_write,
	.xTruncate = sealed_truncate,
	.xSync = sealed_sync,
	.xFileSize = sealed_size,
	.xLock = sealed_lock,
	.xUnlock = sealed_unlock,
	.xCheckReservedLock = sealed_check_reserved,
	.xFileControl = sealed_control,
	.xSectorSize = sealed_sector_size,
	.xDeviceCharacteristics = sealed_characteristics,
};

/* ---- the VFS ---- */

static sqlite3_vfs *
real_of(sqlite3_vfs *base)
{
	return ((struct page_vfs *)base)->real;
}

static int
vfs_open(sqlite3_vfs *base, const char *name, sqlite3_file *ret_file, int flags,
	 int *ret_flags)
{
	struct page_file *file = sealed_of(ret_file);
	int rc;

	memset(file, 0, sizeof *file);
	if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0)
		return SQLITE_CANTOPEN; /* nothing but sealed pages goes to disk */
	file->real = (sqlite3_file *)(file + 1);
	pages_init(&file->pages, file->real, &((struct page_vfs *)base)->key);
	rc = real_of(base)->xOpen(real_of(base), name, file->real, flags, ret_flags);
	if (file->real->pMethods != NULL)
		file->base.pMethods = &page_file_methods;
	return rc;
}

static int
vfs_delete(sqlite3_vfs *base, const char *name, int sync_dir)
{
	(void)base;
	(void)name;
	(void)sync_dir;
	return SQLITE_OK;
}

/* SQLite asks about journals only, and there are none. */
static int
vfs_access(sqlite3_vfs *base, const char *name, int flags, int *ret_there)
{
	(void)base;
	(void)name;
	(void)flags;
	*ret_there = 0;
	return SQLITE_OK;
}

static int
vfs_full_pathname(sqlite3_vfs *base, const char *name, int n_out, char *out)
{
	return real_of(base)->xFullPathname(real_of(base), name, n_out, out);
}

static int
vfs_randomness(sqlite3_vfs *base, int n_out, char *out)
{
	return real_of(base)->xRandomness(real_of(base), n_out, out);
}

static int
vfs_sleep(sqlite3_vfs *base, int microseconds)
{
	return real_of(base)->xSleep(real_of(base), microseconds);
}

static int
vfs_current_time(sqlite3_vfs *base, double *ret_time)
{
	return real_of(base)->xCurrentTime(real_of(base), ret_time);
}

static int
vfs_last_error(sqlite3_vfs *base, int n_out, char *out)
{
	return real_of(base)->xGetLastError(real_of(base), n_out, out);
}

static void
vfs_free(struct page_vfs *vfs)
{
	if (vfs == NULL)
		return;
	secret_done(&vfs->key);
	mem_free(vfs);
}
DEFINE_FREEP(struct page_vfs, vfs_free);

static int
vfs_new(const struct secret *key, struct page_vfs **ret_vfs, struct amana_error *err)
{
	CLEANUP(vfs_freep) struct page_vfs *vfs = mem_new(sizeof *vfs, err);

	if (vfs == NULL)
		return -1;
	if (key->len != AEAD_KEY_LEN)
		return err_bug(err, "a catalogue key of %zu bytes", key->len);
	if (secret_from(key->data, key->len, &vfs->key, err) < 0)
		return -1;
	vfs->real = sqlite3_vfs_find(NULL);
	if (vfs->real == NULL)
		return err_bug(err, "SQLite has no file system");
	snprintf(vfs->name, sizeof vfs->name, "amana-%p", (void *)vfs);
	vfs->base = (sqlite3_vfs){
		.iVersion = 1,
		.szOsFile = (int)sizeof(struct page_file) + vfs->real->szOsFile,
		.mxPathname = vfs->real->mxPathname,
		.zName = vfs->name,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_pathname,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_current_time,
		.xGetLastError = vfs_last_error,
	};
	*ret_vfs = TAKE(vfs);
	return 0;
}

/* Opens the folder of a path; *ret_name is the name in it, which the path still owns. */
static int
open_folder(const char *path, int *ret_fd, const char **ret_name, struct amana_error *err)
{
	const char *slash = strrchr(path, '/');
	char folder[1024];
	int r;

	if (slash != NULL && (size_t)(slash - path) + 2 > sizeof folder)
		return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", path);
	snprintf(folder, sizeof folder, "%.*s",
		 slash == NULL ? 1 : (int)(slash - path) + 1, slash == NULL ? "." : path);
	r = file_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0, ret_fd, err);
	if (r > 0)
		return err_set(err, AMANA_E_IO, "there is no folder '%s'", folder);
	*ret_name = slash == NULL ? path : slash + 1;
	return r;
}

int
page_vfs_create(const char *path, const struct secret *key, bool replace,
		struct amana_error *err)
{
	CLEANUP(file_closep) int folder = -1;
	uint8_t page[SEALED_PAGE_LEN];
	struct sealed_page_id id;
	const char *name;

	if (open_folder(path, &folder, &name, err) < 0)
		return -1;
	random_bytes(id.bytes, sizeof id.bytes);
	sealed_page_make_head(key, &id, 0, page);
	if (replace)
		return file_replace(folder, ".", name, 0600,
				    (struct bytes){page, sizeof page}, err);
	return file_write_new(folder, ".", name, 0600, (struct bytes){page, sizeof page},
			      false, err);
}

static int
set_up(sqlite3 *db, struct amana_error *err)
{
	int reserved = (int)SEALED_PAGE_RESERVED;
	int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db,
				  "PRAGMA page_size = 4096; PRAGMA temp_store = MEMORY;"
				  "PRAGMA cache_spill = OFF;",
				  NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return 0;
	return rc == SQLITE_NOMEM ? err_nomem(err)
				  : err_set(err, AMANA_E_IO, "cannot set up SQLite: %s",
					    sqlite3_errstr(rc));
}

int
page_vfs_open(const char *path, const struct secret *key, struct page_vfs **ret_vfs,
	      sqlite3 **ret_db, struct amana_error *err)
{
	CLEANUP(vfs_freep) struct page_vfs *vfs = NULL;
	sqlite3 *db = NULL;
	int r, rc;

	/* The file is not opened for this: closing any descriptor of it would drop
	 * this process's locks on it. */
	if (faccessat(AT_FDCWD, path, F_OK, 0) < 0)
		return errno == ENOENT ? 1 : err_sys(err, "cannot open '%s'", path);
	if (vfs_new(key, &vfs, err) < 0)
		return -1;
	rc = sqlite3_vfs_register(&vfs->base, 0);
	if (rc == SQLITE_OK) {
		rc = sqlite3_open_v2(path, &db,
				     SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE |
					     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
				     vfs->name);
		/* The connection keeps a pointer to the VFS, and its name is not
		 * needed again. */
		sqlite3_vfs_unregister(&vfs->base);
	}
	r = rc == SQLITE_OK	 ? set_up(db, err)
	    : rc == SQLITE_NOMEM ? err_nomem(err)
				 : err_set(err, AMANA_E_IO, "cannot open '%s': %s", path,
					   sqlite3_errstr(rc));
	if (r < 0) {
		sqlite3_close(db);
		return -1;
	}
	*ret_vfs = TAKE(vfs);
	*ret_db = db;
	return 0;
}

void
page_vfs_close(struct page_vfs *vfs, sqlite3 *db)
{
	sqlite3_close(db);
	vfs_free(vfs);
}

bool
page_vfs_is_damage(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return true;
	default:
		return rc == SQLITE_IOERR_DATA || rc == SQLITE_IOERR_SHORT_READ;
	}
}
