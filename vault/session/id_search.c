/* SPDX-License-Identifier: Apache-2.0 */
#include "session/id_search.h"

#include "base/text.h"

#include <string.h>

#define PREFIX "id:"

/* A search that is under way. */
struct search {
	const char *digits;
	size_t len;	/* of the digits */
	size_t n_found; /* things that begin with them */
};

/* -1: those are no digits of an id of `id_len` bytes. */
static int
begin(struct search *search, const char *digits, size_t id_len)
{
	*search = (struct search){.digits = digits, .len = strlen(digits)};
	return search->len >= ID_SEARCH_MIN && search->len <= 2 * id_len &&
			       strspn(digits, "0123456789abcdef") == search->len
		       ? 0
		       : -1;
}

/* True if the id begins with the digits; then it is counted. */
static bool
meets(struct search *search, const uint8_t *id, size_t id_len)
{
	char hex[2 * HASH_LEN + 1];

	text_hex(id, id_len, hex);
	if (memcmp(hex, search->digits, search->len) != 0)
		return false;
	search->n_found++;
	return true;
}

bool
id_search_is_name(const char *name)
{
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0 && strchr(name, '/') == NULL;
}

/* Searches the cases, the exhibits, or both: those for which there is a place to put what
 * is found. */
static int
find(const struct state *state, const char *name, const char *what,
     const struct state_case **ret_case, const struct state_exhibit **ret_exhibit,
     struct amana_error *err)
{
	const struct state_case *a_case = NULL;
	const struct state_exhibit *exhibit = NULL;
	struct search search;

	if (!id_search_is_name(name) ||
	    begin(&search, name + strlen(PREFIX), CUSTODY_ID_LEN) < 0)
		return err_set(
			err, AMANA_E_USAGE,
			"'%s' is no id: write id: and %d to %d lower-case hex digits",
			name, ID_SEARCH_MIN, CUSTODY_ID_HEX_LEN);
	for (uint32_t i = 0; ret_case != NULL && i < state_n_cases(state); i++) {
		const struct state_case *at = state_case_at(state, i);

		if (meets(&search, at->id.bytes, sizeof at->id.bytes))
			a_case = at;
	}
	for (uint32_t i = 0; ret_exhibit != NULL && i < state_n_exhibits(state); i++) {
		const struct state_exhibit *at = state_exhibit_at(state, i);

		if (meets(&search, at->id.bytes, sizeof at->id.bytes))
			exhibit = at;
	}
	if (search.n_found == 0)
		return err_set(err, AMANA_E_MISSING, "no %s here has the id '%s'", what,
			       name);
	if (search.n_found > 1)
		return err_reason(err, AMANA_REASON_AMBIGUOUS, AMANA_E_MISSING,
				  "more than one %s begins with '%s'; give more digits",
				  what, name);
	if (ret_case != NULL)
		*ret_case = a_case;
	if (ret_exhibit != NULL)
		*ret_exhibit = exhibit;
	return 0;
}

int
id_search_case(const struct state *state, const char *name,
	       const struct state_case **ret_case, struct amana_error *err)
{
	return find(state, name, "case", ret_case, NULL, err);
}

int
id_search_exhibit(const struct state *state, const char *name,
		  const struct state_exhibit **ret_exhibit, struct amana_error *err)
{
	return find(state, name, "exhibit", NULL, ret_exhibit, err);
}

int
id_search_any(const struct state *state, const char *name,
	      const struct state_case **ret_case,
	      const struct state_exhibit **ret_exhibit, struct amana_error *err)
{
	return find(state, name, "case or exhibit", ret_case, ret_exhibit, err);
}

int
id_search_proposal(const struct state *state, const char *digits,
		   const struct state_proposal **ret_proposal, struct amana_error *err)
{
	const struct state_proposal *found = NULL;
	struct search search;

	if (begin(&search, digits, HASH_LEN) < 0)
		return err_set(
			err, AMANA_E_USAGE,
			"'%s' names no proposal: give %d or more of its digits (amana approve "
			"list)",
			digits, ID_SEARCH_MIN);
	for (uint32_t i = 0; i < state_n_proposals(state); i++) {
		const struct state_proposal *at = state_proposal_at(state, i);

		if (at->status == PROPOSAL_OPEN &&
		    meets(&search, at->leaf.bytes, sizeof at->leaf.bytes))
			found = at;
	}
	if (search.n_found == 0)
		return err_reason(
			err, AMANA_REASON_NO_PROPOSAL, AMANA_E_MISSING,
			"no act that begins with '%s' waits for a second person", digits);
	if (search.n_found > 1)
		return err_reason(
			err, AMANA_REASON_AMBIGUOUS, AMANA_E_MISSING,
			"more than one proposal begins with '%s'; give more digits",
			digits);
	*ret_proposal = found;
	return 0;
}
