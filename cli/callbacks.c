/* SPDX-License-Identifier: Apache-2.0 */
#include "callbacks.h"

#include "ask.h"
#include "cli.h"
#include "exit.h"
#include "fail.h"
#include "heap.h"
#include "json.h"
#include "meet.h"
#include "passphrase.h"
#include "progress.h"
#include "safe.h"
#include "signals.h"
#include "tell.h"

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
		fail_next(
			cli,
			"ask an admin for your .welcome file and the vault's words; then amana join");
	return r == 1;
}

static int
choose_identity(void *ctx, const char *const *codes, size_t n_codes)
{
	struct cli *cli = ctx;
	struct amana_error err = AMANA_ERROR_INIT;

	if (!ask_possible(cli)) {
		fail_next(cli, "name yourself: --identity MEMBER or $AMANA_IDENTITY");
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
		exit_worst(cli, 5);
	if (cli->json) {
		json_t *list = json_object_get(cli->doc, "notices"), *one = json_object();

		if (list == NULL)
			list = json_list(cli->doc, "notices");
		json_put(one, "kind", json_text(kinds[i].name));
		json_put(one, "text", json_text(text));
		(void)json_array_append_new(list, one);
	}
}

void
callbacks_set(struct cli *cli)
{
	struct amana_config *config = &cli->config;

	config->ctx = cli;
	config->passphrase = passphrase_callback;
	config->first_contact = ask_possible(cli) ? first_contact : NULL;
	config->choose_identity = choose_identity;
	config->meet = meet_callback;
	config->clock_is_wrong = meet_wrong_clock;
	config->notice = notice;
	config->progress = progress_callback;
	config->cancelled = signals_cancelled();
}
