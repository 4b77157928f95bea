/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "mounts.h"
#include "safe.h"
#include "table.h"
#include "tell.h"
#include "vault.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* amana status: the vault, the person, and what needs care.  No passphrase is asked for.
 */

static void
put_cases(json_t *doc, const struct amana_status *status)
{
	json_t *list = json_list(doc, "cases");

	for (size_t i = 0; i < status->n_cases; i++) {
		const struct amana_status_case *one = &status->cases[i];
		json_t *object = json_object();

		json_put(object, "case",
			 strcmp(one->code, "-") == 0 ? json_null()
						     : json_text(one->code));
		json_put(object, "id", json_text(one->id));
		json_put(object, "as",
			 one->as[0] != 0 ? json_text(one->as) : json_null());
		json_put(object, "until", json_at(one->until));
		json_put(object, "exhibits", json_integer((json_int_t)one->n_exhibits));
		json_put(object, "leads", json_integer((json_int_t)one->n_leads));
		json_put(object, "provisional",
			 json_integer((json_int_t)one->n_provisional));
		json_put(object, "epoch_due", json_boolean(one->epoch_due));
		json_put(object, "closed", json_boolean(one->closed));
		json_put(object, "ambiguous", json_boolean(one->ambiguous));
		(void)json_array_append_new(list, object);
	}
}

static void
put_replaced(json_t *doc, const struct amana_status *status)
{
	json_t *list = json_list(doc, "replaced_keys");

	for (size_t i = 0; i < status->n_replaced; i++) {
		const struct amana_status_keys *one = &status->replaced[i];
		json_t *object = json_object();

		json_put(object, "member", json_text(one->member));
		json_put(object, "case",
			 strcmp(one->case_code, "-") == 0 ? json_null()
							  : json_text(one->case_code));
		json_put(object, "id", json_text(one->case_id));
		json_put(object, "since", json_at(one->since));
		json_put(object, "by", json_text(one->enrolled_by));
		json_put(object, "batch", json_integer((json_int_t)one->batch));
		(void)json_array_append_new(list, object);
	}
}

static void
put_mounts(json_t *doc, const struct mounted_list *mounts)
{
	json_t *list = json_list(doc, "mounts");

	for (size_t i = 0; i < mounts->n; i++) {
		json_t *object = json_object();

		json_put(object, "dir", json_text(mounts->all[i].dir));
		json_put(object, "answers", json_boolean(mounts->all[i].answers));
		(void)json_array_append_new(list, object);
	}
}

static void
tell_mounts(struct cli *cli, const struct mounted_list *mounts)
{
	for (size_t i = 0; i < mounts->n; i++) {
		CLEANUP(heap_freep) char *shown = safe(mounts->all[i].dir);

		tell(cli, "Mounted       %s%s", shown,
		     mounts->all[i].answers ? "" : "  DEAD: amana unmount clears it");
	}
}

static void
put_status(struct cli *cli, const struct amana_status *status,
	   const struct mounted_list *mounts)
{
	json_t *doc = cli->doc;
	bool me = status->member[0] != 0;

	json_put(doc, "vault", json_text(cli->vault_path));
	json_put(doc, "origin", json_text(status->origin));
	json_put(doc, "fingerprint", json_text(status->fingerprint));
	json_put(doc, "words", json_text(status->words));
	json_put(doc, "batch", json_integer((json_int_t)status->batch));
	json_put(doc, "head", json_text(status->head));
	json_put(doc, "entries", json_integer((json_int_t)status->n_entries));
	json_put(doc, "last_act", json_at(status->last_act_at));
	json_put(doc, "member", me ? json_text(status->member) : json_null());
	json_put(doc, "enrolled", json_boolean(status->enrolled));
	json_put(doc, "revoked", json_boolean(status->revoked));
	json_put(doc, "unlocked", json_boolean(status->unlocked));
	json_put(doc, "roles", json_roles(me ? status->roles : "-"));
	json_put(doc, "two_person", json_boolean(status->two_person));
	json_put(doc, "proposals", json_integer((json_int_t)status->n_proposals));
	json_put(doc, "void", json_integer((json_int_t)status->n_void));
	json_put(doc, "skipped", json_integer((json_int_t)status->n_skipped));
	json_put(doc, "restored", json_boolean(status->restored));
	json_put(doc, "audit_epoch_due", json_boolean(status->audit_epoch_due));
	json_put(doc, "single_lead_cases",
		 json_integer((json_int_t)status->n_single_lead));
	json_put(doc, "last_check", json_at(status->last_check_at));
	json_put(doc, "last_anchor", json_at(status->last_anchor_at));
	json_put(doc, "cases_without_lead", json_integer((json_int_t)status->n_no_lead));
	json_put(doc, "provisional_leads",
		 json_integer((json_int_t)status->n_provisional));
	json_put(doc, "lost", json_integer((json_int_t)status->n_lost));
	json_put(doc, "admins", json_integer((json_int_t)status->n_admins));
	json_put(doc, "recovery_cards", json_integer((json_int_t)status->n_cards));
	json_put(doc, "audit_holders", json_integer((json_int_t)status->n_audit_holders));
	put_mounts(doc, mounts);
	put_cases(doc, status);
	put_replaced(doc, status);
}

static void
tell_person(struct cli *cli, const struct amana_status *status)
{
	if (status->member[0] == 0)
		tell(cli, "You           no identity on this login");
	else if (status->revoked)
		tell(cli, "You           %s, REVOKED in this vault", status->member);
	else if (!status->enrolled)
		tell(cli, "You           %s, not a member yet", status->member);
	else
		tell(cli, "You           %s (%s)%s%s", status->member,
		     status->unlocked ? "unlocked" : "locked",
		     strcmp(status->roles, "-") != 0 ? ", " : "",
		     strcmp(status->roles, "admin,auditor") == 0 ? "admin, auditor"
		     : strcmp(status->roles, "-") != 0		 ? status->roles
								 : "");
}

/* What needs care most, of one case. */
static const char *
case_note(const struct amana_status_case *one)
{
	if (one->n_leads == 0)
		return "NO LEAD: it takes no deposits";
	if (one->ambiguous)
		return "TWO CASES of this code: name it by id";
	if (one->n_provisional > 0)
		return "a PROVISIONAL lead: amana case confirm";
	if (one->epoch_due)
		return "new keys are due";
	if (one->closed)
		return "closed";
	return one->n_leads == 1 ? "a single lead" : "";
}

static void
tell_cases(struct cli *cli, const struct amana_status *status)
{
	static const char *const headings[] = {"CASE", "AS", "UNTIL", "EXHIBITS", "NOTE"};
	CLEANUP(table_freep) struct table *table = table_new(5, headings, 0);

	for (size_t i = 0; i < status->n_cases; i++) {
		const struct amana_status_case *one = &status->cases[i];
		char until[40], count[24], id[AMANA_ID_HEX + 4];
		const char *const cells[] = {
			strcmp(one->code, "-") != 0 ? one->code : id,
			one->as,
			one->until != 0 ? human_day(one->until, until) : "-",
			count,
			case_note(one),
		};

		snprintf(id, sizeof id, "id:%.8s", one->id);
		snprintf(count, sizeof count, "%" PRIu64, one->n_exhibits);
		table_row(table, cells);
	}
	if (status->n_cases == 0)
		return;
	tell(cli, "%s", "");
	table_print(cli, table);
	if (!status->unlocked && strcmp(status->cases[0].code, "-") == 0)
		tell_next(cli, "amana unlock shows the cases' codes");
}

static void
tell_care(struct cli *cli, const struct amana_status *status)
{
	char count[48], when[40];

	if (status->n_proposals > 0)
		tell(cli,
		     "Waiting       %" PRIu64 " for a second person (amana approve list)",
		     status->n_proposals);
	if (status->n_single_lead > 0)
		tell(cli, "Single lead   %zu of the vault's cases",
		     status->n_single_lead);
	if (status->n_no_lead > 0)
		tell(cli, "NO LEAD       %zu of the vault's cases: they take no deposits",
		     status->n_no_lead);
	if (status->n_provisional > 0)
		tell(cli, "PROVISIONAL   %s whom nobody has confirmed",
		     human_count(status->n_provisional, "lead", "leads", count));
	for (size_t i = 0; i < status->n_replaced; i++)
		tell(cli, "NEW KEYS      %s, since %s, enrolled by %s: compare the words",
		     status->replaced[i].member,
		     human_day(status->replaced[i].since, when),
		     status->replaced[i].enrolled_by);
	if (status->n_lost > 0)
		tell(cli, "LOST          %s, declared by two people (amana verify)",
		     human_count(status->n_lost, "thing", "things", count));
	if (status->n_admins < 2)
		tell(cli, "Admins        one alone: add a second, and a recovery card");
	else if (status->n_cards == 0)
		tell(cli, "Recovery      no card: make one, and keep it outside");
	if (status->n_audit_holders == 0)
		tell(cli, "Audit keys    NOBODY holds them: amana audit admit MEMBER");
	if (status->audit_epoch_due)
		tell(cli, "Audit keys    DUE: the next auditor's command makes them");
	if (status->n_void > 0)
		tell(cli, "VOID          %s (amana verify names who signed)",
		     human_count(status->n_void, "batch", "batches", count));
	if (status->n_skipped > 0)
		tell(cli, "PASSED OVER   %s, by amana log skip",
		     human_count(status->n_skipped, "batch", "batches", count));
	if (status->restored)
		tell(cli, "RESTORED      this history was restored from a backup");
}

static void
tell_status(struct cli *cli, const struct amana_status *status,
	    const struct mounted_list *mounts)
{
	CLEANUP(heap_freep) char *where = safe(cli->vault_path);
	char when[40], count[48];

	tell(cli, "Vault         %s", where);
	tell(cli, "Words         %s", status->words);
	tell(cli, "Origin        %s", status->origin);
	tell_person(cli, status);
	tell(cli, "Last batch    %" PRIu64 ", %s, %s", status->batch,
	     human_count(status->n_entries, "entry", "entries", count),
	     human_time(status->last_act_at, when));
	tell(cli, "Head          %s", status->head);
	tell(cli, "Two persons   %s",
	     status->two_person ? "needed for acts of authority" : "not needed");
	tell(cli, "Last check    %s",
	     status->last_check_at != 0 ? human_time(status->last_check_at, when)
					: "never (amana verify --bytes)");
	tell(cli, "Last anchor   %s",
	     status->last_anchor_at != 0 ? human_time(status->last_anchor_at, when)
					 : "none outside this vault");
	tell_mounts(cli, mounts);
	tell_care(cli, status);
	tell_cases(cli, status);
}

static int
run_status(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	struct amana_status status;
	struct mounted_list mounts;

	(void)args, (void)operands, (void)n;
	if (vault_open(cli, err) < 0 ||
	    amana_vault_status(cli->vault, &status, err) < 0 ||
	    mounts_list(&mounts, err) < 0)
		return -1;
	put_status(cli, &status, &mounts);
	tell_status(cli, &status, &mounts);
	mounts_free(&mounts);
	return 0;
}

const struct command cmd_status = {
	.name = "status",
	.operands = "",
	.summary = "the vault, you, your cases, and what needs care",
	.args_size = 1,
	.run = run_status,
};
