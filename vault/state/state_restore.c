/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_past.h"
#include "state/state_restore_names.h"
#include "state/state_table.h"

#include "base/text.h"
#include "custody/batch.h"

#include <string.h>

/* The other half of state_snapshot.c, which has the layout. */
static const char magic[] = "amana/state 5\n";
#define MAGIC_LEN (sizeof magic - 1)

static void
get_head(struct state_in *in)
{
	struct state *state = in->state;
	struct state_vault *v = &state->vault;
	char word[MAGIC_LEN];
	uint32_t len;
	uint8_t flags;

	state_in_bytes(in, word, sizeof word);
	in->bad |= memcmp(word, magic, MAGIC_LEN) != 0;
	len = state_in_u8(in, ORIGIN_MAX);
	state_in_bytes(in, state->origin, in->bad ? 0 : len);
	in->bad |= !origin_is_valid(state->origin, strlen(state->origin)) ||
		   strlen(state->origin) != len;
	state_in_bytes(in, &state->fingerprint, HASH_LEN);
	state->slot = state_in_u64(in);
	in->bad |= state->slot > CUSTODY_SLOT_MAX;
	state_in_bytes(in, &state->head, HASH_LEN);
	len = state_in_u32(in);
	if (in->bad || (size_t)(in->end - in->at) < len ||
	    merkle_frontier_parse((struct bytes){in->at, len}, &state->frontier) < 0) {
		in->bad = true;
		return;
	}
	in->at += len;
	v->format = state_in_u64(in);
	in->bad |= v->format < 1 || v->format > CUSTODY_NUMBER_MAX;
	v->grant_days = state_in_u64(in);
	flags = state_in_u8(in, 15);
	v->two_person = (flags & 1) != 0;
	v->no_break_glass = (flags & 2) != 0;
	v->ring_due = (flags & 4) != 0;
	v->disclosure_two = (flags & 8) != 0;
	v->audit_begun = state_in_u32(in);
	state_in_chain(in, &v->chain);
	state->last_act_at = state_in_time(in);
	state->last_anchor_at = state_in_time(in);
	v->ring = v->audit_grants = NO_ROW;
}

static void
get_members(struct state_in *in)
{
	struct state_vault *v = &in->state->vault;

	for (uint32_t n = state_in_count(in, TABLE_MEMBERS, 12 + 2 + 64 + 56 + 8 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_member m = STATE_MEMBER_INIT({""});
		uint8_t flags;

		state_in_code(in, &m.code);
		flags = state_in_u8(in, 7);
		m.enrolled = (flags & 1) != 0;
		m.revoked = (flags & 2) != 0;
		m.card = (flags & 4) != 0;
		m.roles = state_in_u8(in, ROLE_ADMIN | ROLE_AUDITOR | ROLE_RECOVERY);
		state_in_bytes(in, &m.recipient, AGE_KEY_LEN);
		state_in_bytes(in, m.pub, SIGN_PUB_LEN);
		m.keys_entry = state_in_u64(in);
		m.keys_in = state_in_u64(in);
		m.keys_at = state_in_time(in);
		m.newest_at = state_in_time(in);
		for (size_t k = 0; k < ARRAY_LEN(m.role_entries_); k++)
			m.role_entries_[k] = state_in_u64(in);
		m.enrollers_[0] = state_in_u32(in);
		m.enrollers_[1] = state_in_u32(in);
		state_in_chain(in, &m.chain);
		in->bad |= state_find_member(in->state, &m.code) != NO_ROW;
		v->n_admins += (m.roles & ROLE_ADMIN) != 0;
		v->n_auditors += (m.roles & ROLE_AUDITOR) != 0;
		v->n_officers += (m.roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
		v->n_cards += (m.roles & ROLE_RECOVERY) != 0;
		state_in_add(in, TABLE_MEMBERS, &m);
	}
	state_in_check_row(in, TABLE_MEMBERS, v->audit_begun);
	for (uint32_t i = 0; i < in->state->tables[TABLE_MEMBERS].n; i++) {
		for (int k = 0; k < 2; k++)
			state_in_check_row(in, TABLE_MEMBERS,
					   MEMBERS(in->state)[i].enrollers_[k]);
	}
}

static void
get_keys(struct state_in *in)
{
	struct state *state = in->state;
	struct note_key key;

	for (uint32_t n = state_in_count(in, TABLE_KEYS, 4 + 32); n > 0 && !in->bad;
	     n--) {
		struct state_key fresh = {.member =
						  state_in_row(in, TABLE_MEMBERS, false)};

		state_in_bytes(in, fresh.pub, SIGN_PUB_LEN);
		if (in->bad || state_find_key(state, fresh.pub) != NO_ROW ||
		    note_key_make(MEMBERS(state)[fresh.member].code.text, fresh.pub,
				  &key) < 0) {
			in->bad = true;
			return;
		}
		memcpy(fresh.id, key.id, sizeof fresh.id);
		fresh.older = MEMBERS(state)[fresh.member].keys_;
		MEMBERS(state)[fresh.member].keys_ = state->tables[TABLE_KEYS].n;
		state_in_add(in, TABLE_KEYS, &fresh);
	}
	/* A member's current key must be one of that member's keys. */
	for (uint32_t i = 0; i < state->tables[TABLE_MEMBERS].n && !in->bad; i++) {
		uint32_t row = state_find_key(state, MEMBERS(state)[i].pub);

		in->bad |= MEMBERS(state)[i].enrolled &&
			   (row == NO_ROW || KEYS(state)[row].member != i);
	}
}

static void
get_enrols(struct state_in *in)
{
	for (uint32_t n = state_in_count(in, TABLE_ENROLS, 12 + 8); n > 0 && !in->bad;
	     n--) {
		struct state_enrol fresh = {
			.member = state_in_row(in, TABLE_MEMBERS, false)};

		fresh.signers[0] = state_in_row(in, TABLE_MEMBERS, false);
		fresh.signers[1] = state_in_row(in, TABLE_MEMBERS, true);
		fresh.entry = state_in_u64(in);
		state_in_add(in, TABLE_ENROLS, &fresh);
	}
}

static void
get_cases(struct state_in *in)
{
	for (uint32_t n = state_in_count(in, TABLE_CASES, 16 + 1 + 24 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_case c = {
			.ring_ = NO_ROW, .grants_ = NO_ROW, .private_ = NO_ROW};
		uint8_t flags;

		state_in_bytes(in, &c.id, CUSTODY_ID_LEN);
		flags = state_in_u8(in, 15);
		c.held = (flags & 1) != 0;
		c.closed = (flags & 8) != 0;
		c.due = (flags & 2) != 0;
		c.opener_due = (flags & 4) != 0;
		c.opened_in = state_in_u64(in);
		c.touched_in_ = state_in_u64(in);
		c.destroyed_in_ = state_in_u64(in);
		state_in_chain(in, &c.chain);
		in->bad |= state_find_case(in->state, &c.id) != NO_ROW;
		state_in_add(in, TABLE_CASES, &c);
	}
}

static void
get_rings(struct state_in *in)
{
	struct state *state = in->state;

	for (uint32_t n = state_in_count(in, TABLE_RINGS, 4 + 64 + 12); n > 0 && !in->bad;
	     n--) {
		struct state_ring fresh = {.case_ = state_in_row(in, TABLE_CASES, true)};
		uint32_t row = state->tables[TABLE_RINGS].n;
		struct state_case *c;

		state_in_bytes(in, &fresh.recipient, AGE_KEY_LEN);
		state_in_bytes(in, &fresh.file, HASH_LEN);
		fresh.made_entry = state_in_u64(in);
		fresh.n_holders = state_in_u32(in);
		if (in->bad || state_find_ring(state, &fresh.recipient) != NO_ROW) {
			in->bad = true;
			return;
		}
		if (fresh.case_ == NO_ROW) {
			fresh.older = state->vault.ring;
			fresh.epoch = ++state->vault.ring_epoch;
			state->vault.ring = row;
		} else {
			c = &CASES(state)[fresh.case_];
			fresh.older = c->ring_;
			fresh.epoch = ++c->epoch;
			c->ring_ = row;
			c->recipient = fresh.recipient;
		}
		state_in_add(in, TABLE_RINGS, &fresh);
	}
	in->bad |= state->vault.ring_epoch == 0;
	for (uint32_t i = 0; i < state->tables[TABLE_CASES].n; i++)
		in->bad |= CASES(state)[i].epoch == 0;
}

static void
get_grants(struct state_in *in)
{
	struct state *state = in->state;

	for (uint32_t n = state_in_count(in, TABLE_GRANTS, 12 + 2 + 40 + 40 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_grant g = {.case_ = state_in_row(in, TABLE_CASES, true)};
		uint32_t row = state->tables[TABLE_GRANTS].n, *of_case, *of_member;
		uint8_t flags;

		g.member_ = state_in_row(in, TABLE_MEMBERS, false);
		g.kind = (enum grant_kind)state_in_u8(in, GRANT_AUDITOR);
		flags = state_in_u8(in, 31);
		g.broken = (flags & 1) != 0;
		g.has_until = (flags & 2) != 0;
		g.firm = (flags & 4) != 0;
		g.appointment = (flags & 8) != 0;
		g.has_file = (flags & 16) != 0;
		g.until_at = (int64_t)state_in_u64(in);
		g.broken_until_at = (int64_t)state_in_u64(in);
		g.signer_ = state_in_row(in, TABLE_MEMBERS, false);
		g.first_entry_ = state_in_u64(in);
		g.epoch = state_in_u64(in);
		g.given_in = state_in_u64(in);
		state_in_bytes(in, &g.file, HASH_LEN);
		g.given_entry_ = state_in_u64(in);
		state_in_chain(in, &g.chain);
		if (in->bad || state_find_grant(state, g.case_, g.member_) != NO_ROW ||
		    (g.kind != GRANT_NONE &&
		     (g.kind == GRANT_AUDITOR) != (g.case_ == NO_ROW))) {
			in->bad = true;
			return;
		}
		of_case = g.case_ == NO_ROW ? &state->vault.audit_grants
					    : &CASES(state)[g.case_].grants_;
		of_member = &MEMBERS(state)[g.member_].grants_;
		g.next_of_case_ = *of_case;
		g.next_of_member_ = *of_member;
		*of_case = *of_member = row;
		state_in_add(in, TABLE_GRANTS, &g);
		if (!in->bad && state_past_count(state, g.case_, g.kind, 1, in->err) < 0)
			in->bad = true;
	}
}

static void
get_exhibits(struct state_in *in)
{
	struct state *state = in->state;

	for (uint32_t n = state_in_count(in, TABLE_EXHIBITS, 16 + 1 + 32 + 36 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_exhibit x = {.sheets_ = NO_ROW};
		uint8_t flags;

		state_in_bytes(in, &x.id, CUSTODY_ID_LEN);
		flags = state_in_u8(in, 7);
		x.has_object = (flags & 1) != 0;
		x.held = (flags & 2) != 0;
		x.disposed = (flags & 4) != 0;
		state_in_bytes(in, &x.object, HASH_LEN);
		x.deposited_in = state_in_u64(in);
		x.case_ = state_in_row(in, TABLE_CASES, false);
		x.depositor_ = state_in_row(in, TABLE_MEMBERS, false);
		x.n_private = state_in_u32(in);
		x.private_in_ = state_in_u64(in);
		x.destroyed_in_ = state_in_u64(in);
		state_in_chain(in, &x.chain);
		if (in->bad || state_find_exhibit(state, &x.id) != NO_ROW) {
			in->bad = true;
			return;
		}
		x.number = ++CASES(state)[x.case_].n_exhibits;
		CASES(state)[x.case_].n_held += x.held;
		state_in_add(in, TABLE_EXHIBITS, &x);
	}
}

static void
get_acts(struct state_in *in)
{
	for (uint32_t n = state_in_count(in, TABLE_ACTS, 32 + 1 + 32); n > 0 && !in->bad;
	     n--) {
		struct state_act fresh;

		state_in_bytes(in, &fresh.leaf, HASH_LEN);
		fresh.action = (enum action)state_in_u8(in, ACTIONS - 1);
		fresh.slot = state_in_u64(in);
		fresh.entry_ = state_in_u64(in);
		fresh.case_ = state_in_row(in, TABLE_CASES, true);
		fresh.member_ = state_in_row(in, TABLE_MEMBERS, true);
		fresh.signer_ = state_in_row(in, TABLE_MEMBERS, false);
		fresh.proposer_ = state_in_row(in, TABLE_MEMBERS, true);
		in->bad |= fresh.member_ == NO_ROW && fresh.action != ACT_SKIP &&
			   fresh.action != ACT_RESTORED;
		state_in_add(in, TABLE_ACTS, &fresh);
	}
	for (uint32_t n = state_in_count(in, TABLE_ACKS, 8); n > 0 && !in->bad; n--) {
		struct state_ack fresh = {.act = state_in_row(in, TABLE_ACTS, false)};

		fresh.member = state_in_row(in, TABLE_MEMBERS, false);
		state_in_add(in, TABLE_ACKS, &fresh);
	}
	for (uint32_t n = state_in_count(in, TABLE_LOST, 1 + 16 + 32 + 8 + 24);
	     n > 0 && !in->bad; n--) {
		struct state_lost fresh = {
			.subject = {.kind = (enum subject_kind)state_in_u8(
					    in, SUBJECT_VAULT)}};

		state_in_bytes(in, &fresh.subject.id, CUSTODY_ID_LEN);
		state_in_bytes(in, &fresh.hash, HASH_LEN);
		fresh.slot = state_in_u64(in);
		state_in_code(in, &fresh.by);
		state_in_code_or_none(in, &fresh.proposed_by);
		state_in_add(in, TABLE_LOST, &fresh);
	}
}

static void
get_proposals(struct state_in *in)
{
	for (uint32_t n = state_in_count(in, TABLE_PROPOSALS, 2 + 28); n > 0 && !in->bad;
	     n--) {
		CLEANUP(mem_freep) uint8_t *copy = NULL;
		struct state_proposal p = {.status = state_in_u8(in, 1) != 0
							     ? PROPOSAL_APPROVED
							     : PROPOSAL_OPEN};
		struct amana_error why;
		struct entry entry;

		p.proposed_in = state_in_u64(in);
		p.proposed_entry_ = state_in_u64(in);
		p.subject_enrolled_ = state_in_u8(in, 1);
		p.proposer_ = state_in_row(in, TABLE_MEMBERS, false);
		p.approver_ = state_in_row(in, TABLE_MEMBERS, true);
		p.entry_len = state_in_u32(in);
		if (in->bad || (size_t)(in->end - in->at) < p.entry_len ||
		    entry_decode((struct bytes){in->at, p.entry_len}, &entry, &why) < 0 ||
		    entry.action != ACT_PROPOSE) {
			in->bad = true;
			return;
		}
		copy = mem_new(p.entry_len, in->err);
		if (copy == NULL) {
			in->bad = true;
			return;
		}
		state_in_bytes(in, copy, p.entry_len);
		p.entry = copy;
		p.action = entry.proposed;
		p.subject = entry.subject;
		entry_leaf((struct bytes){copy, p.entry_len}, &p.leaf);
		in->bad |= state_find_proposal(in->state, &p.leaf) != NO_ROW;
		state_in_add(in, TABLE_PROPOSALS, &p);
		if (!in->bad)
			TAKE(copy);
	}
}

static void
get_small(struct state_in *in)
{
	for (uint32_t n = state_in_count(in, TABLE_LOG_KEYS, 32); n > 0 && !in->bad;
	     n--) {
		uint8_t pub[SIGN_PUB_LEN];
		struct note_key key;

		state_in_bytes(in, pub, sizeof pub);
		in->bad |= note_key_make(in->state->origin, pub, &key) < 0;
		state_in_add(in, TABLE_LOG_KEYS, &key);
	}
	for (uint32_t n = state_in_count(in, TABLE_RESTORED, 16 + 32 + 24 + 64);
	     n > 0 && !in->bad; n--) {
		struct state_restored fresh = {.from = state_in_u64(in)};

		fresh.slot = state_in_u64(in);
		state_in_code(in, &fresh.by);
		state_in_code_or_none(in, &fresh.proposed_by);
		state_in_bytes(in, fresh.by_pub, SIGN_PUB_LEN);
		state_in_bytes(in, fresh.proposed_pub, SIGN_PUB_LEN);
		state_in_bytes(in, &fresh.head, HASH_LEN);
		state_in_add(in, TABLE_RESTORED, &fresh);
	}
	for (uint32_t n = state_in_count(in, TABLE_SKIPS, 16 + 32 + 12);
	     n > 0 && !in->bad; n--) {
		struct state_skip fresh = {.first = state_in_u64(in)};

		fresh.last = state_in_u64(in);
		fresh.in = fresh.last + 1;
		state_in_bytes(in, &fresh.head, HASH_LEN);
		state_in_code(in, &fresh.by);
		state_in_add(in, TABLE_SKIPS, &fresh);
	}
}

static void
get_pasts(struct state_in *in)
{
	struct state *state = in->state;

	for (uint32_t n = state_in_count(in, TABLE_PASTS, 8 + 1 + 32 + 24);
	     n > 0 && !in->bad; n--) {
		struct state_past fresh = {.case_ = state_in_row(in, TABLE_CASES, true)};
		uint8_t flags;

		fresh.member = state_in_row(in, TABLE_MEMBERS, false);
		flags = state_in_u8(in, 7);
		fresh.has_file = (flags & 1) != 0;
		fresh.reads = (flags & 2) != 0;
		fresh.by_date = (flags & 4) != 0;
		state_in_bytes(in, &fresh.file, HASH_LEN);
		fresh.from = state_in_u64(in);
		fresh.to = state_in_u64(in);
		fresh.epoch = state_in_u64(in);
		if (in->bad)
			return;
		fresh.older = MEMBERS(state)[fresh.member].past_;
		MEMBERS(state)[fresh.member].past_ = state->tables[TABLE_PASTS].n;
		state_in_add(in, TABLE_PASTS, &fresh);
	}
}

static void
get_struck(struct state_in *in)
{
	for (uint32_t n = state_in_count(in, TABLE_STRUCK, 4 + 32); n > 0 && !in->bad;
	     n--) {
		struct state_struck fresh = {
			.batch = state_in_row(in, TABLE_BATCHES, false)};

		state_in_bytes(in, &fresh.line, HASH_LEN);
		state_in_add(in, TABLE_STRUCK, &fresh);
	}
}

int
state_restore(struct bytes bytes, struct state **ret_state, struct amana_error *err)
{
	CLEANUP(state_freep) struct state *state = NULL;
	struct state_in in = {.err = err};

	if (bytes.len > STATE_SNAPSHOT_MAX)
		return err_set(err, AMANA_E_LIMIT, "a snapshot of %s",
			       text_count(bytes.len, "byte", "bytes").text);
	if (bytes.len < MAGIC_LEN)
		return err_set(err, AMANA_E_FORMAT, "no snapshot of this version");
	state = mem_new(sizeof *state, err);
	if (state == NULL)
		return -1;
	state_prepare(state);
	in.state = state;
	in.at = bytes.data;
	in.end = bytes.data + bytes.len;
	err->code = AMANA_OK; /* only a lack of memory sets it */
	get_head(&in);
	get_members(&in);
	get_keys(&in);
	get_enrols(&in);
	get_cases(&in);
	get_rings(&in);
	get_grants(&in);
	get_exhibits(&in);
	state_restore_objects(&in);
	state_restore_bundles(&in);
	state_restore_sheets(&in);
	get_proposals(&in);
	get_acts(&in);
	get_small(&in);
	get_pasts(&in);
	get_struck(&in);
	if (in.bad && err->code != AMANA_OK)
		return -1;
	if (in.bad || in.at != in.end)
		return err_set(err, AMANA_E_FORMAT, "no snapshot of this version");
	*ret_state = TAKE(state);
	return 0;
}
