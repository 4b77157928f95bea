/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"

#include "flow/chain/custody.h"
#include "flow/deposit/deposit.h"
#include "flow/read/read.h"
#include "session/sheets.h"

#include <time.h>

/* What was refused is on record: each attempt, but an equal one of the last ten minutes
 * once. */

static struct office office;
static struct person founder, lead, nobody;
static struct amana_error err;
static char case_name[3 + CUSTODY_ID_HEX_LEN + 1];
static time_t later; /* seconds by which this program's clock is ahead */

/* In place of libc's, so that ten minutes pass at once. */
time_t
time(time_t *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += later;
	if (ret != NULL)
		*ret = now.tv_sec;
	return now.tv_sec;
}

static void
begin(void)
{
	later = 0;
	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "L-007", &lead);
	person_new(&office, "N-001", &nobody);
	office_init(&founder);
	office_add(&office, &founder, &lead, NULL);
	office_add(&office, &founder, &nobody, NULL);
	{
		CLEANUP(session_closep) struct session *session = person_open(&founder);

		memcpy(case_name, "id:", 3);
		CHECK_OK(flow_case_open(session,
					&(struct amana_case_open){.code = "HK-1",
								  .lead = "L-007"},
					case_name + 3, &err),
			 err);
	}
}

/* ---- attempts, each in a session of its own, as commands are ---- */

static int
no_exhibit(void *ctx, const struct amana_exhibit *exhibit)
{
	(void)ctx;
	(void)exhibit;
	return 0;
}

static int
no_event(void *ctx, const struct amana_event *event)
{
	(void)ctx;
	(void)event;
	return 0;
}

static void
try_list(struct person *who)
{
	CLEANUP(session_closep) struct session *session = person_open(who);

	CHECK_FAILS(flow_list(session, case_name, no_exhibit, NULL, &err), err,
		    AMANA_E_DENIED);
	CHECK(strstr(err.msg, "may not open this case") != NULL);
}

static void
try_deposit(struct person *who)
{
	CLEANUP(session_closep) struct session *session = person_open(who);
	const char *const paths[] = {who->card};
	const struct amana_deposit request = {
		.case_name = case_name, .paths = paths, .n_paths = 1};
	struct amana_deposit_result result;

	CHECK_FAILS(flow_deposit(session, &request, &result, &err), err, AMANA_E_DENIED);
}

static void
try_custody(struct person *who)
{
	CLEANUP(session_closep) struct session *session = person_open(who);
	uint64_t n;

	CHECK_FAILS(flow_custody(session, case_name, no_event, NULL, &n, &err), err,
		    AMANA_E_DENIED);
}

/* ---- what is on record of them ---- */

#define DENIALS_MAX 16
struct denials {
	struct session *session; /* of an auditor, who may read what was attempted */
	int n;
	char attempts[DENIALS_MAX][40];
	char by[DENIALS_MAX][TEXT_MEMBER_MAX + 1];
};
static struct denials seen;

static int
see(void *arg, const struct log_seen_entry *entry, struct amana_error *ret_err)
{
	struct denials *denials = arg;
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_act_done) struct sheets_act act = SHEETS_ACT_INIT;

	if (entry->entry->action != ACT_DENIED)
		return 0;
	CHECK(denials->n < DENIALS_MAX);
	CHECK_OK(sheets_slot_load(denials->session, entry->slot->n, &slot, ret_err),
		 *ret_err);
	CHECK_OK(sheets_open_act(denials->session, &slot, entry->entry, &act, ret_err),
		 *ret_err);
	snprintf(denials->attempts[denials->n], sizeof denials->attempts[0], "%s",
		 json_string_value(json_object_get(act.custody.details, "attempt")));
	snprintf(denials->by[denials->n++], sizeof denials->by[0], "%s",
		 entry->entry->actor.text);
	return 0;
}

static int
count_denied(void)
{
	CLEANUP(session_closep) struct session *session = person_open(&founder);
	const struct log_visitor visitor = {.entry = see, .arg = &seen};

	seen = (struct denials){.session = session};
	CHECK_OK(session_identity(session, &err), err);
	CHECK_OK(log_each(session->log, 1, &visitor, &err), err);
	return seen.n;
}

/* ---- tests ---- */

static void
test_another_attempt(void)
{
	begin();
	try_list(&nobody);
	CHECK_INT(count_denied(), 1);
	try_deposit(&nobody);
	CHECK_INT(count_denied(), 2);
	try_custody(&nobody);
	CHECK_INT(count_denied(), 3);
	CHECK_STR(seen.attempts[0], "read the names of a case");
	CHECK_STR(seen.attempts[1], "deposit");
	CHECK_STR(seen.attempts[2], "custody");
	CHECK_STR(seen.by[2], "N-001");
	/* The same again, in any order, adds nothing. */
	try_deposit(&nobody);
	try_custody(&nobody);
	try_list(&nobody);
	try_list(&nobody);
	CHECK_INT(count_denied(), 3);
	office_done(&office);
}

/* Ten minutes are counted from the equal denial, not from another one between. */
static void
test_ten_minutes(void)
{
	begin();
	try_list(&nobody);
	later = 590;
	try_list(&nobody);
	CHECK_INT(count_denied(), 1);
	try_deposit(&nobody);
	CHECK_INT(count_denied(), 2);
	later = 620;
	try_deposit(&nobody);
	CHECK_INT(count_denied(), 2);
	try_list(&nobody);
	CHECK_INT(count_denied(), 3);
	CHECK_STR(seen.attempts[2], "read the names of a case");
	office_done(&office);
}

/* What this machine does not remember is no reason to keep silent. */
static void
test_catalogue_lost(void)
{
	begin();
	try_list(&nobody);
	try_list(&nobody);
	CHECK_INT(count_denied(), 1);
	nobody.config.cache_dir = NULL;
	try_list(&nobody);
	CHECK_INT(count_denied(), 2);
	office_done(&office);
}

/* Two people are two, and so are two subjects. */
static void
test_equal_only(void)
{
	static struct person other;
	char proposal[AMANA_PROPOSAL_MAX + 1];

	begin();
	person_new(&office, "N-002", &other);
	office_add(&office, &founder, &other, NULL);
	try_list(&nobody);
	try_list(&other);
	CHECK_INT(count_denied(), 2);
	{
		CLEANUP(session_closep) struct session *session = person_open(&nobody);

		for (int i = 0; i < 2; i++)
			CHECK_FAILS(flow_policy_set(session, "grant-days", "30", proposal,
						    &err),
				    err, AMANA_E_DENIED);
	}
	CHECK_INT(count_denied(), 3); /* on the vault, which has no id */
	CHECK_STR(seen.attempts[2], "policy");
	office_done(&office);
}

int
main(void)
{
	RUN(test_another_attempt);
	RUN(test_ten_minutes);
	RUN(test_catalogue_lost);
	RUN(test_equal_only);
	return 0;
}
