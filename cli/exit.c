/* SPDX-License-Identifier: Apache-2.0 */
#include "exit.h"

#include "cli.h"
#include "command.h"
#include "heap.h"
#include "json.h"
#include "safe.h"
#include "tell.h"

#include <errno.h>
#include <string.h>

/* The one table from what went wrong to what can be done about it: by the reason where
 * there is one, else by the code, which also gives the exit status. */
static const struct {
	int status;
	const char *remedy;
} by_code[] = {
	[AMANA_OK] = {0, NULL},
	[AMANA_E_USAGE] = {2, NULL}, /* the command's own -h */
	[AMANA_E_NOMEM] =
		{6, "close other programs and run it again; what has a receipt is safe"},
	[AMANA_E_IO] =
		{6,
		 "check the disk and the folder, then run it again; what has a receipt is safe"},
	[AMANA_E_REMOTE] =
		{6,
		 "check the connection, then run it again: it looks first what has arrived"},
	[AMANA_E_LIMIT] =
		{8, "give it in smaller parts; the limits are in: man amana-format"},
	[AMANA_E_LOCKED] =
		{4,
		 "run amana unlock, or say where the passphrase is: --passphrase SOURCE"},
	[AMANA_E_DENIED] =
		{4,
		 "amana status shows what you may do; a lead or an admin can change it"},
	[AMANA_E_TAMPERED] =
		{5,
		 "touch nothing, keep a copy of the vault, tell an auditor; then amana verify --bytes"},
	[AMANA_E_FORMAT] = {10, "ask for a fresh copy of the file, or for a newer amana"},
	[AMANA_E_MISSING] =
		{3,
		 "check the name; amana list and amana case list show what you can see"},
	[AMANA_E_CONFLICT] = {7, "choose another name; nothing is ever overwritten"},
	[AMANA_E_CANCELLED] = {130, "what has a receipt is safe; run it again to go on"},
	[AMANA_E_BUG] =
		{70,
		 "please report it with this message; amana verify tells whether the vault is whole"},
};

#define GIVE_CARD "give an admin your card (amana id card) and read out its words"
#define GET_GRANT "a lead grants it: amana case grant CASE MEMBER --as ..."
#define KEEP_COPY "touch nothing, keep a copy of the vault, tell an auditor; "
#define AND_AGAIN ", then run it again; what has a receipt is safe"

static const char *const by_reason[] = {
	[AMANA_REASON_NONE] = NULL, /* by the code */

	[AMANA_REASON_WRONG_PASSPHRASE] =
		"type it again; if it is lost, amana id restore brings reading back from the paper backup",
	[AMANA_REASON_NO_IDENTITY] =
		"amana id list shows who is here, amana id new makes one",
	[AMANA_REASON_SEVERAL_IDENTITIES] =
		"say which: --identity CODE; amana id list shows them",
	[AMANA_REASON_NO_KEYRING] = "go on without: each command asks for the passphrase",
	[AMANA_REASON_KEYRING_FULL] =
		"amana lock takes keys out again; or go on without: each command asks for the passphrase",

	[AMANA_REASON_NOT_ENROLLED] = GIVE_CARD,
	[AMANA_REASON_OTHER_KEYS] = GIVE_CARD,
	[AMANA_REASON_REVOKED] = "talk to an admin of the vault",
	[AMANA_REASON_NOT_ADMIN] = "ask an admin; amana member list shows who is one",
	[AMANA_REASON_NOT_LEAD] =
		"ask a lead of the case; amana status shows what you may do",
	[AMANA_REASON_NOT_MET] =
		"compare the words with the person, by voice or face to face; never by "
		"what a screen says",
	[AMANA_REASON_KEYS_DUE] =
		"any command of a lead makes them (amana case list); at a terminal you may "
		"go on all the same",
	[AMANA_REASON_LAST_LEAD] =
		"let another lead in first: amana case grant CASE MEMBER --as lead; or type "
		"the case's code when you are asked",
	[AMANA_REASON_NO_LEAD] =
		"its lead runs any command: amana case list; where it has none an admin runs: "
		"amana case grant CASE MEMBER --as lead",
	[AMANA_REASON_NO_GRANT] = GET_GRANT "; amana status shows what you may do",
	[AMANA_REASON_GRANT_ENDED] =
		"a lead renews it: amana case grant CASE MEMBER --as ...",
	[AMANA_REASON_NO_KEY] = GET_GRANT,
	[AMANA_REASON_OLDER_KEYS] =
		"whoever read the case then hands the older keys on: amana case confirm CASE "
		"MEMBER, or as a lead amana case grant; or see RECOVERY.md",
	[AMANA_REASON_REKEY_BEGUN] = "finish it here: amana id rekey",

	[AMANA_REASON_NO_VAULT] = "check the path; a new vault: amana -C FOLDER init",
	[AMANA_REASON_FIRST_CONTACT] =
		"amana join MEMBER.welcome, or --vault-fingerprint with the words from your form",
	[AMANA_REASON_OTHER_VAULT] =
		"check that the right vault was named; if it was: " KEEP_COPY
		"somebody may have exchanged it",
	[AMANA_REASON_UNFIT_STORE] =
		"name a folder on another disk or file system; this one cannot keep a vault",

	[AMANA_REASON_DAMAGED_LOG] =
		KEEP_COPY "amana log repair puts it back from a machine that has a copy",
	[AMANA_REASON_ROLLED_BACK] =
		KEEP_COPY "after an honest restore an admin says so: amana log restored",
	[AMANA_REASON_FORK] =
		KEEP_COPY "then compare receipts: amana verify --receipt FILE",
	[AMANA_REASON_NO_COPIES] =
		"run it on a machine that has used this vault before; it keeps a copy",
	[AMANA_REASON_OUTRUN] = "others write at this moment; run it again",

	[AMANA_REASON_NO_MEMBER] = "amana member list shows who belongs to the vault",
	[AMANA_REASON_NO_PROPOSAL] = "amana approve list shows what waits",
	[AMANA_REASON_AMBIGUOUS] = "give more of it; --json shows ids in full",
	[AMANA_REASON_DISPOSED] = "amana custody EXHIBIT shows when, by whom and why",
	[AMANA_REASON_PHYSICAL] = "amana show EXHIBIT says what it is",
	[AMANA_REASON_ALREADY] =
		"nothing has to be done, or choose another name: nothing is overwritten",
	[AMANA_REASON_CODE_USED] = "make an identity with another code: amana id new",

	[AMANA_REASON_NO_CARD] = "check the path of the card",
	[AMANA_REASON_NO_WELCOME] = "check the path of the welcome file",
	[AMANA_REASON_NO_RECEIPT] = "check the path, or type it as BATCH:HEAD",
	[AMANA_REASON_BAD_CARD] =
		"get the card again, from the person's own hands; somebody may have exchanged it",
	[AMANA_REASON_BAD_WELCOME] =
		"ask an admin for another one, by hand; somebody may have made this one up",
	[AMANA_REASON_NEWER_FORMAT] = "get a newer amana",
	[AMANA_REASON_MISTYPED] = "compare it with the page, character by character",
	[AMANA_REASON_NOTHING_TYPED] =
		"type the line that begins with AGE-SECRET-KEY-1, all of it",

	[AMANA_REASON_NO_PATH] = "check the path",
	[AMANA_REASON_EXISTS] = "choose another name; nothing is ever overwritten",
	[AMANA_REASON_IS_FOLDER] = "name a file, not a folder",
	[AMANA_REASON_NOT_PERMITTED] =
		"ask whoever owns the file or folder to let you use it, or choose another",
	[AMANA_REASON_OTHERS_FILE] = "ask that user, or the owner of the vault's folder",
	[AMANA_REASON_READ_ONLY] =
		"make the place writable (it is mounted read-only), or choose another",
	[AMANA_REASON_DISK_FULL] = "free some space" AND_AGAIN,
	[AMANA_REASON_TOO_MANY_OPEN] =
		"close other programs, or raise the limit of open files (ulimit -n)",
	[AMANA_REASON_VANISHED] = "see where it went" AND_AGAIN,
	[AMANA_REASON_NOT_A_FILE] = "see what it is now" AND_AGAIN,
	[AMANA_REASON_IN_USE] = "let the other program end" AND_AGAIN,

	[AMANA_REASON_MOUNT_ENDED] = "mount the case again: amana mount CASE DIR",
};
_Static_assert(ARRAY_LEN(by_reason) == AMANA_REASONS, "every reason has its place");

static bool
is_code(enum amana_code code)
{
	return (unsigned int)code < ARRAY_LEN(by_code);
}

int
exit_status(enum amana_code code)
{
	return by_code[is_code(code) ? code : AMANA_E_BUG].status;
}

const char *
exit_remedy(enum amana_reason reason, enum amana_code code)
{
	if ((unsigned int)reason < ARRAY_LEN(by_reason) && by_reason[reason] != NULL)
		return by_reason[reason];
	return by_code[is_code(code) ? code : AMANA_E_BUG].remedy;
}

static const char *
remedy_of(struct cli *cli, const struct amana_error *err)
{
	const char *remedy = exit_remedy(err->reason, err->code);

	if (cli->remedy[0] != 0)
		return cli->remedy;
	if (remedy != NULL || err->code != AMANA_E_USAGE)
		return remedy;
	if (cli->command != NULL)
		snprintf(cli->remedy, sizeof cli->remedy, "amana %s -h",
			 cli->command->name);
	else
		snprintf(cli->remedy, sizeof cli->remedy, "amana help");
	return cli->remedy;
}

int
exit_report(struct cli *cli, const struct amana_error *err)
{
	CLEANUP(heap_freep) char *what = safe_again(err->msg);
	const char *remedy = remedy_of(cli, err);
	int status = exit_status(err->code);

	if (err->code == AMANA_E_IO && err->sys_errno == EPIPE) {
		cli->closed_pipe = true;
		return 130;
	}
	if (cli->worst == 5)
		status = 5;
	/* The error of a command that did nothing may be its first item's. */
	if (!err->told)
		tell_aside(cli, "amana: %s%s",
			   err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", what);
	if (remedy != NULL)
		tell_aside(cli, "  Next: %s", remedy);
	if (cli->json && cli->doc != NULL) {
		json_t *object = json_object();

		json_put(object, "code", json_text(amana_code_name(err->code)));
		json_put(object, "exit", json_integer(status));
		json_put(object, "reason",
			 err->reason != AMANA_REASON_NONE
				 ? json_text(amana_reason_name(err->reason))
				 : json_null());
		json_put(object, "message", json_text(err->msg));
		json_put(object, "remedy", json_text(remedy));
		json_put(cli->doc, "error", object);
	}
	return status;
}

void
exit_worst(struct cli *cli, int status)
{
	if (cli->worst != 5 && status != 0)
		cli->worst = status;
}

void
exit_report_item(struct cli *cli, const char *item, const struct amana_error *err)
{
	CLEANUP(heap_freep) char *name = safe(item);
	CLEANUP(heap_freep) char *what = safe_again(err->msg);
	/* A name with odd characters is only here told as it is. */
	bool named = err->names_item && strcmp(name, item) == 0;

	tell_aside(cli, "amana: %s%s%s%s",
		   err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", named ? "" : name,
		   named ? "" : ": ", what);
	exit_worst(cli, exit_status(err->code) == 5 ? 5 : 1);
}
