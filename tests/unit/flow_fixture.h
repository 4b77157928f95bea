/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FLOW_FIXTURE_H
#define TESTS_FLOW_FIXTURE_H

#include "check.h"
#include "flow/office/office.h"
#include "session/session.h"
#include "keys/card.h"
#include "keys/idfile.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * An office in a temporary folder: one vault and several people, each with data, cache,
 * identity and card of their own, as on machines of their own.  Identity files are sealed
 * with a small work factor, so that a test can have many.
 */
#define OFFICE_PATH 256
#define NOTICE_KINDS (AMANA_NOTICE_INFO + 1)

struct person {
	char code[TEXT_MEMBER_MAX + 1];
	char data_dir[OFFICE_PATH], cache_dir[OFFICE_PATH], card[OFFICE_PATH];
	struct amana_config config;
	bool accepts; /* says yes at first contact */
	int n_asked[AMANA_WHY_NEW + 1];
	int n_first_contact;
	int n_notices[NOTICE_KINDS];
	char notice[NOTICE_KINDS][512]; /* the last of each kind */
	const char *passphrase;		/* what is typed; NULL: the right one */
};

struct office {
	char root[64], vault[OFFICE_PATH];
};

__attribute__((unused)) static const char *
office_path(const struct office *office, const char *name)
{
	static char paths[8][OFFICE_PATH]; /* a test's own; eight at a time */
	static unsigned at;
	char *out = paths[at++ % 8];

	snprintf(out, OFFICE_PATH, "%s/%s", office->root, name);
	return out;
}

static int
person_passphrase(void *ctx, enum amana_why why, const char *code, char *buf,
		  size_t *ret_len, struct amana_error *err)
{
	struct person *person = ctx;

	(void)code;
	(void)err;
	person->n_asked[why]++;
	*ret_len = (size_t)snprintf(buf, AMANA_PASSPHRASE_MAX, "%s",
				    person->passphrase != NULL ? person->passphrase
							       : person->code);
	return 0;
}

static bool
person_first_contact(void *ctx, const char *words, const char *fingerprint)
{
	struct person *person = ctx;

	(void)words;
	(void)fingerprint;
	person->n_first_contact++;
	return person->accepts;
}

/* The words were compared. */
static int
person_meet(void *ctx, const struct amana_keys *keys, struct amana_error *err)
{
	(void)ctx;
	(void)keys;
	(void)err;
	return 0;
}

static void
person_notice(void *ctx, enum amana_notice kind, const char *text)
{
	struct person *person = ctx;

	person->n_notices[kind]++;
	snprintf(person->notice[kind], sizeof person->notice[kind], "%s", text);
}

__attribute__((unused)) static void
person_config(const struct office *office, const char *code, struct person *person)
{
	*person = (struct person){.accepts = true};
	snprintf(person->code, sizeof person->code, "%s", code);
	snprintf(person->data_dir, sizeof person->data_dir, "%s/%s", office->root, code);
	snprintf(person->cache_dir, sizeof person->cache_dir, "%s/%s.cache", office->root,
		 code);
	snprintf(person->card, sizeof person->card, "%s/%s.card", office->root, code);
	person->config = (struct amana_config){
		.vault = office->vault,
		.data_dir = person->data_dir,
		.cache_dir = person->cache_dir,
		.ctx = person,
		.passphrase = person_passphrase,
		.first_contact = person_first_contact,
		.meet = person_meet,
		.notice = person_notice,
	};
}

/* Fills in *person, whose place in memory must not change from here on. */
__attribute__((unused)) static void
person_new(const struct office *office, const char *code, struct person *person)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(buf_done) struct buf card = BUF_INIT(SIGNED_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	char folder[OFFICE_PATH + 16];

	person_config(office, code, person);
	snprintf(folder, sizeof folder, "%s/identities", person->data_dir);
	CHECK_OK(identity_new(code, session_now(), &identity, &err), err);
	CHECK_OK(secret_from(code, strlen(code), &passphrase, &err), err);
	CHECK_OK(identity_seal(&identity, &passphrase, 2, &file, &err), err);
	CHECK_OK(idfile_write_new(folder, code, BYTES_OF(file), &err), err);
	CHECK_OK(card_make(&identity, &card, &err), err);
	CHECK_INT(file_write_new(AT_FDCWD, office->root, person->card, 0600,
				 BYTES_OF(card), false, &err),
		  0);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

__attribute__((unused)) static void
office_new(struct office *office)
{
	/* In memory where that can be had: what is flushed here need not outlive the
	 * test. */
	static const char in_memory[] = "/dev/shm/amana-test-XXXXXX",
			  on_disk[] = "/tmp/amana-test-XXXXXX";
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	memcpy(office->root, in_memory, sizeof in_memory);
	if (mkdtemp(office->root) == NULL) {
		memcpy(office->root, on_disk, sizeof on_disk);
		CHECK(mkdtemp(office->root) != NULL);
	}
	snprintf(office->vault, sizeof office->vault, "%s/vault", office->root);
}

__attribute__((unused)) static void
office_done(struct office *office)
{
	nftw(office->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Returns once that time has passed. */
__attribute__((unused)) static void
wait_past(int64_t at)
{
	const struct timespec moment = {.tv_nsec = 100000000};

	while (session_now() <= at)
		nanosleep(&moment, NULL);
}

/* A session of this person, ended by CLEANUP(session_closep). */
__attribute__((unused)) static struct session *
person_open(struct person *person)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct session *vault = NULL;

	CHECK_OK(session_open(&person->config, 0, &vault, &err), err);
	return vault;
}

/* The founder makes the vault. */
__attribute__((unused)) static void
office_init(struct person *founder)
{
	struct amana_init_result result;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_init(&founder->config, NULL, &result, &err), err);
}

/* An admin adds somebody and that one joins. roles may be NULL. */
__attribute__((unused)) static void
office_add(struct office *office, struct person *admin, struct person *person,
	   const char *roles)
{
	CLEANUP(session_closep) struct session *vault = person_open(admin);
	char welcome[OFFICE_PATH], proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_join_result joined;
	struct amana_error err = AMANA_ERROR_INIT;

	snprintf(welcome, sizeof welcome, "%s/%s.welcome", office->root, person->code);
	CHECK_OK(flow_member_add(vault,
				 &(struct amana_member_add){.card_path = person->card,
							    .roles = roles,
							    .welcome_path = welcome},
				 proposal, &err),
		 err);
	CHECK_OK(flow_join(&person->config, welcome, &joined, &err), err);
}

/* Who holds the audit ring gives it to an auditor. */
__attribute__((unused)) static void
office_admit(struct person *by, const struct person *auditor)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_audit_admit(vault, auditor->code, &err), err);
}

/* A recovery card, K-900, and then two-person is on: there have to be two admins. */
__attribute__((unused)) static void
office_two_person(struct office *office, struct person *admin, struct person *card)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	person_new(office, "K-900", card);
	office_add(office, admin, card, "recovery");
	vault = person_open(admin);
	CHECK_OK(flow_policy_set(vault, "two-person", "on", proposal, &err), err);
	CHECK(state_two_person(session_state(vault)));
}

/* Makes the member a lead of the case, by its id. */
__attribute__((unused)) static void
make_lead(struct person *by, const char *case_hex, const char *member)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	char name[AMANA_ID_HEX + 4];
	const char *const cases[] = {name};
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t until;

	snprintf(name, sizeof name, "id:%s", case_hex);
	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){.cases = cases,
							    .n_cases = 1,
							    .member = member,
							    .as = "lead"},
				 &until, &err),
		 err);
}

#endif
