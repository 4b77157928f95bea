/* SPDX-License-Identifier: Apache-2.0 */
#include "state_peek.h"
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "base/fault.h"

#include <errno.h>

/*
 * Making a vault, adding a member, joining, proposing and approving, with each call that
 * can fail failing in turn: the error is told, and without the fault the same command
 * then works or finds that it was done.
 */
static const struct {
	enum fault_kind kind;
	const char *name;
} kinds[] = {
	{FAULT_ALLOC, "alloc"}, {FAULT_WRITE, "write"}, {FAULT_SHORT, "short"},
	{FAULT_FSYNC, "fsync"}, {FAULT_LINK, "link"},	{FAULT_OPEN, "open"},
	{FAULT_READ, "read"},	{FAULT_STORE, "store"},
};

static struct office office;
static struct person founder, second;

/* What is tried: `prepare` without faults, then `run` with one, then `check` without; r
 * is what run returned. */
struct flow {
	void (*prepare)(void);
	int (*run)(struct amana_error *err);
	void (*check)(int r, const struct amana_error *err);
};

/* Every place at first, then fewer and fewer: there are hundreds of allocations. */
static uint64_t
next_place(uint64_t n)
{
	return n < 30 ? n + 1 : n + 1 + n / 6;
}

static void
try_all(const struct flow *flow)
{
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		uint64_t n = 0, passed;

		do {
			struct amana_error err = AMANA_ERROR_INIT;
			int r;

			n = next_place(n);
			office_new(&office);
			person_new(&office, "S-001", &founder);
			person_new(&office, "S-002", &second);
			flow->prepare();
			fault_arm(kinds[k].kind, n,
				  kinds[k].kind == FAULT_ALLOC ? ENOMEM : EIO, false);
			r = flow->run(&err);
			passed = fault_passed();
			fault_disarm();
			if (r < 0 && (err.code == AMANA_OK || err.code == AMANA_E_BUG ||
				      err.msg[0] == 0)) {
				fprintf(stderr, "%s %d: [%s] %s\n", kinds[k].name, (int)n,
					amana_code_name(err.code), err.msg);
				exit(1);
			}
			flow->check(r, &err);
			office_done(&office);
		} while (passed >= n);
	}
}

/* ---- init ---- */

static void
nothing(void)
{
}

static int
run_init(struct amana_error *err)
{
	struct amana_init_result result;

	return flow_init(&founder.config, NULL, &result, err);
}

static void
check_init(int r, const struct amana_error *failure)
{
	struct amana_init_result result;
	struct amana_error err = AMANA_ERROR_INIT;
	struct session *vault;
	const struct ring *ring;
	int again = flow_init(&founder.config, NULL, &result, &err);

	(void)failure;
	/* Done before, or done now: nothing half-made stands in the way. */
	CHECK(again == 0 || err.code == AMANA_E_CONFLICT);
	CHECK(r != 0 || again < 0);
	vault = person_open(&founder);
	CHECK_OK(session_ring(vault, NULL, &ring, &err), err);
	session_close(vault);
}

static void
test_init(void)
{
	const struct flow flow = {
		.prepare = nothing, .run = run_init, .check = check_init};

	try_all(&flow);
}

/* ---- member add ---- */

static void
prepare_add(void)
{
	office_init(&founder);
}

static int
run_add(struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];

	if (session_open(&founder.config, 0, &vault, err) < 0)
		return -1;
	return flow_member_add(
		vault,
		&(struct amana_member_add){.card_path = second.card,
					   .roles = "auditor",
					   .welcome_path = office_path(&office, "w")},
		proposal, err);
}

static void
check_add(int r, const struct amana_error *failure)
{
	CLEANUP(session_closep) struct session *vault = person_open(&founder);
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_join_result joined;
	struct amana_error err = AMANA_ERROR_INIT;
	bool is_there = access(office_path(&office, "w"), F_OK) == 0;
	int again = flow_member_add(
		vault,
		&(struct amana_member_add){.card_path = second.card, .roles = "auditor"},
		proposal, &err);

	(void)failure;
	CHECK(again == 0 || err.code == AMANA_E_CONFLICT);
	CHECK(r != 0 || (again < 0 && is_there));
	CHECK_INT(peek_auditors(session_state(vault)), 2);
	if (is_there) /* a welcome that stands there is whole and true */
		CHECK_OK(flow_join(&second.config, office_path(&office, "w"), &joined,
				   &err),
			 err);
}

static void
test_member_add(void)
{
	const struct flow flow = {
		.prepare = prepare_add, .run = run_add, .check = check_add};

	try_all(&flow);
}

/* ---- join ---- */

static void
prepare_join(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	office_init(&founder);
	CHECK_OK(run_add(&err), err);
}

static int
run_join(struct amana_error *err)
{
	struct amana_join_result joined;

	return flow_join(&second.config, office_path(&office, "w"), &joined, err);
}

static void
check_join(int r, const struct amana_error *failure)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct session *vault;

	(void)failure;
	if (r != 0)
		CHECK_OK(run_join(&err), err);
	vault = person_open(&second);
	CHECK_INT(second.n_first_contact, 0);
	session_close(vault);
}

static void
test_join(void)
{
	const struct flow flow = {
		.prepare = prepare_join, .run = run_join, .check = check_join};

	try_all(&flow);
}

/* ---- approve ---- */

static char proposed[AMANA_PROPOSAL_MAX + 1];

static void
prepare_approve(void)
{
	static struct person card;
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;

	office_init(&founder);
	office_add(&office, &founder, &second, "admin");
	office_two_person(&office, &founder, &card);
	vault = person_open(&founder);
	CHECK_INT(flow_policy_set(vault, "grant-days", "5", proposed, &err),
		  AMANA_PROPOSED);
}

static int
run_approve(struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;

	if (session_open(&second.config, 0, &vault, err) < 0)
		return -1;
	return flow_approve(vault, proposed, true, err);
}

static void
check_approve(int r, const struct amana_error *failure)
{
	CLEANUP(session_closep) struct session *vault = person_open(&second);
	struct amana_error err = AMANA_ERROR_INIT;
	int again = flow_approve(vault, proposed, true, &err);

	(void)failure;
	CHECK(again == 0 || err.code == AMANA_E_MISSING); /* carried out before */
	CHECK(r != 0 || again < 0);
	CHECK_INT(state_grant_days(session_state(vault)), 5);
}

static void
test_approve(void)
{
	const struct flow flow = {
		.prepare = prepare_approve, .run = run_approve, .check = check_approve};

	try_all(&flow);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	fault_arm(FAULT_ALLOC, UINT64_MAX, ENOMEM, false);
	mem_free(mem_new(1, &err));
	if (fault_passed() == 0) {
		printf("skip: built without fault hooks\n");
		return 77;
	}
	fault_disarm();
	RUN(test_init);
	RUN(test_member_add);
	RUN(test_join);
	RUN(test_approve);
	return 0;
}
