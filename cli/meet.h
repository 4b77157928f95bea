/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MEET_H
#define CLI_MEET_H

#include "attributes.h"

#include "amana/vault.h"

/* Comparing the words of a card with the person whose it is, before anything is sealed to
 * its keys. */

struct cli;

/* The callback of amana_config.meet, with the struct cli: compares with cli->fingerprint
 * (or $AMANA_FINGERPRINT), else shows what is known of the keys and has the words typed
 * at the terminal. */
int meet_callback(void *ctx, const struct amana_keys *keys, struct amana_error *err);
/* The callback of amana_config.clock_is_wrong: asks at a terminal, goes on elsewhere. */
bool meet_wrong_clock(void *ctx, const char *text);

/* Has the eight words of `member` typed, up to three times; they are not shown, or they
 * would be copied from the screen.  0: they were typed.  1: others were.  -1: they cannot
 * be asked for; `option` is what would have given them. */
int meet_type_words(struct cli *cli, const char *member, const char *words,
		    const char *fingerprint, const char *option,
		    struct amana_error *err) MUST_CHECK;

#endif
