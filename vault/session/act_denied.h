/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_ACT_DENIED_H
#define SESSION_ACT_DENIED_H

#include "session/act.h"

/*
 * Puts on record that this person was refused something: a `denied` on the subject, of
 * which the custody line says what was attempted.  case_id: the case that the subject
 * belongs to, or NULL.  `attempt`: a short text such as "deposit".
 *
 * One on the same subject of the last ten minutes stands for this one too.
 *
 * The error of the refusal is what matters to the caller, so whatever goes wrong here
 * becomes a notice.
 */
void act_denied(struct session *session, const struct subject *subject,
		const struct custody_id *case_id, const char *attempt);

#endif
