/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/retrieve_list.h"

#include "session/names.h"

#include <stdlib.h>
#include <string.h>

/* ---- each once ---- */

struct numbered_id {
	struct custody_id id;
	size_t at; /* where it stands in the list */
};

static int
by_id(const void *a, const void *b)
{
	const struct numbered_id *x = a, *y = b;
	int order = memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);

	return order != 0 ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int
by_at(const void *a, const void *b)
{
	const struct numbered_id *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

int
retrieve_list_once(struct custody_id *ids, size_t *n, struct amana_error *err)
{
	CLEANUP(mem_freep) struct numbered_id *sorted = NULL;
	size_t kept = 0;

	if (*n < 2)
		return 0;
	sorted = mem_array(*n, sizeof sorted[0], err);
	if (sorted == NULL)
		return -1;
	for (size_t i = 0; i < *n; i++)
		sorted[i] = (struct numbered_id){.id = ids[i], .at = i};
	qsort(sorted, *n, sizeof sorted[0], by_id);
	for (size_t i = 0; i < *n; i++)
		if (kept == 0 || !custody_id_equal(&sorted[i].id, &sorted[kept - 1].id))
			sorted[kept++] = sorted[i];
	qsort(sorted, kept, sizeof sorted[0], by_at);
	for (size_t i = 0; i < kept; i++)
		ids[i] = sorted[i].id;
	*n = kept;
	return 0;
}

/* ---- all that was named ---- */

struct id_list {
	struct custody_id *ids;
	size_t n, cap;
};

static int
append(struct id_list *list, const struct custody_id *ids, size_t n,
       struct amana_error *err)
{
	struct custody_id *grown;
	size_t cap = list->cap;

	while (cap - list->n < n)
		cap = cap == 0 ? 16 : 2 * cap;
	if (cap > list->cap) {
		grown = mem_grow(list->ids, list->cap, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		list->ids = grown;
		list->cap = cap;
	}
	memcpy(list->ids + list->n, ids, n * sizeof ids[0]);
	list->n += n;
	return 0;
}

int
retrieve_list(struct session *session, const char *const *names, size_t n_names,
	      struct custody_id **ret_ids, size_t *ret_n, struct amana_error *err)
{
	struct id_list list = {.ids = NULL};
	int r = 0;

	for (size_t i = 0; r == 0 && i < n_names; i++) {
		CLEANUP(mem_freep) struct custody_id *ids = NULL;
		size_t n = 0;

		r = names_exhibits(session, names[i], &ids, &n, err);
		if (r == 0 && n > 0)
			r = append(&list, ids, n, err);
	}
	if (r == 0)
		r = retrieve_list_once(list.ids, &list.n, err);
	if (r < 0) {
		mem_free(list.ids);
		return -1;
	}
	*ret_ids = list.ids;
	*ret_n = list.n;
	return 0;
}
