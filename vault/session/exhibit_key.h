/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_EXHIBIT_KEY_H
#define SESSION_EXHIBIT_KEY_H

#include "session/sheets.h"
#include "object/object_open.h"

/*
 * From an exhibit to what opens its object: its sheet, read where it was deposited.  The
 * caller has recorded, or records before any byte is given out, that the exhibit is read
 * (DESIGN.md rule 4).
 */

/* The slot that was read last, kept since neighbours were mostly deposited together. */
struct exhibit_slot {
	struct sheets_slot slot;
	uint64_t n;	   /* the slot that is loaded; 0: none */
	struct bytes next; /* the entries behind the one that was found last */
};
#define EXHIBIT_SLOT_INIT                                                                \
	{                                                                                \
		.slot = SHEETS_SLOT_INIT                                                 \
	}
/* Loads slot n unless it is there. */
int exhibit_slot_load(struct session *session, uint64_t n, struct exhibit_slot *slot,
		      struct amana_error *err) MUST_CHECK;
void exhibit_slot_done(struct exhibit_slot *slot);

/* Which exhibit, and what messages call it: CASE/7, or id:HEX.  Both are borrowed. */
struct exhibit_named {
	const struct custody_id *id;
	const char *ref;
};
/* Its sheet, opened, out of its slot, which is loaded for it.  AMANA_E_DENIED: no key of
 * this person's opens it; AMANA_E_MISSING: disposed of; AMANA_E_TAMPERED: the sheet fails
 * its check. */
int exhibit_sheet(struct session *session, struct exhibit_slot *slot,
		  const struct exhibit_named *exhibit, struct sheets_exhibit *ret_opened,
		  struct amana_error *err) MUST_CHECK;
/*
 * Key and content line only, from a slot that is loaded, which does not change: several
 * threads may do so at once, each with a cursor of its own (empty at first), as long as
 * session_ring has been asked for the case and nothing else is done with the session.
 */
int exhibit_content_in(struct session *session, const struct exhibit_slot *slot,
		       struct bytes *cursor, const struct exhibit_named *exhibit,
		       struct sheets_exhibit *ret_opened,
		       struct amana_error *err) MUST_CHECK;
/*
 * The recipient that the exhibit's object is sealed to, out of its sheet: what a line
 * about the exhibit names.  1: no key of this person's opens the sheet, or it was
 * destroyed. AMANA_E_TAMPERED: the sheet fails its check.
 */
int exhibit_recipient(struct session *session, struct exhibit_slot *slot,
		      const struct custody_id *exhibit,
		      struct age_recipient *ret_recipient,
		      struct amana_error *err) MUST_CHECK;
/* What the object must be, by the log and the sheet, from which the blocks are borrowed.
 * `ref`: what messages call the
 * exhibit.  AMANA_E_MISSING: it is a physical thing, and there is no object. */
int exhibit_expect(const struct state_exhibit *exhibit,
		   const struct sheets_exhibit *opened, const char *ref,
		   struct object_expect *ret_expect, struct amana_error *err) MUST_CHECK;

#endif
