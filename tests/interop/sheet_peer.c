/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 *	sheet_peer make RECIPIENT N	a sheet of N lines as long as a line can be and a
 * new identity sheet_peer read <SHEET IDENTITY	opens it: prints its number of lines, and
 * "key" if it has one
 *
 * What sheet.sh drives against Debian's age.
 */
static int
complain(const struct amana_error *err)
{
	fprintf(stderr, "%s\n", err->msg);
	return 1;
}

static int
make(const char *to, size_t n)
{
	static uint8_t line[LINE_BYTES_MAX];
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SHEET_FILE_MAX);
	struct age_recipient recipient;
	struct amana_error err;
	struct bytes lines[8];
	struct hash hash;

	if (n > 8 || age_recipient_parse(to, strlen(to), &recipient) < 0)
		return 2;
	memset(line, 'x', sizeof line);
	memcpy(line, "{\"a\":\"", 6);
	memcpy(line + sizeof line - 2, "\"}", 2);
	for (size_t i = 0; i < n; i++)
		lines[i] = (struct bytes){line, sizeof line};
	if (age_identity_new(&identity, &err) < 0 ||
	    sheet_seal(&(struct sheet_content){lines, n, &identity}, &recipient, 1, &file,
		       &hash, &err) < 0)
		return complain(&err);
	return fwrite(file.data, 1, file.len, stdout) == file.len ? 0 : 1;
}

static int
read_sheet(const char *key)
{
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
	static uint8_t file[SHEET_FILE_MAX];
	struct amana_error err;
	size_t len = fread(file, 1, sizeof file, stdin);

	if (age_identity_parse(key, strlen(key), &identity, &err) != 0)
		return 2;
	if (sheet_open(&identity, 1, (struct bytes){file, len}, &sheet, &err) != 0)
		return complain(&err);
	printf("%zu%s\n", sheet.n_lines, sheet.identity.len > 0 ? " key" : "");
	return 0;
}

int
main(int argc, char **argv)
{
	struct amana_error err;

	if (crypto_init(&err) < 0)
		return complain(&err);
	if (argc == 4 && strcmp(argv[1], "make") == 0)
		return make(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return read_sheet(argv[2]);
	return 2;
}
