/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_PAGES_H
#define CATALOG_PAGES_H

#include "catalog/sealed_page.h"

#include <sqlite3.h>

/*
 * The pages of one open catalogue file, changed all or none.
 *
 * Between two commits the file is page 0 and as many pages as page 0 says.  A commit
 * first writes its new pages behind them, as a tail, and flushes; then copies them to
 * their places, writes page 0, flushes, and cuts the tail off.  Whoever finds a whole
 * tail (its writer died) does the second half again; a tail that is not whole counts for
 * nothing.
 *
 *	tail, n = number of pages
 *	       0  4096 n   sealed pages, as they stand in their places
 *	  4096 n     4 n   their numbers, u32 big-endian
 *	  4100 n      16   magic "amana tail 1    "
 *	 + 16          4   n, u32 big-endian
 *	 + 20          4   pages of the database afterwards, u32 big-endian
 *	 + 24         32   SHA-256 chain over numbers, nonces and tags
 *	 + 56         24   nonce
 *	 + 80         16   tag over magic, database id and the three fields
 *
 * Functions return SQLite result codes: SQLITE_IOERR_DATA means damage.  The caller holds
 * the locks that are named; nothing here takes one.
 */
struct pages {
	sqlite3_file *real;
	const struct secret *key;
	struct sealed_page_id id;
	uint32_t n_pages; /* committed */
	bool changing;
	bool failed;	 /* a change could not be taken in: it can only be given up */
	bool has_tail;	 /* something may stand behind the last page */
	uint32_t n_next; /* pages after the change */
	struct buf changed, numbers;
};
#define PAGES_CHANGE_MAX ((size_t)1 << 29) /* bytes of one transaction's pages */

/* `real` and `key` are borrowed and must outlive the pages; nothing is read yet. */
void pages_init(struct pages *pages, sqlite3_file *real, const struct secret *key);
/* Releases what was collected; harmless on pages that were only initialised. */
void pages_done(struct pages *pages);

/* Under SHARED, before anything is read.  *ret_recover: a tail was found, call
 * pages_recover. */
int pages_load(struct pages *pages, bool *ret_recover) MUST_CHECK;
/* Under EXCLUSIVE. */
int pages_recover(struct pages *pages) MUST_CHECK;

/* Under SHARED.  Page 1 of an empty database: SQLITE_IOERR_SHORT_READ and zeros. */
int pages_read(struct pages *pages, uint32_t page_no,
	       uint8_t page[SEALED_PAGE_LEN]) MUST_CHECK;

/* Under EXCLUSIVE: collects a change in memory. */
int pages_write(struct pages *pages, uint32_t page_no,
		const uint8_t page[SEALED_PAGE_LEN]) MUST_CHECK;
int pages_truncate(struct pages *pages, uint32_t n_pages) MUST_CHECK;
/* From here on it will have happened, even if the machine stops. */
int pages_promise(struct pages *pages) MUST_CHECK;
/* And now it has. */
int pages_apply(struct pages *pages) MUST_CHECK;
/* Gives up whatever was not applied; harmless otherwise. */
void pages_discard(struct pages *pages);

/* The database's size as SQLite should see it. */
uint32_t pages_count(const struct pages *pages);

#endif
