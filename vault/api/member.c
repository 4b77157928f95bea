/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "flow/office/office.h"

int
amana_member_list(struct amana_vault *vault, int64_t at,
		  int (*row)(void *ctx, const struct amana_member *member), void *ctx,
		  struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the members");
	return flow_member_list(vault->session, at, row, ctx, err);
}

int
amana_member_add(struct amana_vault *vault, const struct amana_member_add *request,
		 char *ret_proposal, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_proposal) < 0 ||
	    ARGS_GIVEN(err, request->card_path) < 0)
		return -1;
	return flow_member_add(vault->session, request, ret_proposal, err);
}

int
amana_audit_admit(struct amana_vault *vault, const char *member, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, member) < 0)
		return -1;
	return flow_audit_admit(vault->session, member, err);
}

int
amana_audit_accept(struct amana_vault *vault, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault) < 0)
		return -1;
	return flow_audit_accept(vault->session, err);
}

int
amana_member_role(struct amana_vault *vault, const char *member, const char *role,
		  bool add, char *ret_proposal, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, member, role, ret_proposal) < 0)
		return -1;
	return flow_member_role(vault->session, member, role, add, ret_proposal, err);
}

int
amana_member_revoke(struct amana_vault *vault, const struct amana_member_revoke *request,
		    char *ret_proposal, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_proposal) < 0 ||
	    ARGS_GIVEN(err, request->member, request->reason) < 0)
		return -1;
	return flow_member_revoke(vault->session, request, ret_proposal, err);
}

int
amana_policy_get(struct amana_vault *vault, struct amana_policy *ret_policy,
		 struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, ret_policy) < 0)
		return -1;
	return flow_policy_get(vault->session, ret_policy, err);
}

int
amana_policy_set(struct amana_vault *vault, const char *key, const char *value,
		 char *ret_proposal, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, key, value, ret_proposal) < 0)
		return -1;
	return flow_policy_set(vault->session, key, value, ret_proposal, err);
}

int
amana_approve_list(struct amana_vault *vault,
		   int (*row)(void *ctx, const struct amana_proposal *proposal),
		   void *ctx, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the proposals");
	return flow_approve_list(vault->session, row, ctx, err);
}

int
amana_approve(struct amana_vault *vault, const char *id, bool yes,
	      struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, id) < 0)
		return -1;
	return flow_approve(vault->session, id, yes, err);
}
