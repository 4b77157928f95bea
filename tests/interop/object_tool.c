/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object_tool seal STORE IDENTITY-FILE <FILE
 *	prints SIZE, SHA256, OBJECT, RECIPIENT and BLOCKS
 * object_tool open STORE IDENTITY-FILE OBJECT SIZE SHA256 BLOCKS >FILE
 */
#include "base/file.h"
#include "base/text.h"
#include "object/object_open.h"
#include "object/object_seal.h"
#include "store/store.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The identity is the last line of the file, as age-keygen writes it. */
static int
read_identity(const char *path, struct secret *ret_identity, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(4096);
	const char *line;

	if (file_read(AT_FDCWD, path, &file, err) != 0)
		return err_set(err, AMANA_E_USAGE, "no identity file");
	line = strstr(buf_text(&file), "AGE-SECRET-KEY-1");
	if (line == NULL ||
	    age_identity_parse(line, AGE_IDENTITY_LEN, ret_identity, err) != 0)
		return err_set(err, AMANA_E_USAGE, "no identity in the file");
	return 0;
}

static int
seal(struct store *store, char **args, struct amana_error *err)
{
	CLEANUP(object_sealer_freep) struct object_sealer *sealer = NULL;
	CLEANUP(object_sealed_done) struct object_sealed sealed = OBJECT_SEALED_INIT;
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	int fd = STDIN_FILENO;
	struct object_source source = {.read = object_read_fd, .arg = &fd};
	char sha256[HASH_HEX_LEN + 1], object[HASH_HEX_LEN + 1],
		recipient[AGE_RECIPIENT_LEN + 1];
	static char blocks[TEXT_B64_LEN(SPANS_BYTES_MAX) + 1];
	struct stat st;
	int r;

	if (read_identity(args[0], &identity, err) < 0 ||
	    object_sealer_new(store, &sealer, err) < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(err, "cannot look at the input");
	r = object_seal(sealer,
			&(struct object_sealing){.source = &source,
						 .size = (uint64_t)st.st_size,
						 .identity = &identity},
			&sealed, err);
	if (r > 0)
		return err_set(err, AMANA_E_IO, "the input is no file that stands still");
	if (r < 0 || object_commit(&sealed, err) < 0 || store_barrier(store, err) < 0)
		return -1;
	hash_hex(&sealed.sha256, sha256);
	hash_hex(&sealed.object, object);
	age_recipient_text(&sealed.recipient, recipient);
	text_b64(sealed.blocks.data, sealed.blocks.len, blocks);
	printf("%" PRIu64 " %s %s %s %s\n", sealed.size, sha256, object, recipient,
	       sealed.blocks.len > 0 ? blocks : "-");
	return 0;
}

static int
write_out(void *arg, const uint8_t *bytes, size_t len, struct amana_error *err)
{
	(void)arg;
	return file_write_all(STDOUT_FILENO, bytes, len, err);
}

static int
open_object(struct store *store, char **args, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	struct object_sink sink = {.write = write_out};
	static uint8_t blocks[SPANS_BYTES_MAX];
	struct object_expect expect = {.blocks = {blocks, 0}};

	if (read_identity(args[0], &identity, err) < 0)
		return -1;
	if (hash_parse(args[1], strlen(args[1]), &expect.object) < 0 ||
	    text_u64(args[2], strlen(args[2]), &expect.size) < 0 ||
	    hash_parse(args[3], strlen(args[3]), &expect.sha256) < 0 ||
	    (strcmp(args[4], "-") != 0 &&
	     text_unb64(args[4], strlen(args[4]), true, blocks, sizeof blocks,
			&expect.blocks.len) < 0))
		return err_set(err, AMANA_E_USAGE, "no object, size or digest");
	return object_retrieve(&(struct object_retrieval){.store = store,
							  .identity = &identity,
							  .expect = &expect,
							  .check = OBJECT_CHECK_STORED,
							  .sink = &sink},
			       err);
}

int
main(int argc, char **argv)
{
	CLEANUP(store_freep) struct store *store = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	int r = -1;

	if (crypto_init(&err) == 0 && argc > 2 &&
	    store_open(argv[2], 0, &store, &err) == 0) {
		if (argc == 4 && strcmp(argv[1], "seal") == 0)
			r = seal(store, argv + 3, &err);
		else if (argc == 8 && strcmp(argv[1], "open") == 0)
			r = open_object(store, argv + 3, &err);
	}
	if (r < 0)
		fprintf(stderr, "object_tool: [%s] %s\n", amana_code_name(err.code),
			err.msg);
	return r < 0 ? 1 : 0;
}
