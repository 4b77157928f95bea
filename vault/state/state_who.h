/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_WHO_H
#define STATE_STATE_WHO_H

#include "state/state_judgement.h"

/*
 * Private to vault/state: the column "who" of docs/FORMAT.md section 10, and by what
 * somebody may sign.  That the actor is enrolled and not revoked has been checked before.
 * False: not theirs to sign, why is filled.
 */
bool state_who_admin(const struct judgement *j);
bool state_who_admin_or_auditor(const struct judgement *j);
bool state_who_enrol(const struct judgement *j);
bool state_who_epoch(const struct judgement *j);
bool state_who_grant(const struct judgement *j);
bool state_who_ungrant(const struct judgement *j); /* and expire */
bool state_who_break_glass(const struct judgement *j);
bool state_who_deposit(const struct judgement *j);
bool state_who_record(const struct judgement *j);
bool state_who_lead(const struct judgement *j);
bool state_who_destroy(const struct judgement *j); /* dispose, erase, hold release */
bool state_who_lost(const struct judgement *j);
bool state_who_acknowledge(const struct judgement *j);

/* What lets a member sign: any of these roles, or a lead grant in the act's case. */
struct warrants {
	uint8_t roles;
	bool lead;
};
/* The columns "proposer" and "approver" of FORMAT.md 10.5 for this act. */
struct warrants state_who_proposes(const struct judgement *j);
struct warrants state_who_approves(const struct judgement *j);
/* True if the member has one of them that was given before entry `before`; UINT64_MAX:
 * has one at all. */
bool state_who_has(const struct judgement *j, uint32_t member_row,
		   struct warrants warrants, uint64_t before);

#endif
