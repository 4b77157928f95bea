/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_people.h"

#include "base/text.h"

#include <stdio.h>

void
verify_people_done(struct verify_people *people)
{
	mem_free(people->proposals);
	mem_free(people->pairs);
	*people = (struct verify_people)VERIFY_PEOPLE_INIT;
}

/* ---- while the log passes by ---- */

static void *
room(void *items, size_t n, size_t *cap, size_t size, struct amana_error *err)
{
	size_t more = *cap == 0 ? 16 : *cap * 2;
	void *grown;

	if (n < *cap)
		return items;
	grown = mem_grow(items, *cap, more, size, err);
	if (grown != NULL)
		*cap = more;
	return grown;
}

static int
keep_proposal(struct verify_people *people, const struct log_seen_entry *seen,
	      struct amana_error *err)
{
	void *grown = room(people->proposals, people->n_proposals, &people->cap_proposals,
			   sizeof people->proposals[0], err);

	if (grown == NULL)
		return -1;
	people->proposals = grown;
	people->proposals[people->n_proposals++] =
		(struct verify_proposal){.leaf = seen->leaf,
					 .action = seen->entry->proposed,
					 .by = seen->entry->actor};
	return 0;
}

static int
keep_pair(struct verify_people *people, const struct verify_proposal *proposal,
	  const struct log_seen_entry *seen, struct amana_error *err)
{
	void *grown = room(people->pairs, people->n_pairs, &people->cap_pairs,
			   sizeof people->pairs[0], err);

	if (grown == NULL)
		return -1;
	people->pairs = grown;
	people->pairs[people->n_pairs++] =
		(struct verify_pair){.slot = seen->slot->n,
				     .action = proposal->action,
				     .proposer = proposal->by,
				     .proposal = proposal->leaf,
				     .approver = seen->entry->actor};
	return 0;
}

/* By whom it was permitted is told with what was lost. */
static void
keep_lost(struct verify_people *people, const struct log_seen_entry *seen)
{
	for (size_t i = 0; i < people->n_pairs; i++)
		if (hash_equal(&people->pairs[i].proposal,
			       &seen->entry->own.lost.proposal)) {
			people->pairs[i].lost_in = seen->slot->n;
			people->pairs[i].lost_subject = seen->entry->subject;
		}
}

int
verify_people_entry(struct verify_people *people, const struct log_seen_entry *seen,
		    struct amana_error *err)
{
	const struct entry *entry = seen->entry;

	if (entry->action == ACT_PROPOSE)
		return keep_proposal(people, seen, err);
	if (entry->action == ACT_LOST)
		keep_lost(people, seen);
	if (entry->action != ACT_APPROVE || !entry->own.approve.yes)
		return 0;
	/* What is approved was proposed lately, mostly. */
	for (size_t i = people->n_proposals; i > 0; i--)
		if (hash_equal(&people->proposals[i - 1].leaf,
			       &entry->own.approve.proposal))
			return keep_pair(people, &people->proposals[i - 1], seen, err);
	return 0;
}

/* ---- at the end ---- */

static void
tell_keys(struct verify *verify)
{
	const struct state *state = verify->log.state;
	char at[TEXT_TIME_LEN + 1];

	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *member = state_member_at(state, i);
		const struct state_member *by = state_enroller(state, member, 0);
		const struct state_member *second = state_enroller(state, member, 1);

		if (!member->enrolled || !state_member_was_rekeyed(state, member))
			continue;
		text_time(member->keys_at, at);
		verify_tell(
			verify, "replaced keys", AMANA_PASS,
			"%s has other keys since %s (batch %" PRIu64
			"); enrolled by %s%s%s: compare the words before you trust them",
			member->code.text, at, member->keys_in,
			by != NULL ? by->code.text : "-", second != NULL ? " and " : "",
			second != NULL ? second->code.text : "");
	}
}

static void
tell_leads(struct verify *verify)
{
	const struct state *state = verify->log.state;
	char id[CUSTODY_ID_HEX_LEN + 1];

	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct state_case *a_case = state_case_at(state, i);
		const struct state_grant *grant = NULL;

		custody_id_hex(&a_case->id, id);
		if (a_case->n_leads == 0)
			verify_tell(verify, "leads", AMANA_PASS,
				    "case id:%s has no lead: it takes no deposits", id);
		while ((grant = state_grant_next_of_case(state, &a_case->id, grant)) !=
		       NULL) {
			const struct state_member *by = state_grant_signer(state, grant);

			if (grant->kind != GRANT_LEAD || grant->firm)
				continue;
			verify_tell(
				verify, "leads", AMANA_PASS,
				"%s leads case id:%s PROVISIONALLY, made lead by %s in "
				"batch %" PRIu64 " and confirmed by nobody",
				state_grant_member(state, grant)->code.text, id,
				by != NULL ? by->code.text : "-", grant->given_in);
		}
	}
}

static void
tell_one_hand(struct verify *verify, const struct verify_people *people)
{
	const struct state *state = verify->log.state;

	for (size_t i = 0; i < people->n_pairs; i++) {
		const struct verify_pair *pair = &people->pairs[i];
		const struct state_member *hand =
			state_one_hand(state, &pair->proposer, &pair->approver);

		if (hand == NULL)
			continue;
		verify_tell(
			verify, "two people", AMANA_PASS,
			"ONE HAND: the %s in batch %" PRIu64
			" was proposed by %s and approved by %s; %s alone stands behind "
			"the keys of both",
			action_name(pair->action), pair->slot, pair->proposer.text,
			pair->approver.text, hand->code.text);
	}
}

static const struct verify_pair *
pair_of_lost(const struct verify_people *people, const struct state_lost *lost)
{
	for (size_t i = 0; i < people->n_pairs; i++)
		if (people->pairs[i].lost_in == lost->slot &&
		    subject_equal(&people->pairs[i].lost_subject, &lost->subject))
			return &people->pairs[i];
	return NULL;
}

/* Both who stand behind it; of a sole officer the one. */
static void
tell_lost(struct verify *verify, const struct verify_people *people)
{
	const struct state *state = verify->log.state;
	char hash[HASH_HEX_LEN + 1], subject[SUBJECT_TEXT_MAX + 1];

	for (uint32_t i = 0; i < state_n_lost(state); i++) {
		const struct state_lost *lost = state_lost_at(state, i);
		const struct verify_pair *pair = pair_of_lost(people, lost);

		hash_hex(&lost->hash, hash);
		subject_text(&lost->subject, subject);
		verify_tell(verify, "lost", AMANA_VOID,
			    "LOST: %s, of %s, was declared lost in batch %" PRIu64
			    " by %s%s%s",
			    hash, subject, lost->slot,
			    pair != NULL ? pair->proposer.text : lost->by.text,
			    pair != NULL ? " and " : "",
			    pair != NULL ? pair->approver.text : "");
	}
}

void
verify_people_tell(struct verify *verify, const struct verify_people *people)
{
	tell_keys(verify);
	tell_leads(verify);
	tell_one_hand(verify, people);
	tell_lost(verify, people);
}
