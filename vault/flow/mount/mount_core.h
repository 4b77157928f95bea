/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_MOUNT_MOUNT_CORE_H
#define FLOW_MOUNT_MOUNT_CORE_H

#include "amana/mount.h"
#include "keys/keyring.h"
#include "session/exhibit_key.h"
#include "session/first_reader.h"
#include "session/names.h"

#include <jansson.h>

/*
 * A mount, and what its parts need of each other.  mount.c opens it, lists and polls;
 * mount_keys.c opens sheets; mount_record.c puts openings on record; mount_read.c gives
 * out bytes, on any thread; mount_check.c makes the first reader's checks while nobody
 * reads; mount_damaged.c records what failed one; mount_end.c records the end.
 *
 * Everything here belongs to the thread of the session, but for what is marked.
 */

#define MOUNT_SLOTS 2  /* slots of the log whose sheets are kept at hand */
#define MOUNT_KEYS 512 /* in one block of locked memory */
/* A key is an identity that keeps its recipient (age.h), since its object is opened more
 * than once: when it is read, and for the first reader's check. */
#define MOUNT_KEY_LEN AGE_PAIR_LEN

/* What is known of one exhibit. */
struct mount_item {
	/* Room for its key, MOUNT_KEY_LEN bytes in a block of the mount's; NULL until the
	   key is wanted. */
	uint8_t *room;
	const uint8_t *key; /* the same, filled; NULL: its sheet was not opened yet */
	uint64_t size;	    /* in bytes; with the key */
	struct hash sha256;
	/* The digests of its spans, spans_count(size) of them; owned.  NULL: none, or not
	   at hand (mount_keys.h). */
	uint8_t *blocks;
	enum amana_code
		why_not; /* it may not be opened: as mount_keys_open saw it last */

	bool is_recorded;  /* its opening is on record: bytes may be given out */
	bool is_expected;  /* recorded ahead of its opening, which has not come yet */
	bool is_listed;	   /* about to be recorded; only within mount_record.c */
	bool is_damaged;   /* that it failed a check is on record */
	bool awaits_check; /* by its first reader: mount_check.c knows of it */
	/* That check failed: nothing of it comes out of this mount any more.  Owned, and
	   in a place that stays, since its readers ask on any thread; NULL: it has no
	   reader yet. */
	atomic_bool *is_refused;
};

/* What a poll compares: all that the list of exhibits says, but for their names. */
struct mount_mark {
	uint32_t n_exhibits;
	uint64_t flags;	      /* a sum over which of them are disposed of or held */
	bool has_file;	      /* this person has a key file in the case */
	struct hash key_file; /* a newer one may open what was sealed to others before */
};

struct mount_checks; /* mount_check.h */

struct amana_mount {
	struct session *session; /* borrowed */
	struct custody_id case_id;
	char code[TEXT_CASE_MAX + 1]; /* "-" where it is not known */
	char label[NAMES_REF_MAX];    /* what messages call the case */
	char *reason;		      /* for every record of this mount; owned */
	uint64_t batch;		      /* of the act that recorded the mounting */

	/* What the last poll saw, and whether the identity is still unlocked. */
	uint64_t seen_slot;
	struct mount_mark seen;
	struct keyring_mark lock_mark;
	/* Why it must end; "" while it need not. */
	char why[sizeof((struct amana_mount_news *)NULL)->why];

	struct mount_item *items; /* of exhibit 1 and up; n_items may be behind the log */
	size_t n_items;
	uint64_t n_opened; /* on record */

	struct secret *keys; /* blocks of MOUNT_KEYS keys; owned */
	size_t n_keys;	     /* in use, in all blocks */
	size_t blocks_len;   /* bytes of digests that items have */
	struct exhibit_slot slots[MOUNT_SLOTS];
	size_t next_slot; /* the one that is replaced next */

	struct mount_checks *checks; /* NULL until something waits for its check */
	struct first_reader known;

	/* Readers look at these, on any thread. */
	atomic_bool has_ended;	    /* nothing more is given out */
	_Atomic int64_t read_at_ms; /* by clock_coarse_ms: when something was read last */
};

/* From here on nothing more is given out.  `why` is one line; the first one counts, cut
 * where it is too long. */
void mount_stop(struct amana_mount *mount, const char *why);
/* Stops the mount if this person may not read the case any more, by the log as far as it
 * was read and by this machine's clock. */
void mount_check_right(struct amana_mount *mount);
/* A sync that failed, because the store was gone, may have left the log without a state.
 * Then it is tried again, and what goes wrong is told.  To be called before anything that
 * looks into the state. */
int mount_has_state(const struct amana_mount *mount, struct amana_error *err) MUST_CHECK;
/* mount_has_state and mount_check_right, then AMANA_E_LOCKED if the mount was stopped. */
int mount_may_read(struct amana_mount *mount, struct amana_error *err) MUST_CHECK;

/* The item of an exhibit.  AMANA_E_MISSING: there is no exhibit of that number. *ret_item
 * is good until the next call. */
/* Its is_refused is there. */
int mount_item_refusable(struct mount_item *item, struct amana_error *err) MUST_CHECK;
int mount_item(struct amana_mount *mount, uint64_t number, struct mount_item **ret_item,
	       struct amana_error *err) MUST_CHECK;
/* CASE/7, or id:HEX where the case's code is not known. */
void mount_ref(const struct amana_mount *mount, uint64_t number,
	       char out[AMANA_EXHIBIT_REF_MAX]);

/* Text that came from elsewhere, as JSON for a custody line: at most `max` bytes of it,
 * with what is no UTF-8 replaced; "-" for none.  NULL: no memory. */
json_t *mount_text(const char *text, size_t max);

/* Wipes the keys and frees the mount, whose checks have ended.  Records nothing.  NULL is
 * fine. */
void mount_free(struct amana_mount *mount);
DEFINE_FREEP(struct amana_mount, mount_free);

#endif
