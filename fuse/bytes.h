/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUSE_BYTES_H
#define FUSE_BYTES_H

#include "attributes.h"
#include "first_open.h"
#include "handle.h"
#include "speaker.h"

#include <fuse_lowlevel.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of exhibits.  A read is answered from whole decrypted chunks in a cache,
 * without copying them together, and never waits for anything but decryption.
 *
 * A reader that goes on where it stopped gets the next chunks decrypted by other threads
 * before it asks.  A reader that jumps about gets what it asked for; the rest of that
 * chunk, decrypted anyway, goes to the kernel's page cache, from a thread of its own: the
 * kernel may hold pages locked until some read is answered, so the threads that answer
 * must never wait for it to take bytes.
 */
struct bytes;
#define BYTES_READ_MAX ((size_t)1 << 20) /* of one request */

/* Makes the cache and starts the threads.  Borrows the speaker.  NULL: no memory, or not
 * one thread.  Freed by bytes_free. */
struct bytes *bytes_new(const struct speaker *speaker) MUST_CHECK;
/* Before the first read: what first_open knows may be read, and `session` is the kernel
 * that it goes to.  Borrows both. */
void bytes_begin(struct bytes *bytes, struct first_open *first_open,
		 struct fuse_session *session);
/* From now on nothing is given out, and nothing decrypted that nobody waits for; reads
 * are answered with EIO.  NULL and a second call are fine. */
void bytes_stop(struct bytes *bytes);
/* Makes the kernel drop every byte of every exhibit that it has in its page cache.  The
 * threads that answer the kernel have to run still, since it may wait for one of them. */
void bytes_drop(struct bytes *bytes);
/* Stops, wipes and frees everything.  No thread may be reading; NULL is fine. */
void bytes_free(struct bytes *bytes);

/* Answers `req`: `size` bytes from `offset` on, fewer at the end of the exhibit.  A chunk
 * that fails its check is EIO, and told to first_open.  Any thread. */
void bytes_read(struct bytes *bytes, fuse_req_t req, struct handle *handle, size_t size,
		uint64_t offset);
/* Decrypts the beginning of an exhibit that will be opened soon; `ctx` is the struct
 * bytes. Any thread. */
first_open_soon bytes_soon;
/* Wipes all plaintext if nobody has read for half a minute.  Any thread. */
void bytes_tidy(struct bytes *bytes);

#endif
