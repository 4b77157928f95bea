/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"

/* The reasons of refusals about leads, keys and names, as a command meets them. */

static struct evidence evidence;
static struct amana_error err;

static int
deposit(struct person *person, const char *path)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct amana_deposit request = {
		.case_name = CASE, .paths = &path, .n_paths = 1};
	struct amana_deposit_result result;

	return flow_deposit(vault, &request, &result, &err);
}

/* ---- keys that pass by hand ---- */

static int
give_reading(struct person *by, const char *member)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	const char *const cases[] = {CASE};
	const struct amana_case_grant request = {
		.cases = cases, .n_cases = 1, .member = member, .as = "reader"};
	int64_t until;

	return flow_case_grant(vault, &request, &until, &err);
}

static void
test_nobody_compared_the_words(void)
{
	static struct person newcomer;

	evidence_new(&evidence, 0);
	person_new(&evidence.office, "R-007", &newcomer);
	office_add(&evidence.office, &evidence.founder, &newcomer, NULL);
	evidence.lead.config.meet = NULL;
	CHECK_REFUSED(give_reading(&evidence.lead, "R-007"), err, AMANA_E_LOCKED,
		      AMANA_REASON_NOT_MET);
	CHECK_OK(give_reading(&evidence.lead, "R-003"), err); /* once is enough */
	evidence.depositor.config.meet = NULL;
	CHECK_REFUSED(deposit(&evidence.depositor, evidence.lead.card), err,
		      AMANA_E_LOCKED, AMANA_REASON_NOT_MET);
	evidence.depositor.config.meet = person_meet;
	CHECK_OK(deposit(&evidence.depositor, evidence.lead.card), err);
	evidence.depositor.config.meet = NULL;
	CHECK_OK(deposit(&evidence.depositor, evidence.founder.card), err);
	office_done(&evidence.office);
}

/* ---- cases that take no deposits ---- */

static bool
say_no(void *ctx)
{
	++*(int *)ctx;
	return false;
}

static bool
say_no_of(void *ctx, const char *code, const char *id)
{
	CHECK_INT(strlen(id), AMANA_ID_HEX);
	(void)code;
	return say_no(ctx);
}

static bool
say_yes(void *ctx)
{
	(void)ctx;
	return true;
}

static void
test_the_last_lead(void)
{
	struct amana_case_revoke request = {
		.case_name = CASE, .member = "L-002", .reason = "a test"};
	struct amana_member_revoke leaves = {
		.member = "L-002", .reason = "left", .last_lead = say_no_of};
	char proposal[AMANA_PROPOSAL_MAX + 1];
	enum amana_new_keys keys;
	int n_said = 0;

	evidence_new(&evidence, 0);
	leaves.ctx = &n_said;
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);
		uint64_t slot;

		CHECK_REFUSED(flow_case_revoke(vault, &request, &keys, &err), err,
			      AMANA_E_CONFLICT, AMANA_REASON_LAST_LEAD);
		request.last_lead = say_no;
		request.ctx = &n_said;
		CHECK_REFUSED(flow_case_revoke(vault, &request, &keys, &err), err,
			      AMANA_E_CONFLICT, AMANA_REASON_LAST_LEAD);
		CHECK_INT(n_said, 1);
		session_close(vault);
		vault = person_open(&evidence.founder);
		slot = state_slot(session_state(vault));
		CHECK_REFUSED(flow_member_revoke(vault, &leaves, proposal, &err), err,
			      AMANA_E_CONFLICT, AMANA_REASON_LAST_LEAD);
		CHECK_INT(n_said, 2);
		CHECK_INT(state_slot(session_state(vault)), slot);
		session_close(vault);
		vault = person_open(&evidence.lead);
		request.last_lead = say_yes;
		CHECK_OK(flow_case_revoke(vault, &request, &keys, &err), err);
		CHECK_INT(keys, AMANA_KEYS_DUE);
	}
	CHECK_REFUSED(deposit(&evidence.depositor, evidence.lead.card), err,
		      AMANA_E_DENIED, AMANA_REASON_NO_LEAD);
	office_done(&evidence.office);
}

/* The opener made the first keys, and leads the case not: nothing is sealed to them. */
static void
test_keys_of_the_opener(void)
{
	static const char *const cases[] = {"HK-9"};
	struct amana_case_grant request = {
		.cases = cases, .n_cases = 1, .member = "D-004", .as = "depositor"};
	struct amana_deposit_result result;
	const char *path = evidence.lead.card;
	struct amana_deposit put = {.case_name = "HK-9", .paths = &path, .n_paths = 1};
	char id[AMANA_ID_HEX + 1];
	int64_t until;

	evidence_new(&evidence, 0);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		CHECK_OK(flow_case_open(vault,
					&(struct amana_case_open){.code = "HK-9",
								  .lead = "L-002"},
					id, &err),
			 err);
	}
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);

		/* His client makes keys of its own before it gives anybody any. */
		CHECK(state_ring_due(session_state(vault),
				     &state_case_at(session_state(vault), 1)->id));
		CHECK_OK(session_identity(vault, &err), err);
		CHECK_OK(flow_case_grant(vault, &request, &until, &err), err);
		CHECK(!state_ring_due(session_state(vault),
				      &state_case_at(session_state(vault), 1)->id));
	}
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.depositor);

		CHECK_OK(flow_deposit(vault, &put, &result, &err), err);
	}
	office_done(&evidence.office);
}

/* After an admin has ended a reader's grant, and until a lead has made new keys. */
static void
test_keys_are_due(void)
{
	char name[48];
	struct amana_case_revoke request = {
		.case_name = name, .member = "R-003", .reason = "a test"};
	enum amana_new_keys keys;

	evidence_new(&evidence, 0);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);

		memcpy(name, "id:", 3);
		custody_id_hex(&state_case_at(session_state(vault), 0)->id, name + 3);
		CHECK_OK(flow_case_revoke(vault, &request, &keys, &err), err);
		CHECK_INT(keys, AMANA_KEYS_DUE);
	}
	CHECK_REFUSED(deposit(&evidence.depositor, evidence.lead.card), err,
		      AMANA_E_DENIED, AMANA_REASON_KEYS_DUE);
	CHECK(strstr(err.msg, "R-003") != NULL);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);
		uint64_t epoch;

		CHECK_OK(flow_case_rekey(vault, CASE, &epoch, &err), err);
	}
	CHECK_OK(deposit(&evidence.depositor, evidence.lead.card), err);
	office_done(&evidence.office);
}

/* ---- names and welcomes ---- */

static void
test_two_cases_of_one_code(void)
{
	evidence_new(&evidence, 0);
	open_case(&evidence.founder, CASE, "L-002"); /* who knows of no other */
	CHECK_REFUSED(deposit(&evidence.lead, evidence.founder.card), err,
		      AMANA_E_MISSING, AMANA_REASON_AMBIGUOUS);
	office_done(&evidence.office);
}

static void
test_a_welcome_by_nobody(void)
{
	static struct person newcomer;
	struct amana_join_result joined;
	char path[OFFICE_PATH + 16];
	CLEANUP(buf_done) struct buf text = BUF_INIT(1 << 16);

	evidence_new(&evidence, 0);
	person_new(&evidence.office, "R-007", &newcomer);
	office_add(&evidence.office, &evidence.founder, &newcomer, NULL);
	snprintf(path, sizeof path, "%s/R-007.welcome", evidence.office.root);
	load_file(path, &text);
	/* for somebody else than it was signed for */
	{
		char *at = strstr(buf_text(&text), "R-007");

		CHECK(at != NULL);
		memcpy(at, "R-003", 5);
	}
	replace_file(path, text.data, text.len);
	CHECK_REFUSED(flow_join(&evidence.reader.config, path, &joined, &err), err,
		      AMANA_E_TAMPERED, AMANA_REASON_BAD_WELCOME);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(test_nobody_compared_the_words);
	RUN(test_the_last_lead);
	RUN(test_keys_of_the_opener);
	RUN(test_keys_are_due);
	RUN(test_two_cases_of_one_code);
	RUN(test_a_welcome_by_nobody);
	return 0;
}
