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
	bool card;     /* a recovery card, revoked since or not */
	uint8_t roles; /* ROLE_ bits; 0 once revoked */
	struct age_recipient recipient;
	uint8_t pub[SIGN_PUB_LEN]; /* current signing key */
	uint64_t keys_entry;	   /* number of the entry that gave these keys */
	uint64_t keys_in;	   /* its slot */
	int64_t keys_at;	   /* its time, by its actor's clock */
	int64_t newest_at;	   /* of this member's own valid acts; 0: none yet */
	struct state_chain chain;
	uint64_t role_entries_[3]; /* by bit of ROLE_: the entries that gave the roles */
	uint32_t enrollers_[2];	   /* who signed the newest enrol by others, or NO_ROW */
	uint32_t keys_, grants_;   /* list heads: newest key, newest grant */
	uint32_t past_;		   /* list head: newest of what they held before */
};

struct state_case {
	struct custody_id id;
	uint64_t epoch;
	struct age_recipient recipient; /* of the current epoch */
	bool held;
	bool closed;	     /* takes no deposits */
	bool due;	     /* a new epoch is due, for whatever reason */
	bool opener_due;     /* it is due since the opener, no lead, made epoch 1 */
	uint32_t n_exhibits; /* numbers run from 1 to this */
	uint32_t n_held;     /* exhibits on hold by themselves */
	uint32_t n_leads;    /* lead grants in force, standing or not */
	uint32_t n_reading;  /* reading grants in force */
	uint64_t opened_in;  /* slot */
	struct state_chain chain;
	uint32_t ring_, grants_;
	uint32_t private_; /* newest private sheet on the case itself */
	/* Newest slots with a deposit or an exhibit's private sheet, and with an erasure
	 * of the case, proposed or done. */
	uint64_t touched_in_, destroyed_in_;
};

struct state_grant {
	enum grant_kind kind; /* GRANT_NONE: ended, only its chain goes on */
	bool firm;	      /* made by `case` or a standing lead, or a confirmation */
	bool appointment;     /* as lead of a case that had none; not confirmed */
	bool broken;	      /* standby after break-glass: counts as reader */
	int64_t broken_until_at;
	bool has_until;
	int64_t until_at;
	uint64_t epoch;	   /* current when it was given */
	uint64_t given_in; /* slot */
	bool has_file;
	struct hash file;      /* key file that came with it, under objects/ */
	uint64_t given_entry_; /* number of the entry that made it */
	uint64_t first_entry_; /* that made the first one of this subject */
	uint32_t signer_;      /* see state_grant_signer */
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
	uint32_t n_private;    /* entries with a private sheet */
	bool has_object, held, disposed;
	uint32_t sheets_;	/* list head: sheets of its deposit, private sheets */
	uint64_t private_in_;	/* newest slot with a private sheet */
	uint64_t destroyed_in_; /* newest slot with its disposal or erasure, proposed or
				   done */
};

/* An act that takes two people, as the first of them proposed it. */
enum proposal_status {
	PROPOSAL_CLOSED,   /* refused, or carried out */
	PROPOSAL_OPEN,	   /* unless it has lapsed: state_proposal_is_open */
	PROPOSAL_APPROVED, /* dispose, erase, lost: permitted once */
	PROPOSAL_USED,	   /* that permit was used up */
};
struct state_proposal {
	struct hash leaf; /* its name */
	enum proposal_status status;
	enum action action; /* of the proposed act */
	struct subject subject;
	uint64_t proposed_in;	  /* slot */
	uint64_t proposed_entry_; /* number of the proposing entry */
	bool subject_enrolled_;	  /* the subject was a member then */
	uint32_t proposer_;	  /* see state_proposal_by */
	uint32_t approver_;
	uint8_t *entry; /* bytes of the proposing entry, for entry_decode; the state's */
	size_t entry_len;
};

/* An act that can be acknowledged: enrol, grant, break-glass, skip, restored, or the
 * approve that carried one out. */
struct state_act {
	struct hash leaf;
	enum action action;
	uint64_t slot;
	uint64_t entry_;
	uint32_t case_, member_; /* of its subject; NO_ROW: none, or the audit ring */
	uint32_t signer_, proposer_;
};

/* What two people said exists nowhere whole. */
struct state_lost {
	struct subject subject;
	struct hash hash;
	uint64_t slot;			    /* that says so */
	struct member_code by, proposed_by; /* the latter is "" for the sole officer's */
};

struct state_restored {
	struct member_code by, proposed_by; /* the latter is "" if one admin said it */
	uint8_t by_pub[SIGN_PUB_LEN], proposed_pub[SIGN_PUB_LEN]; /* their keys then */
	uint64_t from; /* slot of the act; of two people's: of the answer */
	uint64_t slot; /* the lost history's last */
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
/* The log's newest time: the second newest of the members' newest times, so that one act
 * dated in the year 9999 moves nothing; 0 while fewer than two have acted. */
int64_t state_newest_at(const struct state *state);
const struct merkle_frontier *state_frontier(const struct state *state);
bool state_two_person(const struct state *state);
bool state_break_glass(const struct state *state);
uint64_t state_grant_days(const struct state *state); /* 0: no policy set */
bool state_disclosure_takes_two(const struct state *state);
uint32_t state_admins(const struct state *state); /* not revoked */
uint32_t state_cards(const struct state *state);
uint32_t state_audit_holders(const struct state *state); /* audit grants in force */
uint32_t state_n_lost(const struct state *state);
const struct state_lost *state_lost_at(const struct state *state, uint32_t i);
/* The declaration that excuses what is missing for entries of this id (zero: the vault's
 * own), or NULL.  `is_shared`: entries about others name it, too. */
const struct state_lost *state_lost_for(const struct state *state,
					const struct custody_id *about,
					const struct hash *hash, bool is_shared);
/* Newest log key; NULL: none yet.  Older ones have a higher `age`. */
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
/* Those who held the ring when its present epoch was made, or were granted it since, and
 * hold it no more: they open what is sealed until the next epoch.  Fills at most `cap`
 * and returns how many there are. */
struct state_leaver {
	const struct state_member *member;
	bool by_date; /* the grant only came to its date */
};
size_t state_ring_leavers(const struct state *state, const struct custody_id *case_id,
			  struct state_leaver *out, size_t cap);
/* The auditor whom an admin let into the audit ring when nobody held it, last: a new
 * beginning, behind which no older auditor stands.  NULL: there was none. */
const struct state_member *state_audit_begun(const struct state *state);
/* How many held the ring when the epoch of this recipient was made: so many stanzas has
 * its key file.  0: there is no such epoch. */
uint32_t state_ring_file_holders(const struct state *state,
				 const struct age_recipient *recipient);
/* The newest key file sealed to this holder: the object of the current epoch (of `case`,
 * `epoch` or the genesis) if the member was a holder when it was made and has had no
 * newer grant with a file since, else the object of the member's grant (a depositor's
 * too).  1: there is none. */
int state_ring_file(const struct state *state, const struct custody_id *case_id,
		    const struct member_code *member, struct hash *ret_object);
struct state_key_file {
	struct hash object;
	uint64_t epoch; /* the newest that it can hold: that of when it was sealed */
	uint64_t sealed_entry; /* number of the entry that named it */
};
/* The key files of a ring that were sealed to this member before the one of
 * state_ring_file (which is left out): of epochs that were made while the member held the
 * ring and of grants, also of grants that are over.  By epoch, of one epoch the newest
 * first.  None for whoever has no file now: what was held before
 * counts only together with a present right.  Which keys they are sealed to is not known
 * here: a member who was enrolled again had others.  *ret_files is the caller's
 * (mem_free), NULL if there are none. */
int state_ring_older_files(const struct state *state, const struct custody_id *case_id,
			   const struct member_code *member,
			   struct state_key_file **ret_files, size_t *ret_n,
			   struct amana_error *err) MUST_CHECK;
/* Those to whom a key file of the current epoch is sealed: whoever has a reading grant in
 * force, for a case as lead, reader, standby or recovery, for the audit ring as auditor.
 * Fills at most `cap` and returns how many there are: more than cap means too many for
 * one file (AGE_RECIPIENTS_MAX). */
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
/* True if it was given to the keys that its member has now. */
bool state_grant_fits_keys(const struct state *state, const struct state_grant *grant);
/* Who signed it; the founder for his own grant in the audit ring. */
const struct state_member *state_grant_signer(const struct state *state,
					      const struct state_grant *grant);
/* True for a lead by a firm grant in force: who may have things destroyed. */
bool state_is_standing_lead(const struct state *state, const struct state_case *a_case,
			    const struct member_code *member);
/* True if the member had other keys before. */
bool state_member_was_rekeyed(const struct state *state,
			      const struct state_member *member);
/* Who signed the member's newest enrolment by others: i = 0, and 1 if it took two; NULL
 * if there is no more. */
const struct state_member *state_enroller(const struct state *state,
					  const struct state_member *member, uint32_t i);
/* P's hand is P, and all whose present keys were enrolled by P's hand alone.  The member
 * whose hand both are, if one of the two is of the other's hand: NULL if not. */
const struct state_member *state_one_hand(const struct state *state,
					  const struct member_code *a,
					  const struct member_code *b);

/* ---- exhibits, bundles, proposals ---- */

/* NULL: there is no such exhibit. */
const struct state_exhibit *state_exhibit(const struct state *state,
					  const struct custody_id *id);
const struct state_exhibit *state_exhibit_numbered(const struct state *state,
						   const struct custody_id *case_id,
						   uint32_t number);
/* Every exhibit's object, and whatever else the log names: how many exhibits name it and
 * how many of those were disposed of; kept: a key file, anchor or log key names it, too.
 * NULL: nothing names it. */
struct state_object {
	struct hash hash;
	uint32_t n_exhibits, n_disposed;
	bool kept;
	uint32_t exhibit_; /* the first exhibit that named it, or NO_ROW */
};
const struct state_object *state_object(const struct state *state,
					const struct hash *object);
/* True if a disposal lets it be removed. */
bool state_object_goes(const struct state_object *object);
uint32_t state_n_exhibits(const struct state *state); /* in order of deposit */
const struct state_exhibit *state_exhibit_at(const struct state *state, uint32_t i);
const struct state_case *state_exhibit_case(const struct state *state,
					    const struct state_exhibit *exhibit);
const struct state_member *state_exhibit_depositor(const struct state *state,
						   const struct state_exhibit *exhibit);
/* True if the exhibit or its case is on hold. */
bool state_exhibit_held(const struct state *state, const struct state_exhibit *exhibit);

/* The present name under lines/ of the bundle of slot n.  1: a dispose or erase rewrote
 * it; 0: as the note named it; -1: slot n is no valid slot with a bundle. */
int state_bundle_of(const struct state *state, uint64_t n, struct hash *ret_now);
/* True for a name that was an OLD and is no slot's present name: its bytes may go once
 * what replaced them was found good. */
bool state_bundle_gone(const struct state *state, const struct hash *name);
/* All names that bundles ever had: i from 0 below state_n_bundles; NULL unless it is gone
 * (one name may come more than once). */
uint32_t state_n_bundles(const struct state *state);
const struct hash *state_bundle_gone_at(const struct state *state, uint32_t i);
/* What became of a sheet that an entry of slot n named.  0: nothing; 1: it was sealed
 * anew, as *ret_now; 2: it was destroyed; -1: no entry of that slot named it. */
int state_sheet_of(const struct state *state, uint64_t n, const struct hash *sheet,
		   struct hash *ret_now);

/* True for a line of slot n that an erasure struck: it may be missing in its sheet. */
bool state_line_struck(const struct state *state, uint64_t n, const struct hash *line);

/* What can be acknowledged, in order, and whether this member has. */
uint32_t state_n_acts(const struct state *state);
const struct state_act *state_act_at(const struct state *state, uint32_t i);
bool state_is_acknowledged(const struct state *state, const struct state_act *act,
			   const struct member_code *by);
/* Whom it is about; NULL: nobody. */
const struct state_member *state_act_member(const struct state *state,
					    const struct state_act *act);

/* The version of the format that a valid `format` has raised the vault to; 1 at first. */
uint64_t state_format(const struct state *state);

/* The proposals in log order.  Closed ones may be among them, or may have been left out
 * by a snapshot. */
uint32_t state_n_proposals(const struct state *state);
const struct state_proposal *state_proposal_at(const struct state *state, uint32_t i);
const struct state_member *state_proposal_by(const struct state *state,
					     const struct state_proposal *proposal);
/* Open, and not lapsed: neither the proposer's keys nor all that let him propose it are
 * newer than the proposal, nor, where it matters, the subject's keys. */
bool state_proposal_is_open(const struct state *state,
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
	bool no_memory;		  /* the question could not be answered */
	enum amana_reason reason; /* for err_reason(), where somebody can do something */
};

/*
 * Would this entry be allowed now?  Looks at actor, action, proposed, subject, at, own
 * and objects, not at prev, event and before; the actor's current key is assumed.  The
 * same code judges slots.  Changes nothing.
 */
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
/* The same for a skip in slot m + 1 that passes over the slots from state_slot + 1 to m
 * (head_m: the head of slot m): nothing but that one `skip` entry is allowed in it. */
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
/* Ends the batch: slot, head and bundle (NULL: none) are taken over.  1: the bundle is
 * there without a sheet that needs it, or the reverse, or its name is one that was
 * replaced (then state_rollback). */
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
