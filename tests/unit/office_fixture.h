/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_OFFICE_FIXTURE_H
#define TESTS_OFFICE_FIXTURE_H

#include "check.h"
#include "log_builder.h"

/*
 * A small office with a case in it, for tests of the state.  Include once, in the test's
 * own file.
 */
struct office {
	struct log_builder lb;
	struct person *founder;	  /* S-001, admin and auditor */
	struct person *admin;	  /* S-002 */
	struct person *lead;	  /* S-003 */
	struct person *lead2;	  /* S-004 */
	struct person *reader;	  /* S-005 */
	struct person *depositor; /* S-006 */
	struct person *standby;	  /* S-007 */
	struct person *auditor;	  /* S-008, holds the audit ring, as the founder does */
	struct person *plain;	  /* S-009, enrolled, no grant */
	struct person *card;	  /* R-1, recovery, with a grant in the case */
	struct custody_id c;	  /* a case that the founder opened for lead */
	struct custody_id x;	  /* an exhibit in it */
};

static inline void
enrol(struct office *o, struct person *who, uint8_t roles)
{
	struct entry e;

	lb_enrol(&o->lb, &e, who, roles);
	ALLOWED(&o->lb, o->founder, &e);
}

static inline void
grant(struct office *o, struct person *who, enum grant_kind kind)
{
	struct entry e;

	lb_grant(&o->lb, &e, &o->c, who, kind);
	ALLOWED(&o->lb, o->lead, &e);
}

static inline void
rekey(struct office *o, struct person *who, const struct custody_id *case_id)
{
	struct entry e;

	lb_epoch(&o->lb, &e, case_id);
	ALLOWED(&o->lb, who, &e);
	CHECK(!state_ring_due(o->lb.state, case_id));
}

static inline void
office_init(struct office *o)
{
	struct entry e;

	lb_init(&o->lb);
	o->founder = o->lb.founder;
	o->admin = lb_person(&o->lb, "S-002");
	o->lead = lb_person(&o->lb, "S-003");
	o->lead2 = lb_person(&o->lb, "S-004");
	o->reader = lb_person(&o->lb, "S-005");
	o->depositor = lb_person(&o->lb, "S-006");
	o->standby = lb_person(&o->lb, "S-007");
	o->auditor = lb_person(&o->lb, "S-008");
	o->plain = lb_person(&o->lb, "S-009");
	o->card = lb_person(&o->lb, "R-1");
	enrol(o, o->admin, ROLE_ADMIN);
	enrol(o, o->lead, 0);
	enrol(o, o->lead2, 0);
	enrol(o, o->reader, 0);
	enrol(o, o->depositor, 0);
	enrol(o, o->standby, 0);
	enrol(o, o->auditor, ROLE_AUDITOR);
	enrol(o, o->plain, 0);
	enrol(o, o->card, ROLE_RECOVERY);
	lb_grant(&o->lb, &e, NULL, o->auditor, GRANT_AUDITOR);
	ALLOWED(&o->lb, o->founder, &e);
	lb_case(&o->lb, &e, &o->c, o->lead);
	ALLOWED(&o->lb, o->founder, &e);
	rekey(o, o->lead, &o->c);
	grant(o, o->lead2, GRANT_LEAD);
	grant(o, o->reader, GRANT_READER);
	grant(o, o->depositor, GRANT_DEPOSITOR);
	grant(o, o->standby, GRANT_STANDBY);
	grant(o, o->card, GRANT_RECOVERY);
	lb_deposit(&o->lb, &e, &o->x, &o->c);
	ALLOWED(&o->lb, o->depositor, &e);
}

static inline void
office_done(struct office *o)
{
	lb_done(&o->lb);
}

static inline void
two_person(struct office *o)
{
	struct subject vault = subject_vault();
	struct entry e;

	entry_init(&e, ACT_POLICY, &vault);
	e.own.policy = (struct act_policy){.key = POLICY_TWO_PERSON, .value = 1};
	ALLOWED(&o->lb, o->founder, &e);
	CHECK(state_two_person(o->lb.state));
}

/* e, turned into a proposal; its leaf. */
static inline struct hash
propose(struct office *o, struct person *who, struct entry *e)
{
	lb_propose(e);
	ALLOWED(&o->lb, who, e);
	return o->lb.last_leaf;
}

/* Answers `yes`. */
static inline void
approve(struct office *o, struct person *who, struct subject subject,
	const struct hash *leaf)
{
	struct entry e;

	lb_approve(&e, subject, leaf, true);
	ALLOWED(&o->lb, who, &e);
}

static inline const struct state_member *
member(struct office *o, const struct person *who)
{
	return state_member(o->lb.state, &who->code);
}

static inline enum grant_kind
kind_of(struct office *o, const struct person *who)
{
	const struct state_grant *g = state_grant(o->lb.state, &o->c, &who->code);

	return g != NULL ? state_grant_means(g) : GRANT_NONE;
}

static inline bool
is_due(struct office *o)
{
	return state_ring_due(o->lb.state, &o->c);
}

static inline bool
audit_is_due(struct office *o)
{
	return state_ring_due(o->lb.state, NULL);
}

/* One entry with this action on the vault. */
static inline void
of_vault(struct entry *e, enum action action)
{
	struct subject subject = subject_vault();

	entry_init(e, action, &subject);
}

static inline void
of_member(struct entry *e, enum action action, const struct person *who)
{
	struct subject subject = subject_member(&who->code);

	entry_init(e, action, &subject);
}

/* Ends the open batch, which has to be void for a reason that contains `why`. */
static inline void
end_void(struct log_builder *lb, const char *why)
{
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, why) != NULL);
}

#endif
