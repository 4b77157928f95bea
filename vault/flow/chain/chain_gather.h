/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CHAIN_CHAIN_GATHER_H
#define FLOW_CHAIN_CHAIN_GATHER_H

#include "flow/chain/chain_core.h"

/*
 * Finds every event of the chain, oldest first, and the dates of the case's grants. Where
 * they stand in the log is the catalogue's word; that none is missing is checked against
 * the numbers that the state has counted, and a catalogue that has fewer is made anew.
 */
int chain_gather(struct chain *chain, struct amana_error *err) MUST_CHECK;

#endif
