/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/roster.h"

#include <stdlib.h>
#include <string.h>

/* An act about a member. */
struct change {
	enum action action; /* enrol, role or revoke */
	struct member_code member, by;
	union {
		struct act_enrol enrol;
		struct act_role role;
	} own;
};

/* A proposal of one, kept until it is approved. */
struct pending {
	struct hash leaf;
	struct change change;
};

struct building {
	struct roster roster;
	struct pending *pending;
	size_t n_pending, cap_pending;
	uint64_t until;
};

#define PAST_THE_END 1 /* ends the walk over the log */

void
roster_done(struct roster *roster)
{
	mem_free(roster->members);
	*roster = (struct roster)ROSTER_INIT;
}

static void
building_done(struct building *building)
{
	roster_done(&building->roster);
	mem_free(building->pending);
}

static struct roster_member *
find(const struct roster *roster, const char *code)
{
	for (size_t i = 0; i < roster->n; i++)
		if (strcmp(roster->members[i].code.text, code) == 0)
			return &roster->members[i];
	return NULL;
}

const struct roster_member *
roster_find(const struct roster *roster, const char *code)
{
	return find(roster, code);
}

/* The array, grown if it is full, so that it has room for one more.  NULL: no memory. */
static void *
room(void *items, size_t n, size_t *cap, size_t size, struct amana_error *err)
{
	size_t more = *cap == 0 ? 16 : *cap * 2;

	if (n < *cap)
		return items;
	items = mem_grow(items, *cap, more, size, err);
	if (items != NULL)
		*cap = more;
	return items;
}

static struct roster_member *
add(struct roster *roster, const struct member_code *code, struct amana_error *err)
{
	struct roster_member *grown =
		room(roster->members, roster->n, &roster->cap, sizeof *grown, err);

	if (grown == NULL)
		return NULL;
	roster->members = grown;
	grown = &roster->members[roster->n++];
	*grown = (struct roster_member){.code = *code};
	return grown;
}

static int
enrol(struct roster *roster, const struct member_code *code, const struct act_enrol *act,
      const struct member_code *by, int64_t at, struct amana_error *err)
{
	struct roster_member *member = find(roster, code->text);

	if (member == NULL) {
		member = add(roster, code, err);
		if (member == NULL)
			return -1;
		member->enrolled_at = at;
	}
	member->rekeyed = member->keys_at != 0;
	member->keys_at = at;
	member->keys_by = *by;
	member->roles = act->roles;
	member->recipient = act->recipient;
	member->key = act->key;
	return 0;
}

static int
carry_out(struct roster *roster, const struct change *change, int64_t at,
	  struct amana_error *err)
{
	struct roster_member *member = find(roster, change->member.text);
	const struct act_role *role = &change->own.role;

	if (change->action == ACT_ENROL)
		return enrol(roster, &change->member, &change->own.enrol, &change->by, at,
			     err);
	if (member == NULL)
		return err_bug(err, "an act about %s, who is no member",
			       change->member.text);
	if (change->action == ACT_ROLE) {
		member->roles = (uint8_t)(role->add ? member->roles | role->role
						    : member->roles & ~role->role);
	} else {
		member->roles = 0;
		member->revoked = true;
		member->revoked_at = at;
	}
	return 0;
}

static bool
is_about_members(enum action action)
{
	return action == ACT_ENROL || action == ACT_ROLE || action == ACT_REVOKE;
}

/* The act that the entry is, or that it proposes. */
static struct change
change_of(const struct entry *entry)
{
	struct change change = {.action = entry->action == ACT_PROPOSE ? entry->proposed
								       : entry->action,
				.member = entry->subject.member,
				.by = entry->actor};

	if (change.action == ACT_ENROL)
		change.own.enrol = entry->own.enrol;
	else if (change.action == ACT_ROLE)
		change.own.role = entry->own.role;
	return change;
}

static int
keep_proposal(struct building *building, const struct log_seen_entry *seen,
	      struct amana_error *err)
{
	struct pending *grown = room(building->pending, building->n_pending,
				     &building->cap_pending, sizeof *grown, err);

	if (grown == NULL)
		return -1;
	building->pending = grown;
	grown = &building->pending[building->n_pending++];
	*grown = (struct pending){.leaf = seen->leaf, .change = change_of(seen->entry)};
	return 0;
}

static int
take_approval(struct building *building, const struct entry *entry,
	      struct amana_error *err)
{
	for (size_t i = 0; i < building->n_pending; i++) {
		const struct pending *pending = &building->pending[i];

		if (!hash_equal(&pending->leaf, &entry->own.approve.proposal))
			continue;
		return carry_out(&building->roster, &pending->change, entry->at, err);
	}
	return 0; /* the proposal was about something else */
}

static int
see_slot(void *arg, const struct log_slot *slot, struct amana_error *err)
{
	const struct building *building = arg;

	(void)err;
	return slot->n > building->until ? PAST_THE_END : 0;
}

static int
see_entry(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	struct building *building = arg;
	const struct entry *entry = seen->entry;
	struct change change;

	if (entry->action == ACT_PROPOSE && is_about_members(entry->proposed))
		return keep_proposal(building, seen, err);
	if (entry->action == ACT_APPROVE && entry->own.approve.yes)
		return take_approval(building, entry, err);
	if (!is_about_members(entry->action))
		return 0;
	change = change_of(entry);
	return carry_out(&building->roster, &change, entry->at, err);
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct roster_member *)a)->code.text,
		      ((const struct roster_member *)b)->code.text);
}

int
roster_build(struct log *log, uint64_t until, struct roster *ret_roster,
	     struct amana_error *err)
{
	CLEANUP(building_done) struct building building = {.until = until};
	const struct log_visitor visitor = {
		.slot = see_slot, .entry = see_entry, .arg = &building};
	const struct genesis *genesis = log_genesis(log);
	const struct act_enrol founder = {.recipient = genesis->recipient,
					  .key = genesis->key,
					  .roles = ROLE_ADMIN | ROLE_AUDITOR};

	if (enrol(&building.roster, &genesis->founder, &founder, &genesis->founder,
		  genesis->at, err) < 0 ||
	    log_each(log, 1, &visitor, err) < 0)
		return -1;
	qsort(building.roster.members, building.roster.n,
	      sizeof building.roster.members[0], by_code);
	*ret_roster = building.roster;
	building.roster = (struct roster)ROSTER_INIT;
	return 0;
}

struct looking {
	int64_t at;
	struct roster_span *span;
	bool later; /* a time after `at` was met */
};

static void
note_odd(struct roster_span *span, const struct member_code *by)
{
	for (size_t i = 0; i < span->n_odd; i++)
		if (member_code_equal(&span->odd[i], by))
			return;
	if (span->n_odd < ROSTER_ODD_MAX)
		span->odd[span->n_odd++] = *by;
}

static int
note_time(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	struct looking *looking = arg;
	struct roster_span *span = looking->span;

	(void)err;
	if (seen->entry->at > looking->at) {
		looking->later = true;
		note_odd(span, &seen->entry->actor);
		return 0;
	}
	if (!looking->later)
		span->first = seen->slot->n;
	span->last = seen->slot->n;
	return 0;
}

int
roster_span_at(struct log *log, int64_t at, struct roster_span *ret_span,
	       struct amana_error *err)
{
	struct roster_span span = {.before = log_genesis(log)->at > at};
	struct looking looking = {.at = at, .span = &span};
	const struct log_visitor visitor = {.entry = note_time, .arg = &looking};

	if (log_each(log, 1, &visitor, err) < 0)
		return -1;
	span.before &= span.last == 0;
	*ret_span = span;
	return 0;
}
