/* SPDX-License-Identifier: Apache-2.0 */
#include "text_arg.h"

#include "ask.h"
#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "small_file.h"
#include "tell.h"
#include "text.h"

#include <string.h>

#define TEXT_BYTES_MAX 16384

void
text_arg_warn(struct cli *cli, const char *option)
{
	if (!cli->stderr_is_tty || cli->warned_history)
		return;
	cli->warned_history = true;
	tell_aside(cli,
		   "amana: %s is now in the shell's history; left out, it is asked for%s",
		   option, strncmp(option, "--", 2) == 0 ? " (or give @FILE)" : "");
}

/* Takes text that was read or typed.  Line feeds at its end are not part of it. */
static int
take(const struct text_arg *arg, char *text, size_t len, char **ret_text,
     struct amana_error *err)
{
	const char *option = arg->option;

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		text[--len] = 0;
	if (strspn(text, " \t\r\n") == len)
		len = 0; /* nothing but white space says nothing */
	if (len > 0 && (strlen(text) != len || !text_is_utf8(text, len)))
		return fail(err, AMANA_E_FORMAT, "the text for %s is not UTF-8", option);
	if (len > TEXT_BYTES_MAX)
		return fail(err, AMANA_E_LIMIT, "the text for %s is longer than %d bytes",
			    option, TEXT_BYTES_MAX);
	if (len == 0 && arg->required)
		return fail(err, AMANA_E_USAGE, "the text for %s is empty", option);
	*ret_text = len > 0 ? heap_dup(text) : NULL;
	return 0;
}

int
text_arg_read(struct cli *cli, const struct text_arg *arg, const char *given,
	      char **ret_text, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	bool asks = arg->required || (arg->prompt != NULL && ask_possible(cli));
	size_t len;

	*ret_text = NULL;
	if (given == NULL && !asks)
		return 0;
	if (given == NULL) {
		if (ask_text(cli, arg->prompt, arg->option, &text, err) < 0)
			return -1;
	} else if (given[0] == '@' && given[1] != '@') {
		if (given[1] == 0)
			return fail(err, AMANA_E_USAGE,
				    "%s: @ needs a file name, or - for standard input",
				    arg->option);
		if (small_file_read(cli, given + 1, TEXT_BYTES_MAX, &text, &len, err) < 0)
			return -1;
		return take(arg, text, len, ret_text, err);
	} else {
		text_arg_warn(cli, arg->option);
		text = heap_dup(given[0] == '@' ? given + 1 : given);
	}
	return take(arg, text, strlen(text), ret_text, err);
}
