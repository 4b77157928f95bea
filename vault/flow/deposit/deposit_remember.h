/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_REMEMBER_H
#define FLOW_DEPOSIT_DEPOSIT_REMEMBER_H

#include "flow/deposit/deposit_core.h"

/*
 * What this person's catalogue keeps of a deposit, for the leader's thread.  The
 * catalogue is a convenience: what goes wrong with it undoes nothing, and is told as a
 * notice, once a deposit.
 */

/*
 * Before the act: notes which exhibits the files of the group are about to become, so
 * that a run that goes on after an interruption knows them again.  If that comes before
 * the act was written, the log does not have them, and the note counts for nothing.
 * False: it could not be noted.
 */
bool deposit_remember_before(struct deposit *deposit, const struct deposit_group *group);
/* After the act: keeps names, sizes and places of what the group has become.  noted: what
 * deposit_remember_before returned; if it is false, that is tried once more. */
void deposit_remember_after(struct deposit *deposit, const struct deposit_group *group,
			    bool noted);

#endif
