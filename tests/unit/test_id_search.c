/* SPDX-License-Identifier: Apache-2.0 */
#include "session/id_search.h"

#include "office_fixture.h"

/* Cases, exhibits and proposals by the beginning of their ids. */

static struct office o;
static struct amana_error err;
static struct custody_id case_2, exhibit_2;

/* Two cases and two exhibits of which the ids are alike for eight digits:
 *
 *	12345678 0...	a case		12345678 1...	an exhibit
 *	12345678 2...	a case		abcdef01 0...	an exhibit */
static struct custody_id
id_of(const char *hex)
{
	struct custody_id id;
	char whole[CUSTODY_ID_HEX_LEN + 1];

	memset(whole, '0', sizeof whole - 1);
	whole[sizeof whole - 1] = 0;
	memcpy(whole, hex, strlen(hex));
	CHECK_INT(custody_id_parse(whole, strlen(whole), &id), 0);
	return id;
}

static void
open_case(const char *hex, struct custody_id *ret_id)
{
	struct entry e;

	lb_case(&o.lb, &e, ret_id, o.lead);
	*ret_id = e.subject.id = id_of(hex);
	ALLOWED(&o.lb, o.founder, &e);
	rekey(&o, o.lead, ret_id);
}

static void
deposit(const char *hex, const struct custody_id *case_id, struct custody_id *ret_id)
{
	struct entry e;

	lb_deposit(&o.lb, &e, ret_id, case_id);
	*ret_id = e.subject.id = id_of(hex);
	ALLOWED(&o.lb, o.lead, &e);
}

static void
begin(void)
{
	struct custody_id case_1, exhibit_1;

	office_init(&o);
	open_case("123456780", &case_1);
	open_case("123456782", &case_2);
	deposit("123456781", &case_2, &exhibit_1);
	deposit("abcdef01", &case_2, &exhibit_2);
}

static void
cases_and_exhibits(void)
{
	const struct state_case *a_case = NULL;
	const struct state_exhibit *exhibit = NULL;
	char whole[3 + CUSTODY_ID_HEX_LEN + 1] = "id:";

	begin();
	CHECK_OK(id_search_case(o.lb.state, "id:123456782", &a_case, &err), err);
	CHECK(custody_id_equal(&a_case->id, &case_2));
	custody_id_hex(&case_2, whole + 3);
	CHECK_OK(id_search_case(o.lb.state, whole, &a_case, &err), err);
	CHECK(custody_id_equal(&a_case->id, &case_2));
	CHECK_OK(id_search_exhibit(o.lb.state, "id:abcdef01", &exhibit, &err), err);
	CHECK(custody_id_equal(&exhibit->id, &exhibit_2));
	/* One exhibit, although cases begin so too. */
	CHECK_OK(id_search_exhibit(o.lb.state, "id:12345678", &exhibit, &err), err);

	CHECK_FAILS(id_search_case(o.lb.state, "id:12345678", &a_case, &err), err,
		    AMANA_E_MISSING);
	CHECK(strstr(err.msg, "more than one case begins with 'id:12345678'") != NULL);
	CHECK_FAILS(id_search_case(o.lb.state, "id:123456783", &a_case, &err), err,
		    AMANA_E_MISSING);
	CHECK_STR(err.msg, "no case here has the id 'id:123456783'");
	CHECK_FAILS(id_search_exhibit(o.lb.state, "id:123456780", &exhibit, &err), err,
		    AMANA_E_MISSING);
	CHECK_STR(err.msg, "no exhibit here has the id 'id:123456780'");
	office_done(&o);
}

static void
either(void)
{
	const struct state_case *a_case = NULL;
	const struct state_exhibit *exhibit = NULL;

	begin();
	CHECK_OK(id_search_any(o.lb.state, "id:abcdef01", &a_case, &exhibit, &err), err);
	CHECK(a_case == NULL && custody_id_equal(&exhibit->id, &exhibit_2));
	CHECK_OK(id_search_any(o.lb.state, "id:123456782", &a_case, &exhibit, &err), err);
	CHECK(exhibit == NULL && custody_id_equal(&a_case->id, &case_2));
	/* Two cases and an exhibit: not the exhibit. */
	CHECK_FAILS(id_search_any(o.lb.state, "id:12345678", &a_case, &exhibit, &err),
		    err, AMANA_E_MISSING);
	CHECK(strstr(err.msg, "more than one case or exhibit begins") != NULL);
	CHECK_FAILS(id_search_any(o.lb.state, "id:00000000", &a_case, &exhibit, &err),
		    err, AMANA_E_MISSING);
	CHECK_STR(err.msg, "no case or exhibit here has the id 'id:00000000'");
	CHECK(exhibit == NULL && a_case != NULL); /* untouched */
	office_done(&o);
}

static void
no_ids(void)
{
	static const char *const bad[] = {"",
					  "id:",
					  "id:1234567",
					  "id:12345678X",
					  "id:ABCDEF01",
					  "ID:abcdef01",
					  "abcdef01",
					  "id:123456782/1",
					  "id:12345678 ",
					  "id:-12345678",
					  "id:1234567800000000000000000000000000"};
	const struct state_case *a_case = NULL;
	const struct state_exhibit *exhibit = NULL;

	begin();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK_FAILS(id_search_case(o.lb.state, bad[i], &a_case, &err), err,
			    AMANA_E_USAGE);
		CHECK_FAILS(id_search_exhibit(o.lb.state, bad[i], &exhibit, &err), err,
			    AMANA_E_USAGE);
		CHECK_FAILS(id_search_any(o.lb.state, bad[i], &a_case, &exhibit, &err),
			    err, AMANA_E_USAGE);
	}
	CHECK(strstr(err.msg, "write id: and 8 to 32 lower-case hex digits") != NULL);
	CHECK(id_search_is_name("id:x") && !id_search_is_name("HK-1") &&
	      !id_search_is_name("id:12345678/1"));
	office_done(&o);
}

static void
proposals(void)
{
	const struct state_proposal *proposal = NULL;
	char hex[HASH_HEX_LEN + 1], other[HASH_HEX_LEN + 1];
	struct hash leaf;
	struct entry e;

	begin();
	two_person(&o);
	of_member(&e, ACT_ROLE, o.plain);
	e.own.role = (struct act_role){.role = ROLE_AUDITOR, .add = true};
	leaf = propose(&o, o.founder, &e);
	hash_hex(&leaf, hex);
	CHECK_OK(id_search_proposal(o.lb.state, hex, &proposal, &err), err);
	CHECK(hash_equal(&proposal->leaf, &leaf));
	memcpy(other, hex, sizeof hex);
	hex[8] = 0;
	CHECK_OK(id_search_proposal(o.lb.state, hex, &proposal, &err), err);
	hex[7] = 0;
	CHECK_FAILS(id_search_proposal(o.lb.state, hex, &proposal, &err), err,
		    AMANA_E_USAGE);
	other[63] = other[63] == '0' ? '1' : '0';
	CHECK_FAILS(id_search_proposal(o.lb.state, other, &proposal, &err), err,
		    AMANA_E_MISSING);
	CHECK_FAILS(id_search_proposal(o.lb.state, "id:12345678", &proposal, &err), err,
		    AMANA_E_USAGE);

	/* Answered: it waits no more. */
	of_member(&e, ACT_APPROVE, o.plain);
	e.own.approve = (struct act_approve){.proposal = leaf, .yes = false};
	ALLOWED(&o.lb, o.admin, &e);
	hash_hex(&leaf, hex);
	CHECK_FAILS(id_search_proposal(o.lb.state, hex, &proposal, &err), err,
		    AMANA_E_MISSING);
	office_done(&o);
}

int
main(void)
{
	RUN(cases_and_exhibits);
	RUN(either);
	RUN(no_ids);
	RUN(proposals);
	return 0;
}
