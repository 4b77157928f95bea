/* SPDX-License-Identifier: Apache-2.0 */
#include "person.h"

#include "fail.h"

#include "amana/identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
person_open(struct person *person, const struct speaker *speaker, struct amana_error *err)
{
	*person = (struct person){.fd = CHANNEL_FD, .speaker = speaker};
	person->room = amana_secret_alloc(CHANNEL_CAP, err);
	return person->room != NULL ? 0 : -1;
}

void
person_close(struct person *person)
{
	if (person->fd >= 0)
		close(person->fd);
	person->fd = -1;
	amana_secret_free(person->room);
	person->room = NULL;
}

void
person_tell(struct person *person, const struct channel_message *message)
{
	if (person->fd >= 0 && channel_send(person->fd, message, person->room) < 0 &&
	    errno != EMSGSIZE) {
		close(person->fd);
		person->fd = -1;
	}
}

void
person_tell_failed(struct person *person, const struct amana_error *err,
		   const char *remedy)
{
	struct channel_message message = {.kind = CHANNEL_FAILED};
	char code[16], sys_errno[16], reason[16];

	snprintf(code, sizeof code, "%d", (int)err->code);
	snprintf(sys_errno, sizeof sys_errno, "%d", err->sys_errno);
	snprintf(reason, sizeof reason, "%d", (int)err->reason);
	channel_add(&message, code);
	channel_add(&message, sys_errno);
	channel_add(&message, err->msg);
	channel_add(&message, remedy);
	channel_add(&message, reason);
	person_tell(person, &message);
}

enum person_word
person_listen(struct person *person)
{
	struct channel_message message;
	int r = person->fd < 0 ? 1 : channel_receive(person->fd, &message, person->room);

	if (r == 0 && message.kind != CHANNEL_DETACH)
		return PERSON_NOTHING;
	if (person->fd >= 0 && (r != 0 || message.kind == CHANNEL_DETACH)) {
		close(person->fd);
		person->fd = -1;
	}
	return r == 0 ? PERSON_DETACH : PERSON_GONE;
}

/* Asks and waits for the answer, which stays in the room until the next message. */
static int
ask(struct person *person, const struct channel_message *question,
    struct channel_message *ret, struct amana_error *err)
{
	if (person->fd < 0)
		return fail(err, AMANA_E_LOCKED, "nobody can be asked any more");
	if (channel_send(person->fd, question, person->room) < 0 ||
	    channel_receive(person->fd, ret, person->room) != 0)
		return fail(err, AMANA_E_CANCELLED,
			    "the command that asked for the mount has ended");
	if (ret->kind == CHANNEL_NO_ANSWER) {
		enum amana_code code = (enum amana_code)channel_number(ret, 0);

		fail(err, code > AMANA_OK && code <= AMANA_E_BUG ? code : AMANA_E_BUG,
		     "%s", channel_text(ret, 1));
		err->reason = (enum amana_reason)channel_number(ret, 2);
		return -1;
	}
	if (ret->kind != CHANNEL_ANSWER || ret->n != 1)
		return fail(err, AMANA_E_BUG, "an answer was not understood");
	return 0;
}

static int
passphrase(void *ctx, enum amana_why why, const char *code, char *buf, size_t *ret_len,
	   struct amana_error *err)
{
	struct person *person = ctx;
	struct channel_message question = {.kind = CHANNEL_PASSPHRASE}, answer;
	char number[16];
	int r;

	snprintf(number, sizeof number, "%d", (int)why);
	channel_add(&question, number);
	channel_add(&question, code);
	r = ask(person, &question, &answer, err);
	if (r == 0 && answer.fields[0].len > AMANA_PASSPHRASE_MAX)
		r = fail(err, AMANA_E_LIMIT, "the passphrase is too long");
	if (r == 0) {
		memcpy(buf, answer.fields[0].bytes, answer.fields[0].len);
		*ret_len = answer.fields[0].len;
	}
	explicit_bzero(person->room, CHANNEL_CAP);
	return r;
}

static bool
first_contact(void *ctx, const char *words, const char *fingerprint)
{
	struct channel_message question = {.kind = CHANNEL_FIRST_CONTACT}, answer;
	struct amana_error err = AMANA_ERROR_INIT;

	channel_add(&question, words);
	channel_add(&question, fingerprint);
	return ask(ctx, &question, &answer, &err) == 0 &&
	       strcmp(channel_text(&answer, 0), "yes") == 0;
}

static int
choose_identity(void *ctx, const char *const *codes, size_t n_codes)
{
	struct channel_message question = {.kind = CHANNEL_IDENTITY}, answer;
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t chosen;

	for (size_t i = 0; i < n_codes; i++)
		channel_add(&question, codes[i]);
	if (ask(ctx, &question, &answer, &err) < 0)
		return -1;
	chosen = channel_number(&answer, 0);
	return chosen >= 0 && (uint64_t)chosen < n_codes ? (int)chosen : -1;
}

static void
notice(void *ctx, enum amana_notice kind, const char *text)
{
	struct person *person = ctx;
	struct channel_message message = {.kind = CHANNEL_NOTICE};
	char number[16];

	if (person->fd < 0) {
		/* Only its kind: its text may name a case, and others read the journal.
		 */
		speaker_say(
			person->speaker,
			"amana-mount: the vault has a notice (kind %d); amana verify tells more",
			(int)kind);
		return;
	}
	snprintf(number, sizeof number, "%d", (int)kind);
	channel_add(&message, number);
	channel_add(&message, text);
	person_tell(person, &message);
}

void
person_fill(struct person *person, struct amana_config *config, bool can_ask)
{
	config->ctx = person;
	config->passphrase = passphrase;
	config->first_contact = can_ask ? first_contact : NULL;
	config->choose_identity = choose_identity;
	config->notice = notice;
}
