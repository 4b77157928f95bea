/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_grants.h"

#include <stdlib.h>
#include <string.h>

void
chain_grants_done(struct chain_grants *grants)
{
	mem_free(grants->items);
	*grants = (struct chain_grants){.items = NULL};
}

int
chain_grants_add(struct chain_grants *grants, const struct chain_grant *grant,
		 struct amana_error *err)
{
	size_t cap = grants->cap == 0 ? 16 : 2 * grants->cap;
	struct chain_grant *grown;

	if (grants->n == grants->cap) {
		grown = mem_grow(grants->items, grants->cap, cap, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		grants->items = grown;
		grants->cap = cap;
	}
	grants->items[grants->n++] = *grant;
	return 0;
}

/* By member, and of one member as the log has them. */
static int
order(const void *a, const void *b)
{
	const struct chain_grant *x = a, *y = b;
	int r = strcmp(x->member.text, y->member.text);

	if (r != 0)
		return r;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

void
chain_grants_sort(struct chain_grants *grants)
{
	if (grants->n > 1)
		qsort(grants->items, grants->n, sizeof grants->items[0], order);
}

bool
chain_grants_ended(const struct chain_grants *grants, const struct member_code *member,
		   uint64_t slot, uint32_t index, int64_t at)
{
	const struct chain_grant here = {.slot = slot, .index = index, .member = *member};
	size_t low = 0, high = grants->n; /* looks for the first that is not before it */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(&grants->items[middle], &here) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && member_code_equal(&grants->items[low - 1].member, member) &&
	       grants->items[low - 1].has_until && grants->items[low - 1].until_at < at;
}
