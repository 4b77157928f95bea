/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_READ_MY_CASES_H
#define FLOW_READ_MY_CASES_H

#include "session/listing.h"

/*
 * Every case in which this person has a grant that is within its dates, ordered by code:
 * of each struct listing the session, the id and the code are filled in.  *ret_list is
 * freed with mem_free.  Opens the identity.
 */
int my_cases(struct session *session, struct listing **ret_list, size_t *ret_n,
	     struct amana_error *err) MUST_CHECK;

#endif
