/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_take.h"

#include "log/log_heads.h"
#include "log/log_repair.h"

#include <inttypes.h>

int
log_take(struct log *log, struct bytes slot, struct judge_report *ret_report,
	 struct amana_error *err)
{
	uint64_t n = state_slot(log->state) + 1;

	if (judge_slot(log->state, slot, ret_report, err) < 0)
		return err_wrap(err, "batch %" PRIu64, n);
	switch (ret_report->verdict) {
	case VERDICT_VALID:
		return log_heads_note(log, err);
	case VERDICT_VOID:
		if (log_heads_note(log, err) < 0 ||
		    log_repair_check_skip(log, n, slot, err) < 0)
			return -1;
		return log_core_note_void(log, n, ret_report, err);
	case VERDICT_DAMAGED:
		return 1;
	case VERDICT_NEWER:
		break;
	}
	return err_reason(err, AMANA_REASON_NEWER_FORMAT, AMANA_E_FORMAT,
			  "batch %" PRIu64
			  " is of a newer format than this program knows: %s",
			  n, ret_report->reason);
}
