/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_READ_RETRIEVE_OUT_H
#define FLOW_READ_RETRIEVE_OUT_H

#include "base/file.h"

/*
 * Where retrieved exhibits go: a new file, a folder, or standard output.  A file has no
 * name before it was verified.
 */
enum out_kind { OUT_STDOUT, OUT_FILE, OUT_FOLDER };
struct out {
	enum out_kind kind;
	int dirfd;	/* of the folder; -1 for stdout */
	char *folder;	/* path as shown; owned */
	char name[256]; /* OUT_FILE */
};
#define OUT_INIT                                                                         \
	{                                                                                \
		.dirfd = -1                                                              \
	}

/* Looks at `path` before anything is recorded.  n_exhibits > 1 needs a folder, which is
 * made when missing.  AMANA_E_CONFLICT: the file exists. */
int out_open(const char *path, size_t n_exhibits, struct out *ret_out,
	     struct amana_error *err) MUST_CHECK;
void out_done(struct out *out);

/* The name of an exhibit in a folder: "0007 statement.pdf", safe on every file system
 * that people use: no separators, control characters, or what Windows refuses; at most
 * 200 bytes, the extension kept. case_code: in front when exhibits of several cases go to
 * one folder, else NULL.  `ret_name` takes 256. */
void out_name(const char *case_code, uint64_t number, struct bytes name,
	      char ret_name[256]);

#endif
