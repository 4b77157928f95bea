/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/lock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_MAX RLIM_INFINITY /* the sanitizers reserve terabytes of addresses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMORY_MAX RLIM_INFINITY
#endif
#endif
#ifndef MEMORY_MAX
#define MEMORY_MAX LOCK_MEMORY_MAX
#endif

/* By landlock(7); the headers of Debian 12 stop at version 3. */
struct ruleset {
	uint64_t fs, net, scoped;
};

static int
limit(struct amana_error *err)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t max;
	} limits[] = {
		{RLIMIT_AS, MEMORY_MAX}, {RLIMIT_CPU, LOCK_CPU_S}, {RLIMIT_FSIZE, 0},
		{RLIMIT_NOFILE, 0},	 {RLIMIT_NPROC, 0},	   {RLIMIT_CORE, 0},
		{RLIMIT_MEMLOCK, 0},
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct rlimit both = {limits[i].max, limits[i].max};

		if (setrlimit(limits[i].what, &both) < 0)
			return err_sys(err, "cannot limit the worker");
	}
	return 0;
}

/* All file and network access that this kernel's Landlock knows is handled, and none is
 * allowed. */
static int
restrict_by_landlock(struct amana_error *err)
{
	static const unsigned fs_bits[] = {0, 13, 14, 15, 15, 16}; /* by version */
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset all = {0};
	size_t len = version < 4   ? sizeof all.fs
		     : version < 6 ? 2 * sizeof all.fs
				   : sizeof all;
	int fd, r;

	if (version <= 0)
		return 0; /* an old kernel, or switched off: seccomp stands alone */
	all.fs = ((uint64_t)1 << fs_bits[version > 5 ? 5 : version]) - 1;
	if (version >= 4)
		all.net = 3; /* bind and connect of TCP */
	if (version >= 6)
		all.scoped = 3; /* abstract sockets, signals */
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, len, 0);
	if (fd < 0)
		return err_sys(err, "cannot make a Landlock ruleset");
	r = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return r < 0 ? err_sys(err, "cannot enforce Landlock") : 0;
}

static int
allow(scmp_filter_ctx filter)
{
	static const int plain[] = {
		SCMP_SYS(brk),	   SCMP_SYS(munmap),	 SCMP_SYS(mremap),
		SCMP_SYS(madvise), SCMP_SYS(futex),	 SCMP_SYS(clock_gettime),
		SCMP_SYS(exit),	   SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
	};
	int r;

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);
		if (r < 0)
			return r;
	}
	r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
			     SCMP_A0(SCMP_CMP_EQ, 0, 0));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
				     SCMP_A0(SCMP_CMP_EQ, 1, 0));
	if (r == 0)
		r = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
			SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return r;
}

static void
release(scmp_filter_ctx *filter)
{
	if (*filter != NULL)
		seccomp_release(*filter);
}

int
lock_calls(struct amana_error *err)
{
	CLEANUP(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r;

	if (filter == NULL)
		return err_nomem(err);
	r = allow(filter);
	if (r == 0)
		r = seccomp_load(filter);
	if (r < 0) {
		errno = -r;
		return err_sys(err, "cannot load the seccomp filter");
	}
	return 0;
}

int
lock_resources(struct amana_error *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(err, "cannot give up privileges");
	/* The limits after Landlock, which needs a file descriptor. */
	return restrict_by_landlock(err) < 0 ? -1 : limit(err);
}

int
lock_in(struct amana_error *err)
{
	return lock_resources(err) < 0 ? -1 : lock_calls(err);
}
