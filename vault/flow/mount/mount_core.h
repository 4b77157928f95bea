/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_MOUNT_MOUNT_CORE_H
#define FLOW_MOUNT_MOUNT_CORE_H

#include "amana/mount.h"
#include "session/exhibit_key.h"
#include "session/first_reader.h"
#include "session/names.h"
#include "keys/keyring.h"

#include <jansson.h>

/*
 * Inside a mount: mount.c opens it, lists and polls; mount_keys.c opens sheets;
 * mount_record.c puts openings on record; mount_read.c gives out bytes on any thread;
 * mount_check.c makes the first reader's checks while nobody reads; mount_end.c records
 * the end.
 */

/* What is known of an exhibit, by its number. */
struct mount_item {
	uint8_t *room; /* MOUNT_KEY_LEN bytes among the mount's keys; NULL until they are
			  wanted */
	const uint8_t *key; /* its key there; NULL: its sheet was not opened yet */
	uint64_t size;
	struct hash sha256;
	enum amana_code
		why_not;   /* what hinders its opening: as of the last mount_keys_open */
	bool is_recorded;  /* its opening: bytes may be given out */
	bool is_expected;  /* recorded ahead of its opening, which has not come yet */
	bool is_listed;	   /* about to be; only within mount_record.c */
	bool is_damaged;   /* that it failed a check is on record */
	bool awaits_check; /* by the first reader: it was handed to mount_check.c */
};

/* What poll compares: all that the list says, but for names. */
struct mount_mark {
	uint32_t n_exhibits;
	uint64_t flags; /* of disposed and held, over all of them */
	bool has_file;
	struct hash key_file; /* a newer one may open what was sealed to others */
};

#define MOUNT_SLOTS 2
#define MOUNT_KEY_LEN                                                                    \
	AGE_PAIR_LEN /* a key is used for the object once more, and again by the first   \
			reader's check */
struct mount_checks;
struct amana_mount {
	struct session *session;
	struct custody_id case_id;
	char code[TEXT_CASE_MAX + 1];
	char label[NAMES_REF_MAX]; /* what messages call the case */
	char *reason;
	uint64_t batch; /* of the act that recorded the mounting */
	struct keyring_mark lock_mark;
	uint64_t seen_slot;
	struct mount_mark seen;
	char why[sizeof((struct amana_mount_news *)NULL)->why]; /* it must end; "" while
								   it need not */

	struct mount_item *items; /* by number - 1 */
	size_t n_items;
	uint64_t n_opened;   /* recorded */
	struct secret *keys; /* blocks of MOUNT_KEYS keys each */
	size_t n_keys;	     /* in use, over all blocks */
	struct exhibit_slot slots[MOUNT_SLOTS];
	size_t next_slot; /* to be replaced */

	struct mount_checks *checks; /* NULL until something waits */
	struct first_reader known;

	/* for readers, on any thread */
	atomic_bool has_ended;
	_Atomic int64_t read_at_ms; /* by mount_now_ms, when something was read last */
};
#define MOUNT_KEYS 512

int64_t mount_now_ms(void); /* a clock that only moves forward */

/* AMANA_E_LOCKED or AMANA_E_DENIED when nothing more may be read. */
int mount_may_read(struct amana_mount *mount, struct amana_error *err) MUST_CHECK;
/* The item of an exhibit that exists: AMANA_E_MISSING otherwise.  Good until the next
 * call. */
int mount_item(struct amana_mount *mount, uint64_t number, struct mount_item **ret_item,
	       struct amana_error *err) MUST_CHECK;
/* "CASE/7" */
void mount_ref(const struct amana_mount *mount, uint64_t number,
	       char out[AMANA_EXHIBIT_REF_MAX]);
/* Opens the sheets of those that were not opened yet.  Each item then has its key or says
 * why not; a number that there is not has no item. */
int mount_keys_open(struct amana_mount *mount, const struct amana_opening *openings,
		    size_t n, struct amana_error *err) MUST_CHECK;
/* What its object must be. */
int mount_item_expect(const struct amana_mount *mount, uint64_t number,
		      const struct mount_item *item, struct object_expect *ret_expect,
		      struct amana_error *err) MUST_CHECK;

/* Text that came from elsewhere as JSON: at most MOUNT_PROGRAM_MAX bytes of it, what is
 * no UTF-8 replaced.  NULL: no memory. */
#define MOUNT_PROGRAM_MAX 255
json_t *mount_json_text(const char *text, size_t max);
/* Appends `number` to a list of rising numbers such as "1-3,7". */
struct mount_numbers {
	struct buf text;
	uint64_t first, last; /* the run that is not written yet; first 0: none */
};
#define MOUNT_NUMBERS_INIT                                                               \
	{                                                                                \
		.text = BUF_INIT((size_t)1 << 20)                                        \
	}
int mount_numbers_add(struct mount_numbers *numbers, uint64_t number,
		      struct amana_error *err) MUST_CHECK;
int mount_numbers_end(struct mount_numbers *numbers, struct amana_error *err) MUST_CHECK;

/* The first reader's check of a recorded exhibit is to be made some time. */
int mount_check_later(struct amana_mount *mount, uint64_t number, struct mount_item *item,
		      struct amana_error *err) MUST_CHECK;
/* From poll: hands out work while nobody reads, and records what was found.  What fails
 * is tried again at the next. */
void mount_checks_turn(struct amana_mount *mount);
/* Stops them, after has_ended was set; what was found by then is recorded. *ret_n_passed:
 * those that were found whole and are on record as checked. */
void mount_checks_end(struct amana_mount *mount, uint64_t *ret_n_passed);
void mount_checks_free(struct mount_checks *checks);

/* Everything wiped, nothing recorded. */
void mount_free(struct amana_mount *mount);

#endif
