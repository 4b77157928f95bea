/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_WHO_H
#define STATE_STATE_WHO_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: the column "who" of docs/FORMAT.md section 10.  That the actor
 * is enrolled and not revoked has been checked before.  False: not theirs to sign, why is
 * filled.
 */
bool state_who_admin(const struct judgement *j);
bool state_who_admin_or_auditor(const struct judgement *j);
bool state_who_enrol(const struct judgement *j);
bool state_who_epoch(const struct judgement *j);
bool state_who_grant(const struct judgement *j);
bool state_who_ungrant(const struct judgement *j);
bool state_who_expire(const struct judgement *j);
bool state_who_break_glass(const struct judgement *j);
bool state_who_deposit(const struct judgement *j);
bool state_who_record(const struct judgement *j);
bool state_who_lead(const struct judgement *j);
bool state_who_destroy(const struct judgement *j);

#endif
