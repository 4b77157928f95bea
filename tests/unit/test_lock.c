/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "sandbox/lock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#define SANITIZED
#endif
#endif

/* Each test locks a child, which says by its exit status what it found. */
static int
in_child(void (*run)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		run();
		_exit(1); /* whoever comes back found nothing */
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
lock_half(void)
{
	struct amana_error err;

	if (lock_resources(&err) < 0)
		_exit(2);
}

static void
make_folder(void)
{
	char name[64];

	snprintf(name, sizeof name, "/tmp/amana-lock-%d", (int)getpid());
	lock_half();
	if (mkdir(name, 0700) < 0 && errno == EACCES)
		_exit(0);
	rmdir(name);
}

/* mkdir takes no file descriptor, so that no limit stands before Landlock. */
static void
lock_by_landlock(void)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		    LANDLOCK_CREATE_RULESET_VERSION) < 1) {
		printf("no Landlock in this kernel: not tested\n");
		return;
	}
	CHECK_INT(in_child(make_folder), 0);
}

static void
look_at_limits(void)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t max;
	} want[] = {
		{RLIMIT_CPU, LOCK_CPU_S},
		{RLIMIT_FSIZE, 0},
		{RLIMIT_NOFILE, 0},
		{RLIMIT_NPROC, 0},
		{RLIMIT_CORE, 0},
		{RLIMIT_MEMLOCK, 0},
#ifndef SANITIZED
		{RLIMIT_AS, LOCK_MEMORY_MAX},
#endif
	};
	struct rlimit got;

	lock_half();
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
		if (getrlimit(want[i].what, &got) < 0 || got.rlim_cur != want[i].max ||
		    got.rlim_max != want[i].max)
			_exit(10 + (int)i);
	_exit(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 3);
}

static void
lock_limits(void)
{
	CHECK_INT(in_child(look_at_limits), 0);
}

static void
call_getppid(void)
{
	struct amana_error err;

	if (lock_calls(&err) < 0)
		_exit(2);
	_exit(getppid() > 0 ? 4 : 5);
}

/* A call that no list names: what is not allowed is forbidden. */
static void
lock_is_closed(void)
{
	CHECK_INT(in_child(call_getppid), -SIGSYS);
}

int
main(void)
{
	RUN(lock_by_landlock);
	RUN(lock_limits);
	RUN(lock_is_closed);
	return 0;
}
