/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

/* Where exploring starts: a few acts from each of these, much of what can happen in an
 * office is reached. */

#define ENROL(by, who, as)                                                               \
	{                                                                                \
		.signer = (by), .action = ACT_ENROL, .kind = SUBJECT_MEMBER,             \
		.member = (who), .arg = (as), .at = NOBODY                               \
	}
#define GRANT(by, ring, who, as, how)                                                    \
	{                                                                                \
		.signer = (by), .action = ACT_GRANT, .kind = SUBJECT_GRANT,              \
		.on = (ring), .member = (who), .arg = (as), .more = (how), .at = NOBODY  \
	}
#define UNGRANT(by, ring, who)                                                           \
	{                                                                                \
		.signer = (by), .action = ACT_UNGRANT, .kind = SUBJECT_GRANT,            \
		.on = (ring), .member = (who), .at = NOBODY                              \
	}
#define OPEN(by, no, who)                                                                \
	{                                                                                \
		.signer = (by), .action = ACT_CASE, .kind = SUBJECT_CASE, .on = (no),    \
		.member = (who), .at = NOBODY                                            \
	}
#define EPOCH(by, no)                                                                    \
	{                                                                                \
		.signer = (by), .action = ACT_EPOCH, .kind = SUBJECT_CASE, .on = (no),   \
		.arg = 1, .at = NOBODY                                                   \
	}
#define DEPOSIT(by, no, into, object)                                                    \
	{                                                                                \
		.signer = (by), .action = ACT_DEPOSIT, .kind = SUBJECT_EXHIBIT,          \
		.on = (no), .arg = (into), .more = (object), .at = NOBODY                \
	}
#define PROPOSE(by, what, of, which)                                                     \
	{                                                                                \
		.signer = (by), .action = ACT_PROPOSE, .proposed = (what), .kind = (of), \
		.on = (which), .at = NOBODY                                              \
	}
#define ASK(by, what, who, as, how)                                                      \
	{                                                                                \
		.signer = (by), .action = ACT_PROPOSE, .proposed = (what),               \
		.kind = SUBJECT_MEMBER, .member = (who), .arg = (as), .more = (how),     \
		.at = NOBODY                                                             \
	}
#define YES(by, what, which, row)                                                        \
	{                                                                                \
		.signer = (by), .action = ACT_APPROVE, .kind = (what), .on = (which),    \
		.arg = 1, .at = (row)                                                    \
	}
#define ROLE(by, who, what)                                                              \
	{                                                                                \
		.signer = (by), .action = ACT_ROLE, .kind = SUBJECT_MEMBER,              \
		.member = (who), .arg = (what), .more = 1, .at = NOBODY                  \
	}
#define TWO_PERSON(by)                                                                   \
	{                                                                                \
		.signer = (by), .action = ACT_POLICY, .kind = SUBJECT_VAULT,             \
		.arg = POLICY_TWO_PERSON, .more = 1, .at = NOBODY                        \
	}
#define HOLD(by, of, which)                                                              \
	{                                                                                \
		.signer = (by), .action = ACT_HOLD, .kind = (of), .on = (which),         \
		.arg = 1, .at = NOBODY                                                   \
	}

/* A founded it and is admin, R is an admin and reads the case that L leads; the card has
 * a grant in it; one exhibit. */
#define OFFICE                                                                           \
	ENROL(M_A, M_L, 0), ENROL(M_A, M_R, ROLE_ADMIN), ENROL(M_A, M_P, ROLE_RECOVERY), \
		OPEN(M_A, 0, M_L), EPOCH(M_L, 0), GRANT(M_L, 1, M_R, GRANT_READER, 0),   \
		GRANT(M_L, 1, M_P, GRANT_RECOVERY, 0), DEPOSIT(M_L, 0, 0, 0)

static const struct act office[] = {OFFICE};
static const struct act two_person[] = {OFFICE, ENROL(M_A, M_X, 0), TWO_PERSON(M_A)};
static const struct act proposed[] = {OFFICE,
				      PROPOSE(M_L, ACT_DISPOSE, SUBJECT_EXHIBIT, 0)};
static const struct act permitted[] = {OFFICE,
				       PROPOSE(M_L, ACT_DISPOSE, SUBJECT_EXHIBIT, 0),
				       YES(M_R, SUBJECT_EXHIBIT, 0, 0)};
static const struct act erasure[] = {OFFICE, PROPOSE(M_R, ACT_ERASE, SUBJECT_EXHIBIT, 0),
				     YES(M_L, SUBJECT_EXHIBIT, 0, 0)};
static const struct act on_hold[] = {OFFICE, HOLD(M_L, SUBJECT_CASE, 0),
				     HOLD(M_L, SUBJECT_EXHIBIT, 0),
				     PROPOSE(M_A, ACT_HOLD, SUBJECT_CASE, 0)};
static const struct act released[] = {OFFICE, HOLD(M_L, SUBJECT_EXHIBIT, 0),
				      PROPOSE(M_A, ACT_HOLD, SUBJECT_EXHIBIT, 0),
				      YES(M_L, SUBJECT_EXHIBIT, 0, 0)};
static const struct act leaderless[] = {OFFICE, ENROL(M_A, M_X, 0), UNGRANT(M_A, 1, M_L)};
static const struct act appointed[] = {OFFICE, ENROL(M_A, M_X, 0), UNGRANT(M_A, 1, M_L),
				       GRANT(M_A, 1, M_X, GRANT_LEAD, 0)};
static const struct act glass[] = {
	OFFICE, ENROL(M_A, M_X, 0), GRANT(M_L, 1, M_X, GRANT_STANDBY, WITH_DATE),
	ROLE(M_A, M_R, ROLE_AUDITOR), GRANT(M_A, AUDIT, M_R, GRANT_AUDITOR, 0)};
static const struct act by_card[] = {OFFICE, ENROL(M_P, M_X, ROLE_ADMIN),
				     TWO_PERSON(M_A)};
/* An admin whom two people enrolled, and a code that is still free. */
static const struct act by_two[] = {
	ENROL(M_A, M_R, ROLE_ADMIN),
	ENROL(M_A, M_P, ROLE_RECOVERY),
	TWO_PERSON(M_A),
	ASK(M_A, ACT_ENROL, M_X, ROLE_ADMIN, 0),
	{.signer = M_R,
	 .action = ACT_APPROVE,
	 .kind = SUBJECT_MEMBER,
	 .member = M_X,
	 .arg = 1,
	 .at = 0},
};
static const struct act asked_twice[] = {OFFICE, TWO_PERSON(M_A),
					 ASK(M_A, ACT_ENROL, M_X, ROLE_AUDITOR, 0),
					 ASK(M_R, ACT_ENROL, M_X, ROLE_AUDITOR, 0)};
static const struct act asked[] = {OFFICE, ENROL(M_A, M_X, 0), TWO_PERSON(M_A),
				   ASK(M_A, ACT_ROLE, M_X, ROLE_AUDITOR, 1),
				   ASK(M_A, ACT_REVOKE, M_R, 0, 0)};
static const struct act one_card[] = {OFFICE, ENROL(M_P, M_X, ROLE_ADMIN),
				      TWO_PERSON(M_A),
				      ASK(M_X, ACT_ROLE, M_L, ROLE_AUDITOR, 1)};
static const struct act key_file[] = {OFFICE, DEPOSIT(M_L, 1, 0, 1),
				      PROPOSE(M_L, ACT_DISPOSE, SUBJECT_EXHIBIT, 1),
				      YES(M_R, SUBJECT_EXHIBIT, 1, 0)};
static const struct act two_cases[] = {OFFICE, OPEN(M_R, 1, M_R), DEPOSIT(M_R, 1, 1, 2)};

#define START(name_, what_, n_open)                                                      \
	{                                                                                \
		.name = #name_, .what = what_, .acts = name_,                            \
		.n_acts = ARRAY_LEN(name_), .open_max = (n_open)                         \
	}

const struct start starts[] = {
	{.name = "fresh", .what = "a founder, and nothing else", .open_max = 2},
	START(office, "two admins, a lead, a reader, a card, an exhibit", 2),
	START(two_person, "the same, and whatever touches roles takes two", 2),
	START(proposed, "the lead proposed to dispose of the exhibit", 2),
	START(permitted, "and an admin said yes", 2),
	START(erasure, "an erasure was permitted", 2),
	START(on_hold, "case and exhibit are on hold; an admin proposes to release", 2),
	START(released, "the exhibit was on hold, and is no longer", 2),
	START(leaderless, "the case lost its lead", 1),
	START(appointed, "and an admin appointed another", 1),
	START(glass, "a standby grant with a date; two hold the audit ring", 1),
	START(by_card, "the card enrolled an admin; two-person", 2),
	START(by_two, "two enrolled an admin; two-person; no case yet", 2),
	START(asked_twice, "two propose to enrol the same code", 2),
	START(asked, "an admin proposed to give a role, and to revoke the other", 3),
	START(one_card, "an admin by the card alone has proposed something", 2),
	START(key_file, "an exhibit that is the case's key file may be disposed of", 2),
	START(two_cases, "two cases whose exhibits are one object", 1),
	{.name = "seen",
	 .what = "the office, told apart also by what was acknowledged",
	 .acts = office,
	 .n_acts = ARRAY_LEN(office),
	 .with_acts = true,
	 .open_max = 1},
};
const size_t n_starts = ARRAY_LEN(starts);
