/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/mem.h"
#include "check.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

static void
it_moves_forward(void)
{
	int64_t a = clock_ms(), b = clock_ms();

	CHECK(a > 0 && b >= a);
	CHECK(clock_coarse_ms() <= clock_ms());
}

/* Nothing is set by asking: the kernel's offset and frequency stay as they were. */
static void
the_kernel_is_asked_and_left_alone(void)
{
	struct timex before = {.modes = 0}, after = {.modes = 0};
	int can_say = adjtimex(&before) >= 0, r = clock_is_synced();

	CHECK_INT(adjtimex(&after) >= 0, can_say);
	CHECK(can_say ? r == 0 || r == 1 : r == -1);
	CHECK(before.freq == after.freq && before.tick == after.tick);
}

/* In a child: where the call is forbidden, as in some containers. */
static int
forbid(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_adjtimex, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_adjtime, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = ARRAY_LEN(code), .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void
a_kernel_that_does_not_say(void)
{
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (child == 0)
		_exit(forbid() < 0 ? 77 : clock_is_synced() == -1 ? 0 : 1);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		printf("a_kernel_that_does_not_say: no seccomp here\n");
	else
		CHECK_INT(WEXITSTATUS(status), 0);
}

int
main(void)
{
	RUN(it_moves_forward);
	RUN(the_kernel_is_asked_and_left_alone);
	RUN(a_kernel_that_does_not_say);
	return 0;
}
