/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_MEMBER_H
#define AMANA_MEMBER_H

#include "amana/vault.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Members, roles, policy and acts that wait for a second person.
 *
 * Functions that carry out such an act return 0 when it was done and AMANA_PROPOSED (1)
 * when it was written as a proposal that a second person must approve; *ret_proposal
 * (AMANA_PROPOSAL_MAX + 1) then has its id, the leaf hash.
 */
#define AMANA_PROPOSED 1
#define AMANA_PROPOSAL_MAX 64

struct amana_member {
	char member[AMANA_MEMBER_MAX + 1];
	char roles[32]; /* "admin,auditor" or "-" */
	bool revoked;
	int64_t enrolled_at, revoked_at;    /* Unix seconds, by the log; 0: never */
	int64_t keys_at;		    /* since when the member has these keys */
	char keys_by[AMANA_MEMBER_MAX + 1]; /* who signed the enrolment that gave them */
	bool rekeyed;			    /* there were others before */
	char recipient[80];		    /* the member's age recipient */
	char key[160];			    /* the member's verifier key */
};
/* Calls row for each member, by staff code: as of the end of the log, or of `at` (Unix
 * seconds; 0: the end).  Where the log's clocks contradict each other around `at`, the
 * later end is listed, and notices say what differs.  No identity is needed. */
AMANA_API int amana_member_list(struct amana_vault *vault, int64_t at,
				int (*row)(void *ctx, const struct amana_member *member),
				void *ctx, struct amana_error *err);

struct amana_member_add {
	const char *card_path; /* the newcomer's card */
	/* "admin", "auditor", "admin,auditor", or "recovery" for a recovery card, which
	 * has no other role ever.  NULL: none; for a member whose keys are replaced,
	 * those that the log lets it keep. */
	const char *roles;
	/* Words or hex that the card must match, as a person typed them.  NULL: nobody
	 * has compared them, so that they are asked for before anything is sealed. */
	const char *fingerprint;
	/* A file that does not exist yet, for the welcome.  NULL: none is written. */
	const char *welcome_path;
};
/* Makes the owner of the card a member, or replaces a member's keys. */
AMANA_API int amana_member_add(struct amana_vault *vault,
			       const struct amana_member_add *request, char *ret_proposal,
			       struct amana_error *err);
/* Gives (add) or takes one role: "admin" or "auditor". */
AMANA_API int amana_member_role(struct amana_vault *vault, const char *member,
				const char *role, bool add, char *ret_proposal,
				struct amana_error *err);

/* Gives the audit ring, with all keys that this person has, to a member with the role
 * auditor; amana_config.meet is asked first.  For who holds it; for an admin while nobody
 * does.  AMANA_E_CONFLICT: the member holds it already. */
AMANA_API int amana_audit_admit(struct amana_vault *vault, const char *member,
				struct amana_error *err);

/* Where an admin has begun the audit ring anew, for this login alone: amana_config.meet
 * is asked for the auditor's words, and then what acts say is sealed to the ring again.
 * AMANA_E_MISSING: nothing waits for that. */
AMANA_API int amana_audit_accept(struct amana_vault *vault, struct amana_error *err);

struct amana_member_revoke {
	const char *member;
	const char *reason;
	/* Called for each case whose new epoch is now due; case_code is "-" where this
	 * person does not know it.  NULL: nobody is told. */
	void (*due)(void *ctx, const char *case_code, const char *case_id);
	/* Called for each grant in force that this member signed: it stays until a lead
	 * ends it.  NULL: nobody is told. */
	void (*granted)(void *ctx, const char *case_code, const char *case_id,
			const char *member, const char *as);
	/* Called for each case whose last lead the member is, before anything is done:
	 * true to go on.  NULL: it goes on, and they are told by a notice. */
	bool (*last_lead)(void *ctx, const char *case_code, const char *case_id);
	void *ctx;
};
/* Ends a membership, with every role and grant. */
AMANA_API int amana_member_revoke(struct amana_vault *vault,
				  const struct amana_member_revoke *request,
				  char *ret_proposal, struct amana_error *err);

struct amana_policy {
	bool two_person, break_glass;
	bool disclosure_two_person; /* what leaves the vault takes two */
	uint32_t grant_days;	    /* how long a grant lasts of which nobody says it */
};
/* The rules as the log has them now.  No identity is needed. */
AMANA_API int amana_policy_get(struct amana_vault *vault, struct amana_policy *ret_policy,
			       struct amana_error *err);
/* key and value as in `amana policy`: "two-person" "on", "grant-days" "30", "break-glass"
 * "off", "disclosure" "two-person".  AMANA_E_CONFLICT: it is so already. */
AMANA_API int amana_policy_set(struct amana_vault *vault, const char *key,
			       const char *value, char *ret_proposal,
			       struct amana_error *err);

struct amana_proposal {
	/* The leaf hash; any beginning of 8 digits or more that no other has names it. */
	char id[AMANA_HASH_HEX + 1];
	char action[16];
	char subject[64];
	char text[512]; /* the act's own fields, in words */
	char by[AMANA_MEMBER_MAX + 1];
	int64_t at; /* Unix seconds */
	uint64_t batch;
};
/* Each open proposal, the oldest first; what a row returns other than 0 ends it and is
 * returned.  No identity is needed. */
AMANA_API int amana_approve_list(struct amana_vault *vault,
				 int (*row)(void *ctx,
					    const struct amana_proposal *proposal),
				 void *ctx, struct amana_error *err);
/* Carries the act out (yes) or closes the proposal (no).  id: 8 or more of its first
 * digits. AMANA_E_MISSING: nothing of that name waits; AMANA_E_DENIED: this person may
 * not decide it, which is on record. */
AMANA_API int amana_approve(struct amana_vault *vault, const char *id, bool yes,
			    struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
