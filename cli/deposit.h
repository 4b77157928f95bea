/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEPOSIT_H
#define CLI_DEPOSIT_H

#include "cmd.h"

/* amana deposit in two files: cmd_deposit.c asks and starts it, deposit_report.c tells
 * and keeps the receipts. */

struct deposit_args {
	const char *type, *title, *note, *source, *received, *facts, *files_from,
		*receipt;
	bool nul, again, dry_run;
};

struct deposit_run {
	struct cli *cli;
	const struct deposit_args *args;
	char **paths;
	size_t n_paths;
	char *case_name, *title, *note, *source, *facts; /* owned */
	int64_t received;
	bool cannot_open; /* this person is a depositor only */

	char *receipt_folder; /* "" the current one; NULL until decided */
	char *first_receipt;  /* where the first one was saved */
	unsigned int n_receipts;
	uint64_t n_links, n_special;			/* skipped, as far as told */
	json_t *receipts, *exhibits, *skipped, *failed; /* in the document */
};

/* Empty lists into the document, so that a reader finds them whatever happens. */
void deposit_put_lists(struct deposit_run *run);
/* Where receipts go by default: the current folder, or the home folder if the current one
 * is among the originals. */
int deposit_receipt_folder(struct deposit_run *run, struct amana_error *err) MUST_CHECK;
void deposit_callbacks(struct deposit_run *run, struct amana_deposit *request);
void deposit_put_counts(struct deposit_run *run,
			const struct amana_deposit_result *result);
void deposit_tell_end(struct deposit_run *run, const struct amana_deposit_result *result);

#endif
