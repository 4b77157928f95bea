/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "flow/office/idcard.h"
#include "flow/office/infile.h"
#include "flow/office/outfile.h"
#include "keys/backup.h"
#include "keys/idfile.h"
#include "session/data_folder.h"
#include "session/session.h"

#include <stdio.h>
#include <string.h>

/* A person's own keys: making and showing them, the passphrase, the paper backup, unlock
 * and lock.  No vault is needed. */

/* ---- list ---- */

int
flow_identity_list(const struct amana_config *config,
		   int (*row)(void *ctx, const struct amana_identity_info *info),
		   void *ctx, struct amana_error *err)
{
	CLEANUP(idfile_list_done) struct idfile_list list = IDFILE_LIST_INIT;
	char folder[PATH_MAX];
	int r = 0;

	if (data_folder_identities(config, folder, err) < 0 ||
	    idfile_list(folder, &list, err) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < list.n; i++) {
		CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_MAX);
		struct amana_identity_info info = {.unlocked = false};

		r = idfile_find(folder, list.codes[i], &path, err);
		if (r < 0)
			return -1;
		if (r > 0) { /* it was removed meanwhile */
			r = 0;
			continue;
		}
		snprintf(info.member, sizeof info.member, "%s", list.codes[i]);
		snprintf(info.path, sizeof info.path, "%s", buf_text(&path));
		info.unlocked = keyring_has(list.codes[i], buf_text(&path));
		r = row(ctx, &info);
	}
	return r;
}

/* ---- new and restore ---- */

/* Before a passphrase is asked for: the staff code is one, there is no such identity yet,
 * and the card can be written. */
static int
check_new(const char *folder, const char *member, const char *card_path,
	  struct amana_error *err)
{
	CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_MAX);
	int r;

	if (!text_is_member(member, strlen(member)))
		return err_set(
			err, AMANA_E_USAGE,
			"'%s' is no staff code; a code looks like S-014, never a name",
			member);
	r = idfile_find(folder, member, &path, err);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_reason(err, AMANA_REASON_ALREADY, AMANA_E_CONFLICT,
				  "there is an identity %s on this login already",
				  member);
	return card_path != NULL ? outfile_check(card_path, err) : 0;
}

static int
seal_anew(const struct amana_config *config, const struct identity *identity,
	  struct buf *ret_file, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;

	if (session_ask_passphrase(config, AMANA_WHY_NEW, identity->code, &passphrase,
				   err) < 0)
		return -1;
	return identity_seal(identity, &passphrase, AGE_SCRYPT_LOG_N, ret_file, err);
}

/* Makes a file of an identity that is in memory only, and another of its card. */
static int
keep_new(const struct amana_config *config, const char *folder,
	 const struct identity *identity, const char *card_path,
	 struct amana_card_info *ret_card, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct amana_card_info card;

	if (idcard_of(identity, &card, err) < 0 ||
	    seal_anew(config, identity, &file, err) < 0 ||
	    idfile_write_new(folder, identity->code, BYTES_OF(file), err) < 0)
		return -1;
	if (card_path != NULL && idcard_write(identity, card_path, err) < 0)
		return err_wrap(
			err,
			"the identity was made, but not its card (amana id card -o FILE)");
	*ret_card = card;
	return 0;
}

int
flow_identity_new(const struct amana_config *config, const char *member,
		  const char *card_path, struct amana_card_info *ret_card,
		  struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	char folder[PATH_MAX];

	if (data_folder_identities(config, folder, err) < 0 ||
	    check_new(folder, member, card_path, err) < 0 ||
	    identity_new(member, session_now(), &identity, err) < 0)
		return -1;
	return keep_new(config, folder, &identity, card_path, ret_card, err);
}

int
flow_identity_restore(const struct amana_config *config, const char *member,
		      const char *line, const char *card_path,
		      struct amana_card_info *ret_card, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	char folder[PATH_MAX];

	if (strlen(line) > BACKUP_TYPED_MAX)
		return err_set(err, AMANA_E_FORMAT,
			       "that is too long for a paper backup");
	if (data_folder_identities(config, folder, err) < 0 ||
	    check_new(folder, member, card_path, err) < 0 ||
	    backup_parse(BYTES_STR(line), &age, err) < 0 ||
	    identity_restore(member, session_now(), &age, &identity, err) < 0)
		return -1;
	return keep_new(config, folder, &identity, card_path, ret_card, err);
}

/* ---- with an identity that is there ---- */

int
flow_identity_show(const struct amana_config *config, struct amana_card_info *ret_card,
		   struct amana_error *err)
{
	CLEANUP(session_opened_done) struct session_opened own = SESSION_OPENED_INIT;

	if (session_open_identity(config, AMANA_WHY_OPEN, true, &own, err) < 0)
		return -1;
	return idcard_of(&own.identity, ret_card, err);
}

int
flow_identity_card(const struct amana_config *config, const char *card_path,
		   struct amana_card_info *ret_card, struct amana_error *err)
{
	CLEANUP(session_opened_done) struct session_opened own = SESSION_OPENED_INIT;

	if (outfile_check(card_path, err) < 0 ||
	    session_open_identity(config, AMANA_WHY_OPEN, true, &own, err) < 0 ||
	    idcard_write(&own.identity, card_path, err) < 0)
		return -1;
	return idcard_of(&own.identity, ret_card, err);
}

int
flow_identity_passphrase(const struct amana_config *config, struct amana_error *err)
{
	CLEANUP(session_opened_done) struct session_opened own = SESSION_OPENED_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);

	/* The old passphrase is asked for in any case: whoever sits down at an unlocked
	 * machine must not be able to change it. */
	if (session_open_identity(config, AMANA_WHY_AUTHORITY, false, &own, err) < 0)
		return -1;
	/* The next identity has this passphrase too, and would be left with it. */
	if (idfile_has_next(own.file))
		return err_reason(err, AMANA_REASON_REKEY_BEGUN, AMANA_E_CONFLICT,
				  "a change of keys was not finished on this login");
	if (seal_anew(config, &own.identity, &file, err) < 0)
		return -1;
	return idfile_replace(own.file, BYTES_OF(file), err);
}

int
flow_identity_backup(const struct amana_config *config, char *ret_line,
		     struct amana_error *err)
{
	CLEANUP(session_opened_done) struct session_opened own = SESSION_OPENED_INIT;
	CLEANUP(secret_done) struct secret line = SECRET_INIT;

	if (session_open_identity(config, AMANA_WHY_AUTHORITY, false, &own, err) < 0 ||
	    backup_line(&own.identity, &line, err) < 0)
		return -1;
	memcpy(ret_line, line.data, line.len); /* with its NUL */
	return 0;
}

int
flow_card_read(const char *card_path, struct amana_card_info *ret_card,
	       struct amana_error *err)
{
	struct card card;

	if (infile_read_card(card_path, &card, err) < 0)
		return -1;
	idcard_tell(&card, ret_card);
	return 0;
}

/* ---- unlock and lock ---- */

int
flow_unlock(const struct amana_config *config, unsigned int seconds, char *ret_member,
	    struct amana_error *err)
{
	CLEANUP(session_opened_done) struct session_opened own = SESSION_OPENED_INIT;
	struct keyring_state keyring;

	if (seconds < 1 || seconds > KEYRING_TIMEOUT_MAX_S)
		return err_set(err, AMANA_E_USAGE,
			       "an identity stays unlocked for 1s to %dd",
			       KEYRING_TIMEOUT_MAX_S / 86400);
	/* Never from the keyring: nobody may unlock again and again for ever without the
	 * passphrase. */
	if (session_open_identity(config, AMANA_WHY_OPEN, false, &own, err) < 0 ||
	    keyring_put(&own.identity, own.file, seconds, &keyring, err) < 0)
		return -1;
	memcpy(ret_member, own.identity.code, strlen(own.identity.code) + 1);
	return 0;
}

int
flow_lock(const struct amana_config *config, size_t *ret_n, struct amana_error *err)
{
	(void)config;
	return keyring_clear(ret_n, err);
}
