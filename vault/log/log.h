/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "state/judge.h"
#include "log/pin.h"
#include "store/store.h"

/*
 * The log's client: opens a vault's log, compares it with what this machine has pinned,
 * replays what is new, keeps a copy of all that it has verified, and appends acts.
 * DESIGN.md section 4.
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
	/* Nothing is read from or written to base_dir: a stranger, or a check that must
	   not pin. */
	LOG_STRANGER = 1,
	/* A pin that the store contradicts does not fail log_sync (log_lost tells): for
	 * `log restored`, which must be written on the history that the store has.
	 * Nothing is pinned until the history has a valid `restored` that covers the pin.
	 */
	LOG_FOLLOW_LOST = 2,
	/* A damaged slot without a good copy does not fail log_sync (log_damage tells):
	   for `log skip`. */
	LOG_STOP_AT_DAMAGE = 4,
	/* Damage is not put right in the store, even where the own copy is good. */
	LOG_NO_REPAIR = 8,
};

enum log_event_kind {
	/* slot, signer, reason: an act that counts for nothing */
	LOG_EVENT_VOID,
	/* slot: was damaged or missing in the store; the own copy was put back */
	LOG_EVENT_REPAIRED,
	/* slot, reason: the same, but the store refused; the log goes on from the own
	   copy */
	LOG_EVENT_NOT_REPAIRED,
	/* slot..last, signer: passed over by a `skip` */
	LOG_EVENT_SKIPPED,
	/* slot, head: this machine's pin lay in a history that was lost; it follows the
	   restored one */
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
	const char *base_dir; /* see pin.h; NULL only with LOG_STRANGER */
	/* The vault's place as it is pinned: absolute path or URL; NULL: store_place().
	 */
	const char *place;
	unsigned flags;
	/* 32 bytes, copied; NULL: each run replays the whole own copy. */
	const struct secret *snapshot_key;
	/* Told from log_open on, in the caller's thread; NULL: to nobody. */
	void (*event)(void *arg, const struct log_event *event);
	void *arg;
};

/*
 * Opens the log of the vault in `store` (borrowed: it outlives the log).  Only the
 * genesis is read.
 *
 * 0: this vault is pinned here.
 * LOG_FIRST_CONTACT: it is not (or LOG_STRANGER): the caller compares log_fingerprint
 * with something from elsewhere and then calls log_accept; until then log_sync keeps
 * nothing. AMANA_E_MISSING: there is no vault.  AMANA_E_TAMPERED: no genesis, or this
 * place is pinned to another vault: both fingerprints are in the message.
 */
#define LOG_FIRST_CONTACT 1
int log_open(struct store *store, const struct log_options *options, struct log **ret_log,
	     struct amana_error *err) MUST_CHECK;
void log_free(struct log *log);
DEFINE_FREEP(struct log, log_free);

/* After first contact: pins the vault, replays it all and keeps the copies (log_sync).
 * AMANA_E_BUG with LOG_STRANGER. */
int log_accept(struct log *log, struct amana_error *err) MUST_CHECK;
/* From a welcome or a receipt: slot n must have this head.  Checked at once if the log is
 * synced that far, else by the next log_sync; AMANA_E_TAMPERED with both sides if it has
 * another or is shorter. */
int log_expect(struct log *log, uint64_t n, const struct hash *head,
	       struct amana_error *err) MUST_CHECK;

/*
 * Takes in what is new.  AMANA_E_TAMPERED: the store contradicts the pin, or slot N is
 * damaged and there is neither a good copy nor a `skip`; the message gives both sides.
 * AMANA_E_FORMAT: the vault's format is newer than this program.
 */
int log_sync(struct log *log, struct amana_error *err) MUST_CHECK;

/* ---- what is known after log_sync ---- */

/* Changes only inside log_sync, log_append and log_accept. */
const struct state *log_state(const struct log *log);
const struct genesis *log_genesis(const struct log *log);
const struct hash *log_fingerprint(const struct log *log);
struct store *log_store(const struct log *log);
bool log_is_pinned(const struct log *log);
/* The void slots, oldest first; also those that earlier runs met. */
size_t log_n_voids(const struct log *log);
const struct log_event *log_void_at(const struct log *log, size_t i);

/* With LOG_FOLLOW_LOST: what the pin says that the store does not.  False: nothing is
 * lost. */
bool log_lost(const struct log *log, uint64_t *ret_n, struct hash *ret_head);
/* With LOG_STOP_AT_DAMAGE: slot first is damaged, slot last is the last one there; its
 * SHA-256.  These are the three values of a `skip`. */
struct log_damage {
	uint64_t first, last;
	struct hash head;
	char reason[JUDGE_REASON_MAX];
};
bool log_damage(const struct log *log, struct log_damage *ret_damage);

/* ---- reading back ---- */

/* The bytes of slot n <= state_slot, appended to buf (BUF_INIT(BATCH_BYTES_MAX)), from
 * the own copy or the store, whichever the next slot's hash vouches for. */
int log_load_slot(struct log *log, uint64_t n, struct buf *buf,
		  struct amana_error *err) MUST_CHECK;
/* SHA-256 of slot n <= state_slot. */
int log_head_at(struct log *log, uint64_t n, struct hash *ret_head,
		struct amana_error *err) MUST_CHECK;

struct log_slot {
	uint64_t n;
	enum verdict verdict;
	bool passed_over; /* by a skip; then the verdict was damaged or was never formed
			   */
	bool own_copy; /* damaged in the store: judged by this machine's good copy instead
			*/
	struct hash head;
	struct member_code signer;     /* "" if damaged */
	const char *reason;	       /* "" if valid */
	const struct batch_note *note; /* NULL: none could be read */
	struct bytes bytes;	       /* empty if the slot is missing */
};
struct log_seen_entry {
	const struct log_slot *slot;
	uint32_t index; /* within its batch, from 0 */
	struct bytes raw;
	const struct entry *entry;
	struct hash leaf;
};
/* Everything is borrowed for the call.  Anything but 0 ends the walk with that value; -1
 * needs err. Either may be NULL. */
struct log_visitor {
	int (*slot)(void *arg, const struct log_slot *slot, struct amana_error *err);
	int (*entry)(void *arg, const struct log_seen_entry *seen,
		     struct amana_error *err);
	void *arg;
};
/* The valid slots from..state_slot in order, each slot before its entries, without
 * judging again: for a catalogue.  The hash chain is checked on the way. */
int log_each(struct log *log, uint64_t from, const struct log_visitor *visitor,
	     struct amana_error *err) MUST_CHECK;

/* ---- writing ---- */

struct attempt;
struct log_draft {
	const struct state *state; /* as it stands, with what was drafted so far */
	uint64_t n;		   /* the slot that this will be */
	struct custody_id
		nonce; /* the act's id, for `act` of lines; the same in every attempt */
	unsigned attempt; /* from 0 */
	/* For the builder to fill in: the act's bundle, or nothing.  It must stay until
	 * log_append returns. Objects that the entries name are the builder's to put (not
	 * durably). */
	struct bytes bundle;

	struct attempt *attempt_;
};
/* Adds an entry: the caller has filled in action, subject, at, own lines, objects, lines
 * and sheets (entry_init and so on); prev, actor, event and before are filled in here.
 * AMANA_E_DENIED with the reason if the state does not allow it. */
int log_draft_add(struct log_draft *draft, struct entry *entry,
		  struct amana_error *err) MUST_CHECK;

/* 0: drafted.  > 0: there is nothing left to do (another did it): log_append returns that
 * value. */
typedef int log_build_fn(void *arg, struct log_draft *draft, struct amana_error *err);

struct log_act {
	struct member_code actor;
	const struct secret *seed; /* the actor's signing key */
	struct custody_id nonce;   /* custody_id_random, once for each act */
	log_build_fn *build;
	void *arg;
};
struct log_receipt {
	uint64_t n;
	struct hash head;
	uint64_t before, after; /* tree sizes */
};
/*
 * Carries out one act: syncs, has it built, makes objects and bundle durable, puts the
 * batch, pins it.  When another writer took the slot it syncs and builds again: the
 * builder must not keep anything of an attempt but what it can use again.
 *
 * 0: in the store, durably; *ret_receipt.  > 0: what build returned; nothing was written.
 * AMANA_E_DENIED: not allowed (nothing was written).  AMANA_E_REMOTE: "outcome unknown":
 * it may or may not have been stored; log_sync and look for the nonce.  AMANA_E_CONFLICT:
 * LOG_TRIES writers were faster. AMANA_E_IO after the batch was put (own copy or pin
 * could not be written): *ret_receipt is filled and ret_receipt->n is not 0; otherwise it
 * is 0 on failure.
 */
#define LOG_TRIES 100
int log_append(struct log *log, const struct log_act *act,
	       struct log_receipt *ret_receipt, struct amana_error *err) MUST_CHECK;

/* ---- the whole check ---- */

struct log_verified {
	uint64_t n_slots; /* without the genesis */
	uint64_t n_valid, n_void, n_damaged, n_passed, n_entries;
	bool last_is_bad;      /* the last slot is void or damaged */
	bool complete;	       /* false: stopped at damage */
	bool was_pinned;       /* there is a pin to compare with */
	bool pin_agrees;       /* ... and the store holds it, or a `restored` covers it */
	struct pin pin;	       /* if was_pinned */
	struct hash pin_found; /* head of slot pin.n in the store, if !pin_agrees and it
				  is there */
	bool pin_slot_missing;
	uint64_t n_repaired;
	struct state *state; /* at the end; the caller frees it */
};
/*
 * Replays the store's log from the genesis on, independently of own copies, snapshot and
 * state of `log`, and calls the visitor for every slot, bad ones too, and for every entry
 * of the valid ones.  A damaged slot is read from the own copy if that is good (and put
 * right in the store unless LOG_NO_REPAIR); without a copy or a skip the replay ends
 * there.  Needs no log_sync before; pins nothing. 0: done, whatever was found.  > 0: what
 * the visitor returned.  -1: it could not be carried out.
 */
int log_verify(struct log *log, const struct log_visitor *visitor,
	       struct log_verified *ret_verified, struct amana_error *err) MUST_CHECK;
void log_verified_done(struct log_verified *verified);

#endif
