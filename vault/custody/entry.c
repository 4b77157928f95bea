/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry.h"

#include "custody/merkle.h"

#include <stdio.h>
#include <string.h>

const char *
grant_kind_name(enum grant_kind kind)
{
	static const char *const names[] = {"none",	 "lead",    "reader",
					    "depositor", "standby", "auditor"};

	return names[(unsigned int)kind < ARRAY_LEN(names) ? kind : GRANT_NONE];
}

struct subject
subject_exhibit(const struct custody_id *id)
{
	return (struct subject){.kind = SUBJECT_EXHIBIT, .id = *id};
}

struct subject
subject_case(const struct custody_id *id)
{
	return (struct subject){.kind = SUBJECT_CASE, .id = *id};
}

struct subject
subject_grant(const struct custody_id *case_id, const struct member_code *member)
{
	return (struct subject){.kind = SUBJECT_GRANT, .id = *case_id, .member = *member};
}

struct subject
subject_audit_grant(const struct member_code *member)
{
	return (struct subject){.kind = SUBJECT_GRANT, .audit = true, .member = *member};
}

struct subject
subject_member(const struct member_code *member)
{
	return (struct subject){.kind = SUBJECT_MEMBER, .member = *member};
}

struct subject
subject_vault(void)
{
	return (struct subject){.kind = SUBJECT_VAULT};
}

bool
subject_equal(const struct subject *a, const struct subject *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case SUBJECT_EXHIBIT:
	case SUBJECT_CASE:
		return custody_id_equal(&a->id, &b->id);
	case SUBJECT_GRANT:
		return a->audit == b->audit &&
		       (a->audit || custody_id_equal(&a->id, &b->id)) &&
		       member_code_equal(&a->member, &b->member);
	case SUBJECT_MEMBER:
		return member_code_equal(&a->member, &b->member);
	case SUBJECT_VAULT:
		break;
	}
	return true;
}

void
subject_text(const struct subject *subject, char out[SUBJECT_TEXT_MAX + 1])
{
	char hex[CUSTODY_ID_HEX_LEN + 1];

	custody_id_hex(&subject->id, hex);
	switch (subject->kind) {
	case SUBJECT_EXHIBIT:
		snprintf(out, SUBJECT_TEXT_MAX + 1, "exhibit %s", hex);
		return;
	case SUBJECT_CASE:
		snprintf(out, SUBJECT_TEXT_MAX + 1, "case %s", hex);
		return;
	case SUBJECT_GRANT:
		snprintf(out, SUBJECT_TEXT_MAX + 1, "grant %s %s",
			 subject->audit ? "audit" : hex, subject->member.text);
		return;
	case SUBJECT_MEMBER:
		snprintf(out, SUBJECT_TEXT_MAX + 1, "member %s", subject->member.text);
		return;
	case SUBJECT_VAULT:
		break;
	}
	snprintf(out, SUBJECT_TEXT_MAX + 1, "vault");
}

void
entry_init(struct entry *entry, enum action action, const struct subject *subject)
{
	memset(&entry->prev, 0, sizeof entry->prev);
	memset(&entry->actor, 0, sizeof entry->actor);
	memset(&entry->before, 0, sizeof entry->before);
	entry->at = 0;
	entry->action = action;
	entry->proposed = ACT_NONE;
	entry->subject = *subject;
	entry->event = 0;
	entry->n_objects = entry->n_lines = entry->n_sheets = 0;
	/* The arrays of act_destroy are most of the struct.  They are left as they
	 * are; the numbers that count them are cleared. */
	_Static_assert(sizeof entry->own.enrol >= sizeof entry->own.open &&
			       sizeof entry->own.enrol >= sizeof entry->own.log_key &&
			       sizeof entry->own.enrol >=
				       offsetof(struct act_destroy, bundles),
		       "act_enrol is the largest but for the arrays");
	memset(&entry->own.enrol, 0, sizeof entry->own.enrol);
}

int
entry_add_line(struct entry *entry, enum line_kind kind, const struct hash *hash)
{
	size_t at = entry->n_lines;

	if (at == ENTRY_LINES_MAX)
		return -1;
	for (; at > 0; at--) {
		if (entry->lines[at - 1].kind < kind ||
		    (entry->lines[at - 1].kind == kind &&
		     memcmp(&entry->lines[at - 1].hash, hash, HASH_LEN) < 0))
			break;
		entry->lines[at] = entry->lines[at - 1];
	}
	entry->lines[at].kind = kind;
	entry->lines[at].hash = *hash;
	entry->n_lines++;
	return 0;
}

int
entry_add_sheet(struct entry *entry, const struct hash *hash)
{
	if (entry->n_sheets == ENTRY_SHEETS_MAX)
		return -1;
	entry->sheets[entry->n_sheets++] = *hash;
	return 0;
}

int
entry_add_object(struct entry *entry, const struct hash *hash)
{
	if (entry->n_objects == ENTRY_OBJECTS_MAX)
		return -1;
	entry->objects[entry->n_objects++] = *hash;
	return 0;
}

void
entry_leaf(struct bytes bytes, struct hash *ret_leaf)
{
	merkle_leaf(bytes.data, bytes.len, ret_leaf);
}
