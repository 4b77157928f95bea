/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_DAMAGE_H
#define LOG_LOG_DAMAGE_H

#include "log/log_core.h"

/*
 * Private to vault/log: the ways past a slot that is damaged or missing in the store.
 * They are tried in this order: this machine's own copy, an admin's `skip`, stopping.
 */

/* The slot after the state's is damaged in the store; `slot` has its bytes (empty:
 * missing), `reason` says what is wrong.  0: passed, the state has moved on; 1: stopped
 * before it, as LOG_STOP_AT_DAMAGE wants; -1: AMANA_E_TAMPERED with both sides, or a
 * failure. */
int log_damage_pass(struct log *log, struct bytes slot, const char *reason,
		    struct amana_error *err) MUST_CHECK;
/* The log is damaged and stands before the damage (LOG_STOP_AT_DAMAGE): nothing goes on
 * record.  Always -1. */
int log_damage_refuse(const struct log *log, struct amana_error *err) MUST_CHECK;
/* Looks for a valid skip over the slot after the state's, from there to the end of the
 * log. 0: found, and `state` is the one after it; *ret_report is about the skip.  1:
 * there is none. Either way *ret_damage says from where to where the damage reaches, and
 * the head. */
int log_damage_find_skip(struct log *log, struct state *state,
			 struct log_damage *ret_damage, struct judge_report *ret_report,
			 struct amana_error *err) MUST_CHECK;

#endif
