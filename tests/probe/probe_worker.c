/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker that locks itself in as amana-worker does, and then does what one would do
 * that a file has taken over: for test_media.c, which starts it instead of amana-worker.
 */
#include "sandbox/serve.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

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
	void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, 0, 0);

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

/* Does what the request names.  Whoever gets an answer has found a hole. */
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

int
main(int argc, char **argv)
{
	static const struct serve_job jobs[] = {
		{"probe", prepare_nothing, answer_probe},
	};

	return serve_main(jobs, ARRAY_LEN(jobs), argc, argv);
}
