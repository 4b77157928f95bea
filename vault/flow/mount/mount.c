/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount.h"

#include "flow/mount/mount_check.h"
#include "flow/mount/mount_core.h"
#include "session/listing.h"
#include "session/record.h"
#include "session/rights.h"
#include "session/sync.h"
#include "session/upkeep.h"

#include <string.h>

/* Opens a mount, lists what is in it, and looks whether it may go on. */

/* ---- what there is to see ---- */

/* One step of a sum that differs when any of its values or their order does. */
static uint64_t
mix(uint64_t sum, uint64_t value)
{
	return (sum ^ value) * UINT64_C(0x100000001b3);
}

static void
look(const struct amana_mount *mount, struct mount_mark *ret_mark)
{
	const struct state *state = session_state(mount->session);
	const struct state_case *a_case = state_case(state, &mount->case_id);
	struct member_code who;

	*ret_mark = (struct mount_mark){.n_exhibits =
						a_case != NULL ? a_case->n_exhibits : 0};
	for (uint32_t i = 1; i <= ret_mark->n_exhibits; i++) {
		const struct state_exhibit *exhibit =
			state_exhibit_numbered(state, &mount->case_id, i);

		if (exhibit == NULL)
			continue;
		ret_mark->flags =
			mix(ret_mark->flags,
			    (exhibit->disposed ? 1U : 0U) |
				    (state_exhibit_held(state, exhibit) ? 2U : 0U));
	}
	ret_mark->has_file =
		member_code_parse(mount->session->who, strlen(mount->session->who),
				  &who) == 0 &&
		state_ring_file(state, &mount->case_id, &who, &ret_mark->key_file) == 0;
}

static bool
mark_equal(const struct mount_mark *a, const struct mount_mark *b)
{
	return a->n_exhibits == b->n_exhibits && a->flags == b->flags &&
	       a->has_file == b->has_file &&
	       (!a->has_file || hash_equal(&a->key_file, &b->key_file));
}

/* ---- opening ---- */

#define MOUNT_DIR_MAX 4095 /* bytes of the folder's path that the record has */

static int
record_mounting(struct amana_mount *mount, const struct amana_mount_request *request,
		struct amana_error *err)
{
	struct record record = {.case_id = &mount->case_id,
				.event = EVENT_MOUNT,
				.reason = mount->reason};
	json_t *details =
		json_pack("{s:o*}", "dir", mount_text(request->dir, MOUNT_DIR_MAX));
	char until[TEXT_TIME_LEN + 1];
	struct act_done done;
	int r;

	if (details != NULL && request->until > 0) {
		text_time(request->until, until);
		if (json_object_set_new(details, "until", json_string(until)) < 0) {
			json_decref(details);
			details = NULL;
		}
	}
	if (details == NULL)
		return err_nomem(err);
	record.details = details;
	r = record_case(mount->session, &record, &done, err);
	mount->batch = r == 0 ? done.batch : 0;
	json_decref(details);
	return r;
}

/* How many seconds the mark in the keyring lasts: a day longer than the mount should, so
 * that it goes by itself only where a mount was killed.  0: for ever. */
static unsigned int
mark_seconds(int64_t until)
{
	int64_t left = until - session_now();

	if (until == 0 || left < 0 || left > INT32_MAX / 2)
		return 0;
	return (unsigned int)left + 86400;
}

/* Who may, first: then the names are read, on record, and the mounting is recorded. */
static int
begin_mount(struct amana_mount *mount, const struct amana_mount_request *request,
	    struct amana_error *err)
{
	struct session *session = mount->session;
	const struct state_case *a_case;
	struct subject subject;
	int r;

	if (names_case(session, request->case_name, &a_case, err) < 0)
		return -1;
	mount->case_id = a_case->id;
	subject = subject_case(&mount->case_id);
	names_case_code(session, &mount->case_id, mount->code);
	names_case_label(session, &mount->case_id, mount->label);
	if (rights_to_read(session, &mount->case_id, &subject, request->case_name,
			   "mount", err) < 0)
		return -1;
	a_case = state_case(session_state(session), &mount->case_id);
	r = sync_case(session, a_case, err);
	if (r != 0)
		return r < 0 ? -1 : err_bug(err, "a reader who may not read");
	return record_mounting(mount, request, err);
}

int
flow_mount_open(struct session *session, const struct amana_mount_request *request,
		struct amana_mount **ret_mount, struct amana_error *err)
{
	CLEANUP(mount_freep) struct amana_mount *mount = NULL;

	if (request->reason == NULL || request->reason[0] == 0)
		return err_set(err, AMANA_E_USAGE,
			       "opening exhibits needs a reason: --reason");
	if (session_identity(session, err) < 0)
		return -1;
	mount = mem_new(sizeof *mount, err);
	if (mount == NULL)
		return -1;
	mount->session = session;
	for (size_t i = 0; i < MOUNT_SLOTS; i++)
		mount->slots[i] = (struct exhibit_slot)EXHIBIT_SLOT_INIT;
	mount->reason = mem_dup(request->reason, err);
	if (mount->reason == NULL)
		return -1;
	upkeep_run(session);
	if (begin_mount(mount, request, err) < 0)
		return -1;
	/* Where no mark can be put, a lock shows only if the identity came from the
	 * keyring. */
	IGNORE(keyring_mark_put(mark_seconds(request->until), &mount->lock_mark));
	mount->seen_slot = state_slot(session_state(session));
	look(mount, &mount->seen);
	*ret_mount = TAKE(mount);
	return 0;
}

const char *
flow_mount_case(const struct amana_mount *mount)
{
	return mount->code;
}

int
flow_mount_list(struct amana_mount *mount, uint64_t after, amana_exhibit_row *row,
		void *ctx, struct amana_error *err)
{
	struct listing rows = {.session = mount->session,
			       .case_id = mount->case_id,
			       .row = row,
			       .ctx = ctx,
			       .texts = BUF_INIT(LISTING_TEXTS_MAX)};
	int r;

	if (mount_may_read(mount, err) < 0)
		return -1;
	memcpy(rows.case_code, mount->code, sizeof rows.case_code);
	r = listing_rows(&rows, after, err);
	buf_done(&rows.texts);
	return r;
}

/* ---- going on ---- */

/* True once this person has locked.  That the time of an unlock runs out is no lock: the
 * mount has a time of its own. */
static bool
was_locked(const struct amana_mount *mount)
{
	const struct session *session = mount->session;

	if (mount->lock_mark.is_put)
		return !keyring_mark_stands(&mount->lock_mark);
	return session->from_keyring &&
	       !keyring_has(session->who, session->identity_file);
}

/* Takes in what is new in the log, and reads the names of what is new in the case. */
static int
take_news(struct amana_mount *mount, bool *ret_changed, struct amana_error *err)
{
	struct session *session = mount->session;
	struct mount_mark now;
	int r;

	if (log_sync(session->log, err) < 0)
		return -1;
	mount_check_right(mount);
	if (atomic_load(&mount->has_ended))
		return 0;
	look(mount, &now);
	*ret_changed = !mark_equal(&now, &mount->seen);
	if (*ret_changed) {
		r = sync_case(session,
			      state_case(session_state(session), &mount->case_id), err);
		if (r != 0)
			return r < 0 ? -1 : err_bug(err, "a reader who may not read");
		look(mount, &mount->seen);
	}
	mount->seen_slot = state_slot(session_state(session));
	return 0;
}

static int
poll(struct amana_mount *mount, bool *ret_changed, struct amana_error *err)
{
	uint64_t slot = state_slot(session_state(mount->session)), size;
	int r;

	if (was_locked(mount))
		mount_stop(mount, "locked");
	mount_check_right(mount);
	if (atomic_load(&mount->has_ended))
		return 0;
	r = store_stat(mount->session->store, store_name_slot(slot + 1).text, &size, err);
	if (r < 0)
		return -1;
	/* The slot may have grown without a poll: when this mount wrote an act, it took
	 * in what others had written before it. */
	if ((r == 0 || slot != mount->seen_slot) &&
	    take_news(mount, ret_changed, err) < 0)
		return -1;
	if (!atomic_load(&mount->has_ended))
		mount_check_turn(mount);
	return 0;
}

int
flow_mount_poll(struct amana_mount *mount, struct amana_mount_news *ret_news,
		struct amana_error *err)
{
	struct amana_mount_news news = {.changed = false};

	if (!atomic_load(&mount->has_ended) &&
	    (mount_has_state(mount, err) < 0 || poll(mount, &news.changed, err) < 0))
		return -1;
	news.must_end = atomic_load(&mount->has_ended);
	memcpy(news.why, mount->why, sizeof news.why);
	*ret_news = news;
	return 0;
}
