/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "json.h"
#include "new_file.h"
#include "operand.h"
#include "passphrase.h"
#include "safe.h"
#include "small_file.h"
#include "table.h"
#include "tell.h"
#include "vault.h"
#include "who.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* amana id: a person's own keys, on the person's own machine. */

struct out_args {
	const char *out;
};
static const struct opt card_opts[] = {
	{"output", 'o', OPT_TEXT, "FILE", "where the card goes (default: MEMBER.card)",
	 offsetof(struct out_args, out), NULL},
	OPT_END,
};

static const struct opt rekey_opts[] = {
	{"output", 'o', OPT_TEXT, "FILE",
	 "where the new card goes (default: MEMBER.card, else MEMBER-2.card and so on)",
	 offsetof(struct out_args, out), NULL},
	OPT_END,
};

/* Where a card goes: to the file that -o names, or to MEMBER.card. */
static int
card_path(struct cli *cli, const char *given, const char *member, char **ret_path,
	  struct amana_error *err)
{
	CLEANUP(heap_freep) char *by_default = heap_fmt("%s.card", member);

	return new_file_path(cli, given, by_default, ret_path, err);
}

/* The staff code that was given, or the one that a person types; asked for until it is
 * one. */
static int
ask_code(struct cli *cli, const char *given, const char *name, char **ret_code,
	 struct amana_error *err)
{
	const char *prompt = "Your staff code (public for ever, never your name): ";

	if (given != NULL) {
		*ret_code = heap_dup(given);
		return operand_check_member(cli, given, err);
	}
	for (int i = 0; i < 5; i++) {
		CLEANUP(heap_freep) char *answer = NULL;

		if (ask_text(cli, prompt, name, &answer, err) < 0)
			return -1;
		if (amana_is_member(answer)) {
			*ret_code = answer;
			answer = NULL;
			return 0;
		}
		ask_print(cli, "  %s A code looks like S-014.\n",
			  answer[0] != 0 ? "That looks like a name."
					 : "Nothing was typed.");
		prompt = "Your staff code: ";
	}
	return fail(err, AMANA_E_CANCELLED, "no staff code was given");
}

/* ---- the paper backup ---- */

/* Makes the page: a few lines that say what it is, and the line itself.  In locked
 * memory, to be released with amana_secret_free(). */
static int
backup_page(struct cli *cli, const char *member, char **ret_page, struct amana_error *err)
{
	static const char format[] =
		"# Amana paper backup of %s.\n"
		"# Whoever holds this page can read what %s can read, but not sign.\n"
		"# Keep it locked away, outside the office.  Typed back with: amana id restore\n"
		"%s\n";
	char *line = amana_secret_alloc(128, err), *page = NULL;
	int r = line == NULL ? -1 : amana_identity_backup(&cli->config, line, err);

	if (r == 0 && (page = amana_secret_alloc(512, err)) == NULL)
		r = -1;
	if (r == 0)
		snprintf(page, 512, format, member, member, line);
	amana_secret_free(line);
	*ret_page = page;
	return r;
}

static int
offer_backup(struct cli *cli, const char *member, struct amana_error *err)
{
	char *page;
	int r;

	if (cli->json || !ask_possible(cli))
		return 0;
	r = ask_person_yes(
		cli,
		"Paper backup: whoever holds the page can read what you can. Show it now?",
		err);
	if (r <= 0)
		return r;
	/* The backup needs the passphrase, which was typed a moment ago. */
	passphrase_use_new(cli);
	if (backup_page(cli, member, &page, err) < 0)
		return -1;
	ask_print(cli, "%s", page);
	amana_secret_free(page);
	return 0;
}

/* ---- id new ---- */

static int
run_new(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct out_args *given = args;
	CLEANUP(heap_freep) char *code = NULL;
	CLEANUP(heap_freep) char *path = NULL;
	CLEANUP(heap_freep) char *shown = NULL;
	struct amana_card_info card;
	struct amana_error backup_err = AMANA_ERROR_INIT;

	(void)n;
	if (vault_prepare(cli, err) < 0 ||
	    ask_code(cli, operands[0], "MEMBER", &code, err) < 0 ||
	    card_path(cli, given->out, code, &path, err) < 0)
		return -1;
	cli->config.identity = code;
	if (amana_identity_new(&cli->config, code, path, &card, err) < 0)
		return -1;
	json_put_card(cli->doc, &card);
	json_put(cli->doc, "card", json_text(path));
	/* From here on the identity is made, so a page that cannot be shown is no failure
	 * of this command. */
	if (offer_backup(cli, code, &backup_err) < 0)
		tell_aside(cli, "amana: %s; later: amana id backup", backup_err.msg);
	shown = safe(path);
	tell_wrapped(cli, 2, "Made %s. Give it to an admin and READ OUT: %s", shown,
		     card.words);
	return 0;
}

const struct command cmd_id_new = {
	.name = "id new",
	.operands = "[MEMBER]",
	.summary = "make your identity and its card",
	.details =
		"Offers a passphrase of seven generated words, never overwrites, writes MEMBER.card.",
	.n_max = 1,
	.args_size = sizeof(struct out_args),
	.opts = card_opts,
	.run = run_new,
};

/* ---- id list, show, card ---- */

struct id_list {
	struct table *table;
	json_t *list;
	size_t n;
};

static int
list_row(void *ctx, const struct amana_identity_info *info)
{
	struct id_list *out = ctx;
	const char *const cells[] = {info->member, info->unlocked ? "unlocked" : "locked",
				     info->path};
	json_t *one = json_object();

	table_row(out->table, cells);
	json_put(one, "member", json_text(info->member));
	json_put(one, "path", json_text(info->path));
	json_put(one, "unlocked", json_boolean(info->unlocked));
	(void)json_array_append_new(out->list, one);
	out->n++;
	return 0;
}

static int
run_list(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const headings[] = {"MEMBER", "STATE", "FILE"};
	CLEANUP(table_freep) struct table *table = table_new(3, headings, 0);
	struct id_list out = {.table = table, .list = json_list(cli->doc, "identities")};

	(void)args, (void)operands, (void)n;
	if (vault_prepare(cli, err) < 0 ||
	    amana_identity_list(&cli->config, list_row, &out, err) < 0)
		return -1;
	table_print(cli, table);
	if (out.n == 0)
		tell_next(cli,
			  "there is no identity on this login; make one: amana id new");
	return 0;
}

const struct command cmd_id_list = {
	.name = "id list",
	.operands = "",
	.summary = "the identities on this login",
	.args_size = 1,
	.run = run_list,
};

static void
tell_card(struct cli *cli, const struct amana_card_info *card)
{
	tell(cli, "Member       %s", card->member);
	tell(cli, "Words        %s", card->words);
	tell(cli, "Fingerprint  %s", card->fingerprint);
	tell(cli, "Recipient    %s", card->recipient);
	tell(cli, "Signing key  %s", card->key);
}

static int
run_show(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	struct amana_card_info card;

	(void)args, (void)operands, (void)n;
	if (vault_prepare(cli, err) < 0 ||
	    amana_identity_show(&cli->config, &card, err) < 0)
		return -1;
	json_put_card(cli->doc, &card);
	tell_card(cli, &card);
	return 0;
}

const struct command cmd_id_show = {
	.name = "id show",
	.operands = "",
	.summary = "your public keys and their eight words",
	.args_size = 1,
	.run = run_show,
};

static int
run_card(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct out_args *given = args;
	CLEANUP(heap_freep) char *path = NULL;
	CLEANUP(heap_freep) char *shown = NULL;
	char member[AMANA_MEMBER_MAX + 1] = "";
	struct amana_card_info card;

	(void)operands, (void)n;
	if (vault_prepare(cli, err) < 0 ||
	    (given->out == NULL && who_member(cli, member, err) < 0))
		return -1;
	if (member[0] != 0 && cli->config.identity == NULL)
		cli->config.identity = member;
	if (card_path(cli, given->out, member, &path, err) < 0 ||
	    amana_identity_card(&cli->config, path, &card, err) < 0)
		return -1;
	json_put_card(cli->doc, &card);
	json_put(cli->doc, "card", json_text(path));
	shown = safe(path);
	tell_wrapped(cli, 2, "Made %s. Give it to an admin and READ OUT: %s", shown,
		     card.words);
	return 0;
}

const struct command cmd_id_card = {
	.name = "id card",
	.operands = "",
	.summary = "write your card again",
	.args_size = sizeof(struct out_args),
	.opts = card_opts,
	.run = run_card,
};

/* ---- id passphrase, backup, restore ---- */

static int
run_passphrase(struct cli *cli, void *args, char **operands, int n,
	       struct amana_error *err)
{
	(void)args, (void)operands, (void)n;
	if (vault_prepare(cli, err) < 0 ||
	    amana_identity_passphrase(&cli->config, err) < 0)
		return -1;
	json_put(cli->doc, "changed", json_true());
	tell(cli,
	     "The passphrase is changed. Older copies of the identity file still open with the old one.");
	return 0;
}

const struct command cmd_id_passphrase = {
	.name = "id passphrase",
	.operands = "",
	.summary = "change your passphrase",
	.args_size = 1,
	.run = run_passphrase,
};

static int
run_backup(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct out_args *given = args;
	CLEANUP(heap_freep) char *path = NULL;
	char member[AMANA_MEMBER_MAX + 1];
	char *page = NULL;
	int r;

	(void)operands, (void)n;
	if (cli->json && given->out == NULL)
		return fail(err, AMANA_E_USAGE,
			    "-o is missing: a secret never goes into JSON");
	if (vault_prepare(cli, err) < 0 ||
	    (given->out != NULL &&
	     new_file_path(cli, given->out, NULL, &path, err) < 0) ||
	    who_member(cli, member, err) < 0)
		return -1;
	if (cli->config.identity == NULL)
		cli->config.identity = member;
	r = backup_page(cli, member, &page, err);
	if (r == 0 && path != NULL) {
		r = new_file_write(cli, path, page, err);
		json_put(cli->doc, "path", json_text(path));
	} else if (r == 0) {
		/* It does not go through stdio, which would keep a copy in a buffer. */
		size_t len = strlen(page);

		fflush(stdout);
		if (write(STDOUT_FILENO, page, len) != (ssize_t)len)
			r = fail_sys(err, "cannot write to standard output");
	}
	amana_secret_free(page);
	if (r < 0)
		return -1;
	tell_aside(cli,
		   "amana: whoever holds the page can read what you can, but not sign");
	return 0;
}

static const struct opt backup_opts[] = {
	{"output", 'o', OPT_TEXT, "FILE",
	 "write the page there instead of to standard output",
	 offsetof(struct out_args, out), NULL},
	OPT_END,
};
const struct command cmd_id_backup = {
	.name = "id backup",
	.operands = "",
	.summary = "print the paper line that restores reading",
	.details =
		"Whoever holds the page can read what you can, but not sign. The passphrase is always asked for.",
	.args_size = sizeof(struct out_args),
	.opts = backup_opts,
	.run = run_backup,
};

/* The text of the file, or the line that the person types from the page. */
static int
read_page(struct cli *cli, const char *file, char **ret_text, struct amana_error *err)
{
	size_t len;

	if (file == NULL)
		return operand_text(
			cli, NULL,
			"The line from the page (spaces and capitals do not matter): ",
			"FILE", ret_text, err);
	if (small_file_read(cli, file, 4096, ret_text, &len, err) < 0)
		return -1;
	if (strlen(*ret_text) == len)
		return 0;
	return fail_reason(err, AMANA_REASON_MISTYPED, AMANA_E_FORMAT,
			   "'%s' is no paper backup", file);
}

static int
run_restore(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct out_args *given = args;
	CLEANUP(heap_freep) char *code = NULL;
	CLEANUP(heap_freep) char *path = NULL;
	CLEANUP(heap_freep) char *shown = NULL;
	struct amana_card_info card;
	char *line = NULL;
	int r;

	(void)n;
	if (vault_prepare(cli, err) < 0 ||
	    ask_code(cli, cli->config.identity, "--identity", &code, err) < 0 ||
	    card_path(cli, given->out, code, &path, err) < 0)
		return -1;
	cli->config.identity = code;
	r = read_page(cli, operands[0], &line, err);
	if (r == 0)
		r = amana_identity_restore(&cli->config, code, line, path, &card, err);
	if (line != NULL) {
		explicit_bzero(line, strlen(line));
		free(line);
	}
	if (r < 0)
		return -1;
	json_put_card(cli->doc, &card);
	json_put(cli->doc, "card", json_text(path));
	shown = safe(path);
	tell(cli, "Restored %s: you can read again.", code);
	tell_wrapped(cli, 2, "To sign again, give %s to an admin and READ OUT: %s", shown,
		     card.words);
	return 0;
}

const struct command cmd_id_restore = {
	.name = "id restore",
	.operands = "[FILE]",
	.summary = "make an identity again from the paper line",
	.details =
		"Reads FILE (- is standard input) or asks for the line; --identity MEMBER says whose it is. "
		"The signing key is a new one: an admin adds the new card.",
	.n_max = 1,
	.args_size = sizeof(struct out_args),
	.opts = card_opts,
	.run = run_restore,
};

/* ---- id rekey ---- */

/* Where the new card goes: to the file that -o names, else to MEMBER.card, or if that is
 * there, as the old card mostly is, to MEMBER-2.card and so on. */
static int
new_card_path(struct cli *cli, const char *given, const char *member, char **ret_path,
	      struct amana_error *err)
{
	if (given != NULL)
		return card_path(cli, given, member, ret_path, err);
	for (int i = 1; i < 100; i++) {
		CLEANUP(heap_freep)
		char *name = i == 1 ? heap_fmt("%s.card", member)
				    : heap_fmt("%s-%d.card", member, i);
		struct amana_error ignored = AMANA_ERROR_INIT;

		if (new_file_check(cli, name, &ignored) == 0)
			return new_file_path(cli, NULL, name, ret_path, err);
	}
	return fail(err, AMANA_E_CONFLICT,
		    "there are too many cards here; name a file with -o");
}

static int
confirm_rekey(struct cli *cli, const char *member, struct amana_error *err)
{
	CLEANUP(heap_freep)
	char *question = heap_fmt(
		"New keys for %s in this vault. Roles and grants stay; whoever grants to you "
		"anew compares your new words first; cards that you handed out before are "
		"void, and in any other vault an admin has to add the new card. Change them?",
		member);
	int r = ask_yes(cli, question, false, err);

	if (r == 0)
		return fail_advise(cli, err, AMANA_E_CANCELLED,
				   "run it again when you are sure",
				   "the keys are as they were");
	return r < 0 ? -1 : 0;
}

static int
rekey(struct cli *cli, const char *member, const char *path, struct amana_error *err)
{
	CLEANUP(heap_freep) char *shown = safe(path);
	struct amana_card_info card;

	if (vault_open(cli, err) < 0 || confirm_rekey(cli, member, err) < 0 ||
	    amana_identity_rekey(cli->vault, path, &card, err) < 0)
		return -1;
	json_put_card(cli->doc, &card);
	json_put(cli->doc, "card", json_text(path));
	tell_wrapped(cli, 2, "The keys of %s are changed. Made %s.", card.member, shown);
	tell_wrapped(cli, 2, "Read these words to those who grant to you: %s",
		     card.words);
	tell_next(
		cli,
		"amana id backup, and keep the page of before: it opens what was sealed until now");
	return 0;
}

static int
run_rekey(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct out_args *given = args;
	CLEANUP(heap_freep) char *path = NULL;
	char member[AMANA_MEMBER_MAX + 1];
	int r;

	(void)operands, (void)n;
	if (vault_need(cli, err) < 0 || who_member(cli, member, err) < 0)
		return -1;
	if (cli->config.identity == NULL)
		cli->config.identity = member;
	if (new_card_path(cli, given->out, member, &path, err) < 0)
		return -1;
	r = rekey(cli, member, path, err);
	vault_close(cli); /* its config points at `member` */
	return r;
}

const struct command cmd_id_rekey = {
	.name = "id rekey",
	.operands = "",
	.summary = "change your own keys in the vault",
	.details =
		"Roles and grants stay, and the passphrase. Older keys stay in the identity file, to read with. "
		"Run again, it finishes what was interrupted. Writes MEMBER.card, or MEMBER-2.card where that is there.",
	.args_size = sizeof(struct out_args),
	.opts = rekey_opts,
	.run = run_rekey,
};
