/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/mount/mount.h"

#include "base/fault.h"

#include <errno.h>

/*
 * A mount from its beginning to its end, with each call that can fail failing in turn.
 * Whatever failed: the error is told, no byte is given out without a record, wrong bytes
 * never, and without the fault the same works.
 */
static const struct {
	enum fault_kind kind;
	const char *name;
} kinds[] = {
	{FAULT_ALLOC, "alloc"}, {FAULT_WRITE, "write"}, {FAULT_SHORT, "short"},
	{FAULT_FSYNC, "fsync"}, {FAULT_LINK, "link"},	{FAULT_OPEN, "open"},
	{FAULT_READ, "read"},	{FAULT_STORE, "store"},
};

static struct evidence evidence;

struct outcome {
	bool is_mounted, is_read[3]; /* by number */
};

static const char *const texts[] = {"", "first statement", "second statement"};

static int
read_one(struct amana_mount *mount, uint64_t number, struct outcome *outcome,
	 struct amana_error *err)
{
	static uint8_t bytes[AMANA_CHUNK];
	struct amana_reader *reader = NULL;
	size_t len = 0;
	int r;

	if (flow_mount_reader(mount, number, &reader, err) < 0)
		return -1;
	r = flow_reader_chunks(reader, 0, 1, bytes, &len, err);
	flow_reader_free(reader);
	if (r < 0)
		return -1;
	CHECK(len == strlen(texts[number]) && memcmp(bytes, texts[number], len) == 0);
	outcome->is_read[number] = true;
	return 0;
}

static int
use(struct amana_mount *mount, struct outcome *outcome, struct amana_error *err)
{
	struct amana_opening openings[] = {{.number = 1, .program = "cp"}, {.number = 2}};
	struct amana_mount_news news;

	if (flow_mount_poll(mount, &news, err) < 0 ||
	    flow_mount_record(mount, openings, 2, err) < 0)
		return -1;
	CHECK(openings[0].status == 0 && openings[1].status == 0);
	for (uint64_t i = 1; i <= 2; i++)
		if (read_one(mount, i, outcome, err) < 0)
			return -1;
	return flow_mount_damaged(mount, 2, err);
}

static int
run(struct outcome *outcome, struct amana_error *err)
{
	static const struct amana_mount_range ranges[] = {{1, 0, 14}, {2, 0, 3}};
	static const struct amana_mount_refusal refusals[] = {{"tumblerd", 2}};
	const struct amana_mount_end end = {.why = "unmounted",
					    .ranges = ranges,
					    .n_ranges = 2,
					    .refusals = refusals,
					    .n_refusals = 1};
	const struct amana_mount_request request = {.case_name = CASE,
						    .reason = "hearing",
						    .dir = "/x",
						    .until = session_now() + 60};
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error later = AMANA_ERROR_INIT;
	struct amana_mount *mount = NULL;
	int r;

	if (session_open(&evidence.reader.config, 0, &vault, err) < 0 ||
	    flow_mount_open(vault, &request, &mount, err) < 0)
		return -1;
	outcome->is_mounted = true;
	r = use(mount, outcome, err);
	if (flow_mount_close(mount, &end, r < 0 ? &later : err) < 0)
		r = -1;
	return r;
}

static void
check_record(const struct outcome *outcome)
{
	CLEANUP(session_closep) struct session *vault = person_open(&evidence.lead);
	const struct state *state = session_state(vault);
	const struct custody_id *case_id = &state_case_at(state, 0)->id;

	CHECK(!outcome->is_mounted || state_case(state, case_id)->chain.event >= 2);
	for (uint32_t i = 1; i <= 2; i++)
		CHECK(!outcome->is_read[i] ||
		      state_exhibit_numbered(state, case_id, i)->chain.event >= 2);
}

/* Every place at first, then fewer and fewer: there are thousands of allocations. */
static uint64_t
next_place(uint64_t n)
{
	return n < 20 ? n + 1 : n + 1 + n / 5;
}

static void
test_mount(void)
{
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		uint64_t n = 0, passed;

		do {
			struct outcome outcome = {.is_mounted = false}, again = outcome;
			struct amana_error err = AMANA_ERROR_INIT;
			int r;

			n = next_place(n);
			evidence_new(&evidence, 2);
			fault_arm(kinds[k].kind, n,
				  kinds[k].kind == FAULT_ALLOC ? ENOMEM : EIO, false);
			r = run(&outcome, &err);
			passed = fault_passed();
			fault_disarm();
			if (r < 0 && (err.code == AMANA_OK || err.code == AMANA_E_BUG ||
				      err.msg[0] == 0)) {
				fprintf(stderr, "%s %d: [%s] %s\n", kinds[k].name, (int)n,
					amana_code_name(err.code), err.msg);
				exit(1);
			}
			check_record(&outcome);
			CHECK_OK(run(&again, &err), err);
			CHECK(again.is_read[1] && again.is_read[2]);
			office_done(&evidence.office);
		} while (passed >= n);
		printf("ok mount with %s failing\n", kinds[k].name);
	}
}

int
main(void)
{
	test_mount();
	return 0;
}
