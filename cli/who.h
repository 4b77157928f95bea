/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_WHO_H
#define CLI_WHO_H

#include "attributes.h"

#include "amana/vault.h"

struct cli;

/* Whose identity is meant, without opening it: what --identity or $AMANA_IDENTITY says,
 * the only one on this login, or the person's choice.  After vault_prepare(). */
int who_member(struct cli *cli, char ret_member[AMANA_MEMBER_MAX + 1],
	       struct amana_error *err) MUST_CHECK;

#endif
