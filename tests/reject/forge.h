/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H

#include "../unit/log_builder.h"

#include "custody/bundle.h"
#include "keys/ring.h"

/*
 * What make.c's parts share: the office of the base log, and writing files.  Everything
 * comes from fixed bytes (forge.c has a random number source of its own that is none), so
 * that a second run writes the same files.
 */
struct forge_act;
struct forge {
	const char *top; /* tests/ */
	struct log_builder lb;
	/* X-010 is never enrolled; K-011 is a recovery card; S-007 had the keys of
	 * `replaced` first; S-008 is revoked. */
	struct person *admin, *admin2, *auditor, *lead, *reader, *depositor, *replaced,
		*renewed, *revoked, *standby, *stranger, *card;
	struct custody_id case_a, case_b;
	struct ring *ring_audit, *ring_a, *ring_b; /* case A is at its epoch 2 */
	struct custody_id exhibit_a,
		exhibit_b; /* one in each case; exhibit_b is on hold */
	struct hash object_a;
	struct forge_act *act_a, *act_b,
		*act_record;  /* their deposits, and the record about exhibit_a */
	struct hash proposal; /* open, by the lead: to dispose of exhibit_b */
};

/* ---- writing ---- */

/* tests/reject/NAME: "line/duplicate-key.tampered". */
void forge_put(const struct forge *forge, const char *name, struct bytes bytes);
/* Any path below tests/, folders made. */
void forge_write(const struct forge *forge, const char *path, struct bytes bytes);

/* `text` with the only or first `find` replaced by `with`: appended to ret_text. */
void forge_replace(const char *text, const char *find, const char *with,
		   struct buf *ret_text);
/* The note over this text, which need not be a text that note_sign would take. */
void forge_note(const char *text, const char *name, const struct secret *seed,
		struct buf *ret_note);

struct forge_mutation {
	const char *name; /* "card/older-version.format" */
	const char *find, *with;
};
/* One file each. */
void forge_mutate(const struct forge *forge, const char *text,
		  const struct forge_mutation *list, size_t n);
/* The same, signed after the change. */
void forge_mutate_signed(const struct forge *forge, const char *text, const char *signer,
			 const struct secret *seed, const struct forge_mutation *list,
			 size_t n);

/* ---- the base log: tests/vectors/base-log, a whole vault, and its people's identity
 * files ---- */

#define FORGE_PASSPHRASE "amana"
/* The exhibit in case A. */
#define FORGE_CONTENT "The first exhibit.\n"
void forge_base(struct forge *forge);
void forge_done(struct forge *forge);

/*
 * One act in the making, with its sheets.  Whoever wants a bad one changes it before
 * forge_act_end; what is changed before forge_seal_exhibit is in the sheet, too.
 */
struct forge_act {
	struct entry entry;
	struct buf bundle;
	/* deposits */
	struct secret identity;
	struct age_recipient recipient;
	struct buf object;
	struct line say[3]; /* content, about, source: what the lines will say */
	struct buf json[3];
	struct hash lines[3];
};
/* Opens the batch. */
void forge_begin(struct forge *forge, struct person *actor, struct forge_act *ret_act);
/* Adds a sheet to the bundle and its hash to the entry. */
void forge_add_sheet(struct forge_act *act, struct bytes sheet);
/* Lines custody and reason, into entry and bundle, sealed as the place of the entry says.
 */
void forge_act_sheet(struct forge *forge, struct forge_act *act, const char *event);
/* A whole deposit up to what its lines say. */
void forge_deposit(struct forge *forge, const struct custody_id *case_id,
		   const char *content, struct forge_act *act);
/* Names the object in entry and lines: for a deposit with another object than its own. */
void forge_deposit_object(struct forge_act *act, struct bytes object);
/* Builds the lines and the exhibit's sheet, and names them all in the entry. */
void forge_seal_exhibit(struct forge *forge, struct forge_act *act);
/* As the two halves: the lines alone; a sheet of these lines, sealed to the case's ring.
 */
void forge_build_lines(struct forge_act *act);
void forge_exhibit_sheet(struct forge *forge, const struct forge_act *act,
			 const struct bytes *lines, size_t n_lines,
			 struct buf *ret_sheet);
/* Adds the entry, signs.  The slot is not judged. */
void forge_end(struct forge *forge, struct forge_act *act, struct buf *ret_slot);
void forge_act_done(struct forge_act *act);
/* The `blank` lines for the exhibit of this deposit: its sheets, which it alone names. */
void forge_blank(const struct forge_act *deposit, struct entry *e);

/* ---- the parts ---- */

void
make_texts(struct forge *forge); /* genesis, key files, and what stands outside a vault */
void make_entries(struct forge *forge);
void make_batches(struct forge *forge); /* batch, skip: the note and its place */
void make_acts(struct forge *forge);	/* batch: what the state does not allow */
void make_sealed(struct forge *forge);	/* line, sheet, bundle, age, object, ring */
void make_replays(
	struct forge *forge); /* replay, custody: a slot with its bundle and object */

void make_blocks(struct forge *forge); /* line, replay: digests of an exhibit's spans */

#endif
