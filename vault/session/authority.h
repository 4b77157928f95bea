/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_AUTHORITY_H
#define SESSION_AUTHORITY_H

#include "amana/member.h"
#include "session/act.h"

/*
 * Acts of authority: the passphrase is asked for again, the person must have one of the
 * roles, and an act that takes two people becomes a proposal.
 */

/* Asks for the passphrase, does the upkeep, and checks that the person has one of `roles`
 * (ROLE_ bits).  AMANA_E_DENIED: has none, which is put on record as an attempt at
 * `what`. */
int authority_begin(struct session *session, uint8_t roles, const char *what,
		    struct amana_error *err) MUST_CHECK;
/* The same without upkeep and without a record of the refusal: for where the log can take
 * no other act before the one that is wanted. */
int authority_check(struct session *session, uint8_t roles,
		    struct amana_error *err) MUST_CHECK;

/* Everything is borrowed until authority_run returns. */
struct authority_act {
	const struct entry *entry; /* action, subject and own lines; signed or proposed */
	enum event event;
	const char *reason; /* NULL: none */
};
/*
 * Carries the act out, or where the state asks for two people proposes it: then it
 * returns AMANA_PROPOSED, with the proposal's leaf hash in ret_proposal
 * (AMANA_PROPOSAL_MAX + 1 bytes).  *ret_done is filled either way.
 */
int authority_run(struct session *session, const struct authority_act *what,
		  char *ret_proposal, struct act_done *ret_done,
		  struct amana_error *err) MUST_CHECK;

/* Roles in words: "admin,auditor" and the like, or "-" for none. */
void authority_roles_text(uint8_t roles, char out[32]);

#endif
