/* SPDX-License-Identifier: Apache-2.0 */
#include "session/epoch.h"

#include <string.h>

static int
ring_copy(const struct ring *ring, struct ring **ret_ring, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;

	/* A lead who was appointed to a case without leads got a file without keys; that
	 * one's keys begin with the next epoch. */
	if (ring_serialise(ring, ring->n_epochs > 0 ? RING_WITH_KEYS : RING_WITHOUT_KEYS,
			   &plain, err) < 0)
		return -1;
	return ring_parse((struct bytes){plain.data, plain.len}, ret_ring, err);
}

int
epoch_ring_for_change(struct session *session, const struct custody_id *case_id,
		      struct ring **ret_ring, struct amana_error *err)
{
	const struct hash *fingerprint = log_fingerprint(session->log);
	char hex[CUSTODY_ID_HEX_LEN + 1];
	const struct ring *held;
	int r = session_ring(session, case_id, &held, err);

	if (r < 0)
		return -1;
	if (r == 0)
		return ring_copy(held, ret_ring, err);
	if (case_id == NULL)
		return ring_new_audit(fingerprint, ret_ring, err);
	custody_id_hex(case_id, hex);
	return ring_new_case(fingerprint, hex, "-", NULL, ret_ring, err);
}

int
epoch_put_for_one(struct session *session, const struct ring *ring,
		  enum ring_content content, const struct age_recipient *recipient,
		  struct hash *ret_object, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);

	if (ring_seal(ring, content, recipient, 1, &file, err) < 0)
		return -1;
	return act_put_object(session, BYTES_OF(file), ret_object, err);
}

/* Seals the newest epoch to everybody who holds the ring in `state`, and puts the key
 * file as an object.  Older keys pass by hand: in a grant only (docs/FORMAT.md section
 * 8). */
static int
put_for_holders(struct session *session, const struct state *state,
		const struct custody_id *case_id, const struct ring *ring,
		struct hash *ret_object, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	CLEANUP(mem_freep) const struct state_member **holders = NULL;
	CLEANUP(mem_freep) struct age_recipient *recipients = NULL;
	size_t n;

	holders = mem_array(AGE_RECIPIENTS_MAX, sizeof holders[0], err);
	recipients = mem_array(AGE_RECIPIENTS_MAX, sizeof recipients[0], err);
	if (holders == NULL || recipients == NULL)
		return -1;
	n = state_ring_holders(state, case_id, holders, AGE_RECIPIENTS_MAX);
	if (n > AGE_RECIPIENTS_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "a ring can have at most %d holders, not %zu",
			       AGE_RECIPIENTS_MAX, n);
	if (n == 0)
		return err_set(err, AMANA_E_DENIED, "nobody would hold the new keys");
	for (size_t i = 0; i < n; i++)
		recipients[i] = holders[i]->recipient;
	if (ring_seal(ring, RING_NEWEST, recipients, n, &file, err) < 0)
		return -1;
	return act_put_object(session, BYTES_OF(file), ret_object, err);
}

int
epoch_add_entry(struct act *act, struct session *session, const struct state *state,
		const struct custody_id *case_id, const struct ring *ring,
		struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct subject subject =
		case_id != NULL ? subject_case(case_id) : subject_vault();
	struct hash object;

	if (entry == NULL ||
	    put_for_holders(session, state, case_id, ring, &object, err) < 0)
		return -1;
	entry_init(entry, ACT_EPOCH, &subject);
	entry->own.epoch.epoch = ring->numbers[0];
	entry->own.epoch.recipient = ring->recipients[0];
	if (entry_add_object(entry, &object) < 0)
		return err_bug(err, "an entry without room for its object");
	return act_add(act, entry, NULL, err);
}

struct start {
	struct session *session;
	const struct custody_id *case_id;
	const struct ring *ring;
};

#define SOMEBODY_ELSE_DID 2

static int
prepare_start(struct act *act, const struct state *state, void *arg,
	      struct amana_error *err)
{
	const struct start *start = arg;

	/* Two clients may find the same epoch due: the slower one has nothing left to do.
	 */
	if (state_ring_epoch(state, start->case_id) + 1 != start->ring->numbers[0])
		return SOMEBODY_ELSE_DID;
	return epoch_add_entry(act, start->session, state, start->case_id, start->ring,
			       err);
}

int
epoch_start(struct session *session, const struct custody_id *case_id,
	    uint64_t *ret_epoch, struct amana_error *err)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct start start = {.session = session, .case_id = case_id};
	struct act_spec spec = {.case_id = case_id,
				.event = EVENT_REKEY,
				.prepare = prepare_start,
				.arg = &start};
	struct act_done done;
	int r;

	if (epoch_ring_for_change(session, case_id, &ring, err) < 0 ||
	    ring_add_epoch(ring, state_ring_epoch(session_state(session), case_id) + 1,
			   err) < 0)
		return -1;
	start.ring = ring;
	spec.new_recipient = &ring->recipients[0];
	r = act_run(session, &spec, &done, err);
	if (r < 0)
		return -1;
	*ret_epoch = state_ring_epoch(session_state(session), case_id);
	return 0;
}
