/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CALLBACKS_H
#define CLI_CALLBACKS_H

/* What the library asks a person and tells a person, put into its configuration. */

struct cli;

/* Fills the callbacks of cli->config, for which cli->no_input and the terminal decide
 * whether a person can be asked. */
void callbacks_set(struct cli *cli);

#endif
