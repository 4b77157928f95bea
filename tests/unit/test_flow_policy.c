/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

/* The policies, and the passphrase that acts of authority ask for again. */

static struct office office;
static struct person founder, second;

static void
begin(void)
{
	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &second);
	office_init(&founder);
}

static void
test_wrong_passphrase(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	vault = person_open(&founder);
	/* Opened for reading is not enough: the founder has left the desk. */
	CHECK_OK(session_identity(vault, &err), err);
	vault->authority = false;
	founder.passphrase = "guess";
	CHECK_FAILS(flow_policy_set(vault, "grant-days", "5", proposal, &err), err,
		    AMANA_E_DENIED);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = second.card},
				    proposal, &err),
		    err, AMANA_E_DENIED);
	CHECK_FAILS(flow_member_role(vault, "S-001", "auditor", false, proposal, &err),
		    err, AMANA_E_DENIED);
	CHECK_FAILS(flow_member_revoke(vault,
				       &(struct amana_member_revoke){.member = "S-001",
								     .reason = "left"},
				       proposal, &err),
		    err, AMANA_E_DENIED);
	CHECK_FAILS(flow_approve(vault, "0123456789", true, &err), err, AMANA_E_DENIED);
	CHECK_INT(founder.n_asked[AMANA_WHY_AUTHORITY], 6); /* init, and five guesses */
	CHECK_INT(state_slot(session_state(vault)), 0);
	office_done(&office);
}

static void
test_policy(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_policy policy;

	begin();
	vault = person_open(&founder);
	CHECK_FAILS(flow_policy_set(vault, "grant-days", "0", proposal, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(flow_policy_set(vault, "grant-days", "3651", proposal, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(flow_policy_set(vault, "two-person", "off", proposal, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(flow_policy_set(vault, "two-person", "on", proposal, &err), err,
		    AMANA_E_DENIED);
	CHECK_FAILS(flow_policy_set(vault, "colour", "red", proposal, &err), err,
		    AMANA_E_USAGE);
	CHECK_OK(flow_policy_set(vault, "grant-days", "30", proposal, &err), err);
	CHECK_FAILS(flow_policy_set(vault, "grant-days", "30", proposal, &err), err,
		    AMANA_E_CONFLICT);
	CHECK_OK(flow_policy_set(vault, "break-glass", "off", proposal, &err), err);
	CHECK_OK(flow_policy_get(vault, &policy, &err), err);
	CHECK(policy.grant_days == 30 && !policy.break_glass && !policy.two_person);
	CHECK_OK(flow_policy_set(vault, "break-glass", "on", proposal, &err), err);
	CHECK_OK(flow_policy_get(vault, &policy, &err), err);
	CHECK(policy.break_glass);
	office_done(&office);
}

int
main(void)
{
	RUN(test_wrong_passphrase);
	RUN(test_policy);
	return 0;
}
