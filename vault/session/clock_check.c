/* SPDX-License-Identifier: Apache-2.0 */
#include "session/clock_check.h"

#include "base/text.h"

#include <stdio.h>

#define BEHIND_SECONDS 60 /* two machines' clocks never agree exactly */
#define AHEAD_SECONDS ((int64_t)35 * 86400)

static const char *
what_is_wrong(struct session *session)
{
	int64_t newest = state_newest_at(session_state(session)), now = session_now();

	if (newest == 0)
		return NULL;
	if (now + BEHIND_SECONDS < newest)
		return "behind";
	return now > newest + AHEAD_SECONDS ? "more than 35 days ahead of" : NULL;
}

bool
clock_check_is_believed(struct session *session)
{
	return what_is_wrong(session) == NULL;
}

int
clock_check(struct session *session, struct amana_error *err)
{
	const char *wrong = what_is_wrong(session);
	char now[TEXT_TIME_LEN + 1], newest[TEXT_TIME_LEN + 1], text[160];

	if (wrong == NULL || session->clock_told)
		return 0;
	session->clock_told = true;
	text_time(session_now(), now);
	text_time(state_newest_at(session_state(session)), newest);
	snprintf(text, sizeof text, "this machine's clock, %s, is %s the log's, %s", now,
		 wrong, newest);
	session_notice(session, AMANA_NOTICE_CLOCK, "%s; set it", text);
	if (session->config.clock_is_wrong == NULL ||
	    session->config.clock_is_wrong(session->config.ctx, text))
		return 0;
	return err_set(err, AMANA_E_CANCELLED, "nothing was done; set the clock first");
}
