/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_LISTING_H
#define SESSION_LISTING_H

#include "amana/exhibit.h"
#include "session/session.h"

/*
 * Rows of the catalogue as people see them: what list, show, search and the mount give
 * out.  Whoever calls this has brought the catalogue up to date and may read the case's
 * names, on record.  On the session's thread.
 */
#define LISTING_TEXTS_MAX ((size_t)1 << 20) /* bytes of one row's texts */
struct listing {
	struct session *session;	   /* borrowed */
	char case_code[TEXT_CASE_MAX + 1]; /* "-": not known; rows are called id:HEX */
	struct custody_id case_id;
	bool only_own; /* a depositor sees the sealed fields of own deposits alone */
	amana_exhibit_row *row;
	void *ctx;
	struct buf texts; /* NUL-ended copies of a row's texts; the owner's to release */
};

/* What the log says of an exhibit.  What is sealed is left empty. */
void listing_public(const struct listing *listing, const struct catalog_exhibit *row,
		    struct amana_exhibit *ret_exhibit);
/* Fills in what the exhibit's sheet says; the texts stand in listing->texts until the
 * next call. */
int listing_sealed(struct listing *listing, const struct catalog_exhibit *row,
		   struct amana_exhibit *ret_exhibit, struct amana_error *err) MUST_CHECK;
/* Hands a row of the catalogue to listing->row, with what this person may know of it; arg
 * is the struct listing.  Returns what that returns. */
int listing_give(const struct catalog_exhibit *row, void *arg,
		 struct amana_error *err) MUST_CHECK;

/* The exhibits of the case with a number above `after`, by number, from the catalogue as
 * it stands.  Ends with what listing->row returns if that is not 0. */
int listing_rows(struct listing *listing, uint64_t after,
		 struct amana_error *err) MUST_CHECK;

#endif
