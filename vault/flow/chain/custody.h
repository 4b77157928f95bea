/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CUSTODY_H
#define FLOW_CHAIN_CUSTODY_H

#include "amana/custody.h"
#include "session/session.h"

/* The chain of custody of an exhibit or a case.  amana_custody with its contract: see
 * amana/custody.h. */
int flow_custody(struct session *session, const char *name,
		 int (*row)(void *ctx, const struct amana_event *event), void *ctx,
		 uint64_t *ret_n, struct amana_error *err) MUST_CHECK;

#endif
