/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/exhibit_key.h"

void
exhibit_slot_done(struct exhibit_slot *slot)
{
	sheets_slot_done(&slot->slot);
	slot->n = 0;
}

/* Keys of before are handed on by a lead who has them; the only lead has nobody to ask. */
static int
refuse_unopenable(struct amana_vault *vault, const struct state_exhibit *exhibit, const char *ref,
		  struct amana_error *err)
{
	const struct state *state = session_state(vault);
	const struct state_case *a_case = state_exhibit_case(state, exhibit);
	const struct state_member *me;
	const struct state_grant *grant;
	bool is_lead;

	if (session_member(vault, &me, err) < 0)
		return -1;
	grant = state_grant(state, &a_case->id, &me->code);
	is_lead = grant != NULL && state_grant_means(grant) == GRANT_LEAD;
	if (is_lead && state_case_leads(state, a_case) == 1)
		return err_set(err, AMANA_E_DENIED,
			       "no key that you hold opens %s: it is older than your keys, and the "
			       "case has no other lead who could hand on the older ones",
			       ref);
	return err_set(err, AMANA_E_DENIED,
		       "no key that you hold opens %s; ask %s lead to grant you again", ref,
		       is_lead ? "another" : "a");
}

int
exhibit_sheet(struct amana_vault *vault, struct exhibit_slot *slot,
	      const struct custody_id *exhibit_id, const char *ref,
	      struct sheets_exhibit *ret_opened, struct amana_error *err)
{
	const struct state_exhibit *exhibit = state_exhibit(session_state(vault), exhibit_id);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct subject subject = subject_exhibit(exhibit_id);
	uint32_t index;
	int r;

	if (entry == NULL)
		return -1;
	if (exhibit == NULL)
		return err_bug(err, "an exhibit that the state does not have");
	if (exhibit->disposed)
		return err_set(err, AMANA_E_MISSING, "%s was disposed of", ref);
	if (slot->n != exhibit->deposited_in) {
		slot->n = 0;
		if (sheets_slot_load(vault, exhibit->deposited_in, &slot->slot, err) < 0)
			return -1;
		slot->n = exhibit->deposited_in;
	}
	r = sheets_slot_find(&slot->slot, &subject, 1, entry, &index, err);
	if (r == 0)
		r = sheets_open_exhibit(vault, &slot->slot, entry, ret_opened, err);
	else if (r > 0)
		return err_bug(err, "a deposit that its slot does not have");
	if (r == SHEETS_NOT_MINE)
		return refuse_unopenable(vault, exhibit, ref, err);
	if (r == SHEETS_DESTROYED)
		return err_set(err, AMANA_E_MISSING, "%s was disposed of", ref);
	return r;
}

int
exhibit_expect(const struct state_exhibit *exhibit, const struct sheets_exhibit *opened,
	       const char *ref, struct object_expect *ret_expect, struct amana_error *err)
{
	if (!exhibit->has_object)
		return err_set(err, AMANA_E_MISSING, "%s is a physical thing; there is no file", ref);
	if (!opened->has_content)
		return err_set(err, AMANA_E_TAMPERED, "%s has no line that says what its content is",
			       ref);
	ret_expect->object = exhibit->object;
	ret_expect->size = opened->content.size;
	ret_expect->sha256 = opened->content.sha256;
	return 0;
}
