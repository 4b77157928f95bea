/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "session/session_core.h"
#include "session/session_ring.h"
#include "session/session_who.h"

/* Opening and closing a session.  This header brings the rest of it along. */

/* Opens store and log and syncs the log (log_flags: enum log_flag of log/log.h).  A login
 * without any identity is a stranger: it pins nothing and may read what is public. */
int session_open(const struct amana_config *config, unsigned int log_flags,
		 struct session **ret_session, struct amana_error *err) MUST_CHECK;
/* The struct alone, with the config and a sitting of its own: for flows that open store
 * and log in their own way.  AMANA_E_USAGE: no vault is named. */
int session_new(const struct amana_config *config, struct session **ret_session,
		struct amana_error *err) MUST_CHECK;
/* With LOG_STOP_AT_DAMAGE: tells of damage, which stops what must go on record and
 * nothing else, and who can mend it. */
void session_tell_damage(struct session *session);
/* Closes all that is open, and wipes keys.  NULL is fine. */
void session_close(struct session *session);
DEFINE_FREEP(struct session, session_close);

/* For log_options.event, with the session as arg: what the log tells becomes notices. */
void session_log_event(void *arg, const struct log_event *event);

#endif
