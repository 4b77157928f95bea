/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_UPKEEP_H
#define SESSION_UPKEEP_H

#include "session/session.h"

/*
 * What the rules ask of any client that may (DESIGN.md sections 3 and 4): expired grants
 * are ended and epochs that are due are made.  On the session's thread.
 */

/* Does all of it that this person may do.  Nobody's own command fails because of it:
 * problems become notices. */
void upkeep_run(struct session *session);

#endif
