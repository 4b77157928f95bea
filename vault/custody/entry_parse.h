/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_PARSE_H
#define CUSTODY_ENTRY_PARSE_H

#include "custody/entry_read.h"

/*
 * Private to entry*.c: reads the own lines of each action into e->own (docs/FORMAT.md
 * section 5).  -1 with the error filled.
 */
int entry_parse_enrol(struct entry_reader *r, struct entry *e);
int entry_parse_role(struct entry_reader *r, struct entry *e);
int entry_parse_policy(struct entry_reader *r, struct entry *e);
int entry_parse_format(struct entry_reader *r, struct entry *e);
int entry_parse_log_key(struct entry_reader *r, struct entry *e);
int entry_parse_case(struct entry_reader *r, struct entry *e);
int entry_parse_epoch(struct entry_reader *r, struct entry *e);
int entry_parse_grant(struct entry_reader *r, struct entry *e);
int entry_parse_break_glass(struct entry_reader *r, struct entry *e);
int entry_parse_sealing(struct entry_reader *r, struct entry *e);
int entry_parse_hold(struct entry_reader *r, struct entry *e);
int entry_parse_approve(struct entry_reader *r, struct entry *e);
int entry_parse_dispose(struct entry_reader *r, struct entry *e);
int entry_parse_erase(struct entry_reader *r, struct entry *e);
int entry_parse_lost(struct entry_reader *r, struct entry *e);
int entry_parse_acknowledge(struct entry_reader *r, struct entry *e);
int entry_parse_anchor(struct entry_reader *r, struct entry *e);
int entry_parse_skip(struct entry_reader *r, struct entry *e);
int entry_parse_restored(struct entry_reader *r, struct entry *e);
/* The own lines of these acts when they are proposed: without proposal and bundles. */
int entry_parse_proposed_dispose(struct entry_reader *r, struct act_destroy *d);
int entry_parse_proposed_erase(struct entry_reader *r, struct act_destroy *d);
int entry_parse_proposed_lost(struct entry_reader *r, struct act_lost *lost);

#endif
