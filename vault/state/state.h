/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "custody/entry.h"
#include "custody/genesis.h"
#include "custody/merkle.h"

/*
 * The replayed state: all that the slots so far add up to, and who may do what now
 * (docs/FORMAT.md section 10).  It depends on the log's bytes alone: no clock is read
 * here and nothing sealed is opened.  It takes about 150 bytes of memory for an
 * exhibit.
 *
 * Structs that queries return are read-only and borrowed: valid until the next call
 * that takes a non-const state.  Members whose names end in _ are the state's own.
 * Queries may run in several threads as long as nobody changes the state.
 *
 * Functions that return int fail (-1) for lack of memory, and with AMANA_E_BUG when
 * they are called out of turn; other outcomes stand at each.
 */
struct state;

/* The state after slot 0, the genesis; the caller frees it. */
int state_new(const struct genesis *genesis, const struct hash *fingerprint,
	      struct state **ret_state, struct amana_error *err) MUST_CHECK;
void state_free(struct state *state);
DEFINE_FREEP(struct state, state_free);

/* ---- what it holds ---- */

struct state_chain {
	uint64_t event;	  /* number of the subject's last event; 0: none yet */
	struct hash leaf; /* leaf hash of that event's entry */
};

struct state_member {
	struct member_code code;
	bool enrolled; /* false: the code was only proposed so far; not a member */
	bool revoked;
	uint8_t roles; /* ROLE_ bits; 0 once revoked */
	struct age_recipient recipient;
	uint8_t pub[SIGN_PUB_LEN]; /* current signing key */
	struct state_chain chain;
	uint32_t keys_, grants_; /* rows of the newest key and grant */
	/* Number of the entry that made them an auditor or a recovery card. */
	uint64_t reads_since_;
	uint32_t past_; /* row of the newest of what they held before */
};

struct state_case {
	struct custody_id id;
	uint64_t epoch;
	struct age_recipient recipient; /* of the current epoch */
	bool held;
	bool due;	 /* a new epoch is due, for whatever reason */
	bool opener_due; /* it is due because the opener, who is no lead, made epoch 1 */
	uint32_t n_exhibits; /* they are numbered from 1 to this */
	uint64_t opened_in;  /* a slot */
	struct state_chain chain;
	uint32_t ring_, grants_;
	bool must_; /* a new epoch has to follow in the open batch */
};

struct state_grant {
	enum grant_kind kind; /* GRANT_NONE: it has ended, only its chain goes on */
	bool broken;	      /* a standby grant after break-glass: counts as reader */
	bool has_until;
	int64_t until_at;
	uint64_t epoch;	       /* the one that was current when it was given */
	uint64_t given_in;     /* a slot */
	struct hash file;      /* the key file that came with it, under objects/ */
	uint64_t given_entry_; /* number of the entry that gave it */
	struct state_chain chain;
	uint32_t case_, member_; /* see state_grant_case, state_grant_member */
	uint32_t next_of_case_, next_of_member_;
};

struct state_exhibit {
	struct custody_id id;
	struct hash object; /* zero if !has_object */
	struct state_chain chain;
	uint64_t deposited_in; /* a slot */
	uint32_t case_;	       /* see state_exhibit_case */
	uint32_t number;       /* within the case, from 1 */
	uint32_t depositor_;   /* see state_exhibit_depositor */
	bool has_object, held, disposed;
};

/* An act that takes two people, as the first of them proposed it. */
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
	uint64_t proposed_in; /* a slot */
	uint32_t proposer_;   /* see state_proposal_by */
	uint32_t approver_;
	uint8_t *entry; /* bytes of the proposing entry, for entry_decode; the state's */
	size_t entry_len;
};

/* An act `restored`: two admins declare a history lost. */
struct state_restored {
	uint64_t from; /* slot of the `restored`, or of its proposal */
	uint64_t slot; /* the last slot of the lost history */
	struct hash head;
};

/* A `skip`: an admin passes over damaged slots. */
struct state_skip {
	uint64_t first, last; /* slots passed over */
	uint64_t in;	      /* slot of the skip: last + 1 */
	struct hash head;     /* of slot `last` */
	struct member_code by;
};

/* ---- the vault ---- */

/* The vault's origin; the state's own. */
const char *state_origin(const struct state *state);
/* The slot that was judged last, void ones counted, and the SHA-256 of its bytes. */
uint64_t state_slot(const struct state *state);
const struct hash *state_head(const struct state *state);
uint64_t state_size(const struct state *state); /* of the tree, in leaves */
/* When the newest valid act and the newest anchor were made, by their actors' clocks;
 * 0: there is none. */
int64_t state_last_act_at(const struct state *state);
int64_t state_last_anchor_at(const struct state *state);
const struct merkle_frontier *state_frontier(const struct state *state);
bool state_two_person(const struct state *state);
bool state_break_glass(const struct state *state);
uint64_t state_grant_days(const struct state *state); /* 0: there is no such policy */
uint32_t state_auditors(const struct state *state);   /* how many are not revoked */
/* The newest log key for `age` 0, the one before for 1, and so on.  NULL: there is
 * none. */
const struct note_key *state_log_key(const struct state *state, uint32_t age);
uint32_t state_n_restored(const struct state *state);
const struct state_restored *state_restored_at(const struct state *state, uint32_t i);
uint32_t state_n_skips(const struct state *state);
const struct state_skip *state_skip_at(const struct state *state, uint32_t i);

/* ---- members ---- */

/* NULL: there is no such member; one who was revoked is. */
const struct state_member *state_member(const struct state *state,
					const struct member_code *code);
/* In the order in which the log first names them; also those that are not enrolled. */
uint32_t state_n_members(const struct state *state);
const struct state_member *state_member_at(const struct state *state, uint32_t i);
/* True for a member who is not revoked and has one of these ROLE_ bits. */
bool state_has_role(const struct state *state, const struct member_code *code,
		    uint8_t roles);

/* ---- rings, cases, grants ---- */

/* Rings are named by their case's id; NULL is the audit ring. */
uint64_t state_ring_epoch(const struct state *state,
			  const struct custody_id *case_id); /* 0: no such case */
bool state_ring_due(const struct state *state, const struct custody_id *case_id);
/* The recipient of that epoch; NULL: there is none. */
const struct age_recipient *state_ring_recipient(const struct state *state,
						 const struct custody_id *case_id,
						 uint64_t epoch);
/* The newest key file that is sealed to this member.  If the member held the ring when
 * the current epoch was made and has had no newer grant since, it is the object of
 * that epoch (of `case`, `epoch` or the genesis); otherwise the object of the member's
 * grant, also a depositor's.  1: there is none. */
int state_ring_file(const struct state *state, const struct custody_id *case_id,
		    const struct member_code *member, struct hash *ret_object);
struct state_key_file {
	struct hash object;
	uint64_t epoch; /* the newest that it can hold: the one current when it was sealed
			 */
	uint64_t sealed_entry; /* number of the entry that named it */
};
/*
 * The key files of a ring that were sealed to this member earlier than the one of
 * state_ring_file, which is left out: those of epochs that were made while the member
 * held the ring, and those of grants, also of grants and of times as auditor that are
 * over.  They are sorted by epoch, and within an epoch the newest comes first.
 * Whoever has no key file now has none of these: what was held before counts only
 * together with a present right.  A member who was enrolled again had other keys, and
 * the state does not know which of them a file is sealed to.
 *
 * *ret_files is the caller's (mem_free), NULL if there are none.
 */
int state_ring_older_files(const struct state *state, const struct custody_id *case_id,
			   const struct member_code *member,
			   struct state_key_file **ret_files, size_t *ret_n,
			   struct amana_error *err) MUST_CHECK;
/* Those to whom a key file of the current epoch has to be sealed: for a case its
 * leads, readers and standby members, and every recovery card; for the audit ring
 * every auditor.  Fills at most `cap` and returns how many there are.  More than
 * AGE_RECIPIENTS_MAX do not fit into one file. */
size_t state_ring_holders(const struct state *state, const struct custody_id *case_id,
			  const struct state_member **out, size_t cap);

/* NULL: there is no such case.  state_case_at: in the order of their opening. */
const struct state_case *state_case(const struct state *state,
				    const struct custody_id *id);
/* All cases in the order in which they were opened, i below state_n_cases. */
uint32_t state_n_cases(const struct state *state);
const struct state_case *state_case_at(const struct state *state, uint32_t i);
/* How many leads the case has. */
uint32_t state_case_leads(const struct state *state, const struct state_case *a_case);

/* NULL: the member never had one; kind is GRANT_NONE for one that has ended. case_id
 * NULL: the audit ring. */
const struct state_grant *state_grant(const struct state *state,
				      const struct custody_id *case_id,
				      const struct member_code *member);
/* What the grant lets its holder do now: a standby member who broke the glass is a
 * reader. */
enum grant_kind state_grant_means(const struct state_grant *grant);
/* The grant after `grant` of a case, or of a member; the first one for NULL, and NULL
 * after the last. case_id NULL: the audit ring. */
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

/* NULL: there is no such exhibit. */
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
/* True if the exhibit or its case is on hold. */
bool state_exhibit_held(const struct state *state, const struct state_exhibit *exhibit);

/* The name under lines/ that now stands for the bundle that a note named: the same
 * unless a dispose or erase rewrote it.  0: it is the same; 1: it was rewritten; -1:
 * no valid note names such a bundle. */
int state_bundle_now(const struct state *state, const struct hash *named,
		     struct hash *ret_now);
/* The names that a dispose or erase replaced, whose bytes are to be removed wherever they
 * are: i from 0 below state_n_bundles, NULL for a name that is not gone. */
uint32_t state_n_bundles(const struct state *state);
const struct hash *state_bundle_gone_at(const struct state *state, uint32_t i);

/* The proposals in log order.  Closed ones may be among them, or may have been left out
 * by a snapshot. */
uint32_t state_n_proposals(const struct state *state);
const struct state_proposal *state_proposal_at(const struct state *state, uint32_t i);
const struct state_member *state_proposal_by(const struct state *state,
					     const struct state_proposal *proposal);

/* The number of the subject's next event and the leaf of its last one (zero for event
 * 1).  False: the subject does not exist, so that only the act that makes it can be
 * its event 1. */
bool state_next_event(const struct state *state, const struct subject *subject,
		      uint64_t *ret_event, struct hash *ret_before);

/* ---- may it? ---- */

/* Why something is not allowed: one clause for people, without "refused:". */
#define STATE_WHY_MAX 160
struct state_why {
	char text[STATE_WHY_MAX];
	enum amana_reason reason; /* for err_reason(), where somebody can do something */
};

/* Would this entry be allowed now? It looks at actor, action, proposed, subject, at,
 * own and objects, and not at prev, event and before; that the actor signs with the
 * current key is assumed.  The same code judges slots.  What the rest of the batch
 * would have to fulfil, a new epoch after an ungrant, does not count here. */
bool state_may(const struct state *state, const struct entry *entry,
	       struct state_why *ret_why);
/* True if the entry's act takes two people now.  For enrol, role and revoke that
 * depends on the act's own lines, too. */
bool state_takes_two(const struct state *state, const struct entry *entry);

/* ---- changing it: one batch is one transaction ---- */

/* Who signed the batch, and with which key. */
struct state_signer {
	struct member_code code;
	uint8_t pub[SIGN_PUB_LEN];
};

/* Opens a transaction for slot n; prev is the SHA-256 of the slot before.  There is
 * only one at a time. */
int state_begin(struct state *state, uint64_t n, const struct hash *prev,
		const struct state_signer *signer, struct amana_error *err) MUST_CHECK;
/* The same for a skip in slot m + 1 that passes over the slots from state_slot + 1 to
 * m; head_m is the SHA-256 of slot m.  Nothing but that one `skip` entry is allowed in
 * it. */
int state_begin_skip(struct state *state, uint64_t m, const struct hash *head_m,
		     const struct state_signer *signer,
		     struct amana_error *err) MUST_CHECK;
/*
 * Judges and applies one entry and appends its leaf to the tree.  `raw` are the
 * entry's bytes, `leaf` is its leaf hash.
 *
 * 0: applied.  1: not allowed; *ret_why is filled.  -1: no memory.  After 1 and -1
 * only state_rollback may follow.
 */
int state_apply(struct state *state, struct bytes raw, const struct entry *entry,
		const struct hash *leaf, struct state_why *ret_why,
		struct amana_error *err) MUST_CHECK;
/* Ends the batch and takes over its slot, head and bundle (NULL: it has none).  1: an
 * act in it demands another one that did not come; *ret_why is filled, and
 * state_rollback has to follow. */
int state_commit(struct state *state, const struct hash *head, const struct hash *bundle,
		 struct state_why *ret_why, struct amana_error *err) MUST_CHECK;
/* Takes the open batch back: the state is exactly as before state_begin.  Harmless
 * without one. */
void state_rollback(struct state *state);
/* Passes by a void slot: the slot number goes up by one, `head` is the SHA-256 of its
 * bytes, and nothing else changes. */
void state_pass(struct state *state, const struct hash *head);

/*
 * For writers: fills in prev, actor, event and before, judges and applies the entry
 * within a transaction that state_begin opened, and appends it with its length to
 * `entries` (BUF_INIT(BATCH_BYTES_MAX)).  Returns as state_apply does.
 *
 * A batch is drafted by state_begin, state_draft for each entry, state_frontier for
 * the tree's size and root, and state_rollback.  Then batch_sign writes it, and once
 * it is durable, judge_slot takes it in.
 */
int state_draft(struct state *state, struct entry *entry, struct buf *entries,
		struct state_why *ret_why, struct amana_error *err) MUST_CHECK;
/* False, with *ret_why filled: state_commit would return 1 now. */
bool state_draft_is_whole(const struct state *state, struct state_why *ret_why);

/* ---- keeping it ---- */

/* Appends the state as bytes, for a file that the caller protects with a MAC. Equal
 * states give equal bytes.  Not within a transaction. */
#define STATE_SNAPSHOT_MAX ((size_t)1 << 31)
int state_snapshot(const struct state *state, struct buf *ret_bytes,
		   struct amana_error *err) MUST_CHECK;
/* The state that such bytes hold; the caller frees it.  AMANA_E_FORMAT unless they are
 * exactly one snapshot of this version. */
int state_restore(struct bytes bytes, struct state **ret_state,
		  struct amana_error *err) MUST_CHECK;

#endif
