/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_PROBE_H
#define STORE_STORE_PROBE_H

#include "store/store.h"

/*
 * The store check of `init`.  Several times, many threads put different bytes under one
 * fresh name below lines/.  Each time exactly one must win, all others must be told that
 * something is there, and the winner's bytes must be there whole.  The names are removed
 * afterwards.
 */
#define STORE_PROBE_WRITERS 16 /* threads in each round */
struct store_probe {
	const char *kind;	       /* as store_kind */
	unsigned n_writers, n_winners; /* of each round; n_winners is 1 */
};
/* AMANA_E_IO: the store does not put if absent, and no vault can be kept in it;
 * AMANA_E_NOMEM: the system gave fewer threads than that. */
int store_probe(struct store *store, struct store_probe *ret_probe,
		struct amana_error *err) MUST_CHECK;

#endif
