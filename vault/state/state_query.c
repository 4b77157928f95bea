/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_names.h"
#include "state/state_ring.h"
#include "state/state_table.h"

const char *
state_origin(const struct state *state)
{
	return state->origin;
}

uint64_t
state_slot(const struct state *state)
{
	return state->slot;
}

const struct hash *
state_head(const struct state *state)
{
	return &state->head;
}

int64_t
state_last_act_at(const struct state *state)
{
	return state->last_act_at;
}

/* True if all the ways from the member back through its enrollers end with `hand`.  The
 * enrollers of a member signed before it had its keys, so that the walk ends; who was
 * enrolled anew by one whom it once enrolled makes a circle, which `depth` cuts. */
static bool
is_of_hand(const struct state *state, uint32_t member, uint32_t hand, uint32_t depth)
{
	const uint32_t *by = MEMBERS(state)[member].enrollers_;

	if (member == hand)
		return true;
	if (depth == 0 || by[0] == NO_ROW || by[0] == member)
		return false;
	return is_of_hand(state, by[0], hand, depth - 1) &&
	       (by[1] == NO_ROW || is_of_hand(state, by[1], hand, depth - 1));
}

#define HAND_DEPTH 16 /* longer lines of enrolment than an office has */

const struct state_member *
state_one_hand(const struct state *state, const struct member_code *a,
	       const struct member_code *b)
{
	uint32_t x = state_find_member(state, a), y = state_find_member(state, b);

	if (x == NO_ROW || y == NO_ROW || x == y)
		return NULL;
	if (is_of_hand(state, y, x, HAND_DEPTH))
		return &MEMBERS(state)[x];
	return is_of_hand(state, x, y, HAND_DEPTH) ? &MEMBERS(state)[y] : NULL;
}

bool
state_grant_fits_keys(const struct state *state, const struct state_grant *grant)
{
	return grant->given_entry_ >= MEMBERS(state)[grant->member_].keys_entry;
}

bool
state_member_was_rekeyed(const struct state *state, const struct state_member *member)
{
	return member->keys_ != NO_ROW && KEYS(state)[member->keys_].older != NO_ROW;
}

int64_t
state_newest_at(const struct state *state)
{
	int64_t newest = 0, second = 0;

	for (uint32_t i = 0; i < state->tables[TABLE_MEMBERS].n; i++) {
		int64_t at = MEMBERS(state)[i].newest_at;

		if (at > newest) {
			second = newest;
			newest = at;
		} else if (at > second) {
			second = at;
		}
	}
	return second;
}

int64_t
state_last_anchor_at(const struct state *state)
{
	return state->last_anchor_at;
}

uint64_t
state_size(const struct state *state)
{
	return state->frontier.size;
}

const struct merkle_frontier *
state_frontier(const struct state *state)
{
	return &state->frontier;
}

bool
state_two_person(const struct state *state)
{
	return state->vault.two_person;
}

bool
state_break_glass(const struct state *state)
{
	return !state->vault.no_break_glass;
}

uint64_t
state_grant_days(const struct state *state)
{
	return state->vault.grant_days;
}

uint32_t
state_admins(const struct state *state)
{
	return state->vault.n_admins;
}

bool
state_disclosure_takes_two(const struct state *state)
{
	return state->vault.disclosure_two;
}

uint32_t
state_cards(const struct state *state)
{
	return state->vault.n_cards;
}

uint32_t
state_audit_holders(const struct state *state)
{
	return state->vault.n_holders;
}

uint32_t
state_n_lost(const struct state *state)
{
	return state->tables[TABLE_LOST].n;
}

const struct state_lost *
state_lost_at(const struct state *state, uint32_t i)
{
	return i < state_n_lost(state) ? &LOST(state)[i] : NULL;
}

const struct note_key *
state_log_key(const struct state *state, uint32_t age)
{
	uint32_t n = state->tables[TABLE_LOG_KEYS].n;

	return age < n ? &LOG_KEYS(state)[n - 1 - age] : NULL;
}

uint32_t
state_n_restored(const struct state *state)
{
	return state->tables[TABLE_RESTORED].n;
}

const struct state_restored *
state_restored_at(const struct state *state, uint32_t i)
{
	return i < state_n_restored(state) ? &RESTORED(state)[i] : NULL;
}

uint32_t
state_n_skips(const struct state *state)
{
	return state->tables[TABLE_SKIPS].n;
}

const struct state_skip *
state_skip_at(const struct state *state, uint32_t i)
{
	return i < state_n_skips(state) ? &SKIPS(state)[i] : NULL;
}

const struct state_member *
state_member(const struct state *state, const struct member_code *code)
{
	uint32_t row = state_find_member(state, code);

	return row != NO_ROW && MEMBERS(state)[row].enrolled ? &MEMBERS(state)[row]
							     : NULL;
}

uint32_t
state_n_members(const struct state *state)
{
	return state->tables[TABLE_MEMBERS].n;
}

const struct state_member *
state_member_at(const struct state *state, uint32_t i)
{
	return i < state_n_members(state) ? &MEMBERS(state)[i] : NULL;
}

bool
state_has_role(const struct state *state, const struct member_code *code, uint8_t roles)
{
	const struct state_member *member = state_member(state, code);

	return member != NULL && !member->revoked && (member->roles & roles) != 0;
}

uint64_t
state_ring_epoch(const struct state *state, const struct custody_id *case_id)
{
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known);

	if (!known)
		return 0;
	return case_row == NO_ROW ? state->vault.ring_epoch
				  : CASES(state)[case_row].epoch;
}

bool
state_ring_due(const struct state *state, const struct custody_id *case_id)
{
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known);

	if (!known)
		return false;
	return case_row == NO_ROW ? state->vault.ring_due : CASES(state)[case_row].due;
}

const struct age_recipient *
state_ring_recipient(const struct state *state, const struct custody_id *case_id,
		     uint64_t epoch)
{
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known), ring;

	if (!known)
		return NULL;
	ring = case_row == NO_ROW ? state->vault.ring : CASES(state)[case_row].ring_;
	while (ring != NO_ROW && RINGS(state)[ring].epoch > epoch)
		ring = RINGS(state)[ring].older;
	return ring != NO_ROW && RINGS(state)[ring].epoch == epoch
		       ? &RINGS(state)[ring].recipient
		       : NULL;
}

size_t
state_ring_holders(const struct state *state, const struct custody_id *case_id,
		   const struct state_member **out, size_t cap)
{
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known);
	size_t n = 0;

	if (!known)
		return 0;
	for (uint32_t i = case_row == NO_ROW ? state->vault.audit_grants
					     : CASES(state)[case_row].grants_;
	     i != NO_ROW; i = GRANTS(state)[i].next_of_case_) {
		if (!state_kind_reads(GRANTS(state)[i].kind))
			continue;
		if (n < cap)
			out[n] = &MEMBERS(state)[GRANTS(state)[i].member_];
		n++;
	}
	return n;
}

const struct state_case *
state_case(const struct state *state, const struct custody_id *id)
{
	uint32_t row = state_find_case(state, id);

	return row != NO_ROW ? &CASES(state)[row] : NULL;
}

uint32_t
state_n_cases(const struct state *state)
{
	return state->tables[TABLE_CASES].n;
}

const struct state_case *
state_case_at(const struct state *state, uint32_t i)
{
	return i < state_n_cases(state) ? &CASES(state)[i] : NULL;
}

uint32_t
state_case_leads(const struct state *state, const struct state_case *a_case)
{
	(void)state;
	return a_case->n_leads;
}

const struct state_grant *
state_grant(const struct state *state, const struct custody_id *case_id,
	    const struct member_code *member)
{
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known),
		 member_row = state_find_member(state, member);
	uint32_t grant = known && member_row != NO_ROW
				 ? state_find_grant(state, case_row, member_row)
				 : NO_ROW;

	return grant != NO_ROW ? &GRANTS(state)[grant] : NULL;
}

const struct state_grant *
state_grant_next_of_case(const struct state *state, const struct custody_id *case_id,
			 const struct state_grant *grant)
{
	bool known;
	uint32_t case_row = state_ring_case(state, case_id, &known), next;

	if (!known)
		return NULL;
	if (grant != NULL)
		next = grant->next_of_case_;
	else
		next = case_row == NO_ROW ? state->vault.audit_grants
					  : CASES(state)[case_row].grants_;
	return next != NO_ROW ? &GRANTS(state)[next] : NULL;
}

const struct state_grant *
state_grant_next_of_member(const struct state *state, const struct member_code *member,
			   const struct state_grant *grant)
{
	uint32_t member_row = state_find_member(state, member), next;

	if (member_row == NO_ROW)
		return NULL;
	next = grant != NULL ? grant->next_of_member_
			     : MEMBERS(state)[member_row].grants_;
	return next != NO_ROW ? &GRANTS(state)[next] : NULL;
}

const struct state_case *
state_grant_case(const struct state *state, const struct state_grant *grant)
{
	return grant->case_ != NO_ROW ? &CASES(state)[grant->case_] : NULL;
}

const struct state_member *
state_grant_member(const struct state *state, const struct state_grant *grant)
{
	return &MEMBERS(state)[grant->member_];
}

const struct state_member *
state_grant_signer(const struct state *state, const struct state_grant *grant)
{
	return &MEMBERS(state)[grant->signer_];
}

bool
state_is_standing_lead(const struct state *state, const struct state_case *a_case,
		       const struct member_code *member)
{
	uint32_t row = state_find_member(state, member);

	return row != NO_ROW &&
	       state_is_standing(state, row, state_find_case(state, &a_case->id));
}

const struct state_member *
state_enroller(const struct state *state, const struct state_member *member, uint32_t i)
{
	return i < ARRAY_LEN(member->enrollers_) && member->enrollers_[i] != NO_ROW
		       ? &MEMBERS(state)[member->enrollers_[i]]
		       : NULL;
}

const struct state_exhibit *
state_exhibit(const struct state *state, const struct custody_id *id)
{
	uint32_t row = state_find_exhibit(state, id);

	return row != NO_ROW ? &EXHIBITS(state)[row] : NULL;
}

const struct state_exhibit *
state_exhibit_numbered(const struct state *state, const struct custody_id *case_id,
		       uint32_t number)
{
	uint32_t case_row = state_find_case(state, case_id);
	uint32_t row =
		case_row != NO_ROW ? state_find_number(state, case_row, number) : NO_ROW;

	return row != NO_ROW ? &EXHIBITS(state)[row] : NULL;
}

const struct state_object *
state_object(const struct state *state, const struct hash *object)
{
	uint32_t row = state_find_object(state, object);

	return row != NO_ROW ? &OBJECTS(state)[row] : NULL;
}

bool
state_object_goes(const struct state_object *object)
{
	return object->n_disposed > 0 && object->n_disposed == object->n_exhibits &&
	       !object->kept;
}

uint32_t
state_n_exhibits(const struct state *state)
{
	return state->tables[TABLE_EXHIBITS].n;
}

const struct state_exhibit *
state_exhibit_at(const struct state *state, uint32_t i)
{
	return i < state_n_exhibits(state) ? &EXHIBITS(state)[i] : NULL;
}

const struct state_case *
state_exhibit_case(const struct state *state, const struct state_exhibit *exhibit)
{
	return &CASES(state)[exhibit->case_];
}

const struct state_member *
state_exhibit_depositor(const struct state *state, const struct state_exhibit *exhibit)
{
	return &MEMBERS(state)[exhibit->depositor_];
}

bool
state_exhibit_held(const struct state *state, const struct state_exhibit *exhibit)
{
	return exhibit->held || CASES(state)[exhibit->case_].held;
}

int
state_bundle_of(const struct state *state, uint64_t n, struct hash *ret_now)
{
	uint32_t row = state_find_batch(state, n);

	if (row == NO_ROW || BATCHES(state)[row].bundle == NO_ROW)
		return -1;
	*ret_now = BUNDLES(state)[BATCHES(state)[row].bundle].name;
	return BATCHES(state)[row].rewritten;
}

bool
state_bundle_gone(const struct state *state, const struct hash *name)
{
	uint32_t first = state_find_bundle(state, name), row;

	if (first == NO_ROW || !BUNDLES(state)[first].was_old)
		return false;
	for (row = BUNDLES(state)[first].newest; row != NO_ROW;
	     row = BUNDLES(state)[row].older) {
		if (BATCHES(state)[BUNDLES(state)[row].batch].bundle == row)
			return false;
	}
	return true;
}

uint32_t
state_n_bundles(const struct state *state)
{
	return state->tables[TABLE_BUNDLES].n;
}

const struct hash *
state_bundle_gone_at(const struct state *state, uint32_t i)
{
	const struct state_bundle *bundle = &BUNDLES(state)[i];

	return i < state_n_bundles(state) && bundle->first == i &&
			       state_bundle_gone(state, &bundle->name)
		       ? &bundle->name
		       : NULL;
}

int
state_sheet_of(const struct state *state, uint64_t n, const struct hash *sheet,
	       struct hash *ret_now)
{
	uint32_t batch = state_find_batch(state, n), row;

	row = batch != NO_ROW ? state_find_sheet(state, batch, sheet) : NO_ROW;
	if (row == NO_ROW || SHEETS(state)[row].sheet != row)
		return -1;
	if (SHEETS(state)[row].present == NO_ROW)
		return 2;
	*ret_now = SHEETS(state)[SHEETS(state)[row].present].name;
	return SHEETS(state)[row].present != row;
}

bool
state_line_struck(const struct state *state, uint64_t n, const struct hash *line)
{
	uint32_t batch = state_find_batch(state, n);

	for (uint32_t i = 0; batch != NO_ROW && i < state->tables[TABLE_STRUCK].n; i++) {
		if (STRUCK(state)[i].batch == batch &&
		    hash_equal(&STRUCK(state)[i].line, line))
			return true;
	}
	return false;
}

uint32_t
state_n_acts(const struct state *state)
{
	return state->tables[TABLE_ACTS].n;
}

const struct state_act *
state_act_at(const struct state *state, uint32_t i)
{
	return i < state_n_acts(state) ? &ACTS(state)[i] : NULL;
}

bool
state_is_acknowledged(const struct state *state, const struct state_act *act,
		      const struct member_code *by)
{
	uint32_t member = state_find_member(state, by);
	uint32_t row = state_find_act(state, &act->leaf);

	return member != NO_ROW && row != NO_ROW &&
	       state_find_ack(state, row, member) != NO_ROW;
}

const struct state_member *
state_act_member(const struct state *state, const struct state_act *act)
{
	return act->member_ != NO_ROW ? &MEMBERS(state)[act->member_] : NULL;
}

uint32_t
state_n_proposals(const struct state *state)
{
	return state->tables[TABLE_PROPOSALS].n;
}

const struct state_proposal *
state_proposal_at(const struct state *state, uint32_t i)
{
	return i < state_n_proposals(state) ? &PROPOSALS(state)[i] : NULL;
}

const struct state_member *
state_proposal_by(const struct state *state, const struct state_proposal *proposal)
{
	return &MEMBERS(state)[proposal->proposer_];
}
