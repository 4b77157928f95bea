/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_TABLE_H
#define CUSTODY_ENTRY_TABLE_H

#include "custody/entry.h"

/*
 * The table of docs/FORMAT.md section 5, shared by decoder and encoder.  Private to entry*.c.
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

const struct action_row *action_row(enum action action);

/* entry_decode.c: the own lines.  -1 with the error filled. */
int parse_enrol(struct entry_reader *r, struct entry *e);
int parse_role(struct entry_reader *r, struct entry *e);
int parse_policy(struct entry_reader *r, struct entry *e);
int parse_format(struct entry_reader *r, struct entry *e);
int parse_log_key(struct entry_reader *r, struct entry *e);
int parse_case(struct entry_reader *r, struct entry *e);
int parse_epoch(struct entry_reader *r, struct entry *e);
int parse_grant(struct entry_reader *r, struct entry *e);
int parse_place(struct entry_reader *r, struct entry *e);
int parse_hold(struct entry_reader *r, struct entry *e);
int parse_propose(struct entry_reader *r, struct entry *e);
int parse_approve(struct entry_reader *r, struct entry *e);
int parse_dispose(struct entry_reader *r, struct entry *e);
int parse_erase(struct entry_reader *r, struct entry *e);
int parse_anchor(struct entry_reader *r, struct entry *e);
int parse_skip(struct entry_reader *r, struct entry *e);
int parse_restored(struct entry_reader *r, struct entry *e);

/* entry_encode.c */
int write_enrol(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_role(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_policy(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_format(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_log_key(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_case(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_epoch(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_grant(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_place(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_hold(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_propose(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_approve(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_dispose(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_erase(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_anchor(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_skip(const struct entry *e, struct buf *buf, struct amana_error *err);
int write_restored(const struct entry *e, struct buf *buf, struct amana_error *err);

/* "content", ...; by kind. */
extern const char *const entry_line_kinds[LINE_KINDS];

#endif
