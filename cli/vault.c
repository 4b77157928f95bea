/* SPDX-License-Identifier: Apache-2.0 */
#include "vault.h"

#include "callbacks.h"
#include "cli.h"
#include "config.h"
#include "fail.h"
#include "heap.h"
#include "progress.h"
#include "safe.h"

int
vault_prepare(struct cli *cli, struct amana_error *err)
{
	if (cli->config_path != NULL)
		return 0;
	progress_choose(cli);
	if (config_find(cli, err) < 0)
		return -1;
	cli->config = (struct amana_config){
		.vault = cli->vault_path,
		.identity = cli->identity,
		.data_dir = cli->data_dir,
		.cache_dir = cli->cache_dir,
		.vault_fingerprint = cli->vault_fingerprint,
	};
	callbacks_set(cli);
	return 0;
}

int
vault_need(struct cli *cli, struct amana_error *err)
{
	if (vault_prepare(cli, err) < 0)
		return -1;
	if (cli->vault_path == NULL)
		return fail_advise(
			cli, err, AMANA_E_USAGE,
			"name it with -C VAULT or $AMANA_VAULT, or set it for good: amana join MEMBER.welcome",
			"no vault is chosen");
	return 0;
}

int
vault_open(struct cli *cli, struct amana_error *err)
{
	if (cli->vault != NULL)
		return 0;
	if (vault_need(cli, err) < 0)
		return -1;
	if (amana_open(&cli->config, &cli->vault, err) == 0)
		return 0;
	if (err->reason == AMANA_REASON_NO_VAULT && cli->remedy[0] == 0) {
		CLEANUP(heap_freep) char *from = safe(cli->vault_from);

		fail_next(
			cli,
			"check the path (it came from %s); a new vault: amana -C FOLDER init",
			from);
	}
	return -1;
}

void
vault_close(struct cli *cli)
{
	amana_close(cli->vault);
	cli->vault = NULL;
}
