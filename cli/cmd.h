/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "command.h"

/* The commands, each defined in a file of its family: cmd_case.c and cmd_grant.c have
 * those of `amana case`. */

extern const struct command cmd_id_new, cmd_id_list, cmd_id_show, cmd_id_card,
	cmd_id_passphrase, cmd_id_backup, cmd_id_restore, cmd_id_rekey;
extern const struct command cmd_unlock, cmd_lock, cmd_init, cmd_join, cmd_status;
extern const struct command cmd_member_add, cmd_member_role, cmd_member_list,
	cmd_member_revoke;
extern const struct command cmd_policy, cmd_approve_list, cmd_approve_sign,
	cmd_approve_refuse;
extern const struct command cmd_case_open, cmd_case_list, cmd_case_show, cmd_case_grant,
	cmd_case_confirm, cmd_case_revoke, cmd_audit_admit, cmd_audit_accept,
	cmd_case_rekey, cmd_case_card;
extern const struct command cmd_deposit, cmd_list, cmd_show, cmd_search, cmd_retrieve;
extern const struct command cmd_mount, cmd_unmount;
extern const struct command cmd_custody, cmd_verify, cmd_log_skip, cmd_log_accept,
	cmd_log_restored, cmd_log_repair;
extern const struct command cmd_help, cmd_version, cmd_completions;

#endif
