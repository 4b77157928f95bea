/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/office.h"

#include "flow/office/idcard.h"
#include "flow/office/outfile.h"
#include "keys/idfile.h"
#include "session/act.h"
#include "session/upkeep.h"

#include <string.h>

/*
 * One's own planned change of keys: an `enrol` by the member's present key, by which
 * roles and grants stay and the rings held become due (docs/FORMAT.md 10.3).
 *
 * The new identity is on disk beside the old one before the act and takes its place after
 * it.  Whatever interrupts that, the next run finds by the log how far it came.
 */
struct rekey {
	struct session *session;
	struct secret passphrase; /* of the old file, and of the new one */
	struct identity next;
};

static void
rekey_done(struct rekey *rekey)
{
	secret_done(&rekey->passphrase);
	identity_done(&rekey->next);
}

/* ---- the next identity ---- */

/* Opens the one that an interrupted change has left.  1: there is none. */
static int
open_next(struct rekey *rekey, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	const char *path = rekey->session->identity_file;
	int r = idfile_read_next(path, &file, err);

	if (r != 0)
		return r;
	r = identity_open(BYTES_OF(file), &rekey->passphrase, &rekey->next, err);
	if (r > 0)
		return err_reason(
			err, AMANA_REASON_WRONG_PASSPHRASE, AMANA_E_DENIED,
			"the next identity beside '%s' does not open with this passphrase, or "
			"was altered",
			path);
	return r < 0 ? err_wrap(err, "the next identity") : 0;
}

static int
make_next(struct rekey *rekey, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	struct session *session = rekey->session;
	int r = identity_renew(&session->identity, session_now(), &rekey->next, err);

	if (r < 0 ||
	    identity_seal(&rekey->next, &rekey->passphrase, AGE_SCRYPT_LOG_N, &file,
			  err) < 0 ||
	    idfile_write_next(session->identity_file, BYTES_OF(file), err) < 0)
		return -1;
	if (r > 0)
		session_notice(
			session, AMANA_NOTICE_INFO,
			"the oldest of your keys is no longer in your identity file: "
			"what only that one opens needs a new grant, or its paper "
			"backup");
	return 0;
}

/* True if the log has these keys for the member. */
static bool
is_enrolled(const struct state_member *member, const struct identity *identity)
{
	return age_recipient_equal(&member->recipient, &identity->recipient) &&
	       memcmp(member->pub, identity->key.pub, sizeof member->pub) == 0;
}

/* True if `next` was made of this identity. */
static bool
follows(const struct identity *next, const struct identity *identity)
{
	return strcmp(next->code, identity->code) == 0 && next->n_older > 0 &&
	       secret_equal(next->older[0].data, identity->age.data, AGE_KEY_LEN);
}

/* The person as the log has that one now, who may have the next keys there already. */
static int
find_member(struct session *session, const struct state_member **ret_member,
	    struct amana_error *err)
{
	struct amana_error why = AMANA_ERROR_INIT;
	struct member_code code;

	if (session_member(session, ret_member, &why) == 0)
		return 0;
	*err = why;
	if (why.reason != AMANA_REASON_REKEY_BEGUN)
		return -1;
	if (member_code_parse(session->who, strlen(session->who), &code) < 0)
		return err_bug(err, "an identity without a staff code");
	*ret_member = state_member(session_state(session), &code);
	return 0;
}

/* Has the next identity, made now or by a run before.  *ret_is_enrolled: the log has its
 * keys already. */
static int
settle_next(struct rekey *rekey, bool *ret_is_enrolled, struct amana_error *err)
{
	struct session *session = rekey->session;
	const struct state_member *me;
	int r;

	if (find_member(session, &me, err) < 0)
		return -1;
	r = open_next(rekey, err);
	if (r < 0)
		return -1;
	if (r > 0) {
		*ret_is_enrolled = false;
		return make_next(rekey, err);
	}
	*ret_is_enrolled = is_enrolled(me, &rekey->next);
	if (!follows(&rekey->next, &session->identity) ||
	    (!*ret_is_enrolled && !is_enrolled(me, &session->identity)))
		return err_set(
			err, AMANA_E_CONFLICT,
			"'%s' and the next identity beside it ('.NAME.next') do not belong to "
			"the keys that %s has here; nothing was done",
			session->identity_file, session->who);
	return 0;
}

/* ---- the act ---- */

static int
prepare(struct act *act, const struct state *state, void *arg, struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct rekey *rekey = arg;
	const struct state_member *me;
	struct member_code code;
	struct subject subject;

	if (entry == NULL)
		return -1;
	if (member_code_parse(rekey->next.code, strlen(rekey->next.code), &code) < 0)
		return err_bug(err, "an identity without a staff code");
	me = state_member(state, &code);
	if (me == NULL)
		return err_bug(err, "a member who is none any more");
	subject = subject_member(&code);
	entry_init(entry, ACT_ENROL, &subject);
	entry->own.enrol = (struct act_enrol){.recipient = rekey->next.recipient,
					      .key = rekey->next.key,
					      .roles = me->roles};
	return act_add(act, entry, NULL, err);
}

static int
enrol(struct rekey *rekey, struct amana_error *err)
{
	const struct act_spec spec = {
		.event = EVENT_ENROL, .prepare = prepare, .arg = rekey};
	struct act_done done;

	return act_run(rekey->session, &spec, &done, err);
}

/* ---- all of it ---- */

/* The new file takes the old one's place, and this session goes on with its keys. */
static int
take_next(struct rekey *rekey, struct amana_error *err)
{
	struct session *session = rekey->session;

	/* First, so that nobody goes on with the old keys once the new file is there. */
	keyring_forget(session->who, session->identity_file);
	if (idfile_take_next(session->identity_file, err) < 0)
		return err_wrap(err, "the keys are changed, but not the identity file");
	session_ring_forget(session);
	session_change_keys(session, &rekey->next);
	return 0;
}

int
flow_identity_rekey(struct session *session, const char *card_path,
		    struct amana_card_info *ret_card, struct amana_error *err)
{
	CLEANUP(rekey_done) struct rekey rekey = {.session = session};
	struct amana_card_info card;
	bool enrolled = false;

	if ((card_path != NULL && outfile_check(card_path, err) < 0) ||
	    session_prove(session, &rekey.passphrase, err) < 0)
		return -1;
	session_ring_forget(session);
	if (settle_next(&rekey, &enrolled, err) < 0 ||
	    idcard_of(&rekey.next, &card, err) < 0 ||
	    (!enrolled && enrol(&rekey, err) < 0) || take_next(&rekey, err) < 0)
		return -1;
	upkeep_run(session);
	if (card_path != NULL && idcard_write(&session->identity, card_path, err) < 0)
		return err_wrap(
			err,
			"the keys are changed, but there is no card (amana id card -o FILE)");
	*ret_card = card;
	return 0;
}
