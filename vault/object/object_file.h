/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_FILE_H
#define OBJECT_OBJECT_FILE_H

#include "object/block.h"
#include "object/object_open.h"
#include "store/store.h"

/*
 * Inside object/: an exhibit's object, found in the store and opened with its identity.
 * Its length was checked, so where each chunk lies and which one is the last are settled;
 * no chunk was read.
 */
struct object_file {
	struct store_name name;
	struct store_reader *reader; /* owned */
	struct age_stream *stream;   /* owned */
	uint64_t size;		     /* bytes of the exhibit */
	uint64_t padded;	     /* bytes of plaintext */
	uint64_t n_chunks;
	uint64_t payload_at; /* offset of the first chunk */
};
#define OBJECT_FILE_INIT                                                                 \
	{                                                                                \
		.reader = NULL                                                           \
	}

/* `stored` gets the file's bytes before the first chunk; may be NULL. */
int object_file_open(struct store *store, const struct secret *identity,
		     const struct object_expect *expect, struct hasher *stored,
		     struct object_file *ret_file, struct amana_error *err) MUST_CHECK;
void object_file_done(struct object_file *file);
/* Reads the sealed chunks of the block that begins at first_chunk, up to n_chunks of
 * them, and fills the block's fields. */
int object_file_read(const struct object_file *file, uint64_t first_chunk,
		     size_t n_chunks, struct block *block,
		     struct amana_error *err) MUST_CHECK;
/* Opens every chunk of the block in place. */
int object_file_decrypt(const struct object_file *file, struct age_chunker *chunker,
			struct block *block, struct amana_error *err) MUST_CHECK;
/* err's message gets the object's name; what only a changed object can cause becomes
 * TAMPERED. */
int object_file_fails(const struct store_name *name, struct amana_error *err);
/* 1, a missing object, is TAMPERED here: the log says that it is there. */
int object_file_find(struct store *store, const struct store_name *name,
		     struct store_reader **ret_reader,
		     struct amana_error *err) MUST_CHECK;

#endif
