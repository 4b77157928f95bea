/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_READ_READ_H
#define FLOW_READ_READ_H

#include "amana/exhibit.h"
#include "session/session.h"

/*
 * Finding exhibits and taking them out.  Each function does what the public function of
 * the same name does (amana_list for flow_list), with its contract in
 * include/amana/exhibit.h.
 */

int flow_list(struct session *session, const char *case_name, amana_exhibit_row *row,
	      void *ctx, struct amana_error *err) MUST_CHECK;
int flow_show(struct session *session, const char *exhibit, amana_exhibit_row *row,
	      void *ctx, struct amana_error *err) MUST_CHECK;
int flow_search(struct session *session, const char *words, const char *case_name,
		amana_exhibit_row *row, void *ctx, struct amana_error *err) MUST_CHECK;
int flow_retrieve(struct session *session, const struct amana_retrieve *request,
		  struct amana_error *err) MUST_CHECK;

#endif
