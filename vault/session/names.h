/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include "session/session.h"

/*
 * Names that people use: CASE, CASE/7, CASE/EX-0007, CASE/7,9-12, id:HEX (docs/CLI.md
 * "names").  What they stand for is borrowed from the state.  AMANA_E_MISSING: this
 * person cannot resolve the name; AMANA_E_USAGE: it is no name.
 */

/* A case by its code, which those with a grant in it know, or by id:HEX. */
int names_case(struct session *session, const char *name,
	       const struct state_case **ret_case, struct amana_error *err) MUST_CHECK;
/* The case's code as this person knows it, or "-".  out takes TEXT_CASE_MAX + 1. */
void names_case_code(struct session *session, const struct custody_id *case_id,
		     char *out);
/* True if another case was granted to this login under the same code, now or earlier. */
bool names_code_is_shared(struct session *session, const struct custody_id *case_id,
			  const char *code);
/* What a message calls the case: its code, or id:HEX where this person does not know
 * that.  out takes NAMES_REF_MAX. */
void names_case_label(struct session *session, const struct custody_id *case_id,
		      char *out);
/* The case's title; "" for none or unknown.  Borrowed from the session's ring. */
const char *names_case_title(struct session *session, const struct custody_id *case_id);
/* What a message calls the exhibit: CASE/7 if the case's code is known, else id:HEX.  out
 * takes NAMES_REF_MAX. */
#define NAMES_REF_MAX (TEXT_CASE_MAX + 24)
void names_exhibit_ref(struct session *session, const struct state_exhibit *exhibit,
		       char *out);

/* The one exhibit that the name stands for.  AMANA_E_USAGE: it stands for several. */
int names_exhibit(struct session *session, const char *name,
		  const struct state_exhibit **ret_exhibit,
		  struct amana_error *err) MUST_CHECK;
/* All exhibits that the name stands for, in its order.  *ret_list is an array of their
 * ids, freed with mem_free. */
int names_exhibits(struct session *session, const char *name,
		   struct custody_id **ret_list, size_t *ret_n,
		   struct amana_error *err) MUST_CHECK;

/* The member of this vault with that staff code, revoked or not. */
int names_member(const struct session *session, const char *name,
		 const struct state_member **ret_member,
		 struct amana_error *err) MUST_CHECK;

#endif
