/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SHEETS_H
#define SESSION_SHEETS_H

#include "custody/bundle.h"
#include "custody/line.h"
#include "custody/sheet.h"
#include "session/session.h"

/*
 * Reading what is sealed: from a slot of the log to the lines that its entries name, with
 * every line checked against its entry.  Whoever calls this for an exhibit has recorded
 * the reading first (DESIGN.md rule 4).
 *
 * AMANA_E_TAMPERED: something is missing, altered, or not what its signer said; the
 * message names the signer.
 */

/* One slot with its bundle, kept while several of its entries are read.  It may be
 * several megabytes, so one at a time. */
struct sheets_slot {
	uint64_t n;
	struct buf bytes; /* the slot; parts and note point into it */
	struct batch_parts parts;
	struct batch_note note;
	struct buf bundle_bytes;
	struct bundle bundle;
	/* What a dispose or erase rewrote, while it is still there: whoever did may have
	 * dropped a sheet that was to stay. */
	struct buf older_bytes;
	struct bundle older;
	bool has_bundle; /* the slot names one */
};
#define SHEETS_SLOT_INIT                                                                 \
	{                                                                                \
		.bytes = BUF_INIT(BATCH_BYTES_MAX),                                      \
		.bundle_bytes = BUF_INIT(BUNDLE_MAX),                                    \
		.older_bytes = BUF_INIT(BUNDLE_MAX)                                      \
	}
/* Loads slot n and, if it names one, its bundle.  May be called again for another slot.
 */
int sheets_slot_load(struct session *session, uint64_t n, struct sheets_slot *slot,
		     struct amana_error *err) MUST_CHECK;
/* The two halves of it, for those who may find that they do not need the bundle: what is
 * public, and then the bundle. */
int sheets_slot_load_public(struct session *session, uint64_t n, struct sheets_slot *slot,
			    struct amana_error *err) MUST_CHECK;
int sheets_slot_load_bundle(struct session *session, struct sheets_slot *slot,
			    struct amana_error *err) MUST_CHECK;
/* Releases it.  Harmless when empty. */
void sheets_slot_done(struct sheets_slot *slot);
/* The entry about this subject with this event number, and its place in the batch, from
 * 0. 1: the slot has none. */
int sheets_slot_find(const struct sheets_slot *slot, const struct subject *subject,
		     uint64_t event, struct entry *ret_entry, uint32_t *ret_index,
		     struct amana_error *err) MUST_CHECK;

/* An exhibit's own sheet, opened. */
struct sheets_exhibit {
	struct sheet sheet; /* sheet.identity opens the object */
	struct line content, about, source;
	bool has_content, has_about, has_source;
};
#define SHEETS_EXHIBIT_INIT                                                              \
	{                                                                                \
		.has_content = false                                                     \
	}
#define SHEETS_NOT_MINE                                                                  \
	1 /* sealed to a ring or an epoch that this person does not hold */
#define SHEETS_DESTROYED 2 /* a disposal has destroyed it */
/* Opens the exhibit's sheet of a deposit.  0, SHEETS_NOT_MINE or SHEETS_DESTROYED. */
int sheets_open_exhibit(struct session *session, const struct sheets_slot *slot,
			const struct entry *entry, struct sheets_exhibit *ret_exhibit,
			struct amana_error *err) MUST_CHECK;
/* The same for whoever wants the exhibit's bytes and nothing else: the lines `about` and
 * `source` are not looked into. */
int sheets_open_content(struct session *session, const struct sheets_slot *slot,
			const struct entry *entry, struct sheets_exhibit *ret_exhibit,
			struct amana_error *err) MUST_CHECK;
/* Wipes it.  Harmless when empty. */
void sheets_exhibit_done(struct sheets_exhibit *exhibit);

/* An act's sheet, opened. */
struct sheets_act {
	struct sheet sheet;
	struct line custody, reason;
	bool has_custody, has_reason;
};
#define SHEETS_ACT_INIT                                                                  \
	{                                                                                \
		.has_custody = false                                                     \
	}
/* Opens the act sheet of any entry, by the audit ring or the case's.  0, SHEETS_NOT_MINE
 * or SHEETS_DESTROYED. */
int sheets_open_act(struct session *session, const struct sheets_slot *slot,
		    const struct entry *entry, struct sheets_act *ret_act,
		    struct amana_error *err) MUST_CHECK;
/* Wipes it.  Harmless when empty. */
void sheets_act_done(struct sheets_act *act);

/* The private sheet of a record, opened: what was said of an exhibit or case later, for
 * those who read the case alone. */
struct sheets_private {
	struct sheet sheet;
	struct line about, source;
	bool has_about, has_source;
};
#define SHEETS_PRIVATE_INIT                                                              \
	{                                                                                \
		.has_about = false                                                       \
	}
#define SHEETS_NONE 3 /* the entry names none */
/* Opens the private sheet of a record.  `recipient` is the exhibit's, which its lines
 * name; NULL: whoever may not open the exhibit's own sheet cannot know it, and then the
 * lines are believed.  0, SHEETS_NOT_MINE, SHEETS_DESTROYED or SHEETS_NONE. */
int sheets_open_private(struct session *session, const struct sheets_slot *slot,
			const struct entry *entry, const struct age_recipient *recipient,
			struct sheets_private *ret_private,
			struct amana_error *err) MUST_CHECK;
/* Wipes it.  Harmless when empty. */
void sheets_private_done(struct sheets_private *private);

#endif
