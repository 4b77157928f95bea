/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_PAGES_H
#define CATALOG_PAGES_H

#include "catalog/sealed_page.h"

#include <sqlite3.h>

/*
 * Private to vault/catalog: the pages of one open catalogue file.  They are changed all
 * together or not at all, also when the machine stops.
 *
 * Between two commits the file is page 0 and as many pages as page 0 says.  A commit
 * first writes the changed pages behind them, as a tail, and flushes (pages_promise).
 * Then it copies them to where they belong, writes page 0, flushes, and cuts the tail off
 * (pages_apply). Whoever finds a whole tail, since its writer died, does the second half
 * again.  A tail that is not whole counts for nothing.
 *
 *	tail, n = number of pages
 *	       0  4096 n   the sealed pages, as they will stand
 *	  4096 n     4 n   their numbers, u32 big-endian
 *	  4100 n      16   magic "amana tail 1    "
 *	 + 16          4   n, u32 big-endian
 *	 + 20          4   pages of the database afterwards, u32 big-endian
 *	 + 24         32   SHA-256 chain over numbers, nonces and tags
 *	 + 56         24   nonce
 *	 + 80         16   tag over magic, database id and the three fields
 *
 * Functions return SQLite result codes; SQLITE_IOERR_DATA means damage.  Nothing here
 * takes a lock: the caller holds at least the one that is named.  One thread at a time.
 */
struct pages {
	sqlite3_file *real;
	const struct secret *key;
	struct sealed_page_id id;
	uint32_t n_pages; /* of the file, as last committed */
	bool changing;
	bool failed;	 /* a change was not taken in: it can only be discarded */
	bool has_tail;	 /* something may stand behind the last page */
	uint32_t n_next; /* pages after the change */
	struct buf changed, numbers;
};
#define PAGES_CHANGE_MAX ((size_t)1 << 29) /* bytes of the pages of one transaction */

/* `real` is the file below, `key` seals its pages (32 bytes); both are borrowed until
 * pages_done. */
void pages_init(struct pages *pages, sqlite3_file *real, const struct secret *key);
/* Releases what was collected; harmless on pages that were only initialised. */
void pages_done(struct pages *pages);

/* Under SHARED: reads page 0, before anything else is read.  *ret_recover: something
 * stands behind the pages, and pages_recover has to follow. */
int pages_load(struct pages *pages, bool *ret_recover) MUST_CHECK;
/* Under EXCLUSIVE: carries out a whole tail, and cuts off one that is not. */
int pages_recover(struct pages *pages) MUST_CHECK;

/* Under SHARED: reads and opens a page.  For page 1 of an empty database:
 * SQLITE_IOERR_SHORT_READ, and zeros. */
int pages_read(struct pages *pages, uint32_t page_no,
	       uint8_t page[SEALED_PAGE_LEN]) MUST_CHECK;

/* Under EXCLUSIVE: these collect a change in memory. */
int pages_write(struct pages *pages, uint32_t page_no,
		const uint8_t page[SEALED_PAGE_LEN]) MUST_CHECK;
int pages_truncate(struct pages *pages, uint32_t n_pages) MUST_CHECK;
/* Under EXCLUSIVE: writes the tail.  When it returns, the change will be carried out
 * even if the machine stops. */
int pages_promise(struct pages *pages) MUST_CHECK;
/* Under EXCLUSIVE: carries the change out. */
int pages_apply(struct pages *pages) MUST_CHECK;
/* Drops a change that was not applied; harmless without one. */
void pages_discard(struct pages *pages);

/* How many pages the database has for SQLite, an open change counted. */
uint32_t pages_count(const struct pages *pages);

#endif
