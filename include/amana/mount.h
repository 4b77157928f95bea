/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AMANA_MOUNT_H
#define AMANA_MOUNT_H

#include "amana/exhibit.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A case held open for reading, for a mount: what is in it, the record of who opened
 * what, and the exhibits' bytes.
 *
 * The mount belongs to the thread of its session, as every call that takes a struct
 * amana_mount does.  Readers are the exception: any number of threads may use one at
 * once, beside that thread.  Close every reader before the mount, the mount before the
 * session.
 */

struct amana_mount;
struct amana_mount_request {
	const char *case_name;
	const char *reason; /* AMANA_E_USAGE without one */
	const char *dir;    /* where it is mounted: for the record */
	int64_t until; /* Unix seconds at which it will end by itself, for the record; 0:
			  no end */
};
/* Checks the right (lead or reader, within its dates; a refusal is recorded:
 * AMANA_E_DENIED), opens the identity, reads the names of the case on record, and records
 * the mounting: durable when this returns 0. */
AMANA_API int amana_mount_open(struct amana_vault *vault,
			       const struct amana_mount_request *request,
			       struct amana_mount **ret_mount, struct amana_error *err);
/* The code of the case as this person knows it; borrowed from the mount. */
AMANA_API const char *amana_mount_case(const struct amana_mount *mount);

/* Every exhibit of the case whose number is above `after`, by number.  Those sealed to
 * others come with known false. */
AMANA_API int amana_mount_list(struct amana_mount *mount, uint64_t after,
			       amana_exhibit_row *row, void *ctx,
			       struct amana_error *err);

/* What happened since the last look: cheap when nothing did, so that it can be asked
 * every second or two. */
struct amana_mount_news {
	bool changed;  /* there are new exhibits, or what the list says of the old ones
			  changed */
	bool must_end; /* locked, revoked, the grant ended or past its date: nothing more
			  may be read; `why` tells */
	char why[160]; /* one line */
};
/* < 0: the store could not be read; the mount is as it was, and may try again. */
AMANA_API int amana_mount_poll(struct amana_mount *mount,
			       struct amana_mount_news *ret_news,
			       struct amana_error *err);

/* A first opening, for the record. */
struct amana_opening {
	uint64_t number;     /* of the exhibit */
	const char *program; /* the opener's name, as the system tells it; bytes from
				elsewhere */
	uint32_t uid, pid;
	/* Not opened yet, but about to be by the way this program goes through the case:
	 * recorded as that, so that whoever reads a thousand exhibits in a row waits for
	 * a few acts, not for a thousand.  Name it again without `ahead` once it is
	 * opened, which writes nothing; what never is and was not read is recorded as not
	 * read at the end. */
	bool ahead;
	int status; /* out: 0, or an enum amana_code: this one may not be opened
		     * (AMANA_E_MISSING: disposed, no file, no such number;
		     * AMANA_E_DENIED: sealed to others; AMANA_E_TAMPERED: its sheet fails
		     * its check) */
};
/* Records the openings of all of these, as one act for up to a thousand: durable when
 * this returns 0, and nothing may be read before. What may not be opened is left out of
 * the record and gets its status; what this mount has on record already is passed over
 * with status 0, so that after a failure the same can be tried again. */
AMANA_API int amana_mount_record(struct amana_mount *mount,
				 struct amana_opening *openings, size_t n,
				 struct amana_error *err);

/* One exhibit's bytes.  Only after its opening is on record: else AMANA_E_BUG.  Borrows
 * from the mount.  Cheap, for the object itself is looked up by the first
 * amana_reader_chunks, whose error then says what is wrong with it. */
struct amana_reader;
AMANA_API int amana_mount_reader(struct amana_mount *mount, uint64_t number,
				 struct amana_reader **ret_reader,
				 struct amana_error *err);
AMANA_API uint64_t amana_reader_size(const struct amana_reader *reader);
/* The first reader's check, which amana_mount_poll goes on with, has found that the whole
 * is not what was recorded: no reader of it gives out anything any more, and what was
 * given out before is not to be shown again from a cache.  Any thread. */
AMANA_API bool amana_reader_refused(const struct amana_reader *reader);
/*
 * Bytes are authenticated in chunks of AMANA_CHUNK.  Reads the chunks first .. first + n
 * - 1, as many of them as there are, each decrypted and checked, into `bytes` (n *
 * AMANA_CHUNK); *ret_len is less only at the end of the exhibit.  Any thread.
 * AMANA_E_TAMPERED: a chunk does not pass, or the object is gone or of another length;
 * nothing of that chunk is given out; or the whole is refused. AMANA_E_LOCKED:
 * amana_mount_poll has said that the mount must end.
 */
#define AMANA_CHUNK ((size_t)65536)
AMANA_API int amana_reader_chunks(const struct amana_reader *reader, uint64_t first,
				  size_t n, void *bytes, size_t *ret_len,
				  struct amana_error *err);
AMANA_API void amana_reader_free(struct amana_reader *reader);

/* What is said of a failed check while mounted: goes on record as what a check found,
 * once for each exhibit. */
AMANA_API int amana_mount_damaged(struct amana_mount *mount, uint64_t number,
				  struct amana_error *err);

/* The end. */
struct amana_mount_range {
	uint64_t number;      /* of the exhibit */
	uint64_t first, last; /* bytes read, both included */
};
struct amana_mount_refusal {
	const char *program; /* refused by its name */
	uint64_t count;
};
struct amana_mount_end {
	const char *
		why; /* "unmounted", "time is over", "locked", "stopped", ...: one line */
	const struct amana_mount_range *ranges; /* by number, then by first; disjoint */
	size_t n_ranges;
	const struct amana_mount_refusal *refusals;
	size_t n_refusals;
	uint64_t n_writes_refused;
};
/* Records the unmounting and frees the mount, whether or not the record could be made
 * (then < 0; the person is revoked, say, or the store is gone). */
AMANA_API int amana_mount_close(struct amana_mount *mount,
				const struct amana_mount_end *end,
				struct amana_error *err);

#ifdef __cplusplus
}
#endif

#endif
