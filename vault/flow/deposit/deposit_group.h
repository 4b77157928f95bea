/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_GROUP_H
#define FLOW_DEPOSIT_DEPOSIT_GROUP_H

#include "flow/deposit/deposit_core.h"

/*
 * Commits a group whose jobs are all done: one act for what was sealed, others for what
 * the case held already.  Then tells items, receipts and what was skipped.  0 also if
 * there was nothing to commit.  The leader's thread.
 */
int deposit_group_commit(struct deposit *deposit, struct deposit_group *group,
			 struct amana_error *err) MUST_CHECK;

#endif
