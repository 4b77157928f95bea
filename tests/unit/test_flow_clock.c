/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"
#include "flow/office/office.h"
#include "flow/read/read.h"

#include "session/clock_check.h"

#include <time.h>

/* Time decides nothing by itself: a clock that the log contradicts is told of, and ends
 * nobody's grant. */

static struct evidence evidence;
static struct amana_error err;
static time_t later; /* seconds by which this program's clock is ahead */

#define DAY ((time_t)86400)

/* In place of libc's, so that days pass at once. */
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

static int n_asked;
static bool goes_on;
static char asked[160];

static bool
clock_is_wrong(void *ctx, const char *text)
{
	(void)ctx;
	n_asked++;
	snprintf(asked, sizeof asked, "%s", text);
	return goes_on;
}

static int
ignore_case(void *ctx, const struct amana_case *info)
{
	(void)ctx;
	(void)info;
	return 0;
}

/* An act of authority by the founder's clock. */
static int
set_days(struct person *person, const char *days)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	char proposal[AMANA_PROPOSAL_MAX + 1];

	return flow_policy_set(vault, "grant-days", days, proposal, &err);
}

static bool
is_believed(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return clock_check_is_believed(vault);
}

static void
believed_between(void)
{
	later = 0;
	evidence_new(&evidence, 1);
	CHECK(is_believed(&evidence.founder));
	later = -30; /* two machines' clocks never agree exactly */
	CHECK(is_believed(&evidence.founder));
	later = -10 * 60;
	CHECK(!is_believed(&evidence.founder));
	later = 34 * DAY;
	CHECK(is_believed(&evidence.founder));
	later = 36 * DAY;
	CHECK(!is_believed(&evidence.founder));
	later = 0;
	office_done(&evidence.office);
}

/* Told with both times and asked once in a session, before anything goes on record. */
static void
told_and_asked(void)
{
	static const struct {
		time_t later;
		const char *what;
	} cases[] = {{-3600, "is behind the log's, "},
		     {36 * DAY, "is more than 35 days ahead of the log's, "}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t before;

		later = 0;
		evidence_new(&evidence, 1);
		evidence.founder.config.clock_is_wrong = clock_is_wrong;
		{
			CLEANUP(session_closep)
			struct session *vault = person_open(&evidence.founder);

			before = state_slot(session_state(vault));
		}
		later = cases[i].later;
		n_asked = 0;
		goes_on = false;
		CHECK_FAILS(set_days(&evidence.founder, "40"), err, AMANA_E_CANCELLED);
		CHECK_INT(n_asked, 1);
		CHECK(strstr(asked, cases[i].what) != NULL);
		CHECK_INT(evidence.founder.n_notices[AMANA_NOTICE_CLOCK], 1);
		CHECK(strstr(evidence.founder.notice[AMANA_NOTICE_CLOCK],
			     cases[i].what) != NULL);
		{
			CLEANUP(session_closep)
			struct session *vault = person_open(&evidence.founder);
			char proposal[AMANA_PROPOSAL_MAX + 1];

			CHECK_INT(state_slot(session_state(vault)), before);
			goes_on = true;
			CHECK_OK(flow_policy_set(vault, "grant-days", "41", proposal,
						 &err),
				 err);
			CHECK_OK(flow_policy_set(vault, "grant-days", "42", proposal,
						 &err),
				 err);
			CHECK_INT(state_slot(session_state(vault)), before + 2);
		}
		CHECK_INT(n_asked, 2);
		/* Where nobody can be asked it goes on, and is told. */
		evidence.founder.config.clock_is_wrong = NULL;
		CHECK_OK(set_days(&evidence.founder, "43"), err);
		CHECK_INT(evidence.founder.n_notices[AMANA_NOTICE_CLOCK], 3);
		later = 0;
		office_done(&evidence.office);
	}
}

static bool
reader_has_grant(void)
{
	CLEANUP(session_closep) struct session *vault = person_open(&evidence.founder);
	const struct state *state = session_state(vault);
	struct member_code code;
	const struct state_grant *grant;

	CHECK_INT(member_code_parse("R-003", 5, &code), 0);
	grant = state_grant(state, &state_case_at(state, 0)->id, &code);
	return grant != NULL && grant->kind != GRANT_NONE;
}

static void
lead_comes_by(void)
{
	CLEANUP(session_closep) struct session *vault = person_open(&evidence.lead);

	CHECK_OK(flow_case_list(vault, ignore_case, NULL, &err), err);
}

/* A grant that ends in ten days, and a clock that is forty days ahead. */
static void
no_expire_by_a_wrong_clock(void)
{
	later = 0;
	evidence_new(&evidence, 1);
	grant_to(&evidence.lead, "R-003", "reader", session_now() + 10 * DAY);
	CHECK(reader_has_grant());
	later = 40 * DAY;
	lead_comes_by();
	CHECK(reader_has_grant());
	/* Not even where the person goes on for another act. */
	evidence.lead.config.clock_is_wrong = clock_is_wrong;
	goes_on = true;
	lead_comes_by();
	CHECK(reader_has_grant());
	/* Eleven days ahead may well be so. */
	later = 11 * DAY;
	lead_comes_by();
	CHECK(!reader_has_grant());
	later = 0;
	office_done(&evidence.office);
}

/* One act in the far future moves nothing: it takes two members' times. */
static void
one_odd_act(void)
{
	later = 0;
	evidence_new(&evidence, 1);
	later = 20000 * DAY;
	CHECK_OK(set_days(&evidence.founder, "50"), err);
	later = 0;
	CHECK(is_believed(&evidence.lead));
	lead_comes_by();
	CHECK_INT(evidence.lead.n_notices[AMANA_NOTICE_CLOCK], 0);
	office_done(&evidence.office);
}

int
main(void)
{
	RUN(believed_between);
	RUN(told_and_asked);
	RUN(no_expire_by_a_wrong_clock);
	RUN(one_odd_act);
	return 0;
}
