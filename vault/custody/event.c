/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/event.h"

#include <string.h>

/* What the columns of event_table.h mean here. */
#define ON(kind) (1u << SUBJECT_##kind)
#define BY_RULE EVENT_BY_RULE
#define READERS EVENT_BY_READERS
#define AUDITORS EVENT_BY_AUDITORS
#define READS true
#define NO_READING false
#define DETAIL(kind, member, words)                                                      \
	{                                                                                \
		member, AMANA_DETAIL_##kind, words                                       \
	}
#define TEXT(member, words) DETAIL(TEXT, member, words)
#define COUNT(member, words) DETAIL(COUNT, member, words)
#define IF(member, words) DETAIL(IF, member, words)
#define IF_NOT(member, words) DETAIL(IF_NOT, member, words)
#define OPENERS(member, words) DETAIL(OPENERS, member, words)
#define RANGES(member, words) DETAIL(RANGES, member, words)
#define REFUSALS(member, words) DETAIL(REFUSALS, member, words)

/* The details of each event, ended by one without a member. */
#define NO_DETAILS DETAIL(TEXT, NULL, NULL)
#define DETAILS(...) __VA_ARGS__, NO_DETAILS
#define EVENT(value, name, subjects, who, reading, words, ...)                           \
	static const struct amana_detail details_##value[] = {__VA_ARGS__};
#include "custody/event_table.h"
#undef EVENT

#define EVENT(value, name, subjects, who, reading, words, ...)                           \
	[EVENT_##value] = {{name, words, details_##value}, subjects, who, reading},
static const struct event_row rows[EVENTS] = {
#include "custody/event_table.h"
};

const struct event_row *
event_row(enum event event)
{
	return event > EVENT_NONE && event < EVENTS ? &rows[event] : NULL;
}

const char *
event_name(enum event event)
{
	const struct event_row *row = event_row(event);

	return row != NULL ? row->kind.name : NULL;
}

enum event
event_parse(const char *name)
{
	for (int i = EVENT_NONE + 1; name != NULL && i < EVENTS; i++)
		if (strcmp(rows[i].kind.name, name) == 0)
			return (enum event)i;
	return EVENT_NONE;
}

bool
event_is_about(enum event event, enum subject_kind kind)
{
	const struct event_row *row = event_row(event);

	return row != NULL && (row->subjects & (1u << kind)) != 0;
}
