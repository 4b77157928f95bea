/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "crypto/words.h"

/* Acts that take two people. */

static struct office office;
static struct person founder, second, third, the_card;

/* Founder and second are admins, third is nobody special; there is a recovery card, and
 * two-person is on. */
static void
begin(void)
{
	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &second);
	person_new(&office, "S-003", &third);
	office_init(&founder);
	office_add(&office, &founder, &second, "admin");
	office_add(&office, &founder, &third, NULL);
	office_two_person(&office, &founder, &the_card);
}

struct proposals {
	struct amana_proposal rows[8];
	size_t n;
};

static int
take(void *ctx, const struct amana_proposal *proposal)
{
	struct proposals *all = ctx;

	CHECK(all->n < 8);
	all->rows[all->n++] = *proposal;
	return 0;
}

static struct proposals
waiting(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct proposals all = {.n = 0};
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_approve_list(vault, take, &all, &err), err);
	return all;
}

static const struct state_member *
member(const struct session *vault, const char *text)
{
	struct member_code code;

	CHECK_INT(member_code_parse(text, strlen(text), &code), 0);
	return state_member(session_state(vault), &code);
}

static void
propose_role(char *ret_proposal)
{
	CLEANUP(session_closep) struct session *vault = person_open(&founder);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_INT(flow_member_role(vault, "S-003", "auditor", true, ret_proposal, &err),
		  AMANA_PROPOSED);
	CHECK_INT(member(vault, "S-003")->roles, 0);
}

static void
test_propose_and_approve(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct proposals all;
	const struct ring *ring;

	begin();
	propose_role(proposal);
	CHECK_INT(strlen(proposal), HASH_HEX_LEN);
	all = waiting(&third);
	CHECK_INT(all.n, 1);
	CHECK_STR(all.rows[0].id, proposal);
	CHECK_STR(all.rows[0].action, "role");
	CHECK_STR(all.rows[0].subject, "member S-003");
	CHECK_STR(all.rows[0].by, "S-001");
	CHECK_STR(all.rows[0].text, "give S-003 the role auditor");
	CHECK(all.rows[0].at > 0 && all.rows[0].batch > 0);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);

		proposal[8] = 0; /* a unique prefix will do */
		CHECK_OK(flow_approve(vault, proposal, true, &err), err);
		CHECK_INT(second.n_asked[AMANA_WHY_AUTHORITY], 1);
		CHECK_INT(member(vault, "S-003")->roles, ROLE_AUDITOR);
		CHECK_FAILS(flow_approve(vault, proposal, true, &err), err,
			    AMANA_E_MISSING);
	}
	CHECK_INT(waiting(&third).n, 0);
	/* The role opens nothing, and nobody's client hands the audit ring over by
	 * itself: who holds it does. */
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_INT(flow_policy_set(vault, "grant-days", "7", proposal, &err),
			  AMANA_PROPOSED);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&third);

		CHECK_INT(session_ring(vault, NULL, &ring, &err), 1);
	}
	office_admit(&founder, &third);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&third);

		CHECK_OK(session_ring(vault, NULL, &ring, &err), err);
	}
	office_done(&office);
}

static void
test_refuse(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	propose_role(proposal);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);

		CHECK_OK(flow_approve(vault, proposal, false, &err), err);
		CHECK_INT(member(vault, "S-003")->roles, 0);
		CHECK_FAILS(flow_approve(vault, proposal, true, &err), err,
			    AMANA_E_MISSING);
	}
	CHECK_INT(waiting(&founder).n, 0);
	office_done(&office);
}

struct denials {
	int n;
	struct member_code by;
};

static int
count_denied(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	struct denials *denials = arg;

	(void)err;
	if (seen->entry->action == ACT_DENIED) {
		denials->n++;
		denials->by = seen->entry->actor;
	}
	return 0;
}

static void
check_denied(struct person *person, const char *proposal)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct denials denials = {.n = 0};
	const struct log_visitor visitor = {.entry = count_denied, .arg = &denials};
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_FAILS(flow_approve(vault, proposal, true, &err), err, AMANA_E_DENIED);
	CHECK_INT(member(vault, "S-003")->roles, 0);
	CHECK_OK(log_each(vault->log, 1, &visitor, &err), err);
	CHECK(denials.n > 0);
	CHECK_STR(denials.by.text, person->code);
}

/* Not by who proposed it, nor by who could not have done it; both attempts are on record.
 */
static void
test_wrong_approver(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	propose_role(proposal);
	check_denied(&founder, proposal);
	check_denied(&third, proposal);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);

		CHECK_FAILS(flow_approve(vault, "1234567", true, &err), err,
			    AMANA_E_USAGE);
		CHECK_FAILS(flow_approve(vault, "xxxxxxxxxx", true, &err), err,
			    AMANA_E_USAGE);
		proposal[0] = proposal[0] == '0' ? '1' : '0';
		CHECK_FAILS(flow_approve(vault, proposal, true, &err), err,
			    AMANA_E_MISSING);
		/* Still open for who may. */
		proposal[0] = 0;
	}
	CHECK_INT(waiting(&second).n, 1);
	office_done(&office);
}

/* An enrolment that gives a role is proposed, one that gives none is not. */
static void
test_enrol(void)
{
	static struct person plain, auditor;
	char proposal[AMANA_PROPOSAL_MAX + 1], text[512];
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_card_info card;
	struct proposals all;

	begin();
	person_new(&office, "S-004", &plain);
	person_new(&office, "S-005", &auditor);
	office_add(&office, &founder, &plain, NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_INT(flow_member_add(vault,
					  &(struct amana_member_add){
						  .card_path = auditor.card,
						  .roles = "auditor",
						  .welcome_path = office_path(
							  &office, "S-005.welcome")},
					  proposal, &err),
			  AMANA_PROPOSED);
		CHECK(member(vault, "S-005") == NULL ||
		      !member(vault, "S-005")->enrolled);
	}
	CHECK(access(office_path(&office, "S-005.welcome"), F_OK) < 0);
	all = waiting(&second);
	CHECK_INT(all.n, 1);
	CHECK_OK(flow_card_read(auditor.card, &card, &err), err);
	snprintf(text, sizeof text,
		 "make S-005 a member, roles: auditor; the card's words are \"%s\"",
		 card.words);
	CHECK_STR(all.rows[0].text, text);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);

		CHECK_OK(flow_approve(vault, proposal, true, &err), err);
		CHECK(member(vault, "S-005")->enrolled);
		CHECK(strstr(second.notice[AMANA_NOTICE_INFO], "no welcome file") !=
		      NULL);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&auditor);
		const struct state_member *me;

		CHECK_INT(auditor.n_first_contact, 1);
		CHECK_OK(session_member(vault, &me, &err), err);
	}
	office_done(&office);
}

static int
take_member(void *ctx, const struct amana_member *row)
{
	struct amana_member *out = ctx;

	if (strcmp(row->member, out->member) == 0)
		*out = *row;
	return 0;
}

/* The list of members follows approvals, too: revoke, and roles of an admin. */
static void
test_revoke_admin(void)
{
	struct amana_member row = {.member = "S-002"};
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_INT(flow_member_revoke(
				  vault,
				  &(struct amana_member_revoke){.member = "S-002",
								.reason = "moved away"},
				  proposal, &err),
			  AMANA_PROPOSED);
		/* Who has no role goes without a second person. */
		CHECK_OK(flow_member_revoke(
				 vault,
				 &(struct amana_member_revoke){.member = "S-003",
							       .reason = "moved away"},
				 proposal + 0, &err),
			 err);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);
		struct proposals all = waiting(&second);

		CHECK_STR(all.rows[0].text, "end the membership of S-002");
		/* Of oneself: nobody answers for himself. */
		CHECK_FAILS(flow_approve(vault, all.rows[0].id, true, &err), err,
			    AMANA_E_DENIED);
		CHECK_FAILS(flow_approve(vault, all.rows[0].id, false, &err), err,
			    AMANA_E_DENIED);
	}
	{
		/* Where there is no third admin the card stands in. */
		CLEANUP(session_closep) struct session *vault = person_open(&the_card);
		struct proposals all = waiting(&the_card);

		CHECK_INT(all.n, 1);
		CHECK_OK(flow_approve(vault, all.rows[0].id, true, &err), err);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK(member(vault, "S-002")->revoked);
		CHECK_OK(flow_member_list(vault, 0, take_member, &row, &err), err);
		CHECK(row.revoked && row.revoked_at > 0);
		CHECK_STR(row.roles, "-");
	}
	office_done(&office);
}

int
main(void)
{
	RUN(test_propose_and_approve);
	RUN(test_refuse);
	RUN(test_wrong_approver);
	RUN(test_enrol);
	RUN(test_revoke_admin);
	return 0;
}
