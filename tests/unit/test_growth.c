/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "flow/chain/chain_grants.h"
#include "flow/read/retrieve_list.h"
#include "flow/verify/verify_receipts.h"

#include <time.h>

/*
 * Work on a whole case or a whole vault grows about as its size does, not with the square
 * of it.  The same work is done at one size and at eight times that size, and the
 * processor's time of both is compared: eight times the time and a little more is right,
 * sixty-four times is a loop within a loop.
 */
#define TIMES 8
#define RATIO_MAX 24

static struct amana_error err;

static double
seconds_of(void (*work)(size_t n), size_t n)
{
	double best = 1e9;

	for (int i = 0; i < 3; i++) {
		struct timespec a, b;
		double s;

		CHECK_INT(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a), 0);
		work(n);
		CHECK_INT(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b), 0);
		s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
		best = s < best ? s : best;
	}
	return best;
}

static void
check_growth(void (*work)(size_t n), size_t n)
{
	double small = seconds_of(work, n), large = seconds_of(work, TIMES * n);

	printf("  %zu: %.1f ms, %zu: %.1f ms\n", n, small * 1e3, TIMES * n, large * 1e3);
	CHECK(large < RATIO_MAX * small);
}

/* ---- the exhibits of a retrieval ---- */

/* The id of this number, spread as random ones are. */
static struct custody_id
id_of(uint64_t number)
{
	struct custody_id id;

	for (size_t i = 0; i < sizeof id.bytes; i++) {
		number = number * UINT64_C(6364136223846793005) +
			 UINT64_C(1442695040888963407);
		id.bytes[i] = (uint8_t)(number >> 56);
	}
	return id;
}

static void
list_once(size_t n)
{
	CLEANUP(mem_freep) struct custody_id *ids = mem_array(n, sizeof *ids, &err);
	size_t n_kept = n;

	CHECK(ids != NULL);
	for (size_t i = 0; i < n; i++)
		ids[i] = id_of(i);
	CHECK_OK(retrieve_list_once(ids, &n_kept, &err), err);
	CHECK_INT(n_kept, n);
}

static void
test_retrieve_list(void)
{
	const uint64_t named[] = {5, 3, 5, 9, 3, 3, 1};
	const uint64_t want[] = {5, 3, 9, 1};
	struct custody_id ids[7];
	size_t n = 7;

	for (size_t i = 0; i < n; i++)
		ids[i] = id_of(named[i]);
	CHECK_OK(retrieve_list_once(ids, &n, &err), err);
	CHECK_INT(n, 4);
	for (size_t i = 0; i < n; i++) {
		struct custody_id id = id_of(want[i]);

		CHECK(custody_id_equal(&ids[i], &id));
	}
	check_growth(list_once, 10000);
}

/* ---- the receipts of a verification ---- */

static struct verify_receipt *
pass_receipts(struct verify *verify, struct amana_verify *request, size_t n)
{
	CLEANUP(mem_freep) char(*texts)[96] = mem_array(n, sizeof *texts, &err);
	CLEANUP(mem_freep) const char **given = mem_array(n, sizeof *given, &err);
	struct log_slot slot = {.verdict = VERDICT_VALID, .reason = ""};

	CHECK(texts != NULL && given != NULL);
	for (size_t i = 0; i < n; i++) { /* the last batch first, each twice */
		snprintf(texts[i], sizeof texts[i], "%zu:%064x", (n - i) / 2 + 1, 7);
		given[i] = texts[i];
	}
	request->receipts = given;
	request->n_receipts = n;
	verify->request = request;
	CHECK_OK(verify_receipts_read(verify, &err), err);
	for (slot.n = 1; slot.n <= n; slot.n++)
		verify_receipts_slot(verify, &slot);
	return verify->receipts;
}

static void
look_up_receipts(size_t n)
{
	struct amana_verify request = {.name = NULL};
	struct verify verify = {.ledger = LEDGER_INIT};
	const struct verify_receipt *receipts = pass_receipts(&verify, &request, n);

	for (size_t i = 0; i < n; i++)
		CHECK(receipts[i].seen &&
		      receipts[i].given.batch == (uint64_t)(n - i) / 2 + 1);
	verify_receipts_done(&verify);
}

static void
test_receipts(void)
{
	check_growth(look_up_receipts, 4000);
}

/* ---- the dates of grants in a chain of custody ---- */

static struct member_code
member_of(size_t i)
{
	struct member_code code = {.text = ""};

	snprintf(code.text, sizeof code.text, "S-%zu", i);
	return code;
}

/* A hundred members, each granted again and again: in slot i a grant until i + 50, and an
 * event of each member in every slot. */
static void
ask_dates(size_t n)
{
	struct chain_grants grants = {.items = NULL};

	for (size_t i = 1; i <= n; i++) {
		const struct chain_grant grant = {.slot = i,
						  .member = member_of(i % 100),
						  .has_until = true,
						  .until_at = (int64_t)i + 50};

		CHECK_OK(chain_grants_add(&grants, &grant, &err), err);
	}
	chain_grants_sort(&grants);
	for (size_t i = 101; i <= n; i++) {
		struct member_code member = member_of(i % 100);

		/* the last grant before slot i was made in slot i - 100 */
		CHECK(chain_grants_ended(&grants, &member, i, 0, (int64_t)i - 49));
		CHECK(!chain_grants_ended(&grants, &member, i, 0, (int64_t)i - 50));
		/* behind entry 0 of the slot, it is the one in it */
		CHECK(!chain_grants_ended(&grants, &member, i, 1, (int64_t)i + 50));
	}
	chain_grants_done(&grants);
}

static void
test_dates(void)
{
	struct chain_grants none = {.items = NULL};
	struct member_code member = member_of(1);

	CHECK(!chain_grants_ended(&none, &member, 7, 0, 7));
	check_growth(ask_dates, 5000);
}

int
main(void)
{
	RUN(test_retrieve_list);
	RUN(test_receipts);
	RUN(test_dates);
	return 0;
}
