/* SPDX-License-Identifier: Apache-2.0 */
#include "proposal.h"

#include "cli.h"
#include "json.h"
#include "tell.h"

#define PROPOSED 9
#define SHOWN 16 /* digits of an id, far more than tell one from another */

int
proposal_tell(struct cli *cli, const char *id, const char *how)
{
	json_put(cli->doc, "proposal", json_text(id));
	tell(cli, "Proposed, not done yet: %.*s", SHOWN, id);
	tell_next(cli, "%s %.*s", how, SHOWN, id);
	return PROPOSED;
}
