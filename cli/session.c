/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include "amana/case.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Which vault, who, and the callbacks that the library asks and tells through. */

/* $NAME if it is an absolute path (the XDG rule), else the home folder and `below`; then
 * "/amana" and `last`. */
static int
xdg_path(const char *name, const char *below, const char *last, char **ret,
	 struct amana_error *err)
{
	const char *base = getenv(name), *home = getenv("HOME");

	if (base != NULL && base[0] == '/') {
		*ret = heap_fmt("%s/amana%s", base, last);
		return 0;
	}
	if (home == NULL || home[0] != '/') {
		const struct passwd *user = getpwuid(getuid());

		home = user != NULL ? user->pw_dir : NULL;
	}
	if (home == NULL || home[0] != '/')
		return fail(err, AMANA_E_USAGE,
			    "HOME is not set, and so there is no place for your keys");
	*ret = heap_fmt("%s/%s/amana%s", home, below, last);
	return 0;
}

static const char *
env_or_null(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != 0 ? value : NULL;
}

static int
find_vault(struct cli *cli, struct amana_error *err)
{
	const char *env = env_or_null("AMANA_VAULT");

	if (cli->vault != NULL || env != NULL) {
		cli->vault_path = heap_dup(cli->vault != NULL ? cli->vault : env);
		cli->vault_from = cli->vault != NULL ? "-C" : "$AMANA_VAULT";
	} else {
		if (config_read(cli, &cli->vault_path, err) < 0)
			return -1;
		cli->vault_from = cli->config_path;
	}
	if (cli->vault_path != NULL && strncmp(cli->vault_path, "s3://", 5) == 0)
		return refuse(cli, err, AMANA_E_USAGE, "name a folder",
			      "this version keeps vaults in folders only, not in '%s'",
			      cli->vault_path);
	return 0;
}

static bool
first_contact(void *ctx, const char *words, const char *fingerprint)
{
	struct cli *cli = ctx;
	struct amana_error err = AMANA_ERROR_INIT;
	CLEANUP(heap_freep) char *shown = safe(words);
	CLEANUP(heap_freep)
	char *question = heap_fmt(
		"First time at vault \"%s\": same words as on your form?", shown);
	int r;

	(void)fingerprint;
	r = ask_person_yes(cli, question, &err);
	if (r != 1)
		snprintf(
			cli->remedy, sizeof cli->remedy,
			"ask an admin for your .welcome file and the vault's words; then amana join");
	return r == 1;
}

static int
choose_identity(void *ctx, const char *const *codes, size_t n_codes)
{
	struct cli *cli = ctx;
	struct amana_error err = AMANA_ERROR_INIT;

	if (!ask_possible(cli)) {
		snprintf(cli->remedy, sizeof cli->remedy,
			 "name yourself: --identity MEMBER or $AMANA_IDENTITY");
		return -1;
	}
	return ask_choice(cli, "You", codes, n_codes, "--identity", &err);
}

static void
notice(void *ctx, enum amana_notice kind, const char *text)
{
	static const struct {
		enum amana_notice kind;
		const char *name, *label;
	} kinds[] = {
		{AMANA_NOTICE_VOID, "void", "WARNING: "},
		{AMANA_NOTICE_REPAIRED, "repaired", "REPAIRED: "},
		{AMANA_NOTICE_SKIP, "skip", "WARNING: "},
		{AMANA_NOTICE_RESTORED, "restored", "WARNING: "},
		{AMANA_NOTICE_EPOCH_DUE, "epoch-due", "WARNING: "},
		{AMANA_NOTICE_CLOCK, "clock", "WARNING: "},
		{AMANA_NOTICE_UNVERIFIED_VAULT, "unverified-vault", "WARNING: "},
		{AMANA_NOTICE_TAMPERED, "tampered", "TAMPERED: "},
		{AMANA_NOTICE_INFO, "info", ""},
	};
	struct cli *cli = ctx;
	CLEANUP(heap_freep) char *shown = safe_again(text);
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(kinds) && kinds[i].kind != kind)
		i++;
	tell_aside(cli, "amana: %s%s", kinds[i].label, shown);
	if (kind == AMANA_NOTICE_TAMPERED)
		worst_of(cli, 5);
	if (cli->json) {
		json_t *list = json_object_get(cli->doc, "notices"), *one = json_object();

		if (list == NULL)
			list = json_list(cli->doc, "notices");
		json_put(one, "kind", json_text(kinds[i].name));
		json_put(one, "text", json_text(text));
		(void)json_array_append_new(list, one);
	}
}

int
cli_prepare(struct cli *cli, struct amana_error *err)
{
	if (cli->config_path != NULL)
		return 0;
	progress_choose(cli);
	if (xdg_path("XDG_DATA_HOME", ".local/share", "", &cli->data_dir, err) < 0 ||
	    xdg_path("XDG_CACHE_HOME", ".cache", "", &cli->cache_dir, err) < 0 ||
	    xdg_path("XDG_CONFIG_HOME", ".config", "/config", &cli->config_path, err) <
		    0 ||
	    find_vault(cli, err) < 0)
		return -1;
	if (cli->identity == NULL)
		cli->identity = env_or_null("AMANA_IDENTITY");
	if (cli->vault_fingerprint == NULL)
		cli->vault_fingerprint = env_or_null("AMANA_VAULT_FINGERPRINT");
	cli->config = (struct amana_config){
		.vault = cli->vault_path,
		.identity = cli->identity,
		.data_dir = cli->data_dir,
		.cache_dir = cli->cache_dir,
		.vault_fingerprint = cli->vault_fingerprint,
		.ctx = cli,
		.passphrase = passphrase_callback,
		.first_contact = ask_possible(cli) ? first_contact : NULL,
		.choose_identity = choose_identity,
		.notice = notice,
		.progress = progress_callback,
		.cancelled = signals_cancelled(),
	};
	return 0;
}

int
cli_need_vault(struct cli *cli, struct amana_error *err)
{
	if (cli_prepare(cli, err) < 0)
		return -1;
	if (cli->vault_path == NULL)
		return refuse(
			cli, err, AMANA_E_USAGE,
			"name it with -C VAULT or $AMANA_VAULT, or set it for good: amana join MEMBER.welcome",
			"no vault is chosen");
	return 0;
}

int
cli_open(struct cli *cli, struct amana_error *err)
{
	if (cli->session != NULL)
		return 0;
	if (cli_need_vault(cli, err) < 0)
		return -1;
	if (amana_open(&cli->config, &cli->session, err) == 0)
		return 0;
	if (err->code == AMANA_E_USAGE && cli->config.first_contact == NULL &&
	    cli->remedy[0] == 0)
		snprintf(
			cli->remedy, sizeof cli->remedy,
			"amana join MEMBER.welcome, or --vault-fingerprint with the words from your form");
	if (err->code == AMANA_E_MISSING && cli->remedy[0] == 0) {
		CLEANUP(heap_freep) char *from = safe(cli->vault_from);

		snprintf(
			cli->remedy, sizeof cli->remedy,
			"check the path (it came from %s); a new vault: amana -C FOLDER init",
			from);
	}
	return -1;
}

struct only_member {
	char member[AMANA_MEMBER_MAX + 1];
	char **codes;
	size_t n;
};

static int
collect_member(void *ctx, const struct amana_identity_info *info)
{
	struct only_member *found = ctx;

	found->codes = heap_grow(found->codes, found->n + 1, sizeof found->codes[0]);
	found->codes[found->n++] = heap_dup(info->member);
	return 0;
}

/* The code in the name of an identity file, MEMBER.age. */
static int
member_of_file(const char *path, char ret_member[AMANA_MEMBER_MAX + 1],
	       struct amana_error *err)
{
	const char *base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	CLEANUP(heap_freep) char *code = heap_fmt("%.*s", (int)strcspn(base, "."), base);

	if (!amana_is_member(code))
		return fail(
			err, AMANA_E_USAGE,
			"the file '%s' does not say whose identity it is: name the member",
			path);
	snprintf(ret_member, AMANA_MEMBER_MAX + 1, "%s", code);
	return 0;
}

int
cli_member(struct cli *cli, char ret_member[AMANA_MEMBER_MAX + 1],
	   struct amana_error *err)
{
	struct only_member found = {.n = 0};
	int r = 0, chosen = 0;

	if (cli->config.identity != NULL && amana_is_member(cli->config.identity)) {
		snprintf(ret_member, AMANA_MEMBER_MAX + 1, "%s", cli->config.identity);
		return 0;
	}
	if (cli->config.identity != NULL)
		return member_of_file(cli->config.identity, ret_member, err);
	r = amana_identity_list(&cli->config, collect_member, &found, err);
	if (r == 0 && found.n == 0)
		r = refuse(cli, err, AMANA_E_MISSING, "make one: amana id new",
			   "there is no identity on this login");
	if (r == 0 && found.n > 1)
		r = chosen = ask_choice(cli, "You", (const char *const *)found.codes,
					found.n, "--identity", err);
	if (r >= 0)
		snprintf(ret_member, AMANA_MEMBER_MAX + 1, "%s", found.codes[chosen]);
	for (size_t i = 0; i < found.n; i++)
		free(found.codes[i]);
	free(found.codes);
	return r < 0 ? -1 : 0;
}

int
operand(struct cli *cli, const char *given, const char *prompt, const char *name,
	char **ret_text, struct amana_error *err)
{
	if (given != NULL) {
		if (given[0] == 0)
			return fail(err, AMANA_E_USAGE, "%s is empty", name);
		*ret_text = heap_dup(given);
		return 0;
	}
	if (ask_text(cli, prompt, name, ret_text, err) < 0)
		return -1;
	if ((*ret_text)[0] != 0)
		return 0;
	free(*ret_text);
	*ret_text = NULL;
	return fail(err, AMANA_E_CANCELLED, "no answer was given");
}

/* ---- the person's own cases, numbered ---- */

struct own_cases {
	const char *const *as_any;
	char **codes, **lines;
	size_t n;
};

static int
collect_case(void *ctx, const struct amana_case *info)
{
	struct own_cases *own = ctx;
	char day[40];
	bool wanted = own->as_any == NULL;

	for (size_t i = 0; !wanted && own->as_any[i] != NULL; i++)
		wanted = strcmp(own->as_any[i], info->as) == 0;
	if (!wanted || info->code[0] == 0 || strcmp(info->code, "-") == 0)
		return 0;
	own->codes = heap_grow(own->codes, own->n + 1, sizeof own->codes[0]);
	own->lines = heap_grow(own->lines, own->n + 1, sizeof own->lines[0]);
	own->codes[own->n] = heap_dup(info->code);
	own->lines[own->n++] = info->until != 0
				       ? heap_fmt("%s (until %s)", info->code,
						  human_short_day(info->until, day))
				       : heap_dup(info->code);
	return 0;
}

int
case_operand(struct cli *cli, const char *given, const char *const *as_any,
	     char **ret_case, struct amana_error *err)
{
	struct own_cases own = {.as_any = as_any};
	int r, chosen = 0;

	if (given != NULL) {
		*ret_case = heap_dup(given);
		return 0;
	}
	if (!ask_possible(cli))
		return ask_missing(cli, "CASE", err);
	r = amana_case_list(cli->session, collect_case, &own, err);
	if (r == 0 && own.n == 0)
		r = refuse(cli, err, AMANA_E_MISSING,
			   "a lead grants you one: amana case grant CASE MEMBER --as ...",
			   "you have no case here");
	if (r == 0)
		r = chosen = ask_choice(cli, "Case", (const char *const *)own.lines,
					own.n, "CASE", err);
	if (r >= 0)
		*ret_case = heap_dup(own.codes[chosen]);
	for (size_t i = 0; i < own.n; i++) {
		free(own.codes[i]);
		free(own.lines[i]);
	}
	free(own.codes);
	free(own.lines);
	return r < 0 ? -1 : 0;
}

void
cli_done(struct cli *cli)
{
	progress_done(cli);
	amana_close(cli->session);
	cli->session = NULL;
	passphrase_wipe(cli);
	free(cli->config_path);
	free(cli->data_dir);
	free(cli->cache_dir);
	free(cli->vault_path);
	if (cli->tty >= 0)
		close(cli->tty);
	rows_done(&cli->rows);
	json_decref(cli->doc);
	cli->doc = NULL;
}
