/* SPDX-License-Identifier: Apache-2.0 */
#include "log_builder.h"

#include "../insider/dump.h"
#include "check.h"
#include "state_peek.h"

/* 32 bytes that depend on a word and a number. */
static void
derive(const char *word, uint64_t n, uint8_t out[32])
{
	struct hash hash;
	char text[64];
	int len = snprintf(text, sizeof text, "%s %llu", word, (unsigned long long)n);

	hash_of(text, (size_t)len, &hash);
	memcpy(out, hash.bytes, sizeof hash.bytes);
}

static void
person_keys(struct log_builder *lb, struct person *person)
{
	struct amana_error err;
	uint8_t bytes[32], pub[SIGN_PUB_LEN];

	secret_done(&person->seed);
	secret_done(&person->identity);
	derive("seed", lb->n_made++, bytes);
	CHECK_OK(secret_from(bytes, sizeof bytes, &person->seed, &err), err);
	derive("identity", lb->n_made++, bytes);
	CHECK_OK(secret_from(bytes, sizeof bytes, &person->identity, &err), err);
	sign_public(&person->seed, pub);
	CHECK_INT(note_key_make(person->code.text, pub, &person->key), 0);
	age_identity_recipient(&person->identity, &person->recipient);
}

struct person *
lb_person(struct log_builder *lb, const char *code)
{
	struct person *person;

	for (size_t i = 0; i < lb->n_people; i++) {
		if (strcmp(lb->people[i].code.text, code) == 0)
			return &lb->people[i];
	}
	CHECK(lb->n_people < LB_PEOPLE);
	person = &lb->people[lb->n_people++];
	CHECK_INT(member_code_parse(code, strlen(code), &person->code), 0);
	person_keys(lb, person);
	return person;
}

struct person *
lb_twin(struct log_builder *lb, const struct person *person)
{
	struct person *twin;

	CHECK(lb->n_people < LB_PEOPLE);
	twin = &lb->people[lb->n_people++];
	twin->code = person->code;
	person_keys(lb, twin);
	return twin;
}

void
lb_stranger(struct log_builder *lb, const char *code, struct person *ret_person)
{
	CHECK_INT(member_code_parse(code, strlen(code), &ret_person->code), 0);
	person_keys(lb, ret_person);
}

void
lb_id(struct log_builder *lb, struct custody_id *ret_id)
{
	uint8_t bytes[32];

	derive("id", lb->n_made++, bytes);
	memcpy(ret_id->bytes, bytes, sizeof ret_id->bytes);
}

void
lb_hash(struct log_builder *lb, struct hash *ret_hash)
{
	derive("hash", lb->n_made++, ret_hash->bytes);
}

void
lb_recipient(struct log_builder *lb, struct age_recipient *ret_recipient)
{
	struct amana_error err;
	uint8_t bytes[32];

	derive("ring", lb->n_made++, bytes);
	secret_done(&lb->ring);
	CHECK_OK(secret_from(bytes, sizeof bytes, &lb->ring, &err), err);
	age_identity_recipient(&lb->ring, ret_recipient);
}

void
lb_init(struct log_builder *lb)
{
	static const char origin[] = "test.example/00112233445566778899aabbccddeeff";
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	memset(lb, 0, sizeof *lb);
	lb->now = LB_TIME;
	lb->genesis_bytes = (struct buf)BUF_INIT(GENESIS_MAX);
	lb->entries = (struct buf)BUF_INIT(BATCH_BYTES_MAX);
	lb->founder = lb_person(lb, "S-001");
	memcpy(lb->genesis.origin, origin, sizeof origin);
	lb->genesis.at = lb->now;
	lb->genesis.founder = lb->founder->code;
	lb->genesis.recipient = lb->founder->recipient;
	lb->genesis.key = lb->founder->key;
	lb_recipient(lb, &lb->genesis.audit_recipient);
	lb_hash(lb, &lb->genesis.audit_file);
	memcpy(lb->genesis.store_kind, "dir", 4);
	lb->genesis.writers = 16;
	CHECK_OK(genesis_sign(&lb->genesis, &lb->founder->seed, &lb->genesis_bytes, &err),
		 err);
	hash_of(lb->genesis_bytes.data, lb->genesis_bytes.len, &lb->fingerprint);
	CHECK_OK(state_new(&lb->genesis, &lb->fingerprint, &lb->state, &err), err);
}

void
lb_done(struct log_builder *lb)
{
	for (size_t i = 0; i < LB_PEOPLE; i++) {
		secret_done(&lb->people[i].seed);
		secret_done(&lb->people[i].identity);
	}
	for (size_t i = 0; i < lb->n_slots; i++)
		buf_done(&lb->slots[i]);
	secret_done(&lb->ring);
	buf_done(&lb->genesis_bytes);
	buf_done(&lb->entries);
	mem_free(lb->chains);
	state_free(lb->state);
}

void
lb_begin(struct log_builder *lb, struct person *signer)
{
	lb->signer = signer;
	lb->note = (struct batch_note){.n = state_slot(lb->state) + 1,
				       .prev = *state_head(lb->state),
				       .before = state_size(lb->state)};
	lb_id(lb, &lb->note.nonce);
	buf_clear(&lb->entries);
	lb->tree = *state_frontier(lb->state);
	lb->n_chains = 0;
}

void
lb_add_bytes(struct log_builder *lb, struct bytes bytes)
{
	struct amana_error err;

	entry_leaf(bytes, &lb->last_leaf);
	merkle_append(&lb->tree, &lb->last_leaf);
	CHECK_OK(buf_add_u16be(&lb->entries, (uint16_t)bytes.len, &err), err);
	CHECK_OK(buf_add(&lb->entries, bytes.data, bytes.len, &err), err);
}

void
lb_add_as_is(struct log_builder *lb, const struct entry *entry)
{
	CLEANUP(buf_done) struct buf raw = BUF_INIT(ENTRY_MAX);
	struct amana_error err;

	CHECK_OK(entry_encode(entry, &raw, &err), err);
	lb_add_bytes(lb, BYTES_OF(raw));
	if ((entry->n_sheets > 0 || entry->has_private) && !lb->note.has_bundle) {
		lb->note.has_bundle = true;
		lb_hash(lb, &lb->note.bundle);
	}
}

void
lb_add(struct log_builder *lb, struct entry *entry)
{
	struct lb_chain *chain = NULL;
	struct amana_error err;

	for (size_t i = lb->n_chains; i > 0 && chain == NULL; i--) {
		if (subject_equal(&lb->chains[i - 1].subject, &entry->subject))
			chain = &lb->chains[i - 1];
	}
	if (chain == NULL) {
		/* Deposits have a subject of their own each; searching back to front
		 * would be quadratic only in batches larger than any test has. */
		lb->chains = mem_grow(lb->chains, lb->n_chains, lb->n_chains + 1,
				      sizeof *chain, &err);
		CHECK(lb->chains != NULL);
		chain = &lb->chains[lb->n_chains++];
		chain->subject = entry->subject;
		(void)state_next_event(lb->state, &entry->subject, &chain->event,
				       &chain->leaf);
		chain->event--;
	}
	entry->prev = lb->note.prev;
	entry->actor = lb->signer->code;
	entry->at = entry->at != 0 ? entry->at : lb->now++;
	entry->event = ++chain->event;
	entry->before = chain->leaf;
	lb_add_as_is(lb, entry);
	chain->leaf = lb->last_leaf;
}

void
lb_sign(struct log_builder *lb, struct buf *ret_slot)
{
	struct amana_error err;

	lb->note.after = lb->tree.size + (uint64_t)(int64_t)lb->lie_of_size;
	merkle_root(&lb->tree, &lb->note.root);
	lb->note.root.bytes[0] ^= lb->lie_of_root;
	lb->lie_of_size = 0;
	lb->lie_of_root = false;
	CHECK_OK(batch_sign(&(struct batch_signing){.note = &lb->note,
						    .origin = lb->genesis.origin,
						    .entries = BYTES_OF(lb->entries),
						    .code = &lb->signer->code,
						    .seed = &lb->signer->seed},
			    ret_slot, &err),
		 err);
}

enum verdict
lb_judge(struct log_builder *lb, struct bytes slot)
{
	struct amana_error err;

	CHECK_OK(judge_slot(lb->state, slot, &lb->report, &err), err);
	if (lb->report.verdict == VERDICT_VALID || lb->report.verdict == VERDICT_VOID) {
		CHECK(lb->n_slots < LB_SLOTS);
		lb->slots[lb->n_slots] = (struct buf)BUF_INIT(BATCH_BYTES_MAX);
		CHECK_OK(buf_add(&lb->slots[lb->n_slots++], slot.data, slot.len, &err),
			 err);
	}
	return lb->report.verdict;
}

enum verdict
lb_end(struct log_builder *lb)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	lb_sign(lb, &slot);
	return lb_judge(lb, BYTES_OF(slot));
}

static void
check_same_dump(const struct state *state, const struct state *again)
{
	CLEANUP(dump_done) struct dump one = DUMP_INIT, two = DUMP_INIT;

	dump_state(&one, state, false);
	dump_state(&two, again, false);
	CHECK_INT(one.n_lines, two.n_lines);
	for (size_t i = 0; i < one.n_lines; i++)
		CHECK_STR(dump_at(&two, i), dump_at(&one, i));
}

/* What a snapshot leaves out, since it follows from the rest: the same in a state that
 * was made from it. */
static void
check_derived(const struct state *state, const struct state *again)
{
	CHECK_INT(peek_admins(state), peek_admins(again));
	CHECK_INT(peek_auditors(state), peek_auditors(again));
	CHECK_INT(state_ring_epoch(state, NULL), state_ring_epoch(again, NULL));
	CHECK(age_recipient_equal(
		state_ring_recipient(state, NULL, state_ring_epoch(state, NULL)),
		state_ring_recipient(again, NULL, state_ring_epoch(again, NULL))));
	for (uint32_t i = 0; i < state_n_cases(state); i++) {
		const struct state_case *one = state_case_at(state, i);
		const struct state_case *two = state_case_at(again, i);
		const struct state_grant *g = NULL, *h = NULL;

		CHECK(one->epoch == two->epoch && one->n_exhibits == two->n_exhibits);
		CHECK(age_recipient_equal(&one->recipient, &two->recipient));
		CHECK(age_recipient_equal(
			state_ring_recipient(state, &one->id, one->epoch),
			state_ring_recipient(again, &one->id, one->epoch)));
		do {
			g = state_grant_next_of_case(state, &one->id, g);
			h = state_grant_next_of_case(again, &one->id, h);
			CHECK((g == NULL) == (h == NULL));
			CHECK(g == NULL || g->member_ == h->member_);
		} while (g != NULL);
	}
	for (uint32_t i = 0; i < state_n_members(state); i++) {
		const struct state_member *one = state_member_at(state, i);
		const struct state_member *two = state_member_at(again, i);
		const struct state_grant *g = NULL, *h = NULL;
		const uint8_t *pub;

		do {
			g = state_grant_next_of_member(state, &one->code, g);
			h = state_grant_next_of_member(again, &two->code, h);
			CHECK((g == NULL) == (h == NULL));
			CHECK(g == NULL || g->case_ == h->case_);
		} while (g != NULL);
		for (uint32_t k = 0; (pub = peek_member_key(state, one, k)) != NULL; k++)
			CHECK(memcmp(pub, peek_member_key(again, two, k), SIGN_PUB_LEN) ==
			      0);
	}
}

/* The open batch tried and taken back: not a bit of the state has changed. */
static void
check_undo(struct log_builder *lb)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	CLEANUP(state_freep) struct state *again = NULL;
	struct bytes rest = BYTES_OF(lb->entries), raw;
	struct state_signer signer = {.code = lb->signer->code};
	struct amana_error err;
	struct state_why why;
	struct entry entry;
	struct hash leaf;
	int r = 0;

	memcpy(signer.pub, lb->signer->key.pub, sizeof signer.pub);
	lb_snapshot(lb->state, &before);
	CHECK_OK(state_begin(lb->state, lb->note.n, &lb->note.prev, &signer, &err), err);
	while (r == 0 && batch_next(&rest, &raw, &err) == 0) {
		CHECK_OK(entry_decode(raw, &entry, &err), err);
		entry_leaf(raw, &leaf);
		r = state_apply(lb->state, raw, &entry, &leaf, &why, &err);
	}
	CHECK(r >= 0);
	state_rollback(lb->state);
	lb_snapshot(lb->state, &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	CHECK_OK(state_restore(BYTES_OF(before), &again, &err), err);
	check_derived(lb->state, again);
	check_same_dump(lb->state, again);
}

enum verdict
lb_act(struct log_builder *lb, struct person *signer, struct entry *entry)
{
	struct state_why why = {.text = ""};
	enum verdict verdict;
	bool may;

	lb_begin(lb, signer);
	lb_add(lb, entry);
	check_undo(lb);
	may = state_may(lb->state, entry, &why);
	verdict = lb_end(lb);
	if (verdict == VERDICT_VALID)
		CHECK(may);
	else if (!may && verdict == VERDICT_VOID &&
		 strstr(lb->report.reason, why.text) == NULL)
		CHECK_STR(lb->report.reason, why.text);
	return verdict;
}

void
lb_allowed(struct log_builder *lb, struct person *signer, struct entry *entry,
	   const char *file, int line)
{
	if (lb_act(lb, signer, entry) == VERDICT_VALID)
		return;
	fprintf(stderr, "%s:%d: %s: %s\n", file, line, verdict_name(lb->report.verdict),
		lb->report.reason);
	exit(1);
}

void
lb_refused(struct log_builder *lb, struct person *signer, struct entry *entry,
	   const char *why, const char *file, int line)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	uint64_t slot = state_slot(lb->state);
	enum verdict verdict;

	lb_snapshot(lb->state, &before);
	verdict = lb_act(lb, signer, entry);
	if (verdict != VERDICT_VOID || strstr(lb->report.reason, why) == NULL) {
		fprintf(stderr, "%s:%d: %s (%s), not void for '%s'\n", file, line,
			verdict_name(verdict), lb->report.reason, why);
		exit(1);
	}
	CHECK(strcmp(lb->report.signer.text, signer->code.text) == 0);
	CHECK_INT(state_slot(lb->state), slot + 1);
	lb_snapshot(lb->state, &after);
	CHECK(lb_same_but_slot(lb, &before, &after));
}

void
lb_enrol(struct log_builder *lb, struct entry *e, const struct person *who, uint8_t roles)
{
	struct subject subject = subject_member(&who->code);

	(void)lb;
	entry_init(e, ACT_ENROL, &subject);
	e->own.enrol.recipient = who->recipient;
	e->own.enrol.key = who->key;
	e->own.enrol.roles = roles;
}

void
lb_role(struct entry *e, const struct person *who, bool add, uint8_t role)
{
	struct subject subject = subject_member(&who->code);

	entry_init(e, ACT_ROLE, &subject);
	e->own.role.add = add;
	e->own.role.role = role;
}

static void
add_object(struct log_builder *lb, struct entry *e)
{
	struct hash object;

	lb_hash(lb, &object);
	CHECK_INT(entry_add_object(e, &object), 0);
}

void
lb_case(struct log_builder *lb, struct entry *e, struct custody_id *ret_case,
	const struct person *lead)
{
	struct subject subject;

	lb_id(lb, ret_case);
	subject = subject_case(ret_case);
	entry_init(e, ACT_CASE, &subject);
	lb_recipient(lb, &e->own.open.recipient);
	e->own.open.lead = lead->code;
	add_object(lb, e);
}

void
lb_epoch(struct log_builder *lb, struct entry *e, const struct custody_id *case_id)
{
	struct subject subject =
		case_id != NULL ? subject_case(case_id) : subject_vault();

	entry_init(e, ACT_EPOCH, &subject);
	e->own.epoch.epoch = state_ring_epoch(lb->state, case_id) + 1;
	lb_recipient(lb, &e->own.epoch.recipient);
	add_object(lb, e);
}

void
lb_grant(struct log_builder *lb, struct entry *e, const struct custody_id *case_id,
	 const struct person *who, enum grant_kind kind)
{
	const struct state_member *member = state_member(lb->state, &who->code);
	struct subject subject = case_id != NULL ? subject_grant(case_id, &who->code)
						 : subject_audit_grant(&who->code);

	entry_init(e, ACT_GRANT, &subject);
	e->own.grant.kind = kind;
	e->own.grant.to = member != NULL ? member->recipient : who->recipient;
	e->own.grant.epoch = state_ring_epoch(lb->state, case_id);
	if (case_id != NULL || state_audit_holders(lb->state) > 0)
		add_object(lb, e);
}

void
lb_of_grant(struct entry *e, enum action action, const struct custody_id *case_id,
	    const struct person *who)
{
	struct subject subject = case_id != NULL ? subject_grant(case_id, &who->code)
						 : subject_audit_grant(&who->code);

	entry_init(e, action, &subject);
	if (action == ACT_BREAK_GLASS)
		e->own.break_glass.until_at = LB_TIME + 7200;
}

void
lb_deposit(struct log_builder *lb, struct entry *e, struct custody_id *ret_exhibit,
	   const struct custody_id *case_id)
{
	struct subject subject;

	lb_id(lb, ret_exhibit);
	subject = subject_exhibit(ret_exhibit);
	entry_init(e, ACT_DEPOSIT, &subject);
	e->own.sealing =
		(struct act_sealing){.in_case = true,
				     .case_id = *case_id,
				     .epoch = state_ring_epoch(lb->state, case_id),
				     .audit_epoch = state_ring_epoch(lb->state, NULL)};
	add_object(lb, e);
}

void
lb_record(struct log_builder *lb, struct entry *e, enum action action,
	  struct subject subject)
{
	const struct state_exhibit *exhibit = NULL;
	struct act_sealing *place = &e->own.sealing;

	entry_init(e, action, &subject);
	place->audit_epoch = state_ring_epoch(lb->state, NULL);
	if (subject.kind == SUBJECT_EXHIBIT)
		exhibit = state_exhibit(lb->state, &subject.id);
	place->in_case = subject.kind == SUBJECT_CASE || subject.kind == SUBJECT_EXHIBIT;
	if (subject.kind == SUBJECT_CASE)
		place->case_id = subject.id;
	else if (exhibit != NULL)
		place->case_id = state_exhibit_case(lb->state, exhibit)->id;
	if (place->in_case)
		place->epoch = state_ring_epoch(lb->state, &place->case_id);
	if (place->in_case && place->epoch == 0)
		place->epoch = 1;
}

void
lb_propose(struct entry *e)
{
	e->proposed = e->action;
	e->action = ACT_PROPOSE;
}

void
lb_approve(struct entry *e, struct subject subject, const struct hash *proposal, bool yes)
{
	entry_init(e, ACT_APPROVE, &subject);
	e->own.approve.proposal = *proposal;
	e->own.approve.yes = yes;
}

void
lb_add_sheet(struct log_builder *lb, struct entry *e)
{
	struct hash hash;

	lb_hash(lb, &hash);
	CHECK_INT(entry_add_line(e, LINE_CUSTODY, &hash), 0);
	lb_hash(lb, &hash);
	CHECK_INT(entry_add_sheet(e, &hash), 0);
}

void
lb_add_private(struct log_builder *lb, struct entry *e)
{
	struct hash hash;

	lb_hash(lb, &hash);
	CHECK_INT(entry_add_line(e, LINE_ABOUT, &hash), 0);
	lb_hash(lb, &e->private_sheet);
	e->has_private = true;
}

bool
lb_same_but_slot(const struct log_builder *lb, const struct buf *a, const struct buf *b)
{
	size_t at = strlen("amana/state 5\n") + 1 + strlen(lb->genesis.origin) + HASH_LEN;
	size_t end = at + 8 + HASH_LEN;

	return a->len == b->len && memcmp(a->data, b->data, at) == 0 &&
	       memcmp(a->data + end, b->data + end, a->len - end) == 0;
}

void
lb_snapshot(const struct state *state, struct buf *ret_bytes)
{
	struct amana_error err;

	*ret_bytes = (struct buf)BUF_INIT(STATE_SNAPSHOT_MAX);
	CHECK_OK(state_snapshot(state, ret_bytes, &err), err);
}
