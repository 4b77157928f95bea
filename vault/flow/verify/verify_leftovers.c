/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_leftovers.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the log destroyed ---- */

/* A file that the log destroyed: if the store still has it, that is told, and *n is one
 * more. */
static int
count_if_there(struct verify *verify, const char *name, uint64_t *n,
	       struct amana_error *err)
{
	uint64_t size;
	int r = store_stat(verify->bare->store, name, &size, err);

	if (r < 0 && verify_must_stop(err))
		return -1;
	if (r == 0) {
		++*n;
		verify_tell(
			verify, "removals", AMANA_PASS,
			"%s was destroyed by the log and is still at this store: pending",
			name);
	}
	return 0;
}

static int
check_removals(struct verify *verify, struct amana_error *err)
{
	const struct state *state = verify->log.state;
	uint64_t n = 0, n_gone = 0;

	for (uint32_t i = 0; i < state_n_bundles(state); i++) {
		const struct hash *gone = state_bundle_gone_at(state, i);

		if (gone == NULL)
			continue;
		n_gone++;
		if (count_if_there(verify, store_name_lines(gone).text, &n, err) < 0)
			return -1;
	}
	for (uint32_t i = 0; i < state_n_exhibits(state); i++) {
		const struct state_exhibit *exhibit = state_exhibit_at(state, i);

		if (!exhibit->disposed || !exhibit->has_object ||
		    !state_object_goes(state_object(state, &exhibit->object)))
			continue;
		n_gone++;
		if (count_if_there(verify, store_name_object(&exhibit->object).text, &n,
				   err) < 0)
			return -1;
	}
	if (n_gone > 0 && n == 0)
		verify_tell(verify, "removals", AMANA_PASS,
			    "nothing is left of what the log destroyed (%s)",
			    text_count(n_gone, "file", "files").text);
	return 0;
}

/* ---- what no batch names ---- */

/* The names of one folder of the store, held against those that the log accounts for. */
struct strangers {
	const struct hash
		*known; /* the first, rising; the next one is `stride` bytes on */
	size_t n_known, stride;
	size_t at;  /* how far the comparison has come in `known` */
	uint64_t n; /* names that are not among them */
};

/* The store lists its names in byte order, and so are the known ones, so that one walk
 * through both finds the names that only the store has. */
static int
compare_name(void *arg, const char *name, struct amana_error *err)
{
	struct strangers *strangers = arg;
	struct hash hash;
	int order = 1;

	(void)err;
	if (store_name_read_hash(name, &hash) < 0)
		return 0;
	for (; strangers->at < strangers->n_known; strangers->at++) {
		const struct hash *known =
			(const struct hash *)((const uint8_t *)strangers->known +
					      strangers->at * strangers->stride);

		order = memcmp(known->bytes, hash.bytes, HASH_LEN);
		if (order >= 0)
			break;
	}
	if (strangers->at == strangers->n_known || order != 0)
		strangers->n++;
	return 0;
}

static int
hash_order(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

/* The bundles that the log accounts for, rising: those that stand now, and those that it
 * destroyed and the store may not have removed yet.  *ret_list is freed with mem_free. */
static int
known_lines(const struct verify *verify, struct hash **ret_list, size_t *ret_n,
	    struct amana_error *err)
{
	const struct state *state = verify->log.state;
	const struct ledger *ledger = &verify->ledger;
	size_t n = 0;
	struct hash *list = mem_array(ledger->n_bundles + state_n_bundles(state) + 1,
				      sizeof *list, err);

	if (list == NULL)
		return -1;
	for (size_t i = 0; i < ledger->n_bundles; i++)
		if (state_bundle_of(state, ledger->bundles[i].slot, &list[n]) >= 0)
			n++;
	for (uint32_t i = 0; i < state_n_bundles(state); i++)
		if (state_bundle_gone_at(state, i) != NULL)
			list[n++] = *state_bundle_gone_at(state, i);
	qsort(list, n, sizeof *list, hash_order);
	*ret_list = list;
	*ret_n = n;
	return 0;
}

static int
count_orphans(struct verify *verify, struct amana_error *err)
{
	CLEANUP(mem_freep) struct hash *list = NULL;
	struct strangers objects = {.known = &verify->ledger.objects[0].hash,
				    .n_known = verify->ledger.n_objects,
				    .stride = sizeof verify->ledger.objects[0]};
	struct strangers lines = {.stride = sizeof *list};

	if (known_lines(verify, &list, &lines.n_known, err) < 0)
		return -1;
	lines.known = list;
	if (store_list(verify->bare->store, "objects", compare_name, &objects, err) < 0 ||
	    store_list(verify->bare->store, "lines", compare_name, &lines, err) < 0) {
		if (verify_must_stop(err))
			return -1;
		verify_tell(verify, "orphans", AMANA_NOT_CHECKED, "%s", err->msg);
		return 0;
	}
	verify_tell(verify, "orphans", AMANA_PASS,
		    "%s and %s that no batch names (left by work that was interrupted)",
		    text_count(objects.n, "object", "objects").text,
		    text_count(lines.n, "bundle", "bundles").text);
	return 0;
}

int
verify_leftovers(struct verify *verify, struct amana_error *err)
{
	return check_removals(verify, err) < 0 ? -1 : count_orphans(verify, err);
}
