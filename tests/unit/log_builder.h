/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LOG_BUILDER_H
#define TESTS_LOG_BUILDER_H

#include "state/judge.h"

/*
 * A small log in memory for tests: people with keys, and batches that they sign.
 * Everything is made from fixed bytes, so the same calls give the same log.  Whatever
 * fails here ends the test (check.h).
 *
 * struct log_builder lb; lb_init(&lb);                                   founder S-001
 * struct person *bob = lb_person(&lb, "S-002"); struct entry e; lb_enrol(&lb, &e, bob,
 * ROLE_ADMIN); CHECK_INT(lb_act(&lb, lb.founder, &e), VERDICT_VALID); lb_done(&lb);
 *
 * Batches are made without asking the state, so that forbidden ones can be made, too;
 * then judge_slot judges them.  lb.slots keeps what is valid or void, in order.
 */
#define LB_PEOPLE 32
#define LB_SLOTS 512
#define LB_TIME INT64_C(1770000000) /* 2026-02-02T02:40:00Z */

struct person {
	struct member_code code;
	struct secret seed, identity;
	struct note_key key;
	struct age_recipient recipient;
};

struct lb_chain { /* a subject's events within the open batch */
	struct subject subject;
	uint64_t event;
	struct hash leaf;
};

struct log_builder {
	struct genesis genesis;
	struct buf genesis_bytes;
	struct hash fingerprint;
	struct state *state;
	struct person people[LB_PEOPLE];
	size_t n_people;
	struct person *founder;
	int64_t now;	    /* time of the next entry; lb_add adds a second */
	uint64_t n_made;    /* ids and recipients so far */
	struct secret ring; /* the identity of the newest ring recipient */

	/* slot i + 1 */
	struct buf slots[LB_SLOTS];
	size_t n_slots;

	/* the open batch; fields may be changed before lb_end */
	struct person *signer;
	struct batch_note note;
	struct buf entries;
	struct merkle_frontier tree;
	int lie_of_size;  /* added to the size that the next note states; then 0 again */
	bool lie_of_root; /* the next note states another root */
	struct lb_chain *chains;
	size_t n_chains;
	struct hash last_leaf; /* of the entry added last */

	struct judge_report report; /* of the batch judged last */
};

void lb_init(struct log_builder *lb);
void lb_done(struct log_builder *lb);
/* The person with this code, made with keys on first use (not enrolled by that). */
struct person *lb_person(struct log_builder *lb, const char *code);
/* Another person with the same code and other keys: to enrol in place of the first. */
struct person *lb_twin(struct log_builder *lb, const struct person *person);
/* The same in a place of the caller's: one more than LB_PEOPLE can be enrolled. */
void lb_stranger(struct log_builder *lb, const char *code, struct person *ret_person);
void lb_id(struct log_builder *lb, struct custody_id *ret_id);
void lb_hash(struct log_builder *lb, struct hash *ret_hash);
void lb_recipient(struct log_builder *lb, struct age_recipient *ret_recipient);

void lb_begin(struct log_builder *lb, struct person *signer);
/* Fills in prev, time, actor, event and before, then appends. */
void lb_add(struct log_builder *lb, struct entry *entry);
/* Appends the entry as it is, or bytes that need be no entry. */
void lb_add_as_is(struct log_builder *lb, const struct entry *entry);
void lb_add_bytes(struct log_builder *lb, struct bytes bytes);
/* The signed slot, not judged. */
void lb_sign(struct log_builder *lb, struct buf *ret_slot);
/* Signs, judges, keeps. */
enum verdict lb_end(struct log_builder *lb);
/* Judges these bytes as the next slot and keeps them if they are valid or void. */
enum verdict lb_judge(struct log_builder *lb, struct bytes slot);
/* begin, add, end; checks that state_may agrees, and that the batch tried and taken back
 * leaves no trace. */
enum verdict lb_act(struct log_builder *lb, struct person *signer, struct entry *entry);
/* lb_act that has to be void for a reason that contains `why` and change nothing but
 * slot number and head. */
void lb_refused(struct log_builder *lb, struct person *signer, struct entry *entry,
		const char *why, const char *file, int line);
/* lb_act that has to be valid. */
void lb_allowed(struct log_builder *lb, struct person *signer, struct entry *entry,
		const char *file, int line);
#define ALLOWED(lb, signer, entry) lb_allowed(lb, signer, entry, __FILE__, __LINE__)
#define REFUSED(lb, signer, entry, why)                                                  \
	lb_refused(lb, signer, entry, why, __FILE__, __LINE__)

/* Entries with their own lines.  case_id NULL: the audit ring, or outside any case.
 * Epochs are the current ones. */
void lb_enrol(struct log_builder *lb, struct entry *e, const struct person *who,
	      uint8_t roles);
void lb_role(struct entry *e, const struct person *who, bool add, uint8_t role);
void lb_case(struct log_builder *lb, struct entry *e, struct custody_id *ret_case,
	     const struct person *lead);
void lb_epoch(struct log_builder *lb, struct entry *e, const struct custody_id *case_id);
/* To the member's present keys; in the audit ring without a key file exactly if nobody
 * holds it. */
void lb_grant(struct log_builder *lb, struct entry *e, const struct custody_id *case_id,
	      const struct person *who, enum grant_kind kind);
/* ungrant, expire, break-glass (until LB_TIME + 7200) */
void lb_of_grant(struct entry *e, enum action action, const struct custody_id *case_id,
		 const struct person *who);
void lb_deposit(struct log_builder *lb, struct entry *e, struct custody_id *ret_exhibit,
		const struct custody_id *case_id);
/* record, denied */
void lb_record(struct log_builder *lb, struct entry *e, enum action action,
	       struct subject subject);
/* Turns an act into the proposal of it. */
void lb_propose(struct entry *e);
void lb_approve(struct entry *e, struct subject subject, const struct hash *proposal,
		bool yes);
/* A line of this kind and a sheet, both of random content. */
void lb_add_sheet(struct log_builder *lb, struct entry *e);
/* For a record: a line about its subject in a private sheet. */
void lb_add_private(struct log_builder *lb, struct entry *e);

/* The state as bytes. */
void lb_snapshot(const struct state *state, struct buf *ret_bytes);
/* Snapshots of equal states, but for the last slot's number and head. */
bool lb_same_but_slot(const struct log_builder *lb, const struct buf *a,
		      const struct buf *b);

#endif
