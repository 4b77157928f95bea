/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSION_EPOCH_H
#define SESSION_EPOCH_H

#include "session/act.h"

/*
 * New epochs of a ring, and the key files that hand its keys out.  case_id NULL is the
 * audit ring throughout.
 */

/*
 * This person's ring as a copy that may be added to; free it with ring_free.  Who holds
 * none (an admin at work on a case without leads, or on an audit ring without auditors)
 * gets one without epochs and without the case's code.
 */
int epoch_ring_for_change(struct session *session, const struct custody_id *case_id,
			  struct ring **ret_ring, struct amana_error *err) MUST_CHECK;
/* Seals the ring, with its keys or without, to one member and puts the key file as an
 * object. */
int epoch_put_for_one(struct session *session, const struct ring *ring,
		      enum ring_content content, const struct age_recipient *recipient,
		      struct hash *ret_object, struct amana_error *err) MUST_CHECK;
/* For a `prepare`: puts the key file for all who hold the ring in `state`, and adds the
 * `epoch` entry for the ring's newest epoch. */
int epoch_add_entry(struct act *act, struct session *session, const struct state *state,
		    const struct custody_id *case_id, const struct ring *ring,
		    struct amana_error *err) MUST_CHECK;
/* One act that starts the next epoch.  *ret_epoch is the number of the newest one then,
 * which somebody else may have started first. */
int epoch_start(struct session *session, const struct custody_id *case_id,
		uint64_t *ret_epoch, struct amana_error *err) MUST_CHECK;

#endif
