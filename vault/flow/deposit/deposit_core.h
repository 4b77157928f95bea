/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_CORE_H
#define FLOW_DEPOSIT_DEPOSIT_CORE_H

#include "amana/exhibit.h"
#include "session/act.h"
#include "flow/deposit/walk.h"
#include "object/object_seal.h"
#include "sandbox/media.h"

#include <jansson.h>
#include <pthread.h>

/*
 * Depositing, in three parts: deposit.c leads, deposit_job.c seals one file on a worker's
 * thread, deposit_group.c commits what was sealed as one act.
 */

#define DEPOSIT_GROUP_FILES 1000
#define DEPOSIT_GROUP_BYTES ((uint64_t)1 << 30)
#define DEPOSIT_GROUP_SHEETS ((size_t)8 << 20)
#define DEPOSIT_GROUP_SECONDS 60
#define DEPOSIT_WORKERS_MAX 8
/* Jobs that wait for a worker.  Enough of them that the workers have something to do
 * while a group is committed. */
#define DEPOSIT_QUEUE 256
#define DEPOSIT_AHEAD_BYTES ((uint64_t)64 << 20)

enum deposit_fate {
	DEPOSIT_SEALED,
	DEPOSIT_KNOWN_OWN,  /* this person deposited it before, same name and source:
			       nothing to do */
	DEPOSIT_KNOWN_CASE, /* the case holds this content: to be recorded as presented
			       again */
	DEPOSIT_FAILED,	    /* this file could not be read: err; the others go on */
	DEPOSIT_BROKEN,	    /* the store or memory failed: err; the deposit stops */
};

struct deposit_line {
	struct buf json;
	struct hash hash;
};

/* One file on its way.  Made by the leader, filled in by a worker, owned by the group. */
struct deposit_group;
struct deposit_job {
	struct deposit_group *group;
	const struct walk_item *item;
	enum deposit_fate fate;
	struct amana_error err;

	struct custody_id exhibit;
	struct secret identity; /* a slot of the group's slab: borrowed */
	struct object_sealed sealed;
	struct deposit_line content, about, source;
	uint64_t epoch; /* of the case's ring that the sheet is sealed to */
	struct age_recipient ring;
	struct buf sheet;
	struct hash sheet_hash;
	char media_type[MEDIA_TYPE_MAX + 1];
	const char *type; /* static */
	struct hash own_mac;
	struct custody_id known; /* DEPOSIT_KNOWN_*: the exhibit that it is */
};

struct deposit {
	struct session *session;
	const struct amana_deposit *request;
	struct custody_id case_id;
	char case_code[TEXT_CASE_MAX + 1];
	bool may_know; /* this person reads the case: content that it holds may be noticed
			*/
	struct member_code actor;
	struct secret own_key;
	json_t *facts; /* or NULL */

	struct walk walk;
	struct media *media;
	struct catalog *catalog;
	/* The catalogue belongs to one thread at a time, and the state is not looked at
	 * while an act is written. */
	pthread_mutex_t known_lock;
	bool case_was_empty; /* when this began: nothing can be known */
	uint64_t first_slot; /* the log's end when this began: only older content is
				"known" */

	/* What new jobs are sealed to; the leader's. */
	uint64_t epoch;
	struct age_recipient ring;

	struct queue *jobs; /* struct deposit_job, to the workers */
	struct queue *done; /* struct deposit_group: the one that is waited for */
	struct workers *workers;
	struct deposit_group
		*groups[2]; /* the one being filled or committed, and the one after it */
	atomic_bool stop;
	_Atomic uint64_t bytes_done;

	struct amana_deposit_result result;
	struct amana_error first_failure;
};

/* A worker's thread: jobs in, until the queue is closed; groups out, when their last job
 * is done. arg: struct deposit. */
void deposit_worker(void *arg);
/* Seals the job's sheet to the job's ring. */
int deposit_seal_sheet(struct deposit_job *job, struct amana_error *err) MUST_CHECK;
void deposit_job_free(struct deposit_job *job);
DEFINE_FREEP(struct deposit_job, deposit_job_free);
/* An upper bound for the sealed sheet of one item, before it is made. */
size_t deposit_sheet_bound(const struct deposit *deposit, const struct walk_item *item);

struct deposit_group {
	struct deposit_job *jobs[DEPOSIT_GROUP_FILES]; /* in the order of the walk */
	size_t n;
	_Atomic size_t
		n_left; /* jobs not done yet, and 1 while the leader still adds some */
	uint64_t bytes;
	size_t sheets;
	int64_t began_at;   /* monotonic seconds */
	struct secret slab; /* identities, AGE_KEY_LEN each */
};
void deposit_group_clear(struct deposit_group *group);
void deposit_group_free(struct deposit_group *group); /* NULL is fine */
/* One job less, or the leader's word that there will be no more: the last one sends the
 * group to deposit->done. */
void deposit_group_release(struct deposit *deposit, struct deposit_group *group);
/* Writes the group's acts, remembers them, reports items and receipts.  0 also when
 * nothing was sealed. */
int deposit_group_commit(struct deposit *deposit, struct deposit_group *group,
			 struct amana_error *err) MUST_CHECK;

#endif
