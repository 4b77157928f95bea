/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"
#include "state_peek.h"

/* The rules of docs/FORMAT.md section 10 for enrol, role and revoke.  Each row is allowed
 * once and refused in every way it can be. */

static void
enrolling(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct person *twin, *thief;
	struct entry e;

	office_init(&o);
	thief = lb_person(lb, "X-1");
	lb_enrol(lb, &e, thief, 0);
	REFUSED(lb, o.lead, &e, "S-003 is not an admin");
	REFUSED(lb, o.auditor, &e, "S-008 is not an admin");
	e.own.enrol.roles = ROLE_ADMIN | ROLE_RECOVERY;
	REFUSED(lb, o.founder, &e, "recovery stands alone");

	/* Another's key under a new code; and it was S-002's even after he has a new
	 * one. */
	twin = lb_twin(lb, o.admin);
	lb_enrol(lb, &e, twin, ROLE_ADMIN);
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(note_key_make("X-1", o.admin->key.pub, &thief->key), 0);
	lb_enrol(lb, &e, thief, 0);
	REFUSED(lb, o.founder, &e, "another member's");
	/* But he himself may go back to it. */
	lb_enrol(lb, &e, o.admin, ROLE_ADMIN);
	ALLOWED(lb, o.founder, &e);
	CHECK(memcmp(member(&o, o.admin)->pub, o.admin->key.pub, SIGN_PUB_LEN) == 0);
	CHECK(memcmp(peek_member_key(lb->state, member(&o, o.admin), 0), twin->key.pub,
		     SIGN_PUB_LEN) == 0);
	CHECK(memcmp(peek_member_key(lb->state, member(&o, o.admin), 1), o.admin->key.pub,
		     SIGN_PUB_LEN) == 0);
	CHECK(peek_member_key(lb->state, member(&o, o.admin), 2) == NULL);
	CHECK(!is_due(&o) && !audit_is_due(&o));

	/* New keys for a reader: the grant stays, the ring is due.  For a depositor
	 * nothing is. */
	lb_enrol(lb, &e, lb_twin(lb, o.depositor), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(!is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.reader), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(is_due(&o) && kind_of(&o, o.reader) == GRANT_READER);
	rekey(&o, o.lead, &o.c);
	lb_enrol(lb, &e, lb_twin(lb, o.standby), 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(is_due(&o) && !audit_is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.auditor), ROLE_AUDITOR);
	ALLOWED(lb, o.founder, &e);
	CHECK(audit_is_due(&o));
	office_done(&o);
}

static void
enrolling_again_changes_roles(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, NULL, o.auditor, GRANT_AUDITOR);
	ALLOWED(lb, o.founder, &e);
	lb_enrol(lb, &e, o.auditor, 0);
	ALLOWED(lb, o.founder, &e);
	CHECK(audit_is_due(&o));
	CHECK_INT(state_grant(lb->state, NULL, &o.auditor->code)->kind, GRANT_NONE);
	CHECK_INT(state_auditors(lb->state), 1);

	/* The last admin stays one. */
	lb_role(&e, o.admin, false, ROLE_ADMIN);
	ALLOWED(lb, o.founder, &e);
	CHECK_INT(peek_admins(lb->state), 1);
	lb_enrol(lb, &e, o.founder, ROLE_AUDITOR);
	REFUSED(lb, o.founder, &e, "S-001 is the last admin");

	/* A card is a card from first to last. */
	lb_enrol(lb, &e, o.card, 0);
	REFUSED(lb, o.founder, &e, "becomes or stops being a recovery card");
	lb_enrol(lb, &e, o.plain, ROLE_RECOVERY);
	REFUSED(lb, o.founder, &e, "becomes or stops being a recovery card");
	CHECK(!is_due(&o));
	lb_enrol(lb, &e, lb_twin(lb, o.card), ROLE_RECOVERY);
	ALLOWED(lb, o.founder, &e);
	CHECK(is_due(&o)); /* it held every case's ring */

	/* A revoked code is never used again. */
	of_member(&e, ACT_REVOKE, o.plain);
	ALLOWED(lb, o.founder, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.plain), 0);
	REFUSED(lb, o.founder, &e, "S-009 was revoked");
	office_done(&o);
}

static void
recovery_card_enrols_an_admin_only(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct entry e;

	office_init(&o);
	lb_enrol(lb, &e, lb_person(lb, "X-1"), 0);
	REFUSED(lb, o.card, &e, "enrols only an admin");
	lb_enrol(lb, &e, lb_person(lb, "X-1"), ROLE_AUDITOR);
	REFUSED(lb, o.card, &e, "enrols only an admin");
	lb_enrol(lb, &e, lb_twin(lb, o.founder), ROLE_ADMIN | ROLE_AUDITOR);
	ALLOWED(lb, o.card, &e);
	CHECK_INT(peek_admins(lb->state), 2);
	lb_role(&e, o.plain, true, ROLE_ADMIN);
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	of_member(&e, ACT_REVOKE, o.admin);
	REFUSED(lb, o.card, &e, "R-1 is not an admin");
	of_vault(&e, ACT_PUBLISH);
	REFUSED(lb, o.card, &e, "neither admin nor auditor");
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
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(member(&o, o.plain)->roles, ROLE_AUDITOR);
	CHECK_INT(state_auditors(lb->state), 3);
	REFUSED(lb, o.admin, &e, "changes nothing");
	CHECK(!audit_is_due(&o)); /* becoming one gives no key by itself */
	lb_role(&e, o.plain, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK(audit_is_due(&o));
	REFUSED(lb, o.admin, &e, "changes nothing");
	lb_role(&e, o.founder, false, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	CHECK_INT(state_grant(lb->state, NULL, &o.founder->code)->kind, GRANT_NONE);
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
	CHECK_INT(state_auditors(lb->state), 0);
	of_member(&e, ACT_REVOKE, o.admin);
	REFUSED(lb, o.admin, &e, "S-002 is the last admin");
	/* With no auditor left an admin starts the audit ring anew. */
	lb_epoch(lb, &e, NULL);
	ALLOWED(lb, o.admin, &e);
	CHECK(!audit_is_due(&o));
	office_done(&o);
}

int
main(void)
{
	RUN(enrolling);
	RUN(enrolling_again_changes_roles);
	RUN(recovery_card_enrols_an_admin_only);
	RUN(roles);
	RUN(revoking);
	return 0;
}
