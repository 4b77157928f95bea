/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TIME_ARG_H
#define CLI_TIME_ARG_H

#include "attributes.h"

#include "amana/error.h"

#include <stdint.h>

struct cli;

/* A DURATION (5m, 2h or 14d) that was given with `option`, in seconds; anything else is
 * AMANA_E_USAGE. */
int time_arg_duration(struct cli *cli, const char *text, const char *option,
		      int64_t *ret_seconds, struct amana_error *err) MUST_CHECK;
/* A DATE that was given with `option`, in Unix seconds: 2026-04-30 (the end of that day
 * here), a time of RFC 3339, or +14d from now; anything else is AMANA_E_USAGE. */
int time_arg_date(struct cli *cli, const char *text, const char *option, int64_t *ret_at,
		  struct amana_error *err) MUST_CHECK;

#endif
