/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount_keys.h"

#include "base/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The keys of what is opened come out of its sheets into locked memory, and stay there
 * for as long as the mount does.  Exhibits that were deposited together have their sheets
 * in one place, which is read once for all of them.
 */

/* Where slot n of the log is kept, or the place that was filled longest ago. */
static struct exhibit_slot *
slot_for(struct amana_mount *mount, uint64_t n)
{
	for (size_t i = 0; i < MOUNT_SLOTS; i++)
		if (mount->slots[i].n == n)
			return &mount->slots[i];
	mount->next_slot = (mount->next_slot + 1) % MOUNT_SLOTS;
	return &mount->slots[mount->next_slot];
}

/* Room for one more key, in the last block or in a new one. */
static int
make_room(struct amana_mount *mount, uint8_t **ret_key, struct amana_error *err)
{
	size_t block = mount->n_keys / MOUNT_KEYS, at = mount->n_keys % MOUNT_KEYS;
	struct secret *grown;

	if (at == 0) {
		grown = mem_grow(mount->keys, block, block + 1, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		mount->keys = grown;
		if (secret_new(MOUNT_KEYS * MOUNT_KEY_LEN, &grown[block], err) < 0)
			return -1;
	}
	*ret_key = mount->keys[block].data + at * MOUNT_KEY_LEN;
	mount->n_keys++;
	return 0;
}

/* Bytes of digests that are kept of one exhibit: the larger ones are of exhibits of more
 * than 8 MiB, beside whose reading a sheet takes no time. */
#define KEPT_MAX ((size_t)4096)

struct wanted { /* an exhibit whose sheet is to be opened */
	uint32_t number;
	uint64_t slot; /* that deposited it */

	/* What the sheet gives. */
	uint8_t *key; /* filled in the item's room; NULL: the item has it already */
	struct object_expect expect;
	bool failed; /* err says why */
	struct amana_error err;
};

/* Exhibits that were deposited together, while their sheets are being opened. */
struct opening_run {
	struct amana_mount *mount; /* as it is: nothing of it changes meanwhile */
	const struct exhibit_slot *slot;
	struct wanted *wanted;
	size_t n;
	_Atomic size_t next; /* the first that no thread has taken yet */
};

static int
open_one(const struct opening_run *run, struct bytes *cursor, struct wanted *wanted,
	 struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	const struct amana_mount *mount = run->mount;
	const struct state_exhibit *exhibit = state_exhibit_numbered(
		session_state(mount->session), &mount->case_id, wanted->number);
	struct age_recipient recipient;
	char ref[AMANA_EXHIBIT_REF_MAX];
	const struct exhibit_named named = {.id = &exhibit->id, .ref = ref};

	mount_ref(mount, wanted->number, ref);
	if (exhibit_content_in(mount->session, run->slot, cursor, &named, &opened, err) <
		    0 ||
	    exhibit_expect(exhibit, &opened, ref, &wanted->expect, err) < 0 ||
	    age_identity_keep_recipient(&opened.sheet.identity, &recipient, err) < 0)
		return -1;
	if (wanted->key == NULL)
		return object_expect_keep(&wanted->expect, err);
	memcpy(wanted->key, opened.sheet.identity.data, MOUNT_KEY_LEN);
	if (wanted->expect.blocks.len <= KEPT_MAX)
		return object_expect_keep(&wanted->expect, err);
	wanted->expect.blocks = (struct bytes){NULL, 0};
	return 0;
}

#define NEIGHBOURS 16 /* that one thread takes at a time: they stand side by side */

/* On each of the threads. */
static void
open_some(void *arg)
{
	struct opening_run *run = arg;
	struct bytes cursor = {NULL, 0};
	size_t at;

	while ((at = atomic_fetch_add(&run->next, NEIGHBOURS)) < run->n)
		for (size_t i = at; i < run->n && i < at + NEIGHBOURS; i++) {
			struct wanted *wanted = &run->wanted[i];

			wanted->failed = open_one(run, &cursor, wanted, &wanted->err) < 0;
		}
}

static int
open_run(struct amana_mount *mount, struct wanted *wanted, size_t n,
	 struct amana_error *err)
{
	struct opening_run run = {.mount = mount, .wanted = wanted, .n = n};
	struct exhibit_slot *slot = slot_for(mount, wanted->slot);
	CLEANUP(workers_joinp) struct workers *workers = NULL;

	if (exhibit_slot_load(mount->session, wanted->slot, slot, err) < 0)
		return -1;
	run.slot = slot;
	if (n > 2 * NEIGHBOURS && workers_cores() > 1 &&
	    workers_start(1, open_some, &run, &workers, err) < 0)
		return -1;
	open_some(&run);
	return 0;
}

/* Hands the digests of its spans on to the item, if there is room. */
static void
keep_blocks(struct amana_mount *mount, struct mount_item *item,
	    struct object_expect *expect)
{
	size_t len = expect->blocks.len;

	if (len == 0 || item->blocks != NULL ||
	    mount->blocks_len + len > MOUNT_BLOCKS_MAX)
		return;
	item->blocks = TAKE(expect->kept_);
	mount->blocks_len += len;
}

/* Hands on to the items what their sheets gave, or why they gave nothing.  -1: one failed
 * by an error that says nothing about the exhibit. */
static int
take_run(struct amana_mount *mount, struct wanted *wanted, size_t n,
	 struct amana_error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct mount_item *item;

		if (mount_item(mount, wanted[i].number, &item, err) < 0)
			return -1;
		item->why_not = wanted[i].failed ? wanted[i].err.code : AMANA_OK;
		if (wanted[i].failed && wanted[i].err.code != AMANA_E_DENIED &&
		    wanted[i].err.code != AMANA_E_MISSING &&
		    wanted[i].err.code != AMANA_E_TAMPERED) {
			*err = wanted[i].err;
			return -1;
		}
		if (wanted[i].failed && wanted[i].err.code == AMANA_E_TAMPERED)
			session_notice(mount->session, AMANA_NOTICE_TAMPERED, "%s",
				       wanted[i].err.msg);
		if (wanted[i].failed)
			continue;
		item->key = wanted[i].key;
		item->size = wanted[i].expect.size;
		item->sha256 = wanted[i].expect.sha256;
		keep_blocks(mount, item, &wanted[i].expect);
	}
	return 0;
}

static int
by_slot(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* By slot and number, each once; returns how many those are. */
static size_t
sort_wanted(struct wanted *wanted, size_t n)
{
	size_t n_out = 0;

	qsort(wanted, n, sizeof wanted[0], by_slot);
	for (size_t i = 0; i < n; i++)
		if (n_out == 0 || wanted[i].number != wanted[n_out - 1].number)
			wanted[n_out++] = wanted[i];
	return n_out;
}

/* The slot itself, or its bundle, fails its check: then every sheet in it does. */
static void
fail_run(struct wanted *wanted, size_t n, const struct amana_error *why)
{
	for (size_t i = 0; i < n; i++) {
		wanted[i].failed = true;
		wanted[i].err = *why;
	}
}

static int
open_wanted(struct amana_mount *mount, struct wanted *wanted, size_t n,
	    struct amana_error *err)
{
	const struct ring *ring;

	if (n > 0 && session_ring(mount->session, &mount->case_id, &ring, err) < 0)
		return -1;
	n = sort_wanted(wanted, n);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && wanted[to].slot == wanted[from].slot;)
			to++;
		if (open_run(mount, wanted + from, to - from, err) < 0) {
			if (err->code != AMANA_E_TAMPERED)
				return -1;
			fail_run(wanted + from, to - from, err);
		}
		if (take_run(mount, wanted + from, to - from, err) < 0)
			return -1;
	}
	return 0;
}

/* 0: the exhibit's sheet has to be opened, and *ret_wanted says for what.  1: it has not:
 * the item has its key, or its why_not says what is known without, or there is no item.
 */
static int
want(struct amana_mount *mount, uint64_t number, struct wanted *ret_wanted,
     struct amana_error *err)
{
	const struct state_exhibit *exhibit;
	struct mount_item *item;

	if (mount_item(mount, number, &item, err) < 0)
		return err->code == AMANA_E_MISSING ? 1 : -1;
	exhibit = state_exhibit_numbered(session_state(mount->session), &mount->case_id,
					 (uint32_t)number);
	if (exhibit == NULL)
		return err_bug(err, "an exhibit that the state does not have");
	item->why_not =
		exhibit->disposed || !exhibit->has_object ? AMANA_E_MISSING : AMANA_OK;
	if (item->key != NULL || item->why_not != AMANA_OK)
		return 1;
	if (item->room == NULL && make_room(mount, &item->room, err) < 0)
		return -1;
	*ret_wanted = (struct wanted){.number = (uint32_t)number,
				      .slot = exhibit->deposited_in,
				      .key = item->room};
	return 0;
}

int
mount_keys_open(struct amana_mount *mount, const struct amana_opening *openings, size_t n,
		struct amana_error *err)
{
	CLEANUP(mem_freep) struct wanted *wanted = mem_array(n, sizeof wanted[0], err);
	size_t n_wanted = 0;
	int r = 0;

	if (wanted == NULL)
		return -1;
	for (size_t i = 0; r >= 0 && i < n; i++) {
		r = want(mount, openings[i].number, &wanted[n_wanted], err);
		n_wanted += r == 0;
	}
	if (r >= 0)
		r = open_wanted(mount, wanted, n_wanted, err);
	for (size_t i = 0; i < n_wanted; i++)
		object_expect_done(&wanted[i].expect);
	return r;
}

/* ---- what an object must be ---- */

/* Opens the sheet once more, for its blocks. */
static int
expect_from_sheet(struct amana_mount *mount, const struct state_exhibit *exhibit,
		  struct object_expect *ret_expect, struct amana_error *err)
{
	struct wanted wanted = {.number = exhibit->number, .slot = exhibit->deposited_in};
	const struct ring *ring;

	if (session_ring(mount->session, &mount->case_id, &ring, err) < 0 ||
	    open_run(mount, &wanted, 1, err) < 0)
		return -1;
	if (wanted.failed) {
		*err = wanted.err;
		return -1;
	}
	*ret_expect = wanted.expect;
	return 0;
}

int
mount_keys_expect(struct amana_mount *mount, uint64_t number,
		  struct object_expect *ret_expect, struct amana_error *err)
{
	const struct state *state = session_state(mount->session);
	const struct state_exhibit *exhibit =
		state_exhibit_numbered(state, &mount->case_id, (uint32_t)number);
	struct object_expect expect = {.kept_ = NULL};
	struct mount_item *item;
	size_t len;

	if (mount_item(mount, number, &item, err) < 0)
		return -1;
	if (exhibit == NULL || !exhibit->has_object || item->key == NULL)
		return err_bug(err, "an opened exhibit without an object");
	len = spans_count(item->size) * HASH_LEN;
	if (len > 0 && item->blocks == NULL)
		return expect_from_sheet(mount, exhibit, ret_expect, err);
	expect.object = exhibit->object;
	expect.size = item->size;
	expect.sha256 = item->sha256;
	expect.blocks = (struct bytes){item->blocks, len};
	snprintf(expect.signer, sizeof expect.signer, "%s",
		 state_exhibit_depositor(state, exhibit)->code.text);
	if (object_expect_keep(&expect, err) < 0)
		return -1;
	*ret_expect = expect;
	return 0;
}
