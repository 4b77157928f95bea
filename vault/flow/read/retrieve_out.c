/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/read/retrieve_out.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
retrieve_out_done(struct retrieve_out *out)
{
	file_closep(&out->dirfd);
	mem_free(out->folder);
	out->folder = NULL;
}

static int
open_folder(struct retrieve_out *out, const char *path, struct amana_error *err)
{
	int r = file_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, &out->dirfd, err);

	if (r > 0)
		return err_reason(err, AMANA_REASON_NO_PATH, AMANA_E_MISSING,
				  "there is no folder '%s'", path);
	if (r < 0)
		return -1;
	out->folder = mem_dup(path, err);
	return out->folder != NULL ? 0 : -1;
}

/* A new file: its name, and the folder that it will stand in. */
static int
open_parent(struct retrieve_out *out, const char *path, struct amana_error *err)
{
	CLEANUP(mem_freep) char *folder = mem_dup(path, err);
	char *slash;

	if (folder == NULL)
		return -1;
	slash = strrchr(folder, '/');
	if ((size_t)snprintf(out->name, sizeof out->name, "%s",
			     slash != NULL ? path + (slash - folder) + 1 : path) >=
		    sizeof out->name ||
	    out->name[0] == 0)
		return err_set(err, AMANA_E_USAGE, "'%s' is no name for a file", path);
	if (slash != NULL)
		slash[slash == folder] = 0;
	out->kind = OUT_FILE;
	return open_folder(out, slash != NULL ? folder : ".", err);
}

int
retrieve_out_open(const char *path, size_t n_exhibits, struct retrieve_out *ret_out,
		  struct amana_error *err)
{
	CLEANUP(retrieve_out_done) struct retrieve_out out = RETRIEVE_OUT_INIT;
	struct stat st;
	int r;

	if (strcmp(path, "-") == 0) {
		if (n_exhibits != 1)
			return err_set(err, AMANA_E_USAGE,
				       "only one exhibit can go to standard output");
		out.kind = OUT_STDOUT;
	} else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		out.kind = OUT_FOLDER;
		if (open_folder(&out, path, err) < 0)
			return -1;
	} else if (lstat(path, &st) == 0) {
		return err_reason(err, AMANA_REASON_EXISTS, AMANA_E_CONFLICT,
				  "'%s' exists already; it was left alone", path);
	} else if (n_exhibits > 1 || (path[0] != 0 && path[strlen(path) - 1] == '/')) {
		out.kind = OUT_FOLDER;
		if (mkdir(path, 0700) < 0)
			return err_sys(err, "cannot make the folder '%s'", path);
		if (open_folder(&out, path, err) < 0)
			return -1;
	} else {
		r = open_parent(&out, path, err);
		if (r < 0)
			return -1;
	}
	*ret_out = out;
	out = (struct retrieve_out)RETRIEVE_OUT_INIT;
	return 0;
}

/* ---- names ---- */

static char
safe_byte(uint8_t c)
{
	return c < 0x20 || c == 0x7f || strchr("<>:\"/\\|?*", c) != NULL ? '_' : (char)c;
}

#define OUT_NAME_MAX ((size_t)200) /* bytes of the deposited name */

/* How much of the text is kept: at most max bytes, and no part of a UTF-8 character. */
static size_t
cut(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((uint8_t)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

void
retrieve_out_name(const char *case_code, uint64_t number, struct bytes name,
		  char ret_name[256])
{
	char base[256], *dot;
	const uint8_t *slash = name.len > 0 ? memrchr(name.data, '/', name.len) : NULL;
	size_t skip = slash != NULL ? (size_t)(slash - name.data) + 1 : 0;
	size_t len = name.len - skip, n = 0, ext_len, stem_len;

	for (size_t i = 0; i < len && n < sizeof base - 1; i++)
		base[n++] = safe_byte(name.data[skip + i]);
	base[n] = 0;
	text_make_safe(base); /* what is no UTF-8, or turns the direction of
				 writing, becomes '?' ... */
	for (size_t i = 0; i < n; i++)
		if (base[i] == '?')
			base[i] = '_'; /* ... which Windows does not take */
	while (n > 0 && (base[n - 1] == '.' || base[n - 1] == ' '))
		base[--n] = 0;
	dot = strrchr(base, '.');
	ext_len = dot != NULL && dot != base && strlen(dot) <= 16 ? strlen(dot) : 0;
	stem_len = cut(base, n - ext_len, OUT_NAME_MAX - ext_len);
	snprintf(ret_name, 256, "%s%s%04" PRIu64 "%s%.*s%s",
		 case_code != NULL ? case_code : "", case_code != NULL ? "-" : "", number,
		 n > 0 ? " " : "", (int)stem_len, base, base + n - ext_len);
}
