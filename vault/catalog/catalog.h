/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "crypto/hash.h"

/*
 * The catalogue: what one person's client has learnt from one vault, kept so that listing
 * and searching need no replay and no sheet to be opened again.  A cache: everything in
 * it follows from the log and the sheets, nobody is believed because of it, and it is
 * thrown away when anything about it is wrong.  Exhibit identities have no place in it.
 * On disk every page is sealed (vfs.h).
 *
 * The one thing that cannot be had again is a write-only depositor's `own deposits`:
 * losing those costs a convenience (the depositor's rerun deposits again), never
 * evidence. So a commit happens whole or not at all, whether the process is killed or the
 * power fails.
 *
 * Outcomes.  Every function that takes a struct catalog returns 0 done, -1 failed (err
 * filled), or
 *
 *	CATALOG_NONE     not there; only where a function says so
 *	CATALOG_DAMAGED  a page failed its check, or what was read makes no sense: call
 * catalog_reset and replay.  Any function, at any time.  Damage found again right after a
 *	                 rebuild is a bug or a dying disk, so do not loop.
 *	CATALOG_BUSY     another process of this login held it for CATALOG_WAIT_MS;
 * nothing was changed.  Go on without, or with a catalogue in memory.
 *
 * Two processes may use one catalogue at once: readers together, one writer at a time, a
 * transaction sees one state throughout.  So a writer reads catalog_synced inside its
 * transaction: the other process may just have replayed the same batches.
 *
 * One thread at a time per struct catalog.  Callbacks run under a read lock that keeps
 * other processes from committing: they should be short, and must not call the same
 * function again.  What a callback returns other than 0 ends the listing and is returned.
 */
#define CATALOG_ID_LEN 16 /* cases and exhibits */
#define CATALOG_SUBJECT_MAX 64
#define CATALOG_TEXT_MAX                                                                 \
	((size_t)1 << 16) /* one name, title, note, reason, details, ... */
#define CATALOG_TOKEN_MAX 64
#define CATALOG_QUERY_MAX 1024
#define CATALOG_QUERY_WORDS_MAX 32
#define CATALOG_WAIT_MS 5000

enum {
	CATALOG_NONE = 1,
	CATALOG_DAMAGED,
	CATALOG_BUSY,
};

struct catalog;

/*
 * Opens the catalogue at `path` (its folder is made when missing, mode 0700; the file
 * 0600), sealed under `key` (32 bytes; copied) and made for the vault with this
 * fingerprint.
 *
 * 0: opened.  1: it is empty: there was none, or what was there was of another schema,
 * another vault, another key, or damaged, and has been replaced.  -1: no memory only.  A
 * folder that cannot be written or a full disk is no error: the catalogue then lives in
 * memory (catalog_in_memory) and is empty. path NULL asks for that.
 */
int catalog_open(const char *path, const struct secret *key, const struct hash *vault,
		 struct catalog **ret_catalog, struct amana_error *err) MUST_CHECK;
/* An open transaction is rolled back. */
void catalog_free(struct catalog *catalog);
DEFINE_FREEP(struct catalog, catalog_free);
bool catalog_in_memory(const struct catalog *catalog);
/* Throws everything away and starts empty, with the same path and key; falls back to
 * memory as catalog_open does.  An open transaction is lost. */
int catalog_reset(struct catalog *catalog, struct amana_error *err) MUST_CHECK;

/*
 * Writing happens inside a transaction: every *_put, *_set and forget function outside
 * one fails with AMANA_E_BUG.  A commit flushes the disk twice, so thousands of rows
 * belong in one; but its pages are in memory until then (about 1 KiB a new exhibit), so a
 * rebuild commits every 5,000 rows or so. After any failure inside, roll back (or free):
 * a commit of the rest is refused.  catalog_commit ends the transaction whatever it
 * returns.
 */
int catalog_begin(struct catalog *catalog, struct amana_error *err) MUST_CHECK;
int catalog_commit(struct catalog *catalog, struct amana_error *err) MUST_CHECK;
void catalog_rollback(struct catalog *catalog); /* harmless outside a transaction */

/* Up to which batch the log has been taken in.  CATALOG_NONE: nothing yet.  Compare with
 * the pin before believing anything else. */
int catalog_synced(struct catalog *catalog, uint64_t *ret_slot, struct hash *ret_head,
		   struct amana_error *err) MUST_CHECK;
int catalog_synced_set(struct catalog *catalog, uint64_t slot, const struct hash *head,
		       struct amana_error *err) MUST_CHECK;

/*
 * The public log, indexed: one row per entry.  Strings are C strings for the callback's
 * duration.
 */
struct catalog_entry {
	uint64_t slot;
	uint32_t index;		  /* in its batch, from 0 */
	const char *subject_kind; /* "exhibit", "case", "grant", "member", "vault" */
	struct bytes
		subject; /* its id as the caller spells it, at most CATALOG_SUBJECT_MAX */
	const char *action; /* "deposit", ... */
	const char *actor;  /* staff code */
	int64_t at;	    /* the entry's own time */
	uint64_t event;	    /* the subject's event number */
};
typedef int catalog_entry_fn(const struct catalog_entry *entry, void *arg,
			     struct amana_error *err);

/* Replaces the row of the same slot and index. */
int catalog_entry_put(struct catalog *catalog, const struct catalog_entry *entry,
		      struct amana_error *err) MUST_CHECK;
/* Every entry about the subject, oldest first. */
int catalog_entries_of(struct catalog *catalog, const char *subject_kind,
		       struct bytes subject, catalog_entry_fn *each, void *arg,
		       struct amana_error *err) MUST_CHECK;

/*
 * Exhibits.  What stands in the public log is always there; what stands in the sheet has
 * data NULL (or has_content false) when it is unknown to this person.
 */
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
	bool own;    /* deposited by this person */
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

/* Inserts, or replaces the exhibit of the same id in whole. */
int catalog_exhibit_put(struct catalog *catalog, const struct catalog_exhibit *exhibit,
			struct amana_error *err) MUST_CHECK;
/* By number; those with a number above `after` only. */
int catalog_exhibits_after(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			   uint32_t after, catalog_exhibit_fn *each, void *arg,
			   struct amana_error *err) MUST_CHECK;
/* All of them. */
int catalog_exhibits(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		     catalog_exhibit_fn *each, void *arg,
		     struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE.  The strings of *ret_exhibit are good until the next call on this
 * catalogue. */
int catalog_exhibit_by_id(struct catalog *catalog, const uint8_t id[CATALOG_ID_LEN],
			  struct catalog_exhibit *ret_exhibit,
			  struct amana_error *err) MUST_CHECK;
/* The lowest numbered exhibit of the case with this content.  Outcome and strings as
 * above. */
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
 * Search over names, types (with media types), titles and notes.  `words` as CLI.md has
 * it: all must match, "a phrase", prefix*, and nothing else is special.  Case and accents
 * do not count. case_id NULL: all cases.  Sorted by case id and number.
 *
 * CATALOG_NONE: there is no word in `words`.  AMANA_E_LIMIT: over CATALOG_QUERY_MAX bytes
 * or CATALOG_QUERY_WORDS_MAX words.  No match at all is 0 without a call to `each`.
 */
enum {
	CATALOG_MATCH_NAME = 1,
	CATALOG_MATCH_TYPE = 2,
	CATALOG_MATCH_TITLE = 4,
	CATALOG_MATCH_NOTE = 8,
};
/* `matched`: where, a sum of CATALOG_MATCH_*. */
typedef int catalog_match_fn(const struct catalog_exhibit *exhibit, unsigned int matched,
			     void *arg, struct amana_error *err);
int catalog_search(struct catalog *catalog, struct bytes words,
		   const uint8_t case_id[CATALOG_ID_LEN], catalog_match_fn *each,
		   void *arg, struct amana_error *err) MUST_CHECK;

/* Opened custody and reason lines, one row per entry that has any. */
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
/* CATALOG_NONE.  The strings are good until the next call on this catalogue. */
int catalog_event_at(struct catalog *catalog, uint64_t slot, uint32_t index,
		     struct catalog_event *ret_event, struct amana_error *err) MUST_CHECK;

/*
 * What this person deposited, known by an HMAC of digest, name and source, so that an
 * interrupted deposit can go on.  A row may be written before the batch that carries the
 * exhibit: it counts only when the log has that exhibit.
 */
int catalog_own_put(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		    const struct hash *mac, const uint8_t exhibit_id[CATALOG_ID_LEN],
		    struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE. */
int catalog_own_find(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
		     const struct hash *mac, uint8_t ret_exhibit_id[CATALOG_ID_LEN],
		     struct amana_error *err) MUST_CHECK;

/* That the names of a case were recorded as read in this sitting (at most
 * CATALOG_TOKEN_MAX bytes of token).  The newest 64 sittings are kept. */
int catalog_sitting_put(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			struct bytes token, struct amana_error *err) MUST_CHECK;
/* CATALOG_NONE. */
int catalog_sitting_find(struct catalog *catalog, const uint8_t case_id[CATALOG_ID_LEN],
			 struct bytes token, struct amana_error *err) MUST_CHECK;

/*
 * After the log destroyed something: the text goes from the rows and from the search
 * index, and its pages are overwritten.  What the public log says stays.  All of these
 * are harmless when there is nothing to forget.  Costs a rewrite of the search index.
 */
enum catalog_line {
	CATALOG_LINE_CONTENT, /* size, digest, media type */
	CATALOG_LINE_ABOUT,   /* name, title, note, type */
	CATALOG_LINE_SOURCE,  /* source, received */
};
int catalog_forget_line(struct catalog *catalog, const uint8_t exhibit_id[CATALOG_ID_LEN],
			enum catalog_line line, struct amana_error *err) MUST_CHECK;
/* All lines of the exhibit's sheet, its own-deposit mark, and the events recorded on it.
 */
int catalog_forget_exhibit(struct catalog *catalog,
			   const uint8_t exhibit_id[CATALOG_ID_LEN],
			   struct amana_error *err) MUST_CHECK;
int catalog_forget_event(struct catalog *catalog, uint64_t slot, uint32_t index,
			 struct amana_error *err) MUST_CHECK;

#endif
