/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYS_IDFILE_H
#define KEYS_IDFILE_H

#include "keys/identity.h"

/*
 * Where identity files stand: MEMBER.age in one folder (the caller names it), or anywhere
 * else. Any thread.
 */
#define IDFILE_SUFFIX ".age"

struct idfile_list {
	char (*codes)[TEXT_MEMBER_MAX + 1]; /* bytewise ascending; owned */
	size_t n;
};
#define IDFILE_LIST_INIT                                                                 \
	{                                                                                \
		.codes = NULL                                                            \
	}
/* Releases the codes. */
void idfile_list_done(struct idfile_list *list);

/* Lists the members with a MEMBER.age in the folder.  Other names are passed over, and a
 * folder that is missing has none. */
int idfile_list(const char *folder, struct idfile_list *ret_list,
		struct amana_error *err) MUST_CHECK;

/* Appends to ret_path the absolute, canonical path of the identity file that `who` means:
 * MEMBER.age in `folder` if it is a staff code, else the file of that path.  1: there is
 * none. */
int idfile_find(const char *folder, const char *who, struct buf *ret_path,
		struct amana_error *err) MUST_CHECK;

/* Reads the file: its sealed bytes are appended.  *ret_exposed: others than its owner can
 * read it too; the passphrase still protects it, and the person should be told.
 * 1: missing. */
int idfile_read(const char *path, struct buf *ret_file, bool *ret_exposed,
		struct amana_error *err) MUST_CHECK;

/* Writes FOLDER/MEMBER.age durably, mode 0600, making the folder with 0700.  Never
 * overwrites: AMANA_E_CONFLICT. */
int idfile_write_new(const char *folder, const char *code, struct bytes file,
		     struct amana_error *err) MUST_CHECK;
/* Replaces the file at `path` atomically and durably, mode 0600: a new passphrase. */
int idfile_replace(const char *path, struct bytes file,
		   struct amana_error *err) MUST_CHECK;

/*
 * The identity that is to take the place of the one at `path`: `.NAME.next` beside NAME.
 * It stands there from before the act that makes its keys the member's until it has
 * replaced the old file, so that whatever interrupts a change of keys, both are on disk.
 */

/* Writes it durably, mode 0600.  AMANA_E_CONFLICT: there is one. */
int idfile_write_next(const char *path, struct bytes file,
		      struct amana_error *err) MUST_CHECK;
/* Reads it: its sealed bytes are appended.  1: there is none. */
int idfile_read_next(const char *path, struct buf *ret_file,
		     struct amana_error *err) MUST_CHECK;
/* True if there is one, be it whole or not. */
bool idfile_has_next(const char *path);
/* Gives it the place of the file at `path`, atomically and durably. */
int idfile_take_next(const char *path, struct amana_error *err) MUST_CHECK;

#endif
