/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_CASE_H
#define AMANA_CASE_H

#include "amana/vault.h"

#ifdef __cplusplus
extern "C" {
#endif

struct amana_case {
	char id[AMANA_ID_HEX + 1];
	char code[AMANA_CASE_MAX + 1]; /* "-" where it is sealed to others */
	const char *title;	       /* NULL: none or not known */
	char as[12];		       /* this person's grant, or "" */
	int64_t until;		       /* 0: no end */
	uint64_t n_exhibits;
	uint64_t epoch;
	bool epoch_due, held;
};
struct amana_grant {
	char member[AMANA_MEMBER_MAX + 1];
	char as[12];
	int64_t until; /* 0: no end */
	bool past;     /* its date has passed by this clock; not yet expired in the log */
};

/* leads: staff codes; n_leads 0: the opener.  title may be NULL.
 * AMANA_E_CONFLICT: this person knows a case of that code already. */
AMANA_API int amana_case_open(struct amana_vault *vault, const char *code,
			      const char *const *leads, size_t n_leads, const char *title,
			      char ret_id[AMANA_ID_HEX + 1], struct amana_error *err);
/* The cases that this person has a grant in, by code. */
AMANA_API int amana_case_list(struct amana_vault *vault,
			      int (*row)(void *ctx, const struct amana_case *info),
			      void *ctx, struct amana_error *err);
/* `name`: CASE or id:HEX. grant is called for each grant, by member code. */
AMANA_API int amana_case_show(struct amana_vault *vault, const char *name,
			      int (*info)(void *ctx, const struct amana_case *info),
			      int (*grant)(void *ctx, const struct amana_grant *grant),
			      void *ctx, struct amana_error *err);
/* as: lead, reader, depositor, standby.  until: Unix seconds, 0 never, -1 the policy's
 * default. *ret_until is what was written (0 never). */
AMANA_API int amana_case_grant(struct amana_vault *vault, const char *name,
			       const char *member, const char *as, int64_t until,
			       int64_t *ret_until, struct amana_error *err);
struct amana_opened { /* one opening that the log has of the revoked person */
	char exhibit[AMANA_CASE_MAX + 24]; /* CASE/7, or id:HEX */
	const char
		*event; /* retrieve, list, mount, ...; "-" where it is sealed to others */
	int64_t at;
	uint64_t batch;
};
enum amana_new_keys {
	AMANA_KEYS_MADE, /* what comes from now on is sealed to a new epoch */
	AMANA_KEYS_DUE,	 /* a lead's next command makes them */
	AMANA_KEYS_KEPT, /* a depositor held none: those of before stay */
};
/* Ends the grant.  By a lead of one who held keys: with a new epoch in the same batch.
 * Then calls opened for what that person did open, from the log. */
AMANA_API int
amana_case_revoke(struct amana_vault *vault, const char *name, const char *member,
		  const char *reason,
		  int (*opened)(void *ctx, const struct amana_opened *opened), void *ctx,
		  enum amana_new_keys *ret_keys, struct amana_error *err);
AMANA_API int amana_case_rekey(struct amana_vault *vault, const char *name,
			       uint64_t *ret_epoch, struct amana_error *err);
/* Writes the case card to path (never overwrites). */
AMANA_API int amana_case_card(struct amana_vault *vault, const char *name,
			      const char *path, bool with_code, struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
