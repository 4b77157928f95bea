/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEPOSIT_REPORT_H
#define CLI_DEPOSIT_REPORT_H

#include "deposit_run.h"

#include "amana/exhibit.h"

/* What a deposit tells while it runs. */

/* Puts empty lists into the document, so that a reader finds them whatever happens. */
void deposit_report_begin(struct deposit_run *run);
/* Fills the callbacks of the request. */
void deposit_report_callbacks(struct deposit_run *run, struct amana_deposit *request);
/* Puts what was done into the document. */
void deposit_report_counts(struct deposit_run *run,
			   const struct amana_deposit_result *result);
/* The last lines: where the originals are, and what to do with the receipts. */
void deposit_report_end(struct deposit_run *run,
			const struct amana_deposit_result *result);

#endif
