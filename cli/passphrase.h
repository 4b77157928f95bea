/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include "amana/vault.h"

/* Where passphrases come from: --passphrase and --new-passphrase say it, or a person is
 * asked.  They are kept in locked memory to the end of the run, since one command may
 * need the same one twice. */

struct cli;

/* One that was had in this run. */
struct passphrase {
	char *bytes; /* AMANA_PASSPHRASE_MAX of locked memory; NULL: not had yet */
	size_t len;
};

/* The library's callback: `ctx` is the struct cli, `buf` has AMANA_PASSPHRASE_MAX bytes
 * of locked memory. */
int passphrase_callback(void *ctx, enum amana_why why, const char *code, char *buf,
			size_t *ret_len, struct amana_error *err);
/* From now on the new passphrase is the passphrase: it was set, and need not be asked
 * for. */
void passphrase_use_new(struct cli *cli);
/* Forgets them. */
void passphrase_wipe(struct cli *cli);

#endif
