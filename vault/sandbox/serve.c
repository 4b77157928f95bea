/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/serve.h"

#include "base/file.h"
#include "sandbox/lock.h"
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IN 0
#define OUT 1
#define REPLY_MAX ((size_t)1024)

static const struct serve_job *
find_job(const struct serve_job *jobs, size_t n_jobs, const char *name)
{
	for (size_t i = 0; i < n_jobs; i++)
		if (strcmp(jobs[i].name, name) == 0)
			return &jobs[i];
	return NULL;
}

/* One write: the answer is small, and a message is whole or not there. */
static int
say(struct bytes message, struct amana_error *err)
{
	uint8_t frame[4 + REPLY_MAX] = {0};
	size_t len = message.len < REPLY_MAX ? message.len : REPLY_MAX;

	frame[2] = (uint8_t)(len >> 8);
	frame[3] = (uint8_t)len;
	if (len > 0)
		memcpy(frame + 4, message.data, len);
	return file_write_all(OUT, frame, 4 + len, err);
}

/* 1: the other end is gone. */
static int
hear(uint8_t *request, size_t *ret_len, struct amana_error *err)
{
	uint8_t head[4];
	size_t len, got;

	if (file_read_full(IN, head, sizeof head, &got, err) < 0)
		return -1;
	if (got != sizeof head)
		return 1;
	len = bytes_u32be(head);
	if (len > SANDBOX_MESSAGE_MAX)
		return err_bug(err, "a request of %zu bytes", len);
	if (file_read_full(IN, request, len, &got, err) < 0)
		return -1;
	*ret_len = len;
	return got == len ? 0 : 1;
}

static int
serve(const struct serve_job *job, struct amana_error *err)
{
	CLEANUP(mem_freep) uint8_t *request = mem_new(SANDBOX_MESSAGE_MAX, err);
	void *state;
	size_t len = 0;
	int r;

	if (request == NULL || job->prepare(&state, err) < 0 || lock_in(err) < 0)
		return -1;
	r = say(BYTES_STR(SANDBOX_READY), err);
	while (r == 0) {
		r = hear(request, &len, err);
		if (r == 0)
			r = say(job->answer(state, (struct bytes){request, len}), err);
	}
	return r;
}

int
serve_main(const struct serve_job *jobs, size_t n_jobs, int argc, char **argv)
{
	const struct serve_job *job = argc == 2 ? find_job(jobs, n_jobs, argv[1]) : NULL;
	struct amana_error err = AMANA_ERROR_INIT;

	if (job == NULL) {
		fprintf(stderr, "amana-worker is started by amana\n");
		return 2;
	}
	if (serve(job, &err) < 0)
		IGNORE(say(BYTES_STR(err.msg), &err));
	_exit(0); /* no exit handler is needed, and none may open anything */
}
