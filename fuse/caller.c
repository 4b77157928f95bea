/* SPDX-License-Identifier: Apache-2.0 */
#include "caller.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first cap - 1 bytes of a file as a string: NULs become spaces, spaces and line
 * feeds at the end go.  "": it cannot be read. */
static void
read_line(const char *path, char *ret, size_t cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, ret, cap - 1) : 0;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		n = 0;
	for (ssize_t i = 0; i < n; i++)
		if (ret[i] == 0)
			ret[i] = ' ';
	while (n > 0 && (ret[n - 1] == '\n' || ret[n - 1] == ' '))
		n--;
	ret[n] = 0;
}

/* The first thread of its process, which has the number of the process. */
static pid_t
leader_of(pid_t thread)
{
	char path[64], status[512];
	const char *at;
	pid_t leader = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)thread);
	read_line(path, status, sizeof status);
	at = strstr(status, "\nTgid:");
	for (at = at != NULL ? at + 6 : ""; *at == ' ' || *at == '\t';)
		at++;
	for (; *at >= '0' && *at <= '9' && leader < 100000000; at++)
		leader = leader * 10 + (*at - '0');
	return leader > 0 ? leader : thread;
}

void
caller_look(uint32_t uid, pid_t pid, bool command, struct caller *ret)
{
	char path[64], program[4096];
	const char *base;
	pid_t leader;
	ssize_t n;

	*ret = (struct caller){.uid = uid, .pid = (uint32_t)pid};
	if (pid <= 0)
		return;
	leader = leader_of(pid);
	snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
	read_line(path, ret->thread, sizeof ret->thread);
	snprintf(path, sizeof path, "/proc/%d/comm", (int)leader);
	if (leader != pid)
		read_line(path, ret->leader, sizeof ret->leader);
	else
		memcpy(ret->leader, ret->thread, sizeof ret->leader);
	snprintf(path, sizeof path, "/proc/%d/exe", (int)leader);
	n = readlink(path, program, sizeof program - 1);
	program[n > 0 ? n : 0] = 0;
	base = strrchr(program, '/');
	if (base != NULL)
		snprintf(ret->program, sizeof ret->program, "%.*s",
			 (int)sizeof ret->program - 1, base + 1);
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)leader);
	if (command)
		read_line(path, ret->command, sizeof ret->command);
}

bool
caller_is_still(const struct caller *caller)
{
	char path[64], thread[sizeof caller->thread];

	snprintf(path, sizeof path, "/proc/%d/comm", (int)caller->pid);
	read_line(path, thread, sizeof thread);
	return thread[0] != 0 && strcmp(thread, caller->thread) == 0;
}

void
caller_name(const struct caller *caller, char ret[CALLER_NAME_CAP])
{
	const char *own = caller->leader[0] != 0 ? caller->leader : caller->thread;

	if (caller->program[0] == 0)
		snprintf(ret, CALLER_NAME_CAP, "%s", own[0] != 0 ? own : "(not visible)");
	else if (own[0] == 0 || strncmp(own, caller->program, strlen(own)) == 0)
		snprintf(ret, CALLER_NAME_CAP, "%s", caller->program);
	else /* a script calls itself by its name, and the program runs it */
		snprintf(ret, CALLER_NAME_CAP, "%s (%s)", own, caller->program);
}
