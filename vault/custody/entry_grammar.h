/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ENTRY_GRAMMAR_H
#define CUSTODY_ENTRY_GRAMMAR_H

#include "custody/entry_read.h"

/*
 * Private to entry*.c: the table of docs/FORMAT.md section 5, which decoder and encoder
 * share.
 */
#define ON(kind) (1u << SUBJECT_##kind)

/* Which lines and sheets an entry may name (docs/FORMAT.md section 5). */
enum entry_carries {
	CARRIES_ACT,	 /* custody, reason */
	CARRIES_DEPOSIT, /* also content, with an object, about and source */
	CARRIES_RECORD,	 /* also about and source, with a private sheet */
};

struct action_grammar {
	const char *name;
	unsigned int subjects; /* that it may be about: ON() bits */
	bool proposable;
	enum entry_carries carries;
	size_t objects_min, objects_max;
	/* Own lines; NULL: there are none, or (propose) they are another act's. */
	int (*parse)(struct entry_reader *r, struct entry *e);
	int (*write)(const struct entry *e, struct buf *buf, struct amana_error *err);
};

/* Static; for a number that is no action, that of ACT_NONE, which allows nothing. */
const struct action_grammar *entry_grammar(enum action action);

#endif
