/* SPDX-License-Identifier: Apache-2.0 */
#include "file_list.h"

#include "heap.h"
#include "tree.h"

#include <string.h>

size_t
file_list_find(const struct file_list *list, uint64_t number)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->all[middle]->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct tree_file *
file_list_get(const struct file_list *list, uint64_t number)
{
	size_t i = file_list_find(list, number);

	return i < list->n && list->all[i]->number == number ? list->all[i] : NULL;
}

bool
file_list_reserve(struct file_list *list)
{
	size_t cap = list->cap > 0 ? list->cap * 2 : 8;
	struct tree_file **longer;

	if (list->n < list->cap)
		return true;
	longer = heap_grow(list->all, cap, sizeof longer[0]);
	if (longer == NULL)
		return false;
	list->all = longer;
	list->cap = cap;
	return true;
}

void
file_list_put(struct file_list *list, struct tree_file *file)
{
	size_t i = file_list_find(list, file->number);

	memmove(list->all + i + 1, list->all + i, (list->n - i) * sizeof list->all[0]);
	list->all[i] = file;
	list->n++;
	list->n_there++;
}
