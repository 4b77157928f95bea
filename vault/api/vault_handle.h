/* SPDX-License-Identifier: Apache-2.0 */
#ifndef API_VAULT_HANDLE_H
#define API_VAULT_HANDLE_H

#include "amana/vault.h"
#include "session/session.h"

/* What the public functions hand about: a session, whose inside no caller sees. */
struct amana_vault {
	struct session *session; /* owned */
};

#endif
