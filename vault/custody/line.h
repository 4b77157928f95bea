/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_LINE_H
#define CUSTODY_LINE_H

#include "crypto/age.h"
#include "crypto/spans.h"
#include "custody/id.h"
#include "custody/line_kind.h"

#include <jansson.h>

/*
 * Lines: single facts in I-JSON, each on a line of text, which public entries name by
 * their SHA-256 (docs/FORMAT.md section 6).  They hold names of people, so whatever
 * held one is wiped: the JSON in a struct buf by line_text_done, a parsed line by
 * line_done.
 *
 * No function here keeps state; any thread may call any of them on its own lines.
 */
#define LINE_BYTES_MAX 61440 /* bytes of JSON */
/* Nested objects and arrays; the line itself is the first. */
#define LINE_DEPTH_MAX 32
#define LINE_EVENT_MAX 32
/* RFC 7493: from here on, and below its negative, programs disagree about integers */
#define LINE_INTEGER_END (INT64_C(1) << 53)

/* What a line belongs to.  A reader builds one from the entry, and line_check compares
 * it with the line's own. */
struct line_bond {
	struct hash vault;
	bool in_case; /* false: "-", the act is outside any case */
	struct custody_id case_id;
	struct member_code actor;
	/* of content, about and source */
	struct custody_id exhibit;
	bool has_object; /* false: "-", the exhibit is a physical thing */
	struct hash object;
	struct age_recipient recipient;
	/* of custody and reason */
	struct custody_id act; /* the nonce of the act's batch */
};

struct line_clock { /* docs/FORMAT.md section 6.1 */
	int64_t utc_at;
	int64_t monotonic_ms;
	char boot[64 + 1]; /* "-": unknown */
	bool stepped_back;
};

/* One line, either to build or as parsed.  Texts are UTF-8; one that was not given is
 * "", or NULL in a line to build.  A line to build borrows everything from the caller;
 * a parsed line owns everything until line_done. */
struct line {
	enum line_kind kind;
	struct line_bond bond;
	/* of content */
	uint64_t size; /* bytes */
	struct hash sha256;
	/* The digests of the exhibit's spans (crypto/spans.h), spans_count(size) of them;
	 * none where one span holds it. */
	struct bytes blocks;
	const char *media_type;
	/* of about */
	struct bytes name; /* the bytes of the path, UTF-8 or not */
	const char
		*name_shown; /* of parsed lines: UTF-8, with U+FFFD for each bad byte */
	const char *type;    /* statement, document, photo, audio, video, device, other */
	const char *title, *description;
	/* of source */
	const char *source;
	bool has_received, has_modified;
	int64_t received_at, modified_at;
	const json_t *facts; /* an object, or NULL */
	/* of custody */
	const char *event; /* [a-z][a-z0-9-]{0,31} */
	const char *tool, *device;
	struct line_clock clock;
	const json_t *details; /* an object, or NULL */
	/* of reason */
	const char *text;

	/* of parsed lines */
	struct hash hash; /* SHA-256 of the JSON */
	json_t *root_;
	uint8_t *name_bytes_;
	size_t name_bytes_len_;
	uint8_t *blocks_;
};
#define LINE_INIT                                                                        \
	{                                                                                \
		.root_ = NULL                                                            \
	}

/* Writes the line's JSON with a fresh salt into the empty ret_json
 * (BUF_INIT(LINE_BYTES_MAX) or larger); *ret_hash is its SHA-256.  AMANA_E_USAGE for a
 * value that the format has no spelling for: text that is not UTF-8, a wrong type or
 * event, blocks that are not those of the size.  AMANA_E_LIMIT over LINE_BYTES_MAX. */
int line_build(const struct line *line, struct buf *ret_json, struct hash *ret_hash,
	       struct amana_error *err) MUST_CHECK;
/* AMANA_E_TAMPERED unless the bytes are exactly one object in I-JSON, with every
 * member in its grammar.  The message repeats nothing of the text.  The caller ends
 * *ret_line with line_done. */
int line_parse(struct bytes json, struct line *ret_line,
	       struct amana_error *err) MUST_CHECK;
/* Wipes and frees what a parsed line owns; harmless on a line made for building. */
void line_done(struct line *line);
/* Wipes and ends a buffer that held a line. */
void line_text_done(struct buf *json);

/* A reader's check that the line's SHA-256, kind and bond are those of the entry;
 * members of the bond that the kind does not use are not looked at.  AMANA_E_TAMPERED
 * names what differs and `signer`, the code of who signed the batch. */
int line_check(const struct line *line, enum line_kind kind, const struct hash *hash,
	       const struct line_bond *expected, const char *signer,
	       struct amana_error *err) MUST_CHECK;

/* True for the types of an exhibit: statement, document, photo, audio, video, device,
 * other.  False for NULL. */
bool line_type_valid(const char *type);
/* True if `text` is valid UTF-8 without noncharacters (RFC 7493). */
bool line_text_valid(const char *text, size_t len);
/* Appends a file's name as text: each byte that is no part of valid text becomes
 * U+FFFD. *ret_bad: there was such a byte, so the name itself must be written as
 * base64, too. */
int line_show_name(struct bytes name, struct buf *text, bool *ret_bad,
		   struct amana_error *err) MUST_CHECK;
/* Wipes every string and number of a JSON value, then releases it.  NULL is harmless. */
void line_json_done(json_t *json);

#endif
