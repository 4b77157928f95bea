/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_H
#define FLOW_DEPOSIT_DEPOSIT_H

#include "amana/exhibit.h"
#include "session/session.h"

/* Putting evidence in.  amana_deposit with its contract: see amana/exhibit.h. */
int flow_deposit(struct session *session, const struct amana_deposit *request,
		 struct amana_deposit_result *ret_result,
		 struct amana_error *err) MUST_CHECK;

#endif
