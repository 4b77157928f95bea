/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/magic_job.h"

#include <magic.h>
#include <string.h>

struct magic_job {
	magic_t magic;
};

/*
 * libmagic tries thousands of patterns, and on text it searches for many of them line by
 * line: a millisecond for a few KiB, ten times what sealing them costs.  So it is asked
 * twice: first without the patterns, which settles what is text (and JSON, CSV, tar and
 * old Office files), then with them, on all bytes of a binary file and on the beginning
 * of a text, where texts say what they are.
 */
#define TEXT_LEN ((size_t)1024)
/* Nothing that would open another file or run a program. */
#define WITH_PATTERNS (MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF)
#define NO_PATTERNS (WITH_PATTERNS | MAGIC_NO_CHECK_SOFT)

static void
release(magic_t *magic)
{
	if (*magic != NULL)
		magic_close(*magic);
}

int
magic_job_new(struct magic_job **ret_job, struct amana_error *err)
{
	CLEANUP(release) magic_t magic = magic_open(WITH_PATTERNS);
	struct magic_job *job;

	if (magic == NULL)
		return err_nomem(err);
	if (magic_load(magic, NULL) < 0)
		return err_set(err, AMANA_E_IO, "libmagic: %s", magic_error(magic));
	/* libmagic and the C library open and allocate some things only when they are
	 * first used.  Behind the lock that would kill the worker, so they are used now.
	 */
	magic_buffer(magic, "%PDF-1.7\n", 9);
	magic_buffer(magic, "plain text, \xc3\xa9\n", 15);
	job = mem_new(sizeof *job, err);
	if (job == NULL)
		return -1;
	job->magic = TAKE(magic);
	*ret_job = job;
	return 0;
}

struct bytes
magic_job_type(struct magic_job *job, struct bytes prefix)
{
	const char *type;
	bool is_text;

	magic_setflags(job->magic, NO_PATTERNS);
	type = magic_buffer(job->magic, prefix.data, prefix.len);
	is_text = type != NULL && strcmp(type, "text/plain") == 0;
	if (type == NULL || is_text || strcmp(type, "application/octet-stream") == 0) {
		if (is_text && prefix.len > TEXT_LEN)
			prefix.len = TEXT_LEN;
		magic_setflags(job->magic, WITH_PATTERNS);
		type = magic_buffer(job->magic, prefix.data, prefix.len);
	}
	return type != NULL ? BYTES_STR(type) : (struct bytes){NULL, 0};
}
