/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_READ_RETRIEVE_OUT_H
#define FLOW_READ_RETRIEVE_OUT_H

#include "base/file.h"

/*
 * Where retrieved exhibits go: a new file, a folder, or standard output.  A file has no
 * name before its content was found good.
 */
enum retrieve_out_kind { OUT_STDOUT, OUT_FILE, OUT_FOLDER };
struct retrieve_out {
	enum retrieve_out_kind kind;
	int dirfd;	/* of the folder, the file's too; -1: OUT_STDOUT */
	char *folder;	/* its path, as it is shown; owned */
	char name[256]; /* OUT_FILE: the file's name in that folder */
};
#define RETRIEVE_OUT_INIT                                                                \
	{                                                                                \
		.dirfd = -1                                                              \
	}

/*
 * Looks at `path`, before anything is recorded, and says what it means for that many
 * exhibits: "-" is standard output, for one; a folder is that folder, and what is not
 * there is made a folder if there are several or the path ends with a slash; else it is a
 * new file.  AMANA_E_CONFLICT: the file exists; AMANA_E_MISSING: its folder does not;
 * AMANA_E_USAGE: it is no name for a file, or several are to go to standard output.
 */
int retrieve_out_open(const char *path, size_t n_exhibits, struct retrieve_out *ret_out,
		      struct amana_error *err) MUST_CHECK;
void retrieve_out_done(struct retrieve_out *out);

/*
 * What an exhibit is called in a folder: "0007 statement.pdf", from its number and its
 * name, of which only the last component is taken.  It is safe on every file system that
 * people use: no separators, no control characters, nothing that Windows refuses; the
 * deposited name has at most 200 bytes of it, the extension kept.  case_code stands in
 * front where exhibits of several cases go to one folder, else it is NULL.
 */
void retrieve_out_name(const char *case_code, uint64_t number, struct bytes name,
		       char ret_name[256]);

#endif
