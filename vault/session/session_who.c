/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session_who.h"

#include "base/text.h"
#include "keys/idfile.h"
#include "session/data_folder.h"

#include <stdio.h>
#include <string.h>

/* Who the person is, and opening the identity: keyring first, then the passphrase. */

int
session_ask_passphrase(const struct amana_config *config, enum amana_why why,
		       const char *code, struct secret *ret_passphrase,
		       struct amana_error *err)
{
	CLEANUP(secret_done) struct secret typed = SECRET_INIT;
	size_t len = 0;

	if (config->passphrase == NULL)
		return err_set(
			err, AMANA_E_LOCKED,
			"the identity is locked and there is no way to ask for its passphrase");
	if (secret_new(AMANA_PASSPHRASE_MAX, &typed, err) < 0 ||
	    config->passphrase(config->ctx, why, code, (char *)typed.data, &len, err) < 0)
		return -1;
	if (len > AMANA_PASSPHRASE_MAX || memchr(typed.data, 0, len) != NULL)
		return err_set(err, AMANA_E_USAGE,
			       "a passphrase has at most %d bytes and no NUL",
			       AMANA_PASSPHRASE_MAX);
	if (len == 0)
		return err_set(err, AMANA_E_USAGE, "an empty passphrase was given");
	return secret_from(typed.data, len, ret_passphrase, err);
}

/* Fills `who` with the code of the only identity, or of the one that a person chose.
 * 1: there is none at all. */
static int
choose(const struct amana_config *config, const char *folder,
       char who[TEXT_MEMBER_MAX + 1], struct amana_error *err)
{
	CLEANUP(idfile_list_done) struct idfile_list list = IDFILE_LIST_INIT;
	CLEANUP(mem_freep) const char **codes = NULL;
	int chosen = 0;

	if (idfile_list(folder, &list, err) < 0)
		return -1;
	if (list.n == 0)
		return 1;
	if (list.n > 1) {
		codes = mem_array(list.n, sizeof codes[0], err);
		if (codes == NULL)
			return -1;
		for (size_t i = 0; i < list.n; i++)
			codes[i] = list.codes[i];
		chosen = config->choose_identity != NULL
				 ? config->choose_identity(config->ctx, codes, list.n)
				 : -1;
		if (chosen < 0 || (size_t)chosen >= list.n)
			return err_reason(
				err, AMANA_REASON_SEVERAL_IDENTITIES, AMANA_E_USAGE,
				"%s identities on this login; say which with --identity",
				text_count(list.n, "person has", "people have").text);
	}
	snprintf(who, TEXT_MEMBER_MAX + 1, "%s", list.codes[chosen]);
	return 0;
}

/* The path of the identity file that config means.  1: there is none, and none was named.
 */
static int
find_identity(const struct amana_config *config, struct buf *ret_path,
	      struct amana_error *err)
{
	char folder[PATH_MAX], who[TEXT_MEMBER_MAX + 1];
	const char *named = config->identity;
	int r;

	if (data_folder_identities(config, folder, err) < 0)
		return -1;
	if (named == NULL || named[0] == 0) {
		r = choose(config, folder, who, err);
		if (r != 0)
			return r;
		named = who;
	}
	r = idfile_find(folder, named, ret_path, err);
	if (r > 0)
		return err_reason(err, AMANA_REASON_NO_IDENTITY, AMANA_E_MISSING,
				  "there is no identity '%s' on this login", named);
	return r;
}

/* The staff code that a path MEMBER.age stands for, "" if its name is another. */
static void
code_of_path(const char *path, char who[TEXT_MEMBER_MAX + 1])
{
	const char *base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	size_t len = strlen(base);

	who[0] = 0;
	if (len > strlen(IDFILE_SUFFIX))
		len -= strlen(IDFILE_SUFFIX);
	if (text_is_member(base, len))
		snprintf(who, TEXT_MEMBER_MAX + 1, "%.*s", (int)len, base);
}

static int
no_identity(struct amana_error *err)
{
	return err_reason(
		err, AMANA_REASON_NO_IDENTITY, AMANA_E_MISSING,
		"there is no identity on this login; make one with: amana id new");
}

/* ret_passphrase: where it is kept, or NULL. */
static int
open_by_passphrase(const struct amana_config *config, enum amana_why why,
		   const char *path, const char *code, struct identity *ret_identity,
		   struct secret *ret_passphrase, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	bool exposed = false;
	int r = idfile_read(path, &file, &exposed, err);

	if (r > 0)
		return err_reason(err, AMANA_REASON_NO_IDENTITY, AMANA_E_MISSING,
				  "the identity file '%s' is gone", path);
	if (r < 0)
		return -1;
	if (exposed && config->notice != NULL)
		config->notice(
			config->ctx, AMANA_NOTICE_INFO,
			"others on this machine can read your identity file; only its "
			"passphrase protects it");
	if (session_ask_passphrase(config, why, code, &passphrase, err) < 0)
		return -1;
	r = identity_open(BYTES_OF(file), &passphrase, ret_identity, err);
	if (r > 0)
		return err_reason(
			err, AMANA_REASON_WRONG_PASSPHRASE, AMANA_E_DENIED,
			"wrong passphrase for %s, or the identity file was altered",
			code[0] != 0 ? code : path);
	if (r == 0 && ret_passphrase != NULL) {
		*ret_passphrase = passphrase;
		passphrase = (struct secret)SECRET_INIT;
	}
	return r;
}

void
session_opened_done(struct session_opened *opened)
{
	identity_done(&opened->identity);
	mem_free(opened->file);
	*opened = (struct session_opened)SESSION_OPENED_INIT;
}

int
session_open_identity(const struct amana_config *config, enum amana_why why,
		      bool use_keyring, struct session_opened *ret_opened,
		      struct amana_error *err)
{
	CLEANUP(session_opened_done) struct session_opened opened = SESSION_OPENED_INIT;
	CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_MAX);
	struct keyring_state ignored;
	char code[TEXT_MEMBER_MAX + 1];
	int r = find_identity(config, &path, err);

	if (r > 0)
		return no_identity(err);
	if (r < 0)
		return -1;
	opened.file = mem_dup(buf_text(&path), err);
	if (opened.file == NULL)
		return -1;
	code_of_path(opened.file, code);
	r = 1;
	if (use_keyring)
		r = keyring_get(code, opened.file, &opened.identity, &ignored, err);
	if (r > 0)
		r = open_by_passphrase(config, why, opened.file, code, &opened.identity,
				       NULL, err);
	if (r < 0)
		return -1;
	*ret_opened = opened;
	opened = (struct session_opened)SESSION_OPENED_INIT;
	return 0;
}

static int
take_who(struct session *session, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_MAX);
	int r = find_identity(&session->config, &path, err);

	if (r != 0)
		return r;
	session->identity_file = mem_dup(buf_text(&path), err);
	if (session->identity_file == NULL)
		return -1;
	code_of_path(session->identity_file, session->who);
	return 0;
}

/* 1: there is no identity at all, and none was named. */
static int
who_if_any(struct session *session, struct amana_error *err)
{
	return session->identity_file != NULL ? 0 : take_who(session, err);
}

int
session_who(struct session *session, struct amana_error *err)
{
	int r = who_if_any(session, err);

	return r > 0 ? no_identity(err) : r;
}

static void
adopt(struct session *session, struct identity *identity,
      const struct keyring_state *keyring, bool from_keyring)
{
	identity_done(&session->identity);
	session->identity = *identity;
	*identity = (struct identity)IDENTITY_INIT;
	session->has_identity = true;
	session->from_keyring = from_keyring;
	if (from_keyring)
		memcpy(session->sitting, keyring->sitting, sizeof session->sitting);
	snprintf(session->who, sizeof session->who, "%s", session->identity.code);
}

int
session_identity_quietly(struct session *session, struct amana_error *err)
{
	struct identity identity = IDENTITY_INIT;
	struct keyring_state keyring;
	int r;

	if (session->has_identity)
		return 0;
	r = who_if_any(session, err);
	if (r != 0)
		return r;
	r = keyring_get(session->who, session->identity_file, &identity, &keyring, err);
	if (r == 0)
		adopt(session, &identity, &keyring, true);
	return r;
}

static int
identity_by_passphrase(struct session *session, enum amana_why why,
		       struct amana_error *err)
{
	struct identity identity = IDENTITY_INIT;
	struct keyring_state none = {.until = 0};

	if (open_by_passphrase(&session->config, why, session->identity_file,
			       session->who, &identity, NULL, err) < 0)
		return -1;
	/* Asked again, it is only proof that the person is here. */
	if (session->has_identity) {
		identity_done(&identity);
		session->authority = true;
		return 0;
	}
	adopt(session, &identity, &none, false);
	session->authority = true; /* the passphrase has just been typed */
	return 0;
}

int
session_identity(struct session *session, struct amana_error *err)
{
	int r;

	if (session_who(session, err) < 0)
		return -1;
	r = session_identity_quietly(session, err);
	return r > 0 ? identity_by_passphrase(session, AMANA_WHY_OPEN, err) : r;
}

int
session_authority(struct session *session, struct amana_error *err)
{
	if (session_who(session, err) < 0)
		return -1;
	if (session->authority)
		return 0;
	if (!session->has_identity && session_identity_quietly(session, err) < 0)
		return -1;
	return identity_by_passphrase(session, AMANA_WHY_AUTHORITY, err);
}

void
session_change_keys(struct session *session, struct identity *identity)
{
	struct keyring_state none = {.until = 0};

	catalog_free(session->catalog);
	session->catalog = NULL;
	adopt(session, identity, &none, false);
}

int
session_prove(struct session *session, struct secret *ret_passphrase,
	      struct amana_error *err)
{
	struct identity identity = IDENTITY_INIT;

	if (session_who(session, err) < 0 ||
	    open_by_passphrase(&session->config, AMANA_WHY_AUTHORITY,
			       session->identity_file, session->who, &identity,
			       ret_passphrase, err) < 0)
		return -1;
	session_change_keys(session, &identity);
	session->authority = true;
	return 0;
}

static int
other_keys(const struct session *session, struct amana_error *err)
{
	if (idfile_has_next(session->identity_file))
		return err_reason(
			err, AMANA_REASON_REKEY_BEGUN, AMANA_E_DENIED,
			"%s has other keys here since a change of keys that was not finished "
			"on this login",
			session->who);
	return err_reason(
		err, AMANA_REASON_OTHER_KEYS, AMANA_E_DENIED,
		"%s is enrolled here with other keys than this identity's; give an admin your "
		"present card",
		session->who);
}

int
session_member(struct session *session, const struct state_member **ret_member,
	       struct amana_error *err)
{
	const struct state_member *member;
	struct member_code code;

	if (session_identity(session, err) < 0)
		return -1;
	if (member_code_parse(session->who, strlen(session->who), &code) < 0)
		return err_bug(err, "an identity without a staff code");
	member = state_member(session_state(session), &code);
	if (member == NULL || !member->enrolled)
		return err_reason(
			err, AMANA_REASON_NOT_ENROLLED, AMANA_E_DENIED,
			"%s is not a member of this vault; an admin adds you with your card",
			session->who);
	if (member->revoked)
		return err_reason(err, AMANA_REASON_REVOKED, AMANA_E_DENIED,
				  "%s was revoked in this vault", session->who);
	if (!age_recipient_equal(&member->recipient, &session->identity.recipient) ||
	    memcmp(member->pub, session->identity.key.pub, sizeof member->pub) != 0)
		return other_keys(session, err);
	*ret_member = member;
	return 0;
}
