/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "attributes.h"

#include "amana/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Questions to a person.  All of them go over /dev/tty, never over standard input, which
 * may be a pipe with evidence in it.
 *
 * A function that needs an answer fails with AMANA_E_USAGE where nobody can be asked
 * (there is no terminal, or --no-input forbids it), and names `option`, the option or
 * operand that would have been the answer.  It fails with AMANA_E_CANCELLED where
 * the person gives none.
 */

struct cli;

/* Can a person be asked?  Opens /dev/tty the first time. */
bool ask_possible(struct cli *cli);
/* The error of an answer that cannot be had; returns -1. */
int ask_missing(struct cli *cli, const char *option, struct amana_error *err);
/* For what will be asked for later: that error now, if it was not given (NULL) and nobody
 * can be asked. */
int ask_need(struct cli *cli, const char *given, const char *option,
	     struct amana_error *err) MUST_CHECK;

/* One line, without white space at its ends.  Owned by the caller. */
int ask_text(struct cli *cli, const char *prompt, const char *option, char **ret_text,
	     struct amana_error *err) MUST_CHECK;

/* What is typed while the terminal's echo is off. */
struct ask_hidden {
	const char *prompt;
	bool goes_on; /* another question follows in the same line */
	char *buf;    /* the caller's, in locked memory */
	size_t cap;   /* bytes that fit in there; more are AMANA_E_LIMIT */
	size_t len;   /* how many came: set by ask_hidden() */
};
/* Only where ask_possible(). */
int ask_hidden(struct cli *cli, struct ask_hidden *ask,
	       struct amana_error *err) MUST_CHECK;

/* 1: yes, 0: no.  --yes does not answer it: it is a question that only a person can
 * answer. */
int ask_person_yes(struct cli *cli, const char *question,
		   struct amana_error *err) MUST_CHECK;
/* The question before an act.  1: yes, 0: no.  --yes answers it; where nobody can be
 * asked it is taken for yes, unless the act needs_yes. */
int ask_yes(struct cli *cli, const char *question, bool needs_yes,
	    struct amana_error *err) MUST_CHECK;
/* Shows the items with numbers from 1.  Returns the index of the chosen one, which is
 * typed as its number or its first word, or -1. */
int ask_choice(struct cli *cli, const char *label, const char *const *items,
	       size_t n_items, const char *option, struct amana_error *err) MUST_CHECK;

/* Prints on the person's terminal, wherever standard output and error go; nothing where
 * there is none.  At most 4095 bytes. */
void ask_print(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
