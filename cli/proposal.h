/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_H
#define CLI_PROPOSAL_H

struct cli;

/* How, for nearly every act. */
#define PROPOSAL_SIGN "a second person runs: amana approve sign"

/* Says that the act was proposed and waits for a second person.  `how` says how that one
 * goes on, and ends where the beginning of the id follows.  Returns the exit status. */
int proposal_tell(struct cli *cli, const char *id, const char *how);

#endif
