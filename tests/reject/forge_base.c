/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

#include "keys/identity.h"
#include "object/padme.h"
#include "store/store.h"

/* The office of the base log: who is in it, and what they did. */

/* ---- its vault ---- */

static void
write_in_vault(const struct forge *forge, const char *name, struct bytes bytes)
{
	char path[256];

	snprintf(path, sizeof path, "vectors/base-log/%s", name);
	forge_write(forge, path, bytes);
}

static void
write_object(const struct forge *forge, struct bytes bytes, struct hash *ret_hash)
{
	hash_of(bytes.data, bytes.len, ret_hash);
	write_in_vault(forge, store_name_object(ret_hash).text, bytes);
}

/* Judges the batch that was begun and keeps it in the vault. */
static void
keep(struct forge *forge, struct bytes slot)
{
	if (lb_judge(&forge->lb, slot) != VERDICT_VALID) {
		fprintf(stderr, "slot %llu of the base log: %s\n",
			(unsigned long long)state_slot(forge->lb.state),
			forge->lb.report.reason);
		exit(1);
	}
	write_in_vault(forge, store_name_slot(state_slot(forge->lb.state)).text, slot);
}

static void
act(struct forge *forge, struct person *actor, struct entry *entry)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	lb_begin(&forge->lb, actor);
	lb_add(&forge->lb, entry);
	lb_sign(&forge->lb, &slot);
	keep(forge, BYTES_OF(slot));
}

/* ---- rings ---- */

static void
key_file(const struct forge *forge, const struct ring *ring, enum ring_content content,
	 const struct person *const *holders, size_t n, struct hash *ret_hash)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	struct age_recipient recipients[LB_PEOPLE];
	struct amana_error err;

	for (size_t i = 0; i < n; i++)
		recipients[i] = holders[i]->recipient;
	CHECK_OK(ring_seal(ring, content, recipients, n, &file, &err), err);
	write_object(forge, BYTES_OF(file), ret_hash);
}

static void
open_case(struct forge *forge, struct custody_id *ret_case, const char *code,
	  struct ring **ret_ring)
{
	const struct person *holders[] = {forge->lead};
	char hex[CUSTODY_ID_HEX_LEN + 1];
	struct amana_error err;
	struct entry e;

	lb_case(&forge->lb, &e, ret_case, forge->lead);
	custody_id_hex(ret_case, hex);
	CHECK_OK(ring_new_case(&forge->lb.fingerprint, hex, code, "A case", ret_ring,
			       &err),
		 err);
	CHECK_OK(ring_add_epoch(*ret_ring, 1, &err), err);
	e.own.open.recipient = (*ret_ring)->recipients[0];
	key_file(forge, *ret_ring, RING_NEWEST, holders, 1, &e.objects[0]);
	act(forge, forge->admin, &e);
}

static void
next_epoch(struct forge *forge, const struct custody_id *case_id, struct ring *ring)
{
	const struct person *holders[] = {forge->lead};
	struct amana_error err;
	struct entry e;

	lb_epoch(&forge->lb, &e, case_id);
	CHECK_OK(ring_add_epoch(ring, e.own.epoch.epoch, &err), err);
	e.own.epoch.recipient = ring->recipients[0];
	key_file(forge, ring, RING_NEWEST, holders, 1, &e.objects[0]);
	act(forge, forge->lead, &e);
}

static void
give(struct forge *forge, struct person *giver, const struct custody_id *case_id,
     const struct ring *ring, const struct person *who, enum grant_kind kind,
     int64_t until)
{
	enum ring_content content =
		kind == GRANT_DEPOSITOR ? RING_WITHOUT_KEYS : RING_WITH_KEYS;
	struct entry e;

	lb_grant(&forge->lb, &e, case_id, who, kind);
	e.own.grant.has_until = until != 0;
	e.own.grant.until_at = until;
	key_file(forge, ring, content, &who, 1, &e.objects[0]);
	act(forge, giver, &e);
}

/* ---- acts with sheets ---- */

void
forge_begin(struct forge *forge, struct person *actor, struct forge_act *ret_act)
{
	memset(ret_act, 0, sizeof *ret_act);
	ret_act->bundle = (struct buf)BUF_INIT(BUNDLE_MAX);
	ret_act->object = (struct buf)BUF_INIT(1 << 20);
	for (size_t i = 0; i < 3; i++)
		ret_act->json[i] = (struct buf)BUF_INIT(LINE_BYTES_MAX);
	lb_begin(&forge->lb, actor);
}

void
forge_act_done(struct forge_act *act)
{
	secret_done(&act->identity);
	buf_done(&act->bundle);
	buf_done(&act->object);
	for (size_t i = 0; i < 3; i++)
		line_text_done(&act->json[i]);
}

void
forge_add_sheet(struct forge_act *act, struct bytes sheet)
{
	struct amana_error err;
	struct hash hash;

	hash_of(sheet.data, sheet.len, &hash);
	CHECK_OK(bundle_add(&act->bundle, sheet, &err), err);
	CHECK_INT(entry_add_sheet(&act->entry, &hash), 0);
}

static struct line_bond
bond_of(const struct forge *forge, const struct forge_act *act)
{
	const struct act_sealing *place = &act->entry.own.sealing;

	return (struct line_bond){.vault = forge->lb.fingerprint,
				  .in_case = place->in_case,
				  .case_id = place->case_id,
				  .actor = forge->lb.signer->code,
				  .exhibit = act->entry.subject.id,
				  .act = forge->lb.note.nonce};
}

void
forge_act_sheet(struct forge *forge, struct forge_act *act, const char *event)
{
	const struct act_sealing *place = &act->entry.own.sealing;
	struct age_recipient to[2] = {
		*state_ring_recipient(forge->lb.state, NULL, place->audit_epoch)};
	CLEANUP(line_text_done) struct buf custody = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf reason = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(buf_done) struct buf sheet = BUF_INIT(SHEET_FILE_MAX);
	struct line line = {.kind = LINE_CUSTODY,
			    .bond = bond_of(forge, act),
			    .event = event,
			    .tool = "amana",
			    .device = "office",
			    .clock = {.utc_at = LB_TIME, .boot = "-"}};
	struct bytes lines[2];
	struct amana_error err;
	struct hash hash;

	CHECK_OK(line_build(&line, &custody, &hash, &err), err);
	CHECK_INT(entry_add_line(&act->entry, LINE_CUSTODY, &hash), 0);
	line = (struct line){
		.kind = LINE_REASON, .bond = line.bond, .text = "for the base log"};
	CHECK_OK(line_build(&line, &reason, &hash, &err), err);
	CHECK_INT(entry_add_line(&act->entry, LINE_REASON, &hash), 0);
	lines[0] = BYTES_OF(custody);
	lines[1] = BYTES_OF(reason);
	if (place->in_case)
		to[1] = *state_ring_recipient(forge->lb.state, &place->case_id,
					      place->epoch);
	CHECK_OK(sheet_seal(&(struct sheet_content){lines, 2, NULL}, to,
			    place->in_case ? 2 : 1, &sheet, &hash, &err),
		 err);
	forge_add_sheet(act, BYTES_OF(sheet));
}

void
forge_deposit_object(struct forge_act *act, struct bytes object)
{
	hash_of(object.data, object.len, &act->entry.objects[0]);
	for (size_t i = 0; i < 3; i++)
		act->say[i].bond.object = act->entry.objects[0];
}

void
forge_deposit(struct forge *forge, const struct custody_id *case_id, const char *content,
	      struct forge_act *act)
{
	CLEANUP(buf_done) struct buf plain = BUF_INIT(1 << 20);
	size_t len = strlen(content), padded = padme_len(len);
	struct line_bond bond;
	struct amana_error err;
	uint8_t *at;

	lb_deposit(&forge->lb, &act->entry, &(struct custody_id){{0}}, case_id);
	CHECK_OK(age_identity_new(&act->identity, &err), err);
	age_identity_recipient(&act->identity, &act->recipient);
	at = buf_reserve(&plain, padded, &err);
	CHECK(at != NULL);
	memset(at, 0, padded);
	memcpy(at, content, len);
	CHECK_OK(age_seal(&act->recipient, 1, (struct bytes){at, padded}, &act->object,
			  &err),
		 err);
	bond = bond_of(forge, act);
	bond.has_object = true;
	bond.recipient = act->recipient;
	act->say[0] = (struct line){.kind = LINE_CONTENT,
				    .bond = bond,
				    .size = len,
				    .media_type = "text/plain"};
	hash_of(content, len, &act->say[0].sha256);
	act->say[1] = (struct line){.kind = LINE_ABOUT,
				    .bond = bond,
				    .name = BYTES_STR("note.txt"),
				    .type = "document"};
	act->say[2] =
		(struct line){.kind = LINE_SOURCE, .bond = bond, .source = "the post"};
	forge_deposit_object(act, BYTES_OF(act->object));
}

void
forge_build_lines(struct forge_act *act)
{
	static const enum line_kind kinds[] = {LINE_CONTENT, LINE_ABOUT, LINE_SOURCE};
	struct amana_error err;

	for (size_t i = 0; i < 3; i++) {
		buf_clear(&act->json[i]);
		CHECK_OK(line_build(&act->say[i], &act->json[i], &act->lines[i], &err),
			 err);
		CHECK_INT(entry_add_line(&act->entry, kinds[i], &act->lines[i]), 0);
	}
}

void
forge_exhibit_sheet(struct forge *forge, const struct forge_act *act,
		    const struct bytes *lines, size_t n_lines, struct buf *ret_sheet)
{
	const struct act_sealing *place = &act->entry.own.sealing;
	const struct age_recipient *to =
		state_ring_recipient(forge->lb.state, &place->case_id, place->epoch);
	struct amana_error err;
	struct hash hash;

	CHECK_OK(sheet_seal(&(struct sheet_content){lines, n_lines, &act->identity}, to,
			    1, ret_sheet, &hash, &err),
		 err);
}

void
forge_seal_exhibit(struct forge *forge, struct forge_act *act)
{
	CLEANUP(buf_done) struct buf sheet = BUF_INIT(SHEET_FILE_MAX);
	struct bytes lines[3];

	forge_build_lines(act);
	for (size_t i = 0; i < 3; i++)
		lines[i] = BYTES_OF(act->json[i]);
	forge_exhibit_sheet(forge, act, lines, 3, &sheet);
	forge_add_sheet(act, BYTES_OF(sheet));
}

void
forge_end(struct forge *forge, struct forge_act *act, struct buf *ret_slot)
{
	lb_add(&forge->lb, &act->entry);
	if (act->bundle.len > 0)
		hash_of(act->bundle.data, act->bundle.len, &forge->lb.note.bundle);
	lb_sign(&forge->lb, ret_slot);
}

/* Keeps what the act names, too. */
static void
keep_act(struct forge *forge, struct forge_act *act)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct hash hash;

	if (act->object.len > 0)
		write_object(forge, BYTES_OF(act->object), &hash);
	forge_end(forge, act, &slot);
	hash_of(act->bundle.data, act->bundle.len, &hash);
	write_in_vault(forge, store_name_lines(&hash).text, BYTES_OF(act->bundle));
	keep(forge, BYTES_OF(slot));
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

void
forge_blank(const struct forge_act *deposit, struct entry *e)
{
	struct hash sheets[ENTRY_SHEETS_MAX];
	size_t n = deposit->entry.n_sheets;

	memcpy(sheets, deposit->entry.sheets, n * sizeof sheets[0]);
	qsort(sheets, n, sizeof sheets[0], by_hash);
	e->own.destroy.n_sheets = n;
	for (size_t i = 0; i < n; i++)
		e->own.destroy.sheets[i] =
			(struct entry_sheet_pair){.was = sheets[i], .gone = true};
}

/* ---- the story ---- */

static void
enrol(struct forge *forge, const struct person *who, uint8_t roles)
{
	struct entry e;

	lb_enrol(&forge->lb, &e, who, roles);
	act(forge, forge->admin, &e);
}

/* lb_init made a genesis whose audit ring has no key file. */
static void
found(struct forge *forge)
{
	static const struct hash none;
	struct log_builder *lb = &forge->lb;
	const struct person *holders[] = {lb->founder};
	struct amana_error err;

	CHECK_OK(ring_new_audit(&none, &forge->ring_audit, &err), err);
	CHECK_OK(ring_add_epoch(forge->ring_audit, 1, &err), err);
	lb->genesis.audit_recipient = forge->ring_audit->recipients[0];
	key_file(forge, forge->ring_audit, RING_WITH_KEYS, holders, 1,
		 &lb->genesis.audit_file);
	buf_clear(&lb->genesis_bytes);
	CHECK_OK(genesis_sign(&lb->genesis, &lb->founder->seed, &lb->genesis_bytes, &err),
		 err);
	hash_of(lb->genesis_bytes.data, lb->genesis_bytes.len, &lb->fingerprint);
	state_free(lb->state);
	CHECK_OK(state_new(&lb->genesis, &lb->fingerprint, &lb->state, &err), err);
	write_in_vault(forge, "vault", BYTES_OF(lb->genesis_bytes));
	forge->ring_audit->fingerprint = lb->fingerprint;
}

static void
make_people(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct entry e;

	forge->admin = lb->founder;
	forge->admin2 = lb_person(lb, "S-002");
	forge->auditor = lb_person(lb, "A-003");
	forge->lead = lb_person(lb, "L-004");
	forge->reader = lb_person(lb, "R-005");
	forge->depositor = lb_person(lb, "D-006");
	forge->replaced = lb_person(lb, "S-007");
	forge->renewed = lb_twin(lb, forge->replaced);
	forge->revoked = lb_person(lb, "S-008");
	forge->standby = lb_person(lb, "B-009");
	forge->stranger = lb_person(lb, "X-010");
	forge->card = lb_person(lb, "K-011");
	enrol(forge, forge->admin2, ROLE_ADMIN);
	enrol(forge, forge->auditor, ROLE_AUDITOR);
	give(forge, forge->admin, NULL, forge->ring_audit, forge->auditor, GRANT_AUDITOR,
	     0);
	enrol(forge, forge->lead, 0);
	enrol(forge, forge->reader, 0);
	enrol(forge, forge->depositor, 0);
	enrol(forge, forge->standby, 0);
	enrol(forge, forge->replaced, 0);
	enrol(forge, forge->renewed, 0);
	enrol(forge, forge->revoked, 0);
	entry_init(&e, ACT_REVOKE,
		   &(struct subject){.kind = SUBJECT_MEMBER,
				     .member = forge->revoked->code});
	act(forge, forge->admin, &e);
	enrol(forge, forge->card, ROLE_RECOVERY);
}

static struct forge_act *
new_act(void)
{
	struct amana_error err;
	struct forge_act *act = mem_new(sizeof *act, &err);

	CHECK(act != NULL);
	return act;
}

static struct forge_act *
make_exhibit(struct forge *forge, const struct custody_id *case_id, const char *content)
{
	struct forge_act *act = new_act();

	forge_begin(forge, forge->depositor, act);
	forge_deposit(forge, case_id, content, act);
	forge_act_sheet(forge, act, "deposit");
	forge_seal_exhibit(forge, act);
	keep_act(forge, act);
	return act;
}

static void
identity_file(const struct forge *forge, const struct person *person)
{
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct identity identity = {.created_at = LB_TIME,
				    .age = person->identity, /* borrowed */
				    .seed = person->seed,
				    .recipient = person->recipient,
				    .key = person->key};
	struct amana_error err;
	char path[64];

	memcpy(identity.code, person->code.text, sizeof identity.code);
	CHECK_OK(secret_from(FORGE_PASSPHRASE, strlen(FORGE_PASSPHRASE), &passphrase,
			     &err),
		 err);
	CHECK_OK(identity_seal(&identity, &passphrase, 2, &file, &err), err);
	snprintf(path, sizeof path, "vectors/base-log.keys/%s.age", person->code.text);
	forge_write(forge, path, BYTES_OF(file));
}

void
forge_base(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct subject subject;
	char key[AGE_IDENTITY_LEN + 1];
	struct entry e;

	lb_init(lb);
	found(forge);
	make_people(forge);
	open_case(forge, &forge->case_a, "HK-2025-0001", &forge->ring_a);
	next_epoch(forge, &forge->case_a, forge->ring_a);
	open_case(forge, &forge->case_b, "HK-2025-0002", &forge->ring_b);
	give(forge, forge->lead, &forge->case_a, forge->ring_a, forge->reader,
	     GRANT_READER, LB_TIME + 365 * 86400);
	give(forge, forge->lead, &forge->case_a, forge->ring_a, forge->standby,
	     GRANT_STANDBY, 0);
	give(forge, forge->lead, &forge->case_a, forge->ring_a, forge->card,
	     GRANT_RECOVERY, 0);
	give(forge, forge->lead, &forge->case_a, forge->ring_a, forge->depositor,
	     GRANT_DEPOSITOR, 0);
	give(forge, forge->lead, &forge->case_b, forge->ring_b, forge->depositor,
	     GRANT_DEPOSITOR, 0);
	forge->act_a = make_exhibit(forge, &forge->case_a, FORGE_CONTENT);
	forge->exhibit_a = forge->act_a->entry.subject.id;
	forge->object_a = forge->act_a->entry.objects[0];
	forge->act_b = make_exhibit(forge, &forge->case_b, "The second exhibit.\n");
	forge->exhibit_b = forge->act_b->entry.subject.id;

	subject = subject_exhibit(&forge->exhibit_a);
	forge->act_record = new_act();
	forge_begin(forge, forge->reader, forge->act_record);
	lb_record(lb, &forge->act_record->entry, ACT_RECORD, subject);
	forge_act_sheet(forge, forge->act_record, "retrieve");
	keep_act(forge, forge->act_record);

	subject = subject_exhibit(&forge->exhibit_b);
	entry_init(&e, ACT_DISPOSE, &subject);
	forge_blank(forge->act_b, &e);
	lb_propose(&e);
	act(forge, forge->lead, &e);
	forge->proposal = lb->last_leaf;
	entry_init(&e, ACT_HOLD, &subject);
	e.own.hold = true;
	act(forge, forge->lead, &e);
	age_identity_text(&forge->act_a->identity, key);
	key[AGE_IDENTITY_LEN] = '\n';
	forge_write(forge, "vectors/base-log.keys/exhibit-a.key",
		    (struct bytes){(const uint8_t *)key, AGE_IDENTITY_LEN + 1});
	identity_file(forge, forge->admin);
	identity_file(forge, forge->auditor);
	identity_file(forge, forge->lead);
	identity_file(forge, forge->reader);
	identity_file(forge, forge->depositor);
}

void
forge_done(struct forge *forge)
{
	struct forge_act *acts[] = {forge->act_a, forge->act_b, forge->act_record};

	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		forge_act_done(acts[i]);
		mem_free(acts[i]);
	}
	ring_free(forge->ring_audit);
	ring_free(forge->ring_a);
	ring_free(forge->ring_b);
	lb_done(&forge->lb);
}
