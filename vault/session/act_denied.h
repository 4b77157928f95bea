/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_ACT_DENIED_H
#define SESSION_ACT_DENIED_H

#include "session/act.h"

/*
 * Puts on record that this person was refused something: a `denied` on the subject, of
 * which the custody line says what was attempted.  case_id: the case that the subject
 * belongs to, or NULL.  `attempt`: a short text such as "deposit".
 *
 * An equal one (this person, subject and attempt) of the last ten minutes stands for this
 * one too, so that a program that tries again does not fill the log.  What was attempted
 * is sealed to the case and the auditors, so whoever was refused cannot read it there:
 * the catalogue remembers it for what was recorded from here.  Where it does not (another
 * machine's denial, a catalogue that was made anew), one more is recorded.
 *
 * The error of the refusal is what matters to the caller, so whatever goes wrong here
 * becomes a notice.
 */
void act_denied(struct session *session, const struct subject *subject,
		const struct custody_id *case_id, const char *attempt);

#endif
