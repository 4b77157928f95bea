/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CUSTODY_H
#define FLOW_CHAIN_CUSTODY_H

#include "amana/custody.h"
#include "session/session.h"

/*
 * The chain of custody, as signed.  Each function does what the public function of the
 * same name (amana_* for flow_*) does, with its contract in include/amana.
 */

int flow_custody(struct session *session, const char *name,
		 int (*row)(void *ctx, const struct amana_event *event), void *ctx,
		 uint64_t *ret_n, struct amana_error *err) MUST_CHECK;

#endif
