/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_READER_H
#define OBJECT_OBJECT_READER_H

#include "object/object_open.h"

/*
 * Random access to an exhibit, for the mount.  Every byte that is given out is of a span
 * that was held against the digest which the exhibit's depositor signed: that its chunk
 * is authentic says only that somebody who holds the exhibit's key sealed it.  Padding is
 * never given out.  Opening checks the length, from which it is known where each chunk
 * lies and which is the last; the digest of the whole is not checked.
 *
 * The first read in a span takes all of the span; for what is remembered of it, see
 * checked.h.  Bytes that change later fail, as AMANA_E_TAMPERED.
 *
 * Any number of threads may use one reader at once.  `store` is borrowed, and so are the
 * blocks of `expect`.  Errors are those of object_open.h.
 */
struct object_reader;
int object_reader_open(struct store *store, const struct secret *identity,
		       const struct object_expect *expect,
		       struct object_reader **ret_reader,
		       struct amana_error *err) MUST_CHECK;
/* Decrypts chunks `first` to first + n - 1, or as many as the exhibit has, into
 * `bytes`, which has room for n * AGE_CHUNK_LEN bytes.  *ret_len is how many of them
 * are the exhibit's: fewer only at its end, and what lies behind them is undefined.
 * On failure `bytes` holds nothing of the span that failed. */
int object_reader_chunks(struct object_reader *reader, uint64_t first, size_t n,
			 void *bytes, size_t *ret_len,
			 struct amana_error *err) MUST_CHECK;
void object_reader_free(struct object_reader *reader);
DEFINE_FREEP(struct object_reader, object_reader_free);

#endif
