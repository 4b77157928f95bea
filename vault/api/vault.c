/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "flow/office/office.h"
#include "session/session.h"

/* amana_close is in session/session.c: there it is a session's destructor. */

int
amana_open(const struct amana_config *config, struct amana_vault **ret_vault,
	   struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_vault) < 0)
		return -1;
	return session_open(config, 0, ret_vault, err);
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
amana_join(const struct amana_config *config, const char *welcome_path, char *ret_words,
	   struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, welcome_path, ret_words) < 0)
		return -1;
	return flow_join(config, welcome_path, ret_words, err);
}

int
amana_vault_status(struct amana_vault *vault, struct amana_status *ret_status,
		   struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, ret_status) < 0)
		return -1;
	return flow_status(vault, ret_status, err);
}
