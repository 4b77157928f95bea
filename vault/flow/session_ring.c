/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/session.h"

#include <string.h>

/* Rings: opening the newest key file that was sealed to this person, and checking it against the log. */

void
session_forget_rings(struct amana_vault *vault)
{
	for (size_t i = 0; i < vault->n_rings; i++)
		ring_free(vault->rings[i].ring);
	mem_free(vault->rings);
	vault->rings = NULL;
	vault->n_rings = 0;
}

static struct session_ring *
find(struct amana_vault *vault, const struct custody_id *case_id)
{
	for (size_t i = 0; i < vault->n_rings; i++) {
		struct session_ring *at = &vault->rings[i];

		if (at->audit == (case_id == NULL) &&
		    (case_id == NULL || custody_id_equal(&at->case_id, case_id)))
			return at;
	}
	return NULL;
}

/* Every identity in the ring derives what the log has for its epoch, and the ring is of this case. */
static int
check(struct amana_vault *vault, const struct custody_id *case_id, const struct ring *ring,
      struct amana_error *err)
{
	CLEANUP(mem_freep) struct ring_epoch *epochs = NULL;
	const struct state *state = session_state(vault);
	char hex[CUSTODY_ID_HEX_LEN + 1];
	uint64_t n = state_ring_epoch(state, case_id);

	epochs = mem_array(n, sizeof epochs[0], err);
	if (epochs == NULL)
		return -1;
	for (uint64_t i = 0; i < n; i++) {
		const struct age_recipient *known = state_ring_recipient(state, case_id, i + 1);

		if (known == NULL)
			return err_bug(err, "an epoch without a recipient");
		epochs[i] = (struct ring_epoch){.number = i + 1, .recipient = *known};
	}
	if (case_id != NULL)
		custody_id_hex(case_id, hex);
	return ring_check(ring, log_fingerprint(vault->log), case_id != NULL ? hex : NULL, epochs, n,
			  err);
}

static bool
is_genesis_file(struct amana_vault *vault, const struct hash *file)
{
	return hash_equal(&log_genesis(vault->log)->audit_file, file);
}

/* The genesis names this file, so the file cannot name the vault: it has zeros there (FORMAT.md section 8). */
static int
adopt_first(struct amana_vault *vault, struct ring *ring, struct amana_error *err)
{
	const struct hash none = {{0}};

	if (!hash_equal(&ring->fingerprint, &none))
		return err_set(err, AMANA_E_TAMPERED, "the first key file names another vault");
	ring->fingerprint = *log_fingerprint(vault->log);
	return 0;
}

static int
open_file(struct amana_vault *vault, const struct custody_id *case_id, const struct hash *file,
	  struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(RING_FILE_MAX);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	int r;

	if (session_object(vault, file, &bytes, err) < 0)
		return err_wrap(err, "key file");
	r = ring_open(&vault->identity.age, 1, BYTES_OF(bytes), &ring, err);
	if (r > 0)
		return 1; /* sealed to an older key of this person */
	if (r < 0 && (err->code == AMANA_E_FORMAT || err->code == AMANA_E_LIMIT))
		err->code = AMANA_E_TAMPERED; /* no key file is written like that */
	if (r == 0 && case_id == NULL && is_genesis_file(vault, file))
		r = adopt_first(vault, ring, err);
	if (r < 0 || check(vault, case_id, ring, err) < 0)
		return err_wrap(err, "key file");
	*ret_ring = TAKE(ring);
	return 0;
}

int
session_ring(struct amana_vault *vault, const struct custody_id *case_id,
	     const struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	const struct state_member *me;
	struct session_ring *at, *grown;
	struct hash file;
	int r;

	if (session_member(vault, &me, err) < 0)
		return -1;
	if (state_ring_file(session_state(vault), case_id, &me->code, &file) != 0)
		return 1;
	at = find(vault, case_id);
	if (at != NULL && hash_equal(&at->file, &file)) {
		*ret_ring = at->ring;
		return 0;
	}
	r = open_file(vault, case_id, &file, &ring, err);
	if (r != 0)
		return r;
	if (at == NULL) {
		grown = mem_grow(vault->rings, vault->n_rings, vault->n_rings + 1, sizeof *grown, err);
		if (grown == NULL)
			return -1;
		vault->rings = grown;
		at = &grown[vault->n_rings++];
		at->audit = case_id == NULL;
		if (case_id != NULL)
			at->case_id = *case_id;
	}
	ring_free(at->ring);
	at->file = file;
	at->ring = TAKE(ring);
	*ret_ring = at->ring;
	return 0;
}
