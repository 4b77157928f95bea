/* SPDX-License-Identifier: Apache-2.0 */
#include "exit.h"
#include "text.h"

#include "check.h"

/* What a person is told to do next: every reason and every code says something. */

static void
test_every_reason_has_a_remedy(void)
{
	for (int i = AMANA_REASON_NONE + 1; i < AMANA_REASONS; i++) {
		enum amana_reason reason = (enum amana_reason)i;
		const char *remedy = exit_remedy(reason, AMANA_E_USAGE);

		if (remedy == NULL || strlen(remedy) < 10) {
			fprintf(stderr, "no remedy: %s\n", amana_reason_name(reason));
			exit(1);
		}
		/* It is a line for a terminal, after "Next: ". */
		CHECK(strchr(remedy, '\n') == NULL &&
		      text_is_utf8(remedy, strlen(remedy)));
		CHECK(remedy[strlen(remedy) - 1] != '.' ||
		      strcmp(remedy + strlen(remedy) - 3, "...") == 0 ||
		      strcmp(remedy + strlen(remedy) - 3, ".md") == 0);
		/* The code plays no part where there is a reason. */
		CHECK(remedy == exit_remedy(reason, AMANA_E_BUG));
	}
}

static void
test_every_code_has_one(void)
{
	for (int i = AMANA_E_NOMEM; i <= AMANA_E_BUG; i++)
		CHECK(strlen(exit_remedy(AMANA_REASON_NONE, (enum amana_code)i)) > 10);
	/* The command's own help; and nothing went wrong. */
	CHECK(exit_remedy(AMANA_REASON_NONE, AMANA_E_USAGE) == NULL);
	CHECK(exit_remedy(AMANA_REASON_NONE, AMANA_OK) == NULL);
}

/* amana-mount sends numbers: one that this program does not know is not trusted. */
static void
test_numbers_that_are_none(void)
{
	const char *denied = exit_remedy(AMANA_REASON_NONE, AMANA_E_DENIED),
		   *bug = exit_remedy(AMANA_REASON_NONE, AMANA_E_BUG);

	CHECK(exit_remedy((enum amana_reason)AMANA_REASONS, AMANA_E_DENIED) == denied);
	CHECK(exit_remedy((enum amana_reason) - 1, AMANA_E_DENIED) == denied);
	CHECK(exit_remedy(AMANA_REASON_NONE, (enum amana_code)(AMANA_E_BUG + 1)) == bug);
	CHECK(exit_remedy(AMANA_REASON_NONE, (enum amana_code) - 1) == bug);
	CHECK_INT(exit_status((enum amana_code) - 1), exit_status(AMANA_E_BUG));
}

static void
test_exit_statuses(void)
{
	static const struct {
		enum amana_code code;
		int status;
	} statuses[] = {
		{AMANA_OK, 0},
		{AMANA_E_USAGE, 2},
		{AMANA_E_MISSING, 3},
		{AMANA_E_LOCKED, 4},
		{AMANA_E_DENIED, 4},
		{AMANA_E_TAMPERED, 5},
		{AMANA_E_NOMEM, 6},
		{AMANA_E_IO, 6},
		{AMANA_E_REMOTE, 6},
		{AMANA_E_CONFLICT, 7},
		{AMANA_E_LIMIT, 8},
		{AMANA_E_FORMAT, 10},
		{AMANA_E_CANCELLED, 130},
		{AMANA_E_BUG, 70},
	};

	CHECK_INT(sizeof statuses / sizeof statuses[0], AMANA_E_BUG + 1);
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		CHECK_INT(exit_status(statuses[i].code), statuses[i].status);
}

int
main(void)
{
	RUN(test_every_reason_has_a_remedy);
	RUN(test_every_code_has_one);
	RUN(test_numbers_that_are_none);
	RUN(test_exit_statuses);
	return 0;
}
