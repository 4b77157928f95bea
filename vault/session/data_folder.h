/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_DATA_FOLDER_H
#define SESSION_DATA_FOLDER_H

#include "amana/vault.h"
#include "crypto/hash.h"

#include <limits.h>

/*
 * Where a person's own files stand, below the two folders that the caller of the library
 * names in struct amana_config:
 *
 *	data_dir/identities/MEMBER.age			identity files (keys/idfile.h)
 *	data_dir/vaults/FINGERPRINT/...			pins and own copies (log/pin.h)
 *	cache_dir/FINGERPRINT32/MEMBER.catalog		catalogues (catalog/catalog.h)
 *
 * FINGERPRINT is the vault's in hex, FINGERPRINT32 its first 32 digits.
 *
 * These functions only put paths together; they touch no file.  Each path goes to `out`,
 * with its NUL.  AMANA_E_BUG: the caller of the library gave no data_dir, and the message
 * says so; AMANA_E_LIMIT: the path is too long.  Any thread.
 */

/* 0 if a data folder was given; for those who must know before they do anything. */
int data_folder_check(const struct amana_config *config,
		      struct amana_error *err) MUST_CHECK;
/* The folder of the identity files. */
int data_folder_identities(const struct amana_config *config, char out[PATH_MAX],
			   struct amana_error *err) MUST_CHECK;
/* The folder of all pins: the base_dir of log/log.h and log/pin.h. */
int data_folder_vaults(const struct amana_config *config, char out[PATH_MAX],
		       struct amana_error *err) MUST_CHECK;
/* The folder of one vault's pin. */
int data_folder_vault(const struct amana_config *config, const struct hash *fingerprint,
		      char out[PATH_MAX], struct amana_error *err) MUST_CHECK;
/* The catalogue of the member `who` for one vault.  1: no cache_dir was given, so that
 * it stays in memory. */
int data_folder_catalog(const struct amana_config *config, const struct hash *fingerprint,
			const char *who, char out[PATH_MAX],
			struct amana_error *err) MUST_CHECK;

#endif
