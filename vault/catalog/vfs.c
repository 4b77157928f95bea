/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/vfs.h"

#include "base/fault.h"
#include "base/file.h"
#include "crypto/aead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK PAGE_VFS_BLOCK
#define SEALED_LEN (BLOCK - PAGE_VFS_RESERVED)
#define NONCE_AT SEALED_LEN
#define TAG_AT (SEALED_LEN + AEAD_NONCE_LEN)
#define MAGIC "amana catalog 1\n"
#define MAGIC_LEN 16
#define ID_LEN 16
#define STATE_AT (MAGIC_LEN + ID_LEN)
#define AD_LEN (MAGIC_LEN + ID_LEN + 4)

_Static_assert(PAGE_VFS_RESERVED == AEAD_NONCE_LEN + AEAD_TAG_LEN, "reserved bytes");

enum {
	STATE_SETTLED = 1,
	STATE_TORN = 2,
};

struct page_vfs {
	sqlite3_vfs base; /* first: SQLite hands this back to us */
	sqlite3_vfs *real;
	struct secret key;
	char name[40];
};

struct page_file {
	sqlite3_file base; /* first */
	struct page_vfs *vfs;
	sqlite3_file *real; /* right behind this struct */
	int lock;	    /* the level that we hold */
	uint8_t id[ID_LEN]; /* known while locked */
	bool marked;	    /* block 0 says torn, and we wrote that */
	bool failed;	    /* a write failed since then: this commit must not settle */
};

static void
make_ad(const uint8_t id[ID_LEN], uint32_t block_no, uint8_t ret_ad[AD_LEN])
{
	memcpy(ret_ad, MAGIC, MAGIC_LEN);
	memcpy(ret_ad + MAGIC_LEN, id, ID_LEN);
	for (int i = 0; i < 4; i++)
		ret_ad[MAGIC_LEN + ID_LEN + i] = (uint8_t)(block_no >> (24 - 8 * i));
}

/* Seals bytes [from, SEALED_LEN) of a block in place and fills its last 40 bytes. */
static void
seal_block(const struct secret *key, const uint8_t id[ID_LEN], uint32_t block_no, size_t from,
	   uint8_t block[BLOCK])
{
	uint8_t ad[AD_LEN];

	make_ad(id, block_no, ad);
	random_bytes(block + NONCE_AT, AEAD_NONCE_LEN);
	aead_seal(key, block + NONCE_AT, (struct bytes){ad, sizeof ad}, block + from,
		  SEALED_LEN - from, block + TAG_AT);
}

static bool
open_block(const struct secret *key, const uint8_t id[ID_LEN], uint32_t block_no, size_t from,
	   uint8_t block[BLOCK])
{
	uint8_t ad[AD_LEN];

	make_ad(id, block_no, ad);
	return aead_open(key, block + NONCE_AT, (struct bytes){ad, sizeof ad}, block + from,
			 SEALED_LEN - from, block + TAG_AT);
}

static void
make_head(const struct secret *key, const uint8_t id[ID_LEN], uint8_t state, uint8_t block[BLOCK])
{
	memset(block, 0, BLOCK);
	memcpy(block, MAGIC, MAGIC_LEN);
	memcpy(block + MAGIC_LEN, id, ID_LEN);
	block[STATE_AT] = state;
	seal_block(key, id, 0, STATE_AT, block);
}

/* The real file, with fault points. */

static int
real_read(struct page_file *file, void *bytes, sqlite3_int64 offset)
{
	if (fault_fires(FAULT_READ))
		return SQLITE_IOERR_READ;
	return file->real->pMethods->xRead(file->real, bytes, BLOCK, offset);
}

static int
real_write(struct page_file *file, const void *bytes, sqlite3_int64 offset)
{
	if (fault_fires(FAULT_WRITE) || fault_fires(FAULT_SHORT))
		return errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	return file->real->pMethods->xWrite(file->real, bytes, BLOCK, offset);
}

static int
real_sync(struct page_file *file)
{
	if (fault_fires(FAULT_FSYNC))
		return SQLITE_IOERR_FSYNC;
	return file->real->pMethods->xSync(file->real, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/* Block 0: learns the id; anything but "settled" is damage. */
static int
check_head(struct page_file *file)
{
	uint8_t block[BLOCK];
	int rc = real_read(file, block, 0);

	if (rc == SQLITE_IOERR_SHORT_READ)
		return SQLITE_IOERR_DATA;
	if (rc != SQLITE_OK)
		return rc;
	if (memcmp(block, MAGIC, MAGIC_LEN) != 0)
		return SQLITE_IOERR_DATA;
	memcpy(file->id, block + MAGIC_LEN, ID_LEN);
	if (!open_block(&file->vfs->key, file->id, 0, STATE_AT, block) ||
	    block[STATE_AT] != STATE_SETTLED)
		return SQLITE_IOERR_DATA;
	return SQLITE_OK;
}

static int
write_state(struct page_file *file, uint8_t state)
{
	uint8_t block[BLOCK];

	make_head(&file->vfs->key, file->id, state, block);
	return real_write(file, block, 0);
}

/* Before the first change of a transaction. */
static int
mark_torn(struct page_file *file)
{
	int rc;

	if (file->marked)
		return SQLITE_OK;
	rc = write_state(file, STATE_TORN);
	if (rc == SQLITE_OK) {
		file->marked = true;
		file->failed = false;
		rc = real_sync(file);
	}
	if (rc != SQLITE_OK)
		file->failed = true;
	return rc;
}

/* After the last one. */
static int
mark_settled(struct page_file *file)
{
	int rc;

	if (!file->marked || file->failed)
		return SQLITE_OK;
	rc = real_sync(file);
	if (rc == SQLITE_OK)
		rc = write_state(file, STATE_SETTLED);
	if (rc == SQLITE_OK)
		file->marked = false;
	else
		file->failed = true;
	return rc;
}

/* sqlite3_io_methods */

static struct page_file *
sealed_of(sqlite3_file *base)
{
	return (struct page_file *)base;
}

static int
sealed_close(sqlite3_file *base)
{
	return sealed_of(base)->real->pMethods->xClose(sealed_of(base)->real);
}

static int
sealed_size(sqlite3_file *base, sqlite3_int64 *ret_size)
{
	sqlite3_int64 size = 0;
	int rc = sealed_of(base)->real->pMethods->xFileSize(sealed_of(base)->real, &size);

	if (rc == SQLITE_OK)
		*ret_size = size > BLOCK ? size - BLOCK : 0;
	return rc;
}

/* Opens SQLite's page `page_no` into `page`.  Past the end: SQLITE_IOERR_SHORT_READ. */
static int
read_page(struct page_file *file, uint32_t page_no, uint8_t page[BLOCK])
{
	sqlite3_int64 size = 0;
	int rc = real_read(file, page, (sqlite3_int64)page_no * BLOCK);

	if (rc == SQLITE_IOERR_SHORT_READ) {
		/* An empty database is normal.  Anything else has been cut off. */
		rc = sealed_size(&file->base, &size);
		if (rc == SQLITE_OK)
			rc = page_no == 1 && size == 0 ? SQLITE_IOERR_SHORT_READ : SQLITE_IOERR_DATA;
	} else if (rc == SQLITE_OK &&
		   !open_block(&file->vfs->key, file->id, page_no, 0, page)) {
		rc = SQLITE_IOERR_DATA;
	}
	if (rc != SQLITE_OK)
		memset(page, 0, BLOCK);
	else
		memset(page + SEALED_LEN, 0, PAGE_VFS_RESERVED);
	return rc;
}

static int
sealed_read(sqlite3_file *base, void *bytes, int len, sqlite3_int64 offset)
{
	struct page_file *file = sealed_of(base);
	uint32_t page_no = (uint32_t)(offset / BLOCK) + 1;
	size_t within = (size_t)(offset % BLOCK);
	uint8_t page[BLOCK];
	int rc;

	if (file->lock == SQLITE_LOCK_NONE) {
		/* Peeking without a lock could meet a page half written: learn nothing from it. */
		memset(bytes, 0, (size_t)len);
		return SQLITE_IOERR_SHORT_READ;
	}
	if (len == BLOCK && within == 0)
		return read_page(file, page_no, bytes);
	if (within + (size_t)len > SEALED_LEN)
		return SQLITE_IOERR_READ;
	rc = read_page(file, page_no, page);
	memcpy(bytes, page + within, (size_t)len);
	secret_wipe(page, sizeof page);
	return rc;
}

static int
sealed_write(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 offset)
{
	struct page_file *file = sealed_of(base);
	uint32_t page_no = (uint32_t)(offset / BLOCK) + 1;
	uint8_t page[BLOCK];
	int rc;

	if (len != BLOCK || offset % BLOCK != 0 || offset < 0 || offset / BLOCK >= UINT32_MAX - 1)
		return SQLITE_IOERR_WRITE;
	memcpy(page, bytes, BLOCK);
	if (page_no == 1 && page[20] != PAGE_VFS_RESERVED) {
		secret_wipe(page, sizeof page); /* its pages would not leave room for our tag */
		return SQLITE_IOERR_WRITE;
	}
	seal_block(&file->vfs->key, file->id, page_no, 0, page);
	rc = mark_torn(file);
	if (rc == SQLITE_OK)
		rc = real_write(file, page, (sqlite3_int64)page_no * BLOCK);
	if (rc != SQLITE_OK)
		file->failed = true;
	return rc;
}

static int
sealed_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct page_file *file = sealed_of(base);
	int rc = mark_torn(file);

	if (rc == SQLITE_OK)
		rc = file->real->pMethods->xTruncate(file->real, size + BLOCK);
	if (rc != SQLITE_OK)
		file->failed = true;
	return rc;
}

static int
sealed_sync(sqlite3_file *base, int flags)
{
	(void)base;
	(void)flags;
	return SQLITE_OK; /* mark_torn and mark_settled sync at the two points that matter */
}

static int
sealed_lock_to(sqlite3_file *base, int level)
{
	struct page_file *file = sealed_of(base);
	int rc = file->real->pMethods->xLock(file->real, level);

	if (rc != SQLITE_OK)
		return rc;
	if (file->lock == SQLITE_LOCK_NONE) {
		rc = check_head(file);
		if (rc != SQLITE_OK) {
			file->real->pMethods->xUnlock(file->real, SQLITE_LOCK_NONE);
			return rc;
		}
	}
	file->lock = level;
	return SQLITE_OK;
}

static int
sealed_unlock_to(sqlite3_file *base, int level)
{
	struct page_file *file = sealed_of(base);

	/* Still marked: a commit that failed half-way, or pages written early and rolled back.
	 * SQLite does not tell us whether its rollback was complete, so the file stays torn. */
	if (level <= SQLITE_LOCK_SHARED)
		file->marked = false;
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
	case SQLITE_FCNTL_COMMIT_PHASETWO:
		return file->failed ? SQLITE_IOERR_WRITE : mark_settled(file);
	case SQLITE_FCNTL_LOCKSTATE:
	case SQLITE_FCNTL_LAST_ERRNO:
	case SQLITE_FCNTL_HAS_MOVED:
		return file->real->pMethods->xFileControl(file->real, op, arg);
	default:
		return SQLITE_NOTFOUND; /* size hints, maps and WAL are not for sealed pages */
	}
}

static int
sealed_sector_size(sqlite3_file *base)
{
	(void)base;
	return BLOCK;
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
	.xLock = sealed_lock_to,
	.xUnlock = sealed_unlock_to,
	.xCheckReservedLock = sealed_check_reserved,
	.xFileControl = sealed_control,
	.xSectorSize = sealed_sector_size,
	.xDeviceCharacteristics = sealed_characteristics,
};

/* sqlite3_vfs */

static sqlite3_vfs *
real_of(sqlite3_vfs *base)
{
	return ((struct page_vfs *)base)->real;
}

static int
vfs_open(sqlite3_vfs *base, const char *name, sqlite3_file *ret_file, int flags, int *ret_flags)
{
	struct page_file *file = sealed_of(ret_file);
	int rc;

	memset(file, 0, sizeof *file);
	if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0)
		return SQLITE_CANTOPEN; /* nothing but sealed pages goes to disk */
	file->vfs = (struct page_vfs *)base;
	file->real = (sqlite3_file *)(file + 1);
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

/* Asked about journals only, and there are none. */
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

/* Splits a path into its folder, opened, and the name in it. */
static int
open_folder(const char *path, int *ret_fd, const char **ret_name, struct amana_error *err)
{
	const char *slash = strrchr(path, '/');
	char folder[1024];
	int r;

	if (slash != NULL && (size_t)(slash - path) + 2 > sizeof folder)
		return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", path);
	snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
		 slash == NULL ? "." : path);
	r = file_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0, ret_fd, err);
	if (r > 0)
		return err_set(err, AMANA_E_IO, "there is no folder '%s'", folder);
	*ret_name = slash == NULL ? path : slash + 1;
	return r;
}

int
page_vfs_create(const char *path, const struct secret *key, bool replace, struct amana_error *err)
{
	CLEANUP(file_closep) int folder = -1;
	uint8_t id[ID_LEN], block[BLOCK];
	const char *name;

	if (open_folder(path, &folder, &name, err) < 0)
		return -1;
	random_bytes(id, sizeof id);
	make_head(key, id, STATE_SETTLED, block);
	if (replace)
		return file_replace(folder, ".", name, 0600, (struct bytes){block, sizeof block},
				    err);
	return file_write_new(folder, ".", name, 0600, (struct bytes){block, sizeof block}, false,
			      err);
}

static int
set_up(sqlite3 *db, struct amana_error *err)
{
	int reserved = PAGE_VFS_RESERVED;
	int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA page_size = 4096; PRAGMA temp_store = MEMORY;", NULL,
				  NULL, NULL);
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

	/* Not open(2): closing any descriptor of the file would drop this process's locks on it. */
	if (faccessat(AT_FDCWD, path, F_OK, 0) < 0)
		return errno == ENOENT ? 1 : err_sys(err, "cannot open '%s'", path);
	if (vfs_new(key, &vfs, err) < 0)
		return -1;
	rc = sqlite3_vfs_register(&vfs->base, 0);
	if (rc == SQLITE_OK) {
		rc = sqlite3_open_v2(path, &db,
				     SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE |
					     SQLITE_OPEN_EXRESCODE,
				     vfs->name);
		/* The connection keeps its pointer; the name is not needed again. */
		sqlite3_vfs_unregister(&vfs->base);
	}
	r = rc == SQLITE_OK      ? set_up(db, err)
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
