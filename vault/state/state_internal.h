/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_INTERNAL_H
#define STATE_STATE_INTERNAL_H

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

/* ---- state_table.c: arrays, hash tables, journal ---- */

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

/* Appends a copy of *row and enters it in its hash tables; its place in *ret_at (may be
 * NULL).  Frees nothing on failure: what row owns stays the caller's. */
int state_table_add(struct state *state, enum table table, const void *row,
		    uint32_t *ret_at, struct amana_error *err) MUST_CHECK;
/* Copies a row (TABLE_VAULT: the vault's own values, at 0) into the journal.  Call
 * before changing anything that is older than the transaction; costs nothing for newer
 * rows. */
int state_table_save(struct state *state, enum table table, uint32_t at,
		     struct amana_error *err) MUST_CHECK;
/* Puts everything back as it was at the beginning of the transaction. */
void state_table_undo(struct state *state);
void state_tables_free(struct state *state);
/* Room for n rows, so that a restore does not grow step by step. */
int state_table_reserve(struct state *state, enum table table, uint32_t n,
			struct amana_error *err) MUST_CHECK;

/* NOWHERE if there is none. */
uint32_t state_find_member(const struct state *state, const struct member_code *code);
uint32_t state_find_key(const struct state *state, const uint8_t pub[SIGN_PUB_LEN]);
uint32_t state_find_case(const struct state *state, const struct custody_id *id);
uint32_t state_find_ring(const struct state *state,
			 const struct age_recipient *recipient);
uint32_t state_find_grant(const struct state *state, uint32_t case_at,
			  uint32_t member_at);
uint32_t state_find_exhibit(const struct state *state, const struct custody_id *id);
uint32_t state_find_object(const struct state *state, const struct hash *object);
uint32_t state_find_number(const struct state *state, uint32_t case_at, uint32_t number);
uint32_t state_find_bundle(const struct state *state, const struct hash *name);
uint32_t state_find_proposal(const struct state *state, const struct hash *leaf);

/* ---- state_rules.c and the acts ---- */

/* One act under judgement. */
struct doing {
	const struct state *state;
	const struct entry *e; /* own lines, time, and for direct acts everything */
	enum action action;    /* the act itself, also when proposed or approved */
	struct subject subject;
	uint64_t slot;	  /* it is in, or would be in */
	bool second;	  /* approving: a recovery card may stand in as second admin */
	bool direct;	  /* signed by itself, not proposed or approved */
	uint32_t actor;	  /* place of the member */
	uint32_t case_at; /* of the subject, or NOWHERE */
	uint32_t exhibit_at;
	uint32_t member_at; /* the subject's (grant, member) */
	uint32_t grant_at;
	struct state_why *why;
};

/* Fills why and is false, for `return state_why_not(d, "...")`. */
bool state_why_not(const struct doing *d, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct rule {
	bool (*who)(const struct doing *d);   /* NULL: any member */
	bool (*check)(const struct doing *d); /* the "and" column; NULL: nothing more */
	int (*apply)(struct state *state, const struct doing *d, struct amana_error *err);
	bool makes_subject; /* the subject need not exist before */
};

/* Who columns (state_who.c). */
bool state_who_admin(const struct doing *d);
bool state_who_admin_or_auditor(const struct doing *d);
bool state_who_enrol(const struct doing *d);
bool state_who_epoch(const struct doing *d);
bool state_who_grant(const struct doing *d);
bool state_who_ungrant(const struct doing *d);
bool state_who_expire(const struct doing *d);
bool state_who_break_glass(const struct doing *d);
bool state_who_deposit(const struct doing *d);
bool state_who_record(const struct doing *d);
bool state_who_lead(const struct doing *d);
bool state_who_destroy(const struct doing *d);

/* "And" columns and what the acts do: state_members.c, state_cases.c, state_acts.c. */
#define ACT_PARTS(name)                                                                  \
	bool state_check_##name(const struct doing *d);                                  \
	int state_apply_##name(struct state *state, const struct doing *d,               \
			       struct amana_error *err)
ACT_PARTS(enrol);
ACT_PARTS(role);
ACT_PARTS(revoke);
ACT_PARTS(policy);
ACT_PARTS(format);
ACT_PARTS(log_key);
ACT_PARTS(skip);
int state_apply_restored(struct state *state, const struct doing *d,
			 struct amana_error *err);
ACT_PARTS(case);
ACT_PARTS(epoch);
ACT_PARTS(grant);
ACT_PARTS(ungrant);
ACT_PARTS(expire);
ACT_PARTS(break_glass);
ACT_PARTS(deposit);
bool state_check_sealing(const struct doing *d); /* record, denied */
ACT_PARTS(hold);
ACT_PARTS(dispose);
ACT_PARTS(erase);
bool state_check_anchor(const struct doing *d);

/* The place in the log's order of the entry that is being applied: 1 for the first; 0 is
 * the genesis. */
static inline uint64_t
entry_now(const struct state *state)
{
	return state->frontier.size + 1;
}

/* True for a lead of the case at this place (state_who.c). */
bool state_is_lead(const struct state *state, uint32_t member_at, uint32_t case_at);
bool state_case_has_lead(const struct state *state, uint32_t case_at);
/* state_cases.c: the ring needs a new epoch.  case_at NOWHERE: the audit ring. */
int state_ring_make_due(struct state *state, uint32_t case_at,
			struct amana_error *err) MUST_CHECK;
/* Grants whose holders the ring's epochs are sealed to. */
static inline bool
state_kind_reads(enum grant_kind kind)
{
	return kind == GRANT_LEAD || kind == GRANT_READER || kind == GRANT_STANDBY ||
	       kind == GRANT_AUDITOR;
}

/* state_files.c: remembers a grant that ends with the entry that is being applied; a
 * member's time as auditor. */
int state_past_grant(struct state *state, uint32_t grant_at,
		     struct amana_error *err) MUST_CHECK;
int state_past_auditor(struct state *state, uint32_t member_at,
		       struct amana_error *err) MUST_CHECK;
/* state_query.c: the place of the case that names a ring; *ret_known is false if there is
 * no such case. */
uint32_t state_ring_case(const struct state *state, const struct custody_id *case_id,
			 bool *ret_known);
/* Ends a grant; whoever could read leaves the ring due. */
int state_grant_end(struct state *state, uint32_t at, struct amana_error *err) MUST_CHECK;
/* Every ring that the member holds becomes due. */
int state_member_rings_due(struct state *state, uint32_t at,
			   struct amana_error *err) MUST_CHECK;
/* state_rules.c: the subject's chain, NULL if it has none yet. */
const struct state_chain *state_subject_chain(const struct state *state,
					      const struct subject *subject);
/* state.c: a zeroed state's seeds and journal. */
void state_prepare(struct state *state);
/* state_rules.c: judges and carries out, but for the chain. */
bool state_rules_allow(const struct state *state, const struct entry *e, uint64_t slot,
		       struct state_why *why);
int state_rules_apply(struct state *state, struct bytes raw, const struct entry *e,
		      const struct hash *leaf, struct amana_error *err) MUST_CHECK;

#endif
