/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/chain/custody.h"

#include "base/fault.h"

/* Verify and custody with every allocation, open, read and store call failing in turn: an
 * error or a finding, never a crash, and never a clean bill for what was not read. */

static struct evidence evidence;
static struct person stranger;
static struct findings findings;
static struct amana_error err;

static const enum fault_kind kinds[] = {FAULT_ALLOC, FAULT_OPEN, FAULT_READ, FAULT_STORE};
static const char *const names[] = {"allocation", "open", "read", "store call"};

static bool
was_all_checked(void)
{
	return findings.result.ok && has(&findings, "objects", AMANA_PASS, "") &&
	       has(&findings, "bundles", AMANA_PASS, "") &&
	       has(&findings, "orphans", AMANA_PASS, "0 objects and 0");
}

static void
test_verify(void)
{
	const struct amana_verify request = {.bytes = true};

	evidence_new(&evidence, 2);
	stranger_config(&evidence, &stranger);
	verify(&stranger.config, request, &findings);
	CHECK(was_all_checked());
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		uint64_t n, passed;

		for (n = 1;; n++) {
			int r;

			fault_arm(kinds[k], n, 5 /* EIO */, false);
			r = try_verify(&stranger.config, request, &findings, &err);
			passed = fault_passed();
			fault_disarm();
			if (passed < n)
				break;
			CHECK(r == 0 ||
			      (r < 0 && err.code != AMANA_OK && err.code != AMANA_E_BUG));
			/* A failed call that made no difference is one that was tried
			 * again or not needed. */
			CHECK(r < 0 || was_all_checked() ||
			      count_of(&findings, AMANA_FAIL) +
					      count_of(&findings, AMANA_NOT_CHECKED) >
				      3);
		}
		CHECK(n > 10);
		printf("  %s: %llu points\n", names[k], (unsigned long long)n - 1);
	}
	verify(&stranger.config, request, &findings);
	CHECK(was_all_checked());
	office_done(&evidence.office);
}

static int
see(void *ctx, const struct amana_event *event)
{
	(void)event;
	++*(int *)ctx;
	return 0;
}

static void
test_custody(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	int n_seen = 0;
	uint64_t of;

	evidence_new(&evidence, 1);
	vault = person_open(&evidence.reader);
	CHECK_OK(flow_custody(vault, CASE "/1", see, &n_seen, &of, &err), err);
	CHECK_INT(n_seen, 1);
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (uint64_t n = 1;; n++) {
			uint64_t passed;
			int r;

			n_seen = 0;
			fault_arm(kinds[k], n, 5, false);
			r = flow_custody(vault, CASE "/1", see, &n_seen, &of, &err);
			passed = fault_passed();
			fault_disarm();
			if (passed < n)
				break;
			CHECK(r < 0 || (n_seen == 1 && of == 1));
		}
	n_seen = 0;
	CHECK_OK(flow_custody(vault, CASE "/1", see, &n_seen, &of, &err), err);
	CHECK_INT(n_seen, 1);
	office_done(&evidence.office);
}

static bool
hooks_are_in(void)
{
	bool fires;

	fault_arm(FAULT_ALLOC, 1, 12, false);
	fires = fault_fires(FAULT_ALLOC);
	fault_disarm();
	return fires;
}

int
main(void)
{
	if (!hooks_are_in())
		return 77; /* skipped: built without fault hooks */
	RUN(test_verify);
	RUN(test_custody);
	return 0;
}
