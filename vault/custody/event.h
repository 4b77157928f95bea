/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_EVENT_H
#define CUSTODY_EVENT_H

#include "amana/custody.h"
#include "custody/entry.h"

/*
 * Custody events: one table (event_table.h) says of each how it is called, what it is
 * about, who records it, whether it tells of a reading, and what people are told.
 *
 * Only an event of the table can be recorded.  A line in a log may have another name,
 * since other programs write logs too: that is event_parse's EVENT_NONE, and it is shown
 * as it stands.
 *
 * Static data and pure functions; any thread.
 */
enum event {
	EVENT_NONE, /* in a spec: forgotten, and refused */
#define EVENT(value, ...) EVENT_##value,
#include "custody/event_table.h"
#undef EVENT
	EVENTS
};

enum event_who {
	EVENT_BY_RULE,	   /* whoever the log's rules let make such an entry */
	EVENT_BY_READERS,  /* a lead or a reader of the case, whose grant has not ended */
	EVENT_BY_AUDITORS, /* an auditor of the vault */
};

struct event_row {
	struct amana_event_kind kind; /* name, words and details */
	unsigned int subjects;	      /* bits: 1u << enum subject_kind */
	enum event_who who;	      /* of a `record` of it */
	bool reads;		      /* it tells of a reading */
};

/* Static; NULL for EVENT_NONE and for what is no event. */
const struct event_row *event_row(enum event event);
/* As it is sealed: "retrieve".  Static; NULL where event_row is. */
const char *event_name(enum event event);
/* EVENT_NONE: the table has no such name.  NULL is none. */
enum event event_parse(const char *name);
/* True if an act of this event may have an entry about this kind of subject. */
bool event_is_about(enum event event, enum subject_kind kind);

#endif
