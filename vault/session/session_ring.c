/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session_ring.h"

#include "session/session_who.h"

#include <string.h>

/* Rings: opening the key files that were sealed to this person, the newest first, and
 * checking them against the log. */

void
session_ring_forget(struct session *session)
{
	for (size_t i = 0; i < session->n_rings; i++)
		ring_free(session->rings[i].ring);
	mem_free(session->rings);
	session->rings = NULL;
	session->n_rings = 0;
}

static struct session_ring *
find(struct session *session, const struct custody_id *case_id)
{
	for (size_t i = 0; i < session->n_rings; i++) {
		struct session_ring *at = &session->rings[i];

		if (at->audit == (case_id == NULL) &&
		    (case_id == NULL || custody_id_equal(&at->case_id, case_id)))
			return at;
	}
	return NULL;
}

/* What the log says of a ring: its epochs so far, with their recipients. */
struct known {
	const struct custody_id *case_id;
	struct ring_epoch *epochs; /* 1 to n, in order */
	uint64_t n;
};

static int
known_load(struct session *session, const struct custody_id *case_id,
	   struct known *ret_known, struct amana_error *err)
{
	CLEANUP(mem_freep) struct ring_epoch *epochs = NULL;
	const struct state *state = session_state(session);
	uint64_t n = state_ring_epoch(state, case_id);

	epochs = mem_array(n, sizeof epochs[0], err);
	if (epochs == NULL)
		return -1;
	for (uint64_t i = 0; i < n; i++) {
		const struct age_recipient *recipient =
			state_ring_recipient(state, case_id, i + 1);

		if (recipient == NULL)
			return err_bug(err, "an epoch without a recipient");
		epochs[i] = (struct ring_epoch){.number = i + 1, .recipient = *recipient};
	}
	*ret_known = (struct known){.case_id = case_id, .epochs = TAKE(epochs), .n = n};
	return 0;
}

/* The ring is of this vault and case, and every identity in it derives the recipient that
 * the log has for its epoch. */
static int
check(struct session *session, const struct known *known, const struct ring *ring,
      struct amana_error *err)
{
	char hex[CUSTODY_ID_HEX_LEN + 1];

	if (known->case_id != NULL)
		custody_id_hex(known->case_id, hex);
	return ring_check(ring, log_fingerprint(session->log),
			  known->case_id != NULL ? hex : NULL, known->epochs, known->n,
			  err);
}

static bool
is_genesis_file(struct session *session, const struct hash *file)
{
	return hash_equal(&log_genesis(session->log)->audit_file, file);
}

/* The first key file of the audit ring.  The genesis names it by its hash, so that it
 * cannot name the vault, whose fingerprint is the genesis's hash: it has zeros there
 * (FORMAT.md section 8), which become the vault's. */
static int
adopt_first(struct session *session, struct ring *ring, struct amana_error *err)
{
	const struct hash none = {{0}};

	if (!hash_equal(&ring->fingerprint, &none))
		return err_set(err, AMANA_E_TAMPERED,
			       "the first key file names another vault");
	ring->fingerprint = *log_fingerprint(session->log);
	return 0;
}

static int
open_file(struct session *session, const struct known *known, const struct hash *file,
	  struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(RING_FILE_MAX);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct secret ages[IDENTITY_AGES_MAX]; /* borrowed */
	int r;

	if (session_object(session, file, &bytes, err) < 0)
		return err_wrap(err, "key file");
	r = ring_open(ages, identity_ages(&session->identity, ages), BYTES_OF(bytes),
		      &ring, err);
	if (r > 0)
		return 1; /* it is sealed to a key that this person has no more */
	/* No program writes a key file like that. */
	if (r < 0 && (err->code == AMANA_E_FORMAT || err->code == AMANA_E_LIMIT))
		err_recode(err, AMANA_E_TAMPERED);
	if (r == 0 && known->case_id == NULL && is_genesis_file(session, file))
		r = adopt_first(session, ring, err);
	if (r < 0 || check(session, known, ring, err) < 0)
		return err_wrap(err, "key file");
	*ret_ring = TAKE(ring);
	return 0;
}

/* ---- older key files ---- */

/*
 * A ring holds what its maker had.  A lead who was appointed to a case without leads has
 * no older epochs to hand on, and whoever held the case before would lose them with the
 * first file of the new lead's: so what the newest file lacks is taken out of the older
 * ones that were sealed to this person.
 */
struct completing {
	struct session *session;
	const struct known *known;
	/* False for a depositor, whose ring has no keys and gets none by what was held
	 * before. */
	bool reads;
	struct ring *ring;	/* owned; NULL: no file has opened yet */
	unsigned int n_in_vain; /* files in a row that brought nothing */
};

/* Somebody who never had the older epochs has as many files without them as there were
 * epochs since, and would read all of them with every command. */
#define IN_VAIN_MAX 64

static bool
is_complete(const struct completing *c)
{
	if (c->ring == NULL)
		return false;
	return c->reads ? c->ring->n_epochs == c->known->n
			: strcmp(c->ring->case_code, "-") != 0;
}

static int
try_older(struct completing *c, const struct hash *file, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *older = NULL;
	struct amana_error bad = AMANA_ERROR_INIT;
	size_t n_new = 0;
	int r = open_file(c->session, c->known, file, &older, &bad);

	if (r < 0 && bad.code != AMANA_E_TAMPERED) {
		*err = bad;
		return -1;
	}
	/* The newer files are good all the same. */
	if (r < 0)
		session_notice(c->session, AMANA_NOTICE_TAMPERED, "an older %s", bad.msg);
	if (r == 0 && c->ring == NULL) {
		n_new = older->n_epochs;
		c->ring = TAKE(older);
	} else if (r == 0 && ring_complete(c->ring, older, c->reads, &n_new, err) < 0) {
		return -1;
	}
	c->n_in_vain = n_new > 0 ? 0 : c->n_in_vain + 1;
	return 0;
}

/* Takes the keys that the ring lacks out of older files, the newest epoch's first.  Only
 * files of an epoch or later can hold its key, and the first of these most likely do. */
static int
complete(struct completing *c, const struct member_code *me, struct amana_error *err)
{
	CLEANUP(mem_freep) struct state_key_file *files = NULL;
	size_t n = 0;

	if (is_complete(c))
		return 0;
	if (state_ring_older_files(session_state(c->session), c->known->case_id, me,
				   &files, &n, err) < 0)
		return -1;
	for (uint64_t epoch = c->known->n; epoch > 0; epoch--) {
		for (size_t i = 0; i < n; i++) {
			if (is_complete(c) || c->n_in_vain == IN_VAIN_MAX)
				return 0;
			if (c->reads && c->ring != NULL && ring_find(c->ring, epoch) >= 0)
				break;
			if (files[i].epoch < epoch) /* 0: it has been tried */
				continue;
			files[i].epoch = 0;
			if (try_older(c, &files[i].object, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int
open_whole(struct session *session, const struct custody_id *case_id,
	   const struct hash *newest, struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(mem_freep) struct ring_epoch *epochs = NULL;
	const struct state_member *me;
	const struct state_grant *grant;
	struct known known = {.n = 0};
	struct completing c = {.session = session, .known = &known};
	struct amana_error bad = AMANA_ERROR_INIT;
	int r;

	if (session_member(session, &me, err) < 0 ||
	    known_load(session, case_id, &known, err) < 0)
		return -1;
	epochs = known.epochs;
	r = open_file(session, &known, newest, &ring, &bad);
	grant = state_grant(session_state(session), case_id, &me->code);
	c.reads = grant == NULL || grant->kind != GRANT_DEPOSITOR;
	if (r > 0 && !c.reads)
		return 1; /* a depositor, whom no older file is to give keys */
	if (r < 0 && (bad.code != AMANA_E_TAMPERED || !c.reads)) {
		*err = bad;
		return -1;
	}
	c.ring = TAKE(ring);
	if (complete(&c, &me->code, err) < 0) {
		ring = c.ring;
		return -1;
	}
	ring = c.ring;
	if (ring == NULL && r < 0)
		*err = bad;
	if (ring == NULL)
		return r;
	/* Whoever made it takes nothing away by that: it is as if it had been sealed past
	 * this person. */
	if (r < 0)
		session_notice(session, AMANA_NOTICE_TAMPERED,
			       "the newest %s; the older ones are used, and custody says "
			       "who signed it",
			       bad.msg);
	*ret_ring = TAKE(ring);
	return 0;
}

int
session_ring(struct session *session, const struct custody_id *case_id,
	     const struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	const struct state_member *me;
	struct session_ring *at, *grown;
	struct hash file;
	int r;

	if (session_member(session, &me, err) < 0)
		return -1;
	if (state_ring_file(session_state(session), case_id, &me->code, &file) != 0)
		return 1;
	at = find(session, case_id);
	if (at != NULL && hash_equal(&at->file, &file)) {
		if (at->ring == NULL)
			return 1;
		*ret_ring = at->ring;
		return 0;
	}
	r = open_whole(session, case_id, &file, &ring, err);
	if (r < 0)
		return -1;
	if (at == NULL) {
		grown = mem_grow(session->rings, session->n_rings, session->n_rings + 1,
				 sizeof *grown, err);
		if (grown == NULL)
			return -1;
		session->rings = grown;
		at = &grown[session->n_rings++];
		at->audit = case_id == NULL;
		if (case_id != NULL)
			at->case_id = *case_id;
	}
	ring_free(at->ring);
	at->file = file;
	at->ring = TAKE(ring);
	if (r == 0)
		*ret_ring = at->ring;
	return r;
}
