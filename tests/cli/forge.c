/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dishonest client: signs one act with a person's own key without asking whether the
 * log allows it, and puts it at the log's end.
 *
 *	forge VAULT IDENTITY PASSPHRASE-FILE KIND [CARD]
 *
 * KIND: `record` about oneself; `admin`, a role for oneself; `reader`, a grant for
 * oneself in the vault's first case; `stolen`, a record signed with a new key that calls
 * itself by the same code.  Two that are allowed, and that no command does: `recovery`,
 * the owner of CARD becomes a recovery card; `depositor:CASE-ID`, a grant for the owner
 * of CARD, without the upkeep that goes before ours.  Prints the slot's number.
 */
#include "crypto/secret.h"
#include "log/log.h"
#include "keys/card.h"
#include "keys/idfile.h"
#include "keys/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct amana_error err = AMANA_ERROR_INIT;

static void
must(int r)
{
	if (r == 0)
		return;
	fprintf(stderr, "forge: %d %s\n", r, err.msg);
	exit(1);
}

static void
open_identity(const char *path, const char *passphrase_path, struct identity *identity)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	char line[256] = "";
	bool exposed;
	FILE *in = fopen(passphrase_path, "r");

	if (in == NULL || fgets(line, sizeof line, in) == NULL)
		must(1);
	fclose(in);
	must(secret_from(line, strcspn(line, "\n"), &passphrase, &err));
	must(idfile_read(path, &file, &exposed, &err));
	must(identity_open(BYTES_OF(file), &passphrase, identity, &err));
}

static void
read_card(const char *path, struct card *ret_card, struct member_code *ret_code)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);
	unsigned char part[4096];
	FILE *in = fopen(path, "r");
	size_t n;

	if (in == NULL)
		must(1);
	while ((n = fread(part, 1, sizeof part, in)) > 0)
		must(buf_add(&file, part, n, &err));
	fclose(in);
	must(card_parse(BYTES_OF(file), ret_card, &err));
	must(member_code_parse(ret_card->code, strlen(ret_card->code), ret_code));
}

static void
fill_recovery(struct entry *entry, const char *path)
{
	struct member_code code;
	struct subject subject;
	struct card card;

	read_card(path, &card, &code);
	subject = subject_member(&code);
	entry_init(entry, ACT_ENROL, &subject);
	entry->own.enrol = (struct act_enrol){
		.recipient = card.recipient, .key = card.key, .roles = ROLE_RECOVERY};
}

/* A depositor is given no keys: the file may as well be another's. */
static void
fill_depositor(struct entry *entry, const char *path, const char *id,
	       const struct state *state)
{
	struct custody_id case_id;
	struct member_code code;
	struct subject subject;
	struct hash object;
	struct card card;

	read_card(path, &card, &code);
	must(custody_id_parse(id, strlen(id), &case_id));
	subject = subject_grant(&case_id, &code);
	entry_init(entry, ACT_GRANT, &subject);
	entry->own.grant = (struct act_grant){.kind = GRANT_DEPOSITOR,
					      .to = card.recipient,
					      .epoch = state_ring_epoch(state, &case_id)};
	hash_of("no such file", 12, &object);
	must(entry_add_object(entry, &object));
}

/* What the act says; where it stands in the log is filled in by `put`. */
static void
fill(struct entry *entry, const char *kind, const char *card, const struct state *state,
     const struct member_code *code)
{
	struct subject subject = subject_member(code);
	struct hash object;

	if (strcmp(kind, "recovery") == 0) {
		fill_recovery(entry, card);
	} else if (strncmp(kind, "depositor:", 10) == 0) {
		fill_depositor(entry, card, kind + 10, state);
	} else if (strcmp(kind, "admin") == 0) {
		entry_init(entry, ACT_ROLE, &subject);
		entry->own.role = (struct act_role){.role = ROLE_ADMIN, .add = true};
	} else if (strcmp(kind, "reader") == 0 && state_n_cases(state) > 0) {
		const struct state_case *a_case = state_case_at(state, 0);

		subject = subject_grant(&a_case->id, code);
		entry_init(entry, ACT_GRANT, &subject);
		entry->own.grant =
			(struct act_grant){.kind = GRANT_READER,
					   .to = state_member(state, code)->recipient,
					   .epoch = a_case->epoch};
		hash_of("no such file", 12, &object);
		must(entry_add_object(entry, &object));
	} else {
		entry_init(entry, ACT_RECORD, &subject);
		entry->own.sealing.audit_epoch = state_ring_epoch(state, NULL);
	}
}

static void
put(struct store *store, struct log *log, const struct identity *identity,
    const struct member_code *code, const char *kind, const char *card)
{
	const struct state *state = log_state(log);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct merkle_frontier tree = *state_frontier(state);
	struct batch_note note = {.n = state_slot(state) + 1,
				  .prev = *state_head(state),
				  .before = tree.size};
	struct hash leaf;

	if (entry == NULL)
		must(-1);
	fill(entry, kind, card, state, code);
	entry->prev = note.prev;
	entry->actor = *code;
	entry->at = time(NULL);
	(void)state_next_event(state, &entry->subject, &entry->event, &entry->before);
	must(entry_encode(entry, &text, &err));
	must(batch_add(&entries, BYTES_OF(text), &err));
	entry_leaf(BYTES_OF(text), &leaf);
	merkle_append(&tree, &leaf);
	note.after = tree.size;
	merkle_root(&tree, &note.root);
	custody_id_random(&note.nonce);
	must(batch_sign(&(struct batch_signing){.note = &note,
						.origin = log_genesis(log)->origin,
						.entries = BYTES_OF(entries),
						.code = code,
						.seed = &identity->seed},
			&slot, &err));
	must(store_put(store, store_name_slot(note.n).text, BYTES_OF(slot), true, &err));
	printf("%llu\n", (unsigned long long)note.n);
}

int
main(int argc, char **argv)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(log_freep) struct log *log = NULL;
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	const struct log_options options = {.flags = LOG_STRANGER};
	struct member_code code;

	if (argc != (argc > 4 && (strcmp(argv[4], "recovery") == 0 ||
				  strchr(argv[4], ':') != NULL)
			     ? 6
			     : 5))
		return 2;
	must(crypto_init(&err));
	open_identity(argv[2], argv[3], &identity);
	must(member_code_parse(identity.code, strlen(identity.code), &code));
	if (strcmp(argv[4], "stolen") == 0) {
		identity_done(&identity);
		must(identity_new(code.text, time(NULL), &identity, &err));
	}
	must(store_open(argv[1], 0, &store, &err));
	if (log_open(store, &options, &log, &err) < 0)
		must(-1);
	must(log_sync(log, &err));
	put(store, log, &identity, &code, argv[4], argv[5]);
	return 0;
}
