/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_READ_RETRIEVE_LIST_H
#define FLOW_READ_RETRIEVE_LIST_H

#include "session/session.h"

/*
 * The exhibits that the names of a request mean (CASE/7, CASE/7,9-12, CASE/EX-0007,
 * id:HEX), each once, in the order in which they are named first.  *ret_ids is freed with
 * mem_free.  AMANA_E_MISSING: there is no such exhibit, or this person knows no such
 * case; AMANA_E_USAGE: it is no name.
 */
int retrieve_list(struct session *session, const char *const *names, size_t n_names,
		  struct custody_id **ret_ids, size_t *ret_n,
		  struct amana_error *err) MUST_CHECK;

/* Keeps of ids[0 .. *n) the first of each, in their order, and sets *n to how many those
 * are.  Any thread. */
int retrieve_list_once(struct custody_id *ids, size_t *n,
		       struct amana_error *err) MUST_CHECK;

#endif
