/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_visit.h"

#include "custody/batch.h"

int
log_visit_entries(const struct log_slot *slot, struct bytes entries,
		  const struct log_visitor *visitor, struct entry *scratch,
		  struct amana_error *err)
{
	struct log_seen_entry seen = {.slot = slot, .entry = scratch};
	int r;

	if (visitor->entry == NULL)
		return 0;
	while ((r = batch_next(&entries, &seen.raw, err)) == 0) {
		if (entry_decode(seen.raw, scratch, err) < 0)
			return -1;
		entry_leaf(seen.raw, &seen.leaf);
		r = visitor->entry(visitor->arg, &seen, err);
		if (r != 0)
			return r;
		seen.index++;
	}
	return r < 0 ? -1 : 0;
}
