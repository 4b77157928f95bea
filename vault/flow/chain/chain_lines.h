/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_LINES_H
#define FLOW_CHAIN_CHAIN_LINES_H

#include "flow/chain/chain_core.h"

/*
 * The sealed lines of the events: what kind of act it was, its reason, its details.
 * They come out of the act's sheet, checked against the entry, and are kept in the
 * catalogue of this person.
 */

/* Opens the lines of all events that the catalogue does not have, and keeps them there.
 * AMANA_E_CANCELLED: stopped by the person. */
int chain_lines_open(struct chain *chain, struct amana_error *err) MUST_CHECK;

/* Fills the sealed part of ret_event: the texts of the event whose entry was read last,
 * borrowed from chain->texts.  Of a public chain it fills nothing. */
int chain_lines_tell(struct chain *chain, struct chain_event *event,
		     struct amana_event *ret_event, struct amana_error *err) MUST_CHECK;

#endif
