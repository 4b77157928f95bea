/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "state/state_judgement.h"
#include "state/state_names.h"
#include "state/state_rules.h"
#include "state/state_table.h"

#include "custody/batch.h"

#include <stdio.h>
#include <string.h>

#define JOURNAL_MAX ((size_t)1 << 31)
/* The journal keeps this much memory for the next batch. */
#define JOURNAL_KEEP ((size_t)1 << 20)

static int
add_founder(struct state *state, const struct genesis *genesis, struct amana_error *err)
{
	struct state_member founder = STATE_MEMBER_INIT(genesis->founder);
	struct state_key key = {.older = NO_ROW};
	struct state_enrol enrol = {.signers = {0, NO_ROW}};
	struct state_ring ring = {.recipient = genesis->audit_recipient,
				  .n_holders = 1,
				  .file = genesis->audit_file,
				  .epoch = 1,
				  .case_ = NO_ROW,
				  .older = NO_ROW};
	struct state_grant grant = {.kind = GRANT_AUDITOR,
				    .epoch = 1,
				    .has_file = true,
				    .file = genesis->audit_file,
				    .case_ = NO_ROW,
				    .next_of_case_ = NO_ROW,
				    .next_of_member_ = NO_ROW};

	founder.enrolled = true;
	founder.roles = ROLE_ADMIN | ROLE_AUDITOR;
	founder.recipient = genesis->recipient;
	founder.enrollers_[0] = founder.keys_ = founder.grants_ = 0;
	memcpy(founder.pub, genesis->key.pub, sizeof founder.pub);
	founder.keys_at = founder.newest_at = genesis->at;
	memcpy(key.pub, genesis->key.pub, sizeof key.pub);
	memcpy(key.id, genesis->key.id, sizeof key.id);
	state->vault.n_admins = state->vault.n_auditors = 1;
	state->vault.n_officers = state->vault.n_holders = 1;
	state->vault.ring_epoch = 1;
	if (state_table_add(state, TABLE_MEMBERS, &founder, NULL, err) < 0 ||
	    state_table_add(state, TABLE_KEYS, &key, NULL, err) < 0 ||
	    state_table_add(state, TABLE_ENROLS, &enrol, NULL, err) < 0 ||
	    state_table_add(state, TABLE_RINGS, &ring, NULL, err) < 0 ||
	    state_names_genesis(state, &genesis->audit_file, err) < 0)
		return -1;
	return state_table_add(state, TABLE_GRANTS, &grant, NULL, err);
}

void
state_prepare(struct state *state)
{
	random_bytes(state->seeds, sizeof state->seeds);
	state->txn.journal = (struct buf)BUF_INIT(JOURNAL_MAX);
}

int
state_new(const struct genesis *genesis, const struct hash *fingerprint,
	  struct state **ret_state, struct amana_error *err)
{
	CLEANUP(state_freep) struct state *state = mem_new(sizeof *state, err);

	if (state == NULL)
		return -1;
	state_prepare(state);
	memcpy(state->origin, genesis->origin, sizeof state->origin);
	state->fingerprint = state->head = *fingerprint;
	state->vault.format = 1;
	state->vault.audit_begun = NO_ROW;
	if (add_founder(state, genesis, err) < 0)
		return -1;
	*ret_state = TAKE(state);
	return 0;
}

void
state_free(struct state *state)
{
	if (state == NULL)
		return;
	state_tables_free(state);
	buf_done(&state->txn.journal);
	mem_free(state);
}

int
state_begin(struct state *state, uint64_t n, const struct hash *prev,
	    const struct state_signer *signer, struct amana_error *err)
{
	struct state_txn *txn = &state->txn;

	if (txn->open)
		return err_bug(err, "a batch within a batch");
	txn->open = true;
	txn->skipping = txn->failed = txn->own_key = false;
	txn->signer = *signer;
	txn->prev = *prev;
	txn->n = n;
	txn->batch = NO_ROW;
	txn->n_closed = 0;
	for (enum table table = 0; table < TABLES; table++)
		txn->n_before[table] = state->tables[table].n;
	txn->frontier = state->frontier;
	txn->last_act_at = state->last_act_at;
	txn->last_anchor_at = state->last_anchor_at;
	buf_clear(&txn->journal);
	return 0;
}

int
state_begin_skip(struct state *state, uint64_t m, const struct hash *head_m,
		 const struct state_signer *signer, struct amana_error *err)
{
	if (state_begin(state, m + 1, head_m, signer, err) < 0)
		return -1;
	state->txn.skipping = true;
	state->txn.skip_first = state->slot + 1;
	return 0;
}

static void
txn_close(struct state *state)
{
	state->txn.open = false;
	if (state->txn.journal.cap > JOURNAL_KEEP)
		buf_done(&state->txn.journal);
}

void
state_rollback(struct state *state)
{
	if (!state->txn.open)
		return;
	state_table_undo(state);
	state->frontier = state->txn.frontier;
	txn_close(state);
}

static void
release_closed(struct state *state)
{
	struct state_proposal *proposals = PROPOSALS(state);

	for (uint32_t i = 0; i < state->tables[TABLE_PROPOSALS].n; i++) {
		if (state_proposal_may_matter(&proposals[i]))
			continue;
		mem_free(proposals[i].entry);
		proposals[i].entry = NULL;
		proposals[i].entry_len = 0;
	}
}

int
state_commit(struct state *state, const struct hash *head, const struct hash *bundle,
	     struct state_why *ret_why, struct amana_error *err)
{
	int r;

	if (!state->txn.open || state->txn.failed)
		return err_bug(err, "a commit of nothing");
	r = state_names_end(state, bundle, ret_why, err);
	if (r != 0)
		return r;
	if (state->txn.n_closed > 0)
		release_closed(state);
	state->slot = state->txn.n;
	state->head = *head;
	state->last_act_at = state->txn.last_act_at;
	state->last_anchor_at = state->txn.last_anchor_at;
	txn_close(state);
	return 0;
}

void
state_pass(struct state *state, const struct hash *head)
{
	state->slot++;
	state->head = *head;
}

/* The subject's chain, and the row that has it.  NULL: there is no such row yet, or
 * the subject is the vault. */
static struct state_chain *
chain_at(const struct state *state, const struct subject *subject, enum table *ret_table,
	 uint32_t *ret_row)
{
	uint32_t case_row = NO_ROW, member_row;

	*ret_row = NO_ROW;
	switch (subject->kind) {
	case SUBJECT_EXHIBIT:
		*ret_table = TABLE_EXHIBITS;
		*ret_row = state_find_exhibit(state, &subject->id);
		return *ret_row != NO_ROW ? &EXHIBITS(state)[*ret_row].chain : NULL;
	case SUBJECT_CASE:
		*ret_table = TABLE_CASES;
		*ret_row = state_find_case(state, &subject->id);
		return *ret_row != NO_ROW ? &CASES(state)[*ret_row].chain : NULL;
	case SUBJECT_GRANT:
		*ret_table = TABLE_GRANTS;
		member_row = state_find_member(state, &subject->member);
		if (!subject->audit)
			case_row = state_find_case(state, &subject->id);
		if (member_row == NO_ROW || (!subject->audit && case_row == NO_ROW))
			return NULL;
		*ret_row = state_find_grant(state, case_row, member_row);
		return *ret_row != NO_ROW ? &GRANTS(state)[*ret_row].chain : NULL;
	case SUBJECT_MEMBER:
		*ret_table = TABLE_MEMBERS;
		*ret_row = state_find_member(state, &subject->member);
		return *ret_row != NO_ROW ? &MEMBERS(state)[*ret_row].chain : NULL;
	case SUBJECT_VAULT:
		break;
	}
	*ret_table = (enum table)TABLE_VAULT;
	*ret_row = 0;
	return NULL; /* its chain is in struct state_vault */
}

/* The chain of any subject; NULL if it has none yet. */
static const struct state_chain *
subject_chain(const struct state *state, const struct subject *subject)
{
	enum table table;
	uint32_t row;

	if (subject->kind == SUBJECT_VAULT)
		return &state->vault.chain;
	return chain_at(state, subject, &table, &row);
}

static int
chain_advance(struct state *state, const struct subject *subject, const struct hash *leaf,
	      struct amana_error *err)
{
	enum table table;
	uint32_t row;
	struct state_chain *chain = chain_at(state, subject, &table, &row);

	if (subject->kind == SUBJECT_VAULT)
		chain = &state->vault.chain;
	if (chain == NULL)
		return err_bug(err, "an act left no subject behind");
	if (state_table_save(state, table, row, err) < 0)
		return -1;
	chain->event++;
	chain->leaf = *leaf;
	return 0;
}

bool
state_next_event(const struct state *state, const struct subject *subject,
		 uint64_t *ret_event, struct hash *ret_before)
{
	const struct state_chain *chain = subject_chain(state, subject);

	*ret_event = chain != NULL ? chain->event + 1 : 1;
	*ret_before = chain != NULL ? chain->leaf : (struct hash){{0}};
	return chain != NULL ||
	       (subject->kind == SUBJECT_GRANT &&
		state_find_member(state, &subject->member) != NO_ROW &&
		(subject->audit || state_find_case(state, &subject->id) != NO_ROW));
}

/* What every entry must fulfil, whatever its action.  False: why is filled. */
static bool
continues(const struct state *state, const struct entry *entry, struct state_why *why)
{
	const struct state_txn *txn = &state->txn;
	struct judgement j = {.why = why};
	struct hash before;
	uint32_t actor;
	uint64_t event;

	if (memcmp(&entry->prev, &txn->prev, HASH_LEN) != 0)
		return state_why_not(&j,
				     "the entry was made for another place in the log");
	if (!member_code_equal(&entry->actor, &txn->signer.code))
		return state_why_not(&j, "the entry is %s's, not its signer's",
				     entry->actor.text);
	actor = state_find_member(state, &entry->actor);
	if (txn->own_key || actor == NO_ROW ||
	    memcmp(MEMBERS(state)[actor].pub, txn->signer.pub, SIGN_PUB_LEN) != 0)
		return state_why_not(&j, "%s's signing key was replaced",
				     entry->actor.text);
	(void)state_next_event(state, &entry->subject, &event, &before);
	return (entry->event == event &&
		memcmp(&entry->before, &before, HASH_LEN) == 0) ||
	       state_why_not(&j, "the entry does not continue its subject's events");
}

/* The newest time of each member is kept, for state_newest_at. */
static int
note_time(struct state *state, const struct entry *entry, struct amana_error *err)
{
	uint32_t row = state_find_member(state, &entry->actor);

	if (entry->at <= MEMBERS(state)[row].newest_at)
		return 0;
	if (state_table_save(state, TABLE_MEMBERS, row, err) < 0)
		return -1;
	MEMBERS(state)[row].newest_at = entry->at;
	return 0;
}

int
state_apply(struct state *state, struct bytes raw, const struct entry *entry,
	    const struct hash *leaf, struct state_why *ret_why, struct amana_error *err)
{
	struct state_txn *txn = &state->txn;

	if (!txn->open || txn->failed)
		return err_bug(err, "an entry outside a batch");
	txn->failed = true;
	ret_why->no_memory = false;
	if (!continues(state, entry, ret_why) ||
	    !state_rules_allow(state, entry, txn->n, ret_why))
		return ret_why->no_memory
			       ? err_set(err, AMANA_E_NOMEM, "%s", ret_why->text)
			       : 1;
	if (state_rules_apply(state, raw, entry, leaf, err) < 0 ||
	    state_names_take(state, entry, err) < 0 ||
	    chain_advance(state, &entry->subject, leaf, err) < 0)
		return -1;
	if (note_time(state, entry, err) < 0)
		return -1;
	merkle_append(&state->frontier, leaf);
	txn->own_key = entry->action == ACT_ENROL &&
		       member_code_equal(&entry->subject.member, &entry->actor);
	txn->last_act_at = entry->at;
	if (entry->action == ACT_ANCHOR)
		txn->last_anchor_at = entry->at;
	txn->failed = false;
	return 0;
}

int
state_draft(struct state *state, struct entry *entry, struct buf *entries,
	    struct state_why *ret_why, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf raw = BUF_INIT(ENTRY_MAX);
	struct hash leaf;
	int r;

	if (!state->txn.open)
		return err_bug(err, "a draft outside a batch");
	entry->prev = state->txn.prev;
	entry->actor = state->txn.signer.code;
	(void)state_next_event(state, &entry->subject, &entry->event, &entry->before);
	if (entry_encode(entry, &raw, err) < 0)
		return -1;
	entry_leaf(BYTES_OF(raw), &leaf);
	r = state_apply(state, BYTES_OF(raw), entry, &leaf, ret_why, err);
	if (r != 0)
		return r;
	return batch_add(entries, BYTES_OF(raw), err);
}

uint64_t
state_format(const struct state *state)
{
	return state->vault.format;
}
