/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "passphrase.h"
#include "suggest.h"

#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct cli, field)
const struct opt options_global[] = {
	{"vault", 'C', OPT_TEXT, "VAULT", "the vault's folder", AT(vault_given), NULL},
	{"identity", 0, OPT_TEXT, "MEMBER|FILE",
	 "who you are, where several people share this login", AT(identity), NULL},
	{"passphrase", 0, OPT_TEXT, "SOURCE", "tty, fd:N, file:PATH or env:NAME",
	 AT(passphrase), NULL},
	{"new-passphrase", 0, OPT_TEXT, "SOURCE", "where a new passphrase comes from",
	 AT(new_passphrase), NULL},
	{"vault-fingerprint", 0, OPT_TEXT, "WORDS|HEX",
	 "what first contact with the vault must match", AT(vault_fingerprint), NULL},
	{"json", 0, OPT_FLAG, NULL, "one JSON document on standard output", AT(json),
	 NULL},
	{"progress", 0, OPT_TEXT, "KIND", "tty, plain, json or none", AT(progress_given),
	 progress_kinds},
	{"no-input", 0, OPT_FLAG, NULL, "never ask anything", AT(no_input), NULL},
	{"yes", 0, OPT_FLAG, NULL, "answer yes to the question before an act", AT(yes),
	 NULL},
	{"help", 'h', OPT_FLAG, NULL, "say how a command is used", AT(help), NULL},
	{"version", 0, OPT_FLAG, NULL, "print the version", AT(version), NULL},
	OPT_END,
};

struct parser {
	struct cli *cli;
	int argc, at;
	char **argv;
	struct options *out;
	char *words[2]; /* that may name the command, until it is known */
	int n_words;
	const struct opt
		*seen[64]; /* those given so far, to find one that is given twice */
	size_t n_seen;
};

/* Takes what nobody else should see out of argv: it stays as a copy.  One byte is left,
 * so that it can be seen that something was there. */
static char *
hide(struct options *out, char *given)
{
	char *copy = heap_dup(given);

	out->hidden = heap_grow(out->hidden, out->n_hidden + 1, sizeof out->hidden[0]);
	out->hidden[out->n_hidden++] = copy;
	explicit_bzero(given, strlen(given));
	if (copy[0] != 0)
		given[0] = '*';
	return copy;
}

static const struct opt *
in_table(const struct opt *table, const char *name, size_t len, char letter)
{
	for (const struct opt *opt = table; !command_opts_end(opt); opt++) {
		if (letter != 0 ? opt->letter == letter
				: opt->name != NULL && strlen(opt->name) == len &&
					  memcmp(opt->name, name, len) == 0)
			return opt;
	}
	return NULL;
}

/* The option of that name or letter, or NULL; *ret_base is the struct that its value is
 * put into. */
static const struct opt *
find_opt(const struct parser *parser, const char *name, size_t len, char letter,
	 void **ret_base)
{
	const struct command *command = parser->out->command;
	const struct opt *opt = in_table(options_global, name, len, letter);

	if (opt != NULL) {
		*ret_base = parser->cli;
		return opt;
	}
	opt = command != NULL ? in_table(command->opts, name, len, letter) : NULL;
	*ret_base = parser->out->args;
	return opt;
}

static int
unknown_option(const struct parser *parser, const char *given, size_t len,
	       struct amana_error *err)
{
	CLEANUP(heap_freep) char *typed = heap_fmt("%.*s", (int)len, given);
	const struct command *command = parser->out->command;
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (const struct opt *opt = options_global; !command_opts_end(opt); opt++)
		names[n++] = opt->name;
	for (const struct opt *opt = command != NULL ? command->opts : NULL;
	     !command_opts_end(opt) && n < ARRAY_LEN(names); opt++)
		if (opt->name != NULL)
			names[n++] = opt->name;
	near = strlen(typed) > 2 && typed[1] == '-' ? suggest(typed + 2, names, n) : NULL;
	if (near != NULL)
		return fail(err, AMANA_E_USAGE, "unknown option '%s'; did you mean --%s?",
			    typed, near);
	if (command == NULL)
		return fail(err, AMANA_E_USAGE,
			    "unknown option '%s' (options of a command stand after it)",
			    typed);
	return fail(err, AMANA_E_USAGE, "amana %s has no option '%s'", command->name,
		    typed);
}

static int
check_choice(const struct opt *opt, const char *shown, const char *value,
	     struct amana_error *err)
{
	CLEANUP(heap_freep) char *all = NULL;
	const char *near;
	size_t n = 0;

	for (; opt->choices[n] != NULL; n++) {
		char *longer;

		if (strcmp(opt->choices[n], value) == 0)
			return 0;
		longer = heap_fmt("%s%s%s", n > 0 ? all : "", n > 0 ? ", " : "",
				  opt->choices[n]);
		free(all);
		all = longer;
	}
	near = suggest(value, opt->choices, n);
	if (near != NULL)
		return fail(err, AMANA_E_USAGE, "%s cannot be '%s'; did you mean %s?",
			    shown, value, near);
	return fail(err, AMANA_E_USAGE, "%s cannot be '%s'; it is one of %s", shown,
		    value, all);
}

static int
store(struct parser *parser, const struct opt *opt, void *base, const char *shown,
      char *value, struct amana_error *err)
{
	char *value_at = (char *)base + opt->offset;

	for (size_t i = 0; i < parser->n_seen; i++)
		if (parser->seen[i] == opt && opt->kind != OPT_LIST &&
		    opt->kind != OPT_FLAG)
			return fail(err, AMANA_E_USAGE, "%s is given twice", shown);
	if (parser->n_seen < ARRAY_LEN(parser->seen))
		parser->seen[parser->n_seen++] = opt;
	if (opt->kind == OPT_FLAG) {
		*(bool *)(void *)value_at = true;
		return 0;
	}
	if (value[0] == 0)
		return fail(err, AMANA_E_USAGE, "%s is empty", shown);
	if (opt->choices != NULL && check_choice(opt, shown, value, err) < 0)
		return -1;
	if (opt->kind == OPT_HIDDEN || opt->kind == OPT_SENSITIVE)
		value = hide(parser->out, value);
	if (opt->kind == OPT_LIST) {
		struct text_list *list = (void *)value_at;

		list->items = heap_grow(list->items, list->n + 1, sizeof list->items[0]);
		list->items[list->n++] = value;
	} else {
		*(const char **)(void *)value_at = value;
	}
	return 0;
}

/* Takes the next argument as the value of an option.  One that looks like an option is
 * refused, since most often the value was forgotten. */
static int
next_value(struct parser *parser, const char *shown, char **ret_value,
	   struct amana_error *err)
{
	char *value = parser->at + 1 < parser->argc ? parser->argv[parser->at + 1] : NULL;

	if (value == NULL)
		return fail(err, AMANA_E_USAGE, "%s needs a value", shown);
	if (strncmp(value, "--", 2) == 0)
		return fail(
			err, AMANA_E_USAGE,
			"%s needs a value (one that begins with -- is written %s%sVALUE)",
			shown, shown, shown[1] == '-' ? "=" : "");
	parser->at++;
	*ret_value = value;
	return 0;
}

static int
take_long(struct parser *parser, char *arg, struct amana_error *err)
{
	char *name = arg + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	CLEANUP(heap_freep) char *shown = heap_fmt("--%.*s", (int)len, name);
	char *value = equals != NULL ? equals + 1 : arg + strlen(arg);
	void *base;
	const struct opt *opt = find_opt(parser, name, len, 0, &base);

	if (opt == NULL)
		return unknown_option(parser, arg, len + 2, err);
	if (opt->kind == OPT_FLAG && equals != NULL)
		return fail(err, AMANA_E_USAGE, "%s takes no value", shown);
	if (opt->kind != OPT_FLAG && equals == NULL &&
	    next_value(parser, shown, &value, err) < 0)
		return -1;
	return store(parser, opt, base, shown, value, err);
}

static int
take_short(struct parser *parser, char *arg, struct amana_error *err)
{
	for (char *at = arg + 1; *at != 0; at++) {
		char shown[3] = {'-', *at, 0};
		char *value = at + 1;
		void *base;
		const struct opt *opt = find_opt(parser, "", 0, *at, &base);

		if (opt == NULL)
			return unknown_option(parser, (*at & 0x80) == 0 ? shown : arg,
					      (*at & 0x80) == 0 ? 2 : strlen(arg), err);
		if (opt->kind == OPT_FLAG) {
			if (store(parser, opt, base, shown, at, err) < 0)
				return -1;
			continue;
		}
		if (*value == 0 && next_value(parser, shown, &value, err) < 0)
			return -1;
		return store(parser, opt, base, shown, value, err);
	}
	return 0;
}

static int
take_word(struct parser *parser, char *word, struct amana_error *err)
{
	struct options *out = parser->out;
	int used = 0;

	if (out->command != NULL) {
		if (out->command->n_max >= 0 && out->n_operands == out->command->n_max)
			return fail(err, AMANA_E_USAGE,
				    "amana %s: '%s' is one operand too many",
				    out->command->name, word);
		out->operands[out->n_operands++] =
			out->command->hides_operands ? hide(out, word) : word;
		return 0;
	}
	parser->words[parser->n_words++] = word;
	out->command = command_find(parser->cli->commands, parser->words, parser->n_words,
				    &used);
	if (out->command != NULL) {
		out->group = NULL;
		out->args = heap_new(1, out->command->args_size);
		return 0;
	}
	if (parser->n_words == 1 && command_is_group(parser->cli->commands, word)) {
		out->group = word;
		return 0;
	}
	return command_unknown(parser->cli,
			       parser->n_words == 2 ? parser->words[0] : NULL, word, err);
}

/* Looks for --json before anything else, since an error on the command line has to be
 * said in that form, too. */
static void
look_for_json(struct cli *cli, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			cli->json = true;
}

int
options_parse(struct cli *cli, int argc, char **argv, struct options *ret,
	      struct amana_error *err)
{
	struct parser parser = {
		.cli = cli, .argc = argc, .argv = argv, .at = 1, .out = ret};
	bool may_be_option = true;
	int r = 0;

	look_for_json(cli, argc, argv);
	ret->operands = heap_new((size_t)argc + 1, sizeof ret->operands[0]);
	for (; r == 0 && parser.at < argc; parser.at++) {
		char *arg = argv[parser.at];

		if (may_be_option && strcmp(arg, "--") == 0)
			may_be_option = false;
		else if (may_be_option && arg[0] == '-' && arg[1] == '-')
			r = take_long(&parser, arg, err);
		else if (may_be_option && arg[0] == '-' && arg[1] != 0)
			r = take_short(&parser, arg, err);
		else
			r = take_word(&parser, arg, err);
		cli->command = ret->command;
	}
	return r;
}

static void
free_lists(const struct command *command, char *args)
{
	for (const struct opt *opt = command->opts; !command_opts_end(opt); opt++)
		if (opt->kind == OPT_LIST)
			free(((struct text_list *)(void *)(args + opt->offset))->items);
}

void
options_done(struct options *options)
{
	if (options->command != NULL && options->args != NULL)
		free_lists(options->command, options->args);
	for (size_t i = 0; i < options->n_hidden; i++) {
		explicit_bzero(options->hidden[i], strlen(options->hidden[i]));
		free(options->hidden[i]);
	}
	free(options->hidden);
	free(options->args);
	free(options->operands);
	*options = (struct options){.command = NULL};
}
