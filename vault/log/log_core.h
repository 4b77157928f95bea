/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_CORE_H
#define LOG_LOG_CORE_H

#include "log/log.h"
#include "log/log_copy.h"

/* What the files log*.c share; nobody else includes this. */

#define LOG_KEEP_EVERY 1000   /* slots between two pins while many are taken in */
#define LOG_SNAPSHOT_SLOTS 64 /* replaying fewer is cheaper than writing a snapshot */
#define LOG_SNAPSHOT_ENTRIES 5000
#define LOG_LOOK_AHEAD                                                                   \
	3 /* slots probed behind the last one, to tell a gap from the end */

struct log {
	struct store *store;
	char *base_dir; /* NULL: stranger */
	char *place;
	unsigned flags;
	struct secret snapshot_key; /* empty: none */
	void (*event)(void *arg, const struct log_event *event);
	void *event_arg;

	struct genesis genesis;
	struct hash fingerprint;
	int dirfd; /* this vault's folder; -1 until it is pinned */
	struct log_copy copy;
	bool is_pinned;
	struct pin pin; /* as this process last read or wrote it */

	struct state *state; /* NULL: to be loaded */
	struct log_event *voids;
	size_t n_voids, cap_voids;
	uint64_t snapshot_slot, snapshot_size; /* of the last snapshot written or read */

	bool has_expected;
	uint64_t expected_n;
	struct hash expected_head;

	bool is_lost; /* LOG_FOLLOW_LOST: the pin is not in this history; nothing is kept
		       */
	bool is_damaged; /* LOG_STOP_AT_DAMAGE */
	struct log_damage damage;

	uint64_t own_slot;  /* the last slot that this process put durably; 0: none */
	struct buf scratch; /* one slot */
};

/* True if what is taken in is kept and pinned. */
bool log_keeps(const struct log *log);
void log_tell(struct log *log, const struct log_event *event);
/* Notes a void slot in the list; tells it if it is new to this machine. */
int log_note_void(struct log *log, uint64_t n, const struct judge_report *report,
		  struct amana_error *err) MUST_CHECK;
/* Drops state and void slots, so that the next replay begins with the genesis. */
void log_forget(struct log *log);
/* The state after slot 0. */
int log_begin(struct log *log, struct amana_error *err) MUST_CHECK;
/* First 16 digits, for messages: two whole hashes do not fit beside the rest. */
#define LOG_SHORT_LEN 16
struct log_short {
	char text[LOG_SHORT_LEN + 1];
};
struct log_short log_short(const struct hash *hash);

/* log_keep.c: pin and snapshot */
int log_read_pin(struct log *log, struct amana_error *err) MUST_CHECK;
/* Makes the copies durable, then moves the pin forward to the state's slot. */
int log_keep(struct log *log, struct amana_error *err) MUST_CHECK;
/* Moves the pin to where it is told, backwards too: only for `restored` and the first
 * contact. */
int log_set_pin(struct log *log, uint64_t n, const struct hash *head, uint64_t size,
		struct amana_error *err) MUST_CHECK;
/* 1: none that can be used; the state is untouched. */
int log_snapshot_load(struct log *log, struct amana_error *err) MUST_CHECK;
/* If one is due.  A failure is none: it is a cache. */
void log_snapshot_save(struct log *log);

/* log_take.c: taking in slots, wherever they come from */

/* The store's bytes of slot n, in place of what buf has.  1: missing; LOG_UNREADABLE or
 * more: something is there that can be no slot (no plain file; too long). */
#define LOG_UNREADABLE 2
#define LOG_TOO_LONG 3
int log_fetch(struct log *log, uint64_t n, struct buf *buf,
	      struct amana_error *err) MUST_CHECK;
/* What such an outcome above 0 says of a slot that has later ones; static. */
const char *log_not_fetched(int outcome);

/* Judges `slot` as the next one and moves on if it is valid or void.  0: taken in; 1:
 * damaged, nothing changed
 * (*ret_report says why). */
int log_take(struct log *log, struct bytes slot, struct judge_report *ret_report,
	     struct amana_error *err) MUST_CHECK;
/* Brings the state to slot `until` from the copies, or from the store where a copy is
 * missing or bad. 1: neither leads there (to the pinned head, if it is the pinned slot);
 * the state is then anywhere. */
int log_replay(struct log *log, uint64_t until, struct amana_error *err) MUST_CHECK;
/* Takes in what the store has after the state's slot, until there is no more. */
int log_catch_up(struct log *log, struct amana_error *err) MUST_CHECK;

/* log_damage.c */

/* The highest slot in the store; 0 if there is none but the genesis. */
int log_last_stored(struct log *log, uint64_t *ret_last,
		    struct amana_error *err) MUST_CHECK;
/* The next slot is damaged in the store (`slot` empty: missing): the own copy, a skip, or
 * the end. 0: passed; 1: stopped (LOG_STOP_AT_DAMAGE); -1. */
int log_pass_damage(struct log *log, struct bytes slot, const char *reason,
		    struct amana_error *err) MUST_CHECK;
/* A skip of the damaged next slot, looked for forward.  0: found and taken in; 1: there
 * is none.  fill in *ret_damage either way (first, last, head). */
int log_find_skip(struct log *log, struct state *state, struct log_damage *ret_damage,
		  struct judge_report *ret_report, struct amana_error *err) MUST_CHECK;

/* log_repair.c */

/* Puts a good copy of slot n in place of what the store has, unless an admin has passed
 * over it: then -1 with both sides.  `state` is about that of slot n.  0: repaired; 1:
 * the store refused, or LOG_NO_REPAIR; both are told as events. */
int log_repair(struct log *log, const struct state *state, uint64_t n, struct bytes good,
	       struct amana_error *err) MUST_CHECK;
/* Replaces slot n in the store by good bytes, and tells what came of it.  True: done. */
bool log_put_back(struct log *log, uint64_t n, struct bytes good);
/* A void slot n: -1 with both sides if it is an admin's skip of what is damaged in the
 * store and good here. */
int log_check_skip(struct log *log, uint64_t n, struct bytes slot,
		   struct amana_error *err) MUST_CHECK;

/* log_read.c */

/* Decodes and shows each entry of a valid slot; `scratch` is any struct entry. */
int log_visit_entries(const struct log_slot *slot, struct bytes entries,
		      const struct log_visitor *visitor, struct entry *scratch,
		      struct amana_error *err) MUST_CHECK;

/* log_dispute.c */

/* The store has another slot pin.n than the pin says, or none.  0: it was damaged; the
 * state is that of the pin. 1: lost (LOG_FOLLOW_LOST).  LOG_MOVED: the pin follows a
 * `restored`: begin again.  -1 with both sides. */
#define LOG_MOVED 2
int log_dispute(struct log *log, struct amana_error *err) MUST_CHECK;
/* The first slot, up to pin.n, that the store has not as the own copies have it: from the
 * pin backwards. */
int log_first_difference(struct log *log, uint64_t *ret_first,
			 struct amana_error *err) MUST_CHECK;
/* A `restored` in `state`, where this history and the pinned one part or later (slot
 * `first`), names a lost history that the pin was in. */
bool log_restored_covers(const struct state *state, const struct pin *pin,
			 uint64_t first);

#endif
