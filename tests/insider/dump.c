/* SPDX-License-Identifier: Apache-2.0 */
#include "dump.h"

#include "state/state_core.h"
#include "state/state_table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(int r, const struct amana_error *err)
{
	if (r == 0)
		return;
	fprintf(stderr, "dump: %s\n", err->msg);
	exit(2);
}

void
dump_done(struct dump *dump)
{
	buf_done(&dump->text);
	mem_free(dump->lines);
}

void
dump_line(struct dump *dump, const char *fmt, ...)
{
	struct amana_error err;
	char text[2048];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (dump->n_lines == dump->cap) {
		size_t cap = dump->cap == 0 ? 256 : dump->cap * 2;

		dump->lines =
			mem_grow(dump->lines, dump->cap, cap, sizeof *dump->lines, &err);
		must(dump->lines == NULL ? -1 : 0, &err);
		dump->cap = cap;
	}
	dump->lines[dump->n_lines++] = dump->text.len;
	must(buf_add(&dump->text, text, (size_t)len + 1, &err), &err);
}

const char *
dump_at(const struct dump *dump, size_t i)
{
	return (const char *)dump->text.data + dump->lines[i];
}

static int
by_bytes(const void *a, const void *b, void *text)
{
	return strcmp((const char *)text + *(const size_t *)a,
		      (const char *)text + *(const size_t *)b);
}

void
dump_sort(struct dump *dump)
{
	if (dump->n_lines > 0)
		qsort_r(dump->lines, dump->n_lines, sizeof *dump->lines, by_bytes,
			dump->text.data);
}

/* ---- how values are spelled ---- */

struct hex {
	char text[HASH_HEX_LEN + 1];
};

static struct hex
hex(const struct hash *hash)
{
	struct hex out;

	hash_hex(hash, out.text);
	return out;
}

static struct hex
hex_or_none(bool there, const struct hash *hash)
{
	return there ? hex(hash) : (struct hex){"-"};
}

static struct hex
id_hex(const struct custody_id *id)
{
	struct hex out;

	custody_id_hex(id, out.text);
	return out;
}

/* The case of a row; NO_ROW: the audit ring. */
static struct hex
ring_name(const struct state *state, uint32_t case_row)
{
	return case_row != NO_ROW ? id_hex(&CASES(state)[case_row].id)
				  : (struct hex){"audit"};
}

struct age_text {
	char text[128];
};

static struct age_text
recipient_text(const struct age_recipient *recipient)
{
	struct age_text out;

	age_recipient_text(recipient, out.text);
	return out;
}

struct time_text {
	char text[TEXT_TIME_LEN + 1];
};

static struct time_text
time_or_none(bool there, int64_t at)
{
	struct time_text out = {"-"};

	if (there)
		text_time(at, out.text);
	return out;
}

static const char *
word(bool is, const char *text)
{
	return is ? text : "-";
}

static const char *
code_or_none(const struct member_code *code)
{
	return code->text[0] != 0 ? code->text : "-";
}

static const char *
roles_text(uint8_t roles)
{
	static const char *const names[] = {
		"-", "admin", "auditor", "admin,auditor", "recovery", "?", "?", "?",
	};

	return names[roles & 7];
}

/* ---- tables ---- */

static void
dump_vault(struct dump *dump, const struct state *state)
{
	char root[TEXT_B64_LEN(HASH_LEN) + 1];
	struct hash tree;

	merkle_root(state_frontier(state), &tree);
	text_b64(tree.bytes, HASH_LEN, root);
	dump_line(dump, "head %" PRIu64 " %s", state_slot(state),
		  hex(state_head(state)).text);
	dump_line(dump, "tree %" PRIu64 " %s", state_size(state), root);
	dump_line(dump, "format %" PRIu64, state->vault.format);
	dump_line(dump, "policy two-person %s", state_two_person(state) ? "on" : "off");
	dump_line(dump, "policy disclosure %s",
		  word(state_disclosure_takes_two(state), "two-person"));
	dump_line(dump, "policy grant-days %" PRIu64, state_grant_days(state));
	dump_line(dump, "policy break-glass %s", state_break_glass(state) ? "on" : "off");
}

static void
dump_event(struct dump *dump, const struct subject *subject,
	   const struct state_chain *chain)
{
	char text[SUBJECT_TEXT_MAX + 1];

	if (chain->event == 0)
		return;
	subject_text(subject, text);
	dump_line(dump, "event %" PRIu64 " %s %s", chain->event, hex(&chain->leaf).text,
		  text);
}

static void
dump_members(struct dump *dump, const struct state *state)
{
	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *m = state_member_at(state, i);
		struct subject subject = subject_member(&m->code);
		char vkey[NOTE_VKEY_MAX + 1];
		struct note_key key;

		dump_event(dump, &subject, &m->chain);
		if (!m->enrolled) {
			dump_line(dump, "member %s proposed - - -", m->code.text);
			continue;
		}
		if (note_key_make(m->code.text, m->pub, &key) < 0)
			abort();
		note_key_text(&key, vkey);
		dump_line(dump, "member %s %s %s %s %s", m->code.text,
			  m->revoked ? "revoked" : "enrolled", roles_text(m->roles),
			  recipient_text(&m->recipient).text, vkey);
	}
}

static void
dump_ring(struct dump *dump, const struct state *state, const struct custody_id *id)
{
	uint64_t epoch = state_ring_epoch(state, id);

	dump_line(dump, "ring %s %" PRIu64 " %s %s",
		  id != NULL ? id_hex(id).text : "audit", epoch,
		  recipient_text(state_ring_recipient(state, id, epoch)).text,
		  word(state_ring_due(state, id), "due"));
}

static void
dump_cases(struct dump *dump, const struct state *state)
{
	dump_ring(dump, state, NULL);
	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct state_case *c = state_case_at(state, i);
		struct subject subject = subject_case(&c->id);

		dump_event(dump, &subject, &c->chain);
		dump_ring(dump, state, &c->id);
		dump_line(dump, "case %s %s %s %u %u %u", id_hex(&c->id).text,
			  word(c->held, "held"), word(c->closed, "closed"), c->n_exhibits,
			  c->n_leads, c->n_reading);
	}
}

static void
dump_grants(struct dump *dump, const struct state *state)
{
	for (uint32_t i = 0; i < state->tables[TABLE_GRANTS].n; i++) {
		const struct state_grant *g = &GRANTS(state)[i];
		const struct member_code *code = &MEMBERS(state)[g->member_].code;
		struct subject subject =
			g->case_ != NO_ROW
				? subject_grant(&CASES(state)[g->case_].id, code)
				: subject_audit_grant(code);

		dump_event(dump, &subject, &g->chain);
		if (g->kind == GRANT_NONE)
			continue;
		dump_line(dump, "grant %s %s %s %s %s %s %s %" PRIu64 " %s %s",
			  ring_name(state, g->case_).text, code->text,
			  grant_kind_name(g->kind), word(g->firm, "firm"),
			  word(g->appointment, "appointment"),
			  time_or_none(g->broken, g->broken_until_at).text,
			  time_or_none(g->has_until, g->until_at).text, g->epoch,
			  state_grant_signer(state, g)->code.text,
			  hex_or_none(g->has_file, &g->file).text);
	}
}

static void
dump_exhibits(struct dump *dump, const struct state *state)
{
	for (uint32_t i = 0; i < state_n_exhibits(state); i++) {
		const struct state_exhibit *x = state_exhibit_at(state, i);
		struct subject subject = subject_exhibit(&x->id);

		dump_event(dump, &subject, &x->chain);
		dump_line(dump, "exhibit %s %s %u %s %s %s %u", id_hex(&x->id).text,
			  ring_name(state, x->case_).text, x->number,
			  hex_or_none(x->has_object, &x->object).text,
			  word(x->held, "held"), word(x->disposed, "disposed"),
			  x->n_private);
	}
	for (uint32_t i = 0; i < state->tables[TABLE_OBJECTS].n; i++) {
		const struct state_object *o = &OBJECTS(state)[i];

		dump_line(dump, "object %s %u %u %s", hex(&o->hash).text, o->n_exhibits,
			  o->n_disposed, word(o->kept, "kept"));
		if (state_object_goes(o))
			dump_line(dump, "goes %s", hex(&o->hash).text);
	}
}

static void
dump_names(struct dump *dump, const struct state *state)
{
	for (uint32_t i = 0; i < state->tables[TABLE_BATCHES].n; i++) {
		uint64_t slot = BATCHES(state)[i].slot;
		struct hash name;

		if (state_bundle_of(state, slot, &name) >= 0)
			dump_line(dump, "bundle %" PRIu64 " %s", slot, hex(&name).text);
	}
	for (uint32_t i = 0; i < state->tables[TABLE_SHEETS].n; i++) {
		const struct state_sheet *s = &SHEETS(state)[i];
		uint64_t slot = BATCHES(state)[s->batch].slot;
		struct hash now;
		int r = s->sheet == i ? state_sheet_of(state, slot, &s->name, &now) : 0;

		if (r > 0)
			dump_line(dump, "sheet %" PRIu64 " %s %s", slot,
				  hex(&s->name).text, hex_or_none(r == 1, &now).text);
	}
	for (uint32_t i = 0; i < state_n_bundles(state); i++) {
		if (state_bundle_gone_at(state, i) != NULL)
			dump_line(dump, "gone %s",
				  hex(state_bundle_gone_at(state, i)).text);
	}
}

static const char *
proposal_word(const struct state *state, const struct state_proposal *p)
{
	switch (p->status) {
	case PROPOSAL_OPEN:
		return state_proposal_is_open(state, p) ? "open" : "lapsed";
	case PROPOSAL_APPROVED:
		return "permitted";
	case PROPOSAL_USED:
		return "used";
	case PROPOSAL_CLOSED:
		break;
	}
	return "closed";
}

static void
dump_proposals(struct dump *dump, const struct state *state, bool ended)
{
	for (uint32_t i = 0; i < state_n_proposals(state); i++) {
		const struct state_proposal *p = state_proposal_at(state, i);

		if (ended || p->status == PROPOSAL_OPEN || p->status == PROPOSAL_APPROVED)
			dump_line(dump, "proposal %s %s", hex(&p->leaf).text,
				  proposal_word(state, p));
	}
}

static void
dump_reports(struct dump *dump, const struct state *state)
{
	char text[SUBJECT_TEXT_MAX + 1], vkey[NOTE_VKEY_MAX + 1];

	for (uint32_t i = 0; state_log_key(state, i) != NULL; i++) {
		note_key_text(state_log_key(state, i), vkey);
		dump_line(dump, "log-key %s", vkey);
	}
	for (uint32_t i = 0; i < state_n_skips(state); i++) {
		const struct state_skip *s = state_skip_at(state, i);

		dump_line(dump, "skip %" PRIu64 " %" PRIu64 " %s %s", s->first, s->last,
			  hex(&s->head).text, s->by.text);
	}
	for (uint32_t i = 0; i < state_n_restored(state); i++) {
		const struct state_restored *r = state_restored_at(state, i);

		dump_line(dump, "restored %" PRIu64 " %s %s %s", r->slot,
			  hex(&r->head).text, r->by.text, code_or_none(&r->proposed_by));
	}
	for (uint32_t i = 0; i < state_n_lost(state); i++) {
		const struct state_lost *l = state_lost_at(state, i);

		subject_text(&l->subject, text);
		dump_line(dump, "lost %s %s %s %s", text, hex(&l->hash).text, l->by.text,
			  code_or_none(&l->proposed_by));
	}
	for (uint32_t i = 0; i < state->tables[TABLE_ACKS].n; i++) {
		const struct state_ack *a = &ACKS(state)[i];

		dump_line(dump, "acknowledged %s %s", hex(&ACTS(state)[a->act].leaf).text,
			  MEMBERS(state)[a->member].code.text);
	}
}

void
dump_state(struct dump *dump, const struct state *state, bool ended)
{
	struct subject vault = subject_vault();

	dump_vault(dump, state);
	dump_event(dump, &vault, &state->vault.chain);
	dump_members(dump, state);
	dump_cases(dump, state);
	dump_grants(dump, state);
	dump_exhibits(dump, state);
	dump_names(dump, state);
	dump_proposals(dump, state, ended);
	dump_reports(dump, state);
}
