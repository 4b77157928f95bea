/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"
#include "crypto/hash.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The store seam: where the bytes of a vault lie (docs/FORMAT.md section 2).
 *
 * A store keeps immutable objects under names.  It is not trusted: whoever reads checks
 * the bytes. What it must do is put-if-absent, whole or not at all.  Two backends: a
 * folder (store_dir.c) and memory (store_mem.c).
 *
 * A store may be used by any number of threads at once, and a folder by any number of
 * processes, without a lock of any kind.  A writer belongs to one thread at a time; a
 * reader to any number.
 *
 * Outcomes: 0 done; 1 as each function says (there already, or not there); -1 with err
 * filled: AMANA_E_IO	 the disk or the system refused; the text says what to do about it
 *	AMANA_E_MISSING	 there is no such store
 *	AMANA_E_DENIED	 this login may not remove or replace that file; the text says who
 * may AMANA_E_LIMIT	 what is stored is larger than the caller's buffer allows
 *	AMANA_E_TAMPERED a name leads to something that is no plain file, or the bytes
 * given to a replacement are not the ones that the hash names AMANA_E_CONFLICT a new
 * store cannot be made here: the folder is in use AMANA_E_REMOTE	 "outcome
 * unknown": it may or may not have been stored; look before retrying AMANA_E_BUG	 a
 * name that is not in the grammar, or used for what is forbidden
 */
struct store;

/*
 * Names.  The grammar is closed:
 *
 *	vault
 *	log/DDD/DDD/DDD/DDD	12 decimal digits, not all zero
 *	objects/HH/HASH		HASH is 64 lower-case hex digits, HH its first two
 *	lines/HH/HASH
 *
 * Every function below refuses anything else (AMANA_E_BUG) before it touches the store.
 */
#define STORE_NAME_MAX 79
#define STORE_SLOT_MAX UINT64_C(999999999999)
struct store_name {
	char text[STORE_NAME_MAX + 1];
};

/* Slot n of the log: 0 is "vault".  Past STORE_SLOT_MAX: "", which is refused everywhere.
 * Usable in place: store_get(store, store_name_slot(n).text, &buf, err). */
struct store_name store_name_slot(uint64_t n);
struct store_name store_name_object(const struct hash *hash);
struct store_name store_name_lines(const struct hash *hash);
bool store_name_valid(const char *name);
/* -1: no name of a slot (of an object or bundle). */
int store_name_read_slot(const char *name, uint64_t *ret_n) MUST_CHECK;
int store_name_read_hash(const char *name, struct hash *ret_hash) MUST_CHECK;

/*
 * A folder as a store.  Its files are 0444: they are ciphertext or public, and never
 * change. Its folders all have the mode of the vault's own folder.  A new one gets 0700
 * normally: the owner only;
 *	03770	(setgid, sticky) with STORE_DIR_SHARED, or when the folder above is both
 * setgid and writable for its group: several local users write, each owns what he put.
 * Whoever wants it otherwise (0750, say, for readers who may not write) changes the
 * vault's folder and what is in it; folders made later follow.  Write permission for
 * everybody is never passed on.
 *
 * A store that this login may only read opens like any other; writing fails when it is
 * tried. Nothing is done through symbolic links below the vault's folder.
 *
 * `path` may be relative; it is used once, later calls work on the open folder even if
 * that is moved.
 */
enum store_dir_flag {
	/* Makes the folder (its parent exists), or uses an empty or unfinished one;
	 * CONFLICT if it holds a vault or anything else. */
	STORE_DIR_CREATE = 1,
	STORE_DIR_SHARED = 2,	 /* with CREATE: folders 03770 */
	STORE_DIR_NAMED_TMP = 4, /* never O_TMPFILE: for tests */
};
int store_dir_open(const char *path, unsigned flags, struct store **ret_store,
		   struct amana_error *err) MUST_CHECK;

/* In memory, empty: for tests and for dry runs.  Gone with store_free. */
int store_mem_open(struct store **ret_store, struct amana_error *err) MUST_CHECK;

/* NULL is fine.  Every writer and reader of it must be gone. */
void store_free(struct store *store);
DEFINE_FREEP(struct store, store_free);

/* [a-z0-9]{1,16}: "dir", "mem".  As long as the store. */
const char *store_kind(const struct store *store);
/* The folder as it was given, for messages.  As long as the store. */
const char *store_place(const struct store *store);

/*
 * Puts `bytes` under `name` unless something is there: 0 put, 1 something is there
 * (whatever it is). No reader ever sees a part of it.
 *
 * durable: when this returns 0 or 1, what is there, its name and the folders above it
 * survive loss of power.  Not durable: store_barrier makes it so. -1: nothing is there by
 * this call, unless only the last flush failed; when that matters use store_put_sure.
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
 * be called on slot N, when another wrote it, before a batch N+1 is built on it.  1:
 * missing.
 */
int store_settle(struct store *store, const char *name,
		 struct amana_error *err) MUST_CHECK;

/*
 * Makes everything durable that this handle has put: one call for many puts (syncfs).  It
 * also waits for whatever else is unwritten on that file system, so a handful of puts is
 * better made durable one by one. Once a flush has failed, the system may have dropped
 * what was waiting: this handle then fails every later barrier, settle and durable put,
 * and the caller must open the store again and put again.
 */
int store_barrier(struct store *store, struct amana_error *err) MUST_CHECK;

/*
 * Streaming put, for what is named by its hash.  `folder` is "objects" or "lines".  The
 * writer's bytes go to a file without a name, straight to the disk's cache: memory stays
 * constant. Free it in every case; without a commit nothing remains.
 */
struct store_writer;
int store_put_begin(struct store *store, const char *folder,
		    struct store_writer **ret_writer, struct amana_error *err) MUST_CHECK;
int store_writer_write(struct store_writer *writer, const void *bytes, size_t len,
		       struct amana_error *err) MUST_CHECK;
/* As store_put: 0 put, 1 something is there.  After it the writer can only be freed. */
int store_writer_commit(struct store_writer *writer, const char *name, bool durable,
			struct amana_error *err) MUST_CHECK;
/* Frees; drops what was not committed.  NULL is fine. */
void store_writer_free(struct store_writer *writer);
DEFINE_FREEP(struct store_writer, store_writer_free);

/* Appends the whole object to buf, at most buf->max: more is AMANA_E_LIMIT.  1: missing.
 */
int store_get(struct store *store, const char *name, struct buf *buf,
	      struct amana_error *err) MUST_CHECK;
/* At most len bytes from `offset` on; *ret_len is less than len only at the end (0 past
 * it). 1: missing. */
int store_get_range(struct store *store, const char *name, uint64_t offset, void *bytes,
		    size_t len, size_t *ret_len, struct amana_error *err) MUST_CHECK;
/* *ret_size in bytes.  1: missing. */
int store_stat(struct store *store, const char *name, uint64_t *ret_size,
	       struct amana_error *err) MUST_CHECK;

/*
 * A reader holds one object open: it stays readable, with the same bytes, even when it is
 * removed or replaced meanwhile.  pread may be called by several threads at once.  1:
 * missing.
 */
struct store_reader;
int store_open(struct store *store, const char *name, struct store_reader **ret_reader,
	       struct amana_error *err) MUST_CHECK;
/* As store_get_range. */
int store_reader_pread(struct store_reader *reader, void *bytes, size_t len,
		       uint64_t offset, size_t *ret_len,
		       struct amana_error *err) MUST_CHECK;
/* Bytes, when it was opened. */
uint64_t store_reader_size(const struct store_reader *reader);
void store_reader_free(struct store_reader *reader);
DEFINE_FREEP(struct store_reader, store_reader_free);

/*
 * Calls `each` for every name below a folder, in byte order: "" for all, "log",
 * "objects", "lines", "log/000", "log/000/001", "log/000/001/002", "objects/ab",
 * "lines/ab".  A folder that does not exist is empty.  Names outside the grammar,
 * unfinished files among them, are passed over. What is put or removed meanwhile may be
 * seen or not.  `each` may use the store.  When it returns anything but 0 the listing
 * ends with that value.
 */
typedef int store_list_fn(void *arg, const char *name, struct amana_error *err);
int store_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	       struct amana_error *err) MUST_CHECK;

/* Removes, durably, an object or a bundle; a slot is refused (AMANA_E_BUG).  1: missing.
 * AMANA_E_DENIED names the user id that may. */
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
/* The same for what is too large for memory: write, then replace instead of commit.  The
 * writer takes the digest of what goes through it. `folder` may also be "log". */
int store_replace_begin(struct store *store, const char *folder,
			struct store_writer **ret_writer,
			struct amana_error *err) MUST_CHECK;
int store_writer_replace(struct store_writer *writer, const char *name,
			 const struct hash *expected, struct amana_error *err) MUST_CHECK;

/*
 * The store check of `init`: several times, many threads put different bytes under one
 * fresh name below lines/; each time exactly one must win, all others must be told, and
 * the winner's bytes must be there whole.  The names are removed.  A store that fails is
 * refused with AMANA_E_IO: no vault can be kept in it.
 */
#define STORE_PROBE_WRITERS 16
struct store_probe {
	const char *kind;	       /* as store_kind */
	unsigned n_writers, n_winners; /* of each round; n_winners is 1 */
};
int store_probe(struct store *store, struct store_probe *ret_probe,
		struct amana_error *err) MUST_CHECK;

#endif
