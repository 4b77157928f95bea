/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_past.h"
#include "state/state_table.h"

#include "base/text.h"
#include "custody/batch.h"

#include <string.h>

/* The other half of state_snapshot.c, which has the layout. */
static const char magic[] = "amana/state 4\n";
#define MAGIC_LEN (sizeof magic - 1)

struct in {
	const uint8_t *at, *end;
	struct state *state;
	struct amana_error *err;
	bool bad; /* something was missing or wrong; from then on only zeros are read */
};

static void
get(struct in *in, void *bytes, size_t len)
{
	memset(bytes, 0, len);
	if (in->bad || (size_t)(in->end - in->at) < len) {
		in->bad = true;
		return;
	}
	memcpy(bytes, in->at, len);
	in->at += len;
}

static uint8_t
get_u8(struct in *in, uint8_t max)
{
	uint8_t value;

	get(in, &value, 1);
	in->bad |= value > max;
	return value;
}

static uint32_t
get_u32(struct in *in)
{
	uint8_t b[4];

	get(in, b, sizeof b);
	return bytes_u32be(b);
}

static uint64_t
get_u64(struct in *in)
{
	uint64_t high = get_u32(in);

	return high << 32 | get_u32(in);
}

/* The number of a row that was read before. or_none: NO_ROW may stand for none. */
static uint32_t
get_row(struct in *in, enum table table, bool or_none)
{
	uint32_t row = get_u32(in);

	in->bad |= row >= in->state->tables[table].n && !(or_none && row == NO_ROW);
	return in->bad ? 0 : row;
}

/* The number of a row that must be there by now, or NO_ROW. */
static void
check_row(struct in *in, enum table table, uint32_t row)
{
	in->bad |= row != NO_ROW && row >= in->state->tables[table].n;
}

static void
get_chain(struct in *in, struct state_chain *chain)
{
	chain->event = get_u64(in);
	get(in, &chain->leaf, HASH_LEN);
}

static void
get_code(struct in *in, struct member_code *code)
{
	struct member_code parsed;

	get(in, code, sizeof *code);
	in->bad |= code->text[TEXT_MEMBER_MAX] != 0 ||
		   member_code_parse(code->text, strlen(code->text), &parsed) < 0 ||
		   !member_code_equal(code, &parsed);
}

/* The same, or all zeros for nobody. */
static void
get_code_or_none(struct in *in, struct member_code *code)
{
	static const struct member_code none;

	if (!in->bad && (size_t)(in->end - in->at) >= sizeof none &&
	    memcmp(in->at, &none, sizeof none) == 0)
		get(in, code, sizeof *code);
	else
		get_code(in, code);
}

/* How many rows follow, each of at least row_len bytes: so a false number cannot ask for
 * much memory. */
static uint32_t
get_count(struct in *in, enum table table, size_t row_len)
{
	uint32_t n = get_u32(in);

	in->bad |= n > (size_t)(in->end - in->at) / row_len;
	if (!in->bad && state_table_reserve(in->state, table, n, in->err) < 0)
		in->bad = true;
	return in->bad ? 0 : n;
}

static int64_t
get_time(struct in *in)
{
	uint64_t at = get_u64(in);

	in->bad |= at > (uint64_t)TEXT_TIME_MAX;
	return in->bad ? 0 : (int64_t)at;
}

static void
add(struct in *in, enum table table, const void *fresh)
{
	if (!in->bad && state_table_add(in->state, table, fresh, NULL, in->err) < 0)
		in->bad = true;
}

static void
get_head(struct in *in)
{
	struct state *state = in->state;
	struct state_vault *v = &state->vault;
	char word[MAGIC_LEN];
	uint32_t len;
	uint8_t flags;

	get(in, word, sizeof word);
	in->bad |= memcmp(word, magic, MAGIC_LEN) != 0;
	len = get_u8(in, ORIGIN_MAX);
	get(in, state->origin, in->bad ? 0 : len);
	in->bad |= !origin_is_valid(state->origin, strlen(state->origin)) ||
		   strlen(state->origin) != len;
	get(in, &state->fingerprint, HASH_LEN);
	state->slot = get_u64(in);
	in->bad |= state->slot > CUSTODY_SLOT_MAX;
	get(in, &state->head, HASH_LEN);
	len = get_u32(in);
	if (in->bad || (size_t)(in->end - in->at) < len ||
	    merkle_frontier_parse((struct bytes){in->at, len}, &state->frontier) < 0) {
		in->bad = true;
		return;
	}
	in->at += len;
	v->format = get_u64(in);
	in->bad |= v->format < 1 || v->format > CUSTODY_NUMBER_MAX;
	v->grant_days = get_u64(in);
	flags = get_u8(in, 15);
	v->two_person = (flags & 1) != 0;
	v->no_break_glass = (flags & 2) != 0;
	v->ring_due = (flags & 4) != 0;
	v->disclosure_two = (flags & 8) != 0;
	v->audit_begun = get_u32(in);
	get_chain(in, &v->chain);
	state->last_act_at = get_time(in);
	state->last_anchor_at = get_time(in);
	v->ring = v->audit_grants = NO_ROW;
}

static void
get_members(struct in *in)
{
	struct state_vault *v = &in->state->vault;

	for (uint32_t n = get_count(in, TABLE_MEMBERS, 12 + 2 + 64 + 56 + 8 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_member m = STATE_MEMBER_INIT({""});
		uint8_t flags;

		get_code(in, &m.code);
		flags = get_u8(in, 7);
		m.enrolled = (flags & 1) != 0;
		m.revoked = (flags & 2) != 0;
		m.card = (flags & 4) != 0;
		m.roles = get_u8(in, ROLE_ADMIN | ROLE_AUDITOR | ROLE_RECOVERY);
		get(in, &m.recipient, AGE_KEY_LEN);
		get(in, m.pub, SIGN_PUB_LEN);
		m.keys_entry = get_u64(in);
		m.keys_in = get_u64(in);
		m.keys_at = get_time(in);
		m.newest_at = get_time(in);
		for (size_t k = 0; k < ARRAY_LEN(m.role_entries_); k++)
			m.role_entries_[k] = get_u64(in);
		m.enrollers_[0] = get_u32(in);
		m.enrollers_[1] = get_u32(in);
		get_chain(in, &m.chain);
		in->bad |= state_find_member(in->state, &m.code) != NO_ROW;
		v->n_admins += (m.roles & ROLE_ADMIN) != 0;
		v->n_auditors += (m.roles & ROLE_AUDITOR) != 0;
		v->n_officers += (m.roles & (ROLE_ADMIN | ROLE_AUDITOR)) != 0;
		v->n_cards += (m.roles & ROLE_RECOVERY) != 0;
		add(in, TABLE_MEMBERS, &m);
	}
	check_row(in, TABLE_MEMBERS, v->audit_begun);
	for (uint32_t i = 0; i < in->state->tables[TABLE_MEMBERS].n; i++) {
		for (int k = 0; k < 2; k++)
			check_row(in, TABLE_MEMBERS, MEMBERS(in->state)[i].enrollers_[k]);
	}
}

static void
get_keys(struct in *in)
{
	struct state *state = in->state;
	struct note_key key;

	for (uint32_t n = get_count(in, TABLE_KEYS, 4 + 32); n > 0 && !in->bad; n--) {
		struct state_key fresh = {.member = get_row(in, TABLE_MEMBERS, false)};

		get(in, fresh.pub, SIGN_PUB_LEN);
		if (in->bad || state_find_key(state, fresh.pub) != NO_ROW ||
		    note_key_make(MEMBERS(state)[fresh.member].code.text, fresh.pub,
				  &key) < 0) {
			in->bad = true;
			return;
		}
		memcpy(fresh.id, key.id, sizeof fresh.id);
		fresh.older = MEMBERS(state)[fresh.member].keys_;
		MEMBERS(state)[fresh.member].keys_ = state->tables[TABLE_KEYS].n;
		add(in, TABLE_KEYS, &fresh);
	}
	/* A member's current key must be one of that member's keys. */
	for (uint32_t i = 0; i < state->tables[TABLE_MEMBERS].n && !in->bad; i++) {
		uint32_t row = state_find_key(state, MEMBERS(state)[i].pub);

		in->bad |= MEMBERS(state)[i].enrolled &&
			   (row == NO_ROW || KEYS(state)[row].member != i);
	}
}

static void
get_enrols(struct in *in)
{
	for (uint32_t n = get_count(in, TABLE_ENROLS, 12 + 8); n > 0 && !in->bad; n--) {
		struct state_enrol fresh = {.member = get_row(in, TABLE_MEMBERS, false)};

		fresh.signers[0] = get_row(in, TABLE_MEMBERS, false);
		fresh.signers[1] = get_row(in, TABLE_MEMBERS, true);
		fresh.entry = get_u64(in);
		add(in, TABLE_ENROLS, &fresh);
	}
}

static void
get_cases(struct in *in)
{
	for (uint32_t n = get_count(in, TABLE_CASES, 16 + 1 + 24 + 40); n > 0 && !in->bad;
	     n--) {
		struct state_case c = {
			.ring_ = NO_ROW, .grants_ = NO_ROW, .private_ = NO_ROW};
		uint8_t flags;

		get(in, &c.id, CUSTODY_ID_LEN);
		flags = get_u8(in, 15);
		c.held = (flags & 1) != 0;
		c.closed = (flags & 8) != 0;
		c.due = (flags & 2) != 0;
		c.opener_due = (flags & 4) != 0;
		c.opened_in = get_u64(in);
		c.touched_in_ = get_u64(in);
		c.destroyed_in_ = get_u64(in);
		get_chain(in, &c.chain);
		in->bad |= state_find_case(in->state, &c.id) != NO_ROW;
		add(in, TABLE_CASES, &c);
	}
}

static void
get_rings(struct in *in)
{
	struct state *state = in->state;

	for (uint32_t n = get_count(in, TABLE_RINGS, 4 + 64 + 12); n > 0 && !in->bad;
	     n--) {
		struct state_ring fresh = {.case_ = get_row(in, TABLE_CASES, true)};
		uint32_t row = state->tables[TABLE_RINGS].n;
		struct state_case *c;

		get(in, &fresh.recipient, AGE_KEY_LEN);
		get(in, &fresh.file, HASH_LEN);
		fresh.made_entry = get_u64(in);
		fresh.n_holders = get_u32(in);
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
		add(in, TABLE_RINGS, &fresh);
	}
	in->bad |= state->vault.ring_epoch == 0;
	for (uint32_t i = 0; i < state->tables[TABLE_CASES].n; i++)
		in->bad |= CASES(state)[i].epoch == 0;
}

static void
get_grants(struct in *in)
{
	struct state *state = in->state;

	for (uint32_t n = get_count(in, TABLE_GRANTS, 12 + 2 + 40 + 40 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_grant g = {.case_ = get_row(in, TABLE_CASES, true)};
		uint32_t row = state->tables[TABLE_GRANTS].n, *of_case, *of_member;
		uint8_t flags;

		g.member_ = get_row(in, TABLE_MEMBERS, false);
		g.kind = (enum grant_kind)get_u8(in, GRANT_AUDITOR);
		flags = get_u8(in, 31);
		g.broken = (flags & 1) != 0;
		g.has_until = (flags & 2) != 0;
		g.firm = (flags & 4) != 0;
		g.appointment = (flags & 8) != 0;
		g.has_file = (flags & 16) != 0;
		g.until_at = (int64_t)get_u64(in);
		g.broken_until_at = (int64_t)get_u64(in);
		g.signer_ = get_row(in, TABLE_MEMBERS, false);
		g.first_entry_ = get_u64(in);
		g.epoch = get_u64(in);
		g.given_in = get_u64(in);
		get(in, &g.file, HASH_LEN);
		g.given_entry_ = get_u64(in);
		get_chain(in, &g.chain);
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
		add(in, TABLE_GRANTS, &g);
		if (!in->bad && state_past_count(state, g.case_, g.kind, 1, in->err) < 0)
			in->bad = true;
	}
}

static void
get_exhibits(struct in *in)
{
	struct state *state = in->state;

	for (uint32_t n = get_count(in, TABLE_EXHIBITS, 16 + 1 + 32 + 36 + 40);
	     n > 0 && !in->bad; n--) {
		struct state_exhibit x = {.sheets_ = NO_ROW};
		uint8_t flags;

		get(in, &x.id, CUSTODY_ID_LEN);
		flags = get_u8(in, 7);
		x.has_object = (flags & 1) != 0;
		x.held = (flags & 2) != 0;
		x.disposed = (flags & 4) != 0;
		get(in, &x.object, HASH_LEN);
		x.deposited_in = get_u64(in);
		x.case_ = get_row(in, TABLE_CASES, false);
		x.depositor_ = get_row(in, TABLE_MEMBERS, false);
		x.n_private = get_u32(in);
		x.private_in_ = get_u64(in);
		x.destroyed_in_ = get_u64(in);
		get_chain(in, &x.chain);
		if (in->bad || state_find_exhibit(state, &x.id) != NO_ROW) {
			in->bad = true;
			return;
		}
		x.number = ++CASES(state)[x.case_].n_exhibits;
		CASES(state)[x.case_].n_held += x.held;
		add(in, TABLE_EXHIBITS, &x);
	}
}

static void
get_objects(struct in *in)
{
	struct state *state = in->state;

	for (uint32_t n = get_count(in, TABLE_OBJECTS, 32 + 13); n > 0 && !in->bad; n--) {
		struct state_object fresh;

		get(in, &fresh.hash, HASH_LEN);
		fresh.n_exhibits = get_u32(in);
		fresh.n_disposed = get_u32(in);
		fresh.kept = get_u8(in, 1);
		fresh.exhibit_ = get_row(in, TABLE_EXHIBITS, true);
		in->bad |= state_find_object(state, &fresh.hash) != NO_ROW;
		add(in, TABLE_OBJECTS, &fresh);
	}
	for (uint32_t i = 0; i < state->tables[TABLE_EXHIBITS].n && !in->bad; i++)
		in->bad |= EXHIBITS(state)[i].has_object &&
			   state_find_object(state, &EXHIBITS(state)[i].object) == NO_ROW;
	for (uint32_t n = get_count(in, TABLE_NAMINGS, 8); n > 0 && !in->bad; n--) {
		struct state_naming fresh = {.object = get_row(in, TABLE_OBJECTS, false)};

		fresh.case_ = get_row(in, TABLE_CASES, true);
		in->bad |= state_find_naming(state, fresh.object, fresh.case_) != NO_ROW;
		add(in, TABLE_NAMINGS, &fresh);
	}
}

static void
get_bundles(struct in *in)
{
	struct state *state = in->state;

	for (uint32_t n = get_count(in, TABLE_BATCHES, 8 + 1); n > 0 && !in->bad; n--) {
		struct state_batch fresh = {.slot = get_u64(in), .bundle = NO_ROW};

		fresh.rewritten = get_u8(in, 1);
		in->bad |= state_find_batch(state, fresh.slot) != NO_ROW;
		add(in, TABLE_BATCHES, &fresh);
	}
	for (uint32_t n = get_count(in, TABLE_BUNDLES, 32 + 5); n > 0 && !in->bad; n--) {
		uint32_t row = state->tables[TABLE_BUNDLES].n, first;
		struct state_bundle fresh = {.newest = row, .older = NO_ROW};

		get(in, &fresh.name, HASH_LEN);
		fresh.batch = get_row(in, TABLE_BATCHES, false);
		fresh.was_old = get_u8(in, 1);
		first = in->bad ? NO_ROW : state_find_bundle(state, &fresh.name);
		fresh.first = first != NO_ROW ? first : row;
		if (first != NO_ROW)
			fresh.older = BUNDLES(state)[first].newest;
		add(in, TABLE_BUNDLES, &fresh);
		if (in->bad)
			return;
		if (first != NO_ROW)
			BUNDLES(state)[first].newest = row;
		BATCHES(state)[fresh.batch].bundle = row;
	}
	for (uint32_t i = 0; i < state->tables[TABLE_BATCHES].n; i++)
		in->bad |= BATCHES(state)[i].bundle == NO_ROW;
}

static void
get_sheets(struct in *in)
{
	struct state *state = in->state;
	uint32_t n;

	for (n = get_count(in, TABLE_SHEETS, 32 + 29); n > 0 && !in->bad; n--) {
		struct state_sheet fresh;
		uint8_t flags;

		get(in, &fresh.name, HASH_LEN);
		fresh.batch = get_row(in, TABLE_BATCHES, false);
		fresh.sheet = get_u32(in);
		fresh.present = get_u32(in);
		fresh.exhibit = get_row(in, TABLE_EXHIBITS, true);
		fresh.case_ = get_row(in, TABLE_CASES, true);
		fresh.n_entries = get_u32(in);
		flags = get_u8(in, 3);
		fresh.of_deposit = (flags & 1) != 0;
		fresh.is_private = (flags & 2) != 0;
		fresh.older = get_u32(in);
		/* Lists lead to rows before, so that none has a ring. */
		in->bad |= fresh.sheet > state->tables[TABLE_SHEETS].n ||
			   (fresh.older != NO_ROW &&
			    fresh.older >= state->tables[TABLE_SHEETS].n) ||
			   (!in->bad &&
			    state_find_sheet(state, fresh.batch, &fresh.name) != NO_ROW);
		add(in, TABLE_SHEETS, &fresh);
	}
	n = state->tables[TABLE_SHEETS].n;
	for (uint32_t i = 0; i < n && !in->bad; i++)
		check_row(in, TABLE_SHEETS, SHEETS(state)[i].present);
	for (uint32_t i = 0; i < state->tables[TABLE_EXHIBITS].n && !in->bad; i++)
		EXHIBITS(state)[i].sheets_ = get_row(in, TABLE_SHEETS, true);
	for (uint32_t i = 0; i < state->tables[TABLE_CASES].n && !in->bad; i++)
		CASES(state)[i].private_ = get_row(in, TABLE_SHEETS, true);
	for (n = get_count(in, TABLE_NAMED, 9); n > 0 && !in->bad; n--) {
		struct state_named fresh = {.batch = get_row(in, TABLE_BATCHES, false)};

		fresh.of = get_u32(in);
		fresh.exhibit = get_u8(in, 1);
		check_row(in, fresh.exhibit ? TABLE_EXHIBITS : TABLE_CASES, fresh.of);
		add(in, TABLE_NAMED, &fresh);
	}
}

static void
get_acts(struct in *in)
{
	for (uint32_t n = get_count(in, TABLE_ACTS, 32 + 1 + 32); n > 0 && !in->bad;
	     n--) {
		struct state_act fresh;

		get(in, &fresh.leaf, HASH_LEN);
		fresh.action = (enum action)get_u8(in, ACTIONS - 1);
		fresh.slot = get_u64(in);
		fresh.entry_ = get_u64(in);
		fresh.case_ = get_row(in, TABLE_CASES, true);
		fresh.member_ = get_row(in, TABLE_MEMBERS, true);
		fresh.signer_ = get_row(in, TABLE_MEMBERS, false);
		fresh.proposer_ = get_row(in, TABLE_MEMBERS, true);
		in->bad |= fresh.member_ == NO_ROW && fresh.action != ACT_SKIP &&
			   fresh.action != ACT_RESTORED;
		add(in, TABLE_ACTS, &fresh);
	}
	for (uint32_t n = get_count(in, TABLE_ACKS, 8); n > 0 && !in->bad; n--) {
		struct state_ack fresh = {.act = get_row(in, TABLE_ACTS, false)};

		fresh.member = get_row(in, TABLE_MEMBERS, false);
		add(in, TABLE_ACKS, &fresh);
	}
	for (uint32_t n = get_count(in, TABLE_LOST, 1 + 16 + 32 + 8 + 24);
	     n > 0 && !in->bad; n--) {
		struct state_lost fresh = {.subject = {.kind = (enum subject_kind)get_u8(
							       in, SUBJECT_VAULT)}};

		get(in, &fresh.subject.id, CUSTODY_ID_LEN);
		get(in, &fresh.hash, HASH_LEN);
		fresh.slot = get_u64(in);
		get_code(in, &fresh.by);
		get_code_or_none(in, &fresh.proposed_by);
		add(in, TABLE_LOST, &fresh);
	}
}

static void
get_proposals(struct in *in)
{
	for (uint32_t n = get_count(in, TABLE_PROPOSALS, 2 + 28); n > 0 && !in->bad;
	     n--) {
		CLEANUP(mem_freep) uint8_t *copy = NULL;
		struct state_proposal p = {
			.status = get_u8(in, 1) != 0 ? PROPOSAL_APPROVED : PROPOSAL_OPEN};
		struct amana_error why;
		struct entry entry;

		p.proposed_in = get_u64(in);
		p.proposed_entry_ = get_u64(in);
		p.subject_enrolled_ = get_u8(in, 1);
		p.proposer_ = get_row(in, TABLE_MEMBERS, false);
		p.approver_ = get_row(in, TABLE_MEMBERS, true);
		p.entry_len = get_u32(in);
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
		get(in, copy, p.entry_len);
		p.entry = copy;
		p.action = entry.proposed;
		p.subject = entry.subject;
		entry_leaf((struct bytes){copy, p.entry_len}, &p.leaf);
		in->bad |= state_find_proposal(in->state, &p.leaf) != NO_ROW;
		add(in, TABLE_PROPOSALS, &p);
		if (!in->bad)
			TAKE(copy);
	}
}

static void
get_small(struct in *in)
{
	for (uint32_t n = get_count(in, TABLE_LOG_KEYS, 32); n > 0 && !in->bad; n--) {
		uint8_t pub[SIGN_PUB_LEN];
		struct note_key key;

		get(in, pub, sizeof pub);
		in->bad |= note_key_make(in->state->origin, pub, &key) < 0;
		add(in, TABLE_LOG_KEYS, &key);
	}
	for (uint32_t n = get_count(in, TABLE_RESTORED, 16 + 32 + 24 + 64); n > 0 && !in->bad;
	     n--) {
		struct state_restored fresh = {.from = get_u64(in)};

		fresh.slot = get_u64(in);
		get_code(in, &fresh.by);
		get_code_or_none(in, &fresh.proposed_by);
		get(in, fresh.by_pub, SIGN_PUB_LEN);
		get(in, fresh.proposed_pub, SIGN_PUB_LEN);
		get(in, &fresh.head, HASH_LEN);
		add(in, TABLE_RESTORED, &fresh);
	}
	for (uint32_t n = get_count(in, TABLE_SKIPS, 16 + 32 + 12); n > 0 && !in->bad;
	     n--) {
		struct state_skip fresh = {.first = get_u64(in)};

		fresh.last = get_u64(in);
		fresh.in = fresh.last + 1;
		get(in, &fresh.head, HASH_LEN);
		get_code(in, &fresh.by);
		add(in, TABLE_SKIPS, &fresh);
	}
}

static void
get_pasts(struct in *in)
{
	struct state *state = in->state;

	for (uint32_t n = get_count(in, TABLE_PASTS, 8 + 1 + 32 + 24); n > 0 && !in->bad;
	     n--) {
		struct state_past fresh = {.case_ = get_row(in, TABLE_CASES, true)};
		uint8_t flags;

		fresh.member = get_row(in, TABLE_MEMBERS, false);
		flags = get_u8(in, 7);
		fresh.has_file = (flags & 1) != 0;
		fresh.reads = (flags & 2) != 0;
		fresh.by_date = (flags & 4) != 0;
		get(in, &fresh.file, HASH_LEN);
		fresh.from = get_u64(in);
		fresh.to = get_u64(in);
		fresh.epoch = get_u64(in);
		if (in->bad)
			return;
		fresh.older = MEMBERS(state)[fresh.member].past_;
		MEMBERS(state)[fresh.member].past_ = state->tables[TABLE_PASTS].n;
		add(in, TABLE_PASTS, &fresh);
	}
}

int
state_restore(struct bytes bytes, struct state **ret_state, struct amana_error *err)
{
	CLEANUP(state_freep) struct state *state = NULL;
	struct in in = {.err = err};

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
	get_objects(&in);
	get_bundles(&in);
	get_sheets(&in);
	get_proposals(&in);
	get_acts(&in);
	get_small(&in);
	get_pasts(&in);
	if (in.bad && err->code != AMANA_OK)
		return -1;
	if (in.bad || in.at != in.end)
		return err_set(err, AMANA_E_FORMAT, "no snapshot of this version");
	*ret_state = TAKE(state);
	return 0;
}
