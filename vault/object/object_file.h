/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_FILE_H
#define OBJECT_OBJECT_FILE_H

#include "object/block.h"
#include "object/object_open.h"
#include "store/store.h"

/* Private to vault/object: an exhibit's object, found in the store and opened with the
 * exhibit's identity.  Its length was checked, so it is known where each chunk lies
 * and which one is the last; no chunk was read.  It does not change until
 * object_file_done, so threads may share it. */
struct object_file {
	struct store_name name;
	struct store_reader *reader; /* owned */
	struct age_stream *stream;   /* owned */
	uint64_t size;		     /* bytes of the exhibit */
	uint64_t padded;	     /* bytes of plaintext, padding counted */
	uint64_t n_chunks;
	uint64_t payload_at; /* offset of the first chunk */
};
#define OBJECT_FILE_INIT                                                                 \
	{                                                                                \
		.reader = NULL                                                           \
	}

/* Finds and opens the object.  `stored` is given the bytes before the first chunk; it
 * may be NULL. -1: AMANA_E_TAMPERED with the object's name, or the store's error.  The
 * caller ends *ret_file with object_file_done. */
int object_file_open(struct store *store, const struct secret *identity,
		     const struct object_expect *expect, struct hasher *stored,
		     struct object_file *ret_file, struct amana_error *err) MUST_CHECK;
void object_file_done(struct object_file *file);
/* Reads sealed chunks from first_chunk on, n_chunks or as many as the file has, into
 * the block, and fills its fields. */
int object_file_read(const struct object_file *file, uint64_t first_chunk,
		     size_t n_chunks, struct block *block,
		     struct amana_error *err) MUST_CHECK;
/* Opens every chunk of the block in place. */
int object_file_decrypt(const struct object_file *file, struct age_chunker *chunker,
			struct block *block, struct amana_error *err) MUST_CHECK;
/* Adds the object's name to err, and makes AMANA_E_TAMPERED of what only a changed
 * object can cause.  Returns -1. */
int object_file_fails(const struct store_name *name, struct amana_error *err);
/* What was read is not what was recorded: "NAME: WHAT not as recorded by SIGNER".
 * Returns -1. */
int object_file_differs(const struct object_expect *expect, const char *what,
			struct amana_error *err);
/* Opens the object's bytes.  A missing object is AMANA_E_TAMPERED, since the log says
 * that it is there. */
int object_file_find(struct store *store, const struct store_name *name,
		     struct store_reader **ret_reader,
		     struct amana_error *err) MUST_CHECK;

#endif
