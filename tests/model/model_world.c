/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "model.h"

#include <stdlib.h>
#include <string.h>

/* Who is who, what the acts' bytes are, and how an act is written for people. */

/* Whether a key is a good point takes as long as judging a hundred acts, and all keys
 * here are good: the linker puts these in place of the functions that ask (meson.build).
 */
bool __wrap_sign_key_valid(const uint8_t pub[SIGN_PUB_LEN]);

bool
__wrap_sign_key_valid(const uint8_t pub[SIGN_PUB_LEN])
{
	return pub != NULL;
}

struct name
name_of(enum tag tag, uint8_t a, uint8_t b)
{
	return (struct name){(uint8_t)tag, a, b};
}

bool
name_equal(struct name a, struct name b)
{
	return a.tag == b.tag && a.a == b.a && a.b == b.b;
}

struct hash
name_hash(struct name name)
{
	uint8_t bytes[4] = {'n', name.tag, name.a, name.b};
	struct hash hash;

	hash_of(bytes, sizeof bytes, &hash);
	return hash;
}

struct hash
slot_head(uint8_t slot)
{
	uint8_t bytes[2] = {'s', slot};
	struct hash hash;

	hash_of(bytes, sizeof bytes, &hash);
	return hash;
}

static void
make_recipient(uint8_t a, uint8_t b, struct age_recipient *ret_recipient)
{
	struct hash hash = name_hash(name_of(NAME_OTHER, a, b));
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	struct amana_error err;

	CHECK_OK(secret_from(hash.bytes, HASH_LEN, &identity, &err), err);
	age_identity_recipient(&identity, ret_recipient);
}

static void
make_key(struct world *w, uint8_t m, uint8_t k)
{
	struct hash hash = name_hash(name_of(NAME_OTHER, m, (uint8_t)(100 + k)));
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	struct amana_error err;
	uint8_t pub[SIGN_PUB_LEN];

	CHECK_OK(secret_from(hash.bytes, HASH_LEN, &seed, &err), err);
	sign_public(&seed, pub);
	CHECK_INT(note_key_make(w->codes[m].text, pub, &w->keys[m][k]), 0);
	make_recipient(m, k, &w->recipients[m][k]);
}

void
world_init(struct world *w)
{
	static const char *const codes[] = {"A-001", "L-002", "R-003", "P-004", "X-005"};
	static const char origin[] = "test.example/00112233445566778899aabbccddeeff";
	struct hash hash;
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	memset(w, 0, sizeof *w);
	for (uint8_t m = 0; m < N_MEMBERS; m++) {
		CHECK_INT(member_code_parse(codes[m], strlen(codes[m]), &w->codes[m]), 0);
		for (uint8_t k = 0; k < N_KEYS; k++)
			make_key(w, m, k);
	}
	for (uint8_t i = 0; i < N_RECIPIENTS; i++)
		make_recipient(200, i, &w->rings[i]);
	for (uint8_t i = 0; i < N_CASES; i++) {
		hash = name_hash(name_of(NAME_OTHER, 201, i));
		memcpy(w->cases[i].bytes, hash.bytes, sizeof w->cases[i].bytes);
	}
	for (uint8_t i = 0; i < N_EXHIBITS; i++) {
		hash = name_hash(name_of(NAME_OTHER, 202, i));
		memcpy(w->exhibits[i].bytes, hash.bytes, sizeof w->exhibits[i].bytes);
	}
	memcpy(w->genesis.origin, origin, sizeof origin);
	w->genesis.at = T0;
	w->genesis.founder = w->codes[M_A];
	w->genesis.recipient = w->recipients[M_A][0];
	w->genesis.key = w->keys[M_A][0];
	w->genesis.audit_recipient = w->rings[0];
	w->genesis.audit_file = name_hash(name_of(NAME_FILE, 0, 0));
	memcpy(w->genesis.store_kind, "dir", 4);
	w->genesis.writers = 16;
	w->fingerprint = slot_head(0);
}

struct subject
act_subject(const struct world *w, const struct act *act)
{
	switch (act->kind) {
	case SUBJECT_EXHIBIT:
		return subject_exhibit(&w->exhibits[act->on]);
	case SUBJECT_CASE:
		return subject_case(&w->cases[act->on]);
	case SUBJECT_GRANT:
		return act->on == AUDIT ? subject_audit_grant(&w->codes[act->member])
					: subject_grant(&w->cases[act->on - 1],
							&w->codes[act->member]);
	case SUBJECT_MEMBER:
		return subject_member(&w->codes[act->member]);
	default:
		return subject_vault();
	}
}

static void
add_object(struct entry *e, struct name name)
{
	struct hash hash = name_hash(name);

	CHECK_INT(entry_add_object(e, &hash), 0);
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

/* The sheets, and for what is signed with a permit the new bundles of their batches. */
static void
destroy_entry(const struct shadow *s, const struct act *act, struct entry *e)
{
	const struct s_proposal *p = act_proposal(s, act);
	struct act_destroy *d = &e->own.destroy;
	bool erases = act->action == ACT_ERASE || act->proposed == ACT_ERASE;
	struct name names[N_SHEETS], fresh = act_fresh(s, act);
	uint8_t n = act_sheets(s, act, names);

	if (act->action != ACT_PROPOSE && p != NULL)
		d->proposal = p->leaf;
	for (uint8_t i = 0; i < n; i++) {
		d->sheets[i] = (struct entry_sheet_pair){.was = name_hash(names[i])};
		d->sheets[i].gone = !erases || fresh.tag == NAME_NONE;
		if (!d->sheets[i].gone)
			d->sheets[i].is = name_hash(fresh);
	}
	d->n_sheets = n;
	qsort(d->sheets, n, sizeof d->sheets[0], by_hash);
	if (act->action == ACT_PROPOSE || !act_gives_pairs(act))
		return;
	for (uint8_t i = 0; i < s->n_sheets; i++) { /* one sheet a batch, in log order */
		for (uint8_t k = 0; k < n; k++) {
			if (!name_equal(s->sheets[i].name, names[k]))
				continue;
			d->bundles[d->n_bundles++] = (struct entry_bundle_pair){
				.batch = s->sheets[i].slot,
				.was = name_hash(s->bundles[i]),
				.is = name_hash(name_of(NAME_BUNDLE, s->sheets[i].slot,
							(uint8_t)(s->slot + 1)))};
		}
	}
}

static void
sealing_entry(const struct world *w, const struct shadow *s, const struct act *act,
	      struct entry *e)
{
	struct act_sealing *place = &e->own.sealing;
	uint8_t ring = act->action == ACT_DEPOSIT ? RING(act->arg) : act_ring(s, act);
	uint8_t stale = (act->more & EPOCH_OLD) != 0;

	place->audit_epoch = s->rings[AUDIT].epoch;
	if (ring == AUDIT) {
		place->audit_epoch += stale;
	} else {
		place->in_case = true;
		place->case_id = w->cases[ring - 1];
		place->epoch = s->rings[ring].epoch + stale;
		place->epoch += place->epoch == 0; /* there is no such case */
	}
}

static void
grant_entry(const struct world *w, const struct shadow *s, const struct act *act,
	    struct entry *e)
{
	const struct s_member *member = &s->members[act->member];
	uint8_t key =
		(act->more & TO_OLD) != 0 ? (uint8_t)(member->key - 1) : member->key;

	e->own.grant.kind = (enum grant_kind)act->arg;
	e->own.grant.to = w->recipients[act->member][key];
	e->own.grant.has_until = (act->more & WITH_DATE) != 0;
	e->own.grant.until_at = e->own.grant.has_until ? UNTIL : 0;
	e->own.grant.epoch =
		(uint64_t)s->rings[act->on].epoch + ((act->more & EPOCH_OLD) != 0);
	e->own.grant.epoch += e->own.grant.epoch == 0;
	if ((act->more & NO_OBJECT) == 0)
		add_object(e, name_of(NAME_FILE, (uint8_t)(s->size + 1), 0));
}

static void
enrol_entry(const struct world *w, const struct shadow *s, const struct act *act,
	    struct entry *e)
{
	uint8_t member, key;

	enrol_key(s, act, &member, &key);
	e->own.enrol.recipient = w->recipients[member][key];
	e->own.enrol.key = w->keys[member][key];
	if (member != act->member) /* its name has to be the subject's */
		CHECK_INT(note_key_make(w->codes[act->member].text,
					w->keys[member][key].pub, &e->own.enrol.key),
			  0);
	e->own.enrol.roles = act->arg;
}

static void
of_ring(const struct world *w, const struct shadow *s, const struct act *act,
	struct entry *e)
{
	struct name file = name_of(NAME_FILE, (uint8_t)(s->size + 1), 0);
	const struct age_recipient *ring =
		&w->rings[act->more != 0 ? s->rings[AUDIT].recipient : s->n_recipients];

	if (act->action == ACT_CASE) {
		e->own.open.recipient = *ring;
		e->own.open.lead = w->codes[act->member];
	} else {
		e->own.epoch.recipient = *ring;
		e->own.epoch.epoch =
			s->rings[act->kind == SUBJECT_VAULT ? AUDIT : RING(act->on)]
				.epoch +
			(uint64_t)act->arg;
		e->own.epoch.epoch += e->own.epoch.epoch == 0;
	}
	add_object(e, file);
}

static void
add_sheets(const struct shadow *s, const struct act *act, struct entry *e)
{
	struct hash line = name_hash(name_of(NAME_OTHER, 210, s->slot));
	struct hash sheet = name_hash(name_of(NAME_SHEET, (uint8_t)(s->slot + 1), 0));

	if (act->action == ACT_RECORD && (act->arg == 1)) {
		CHECK_INT(entry_add_line(e, LINE_ABOUT, &line), 0);
		e->private_sheet = sheet;
		e->has_private = true;
	} else if (act->action == ACT_DEPOSIT ||
		   (act->action == ACT_RECORD && act->arg == 2)) {
		CHECK_INT(entry_add_line(e, LINE_CUSTODY, &line), 0);
		CHECK_INT(entry_add_sheet(e, &sheet), 0);
	}
}

static void
of_vault(const struct world *w, const struct shadow *s, const struct act *act,
	 struct entry *e)
{
	switch (act->action != ACT_PROPOSE ? act->action : act->proposed) {
	case ACT_POLICY:
		e->own.policy = (struct act_policy){act->arg, act->more};
		break;
	case ACT_FORMAT:
		e->own.format = act->arg;
		break;
	case ACT_LOG_KEY:
		CHECK_INT(note_key_make(w->genesis.origin, w->keys[M_A][0].pub,
					&e->own.log_key),
			  0);
		add_object(e, name_of(NAME_FILE, (uint8_t)(s->size + 1), 0));
		break;
	case ACT_ANCHOR:
		e->own.anchor.batch = (uint64_t)s->slot + act->arg;
		memcpy(e->own.anchor.kind, "kind", 5);
		add_object(e, act->more != 0
				      ? name_of(NAME_OBJECT, (uint8_t)(act->more - 1), 0)
				      : name_of(NAME_FILE, (uint8_t)(s->size + 1), 0));
		break;
	case ACT_SKIP:
		e->own.skip = (struct act_skip){
			.first = (uint64_t)s->slot + 1 + (act->more == 2),
			.last = (uint64_t)s->slot + 1 + (act->more == 2)};
		e->own.skip.head = slot_head((uint8_t)(s->slot + 1));
		e->own.skip.before = slot_head((uint8_t)(s->slot + (act->more == 3)));
		break;
	default:
		e->own.restored = (struct act_restored){.slot = 9};
		break;
	}
}

static void
own_lines(const struct world *w, const struct shadow *s, const struct act *act,
	  enum action action, struct entry *e)
{
	struct name lost;

	switch (action) {
	case ACT_ENROL:
		enrol_entry(w, s, act, e);
		break;
	case ACT_ROLE:
		e->own.role = (struct act_role){act->arg, act->more != 0};
		break;
	case ACT_CASE:
	case ACT_EPOCH:
		of_ring(w, s, act, e);
		break;
	case ACT_GRANT:
		grant_entry(w, s, act, e);
		break;
	case ACT_BREAK_GLASS:
		e->own.break_glass.until_at = T0 + (int64_t)(act->arg == 0   ? 2
							     : act->arg == 1 ? 25
							     : act->arg == 2 ? 0
									     : 6) *
							   HOUR;
		break;
	case ACT_DEPOSIT:
		sealing_entry(w, s, act, e);
		if ((act->more & 3u) != 3)
			add_object(e, (act->more & 3u) == 0
					      ? name_of(NAME_OBJECT, act->on, 0)
				      : (act->more & 3u) == 1
					      ? s->rings[RING(act->arg)].file
					      : s->exhibits[1 - act->on].object);
		break;
	case ACT_RECORD:
	case ACT_DENIED:
		sealing_entry(w, s, act, e);
		break;
	case ACT_HOLD:
		e->own.hold = act->arg != 0;
		break;
	case ACT_DISPOSE:
	case ACT_ERASE:
		destroy_entry(s, act, e);
		break;
	case ACT_LOST:
		lost = act_lost(s, act);
		e->own.lost.hashes[0] = name_hash(lost);
		e->own.lost.n = 1;
		e->own.lost.has_proposal = act->action == ACT_LOST && act->at != NOBODY;
		if (e->own.lost.has_proposal)
			e->own.lost.proposal = s->proposals[act->at].leaf;
		break;
	case ACT_ACKNOWLEDGE:
		e->own.acknowledge = s->acts[act->at].leaf;
		break;
	default:
		of_vault(w, s, act, e);
		break;
	}
}

void
act_entry(const struct world *w, const struct shadow *s, const struct act *act,
	  struct entry *ret_entry)
{
	struct subject subject = act_subject(w, act);
	struct chain *chain = act_chain((struct shadow *)(uintptr_t)s, act);
	bool may_be_late = act->action == ACT_EXPIRE && act->arg != 0;

	entry_init(ret_entry, (enum action)act->action, &subject);
	ret_entry->proposed = (enum action)act->proposed;
	ret_entry->actor =
		w->codes[act->twist == OTHER_ACTOR ? (act->signer + 1) % N_MEMBERS
						   : act->signer];
	ret_entry->at = may_be_late ? LATE : T0;
	ret_entry->prev = slot_head(
		(uint8_t)(s->slot + ((act->twist == OTHER_PREV) !=
				     (act->action == ACT_SKIP && act->arg != 0))));
	ret_entry->event = (uint64_t)chain->event + 1 + (act->twist == OTHER_EVENT);
	ret_entry->before = chain->event != 0 || act->twist == OTHER_EVENT
				    ? chain->leaf
				    : (struct hash){{0}};
	ret_entry->before.bytes[0] ^= act->twist == OTHER_BEFORE;
	if (act->action == ACT_APPROVE) {
		ret_entry->own.approve.proposal = s->proposals[act->at].leaf;
		ret_entry->own.approve.yes = act->arg != 0;
		return;
	}
	own_lines(w, s, act,
		  (enum action)(act->action == ACT_PROPOSE ? act->proposed : act->action),
		  ret_entry);
	if (act->action != ACT_PROPOSE)
		add_sheets(s, act, ret_entry);
}

void
act_print(const struct world *w, const struct act *act, FILE *out)
{
	char subject[SUBJECT_TEXT_MAX + 1];
	struct subject on = act_subject(w, act);

	subject_text(&on, subject);
	fprintf(out, "%s %s%s%s", w->codes[act->signer].text,
		action_name((enum action)act->action),
		act->action == ACT_PROPOSE ? " " : "",
		act->action == ACT_PROPOSE ? action_name((enum action)act->proposed)
					   : "");
	if (act->kind == SUBJECT_CASE)
		fprintf(out, " case %u", act->on + 1u);
	else if (act->kind == SUBJECT_EXHIBIT)
		fprintf(out, " exhibit %u", act->on + 1u);
	else if (act->kind == SUBJECT_GRANT && act->on != AUDIT)
		fprintf(out, " grant %u %s", (unsigned int)act->on,
			w->codes[act->member].text);
	else
		fprintf(out, " %s", subject);
	if (act->action == ACT_GRANT)
		fprintf(out, " as %s", grant_kind_name((enum grant_kind)act->arg));
	if (act->action == ACT_CASE)
		fprintf(out, " lead %s", w->codes[act->member].text);
	fprintf(out, " arg %u more %u at %u twist %u\n", (unsigned int)act->arg,
		(unsigned int)act->more, (unsigned int)act->at, (unsigned int)act->twist);
}
