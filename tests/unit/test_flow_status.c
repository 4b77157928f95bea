/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "session/last_check.h"
#include "keys/keyring.h"

/* status: what it says, and that it asks for nothing. */

static struct office office;
static struct person founder, second;

static void
begin(char *ret_case)
{
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t until;

	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &second);
	office_init(&founder);
	office_add(&office, &founder, &second, NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_case_open(vault,
					&(struct amana_case_open){.code = "HK-1",
								  .title = "title"},
					ret_case, &err),
			 err);
		CHECK_OK(flow_case_grant(vault,
					 &(struct amana_case_grant){
						 .cases = (const char *const[]){"HK-1"},
						 .n_cases = 1,
						 .member = "S-002",
						 .as = "reader",
						 .until = -1},
					 &until, &err),
			 err);
	}
}

static void
test_locked(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char id[AMANA_ID_HEX + 1];
	struct amana_status status;
	struct amana_error err = AMANA_ERROR_INIT;
	int asked;

	begin(id);
	asked = second.n_asked[AMANA_WHY_OPEN] + second.n_asked[AMANA_WHY_AUTHORITY];
	vault = person_open(&second);
	CHECK_OK(flow_status(vault, &status, &err), err);
	CHECK_INT(second.n_asked[AMANA_WHY_OPEN] + second.n_asked[AMANA_WHY_AUTHORITY],
		  asked);
	CHECK_STR(status.member, "S-002");
	CHECK(status.enrolled && !status.revoked && !status.unlocked);
	CHECK_STR(status.roles, "-");
	CHECK_INT(status.batch, 3);
	CHECK_INT(status.n_entries, 3);
	CHECK(status.last_act_at > 0 && status.last_check_at == 0 &&
	      status.last_anchor_at == 0);
	CHECK_INT(status.n_cases, 1);
	CHECK_STR(status.cases[0].id, id);
	CHECK_STR(status.cases[0].code, "-"); /* sealed */
	CHECK_STR(status.cases[0].as, "reader");
	CHECK(status.cases[0].until > session_now());
	CHECK_INT(status.cases[0].n_leads, 1);
	CHECK_INT(status.n_single_lead, 1);
	CHECK(!status.two_person && !status.restored && status.n_void == 0);
	/* The check that somebody made meanwhile. */
	CHECK_OK(last_check_write(&second.config, log_fingerprint(vault->log), 1800000000,
				  &err),
		 err);
	CHECK_OK(flow_status(vault, &status, &err), err);
	CHECK_INT(status.last_check_at, 1800000000);
	office_done(&office);
}

static void
test_unlocked(void)
{
	char id[AMANA_ID_HEX + 1], member[AMANA_MEMBER_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_status status;
	size_t n;

	begin(id);
	if (flow_unlock(&second.config, 60, member, &err) == 0) {
		CLEANUP(session_closep) struct session *vault = person_open(&second);

		CHECK_OK(flow_status(vault, &status, &err), err);
		CHECK(status.unlocked);
		CHECK_STR(status.cases[0].code, "HK-1");
		CHECK_OK(flow_lock(&second.config, &n, &err), err);
	}
	office_done(&office);
}

/* Nobody in particular: no identity on the login, no pin, the public part alone. */
static void
test_stranger(void)
{
	static struct person stranger;
	CLEANUP(session_closep) struct session *vault = NULL;
	char id[AMANA_ID_HEX + 1];
	struct amana_status status;
	struct amana_error err = AMANA_ERROR_INIT;

	begin(id);
	person_config(&office, "S-009", &stranger);
	vault = person_open(&stranger);
	CHECK_INT(stranger.n_notices[AMANA_NOTICE_UNVERIFIED_VAULT], 1);
	CHECK_OK(flow_status(vault, &status, &err), err);
	CHECK_STR(status.member, "");
	CHECK_STR(status.roles, "-");
	CHECK(!status.enrolled && status.n_cases == 0);
	CHECK_INT(status.batch, 3);
	CHECK(access(stranger.data_dir, F_OK) < 0); /* pinned nothing */
	office_done(&office);
}

/* However long the log: nothing of it is read once the vault is open. */
static void
test_reads_no_log(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char id[AMANA_ID_HEX + 1], copies[OFFICE_PATH + 16];
	struct amana_status status, again;
	struct amana_error err = AMANA_ERROR_INIT;

	begin(id);
	vault = person_open(&second);
	CHECK_OK(flow_status(vault, &status, &err), err);
	snprintf(copies, sizeof copies, "%s/vaults", second.data_dir);
	CHECK_INT(rename(copies, office_path(&office, "copies")), 0);
	CHECK_INT(rename(office.vault, office_path(&office, "away")), 0);
	CHECK_OK(flow_status(vault, &again, &err), err);
	CHECK_INT(again.last_act_at, status.last_act_at);
	CHECK_INT(again.batch, 3);
	office_done(&office);
}

int
main(void)
{
	RUN(test_locked);
	RUN(test_unlocked);
	RUN(test_stranger);
	RUN(test_reads_no_log);
	return 0;
}
