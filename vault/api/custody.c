/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "custody/event.h"
#include "flow/chain/custody.h"
#include "flow/office/office.h"
#include "flow/verify/verify.h"

int
amana_custody(struct amana_vault *vault, const char *name,
	      int (*row)(void *ctx, const struct amana_event *event), void *ctx,
	      uint64_t *ret_n, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, name, ret_n) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the events");
	return flow_custody(vault->session, name, row, ctx, ret_n, err);
}

const struct amana_event_kind *
amana_event_kind(const char *name)
{
	const struct event_row *row = event_row(event_parse(name));

	return row != NULL ? &row->kind : NULL;
}

int
amana_verify_vault(const struct amana_config *config, const struct amana_verify *request,
		   struct amana_verify_result *ret_result, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, request, ret_result) < 0)
		return -1;
	if (request->check == NULL ||
	    (request->n_receipts > 0 && request->receipts == NULL))
		return err_bug(err, "an incomplete request to verify");
	return flow_verify(config, request, ret_result, err);
}

int
amana_log_skip(const struct amana_config *config, uint64_t n, const char *reason,
	       uint64_t *ret_until, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, reason, ret_until) < 0)
		return -1;
	return flow_log_skip(config, n, reason, ret_until, err);
}

int
amana_log_restored(const struct amana_config *config, const char *lost,
		   const char *reason, char *ret_proposal, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, reason, ret_proposal) < 0)
		return -1;
	return flow_log_restored(config, lost, reason, ret_proposal, err);
}

int
amana_log_accept(const struct amana_config *config, uint64_t n,
		 struct amana_skip_accepted *ret_accepted, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_accepted) < 0)
		return -1;
	return flow_log_accept(config, n, ret_accepted, err);
}

int
amana_log_repair(const struct amana_config *config, uint64_t *ret_n_repaired,
		 struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_n_repaired) < 0)
		return -1;
	return flow_log_repair(config, ret_n_repaired, err);
}
