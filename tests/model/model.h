/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include "state/state_table.h"

#include <stdio.h>

/*
 * The rules of docs/FORMAT.md section 10 for one small office, written a second time.
 *
 * The shadow is a record of what happened, kept without a look at vault/state.  The
 * explorer (model_explore.c) offers every act to both, compares what they say, applies
 * what is allowed to both, and compares them again.  The files stand in this order, and
 * none calls one that comes after it:
 *
 *	model_world	keys, ids and names; acts as entries and as words
 *	model_shadow	questions to the shadow, and its fingerprint
 *	model_rows	what is allowed, row by row (10.2 to 10.4, 10.6, 10.7)
 *	model_rules	what takes two people (10.5), and the verdict
 *	model_effect	what it does
 *	model_check	what must hold whatever the rules say; shadow against state
 *	model_acts	all acts that could be tried now
 *	model_start	where exploring starts
 *	model_explore	breadth first
 */
enum { M_A, M_L, M_R, M_P, M_X, N_MEMBERS }; /* A-001, L-002, R-003, P-004, X-005 */
#define NOBODY 255
#define N_CASES 2
#define N_EXHIBITS 2
#define N_RINGS (1 + N_CASES) /* the audit ring, then each case's */
#define AUDIT 0
#define RING(case_no) ((uint8_t)((case_no) + 1))
#define N_KEYS 8
#define N_RECIPIENTS 48 /* that rings may have in one history */
#define N_PROPOSALS 10
#define N_ACTS 48
#define N_SHEETS 8
#define N_HISTORY 64
#define T0 INT64_C(1770000000)
#define HOUR 3600
#define UNTIL (T0 + 5 * HOUR) /* the only date that grants have here */
#define LATE (T0 + 100 * HOUR)
#define ENTRIES_MAX 250 /* entry numbers fit into a byte */

/* What stands for 32 random bytes: the same name, the same bytes. */
struct name {
	uint8_t tag; /* enum tag */
	uint8_t a, b;
};
enum tag { NAME_NONE, NAME_FILE, NAME_OBJECT, NAME_SHEET, NAME_BUNDLE, NAME_OTHER };

/* One act, small enough to be kept for every state.  What `arg` and `more` mean depends
 * on the action: see act_entry. */
struct act {
	uint8_t signer, action, proposed;
	uint8_t kind;	/* enum subject_kind */
	uint8_t on;	/* exhibit, case; of a grant its ring */
	uint8_t member; /* of a grant, a member; of a case its lead */
	uint8_t arg, more;
	uint8_t at; /* row in the shadow: a proposal, something to acknowledge */
	uint8_t twist;
};
/* What is wrong with an act that has to be refused for that alone. */
enum twist { RIGHT, OTHER_PREV, OTHER_EVENT, OTHER_BEFORE, OLD_KEY, OTHER_ACTOR, TWISTS };
/* arg of an enrol is ROLES, more: */
enum { KEY_FRESH, KEY_OLD, KEY_OF_OTHER };
/* more of a grant */
#define TO_OLD 1u
#define WITH_DATE 2u
#define EPOCH_OLD 4u
#define NO_OBJECT 8u /* of a grant in the audit ring */

/* more of what is signed with a permit */
#define OWN_LINES                                                                        \
	1u /* the lines that would be right now, or for erase those of sheet `arg` */
#define NO_PAIRS 2u
#define OTHER_NEW 4u /* a new name where it goes, none where it has one */

struct chain {
	uint8_t event;
	struct hash leaf;
};

struct s_member {
	bool known, enrolled, revoked, card;
	uint8_t roles, two_enrolled; /* its newest enrol took two */
	uint8_t key, n_keys;	     /* the present one, and how many there were */
	uint8_t keys_entry, role_entry[3];
	uint8_t line, alone; /* who is in its line, and by an enrol signed alone */
	uint8_t identity;    /* how often others enrolled it */
	struct chain chain;
};

struct s_grant {
	uint8_t kind, signer, given, first; /* numbers of entries; first 0: none ever */
	bool firm, appointment, broken, dated;
	bool ever, has_file;
	struct name file;
	uint8_t origin; /* row in the history */
	struct chain chain;
};

struct s_case {
	bool open, held, closed; /* open: it exists */
	uint8_t n_exhibits;
	struct chain chain;
};

struct s_ring {
	bool due;
	uint8_t epoch, made; /* number of the entry */
	struct name file;
	uint8_t recipient;
};

struct s_exhibit {
	bool exists, held, disposed;
	uint8_t case_no, n_private;
	struct name object;
	struct chain chain;
};

struct s_sheet {
	struct name name;	  /* the present one */
	uint8_t slot;		  /* its batch */
	uint8_t exhibit, case_no; /* whose entry named it; NOBODY */
	bool private, alive;
};

struct s_proposal {
	uint8_t status; /* enum proposal_status */
	bool lapsed, subject_enrolled;
	uint8_t approver, entry, used;
	struct act act;		      /* as its proposer would sign it */
	struct name sheets[N_SHEETS]; /* of a disposal, an erasure */
	uint8_t key;		      /* of an enrol: the key's number */
	uint8_t n_sheets;
	struct name fresh; /* what an erasure makes of its sheet */
	struct name lost;
	struct hash leaf;
};

struct s_act {
	uint8_t action, ring, member, entry, signer, proposer, seen;
	struct hash leaf;
};

/* Where grants come from, for the invariant about leads. */
struct s_origin {
	uint8_t ring, member, kind, identity;
	uint8_t by; /* row of the grant by which it was signed; NOBODY: by office */
	bool by_case, confirms;
};

struct shadow {
	uint8_t size, slot, format;
	bool two_person, no_break_glass, too_long; /* too_long: no room for more */
	struct s_member members[N_MEMBERS];
	struct s_ring rings[N_RINGS];
	struct s_grant grants[N_RINGS][N_MEMBERS];
	struct s_case cases[N_CASES];
	struct s_exhibit exhibits[N_EXHIBITS];
	struct s_sheet sheets[N_SHEETS];
	struct name bundles[N_SHEETS]; /* of each sheet's batch, the present name */
	struct s_proposal proposals[N_PROPOSALS];
	struct s_act acts[N_ACTS];
	struct s_origin history[N_HISTORY];
	bool kept[N_EXHIBITS]; /* the exhibit's own object is an anchor's, too */
	uint8_t file_of[ENTRIES_MAX +
			1]; /* by entry: 1 + the ring for which it was named */
	uint8_t n_sheets, n_proposals, n_acts, n_history, n_recipients;
	struct chain vault;
};

struct world {
	struct genesis genesis;
	struct hash fingerprint;
	struct member_code codes[N_MEMBERS];
	struct note_key keys[N_MEMBERS][N_KEYS];
	struct age_recipient recipients[N_MEMBERS][N_KEYS];
	struct age_recipient rings[N_RECIPIENTS];
	struct custody_id cases[N_CASES], exhibits[N_EXHIBITS];
};

/* ---- model_world.c ---- */
void world_init(struct world *w);
struct hash name_hash(struct name name);
struct hash slot_head(uint8_t slot);
struct name name_of(enum tag tag, uint8_t a, uint8_t b);
bool name_equal(struct name a, struct name b);
/* The entry that says so, whole. */
void act_entry(const struct world *w, const struct shadow *s, const struct act *act,
	       struct entry *ret_entry);
struct subject act_subject(const struct world *w, const struct act *act);
void act_print(const struct world *w, const struct act *act, FILE *out);

/* ---- model_shadow.c ---- */
void shadow_init(struct shadow *s);
bool has_role(const struct shadow *s, uint8_t member, uint8_t roles);
uint8_t count_role(const struct shadow *s, uint8_t role);
uint8_t count_officers(const struct shadow *s);
bool reads(uint8_t kind);
bool is_lead(const struct shadow *s, uint8_t member, uint8_t ring);
bool is_standing(const struct shadow *s, uint8_t member, uint8_t ring);
uint8_t count_leads(const struct shadow *s, uint8_t ring);
uint8_t count_holders(const struct shadow *s, uint8_t ring);
/* The case of an act's subject as a ring; AUDIT: none. */
uint8_t act_ring(const struct shadow *s, const struct act *act);
struct chain *act_chain(struct shadow *s, const struct act *act);
/* The sheets that a disposal of it destroys: rows, in the order of their names. */
uint8_t doomed_sheets(const struct shadow *s, uint8_t exhibit, uint8_t rows[N_SHEETS]);
/* The key that the act's enrol names. */
void enrol_key(const struct shadow *s, const struct act *act, uint8_t *ret_member,
	       uint8_t *ret_key);
/* The sheets, the new name and the lost hash that the act names. */
/* What it is signed for or answers; NULL: nothing is named. */
const struct s_proposal *act_proposal(const struct shadow *s, const struct act *act);
uint8_t act_sheets(const struct shadow *s, const struct act *act,
		   struct name names[N_SHEETS]);
struct name act_fresh(const struct shadow *s, const struct act *act);
struct name act_lost(const struct shadow *s, const struct act *act);
bool act_gives_pairs(const struct act *act);
/* Everything that can matter later, ages only as an order. */
void shadow_hash(const struct shadow *s, bool with_acts, struct hash *ret_hash);

/* ---- model_rows.c ---- */
/* An act under judgement: for what was proposed, as its proposer's. */
struct trial {
	const struct shadow *s;
	const struct act *act;
	bool direct;
	const struct s_proposal *from; /* approved now; NULL: proposed or direct */
};
/* Its subject exists, and its row's "who" and "and" say yes. */
bool rows_allow(const struct trial *t);
bool sole_officer(const struct shadow *s, uint8_t member);

/* ---- model_rules.c ---- */
bool rules_say(const struct shadow *s, const struct act *act);
bool rules_take_two(const struct shadow *s, const struct act *act);
/* True if what let the proposal be made is as old as it must be. */
bool proposal_stands(const struct shadow *s, const struct s_proposal *p);
/* That this member has one of the warrants for it, older than `before`. */
bool has_warrant(const struct shadow *s, const struct act *act, uint8_t member,
		 bool approves, unsigned int before);

/* ---- model_effect.c ---- */
void effect(struct shadow *s, const struct act *act, const struct hash *leaf);

/* ---- model_check.c ---- */
/* NULL: all is well; else the invariant that is broken. */
const char *check_act(const struct shadow *before, const struct shadow *after,
		      const struct act *act);
/* `open`: the slot has not ended, so that its bundle has no name yet. */
const char *check_state(const struct world *w, const struct shadow *s,
			const struct state *state, bool open);

/* ---- model_acts.c ---- */
#define CANDIDATES_MAX 12000
struct candidates {
	struct act acts[CANDIDATES_MAX];
	size_t n;
};
void candidates_find(const struct shadow *s, unsigned int open_max,
		     struct candidates *ret_all);

/* ---- model_start.c ---- */
struct start {
	const char *name, *what;
	const struct act *acts;
	size_t n_acts;
	bool with_acts;	       /* what was acknowledged tells states apart */
	unsigned int open_max; /* proposals that may be open or permitted at once */
};
extern const struct start starts[];
extern const size_t n_starts;

#endif
