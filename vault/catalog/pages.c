/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/pages.h"

#include "base/fault.h"
#include "crypto/aead.h"
#include "crypto/hash.h"

#include <errno.h>
#include <string.h>

#define MAGIC "amana tail 1    "
#define MAGIC_LEN 16
#define FIELDS_LEN (4 + 4 + HASH_LEN)
#define FOOT_LEN (MAGIC_LEN + FIELDS_LEN + AEAD_NONCE_LEN + AEAD_TAG_LEN)
#define PIECE_MAX                                                                        \
	((size_t)1 << 16) /* SQLite's VFS for Unix masks lengths with 0x1ffff            \
			   */

/* The file below, as the system's VFS has it, with points for fault injection. */

static int
real_read(struct pages *pages, uint8_t *bytes, size_t len, uint64_t offset)
{
	while (len > 0) {
		size_t piece = len < PIECE_MAX ? len : PIECE_MAX;
		int rc;

		if (fault_fires(FAULT_READ))
			return SQLITE_IOERR_READ;
		rc = pages->real->pMethods->xRead(pages->real, bytes, (int)piece,
						  (sqlite3_int64)offset);
		if (rc != SQLITE_OK)
			return rc;
		bytes += piece;
		len -= piece;
		offset += piece;
	}
	return SQLITE_OK;
}

static int
real_write(struct pages *pages, const uint8_t *bytes, size_t len, uint64_t offset)
{
	while (len > 0) {
		size_t piece = len < PIECE_MAX ? len : PIECE_MAX;
		int rc;

		if (fault_fires(FAULT_WRITE) || fault_fires(FAULT_SHORT))
			return errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
		rc = pages->real->pMethods->xWrite(pages->real, bytes, (int)piece,
						   (sqlite3_int64)offset);
		if (rc != SQLITE_OK)
			return rc;
		bytes += piece;
		len -= piece;
		offset += piece;
	}
	return SQLITE_OK;
}

static int
real_sync(struct pages *pages)
{
	if (fault_fires(FAULT_FSYNC))
		return SQLITE_IOERR_FSYNC;
	return pages->real->pMethods->xSync(pages->real,
					    SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

static int
real_truncate(struct pages *pages, uint64_t size)
{
	if (fault_fires(FAULT_WRITE))
		return SQLITE_IOERR_TRUNCATE;
	return pages->real->pMethods->xTruncate(pages->real, (sqlite3_int64)size);
}

static int
real_size(struct pages *pages, uint64_t *ret_size)
{
	sqlite3_int64 size = 0;
	int rc = pages->real->pMethods->xFileSize(pages->real, &size);

	*ret_size = (uint64_t)size;
	return rc;
}

/* The offset of page `page_no`.  For one more than the number of pages it is the
 * length of a file without a tail. */
static uint64_t
place_of(uint64_t page_no)
{
	return page_no * SEALED_PAGE_LEN;
}

void
pages_init(struct pages *pages, sqlite3_file *real, const struct secret *key)
{
	*pages = (struct pages){
		.real = real,
		.key = key,
		.changed = BUF_INIT(PAGES_CHANGE_MAX),
		.numbers = BUF_INIT(PAGES_CHANGE_MAX / SEALED_PAGE_LEN * 4),
	};
}

static void
forget_change(struct pages *pages)
{
	pages->changing = pages->failed = false;
	buf_done(&pages->changed);
	buf_done(&pages->numbers);
}

void
pages_done(struct pages *pages)
{
	forget_change(pages);
}

int
pages_load(struct pages *pages, bool *ret_recover)
{
	uint8_t sealed[SEALED_PAGE_LEN];
	uint64_t size;
	int rc = real_size(pages, &size);

	if (rc == SQLITE_OK)
		rc = real_read(pages, sealed, sizeof sealed, 0);
	if (rc == SQLITE_IOERR_SHORT_READ)
		return SQLITE_IOERR_DATA;
	if (rc != SQLITE_OK)
		return rc;
	if (!sealed_page_open_head(pages->key, sealed, &pages->id, &pages->n_pages))
		return SQLITE_IOERR_DATA;
	/* Another length than page 0 says means a tail.  A file that is too short may
	 * end in a whole one, too: pages_recover finds out. */
	*ret_recover = size != place_of((uint64_t)pages->n_pages + 1);
	return SQLITE_OK;
}

int
pages_read(struct pages *pages, uint32_t page_no, uint8_t page[SEALED_PAGE_LEN])
{
	int rc = SQLITE_OK;

	memset(page, 0, SEALED_PAGE_LEN);
	for (size_t i = 0; i < pages->numbers.len; i += 4)
		if (bytes_u32be(pages->numbers.data + i) == page_no)
			return SQLITE_IOERR_READ; /* SQLite was told to keep changed pages
						     in memory */
	if (page_no == 0 || page_no > pages->n_pages)
		return page_no == 1 ? SQLITE_IOERR_SHORT_READ : SQLITE_IOERR_DATA;
	rc = real_read(pages, page, SEALED_PAGE_LEN, place_of(page_no));
	if (rc == SQLITE_IOERR_SHORT_READ ||
	    (rc == SQLITE_OK && !sealed_page_open(pages->key, &pages->id, page_no, page)))
		rc = SQLITE_IOERR_DATA;
	if (rc != SQLITE_OK)
		memset(page, 0, SEALED_PAGE_LEN);
	return rc;
}

static void
start_change(struct pages *pages)
{
	if (pages->changing)
		return;
	pages->changing = true;
	pages->n_next = pages->n_pages;
}

int
pages_write(struct pages *pages, uint32_t page_no, const uint8_t page[SEALED_PAGE_LEN])
{
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t *sealed;

	start_change(pages);
	sealed = buf_reserve(&pages->changed, SEALED_PAGE_LEN, &err);
	if (sealed == NULL || buf_add_u32be(&pages->numbers, page_no, &err) < 0) {
		pages->failed = true;
		return err.code == AMANA_E_NOMEM ? SQLITE_IOERR_NOMEM : SQLITE_FULL;
	}
	memcpy(sealed, page, SEALED_PAGE_LEN);
	sealed_page_seal(pages->key, &pages->id, page_no, sealed);
	pages->changed.len += SEALED_PAGE_LEN;
	if (page_no > pages->n_next)
		pages->n_next = page_no;
	return SQLITE_OK;
}

int
pages_truncate(struct pages *pages, uint32_t n_pages)
{
	start_change(pages);
	pages->n_next = n_pages;
	return SQLITE_OK;
}

uint32_t
pages_count(const struct pages *pages)
{
	return pages->changing ? pages->n_next : pages->n_pages;
}

/* Computes one hash over the numbers, nonces and tags of the changed pages; the tags
 * stand for what the pages hold. */
static void
chain_change(const struct pages *pages, struct hash *ret_chain)
{
	uint8_t link[HASH_LEN + 4 + SEALED_PAGE_RESERVED] = {0};
	size_t n = pages->numbers.len / 4;

	memset(ret_chain, 0, sizeof *ret_chain);
	for (size_t i = 0; i < n; i++) {
		memcpy(link, ret_chain->bytes, HASH_LEN);
		memcpy(link + HASH_LEN, pages->numbers.data + 4 * i, 4);
		memcpy(link + HASH_LEN + 4,
		       pages->changed.data + i * SEALED_PAGE_LEN + SEALED_PAGE_SEALED_LEN,
		       SEALED_PAGE_RESERVED);
		hash_of(link, sizeof link, ret_chain);
	}
}

struct tail_ad {
	uint8_t bytes[MAGIC_LEN + sizeof(struct sealed_page_id) + FIELDS_LEN];
};

static struct tail_ad
make_tail_ad(const struct pages *pages, const uint8_t fields[FIELDS_LEN])
{
	struct tail_ad ad;

	memcpy(ad.bytes, MAGIC, MAGIC_LEN);
	memcpy(ad.bytes + MAGIC_LEN, pages->id.bytes, sizeof pages->id.bytes);
	memcpy(ad.bytes + MAGIC_LEN + sizeof pages->id.bytes, fields, FIELDS_LEN);
	return ad;
}

static void
make_foot(const struct pages *pages, uint8_t foot[FOOT_LEN])
{
	uint8_t *fields = foot + MAGIC_LEN, *nonce = fields + FIELDS_LEN, none = 0;
	uint32_t n = (uint32_t)(pages->numbers.len / 4);
	struct tail_ad ad;
	struct hash chain;

	memcpy(foot, MAGIC, MAGIC_LEN);
	for (int i = 0; i < 4; i++) {
		fields[i] = (uint8_t)(n >> (24 - 8 * i));
		fields[4 + i] = (uint8_t)(pages->n_next >> (24 - 8 * i));
	}
	chain_change(pages, &chain);
	memcpy(fields + 8, chain.bytes, HASH_LEN);
	random_bytes(nonce, AEAD_NONCE_LEN);
	ad = make_tail_ad(pages, fields);
	aead_seal(pages->key, nonce, (struct bytes){ad.bytes, sizeof ad.bytes}, &none, 0,
		  nonce + AEAD_NONCE_LEN);
}

static bool
foot_is_good(const struct pages *pages, const uint8_t foot[FOOT_LEN])
{
	const uint8_t *fields = foot + MAGIC_LEN, *nonce = fields + FIELDS_LEN;
	struct tail_ad ad = make_tail_ad(pages, fields);
	uint8_t none = 0;

	return memcmp(foot, MAGIC, MAGIC_LEN) == 0 &&
	       aead_open(pages->key, nonce, (struct bytes){ad.bytes, sizeof ad.bytes},
			 &none, 0, nonce + AEAD_NONCE_LEN);
}

int
pages_promise(struct pages *pages)
{
	uint8_t foot[FOOT_LEN];
	uint32_t n_most = pages->n_next > pages->n_pages ? pages->n_next : pages->n_pages;
	uint64_t at = place_of((uint64_t)n_most + 1);
	int rc;

	/* After a failure SQLite writes old pages back.  That is not needed:
	 * pages_discard drops the whole change. */
	if (!pages->changing || pages->failed)
		return SQLITE_OK;
	make_foot(pages, foot);
	pages->has_tail = true;
	rc = real_write(pages, pages->changed.data, pages->changed.len, at);
	at += pages->changed.len;
	if (rc == SQLITE_OK)
		rc = real_write(pages, pages->numbers.data, pages->numbers.len, at);
	at += pages->numbers.len;
	if (rc == SQLITE_OK)
		rc = real_write(pages, foot, sizeof foot, at);
	if (rc == SQLITE_OK)
		rc = real_sync(pages);
	if (rc != SQLITE_OK)
		pages->failed = true;
	return rc;
}

int
pages_apply(struct pages *pages)
{
	uint8_t head[SEALED_PAGE_LEN];
	int rc = SQLITE_OK;

	if (!pages->changing)
		return SQLITE_OK;
	if (pages->failed || !pages->has_tail)
		return SQLITE_IOERR_WRITE;
	for (size_t i = 0; rc == SQLITE_OK && i < pages->numbers.len / 4; i++) {
		uint32_t page_no = bytes_u32be(pages->numbers.data + 4 * i);

		if (page_no <= pages->n_next)
			rc = real_write(pages, pages->changed.data + i * SEALED_PAGE_LEN,
					SEALED_PAGE_LEN, place_of(page_no));
	}
	if (rc == SQLITE_OK) {
		sealed_page_make_head(pages->key, &pages->id, pages->n_next, head);
		rc = real_write(pages, head, sizeof head, 0);
	}
	if (rc == SQLITE_OK)
		rc = real_sync(pages);
	/* Now the tail is not needed.  If anything failed, it stays: the change was
	 * promised, and whoever takes a lock next carries it out. */
	if (rc == SQLITE_OK)
		rc = real_truncate(pages, place_of((uint64_t)pages->n_next + 1));
	if (rc == SQLITE_OK)
		pages->n_pages = pages->n_next;
	pages->has_tail = false;
	forget_change(pages);
	return rc;
}

void
pages_discard(struct pages *pages)
{
	if (pages->has_tail)
		(void)real_truncate(pages, place_of((uint64_t)pages->n_pages + 1));
	pages->has_tail = false;
	forget_change(pages);
}

/* True if the tail that was read is the one that its foot speaks of, and every page in
 * it opens. */
static bool
change_is_whole(const struct pages *pages, const uint8_t foot[FOOT_LEN])
{
	uint8_t sealed[SEALED_PAGE_LEN];
	struct hash chain;
	bool good;

	chain_change(pages, &chain);
	good = memcmp(chain.bytes, foot + MAGIC_LEN + 8, HASH_LEN) == 0;
	for (size_t i = 0; good && i < pages->numbers.len / 4; i++) {
		memcpy(sealed, pages->changed.data + i * SEALED_PAGE_LEN,
		       SEALED_PAGE_LEN);
		good = sealed_page_open(pages->key, &pages->id,
					bytes_u32be(pages->numbers.data + 4 * i), sealed);
	}
	secret_wipe(sealed, sizeof sealed);
	return good;
}

/* Reads the tail at the end of the file into the change.  *ret_whole is false if there
 * is no whole one. */
static int
load_tail(struct pages *pages, uint64_t size, bool *ret_whole)
{
	struct amana_error err = AMANA_ERROR_INIT;
	uint8_t foot[FOOT_LEN];
	uint64_t tail_len;
	uint32_t n, n_next;
	int rc;

	*ret_whole = false;
	if (size < FOOT_LEN)
		return SQLITE_OK;
	rc = real_read(pages, foot, sizeof foot, size - FOOT_LEN);
	if (rc != SQLITE_OK || !foot_is_good(pages, foot))
		return rc;
	n = bytes_u32be(foot + MAGIC_LEN);
	n_next = bytes_u32be(foot + MAGIC_LEN + 4);
	tail_len = (uint64_t)n * (SEALED_PAGE_LEN + 4) + FOOT_LEN;
	if (tail_len > PAGES_CHANGE_MAX ||
	    size < tail_len + place_of((uint64_t)n_next + 1))
		return SQLITE_OK;
	if (buf_reserve(&pages->changed, n * SEALED_PAGE_LEN, &err) == NULL ||
	    buf_reserve(&pages->numbers, (size_t)n * 4, &err) == NULL)
		return SQLITE_IOERR_NOMEM;
	rc = real_read(pages, pages->changed.data, n * SEALED_PAGE_LEN, size - tail_len);
	if (rc == SQLITE_OK)
		rc = real_read(pages, pages->numbers.data, (size_t)n * 4,
			       size - FOOT_LEN - (uint64_t)n * 4);
	if (rc != SQLITE_OK)
		return rc;
	pages->changed.len = n * SEALED_PAGE_LEN;
	pages->numbers.len = (size_t)n * 4;
	pages->n_next = n_next;
	*ret_whole = change_is_whole(pages, foot);
	return SQLITE_OK;
}

int
pages_recover(struct pages *pages)
{
	uint64_t size, settled;
	bool whole = false, again;
	int rc;

	/* The lock was given up in between, so another process may have done it. */
	rc = pages_load(pages, &again);
	if (rc != SQLITE_OK || !again)
		return rc;
	rc = real_size(pages, &size);
	if (rc == SQLITE_OK)
		rc = load_tail(pages, size, &whole);
	if (rc == SQLITE_OK && whole) {
		pages->changing = pages->has_tail = true;
		return pages_apply(pages);
	}
	forget_change(pages);
	settled = place_of((uint64_t)pages->n_pages + 1);
	if (rc != SQLITE_OK)
		return rc;
	if (size < settled)
		return SQLITE_IOERR_DATA; /* the file was cut off, and no commit that
					     broke off does that */
	return real_truncate(pages, settled);
}
