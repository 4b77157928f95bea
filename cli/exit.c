/* SPDX-License-Identifier: Apache-2.0 */
#include "exit.h"

#include "cli.h"
#include "command.h"
#include "heap.h"
#include "json.h"
#include "safe.h"
#include "tell.h"
#include "text.h"

#include <errno.h>
#include <string.h>

/* The one table from what went wrong to an exit status and to what can be done about it.
 */
static const struct {
	enum amana_code code;
	int status;
	const char *remedy;
} outcomes[] = {
	{AMANA_OK, 0, NULL},
	{AMANA_E_USAGE, 2, NULL}, /* the command's own -h */
	{AMANA_E_NOMEM, 6,
	 "close other programs and run it again; what has a receipt is safe"},
	{AMANA_E_IO, 6,
	 "check the disk and the folder, then run it again; what has a receipt is safe"},
	{AMANA_E_REMOTE, 6,
	 "check the connection, then run it again: it looks first what has arrived"},
	{AMANA_E_LIMIT, 8,
	 "give it in smaller parts; the limits are in: man amana-format"},
	{AMANA_E_LOCKED, 4,
	 "run amana unlock, or say where the passphrase is: --passphrase SOURCE"},
	{AMANA_E_DENIED, 4,
	 "amana status shows what you may do; a lead or an admin can change it"},
	{AMANA_E_TAMPERED, 5,
	 "touch nothing, keep a copy of the vault, tell an auditor; then amana verify --bytes"},
	{AMANA_E_FORMAT, 10, "ask for a fresh copy of the file, or for a newer amana"},
	{AMANA_E_MISSING, 3,
	 "check the name; amana list and amana case list show what you can see"},
	{AMANA_E_CONFLICT, 7, "choose another name; nothing is ever overwritten"},
	{AMANA_E_CANCELLED, 130, "what has a receipt is safe; run it again to go on"},
	{AMANA_E_BUG, 70,
	 "please report it with this message; amana verify tells whether the vault is whole"},
};

static const struct {
	int sys_errno;
	const char *remedy;
} causes[] = {
	{ENOSPC, "free some space, then run it again; what has a receipt is safe"},
	{EDQUOT, "free some space, then run it again; what has a receipt is safe"},
	{EROFS, "make the place writable (it is mounted read-only), or choose another"},
	{EACCES,
	 "ask whoever owns the file or folder to let you use it, or choose another"},
	{EPERM,
	 "ask whoever owns the file or folder to let you use it, or choose another"},
	{ENOENT, "check the path"},
	{ENOTDIR, "check the path"},
	{EISDIR, "name a file, not a folder"},
	{EEXIST, "choose another name; nothing is ever overwritten"},
	{EMFILE, "close other programs, or raise the limit of open files (ulimit -n)"},
};

/* What the message is about, where the code alone says too little.  A message that no
 * longer matches only gets the code's own advice. */
static const struct {
	enum amana_code code;
	const char *part, *remedy;
} closer[] = {
	{AMANA_E_DENIED, "wrong passphrase",
	 "type it again; if it is lost, amana id restore brings reading back from the paper backup"},
	{AMANA_E_DENIED, "not a member",
	 "give an admin your card (amana id card) and read out its words"},
	{AMANA_E_DENIED, "with other keys",
	 "give an admin your card (amana id card) and read out its words"},
	{AMANA_E_DENIED, "has ended",
	 "a lead renews it: amana case grant CASE MEMBER --as ..."},
	{AMANA_E_DENIED, "no other lead",
	 "make a lead of somebody who read the case then, who can grant you the older keys; or see "
	 "RECOVERY.md"},
	{AMANA_E_DENIED, "was revoked", "talk to an admin of the vault"},
	{AMANA_E_DENIED, "belongs to user",
	 "ask that user, or the owner of the vault's folder"},
	{AMANA_E_TAMPERED, "card that was read out",
	 "get the card again, from the person's own hands; somebody may have exchanged it"},
	{AMANA_E_FORMAT, "mistyped", "compare it with the page, character by character"},
	{AMANA_E_FORMAT, "typed",
	 "type the line that begins with AGE-SECRET-KEY-1, all of it"},
	{AMANA_E_FORMAT, "characters",
	 "compare it with the page, character by character"},
	{AMANA_E_MISSING, "identity",
	 "amana id list shows who is here, amana id new makes one"},
	{AMANA_E_MISSING, "no card", "check the path of the card"},
	{AMANA_E_MISSING, "no welcome", "check the path of the welcome file"},
	{AMANA_E_MISSING, "no receipt", "check the path, or type it as BATCH:HEAD"},
	{AMANA_E_MISSING, "vault in the folder",
	 "check the path; a new vault: amana -C FOLDER init"},
	{AMANA_E_MISSING, "no vault",
	 "check the path; a new vault: amana -C FOLDER init"},
	{AMANA_E_MISSING, "not a vault",
	 "check the path; a new vault: amana -C FOLDER init"},
	{AMANA_E_MISSING, "folder", "check the path"},
	{AMANA_E_MISSING, "member", "amana member list shows who belongs to the vault"},
	{AMANA_E_MISSING, "proposal", "amana approve list shows what waits"},
	{AMANA_E_MISSING, "second person", "amana approve list shows what waits"},
	{AMANA_E_CONFLICT, "already",
	 "nothing has to be done, or choose another name: nothing is overwritten"},
};

int
exit_status(enum amana_code code)
{
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
		if (outcomes[i].code == code)
			return outcomes[i].status;
	return 70;
}

static const char *
remedy_of(struct cli *cli, const struct amana_error *err)
{
	if (cli->remedy[0] != 0)
		return cli->remedy;
	if (err->code == AMANA_E_USAGE) {
		if (cli->command != NULL)
			snprintf(cli->remedy, sizeof cli->remedy, "amana %s -h",
				 cli->command->name);
		else
			snprintf(cli->remedy, sizeof cli->remedy, "amana help");
		return cli->remedy;
	}
	if (err->code == AMANA_E_IO)
		for (size_t i = 0; i < ARRAY_LEN(causes); i++)
			if (causes[i].sys_errno == err->sys_errno)
				return causes[i].remedy;
	for (size_t i = 0; i < ARRAY_LEN(closer); i++)
		if (closer[i].code == err->code &&
		    strstr(err->msg, closer[i].part) != NULL)
			return closer[i].remedy;
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
		if (outcomes[i].code == err->code)
			return outcomes[i].remedy;
	return NULL;
}

/* The error of a command that did nothing is its first item's, perhaps with the item's
 * name before it. */
static bool
is_told(const struct cli *cli, const struct amana_error *err)
{
	size_t len = strlen(err->msg), n = strlen(cli->told);

	return n > 0 && n <= len && strcmp(err->msg + len - n, cli->told) == 0;
}

int
report_error(struct cli *cli, const struct amana_error *err)
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
	if (!is_told(cli, err))
		tell_aside(cli, "amana: %s%s",
			   err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", what);
	if (remedy != NULL)
		tell_aside(cli, "  Next: %s", remedy);
	if (cli->json && cli->doc != NULL) {
		json_t *object = json_object();

		json_put(object, "code", json_text(amana_code_name(err->code)));
		json_put(object, "exit", json_integer(status));
		json_put(object, "message", json_text(err->msg));
		json_put(object, "remedy", json_text(remedy));
		json_put(cli->doc, "error", object);
	}
	return status;
}

void
worst_of(struct cli *cli, int status)
{
	if (cli->worst != 5 && status != 0)
		cli->worst = status;
}

void
report_item(struct cli *cli, const char *item, const struct amana_error *err)
{
	CLEANUP(heap_freep) char *name = safe(item);
	CLEANUP(heap_freep) char *what = safe_again(err->msg);

	bool named = strstr(err->msg, item) != NULL;

	tell_aside(cli, "amana: %s%s%s%s",
		   err->code == AMANA_E_TAMPERED ? "TAMPERED: " : "", named ? "" : name,
		   named ? "" : ": ", what);
	if (cli->told[0] == 0)
		snprintf(cli->told, sizeof cli->told, "%s", err->msg);
	worst_of(cli, exit_status(err->code) == 5 ? 5 : 1);
}

PRINTF_LIKE(3, 0)
static void
fill(struct amana_error *err, enum amana_code code, const char *fmt, va_list args)
{
	char raw[1024];
	CLEANUP(heap_freep) char *clean = NULL;

	vsnprintf(raw, sizeof raw, fmt, args);
	clean = safe_again(raw);
	*err = (struct amana_error){.code = code, .file = "cli"};
	snprintf(err->msg, sizeof err->msg, "%s", clean);
	text_trim(err->msg);
}

int
fail(struct amana_error *err, enum amana_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, fmt, args);
	va_end(args);
	return -1;
}

int
fail_sys(struct amana_error *err, const char *fmt, ...)
{
	int sys_errno = errno;
	va_list args;
	size_t len;

	va_start(args, fmt);
	fill(err, sys_errno == ENOMEM ? AMANA_E_NOMEM : AMANA_E_IO, fmt, args);
	va_end(args);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof err->msg - len, ": %s", strerror(sys_errno));
	text_trim(err->msg);
	err->sys_errno = sys_errno;
	return -1;
}

int
refuse(struct cli *cli, struct amana_error *err, enum amana_code code, const char *remedy,
       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, fmt, args);
	va_end(args);
	if (remedy != NULL)
		snprintf(cli->remedy, sizeof cli->remedy, "%s", remedy);
	return -1;
}
