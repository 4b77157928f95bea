/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_OPEN_H
#define OBJECT_OBJECT_OPEN_H

#include "crypto/age.h"
#include "crypto/spans.h"
#include "object/monitor.h"

struct store;

#define OBJECT_SIGNER_MAX 16 /* with the NUL */

/*
 * Getting objects out of the store (docs/FORMAT.md section 8).  Whatever fails a check
 * is AMANA_E_TAMPERED and names the object.  So is an object that is missing, since
 * the log says that it is there.
 *
 * Every function may run in several threads at once, on the same store, too.
 */

/* What the log and the sheet say of an exhibit's object: the name from the entry, the
 * rest from the line `content`. */
struct object_expect {
	struct hash object;
	uint64_t size;
	struct hash sha256;
	/* The digests of the exhibit's spans, spans_count(size) of them; borrowed, or
	 * `kept_`. */
	struct bytes blocks;
	uint8_t *kept_;
	/* Who signed that line, for messages; "" where that is not known. */
	char signer[OBJECT_SIGNER_MAX];
};
/* Makes the blocks the expectation's own, until object_expect_done: for whoever keeps it
 * longer than the line lives that it was read from.  A copy of the struct is then no
 * owner. */
int object_expect_keep(struct object_expect *expect, struct amana_error *err) MUST_CHECK;
/* Harmless where nothing is kept. */
void object_expect_done(struct object_expect *expect);

/* Takes the exhibit's bytes in their order, in the caller's thread; len is never 0.
 * All that it is given was authenticated, but the digest of the whole is known only at
 * the end: nothing that was written may get its final name before object_retrieve has
 * returned 0. */
struct object_sink {
	int (*write)(void *arg, const uint8_t *bytes, size_t len,
		     struct amana_error *err);
	void *arg;
};

enum object_check {
	/* The chunks, the length, the padding, the exhibit's digest and those of its
	 * spans. */
	OBJECT_CHECK_PLAIN,
	/* Also the digest of the stored bytes, over the same bytes: a first reader checks
	 * it. */
	OBJECT_CHECK_STORED,
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

/* What an object is, as far as it shows without any key. */
enum object_shape {
	/* An age file for one X25519 recipient, of a length that padding gives. */
	OBJECT_SHAPE_EXHIBIT,
	/* An age file no longer than a key file may be; how many recipients it has is for
	 * the caller. */
	OBJECT_SHAPE_KEYS,
	OBJECT_SHAPE_ANY, /* any bytes: what an anchor is depends on its kind */
};
#define OBJECT_KEYS_MAX ((uint64_t)262144) /* bytes of a key file's plaintext */

struct object_seen {
	uint64_t stored_len; /* bytes of the object */
	size_t n_x25519;     /* stanzas, of OBJECT_SHAPE_EXHIBIT and OBJECT_SHAPE_KEYS */
	size_t n_other;
};

/* Compares the SHA-256 of the stored bytes with the name, and looks at their shape, which
 * needs no key: for exhibits, key files and anchors.  What cannot have the shape, by its
 * length or its header, is not read any further.  Progress counts stored bytes. */
int object_check_stored(struct store *store, const struct hash *object,
			enum object_shape shape, const struct monitor *monitor,
			struct object_seen *ret_seen, struct amana_error *err) MUST_CHECK;

#endif
