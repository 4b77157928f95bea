/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "base/fault.h"
#include "session/names.h"

#include <sys/wait.h>

/* One's own change of keys: what stays, what is made anew, and what interrupts it. */

static struct office office;
static struct person founder, lead, reader;
static char case_hex[AMANA_ID_HEX + 1];
static struct custody_id case_id;

/* The founder's vault, with a case that lead leads and reader reads. */
static void
begin(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	CLEANUP(session_closep) struct session *leads = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	char name[AMANA_ID_HEX + 4];
	const char *const cases[] = {name};
	int64_t until;

	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &lead);
	person_new(&office, "S-003", &reader);
	office_init(&founder);
	office_add(&office, &founder, &lead, NULL);
	office_add(&office, &founder, &reader, NULL);
	vault = person_open(&founder);
	CHECK_OK(flow_case_open(
			 vault,
			 &(struct amana_case_open){.code = "HK-1", .lead = lead.code},
			 case_hex, &err),
		 err);
	CHECK_INT(custody_id_parse(case_hex, strlen(case_hex), &case_id), 0);
	snprintf(name, sizeof name, "id:%s", case_hex);
	leads = person_open(&lead);
	CHECK_OK(flow_case_grant(leads,
				 &(struct amana_case_grant){.cases = cases,
							    .n_cases = 1,
							    .member = reader.code,
							    .as = "reader",
							    .until = -1},
				 &until, &err),
		 err);
}

static int
rekey(struct person *person, struct amana_card_info *ret_card, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return flow_identity_rekey(vault, NULL, ret_card, err);
}

/* How many sets of keys the log has had of this person. */
static int
count_one(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	int *n = arg;

	(void)err;
	*n += seen->entry->action == ACT_ENROL &&
	      strcmp(seen->entry->subject.member.text, lead.code) == 0;
	return 0;
}

static int
count_enrols_of_lead(void)
{
	CLEANUP(session_closep) struct session *vault = person_open(&founder);
	int n = 0;
	const struct log_visitor visitor = {.entry = count_one, .arg = &n};
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(log_each(vault->log, 1, &visitor, &err), err);
	return n;
}

/* The epochs that the person's ring has. */
static size_t
holds(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;
	const struct ring *ring;

	CHECK_OK(session_ring(vault, &case_id, &ring, &err), err);
	return ring->n_epochs;
}

static const char *
identity_path(const struct person *who)
{
	return office_path(&office, who == &lead     ? "S-002/identities/S-002.age"
				    : who == &reader ? "S-003/identities/S-003.age"
						     : "S-001/identities/S-001.age");
}

static bool
is_member_with_these_keys(struct person *person, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	const struct state_member *me;

	return session_member(vault, &me, err) == 0;
}

static void
test_reader_and_lead(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_card_info card, shown;
	size_t before;

	begin();
	before = holds(&reader);
	reader.n_asked[AMANA_WHY_AUTHORITY] = 0;
	CHECK_OK(rekey(&reader, &card, &err), err);
	CHECK_INT(reader.n_asked[AMANA_WHY_AUTHORITY], 1);
	CHECK_INT(reader.n_asked[AMANA_WHY_NEW], 0);
	CHECK(!idfile_has_next(identity_path(&reader)));
	CHECK_OK(flow_identity_show(&reader.config, &shown, &err), err);
	CHECK_STR(shown.fingerprint, card.fingerprint);
	CHECK_INT(holds(&reader), before); /* by the older key */
	CHECK_OK(rekey(&lead, &card, &err), err);
	CHECK_INT(holds(&lead), before + 1); /* the epoch that was due twice is one */
	CHECK_INT(holds(&reader), before + 1);
	CHECK_INT(count_enrols_of_lead(), 2);
	office_done(&office);
}

static void
test_roles_stay(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	struct amana_card_info card;

	begin();
	CHECK_OK(rekey(&founder, &card, &err), err);
	vault = person_open(&founder);
	CHECK_OK(session_member(vault, &me, &err), err);
	CHECK_INT(me->roles, ROLE_ADMIN | ROLE_AUDITOR);
	CHECK(!state_ring_due(session_state(vault), NULL));
	office_done(&office);
}

static void
test_refused(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_card_info card;
	static struct person stranger;

	begin();
	lead.passphrase = "guess";
	CHECK_FAILS(rekey(&lead, &card, &err), err, AMANA_E_DENIED);
	lead.passphrase = NULL;
	person_new(&office, "S-009", &stranger);
	CHECK_FAILS(rekey(&stranger, &card, &err), err, AMANA_E_DENIED);
	CHECK_INT(err.reason, AMANA_REASON_NOT_ENROLLED);
	CHECK(!idfile_has_next(office_path(&office, "S-009/identities/S-009.age")));

	/* What lies there is none, or is another's; it stays where it is. */
	CHECK_OK(idfile_write_next(identity_path(&lead), BYTES_STR("x"), &err), err);
	CHECK_FAILS(rekey(&lead, &card, &err), err, AMANA_E_FORMAT);
	CHECK_FAILS(flow_identity_passphrase(&lead.config, &err), err, AMANA_E_CONFLICT);
	CHECK_INT(err.reason, AMANA_REASON_REKEY_BEGUN);
	CHECK(is_member_with_these_keys(&lead, &err));
	CHECK(idfile_has_next(identity_path(&lead)));
	CHECK_INT(count_enrols_of_lead(), 1);
	office_done(&office);
}

/* The process is killed at the nth write, flush or link.  False: there are fewer. */
static bool
killed_at(uint64_t n)
{
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (child == 0) {
		CLEANUP(session_closep) struct session *vault = person_open(&lead);
		struct amana_error err = AMANA_ERROR_INIT;
		struct amana_card_info card;

		fault_arm(FAULT_KILL, n, 0, false);
		_exit(flow_identity_rekey(vault, NULL, &card, &err) < 0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(!WIFEXITED(status) || WEXITSTATUS(status) == 0);
	return !WIFEXITED(status);
}

/* Wherever it was cut off: the member is there by the old keys or is told how to go on,
 * and doing so leaves one change, one file, and every epoch. */
static void
test_killed(void)
{
	int n_before = 0, n_between = 0, n_after = 0;

	/* Each round seals two files with the full work factor, so that not every one of
	 * some fifty points has its own. */
	for (uint64_t n = 1;; n += 6) {
		struct amana_error err = AMANA_ERROR_INIT;
		struct amana_card_info card;
		size_t before;
		bool killed, is_member, begun;
		int n_enrols;

		begin();
		before = holds(&lead);
		killed = killed_at(n);
		is_member = is_member_with_these_keys(&lead, &err);
		CHECK(is_member || err.reason == AMANA_REASON_REKEY_BEGUN);
		begun = idfile_has_next(identity_path(&lead));
		CHECK(is_member || begun);
		n_enrols = count_enrols_of_lead();
		n_before += is_member && n_enrols == 1;
		n_between += !is_member;
		n_after += is_member && n_enrols == 2;
		if (begun || n_enrols == 1)
			CHECK_OK(rekey(&lead, &card, &err), err);
		CHECK(!idfile_has_next(identity_path(&lead)));
		CHECK(is_member_with_these_keys(&lead, &err));
		CHECK_INT(count_enrols_of_lead(), 2);
		CHECK(holds(&lead) >= before);
		office_done(&office);
		if (!killed)
			break;
		CHECK(n < 500);
	}
	/* With the hooks, each of the three was met. */
	CHECK(n_after > 0);
	CHECK((n_before > 0) == (n_between > 0));
}

int
main(void)
{
	RUN(test_reader_and_lead);
	RUN(test_roles_stay);
	RUN(test_refused);
	RUN(test_killed);
	return 0;
}
