/* SPDX-License-Identifier: Apache-2.0 */
#include "session/last_check.h"

#include "base/file.h"
#include "base/text.h"
#include "session/data_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHECKED_FILE "checked"
#define CHECKED_FIRST "amana/checked 1\n"
#define CHECKED_LEN (sizeof CHECKED_FIRST - 1 + TEXT_TIME_LEN + 1)

/* Opens the folder of the vault's pin.  1: there is none. */
static int
open_folder(const struct amana_config *config, const struct hash *fingerprint,
	    int *ret_dirfd, struct amana_error *err)
{
	char path[PATH_MAX];

	if (config->data_dir == NULL)
		return 1;
	if (data_folder_vault(config, fingerprint, path, err) < 0)
		return -1;
	return file_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, ret_dirfd, err);
}

int
last_check_write(const struct amana_config *config, const struct hash *fingerprint,
		 int64_t at, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	char text[CHECKED_LEN + 1];
	int r = open_folder(config, fingerprint, &dirfd, err);

	if (r != 0)
		return r;
	if (faccessat(dirfd, "pin", F_OK, 0) < 0)
		return 1;
	memcpy(text, CHECKED_FIRST, sizeof CHECKED_FIRST);
	text_time(at, text + sizeof CHECKED_FIRST - 1);
	text[CHECKED_LEN - 1] = '\n';
	return file_replace(dirfd, ".", CHECKED_FILE, 0600,
			    (struct bytes){(const uint8_t *)text, CHECKED_LEN}, err);
}

int
last_check_read(const struct amana_config *config, const struct hash *fingerprint,
		int64_t *ret_at, struct amana_error *err)
{
	CLEANUP(file_closep) int dirfd = -1;
	CLEANUP(buf_done) struct buf text = BUF_INIT(CHECKED_LEN);
	int r = open_folder(config, fingerprint, &dirfd, err);

	if (r != 0)
		return r;
	r = file_read(dirfd, CHECKED_FILE, &text, err);
	if (r < 0 && err->code != AMANA_E_LIMIT)
		return -1;
	if (r != 0 || text.len != CHECKED_LEN ||
	    memcmp(text.data, CHECKED_FIRST, sizeof CHECKED_FIRST - 1) != 0 ||
	    text_untime((const char *)text.data + sizeof CHECKED_FIRST - 1, TEXT_TIME_LEN,
			ret_at) < 0)
		return 1;
	return 0;
}
