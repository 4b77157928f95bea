/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_IDENTITY_H
#define AMANA_IDENTITY_H

#include "amana/vault.h"

#ifdef __cplusplus
extern "C" {
#endif

/* People's own keys, on their own machine.  Only config->data_dir, identity and the
 * callbacks are used, but where a vault is named. */

/* True if text has the form of a staff code ("S-014"). */
AMANA_API bool amana_is_member(const char *text);
AMANA_API bool amana_is_case(const char *text);
/* Seven generated words, into locked memory of AMANA_PASSPHRASE_MAX bytes. */
AMANA_API int amana_passphrase_words(char *buf, size_t *ret_len, struct amana_error *err);
/* Locked, guarded memory for a passphrase; wiped when freed. */
AMANA_API char *amana_secret_alloc(size_t len, struct amana_error *err);
AMANA_API void amana_secret_free(char *secret);

struct amana_identity_info {
	char member[AMANA_MEMBER_MAX + 1];
	char path[512];
	bool unlocked; /* in the kernel keyring now */
};
/* Calls row for each identity of this login, by code. row returns 0 to go on. */
AMANA_API int amana_identity_list(const struct amana_config *config,
				  int (*row)(void *ctx,
					     const struct amana_identity_info *info),
				  void *ctx, struct amana_error *err);

struct amana_card_info {
	char member[AMANA_MEMBER_MAX + 1];
	char recipient[80];
	char key[160]; /* verifier key */
	char fingerprint[AMANA_HASH_HEX + 1];
	char words[AMANA_WORDS_MAX + 1];
};
/* Makes an identity and its card file (card_path, or NULL for none).  Passphrase by
 * AMANA_WHY_NEW. Never overwrites: AMANA_E_CONFLICT. */
AMANA_API int amana_identity_new(const struct amana_config *config, const char *member,
				 const char *card_path, struct amana_card_info *ret_card,
				 struct amana_error *err);
/* Opens the identity (keyring or passphrase) and tells its public side. */
AMANA_API int amana_identity_show(const struct amana_config *config,
				  struct amana_card_info *ret_card,
				  struct amana_error *err);
/* Writes the card; never overwrites. */
AMANA_API int amana_identity_card(const struct amana_config *config,
				  const char *card_path, struct amana_card_info *ret_card,
				  struct amana_error *err);
/* Reads and checks somebody's card file.  AMANA_E_FORMAT when it is malformed. */
AMANA_API int amana_card_read(const char *card_path, struct amana_card_info *ret_card,
			      struct amana_error *err);
AMANA_API int amana_identity_passphrase(const struct amana_config *config,
					struct amana_error *err);
/* The paper line, into locked memory of 128 bytes. The passphrase is always asked for. */
AMANA_API int amana_identity_backup(const struct amana_config *config, char *ret_line,
				    struct amana_error *err);
/* From a paper line: an identity that reads and cannot sign, until a new card is
 * enrolled: the file gets a NEW signing key, and card_path its card. */
AMANA_API int amana_identity_restore(const struct amana_config *config,
				     const char *member, const char *line,
				     const char *card_path,
				     struct amana_card_info *ret_card,
				     struct amana_error *err);
/* Changes one's own keys in this vault: new ones are made, the old ones sign them in, and
 * the identity file is replaced; roles and grants stay, and epochs that are due for it
 * are made where this person may.  The passphrase is asked for (AMANA_WHY_AUTHORITY) and
 * stays. card_path: a file that does not exist, for the new card; NULL: none is written.
 * Whatever was interrupted is finished by calling it again.  AMANA_E_CONFLICT: an
 * interrupted change belongs to other keys than the member has.  Older keys stay in the
 * file, to read with. */
AMANA_API int amana_identity_rekey(struct amana_vault *vault, const char *card_path,
				   struct amana_card_info *ret_card,
				   struct amana_error *err);
/* Keeps the opened identity in the kernel keyring for so many seconds. ret_member:
 * AMANA_MEMBER_MAX + 1. */
AMANA_API int amana_unlock(const struct amana_config *config, unsigned int seconds,
			   char *ret_member, struct amana_error *err);
/* Forgets every unlocked identity of this login; *ret_n of them. */
AMANA_API int amana_lock(const struct amana_config *config, size_t *ret_n,
			 struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
