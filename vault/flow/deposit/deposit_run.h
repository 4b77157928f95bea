/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_RUN_H
#define FLOW_DEPOSIT_DEPOSIT_RUN_H

#include "flow/deposit/deposit_core.h"

/*
 * Seals and commits every file of deposit->walk, group by group.  Files that failed are
 * counted and told, and the others go on; when the store or memory fails, what was sealed
 * is still committed.  AMANA_E_CANCELLED: stopped by the person; what has a receipt
 * stays. The leader's thread.
 */
int deposit_run(struct deposit *deposit, struct amana_error *err) MUST_CHECK;
/* Joins the workers, if some still run, and frees all that deposit_run made. */
void deposit_run_done(struct deposit *deposit);

#endif
