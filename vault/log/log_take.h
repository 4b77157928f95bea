/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_TAKE_H
#define LOG_LOG_TAKE_H

#include "log/log_core.h"

/*
 * Private to vault/log: taking in one slot, wherever its bytes come from.
 *
 * Judges `slot` as the one after the state's and moves the state on if it is valid or
 * void; a void one is noted.  0: taken in; 1: damaged, nothing was changed.  *ret_report
 * says more either way.  -1: AMANA_E_FORMAT if the vault's format is newer than this
 * program, AMANA_E_TAMPERED as log_repair_check_skip has it, or no memory.
 */
int log_take(struct log *log, struct bytes slot, struct judge_report *ret_report,
	     struct amana_error *err) MUST_CHECK;

#endif
