/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_OPEN_H
#define OBJECT_OBJECT_OPEN_H

#include "crypto/age.h"
#include "crypto/hash.h"
#include "object/monitor.h"

struct store;

/*
 * Objects out of the store.  Whatever fails a check is AMANA_E_TAMPERED and names the
 * object, and so is an object that is not there: the log says that it is.  docs/FORMAT.md
 * section 8. Every function may run in several threads at once, on the same store too.
 */

/* What log and sheet say of an exhibit's object. */
struct object_expect {
	struct hash object; /* from the entry */
	uint64_t size;	    /* from the line `content` */
	struct hash sha256; /* likewise */
};

/*
 * Takes the exhibit's bytes in order; len is never 0.  Called in the caller's thread.
 * Each run was authenticated, but the whole digest is known only at the end: nothing
 * written may get its final name before object_retrieve has returned 0.
 */
struct object_sink {
	int (*write)(void *arg, const uint8_t *bytes, size_t len,
		     struct amana_error *err);
	void *arg;
};

enum object_check {
	OBJECT_CHECK_PLAIN,  /* chunks, length, zeros, digest of the exhibit */
	OBJECT_CHECK_STORED, /* and the digest of the stored bytes: what a first reader
				checks */
};

/* What to get out of the store, and how; all borrowed. */
struct object_retrieval {
	struct store *store;
	const struct secret *identity; /* the exhibit's */
	const struct object_expect *expect;
	enum object_check check;
	const struct object_sink *sink; /* NULL: this is a check only */
	const struct monitor
		*monitor; /* may be NULL; progress counts bytes of the exhibit */
};

/*
 * Decrypts one object.  -1: TAMPERED (also if it is not an age file, or the identity is
 * not its recipient); CANCELLED; the sink's error; the store's error.
 */
int object_retrieve(const struct object_retrieval *retrieval,
		    struct amana_error *err) MUST_CHECK;

/*
 * SHA-256 of the stored bytes against the name: needs no key.  For exhibits, key files
 * and anchors. In the caller's thread; progress counts stored bytes.
 */
int object_check_stored(struct store *store, const struct hash *object,
			const struct monitor *monitor, uint64_t *ret_stored_len,
			struct amana_error *err) MUST_CHECK;

#endif
