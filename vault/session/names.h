/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include "session/session.h"

/*
 * Names that people use: CASE, CASE/7, CASE/EX-0007, CASE/7,9-12, id:HEX (CLI.md
 * "names"). AMANA_E_MISSING: this person cannot resolve it; AMANA_E_USAGE: it is no name.
 */

/* A case by its code (known to those with a grant in it) or id:HEX. */
int names_case(struct session *session, const char *name,
	       const struct state_case **ret_case, struct amana_error *err) MUST_CHECK;
/* The case's code as this person knows it, or "-".  out takes TEXT_CASE_MAX + 1. */
void names_case_code(struct session *session, const struct custody_id *case_id,
		     char *out);
/* What a message calls the case: its code, or id:HEX where this person does not know
 * that.  out takes NAMES_REF_MAX. */
void names_case_label(struct session *session, const struct custody_id *case_id,
		      char *out);
/* And its title; "" for none or unknown. Borrowed from the session's ring. */
const char *names_case_title(struct session *session, const struct custody_id *case_id);
/* CASE/7 if the case's code is known, else id:HEX. out takes NAMES_REF_MAX. */
#define NAMES_REF_MAX (TEXT_CASE_MAX + 24)
void names_exhibit_ref(struct session *session, const struct state_exhibit *exhibit,
		       char *out);

/* One exhibit. */
int names_exhibit(struct session *session, const char *name,
		  const struct state_exhibit **ret_exhibit,
		  struct amana_error *err) MUST_CHECK;
/* Several: CASE/7,9-12.  *ret_list is an array of ids, freed with mem_free. */
int names_exhibits(struct session *session, const char *name,
		   struct custody_id **ret_list, size_t *ret_n,
		   struct amana_error *err) MUST_CHECK;

/* A member's code that is enrolled here. */
int names_member(const struct session *session, const char *name,
		 const struct state_member **ret_member,
		 struct amana_error *err) MUST_CHECK;

#endif
