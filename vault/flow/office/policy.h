/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OFFICE_POLICY_H
#define FLOW_OFFICE_POLICY_H

#include "state/state.h"

/* How many days a grant lasts of which nobody says it: the vault's setting, or 90. */
uint32_t policy_grant_days(const struct state *state);

#endif
