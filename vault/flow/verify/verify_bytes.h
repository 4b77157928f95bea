/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_BYTES_H
#define FLOW_VERIFY_VERIFY_BYTES_H

#include "flow/verify/verify_core.h"

/*
 * Reads every stored byte that the ledger names, on as many threads as there are cores
 * (eight at most), and tells which bundle or object is missing or has other bytes than
 * its name says.  No key is needed.  With a scope it first narrows the ledger to that
 * case or exhibit, for good; without one it ends with what the store holds beyond the
 * ledger (verify_leftovers).  Call it after verify_log.  AMANA_E_CANCELLED: stopped by
 * the person.
 */
int verify_bytes(struct verify *verify, struct amana_error *err) MUST_CHECK;

#endif
