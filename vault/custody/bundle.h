/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_BUNDLE_H
#define CUSTODY_BUNDLE_H

#include "custody/sheet.h"

/*
 * Bundles: the sheets of one act in one object under lines/ (docs/FORMAT.md section 7).
 * Only ciphertext is handled here.  Pure functions; any thread.
 */
#define BUNDLE_MAX ((size_t)64 << 20)
/* More than the entries of one slot can name: they take at most 16 MiB, and each name
 * takes 71 bytes. */
#define BUNDLE_SHEETS_MAX ((size_t)262144)

/* Appends a sheet of 1 to SHEET_FILE_MAX bytes to a bundle (BUF_INIT(BUNDLE_MAX)).
 * AMANA_E_LIMIT: the bundle is full. */
int bundle_add(struct buf *bundle, struct bytes sheet,
	       struct amana_error *err) MUST_CHECK;
/* Appends the mark of a sheet that was destroyed. */
int bundle_add_destroyed(struct buf *bundle, struct amana_error *err) MUST_CHECK;
/* Ends a bundle that is rewritten: nobody is to know its name beforehand. */
int bundle_end_at_random(struct buf *bundle, struct amana_error *err) MUST_CHECK;

struct bundle {
	size_t n;
	bool rewritten; /* it ends at random: a dispose or erase wrote it */
	struct bytes
		*sheets;     /* borrowed from the parsed bytes; len 0: it was destroyed */
	struct hash *hashes; /* SHA-256 of each; zero where it was destroyed */
};
#define BUNDLE_INIT                                                                      \
	{                                                                                \
		.n = 0                                                                   \
	}
/* Frees what the bundle owns, which the sheets' bytes are not. */
void bundle_done(struct bundle *bundle);

/* `bytes` must outlive the bundle, which the caller ends with bundle_done.
 * AMANA_E_TAMPERED if a length does not fit or the bundle is empty, AMANA_E_LIMIT over
 * BUNDLE_MAX. */
int bundle_parse(struct bytes bytes, struct bundle *ret_bundle,
		 struct amana_error *err) MUST_CHECK;
/* The index of the sheet with this SHA-256.  1: it is not in the bundle. */
int bundle_find(const struct bundle *bundle, const struct hash *sheet,
		size_t *ret_index) MUST_CHECK;

#endif
