/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_SOURCE_H
#define FLOW_CHAIN_CHAIN_SOURCE_H

#include "flow/chain/chain_core.h"

/* Where from a thing was presented again. */
struct chain_source {
	size_t source, facts; /* handles of chain_add_text */
	int64_t received_at;  /* Unix seconds; 0: not given */
};

/* The source line of the entry that was read last, which is that of `event`, if it has
 * one; else *ret_source is left alone.  A line that belongs to something else is told as
 * a notice and makes event->is_missing. */
int chain_source(struct chain *chain, struct chain_event *event,
		 struct chain_source *ret_source, struct amana_error *err) MUST_CHECK;

#endif
