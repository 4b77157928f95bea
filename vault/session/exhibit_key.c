/* SPDX-License-Identifier: Apache-2.0 */
#include "session/exhibit_key.h"

#include "session/rights.h"

#include <stdio.h>
#include <string.h>

void
exhibit_slot_done(struct exhibit_slot *slot)
{
	sheets_slot_done(&slot->slot);
	slot->n = 0;
}

int
exhibit_slot_load(struct session *session, uint64_t n, struct exhibit_slot *slot,
		  struct amana_error *err)
{
	if (slot->n == n)
		return 0;
	slot->n = 0;
	slot->next = (struct bytes){NULL, 0};
	if (sheets_slot_load(session, n, &slot->slot, err) < 0)
		return -1;
	slot->n = n;
	return 0;
}

/* Finds the exhibit's deposit: looks from the cursor to the end of the slot, then from
 * its beginning, and leaves the cursor behind it.  1: it is not here. */
static int
find_deposit(const struct sheets_slot *slot, struct bytes *cursor,
	     const struct custody_id *exhibit, struct entry *ret_entry,
	     struct amana_error *err)
{
	const struct subject subject = subject_exhibit(exhibit);
	struct bytes rest[2] = {*cursor, slot->parts.entries}, raw;
	char text[SUBJECT_TEXT_MAX + 1];

	subject_text(&subject, text);
	for (int turn = cursor->len > 0 ? 0 : 1; turn < 2; turn++) {
		int r;

		while ((r = batch_next(&rest[turn], &raw, err)) == 0) {
			if (memmem(raw.data, raw.len, text, strlen(text)) == NULL)
				continue;
			if (entry_decode(raw, ret_entry, err) < 0)
				return -1;
			if (!subject_equal(&ret_entry->subject, &subject) ||
			    ret_entry->event != 1)
				continue;
			*cursor = rest[turn];
			return 0;
		}
		if (r < 0)
			return -1;
	}
	return 1;
}

/* No key opens it.  Older keys are handed on by a lead who has them, so that the message
 * says whom to ask; the only lead has nobody to ask. */
static int
refuse_unopenable(struct session *session, const struct state_exhibit *exhibit,
		  const char *ref, struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_case *a_case = state_exhibit_case(state, exhibit);
	const struct state_member *me;
	bool is_lead;

	if (session_member(session, &me, err) < 0)
		return -1;
	is_lead = rights_is_lead(session, &a_case->id, &me->code);
	if (is_lead && state_case_leads(state, a_case) == 1)
		return err_item(
			err, AMANA_REASON_OLDER_KEYS, AMANA_E_DENIED,
			"no key that you hold opens %s: it is older than your keys, and the "
			"case has no other lead who could hand on the older ones",
			ref);
	return err_item(err, AMANA_REASON_NO_KEY, AMANA_E_DENIED,
			"no key that you hold opens %s; ask %s lead to grant you again",
			ref, is_lead ? "another" : "a");
}

/* An opening that is under way. */
struct opening {
	struct session *session;
	const struct sheets_slot *slot;
	struct bytes *cursor;
	const struct exhibit_named *named;
	bool is_whole; /* all of the sheet's lines, not the content alone */
};

static int
open_in(const struct opening *opening, struct sheets_exhibit *ret_opened,
	struct amana_error *err)
{
	struct session *session = opening->session;
	const struct exhibit_named *named = opening->named;
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(session), named->id);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	int r;

	if (entry == NULL)
		return -1;
	if (exhibit == NULL)
		return err_bug(err, "an exhibit that the state does not have");
	if (exhibit->disposed)
		return err_item(err, AMANA_REASON_DISPOSED, AMANA_E_MISSING,
				"%s was disposed of", named->ref);
	r = find_deposit(opening->slot, opening->cursor, named->id, entry, err);
	if (r > 0)
		return err_bug(err, "a deposit that its slot does not have");
	if (r == 0 && opening->is_whole)
		r = sheets_open_exhibit(session, opening->slot, entry, ret_opened, err);
	else if (r == 0)
		r = sheets_open_content(session, opening->slot, entry, ret_opened, err);
	if (r == SHEETS_NOT_MINE)
		return refuse_unopenable(session, exhibit, named->ref, err);
	if (r == SHEETS_DESTROYED)
		return err_item(err, AMANA_REASON_DISPOSED, AMANA_E_MISSING,
				"the sheet of %s was erased, and its key with it",
				named->ref);
	return r;
}

int
exhibit_content_in(struct session *session, const struct exhibit_slot *slot,
		   struct bytes *cursor, const struct exhibit_named *exhibit,
		   struct sheets_exhibit *ret_opened, struct amana_error *err)
{
	const struct opening opening = {.session = session,
					.slot = &slot->slot,
					.cursor = cursor,
					.named = exhibit};

	return open_in(&opening, ret_opened, err);
}

int
exhibit_sheet(struct session *session, struct exhibit_slot *slot,
	      const struct exhibit_named *named, struct sheets_exhibit *ret_opened,
	      struct amana_error *err)
{
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(session), named->id);
	const struct opening opening = {.session = session,
					.slot = &slot->slot,
					.cursor = &slot->next,
					.named = named,
					.is_whole = true};

	if (exhibit == NULL)
		return err_bug(err, "an exhibit that the state does not have");
	if (!exhibit->disposed &&
	    exhibit_slot_load(session, exhibit->deposited_in, slot, err) < 0)
		return -1;
	return open_in(&opening, ret_opened, err);
}

int
exhibit_recipient(struct session *session, struct exhibit_slot *slot,
		  const struct custody_id *exhibit_id,
		  struct age_recipient *ret_recipient, struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(session), exhibit_id);
	int r;

	if (entry == NULL)
		return -1;
	if (exhibit == NULL)
		return err_bug(err, "an exhibit that the state does not have");
	if (exhibit->disposed)
		return 1;
	if (exhibit_slot_load(session, exhibit->deposited_in, slot, err) < 0)
		return -1;
	r = find_deposit(&slot->slot, &slot->next, exhibit_id, entry, err);
	if (r != 0)
		return r < 0 ? -1 : err_bug(err, "a deposit that its slot does not have");
	r = sheets_open_exhibit(session, &slot->slot, entry, &opened, err);
	if (r != 0)
		return r < 0 ? -1 : 1;
	age_identity_recipient(&opened.sheet.identity, ret_recipient);
	return 0;
}

int
exhibit_expect(const struct state_exhibit *exhibit, const struct sheets_exhibit *opened,
	       const char *ref, struct object_expect *ret_expect, struct amana_error *err)
{
	if (!exhibit->has_object)
		return err_item(err, AMANA_REASON_PHYSICAL, AMANA_E_MISSING,
				"%s is a physical thing; there is no file", ref);
	if (!opened->has_content)
		return err_item(err, AMANA_REASON_NONE, AMANA_E_TAMPERED,
				"%s has no line that says what its content is", ref);
	*ret_expect = (struct object_expect){.object = exhibit->object,
					     .size = opened->content.size,
					     .sha256 = opened->content.sha256,
					     .blocks = opened->content.blocks};
	snprintf(ret_expect->signer, sizeof ret_expect->signer, "%s",
		 opened->content.bond.actor.text);
	return 0;
}
