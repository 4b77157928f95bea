/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount.h"

#include "flow/mount/mount_core.h"
#include "session/record.h"

/* An exhibit failed a check, while it was read or by its first reader: that goes on
 * record, once for each exhibit of a mount. */

int
flow_mount_damaged(struct amana_mount *mount, uint64_t number, struct amana_error *err)
{
	struct record record = {.case_id = &mount->case_id, .event = EVENT_CHECK_FAILED};
	const struct state_exhibit *exhibit;
	struct mount_item *item;
	json_t *details;
	int r;

	if (mount_has_state(mount, err) < 0 || mount_item(mount, number, &item, err) < 0)
		return -1;
	if (item->is_damaged)
		return 0;
	exhibit = state_exhibit_numbered(session_state(mount->session), &mount->case_id,
					 (uint32_t)number);
	details = json_pack("{s:s, s:I}", "result", "fail", "mount",
			    (json_int_t)mount->batch);
	if (exhibit == NULL || details == NULL) {
		json_decref(details);
		return exhibit == NULL
			       ? err_bug(err, "an exhibit that the state does not have")
			       : err_nomem(err);
	}
	record.details = details;
	r = record_exhibits(mount->session, &record, &exhibit->id, 1, err);
	json_decref(details);
	if (r == 0 && mount_item(mount, number, &item, err) == 0)
		item->is_damaged = true;
	return r;
}
