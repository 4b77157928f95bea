/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "heap.h"
#include "options.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define HELP_COLUMNS 79

static void
print_opt(const struct opt *opt, FILE *out)
{
	CLEANUP(heap_freep) char *text = NULL;
	CLEANUP(heap_freep) char *lines = NULL;
	char left[64];
	size_t n = 0;

	if (opt->letter != 0)
		n += (size_t)snprintf(left + n, sizeof left - n, "-%c%s", opt->letter,
				      opt->name != NULL ? ", " : "");
	if (opt->name != NULL)
		n += (size_t)snprintf(left + n, sizeof left - n, "--%s", opt->name);
	if (opt->meta != NULL && n < sizeof left)
		snprintf(left + n, sizeof left - n, " %s", opt->meta);
	text = heap_fmt("  %-26s  %s", left, opt->help);
	if (strlen(left) > 26) {
		free(text);
		text = heap_fmt("%-28s  %s", "", opt->help);
		fprintf(out, "  %s\n", left);
	}
	lines = text_wrap(text, HELP_COLUMNS, 30);
	fprintf(out, "%s\n", lines);
}

static bool
has_sensitive(const struct command *command)
{
	for (const struct opt *opt = command->opts; !command_opts_end(opt); opt++)
		if (opt->kind == OPT_SENSITIVE)
			return true;
	return false;
}

/* Writes the name of the manual page that has the command: amana-case for "case open". */
static void
page_of(const struct command *command, char out[32])
{
	static const char *const in_amana[] = {"help", "version", "completions"};

	for (size_t i = 0; i < ARRAY_LEN(in_amana); i++)
		if (strcmp(command->name, in_amana[i]) == 0) {
			snprintf(out, 32, "amana");
			return;
		}
	snprintf(out, 32, "amana-%.*s", (int)strcspn(command->name, " "), command->name);
}

void
help_command(const struct command *command, FILE *out)
{
	char page[32];

	fprintf(out, "amana %s%s%s%s\n", command->name,
		command->operands[0] != 0 ? " " : "", command->operands,
		command_opts_end(command->opts) ? "" : " [OPTION...]");
	fprintf(out, "  %c%s.\n",
		command->summary[0] -
			('a' <= command->summary[0] && command->summary[0] <= 'z'
				 ? 'a' - 'A'
				 : 0),
		command->summary + 1);
	if (command->details != NULL) {
		CLEANUP(heap_freep) char *text = heap_fmt("  %s", command->details);
		CLEANUP(heap_freep) char *lines = text_wrap(text, HELP_COLUMNS, 2);

		fprintf(out, "%s\n", lines);
	}
	if (!command_opts_end(command->opts))
		fputc('\n', out);
	for (const struct opt *opt = command->opts; !command_opts_end(opt); opt++)
		print_opt(opt, out);
	if (has_sensitive(command))
		fprintf(out,
			"\n  T is text; left out at a terminal it is asked for, @FILE and @- read it.\n");
	page_of(command, page);
	fprintf(out, "\nOptions of every command: amana help.  More: man %s\n", page);
}

void
help_group(const struct command_table *table, const char *group, FILE *out)
{
	for (size_t i = 0; table->all[i] != NULL; i++) {
		const struct command *command = table->all[i];

		if (command_in_group(command, group) != NULL)
			fprintf(out, "amana %s%s%s\n    %s\n", command->name,
				command->operands[0] != 0 ? " " : "", command->operands,
				command->summary);
	}
}

void
help_all(const struct command_table *table, FILE *out)
{
	fprintf(out, "amana [OPTION...] COMMAND ...\n\n");
	for (size_t i = 0; table->all[i] != NULL; i++)
		fprintf(out, "  %-17s %s\n", table->all[i]->name, table->all[i]->summary);
	fprintf(out, "\nOptions, before or after COMMAND:\n");
	for (const struct opt *opt = options_global; !command_opts_end(opt); opt++)
		print_opt(opt, out);
	fprintf(out, "\nMore: amana help COMMAND, man amana, man amana-security\n");
}
