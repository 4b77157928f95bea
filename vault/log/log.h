/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "log/pin.h"
#include "state/judge.h"
#include "store/store.h"

/*
 * The log's client: opens a vault's log, compares it with what this machine has pinned,
 * replays what is new, and keeps a copy of all that it has verified (docs/DESIGN.md
 * "The custody log").  log_read.h reads back, log_append.h writes, log_verify.h checks
 * everything anew.
 *
 * A struct log belongs to one thread at a time.  Any number of processes may use one
 * vault and one base_dir at once.
 *
 * Whatever goes wrong half-way leaves a base_dir that the next run understands: copies
 * are on disk before the pin that vouches for them, and a copy is believed only where the
 * hash chain agrees.
 */
struct log;

enum log_flag {
	/* Nothing is read from or written to base_dir: for a stranger, or for a check
	 * that must not pin. */
	LOG_STRANGER = 1,
	/* A pin that the store contradicts does not fail log_sync (log_lost tells): for
	 * `log restored`, which must be written on the history that the store has.
	 * Nothing is pinned until that history has a valid `restored` that covers the
	 * pin. */
	LOG_FOLLOW_LOST = 2,
	/* A damaged slot without a good copy does not fail log_sync (log_damage tells):
	 * for `log skip`. */
	LOG_STOP_AT_DAMAGE = 4,
	/* Damage is not put right in the store, even where the own copy is good. */
	LOG_NO_REPAIR = 8,
};

/* What a log_event tells, and which of its fields are filled. */
enum log_event_kind {
	/* slot, signer, reason: an act that counts for nothing. */
	LOG_EVENT_VOID,
	/* slot: it was damaged or missing in the store; the own copy was put back. */
	LOG_EVENT_REPAIRED,
	/* slot, reason: the same, but the store refused; the log goes on from the own
	   copy. */
	LOG_EVENT_NOT_REPAIRED,
	/* slot to last, signer: passed over by that admin's `skip`. */
	LOG_EVENT_SKIPPED,
	/* slot to last, signer, head: a `skip` in slot last + 1 that is not followed,
	 * over slots of which this machine holds good bytes: its signer was no admin. */
	LOG_EVENT_SKIP_REFUSED,
	/* slot, head: this machine's pin lay in a history that was lost; it follows the
	 * restored one. */
	LOG_EVENT_RESTORED,
};

struct log_event {
	enum log_event_kind kind;
	uint64_t slot, last;
	struct hash head;
	struct member_code signer;
	char reason[JUDGE_REASON_MAX];
};

struct log_options {
	const char
		*base_dir; /* the folder of pins (pin.h); NULL only with LOG_STRANGER */
	unsigned flags;	   /* enum log_flag */
	/* 32 bytes, copied, for the MAC of the replayed state on disk.  NULL: each run
	 * replays the whole own copy. */
	const struct secret *snapshot_key;
	/* Told from log_open on, in the caller's thread; NULL: to nobody. */
	void (*event)(void *arg, const struct log_event *event);
	void *arg;
};

/*
 * Opens the log of the vault in `store` (borrowed: it outlives the log).  Only the
 * genesis is read.
 *
 * 0: this vault is pinned here.  LOG_FIRST_CONTACT: it is not (or LOG_STRANGER was
 * given): the caller compares log_fingerprint with something from elsewhere and then
 * calls log_accept; until then log_sync keeps nothing.  AMANA_E_MISSING: there is no
 * vault.  AMANA_E_TAMPERED: its first file is no genesis, or this location is pinned to
 * another vault: both fingerprints are in the message.  What is pinned is the store's
 * location.
 */
#define LOG_FIRST_CONTACT 1
int log_open(struct store *store, const struct log_options *options, struct log **ret_log,
	     struct amana_error *err) MUST_CHECK;
void log_free(struct log *log);
DEFINE_FREEP(struct log, log_free);

/* After first contact: pins the vault, replays it all and keeps the copies (log_sync).
 * AMANA_E_BUG with LOG_STRANGER. */
int log_accept(struct log *log, struct amana_error *err) MUST_CHECK;
/* From a welcome or a receipt: slot n must have this head.  Compared at once if the log
 * is synced that far, else by the next log_sync.  AMANA_E_TAMPERED with both sides if the
 * slot has another head or the log is shorter. */
int log_expect(struct log *log, uint64_t n, const struct hash *head,
	       struct amana_error *err) MUST_CHECK;

/*
 * Takes in what is new.  AMANA_E_TAMPERED: the store contradicts the pin, or a slot is
 * damaged and there is neither a good copy nor a `skip`; the message gives both sides.
 * AMANA_E_FORMAT: the vault's format is newer than this program.
 */
int log_sync(struct log *log, struct amana_error *err) MUST_CHECK;

/*
 * What is known after log_sync.  What these return is borrowed from the log; it changes
 * only inside log_sync, log_append and log_accept.
 */
const struct state *log_state(const struct log *log);
const struct genesis *log_genesis(const struct log *log);
const struct hash *log_fingerprint(const struct log *log);
bool log_is_pinned(const struct log *log);
/* How many slots are void, those that earlier runs met counted. */
size_t log_n_voids(const struct log *log);

/* With LOG_FOLLOW_LOST: the slot and head that the pin has and the store has not.  False:
 * nothing is lost. */
bool log_lost(const struct log *log, uint64_t *ret_n, struct hash *ret_head);
/* With LOG_STOP_AT_DAMAGE: slot `first` is damaged, slot `last` is the last one there,
 * and `head` is its SHA-256: the three values of a `skip`.  False: nothing is damaged. */
struct log_damage {
	uint64_t first, last;
	struct hash head;
	char reason[JUDGE_REASON_MAX];
};
bool log_damage(const struct log *log, struct log_damage *ret_damage);

/* This login accepts the skip in slot n: the next log_sync sets aside the good bytes that
 * it holds of what the skip passes over, and follows.  The signer, and the slots passed
 * over, are told.  AMANA_E_MISSING: no skip stands there. */
struct log_skip_accepted {
	uint64_t first, last;
	struct member_code signer;
};
int log_accept_skip(struct log *log, uint64_t n, struct log_skip_accepted *ret_accepted,
		    struct amana_error *err) MUST_CHECK;

#endif
