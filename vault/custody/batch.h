/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_BATCH_H
#define CUSTODY_BATCH_H

#include "crypto/note.h"
#include "custody/entry.h"

/*
 * Batches, which are the slots from 1 on: a signed note, then the entries
 * (docs/FORMAT.md section 4).
 *
 * Reading is cut into functions as the rules of section 9 are, since what fails
 * decides the verdict: a slot is damaged if batch_split, batch_note_fits or batch_next
 * fails, and void if batch_note_decode does. state/judge.h puts them together.
 *
 * Pure functions over borrowed bytes; any thread; reading allocates nothing.
 */
#define BATCH_BYTES_MAX ((size_t)16 << 20)
#define ORIGIN_NAME_MAX 64
#define ORIGIN_MAX (ORIGIN_NAME_MAX + 1 + CUSTODY_ID_HEX_LEN)

/* True for NAME "/" and 32 lower-case hex digits. */
bool origin_is_valid(const char *text, size_t len);
/* Makes an origin of a name and fresh random digits.  AMANA_E_USAGE if the name is not
 * in its grammar. */
int origin_make(const char *name, char ret_origin[ORIGIN_MAX + 1],
		struct amana_error *err) MUST_CHECK;

struct batch_parts {	   /* borrowed from the slot's bytes */
	struct bytes text; /* the signed text, with its last LF */
	struct note_sig sig;
	struct bytes entries; /* what follows the signature line; may be empty */
};
/* Splits a slot at its first blank line.  AMANA_E_FORMAT: it is longer than 16 MiB, or
 * there is no blank line, or what follows is no canonical signature line of Ed25519. */
int batch_split(struct bytes slot, struct batch_parts *ret_parts,
		struct amana_error *err) MUST_CHECK;

struct batch_note {
	uint64_t n;
	struct hash prev;	 /* SHA-256 of slot n - 1 */
	struct custody_id nonce; /* the act's id */
	uint64_t before, after;	 /* tree sizes */
	struct hash root;	 /* of the tree after it */
	bool has_bundle;
	struct hash bundle;
};
/* AMANA_E_FORMAT unless the first three lines of the text are ORIGIN/batch, n and
 * prev: the part of rule 1. */
int batch_note_fits(struct bytes text, const char *origin, uint64_t n,
		    const struct hash *prev, struct amana_error *err) MUST_CHECK;
/* AMANA_E_FORMAT unless the text is exactly eight lines in their grammar: the part of
 * rule 2. origin NULL takes any.  Whether the sizes fit the state is not asked here. */
int batch_note_decode(struct bytes text, const char *origin, struct batch_note *ret_note,
		      struct amana_error *err) MUST_CHECK;
/* Appends the text to buf.  AMANA_E_BUG if a field is out of its grammar. */
int batch_note_encode(const struct batch_note *note, const char *origin, struct buf *buf,
		      struct amana_error *err) MUST_CHECK;

/* Takes the next entry off *rest, which begins as batch_parts.entries.  1: there is
 * none left.  -1 with AMANA_E_FORMAT: a length reaches past the end. */
int batch_next(struct bytes *rest, struct bytes *ret_entry,
	       struct amana_error *err) MUST_CHECK;
/* Appends one entry with its length to what will be batch_parts.entries
 * (BUF_INIT(BATCH_BYTES_MAX)). */
int batch_add(struct buf *entries, struct bytes entry,
	      struct amana_error *err) MUST_CHECK;

/* What a slot is made of; all borrowed.  Root and sizes of the note are the caller's, who
 * has them from the state that drafted the entries (state_draft). */
struct batch_signing {
	const struct batch_note *note;
	const char *origin;
	struct bytes entries;		/* as batch_add wrote them */
	const struct member_code *code; /* whose note it is */
	const struct secret *seed;	/* that member's signing key */
};
/* A whole slot, appended to the empty ret_slot (BUF_INIT(BATCH_BYTES_MAX)): the signed
 * note, then the entries. */
int batch_sign(const struct batch_signing *signing, struct buf *ret_slot,
	       struct amana_error *err) MUST_CHECK;

#endif
