/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CUSTODY_FIXTURE_H
#define TESTS_CUSTODY_FIXTURE_H

#include "verify_fixture.h"
#include "flow/chain/custody.h"

/* The events of a chain of custody, as they are told. */

static struct evidence evidence;
static struct amana_error err;

struct seen_event {
	uint64_t index, batch;
	char actor[AMANA_MEMBER_MAX + 1], action[16], exhibit[64], event[40], reason[64],
		details[128], tool[32], public_fields[256], source[64], facts[64];
	int64_t received;
	bool has_event, after_date, sealed_missing;
};
struct seen {
	struct seen_event *events;
	size_t n, cap;
	uint64_t of;
};
static struct seen seen;

__attribute__((unused)) static void
copy(char *out, size_t cap, const char *text)
{
	snprintf(out, cap, "%s", text != NULL ? text : "-");
}

__attribute__((unused)) static int
see(void *ctx, const struct amana_event *event)
{
	struct seen_event *out;

	(void)ctx;
	if (seen.n == seen.cap) {
		seen.cap = seen.cap == 0 ? 64 : 2 * seen.cap;
		seen.events = realloc(seen.events, seen.cap * sizeof *seen.events);
		CHECK(seen.events != NULL);
	}
	out = &seen.events[seen.n++];
	*out = (struct seen_event){.index = event->index,
				   .batch = event->batch,
				   .has_event = event->event != NULL,
				   .received = event->received,
				   .after_date = event->after_date,
				   .sealed_missing = event->sealed_missing};
	copy(out->actor, sizeof out->actor, event->actor);
	copy(out->action, sizeof out->action, event->action);
	copy(out->exhibit, sizeof out->exhibit, event->exhibit);
	copy(out->event, sizeof out->event, event->event);
	copy(out->reason, sizeof out->reason, event->reason);
	copy(out->details, sizeof out->details, event->details);
	copy(out->tool, sizeof out->tool, event->tool);
	copy(out->source, sizeof out->source, event->source);
	copy(out->facts, sizeof out->facts, event->facts);
	copy(out->public_fields, sizeof out->public_fields, event->public_fields);
	return 0;
}

__attribute__((unused)) static int
try_custody(struct session *vault, const char *name)
{
	seen.n = 0;
	return flow_custody(vault, name, see, NULL, &seen.of, &err);
}

__attribute__((unused)) static void
custody(struct person *person, const char *name)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	CHECK_OK(try_custody(vault, name), err);
	CHECK_INT(seen.n, seen.of);
}

__attribute__((unused)) static uint64_t
log_end(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return state_slot(session_state(vault));
}

__attribute__((unused)) static void
exhibit_id(struct person *person, uint32_t i, bool of_case, char out[48])
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state *state = session_state(vault);

	memcpy(out, "id:", 3);
	custody_id_hex(of_case ? &state_case_at(state, i)->id
			       : &state_exhibit_at(state, i)->id,
		       out + 3);
}

#endif
