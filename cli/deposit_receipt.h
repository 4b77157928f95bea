/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEPOSIT_RECEIPT_H
#define CLI_DEPOSIT_RECEIPT_H

#include "attributes.h"
#include "deposit_run.h"

#include "amana/exhibit.h"

/* Decides on run->receipt_folder, for receipts that --receipt does not place: the current
 * folder, or the home folder if the current one is among the originals or cannot be
 * written to. */
int deposit_receipt_place(struct deposit_run *run, struct amana_error *err) MUST_CHECK;
/* Writes a receipt into a file of its own and returns the path, owned by the caller.  The
 * act is on record already, so a receipt is never lost: if it cannot be written it is
 * shown on standard error, and this is NULL. */
char *deposit_receipt_keep(struct deposit_run *run, const struct amana_receipt *receipt);

#endif
