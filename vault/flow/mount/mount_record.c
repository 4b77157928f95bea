/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount.h"

#include "base/clock.h"
#include "flow/mount/mount_check.h"
#include "flow/mount/mount_core.h"
#include "flow/mount/mount_keys.h"
#include "flow/mount/mount_numbers.h"
#include "session/record.h"

#include <stdlib.h>
#include <string.h>

/* Openings go on record before anything is given out: one act for as many of them as its
 * custody line has room for. */

/* Bytes of a custody line that its details may take: the rest is more than its other
 * members ever need. */
#define DETAILS_MAX (LINE_BYTES_MAX - 4096)
#define PROGRAM_MAX 255 /* bytes of a program's name */

/* ---- details ---- */

/* By opener, and of one opener by number. */
static int
by_opener(const void *a, const void *b)
{
	const struct amana_opening *x = *(const struct amana_opening *const *)a,
				   *y = *(const struct amana_opening *const *)b;
	int r = strcmp(x->program != NULL ? x->program : "",
		       y->program != NULL ? y->program : "");

	if (r == 0)
		r = (x->uid > y->uid) - (x->uid < y->uid);
	if (r == 0)
		r = (x->pid > y->pid) - (x->pid < y->pid);
	return r != 0 ? r : (x->number > y->number) - (x->number < y->number);
}

static bool
same_opener(const struct amana_opening *x, const struct amana_opening *y)
{
	return x->uid == y->uid && x->pid == y->pid &&
	       strcmp(x->program != NULL ? x->program : "",
		      y->program != NULL ? y->program : "") == 0;
}

/* What one opener opened: list[0 .. n). */
static json_t *
one_opener(struct amana_opening *const *list, size_t n, struct amana_error *err)
{
	struct mount_numbers numbers = MOUNT_NUMBERS_INIT;
	json_t *opener = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = mount_numbers_add(&numbers, list[i]->number, err);
	if (r == 0)
		r = mount_numbers_end(&numbers, err);
	if (r == 0) {
		opener = json_pack("{s:o, s:I, s:I, s:s}", "program",
				   mount_text(list[0]->program, PROGRAM_MAX), "uid",
				   (json_int_t)list[0]->uid, "pid",
				   (json_int_t)list[0]->pid, "exhibits",
				   buf_text(&numbers.text));
		if (opener == NULL)
			err_nomem(err);
	}
	mount_numbers_done(&numbers);
	return opener;
}

/* {"mount": batch, "opened": [{"program", "uid", "pid", "exhibits"}]}; NULL: err is
 * filled. */
static json_t *
make_details(const struct amana_mount *mount, struct amana_opening *const *list, size_t n,
	     struct amana_error *err)
{
	json_t *openers = json_array(),
	       *details = json_pack("{s:I, s:O*}", "mount", (json_int_t)mount->batch,
				    "opened", openers);
	bool failed = openers == NULL || details == NULL;

	if (failed)
		err_nomem(err);
	for (size_t from = 0, to; !failed && from < n; from = to) {
		json_t *opener;

		for (to = from + 1; to < n && same_opener(list[from], list[to]);)
			to++;
		opener = one_opener(list + from, to - from, err);
		failed = opener == NULL;
		if (!failed && json_array_append_new(openers, opener) < 0) {
			failed = true;
			err_nomem(err);
		}
	}
	json_decref(openers);
	if (!failed)
		return details;
	json_decref(details);
	return NULL;
}

/* ---- acts ---- */

/* The list is all of openings that were recorded ahead, or has none of them. */
static int
run_act(struct amana_mount *mount, struct amana_opening *const *list, size_t n,
	const json_t *details, struct amana_error *err)
{
	const struct state *state = session_state(mount->session);
	CLEANUP(mem_freep) struct custody_id *ids = mem_array(n, sizeof ids[0], err);
	const struct record record = {.case_id = &mount->case_id,
				      .event = list[0]->ahead ? EVENT_VIEW_AHEAD
							      : EVENT_VIEW,
				      .reason = mount->reason,
				      .details = details};

	if (ids == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct state_exhibit *exhibit = state_exhibit_numbered(
			state, &mount->case_id, (uint32_t)list[i]->number);

		if (exhibit == NULL)
			return err_bug(err, "an exhibit that the state does not have");
		ids[i] = exhibit->id;
	}
	return record_exhibits(mount->session, &record, ids, n, err);
}

/* An exhibit on record is opened now, not just expected to be. */
static int
note_opened(struct amana_mount *mount, uint64_t number, struct mount_item *item,
	    struct amana_error *err)
{
	item->is_expected = false;
	mount->n_opened++;
	return mount_check_later(mount, number, item, err);
}

/* Records all of the list: in halves, and those in halves, where the details do not fit
 * their line. */
static int
record_list(struct amana_mount *mount, struct amana_opening *const *list, size_t n,
	    struct amana_error *err)
{
	json_t *details;
	int r;

	if (n > RECORD_ENTRIES)
		return record_list(mount, list, n / 2, err) < 0
			       ? -1
			       : record_list(mount, list + n / 2, n - n / 2, err);
	details = make_details(mount, list, n, err);
	if (details == NULL)
		return -1;
	if (n > 1 && json_dumpb(details, NULL, 0, JSON_COMPACT) > DETAILS_MAX) {
		json_decref(details);
		return record_list(mount, list, n / 2, err) < 0
			       ? -1
			       : record_list(mount, list + n / 2, n - n / 2, err);
	}
	r = run_act(mount, list, n, details, err);
	json_decref(details);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct mount_item *item;

		if (mount_item(mount, list[i]->number, &item, err) < 0)
			return -1;
		item->is_recorded = true;
		item->is_expected = list[i]->ahead;
		if (!item->is_expected)
			r = note_opened(mount, list[i]->number, item, err);
	}
	return r;
}

/* Puts into `list` what has to be recorded, each exhibit once: what is opened, or, with
 * `ahead`, what is expected to be.  Returns how many those are. */
static size_t
sort_out(struct amana_mount *mount, struct amana_opening *openings, size_t n, bool ahead,
	 struct amana_opening **list)
{
	size_t n_list = 0;

	for (size_t i = 0; i < n; i++) {
		struct mount_item *item;

		if (openings[i].status != 0 || openings[i].ahead != ahead)
			continue;
		item = &mount->items[openings[i].number - 1];
		if (item->is_recorded || item->is_listed)
			continue;
		item->is_listed = true;
		list[n_list++] = &openings[i];
	}
	for (size_t i = 0; i < n_list; i++)
		mount->items[list[i]->number - 1].is_listed = false;
	qsort(list, n_list, sizeof list[0], by_opener);
	return n_list;
}

/* Gives every opening its status.  What was recorded ahead and is opened now is noted,
 * which takes no act. */
static int
set_status(struct amana_mount *mount, struct amana_opening *openings, size_t n,
	   struct amana_error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct amana_error none = AMANA_ERROR_INIT;
		struct mount_item *item;

		openings[i].status =
			mount_item(mount, openings[i].number, &item, &none) < 0
				? none.code
				: item->why_not;
		if (openings[i].status == 0 && item->is_expected && !openings[i].ahead &&
		    note_opened(mount, openings[i].number, item, err) < 0)
			return -1;
	}
	return 0;
}

int
flow_mount_record(struct amana_mount *mount, struct amana_opening *openings, size_t n,
		  struct amana_error *err)
{
	CLEANUP(mem_freep) struct amana_opening **list = NULL;
	size_t n_list;

	if (n == 0)
		return 0;
	if (mount_may_read(mount, err) < 0)
		return -1;
	atomic_store(&mount->read_at_ms,
		     clock_coarse_ms()); /* who opens is about to read */
	list = mem_array(n, sizeof list[0], err);
	if (list == NULL || mount_keys_open(mount, openings, n, err) < 0 ||
	    set_status(mount, openings, n, err) < 0)
		return -1;
	for (int ahead = 0; ahead <= 1; ahead++) {
		n_list = sort_out(mount, openings, n, ahead, list);
		if (n_list > 0 && record_list(mount, list, n_list, err) < 0)
			return -1;
	}
	return 0;
}
