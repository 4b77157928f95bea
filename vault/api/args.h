/* SPDX-License-Identifier: Apache-2.0 */
#ifndef API_ARGS_H
#define API_ARGS_H

#include "base/err.h"

/*
 * Checks that the arguments of a public function which must be there are there.  If one
 * is NULL the caller has a bug (AMANA_E_BUG), and the function does nothing.  `err`
 * itself is never NULL, by contract.
 */
#define ARGS_GIVEN(err, ...)                                                             \
	args_given((const void *const[]){__VA_ARGS__},                                   \
		   sizeof((const void *const[]){__VA_ARGS__}) / sizeof(void *),          \
		   __func__, err)
/* What the macro calls: -1 when one of the n args is NULL. */
int args_given(const void *const *args, size_t n, const char *function,
	       struct amana_error *err) MUST_CHECK;

#endif
