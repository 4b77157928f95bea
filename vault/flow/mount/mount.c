/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount_core.h"

#include "flow/mount/mount.h"
#include "session/listing.h"
#include "session/rights.h"
#include "session/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Mounting: who may, what is in the case, and whether that goes on being so. */

int64_t
mount_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- texts ---- */

json_t *
mount_json_text(const char *text, size_t max)
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

int
mount_numbers_end(struct mount_numbers *numbers, struct amana_error *err)
{
	const char *comma = numbers->text.len > 0 ? "," : "";
	uint64_t first = numbers->first, last = numbers->last;

	numbers->first = 0;
	if (first == 0)
		return 0;
	if (first == last)
		return buf_add_fmt(&numbers->text, err, "%s%" PRIu64, comma, first);
	return buf_add_fmt(&numbers->text, err, "%s%" PRIu64 "-%" PRIu64, comma, first,
			   last);
}

int
mount_numbers_add(struct mount_numbers *numbers, uint64_t number, struct amana_error *err)
{
	if (numbers->first != 0 &&
	    (number == numbers->last || number == numbers->last + 1)) {
		numbers->last = number;
		return 0;
	}
	if (mount_numbers_end(numbers, err) < 0)
		return -1;
	numbers->first = numbers->last = number;
	return 0;
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

/* ---- items ---- */

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

/* ---- opening ---- */

static uint64_t
mix(uint64_t sum, uint64_t value)
{
	return (sum ^ value) * UINT64_C(0x100000001b3);
}

/* What there is to see now. */
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

#define MOUNT_DIR_MAX 4095

static int
record_mounting(struct amana_mount *mount, const struct amana_mount_request *request,
		struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct subject subject = subject_case(&mount->case_id);
	json_t *details =
		json_pack("{s:o*}", "dir", mount_json_text(request->dir, MOUNT_DIR_MAX));
	char until[TEXT_TIME_LEN + 1];
	struct act_done done;
	int r = -1;

	if (details != NULL && request->until > 0) {
		text_time(request->until, until);
		if (json_object_set_new(details, "until", json_string(until)) < 0) {
			json_decref(details);
			details = NULL;
		}
	}
	if (entry != NULL && details == NULL)
		err_nomem(err);
	if (entry != NULL && details != NULL) {
		entry_init(entry, ACT_RECORD, &subject);
		entry->own.sealing.in_case = true;
		entry->own.sealing.case_id = mount->case_id;
		r = act_simple(mount->session, &mount->case_id, "mount", mount->reason,
			       details, entry, &done, err);
		mount->batch = r == 0 ? done.batch : 0;
	}
	json_decref(details);
	return r;
}

/* A day longer than it should last: only for mounts that are killed. */
static unsigned int
mark_seconds(int64_t until)
{
	int64_t left = until - session_now();

	if (until == 0 || left < 0 || left > INT32_MAX / 2)
		return 0;
	return (unsigned int)left + 86400;
}

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

void
mount_free(struct amana_mount *mount)
{
	if (mount == NULL)
		return;
	atomic_store(&mount->has_ended, true);
	mount_checks_free(mount->checks);
	keyring_mark_done(&mount->lock_mark);
	for (size_t i = 0; i < (mount->n_keys + MOUNT_KEYS - 1) / MOUNT_KEYS; i++)
		secret_done(&mount->keys[i]);
	mem_free(mount->keys);
	for (size_t i = 0; i < MOUNT_SLOTS; i++)
		exhibit_slot_done(&mount->slots[i]);
	mem_free(mount->items);
	mem_free(mount->reason);
	mem_free(mount);
}
DEFINE_FREEP(struct amana_mount, mount_free);

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
	/* Without one, a lock shows only where the identity came from the keyring. */
	(void)(keyring_mark_put(mark_seconds(request->until), &mount->lock_mark) > 0);
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
	if (mount_may_read(mount, err) < 0)
		return -1;
	return listing_rows(mount->session, &mount->case_id, mount->code, after, row, ctx,
			    err);
}

/* ---- going on ---- */

/* Nothing more is given out from here on. */
static void
end_it(struct amana_mount *mount, const char *why)
{
	size_t len = strnlen(why, sizeof mount->why - 1);

	while (len > 0 && why[len] != 0 && (why[len] & 0xc0) == 0x80)
		len--; /* not within a character */
	if (mount->why[0] == 0)
		memcpy(mount->why, why, len); /* zeros follow */
	atomic_store(&mount->has_ended, true);
}

/* A lock is an act; that the time of an unlock runs out is none, and the mount has a time
 * of its own. */
static bool
was_locked(const struct amana_mount *mount)
{
	const struct session *session = mount->session;

	if (mount->lock_mark.is_put)
		return !keyring_mark_stands(&mount->lock_mark);
	return session->from_keyring &&
	       !keyring_has(session->who, session->identity_file);
}

/* By the log as far as it was read, and this machine's clock. */
static void
check_right(struct amana_mount *mount)
{
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	char why[sizeof mount->why];

	if (session_member(mount->session, &me, &err) < 0) {
		end_it(mount, err.msg);
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
	end_it(mount, why);
}

int
mount_may_read(struct amana_mount *mount, struct amana_error *err)
{
	if (!atomic_load(&mount->has_ended))
		check_right(mount);
	if (!atomic_load(&mount->has_ended))
		return 0;
	return err_set(err, AMANA_E_LOCKED, "the mount of %s is at its end: %s",
		       mount->label, mount->why);
}

/* Takes in what is new in the log, and opens the sheets of what is new in the case. */
static int
take_news(struct amana_mount *mount, bool *ret_changed, struct amana_error *err)
{
	struct session *session = mount->session;
	struct mount_mark now;
	int r;

	if (log_sync(session->log, err) < 0)
		return -1;
	check_right(mount);
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
		end_it(mount, "locked");
	check_right(mount);
	if (atomic_load(&mount->has_ended))
		return 0;
	r = store_stat(mount->session->store, store_name_slot(slot + 1).text, &size, err);
	if (r < 0)
		return -1;
	/* An act of this mount's own may have taken in others' acts before it. */
	if ((r == 0 || slot != mount->seen_slot) &&
	    take_news(mount, ret_changed, err) < 0)
		return -1;
	if (!atomic_load(&mount->has_ended))
		mount_checks_turn(mount);
	return 0;
}

int
flow_mount_poll(struct amana_mount *mount, struct amana_mount_news *ret_news,
		struct amana_error *err)
{
	struct amana_mount_news news = {.changed = false};

	if (!atomic_load(&mount->has_ended) && poll(mount, &news.changed, err) < 0)
		return -1;
	news.must_end = atomic_load(&mount->has_ended);
	memcpy(news.why, mount->why, sizeof news.why);
	*ret_news = news;
	return 0;
}
