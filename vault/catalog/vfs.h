/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_VFS_H
#define CATALOG_VFS_H

#include "crypto/secret.h"

#include <sqlite3.h>

/*
 * SQLite over a file of sealed pages: a shim between SQLite's pager and the system's own VFS.
 *
 * The file is a row of 4,096-byte blocks.  Block 0 is ours, block N >= 1 is SQLite's page N.
 *
 *	offset  len   block 0                      block N
 *	     0   16   magic "amana catalog 1\n"    sealed
 *	    16   16   database id, random          sealed
 *	    32    1   sealed: 1 settled, 2 torn    sealed
 *	    33 4023   sealed: zero                 sealed
 *	  4056   24   nonce                        nonce
 *	  4080   16   tag                          tag
 *
 * Sealing is XChaCha20-Poly1305 with a fresh random nonce at each write; the associated data are the
 * magic, the database id and the block number (u32 big-endian), so no page opens under another number
 * or in another file.  The 40 bytes at a page's end are SQLite's reserved bytes: it leaves them alone
 * and sees them as zero.  Page 1 is sealed whole like any other: what SQLite peeks at before it holds
 * a lock reads as an empty file, and later part reads of page 1 are cut from the opened page.
 *
 * What does not open, is cut short, or was left torn makes SQLite fail with SQLITE_IOERR_DATA: see
 * page_vfs_is_damage.  One thing cannot be seen here: a single page put back as it stood earlier in
 * the life of the same file.  The catalogue's head is compared with the pin, authority is never taken
 * from it, and a rebuild repairs it; that is what limits the harm.
 *
 * Crashes: the rollback journal is in memory, so a process that dies in the middle of a commit
 * leaves pages of two states.  Hence the mark in block 0: `torn` is on disk before the first page of
 * a transaction, `settled` is written after its last page is on disk.  Only processes that hold
 * SQLite's locks read the mark.
 *
 * Locks are the system VFS's own (advisory locks at SQLite's usual bytes), so several processes may use one
 * file.  No other file is ever made: journals and temporary tables must live in memory, and asking for
 * a file for them fails.  No memory maps, no WAL.
 */
#define PAGE_VFS_BLOCK 4096
#define PAGE_VFS_RESERVED 40

/* Makes an empty database at `path`, mode 0600.  replace: whatever has the name is replaced
 * (processes that have it open keep the old file to themselves).  Otherwise 1: the name exists. */
int page_vfs_create(const char *path, const struct secret *key, bool replace,
		    struct amana_error *err) MUST_CHECK;

struct page_vfs;

/*
 * Opens an existing file; 1: there is none.  Only opening: damage and a wrong key show when the first
 * statement takes its lock.  Page size, reserved bytes and temporary tables in memory are set; the
 * caller's first statement must be `PRAGMA journal_mode = MEMORY` (it reads the file), without which
 * writing fails.  The key is copied.
 * Close the database with page_vfs_close, after its statements are finalized.
 */
int page_vfs_open(const char *path, const struct secret *key, struct page_vfs **ret_vfs,
		  sqlite3 **ret_db, struct amana_error *err) MUST_CHECK;
void page_vfs_close(struct page_vfs *vfs, sqlite3 *db);

/* True for result codes that mean "what is stored is not what was written". */
bool page_vfs_is_damage(int rc);

#endif
