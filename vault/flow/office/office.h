/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_OFFICE_H
#define FLOW_OFFICE_OFFICE_H

#include "amana/case.h"
#include "amana/custody.h"
#include "amana/identity.h"
#include "amana/member.h"
#include "amana/vault.h"
#include "session/session.h"

/*
 * The office: identities, members, cases, policy, two people, status, and the log's own
 * repairs.  Each function does what the public function of the same name (amana_* for
 * flow_*) does, with its contract in include/amana.
 */

int flow_init(const struct amana_config *config, const char *name,
	      struct amana_init_result *ret_result, struct amana_error *err) MUST_CHECK;
int flow_join(const struct amana_config *config, const char *welcome_path,
	      struct amana_join_result *ret_result, struct amana_error *err) MUST_CHECK;
int flow_status(struct session *session, struct amana_status *ret_status,
		struct amana_error *err) MUST_CHECK;
int flow_identity_list(const struct amana_config *config,
		       int (*row)(void *ctx, const struct amana_identity_info *info),
		       void *ctx, struct amana_error *err) MUST_CHECK;
int flow_identity_new(const struct amana_config *config, const char *member,
		      const char *card_path, struct amana_card_info *ret_card,
		      struct amana_error *err) MUST_CHECK;
int flow_identity_show(const struct amana_config *config,
		       struct amana_card_info *ret_card,
		       struct amana_error *err) MUST_CHECK;
int flow_identity_card(const struct amana_config *config, const char *card_path,
		       struct amana_card_info *ret_card,
		       struct amana_error *err) MUST_CHECK;
int flow_card_read(const char *card_path, struct amana_card_info *ret_card,
		   struct amana_error *err) MUST_CHECK;
int flow_identity_passphrase(const struct amana_config *config,
			     struct amana_error *err) MUST_CHECK;
int flow_identity_backup(const struct amana_config *config, char *ret_line,
			 struct amana_error *err) MUST_CHECK;
int flow_identity_restore(const struct amana_config *config, const char *member,
			  const char *line, const char *card_path,
			  struct amana_card_info *ret_card,
			  struct amana_error *err) MUST_CHECK;
int flow_identity_rekey(struct session *session, const char *card_path,
			struct amana_card_info *ret_card,
			struct amana_error *err) MUST_CHECK;
int flow_unlock(const struct amana_config *config, unsigned int seconds, char *ret_member,
		struct amana_error *err) MUST_CHECK;
int flow_lock(const struct amana_config *config, size_t *ret_n,
	      struct amana_error *err) MUST_CHECK;
int flow_member_list(struct session *session, int64_t at,
		     int (*row)(void *ctx, const struct amana_member *member), void *ctx,
		     struct amana_error *err) MUST_CHECK;
int flow_member_add(struct session *session, const struct amana_member_add *request,
		    char *ret_proposal, struct amana_error *err) MUST_CHECK;
int flow_member_role(struct session *session, const char *member, const char *role,
		     bool add, char *ret_proposal, struct amana_error *err) MUST_CHECK;
int flow_member_revoke(struct session *session, const struct amana_member_revoke *request,
		       char *ret_proposal, struct amana_error *err) MUST_CHECK;
int flow_policy_get(struct session *session, struct amana_policy *ret_policy,
		    struct amana_error *err) MUST_CHECK;
int flow_policy_set(struct session *session, const char *key, const char *value,
		    char *ret_proposal, struct amana_error *err) MUST_CHECK;
int flow_approve_list(struct session *session,
		      int (*row)(void *ctx, const struct amana_proposal *proposal),
		      void *ctx, struct amana_error *err) MUST_CHECK;
int flow_approve(struct session *session, const char *id, bool yes,
		 struct amana_error *err) MUST_CHECK;
int flow_case_open(struct session *session, const struct amana_case_open *request,
		   char *ret_id, struct amana_error *err) MUST_CHECK;
int flow_case_list(struct session *session,
		   int (*row)(void *ctx, const struct amana_case *info), void *ctx,
		   struct amana_error *err) MUST_CHECK;
int flow_case_show(struct session *session, const char *name,
		   int (*info)(void *ctx, const struct amana_case *info),
		   int (*grant)(void *ctx, const struct amana_grant *grant), void *ctx,
		   struct amana_error *err) MUST_CHECK;
int flow_case_grant(struct session *session, const struct amana_case_grant *request,
		    int64_t *ret_until, struct amana_error *err) MUST_CHECK;
int flow_case_confirm(struct session *session, const char *case_name, const char *member,
		      struct amana_error *err) MUST_CHECK;
int flow_audit_accept(struct session *session, struct amana_error *err) MUST_CHECK;
int flow_audit_admit(struct session *session, const char *member,
		     struct amana_error *err) MUST_CHECK;
int flow_case_revoke(struct session *session, const struct amana_case_revoke *request,
		     enum amana_new_keys *ret_keys, struct amana_error *err) MUST_CHECK;
int flow_case_rekey(struct session *session, const char *name, uint64_t *ret_epoch,
		    struct amana_error *err) MUST_CHECK;
int flow_case_card(struct session *session, const char *name, const char *path,
		   bool with_code, struct amana_error *err) MUST_CHECK;
int flow_log_skip(const struct amana_config *config, uint64_t n, const char *reason,
		  uint64_t *ret_until, struct amana_error *err) MUST_CHECK;
int flow_log_restored(const struct amana_config *config, const char *lost,
		      const char *reason, char *ret_proposal,
		      struct amana_error *err) MUST_CHECK;
int flow_log_accept(const struct amana_config *config, uint64_t n,
		    struct amana_skip_accepted *ret_accepted,
		    struct amana_error *err) MUST_CHECK;
int flow_log_repair(const struct amana_config *config, uint64_t *ret_n_repaired,
		    struct amana_error *err) MUST_CHECK;

#endif
