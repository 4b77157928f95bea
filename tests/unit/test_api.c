/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "amana/case.h"
#include "amana/custody.h"
#include "amana/exhibit.h"
#include "amana/identity.h"
#include "amana/member.h"
#include "amana/vault.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* libamana as a program outside sees it: linked to the shared library, with the public
 * headers only. */

static void
test_startup(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct rlimit core;

	CHECK_OK(amana_startup(&err), err);
	CHECK_INT(prctl(PR_GET_DUMPABLE), 0);
	CHECK_INT(getrlimit(RLIMIT_CORE, &core), 0);
	CHECK(core.rlim_cur == 0 && core.rlim_max == 0);
	CHECK_OK(amana_startup(&err), err); /* again does no harm */
	CHECK(strlen(amana_version()) > 0);
	CHECK_STR(amana_code_name(AMANA_E_TAMPERED), "tampered");
}

static void
test_names(void)
{
	CHECK(amana_is_member("S-014") && !amana_is_member("Wanjiru") &&
	      !amana_is_member(""));
	CHECK(!amana_is_member(NULL));
	CHECK(amana_is_case("HK-2025-0042") && !amana_is_case("hk") &&
	      !amana_is_case(NULL));
}

static void
test_secrets(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	char *secret = amana_secret_alloc(AMANA_PASSPHRASE_MAX, &err);
	size_t len = 0;
	int n_spaces = 0;

	CHECK(secret != NULL);
	memset(secret, 'x', AMANA_PASSPHRASE_MAX);
	CHECK_OK(amana_passphrase_words(secret, &len, &err), err);
	CHECK(len >= 7 * 4 + 6 && len <= 7 * 5 + 6);
	for (size_t i = 0; i < len; i++)
		n_spaces += secret[i] == ' ';
	CHECK_INT(n_spaces, 6);
	amana_secret_free(secret);
	amana_secret_free(NULL);
	secret = amana_secret_alloc(0, &err);
	CHECK(secret != NULL);
	amana_secret_free(secret);
	CHECK(amana_secret_alloc((size_t)-1, &err) == NULL);
	CHECK_INT(err.code, AMANA_E_LIMIT);
	CHECK_FAILS(amana_passphrase_words(NULL, &len, &err), err, AMANA_E_BUG);
}

/* Arguments that must be there and are not: an error, not a crash. */
static void
test_arguments(void)
{
	const struct amana_config config = {.vault = "/nowhere/at/all",
					    .data_dir = "/nowhere"};
	struct amana_deposit deposit = {.case_name = NULL};
	struct amana_verify verify = {.check = NULL};
	struct amana_deposit_result deposited;
	struct amana_verify_result verified;
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_vault *vault = NULL;
	struct amana_card_info card;
	struct amana_join_result joined;
	uint64_t n;

	CHECK_FAILS(amana_open(NULL, &vault, &err), err, AMANA_E_BUG);
	CHECK(strstr(err.msg, "amana_open") != NULL);
	CHECK_FAILS(amana_open(&config, NULL, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_init(&config, NULL, NULL, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_join(&config, NULL, &joined, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_card_read(NULL, &card, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_member_list(NULL, 0, NULL, NULL, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_case_list(NULL, NULL, NULL, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_deposit(NULL, &deposit, &deposited, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_verify_vault(&config, &verify, &verified, &err), err,
		    AMANA_E_BUG);
	CHECK_FAILS(amana_log_skip(&config, 1, NULL, &n, &err), err, AMANA_E_BUG);
	CHECK_FAILS(amana_list(NULL, NULL, NULL, NULL, &err), err, AMANA_E_BUG);
	amana_close(NULL);
}

static void
test_no_vault(void)
{
	const struct amana_config config = {.vault = "/nowhere/at/all",
					    .data_dir = "/nowhere"};
	const struct amana_config nothing = {.data_dir = "/nowhere"};
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_vault *vault = NULL;

	CHECK_FAILS(amana_open(&config, &vault, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(amana_open(&nothing, &vault, &err), err, AMANA_E_USAGE);
	CHECK(vault == NULL);
}

int
main(void)
{
	RUN(test_startup);
	RUN(test_names);
	RUN(test_secrets);
	RUN(test_arguments);
	RUN(test_no_vault);
	return 0;
}
