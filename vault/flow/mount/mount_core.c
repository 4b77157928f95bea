/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount_core.h"

#include "custody/line.h"
#include "log/log.h"
#include "session/rights.h"

#include <stdio.h>
#include <string.h>

json_t *
mount_text(const char *text, size_t max)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	CLEANUP(buf_done) struct buf shown = BUF_INIT(LINE_BYTES_MAX);
	bool bad;

	if (text == NULL || text[0] == 0)
		text = "-";
	if (line_show_name((struct bytes){(const uint8_t *)text, strnlen(text, max)},
			   &shown, &bad, &ignored) < 0)
		return NULL;
	return json_stringn(buf_text(&shown), shown.len);
}

/* ---- whether it may go on ---- */

void
mount_stop(struct amana_mount *mount, const char *why)
{
	size_t len = strnlen(why, sizeof mount->why - 1);

	while (len > 0 && why[len] != 0 && (why[len] & 0xc0) == 0x80)
		len--; /* not within a character */
	if (mount->why[0] == 0)
		memcpy(mount->why, why, len); /* zeros follow */
	atomic_store(&mount->has_ended, true);
}

void
mount_check_right(struct amana_mount *mount)
{
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	char why[sizeof mount->why];

	if (session_member(mount->session, &me, &err) < 0) {
		mount_stop(mount, err.msg);
		return;
	}
	switch (rights_of(mount->session, &mount->case_id, &me->code)) {
	case RIGHTS_READ:
		return;
	case RIGHTS_NONE:
		snprintf(why, sizeof why, "your grant for %s was ended", mount->label);
		break;
	case RIGHTS_ENDED:
		snprintf(why, sizeof why, "your grant for %s has passed its date",
			 mount->label);
		break;
	}
	mount_stop(mount, why);
}

int
mount_has_state(const struct amana_mount *mount, struct amana_error *err)
{
	return session_state(mount->session) != NULL ? 0
						     : log_sync(mount->session->log, err);
}

int
mount_may_read(struct amana_mount *mount, struct amana_error *err)
{
	if (mount_has_state(mount, err) < 0)
		return -1;
	if (!atomic_load(&mount->has_ended))
		mount_check_right(mount);
	if (!atomic_load(&mount->has_ended))
		return 0;
	return err_reason(err, AMANA_REASON_MOUNT_ENDED, AMANA_E_LOCKED,
			  "the mount of %s is at its end: %s", mount->label, mount->why);
}

/* ---- exhibits ---- */

int
mount_item(struct amana_mount *mount, uint64_t number, struct mount_item **ret_item,
	   struct amana_error *err)
{
	const struct state_case *a_case =
		state_case(session_state(mount->session), &mount->case_id);
	struct mount_item *grown;

	if (a_case == NULL || number == 0 || number > a_case->n_exhibits)
		return err_set(err, AMANA_E_MISSING, "%s has no exhibit %" PRIu64,
			       mount->label, number);
	if (mount->n_items < a_case->n_exhibits) {
		grown = mem_grow(mount->items, mount->n_items, a_case->n_exhibits,
				 sizeof *grown, err);
		if (grown == NULL)
			return -1;
		mount->items = grown;
		mount->n_items = a_case->n_exhibits;
	}
	*ret_item = &mount->items[number - 1];
	return 0;
}

int
mount_item_refusable(struct mount_item *item, struct amana_error *err)
{
	if (item->is_refused == NULL)
		item->is_refused = mem_new(sizeof *item->is_refused, err);
	return item->is_refused != NULL ? 0 : -1;
}

void
mount_ref(const struct amana_mount *mount, uint64_t number,
	  char out[AMANA_EXHIBIT_REF_MAX])
{
	const struct state_exhibit *exhibit = state_exhibit_numbered(
		session_state(mount->session), &mount->case_id, (uint32_t)number);
	char hex[CUSTODY_ID_HEX_LEN + 1];

	if (exhibit != NULL && strcmp(mount->code, "-") == 0) {
		custody_id_hex(&exhibit->id, hex);
		snprintf(out, AMANA_EXHIBIT_REF_MAX, "id:%s", hex);
		return;
	}
	snprintf(out, AMANA_EXHIBIT_REF_MAX, "%s/%" PRIu64, mount->code, number);
}

/* ---- freeing ---- */

void
mount_free(struct amana_mount *mount)
{
	if (mount == NULL)
		return;
	keyring_mark_done(&mount->lock_mark);
	for (size_t i = 0; i < (mount->n_keys + MOUNT_KEYS - 1) / MOUNT_KEYS; i++)
		secret_done(&mount->keys[i]);
	mem_free(mount->keys);
	for (size_t i = 0; i < MOUNT_SLOTS; i++)
		exhibit_slot_done(&mount->slots[i]);
	for (size_t i = 0; i < mount->n_items; i++) {
		mem_free(mount->items[i].blocks);
		mem_free(mount->items[i].is_refused);
	}
	mem_free(mount->items);
	mem_free(mount->reason);
	mem_free(mount);
}
