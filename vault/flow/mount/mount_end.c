/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount.h"

#include "flow/mount/mount_check.h"
#include "flow/mount/mount_core.h"
#include "flow/mount/mount_numbers.h"
#include "session/record.h"
#include "session/session_catalog.h"

#include <string.h>

/*
 * The end of a mount goes on record: why it ended, what part of each exhibit was read,
 * and who was refused.  A custody line holds 60 KiB, so that long lists go into several
 * acts; all but the last of them say "more".
 */
#define PART_MAX ((size_t)48 * 1024) /* bytes of lists in one act, about */
/* Ranges of one exhibit: where there are more, those nearest to each other are told as
 * one. */
#define RANGES_MAX 16
#define REFUSALS_MAX 128 /* programs that are named; the others are counted */

struct ending {
	struct amana_mount *mount;
	const struct amana_mount_end *end;
	uint64_t n_checked;

	/* The act in the making. */
	unsigned int part; /* from 1 */
	json_t *details;
	json_t *read;		    /* exhibits of which a part was read */
	struct mount_numbers whole; /* ... or all */
	size_t len;		    /* of these lists in bytes, about */
};

/* ---- ranges of one exhibit ---- */

/* Of the gaps between the ranges the RANGES_MAX - 1 widest, or all: out has, rising,
 * which range each of them stands before.  Returns how many those are. */
static size_t
widest_gaps(const struct amana_mount_range *ranges, size_t n, size_t out[RANGES_MAX])
{
	size_t n_out = 0;

	for (size_t i = 1; i < n; i++) {
		uint64_t gap = ranges[i].first - ranges[i - 1].last;
		size_t narrowest = 0;

		if (n_out < RANGES_MAX - 1) {
			out[n_out++] = i;
			continue;
		}
		for (size_t k = 1; k < n_out; k++)
			if (ranges[out[k]].first - ranges[out[k] - 1].last <
			    ranges[out[narrowest]].first -
				    ranges[out[narrowest] - 1].last)
				narrowest = k;
		if (gap <= ranges[out[narrowest]].first - ranges[out[narrowest] - 1].last)
			continue;
		memmove(out + narrowest, out + narrowest + 1,
			(n_out - 1 - narrowest) * sizeof out[0]);
		out[n_out - 1] = i;
	}
	return n_out;
}

/* "0-65535,131072-200000" */
static int
ranges_text(const struct amana_mount_range *ranges, size_t n, struct buf *text,
	    struct amana_error *err)
{
	size_t gaps[RANGES_MAX], n_gaps = widest_gaps(ranges, n, gaps), from = 0;

	for (size_t i = 0; i <= n_gaps; i++) {
		size_t to = i < n_gaps ? gaps[i] : n;

		if (buf_add_fmt(text, err, "%s%" PRIu64 "-%" PRIu64, from > 0 ? "," : "",
				ranges[from].first, ranges[to - 1].last) < 0)
			return -1;
		from = to;
	}
	return 0;
}

static int
add_part_read(struct ending *ending, const struct amana_mount_range *ranges, size_t n,
	      uint64_t size, uint64_t n_bytes, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	json_t *item;

	if (ranges_text(ranges, n, &text, err) < 0)
		return -1;
	item = json_pack("{s:I, s:I, s:I, s:s}", "exhibit", (json_int_t)ranges->number,
			 "size", (json_int_t)size, "read", (json_int_t)n_bytes, "ranges",
			 buf_text(&text));
	if (item != NULL && n > RANGES_MAX &&
	    json_object_set_new(item, "merged", json_integer((json_int_t)n)) < 0) {
		json_decref(item);
		item = NULL;
	}
	if (item == NULL || json_array_append_new(ending->read, item) < 0)
		return err_nomem(err);
	ending->len += text.len + 112;
	return 0;
}

/* ---- acts ---- */

static int
add_refusals(struct ending *ending, struct amana_error *err)
{
	const struct amana_mount_end *end = ending->end;
	json_t *list = json_array();
	uint64_t others = 0;
	bool failed = list == NULL;

	for (size_t i = 0; !failed && i < end->n_refusals; i++) {
		json_t *text, *one;

		if (i >= REFUSALS_MAX) {
			others += end->refusals[i].count;
			continue;
		}
		text = mount_text(end->refusals[i].program, 64);
		one = json_pack("{s:o, s:I}", "program", text, "count",
				(json_int_t)end->refusals[i].count);
		failed = one == NULL || json_array_append_new(list, one) < 0;
		ending->len += 192;
	}
	if (!failed && end->n_refusals > 0)
		failed = json_object_set(ending->details, "refused", list) < 0;
	if (!failed && others > 0)
		failed = json_object_set_new(ending->details, "refused_others",
					     json_integer((json_int_t)others)) < 0;
	json_decref(list);
	return failed ? err_nomem(err) : 0;
}

static int
begin_part(struct ending *ending, struct amana_error *err)
{
	const struct amana_mount *mount = ending->mount;
	const struct amana_mount_end *end = ending->end;

	ending->part++;
	ending->len = 0;
	ending->read = json_array();
	ending->details = json_pack("{s:I, s:o}", "mount", (json_int_t)mount->batch,
				    "why", mount_text(end->why, 255));
	if (ending->read == NULL || ending->details == NULL)
		return err_nomem(err);
	if (ending->part > 1)
		return json_object_set_new(ending->details, "part",
					   json_integer(ending->part)) < 0
			       ? err_nomem(err)
			       : 0;
	if (json_object_set_new(ending->details, "opened",
				json_integer((json_int_t)mount->n_opened)) < 0 ||
	    json_object_set_new(ending->details, "checked",
				json_integer((json_int_t)ending->n_checked)) < 0 ||
	    json_object_set_new(ending->details, "writes_refused",
				json_integer((json_int_t)end->n_writes_refused)) < 0)
		return err_nomem(err);
	return add_refusals(ending, err);
}

static void
drop_part(struct ending *ending)
{
	json_decref(ending->read);
	json_decref(ending->details);
	ending->read = ending->details = NULL;
	buf_clear(&ending->whole.text);
}

static int
finish_details(struct ending *ending, bool is_last, struct amana_error *err)
{
	if (mount_numbers_end(&ending->whole, err) < 0)
		return -1;
	if ((ending->whole.text.len > 0 &&
	     json_object_set_new(ending->details, "whole",
				 json_string(buf_text(&ending->whole.text))) < 0) ||
	    (json_array_size(ending->read) > 0 &&
	     json_object_set(ending->details, "read", ending->read) < 0) ||
	    (!is_last && json_object_set_new(ending->details, "more", json_true()) < 0))
		return err_nomem(err);
	return 0;
}

static int
record_part(struct ending *ending, bool is_last, struct amana_error *err)
{
	const struct amana_mount *mount = ending->mount;
	const struct record record = {.case_id = &mount->case_id,
				      .event = EVENT_UNMOUNT,
				      .reason = mount->reason,
				      .details = ending->details};
	struct act_done done;

	if (finish_details(ending, is_last, err) < 0 ||
	    record_case(mount->session, &record, &done, err) < 0)
		return -1;
	drop_part(ending);
	return 0;
}

/* Adds the n ranges of one exhibit: as a number if they are the whole of it. */
static int
add_exhibit(struct ending *ending, const struct amana_mount_range *ranges, size_t n,
	    struct amana_error *err)
{
	struct mount_item *item;
	uint64_t n_bytes = 0;

	if (mount_item(ending->mount, ranges->number, &item, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		n_bytes += ranges[i].last - ranges[i].first + 1;
	if (n_bytes < item->size || item->size == 0)
		return add_part_read(ending, ranges, n, item->size, n_bytes, err);
	ending->len += 22; /* two numbers of ten digits, at most */
	return mount_numbers_add(&ending->whole, ranges->number, err);
}

static int
record_end(struct ending *ending, struct amana_error *err)
{
	const struct amana_mount_range *ranges = ending->end->ranges;
	size_t n = ending->end->n_ranges;

	if (begin_part(ending, err) < 0)
		return -1;
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && ranges[to].number == ranges[from].number;)
			to++;
		if (ending->len >= PART_MAX &&
		    (record_part(ending, false, err) < 0 || begin_part(ending, err) < 0))
			return -1;
		if (add_exhibit(ending, ranges + from, to - from, err) < 0)
			return -1;
	}
	return record_part(ending, true, err);
}

/* What was recorded ahead and was neither opened nor read: that is said of each, so that
 * its own chain of custody tells it. */
static int
record_not_read(struct ending *ending, struct amana_error *err)
{
	const struct amana_mount *mount = ending->mount;
	const struct state *state = session_state(mount->session);
	CLEANUP(mem_freep)
	struct custody_id *ids = mem_array(mount->n_items, sizeof ids[0], err);
	struct record record = {.case_id = &mount->case_id, .event = EVENT_NOT_READ};
	json_t *details;
	size_t n = 0;
	int r;

	if (ids == NULL)
		return -1;
	for (size_t i = 0; i < ending->end->n_ranges; i++)
		if (ending->end->ranges[i].number <= mount->n_items)
			mount->items[ending->end->ranges[i].number - 1].is_expected =
				false;
	for (size_t i = 0; i < mount->n_items; i++) {
		const struct state_exhibit *exhibit =
			mount->items[i].is_expected
				? state_exhibit_numbered(state, &mount->case_id,
							 (uint32_t)i + 1)
				: NULL;

		if (exhibit != NULL)
			ids[n++] = exhibit->id;
	}
	if (n == 0)
		return 0;
	details = json_pack("{s:I}", "mount", (json_int_t)mount->batch);
	if (details == NULL)
		return err_nomem(err);
	record.details = details;
	r = record_exhibits(mount->session, &record, ids, n, err);
	json_decref(details);
	return r;
}

/* A mount writes a record for each opening.  The catalogue takes them in now, so that the
 * next mount need not wait for that. */
static void
index_own_acts(struct session *session)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct catalog *catalog;

	IGNORE(session_catalog(session, &catalog, &ignored));
}

int
flow_mount_close(struct amana_mount *mount, const struct amana_mount_end *end,
		 struct amana_error *err)
{
	struct ending ending = {.mount = mount, .end = end, .whole = MOUNT_NUMBERS_INIT};
	int r;

	if (mount == NULL)
		return 0;
	atomic_store(&mount->has_ended, true);
	ending.n_checked = mount_check_end(mount);
	r = mount_has_state(mount, err);
	if (r == 0)
		r = record_not_read(&ending, err);
	if (r == 0)
		r = record_end(&ending, err);
	if (r == 0)
		index_own_acts(mount->session);
	drop_part(&ending);
	mount_numbers_done(&ending.whole);
	mount_free(mount);
	return r;
}
