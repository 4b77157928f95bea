/* SPDX-License-Identifier: Apache-2.0 */
#include "session/data_folder.h"

#include <stdio.h>

int
data_folder_check(const struct amana_config *config, struct amana_error *err)
{
	if (config->data_dir != NULL && config->data_dir[0] != 0)
		return 0;
	return err_bug(
		err,
		"amana_config.data_dir is missing: the folder of identities and pins");
}

/* What snprintf has said of the length of `out`. */
static int
check_length(int len, const char *folder, struct amana_error *err)
{
	if (len >= 0 && len < PATH_MAX)
		return 0;
	return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", folder);
}

int
data_folder_identities(const struct amana_config *config, char out[PATH_MAX],
		       struct amana_error *err)
{
	if (data_folder_check(config, err) < 0)
		return -1;
	return check_length(snprintf(out, PATH_MAX, "%s/identities", config->data_dir),
			    config->data_dir, err);
}

int
data_folder_vaults(const struct amana_config *config, char out[PATH_MAX],
		   struct amana_error *err)
{
	if (data_folder_check(config, err) < 0)
		return -1;
	return check_length(snprintf(out, PATH_MAX, "%s/vaults", config->data_dir),
			    config->data_dir, err);
}

int
data_folder_vault(const struct amana_config *config, const struct hash *fingerprint,
		  char out[PATH_MAX], struct amana_error *err)
{
	char hex[HASH_HEX_LEN + 1];

	if (data_folder_check(config, err) < 0)
		return -1;
	hash_hex(fingerprint, hex);
	return check_length(
		snprintf(out, PATH_MAX, "%s/vaults/%s", config->data_dir, hex),
		config->data_dir, err);
}

int
data_folder_catalog(const struct amana_config *config, const struct hash *fingerprint,
		    const char *who, char out[PATH_MAX], struct amana_error *err)
{
	char hex[HASH_HEX_LEN + 1];

	if (config->cache_dir == NULL || config->cache_dir[0] == 0)
		return 1;
	hash_hex(fingerprint, hex);
	return check_length(snprintf(out, PATH_MAX, "%s/%.32s/%s.catalog",
				     config->cache_dir, hex, who),
			    config->cache_dir, err);
}
