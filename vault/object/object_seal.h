/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_SEAL_H
#define OBJECT_OBJECT_SEAL_H

#include "crypto/age.h"
#include "crypto/hash.h"
#include "crypto/spans.h"
#include "object/monitor.h"
#include "object/padme.h"

struct store;
struct store_writer;

/*
 * Putting an exhibit into the store (docs/FORMAT.md section 8), in one pass over its
 * source and with constant memory:
 *
 *	read -> zeros to PAD(size) -> age chunks -> SHA-256 -> store
 *	   \-> SHA-256 of the whole, and of its spans
 *
 * So the digests are of exactly the bytes that were stored, even when the file changes
 * while it is read.
 *
 * Sealing and naming are two steps: object_seal leaves the object written, but without a
 * name; the caller, who then knows the digest, commits it or drops it.
 */
#define OBJECT_SIZE_MAX PADME_SIZE_MAX
#define OBJECT_PREFIX_MAX ((size_t)65536)

/* Where the bytes come from.  `read` fills `bytes` with len bytes, or with fewer at
 * the end, as file_read_full does; it is called in the thread of object_seal's caller.
 * If it fails, object_seal fails with its error and sets `failed`: then the file
 * cannot be read and the caller may go on with the next one; otherwise the store
 * fails. */
struct object_source {
	int (*read)(void *arg, void *bytes, size_t len, size_t *ret_len,
		    struct amana_error *err);
	void *arg;
	bool failed;
};
/* A `read` for files: arg points to an int, an open file descriptor, which is
 * borrowed. */
int object_read_fd(void *arg, void *bytes, size_t len, size_t *ret_len,
		   struct amana_error *err) MUST_CHECK;

/* Buffers and hashing contexts of one worker, for one object after another; at most 18
 * MiB. One thread at a time; while object_seal runs on an object over OBJECT_PIPE_MIN
 * bytes, up to three more threads help.  `store` is borrowed and must outlive the
 * sealer. */
struct object_sealer;
#define OBJECT_PIPE_MIN ((uint64_t)4 << 20)
int object_sealer_new(struct store *store, struct object_sealer **ret_sealer,
		      struct amana_error *err) MUST_CHECK;
void object_sealer_free(struct object_sealer *sealer);
DEFINE_FREEP(struct object_sealer, object_sealer_free);

struct object_sealed {
	uint64_t size;	     /* bytes of the exhibit, padding not counted */
	uint64_t stored_len; /* bytes of the object */
	struct hash sha256;  /* of the exhibit */
	struct hash object;  /* of the object: its name */
	/* The digests of the exhibit's spans, for its content line; none if one span
	 * holds it.  Borrowed as `prefix` is. */
	struct bytes blocks;
	struct age_recipient recipient; /* the identity's, to which it is sealed; not for
					   OBJECT_SEAL_KNOWN */
	/* The exhibit's first bytes, at most OBJECT_PREFIX_MAX, for its media type;
	 * borrowed from the sealer until its next object_seal. */
	struct bytes prefix;
	struct store_writer
		*writer; /* owned; NULL once committed, and for OBJECT_SEAL_KNOWN */
};
#define OBJECT_SEALED_INIT                                                               \
	{                                                                                \
		.writer = NULL                                                           \
	}

/* Says whether the caller already has such content.  It is asked once, when the whole
 * source was read and before the object is finished (for small sources before anything
 * is written), in any thread while the caller waits.  True ends the pass with
 * OBJECT_SEAL_KNOWN. */
struct object_known {
	bool (*is_known)(void *arg, uint64_t size, const struct hash *sha256);
	void *arg;
};

/* What to seal; all borrowed. */
struct object_sealing {
	struct object_source *source;
	/* How long the source is said to be, in bytes: the length of its spans has to be
	 * known before its end.  OBJECT_SEAL_OTHER_SIZE if the source turns out to have
	 * other spans; sources up to OBJECT_SIZE_SEEN bytes need not say it. */
	uint64_t size;
	/* The exhibit's own, which was made for it (AGE_KEY_LEN bytes). */
	const struct secret *identity;
	const struct object_known *known; /* may be NULL */
	const struct monitor
		*monitor; /* may be NULL; progress counts bytes of the source */
};

#define OBJECT_SIZE_SEEN ((uint64_t)2 << 20)

/*
 * Seals one source to the exhibit's identity.
 *
 * 0: sealed; the caller commits ret_sealed, or not, and calls object_sealed_done either
 * way. OBJECT_SEAL_KNOWN: known said yes: size, sha256 and prefix are filled and nothing
 * is kept. OBJECT_SEAL_OTHER_SIZE: the source has other spans than request->size would
 * have, since it grew or shrank: nothing is kept, *ret_sealed is untouched; the caller
 * may ask for its size again, and seal it from its beginning.  -1:
 * LIMIT over OBJECT_SIZE_MAX; CANCELLED; the source's error; the store's error.  Nothing
 * stays in the store.
 */
#define OBJECT_SEAL_KNOWN 1
#define OBJECT_SEAL_OTHER_SIZE 2
int object_seal(struct object_sealer *sealer, const struct object_sealing *request,
		struct object_sealed *ret_sealed, struct amana_error *err) MUST_CHECK;
/* Gives the object its name, not yet durably: a barrier of the store has to come
 * before the batch that names it.  Any thread.  AMANA_E_TAMPERED if the name is taken,
 * which cannot be, since the object's file key is new. */
int object_commit(struct object_sealed *sealed, struct amana_error *err) MUST_CHECK;
/* Drops the object unless it was committed. */
void object_sealed_done(struct object_sealed *sealed);

#endif
