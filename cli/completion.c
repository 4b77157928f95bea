/* SPDX-License-Identifier: Apache-2.0 */
#include "completion.h"

#include "fail.h"
#include "options.h"
#include "suggest.h"

#include <string.h>

/* The scripts have in them all that they need: completing a line runs no amana and opens
 * no vault. */

static bool
takes_path(const struct opt *opt)
{
	return opt->meta != NULL &&
	       (strstr(opt->meta, "FILE") != NULL || strstr(opt->meta, "VAULT") != NULL);
}

static void
print_words(FILE *out, const char *const *words, char between)
{
	for (size_t i = 0; words[i] != NULL; i++)
		fprintf(out, "%s%c", words[i], words[i + 1] != NULL ? between : ' ');
}

/* Prints the second words of the group's commands, a space after each. */
static void
print_group(FILE *out, const struct command_table *table, const char *group)
{
	for (size_t i = 0; table->all[i] != NULL; i++) {
		const char *second = command_in_group(table->all[i], group);

		if (second != NULL)
			fprintf(out, "%s ", second);
	}
}

/* Prints "id|member|case": all groups, as a pattern of the shell. */
static void
print_groups(FILE *out, const struct command_table *table)
{
	for (size_t g = 0; table->groups[g] != NULL; g++)
		fprintf(out, "%s%s", g > 0 ? "|" : "", table->groups[g]);
}

/* Prints the first words of all commands, a space after each. */
static void
print_first_words(FILE *out, const struct command_table *table)
{
	for (size_t i = 0; table->all[i] != NULL; i++)
		if (strchr(table->all[i]->name, ' ') == NULL)
			fprintf(out, "%s ", table->all[i]->name);
	for (size_t g = 0; table->groups[g] != NULL; g++)
		fprintf(out, "%s ", table->groups[g]);
}

/* Prints "|--identity|--passphrase": the global options that are followed by a value. */
static void
print_valued(FILE *out)
{
	for (const struct opt *opt = options_global; !command_opts_end(opt); opt++)
		if (opt->kind != OPT_FLAG)
			fprintf(out, "|--%s", opt->name);
}

/* ---- bash ---- */

static void
bash_opts(FILE *out, const struct opt *opt)
{
	for (; !command_opts_end(opt); opt++) {
		if (opt->name != NULL)
			fprintf(out, " --%s", opt->name);
		if (opt->letter != 0)
			fprintf(out, " -%c", opt->letter);
	}
}

static void
bash_values(FILE *out, const struct opt *opt)
{
	for (; !command_opts_end(opt); opt++) {
		if (opt->choices == NULL || opt->name == NULL)
			continue;
		fprintf(out, "\t--%s) COMPREPLY=($(compgen -W \"", opt->name);
		print_words(out, opt->choices, ' ');
		fprintf(out, "\" -- \"$cur\")); return ;;\n");
	}
}

static void
bash_group_words(const struct command_table *table, FILE *out)
{
	for (size_t g = 0; table->groups[g] != NULL; g++) {
		fprintf(out, "\t%s) COMPREPLY=($(compgen -W \"", table->groups[g]);
		print_group(out, table, table->groups[g]);
		fprintf(out, "\" -- \"$cur\")); return ;;\n");
	}
}

static void
bash_commands(const struct command_table *table, FILE *out)
{
	for (size_t i = 0; table->all[i] != NULL; i++) {
		fprintf(out, "\t\"%s\") opts=\"", table->all[i]->name);
		bash_opts(out, table->all[i]->opts);
		fprintf(out, "\"");
		if (table->all[i]->words != NULL) {
			fprintf(out, "; words=\"");
			print_words(out, table->all[i]->words, ' ');
			fprintf(out, "\"");
		}
		fprintf(out, " ;;\n");
	}
}

static void
print_bash(const struct command_table *table, FILE *out)
{
	fprintf(out,
		"# bash completion of amana.  Put it into ~/.local/share/bash-completion/completions/amana\n"
		"_amana()\n{\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= sub= opts= words= i\n"
		"\tCOMPREPLY=()\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tcase ${COMP_WORDS[i]} in\n"
		"\t\t-C");
	print_valued(out);
	fprintf(out,
		") ((i++)) ;;\n"
		"\t\t-*) ;;\n"
		"\t\t*) if [[ -z $cmd ]]; then cmd=${COMP_WORDS[i]}; elif [[ -z $sub ]]; then "
		"sub=${COMP_WORDS[i]}; fi ;;\n"
		"\t\tesac\n\tdone\n"
		"\tcase $prev in\n");
	bash_values(out, options_global);
	for (size_t i = 0; table->all[i] != NULL; i++)
		if (strcmp(table->all[i]->name, "member role") != 0)
			bash_values(out, table->all[i]->opts);
	fprintf(out,
		"\tesac\n"
		"\tif [[ -z $cmd && $cur != -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"");
	print_first_words(out, table);
	fprintf(out, "\" -- \"$cur\")); return\n\tfi\n"
		     "\tif [[ -z $sub && $cur != -* ]]; then\n\tcase $cmd in\n");
	bash_group_words(table, out);
	fprintf(out, "\tesac\n\tfi\n"
		     "\tcase $cmd in\n\t");
	print_groups(out, table);
	fprintf(out, ") cmd=\"$cmd $sub\" ;;\n\tesac\n"
		     "\tcase $cmd in\n");
	bash_commands(table, out);
	fprintf(out, "\tesac\n"
		     "\tif [[ $cur == -* ]]; then\n"
		     "\t\tCOMPREPLY=($(compgen -W \"$opts");
	bash_opts(out, options_global);
	fprintf(out, "\" -- \"$cur\"))\n"
		     "\telif [[ -n $words ]]; then\n"
		     "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
		     "\telse\n"
		     "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
		     "\tfi\n}\n"
		     "complete -o filenames -F _amana amana\n");
}

/* ---- zsh ---- */

/* Prints text that stands within '...' and [...] of an _arguments specification. */
static void
zsh_text(FILE *out, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *text) != NULL)
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void
zsh_opt(FILE *out, const struct opt *opt, const char *spelled)
{
	fprintf(out, "\t\t\t'%s%s[", opt->kind == OPT_LIST ? "*" : "", spelled);
	zsh_text(out, opt->help);
	fprintf(out, "]");
	if (opt->kind != OPT_FLAG) {
		fprintf(out, ":");
		zsh_text(out, opt->meta);
		fprintf(out, ":");
		if (opt->choices != NULL) {
			fprintf(out, "(");
			print_words(out, opt->choices, ' ');
			fprintf(out, ")");
		} else if (takes_path(opt)) {
			fprintf(out, "_files");
		}
	}
	fprintf(out, "' \\\n");
}

static void
zsh_opts(FILE *out, const struct opt *opt)
{
	char spelled[40];

	for (; !command_opts_end(opt); opt++) {
		if (opt->name != NULL) {
			snprintf(spelled, sizeof spelled, "--%s", opt->name);
			zsh_opt(out, opt, spelled);
		}
		if (opt->letter != 0) {
			snprintf(spelled, sizeof spelled, "-%c", opt->letter);
			zsh_opt(out, opt, spelled);
		}
	}
}

static void
print_zsh(const struct command_table *table, FILE *out)
{
	fprintf(out,
		"#compdef amana\n# zsh completion of amana.  Put it into a folder of $fpath as _amana\n"
		"_amana()\n{\n\tlocal cmd= sub= i\n\tlocal -a first\n\tfirst=(");
	print_first_words(out, table);
	fprintf(out, ")\n"
		     "\tfor ((i = 2; i < CURRENT; i++)); do\n"
		     "\t\tcase $words[i] in\n\t\t-C");
	print_valued(out);
	fprintf(out,
		") ((i++)) ;;\n\t\t-*) ;;\n"
		"\t\t*) if [[ -z $cmd ]]; then cmd=$words[i]; elif [[ -z $sub ]]; then sub=$words[i]; fi ;;\n"
		"\t\tesac\n\tdone\n"
		"\tif [[ -z $cmd && $words[CURRENT] != -* ]]; then\n\t\t_values command $first\n\t\treturn\n\tfi\n"
		"\tif [[ -z $sub && $words[CURRENT] != -* ]]; then\n\t\tcase $cmd in\n");
	for (size_t g = 0; table->groups[g] != NULL; g++) {
		fprintf(out, "\t\t%s) _values command ", table->groups[g]);
		print_group(out, table, table->groups[g]);
		fprintf(out, "; return ;;\n");
	}
	fprintf(out, "\t\tesac\n\tfi\n\tcase $cmd in\n\t");
	print_groups(out, table);
	fprintf(out, ") cmd=\"$cmd $sub\" ;;\n\tesac\n\tcase $cmd in\n");
	for (size_t i = 0; table->all[i] != NULL; i++) {
		fprintf(out, "\t\"%s\")\n\t\t_arguments \\\n", table->all[i]->name);
		zsh_opts(out, table->all[i]->opts);
		zsh_opts(out, options_global);
		if (table->all[i]->words != NULL) {
			fprintf(out, "\t\t\t'*:word:(");
			print_words(out, table->all[i]->words, ' ');
			fprintf(out, ")'\n\t\t;;\n");
		} else {
			fprintf(out, "\t\t\t'*:file:_files'\n\t\t;;\n");
		}
	}
	fprintf(out, "\t*)\n\t\t_arguments \\\n");
	zsh_opts(out, options_global);
	fprintf(out, "\t\t\t'*:file:_files'\n\t\t;;\n\tesac\n}\n_amana \"$@\"\n");
}

/* ---- fish ---- */

static void
fish_text(FILE *out, const char *text)
{
	for (; *text != 0; text++)
		fprintf(out, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
}

static void
fish_opts(FILE *out, const struct opt *opt, const char *condition)
{
	for (; !command_opts_end(opt); opt++) {
		fprintf(out, "complete -c amana");
		if (condition[0] != 0)
			fprintf(out, " -n '%s'", condition);
		if (opt->name != NULL)
			fprintf(out, " -l %s", opt->name);
		if (opt->letter != 0)
			fprintf(out, " -s %c", opt->letter);
		if (opt->choices != NULL) {
			fprintf(out, " -x -a '");
			print_words(out, opt->choices, ' ');
			fprintf(out, "'");
		} else if (opt->kind != OPT_FLAG) {
			fprintf(out, takes_path(opt) ? " -r" : " -x");
		}
		fprintf(out, " -d '");
		fish_text(out, opt->help);
		fprintf(out, "'\n");
	}
}

static void
fish_condition(const struct command *command, char *out, size_t cap)
{
	const char *space = strchr(command->name, ' ');

	if (space == NULL)
		snprintf(out, cap, "__fish_seen_subcommand_from %s", command->name);
	else
		snprintf(
			out, cap,
			"__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s",
			(int)(space - command->name), command->name, space + 1);
}

static void
print_fish(const struct command_table *table, FILE *out)
{
	fprintf(out,
		"# fish completion of amana.  Put it into ~/.config/fish/completions/amana.fish\n");
	fish_opts(out, options_global, "");
	for (size_t i = 0; table->all[i] != NULL; i++) {
		const struct command *command = table->all[i];
		const char *space = strchr(command->name, ' ');
		char condition[160];

		if (space == NULL)
			fprintf(out,
				"complete -c amana -n '__fish_use_subcommand' -f -a %s -d '",
				command->name);
		else
			fprintf(out,
				"complete -c amana -n '__fish_use_subcommand' -f -a %.*s\n"
				"complete -c amana -n '__fish_seen_subcommand_from %.*s' -f -a %s -d '",
				(int)(space - command->name), command->name,
				(int)(space - command->name), command->name, space + 1);
		fish_text(out, command->summary);
		fprintf(out, "'\n");
		fish_condition(command, condition, sizeof condition);
		fish_opts(out, command->opts, condition);
		if (command->words != NULL) {
			fprintf(out, "complete -c amana -n '%s' -f -a '", condition);
			print_words(out, command->words, ' ');
			fprintf(out, "'\n");
		}
	}
}

const char *const completion_shells[] = {"bash", "zsh", "fish", NULL};

int
completion_print(const struct command_table *table, const char *shell, FILE *out,
		 struct amana_error *err)
{
	const char *near;

	if (strcmp(shell, "bash") == 0)
		print_bash(table, out);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(table, out);
	else if (strcmp(shell, "fish") == 0)
		print_fish(table, out);
	else {
		near = suggest(shell, completion_shells,
			       ARRAY_LEN(completion_shells) - 1);
		return fail(
			err, AMANA_E_USAGE,
			"there are completions for bash, zsh and fish, not for '%s'%s%s%s",
			shell, near != NULL ? "; did you mean " : "",
			near != NULL ? near : "", near != NULL ? "?" : "");
	}
	return 0;
}
