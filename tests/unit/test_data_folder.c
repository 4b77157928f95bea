/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"

#include "flow/verify/verify.h"
#include "session/data_folder.h"
#include "session/last_check.h"

/* Where a person's own files stand, and what happens to a caller who does not say. */

static struct office office;
static struct person founder, other;

static void
test_paths(void)
{
	const struct amana_config config = {.data_dir = "/home/a/.local/share/amana",
					    .cache_dir = "/home/a/.cache/amana"};
	const struct hash fingerprint = {{0xab, 0xcd}};
	struct amana_error err = AMANA_ERROR_INIT;
	char path[PATH_MAX];

	CHECK_OK(data_folder_check(&config, &err), err);
	CHECK_OK(data_folder_identities(&config, path, &err), err);
	CHECK_STR(path, "/home/a/.local/share/amana/identities");
	CHECK_OK(data_folder_vaults(&config, path, &err), err);
	CHECK_STR(path, "/home/a/.local/share/amana/vaults");
	CHECK_OK(data_folder_vault(&config, &fingerprint, path, &err), err);
	CHECK_STR(path,
		  "/home/a/.local/share/amana/vaults/"
		  "abcd000000000000000000000000000000000000000000000000000000000000");
	CHECK_OK(data_folder_catalog(&config, &fingerprint, "S-014", path, &err), err);
	CHECK_STR(path,
		  "/home/a/.cache/amana/abcd0000000000000000000000000000/S-014.catalog");
}

static void
test_limits(void)
{
	struct amana_config config = {.cache_dir = NULL};
	const struct hash fingerprint = {{0}};
	struct amana_error err = AMANA_ERROR_INIT;
	char path[PATH_MAX], dir[PATH_MAX + 1];

	CHECK_FAILS(data_folder_check(&config, &err), err, AMANA_E_BUG);
	CHECK_INT(data_folder_catalog(&config, &fingerprint, "S-014", path, &err), 1);
	config.data_dir = config.cache_dir = "";
	CHECK_FAILS(data_folder_identities(&config, path, &err), err, AMANA_E_BUG);
	CHECK_INT(data_folder_catalog(&config, &fingerprint, "S-014", path, &err), 1);
	config.data_dir = config.cache_dir = dir;
	for (size_t len = PATH_MAX - 80; len <= PATH_MAX; len++) {
		int r;

		memset(dir, 'x', len);
		dir[len] = 0;
		r = data_folder_vaults(&config, path, &err);
		CHECK_INT(r, len + strlen("/vaults") < PATH_MAX ? 0 : -1);
		CHECK(r == 0 || err.code == AMANA_E_LIMIT);
		CHECK(r < 0 || strlen(path) == len + strlen("/vaults"));
		r = data_folder_vault(&config, &fingerprint, path, &err);
		CHECK_INT(r, len + strlen("/vaults/") + HASH_HEX_LEN < PATH_MAX ? 0 : -1);
	}
	CHECK_FAILS(data_folder_identities(&config, path, &err), err, AMANA_E_LIMIT);
	CHECK_FAILS(data_folder_catalog(&config, &fingerprint, "S-014", path, &err), err,
		    AMANA_E_LIMIT);
}

/* The caller's error, and said which. */
#define REFUSED(call)                                                                    \
	do {                                                                             \
		CHECK_FAILS(call, err, AMANA_E_BUG);                                     \
		CHECK(strstr(err.msg, "data_dir") != NULL);                              \
	} while (0)

static int
no_identity(void *ctx, const struct amana_identity_info *info)
{
	(void)ctx;
	(void)info;
	CHECK(false);
	return 0;
}

static void
count_checks(void *ctx, const struct amana_check *check)
{
	CHECK(check->result != AMANA_FAIL);
	++*(int *)ctx;
}

static void
without_an_identity(struct amana_config *config)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_card_info card;
	char text[4096];

	REFUSED(flow_identity_list(config, no_identity, NULL, &err));
	REFUSED(flow_identity_new(config, "S-007", office_path(&office, "c"), &card,
				  &err));
	REFUSED(flow_identity_restore(config, "S-007", "x", NULL, &card, &err));
	REFUSED(flow_identity_show(config, &card, &err));
	REFUSED(flow_identity_card(config, office_path(&office, "c"), &card, &err));
	REFUSED(flow_identity_passphrase(config, &err));
	REFUSED(flow_identity_backup(config, text, &err));
	REFUSED(flow_unlock(config, 60, text, &err));
}

static void
at_a_vault(struct amana_config *config)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_join_result joined;
	struct session *session = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	uint64_t n;

	REFUSED(session_open(config, 0, &session, &err));
	REFUSED(flow_join(config, office_path(&office, "S-002.welcome"), &joined, &err));
	REFUSED(flow_log_skip(config, 1, "why", &n, &err));
	REFUSED(flow_log_restored(config, NULL, "why", proposal, &err));
	REFUSED(flow_log_repair(config, &n, &err));
	CHECK(session == NULL);
}

/* A stranger's check needs nothing of this login. */
static void
verifying(struct amana_config *config)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_verify_result result;
	int n_checks = 0;
	struct amana_verify request = {
		.bytes = true, .check = count_checks, .ctx = &n_checks};

	CHECK_OK(flow_verify(config, &request, &result, &err), err);
	CHECK(result.ok && n_checks > 0);
	n_checks = 0;
	request.contents = true;
	REFUSED(flow_verify(config, &request, &result, &err));
	request.contents = false;
	request.record = true;
	REFUSED(flow_verify(config, &request, &result, &err));
	CHECK_INT(n_checks, 0);
}

/* Not a file, in particular none below a folder "(null)" where the program stands. */
static void
test_no_data_dir(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_init_result made;
	char empty[OFFICE_PATH], fresh[OFFICE_PATH];

	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &other);
	office_init(&founder);
	office_add(&office, &founder, &other, NULL);
	snprintf(fresh, sizeof fresh, "%s", office_path(&office, "fresh"));
	snprintf(empty, sizeof empty, "%s", office_path(&office, "empty"));
	CHECK_INT(mkdir(empty, 0700), 0);
	CHECK_INT(chdir(empty), 0);

	founder.config.data_dir = NULL;
	for (int named = 0; named < 2;
	     named++) { /* by a path, an identity can be found */
		char file[OFFICE_PATH + 64];

		snprintf(file, sizeof file, "%s/identities/S-001.age", founder.data_dir);
		founder.config.identity = named ? file : NULL;
		founder.config.vault = office.vault;
		without_an_identity(&founder.config);
		at_a_vault(&founder.config);
		verifying(&founder.config);
		founder.config.vault = fresh;
		REFUSED(flow_init(&founder.config, NULL, &made, &err));
	}
	CHECK_INT(chdir("/"), 0);
	CHECK_INT(rmdir(empty), 0);
	CHECK(access(fresh, F_OK) < 0);
	CHECK(access(office_path(&office, "c"), F_OK) < 0);
	office_done(&office);
}

/* The time of the last check stands beside the pin, and nowhere without one. */
static void
test_last_check(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_config none = {.data_dir = NULL};
	struct hash fingerprint;
	int64_t at = 0;

	office_new(&office);
	person_new(&office, "S-001", &founder);
	office_init(&founder);
	{
		CLEANUP(session_closep) struct session *session = person_open(&founder);

		fingerprint = *log_fingerprint(session->log);
	}
	CHECK_INT(last_check_read(&founder.config, &fingerprint, &at, &err), 1);
	CHECK_OK(last_check_write(&founder.config, &fingerprint, 1760000000, &err), err);
	CHECK_OK(last_check_read(&founder.config, &fingerprint, &at, &err), err);
	CHECK_INT(at, 1760000000);
	CHECK_INT(last_check_write(&none, &fingerprint, 1, &err), 1);
	CHECK_INT(last_check_read(&none, &fingerprint, &at, &err), 1);
	fingerprint.bytes[0] ^= 1;
	CHECK_INT(last_check_write(&founder.config, &fingerprint, 1, &err), 1);
	office_done(&office);
}

int
main(void)
{
	RUN(test_paths);
	RUN(test_limits);
	RUN(test_no_data_dir);
	RUN(test_last_check);
	return 0;
}
