/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_TABLE_H
#define CUSTODY_ENTRY_TABLE_H

#include "custody/entry.h"

/*
 * The table of docs/FORMAT.md section 5, shared by decoder and encoder.  Private to
 * entry*.c.
 */
#define ON(kind) (1u << SUBJECT_##kind)

struct entry_reader {
	struct text_cursor cursor;
	unsigned int line; /* number of the last line taken */
	struct amana_error *err;
};

struct action_row {
	const char *name;
	unsigned int subjects; /* ON() bits */
	bool proposable;
	bool exhibit_lines; /* content, about and source may be named */
	size_t objects_min, objects_max;
	int (*parse)(struct entry_reader *r, struct entry *e); /* own lines; NULL: none */
	int (*write)(const struct entry *e, struct buf *buf, struct amana_error *err);
};

const struct action_row *entry_action_row(enum action action);

/*
 * entry_read.c.  Each takes the next line or looks at a text already taken; -1 with the
 * error filled.
 */
int entry_read_line(struct entry_reader *r, struct bytes *ret_line);
/* What follows "WORD " in the next line. */
int entry_read_after(struct entry_reader *r, const char *word, struct bytes *ret_rest);
/* Fills "line N: WHAT" and is -1. */
int entry_read_bad(struct entry_reader *r, const char *what);
/* True if the next line begins with "WORD "; nothing is taken. */
bool entry_read_comes(const struct entry_reader *r, const char *word);
int entry_read_as_number(struct entry_reader *r, struct bytes text, uint64_t min,
			 uint64_t max, uint64_t *ret_value);
int entry_read_number(struct entry_reader *r, const char *word, uint64_t min,
		      uint64_t max, uint64_t *ret_value);
int entry_read_as_hash(struct entry_reader *r, struct bytes text, struct hash *ret_hash);
int entry_read_hash(struct entry_reader *r, const char *word, struct hash *ret_hash);
/* Two fields, the first a hash. */
int entry_read_hash_and(struct entry_reader *r, const char *word, struct hash *ret_hash,
			struct bytes *ret_second);
int entry_read_as_time(struct entry_reader *r, struct bytes text, int64_t *ret_at);
int entry_read_recipient(struct entry_reader *r, struct age_recipient *ret_recipient);
int entry_read_key(struct entry_reader *r, struct note_key *ret_key);

/* entry_own.c.  -1 with the error filled. */
int entry_parse_enrol(struct entry_reader *r, struct entry *e);
int entry_parse_role(struct entry_reader *r, struct entry *e);
int entry_parse_policy(struct entry_reader *r, struct entry *e);
int entry_parse_format(struct entry_reader *r, struct entry *e);
int entry_parse_log_key(struct entry_reader *r, struct entry *e);
int entry_parse_case(struct entry_reader *r, struct entry *e);
int entry_parse_epoch(struct entry_reader *r, struct entry *e);
int entry_parse_grant(struct entry_reader *r, struct entry *e);
int entry_parse_sealing(struct entry_reader *r, struct entry *e);
int entry_parse_hold(struct entry_reader *r, struct entry *e);
int entry_parse_propose(struct entry_reader *r, struct entry *e);
int entry_parse_approve(struct entry_reader *r, struct entry *e);
int entry_parse_dispose(struct entry_reader *r, struct entry *e);
int entry_parse_erase(struct entry_reader *r, struct entry *e);
int entry_parse_anchor(struct entry_reader *r, struct entry *e);
int entry_parse_skip(struct entry_reader *r, struct entry *e);
int entry_parse_restored(struct entry_reader *r, struct entry *e);

/* entry_encode.c */
int entry_write_enrol(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_role(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_policy(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_format(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_log_key(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_case(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_epoch(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_grant(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_sealing(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_hold(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_propose(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_approve(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_dispose(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_erase(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_anchor(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_skip(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_restored(const struct entry *e, struct buf *buf, struct amana_error *err);

/* "content", ...; by kind. */
extern const char *const entry_line_kinds[LINE_KINDS];

#endif
