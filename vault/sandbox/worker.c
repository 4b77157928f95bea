/* SPDX-License-Identifier: Apache-2.0 */
/*
 * amana-worker JOB: looks at foreign bytes for another process (sandbox/sandbox.h).  Not
 * for people.
 */
#include "base/file.h"
#include "sandbox/lock.h"
#include "sandbox/magic_job.h"
#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN 0
#define OUT 1
#define REPLY_MAX ((size_t)1024)

struct job {
	const char *name;
	/* Before the lock. */
	int (*prepare)(void **ret_state, struct amana_error *err);
	/* Behind it.  The answer is borrowed until the next call. */
	struct bytes (*answer)(void *state, struct bytes request);
};

static int
prepare_media(void **ret_state, struct amana_error *err)
{
	struct magic_job *job;

	if (magic_job_new(&job, err) < 0)
		return -1;
	*ret_state = job;
	return 0;
}

static struct bytes
answer_media(void *state, struct bytes request)
{
	return magic_job_type(state, request);
}

static int
prepare_nothing(void **ret_state, struct amana_error *err)
{
	(void)err;
	*ret_state = NULL;
	return 0;
}

static void
try_open(void)
{
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0)
		return;
}

static void
try_socket(void)
{
	if (socket(AF_INET, SOCK_STREAM, 0) < 0)
		return;
}

static void
try_fork(void)
{
	if (fork() == 0)
		_exit(0);
}

static void
try_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void
try_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)page;
}

static void
try_file_map(void)
{
	void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, IN, 0);

	(void)page;
}

static void
try_protect(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0)
		return;
}

static void
try_read(void)
{
	char byte;

	if (read(2, &byte, 1) < 0)
		return;
}

static void
try_write(void)
{
	if (write(2, "x", 1) < 0)
		return;
}

static void
try_hang(void)
{
	while (true)
		__asm__ volatile("" ::: "memory");
}

/* The job of the tests: does what a taken-over worker would do.  Whoever gets an answer
 * has found a hole. */
static struct bytes
answer_probe(void *state, struct bytes request)
{
	static const struct {
		const char *name;
		void (*attempt)(void);
	} attempts[] = {
		{"open", try_open},    {"socket", try_socket}, {"fork", try_fork},
		{"exec", try_exec},    {"code", try_code},     {"protect", try_protect},
		{"map", try_file_map}, {"read", try_read},     {"write", try_write},
		{"hang", try_hang},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(attempts); i++)
		if (bytes_equal(request, BYTES_STR(attempts[i].name)))
			attempts[i].attempt();
	return BYTES_STR("alive");
}

static const struct job jobs[] = {
	{"media", prepare_media, answer_media},
	{"probe", prepare_nothing, answer_probe},
};

static const struct job *
find_job(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
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
serve(const struct job *job, struct amana_error *err)
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
main(int argc, char **argv)
{
	struct amana_error err = AMANA_ERROR_INIT;
	const struct job *job = argc == 2 ? find_job(argv[1]) : NULL;

	if (job == NULL) {
		fprintf(stderr, "amana-worker is started by amana\n");
		return 2;
	}
	if (serve(job, &err) < 0)
		(void)!say(BYTES_STR(err.msg), &err);
	_exit(0); /* no exit handler is needed, and none may open anything */
}
