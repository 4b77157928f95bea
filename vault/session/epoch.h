/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_EPOCH_H
#define SESSION_EPOCH_H

#include "session/act.h"

/*
 * Making rings and their key files.  case_id NULL is the audit ring throughout.
 */

/* A ring of this session, copied so that it may be added to. */
int epoch_ring_copy(const struct ring *ring, struct ring **ret_ring,
		    struct amana_error *err) MUST_CHECK;
/* This person's ring, copied; or, if this person holds none (an admin at work on a
 * leaderless case, or on an audit ring without auditors), one without epochs and with an
 * unknown code. */
int epoch_ring_for_change(struct session *session, const struct custody_id *case_id,
			  struct ring **ret_ring, struct amana_error *err) MUST_CHECK;
/* The key file with its newest epoch, sealed to all holders in `state`, put as an object.
 */
int epoch_put_for_holders(struct session *session, const struct state *state,
			  const struct custody_id *case_id, const struct ring *ring,
			  struct hash *ret_object, struct amana_error *err) MUST_CHECK;
/* The key file for one member, with keys or without, put as an object. */
int epoch_put_for_one(struct session *session, const struct ring *ring,
		      enum ring_content content, const struct age_recipient *recipient,
		      struct hash *ret_object, struct amana_error *err) MUST_CHECK;
/* Adds the `epoch` entry for ring->numbers[0] to an act. */
int epoch_add_entry(struct act *act, struct session *session, const struct state *state,
		    const struct custody_id *case_id, const struct ring *ring,
		    struct amana_error *err) MUST_CHECK;
/* One act that starts the next epoch. */
int epoch_start(struct session *session, const struct custody_id *case_id,
		uint64_t *ret_epoch, struct amana_error *err) MUST_CHECK;

#endif
