/* SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

#include "fail.h"
#include "heap.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIST_MAX ((size_t)65536)
#define RULES_MAX ((size_t)1024)

struct rule {
	char name[POLICY_NAME_CAP], word[POLICY_NAME_CAP]; /* word "": none */
};
struct policy {
	struct rule *rules;
	size_t n;
	bool needs_command;
};

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	heap_free(policy->rules);
	heap_free(policy);
}

/* At most cap - 1 bytes up to a space or the end. -1: longer. */
static int
take_word(const char **at, char *ret, size_t cap)
{
	size_t len;

	*at += strspn(*at, " \t\r");
	len = strcspn(*at, " \t\r");
	if (len >= cap)
		return -1;
	memcpy(ret, *at, len);
	ret[len] = 0;
	*at += len;
	return 0;
}

static int
parse_line(struct policy *policy, const char *line, unsigned int number,
	   const char *shown, struct amana_error *err)
{
	struct rule *rule = &policy->rules[policy->n];
	char rest[2];

	if (take_word(&line, rule->name, sizeof rule->name) < 0 ||
	    take_word(&line, rule->word, sizeof rule->word) < 0 ||
	    take_word(&line, rest, sizeof rest) < 0 || rest[0] != 0)
		return fail(
			err, AMANA_E_FORMAT,
			"line %u of '%s' is not a program's name and at most one more word",
			number, shown);
	if (rule->name[0] == 0)
		return 0;
	policy->needs_command |= rule->word[0] != 0;
	policy->n++;
	return 0;
}

int
policy_parse(const char *text, const char *shown, struct policy **ret_policy,
	     struct amana_error *err)
{
	struct policy *policy = heap_new(1, sizeof *policy);
	unsigned int number = 0;
	int r = 0;

	if (policy != NULL)
		policy->rules = heap_new(RULES_MAX, sizeof policy->rules[0]);
	if (policy == NULL || policy->rules == NULL) {
		policy_free(policy);
		return fail(err, AMANA_E_NOMEM, "memory ran out");
	}
	while (r == 0 && *text != 0) {
		char line[256];
		size_t len = strcspn(text, "\n"), kept = strcspn(text, "\n#");

		snprintf(line, sizeof line, "%.*s", (int)kept, text);
		number++;
		if (policy->n == RULES_MAX || kept >= sizeof line)
			r = fail(err, AMANA_E_LIMIT,
				 "line %u of '%s': the list is too long", number, shown);
		else
			r = parse_line(policy, line, number, shown, err);
		text += len + (text[len] == '\n');
	}
	if (r < 0) {
		policy_free(policy);
		return -1;
	}
	*ret_policy = policy;
	return 0;
}

/* 1: not there. */
static int
load_file(const char *path, struct policy **ret_policy, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = heap_new(LIST_MAX + 1, 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? 1
			       : fail_sys(err, "cannot open '%s'", path);
	while (text != NULL && n > 0 && len < LIST_MAX) {
		n = read(fd, text + len, LIST_MAX - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		(void)fail_sys(err, "cannot read '%s'", path);
	close(fd);
	if (n < 0)
		return -1;
	if (text == NULL || len == LIST_MAX)
		return fail(err, AMANA_E_LIMIT, "'%s' is too long", path);
	return policy_parse(text, path, ret_policy, err);
}

int
policy_load(const char *own_folder, const char *const *other_folders,
	    struct policy **ret_policy, struct amana_error *err)
{
	char path[4096];
	int r = 1;

	snprintf(path, sizeof path, "%s/" POLICY_FILE, own_folder);
	if (own_folder[0] != 0)
		r = load_file(path, ret_policy, err);
	for (size_t i = 0; r == 1 && other_folders[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s/" POLICY_FILE, other_folders[i]);
		r = load_file(path, ret_policy, err);
	}
	return r == 1 ? fail(err, AMANA_E_MISSING,
			     "the list of programs to refuse (" POLICY_FILE
			     ") is not installed")
		      : r;
}

/* ---- who asks ---- */

/* The file's first bytes as one line: NULs become spaces, a final line feed goes. */
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

/* The process of a thread. */
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
		return; /* of a process that this one cannot see */
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
caller_name(const struct caller *caller, char ret[POLICY_NAME_CAP + 24])
{
	const char *own = caller->leader[0] != 0 ? caller->leader : caller->thread;

	if (caller->program[0] == 0)
		snprintf(ret, POLICY_NAME_CAP + 24, "%s",
			 own[0] != 0 ? own : "(not visible)");
	else if (own[0] == 0 || strncmp(own, caller->program, strlen(own)) == 0)
		snprintf(ret, POLICY_NAME_CAP + 24, "%s", caller->program);
	else /* a script, and what runs it */
		snprintf(ret, POLICY_NAME_CAP + 24, "%s (%s)", own, caller->program);
}

bool
policy_needs_command(const struct policy *policy)
{
	return policy->needs_command;
}

/* The system cuts these names at 15 bytes. */
static bool
short_matches(const char *rule, const char *name)
{
	return name[0] != 0 && (fnmatch(rule, name, 0) == 0 ||
				(strlen(name) == 15 && strncmp(rule, name, 15) == 0));
}

const char *
policy_refuses(const struct policy *policy, const struct caller *caller)
{
	for (size_t i = 0; i < policy->n; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!short_matches(rule->name, caller->thread) &&
		    !short_matches(rule->name, caller->leader) &&
		    (caller->program[0] == 0 ||
		     fnmatch(rule->name, caller->program, 0) != 0))
			continue;
		if (rule->word[0] == 0 || strstr(caller->command, rule->word) != NULL)
			return rule->name;
	}
	return NULL;
}
