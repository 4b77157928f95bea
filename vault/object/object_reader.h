/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_READER_H
#define OBJECT_OBJECT_READER_H

#include "object/object_open.h"

/*
 * Random access for the mount: every byte given out was authenticated in its chunk, and
 * padding is never given out.  Opening checks the length, which settles where each chunk
 * lies and which is the last; the whole digest is not checked. Any number of threads may
 * use one reader at once.  `store` is borrowed.
 */
struct object_reader;
int object_reader_open(struct store *store, const struct secret *identity,
		       const struct object_expect *expect,
		       struct object_reader **ret_reader,
		       struct amana_error *err) MUST_CHECK;
/*
 * Chunks first .. first + n - 1 (each AGE_CHUNK_LEN), as many as the exhibit has,
 * decrypted straight into `bytes`, which takes n * AGE_CHUNK_LEN; what lies behind
 * *ret_len is undefined.  *ret_len is less than that only at the end of the exhibit. On
 * failure `bytes` holds nothing of the chunk that failed.
 */
int object_reader_chunks(struct object_reader *reader, uint64_t first, size_t n,
			 void *bytes, size_t *ret_len,
			 struct amana_error *err) MUST_CHECK;
void object_reader_free(struct object_reader *reader);
DEFINE_FREEP(struct object_reader, object_reader_free);

#endif
