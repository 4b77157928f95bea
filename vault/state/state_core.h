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
 *	state_files	which key files were sealed to whom
 *	state_query	all other questions
 *	state_judgement	one act under judgement
 *	state_who	who may sign which act
 *	state_members	what acts about members demand and do; likewise
 *			state_cases, state_exhibits, state_vault
 *	state_rules	the table of acts, and acts that take two people
 *	state		transactions
 *	state_snapshot	the state as bytes; state_restore reads them
 *	judge		whole slots
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
	uint32_t case_; /* NO_ROW: the audit ring */
	uint32_t older; /* the epoch before, or NO_ROW */
};

/* A grant that was ended or replaced, or a time as auditor that is over: the key files of
 * that time stay good for who held them (state_ring_older_files). */
struct state_past {
	struct hash file;  /* the grant's; unused if !has_file */
	uint64_t from, to; /* numbers of the entries that began and ended it */
	uint64_t epoch;	   /* current when the grant was given */
	uint32_t case_;	   /* NO_ROW: the audit ring */
	uint32_t member;
	uint32_t older; /* the member's one before, or NO_ROW */
	bool has_file;	/* a grant; false: held by role */
	bool reads;	/* the epochs of that time were sealed to the member */
};

struct state_bundle {
	struct hash name;
	uint32_t now; /* row of the bundle that replaced it, or NO_ROW */
};

/* What there is one of. */
struct state_vault {
	uint64_t format;
	uint64_t grant_days;
	bool two_person, no_break_glass;
	bool ring_due;
	uint64_t ring_epoch;
	uint32_t ring;	       /* newest epoch of the audit ring */
	uint32_t audit_grants; /* newest grant in the audit ring */
	uint32_t n_admins, n_auditors;
	struct state_chain chain;
};

/* In the order in which a snapshot has them. */
enum table {
	TABLE_MEMBERS,
	TABLE_KEYS,
	TABLE_CASES,
	TABLE_RINGS,
	TABLE_GRANTS,
	TABLE_EXHIBITS,
	TABLE_BUNDLES,
	TABLE_PROPOSALS,
	TABLE_LOG_KEYS,
	TABLE_RESTORED,
	TABLE_SKIPS,
	TABLE_PASTS,
};
#define TABLES 12
#define TABLE_VAULT TABLES /* in the journal only: struct state_vault */

/* The hash tables, and what each is looked up by. */
enum index {
	INDEX_MEMBER,	/* by code */
	INDEX_KEY,	/* by public key */
	INDEX_CASE,	/* by id */
	INDEX_RING,	/* by recipient */
	INDEX_GRANT,	/* by case and member */
	INDEX_EXHIBIT,	/* by id */
	INDEX_OBJECT,	/* exhibits by object */
	INDEX_NUMBER,	/* exhibits by case and number */
	INDEX_BUNDLE,	/* by name */
	INDEX_PROPOSAL, /* by leaf */
};
#define INDEXES 10

struct state_table {
	void *items;
	uint32_t n, cap;
};

/* The open transaction: one batch. */
struct state_txn {
	bool open;
	bool skipping; /* a skip, and nothing but a skip, is allowed */
	bool failed;   /* only rollback may follow */
	struct state_signer signer;
	struct hash prev;
	uint64_t n;	     /* slot */
	uint64_t skip_first; /* the first slot that a skip here must pass over */
	uint32_t n_must;     /* cases whose epoch has to follow */
	uint32_t n_closed;   /* proposals closed: their entries are released by commit */
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

#define MEMBERS(s) ((struct state_member *)(s)->tables[TABLE_MEMBERS].items)
#define KEYS(s) ((struct state_key *)(s)->tables[TABLE_KEYS].items)
#define CASES(s) ((struct state_case *)(s)->tables[TABLE_CASES].items)
#define RINGS(s) ((struct state_ring *)(s)->tables[TABLE_RINGS].items)
#define GRANTS(s) ((struct state_grant *)(s)->tables[TABLE_GRANTS].items)
#define EXHIBITS(s) ((struct state_exhibit *)(s)->tables[TABLE_EXHIBITS].items)
#define BUNDLES(s) ((struct state_bundle *)(s)->tables[TABLE_BUNDLES].items)
#define PROPOSALS(s) ((struct state_proposal *)(s)->tables[TABLE_PROPOSALS].items)
#define LOG_KEYS(s) ((struct note_key *)(s)->tables[TABLE_LOG_KEYS].items)
#define RESTORED(s) ((struct state_restored *)(s)->tables[TABLE_RESTORED].items)
#define SKIPS(s) ((struct state_skip *)(s)->tables[TABLE_SKIPS].items)
#define PASTS(s) ((struct state_past *)(s)->tables[TABLE_PASTS].items)

/* The number of the entry that is being applied, in the order of the whole log: 1 for the
 * first; 0 stands for the genesis. */
static inline uint64_t
state_entry_number(const struct state *state)
{
	return state->frontier.size + 1;
}

/* state.c: seeds and journal of a state that is all zeros. */
void state_prepare(struct state *state);

#endif
