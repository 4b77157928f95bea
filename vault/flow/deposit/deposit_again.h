/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_AGAIN_H
#define FLOW_DEPOSIT_DEPOSIT_AGAIN_H

#include "flow/deposit/deposit_core.h"

/*
 * Records, of the files in the group whose content the case holds already, that they were
 * presented again: when, from where, and under which name.  Tells a receipt for each act.
 * 0 also if there are none.  The leader's thread.
 */
int deposit_again_commit(struct deposit *deposit, struct deposit_group *group,
			 struct amana_error *err) MUST_CHECK;

#endif
