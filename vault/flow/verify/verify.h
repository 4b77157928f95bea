/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_H
#define FLOW_VERIFY_VERIFY_H

#include "amana/custody.h"
#include "session/session.h"

/*
 * Checking a vault.  Each function does what the public function of the same name
 * (amana_* for flow_*) does, with its contract in include/amana.
 */

int flow_verify(const struct amana_config *config, const struct amana_verify *request,
		struct amana_verify_result *ret_result,
		struct amana_error *err) MUST_CHECK;

#endif
