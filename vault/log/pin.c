/* SPDX-License-Identifier: Apache-2.0 */
#include "log/pin.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
bad(struct amana_error *err)
{
	return err_set(err, AMANA_E_TAMPERED,
		       "the pin of a vault on this machine is malformed");
}

static bool
is_location(const void *location, size_t len)
{
	return len > 0 && len <= PIN_LOCATION_MAX &&
	       memchr(location, '\n', len) == NULL && memchr(location, 0, len) == NULL;
}

int
pin_parse(struct bytes text, struct pin *ret_pin, struct amana_error *err)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct pin pin = {.n = 0};
	struct bytes lines[6];

	if (text.len > PIN_FILE_MAX)
		return bad(err);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (text_line(&cursor, &lines[i]) < 0)
			return bad(err);
	if (cursor.at != cursor.end || !text_is(lines[0], "amana/pin 1") ||
	    hash_parse((const char *)lines[1].data, lines[1].len, &pin.fingerprint) < 0 ||
	    !is_location(lines[2].data, lines[2].len) ||
	    text_u64((const char *)lines[3].data, lines[3].len, &pin.n) < 0 ||
	    pin.n > CUSTODY_SLOT_MAX ||
	    hash_parse((const char *)lines[4].data, lines[4].len, &pin.head) < 0 ||
	    text_u64((const char *)lines[5].data, lines[5].len, &pin.size) < 0 ||
	    pin.size > CUSTODY_NUMBER_MAX)
		return bad(err);
	memcpy(pin.location, lines[2].data, lines[2].len);

	*ret_pin = pin;
	return 0;
}

int
pin_encode(const struct pin *pin, struct buf *ret_text, struct amana_error *err)
{
	char fingerprint[HASH_HEX_LEN + 1], head[HASH_HEX_LEN + 1];

	if (!is_location(pin->location, strnlen(pin->location, sizeof pin->location)))
		return err_set(
			err, AMANA_E_USAGE,
			"the vault's location cannot be remembered: it is empty, too long or has a line feed");
	hash_hex(&pin->fingerprint, fingerprint);
	hash_hex(&pin->head, head);
	return buf_add_fmt(ret_text, err,
			   "amana/pin 1\n%s\n%s\n%" PRIu64 "\n%s\n%" PRIu64 "\n",
			   fingerprint, pin->location, pin->n, head, pin->size);
}

int
pin_get(int dirfd, struct pin *ret_pin, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(PIN_FILE_MAX);
	int r = file_read(dirfd, "pin", &text, err);

	if (r != 0)
		return r;
	return pin_parse(BYTES_OF(text), ret_pin, err);
}

int
pin_write(int dirfd, const struct pin *pin, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(PIN_FILE_MAX);

	if (pin_encode(pin, &text, err) < 0)
		return -1;
	if (file_replace(dirfd, ".", "pin", 0600, BYTES_OF(text), err) < 0)
		return err_wrap(err, "the pin of this vault");
	return 0;
}

/* BASE/FINGERPRINT */
static int
folder_path(const char *base_dir, const char *name, char ret_path[PATH_MAX],
	    struct amana_error *err)
{
	int len = snprintf(ret_path, PATH_MAX, "%s/%s", base_dir, name);

	if (len < 0 || len >= PATH_MAX)
		return err_set(err, AMANA_E_LIMIT, "the path '%s' is too long", base_dir);
	return 0;
}

int
pin_folder(const char *base_dir, const struct hash *fingerprint, int *ret_dirfd,
	   struct amana_error *err)
{
	char name[HASH_HEX_LEN + 1], path[PATH_MAX];
	int r;

	hash_hex(fingerprint, name);
	if (folder_path(base_dir, name, path, err) < 0 ||
	    file_mkdirs(AT_FDCWD, path, 0700, err) < 0)
		return -1;
	r = file_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, ret_dirfd, err);
	return r > 0 ? err_set(err, AMANA_E_IO, "the folder '%s' is gone", path) : r;
}

int
pin_lock(int dirfd, int *ret_fd, struct amana_error *err)
{
	return file_lock(dirfd, "lock", ret_fd, err);
}

/* Reads the pin in the folder `name` of base_dir.  1: there is no such folder, or no
 * pin in it. */
static int
read_below(const char *base_dir, const char *name, struct pin *ret_pin,
	   struct amana_error *err)
{
	CLEANUP(file_closep) int fd = -1;
	char path[PATH_MAX], own[HASH_HEX_LEN + 1];
	struct pin pin;
	int r;

	if (folder_path(base_dir, name, path, err) < 0)
		return -1;
	r = file_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, &fd, err);
	if (r != 0)
		return r;
	r = pin_get(fd, &pin, err);
	if (r != 0)
		return r < 0 ? err_wrap(err, "'%s'", path) : r;
	hash_hex(&pin.fingerprint, own);
	if (strcmp(own, name) != 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "'%s' holds the pin of another vault", path);
	*ret_pin = pin;
	return 0;
}

int
pin_read(const char *base_dir, const struct hash *fingerprint, struct pin *ret_pin,
	 struct amana_error *err)
{
	char name[HASH_HEX_LEN + 1];

	hash_hex(fingerprint, name);
	return read_below(base_dir, name, ret_pin, err);
}

static void
close_dirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

int
pin_find_location(const char *base_dir, const char *location, struct pin *ret_pin,
		  struct amana_error *err)
{
	CLEANUP(close_dirp) DIR *dir = opendir(base_dir);
	struct dirent *item;
	struct pin pin;
	int r;

	if (dir == NULL)
		return errno == ENOENT
			       ? 1
			       : err_sys(err, "cannot read the folder '%s'", base_dir);
	while (errno = 0, (item = readdir(dir)) != NULL) {
		struct hash name;

		if (hash_parse(item->d_name, strlen(item->d_name), &name) < 0)
			continue;
		r = read_below(base_dir, item->d_name, &pin, err);
		if (r < 0)
			return -1;
		if (r > 0 || strcmp(pin.location, location) != 0)
			continue;
		*ret_pin = pin;
		return 0;
	}
	return errno != 0 ? err_sys(err, "cannot read the folder '%s'", base_dir) : 1;
}
