/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/chain/custody.h"
#include "flow/read/read.h"

#include "keys/backup.h"
#include "keys/receipt_given.h"
#include "session/sync.h"
#include "store/store.h"

#include <time.h>

/* The reason of each family of errors, as a command meets it. */

static struct evidence evidence;
static struct amana_error err;

static int
open_as(const struct amana_config *config)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct state_member *me;

	if (session_open(config, 0, &vault, &err) < 0)
		return -1;
	return session_member(vault, &me, &err);
}

static int
add_member(struct session *vault, const char *card, const char *fingerprint)
{
	const struct amana_member_add request = {.card_path = card,
						 .fingerprint = fingerprint};
	char proposal[AMANA_PROPOSAL_MAX + 1];

	return flow_member_add(vault, &request, proposal, &err);
}

static int
revoke_member(struct session *vault, const char *member)
{
	const struct amana_member_revoke request = {.member = member, .reason = "left"};
	char proposal[AMANA_PROPOSAL_MAX + 1];

	return flow_member_revoke(vault, &request, proposal, &err);
}

static void
test_who_one_is(void)
{
	struct amana_config config;
	char file[2 * OFFICE_PATH], copy[2 * OFFICE_PATH];
	struct stat st;

	evidence_new(&evidence, 0);
	config = evidence.lead.config;
	config.identity = "X-9";
	CHECK_REFUSED(open_as(&config), err, AMANA_E_MISSING, AMANA_REASON_NO_IDENTITY);
	config.identity = NULL;
	config.data_dir = office_path(&evidence.office, "nobody");
	CHECK_REFUSED(open_as(&config), err, AMANA_E_MISSING, AMANA_REASON_NO_IDENTITY);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);

		evidence.lead.passphrase = "not this one";
		CHECK_REFUSED(session_identity(vault, &err), err, AMANA_E_DENIED,
			      AMANA_REASON_WRONG_PASSPHRASE);
		evidence.lead.passphrase = NULL;
	}
	/* a second person on the same login */
	snprintf(file, sizeof file, "%s/identities/R-003.age", evidence.reader.data_dir);
	snprintf(copy, sizeof copy, "%s/identities/R-003.age", evidence.lead.data_dir);
	CHECK_INT(stat(file, &st), 0);
	CHECK_INT(link(file, copy), 0);
	CHECK_REFUSED(open_as(&evidence.lead.config), err, AMANA_E_USAGE,
		      AMANA_REASON_SEVERAL_IDENTITIES);
	office_done(&evidence.office);
}

static void
test_who_one_is_in_the_vault(void)
{
	static struct person stranger, impostor;
	struct office elsewhere;
	char proposal[AMANA_PROPOSAL_MAX + 1];

	evidence_new(&evidence, 0);
	person_new(&evidence.office, "X-009", &stranger);
	CHECK_REFUSED(open_as(&stranger.config), err, AMANA_E_DENIED,
		      AMANA_REASON_NOT_ENROLLED);
	office_new(&elsewhere);
	person_new(&elsewhere, "L-002", &impostor);
	impostor.config.vault = evidence.office.vault;
	CHECK_REFUSED(open_as(&impostor.config), err, AMANA_E_DENIED,
		      AMANA_REASON_OTHER_KEYS);
	office_done(&elsewhere);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		CHECK_OK(revoke_member(vault, "R-003"), err);
		CHECK_REFUSED(revoke_member(vault, "R-003"), err, AMANA_E_CONFLICT,
			      AMANA_REASON_ALREADY);
		CHECK_REFUSED(revoke_member(vault, "X-009"), err, AMANA_E_MISSING,
			      AMANA_REASON_NO_MEMBER);
		CHECK_REFUSED(add_member(vault, evidence.reader.card, NULL), err,
			      AMANA_E_CONFLICT, AMANA_REASON_CODE_USED);
		CHECK_REFUSED(flow_approve(vault, "0123456789", true, &err), err,
			      AMANA_E_MISSING, AMANA_REASON_NO_PROPOSAL);
	}
	CHECK_REFUSED(open_as(&evidence.reader.config), err, AMANA_E_DENIED,
		      AMANA_REASON_REVOKED);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);

		CHECK_REFUSED(flow_policy_set(vault, "grant-days", "9", proposal, &err),
			      err, AMANA_E_DENIED, AMANA_REASON_NOT_ADMIN);
	}
	office_done(&evidence.office);
}

static void
test_which_vault(void)
{
	struct amana_config config;
	static struct person stranger;

	evidence_new(&evidence, 0);
	config = evidence.lead.config;
	config.vault = office_path(&evidence.office, "none");
	CHECK_REFUSED(open_as(&config), err, AMANA_E_MISSING, AMANA_REASON_NO_VAULT);
	config.vault = "/dev";
	CHECK_REFUSED(open_as(&config), err, AMANA_E_MISSING, AMANA_REASON_NO_VAULT);
	config.vault = evidence.lead.card;
	CHECK_REFUSED(open_as(&config), err, AMANA_E_MISSING, AMANA_REASON_NO_VAULT);
	person_new(&evidence.office, "X-009", &stranger);
	config = stranger.config;
	config.first_contact = NULL;
	CHECK_REFUSED(open_as(&config), err, AMANA_E_USAGE, AMANA_REASON_FIRST_CONTACT);
	config.vault_fingerprint = "not these words";
	CHECK_REFUSED(open_as(&config), err, AMANA_E_TAMPERED, AMANA_REASON_OTHER_VAULT);
	office_done(&evidence.office);
}

struct failure {
	struct amana_error err;
	char item[OFFICE_PATH];
	int n;
};

static void
on_failed(void *ctx, const char *item, const struct amana_error *why)
{
	struct failure *failure = ctx;

	failure->n++;
	failure->err = *why;
	snprintf(failure->item, sizeof failure->item, "%s", item);
	/* Who shows it decides by the flag whether to name the item again. */
	CHECK_INT(why->names_item, strstr(why->msg, item) != NULL);
	CHECK(why->told);
}

static int
retrieve(struct person *person, const char *exhibit, const char *out,
	 struct failure *failure)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_retrieve request = {.exhibits = &exhibit,
					       .n_exhibits = 1,
					       .out = out,
					       .reason = "a test",
					       .ctx = failure,
					       .failed = on_failed};

	return flow_retrieve(vault, &request, &err);
}

static int
deposit(struct person *person, const char *path, struct failure *failure)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_deposit request = {.case_name = CASE,
					      .paths = &path,
					      .n_paths = 1,
					      .ctx = failure,
					      .failed = on_failed};
	struct amana_deposit_result result;

	return flow_deposit(vault, &request, &result, &err);
}

static int
revoke_grant(struct person *person, const char *member)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_case_revoke request = {
		.case_name = CASE, .member = member, .reason = "a test"};
	enum amana_new_keys keys;

	return flow_case_revoke(vault, &request, &keys, &err);
}

static void
test_rights(void)
{
	const struct timespec moment = {.tv_nsec = 100000000};
	const char *out = NULL;
	struct failure failure = {.n = 0};
	int64_t until;

	evidence_new(&evidence, 1);
	out = office_path(&evidence.office, "out");
	CHECK_REFUSED(retrieve(&evidence.depositor, CASE "/1", out, &failure), err,
		      AMANA_E_DENIED, AMANA_REASON_NO_GRANT);
	CHECK_REFUSED(revoke_grant(&evidence.reader, "D-004"), err, AMANA_E_DENIED,
		      AMANA_REASON_NOT_LEAD);
	until = session_now() + 1;
	grant_to(&evidence.lead, "R-003", "reader", until);
	grant_to(&evidence.lead, "D-004", "depositor", until);
	while (session_now() <= until)
		nanosleep(&moment, NULL);
	CHECK_REFUSED(retrieve(&evidence.reader, CASE "/1", out, &failure), err,
		      AMANA_E_DENIED, AMANA_REASON_GRANT_ENDED);
	CHECK_REFUSED(deposit(&evidence.depositor, evidence.lead.card, &failure), err,
		      AMANA_E_DENIED, AMANA_REASON_GRANT_ENDED);
	CHECK(!err.told && failure.n == 0); /* the command's own */
	office_done(&evidence.office);
}

/* The error of a command that did nothing is its item's, which has been told. */
static void
test_items(void)
{
	struct failure failure = {.n = 0};
	char out[OFFICE_PATH + 16];

	evidence_new(&evidence, 1);
	CHECK_REFUSED(deposit(&evidence.lead, "/nowhere/at/all", &failure), err,
		      AMANA_E_MISSING, AMANA_REASON_NO_PATH);
	CHECK_INT(failure.n, 1);
	CHECK_INT(failure.err.reason, AMANA_REASON_NO_PATH);
	CHECK(err.told);
	CHECK_REFUSED(retrieve(&evidence.lead, CASE "/1", "/nowhere/x", &failure), err,
		      AMANA_E_MISSING, AMANA_REASON_NO_PATH);
	CHECK_INT(failure.n, 1);
	CHECK(!err.told);
	CHECK_REFUSED(retrieve(&evidence.lead, CASE "/1", evidence.lead.card, &failure),
		      err, AMANA_E_CONFLICT, AMANA_REASON_EXISTS);
	/* of one item: two exhibits of a folder where its name is taken */
	snprintf(out, sizeof out, "%s/1", evidence.office.root);
	CHECK_INT(mkdir(out, 0700), 0);
	CHECK_OK(retrieve(&evidence.lead, CASE "/1", out, &failure), err);
	CHECK_REFUSED(retrieve(&evidence.lead, CASE "/1", out, &failure), err,
		      AMANA_E_CONFLICT, AMANA_REASON_EXISTS);
	CHECK_INT(failure.n, 2);
	CHECK_STR(failure.item, CASE "/1");
	CHECK(err.told);
	office_done(&evidence.office);
}

struct left_out {
	enum amana_skip why[8];
	int n;
};

static void
on_skipped(void *ctx, const char *path, const char *exhibit, enum amana_skip why)
{
	struct left_out *left_out = ctx;

	CHECK(exhibit == NULL && strstr(path, "odd") != NULL && left_out->n < 8);
	left_out->why[left_out->n++] = why;
}

/* In the order of their names. */
static void
test_what_is_left_out(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char folder[OFFICE_PATH + 16], path[OFFICE_PATH + 32];
	const char *paths[] = {folder};
	struct left_out left_out = {.n = 0};
	const struct amana_deposit request = {.case_name = CASE,
					      .paths = paths,
					      .n_paths = 1,
					      .ctx = &left_out,
					      .skipped = on_skipped};
	struct amana_deposit_result result;

	evidence_new(&evidence, 0);
	snprintf(folder, sizeof folder, "%s/odd", evidence.office.root);
	CHECK_INT(mkdir(folder, 0700), 0);
	snprintf(path, sizeof path, "%s/1-link", folder);
	CHECK_INT(symlink("/dev/null", path), 0);
	snprintf(path, sizeof path, "%s/2-fifo", folder);
	CHECK_INT(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/3-socket", folder);
	CHECK_INT(mknod(path, S_IFSOCK | 0600, 0), 0);
	vault = person_open(&evidence.lead);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_skipped, 3);
	CHECK_INT(left_out.n, 3);
	CHECK_INT(left_out.why[0], AMANA_SKIP_SYMLINK);
	CHECK_INT(left_out.why[1], AMANA_SKIP_FIFO);
	CHECK_INT(left_out.why[2], AMANA_SKIP_SOCKET);
	office_done(&evidence.office);
}

static void
on_device(void *ctx, const char *path, const char *exhibit, enum amana_skip why)
{
	(void)ctx;
	CHECK(exhibit == NULL && strcmp(path, "/dev/null") == 0);
	CHECK_INT(why, AMANA_SKIP_DEVICE);
}

static void
test_a_device_is_left_out(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const char *paths[] = {"/dev/null"};
	const struct amana_deposit request = {
		.case_name = CASE, .paths = paths, .n_paths = 1, .skipped = on_device};
	struct amana_deposit_result result;

	evidence_new(&evidence, 0);
	vault = person_open(&evidence.lead);
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_skipped, 1);
	office_done(&evidence.office);
}

static int
read_receipt(const char *text)
{
	struct receipt_given given = RECEIPT_GIVEN_INIT;
	int r = receipt_given_read(text, &given, &err);

	receipt_given_done(&given);
	return r;
}

static int
type_backup(const char *line)
{
	CLEANUP(secret_done) struct secret age = SECRET_INIT;

	return backup_parse(BYTES_STR(line), &age, &err);
}

static void
test_files_that_were_given(void)
{
	struct amana_card_info card;
	struct amana_join_result joined;
	char text[4096];
	FILE *file;
	size_t len;

	evidence_new(&evidence, 0);
	CHECK_REFUSED(flow_card_read("/nowhere", &card, &err), err, AMANA_E_MISSING,
		      AMANA_REASON_NO_CARD);
	CHECK_REFUSED(flow_join(&evidence.lead.config, "/nowhere", &joined, &err), err,
		      AMANA_E_MISSING, AMANA_REASON_NO_WELCOME);
	CHECK_REFUSED(read_receipt("/nowhere"), err, AMANA_E_MISSING,
		      AMANA_REASON_NO_RECEIPT);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		CHECK_REFUSED(add_member(vault, evidence.lead.card, "other words"), err,
			      AMANA_E_TAMPERED, AMANA_REASON_BAD_CARD);
		CHECK_REFUSED(add_member(vault, evidence.lead.card, NULL), err,
			      AMANA_E_CONFLICT, AMANA_REASON_ALREADY);
	}
	/* a card of another version than this program knows */
	file = fopen(evidence.lead.card, "r+");
	CHECK(file != NULL);
	len = fread(text, 1, sizeof text - 1, file);
	text[len] = 0;
	CHECK(strncmp(text, "amana/card 1\n", 13) == 0);
	rewind(file);
	CHECK(fputs("amana/card 2\n", file) >= 0 && fclose(file) == 0);
	CHECK_REFUSED(flow_card_read(evidence.lead.card, &card, &err), err,
		      AMANA_E_FORMAT, AMANA_REASON_NEWER_FORMAT);
	CHECK_REFUSED(type_backup(""), err, AMANA_E_FORMAT, AMANA_REASON_NOTHING_TYPED);
	CHECK_REFUSED(type_backup("AGE-SECRET-KEY-1QQQ"), err, AMANA_E_FORMAT,
		      AMANA_REASON_MISTYPED);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_who_one_is);
	RUN(test_who_one_is_in_the_vault);
	RUN(test_which_vault);
	RUN(test_rights);
	RUN(test_items);
	RUN(test_what_is_left_out);
	RUN(test_a_device_is_left_out);
	RUN(test_files_that_were_given);
	return 0;
}
