/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "crypto/words.h"

/* Members, roles, and what is on record of them. */

static struct office office;
static struct person founder, second, third;

static void
begin(void)
{
	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &second);
	person_new(&office, "S-003", &third);
	office_init(&founder);
}

/* Adds second and third as they are. */
static void
begin_with_all(const char *second_roles)
{
	begin();
	office_add(&office, &founder, &second, second_roles);
	office_add(&office, &founder, &third, NULL);
}

struct list {
	struct amana_member rows[16];
	size_t n;
};

static int
take(void *ctx, const struct amana_member *member)
{
	struct list *list = ctx;

	CHECK(list->n < 16);
	list->rows[list->n++] = *member;
	return 0;
}

static struct list
list_members(struct person *person, int64_t at)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;
	struct list list = {.n = 0};

	CHECK_OK(flow_member_list(vault, at, take, &list, &err), err);
	return list;
}

/* How many entries of the action the log has, and the last one's slot. */
struct count {
	enum action action;
	int n;
	uint64_t slot;
};

static int
count_one(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	struct count *count = arg;

	(void)err;
	if (seen->entry->action == count->action) {
		count->n++;
		count->slot = seen->slot->n;
	}
	return 0;
}

static struct count
count_acts(struct person *person, enum action action)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct count count = {.action = action};
	const struct log_visitor visitor = {.entry = count_one, .arg = &count};
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(log_each(vault->log, 1, &visitor, &err), err);
	return count;
}

static void
test_list(void)
{
	struct amana_card_info card;
	struct amana_error err = AMANA_ERROR_INIT;
	struct list list;

	begin_with_all("auditor");
	list = list_members(&founder, 0);
	CHECK_INT(list.n, 3);
	CHECK_STR(list.rows[0].member, "S-001");
	CHECK_STR(list.rows[0].roles, "admin,auditor");
	CHECK_STR(list.rows[1].roles, "auditor");
	CHECK_STR(list.rows[2].member, "S-003");
	CHECK_STR(list.rows[2].roles, "-");
	CHECK(list.rows[2].enrolled_at > 0 && list.rows[2].revoked_at == 0);
	CHECK_OK(flow_card_read(third.card, &card, &err), err);
	CHECK_STR(list.rows[2].recipient, card.recipient);
	CHECK_STR(list.rows[2].key, card.key);
	office_done(&office);
}

/* The log says of every member what the list says: the roster is read apart from the
 * state. */
static void
check_list_is_state(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct list list = list_members(person, 0);
	const struct state *state = session_state(vault);

	CHECK_INT(list.n, state_n_members(state));
	for (size_t i = 0; i < list.n; i++) {
		struct member_code code;
		const struct state_member *member;
		char roles[32], recipient[AGE_RECIPIENT_LEN + 1];

		CHECK_INT(member_code_parse(list.rows[i].member,
					    strlen(list.rows[i].member), &code),
			  0);
		member = state_member(state, &code);
		CHECK(member != NULL && member->enrolled);
		snprintf(roles, sizeof roles, "%s",
			 member->roles == 0		 ? "-"
			 : member->roles == ROLE_ADMIN	 ? "admin"
			 : member->roles == ROLE_AUDITOR ? "auditor"
							 : "admin,auditor");
		CHECK_STR(list.rows[i].roles, roles);
		CHECK_INT(list.rows[i].revoked, member->revoked);
		age_recipient_text(&member->recipient, recipient);
		CHECK_STR(list.rows[i].recipient, recipient);
	}
}

static void
test_list_at(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t before, between;
	struct list list;

	begin();
	before = session_now();
	sleep(1);
	office_add(&office, &founder, &second, "admin");
	between = session_now();
	sleep(1);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_member_role(vault, "S-002", "admin", false, proposal, &err),
			 err);
		CHECK_OK(flow_member_revoke(
				 vault,
				 &(struct amana_member_revoke){
					 .member = "S-002", .reason = "left the office"},
				 proposal, &err),
			 err);
	}
	list = list_members(&founder, before);
	CHECK_INT(list.n, 1);
	list = list_members(&founder, between);
	CHECK_INT(list.n, 2);
	CHECK_STR(list.rows[1].roles, "admin");
	CHECK(!list.rows[1].revoked);
	list = list_members(&founder, 0);
	CHECK(list.rows[1].revoked && list.rows[1].revoked_at >= between);
	CHECK_STR(list.rows[1].roles, "-");
	list = list_members(&founder, before - 86400); /* there was no vault yet */
	CHECK_INT(list.n, 0);
	check_list_is_state(&founder);
	office_done(&office);
}

static void
test_add_refuses(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_card_info card;
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t slot;

	begin();
	vault = person_open(&founder);
	slot = state_slot(session_state(vault));
	CHECK_OK(flow_card_read(third.card, &card, &err), err);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = second.card,
							       .fingerprint = card.words},
				    proposal, &err),
		    err, AMANA_E_TAMPERED);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = second.card,
							       .roles = "boss"},
				    proposal, &err),
		    err, AMANA_E_USAGE);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = second.card,
							       .roles = "admin,admin"},
				    proposal, &err),
		    err, AMANA_E_USAGE);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = second.card,
							       .roles = "admin,"},
				    proposal, &err),
		    err, AMANA_E_USAGE);
	CHECK_FAILS(flow_member_add(
			    vault,
			    &(struct amana_member_add){.card_path = "/nowhere/x.card"},
			    proposal, &err),
		    err, AMANA_E_MISSING);
	/* The welcome cannot be written: nobody is enrolled. */
	CHECK_FAILS(
		flow_member_add(vault,
				&(struct amana_member_add){.card_path = second.card,
							   .welcome_path = third.card},
				proposal, &err),
		err, AMANA_E_CONFLICT);
	CHECK_FAILS(
		flow_member_add(vault,
				&(struct amana_member_add){.card_path = second.card,
							   .welcome_path = "/nowhere/w"},
				proposal, &err),
		err, AMANA_E_MISSING);
	CHECK_INT(founder.n_asked[AMANA_WHY_AUTHORITY] + founder.n_asked[AMANA_WHY_OPEN],
		  1);
	CHECK_INT(state_slot(session_state(vault)), slot);
	/* By the words, with other case and dashes. */
	CHECK_OK(flow_member_add(vault,
				 &(struct amana_member_add){.card_path = third.card,
							    .fingerprint = card.words},
				 proposal, &err),
		 err);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = third.card},
				    proposal, &err),
		    err, AMANA_E_CONFLICT);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = third.card,
							       .roles = "admin"},
				    proposal, &err),
		    err, AMANA_E_CONFLICT);
	office_done(&office);
}

static void
test_altered_card(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	CLEANUP(buf_done) struct buf card = BUF_INIT(SIGNED_MAX);
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	char *code;

	begin();
	CHECK_INT(file_read(AT_FDCWD, second.card, &card, &err), 0);
	code = strstr((char *)card.data, "S-002");
	code[4] = '9';
	CHECK_INT(unlink(second.card), 0);
	CHECK_INT(file_write_new(AT_FDCWD, office.root, second.card, 0600, BYTES_OF(card),
				 false, &err),
		  0);
	vault = person_open(&founder);
	CHECK_FAILS(flow_member_add(vault,
				    &(struct amana_member_add){.card_path = second.card},
				    proposal, &err),
		    err, AMANA_E_FORMAT);
	office_done(&office);
}

/* Authority is an admin's, is asked for each time, and an attempt without it is on
 * record. */
static void
test_not_an_admin(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_policy policy;

	begin_with_all(NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);

		for (int i = 0; i < 2; i++)
			CHECK_FAILS(flow_member_role(vault, "S-002", "admin", true,
						     proposal, &err),
				    err, AMANA_E_DENIED);
		CHECK_INT(second.n_asked[AMANA_WHY_AUTHORITY], 1);
		CHECK_FAILS(flow_policy_set(vault, "grant-days", "5", proposal, &err),
			    err, AMANA_E_DENIED);
		CHECK_OK(flow_policy_get(vault, &policy, &err), err);
		CHECK_INT(policy.grant_days, 90);
	}
	/* Two attempts at different things, of which the first was made twice. */
	CHECK_INT(count_acts(&founder, ACT_DENIED).n, 2);
	CHECK_INT(count_acts(&founder, ACT_ROLE).n, 0);
	office_done(&office);
}

/* How many epochs of the audit ring this person holds; -1: none at all. */
static int
audit_epochs(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;
	const struct ring *ring;
	int r;

	CHECK_OK(session_identity(vault, &err), err);
	r = session_ring(vault, NULL, &ring, &err);
	CHECK(r >= 0);
	return r > 0 ? -1 : (int)ring->n_epochs;
}

/* The role opens nothing: who holds the audit ring lets the new auditor in, by himself
 * or, where the words of the new card were compared, with its enrolment. */
static void
test_auditor_gets_ring(void)
{
	static struct person fourth;
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_card_info card;

	begin_with_all("auditor");
	CHECK_INT(count_acts(&founder, ACT_GRANT).n, 0);
	CHECK(strstr(founder.notice[AMANA_NOTICE_INFO], "amana audit admit S-002") !=
	      NULL);
	CHECK_INT(audit_epochs(&second), -1);
	office_admit(&founder, &second);
	CHECK_INT(audit_epochs(&second), 1);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_REFUSED(flow_audit_admit(vault, "S-002", &err), err,
			      AMANA_E_CONFLICT, AMANA_REASON_ALREADY);
		CHECK_FAILS(flow_audit_admit(vault, "S-003", &err), err, AMANA_E_DENIED);
		CHECK_OK(
			flow_member_role(vault, "S-003", "auditor", true, proposal, &err),
			err);
	}
	CHECK_INT(audit_epochs(&third), -1);
	office_admit(&second, &third); /* any holder may */
	CHECK_INT(audit_epochs(&third), 1);
	person_new(&office, "S-004", &fourth);
	CHECK_OK(flow_card_read(fourth.card, &card, &err), err);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);
		const struct amana_member_add add = {.card_path = fourth.card,
						     .roles = "auditor",
						     .fingerprint = card.words};

		CHECK_OK(flow_member_add(vault, &add, proposal, &err), err);
	}
	CHECK_INT(audit_epochs(&fourth), 1);
	CHECK_INT(count_acts(&founder, ACT_GRANT).n, 3);
	/* Who stops being one leaves the ring, and the next epoch is made at once. */
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_member_role(vault, "S-002", "auditor", false, proposal,
					  &err),
			 err);
		CHECK_INT(state_ring_epoch(session_state(vault), NULL), 2);
		CHECK(!state_ring_due(session_state(vault), NULL));
		CHECK_FAILS(flow_member_role(vault, "S-002", "auditor", false, proposal,
					     &err),
			    err, AMANA_E_CONFLICT);
	}
	CHECK_INT(audit_epochs(&second), -1);
	CHECK_INT(audit_epochs(&third), 2);
	office_done(&office);
}

struct due {
	char codes[8][AMANA_CASE_MAX + 1];
	size_t n;
};

static void
take_due(void *ctx, const char *case_code, const char *case_id)
{
	struct due *due = ctx;

	CHECK_INT(strlen(case_id), AMANA_ID_HEX);
	snprintf(due->codes[due->n++], sizeof due->codes[0], "%s", case_code);
}

static int
ignore_case(void *ctx, const struct amana_case *info)
{
	(void)ctx;
	(void)info;
	return 0;
}

/* The cases of somebody who is revoked: one that the admin leads gets its epoch at once,
 * the other is told of. */
static void
test_revoke(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1], led[AMANA_ID_HEX + 1],
		foreign[AMANA_ID_HEX + 1];
	struct amana_error err = AMANA_ERROR_INIT;
	struct due due = {.n = 0};
	struct custody_id led_id, foreign_id;

	begin_with_all(NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_case_open(
				 vault,
				 &(struct amana_case_open){.code = "HK-1", .lead = NULL},
				 led, &err),
			 err);
		CHECK_OK(flow_case_open(vault,
					&(struct amana_case_open){.code = "HK-2",
								  .lead = "S-003"},
					foreign, &err),
			 err);
	}
	CHECK_INT(custody_id_parse(led, strlen(led), &led_id), 0);
	CHECK_INT(custody_id_parse(foreign, strlen(foreign), &foreign_id), 0);
	make_lead(&founder, led, "S-002");
	{
		CLEANUP(session_closep) struct session *vault = person_open(&third);

		/* S-003's client makes the epoch that the opener does not know. */
		CHECK_OK(flow_case_list(vault, ignore_case, NULL, &err), err);
		CHECK_INT(state_ring_epoch(session_state(vault), &foreign_id), 2);
	}
	make_lead(&third, foreign, "S-002");
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_FAILS(flow_member_revoke(
				    vault,
				    &(struct amana_member_revoke){.member = "S-002",
								  .reason = "",
								  .due = take_due,
								  .ctx = &due},
				    proposal, &err),
			    err, AMANA_E_USAGE);
		CHECK_FAILS(flow_member_revoke(
				    vault,
				    &(struct amana_member_revoke){.member = "S-009",
								  .reason = "left",
								  .due = take_due,
								  .ctx = &due},
				    proposal, &err),
			    err, AMANA_E_MISSING);
		CHECK_FAILS(flow_member_revoke(
				    vault,
				    &(struct amana_member_revoke){.member = "S-001",
								  .reason = "left",
								  .due = take_due,
								  .ctx = &due},
				    proposal, &err),
			    err, AMANA_E_DENIED); /* the last admin */
		CHECK_OK(flow_member_revoke(
				 vault,
				 &(struct amana_member_revoke){.member = "S-002",
							       .reason = "left",
							       .due = take_due,
							       .ctx = &due},
				 proposal, &err),
			 err);
		CHECK_INT(due.n, 1);
		CHECK_STR(due.codes[0], "-");
		CHECK_INT(state_ring_epoch(session_state(vault), &led_id), 2);
		CHECK_FAILS(flow_member_revoke(
				    vault,
				    &(struct amana_member_revoke){.member = "S-002",
								  .reason = "left",
								  .due = take_due,
								  .ctx = &due},
				    proposal, &err),
			    err, AMANA_E_CONFLICT);
		CHECK_FAILS(flow_member_add(
				    vault,
				    &(struct amana_member_add){.card_path = second.card},
				    proposal, &err),
			    err, AMANA_E_CONFLICT);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&second);
		const struct state_member *me;

		CHECK_FAILS(session_member(vault, &me, &err), err, AMANA_E_DENIED);
	}
	check_list_is_state(&founder);
	office_done(&office);
}

/* A lost key: the same code with another card, by an admin.  Roles and grants end, and
 * are given again by hand. */
static void
test_replace_keys(void)
{
	char proposal[AMANA_PROPOSAL_MAX + 1], away[OFFICE_PATH];
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	static struct person again;

	begin();
	office_add(&office, &founder, &second, "auditor");
	office_admit(&founder, &second);
	CHECK_INT(audit_epochs(&second), 1);
	snprintf(away, sizeof away, "%s/old", office.root);
	CHECK_INT(rename(second.data_dir, away), 0);
	CHECK_INT(unlink(second.card), 0);
	person_new(&office, "S-002", &again);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&again);

		CHECK_INT(again.n_first_contact, 1);
		CHECK_FAILS(session_member(vault, &me, &err), err, AMANA_E_DENIED);
		CHECK(strstr(err.msg, "other keys") != NULL);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_member_add(
				 vault,
				 &(struct amana_member_add){.card_path = again.card},
				 proposal, &err),
			 err);
		/* what ends, and who gives it again */
		CHECK(strstr(founder.notice[AMANA_NOTICE_INFO],
			     "S-002 was auditor of the audit ring: whoever gave that "
			     "compares the new words") != NULL);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&again);

		CHECK_OK(session_member(vault, &me, &err), err);
		CHECK_INT(me->roles, 0);
	}
	CHECK_INT(audit_epochs(&again), -1);
	{
		/* The next auditor's client makes the epoch that is due, for those who
		 * hold the ring. */
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_policy_set(vault, "grant-days", "30", proposal, &err), err);
		CHECK_INT(state_ring_epoch(session_state(vault), NULL), 2);
		CHECK_OK(
			flow_member_role(vault, "S-002", "auditor", true, proposal, &err),
			err);
	}
	CHECK_INT(audit_epochs(&again), -1);
	office_admit(&founder, &again);
	CHECK_INT(audit_epochs(&again), 2);
	check_list_is_state(&founder);
	office_done(&office);
}

int
main(void)
{
	RUN(test_list);
	RUN(test_list_at);
	RUN(test_add_refuses);
	RUN(test_altered_card);
	RUN(test_not_an_admin);
	RUN(test_auditor_gets_ring);
	RUN(test_revoke);
	RUN(test_replace_keys);
	return 0;
}
