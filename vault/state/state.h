/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "custody/entry.h"
#include "custody/genesis.h"
#include "custody/merkle.h"

/*
 * The replayed state: all that the slots so far add up to, and who may do what now
 * (docs/FORMAT.md section 10). It depends on bytes alone: no clock is read here and
 * nothing is opened.
 *
 * Structs that queries return are read-only and borrowed: valid until the next call that
 * takes a non-const state.  Queries may run in several threads as long as nobody changes
 * the state. About 150 bytes an exhibit.
 */
struct state;

/* The state after slot 0. */
int state_new(const struct genesis *genesis, const struct hash *fingerprint,
	      struct state **ret_state, struct amana_error *err) MUST_CHECK;
void state_free(struct state *state);
DEFINE_FREEP(struct state, state_free);

/* ---- what it holds ---- */

struct state_chain {
	uint64_t event;	  /* of the subject's last event; 0: none yet */
	struct hash leaf; /* its leaf hash */
};

struct state_member {
	struct member_code code;
	bool enrolled; /* false: only proposals about this code so far; not a member */
	bool revoked;
	uint8_t roles; /* ROLE_ bits; 0 once revoked */
	struct age_recipient recipient;
	uint8_t pub[SIGN_PUB_LEN]; /* current signing key */
	struct state_chain chain;
	uint32_t keys_, grants_; /* list heads: newest key, newest grant */
	uint64_t reads_since_;	 /* number of the entry that made an auditor or a recovery
				    card of them */
	uint32_t past_;		 /* list head: newest of what they held before */
};

struct state_case {
	struct custody_id id;
	uint64_t epoch;
	struct age_recipient recipient; /* of the current epoch */
	bool held;
	bool due;	     /* a new epoch is due, for whatever reason */
	bool opener_due;     /* it is due since the opener, no lead, made epoch 1 */
	uint32_t n_exhibits; /* numbers run from 1 to this */
	uint64_t opened_in;  /* slot */
	struct state_chain chain;
	uint32_t ring_, grants_;
	bool must_; /* an epoch has to follow in this batch */
};

struct state_grant {
	enum grant_kind kind; /* GRANT_NONE: ended, only its chain goes on */
	bool broken;	      /* standby after break-glass: counts as reader */
	bool has_until;
	int64_t until_at;
	uint64_t epoch;	       /* current when it was given */
	uint64_t given_in;     /* slot */
	struct hash file;      /* key file that came with it, under objects/ */
	uint64_t given_entry_; /* number of the entry that gave it */
	struct state_chain chain;
	uint32_t case_, member_; /* see state_grant_case, state_grant_member */
	uint32_t next_of_case_, next_of_member_;
};

struct state_exhibit {
	struct custody_id id;
	struct hash object; /* zero if !has_object */
	struct state_chain chain;
	uint64_t deposited_in; /* slot */
	uint32_t case_;	       /* see state_exhibit_case */
	uint32_t number;       /* within the case, from 1 */
	uint32_t depositor_;   /* see state_exhibit_depositor */
	bool has_object, held, disposed;
};

enum proposal_status {
	PROPOSAL_CLOSED, /* refused, or carried out */
	PROPOSAL_OPEN,
	PROPOSAL_APPROVED, /* dispose and erase: permitted once */
};
struct state_proposal {
	struct hash leaf; /* its name */
	enum proposal_status status;
	enum action action; /* of the proposed act */
	struct subject subject;
	uint64_t proposed_in; /* slot */
	uint32_t proposer_;   /* see state_proposal_by */
	uint32_t approver_;
	uint8_t *entry; /* the proposing entry's bytes, for entry_decode; owned by the
			   state */
	size_t entry_len;
};

struct state_restored {
	uint64_t from; /* slot of the act, or of its proposal */
	uint64_t slot; /* the lost history's last */
	struct hash head;
};

struct state_skip {
	uint64_t first, last; /* slots passed over */
	uint64_t in;	      /* slot of the skip: last + 1 */
	struct hash head;     /* of slot `last` */
	struct member_code by;
};

/* ---- the vault ---- */

const char *state_origin(const struct state *state);
/* Last slot judged (void ones count) and SHA-256 of its bytes. */
uint64_t state_slot(const struct state *state);
const struct hash *state_head(const struct state *state);
uint64_t state_size(const struct state *state); /* leaves */
/* When the newest valid act, the newest anchor, was made, by its actor's clock; 0: there
 * is none. */
int64_t state_last_act_at(const struct state *state);
int64_t state_last_anchor_at(const struct state *state);
const struct merkle_frontier *state_frontier(const struct state *state);
bool state_two_person(const struct state *state);
bool state_break_glass(const struct state *state);
uint64_t state_grant_days(const struct state *state); /* 0: no policy set */
uint32_t state_auditors(const struct state *state);   /* not revoked */
/* Newest log key; NULL: none yet.  Older ones have a higher `age`. */
const struct note_key *state_log_key(const struct state *state, uint32_t age);
uint32_t state_n_restored(const struct state *state);
const struct state_restored *state_restored_at(const struct state *state, uint32_t i);
uint32_t state_n_skips(const struct state *state);
const struct state_skip *state_skip_at(const struct state *state, uint32_t i);

/* ---- members ---- */

/* NULL: never enrolled. */
const struct state_member *state_member(const struct state *state,
					const struct member_code *code);
/* In order of first mention; includes those with !enrolled. */
uint32_t state_n_members(const struct state *state);
const struct state_member *state_member_at(const struct state *state, uint32_t i);
/* Enrolled, not revoked and with one of these ROLE_ bits. */
bool state_has_role(const struct state *state, const struct member_code *code,
		    uint8_t roles);

/* ---- rings, cases, grants ---- */

/* Rings are named by their case's id; NULL is the audit ring. */
uint64_t state_ring_epoch(const struct state *state,
			  const struct custody_id *case_id); /* 0: no such case */
bool state_ring_due(const struct state *state, const struct custody_id *case_id);
/* The recipient of any epoch so far; NULL: there is none. */
const struct age_recipient *state_ring_recipient(const struct state *state,
						 const struct custody_id *case_id,
						 uint64_t epoch);
/* The newest key file sealed to this holder: the object of the current epoch (of `case`,
 * `epoch` or the genesis) if the member was a holder when it was made and has had no
 * newer grant since, else the object of the member's grant (a depositor's too).  1: there
 * is none. */
int state_ring_file(const struct state *state, const struct custody_id *case_id,
		    const struct member_code *member, struct hash *ret_object);
struct state_key_file {
	struct hash object;
	uint64_t epoch; /* the newest that it can hold: current when it was sealed */
	uint64_t sealed_entry; /* number of the entry that named it, in log order */
};
/* The key files of a ring that were sealed to this member before the one of
 * state_ring_file (which is left out): of epochs that were made while the member held the
 * ring and of grants, also of grants and times as auditor that are over.  By epoch, of
 * one epoch the newest first.  None for whoever has no file now: what was held before
 * counts only together with a present right.  Which keys they are sealed to is not known
 * here: a member who was enrolled again had others.  *ret_files is the caller's
 * (mem_free), NULL if there are none. */
int state_ring_older_files(const struct state *state, const struct custody_id *case_id,
			   const struct member_code *member,
			   struct state_key_file **ret_files, size_t *ret_n,
			   struct amana_error *err) MUST_CHECK;
/* Those to whom a key file of the current epoch is sealed: for a case its leads, readers
 * and standby members, and every recovery card; for the audit ring every auditor.  Fills
 * at most `cap` and returns how many there are: more than cap means too many for one file
 * (AGE_RECIPIENTS_MAX). */
size_t state_ring_holders(const struct state *state, const struct custody_id *case_id,
			  const struct state_member **out, size_t cap);

const struct state_case *state_case(const struct state *state,
				    const struct custody_id *id);
uint32_t state_n_cases(const struct state *state);
const struct state_case *state_case_at(const struct state *state, uint32_t i);
uint32_t state_case_leads(const struct state *state, const struct state_case *a_case);

/* NULL if there was none ever; kind may be GRANT_NONE.  case_id NULL: the audit ring. */
const struct state_grant *state_grant(const struct state *state,
				      const struct custody_id *case_id,
				      const struct member_code *member);
/* What the grant lets its holder do now: an activated standby is a reader, none is
 * GRANT_NONE. */
enum grant_kind state_grant_means(const struct state_grant *grant);
/* A case's grants, or a member's: start with NULL, end at NULL.  case_id NULL: the audit
 * ring. */
const struct state_grant *state_grant_next_of_case(const struct state *state,
						   const struct custody_id *case_id,
						   const struct state_grant *grant);
const struct state_grant *state_grant_next_of_member(const struct state *state,
						     const struct member_code *member,
						     const struct state_grant *grant);
const struct state_case *
state_grant_case(const struct state *state,
		 const struct state_grant *grant); /* NULL: the audit ring */
const struct state_member *state_grant_member(const struct state *state,
					      const struct state_grant *grant);

/* ---- exhibits, bundles, proposals ---- */

const struct state_exhibit *state_exhibit(const struct state *state,
					  const struct custody_id *id);
const struct state_exhibit *state_exhibit_numbered(const struct state *state,
						   const struct custody_id *case_id,
						   uint32_t number);
/* The exhibit that this object was deposited for. */
const struct state_exhibit *state_exhibit_of_object(const struct state *state,
						    const struct hash *object);
uint32_t state_n_exhibits(const struct state *state); /* in order of deposit */
const struct state_exhibit *state_exhibit_at(const struct state *state, uint32_t i);
const struct state_case *state_exhibit_case(const struct state *state,
					    const struct state_exhibit *exhibit);
const struct state_member *state_exhibit_depositor(const struct state *state,
						   const struct state_exhibit *exhibit);
/* The exhibit or its case is on hold. */
bool state_exhibit_held(const struct state *state, const struct state_exhibit *exhibit);

/* The name under lines/ that now stands for the bundle that a note named: itself unless a
 * dispose or erase rewrote it. 1: rewritten; 0: as it was; -1: no valid note named it. */
int state_bundle_now(const struct state *state, const struct hash *named,
		     struct hash *ret_now);
/* The names that a dispose or erase replaced, whose bytes are to be removed wherever they
 * are: i from 0 below state_n_bundles, NULL for a name that is not gone. */
uint32_t state_n_bundles(const struct state *state);
const struct hash *state_bundle_gone_at(const struct state *state, uint32_t i);

uint32_t state_n_proposals(const struct state *state);
const struct state_proposal *state_proposal_at(const struct state *state, uint32_t i);
const struct state_member *state_proposal_by(const struct state *state,
					     const struct state_proposal *proposal);

/* The subject's next event number and its last leaf (zero for event 1).  False: the
 * subject does not exist (and could not begin with this event number; case, exhibit and
 * member begin with 1). */
bool state_next_event(const struct state *state, const struct subject *subject,
		      uint64_t *ret_event, struct hash *ret_before);

/* ---- may it? ---- */

/* Why something is not allowed: one clause for a person, without "refused:". */
#define STATE_WHY_MAX 160
struct state_why {
	char text[STATE_WHY_MAX];
};

/*
 * Would this entry be allowed now?  Looks at actor, action, proposed, subject, at, own
 * and objects, not at prev, event and before; the actor's current key is assumed.  The
 * same code judges slots.  Changes nothing. (An obligation that the rest of the batch has
 * to fulfil, an epoch after ungrant, does not count here.)
 */
bool state_may(const struct state *state, const struct entry *entry,
	       struct state_why *ret_why);
/* True if `action` on this subject takes two people now.  For enrol, role and revoke it
 * depends on the act: fill in own. */
bool state_takes_two(const struct state *state, const struct entry *entry);

/* ---- changing it: one batch is one transaction ---- */

/* Who signed the batch, and with which key. */
struct state_signer {
	struct member_code code;
	uint8_t pub[SIGN_PUB_LEN];
};

/* Opens a transaction for slot n, which follows prev.  Only one at a time. */
int state_begin(struct state *state, uint64_t n, const struct hash *prev,
		const struct state_signer *signer, struct amana_error *err) MUST_CHECK;
/* The same for a skip in slot m + 1 that passes over the slots from state_slot + 1 to m
 * (head_m: SHA-256 of slot m): nothing but that one `skip` entry is allowed in it. */
int state_begin_skip(struct state *state, uint64_t m, const struct hash *head_m,
		     const struct state_signer *signer,
		     struct amana_error *err) MUST_CHECK;
/*
 * Judges and applies one entry (`raw`: its bytes; `leaf`: its leaf hash) and appends the
 * leaf to the tree. 0 applied; 1 not allowed, *ret_why filled; -1 no memory.  After 1 and
 * -1 only state_rollback may follow.
 */
int state_apply(struct state *state, struct bytes raw, const struct entry *entry,
		const struct hash *leaf, struct state_why *ret_why,
		struct amana_error *err) MUST_CHECK;
/* Ends the batch: 1 if an act in it demands another that did not come (then
 * state_rollback).  Otherwise slot, head and bundle (NULL: none) are taken over. */
int state_commit(struct state *state, const struct hash *head, const struct hash *bundle,
		 struct state_why *ret_why, struct amana_error *err) MUST_CHECK;
/* Back to before state_begin, exactly.  Cannot fail. */
void state_rollback(struct state *state);
/* A void slot: the slot number goes up by one, the head is its SHA-256, nothing else
 * changes. */
void state_pass(struct state *state, const struct hash *head);

/*
 * For writers: fills in prev, actor, event and before, judges and applies the entry
 * within a transaction that state_begin opened, and appends it with its length to
 * `entries` (BUF_INIT(BATCH_BYTES_MAX)).  0, 1 and -1 as state_apply.  So a batch is
 * drafted by begin, draft..., state_frontier for size and root, rollback; then
 * batch_sign; once it is durable, judge_slot takes it in.
 */
int state_draft(struct state *state, struct entry *entry, struct buf *entries,
		struct state_why *ret_why, struct amana_error *err) MUST_CHECK;
/* What state_commit would refuse. */
bool state_draft_is_whole(const struct state *state, struct state_why *ret_why);

/* ---- keeping it ---- */

/*
 * The state as bytes, for a file that the caller protects with a MAC.  Equal states give
 * equal bytes.  Not within a transaction.
 */
#define STATE_SNAPSHOT_MAX ((size_t)1 << 31)
int state_snapshot(const struct state *state, struct buf *ret_bytes,
		   struct amana_error *err) MUST_CHECK;
/* AMANA_E_FORMAT: not a snapshot of this version, every length bounded, every byte
 * consumed. */
int state_restore(struct bytes bytes, struct state **ret_state,
		  struct amana_error *err) MUST_CHECK;

#endif
