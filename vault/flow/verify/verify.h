/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_H
#define FLOW_VERIFY_VERIFY_H

#include "amana/custody.h"
#include "base/err.h"

/* Checking a vault.  amana_verify_vault with its contract: see amana/custody.h. */
int flow_verify(const struct amana_config *config, const struct amana_verify *request,
		struct amana_verify_result *ret_result,
		struct amana_error *err) MUST_CHECK;

#endif
