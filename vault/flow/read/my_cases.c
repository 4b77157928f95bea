/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/my_cases.h"

#include "session/names.h"
#include "session/rights.h"

#include <stdlib.h>
#include <string.h>

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct listing *)a)->case_code,
		      ((const struct listing *)b)->case_code);
}

int
my_cases(struct session *session, struct listing **ret_list, size_t *ret_n,
	 struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;
	const struct state_member *me;
	struct listing *list;
	size_t n = 0;

	if (session_member(session, &me, err) < 0)
		return -1;
	list = mem_array((size_t)state_n_cases(state) + 1, sizeof list[0], err);
	if (list == NULL)
		return -1;
	while ((grant = state_grant_next_of_member(state, &me->code, grant)) != NULL) {
		const struct state_case *a_case = state_grant_case(state, grant);

		if (a_case == NULL || state_grant_means(grant) == GRANT_NONE ||
		    rights_grant_ended(grant))
			continue;
		list[n].session = session;
		list[n].case_id = a_case->id;
		names_case_code(session, &a_case->id, list[n].case_code);
		n++;
	}
	qsort(list, n, sizeof list[0], by_code);
	*ret_list = list;
	*ret_n = n;
	return 0;
}
