/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_PRIVATE_H
#define FLOW_CHAIN_CHAIN_PRIVATE_H

#include "flow/chain/chain_core.h"

/* What a record says of an exhibit or case to those who read the case alone: where from
 * it was presented again, and what it is.  All but the time are handles of
 * chain_add_text. */
struct chain_private {
	size_t source, facts, derived_from, packet;
	int64_t received_at; /* Unix seconds; 0: not given */
	size_t about;	     /* a JSON object */
};

/* The private lines of the entry that was read last, which is that of `event`, if it has
 * any; else *ret_private is left alone.  A line that belongs to something else is told as
 * a notice and makes event->is_missing. */
int chain_private(struct chain *chain, struct chain_event *event,
		  struct chain_private *ret_private, struct amana_error *err) MUST_CHECK;

#endif
