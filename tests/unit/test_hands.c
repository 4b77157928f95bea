/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "log_builder.h"

#include "office_fixture.h"

/* What clients ask of the state to warn people: two people who are one hand, who still
 * opens a ring, how many holders a key file was sealed to. */

static struct office o;

static const struct state_member *
one_hand(const struct person *a, const struct person *b)
{
	return state_one_hand(o.lb.state, &a->code, &b->code);
}

static bool
is_hand_of(const struct person *hand, const struct person *a, const struct person *b)
{
	const struct state_member *way = one_hand(a, b), *back = one_hand(b, a);

	return way != NULL && way == back && way == member(&o, hand);
}

static void
enrol_by(struct person *by, struct person *who, uint8_t roles)
{
	struct entry e;

	lb_enrol(&o.lb, &e, who, roles);
	ALLOWED(&o.lb, by, &e);
}

static void
one_hand_alone(void)
{
	struct person *first, *second;

	office_init(&o);
	/* The founder enrolled everybody. */
	CHECK(is_hand_of(o.founder, o.founder, o.admin));
	CHECK(is_hand_of(o.founder, o.lead, o.founder));
	/* Two whom a third enrolled are two. */
	CHECK(one_hand(o.lead, o.admin) == NULL);
	CHECK(one_hand(o.lead, o.lead) == NULL);
	/* The line goes on: an admin of the founder's hand enrols two. */
	first = lb_person(&o.lb, "S-101");
	second = lb_person(&o.lb, "S-102");
	enrol_by(o.admin, first, ROLE_ADMIN);
	enrol_by(first, second, 0);
	CHECK(is_hand_of(o.admin, o.admin, second));
	CHECK(is_hand_of(o.founder, second, o.founder));
	CHECK(one_hand(second, o.lead) == NULL);
	office_done(&o);
}

/* An enrolment by two is the hand of him alone whose hand both are. */
static void
by_two(void)
{
	struct person *new_one;
	struct subject subject;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	two_person(&o);
	/* by the founder and the admin, whom the founder enrolled: the founder's hand */
	new_one = lb_person(&o.lb, "S-201");
	lb_enrol(&o.lb, &e, new_one, ROLE_AUDITOR);
	subject = e.subject;
	leaf = propose(&o, o.founder, &e);
	approve(&o, o.admin, subject, &leaf);
	CHECK(is_hand_of(o.founder, o.founder, new_one));
	CHECK(one_hand(o.admin, new_one) == NULL);
	office_done(&o);
}

/* Keys of one's own making change nobody's hand; keys that another enrols do. */
static void
new_keys(void)
{
	struct person *twin;

	office_init(&o);
	twin = lb_twin(&o.lb, o.plain);
	enrol_by(o.admin, twin, 0);
	CHECK(is_hand_of(o.admin, o.admin, twin));
	CHECK(is_hand_of(o.founder, o.founder, twin)); /* by the admin's line */
	office_done(&o);

	office_init(&o);
	twin = lb_twin(&o.lb, o.plain);
	enrol_by(o.plain, twin, 0); /* by its own key */
	CHECK(is_hand_of(o.founder, o.founder, twin));
	CHECK(one_hand(o.admin, twin) == NULL);
	office_done(&o);
}

/* ---- who still opens the ring ---- */

static void
check_leavers(const struct custody_id *case_id, const struct person *first,
	      bool first_by_date, const struct person *second)
{
	size_t want = (first != NULL) + (second != NULL);
	struct state_leaver got[4];

	memset(got, 0, sizeof got);
	CHECK_INT(state_ring_leavers(o.lb.state, case_id, got, ARRAY_LEN(got)), want);
	CHECK_INT(state_ring_leavers(o.lb.state, case_id, NULL, 0), want);
	if (first != NULL) {
		CHECK(got[0].member == member(&o, first));
		CHECK_INT(got[0].by_date, first_by_date);
	}
	if (second != NULL)
		CHECK(got[1].member == member(&o, second) && !got[1].by_date);
}

static void
leavers(void)
{
	struct entry e;

	office_init(&o);
	check_leavers(&o.c, NULL, false, NULL);
	/* a depositor opens nothing */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.depositor);
	ALLOWED(&o.lb, o.lead, &e);
	check_leavers(&o.c, NULL, false, NULL);
	/* a reader by whom a lead has ended, in the order of members */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(&o.lb, o.lead, &e);
	check_leavers(&o.c, o.reader, false, NULL);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.standby);
	ALLOWED(&o.lb, o.lead, &e);
	check_leavers(&o.c, o.reader, false, o.standby);
	/* who is let in again is no leaver */
	grant(&o, o.standby, GRANT_READER);
	check_leavers(&o.c, o.reader, false, NULL);
	/* the next epoch is sealed past him */
	rekey(&o, o.lead, &o.c);
	check_leavers(&o.c, NULL, false, NULL);
	/* as a depositor he still has the key of this epoch */
	grant(&o, o.standby, GRANT_DEPOSITOR);
	check_leavers(&o.c, o.standby, false, NULL);
	rekey(&o, o.lead, &o.c);
	/* a membership that ends */
	of_member(&e, ACT_REVOKE, o.lead2);
	ALLOWED(&o.lb, o.founder, &e);
	check_leavers(&o.c, o.lead2, false, NULL);
	rekey(&o, o.lead, &o.c);
	check_leavers(&o.c, NULL, false, NULL);
	office_done(&o);
}

static void
leavers_by_date(void)
{
	struct entry e;

	office_init(&o);
	lb_grant(&o.lb, &e, &o.c, o.reader, GRANT_READER);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME + 3600;
	ALLOWED(&o.lb, o.lead, &e);
	lb_of_grant(&e, ACT_EXPIRE, &o.c, o.reader);
	e.at = LB_TIME + 3600;
	ALLOWED(&o.lb, o.lead, &e);
	check_leavers(&o.c, o.reader, true, NULL);
	/* ended by hand before its date: that is no matter of dates */
	rekey(&o, o.lead, &o.c);
	lb_grant(&o.lb, &e, &o.c, o.reader, GRANT_READER);
	e.own.grant.has_until = true;
	e.own.grant.until_at = LB_TIME + 7200;
	ALLOWED(&o.lb, o.lead, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(&o.lb, o.lead, &e);
	check_leavers(&o.c, o.reader, false, NULL);
	office_done(&o);
}

static void
leavers_of_the_audit_ring(void)
{
	struct entry e;

	office_init(&o);
	check_leavers(NULL, NULL, false, NULL);
	lb_role(&e, o.auditor, false, ROLE_AUDITOR);
	ALLOWED(&o.lb, o.founder, &e);
	check_leavers(NULL, o.auditor, false, NULL);
	rekey(&o, o.founder, NULL);
	check_leavers(NULL, NULL, false, NULL);
	office_done(&o);
}

/* ---- key files ---- */

static uint32_t
file_holders(const struct custody_id *case_id, uint64_t epoch)
{
	const struct age_recipient *recipient =
		state_ring_recipient(o.lb.state, case_id, epoch);

	CHECK(recipient != NULL);
	return state_ring_file_holders(o.lb.state, recipient);
}

/* As many as held the ring when the epoch was made, whoever came and went since. */
static void
holders_of_files(void)
{
	struct age_recipient none;
	struct entry e;

	office_init(&o);
	CHECK_INT(file_holders(NULL, 1), 1); /* the genesis: the founder */
	CHECK_INT(file_holders(&o.c, 1), 1); /* the case's first lead */
	CHECK_INT(file_holders(&o.c, 2), 1);
	rekey(&o, o.lead, &o.c); /* two leads, reader, standby, card; no depositor */
	CHECK_INT(file_holders(&o.c, 3), 5);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(&o.lb, o.lead, &e);
	CHECK_INT(file_holders(&o.c, 3), 5);
	rekey(&o, o.lead, &o.c);
	CHECK_INT(file_holders(&o.c, 4), 4);
	grant(&o, o.reader, GRANT_READER);
	CHECK_INT(file_holders(&o.c, 4), 4);
	rekey(&o, o.founder, NULL);
	CHECK_INT(file_holders(NULL, 2), 2); /* founder and auditor */
	CHECK_INT(file_holders(NULL, 1), 1);
	lb_recipient(&o.lb, &none);
	CHECK_INT(state_ring_file_holders(o.lb.state, &none), 0);
	office_done(&o);
}

int
main(void)
{
	RUN(one_hand_alone);
	RUN(by_two);
	RUN(new_keys);
	RUN(leavers);
	RUN(leavers_by_date);
	RUN(leavers_of_the_audit_ring);
	RUN(holders_of_files);
	return 0;
}
