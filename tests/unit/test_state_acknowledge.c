/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* The rules of docs/FORMAT.md 10.6 for acknowledge: who has seen what. */

static void
take(struct entry *e, struct subject subject, const struct hash *leaf)
{
	entry_init(e, ACT_ACKNOWLEDGE, &subject);
	e->own.acknowledge = *leaf;
}

static void
enrolments(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct subject s;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	s = subject_member(&o.reader->code);
	lb_enrol(lb, &e, lb_twin(lb, o.reader), 0);
	ALLOWED(lb, o.admin, &e);
	leaf = lb->last_leaf;
	take(&e, s, &lb->fingerprint);
	REFUSED(lb, o.lead, &e, "nothing that can be acknowledged");
	take(&e, subject_member(&o.plain->code), &leaf);
	REFUSED(lb, o.lead, &e, "about something else");
	take(&e, subject_vault(), &leaf);
	REFUSED(lb, o.lead, &e, "about something else");
	take(&e, subject_grant(&o.c, &o.reader->code), &leaf);
	REFUSED(lb, o.lead, &e, "about something else");
	take(&e, s, &leaf);
	REFUSED(lb, o.founder, &e, "does not concern S-001");
	REFUSED(lb, o.depositor, &e, "does not concern S-006");
	ALLOWED(lb, o.lead, &e);
	REFUSED(lb, o.lead, &e, "S-003 acknowledged it before");
	ALLOWED(lb, o.lead2, &e);
	CHECK(state_is_acknowledged(lb->state,
				    state_act_at(lb->state, state_n_acts(lb->state) - 1),
				    &o.lead->code));
	CHECK(!state_is_acknowledged(lb->state,
				     state_act_at(lb->state, state_n_acts(lb->state) - 1),
				     &o.founder->code));
	/* Granted afterwards: concerned all the same. */
	lb_enrol(lb, &e, lb_twin(lb, o.plain), 0);
	ALLOWED(lb, o.admin, &e);
	leaf = lb->last_leaf;
	take(&e, subject_member(&o.plain->code), &leaf);
	REFUSED(lb, o.lead, &e, "does not concern S-003");
	grant(&o, o.plain, GRANT_READER);
	ALLOWED(lb, o.lead, &e);
	/* Granted and ungranted afterwards: not. */
	enrol(&o, lb_person(lb, "X-1"), 0);
	leaf = lb->last_leaf;
	grant(&o, lb_person(lb, "X-1"), GRANT_READER);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, lb_person(lb, "X-1"));
	ALLOWED(lb, o.lead, &e);
	take(&e, subject_member(&lb_person(lb, "X-1")->code), &leaf);
	REFUSED(lb, o.lead, &e, "does not concern S-003");

	/* Neither who signed it nor whom it is about. */
	grant(&o, o.admin, GRANT_LEAD);
	lb_enrol(lb, &e, lb_twin(lb, o.standby), 0);
	ALLOWED(lb, o.admin, &e);
	leaf = lb->last_leaf;
	take(&e, subject_member(&o.standby->code), &leaf);
	REFUSED(lb, o.admin, &e, "nobody acknowledges what they signed");
	ALLOWED(lb, o.lead, &e);

	/* The audit ring, by its holders. */
	lb_enrol(lb, &e, lb_twin(lb, o.auditor), 0);
	ALLOWED(lb, o.admin, &e);
	leaf = lb->last_leaf;
	take(&e, subject_member(&o.auditor->code), &leaf);
	REFUSED(lb, o.lead, &e, "does not concern S-003");
	ALLOWED(lb, o.founder, &e);
	office_done(&o);
}

static void
grants(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf;
	struct entry e;

	office_init(&o);
	grant(&o, o.lead2, GRANT_LEAD);
	leaf = lb->last_leaf;
	take(&e, subject_grant(&o.c, &o.lead2->code), &leaf);
	REFUSED(lb, o.lead, &e, "nobody acknowledges what they signed");
	REFUSED(lb, o.lead2, &e, "nobody acknowledges what is about themselves");
	grant(&o, o.plain, GRANT_LEAD);
	take(&e, subject_grant(&o.c, &o.lead2->code), &leaf);
	ALLOWED(lb, o.plain, &e);
	take(&e, subject_audit_grant(&o.lead2->code), &leaf);
	REFUSED(lb, o.plain, &e, "about something else");
	take(&e, subject_grant(&o.c, &o.reader->code), &leaf);
	REFUSED(lb, o.plain, &e, "about something else");
	lb_of_grant(&e, ACT_BREAK_GLASS, &o.c, o.standby);
	ALLOWED(lb, o.standby, &e);
	leaf = lb->last_leaf;
	take(&e, subject_grant(&o.c, &o.standby->code), &leaf);
	REFUSED(lb, o.auditor, &e, "does not concern S-008");
	ALLOWED(lb, o.lead, &e);
	/* An ungrant is nothing to acknowledge. */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.standby);
	ALLOWED(lb, o.lead, &e);
	leaf = lb->last_leaf;
	take(&e, subject_grant(&o.c, &o.standby->code), &leaf);
	REFUSED(lb, o.lead2, &e, "nothing that can be acknowledged");

	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	ALLOWED(lb, o.admin, &e);
	lb_grant(lb, &e, NULL, o.plain, GRANT_AUDITOR);
	ALLOWED(lb, o.founder, &e);
	leaf = lb->last_leaf;
	take(&e, subject_audit_grant(&o.plain->code), &leaf);
	REFUSED(lb, o.admin, &e, "does not concern S-002");
	REFUSED(lb, o.founder, &e, "nobody acknowledges what they signed");
	REFUSED(lb, o.plain, &e, "nobody acknowledges what is about themselves");
	ALLOWED(lb, o.auditor, &e);
	office_done(&o);
}

/* What two carried out is named by the answer, and neither of them acknowledges it. */
static void
by_two(void)
{
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash leaf, proposal;
	struct entry e;

	office_init(&o);
	of_vault(&e, ACT_RESTORED);
	e.own.restored.slot = 7;
	e.own.restored.head = lb->fingerprint;
	proposal = propose(&o, o.admin, &e);
	approve(&o, o.founder, subject_vault(), &proposal);
	leaf = lb->last_leaf;
	take(&e, subject_vault(), &proposal);
	REFUSED(lb, o.auditor, &e, "nothing that can be acknowledged");
	take(&e, subject_vault(), &leaf);
	REFUSED(lb, o.lead, &e, "does not concern S-003");
	REFUSED(lb, o.card, &e, "does not concern R-1");
	REFUSED(lb, o.admin, &e, "nobody acknowledges what they signed");
	REFUSED(lb, o.founder, &e, "nobody acknowledges what they signed");
	ALLOWED(lb, o.auditor, &e);
	REFUSED(lb, o.auditor, &e, "acknowledged it before");

	/* In the slot of the act itself, by somebody else's hand it cannot be. */
	lb_begin(lb, o.lead);
	lb_grant(lb, &e, &o.c, o.plain, GRANT_READER);
	lb_add(lb, &e);
	leaf = lb->last_leaf;
	take(&e, subject_grant(&o.c, &o.plain->code), &leaf);
	lb_add(lb, &e);
	end_void(lb, "nobody acknowledges what they signed");
	office_done(&o);
}

int
main(void)
{
	RUN(enrolments);
	RUN(grants);
	RUN(by_two);
	return 0;
}
