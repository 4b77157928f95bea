/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_UPKEEP_H
#define SESSION_UPKEEP_H

#include "session/session.h"

/*
 * What the rules ask of any client that may (DESIGN.md sections 3 and 4): expired grants
 * are ended, epochs that are due are made, new auditors are given the audit ring.  On the
 * session's thread.
 */

/* Does all of it that this person may do.  Nobody's own command fails because of it:
 * problems become notices. */
void upkeep_run(struct session *session);

/* A `prepare` for act_run, or a part of one: the audit ring for every auditor who does
 * not have it yet, if this person holds it.  arg: the struct session.  1: nobody needs
 * it. */
struct act;
int upkeep_audit_grants(struct act *act, const struct state *state, void *arg,
			struct amana_error *err) MUST_CHECK;

#endif
