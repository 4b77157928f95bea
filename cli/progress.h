/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "amana/vault.h"

/* How far a long job has come, on standard error: a bar on a terminal, a plain line now
 * and then elsewhere, a JSON line each, or nothing. */

struct cli;

enum progress_kind { PROGRESS_TTY, PROGRESS_PLAIN, PROGRESS_JSON, PROGRESS_NONE };
/* What --progress can be, in the order of the enum; NULL at the end. */
extern const char *const progress_kinds[];

/* Decides on cli->progress: what --progress says, or a bar if standard error is a
 * terminal that can show one. */
void progress_choose(struct cli *cli);
/* The library's callback; `ctx` is the struct cli. */
void progress_callback(void *ctx, const struct amana_progress *progress);
/* Takes the bar off the terminal, so that something else can be printed there. */
void progress_clear(struct cli *cli);
/* The same, and forgets the job. */
void progress_done(struct cli *cli);

#endif
