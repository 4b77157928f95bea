/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_LAST_CHECK_H
#define SESSION_LAST_CHECK_H

#include "amana/vault.h"
#include "crypto/hash.h"

#include <stdint.h>

/*
 * When this login last checked a vault as a whole and found nothing wrong: the file
 * `checked` beside the vault's pin (data_dir/vaults/FINGERPRINT/checked).  A reminder for
 * `status`, nothing that anything relies on.
 */

/* Notes that it was at `at` (Unix seconds).  1: the vault is not pinned here, so nothing
 * is noted. */
int last_check_write(const struct amana_config *config, const struct hash *fingerprint,
		     int64_t at, struct amana_error *err) MUST_CHECK;
/* The time that was noted last.  1: there is none, or what stands there is no note. */
int last_check_read(const struct amana_config *config, const struct hash *fingerprint,
		    int64_t *ret_at, struct amana_error *err) MUST_CHECK;

#endif
