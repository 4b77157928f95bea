/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "flow/office/office.h"

int
amana_open(const struct amana_config *config, struct amana_vault **ret_vault,
	   struct amana_error *err)
{
	CLEANUP(mem_freep) struct amana_vault *vault = NULL;

	if (ARGS_GIVEN(err, config, ret_vault) < 0)
		return -1;
	vault = mem_new(sizeof *vault, err);
	if (vault == NULL ||
	    session_open(config, LOG_STOP_AT_DAMAGE, &vault->session, err) < 0)
		return -1;
	session_tell_damage(vault->session);
	*ret_vault = TAKE(vault);
	return 0;
}

void
amana_close(struct amana_vault *vault)
{
	if (vault == NULL)
		return;
	session_close(vault->session);
	mem_free(vault);
}

int
amana_init(const struct amana_config *config, const char *name,
	   struct amana_init_result *ret_result, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_result) < 0)
		return -1;
	return flow_init(config, name, ret_result, err);
}

int
amana_join(const struct amana_config *config, const char *welcome_path,
	   struct amana_join_result *ret_result, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, welcome_path, ret_result) < 0)
		return -1;
	return flow_join(config, welcome_path, ret_result, err);
}

int
amana_vault_status(struct amana_vault *vault, struct amana_status *ret_status,
		   struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, ret_status) < 0)
		return -1;
	return flow_status(vault->session, ret_status, err);
}
