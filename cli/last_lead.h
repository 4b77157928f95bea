/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LAST_LEAD_H
#define CLI_LAST_LEAD_H

#include "attributes.h"

#include <stdbool.h>

/* Taking the last lead from a case. */

struct cli;
struct text_list;

/* Says what it means for the case, and has its code typed ("-": not known, then the id).
 * `given` are codes or id:HEX of --last-lead, which answer it.  True: go on. */
bool last_lead_agreed(struct cli *cli, const struct text_list *given,
		      const char *case_code, const char *case_id);

#endif
