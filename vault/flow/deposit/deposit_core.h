/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_DEPOSIT_DEPOSIT_CORE_H
#define FLOW_DEPOSIT_DEPOSIT_CORE_H

#include "amana/exhibit.h"
#include "flow/deposit/walk.h"
#include "object/object_seal.h"
#include "sandbox/media.h"
#include "session/act.h"

#include <jansson.h>
#include <pthread.h>

/*
 * A deposit, and what its parts need of each other.
 *
 * The thread of the session leads: deposit.c finds out whether this person may and what
 * there is to take, deposit_run.c hands the files out, deposit_group.c and
 * deposit_again.c write the acts, deposit_remember.c keeps what this person will want to
 * know of them. Workers seal one file after the other: deposit_job.c.  The files of one
 * act are a group; while a group is committed, the first files of the next one are being
 * sealed.
 */

/* What a group holds at most: files, bytes of theirs, bytes of their sealed sheets, and
 * seconds from its first file on. */
#define DEPOSIT_GROUP_FILES 1000
#define DEPOSIT_GROUP_BYTES ((uint64_t)1 << 30)
#define DEPOSIT_GROUP_SHEETS ((size_t)8 << 20)
#define DEPOSIT_GROUP_MS 60000

/* What becomes of a file. */
enum deposit_fate {
	DEPOSIT_SEALED,
	/* This person deposited it before, by the same name and from the same source:
	   nothing is to be done. */
	DEPOSIT_KNOWN_OWN,
	/* The case holds this content: it is recorded as presented again. */
	DEPOSIT_KNOWN_CASE,
	/* The case says that it holds this content, but what is stored is not whole, or
	   does not open: the file is sealed in a second round. */
	DEPOSIT_ANEW,
	/* This file could not be read; the others go on.  `err` says why. */
	DEPOSIT_FAILED,
	/* The store or memory failed, which ends the deposit.  `err` says why. */
	DEPOSIT_BROKEN,
};

struct deposit_line {
	struct buf json;
	struct hash hash;
};

/* One file on its way.  The leader makes it, a worker fills it in, its group owns it. */
struct deposit_job {
	struct deposit_group *group;
	const struct walk_item *item; /* borrowed from the deposit */
	enum deposit_fate fate;
	struct amana_error err; /* DEPOSIT_FAILED, DEPOSIT_BROKEN */

	struct custody_id exhibit; /* what it becomes */
	struct secret identity;	   /* opens its object; borrowed from the group's slab */
	struct object_sealed sealed;
	struct deposit_line content, about, source;
	char media_type[MEDIA_TYPE_MAX + 1];
	const char *type;    /* static, or the request's */
	struct hash own_mac; /* by which this person's catalogue knows it again */

	/* The sheet, and the epoch of the case's ring that it is sealed to. */
	uint64_t epoch;
	struct age_recipient ring_recipient;
	struct buf sheet;
	struct hash sheet_hash;

	struct custody_id known; /* DEPOSIT_KNOWN_*: the exhibit that it is */
};

/* The files of one act. */
struct deposit_group {
	struct deposit_job *jobs[DEPOSIT_GROUP_FILES]; /* as walked; owned */
	size_t n;
	/* Jobs that are not done yet, and 1 more while the leader still adds some. */
	_Atomic size_t n_left;
	uint64_t bytes;	    /* of the files */
	size_t sheets;	    /* bytes that their sheets will take, at most */
	int64_t began_ms;   /* by clock_ms */
	struct secret slab; /* the identities of the jobs, AGE_KEY_LEN bytes each */
};

struct deposit {
	/* From the beginning to the end, and only read by the workers. */
	struct session *session;
	const struct amana_deposit *request;
	struct custody_id case_id;
	struct member_code actor;
	bool may_read;	     /* this person reads the case, and may know what it holds */
	bool case_was_empty; /* when this began: nothing can be known */
	uint64_t first_slot; /* the log's end when this began: what came later is new */
	struct secret own_key; /* for own_mac */
	json_t *facts;	       /* of the request, parsed; NULL: none */
	struct walk walk;
	struct media *media;

	/* The catalogue is used by one thread at a time, and no worker looks at the state
	   while an act changes it: known_lock is held for either. */
	pthread_mutex_t known_lock;
	struct catalog *catalog; /* borrowed from the session */

	/* The leader's: what new jobs are sealed to. */
	uint64_t epoch;
	struct age_recipient ring_recipient;

	/* Between the leader and the workers. */
	struct queue *jobs; /* struct deposit_job, to the workers */
	struct queue *done; /* struct deposit_group, back: the one that is waited for */
	struct workers *workers;
	struct deposit_group *groups[2]; /* owned; they take turns */
	atomic_bool stop;
	_Atomic uint64_t bytes_done;

	/* The leader's: what has come of it. */
	struct amana_deposit_result result;
	struct amana_error first_failure;
	bool anew; /* the second round: of files with walk_item.anew */
	size_t n_anew;
	bool told_unnoted;	  /* that this machine does not note what it deposits */
	bool told_not_in_catalog; /* that the names are not in the catalogue */
};

/* NULL is fine. */
void deposit_job_free(struct deposit_job *job);
DEFINE_FREEP(struct deposit_job, deposit_job_free);
/* Frees the jobs; the group can be filled again. */
void deposit_group_clear(struct deposit_group *group);
/* NULL is fine. */
void deposit_group_free(struct deposit_group *group);
/* One job less, or the leader's word that there will be no more.  Whoever takes the last
 * one sends the group to deposit->done.  Any thread. */
void deposit_group_release(struct deposit *deposit, struct deposit_group *group);

/* Seals the job's lines and its identity to its ring_recipient, into its sheet.  The
 * thread that has the job. */
int deposit_seal_sheet(struct deposit_job *job, struct amana_error *err) MUST_CHECK;

/* Counts a file that could not be deposited, and tells the caller of the deposit why. The
 * leader's thread. */
void deposit_tell_failed(struct deposit *deposit, const char *path,
			 const struct amana_error *why);

/* act_run, while no worker looks at the state.  The leader's thread. */
int deposit_run_act(struct deposit *deposit, const struct act_spec *spec,
		    struct act_done *ret_done, struct amana_error *err) MUST_CHECK;
/* Hands the receipt of an act to the caller of the deposit.  first, last: the numbers of
 * the exhibits that the act deposited; 0: none.  The leader's thread. */
void deposit_tell_receipt(const struct deposit *deposit, const struct act_done *done,
			  uint64_t first, uint64_t last);

#endif
