/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_core.h"

#include "custody/batch.h"

#include <string.h>

/*
 * A snapshot is a local file under the reader's own MAC, not part of the vault's format:
 * it may change with every version of the program, and one that cannot be read is made
 * again from the log.
 *
 *	"amana/state 5" LF
 *	u8 length, origin
 *	fingerprint; u64 slot; its head
 *	u32 length, frontier (merkle_frontier_write)
 *	the vault's own values; u64 time of the last act; u64 time of the last anchor
 *	each table in the order of enum table: u32 rows, then the rows
 *
 * Integers are big-endian.  What follows from the rest (list heads, counts, epochs, hash
 * tables) is left out and computed again, so that it cannot disagree.  Closed proposals
 * are left out, too.
 */
static const char magic[] = "amana/state 5\n";
#define MAGIC_LEN (sizeof magic - 1)

/* ---- writing ---- */

struct out {
	struct buf *buf;
	struct amana_error *err;
	int r; /* -1 once something failed; nothing more is written then */
};

static void
put(struct out *out, const void *bytes, size_t len)
{
	if (out->r == 0)
		out->r = buf_add(out->buf, bytes, len, out->err);
}

static void
put_u8(struct out *out, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	put(out, &byte, 1);
}

static void
put_u32(struct out *out, uint32_t value)
{
	uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
			(uint8_t)(value >> 8), (uint8_t)value};

	put(out, b, sizeof b);
}

static void
put_u64(struct out *out, uint64_t value)
{
	put_u32(out, (uint32_t)(value >> 32));
	put_u32(out, (uint32_t)value);
}

static void
put_chain(struct out *out, const struct state_chain *chain)
{
	put_u64(out, chain->event);
	put(out, &chain->leaf, HASH_LEN);
}

static void
put_head(struct out *out, const struct state *state)
{
	CLEANUP(buf_done) struct buf frontier = BUF_INIT(MERKLE_FRONTIER_BYTES_MAX);
	const struct state_vault *v = &state->vault;

	if (merkle_frontier_write(&state->frontier, &frontier, out->err) < 0) {
		out->r = -1;
		return;
	}
	put(out, magic, MAGIC_LEN);
	put_u8(out, (unsigned int)strlen(state->origin));
	put(out, state->origin, strlen(state->origin));
	put(out, &state->fingerprint, HASH_LEN);
	put_u64(out, state->slot);
	put(out, &state->head, HASH_LEN);
	put_u32(out, (uint32_t)frontier.len);
	put(out, frontier.data, frontier.len);
	put_u64(out, v->format);
	put_u64(out, v->grant_days);
	put_u8(out, v->two_person | (unsigned int)v->no_break_glass << 1 |
			    (unsigned int)v->ring_due << 2 |
			    (unsigned int)v->disclosure_two << 3);
	put_u32(out, v->audit_begun);
	put_chain(out, &v->chain);
	put_u64(out, (uint64_t)state->last_act_at);
	put_u64(out, (uint64_t)state->last_anchor_at);
}

static void
put_members(struct out *out, const struct state *state, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct state_member *m = &MEMBERS(state)[i];

		put(out, &m->code, sizeof m->code);
		put_u8(out, m->enrolled | (unsigned int)m->revoked << 1 |
				    (unsigned int)m->card << 2);
		put_u8(out, m->roles);
		put(out, &m->recipient, AGE_KEY_LEN);
		put(out, m->pub, SIGN_PUB_LEN);
		put_u64(out, m->keys_entry);
		put_u64(out, m->keys_in);
		put_u64(out, (uint64_t)m->keys_at);
		put_u64(out, (uint64_t)m->newest_at);
		for (size_t k = 0; k < ARRAY_LEN(m->role_entries_); k++)
			put_u64(out, m->role_entries_[k]);
		put_u32(out, m->enrollers_[0]);
		put_u32(out, m->enrollers_[1]);
		put_chain(out, &m->chain);
	}
}

static void
put_cases(struct out *out, const struct state *state, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct state_case *c = &CASES(state)[i];

		put(out, &c->id, CUSTODY_ID_LEN);
		put_u8(out, c->held | (unsigned int)c->due << 1 |
				    (unsigned int)c->opener_due << 2 |
				    (unsigned int)c->closed << 3);
		put_u64(out, c->opened_in);
		put_u64(out, c->touched_in_);
		put_u64(out, c->destroyed_in_);
		put_chain(out, &c->chain);
	}
}

static void
put_grants(struct out *out, const struct state *state, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct state_grant *g = &GRANTS(state)[i];

		put_u32(out, g->case_);
		put_u32(out, g->member_);
		put_u8(out, (unsigned int)g->kind);
		put_u8(out, g->broken | (unsigned int)g->has_until << 1 |
				    (unsigned int)g->firm << 2 |
				    (unsigned int)g->appointment << 3 |
				    (unsigned int)g->has_file << 4);
		put_u64(out, (uint64_t)g->until_at);
		put_u64(out, (uint64_t)g->broken_until_at);
		put_u32(out, g->signer_);
		put_u64(out, g->first_entry_);
		put_u64(out, g->epoch);
		put_u64(out, g->given_in);
		put(out, &g->file, HASH_LEN);
		put_u64(out, g->given_entry_);
		put_chain(out, &g->chain);
	}
}

static void
put_exhibits(struct out *out, const struct state *state, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct state_exhibit *x = &EXHIBITS(state)[i];

		put(out, &x->id, CUSTODY_ID_LEN);
		put_u8(out, x->has_object | (unsigned int)x->held << 1 |
				    (unsigned int)x->disposed << 2);
		put(out, &x->object, HASH_LEN);
		put_u64(out, x->deposited_in);
		put_u32(out, x->case_);
		put_u32(out, x->depositor_);
		put_u32(out, x->n_private);
		put_u64(out, x->private_in_);
		put_u64(out, x->destroyed_in_);
		put_chain(out, &x->chain);
	}
}

static void
put_proposals(struct out *out, const struct state *state)
{
	uint32_t all = state->tables[TABLE_PROPOSALS].n, n = 0;

	for (uint32_t i = 0; i < all; i++)
		n += state_proposal_may_matter(&PROPOSALS(state)[i]);
	put_u32(out, n);
	for (uint32_t i = 0; i < all; i++) {
		const struct state_proposal *p = &PROPOSALS(state)[i];

		if (!state_proposal_may_matter(p))
			continue;
		put_u8(out, p->status == PROPOSAL_APPROVED);
		put_u64(out, p->proposed_in);
		put_u64(out, p->proposed_entry_);
		put_u8(out, p->subject_enrolled_);
		put_u32(out, p->proposer_);
		put_u32(out, p->approver_);
		put_u32(out, (uint32_t)p->entry_len);
		put(out, p->entry, p->entry_len);
	}
}

static void
put_small(struct out *out, const struct state *state)
{
	const struct state_table *tables = state->tables;

	put_u32(out, tables[TABLE_LOG_KEYS].n);
	for (uint32_t i = 0; i < tables[TABLE_LOG_KEYS].n; i++)
		put(out, LOG_KEYS(state)[i].pub,
		    SIGN_PUB_LEN); /* the key's name is the origin */
	put_u32(out, tables[TABLE_RESTORED].n);
	for (uint32_t i = 0; i < tables[TABLE_RESTORED].n; i++) {
		put_u64(out, RESTORED(state)[i].from);
		put_u64(out, RESTORED(state)[i].slot);
		put(out, &RESTORED(state)[i].by, sizeof(struct member_code));
		put(out, &RESTORED(state)[i].proposed_by, sizeof(struct member_code));
		put(out, RESTORED(state)[i].by_pub, SIGN_PUB_LEN);
		put(out, RESTORED(state)[i].proposed_pub, SIGN_PUB_LEN);
		put(out, &RESTORED(state)[i].head, HASH_LEN);
	}
	put_u32(out, tables[TABLE_SKIPS].n);
	for (uint32_t i = 0; i < tables[TABLE_SKIPS].n; i++) {
		put_u64(out, SKIPS(state)[i].first);
		put_u64(out, SKIPS(state)[i].last);
		put(out, &SKIPS(state)[i].head, HASH_LEN);
		put(out, &SKIPS(state)[i].by, sizeof(struct member_code));
	}
}

static void
put_pasts(struct out *out, const struct state *state, uint32_t n)
{
	put_u32(out, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct state_past *p = &PASTS(state)[i];

		put_u32(out, p->case_);
		put_u32(out, p->member);
		put_u8(out, p->has_file | (unsigned int)p->reads << 1 |
				    (unsigned int)p->by_date << 2);
		put(out, &p->file, HASH_LEN);
		put_u64(out, p->from);
		put_u64(out, p->to);
		put_u64(out, p->epoch);
	}
}

static void
put_struck(struct out *out, const struct state *state)
{
	put_u32(out, state->tables[TABLE_STRUCK].n);
	for (uint32_t i = 0; i < state->tables[TABLE_STRUCK].n; i++) {
		put_u32(out, STRUCK(state)[i].batch);
		put(out, &STRUCK(state)[i].line, HASH_LEN);
	}
}

static void
put_objects(struct out *out, const struct state *state)
{
	const struct state_table *tables = state->tables;

	put_u32(out, tables[TABLE_OBJECTS].n);
	for (uint32_t i = 0; i < tables[TABLE_OBJECTS].n; i++) {
		const struct state_object *o = &OBJECTS(state)[i];

		put(out, &o->hash, HASH_LEN);
		put_u32(out, o->n_exhibits);
		put_u32(out, o->n_disposed);
		put_u8(out, o->kept);
		put_u32(out, o->exhibit_);
	}
	put_u32(out, tables[TABLE_NAMINGS].n);
	for (uint32_t i = 0; i < tables[TABLE_NAMINGS].n; i++) {
		put_u32(out, NAMINGS(state)[i].object);
		put_u32(out, NAMINGS(state)[i].case_);
	}
}

/* Present names come after the rows that they name. */
static void
put_names(struct out *out, const struct state *state)
{
	const struct state_table *tables = state->tables;

	put_u32(out, tables[TABLE_BATCHES].n);
	for (uint32_t i = 0; i < tables[TABLE_BATCHES].n; i++) {
		put_u64(out, BATCHES(state)[i].slot);
		put_u8(out, BATCHES(state)[i].rewritten);
	}
	put_u32(out, tables[TABLE_BUNDLES].n);
	for (uint32_t i = 0; i < tables[TABLE_BUNDLES].n; i++) {
		put(out, &BUNDLES(state)[i].name, HASH_LEN);
		put_u32(out, BUNDLES(state)[i].batch);
		put_u8(out, BUNDLES(state)[i].was_old);
	}
	put_u32(out, tables[TABLE_SHEETS].n);
	for (uint32_t i = 0; i < tables[TABLE_SHEETS].n; i++) {
		const struct state_sheet *s = &SHEETS(state)[i];

		put(out, &s->name, HASH_LEN);
		put_u32(out, s->batch);
		put_u32(out, s->sheet);
		put_u32(out, s->present);
		put_u32(out, s->exhibit);
		put_u32(out, s->case_);
		put_u32(out, s->n_entries);
		put_u8(out, s->of_deposit | (unsigned int)s->is_private << 1);
		put_u32(out, s->older);
	}
	for (uint32_t i = 0; i < tables[TABLE_EXHIBITS].n; i++)
		put_u32(out, EXHIBITS(state)[i].sheets_);
	for (uint32_t i = 0; i < tables[TABLE_CASES].n; i++)
		put_u32(out, CASES(state)[i].private_);
	put_u32(out, tables[TABLE_NAMED].n);
	for (uint32_t i = 0; i < tables[TABLE_NAMED].n; i++) {
		put_u32(out, NAMED(state)[i].batch);
		put_u32(out, NAMED(state)[i].of);
		put_u8(out, NAMED(state)[i].exhibit);
	}
}

static void
put_acts(struct out *out, const struct state *state)
{
	const struct state_table *tables = state->tables;

	put_u32(out, tables[TABLE_ACTS].n);
	for (uint32_t i = 0; i < tables[TABLE_ACTS].n; i++) {
		const struct state_act *a = &ACTS(state)[i];

		put(out, &a->leaf, HASH_LEN);
		put_u8(out, (unsigned int)a->action);
		put_u64(out, a->slot);
		put_u64(out, a->entry_);
		put_u32(out, a->case_);
		put_u32(out, a->member_);
		put_u32(out, a->signer_);
		put_u32(out, a->proposer_);
	}
	put_u32(out, tables[TABLE_ACKS].n);
	for (uint32_t i = 0; i < tables[TABLE_ACKS].n; i++) {
		put_u32(out, ACKS(state)[i].act);
		put_u32(out, ACKS(state)[i].member);
	}
	put_u32(out, tables[TABLE_LOST].n);
	for (uint32_t i = 0; i < tables[TABLE_LOST].n; i++) {
		const struct state_lost *l = &LOST(state)[i];

		put_u8(out, (unsigned int)l->subject.kind);
		put(out, &l->subject.id, CUSTODY_ID_LEN);
		put(out, &l->hash, HASH_LEN);
		put_u64(out, l->slot);
		put(out, &l->by, sizeof l->by);
		put(out, &l->proposed_by, sizeof l->proposed_by);
	}
}

int
state_snapshot(const struct state *state, struct buf *ret_bytes, struct amana_error *err)
{
	const struct state_table *tables = state->tables;
	struct out out = {.buf = ret_bytes, .err = err};

	if (state->txn.open)
		return err_bug(err, "a snapshot within a batch");
	put_head(&out, state);
	put_u32(&out, tables[TABLE_MEMBERS].n);
	put_members(&out, state, tables[TABLE_MEMBERS].n);
	put_u32(&out, tables[TABLE_KEYS].n);
	for (uint32_t i = 0; i < tables[TABLE_KEYS].n; i++) {
		put_u32(&out, KEYS(state)[i].member);
		put(&out, KEYS(state)[i].pub, SIGN_PUB_LEN);
	}
	put_u32(&out, tables[TABLE_ENROLS].n);
	for (uint32_t i = 0; i < tables[TABLE_ENROLS].n; i++) {
		put_u32(&out, ENROLS(state)[i].member);
		put_u32(&out, ENROLS(state)[i].signers[0]);
		put_u32(&out, ENROLS(state)[i].signers[1]);
		put_u64(&out, ENROLS(state)[i].entry);
	}
	put_u32(&out, tables[TABLE_CASES].n);
	put_cases(&out, state, tables[TABLE_CASES].n);
	put_u32(&out, tables[TABLE_RINGS].n);
	for (uint32_t i = 0; i < tables[TABLE_RINGS].n; i++) {
		put_u32(&out, RINGS(state)[i].case_);
		put(&out, &RINGS(state)[i].recipient, AGE_KEY_LEN);
		put(&out, &RINGS(state)[i].file, HASH_LEN);
		put_u64(&out, RINGS(state)[i].made_entry);
		put_u32(&out, RINGS(state)[i].n_holders);
	}
	put_u32(&out, tables[TABLE_GRANTS].n);
	put_grants(&out, state, tables[TABLE_GRANTS].n);
	put_u32(&out, tables[TABLE_EXHIBITS].n);
	put_exhibits(&out, state, tables[TABLE_EXHIBITS].n);
	put_objects(&out, state);
	put_names(&out, state);
	put_proposals(&out, state);
	put_acts(&out, state);
	put_small(&out, state);
	put_pasts(&out, state, tables[TABLE_PASTS].n);
	put_struck(&out, state);
	return out.r;
}
