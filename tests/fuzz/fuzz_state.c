/* SPDX-License-Identifier: Apache-2.0 */
#include "state/judge.h"
#include "../unit/state_peek.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORIGIN "test.example/00112233445566778899aabbccddeeff"

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
found(struct state **ret_state)
{
	CLEANUP(secret_done) struct secret secret = SECRET_INIT, other = SECRET_INIT;
	struct genesis g = {.origin = ORIGIN, .writers = 1, .store_kind = "dir"};
	struct hash fingerprint = {{1}};
	struct amana_error err;
	uint8_t ones[32];

	memset(ones, 0x11, sizeof ones);
	must(crypto_init(&err) == 0 &&
	     secret_from(ones, sizeof ones, &secret, &err) == 0);
	must(member_code_parse("S-001", 5, &g.founder) == 0);
	sign_public(&secret, g.key.pub);
	must(note_key_make("S-001", g.key.pub, &g.key) == 0);
	age_identity_recipient(&secret, &g.recipient);
	memset(ones, 0x22, sizeof ones);
	must(secret_from(ones, sizeof ones, &other, &err) == 0);
	age_identity_recipient(&other, &g.audit_recipient);
	must(state_new(&g, &fingerprint, ret_state, &err) == 0);
}

static void
snapshot(const struct state *state, struct buf *ret_bytes)
{
	struct amana_error err;

	buf_clear(ret_bytes);
	must(state_snapshot(state, ret_bytes, &err) == 0);
}

/* What must hold of every state. */
static void
check(const struct state *state)
{
	uint32_t admins = 0, auditors = 0, cards = 0, holders = 0;

	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *m = state_member_at(state, i);

		must(!m->revoked || m->roles == 0);
		must((m->roles & ROLE_RECOVERY) == 0 || m->roles == ROLE_RECOVERY);
		admins += (m->roles & ROLE_ADMIN) != 0;
		auditors += (m->roles & ROLE_AUDITOR) != 0;
		cards += (m->roles & ROLE_RECOVERY) != 0;
		must(m->enrolled == (state_enroller(state, m, 0) != NULL));
	}
	must(admins > 0 && admins == peek_admins(state) &&
	     auditors == peek_auditors(state) && cards == state_cards(state) &&
	     cards <= 16 && auditors <= 64);
	for (uint32_t i = 0; i < peek_n_grants(state); i++) {
		const struct state_grant *g = &GRANTS(state)[i];
		const struct state_member *m = state_grant_member(state, g);

		must(g->kind == GRANT_NONE || (m->enrolled && !m->revoked));
		must(g->kind != GRANT_AUDITOR || (m->roles & ROLE_AUDITOR) != 0);
		must(g->kind == GRANT_NONE || g->kind == GRANT_AUDITOR ||
		     (g->kind == GRANT_RECOVERY) == m->card);
		must(!g->appointment || (g->kind == GRANT_LEAD && !g->firm));
		holders += g->kind == GRANT_AUDITOR;
	}
	must(holders == state_audit_holders(state));
	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct state_case *c = state_case_at(state, i);
		const struct state_grant *g = NULL;
		uint32_t leads = 0, reading = 0;

		while ((g = state_grant_next_of_case(state, &c->id, g)) != NULL) {
			leads += g->kind == GRANT_LEAD;
			reading += g->kind != GRANT_NONE && g->kind != GRANT_DEPOSITOR;
		}
		must(leads == c->n_leads && reading == c->n_reading && reading <= 256);
	}
}

/* A leaf cannot be guessed: the first byte of the one in the input says which proposal,
 * or which act to acknowledge, is meant. */
static void
point_at_proposal(const struct state *state, struct entry *e)
{
	const struct state_proposal *p;
	struct hash *leaf;

	if (e->action == ACT_ACKNOWLEDGE) {
		if (state_act_at(state, e->own.acknowledge.bytes[0]) != NULL)
			e->own.acknowledge =
				state_act_at(state, e->own.acknowledge.bytes[0])->leaf;
		return;
	}
	if (e->action == ACT_APPROVE)
		leaf = &e->own.approve.proposal;
	else if (e->action == ACT_DISPOSE || e->action == ACT_ERASE)
		leaf = &e->own.destroy.proposal;
	else if (e->action == ACT_LOST && e->own.lost.has_proposal)
		leaf = &e->own.lost.proposal;
	else
		return;
	p = state_proposal_at(state, leaf->bytes[0]);
	if (p != NULL)
		*leaf = p->leaf;
}

/*
 * The input is what follows a note: entries with their lengths.  Prev, event number and
 * leaf before are put right; a first letter 'b' of the input makes batches of two, 'r'
 * takes every other batch back.  Whatever happens, a batch that is not taken leaves the
 * state as it was.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_done)
	struct buf before = BUF_INIT(STATE_SNAPSHOT_MAX),
		   after = BUF_INIT(STATE_SNAPSHOT_MAX),
		   entries = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(state_freep) struct state *state = NULL;
	struct entry entry;
	struct bytes rest = {data, size}, raw;
	struct amana_error err;
	struct state_signer signer;
	struct state_why why;
	unsigned int n = 0;
	char mode;
	int r;

	if (size < 1 || size > 65536)
		return 0;
	mode = (char)data[0];
	rest = (struct bytes){data + 1, size - 1};
	found(&state);
	while (batch_next(&rest, &raw, &err) == 0) {
		bool may;

		if (entry_decode(raw, &entry, &err) < 0)
			continue;
		point_at_proposal(state, &entry);
		signer.code = entry.actor;
		memset(signer.pub, 0, sizeof signer.pub);
		if (state_member(state, &entry.actor) != NULL)
			memcpy(signer.pub, state_member(state, &entry.actor)->pub,
			       sizeof signer.pub);
		snapshot(state, &before);
		may = state_may(state, &entry, &why);
		must(state_begin(state, state_slot(state) + 1, state_head(state), &signer,
				 &err) == 0);
		buf_clear(&entries);
		r = state_draft(state, &entry, &entries, &why, &err);
		must(r == (may ? 0 : 1));
		if (r == 0 && mode == 'b' && batch_next(&rest, &raw, &err) == 0 &&
		    entry_decode(raw, &entry, &err) == 0)
			r = state_draft(state, &entry, &entries, &why, &err);
		must(r >= 0);
		if (r == 0 && !(mode == 'r' && n++ % 2 == 1)) {
			struct hash head = {{2}};

			memcpy(head.bytes + 1, &n, sizeof n);
			if (state_commit(state, &head,
					 entry.has_private    ? &entry.private_sheet
					 : entry.n_sheets > 0 ? &entry.sheets[0]
							      : NULL,
					 &why, &err) == 0) {
				check(state);
				continue;
			}
		}
		state_rollback(state);
		snapshot(state, &after);
		must(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	}
	return 0;
}
