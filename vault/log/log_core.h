/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_CORE_H
#define LOG_LOG_CORE_H

#include "log/log.h"
#include "log/log_copy.h"

/*
 * Private to vault/log: what a struct log holds, and the few things that every file of
 * this folder does with it.  Whoever holds a struct log has it for himself: one thread at
 * a time.
 *
 * The files stand in this order, and none calls one that comes after it:
 *
 *	log_core	the struct itself
 *	log_slot	reading slots from the store
 *	log_repair	putting a good copy back into the store
 *	log_take	judging one slot and moving the state on
 *	log_keep	the pin
 *	log_heads	the head of each slot, as replay had it
 *	log_known	what this login was shown and has accepted
 *	log_snapshot	the replayed state on disk
 *	log_damage	the ways past a damaged slot
 *	log_replay	replaying what is pinned, then what is new
 *	log_dispute	a store that contradicts the pin
 *	log_visit	showing entries to a visitor
 *	log_read	reading back
 *	log		opening and syncing
 *	log_append	writing
 *	log_verify	the whole check
 */
struct log {
	struct store *store;	    /* borrowed */
	char *base_dir;		    /* NULL with LOG_STRANGER */
	unsigned flags;		    /* LOG_* */
	struct secret snapshot_key; /* empty: there are no snapshots */
	void (*event)(void *arg, const struct log_event *event);
	void *event_arg;

	struct genesis genesis;
	struct hash fingerprint;
	int dirfd; /* this vault's folder below base_dir; -1 until it is pinned */
	struct log_copy copy;
	bool is_pinned;
	struct pin pin; /* as this process last read or wrote it */

	struct state *state; /* NULL: it has to be loaded or replayed */
	struct buf heads;    /* log_heads.h: of the slots that this process took in */
	uint64_t *voids;     /* the void slots, ascending */
	size_t n_voids, cap_voids;
	/* Slot and tree size of the last snapshot that was written or read. */
	uint64_t snapshot_slot, snapshot_size;

	/* What log_expect was told and has not been compared yet. */
	bool has_expected;
	uint64_t expected_n;
	struct hash expected_head;

	/* With LOG_FOLLOW_LOST: the pin is not in this history, so nothing is kept. */
	bool is_lost;
	/* With LOG_STOP_AT_DAMAGE: the state stands before the damage. */
	bool is_damaged;
	struct log_damage damage;

	/* Who were admins, by which keys, at the end of the history that was verified
	 * last; owned. */
	struct log_admin {
		struct member_code code;
		uint8_t pub[SIGN_PUB_LEN];
	} * admins;
	size_t n_admins;
	/* The person has accepted a skip over this slot, of which good bytes are here:
	 * the sync sets the pin back and follows it.  0: none. */
	uint64_t accepted_over;

	uint64_t own_slot;  /* the last slot that this process put durably; 0: none */
	struct buf scratch; /* one slot; whoever calls another function here loses it */
};

/* True if what is taken in is copied to disk and pinned: the vault is pinned here, and
 * its history is the pinned one. */
bool log_core_keeps(const struct log *log);
/* Tells the event to whoever log_options named. */
void log_core_tell(struct log *log, const struct log_event *event);
/* Notes who the admins are in the state as it is. */
int log_core_note_admins(struct log *log, struct amana_error *err) MUST_CHECK;
/* Adds slot n to the list of void slots.  -1: no memory. */
int log_core_add_void(struct log *log, uint64_t n, struct amana_error *err) MUST_CHECK;
/* The same for a slot that was just judged, and tells it unless this machine has pinned
 * it already. */
int log_core_note_void(struct log *log, uint64_t n, const struct judge_report *report,
		       struct amana_error *err) MUST_CHECK;
/* Drops the state and the list of void slots, so that the next replay begins with a
 * snapshot or with the genesis. */
void log_core_forget(struct log *log);
/* The same, and then the state is the one after slot 0.  -1: no memory. */
int log_core_begin(struct log *log, struct amana_error *err) MUST_CHECK;

/* The first 16 hex digits of a hash, for messages: two whole ones do not fit into an
 * error beside the rest. */
#define LOG_SHORT_LEN 16
struct log_short {
	char text[LOG_SHORT_LEN + 1];
};
struct log_short log_short(const struct hash *hash);

#endif
