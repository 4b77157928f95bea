/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_RESTORE_NAMES_H
#define STATE_STATE_RESTORE_NAMES_H

#include "state/state_in.h"

/* Private to vault/state: what a snapshot has of objects, bundles and sheets, in this
 * order, after the exhibits. */
void state_restore_objects(struct state_in *in);
void state_restore_bundles(struct state_in *in);
void state_restore_sheets(struct state_in *in);

#endif
