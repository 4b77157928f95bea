/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_JOB_H
#define FLOW_DEPOSIT_DEPOSIT_JOB_H

#include "flow/deposit/deposit_core.h"

/* A worker's thread, of which there may be several; arg is the struct deposit.  Takes
 * jobs until the queue is closed, reads and seals the file of each, and releases its
 * group. */
void deposit_job_work(void *arg);

/* How many bytes the sealed sheet of a file will take, at most. */
size_t deposit_job_sheet_max(const struct deposit *deposit, const struct walk_item *item);

#endif
