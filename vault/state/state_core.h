/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_CORE_H
#define STATE_STATE_CORE_H

#include "state/state.h"

/*
 * How the state is kept.  Private to state*.c and judge.c.
 *
 * Records live in arrays that only grow; a record's place in its array never changes, so
 * records name each other by place.  Hash tables lead from ids to places.  A transaction
 * may append records and change older ones; what it changes is copied into a journal
 * first, and rollback puts the copies back and takes the new records off the end.  Both
 * cost what the batch changed, not what the state holds.
 */
#define NOWHERE UINT32_MAX /* no such place; as state_grant.case_: the audit ring */

/* Leads from a key to a place: open addressing, linear probing, place + 1 in each slot,
 * 0 empty. Entries are taken out only in the reverse order in which they came in. */
struct state_index {
	uint32_t *slots;
	uint32_t cap; /* a power of two, or 0 */
	uint32_t used;
};

struct state_key { /* a signing key that a member has or had */
	uint8_t pub[SIGN_PUB_LEN];
	uint8_t id[4]; /* of the note key */
	uint32_t member;
	uint32_t older; /* the member's key before, or NOWHERE */
};

struct state_ring { /* one epoch of a ring */
	struct age_recipient recipient;
	struct hash file; /* its key file, sealed to those who were holders then */
	uint64_t made_at; /* entry_now of its making */
	uint64_t epoch;
	uint32_t case_; /* NOWHERE: the audit ring */
	uint32_t older; /* the epoch before, or NOWHERE */
};

/* A grant that was ended or replaced, or a time as auditor that is over: the key files of
 * that time stay good for who held them (state_ring_older_files). */
struct state_past {
	struct hash file;  /* the grant's; unused if !has_file */
	uint64_t from, to; /* entry_now of its beginning and its end */
	uint64_t epoch;	   /* current when the grant was given */
	uint32_t case_;	   /* NOWHERE: the audit ring */
	uint32_t member;
	uint32_t older; /* the member's one before, or NOWHERE */
	bool has_file;	/* a grant; false: held by role */
	bool reads;	/* the epochs of that time were sealed to the member */
};

struct state_bundle {
	struct hash name;
	uint32_t now; /* the bundle that replaced it, or NOWHERE */
};

/* What there is one of. */
struct state_vault {
	uint64_t format;
	uint64_t grant_days;
	bool two_person, no_break_glass;
	bool ring_due;
	uint64_t ring_epoch;
	uint32_t ring; /* newest epoch of the audit ring */
	uint32_t audit_grants;
	uint32_t n_admins, n_auditors;
	struct state_chain chain;
};

enum table { /* the arrays, in the order in which a snapshot has them */
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
#define TABLE_VAULT TABLES /* in the journal only */

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
	void *rows;
	uint32_t n, cap;
};

struct state_txn {
	bool open;
	bool skipping; /* a skip, and nothing but a skip, is allowed */
	bool failed;   /* only rollback may follow */
	struct state_signer signer;
	struct hash prev;
	uint64_t n;
	uint64_t skip_first;
	uint32_t n_must;   /* cases whose epoch has to follow */
	uint32_t n_closed; /* proposals closed: their entries are released by commit */
	uint32_t n_before[TABLES];
	struct merkle_frontier frontier;     /* as it was */
	int64_t last_act_at, last_anchor_at; /* as they will be */
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
	uint64_t seeds[4]; /* of the hash tables, fresh in each process: ids are chosen by
			      others */
	struct state_txn txn;
};

#define MEMBERS(s) ((struct state_member *)(s)->tables[TABLE_MEMBERS].rows)
#define KEYS(s) ((struct state_key *)(s)->tables[TABLE_KEYS].rows)
#define CASES(s) ((struct state_case *)(s)->tables[TABLE_CASES].rows)
#define RINGS(s) ((struct state_ring *)(s)->tables[TABLE_RINGS].rows)
#define GRANTS(s) ((struct state_grant *)(s)->tables[TABLE_GRANTS].rows)
#define EXHIBITS(s) ((struct state_exhibit *)(s)->tables[TABLE_EXHIBITS].rows)
#define BUNDLES(s) ((struct state_bundle *)(s)->tables[TABLE_BUNDLES].rows)
#define PROPOSALS(s) ((struct state_proposal *)(s)->tables[TABLE_PROPOSALS].rows)
#define LOG_KEYS(s) ((struct note_key *)(s)->tables[TABLE_LOG_KEYS].rows)
#define RESTORED(s) ((struct state_restored *)(s)->tables[TABLE_RESTORED].rows)
#define SKIPS(s) ((struct state_skip *)(s)->tables[TABLE_SKIPS].rows)
#define PASTS(s) ((struct state_past *)(s)->tables[TABLE_PASTS].rows)

/* The place in the log's order of the entry that is being applied: 1 for the first; 0 is
 * the genesis. */
static inline uint64_t
entry_now(const struct state *state)
{
	return state->frontier.size + 1;
}

/* state.c: seeds and journal of a state that is all zeros. */
void state_prepare(struct state *state);

#endif
