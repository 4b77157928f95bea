/* SPDX-License-Identifier: Apache-2.0 */
#include "refused_programs.h"

#include "fail.h"
#include "heap.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "refused-programs"
#define LIST_MAX ((size_t)65536) /* bytes */
#define RULES_MAX ((size_t)1024)

struct rule {
	char name[CALLER_PROGRAM_CAP]; /* a pattern */
	char word[CALLER_PROGRAM_CAP]; /* of the command line; "": none */
};
struct refused_programs {
	struct rule *rules;
	size_t n;
	bool needs_command;
};

void
refused_programs_free(struct refused_programs *list)
{
	if (list == NULL)
		return;
	heap_free(list->rules);
	heap_free(list);
}

/* The next word of a line, at most cap - 1 bytes; "" at its end.  -1: it is longer. */
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
parse_line(struct refused_programs *list, const char *line, unsigned int number,
	   const char *shown, struct amana_error *err)
{
	struct rule *rule = &list->rules[list->n];
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
	list->needs_command |= rule->word[0] != 0;
	list->n++;
	return 0;
}

static int
parse(const char *text, const char *shown, struct refused_programs **ret_list,
      struct amana_error *err)
{
	struct refused_programs *list = heap_new(1, sizeof *list);
	unsigned int number = 0;
	int r = 0;

	if (list != NULL)
		list->rules = heap_new(RULES_MAX, sizeof list->rules[0]);
	if (list == NULL || list->rules == NULL) {
		refused_programs_free(list);
		return fail(err, AMANA_E_NOMEM, "memory ran out");
	}
	while (r == 0 && *text != 0) {
		char line[256];
		size_t len = strcspn(text, "\n"), kept = strcspn(text, "\n#");

		snprintf(line, sizeof line, "%.*s", (int)kept, text);
		number++;
		if (list->n == RULES_MAX || kept >= sizeof line)
			r = fail(err, AMANA_E_LIMIT,
				 "line %u of '%s': the list is too long", number, shown);
		else
			r = parse_line(list, line, number, shown, err);
		text += len + (text[len] == '\n');
	}
	if (r < 0) {
		refused_programs_free(list);
		return -1;
	}
	*ret_list = list;
	return 0;
}

/* 1: there is no such file. */
static int
load_file(const char *path, struct refused_programs **ret_list, struct amana_error *err)
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
	return parse(text, path, ret_list, err);
}

int
refused_programs_load(const char *own_folder, const char *const *other_folders,
		      struct refused_programs **ret_list, struct amana_error *err)
{
	char path[4096];
	int r = 1;

	snprintf(path, sizeof path, "%s/" FILE_NAME, own_folder);
	if (own_folder[0] != 0)
		r = load_file(path, ret_list, err);
	for (size_t i = 0; r == 1 && other_folders[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s/" FILE_NAME, other_folders[i]);
		r = load_file(path, ret_list, err);
	}
	return r == 1 ? fail(err, AMANA_E_MISSING,
			     "the list of programs to refuse (" FILE_NAME
			     ") is not installed")
		      : r;
}

bool
refused_programs_need_command(const struct refused_programs *list)
{
	return list->needs_command;
}

/* Of what threads call themselves the system keeps 15 bytes. */
static bool
short_matches(const char *rule, const char *name)
{
	return name[0] != 0 && (fnmatch(rule, name, 0) == 0 ||
				(strlen(name) == 15 && strncmp(rule, name, 15) == 0));
}

const char *
refused_programs_match(const struct refused_programs *list, const struct caller *caller)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct rule *rule = &list->rules[i];

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
