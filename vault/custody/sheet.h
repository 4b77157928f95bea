/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_SHEET_H
#define CUSTODY_SHEET_H

#include "custody/line.h"

/* Sheets: age files that hold lines and, for a deposit, the exhibit's identity.  The
 * plaintext is itself an age identities file (docs/FORMAT.md section 6).  Any thread
 * may call these. */
#define SHEET_PLAIN_MAX 262144
#define SHEET_FILE_MAX 524288
#define SHEET_STEP 1024 /* the plaintext is a multiple of this */

struct sheet {
	struct secret plain;
	struct bytes *lines; /* each line's JSON, pointing into plain */
	size_t n_lines;
	struct secret identity; /* AGE_KEY_LEN bytes; empty if the sheet has none */
};
#define SHEET_INIT                                                                       \
	{                                                                                \
		.lines = NULL                                                            \
	}
/* Wipes and frees what the sheet owns. */
void sheet_done(struct sheet *sheet);

/* What a sheet is made of; all borrowed. */
struct sheet_content {
	const struct bytes *lines; /* JSON without LF, each 1 to LINE_BYTES_MAX bytes */
	size_t n_lines;
	const struct secret *identity; /* the exhibit's; NULL for an act sheet */
};
/* Makes the plaintext.  AMANA_E_LIMIT if the lines do not fit into SHEET_PLAIN_MAX
 * bytes. */
int sheet_build(const struct sheet_content *content, struct secret *ret_plain,
		struct amana_error *err) MUST_CHECK;
/* Makes the plaintext, seals it to the recipients and appends the age file to
 * ret_file; *ret_hash is the SHA-256 of the age file. */
int sheet_seal(const struct sheet_content *content,
	       const struct age_recipient *recipients, size_t n_recipients,
	       struct buf *ret_file, struct hash *ret_hash,
	       struct amana_error *err) MUST_CHECK;

/* Takes `plain` over on success, leaving it empty; the caller ends *ret_sheet with
 * sheet_done.  AMANA_E_TAMPERED unless the text is lines, then one padding line, then
 * at most one identity, and nothing else. */
int sheet_parse(struct secret *plain, struct sheet *ret_sheet,
		struct amana_error *err) MUST_CHECK;
/* Opens the age file with whichever identity fits, and parses it.  1: it is sealed to
 * none of the identities. */
int sheet_open(const struct secret *identities, size_t n_identities, struct bytes file,
	       struct sheet *ret_sheet, struct amana_error *err) MUST_CHECK;
/* The line with this SHA-256; -1 if the sheet holds none. */
int sheet_find(const struct sheet *sheet, const struct hash *hash,
	       struct bytes *ret_json) MUST_CHECK;

#endif
