/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_LEFTOVERS_H
#define FLOW_VERIFY_VERIFY_LEFTOVERS_H

#include "flow/verify/verify_core.h"

/*
 * Tells what lies in the store although nobody needs it: what the log destroyed and the
 * store has not let go of yet, and what no batch names.  Neither is a failure.  Needs the
 * whole ledger, so call it only where the scope is SCOPE_ALL.
 */
int verify_leftovers(struct verify *verify, struct amana_error *err) MUST_CHECK;

#endif
