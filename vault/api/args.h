/* SPDX-License-Identifier: Apache-2.0 */
#ifndef API_ARGS_H
#define API_ARGS_H

#include "base/err.h"

/*
 * A public function's arguments: what must be there is there, otherwise AMANA_E_BUG (the
 * caller's) and nothing is done. `err` itself is never NULL by contract.
 */
#define ARGS_GIVEN(err, ...)                                                             \
	args_given((const void *const[]){__VA_ARGS__},                                   \
		   sizeof((const void *const[]){__VA_ARGS__}) / sizeof(void *),          \
		   __func__, err)
/* 0, or -1 when one of them is NULL. */
int args_given(const void *const *args, size_t n, const char *function,
	       struct amana_error *err) MUST_CHECK;

#endif
