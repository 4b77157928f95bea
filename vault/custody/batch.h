/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_BATCH_H
#define CUSTODY_BATCH_H

#include "crypto/note.h"
#include "custody/entry.h"

/*
 * Slots N >= 1: a signed note, then the entries (docs/FORMAT.md section 4).  The
 * functions stand apart as the rules of section 9 do: a failure of batch_split is
 * "damaged", one of batch_note_decode "void", one of batch_next "damaged".  judge.h puts
 * them together.
 *
 * Pure functions over borrowed bytes; any thread; reading allocates nothing.
 */
#define BATCH_BYTES_MAX ((size_t)16 << 20)
#define ORIGIN_NAME_MAX 64
#define ORIGIN_MAX (ORIGIN_NAME_MAX + 1 + CUSTODY_ID_HEX_LEN)

/* NAME "/" and 32 lower-case hex digits. */
bool origin_is_valid(const char *text, size_t len);
/* NAME "/" and fresh random digits.  AMANA_E_USAGE if NAME is not in its grammar. */
int origin_make(const char *name, char ret_origin[ORIGIN_MAX + 1],
		struct amana_error *err) MUST_CHECK;

struct batch_parts {	   /* all borrowed from the slot's bytes */
	struct bytes text; /* the signed text, with its last LF */
	struct note_sig sig;
	struct bytes entries; /* what follows the signature line; may be empty */
};
/* Splits at the first blank line.  AMANA_E_FORMAT: over 16 MiB, no blank line, no
 * signature line after it, not canonical, not Ed25519. */
int batch_split(struct bytes slot, struct batch_parts *ret_parts,
		struct amana_error *err) MUST_CHECK;

struct batch_note {
	uint64_t n;
	struct hash prev;	 /* SHA-256 of slot n - 1 */
	struct custody_id nonce; /* the act's id */
	uint64_t before, after;	 /* tree sizes */
	struct hash root;	 /* of the tree after */
	bool has_bundle;
	struct hash bundle;
};
/* Rule 1's part: the first three lines are ORIGIN/batch, n and prev.  AMANA_E_FORMAT if
 * not. */
int batch_note_fits(struct bytes text, const char *origin, uint64_t n,
		    const struct hash *prev, struct amana_error *err) MUST_CHECK;
/* Rule 2's part: exactly eight lines in their grammar; `origin` as above, or NULL to take
 * any.  (That before and after fit the state is judge.h's.)  AMANA_E_FORMAT if not. */
int batch_note_decode(struct bytes text, const char *origin, struct batch_note *ret_note,
		      struct amana_error *err) MUST_CHECK;
/* Appends the text. */
int batch_note_encode(const struct batch_note *note, const char *origin, struct buf *buf,
		      struct amana_error *err) MUST_CHECK;

/* Takes the next entry off *rest (which starts as parts.entries).  1: there is none left;
 * -1 with AMANA_E_FORMAT: a length reaches past the end. */
int batch_next(struct bytes *rest, struct bytes *ret_entry,
	       struct amana_error *err) MUST_CHECK;
/* Appends one entry with its length to what will be parts.entries: `entries` is
 * BUF_INIT(BATCH_BYTES_MAX). */
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
