/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include <dirent.h>

/* Passing over damage that no copy can repair, and accepting a vault that came back from
 * a backup. */

static struct office office;
static struct person founder, second, third;

static void
begin(const char *second_roles)
{
	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &second);
	person_new(&office, "S-003", &third);
	office_init(&founder);
	office_add(&office, &founder, &second, second_roles);
}

static void
set_days(struct person *person, const char *days)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_policy_set(vault, "grant-days", days, proposal, &err), err);
}

static uint64_t
last_slot(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return state_slot(session_state(vault));
}

static const char *
slot_path(uint64_t n)
{
	static char path[OFFICE_PATH * 2];

	snprintf(path, sizeof path, "%s/%s", office.vault, store_name_slot(n).text);
	return path;
}

/* Flips a byte of slot n in the vault. */
static void
damage(uint64_t n)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(BATCH_BYTES_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	int fd;

	CHECK_INT(file_read(AT_FDCWD, slot_path(n), &bytes, &err), 0);
	bytes.data[bytes.len / 2] ^= 1;
	CHECK_INT(unlink(slot_path(n)), 0);
	fd = open(slot_path(n), O_WRONLY | O_CREAT | O_EXCL, 0444);
	CHECK(fd >= 0);
	CHECK_OK(file_write_all(fd, bytes.data, bytes.len, &err), err);
	close(fd);
}

/* Forgets what this person's machine has of the vault: its copies, its pin. */
static void
forget(struct person *person)
{
	char path[OFFICE_PATH + 8];

	snprintf(path, sizeof path, "%s/vaults", person->data_dir);
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
test_skip(void)
{
	struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t bad, until = 0;

	begin(NULL);
	set_days(&founder, "11");
	bad = last_slot(&founder);
	set_days(&founder, "12");
	set_days(&founder, "13");
	CHECK_FAILS(flow_log_skip(&founder.config, bad, "bit rot", &until, &err), err,
		    AMANA_E_CONFLICT);
	damage(bad);
	/* A machine that has the good copy never passes over the slot. */
	CHECK_FAILS(flow_log_skip(&founder.config, bad, "bit rot", &until, &err), err,
		    AMANA_E_CONFLICT);
	forget(&founder);
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_FAILS(flow_log_skip(&founder.config, bad, "", &until, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(flow_log_skip(&founder.config, bad + 1, "bit rot", &until, &err), err,
		    AMANA_E_USAGE);
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);

	CHECK_OK(flow_log_skip(&founder.config, bad, "bit rot", &until, &err), err);
	CHECK_INT(until, bad + 2);
	{
		CLEANUP(session_closep) struct session *after = person_open(&founder);
		const struct state *state = session_state(after);

		CHECK_INT(state_slot(state), bad + 3);
		CHECK_INT(state_n_skips(state), 1);
		CHECK_STR(state_skip_at(state, 0)->by.text, "S-001");
		CHECK_INT(state_grant_days(state), 0); /* those acts do not count */
	}
	CHECK(founder.n_notices[AMANA_NOTICE_SKIP] > 0);
	office_done(&office);
}

static void
test_skip_is_for_admins(void)
{
	struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t bad, until = 0;

	begin(NULL);
	set_days(&founder, "11");
	bad = last_slot(&founder);
	set_days(&founder, "12");
	damage(bad);
	forget(&founder);
	forget(&second);
	CHECK_FAILS(flow_log_skip(&second.config, bad, "bit rot", &until, &err), err,
		    AMANA_E_DENIED);
	founder.passphrase = "guess";
	CHECK_FAILS(flow_log_skip(&founder.config, bad, "bit rot", &until, &err), err,
		    AMANA_E_DENIED);
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);
	office_done(&office);
}

/* Takes the slots after n out of the vault, as a backup of that day would have it. */
static void
restore_backup(uint64_t n)
{
	while (unlink(slot_path(++n)) == 0)
		;
}

static void
test_restored_alone(void)
{
	struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t kept;

	begin(NULL);
	set_days(&founder, "11");
	kept = last_slot(&founder);
	set_days(&founder, "12");
	set_days(&founder, "13");
	CHECK_FAILS(flow_log_restored(&founder.config, NULL, "disk", proposal, &err), err,
		    AMANA_E_CONFLICT);
	restore_backup(kept);
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_FAILS(flow_log_restored(&founder.config, NULL, "", proposal, &err), err,
		    AMANA_E_USAGE);
	founder.passphrase = "guess";
	CHECK_FAILS(flow_log_restored(&founder.config, NULL, "disk", proposal, &err), err,
		    AMANA_E_DENIED);
	founder.passphrase = NULL;
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_OK(
		flow_log_restored(&founder.config, NULL, "the disk died", proposal, &err),
		err);
	{
		CLEANUP(session_closep) struct session *after = person_open(&founder);
		const struct state *state = session_state(after);

		CHECK_INT(state_slot(state), kept + 1);
		CHECK_INT(state_n_restored(state), 1);
		CHECK_INT(state_restored_at(state, 0)->slot, kept + 2);
		CHECK_INT(state_grant_days(state), 11);
	}
	CHECK_INT(founder.n_notices[AMANA_NOTICE_RESTORED], 1);
	/* Life goes on, on the restored history. */
	set_days(&founder, "14");
	office_done(&office);
}

/* A `restored` speaks of the loss that it was written for, not of slots that vanish
 * later. */
static void
test_restored_once(void)
{
	struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t kept;

	begin(NULL);
	kept = last_slot(&second);
	set_days(&founder, "11");
	set_days(&founder, "12");
	set_days(&founder, "13");
	restore_backup(kept);
	CHECK_OK(
		flow_log_restored(&founder.config, NULL, "the disk died", proposal, &err),
		err);
	set_days(&founder, "14");
	CHECK_INT(last_slot(&founder), kept + 2); /* less than the lost end, kept + 3 */
	/* The newest slot goes, and another stands there, well signed (a refusal of
	 * S-002). */
	restore_backup(kept + 1);
	{
		CLEANUP(session_closep) struct session *other = person_open(&second);

		CHECK_FAILS(flow_policy_set(other, "grant-days", "5", proposal, &err),
			    err, AMANA_E_DENIED);
		CHECK_INT(state_slot(session_state(other)), kept + 2);
	}
	founder.n_notices[AMANA_NOTICE_RESTORED] = 0;
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_INT(founder.n_notices[AMANA_NOTICE_RESTORED], 0);
	office_done(&office);
}

/* With two admins one proposes; the other, whose pin is in the lost part as well, signs
 * with the same command. */
static void
test_restored_by_two(void)
{
	struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1], again[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t kept;

	begin("admin");
	set_days(&founder, "11");
	kept = last_slot(&second);
	set_days(&founder, "12");
	CHECK_INT(last_slot(&second), kept + 1);
	set_days(&founder, "13");
	restore_backup(kept);
	CHECK_INT(
		flow_log_restored(&founder.config, NULL, "the disk died", proposal, &err),
		AMANA_PROPOSED);
	CHECK_FAILS(session_open(&founder.config, 0, &vault, &err), err,
		    AMANA_E_TAMPERED);
	/* Alone it stays proposed, once. */
	CHECK_INT(flow_log_restored(&founder.config, NULL, "the disk died", again, &err),
		  AMANA_PROPOSED);
	CHECK_STR(again, proposal);
	/* The slots between the pin of the second and the first's are lost to both. */
	CHECK_OK(flow_log_restored(&second.config, NULL, "yes, I was there", proposal,
				   &err),
		 err);
	CHECK_INT(last_slot(&second), kept + 2);
	CHECK_INT(last_slot(&founder), kept + 2);
	CHECK_INT(founder.n_notices[AMANA_NOTICE_RESTORED], 1);
	CHECK_INT(second.n_notices[AMANA_NOTICE_RESTORED], 1);
	office_done(&office);
}

/* Who knows a later end signs the proposal, which cannot speak of that, and proposes
 * again. */
static void
test_restored_further(void)
{
	struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t kept;

	begin("admin");
	set_days(&founder, "11");
	kept = last_slot(&founder);
	set_days(&founder, "12");
	set_days(&second, "13");
	CHECK_INT(last_slot(&second), kept + 2);
	restore_backup(kept);
	/* The founder's machine has seen one slot less. */
	CHECK_INT(
		flow_log_restored(&founder.config, NULL, "the disk died", proposal, &err),
		AMANA_PROPOSED);
	CHECK_INT(flow_log_restored(&second.config, NULL, "it went on further", proposal,
				    &err),
		  AMANA_PROPOSED);
	CHECK_FAILS(session_open(&second.config, 0, &vault, &err), err, AMANA_E_TAMPERED);
	{
		CLEANUP(session_closep) struct session *own = person_open(&founder);

		CHECK_OK(flow_approve(own, proposal, true, &err), err);
	}
	CHECK_INT(last_slot(&second), kept + 4);
	CHECK_INT(second.n_notices[AMANA_NOTICE_RESTORED], 1);
	office_done(&office);
}

static void
test_restored_is_for_admins(void)
{
	struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t kept;

	begin(NULL);
	kept = last_slot(&second);
	set_days(&founder, "12");
	CHECK_INT(last_slot(&second), kept + 1);
	restore_backup(kept);
	CHECK_FAILS(
		flow_log_restored(&second.config, NULL, "the disk died", proposal, &err),
		err, AMANA_E_DENIED);
	CHECK_FAILS(session_open(&second.config, 0, &vault, &err), err, AMANA_E_TAMPERED);
	office_done(&office);
}

int
main(void)
{
	RUN(test_skip);
	RUN(test_skip_is_for_admins);
	RUN(test_restored_alone);
	RUN(test_restored_once);
	RUN(test_restored_by_two);
	RUN(test_restored_further);
	RUN(test_restored_is_for_admins);
	return 0;
}
