/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_OBJECT_READER_H
#define OBJECT_OBJECT_READER_H

#include "object/object_open.h"

/*
 * Random access for the mount: every byte given out was authenticated in its chunk, and padding is
 * never given out.  Opening checks the length and that the last chunk is the last one; the whole
 * digest is not checked.  One thread at a time for one reader.  `store` is borrowed.
 */
struct object_reader;
int object_reader_open(struct store *store, const struct secret *identity,
		       const struct object_expect *expect, struct object_reader **ret_reader,
		       struct amana_error *err) MUST_CHECK;
/* Fewer than len bytes only at the end of the exhibit. */
int object_reader_pread(struct object_reader *reader, uint64_t offset, void *bytes, size_t len,
			size_t *ret_len, struct amana_error *err) MUST_CHECK;
void object_reader_free(struct object_reader *reader);
DEFINE_FREEP(struct object_reader, object_reader_free);

#endif
