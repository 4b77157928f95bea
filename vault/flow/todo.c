/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"

/* Verbs that are not there yet: weak, so that the real one takes its place as soon as it is built. This file goes away. */

__attribute__((weak)) int
flow_custody(struct amana_vault *vault, const char *name, int (*row)(void *ctx, const struct amana_event *event), void *ctx, uint64_t *ret_n, struct amana_error *err)
{
	(void)vault;
	(void)name;
	(void)row;
	(void)ctx;
	(void)ret_n;
	return err_bug(err, "flow_custody is not there yet");
}

__attribute__((weak)) int
flow_verify(const struct amana_config *config, const struct amana_verify *request, struct amana_verify_result *ret_result, struct amana_error *err)
{
	(void)config;
	(void)request;
	(void)ret_result;
	return err_bug(err, "flow_verify is not there yet");
}
