/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VAULT_H
#define CLI_VAULT_H

#include "attributes.h"

#include "amana/error.h"

/* From the command line to an open vault, as far as a command needs it: each step does
 * those before it, and does nothing the second time. */

struct cli;

/* Folders, which vault is meant, and cli->config for the library.  For commands about a
 * person's own keys. */
int vault_prepare(struct cli *cli, struct amana_error *err) MUST_CHECK;
/* And a vault is meant: AMANA_E_USAGE if none is.  For commands that open it in a way of
 * their own. */
int vault_need(struct cli *cli, struct amana_error *err) MUST_CHECK;
/* And it is open: cli->vault. */
int vault_open(struct cli *cli, struct amana_error *err) MUST_CHECK;
/* Closes it, if it is open. */
void vault_close(struct cli *cli);

#endif
