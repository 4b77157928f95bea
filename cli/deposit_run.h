/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEPOSIT_RUN_H
#define CLI_DEPOSIT_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One `amana deposit`, which stands in three files: cmd_deposit.c asks and starts it,
 * deposit_report.c tells what becomes of it, deposit_receipt.c keeps the receipts.
 */

struct cli;

/* The command's options, as given. */
struct deposit_args {
	const char *type, *title, *note, *source, *received, *facts, *files_from,
		*receipt, *lead_fingerprint;
	bool nul, again, dry_run;
};

struct deposit_run {
	struct cli *cli;
	const struct deposit_args *args;

	/* What is deposited; owned. */
	char **paths;
	size_t n_paths;
	char *case_name, *title, *note, *source, *facts; /* NULL: none */
	int64_t received;				 /* Unix seconds; 0: not said */
	bool cannot_open; /* this person is a depositor and reads nothing of it */

	/* Receipts. */
	char *receipt_folder; /* ends in "/"; "": the current one.  Owned */
	char *first_receipt;  /* the file of the first one; NULL: none yet.  Owned */
	unsigned int n_receipts;

	uint64_t n_links; /* that were skipped, as far as told */
	json_t *receipts, *exhibits, *skipped, *failed; /* in the document; borrowed */
};

#endif
