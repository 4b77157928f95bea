/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"

/* Verbs that are not there yet: weak, so that the real one takes its place as soon as it is built. This file goes away. */

__attribute__((weak)) int
flow_init(const struct amana_config *config, const char *name, struct amana_init_result *ret_result, struct amana_error *err)
{
	(void)config;
	(void)name;
	(void)ret_result;
	return err_bug(err, "flow_init is not there yet");
}

__attribute__((weak)) int
flow_join(const struct amana_config *config, const char *welcome_path, char *ret_words, struct amana_error *err)
{
	(void)config;
	(void)welcome_path;
	(void)ret_words;
	return err_bug(err, "flow_join is not there yet");
}

__attribute__((weak)) int
flow_status(struct amana_vault *vault, struct amana_status *ret_status, struct amana_error *err)
{
	(void)vault;
	(void)ret_status;
	return err_bug(err, "flow_status is not there yet");
}

__attribute__((weak)) int
flow_identity_list(const struct amana_config *config, int (*row)(void *ctx, const struct amana_identity_info *info), void *ctx, struct amana_error *err)
{
	(void)config;
	(void)row;
	(void)ctx;
	return err_bug(err, "flow_identity_list is not there yet");
}

__attribute__((weak)) int
flow_identity_new(const struct amana_config *config, const char *member, const char *card_path, struct amana_card_info *ret_card, struct amana_error *err)
{
	(void)config;
	(void)member;
	(void)card_path;
	(void)ret_card;
	return err_bug(err, "flow_identity_new is not there yet");
}

__attribute__((weak)) int
flow_identity_show(const struct amana_config *config, struct amana_card_info *ret_card, struct amana_error *err)
{
	(void)config;
	(void)ret_card;
	return err_bug(err, "flow_identity_show is not there yet");
}

__attribute__((weak)) int
flow_identity_card(const struct amana_config *config, const char *card_path, struct amana_card_info *ret_card, struct amana_error *err)
{
	(void)config;
	(void)card_path;
	(void)ret_card;
	return err_bug(err, "flow_identity_card is not there yet");
}

__attribute__((weak)) int
flow_card_read(const char *card_path, struct amana_card_info *ret_card, struct amana_error *err)
{
	(void)card_path;
	(void)ret_card;
	return err_bug(err, "flow_card_read is not there yet");
}

__attribute__((weak)) int
flow_identity_passphrase(const struct amana_config *config, struct amana_error *err)
{
	(void)config;
	return err_bug(err, "flow_identity_passphrase is not there yet");
}

__attribute__((weak)) int
flow_identity_backup(const struct amana_config *config, char *ret_line, struct amana_error *err)
{
	(void)config;
	(void)ret_line;
	return err_bug(err, "flow_identity_backup is not there yet");
}

__attribute__((weak)) int
flow_identity_restore(const struct amana_config *config, const char *member, const char *line, const char *card_path, struct amana_card_info *ret_card, struct amana_error *err)
{
	(void)config;
	(void)member;
	(void)line;
	(void)card_path;
	(void)ret_card;
	return err_bug(err, "flow_identity_restore is not there yet");
}

__attribute__((weak)) int
flow_unlock(const struct amana_config *config, unsigned int seconds, char *ret_member, struct amana_error *err)
{
	(void)config;
	(void)seconds;
	(void)ret_member;
	return err_bug(err, "flow_unlock is not there yet");
}

__attribute__((weak)) int
flow_lock(const struct amana_config *config, size_t *ret_n, struct amana_error *err)
{
	(void)config;
	(void)ret_n;
	return err_bug(err, "flow_lock is not there yet");
}

__attribute__((weak)) int
flow_member_list(struct amana_vault *vault, int64_t at, int (*row)(void *ctx, const struct amana_member *member), void *ctx, struct amana_error *err)
{
	(void)vault;
	(void)at;
	(void)row;
	(void)ctx;
	return err_bug(err, "flow_member_list is not there yet");
}

__attribute__((weak)) int
flow_member_add(struct amana_vault *vault, const char *card_path, const char *roles, const char *fingerprint, const char *welcome_path, char *ret_proposal, struct amana_error *err)
{
	(void)vault;
	(void)card_path;
	(void)roles;
	(void)fingerprint;
	(void)welcome_path;
	(void)ret_proposal;
	return err_bug(err, "flow_member_add is not there yet");
}

__attribute__((weak)) int
flow_member_role(struct amana_vault *vault, const char *member, const char *role, bool add, char *ret_proposal, struct amana_error *err)
{
	(void)vault;
	(void)member;
	(void)role;
	(void)add;
	(void)ret_proposal;
	return err_bug(err, "flow_member_role is not there yet");
}

__attribute__((weak)) int
flow_member_revoke(struct amana_vault *vault, const char *member, const char *reason, void (*due)(void *ctx, const char *case_code, const char *case_id), void *ctx, char *ret_proposal, struct amana_error *err)
{
	(void)vault;
	(void)member;
	(void)reason;
	(void)due;
	(void)ctx;
	(void)ret_proposal;
	return err_bug(err, "flow_member_revoke is not there yet");
}

__attribute__((weak)) int
flow_policy_get(struct amana_vault *vault, struct amana_policy *ret_policy, struct amana_error *err)
{
	(void)vault;
	(void)ret_policy;
	return err_bug(err, "flow_policy_get is not there yet");
}

__attribute__((weak)) int
flow_policy_set(struct amana_vault *vault, const char *key, const char *value, char *ret_proposal, struct amana_error *err)
{
	(void)vault;
	(void)key;
	(void)value;
	(void)ret_proposal;
	return err_bug(err, "flow_policy_set is not there yet");
}

__attribute__((weak)) int
flow_approve_list(struct amana_vault *vault, int (*row)(void *ctx, const struct amana_proposal *proposal), void *ctx, struct amana_error *err)
{
	(void)vault;
	(void)row;
	(void)ctx;
	return err_bug(err, "flow_approve_list is not there yet");
}

__attribute__((weak)) int
flow_approve(struct amana_vault *vault, const char *id, bool yes, struct amana_error *err)
{
	(void)vault;
	(void)id;
	(void)yes;
	return err_bug(err, "flow_approve is not there yet");
}

__attribute__((weak)) int
flow_retrieve(struct amana_vault *vault, const struct amana_retrieve *request, struct amana_error *err)
{
	(void)vault;
	(void)request;
	return err_bug(err, "flow_retrieve is not there yet");
}

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

__attribute__((weak)) int
flow_log_skip(const struct amana_config *config, uint64_t n, const char *reason, uint64_t *ret_until, struct amana_error *err)
{
	(void)config;
	(void)n;
	(void)reason;
	(void)ret_until;
	return err_bug(err, "flow_log_skip is not there yet");
}

__attribute__((weak)) int
flow_log_restored(const struct amana_config *config, const char *reason, char *ret_proposal, struct amana_error *err)
{
	(void)config;
	(void)reason;
	(void)ret_proposal;
	return err_bug(err, "flow_log_restored is not there yet");
}
