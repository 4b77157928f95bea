/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md 10.3 for enrol, role and revoke.  Each row is allowed once
 * and refused in every way it can be. */

static void
enrolling(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *fresh;
	struct entry e;

	office_init(&o);
	fresh = lb_person(lb, "X-1");
	lb_enrol(lb, &e, fresh, 0);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	REFUSED(lb, o.card, &e, "enrols only an admin");
	e.own.enrol.roles = ROLE_AUDITOR;
	REFUSED(lb, o.card, &e, "enrols only an admin");
	e.own.enrol.key = o.plain->key;
	memcpy(e.own.enrol.key.name, "X-1", 4);
	CHECK_INT(note_key_make("X-1", o.plain->key.pub, &e.own.enrol.key), 0);
	REFUSED(lb, o.admin, &e, "another member's");
	/* Another's RECIPIENT, or a ring's, is allowed. */
	e.own.enrol.key = fresh->key;
	e.own.enrol.recipient = o.plain->recipient;
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(member(&o, fresh)->roles, ROLE_AUDITOR);
	CHECK(state_enroller(lb->state, member(&o, fresh), 0) == member(&o, o.admin));
	CHECK(state_enroller(lb->state, member(&o, fresh), 1) == NULL);
	CHECK(!audit_is_due(&o)); /* a role gives no key */

	lb_enrol(lb, &e, lb_person(lb, "X-2"), ROLE_ADMIN);
	ALLOWED(lb, o.card, &e);
	CHECK_INT(peek_admins(lb->state), 3);
	CHECK(state_enroller(lb->state, member(&o, lb_person(lb, "X-2")), 0) ==
	      member(&o, o.card));
	lb_enrol(lb, &e, lb_person(lb, "R-2"), ROLE_RECOVERY);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_cards(lb->state), 2);
	office_done(&o);
}

/* By another: what somebody was and held is over. */
static void
enrolling_again(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *twin;
	struct entry e;

	office_init(&o);
	twin = lb_twin(lb, o.reader);
	lb_enrol(lb, &e, twin, ROLE_AUDITOR);
	REFUSED(lb, o.admin, &e, "roles, which are given apart");
	e.own.enrol.roles = ROLE_RECOVERY;
	REFUSED(lb, o.admin, &e, "roles, which are given apart");
	e.own.enrol.roles = ROLE_ADMIN;
	REFUSED(lb, o.admin, &e, "roles, which are given apart");
	e.own.enrol.roles = 0;
	REFUSED(lb, o.card, &e, "enrols only an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_NONE && is_due(&o) && !audit_is_due(&o));
	CHECK(memcmp(member(&o, o.reader)->pub, twin->key.pub, SIGN_PUB_LEN) == 0);
	CHECK(memcmp(peek_member_key(lb->state, member(&o, o.reader), 1),
		     o.reader->key.pub, SIGN_PUB_LEN) == 0);
	CHECK(peek_member_key(lb->state, member(&o, o.reader), 2) == NULL);
	CHECK(state_enroller(lb->state, member(&o, o.reader), 0) == member(&o, o.admin));
	/* Back to a key of before. */
	lb_enrol(lb, &e, o.reader, 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(peek_member_key(lb->state, member(&o, o.reader), 2) == NULL);
	CHECK(state_enroller(lb->state, member(&o, o.reader), 0) ==
	      member(&o, o.founder));

	/* A depositor never read; an auditor held the audit ring. */
	rekey(&o, o.lead, &o.c);
	lb_enrol(lb, &e, lb_twin(lb, o.depositor), 0);
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.depositor) == GRANT_NONE && !is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.auditor), 0);
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o) && state_audit_holders(lb->state) == 1);
	CHECK_INT(member(&o, o.auditor)->roles, 0);
	CHECK_INT(peek_auditors(lb->state), 1);

	/* An admin loses the role by another admin's hand, and keeps it by a card's. */
	lb_enrol(lb, &e, lb_twin(lb, o.admin), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(peek_admins(lb->state), 1);
	lb_enrol(lb, &e, lb_twin(lb, o.founder), ROLE_ADMIN);
	ALLOWED(lb, o.card, &e); /* the last one */
	CHECK_INT(peek_admins(lb->state), 1);
	CHECK(state_audit_holders(lb->state) == 0 && peek_auditors(lb->state) == 0);
	office_done(&o);
}

static void
enrolling_cards_and_revoked_again(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *twin;
	struct entry e;

	office_init(&o);
	twin = lb_twin(lb, o.card);
	lb_enrol(lb, &e, twin, 0);
	REFUSED(lb, o.admin, &e, "R-1 is a recovery card and stays one");
	e.own.enrol.roles = ROLE_ADMIN;
	REFUSED(lb, o.admin, &e, "R-1 is a recovery card and stays one");
	e.own.enrol.roles = ROLE_RECOVERY;
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.card) == GRANT_NONE && is_due(&o));
	CHECK_INT(state_cards(lb->state), 1);

	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.plain), 0);
	REFUSED(lb, o.admin, &e, "S-009 was revoked, and a code is never used again");
	/* A revoked member's key stays his. */
	lb_enrol(lb, &e, lb_person(lb, "X-1"), 0);
	CHECK_INT(note_key_make("X-1", o.plain->key.pub, &e.own.enrol.key), 0);
	REFUSED(lb, o.admin, &e, "another member's");

	/* The last admin, by himself as an admin: nobody else could be it. */
	of_member(&e, ACT_REVOKE, o.founder);
	ALLOWED(lb, o.admin, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.admin), 0);
	REFUSED(lb, twin, &e, "enrols only an admin");
	office_done(&o);
}

static void
own_keys(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *twin;
	uint64_t roles_entry;
	struct entry e;

	office_init(&o);
	twin = lb_twin(lb, o.reader);
	lb_enrol(lb, &e, twin, ROLE_AUDITOR);
	REFUSED(lb, o.reader, &e, "one's present roles");
	e.own.enrol.roles = 0;
	CHECK_INT(note_key_make("S-005", o.plain->key.pub, &e.own.enrol.key), 0);
	REFUSED(lb, o.reader, &e, "another member's");
	e.own.enrol.key = twin->key;
	ALLOWED(lb, o.reader, &e);
	CHECK(kind_of(&o, o.reader) == GRANT_READER && is_due(&o));
	CHECK(state_grant(lb->state, &o.c, &o.reader->code)->firm);
	CHECK(state_enroller(lb->state, member(&o, o.reader), 0) ==
	      member(&o, o.founder));
	CHECK(age_recipient_equal(&member(&o, o.reader)->recipient, &twin->recipient));
	lb_record(lb, &e, ACT_RECORD, subject_exhibit(&o.x));
	ALLOWED(lb, twin, &e);

	/* Roles and their age stay, cards and the last admin included; nothing may follow
	 * in the slot. */
	twin = lb_twin(lb, o.founder);
	roles_entry = peek_role_entry(member(&o, o.admin), ROLE_ADMIN);
	lb_enrol(lb, &e, twin, ROLE_ADMIN | ROLE_AUDITOR);
	lb_begin(lb, o.founder);
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	end_void(lb, "entry 2, publish: S-001's signing key was replaced");
	/* With the same keys neither. */
	lb_begin(lb, o.founder);
	lb_enrol(lb, &e, o.founder, ROLE_ADMIN | ROLE_AUDITOR);
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	end_void(lb, "entry 2, publish: S-001's signing key was replaced");
	/* It may come last. */
	lb_begin(lb, o.founder);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	lb_enrol(lb, &e, twin, ROLE_ADMIN | ROLE_AUDITOR);
	lb_add(lb, &e);
	CHECK_INT(lb_end(lb), VERDICT_VALID);
	CHECK(audit_is_due(&o) && state_audit_holders(lb->state) == 2);
	CHECK_INT(peek_role_entry(member(&o, o.founder), ROLE_ADMIN), 0);
	CHECK(peek_role_entry(member(&o, o.admin), ROLE_ADMIN) == roles_entry);
	lb_enrol(lb, &e, lb_twin(lb, o.card), ROLE_RECOVERY);
	ALLOWED(lb, o.card, &e);
	CHECK_INT(kind_of(&o, o.card), GRANT_RECOVERY);
	lb_enrol(lb, &e, lb_twin(lb, o.depositor), 0);
	rekey(&o, o.lead, &o.c);
	ALLOWED(lb, o.depositor, &e);
	CHECK(kind_of(&o, o.depositor) == GRANT_DEPOSITOR && !is_due(&o));
	office_done(&o);
}

static void
own_keys_never_take_two(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	two_person(&o);
	lb_enrol(lb, &e, lb_twin(lb, o.admin), ROLE_ADMIN);
	REFUSED(lb, o.founder, &e, "takes two people");
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "enrol does not take two people now");
	lb_enrol(lb, &e, lb_twin(lb, o.admin), ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	office_done(&o);
}

static void
roles(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(member(&o, o.plain)->roles, ROLE_AUDITOR);
	CHECK_INT(peek_auditors(lb->state), 3);
	REFUSED(lb, o.admin, &e, "changes nothing");
	CHECK(!audit_is_due(&o)); /* becoming one gives no key by itself */
	lb_role(&e, o.plain, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK(!audit_is_due(&o)); /* nor did it take one */
	lb_role(&e, o.auditor, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	REFUSED(lb, o.admin, &e, "changes nothing");
	CHECK_INT(state_grant(lb->state, NULL, &o.auditor->code)->kind, GRANT_NONE);
	CHECK_INT(state_audit_holders(lb->state), 1);
	lb_role(&e, o.founder, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_audit_holders(lb->state), 0);
	lb_role(&e, o.card, true, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "R-1 is a recovery card");
	lb_role(&e, o.founder, false, ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.admin, false, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "S-002 is the last admin");
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	REFUSED(lb, o.admin, &e, "S-009 is revoked");
	office_done(&o);
}

static void
revoking(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	of_member(&e, ACT_REVOKE, o.depositor);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.depositor) == GRANT_NONE && !is_due(&o));
	REFUSED(lb, o.admin, &e, "revoked already");
	of_member(&e, ACT_REVOKE,
		  o.standby); /* has the keys, though he may not use them yet */
	ALLOWED(lb, o.admin, &e);
	CHECK(kind_of(&o, o.standby) == GRANT_NONE && is_due(&o));
	rekey(&o, o.lead, &o.c);
	of_member(&e, ACT_REVOKE, o.card);
	ALLOWED(lb, o.admin, &e);
	CHECK(is_due(&o) && !audit_is_due(&o));
	of_member(&e, ACT_REVOKE, o.auditor);
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	of_member(&e, ACT_REVOKE, o.founder);
	ALLOWED(lb, o.admin, &e);
	CHECK(peek_auditors(lb->state) == 0 && state_audit_holders(lb->state) == 0);
	of_member(&e, ACT_REVOKE, o.admin);
	REFUSED(lb, o.admin, &e, "S-002 is the last admin");
	/* One who is out signs nothing more, in the same slot neither. */
	lb_enrol(lb, &e, lb_person(lb, "X-1"), ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	lb_begin(lb, o.admin);
	of_member(&e, ACT_REVOKE, o.admin);
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	end_void(lb, "entry 2, publish: S-002 is revoked");
	of_member(&e, ACT_REVOKE, o.admin);
	ALLOWED(lb, o.admin, &e);
	office_done(&o);
}

/* While two-person is on a card has to stay; revoking it takes one. */
static void
the_last_card_stays(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	of_member(&e, ACT_REVOKE, o.card);
	lb_propose(&e);
	REFUSED(lb, o.admin, &e, "revoke does not take two people now");
	enrol(&o, lb_person(lb, "R-2"), ROLE_RECOVERY);
	two_person(&o);
	of_member(&e, ACT_REVOKE, o.card);
	ALLOWED(lb, o.admin, &e);
	of_member(&e, ACT_REVOKE, lb_person(lb, "R-2"));
	REFUSED(lb, o.admin, &e, "R-2 is the last recovery card");
	office_done(&o);
}

/* An enrol, signed. */
static void
add_members(struct office *o, const char *letters, unsigned int n, uint8_t role)
{
	struct entry e;
	char code[16];

	for (unsigned int i = 0; i < n; i++) {
		struct person *person = &o->lb.people[LB_PEOPLE - 1];

		snprintf(code, sizeof code, "%s-%u", letters, 100 + i);
		lb_stranger(&o->lb, code, person);
		lb_enrol(&o->lb, &e, person, role);
		ALLOWED(&o->lb, o->founder, &e);
	}
}

static void
limits(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	add_members(&o, "R", 15, ROLE_RECOVERY);
	CHECK_INT(state_cards(lb->state), 16);
	lb_enrol(lb, &e, lb_person(lb, "R-2"), ROLE_RECOVERY);
	REFUSED(lb, o.admin, &e, "16 recovery cards already");
	lb_enrol(lb, &e, lb_twin(lb, o.card), ROLE_RECOVERY); /* one of them */
	ALLOWED(lb, o.admin, &e);
	of_member(&e, ACT_REVOKE, o.card);
	ALLOWED(lb, o.admin, &e);
	lb_enrol(lb, &e, lb_person(lb, "R-2"), ROLE_RECOVERY);
	ALLOWED(lb, o.admin, &e);

	add_members(&o, "U", 62, ROLE_AUDITOR);
	CHECK_INT(peek_auditors(lb->state), 64);
	lb_enrol(lb, &e, lb_person(lb, "X-1"), ROLE_AUDITOR);
	REFUSED(lb, o.admin, &e, "64 auditors already");
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	REFUSED(lb, o.admin, &e, "64 auditors already");
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.auditor, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	office_done(&o);
}

int
main(void)
{
	RUN(enrolling);
	RUN(enrolling_again);
	RUN(enrolling_cards_and_revoked_again);
	RUN(own_keys);
	RUN(own_keys_never_take_two);
	RUN(roles);
	RUN(revoking);
	RUN(the_last_card_stays);
	RUN(limits);
	return 0;
}
