/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
		return fail_advise(cli, err, AMANA_E_FORMAT,
				   "a line looks like: vault = /path/to/vault",
				   "line %u of '%s' is no setting", number,
				   cli->config_path);
	*equals = 0;
	key = trim(line);
	value = trim(equals + 1);
	if (strcmp(key, "vault") != 0)
		return fail_advise(
			cli, err, AMANA_E_FORMAT,
			"the only setting is: vault = /path/to/vault",
			"line %u of '%s' sets '%s', which this program does not know",
			number, cli->config_path, key);
	if (*vault != NULL)
		return fail_advise(cli, err, AMANA_E_FORMAT, "leave one of them",
				   "line %u of '%s' sets the vault again", number,
				   cli->config_path);
	if (value[0] != '/')
		return fail_advise(cli, err, AMANA_E_FORMAT,
				   "write the whole path, beginning with /",
				   "line %u of '%s': '%s' is no absolute path", number,
				   cli->config_path, value);
	*vault = heap_dup(value);
	return 0;
}

/* The vault that the configuration names; NULL if there is no such file, or it names
 * none. Owned by the caller. */
static int
read_config(struct cli *cli, char **ret_vault, struct amana_error *err)
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

/* Makes a path below a folder of XDG: the folder that the environment names, if that is
 * an absolute path, or else `below` in the home folder; then "/amana" and `last`. */
static int
xdg_path(const char *name, const char *below, const char *last, char **ret,
	 struct amana_error *err)
{
	const char *base = getenv(name), *home = getenv("HOME");

	if (base != NULL && base[0] == '/') {
		*ret = heap_fmt("%s/amana%s", base, last);
		return 0;
	}
	if (home == NULL || home[0] != '/') {
		const struct passwd *user = getpwuid(getuid());

		home = user != NULL ? user->pw_dir : NULL;
	}
	if (home == NULL || home[0] != '/')
		return fail(err, AMANA_E_USAGE,
			    "HOME is not set, and so there is no place for your keys");
	*ret = heap_fmt("%s/%s/amana%s", home, below, last);
	return 0;
}

static const char *
env_or_null(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != 0 ? value : NULL;
}

static int
find_vault(struct cli *cli, struct amana_error *err)
{
	const char *env = env_or_null("AMANA_VAULT");

	if (cli->vault_given != NULL || env != NULL) {
		cli->vault_path =
			heap_dup(cli->vault_given != NULL ? cli->vault_given : env);
		cli->vault_from = cli->vault_given != NULL ? "-C" : "$AMANA_VAULT";
	} else {
		if (read_config(cli, &cli->vault_path, err) < 0)
			return -1;
		cli->vault_from = cli->config_path;
	}
	return 0;
}

int
config_find(struct cli *cli, struct amana_error *err)
{
	if (xdg_path("XDG_DATA_HOME", ".local/share", "", &cli->data_dir, err) < 0 ||
	    xdg_path("XDG_CACHE_HOME", ".cache", "", &cli->cache_dir, err) < 0 ||
	    xdg_path("XDG_CONFIG_HOME", ".config", "/config", &cli->config_path, err) < 0)
		return -1;
	if (cli->identity == NULL)
		cli->identity = env_or_null("AMANA_IDENTITY");
	if (cli->vault_fingerprint == NULL)
		cli->vault_fingerprint = env_or_null("AMANA_VAULT_FINGERPRINT");
	return find_vault(cli, err);
}

/* Makes the folders above `path`, for this person alone. */
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
	if (read_config(cli, &there, err) < 0)
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
