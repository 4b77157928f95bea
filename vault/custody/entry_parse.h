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
int entry_parse_sealing(struct entry_reader *r, struct entry *e);
int entry_parse_hold(struct entry_reader *r, struct entry *e);
int entry_parse_approve(struct entry_reader *r, struct entry *e);
int entry_parse_dispose(struct entry_reader *r, struct entry *e);
int entry_parse_erase(struct entry_reader *r, struct entry *e);
int entry_parse_anchor(struct entry_reader *r, struct entry *e);
int entry_parse_skip(struct entry_reader *r, struct entry *e);
int entry_parse_restored(struct entry_reader *r, struct entry *e);
/* The strikes alone, which are all the own lines of a proposed erase. */
int entry_parse_strikes(struct entry_reader *r, struct act_destroy *d);

#endif
