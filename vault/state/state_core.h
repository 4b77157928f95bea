/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_CORE_H
#define STATE_STATE_CORE_H

#include "state/state.h"

/*
 * Private to vault/state: how the state is kept.
 *
 * Rows live in tables that only grow.  A row's number in its table never changes, so rows
 * name each other by number, and hash tables lead from ids to numbers.  A transaction may
 * append rows and change older ones; what it changes is copied into a journal first, and
 * a rollback puts the copies back and takes the new rows off the end.  Both cost what the
 * batch changed, not what the state holds.
 *
 * The files stand in this order, and none calls one that comes after it:
 *
 *	state_table	tables, hash tables, journal
 *	state_ring	which ring, and what grants let their holders do
 *	state_past	what members held before
 *	state_files	which key files were sealed to whom;  state_query  all other
 *	state_names	bundles, sheets and objects by their names
 *	state_line	who stands behind a member's enrolment
 *	state_judgement	one act under judgement
 *	state_who	who may sign which act, and by what
 *	state_members, state_cases, state_exhibits, state_destroy, state_vault
 *			what acts demand and do
 *	state_rules	the table of acts, and acts that take two people
 *	state		transactions
 *	state_snapshot	the state as bytes; state_in, state_restore_names and
 * state_restore read them judge		whole slots
 */
/* No such row.  As the case of a ring or of a grant: the audit ring. */
#define NO_ROW UINT32_MAX

/* Leads from a key to a row's number: open addressing, linear probing, number + 1 in each
 * cell, 0 in an empty one.  Rows are taken out only in the reverse order in which they
 * came in. */
struct state_index {
	uint32_t *cells;
	uint32_t cap; /* a power of two, or 0 */
	uint32_t used;
};

/* A signing key that a member has or had. */
struct state_key {
	uint8_t pub[SIGN_PUB_LEN];
	uint8_t id[4]; /* of the note key */
	uint32_t member;
	uint32_t older; /* the member's key before, or NO_ROW */
};

/* One epoch of a ring. */
struct state_ring {
	struct age_recipient recipient;
	struct hash file;    /* its key file, sealed to those who were holders then */
	uint64_t made_entry; /* number of the entry that made it */
	uint64_t epoch;
	uint32_t case_;	    /* NO_ROW: the audit ring */
	uint32_t n_holders; /* when it was made */
	uint32_t older;	    /* the epoch before, or NO_ROW */
};

/* A code that nothing is known of yet. */
#define STATE_MEMBER_INIT(name)                                                          \
	{                                                                                \
		.code = name, .enrollers_ = {NO_ROW, NO_ROW}, .keys_ = NO_ROW,           \
		.grants_ = NO_ROW, .past_ = NO_ROW                                       \
	}

/* A grant that was ended or replaced: the key files of that time stay good for who held
 * them (state_ring_older_files). */
struct state_past {
	struct hash file;  /* the grant's; unused if !has_file */
	uint64_t from, to; /* numbers of the entries that began and ended it */
	uint64_t epoch;	   /* current when the grant was given */
	uint32_t case_;	   /* NO_ROW: the audit ring */
	uint32_t member;
	uint32_t older; /* the member's one before, or NO_ROW */
	bool has_file;
	bool reads;   /* the epochs of that time were sealed to the member */
	bool by_date; /* an `expire` ended it */
};

/* An enrol by others: what lines of enrolment are made of (docs/FORMAT.md 10.1). */
struct state_enrol {
	uint32_t member;
	uint32_t signers[2]; /* proposer and approver, or one and NO_ROW */
	uint64_t entry;
};

/* A valid slot whose note names a bundle. */
struct state_batch {
	uint64_t slot;
	uint32_t bundle; /* row of its present name; NO_ROW until the slot ends */
	bool rewritten;
};

/* A name that a batch's bundle has or had. */
struct state_bundle {
	struct hash name;
	uint32_t batch;
	uint32_t first;	 /* the first row with this name; itself, if it is that */
	uint32_t newest; /* of the first row: the newest with this name */
	uint32_t older;	 /* the row before it with this name, or NO_ROW */
	bool was_old;	 /* of the first row: it was replaced in some batch */
};

/* A name that a sheet of a batch has or had.  The row of the first name stands for the
 * sheet: the fields from `present` on are its. */
struct state_sheet {
	struct hash name;
	uint32_t batch;
	uint32_t sheet;	  /* row of the first name; itself, if it is that */
	uint32_t present; /* row of the present name; NO_ROW: destroyed */
	uint32_t exhibit; /* all entries that name it are this exhibit's; or NO_ROW */
	uint32_t case_;	  /* the case of these entries; NO_ROW: none */
	uint32_t n_entries;
	bool of_deposit; /* a deposit named it first */
	bool is_private;
	uint32_t older; /* in the exhibit's list of sheets, or NO_ROW */
};

/* A line of this batch that an erasure took out of its sheet. */
struct state_struck {
	uint32_t batch;
	struct hash line;
};

/* An exhibit, case or the vault has an entry in this batch that names a sheet. */
struct state_named {
	uint32_t batch;
	uint32_t of; /* row of the exhibit or case; NO_ROW: the vault */
	bool exhibit;
};

/* An entry of this case (NO_ROW: of none) names the object. */
struct state_naming {
	uint32_t object, case_;
};

/* The member acknowledged the act. */
struct state_ack {
	uint32_t act, member;
};

/* What there is one of. */
struct state_vault {
	uint64_t format;
	uint64_t grant_days;
	bool two_person, no_break_glass, disclosure_two;
	bool ring_due;
	uint64_t ring_epoch;
	uint32_t ring;	       /* newest epoch of the audit ring */
	uint32_t audit_grants; /* newest grant in the audit ring */
	uint32_t audit_begun;  /* the member whom an admin let in when nobody held the
				  ring,  last; NO_ROW: nobody yet */
	uint32_t n_admins, n_auditors, n_officers, n_cards; /* not revoked */
	uint32_t n_holders;				    /* audit grants in force */
	struct state_chain chain;
};

/* In the order in which a snapshot has them. */
enum table {
	TABLE_MEMBERS,
	TABLE_KEYS,
	TABLE_ENROLS,
	TABLE_CASES,
	TABLE_RINGS,
	TABLE_GRANTS,
	TABLE_EXHIBITS,
	TABLE_OBJECTS,
	TABLE_NAMINGS,
	TABLE_BATCHES,
	TABLE_BUNDLES,
	TABLE_SHEETS,
	TABLE_NAMED,
	TABLE_PROPOSALS,
	TABLE_ACTS,
	TABLE_ACKS,
	TABLE_LOST,
	TABLE_LOG_KEYS,
	TABLE_RESTORED,
	TABLE_SKIPS,
	TABLE_PASTS,
	TABLE_STRUCK,
};
#define TABLES 22
#define TABLE_VAULT TABLES /* in the journal only: struct state_vault */

/* The hash tables, and what each is looked up by. */
enum index {
	INDEX_MEMBER,	/* by code */
	INDEX_KEY,	/* by public key */
	INDEX_CASE,	/* by id */
	INDEX_RING,	/* by recipient */
	INDEX_GRANT,	/* by case and member */
	INDEX_EXHIBIT,	/* by id */
	INDEX_OBJECT,	/* by hash */
	INDEX_NAMING,	/* by object and case */
	INDEX_NUMBER,	/* exhibits by case and number */
	INDEX_BATCH,	/* by slot */
	INDEX_BUNDLE,	/* first rows by name */
	INDEX_SHEET,	/* by batch and name */
	INDEX_NAMED,	/* by batch and subject */
	INDEX_PROPOSAL, /* by leaf */
	INDEX_ACT,	/* by leaf */
	INDEX_ACK,	/* by act and member */
};
#define INDEXES 16

struct state_table {
	void *items;
	uint32_t n, cap;
};

/* The open transaction: one batch. */
struct state_txn {
	bool open;
	bool skipping; /* a skip, and nothing but a skip, is allowed */
	bool failed;   /* only rollback may follow */
	bool own_key;  /* the actor has new keys by this slot: no entry may follow */
	struct state_signer signer;
	struct hash prev;
	uint64_t n;	     /* slot */
	uint64_t skip_first; /* the first slot that a skip here must pass over */
	uint32_t batch; /* row of this slot's batch; NO_ROW: no entry names a sheet yet */
	uint32_t n_closed; /* proposals closed: their entries are released by commit */
	uint32_t n_before[TABLES];
	struct merkle_frontier frontier;     /* as it was before */
	int64_t last_act_at, last_anchor_at; /* as they will be after it */
	struct buf journal;
};

struct state {
	char origin[ORIGIN_MAX + 1];
	struct hash fingerprint;
	uint64_t slot;
	struct hash head;
	int64_t last_act_at, last_anchor_at; /* 0: none yet */
	struct merkle_frontier frontier;
	struct state_vault vault;
	struct state_table tables[TABLES];
	struct state_index indexes[INDEXES];
	/* Of the hash tables, random in each process, since ids are chosen by others. */
	uint64_t seeds[4];
	struct state_txn txn;
};

#define ROWS(s, table, type) ((struct type *)(s)->tables[table].items)
#define MEMBERS(s) ROWS(s, TABLE_MEMBERS, state_member)
#define KEYS(s) ROWS(s, TABLE_KEYS, state_key)
#define ENROLS(s) ROWS(s, TABLE_ENROLS, state_enrol)
#define CASES(s) ROWS(s, TABLE_CASES, state_case)
#define RINGS(s) ROWS(s, TABLE_RINGS, state_ring)
#define GRANTS(s) ROWS(s, TABLE_GRANTS, state_grant)
#define EXHIBITS(s) ROWS(s, TABLE_EXHIBITS, state_exhibit)
#define OBJECTS(s) ROWS(s, TABLE_OBJECTS, state_object)
#define NAMINGS(s) ROWS(s, TABLE_NAMINGS, state_naming)
#define BATCHES(s) ROWS(s, TABLE_BATCHES, state_batch)
#define BUNDLES(s) ROWS(s, TABLE_BUNDLES, state_bundle)
#define SHEETS(s) ROWS(s, TABLE_SHEETS, state_sheet)
#define NAMED(s) ROWS(s, TABLE_NAMED, state_named)
#define PROPOSALS(s) ROWS(s, TABLE_PROPOSALS, state_proposal)
#define ACTS(s) ROWS(s, TABLE_ACTS, state_act)
#define ACKS(s) ROWS(s, TABLE_ACKS, state_ack)
#define LOST(s) ROWS(s, TABLE_LOST, state_lost)
#define LOG_KEYS(s) ROWS(s, TABLE_LOG_KEYS, note_key)
#define RESTORED(s) ROWS(s, TABLE_RESTORED, state_restored)
#define SKIPS(s) ROWS(s, TABLE_SKIPS, state_skip)
#define PASTS(s) ROWS(s, TABLE_PASTS, state_past)
#define STRUCK(s) ROWS(s, TABLE_STRUCK, state_struck)

/* The number of the entry that is being applied, in the order of the whole log: 1 for the
 * first; 0 stands for the genesis. */
static inline uint64_t
state_entry_number(const struct state *state)
{
	return state->frontier.size + 1;
}

/* False once nothing can come of a proposal any more: its entry is let go, and a snapshot
 * leaves it out. */
static inline bool
state_proposal_may_matter(const struct state_proposal *proposal)
{
	return proposal->status == PROPOSAL_OPEN || proposal->status == PROPOSAL_APPROVED;
}

/* state.c: seeds and journal of a state that is all zeros. */
void state_prepare(struct state *state);

#endif
