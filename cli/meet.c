/* SPDX-License-Identifier: Apache-2.0 */
#include "meet.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "safe.h"
#include "small_file.h"
#include "tell.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 3
#define FINGERPRINTS_MAX ((size_t)1 << 20) /* bytes of a file of them */

/* Compares what a person typed with words or hex: case, white space and "-" do not count
 * (docs/FORMAT.md section 12). */
static bool
is_same(const char *typed, size_t len, const char *right)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)typed[i];

		if (isspace(c) || c == '-')
			continue;
		while (*right == ' ')
			right++;
		if (*right == 0 || tolower(c) != *right)
			return false;
		right++;
	}
	while (*right == ' ')
		right++;
	return *right == 0;
}

static bool
fits(const char *typed, size_t len, const char *words, const char *fingerprint)
{
	return is_same(typed, len, words) || is_same(typed, len, fingerprint);
}

int
meet_type_words(struct cli *cli, const char *member, const char *words,
		const char *fingerprint, const char *option, struct amana_error *err)
{
	CLEANUP(heap_freep)
	char *prompt = heap_fmt("Type the eight words that %s reads out: ", member);

	for (int i = 0; i < TRIES; i++) {
		CLEANUP(heap_freep) char *typed = NULL;

		if (ask_text(cli, prompt, option, &typed, err) < 0)
			return -1;
		if (fits(typed, strlen(typed), words, fingerprint))
			return 0;
		ask_print(cli,
			  "  These are not the words of this card. Slowly, once more.\n");
	}
	return 1;
}

/* Does some line of a file hold them? */
static int
file_has(struct cli *cli, const char *path, const struct amana_keys *keys, bool *ret_has,
	 struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	size_t len;

	*ret_has = false;
	if (small_file_read(cli, path, FINGERPRINTS_MAX, &text, &len, err) < 0)
		return -1;
	for (const char *at = text; *at != 0 && !*ret_has;) {
		size_t line = strcspn(at, "\n");

		*ret_has = line > 0 && fits(at, line, keys->words, keys->fingerprint);
		at += line + (at[line] != 0);
	}
	return 0;
}

static const char *
option_of(const struct amana_keys *keys)
{
	return keys->what == AMANA_KEYS_FOR_LEAD ? "--lead-fingerprint" : "--fingerprint";
}

/* What a person has to know before accepting the keys. */
static void
show(struct cli *cli, const struct amana_keys *keys)
{
	char when[40];

	tell_aside(cli, "Keys of %s that were not used from here before:", keys->member);
	tell_aside(cli, "  since        %s%s", human_time(keys->since, when),
		   keys->replaced ? ", in place of others" : "");
	tell_aside(cli, "  enrolled by  %s%s%s", keys->enrolled_by,
		   keys->approved_by[0] != 0 ? " and " : "", keys->approved_by);
	if (keys->what == AMANA_KEYS_FOR_LEAD)
		tell_aside(cli, "  leads %s, made lead by %s%s", keys->case_code,
			   keys->made_lead_by,
			   keys->standing ? "" : "; PROVISIONAL: confirmed by nobody");
}

static int
not_compared(struct cli *cli, const struct amana_keys *keys, struct amana_error *err)
{
	fail_advise(
		cli, err, AMANA_E_DENIED,
		"get the words from the person's own mouth; if they still differ, "
		"somebody may have exchanged these keys: ask an admin who enrolled them",
		"these are not the words of %s's keys: nothing was sealed", keys->member);
	err->reason = AMANA_REASON_NOT_MET;
	return -1;
}

int
meet_callback(void *ctx, const struct amana_keys *keys, struct amana_error *err)
{
	struct cli *cli = ctx;
	const char *given = cli->fingerprint;
	bool fit;
	int r;

	if (given == NULL)
		given = getenv("AMANA_FINGERPRINT");
	if (given != NULL && given[0] != 0) {
		if (given[0] != '@')
			fit = fits(given, strlen(given), keys->words, keys->fingerprint);
		else if (file_has(cli, given + 1, keys, &fit, err) < 0)
			return -1;
		return fit ? 0 : not_compared(cli, keys, err);
	}
	if (!ask_possible(cli))
		return ask_missing(cli, option_of(keys), err);
	show(cli, keys);
	r = meet_type_words(cli, keys->member, keys->words, keys->fingerprint,
			    option_of(keys), err);
	return r > 0 ? not_compared(cli, keys, err) : r;
}

bool
meet_wrong_clock(void *ctx, const char *text)
{
	struct cli *cli = ctx;
	struct amana_error err = AMANA_ERROR_INIT;

	(void)text;
	return !ask_possible(cli) || cli->yes ||
	       ask_person_yes(cli, "Go on with this clock?", &err) == 1;
}
