/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* $XDG_CONFIG_HOME/amana/config: lines `KEY = VALUE`, `#` begins a comment.  The only key
 * is vault. */

#define CONFIG_MAX 65536

static char *
trim(char *text)
{
	size_t len;

	while (*text == ' ' || *text == '\t')
		text++;
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = 0;
	return text;
}

static int
config_line(struct cli *cli, unsigned int number, char *line, char **vault,
	    struct amana_error *err)
{
	char *equals = strchr(line, '='), *key, *value;

	line = trim(line);
	if (line[0] == 0 || line[0] == '#')
		return 0;
	if (equals == NULL)
		return refuse(cli, err, AMANA_E_FORMAT,
			      "a line looks like: vault = /path/to/vault",
			      "line %u of '%s' is no setting", number, cli->config_path);
	*equals = 0;
	key = trim(line);
	value = trim(equals + 1);
	if (strcmp(key, "vault") != 0)
		return refuse(
			cli, err, AMANA_E_FORMAT,
			"the only setting is: vault = /path/to/vault",
			"line %u of '%s' sets '%s', which this program does not know",
			number, cli->config_path, key);
	if (*vault != NULL)
		return refuse(cli, err, AMANA_E_FORMAT, "leave one of them",
			      "line %u of '%s' sets the vault again", number,
			      cli->config_path);
	if (value[0] != '/')
		return refuse(cli, err, AMANA_E_FORMAT,
			      "write the whole path, beginning with /",
			      "line %u of '%s': '%s' is no absolute path", number,
			      cli->config_path, value);
	*vault = heap_dup(value);
	return 0;
}

int
config_read(struct cli *cli, char **ret_vault, struct amana_error *err)
{
	CLEANUP(heap_freep) char *text = NULL;
	char *vault = NULL, *rest;
	unsigned int number = 0;
	size_t len;
	int r = 0;

	*ret_vault = NULL;
	if (access(cli->config_path, F_OK) < 0)
		return 0;
	if (small_file_read(cli, cli->config_path, CONFIG_MAX, &text, &len, err) < 0)
		return -1;
	for (rest = text; r == 0 && rest != NULL;) {
		char *line = strsep(&rest, "\n");

		r = config_line(cli, ++number, line, &vault, err);
	}
	if (r < 0) {
		free(vault);
		return -1;
	}
	*ret_vault = vault;
	return 0;
}

/* The folders above `path`, private to the person. */
static int
make_parents(const char *path, struct amana_error *err)
{
	CLEANUP(heap_freep) char *copy = heap_dup(path);

	for (char *slash = strchr(copy + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			return fail_sys(err, "cannot make the folder '%s'", copy);
		*slash = '/';
	}
	return 0;
}

int
config_set_vault(struct cli *cli, const char *path, struct amana_error *err)
{
	CLEANUP(heap_freep) char *there = NULL;
	CLEANUP(heap_freep) char *line = heap_fmt("vault = %s\n", path);
	size_t len = strlen(line);
	int fd;

	if (strchr(path, '\n') != NULL)
		return fail(err, AMANA_E_USAGE,
			    "a path with a line feed cannot stand in the configuration");
	if (config_read(cli, &there, err) < 0)
		return -1;
	if (there != NULL)
		return 1;
	if (make_parents(cli->config_path, err) < 0)
		return -1;
	fd = open(cli->config_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_sys(err, "cannot write '%s'", cli->config_path);
	if (write(fd, line, len) != (ssize_t)len || close(fd) < 0)
		return fail_sys(err, "cannot write '%s'", cli->config_path);
	return 0;
}
