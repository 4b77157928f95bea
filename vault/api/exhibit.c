/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "flow/deposit/deposit.h"
#include "flow/read/read.h"

int
amana_list(struct amana_vault *vault, const char *case_name, amana_exhibit_row *row,
	   void *ctx, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the exhibits");
	return flow_list(vault->session, case_name, row, ctx, err);
}

int
amana_show(struct amana_vault *vault, const char *exhibit, amana_exhibit_row *row,
	   void *ctx, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, exhibit) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the exhibit");
	return flow_show(vault->session, exhibit, row, ctx, err);
}

int
amana_search(struct amana_vault *vault, const char *words, const char *case_name,
	     amana_exhibit_row *row, void *ctx, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, words) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with what was found");
	return flow_search(vault->session, words, case_name, row, ctx, err);
}

int
amana_deposit(struct amana_vault *vault, const struct amana_deposit *request,
	      struct amana_deposit_result *ret_result, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_result) < 0 ||
	    ARGS_GIVEN(err, request->case_name) < 0)
		return -1;
	if (request->n_paths > 0 && request->paths == NULL)
		return err_bug(err, "paths were counted but not given");
	return flow_deposit(vault->session, request, ret_result, err);
}

int
amana_retrieve(struct amana_vault *vault, const struct amana_retrieve *request,
	       struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request) < 0 ||
	    ARGS_GIVEN(err, request->exhibits, request->out, request->reason) < 0)
		return -1;
	return flow_retrieve(vault->session, request, err);
}
