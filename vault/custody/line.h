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
#define LINE_TYPE_MAX 16
#define LINE_PACKET_MAX 8192 /* bytes of text */
/* RFC 7493: from here on, and below its negative, programs disagree about integers */
#define LINE_INTEGER_END (INT64_C(1) << 53)

#define LINE_SIZE_MAX ((uint64_t)1 << 48) /* bytes of an exhibit */

/* The member of a source line's facts that is the program's own: what stands beside it is
 * the depositor's word. */
#define LINE_FACTS_OF_PROGRAM "amana"

/* What a line belongs to.  A reader builds one from the entry, and line_check compares
 * it with the line's own. */
struct line_bond {
	struct hash vault;
	bool in_case; /* false: "-", the act is outside any case */
	struct custody_id case_id;
	struct member_code actor;
	/* of content, about and source */
	bool on_case; /* an `about` on the case itself: "-" for the next three */
	struct custody_id exhibit;
	bool has_object; /* false: "-", the exhibit is a physical thing */
	struct hash object;
	/* "-" stands for the recipient; in what line_check expects: it may stand so,
	 * since the entry is a `record`. */
	bool no_recipient;
	struct age_recipient recipient;
	/* of custody and reason */
	struct custody_id act; /* the nonce of the act's batch */
};

/* Whether the machine's clock was set by others, as its kernel has it. */
enum line_synced {
	LINE_SYNCED_UNKNOWN,
	LINE_SYNCED_YES,
	LINE_SYNCED_NO,
};

struct line_clock { /* docs/FORMAT.md section 6.1 */
	int64_t utc_at;
	int64_t monotonic_ms;
	char boot[CUSTODY_ID_HEX_LEN + 1]; /* "" or "-": unknown */
	bool stepped_back;
	enum line_synced synced;
};

/* What an exhibit was made from: a copy, an extract, a conversion. */
struct line_origin {
	struct custody_id exhibit;
	struct hash sha256; /* of the original's content */
	const char *tool, *by, *how;
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
	const char *type;    /* [a-z-]{1,16}; shown as it stands */
	const char *title, *description;
	/* of about on a case, where there is none of the above but a title */
	const json_t *protect; /* an array of texts, or NULL */
	const char *retention;
	/* of source */
	const char *source;
	bool has_received, has_modified;
	int64_t received_at, modified_at; /* modified_at may be before 1970 */
	bool has_origin;
	struct line_origin origin; /* `derived_from` */
	const char *packet;	   /* the sender's note, at most LINE_PACKET_MAX bytes */
	const json_t *facts;	   /* an object, or NULL; also of about on a case */
	/* of custody */
	const char *event; /* [a-z][a-z0-9-]{0,31} */
	const char *tool, *device;
	struct line_clock clock;
	bool has_occurred;
	int64_t occurred_at;   /* when it happened, if not now */
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
 * members of the bond that the kind, or the line on a case, does not use are not looked
 * at.  AMANA_E_TAMPERED names what differs and `signer`, the code of who signed the
 * batch. */
int line_check(const struct line *line, enum line_kind kind, const struct hash *hash,
	       const struct line_bond *expected, const char *signer,
	       struct amana_error *err) MUST_CHECK;

/* True for [a-z-]{1,16}: statement, document, photo and whatever else a client may say.
 * False for NULL. */
bool line_type_valid(const char *type);
/* True if `text` is valid UTF-8 without noncharacters (RFC 7493) and U+0000. */
bool line_text_valid(const char *text, size_t len);
/* Appends a file's name as text: each byte that is no part of valid text becomes
 * U+FFFD. *ret_bad: there was such a byte, so the name itself must be written as
 * base64, too. */
int line_show_name(struct bytes name, struct buf *text, bool *ret_bad,
		   struct amana_error *err) MUST_CHECK;
/* {"exhibit", "sha256", "tool", "by", "how"}, to be shown; NULL: memory ran out.  The
 * caller releases it with line_json_done. */
json_t *line_origin_json(const struct line_origin *origin);
/* Wipes every string and number of a JSON value, then releases it.  NULL is harmless. */
void line_json_done(json_t *json);

#endif
