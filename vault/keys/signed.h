/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_SIGNED_H
#define KEYS_SIGNED_H

#include "base/text.h"
#include "crypto/note.h"

/*
 * Signed notes with exactly one signature line, by a member: cards, welcomes, case cards.
 * Parsing and judging are apart, because the key that must have signed is often known
 * only later.  Pure functions.
 */
#define SIGNED_MAX 4096	     /* bytes of such a note */
#define SIGNED_ORIGIN_MAX 97 /* NAME/32 hex digits */
#define SIGNED_ID_LEN 32     /* hex digits of a case id */

struct signed_by {
	char code[TEXT_MEMBER_MAX + 1]; /* the name on the signature line */
	uint8_t id[4];
	uint8_t sig[SIGN_SIG_LEN];
};

/* Splits a note into text and signature line.  -1, filling nothing: it is no note, it has
 * not exactly one signature line, or that is not by a member. */
int signed_split(struct bytes note, struct bytes *ret_text,
		 struct signed_by *ret_by) MUST_CHECK;
/* True if the signature line is by this key and good over text. */
bool signed_verify(struct bytes text, const struct signed_by *by,
		   const struct note_key *key);

/* Takes the first line off a note's text: ORIGIN, then `kind` ("/welcome").  -1: it is
 * not that. */
int signed_take_origin(struct text_cursor *cursor, const char *kind,
		       char ret_origin[SIGNED_ORIGIN_MAX + 1]) MUST_CHECK;
/* `text` is [a-z0-9][a-z0-9.-]{0,63}/ and 32 lower-case hex digits. */
bool signed_is_origin(const char *text, size_t len);
/* 32 lower-case hex digits. */
bool signed_is_id(const char *text, size_t len);

#endif
