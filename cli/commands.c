/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "cmd.h"

static const struct command *const all[] = {
	&cmd_id_new,	     &cmd_id_list,	&cmd_id_show,	   &cmd_id_card,
	&cmd_id_passphrase,  &cmd_id_backup,	&cmd_id_restore,   &cmd_id_rekey,
	&cmd_unlock,	     &cmd_lock,		&cmd_init,	   &cmd_join,
	&cmd_status,	     &cmd_member_add,	&cmd_member_role,  &cmd_member_list,
	&cmd_member_revoke,  &cmd_policy,	&cmd_approve_list, &cmd_approve_sign,
	&cmd_approve_refuse, &cmd_case_open,	&cmd_case_list,	   &cmd_case_show,
	&cmd_case_grant,     &cmd_case_confirm, &cmd_case_revoke,  &cmd_case_rekey,
	&cmd_case_card,	     &cmd_deposit,	&cmd_list,	   &cmd_show,
	&cmd_search,	     &cmd_retrieve,	&cmd_mount,	   &cmd_unmount,
	&cmd_custody,	     &cmd_audit_admit,	&cmd_audit_accept, &cmd_verify,
	&cmd_log_skip,	     &cmd_log_accept,	&cmd_log_restored, &cmd_log_repair,
	&cmd_help,	     &cmd_version,	&cmd_completions,  NULL,
};

static const char *const groups[] = {"id",    "member", "approve", "case",
				     "audit", "log",	NULL};

const struct command_table commands_table = {.all = all, .groups = groups};
