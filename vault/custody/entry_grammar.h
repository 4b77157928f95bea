/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_GRAMMAR_H
#define CUSTODY_ENTRY_GRAMMAR_H

#include "custody/entry_read.h"

/*
 * Private to entry*.c: the table of docs/FORMAT.md section 5, which decoder and encoder
 * share.
 */
#define ON(kind) (1u << SUBJECT_##kind)

struct action_grammar {
	const char *name;
	unsigned int subjects; /* that it may be about: ON() bits */
	bool proposable;
	bool exhibit_lines; /* content, about and source may be named */
	size_t objects_min, objects_max;
	/* Own lines; NULL: there are none, or (propose) they are another act's. */
	int (*parse)(struct entry_reader *r, struct entry *e);
	int (*write)(const struct entry *e, struct buf *buf, struct amana_error *err);
};

/* Static; for a number that is no action, that of ACT_NONE, which allows nothing. */
const struct action_grammar *entry_grammar(enum action action);

#endif
