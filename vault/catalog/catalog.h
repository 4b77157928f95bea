/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "crypto/hash.h"

/*
 * The catalogue: what one person's client has learnt from one vault, kept so that listing
 * and searching need neither a replay nor a sheet to be opened again.  It is a cache:
 * everything in it follows from the log and the sheets, nothing is believed because it
 * stands here, and it is thrown away when anything about it is wrong.  Exhibit identities
 * are never in it.  On disk every page is sealed (vfs.h).
 *
 * Only one thing in it cannot be had again: the own deposits of somebody who may write
 * and not read.  Losing those costs a convenience, since a rerun then deposits again, and
 * never evidence.  Still, a commit happens whole or not at all, whether the process is
 * killed or the power fails.
 *
 * Every function that takes a struct catalog returns 0 (done), -1 (failed, err is filled)
 * or one of the outcomes below.  What a callback returns other than 0 ends the listing
 * and is returned.
 *
 * Several processes may use one catalogue at once: many read together, one writes at a
 * time, and a transaction sees one state throughout.  So a writer calls catalog_synced
 * inside its transaction: another process may just have replayed the same batches.
 *
 * One thread at a time for each struct catalog.  Callbacks run under a read lock that
 * keeps other processes from committing: they should be short, and must not call the same
 * function again.
 */
#define CATALOG_ID_LEN 16 /* of cases and exhibits */
#define CATALOG_SUBJECT_MAX 64
#define CATALOG_TEXT_MAX ((size_t)1 << 16) /* bytes of one name, title, reason, ... */
#define CATALOG_TOKEN_MAX 64
#define CATALOG_QUERY_MAX 1024
#define CATALOG_QUERY_WORDS_MAX 32
#define CATALOG_WAIT_MS 5000

enum {
	/* It is not there; only where a function says so. */
	CATALOG_NONE = 1,
	/* A page failed its check, or what was read makes no sense: the caller calls
	 * catalog_reset and replays.  Any function may return it at any time.  Damage
	 * that is found again right after a rebuild is a bug or a dying disk, so the
	 * caller must not loop. */
	CATALOG_DAMAGED,
	/* Another process of this login held it for CATALOG_WAIT_MS, and nothing was
	 * changed: the caller goes on without it, or with one in memory. */
	CATALOG_BUSY,
};

struct catalog;

/*
 * Opens the catalogue at `path`, sealed under `key` (32 bytes, copied) and made for
 * the vault with this fingerprint.  The file has mode 0600; its folder is made when
 * missing, with mode 0700.
 *
 * 0: opened.  1: it is empty: there was none, or the one that was there was damaged or
 * of another schema, vault or key, and was replaced.  -1: for lack of memory only.  If
 * the folder cannot be written or the disk is full, the catalogue lives in memory
 * (catalog_in_memory) and is empty. path NULL asks for that.
 */
int catalog_open(const char *path, const struct secret *key, const struct hash *vault,
		 struct catalog **ret_catalog, struct amana_error *err) MUST_CHECK;
/* Closes the catalogue.  An open transaction is rolled back. */
void catalog_free(struct catalog *catalog);
DEFINE_FREEP(struct catalog, catalog_free);
bool catalog_in_memory(const struct catalog *catalog);
/* Throws everything away and begins with an empty catalogue of the same path and key,
 * or in memory as catalog_open does.  An open transaction is lost. */
int catalog_reset(struct catalog *catalog, struct amana_error *err) MUST_CHECK;

/* Writing happens inside a transaction: outside one, every function that puts, sets or
 * forgets fails with AMANA_E_BUG. A commit flushes the disk twice, so thousands of
 * rows belong into one; but its pages are in memory until then, about 1 KiB for a new
 * exhibit, so a rebuild should commit every 5,000 rows or so.  After any failure
 * inside a transaction only catalog_rollback or catalog_free may follow.
 * catalog_commit ends the transaction whatever it returns. */
int catalog_begin(struct catalog *catalog, struct amana_error *err) MUST_CHECK;
int catalog_commit(struct catalog *catalog, struct amana_error *err) MUST_CHECK;
void catalog_rollback(struct catalog *catalog); /* harmless outside a transaction */

/* Up to which slot the log was taken in, and its head.  CATALOG_NONE: nothing yet.
 * The caller compares them with the pin before believing anything else here. */
int catalog_synced(struct catalog *catalog, uint64_t *ret_slot, struct hash *ret_head,
		   struct amana_error *err) MUST_CHECK;
int catalog_synced_set(struct catalog *catalog, uint64_t slot, const struct hash *head,
		       struct amana_error *err) MUST_CHECK;

/* The public log, indexed: one row for each entry.  A callback borrows the strings. */
struct catalog_entry {
	uint64_t slot;
	uint32_t index;		  /* in its batch, from 0 */
	const char *subject_kind; /* "exhibit", "case", "grant", "member", "vault" */
	struct bytes subject;	  /* its id as the caller spells it, at most
				     CATALOG_SUBJECT_MAX bytes */
	const char *action;	  /* "deposit", ... */
	const char *actor;	  /* staff code */
	int64_t at;		  /* the entry's own time */
	uint64_t event;		  /* number of the subject's event */
};
typedef int catalog_entry_fn(const struct catalog_entry *entry, void *arg,
			     struct amana_error *err);

/* Replaces the row of the same slot and index. */
int catalog_entry_put(struct catalog *catalog, const struct catalog_entry *entry,
		      struct amana_error *err) MUST_CHECK;
/* Lists every entry about the subject, oldest first. */
int catalog_entries_of(struct catalog *catalog, const char *subject_kind,
		       struct bytes subject, catalog_entry_fn *each, void *arg,
		       struct amana_error *err) MUST_CHECK;

/* Exhibits.  What stands in the public log is always known.  What stands in the sheet
 * has data NULL, or has_content false, as long as this person does not know it. */
struct catalog_exhibit {
	uint8_t id[CATALOG_ID_LEN];
	uint8_t case_id[CATALOG_ID_LEN];
	uint32_t number; /* in its case, from 1 */
	uint64_t slot;
	char actor[16];
	int64_t deposited_at;
	bool has_object;
	struct hash object;

	bool opened; /* the sheet could be read */
	bool own;    /* this person deposited it */
	bool has_content;
	uint64_t size;
	struct hash sha256;
	struct bytes name; /* any bytes but NUL */
	struct bytes type;
	struct bytes media_type;
	struct bytes title;
	struct bytes note;
	struct bytes source;
	struct bytes received;
	int64_t modified_at; /* the file's own time before it was deposited; 0: not known
			      */
};
typedef int catalog_exhibit_fn(const struct catalog_exhibit *exhibit, void *arg,
			       struct amana_error *err);

/* Adds the exhibit, or replaces the one of the same id as a whole. */
int catalog_exhibit_put(struct catalog *catalog, const struct catalog_exhibit *exhibit,
			struct amana_error *err) MUST_CHECK;
/* Lists the exhibits of a case whose number is above `after`, by number. */
int catalog_exhibits_after(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			   uint32_t after, catalog_exhibit_fn *each, void *arg,
			   struct amana_error *err) MUST_CHECK;
/* Lists all exhibits of a case, by number. */
int catalog_exhibits(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		     catalog_exhibit_fn *each, void *arg,
		     struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE: there is none.  The strings of *ret_exhibit are good until the next
 * call on this catalogue. */
int catalog_exhibit_by_id(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
			  struct catalog_exhibit *ret_exhibit,
			  struct amana_error *err) MUST_CHECK;
/* The exhibit of the case with this content that has the lowest number.  Outcome and
 * strings as above. */
int catalog_exhibit_by_content(struct catalog *catalog,
			       const uint8_t case_id[CATALOG_ID_LEN],
			       const struct hash *sha256,
			       struct catalog_exhibit *ret_exhibit,
			       struct amana_error *err) MUST_CHECK;
struct catalog_totals {
	uint64_t n_exhibits;
	uint32_t last_number; /* 0: none */
	uint64_t n_opened;
};
int catalog_totals(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		   struct catalog_totals *ret_totals, struct amana_error *err) MUST_CHECK;

/*
 * Searches names, types (with media types), titles and notes.  All of `words` must
 * match; "a phrase" and prefix* are understood, and nothing else is special.  Case and
 * accents do not count. case_id NULL: all cases.  Sorted by case id and number.
 *
 * 0, also if nothing matches.  CATALOG_NONE: there is no word in `words`.
 * AMANA_E_LIMIT: it has over CATALOG_QUERY_MAX bytes or CATALOG_QUERY_WORDS_MAX words.
 */
enum {
	CATALOG_MATCH_NAME = 1,
	CATALOG_MATCH_TYPE = 2,
	CATALOG_MATCH_TITLE = 4,
	CATALOG_MATCH_NOTE = 8,
};
/* `matched` says where the words were found: a sum of CATALOG_MATCH_*. */
typedef int catalog_match_fn(const struct catalog_exhibit *exhibit, unsigned int matched,
			     void *arg, struct amana_error *err);
int catalog_search(struct catalog *catalog, struct bytes words,
		   const uint8_t case_id[CATALOG_ID_LEN], catalog_match_fn *each,
		   void *arg, struct amana_error *err) MUST_CHECK;

/* Custody and reason lines that were opened: one row for each entry that has any. */
struct catalog_event {
	uint64_t slot;
	uint32_t index; /* in its batch */
	uint8_t case_id[CATALOG_ID_LEN];
	bool has_exhibit;
	uint8_t exhibit_id[CATALOG_ID_LEN];
	struct bytes kind;    /* of the custody event; data NULL: none or unreadable */
	struct bytes reason;  /* data NULL: none or unreadable */
	struct bytes details; /* JSON; data NULL: none */
	struct bytes tool;    /* program and version; data NULL: unreadable */
	struct bytes device;  /* the machine's name; data NULL: unreadable */
};

/* Replaces the row of the same slot and index. */
int catalog_event_put(struct catalog *catalog, const struct catalog_event *event,
		      struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE: there is none.  The strings are good until the next call on this
 * catalogue. */
int catalog_event_at(struct catalog *catalog, uint64_t slot, uint32_t index,
		     struct catalog_event *ret_event, struct amana_error *err) MUST_CHECK;

/* What this person deposited, known by an HMAC of digest, name and source, so that an
 * interrupted deposit can go on.  A row may be written before the batch that has the
 * exhibit: it counts only if the log has that exhibit. */
int catalog_own_put(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		    const struct hash *mac, const uint8_t exhibit_id[CATALOG_ID_LEN],
		    struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE: there is none. */
int catalog_own_find(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		     const struct hash *mac, uint8_t ret_exhibit_id[CATALOG_ID_LEN],
		     struct amana_error *err) MUST_CHECK;

/* Notes that it was recorded that the names of a case are read in this sitting.  A
 * sitting is known by a token of 1 to CATALOG_TOKEN_MAX bytes; the newest 64 are kept. */
int catalog_sitting_put(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			struct bytes token, struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE: there is none. */
int catalog_sitting_find(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			 struct bytes token, struct amana_error *err) MUST_CHECK;

/* For what the log says is destroyed: the text goes from the rows and from the search
 * index, and its pages are overwritten.  What the public log says stays.  Harmless
 * when there is nothing to forget.  Each call rewrites the search index. */
enum catalog_line {
	CATALOG_LINE_CONTENT, /* size, digest, media type */
	CATALOG_LINE_ABOUT,   /* name, title, note, type */
	CATALOG_LINE_SOURCE,  /* source, received */
};
int catalog_forget_line(struct catalog *catalog, const uint8_t exhibit_id[CATALOG_ID_LEN],
			enum catalog_line line, struct amana_error *err) MUST_CHECK;
/* Forgets all lines of the exhibit's sheet, that it is an own deposit, and the events
 * that were recorded on it. */
int catalog_forget_exhibit(struct catalog *catalog,
			   const uint8_t exhibit_id[CATALOG_ID_LEN],
			   struct amana_error *err) MUST_CHECK;
/* Forgets the lines of all acts that a slot has. */
int catalog_forget_slot(struct catalog *catalog, uint64_t slot,
			struct amana_error *err) MUST_CHECK;

#endif
