/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "flow/office/office.h"

int
amana_case_open(struct amana_vault *vault, const struct amana_case_open *request,
		char ret_id[AMANA_ID_HEX + 1], struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_id) < 0 ||
	    ARGS_GIVEN(err, request->code) < 0)
		return -1;
	return flow_case_open(vault->session, request, ret_id, err);
}

int
amana_case_list(struct amana_vault *vault,
		int (*row)(void *ctx, const struct amana_case *info), void *ctx,
		struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the cases");
	return flow_case_list(vault->session, row, ctx, err);
}

int
amana_case_show(struct amana_vault *vault, const char *name,
		int (*info)(void *ctx, const struct amana_case *info),
		int (*grant)(void *ctx, const struct amana_grant *grant), void *ctx,
		struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, name) < 0)
		return -1;
	if (info == NULL || grant == NULL)
		return err_bug(err, "no function to call with the case");
	return flow_case_show(vault->session, name, info, grant, ctx, err);
}

int
amana_case_grant(struct amana_vault *vault, const struct amana_case_grant *request,
		 int64_t *ret_until, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_until) < 0 ||
	    ARGS_GIVEN(err, request->cases, request->member, request->as) < 0)
		return -1;
	return flow_case_grant(vault->session, request, ret_until, err);
}

int
amana_case_confirm(struct amana_vault *vault, const char *name, const char *member,
		   struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, name, member) < 0)
		return -1;
	return flow_case_confirm(vault->session, name, member, err);
}

int
amana_case_revoke(struct amana_vault *vault, const struct amana_case_revoke *request,
		  enum amana_new_keys *ret_keys, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_keys) < 0 ||
	    ARGS_GIVEN(err, request->case_name, request->member, request->reason) < 0)
		return -1;
	return flow_case_revoke(vault->session, request, ret_keys, err);
}

int
amana_case_rekey(struct amana_vault *vault, const char *name, uint64_t *ret_epoch,
		 struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, name, ret_epoch) < 0)
		return -1;
	return flow_case_rekey(vault->session, name, ret_epoch, err);
}

int
amana_case_card(struct amana_vault *vault, const char *name, const char *path,
		bool with_code, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, name, path) < 0)
		return -1;
	return flow_case_card(vault->session, name, path, with_code, err);
}
