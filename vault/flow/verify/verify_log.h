/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_LOG_H
#define FLOW_VERIFY_VERIFY_LOG_H

#include "flow/verify/verify_core.h"

/*
 * Replays the log from the genesis on and tells what it found: damaged slots, acts that
 * count for nothing, signatures, the pin of this login, and what was passed over by a
 * skip or lost before a restore.  On the way it fills verify->ledger and shows every slot
 * to the receipts.  Afterwards verify->log is there and the result has its numbers.
 * AMANA_E_CANCELLED: stopped by the person.
 */
int verify_log(struct verify *verify, struct amana_error *err) MUST_CHECK;

#endif
