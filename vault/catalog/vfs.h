/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_VFS_H
#define CATALOG_VFS_H

#include "crypto/secret.h"

#include <sqlite3.h>

/*
 * SQLite over a file of sealed pages: a shim between SQLite's pager and the system's own
 * VFS.  What the file looks like is in sealed_page.h, how a commit changes it in pages.h.
 *
 * SQLite sees a database of 4,096-byte pages whose last 40 bytes are reserved and read as
 * zero.  Page 1 is sealed whole like any other: what SQLite peeks at before it holds a
 * lock reads as an empty file, and later part reads of page 1 are cut from the opened
 * page.  What does not open or is cut short makes SQLite fail with SQLITE_IOERR_DATA
 * (page_vfs_is_damage).
 *
 * One thing cannot be seen here: pages put back, by someone who can write to the file, as
 * they stood earlier in the life of the same file.  The catalogue's head is compared with
 * the pin, authority is never taken from it, and a rebuild repairs it; that is what
 * limits the harm.
 *
 * Crashes: journals live in memory, and pages.h makes a commit happen as a whole or not
 * at all, also when the machine stops.
 *
 * Locks are the system VFS's own (advisory locks at SQLite's usual bytes), so several
 * processes may use one file.  No other file is ever made: asking for a journal or
 * temporary file fails.  No memory maps, no WAL.
 */

/* Makes an empty database at `path`, mode 0600.  replace: whatever has the name is
 * replaced (processes that have it open keep the old file to themselves).  Otherwise 1:
 * the name exists. */
int page_vfs_create(const char *path, const struct secret *key, bool replace,
		    struct amana_error *err) MUST_CHECK;

struct page_vfs;

/*
 * Opens an existing file; 1: there is none.  Only opening: damage and a wrong key show
 * when the first statement takes its lock.  Page size, reserved bytes, no spilling and
 * temporary tables in memory are set, and SQLite's own mutexes are off: one thread at a
 * time.  The caller's first statement must be `PRAGMA journal_mode = MEMORY` (it reads
 * the file), without which writing fails.  The key is copied. Close the database with
 * page_vfs_close, after its statements are finalized.
 */
int page_vfs_open(const char *path, const struct secret *key, struct page_vfs **ret_vfs,
		  sqlite3 **ret_db, struct amana_error *err) MUST_CHECK;
void page_vfs_close(struct page_vfs *vfs, sqlite3 *db);

/* True for result codes that mean "what is stored is not what was written". */
bool page_vfs_is_damage(int rc);

#endif
