/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/policy.h"

#include "flow/office/office.h"
#include "session/authority.h"

#include <string.h>

/* The vault's settings (docs/FORMAT.md section 5). */

#define DEFAULT_GRANT_DAYS 90
#define GRANT_DAYS_MAX 3650

uint32_t
policy_grant_days(const struct state *state)
{
	uint64_t days = state_grant_days(state); /* 0: never set */

	return days != 0 ? (uint32_t)days : DEFAULT_GRANT_DAYS;
}

int
flow_policy_get(struct session *session, struct amana_policy *ret_policy,
		struct amana_error *err)
{
	const struct state *state = session_state(session);

	(void)err;
	*ret_policy = (struct amana_policy){
		.two_person = state_two_person(state),
		.break_glass = state_break_glass(state),
		.disclosure_two_person = state_disclosure_takes_two(state),
		.grant_days = policy_grant_days(state),
	};
	return 0;
}

static int
parse(const char *key, const char *value, struct act_policy *ret_policy,
      struct amana_error *err)
{
	uint64_t days;

	if (strcmp(key, "two-person") == 0) {
		if (strcmp(value, "on") != 0)
			return err_set(
				err, AMANA_E_USAGE,
				"two-person can be turned on and then stays on: not '%s'",
				value);
		*ret_policy = (struct act_policy){.key = POLICY_TWO_PERSON, .value = 1};
	} else if (strcmp(key, "break-glass") == 0) {
		if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
			return err_set(err, AMANA_E_USAGE,
				       "break-glass is on or off, not '%s'", value);
		*ret_policy = (struct act_policy){.key = POLICY_BREAK_GLASS,
						  .value = strcmp(value, "on") == 0};
	} else if (strcmp(key, "grant-days") == 0) {
		if (text_u64(value, strlen(value), &days) < 0 || days < 1 ||
		    days > GRANT_DAYS_MAX)
			return err_set(err, AMANA_E_USAGE,
				       "grant-days is a number from 1 to %d, not '%s'",
				       GRANT_DAYS_MAX, value);
		*ret_policy =
			(struct act_policy){.key = POLICY_GRANT_DAYS, .value = days};
	} else if (strcmp(key, "disclosure") == 0) {
		if (strcmp(value, "two-person") != 0)
			return err_set(
				err, AMANA_E_USAGE,
				"disclosure can be made to take two-person and then "
				"stays so: not '%s'",
				value);
		*ret_policy = (struct act_policy){.key = POLICY_DISCLOSURE};
	} else {
		return err_set(err, AMANA_E_USAGE,
			       "'%s' is no policy: two-person, disclosure, grant-days or "
			       "break-glass",
			       key);
	}
	return 0;
}

static bool
is_so_already(const struct state *state, const struct act_policy *policy)
{
	switch (policy->key) {
	case POLICY_TWO_PERSON:
		return state_two_person(state);
	case POLICY_GRANT_DAYS:
		return state_grant_days(state) == policy->value;
	case POLICY_DISCLOSURE:
		return state_disclosure_takes_two(state);
	case POLICY_BREAK_GLASS:
		return state_break_glass(state) == (policy->value == 1);
	}
	return false;
}

int
flow_policy_set(struct session *session, const char *key, const char *value,
		char *ret_proposal, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct authority_act what = {.entry = entry, .event = EVENT_POLICY};
	const struct subject subject = subject_vault();
	struct act_policy policy;
	struct act_done done;

	if (entry == NULL || parse(key, value, &policy, err) < 0 ||
	    authority_begin(session, ROLE_ADMIN, "policy", err) < 0)
		return -1;
	if (is_so_already(session_state(session), &policy))
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "%s is %s already", key, value);
	entry_init(entry, ACT_POLICY, &subject);
	entry->own.policy = policy;
	return authority_run(session, &what, ret_proposal, &done, err);
}
