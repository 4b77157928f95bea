/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_CASE_H
#define AMANA_CASE_H

#include "amana/vault.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Cases: opening, listing, granting, and keys.
 *
 * A case is named by its code, which those with a grant in it know, or by id:HEX, the
 * beginning of its id with 8 digits or more.  AMANA_E_MISSING: this person cannot resolve
 * the name.  AMANA_E_DENIED: the person lacks the right; the attempt is then on record.
 */

struct amana_case {
	char id[AMANA_ID_HEX + 1];
	char code[AMANA_CASE_MAX + 1]; /* "-" where it is sealed to others */
	const char *title;	       /* NULL: none or not known */
	char as[12];		       /* this person's grant, or "" */
	int64_t until;		       /* Unix seconds; 0: no end */
	uint64_t n_exhibits;
	uint64_t epoch;
	bool epoch_due, held, closed;
	/* Another case that this person was granted has the same code: never named by it
	 * alone. */
	bool ambiguous;
};
struct amana_grant {
	char member[AMANA_MEMBER_MAX + 1];
	char as[12];
	int64_t until; /* Unix seconds; 0: no end */
	bool past; /* its date has passed by this clock, and the log has not ended it yet
		    */
	bool standing; /* a lead's: by `case`, a standing lead, or confirmed; else he
			  leads provisionally */
	char by[AMANA_MEMBER_MAX + 1]; /* who signed it */
	int64_t keys_at;	       /* since when the member has its keys */
	bool rekeyed;		       /* there were others before */
	bool glass;		       /* a standby who broke the glass */
};

struct amana_case_open {
	const char *code;
	/* A staff code; others get in by his grant.  NULL: the opener leads it.  With
	 * another lead the opener keeps no key. */
	const char *lead;
	const char *title; /* or NULL */
};
/* Opens a case and tells its id.  An admin's act.  AMANA_E_CONFLICT: this person knows a
 * case of that code already. */
AMANA_API int amana_case_open(struct amana_vault *vault,
			      const struct amana_case_open *request,
			      char ret_id[AMANA_ID_HEX + 1], struct amana_error *err);
/* Calls row for each case that this person has a grant in, by code.  row returns 0 to go
 * on; anything else ends the listing and is returned. */
AMANA_API int amana_case_list(struct amana_vault *vault,
			      int (*row)(void *ctx, const struct amana_case *info),
			      void *ctx, struct amana_error *err);
/* Calls info once with the case, then grant for each grant in it, by staff code.  What
 * they return other than 0 ends it and is returned. */
AMANA_API int amana_case_show(struct amana_vault *vault, const char *name,
			      int (*info)(void *ctx, const struct amana_case *info),
			      int (*grant)(void *ctx, const struct amana_grant *grant),
			      void *ctx, struct amana_error *err);

struct amana_case_grant {
	const char *const *cases; /* one or more, in one act */
	size_t n_cases;
	const char *member; /* staff code */
	const char *as;	    /* lead, reader, depositor, standby or recovery */
	int64_t until;	    /* Unix seconds; 0: no end; -1: the policy's default */
};
/* Gives a member a grant in each of the cases, or another in place of the one there is.
 * The member gets all keys of the case that this person has, so that amana_config.meet is
 * asked first, once for these keys.  *ret_until is the end that was written, 0 for none.
 * A lead's act of authority; an admin's or recovery card's where the case has no lead. */
AMANA_API int amana_case_grant(struct amana_vault *vault,
			       const struct amana_case_grant *request, int64_t *ret_until,
			       struct amana_error *err);

/* Makes a lead whom an admin or recovery card appointed a standing one: one of the case's
 * own people says so (docs/FORMAT.md 10.4).  AMANA_E_USAGE: no such lead. */
AMANA_API int amana_case_confirm(struct amana_vault *vault, const char *name,
				 const char *member, struct amana_error *err);

/* One opening that the log has of the person whose grant is ended. */
struct amana_opened {
	char exhibit[AMANA_CASE_MAX + 24]; /* CASE/7, or id:HEX */
	/* retrieve, list, mount, ...; "-" where it is sealed to others. */
	const char *event;
	int64_t at; /* Unix seconds */
	uint64_t batch;
};
enum amana_new_keys {
	AMANA_KEYS_MADE, /* what comes from now on is sealed to a new epoch */
	AMANA_KEYS_DUE,	 /* a lead's next command makes them */
	AMANA_KEYS_KEPT, /* a depositor held none: those of before stay */
};
struct amana_case_revoke {
	const char *case_name;
	const char *member; /* staff code */
	const char *reason;
	/* The grant is the last lead's: true to go on, which leaves a case that takes no
	 * deposits, and of which nothing is destroyed or released until a lead whom an
	 * admin appoints is confirmed.  NULL: it is refused (AMANA_E_CONFLICT). */
	bool (*last_lead)(void *ctx);
	/* Called for what that person did open, from the log; or NULL. */
	int (*opened)(void *ctx, const struct amana_opened *opened);
	void *ctx;
};
/* Ends the grant.  When a lead ends the grant of somebody who held keys, a new epoch
 * begins in the same batch.  A lead's or an admin's act of authority. */
AMANA_API int amana_case_revoke(struct amana_vault *vault,
				const struct amana_case_revoke *request,
				enum amana_new_keys *ret_keys, struct amana_error *err);
/* Begins a new epoch of the case's keys and tells its number.  A lead's act of
 * authority. */
AMANA_API int amana_case_rekey(struct amana_vault *vault, const char *name,
			       uint64_t *ret_epoch, struct amana_error *err);
/* Writes the case card, for partners who seal packets for the case, to a file that does
 * not exist yet.  with_code: the case's code stands on it too.  A lead's. */
AMANA_API int amana_case_card(struct amana_vault *vault, const char *name,
			      const char *path, bool with_code, struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
