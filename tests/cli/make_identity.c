/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"

#include "keys/card.h"

#include <fcntl.h>
#include <unistd.h>

/*
 * An identity as `amana id new` makes it, whose passphrase costs next to nothing to try,
 * for tests that open identities by the hundred:
 *
 *	make_identity IDENTITY-FILE CARD-FILE CODE PASSPHRASE
 */
#define WORK_FACTOR 2

static void
put(const char *path, const struct buf *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK(fd >= 0);
	CHECK(write(fd, bytes->data, bytes->len) == (ssize_t)bytes->len);
	CHECK(close(fd) == 0);
}

int
main(int argc, char **argv)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	CLEANUP(buf_done) struct buf card = BUF_INIT(SIGNED_MAX);
	struct amana_error err;

	CHECK(argc == 5);
	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(identity_new(argv[3], 1770000000, &identity, &err), err);
	CHECK_OK(secret_from(argv[4], strlen(argv[4]), &passphrase, &err), err);
	CHECK_OK(identity_seal(&identity, &passphrase, WORK_FACTOR, &file, &err), err);
	CHECK_OK(card_make(&identity, &card, &err), err);
	put(argv[1], &file);
	put(argv[2], &card);
	return 0;
}
