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

/* The members with a MEMBER.age in the folder; none if the folder is missing. Other names
 * are passed over. */
int idfile_list(const char *folder, struct idfile_list *ret_list,
		struct amana_error *err) MUST_CHECK;

/* The absolute, canonical path of the identity file that `who` means: MEMBER (in
 * `folder`) or, if it has not the form of a staff code, the path of a file.  Appended to
 * ret_path.  1: there is none. */
int idfile_find(const char *folder, const char *who, struct buf *ret_path,
		struct amana_error *err) MUST_CHECK;

/* Appends the sealed bytes.  *ret_exposed: others than the owner can read the file; the
 * passphrase still protects it, and the person should be told.  1: missing. */
int idfile_read(const char *path, struct buf *ret_file, bool *ret_exposed,
		struct amana_error *err) MUST_CHECK;

/* Writes FOLDER/MEMBER.age durably, mode 0600, making the folder with 0700.  Never
 * overwrites: AMANA_E_CONFLICT. */
int idfile_write_new(const char *folder, const char *code, struct bytes file,
		     struct amana_error *err) MUST_CHECK;
/* Replaces the file at `path` atomically and durably, mode 0600: a new passphrase. */
int idfile_replace(const char *path, struct bytes file,
		   struct amana_error *err) MUST_CHECK;

#endif
