/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "attributes.h"

#include "amana/error.h"

/*
 * The person's folders, by the rules of XDG, and which vault is meant: -C, then
 * $AMANA_VAULT, then the configuration, $XDG_CONFIG_HOME/amana/config.  That file has
 * lines `KEY = VALUE`, and # begins a comment; the only key is vault.
 */

struct cli;

/* Fills config_path, data_dir, cache_dir, vault_path and vault_from of *cli. */
int config_find(struct cli *cli, struct amana_error *err) MUST_CHECK;
/* Makes `path` the default vault, in the configuration.  1: there is one already, which
 * stays. */
int config_set_vault(struct cli *cli, const char *path,
		     struct amana_error *err) MUST_CHECK;

#endif
