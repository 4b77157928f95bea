/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "base/text.h"
#include "crypto/words.h"
#include "flow/office/office.h"

#include <string.h>

bool
amana_is_member(const char *text)
{
	return text != NULL && text_is_member(text, strlen(text));
}

bool
amana_is_case(const char *text)
{
	return text != NULL && text_is_case(text, strlen(text));
}

int
amana_passphrase_words(char *buf, size_t *ret_len, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret words = SECRET_INIT;

	if (ARGS_GIVEN(err, buf, ret_len) < 0 || words_passphrase(&words, err) < 0)
		return -1;
	if (words.len > AMANA_PASSPHRASE_MAX)
		return err_bug(err, "seven words are too long");
	memcpy(buf, words.data, words.len);
	*ret_len = words.len;
	return 0;
}

/* The whole length stands in front of what the caller gets, so that amana_secret_free
 * knows it. */
#define SECRET_HEAD sizeof(size_t)

char *
amana_secret_alloc(size_t len, struct amana_error *err)
{
	struct secret secret = SECRET_INIT;
	size_t whole = len + SECRET_HEAD;

	if (len > SECRET_MAX - SECRET_HEAD) {
		err_set(err, AMANA_E_LIMIT, "a secret has at most %zu bytes",
			SECRET_MAX - SECRET_HEAD);
		return NULL;
	}
	if (secret_new(whole, &secret, err) < 0)
		return NULL;
	memcpy(secret.data, &whole, sizeof whole);
	return (char *)secret.data + SECRET_HEAD;
}

void
amana_secret_free(char *text)
{
	struct secret secret;

	if (text == NULL)
		return;
	secret.data = (uint8_t *)text - SECRET_HEAD;
	memcpy(&secret.len, secret.data, sizeof secret.len);
	secret_done(&secret);
}

int
amana_identity_list(const struct amana_config *config,
		    int (*row)(void *ctx, const struct amana_identity_info *info),
		    void *ctx, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the identities");
	return flow_identity_list(config, row, ctx, err);
}

int
amana_identity_new(const struct amana_config *config, const char *member,
		   const char *card_path, struct amana_card_info *ret_card,
		   struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, member, ret_card) < 0)
		return -1;
	return flow_identity_new(config, member, card_path, ret_card, err);
}

int
amana_identity_show(const struct amana_config *config, struct amana_card_info *ret_card,
		    struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_card) < 0)
		return -1;
	return flow_identity_show(config, ret_card, err);
}

int
amana_identity_card(const struct amana_config *config, const char *card_path,
		    struct amana_card_info *ret_card, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, card_path, ret_card) < 0)
		return -1;
	return flow_identity_card(config, card_path, ret_card, err);
}

int
amana_card_read(const char *card_path, struct amana_card_info *ret_card,
		struct amana_error *err)
{
	if (ARGS_GIVEN(err, card_path, ret_card) < 0)
		return -1;
	return flow_card_read(card_path, ret_card, err);
}

int
amana_identity_passphrase(const struct amana_config *config, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config) < 0)
		return -1;
	return flow_identity_passphrase(config, err);
}

int
amana_identity_backup(const struct amana_config *config, char *ret_line,
		      struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_line) < 0)
		return -1;
	return flow_identity_backup(config, ret_line, err);
}

int
amana_identity_restore(const struct amana_config *config, const char *member,
		       const char *line, const char *card_path,
		       struct amana_card_info *ret_card, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, member, line, ret_card) < 0)
		return -1;
	return flow_identity_restore(config, member, line, card_path, ret_card, err);
}

int
amana_identity_rekey(struct amana_vault *vault, const char *card_path,
		     struct amana_card_info *ret_card, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, ret_card) < 0)
		return -1;
	return flow_identity_rekey(vault->session, card_path, ret_card, err);
}

int
amana_unlock(const struct amana_config *config, unsigned int seconds, char *ret_member,
	     struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_member) < 0)
		return -1;
	return flow_unlock(config, seconds, ret_member, err);
}

int
amana_lock(const struct amana_config *config, size_t *ret_n, struct amana_error *err)
{
	if (ARGS_GIVEN(err, config, ret_n) < 0)
		return -1;
	return flow_lock(config, ret_n, err);
}
