/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_WRITE_H
#define CUSTODY_ENTRY_WRITE_H

#include "custody/entry.h"

/*
 * Private to entry*.c: appends the own lines of each action to buf (docs/FORMAT.md
 * section 5). That they are in the grammar is checked by reading the whole entry back. -1
 * with the error filled.
 */
int entry_write_enrol(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_role(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_policy(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_format(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_log_key(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_case(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_epoch(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_grant(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_break_glass(const struct entry *e, struct buf *buf,
			    struct amana_error *err);
int entry_write_sealing(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_hold(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_approve(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_dispose(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_erase(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_lost(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_acknowledge(const struct entry *e, struct buf *buf,
			    struct amana_error *err);
int entry_write_anchor(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_skip(const struct entry *e, struct buf *buf, struct amana_error *err);
int entry_write_restored(const struct entry *e, struct buf *buf, struct amana_error *err);
/* The own lines of these acts when they are proposed: without proposal and bundles. */
int entry_write_proposed_dispose(const struct act_destroy *d, struct buf *buf,
				 struct amana_error *err);
int entry_write_proposed_erase(const struct act_destroy *d, struct buf *buf,
			       struct amana_error *err);
int entry_write_proposed_lost(const struct act_lost *lost, struct buf *buf,
			      struct amana_error *err);
/* "WORD HASH" and LF. */
int entry_write_hash(struct buf *buf, const char *word, const struct hash *hash,
		     struct amana_error *err);

#endif
