/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/store_name.h"

#include "base/buf.h"
#include "crypto/hash.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The store seam: where the bytes of a vault lie (docs/FORMAT.md section 2).
 *
 * A store keeps immutable objects under names.  It is not trusted: whoever reads checks
 * the bytes.  What it must do is put-if-absent, whole or not at all.
 *
 * Any number of threads may use one struct store at once, and any number of processes one
 * folder, without a lock of any kind.  A writer belongs to one thread at a time; any
 * number of threads may use one reader.
 *
 * Every function that can fail returns 0 when it is done, 1 as it says itself (something
 * is there already, or nothing is there), and -1 with err filled.  The codes:
 *
 * AMANA_E_IO: the disk or the system refused; the message says what to do about it.
 * AMANA_E_MISSING: there is no such store.
 * AMANA_E_DENIED: this login may not remove or replace that file; the message names the
 * user id that may.
 * AMANA_E_LIMIT: what is stored is larger than the caller's buffer allows.
 * AMANA_E_TAMPERED: a name leads to something that is no plain file, or the bytes given
 * to a replacement are not those that the hash names.
 * AMANA_E_CONFLICT: no new store can be made here, for the folder is in use.
 * AMANA_E_REMOTE: "outcome unknown"; it may or may not have been stored, so look before
 * trying again.
 * AMANA_E_USAGE: the URL names no store that this program knows.
 * AMANA_E_BUG: a name that is not in the grammar, or a use of it that is forbidden.
 */
struct store;

/*
 * Opens the store that `url` names, the only way to one:
 *
 * PATH or dir:PATH: a folder (store_dir.c).  PATH may be relative.  It is used once:
 * later calls work on the open folder, even if that is moved or the process goes
 * elsewhere.  AMANA_E_MISSING: there is no vault.
 * mem: a store in memory, empty and gone with store_free (store_mem.c); for tests, which
 * say STORE_IN_MEMORY.
 *
 * A text of which the beginning is no scheme of ours is a path, except that what looks
 * like SCHEME:// is refused (AMANA_E_USAGE).  `flags`: enum store_flag.
 */
enum store_flag {
	/* Makes the store if it is missing: for a folder, whose parent must exist, this
	 * also takes one that is empty or that an interrupted init has left.  CONFLICT if
	 * it holds a vault or anything else. */
	STORE_CREATE = 1,
	STORE_SHARED = 2, /* with STORE_CREATE: several users write, folders get 03770 */
	STORE_NAMED_TMP = 4, /* for tests: no O_TMPFILE, as on file systems without it */
	STORE_IN_MEMORY = 8, /* for tests: "mem:" is allowed */
};
int store_open(const char *url, unsigned flags, struct store **ret_store,
	       struct amana_error *err) MUST_CHECK;

/* NULL is fine.  Every writer and reader of it must be gone. */
void store_free(struct store *store);
DEFINE_FREEP(struct store, store_free);

/* [a-z0-9]{1,16}: "dir", "mem"; the scheme of its backend.  As long as the program. */
const char *store_kind(const struct store *store);
/*
 * The one text by which this store is known, whichever way it was named: a folder's
 * canonical path, which is absolute and passes through no symbolic link.  It opens the
 * same store again, pins remember it, and messages show it.  As long as the store.
 */
const char *store_location(const struct store *store);

/*
 * Puts `bytes` under `name` unless something is there: 0 put, 1 something is there
 * (whatever it is).  No reader ever sees a part of it.
 *
 * durable: when this returns 0 or 1, what is there, its name and the folders above it
 * survive loss of power.  Not durable: store_barrier makes it so.  -1: nothing is there
 * by this call, unless only the last flush failed; when that matters use store_put_sure.
 */
int store_put(struct store *store, const char *name, struct bytes bytes, bool durable,
	      struct amana_error *err) MUST_CHECK;

/*
 * Durable put with the rule of DESIGN.md section 2: after any put that did not plainly
 * succeed, read back.  0: these bytes are there and durable, whoever put them; 1: other
 * bytes are there; -1 failed and nothing is there, or AMANA_E_REMOTE "outcome unknown".
 */
int store_put_sure(struct store *store, const char *name, struct bytes bytes,
		   struct amana_error *err) MUST_CHECK;

/*
 * Makes what stands under `name` durable, with its name and folders, whoever put it.  To
 * be called on slot N, when another wrote it, before a batch N+1 is built on it.
 * 1: missing.
 */
int store_settle(struct store *store, const char *name,
		 struct amana_error *err) MUST_CHECK;

/*
 * Makes everything durable that this struct store has put: one call for many puts
 * (syncfs).  It also waits for whatever else is unwritten on that file system, so a
 * handful of puts is better made durable one by one.  Once a flush has failed, the system
 * may have dropped what was waiting: every later barrier, settle and durable put then
 * fails too, and the caller must open the store again and put again.
 */
int store_barrier(struct store *store, struct amana_error *err) MUST_CHECK;

/*
 * Streaming put, for what is named by its hash.  `folder` is "objects" or "lines".  The
 * writer's bytes go to a file without a name, so memory stays constant.  Free the writer
 * in every case; without a commit nothing remains.  It borrows the store.
 */
struct store_writer;
int store_put_begin(struct store *store, const char *folder,
		    struct store_writer **ret_writer, struct amana_error *err) MUST_CHECK;
/* `len` more bytes. */
int store_writer_write(struct store_writer *writer, const void *bytes, size_t len,
		       struct amana_error *err) MUST_CHECK;
/* As store_put: 0 put, 1 something is there.  After it the writer can only be freed. */
int store_writer_commit(struct store_writer *writer, const char *name, bool durable,
			struct amana_error *err) MUST_CHECK;
/* Frees it, and drops what was not committed.  NULL is fine. */
void store_writer_free(struct store_writer *writer);
DEFINE_FREEP(struct store_writer, store_writer_free);

/* Appends the whole object to buf, at most buf->max: more is AMANA_E_LIMIT.
 * 1: missing. */
int store_get(struct store *store, const char *name, struct buf *buf,
	      struct amana_error *err) MUST_CHECK;
/* The object's length in bytes.  1: missing. */
int store_stat(struct store *store, const char *name, uint64_t *ret_size,
	       struct amana_error *err) MUST_CHECK;

/*
 * A reader holds one object open: it stays readable, with the same bytes, even when it is
 * removed or replaced meanwhile.  Several threads may use it at once.  It borrows the
 * store.  1: missing.
 */
struct store_reader;
int store_reader_open(struct store *store, const char *name,
		      struct store_reader **ret_reader,
		      struct amana_error *err) MUST_CHECK;
/* At most len bytes from `offset` on; *ret_len is less than len only at the end (0 past
 * it). */
int store_reader_pread(struct store_reader *reader, void *bytes, size_t len,
		       uint64_t offset, size_t *ret_len,
		       struct amana_error *err) MUST_CHECK;
/* The object's length in bytes, as it was when the reader was opened. */
uint64_t store_reader_size(const struct store_reader *reader);
/* NULL is fine. */
void store_reader_free(struct store_reader *reader);
DEFINE_FREEP(struct store_reader, store_reader_free);

/*
 * Calls `each` for every name below a folder, in byte order: "" for all, "log",
 * "objects", "lines", "log/000", "log/000/001", "log/000/001/002", "objects/ab",
 * "lines/ab".  A folder that does not exist is empty.  Names outside the grammar,
 * unfinished files among them, are passed over.  What is put or removed meanwhile may be
 * seen or not.  `each` may use the store.  When it returns anything but 0 the listing
 * ends with that value.
 */
typedef int store_list_fn(void *arg, const char *name, struct amana_error *err);
int store_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	       struct amana_error *err) MUST_CHECK;

/* Removes, durably, an object or a bundle; a slot is refused (AMANA_E_BUG).
 * 1: missing. */
int store_remove(struct store *store, const char *name,
		 struct amana_error *err) MUST_CHECK;

/*
 * Puts `bytes` under `name` in place of whatever is there (or nothing), atomically and
 * durably.  Only to repair: `expected` is the SHA-256 that the log gives for the name,
 * and bytes with another digest are refused (AMANA_E_TAMPERED), as is an `expected` that
 * is not the name's own hash (AMANA_E_BUG).
 */
int store_replace(struct store *store, const char *name, struct bytes bytes,
		  const struct hash *expected, struct amana_error *err) MUST_CHECK;

#endif
