/* SPDX-License-Identifier: Apache-2.0 */
#include "last_lead.h"

#include "ask.h"
#include "cli.h"
#include "command.h"
#include "fail.h"
#include "heap.h"
#include "safe.h"
#include "tell.h"

#include <string.h>

#define ID_DIGITS 8 /* the fewest that name a case */

static bool
names_it(const char *typed, const char *case_code, const char *case_id)
{
	if (strcmp(case_code, "-") != 0 && strcmp(typed, case_code) == 0)
		return true;
	return strncmp(typed, "id:", 3) == 0 && strlen(typed) >= 3 + ID_DIGITS &&
	       strncmp(case_id, typed + 3, strlen(typed) - 3) == 0;
}

bool
last_lead_agreed(struct cli *cli, const struct text_list *given, const char *case_code,
		 const char *case_id)
{
	CLEANUP(heap_freep)
	char *name = strcmp(case_code, "-") != 0 ? safe(case_code)
						 : heap_fmt("id:%.8s", case_id);
	CLEANUP(heap_freep) char *prompt = NULL;
	CLEANUP(heap_freep) char *typed = NULL;
	struct amana_error err = AMANA_ERROR_INIT;

	for (size_t i = 0; i < given->n; i++)
		if (names_it(given->items[i], case_code, case_id))
			return true;
	tell_aside(cli,
		   "%s would have NO LEAD: it takes no deposits, and nothing of it is "
		   "destroyed or released until one of its own people has confirmed the "
		   "lead whom an admin appoints.",
		   name);
	if (!ask_possible(cli)) {
		fail_next(cli, "let another lead in first, or: --last-lead %s", name);
		return false;
	}
	prompt = heap_fmt("Type %s to go on all the same: ", name);
	return ask_text(cli, prompt, "--last-lead", &typed, &err) == 0 &&
	       names_it(typed, case_code, case_id);
}
