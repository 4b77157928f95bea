/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "crypto/words.h"
#include "flow/office/outfile.h"
#include "keys/keyring.h"

/* A person's own keys.  Making one takes the full work factor, so that few are made here.
 */

static struct office office;
static struct person person;

static void
read_file(const char *path, struct buf *buf)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_INT(file_read(AT_FDCWD, path, buf, &err), 0);
}

static const char *
identity_path(const struct person *who)
{
	static char path[OFFICE_PATH * 2];

	snprintf(path, sizeof path, "%s/identities/%s.age", who->data_dir, who->code);
	return path;
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	CHECK_INT(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
test_new_and_restore(void)
{
	struct amana_card_info made, shown, card;
	struct amana_error err = AMANA_ERROR_INIT;
	char line[128], elsewhere[OFFICE_PATH];
	static struct person again;

	office_new(&office);
	person_config(&office, "S-001", &person);
	CHECK_FAILS(
		flow_identity_new(&person.config, "Wanjiru", person.card, &made, &err),
		err, AMANA_E_USAGE);
	CHECK_FAILS(flow_identity_new(&person.config, "S-001", "/nowhere/S-001.card",
				      &made, &err),
		    err, AMANA_E_MISSING);
	CHECK_INT(person.n_asked[AMANA_WHY_NEW], 0);
	CHECK_OK(flow_identity_new(&person.config, "S-001", person.card, &made, &err),
		 err);
	CHECK_INT(person.n_asked[AMANA_WHY_NEW], 1);
	CHECK_INT(mode_of(identity_path(&person)), 0600);
	CHECK_INT(mode_of(person.card), 0600);
	CHECK_OK(flow_card_read(person.card, &card, &err), err);
	CHECK_STR(card.member, "S-001");
	CHECK_STR(card.recipient, made.recipient);
	CHECK_STR(card.key, made.key);
	CHECK_STR(card.words, made.words);
	CHECK_OK(flow_identity_show(&person.config, &shown, &err), err);
	CHECK_STR(shown.fingerprint, made.fingerprint);

	/* Never overwritten, and nothing is asked before that is known. */
	CHECK_FAILS(flow_identity_new(&person.config, "S-001", NULL, &made, &err), err,
		    AMANA_E_CONFLICT);
	CHECK_FAILS(flow_identity_new(&person.config, "S-007", person.card, &card, &err),
		    err, AMANA_E_CONFLICT);
	CHECK_INT(person.n_asked[AMANA_WHY_NEW], 1);

	/* The paper line gives the key to read with, on another machine, and another key
	 * to sign with. */
	CHECK_OK(flow_identity_backup(&person.config, line, &err), err);
	CHECK_INT(person.n_asked[AMANA_WHY_AUTHORITY], 1);
	CHECK(strncmp(line, "AGE-SECRET-KEY-1", 16) == 0);
	person_config(&office, "S-001", &again);
	snprintf(again.data_dir, sizeof again.data_dir, "%s/elsewhere", office.root);
	snprintf(elsewhere, sizeof elsewhere, "%s/again.card", office.root);
	CHECK_FAILS(flow_identity_restore(&again.config, "S-001", "AGE-SECRET-KEY-1XYZ",
					  NULL, &shown, &err),
		    err, AMANA_E_FORMAT);
	CHECK_OK(flow_identity_restore(&again.config, "S-001", line, elsewhere, &shown,
				       &err),
		 err);
	CHECK_STR(shown.recipient, made.recipient);
	CHECK(strcmp(shown.key, made.key) != 0);
	office_done(&office);
}

static void
test_passphrase(void)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(buf_done) struct buf after = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_card_info was, is;
	struct amana_error err = AMANA_ERROR_INIT;

	office_new(&office);
	person_new(&office, "S-001", &person);
	CHECK_OK(flow_identity_show(&person.config, &was, &err), err);
	read_file(identity_path(&person), &before);
	person.passphrase = "guess";
	CHECK_FAILS(flow_identity_passphrase(&person.config, &err), err, AMANA_E_DENIED);
	CHECK_INT(person.n_asked[AMANA_WHY_NEW], 0);
	read_file(identity_path(&person), &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));

	person.passphrase = NULL;
	CHECK_OK(flow_identity_passphrase(&person.config, &err), err);
	CHECK_INT(person.n_asked[AMANA_WHY_NEW], 1);
	buf_clear(&after);
	read_file(identity_path(&person), &after);
	CHECK(!bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	CHECK_OK(flow_identity_show(&person.config, &is, &err), err);
	CHECK_STR(is.fingerprint, was.fingerprint);
	office_done(&office);
}

static int
count_unlocked(void *ctx, const struct amana_identity_info *info)
{
	int *counts = ctx;

	CHECK(text_is_member(info->member, strlen(info->member)));
	CHECK(info->path[0] == '/');
	counts[info->unlocked]++;
	return 0;
}

static void
test_unlock(void)
{
	static struct person other;
	char member[AMANA_MEMBER_MAX + 1];
	struct amana_card_info shown;
	struct amana_error err = AMANA_ERROR_INIT;
	int counts[2] = {0, 0};
	size_t n;

	office_new(&office);
	person_new(&office, "S-001", &person);
	person_new(&office, "S-002", &other);
	CHECK_FAILS(flow_unlock(&person.config, 0, member, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(flow_unlock(&person.config, KEYRING_TIMEOUT_MAX_S + 1, member, &err),
		    err, AMANA_E_USAGE);
	CHECK_INT(person.n_asked[AMANA_WHY_OPEN], 0);
	if (flow_unlock(&person.config, 60, member, &err) < 0) {
		CHECK_INT(err.code, AMANA_E_IO); /* this kernel keeps no keys */
		office_done(&office);
		return;
	}
	CHECK_STR(member, "S-001");
	CHECK_INT(person.n_asked[AMANA_WHY_OPEN], 1);
	CHECK_OK(flow_identity_show(&person.config, &shown, &err), err);
	CHECK_INT(person.n_asked[AMANA_WHY_OPEN], 1); /* from the keyring */
	CHECK_OK(flow_identity_list(&person.config, count_unlocked, counts, &err), err);
	CHECK(counts[0] == 0 && counts[1] == 1);

	/* What needs the person there asks all the same. */
	CHECK_OK(flow_unlock(&person.config, 60, member, &err), err);
	CHECK_INT(person.n_asked[AMANA_WHY_OPEN], 2);
	person.passphrase = "guess";
	CHECK_FAILS(flow_identity_passphrase(&person.config, &err), err, AMANA_E_DENIED);
	CHECK_FAILS(flow_identity_backup(&person.config, (char[128]){0}, &err), err,
		    AMANA_E_DENIED);
	CHECK_OK(flow_lock(&person.config, &n, &err), err);
	CHECK(n >= 1);
	CHECK_FAILS(flow_identity_show(&person.config, &shown, &err), err,
		    AMANA_E_DENIED);
	office_done(&office);
}

/* Unlocked, or with the passphrase typed for reading: an act of authority asks again. */
static void
test_authority_asks_again(void)
{
	char member[AMANA_MEMBER_MAX + 1], proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	size_t n;

	office_new(&office);
	person_new(&office, "S-001", &person);
	office_init(&person);
	if (flow_unlock(&person.config, 60, member, &err) == 0) {
		CLEANUP(session_closep) struct session *vault = person_open(&person);

		person.passphrase = "guess";
		CHECK_OK(session_identity(vault, &err), err);
		CHECK_FAILS(flow_policy_set(vault, "grant-days", "5", proposal, &err),
			    err, AMANA_E_DENIED);
		person.passphrase = NULL;
		person.n_asked[AMANA_WHY_AUTHORITY] = 0;
		CHECK_OK(flow_policy_set(vault, "grant-days", "5", proposal, &err), err);
		CHECK_INT(person.n_asked[AMANA_WHY_AUTHORITY], 1);
		CHECK_OK(flow_lock(&person.config, &n, &err), err);
	}
	office_done(&office);
}

static void
test_cards(void)
{
	struct amana_card_info card;
	struct amana_error err = AMANA_ERROR_INIT;
	char path[OFFICE_PATH];

	office_new(&office);
	person_new(&office, "S-001", &person);
	snprintf(path, sizeof path, "%s/again.card", office.root);
	CHECK_OK(flow_identity_card(&person.config, path, &card, &err), err);
	CHECK_FAILS(flow_identity_card(&person.config, path, &card, &err), err,
		    AMANA_E_CONFLICT);
	CHECK_FAILS(flow_card_read("/nowhere", &card, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(flow_card_read(identity_path(&person), &card, &err), err,
		    AMANA_E_FORMAT);
	snprintf(path, sizeof path, "%s/big", office.root);
	{
		static const uint8_t zeros[SIGNED_MAX + 1];

		CHECK_OK(outfile_write_new(path, (struct bytes){zeros, sizeof zeros},
					   &err),
			 err);
	}
	CHECK_FAILS(flow_card_read(path, &card, &err), err, AMANA_E_FORMAT);
	office_done(&office);
}

static void
test_outfile(void)
{
	struct bytes text = {(const uint8_t *)"x\n", 2};
	struct amana_error err = AMANA_ERROR_INIT;
	char path[OFFICE_PATH], link[OFFICE_PATH];

	office_new(&office);
	snprintf(path, sizeof path, "%s/file", office.root);
	snprintf(link, sizeof link, "%s/link", office.root);
	CHECK_OK(outfile_check(path, &err), err);
	CHECK(access(path, F_OK) < 0); /* a check makes nothing */
	CHECK_OK(outfile_write_new(path, text, &err), err);
	CHECK_INT(mode_of(path), 0600);
	CHECK_FAILS(outfile_check(path, &err), err, AMANA_E_CONFLICT);
	CHECK_FAILS(outfile_write_new(path, text, &err), err, AMANA_E_CONFLICT);
	/* A link that leads nowhere has the name all the same. */
	CHECK_INT(symlink("/nowhere/at/all", link), 0);
	CHECK_FAILS(outfile_check(link, &err), err, AMANA_E_CONFLICT);
	CHECK_FAILS(outfile_write_new(link, text, &err), err, AMANA_E_CONFLICT);
	CHECK_FAILS(outfile_check("/nowhere/file", &err), err, AMANA_E_MISSING);
	CHECK_FAILS(outfile_check("", &err), err, AMANA_E_USAGE);
	CHECK_FAILS(outfile_check("/tmp/", &err), err, AMANA_E_USAGE);
	CHECK_FAILS(outfile_check("/tmp/..", &err), err, AMANA_E_USAGE);
	office_done(&office);
}

int
main(void)
{
	RUN(test_outfile);
	RUN(test_cards);
	RUN(test_unlock);
	RUN(test_authority_asks_again);
	RUN(test_passphrase);
	RUN(test_new_and_restore);
	return 0;
}
