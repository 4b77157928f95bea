/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandbox.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct sandbox {
	int fd;	   /* our end of the socket */
	pid_t pid; /* 0: not started or waited for already */
	char job[16];
};

void
sandbox_stop(struct sandbox *sandbox)
{
	if (sandbox == NULL)
		return;
	file_closep(&sandbox->fd);
	if (sandbox->pid > 0) {
		kill(sandbox->pid, SIGKILL); /* it keeps nothing that could be lost */
		while (waitpid(sandbox->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	mem_free(sandbox);
}

/* The socket has ended, so the worker is dead or about to be: reaps it, and says in err
 * what it died of. */
static int
fail_ended(struct sandbox *sandbox, struct amana_error *err)
{
	int status = 0;
	pid_t pid;

	kill(sandbox->pid, SIGKILL);
	do
		pid = waitpid(sandbox->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	sandbox->pid = 0;
	if (pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		return err_set(err, AMANA_E_IO, "the worker '%s' died: %s", sandbox->job,
			       strsignal(WTERMSIG(status)));
	return err_set(err, AMANA_E_IO, "the worker '%s' ended", sandbox->job);
}

/* Waits until the socket allows `events`. */
static int
wait_for(struct sandbox *sandbox, short events, int64_t deadline_ms,
	 struct amana_error *err)
{
	struct pollfd poll_fd = {.fd = sandbox->fd, .events = events};
	int64_t left;
	int r;

	do {
		left = deadline_ms - clock_ms();
		r = poll(&poll_fd, 1, left > 0 ? (int)left : 0);
	} while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_sys(err, "cannot wait for the worker '%s'", sandbox->job);
	if (r == 0)
		return err_set(err, AMANA_E_IO, "the worker '%s' does not answer",
			       sandbox->job);
	return 0;
}

static int
send_all(struct sandbox *sandbox, const uint8_t *bytes, size_t len, int flags,
	 int64_t deadline_ms, struct amana_error *err)
{
	while (len > 0) {
		ssize_t n = send(sandbox->fd, bytes, len,
				 MSG_NOSIGNAL | MSG_DONTWAIT | flags);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (wait_for(sandbox, POLLOUT, deadline_ms, err) < 0)
				return -1;
		} else if (n < 0 && errno != EINTR) {
			return fail_ended(sandbox, err);
		}
	}
	return 0;
}

static int
receive_all(struct sandbox *sandbox, uint8_t *bytes, size_t len, int64_t deadline_ms,
	    struct amana_error *err)
{
	while (len > 0) {
		ssize_t n;

		if (wait_for(sandbox, POLLIN, deadline_ms, err) < 0)
			return -1;
		n = recv(sandbox->fd, bytes, len, MSG_DONTWAIT);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			return fail_ended(sandbox, err);
		}
	}
	return 0;
}

static int
receive(struct sandbox *sandbox, int64_t deadline_ms, struct sandbox_reply *reply,
	struct amana_error *err)
{
	uint8_t head[4];
	size_t len;

	if (receive_all(sandbox, head, sizeof head, deadline_ms, err) < 0)
		return -1;
	len = bytes_u32be(head);
	if (len > reply->cap)
		return err_set(err, AMANA_E_IO, "the worker '%s' answered with %s",
			       sandbox->job, text_count(len, "byte", "bytes").text);
	if (receive_all(sandbox, reply->bytes, len, deadline_ms, err) < 0)
		return -1;
	reply->len = len;
	return 0;
}

int
sandbox_ask(struct sandbox *sandbox, struct bytes request, int timeout_ms,
	    struct sandbox_reply *reply, struct amana_error *err)
{
	int64_t deadline_ms = clock_ms() + timeout_ms;
	uint8_t head[4] = {(uint8_t)(request.len >> 24), (uint8_t)(request.len >> 16),
			   (uint8_t)(request.len >> 8), (uint8_t)request.len};

	if (request.len > SANDBOX_MESSAGE_MAX)
		return err_bug(err, "a request of %zu bytes to a worker", request.len);
	if (sandbox->pid == 0)
		return err_bug(err, "a request to a dead worker");
	if (send_all(sandbox, head, sizeof head, request.len > 0 ? MSG_MORE : 0,
		     deadline_ms, err) < 0 ||
	    send_all(sandbox, request.data, request.len, 0, deadline_ms, err) < 0)
		return -1;
	return receive(sandbox, deadline_ms, reply, err);
}

/* The folder of the program that runs, in `path`; false where /proc does not tell. */
static bool
own_folder(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = 0;
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	*slash = 0;
	return true;
}

/* Whether amana-worker lies in `folder`, which is absolute or starts at `own`. */
static bool
has_worker(const char *own, const char *folder, char path[PATH_MAX])
{
	const char *from = folder[0] == '/' ? "" : own;
	int n = snprintf(path, PATH_MAX, "%s/%s/amana-worker", from, folder);

	return n < PATH_MAX && access(path, X_OK) == 0;
}

static void
worker_path(char path[PATH_MAX])
{
	static const char *const folders[] = {
		"../vault/sandbox", /* of a program in its build folder, which goes with
				     * the worker that was built with it */
		SANDBOX_FROM_BIN,   /* of amana, where all of it was installed */
		".",		    /* of amana-mount */
	};
	const char *named = secure_getenv(SANDBOX_ENV);
	char own[PATH_MAX];

	if (named != NULL && named[0] == '/') {
		snprintf(path, PATH_MAX, "%s/amana-worker", named);
		return;
	}
	if (own_folder(own))
		for (size_t i = 0; i < ARRAY_LEN(folders); i++)
			if (has_worker(own, folders[i], path))
				return;
	snprintf(path, PATH_MAX, "%s/amana-worker", SANDBOX_WORKER_FOLDER);
}

/* posix_spawn, not fork: the caller has threads, and no page of it may be seen by the
 * worker. */
static int
spawn(struct sandbox *sandbox, const char *path, int worker_fd)
{
	char name[] = "amana-worker", locale[] = "LC_ALL=C";
	char *argv[] = {name, sandbox->job, NULL}, *envp[] = {locale, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	r = posix_spawnattr_init(&attr);
	if (r != 0)
		return r;
	r = posix_spawn_file_actions_init(&files);
	if (r != 0) {
		posix_spawnattr_destroy(&attr);
		return r;
	}
	/* A session of its own: Ctrl-C at the terminal is for us to handle. */
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	r = posix_spawn_file_actions_adddup2(&files, worker_fd, 0);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&files, 0, 1);
	if (r == 0)
		r = posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(&files, 3);
	if (r == 0)
		r = fault_fires(FAULT_OPEN)
			    ? errno
			    : posix_spawn(&sandbox->pid, path, &files, &attr, argv, envp);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return r;
}

static int
wait_ready(struct sandbox *sandbox, struct amana_error *err)
{
	char said[128];
	struct sandbox_reply reply = {said, sizeof said - 1, 0};

	if (receive(sandbox, clock_ms() + SANDBOX_START_MS, &reply, err) < 0)
		return -1;
	said[reply.len] = 0;
	if (strcmp(said, SANDBOX_READY) != 0)
		return err_set(err, AMANA_E_IO, "the worker '%s' cannot work: %s",
			       sandbox->job, said);
	return 0;
}

int
sandbox_start(const char *job, struct sandbox **ret_sandbox, struct amana_error *err)
{
	CLEANUP(sandbox_stopp) struct sandbox *sandbox = mem_new(sizeof *sandbox, err);
	CLEANUP(file_closep) int worker_fd = -1;
	char path[PATH_MAX];
	int fds[2];

	if (sandbox == NULL)
		return -1;
	sandbox->fd = -1;
	snprintf(sandbox->job, sizeof sandbox->job, "%s", job);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(err, "cannot make a socket for the worker '%s'", job);
	sandbox->fd = fds[0];
	worker_fd = fds[1];
	worker_path(path);
	errno = spawn(sandbox, path, worker_fd);
	if (errno != 0) {
		sandbox->pid = 0;
		return err_sys(err, "cannot start the worker '%s'", path);
	}
	file_closep(&worker_fd); /* so that its death ends our end */
	if (wait_ready(sandbox, err) < 0)
		return -1;
	*ret_sandbox = TAKE(sandbox);
	return 0;
}
