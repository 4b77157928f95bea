/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_VFS_H
#define CATALOG_VFS_H

#include "crypto/secret.h"

#include <sqlite3.h>

/*
 * Private to vault/catalog: SQLite over a file of sealed pages, by a VFS between SQLite's
 * pager and the system's own VFS.  What a page looks like stands in sealed_page.h, how a
 * commit changes the file in pages.h.
 *
 * SQLite sees a database of 4,096-byte pages whose last 40 bytes are reserved and read as
 * zero.  Page 1 is sealed as a whole like any other.  What SQLite reads of it before it
 * holds a lock looks like an empty file, and later reads of a part are cut from the
 * opened page. A page that does not open or is cut short makes SQLite fail with
 * SQLITE_IOERR_DATA (page_vfs_is_damage).
 *
 * One thing cannot be seen here: that somebody who can write to the file has put pages
 * back as they stood earlier in the life of the same file.  What limits the harm is that
 * the catalogue's head is compared with the pin, that authority is never taken from it,
 * and that a rebuild repairs it.
 *
 * Journals live in memory, and pages.h makes a commit happen as a whole or not at all,
 * also when the machine stops.
 *
 * Locks are the system VFS's own (advisory locks at SQLite's usual bytes), so several
 * processes may use one file.  No other file is ever made: asking for a journal or a
 * temporary file fails.  There are no memory maps and there is no WAL.
 */

/* Makes an empty database at `path`, with mode 0600. replace: in place of whatever has
 * the name; processes that have that open go on with the old file.  Otherwise 1: the
 * name is taken. */
int page_vfs_create(const char *path, const struct secret *key, bool replace,
		    struct amana_error *err) MUST_CHECK;

struct page_vfs;

/*
 * Opens an existing file.  1: there is none.  Damage and a wrong key are not found
 * here, but when the first statement takes its lock.  SQLite's own mutexes are off:
 * one thread at a time.  The key is copied.
 *
 * The caller's first statement must be `PRAGMA journal_mode = MEMORY`, without which
 * writing fails; it reads the file.  After its statements are finalized, the caller
 * closes the database with page_vfs_close.
 */
int page_vfs_open(const char *path, const struct secret *key, struct page_vfs **ret_vfs,
		  sqlite3 **ret_db, struct amana_error *err) MUST_CHECK;
void page_vfs_close(struct page_vfs *vfs, sqlite3 *db);

/* True for result codes which mean that what is stored is not what was written. */
bool page_vfs_is_damage(int rc);

#endif
