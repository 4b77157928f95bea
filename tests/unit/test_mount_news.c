/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_fixture.h"
#include "flow/office/office.h"

#include "keys/keyring.h"

/* What is new in a mounted case, and what ends the mount. */

static void
test_news(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_mount *mount;
	struct rows rows = {.n = 0};

	evidence_new(&evidence, 1);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK(!has_changed(mount));
	deposit_text(&evidence, &evidence.depositor, "new.txt", "a new one");
	CHECK(has_changed(mount));
	CHECK(!has_changed(mount));
	CHECK_OK(flow_mount_list(mount, 1, take_row, &rows, &err), err);
	CHECK_INT(rows.n, 1);
	CHECK(rows.row[0].known);
	CHECK_STR(rows.name[0], "new.txt");
	CHECK_INT(record_one(mount, 1), 0);
	CHECK(!has_changed(mount)); /* by its own act */
	deposit_text(&evidence, &evidence.depositor, "newer.txt", "a newer one");
	CHECK_INT(record_one(mount, 2), 0); /* takes the deposit in by the way */
	CHECK(has_changed(mount));
	CHECK_INT(record_one(mount, 3), 0);
	close_mount(mount);
	office_done(&evidence.office);
}

/* How many exhibits of the case the mount lists with their names. */
static size_t
n_named(struct amana_mount *mount)
{
	struct rows rows = {.n = 0};
	size_t n = 0;

	CHECK_OK(flow_mount_list(mount, 0, take_row, &rows, &err), err);
	for (size_t i = 0; i < rows.n; i++)
		n += rows.row[i].known;
	CHECK_INT(n, rows.n);
	return n;
}

/* Two mounts of one person share the catalogue: the one that is behind leaves it as the
 * other has made it. */
static void
test_one_is_behind(void)
{
	CLEANUP(session_closep) struct session *slow = NULL, *quick = NULL;
	struct amana_mount *behind, *ahead;

	evidence_new(&evidence, 2);
	slow = person_open(&evidence.reader);
	behind = mount_case(slow);
	CHECK_INT(n_named(behind), 2);
	quick = person_open(&evidence.reader);
	ahead = mount_case(quick);
	CHECK_INT(n_named(ahead), 2);
	CHECK_INT(n_named(behind), 2);
	deposit_text(&evidence, &evidence.depositor, "new.txt", "a new one");
	CHECK(has_changed(ahead));
	CHECK_INT(n_named(ahead), 3);
	CHECK_INT(n_named(behind), 2);
	CHECK_INT(n_named(ahead), 3);
	CHECK(has_changed(behind));
	CHECK_INT(n_named(behind), 3);
	close_mount(behind);
	close_mount(ahead);
	office_done(&evidence.office);
}

static void
revoke_grant(struct person *lead, const char *member)
{
	CLEANUP(session_closep) struct session *vault = person_open(lead);
	enum amana_new_keys keys;

	CHECK_OK(flow_case_revoke(vault,
				  &(struct amana_case_revoke){.case_name = CASE,
							      .member = member,
							      .reason = "left"},
				  &keys, &err),
		 err);
}

/* Nothing is given out any more, nor recorded. */
static void
check_over(struct amana_mount *mount, struct amana_reader *reader, uint64_t other)
{
	static uint8_t bytes[AMANA_CHUNK];
	struct amana_reader *another = NULL;
	struct rows rows = {.n = 0};
	size_t len;

	CHECK_FAILS(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err,
		    AMANA_E_LOCKED);
	flow_reader_free(reader);
	CHECK(record_one(mount, other) < 0 && err.code == AMANA_E_LOCKED);
	CHECK_REFUSED(flow_mount_reader(mount, 1, &another, &err), err, AMANA_E_LOCKED,
		      AMANA_REASON_MOUNT_ENDED);
	CHECK_FAILS(flow_mount_list(mount, 0, take_row, &rows, &err), err,
		    AMANA_E_LOCKED);
}

static void
test_grant_ended(void)
{
	struct session *vault;
	struct amana_mount *mount;
	struct amana_reader *reader;
	int64_t until;

	evidence_new(&evidence, 2);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	reader = reader_of(mount, 1);
	CHECK(!must_end(mount, ""));
	revoke_grant(&evidence.lead, "R-003");
	/* not looked yet: the very act finds out */
	CHECK(record_one(mount, 2) < 0);
	CHECK(must_end(mount, "grant"));
	check_over(mount, reader, 2);
	/* who has no grant may not even record the end of the mount */
	CHECK_FAILS(flow_mount_close(mount, &plain_end, &err), err, AMANA_E_DENIED);
	session_close(vault);

	until = session_now() + 5;
	grant_to(&evidence.lead, "R-003", "reader", until);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	reader = reader_of(mount, 1);
	CHECK(!must_end(mount, ""));
	wait_past(until);
	CHECK(must_end(mount, "date"));
	check_over(mount, reader, 2);
	CHECK_OK(flow_mount_close(mount, &plain_end, &err),
		 err); /* marked as after its date */
	session_close(vault);
	office_done(&evidence.office);
}

static void
test_member_revoked(void)
{
	struct session *vault, *admin;
	struct amana_mount *mount;
	struct amana_reader *reader;
	char proposal[AMANA_PROPOSAL_MAX + 1];

	evidence_new(&evidence, 2);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	reader = reader_of(mount, 1);
	admin = person_open(&evidence.founder);
	CHECK_OK(flow_member_revoke(admin,
				    &(struct amana_member_revoke){.member = "R-003",
								  .reason = "left"},
				    proposal, &err),
		 err);
	session_close(admin);
	CHECK(must_end(mount, "revoked"));
	check_over(mount, reader, 2);
	CHECK_FAILS(flow_mount_close(mount, &plain_end, &err), err, AMANA_E_DENIED);
	session_close(vault);
	office_done(&evidence.office);
}

/* ---- locking ---- */

static void
unlock(struct person *person, unsigned int seconds)
{
	char member[AMANA_MEMBER_MAX + 1];

	CHECK_OK(flow_unlock(&person->config, seconds, member, &err), err);
}

static void
lock(struct person *person)
{
	size_t n;

	CHECK_OK(flow_lock(&person->config, &n, &err), err);
}

static void
test_locked(void)
{
	for (int unlocked = 0; unlocked < 2; unlocked++) {
		struct session *vault;
		struct amana_mount *mount;
		struct amana_reader *reader;

		evidence_new(&evidence, 2);
		if (unlocked)
			unlock(&evidence.reader, 2);
		vault = person_open(&evidence.reader);
		mount = mount_case(vault);
		CHECK_INT(record_one(mount, 1), 0);
		reader = reader_of(mount, 1);
		CHECK(!must_end(mount, ""));
		if (unlocked)
			sleep(3); /* that its time ran out is no lock */
		CHECK(!must_end(mount, ""));
		lock(&evidence.lead); /* of the whole login */
		CHECK(must_end(mount, "locked"));
		check_over(mount, reader, 2);
		close_mount(mount); /* still on record */
		CHECK_INT(events(&evidence.lead, CASE, "unmount", NULL), 1);
		session_close(vault);
		office_done(&evidence.office);
	}
}

int
main(void)
{
	if (geteuid() == 0)
		become_nobody();
	RUN(test_news);
	RUN(test_one_is_behind);
	RUN(test_grant_ended);
	RUN(test_member_revoked);
	RUN(test_locked);
	free(seen);
	return 0;
}
