/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_ID_SEARCH_H
#define SESSION_ID_SEARCH_H

#include "state/state.h"

/*
 * What is named by the beginning of its id: id:HEX for a case or an exhibit, HEX alone
 * for a proposal (CLI.md "names").  HEX are lower-case digits, ID_SEARCH_MIN or more, and
 * whatever they begin must be the only one.
 *
 * AMANA_E_USAGE: that is not the form; AMANA_E_MISSING: nothing begins with it, or more
 * than one thing does.  What is found is borrowed from the state.  Nothing is opened:
 * this works without an identity, on any state.
 */
#define ID_SEARCH_MIN 8 /* digits */

/* True if `name` is of the form for cases and exhibits; its digits may be wrong. */
bool id_search_is_name(const char *name);

/* A case. */
int id_search_case(const struct state *state, const char *name,
		   const struct state_case **ret_case,
		   struct amana_error *err) MUST_CHECK;
/* An exhibit. */
int id_search_exhibit(const struct state *state, const char *name,
		      const struct state_exhibit **ret_exhibit,
		      struct amana_error *err) MUST_CHECK;
/* A case or an exhibit: one of *ret_case and *ret_exhibit is what was found, the other
 * becomes NULL. */
int id_search_any(const struct state *state, const char *name,
		  const struct state_case **ret_case,
		  const struct state_exhibit **ret_exhibit,
		  struct amana_error *err) MUST_CHECK;
/* A proposal, among those that wait for a second person. */
int id_search_proposal(const struct state *state, const char *digits,
		       const struct state_proposal **ret_proposal,
		       struct amana_error *err) MUST_CHECK;

#endif
