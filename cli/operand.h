/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPERAND_H
#define CLI_OPERAND_H

#include "attributes.h"

#include "amana/error.h"

/* Operands and options without which a command cannot go on: where one was not given
 * (NULL), the person is asked for it.  What is returned belongs to the caller. */

struct cli;

/* `name` is what it is called in the usage: "MEMBER", "-o". */
int operand_text(struct cli *cli, const char *given, const char *prompt, const char *name,
		 char **ret_text, struct amana_error *err) MUST_CHECK;
/* A case: chosen by number among the person's own, if it was not given; for that the
 * vault must be open.  as_any: of "lead", "reader", "depositor" the grants that will do,
 * NULL at the end; NULL: all. */
int operand_case(struct cli *cli, const char *given, const char *const *as_any,
		 char **ret_case, struct amana_error *err) MUST_CHECK;

/* A staff code in its form, or the error that says why a name is refused. */
int operand_check_member(struct cli *cli, const char *text,
			 struct amana_error *err) MUST_CHECK;

#endif
