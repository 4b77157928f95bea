/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "keys/backup.h"
#include "keys/card.h"
#include "keys/ring.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Our side of keys.sh.  FILE is an identity file, PASS a file with its passphrase;
 * results go to standard output.  Exit 0; 1 "no match"; 2 anything else, with the message
 * on standard error.
 *
 *	new CODE PASS			a new identity file
 *	plain FILE PASS			its plaintext
 *	recipient FILE PASS		its recipient
 *	card FILE PASS			its card
 *	paper FILE PASS			its paper backup
 *	restore CODE PASS TYPED		an identity file from what the file TYPED holds
 *	decrypt FILE PASS AGEFILE	the plaintext of a file sealed to it
 *	ring FILE PASS N DEST		a key file with N epochs, sealed to it, goes to
 * DEST; its recipients, newest first, to standard output ring-recipients FILE PASS
 * KEYFILE the recipients of a key file
 */
#define INPUT_MAX ((size_t)1 << 20)

static int
say(const struct amana_error *err)
{
	fprintf(stderr, "%s\n", err->msg);
	return 2;
}

static int
put(const void *bytes, size_t len, struct amana_error *err)
{
	return file_write_all(STDOUT_FILENO, bytes, len, err);
}

static int
load(const char *path, struct buf *ret_bytes, struct amana_error *err)
{
	int r = file_read(AT_FDCWD, path, ret_bytes, err);

	return r > 0 ? err_set(err, AMANA_E_MISSING, "there is no '%s'", path) : r;
}

static int
load_passphrase(const char *path, struct secret *ret_passphrase, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(IDENTITY_PASSPHRASE_MAX);

	if (load(path, &bytes, err) < 0)
		return -1;
	return secret_from(bytes.data, bytes.len, ret_passphrase, err);
}

static int
seal(const struct identity *identity, const char *pass, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);

	if (load_passphrase(pass, &passphrase, err) < 0 ||
	    identity_seal(identity, &passphrase, AGE_SCRYPT_LOG_N, &file, err) < 0)
		return -1;
	return put(file.data, file.len, err);
}

static int
make(const char *code, const char *pass, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;

	if (identity_new(code, 1735689600, &identity, err) < 0)
		return -1;
	return seal(&identity, pass, err);
}

static int
restore(const char *code, const char *pass, const char *typed, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(BACKUP_TYPED_MAX);

	if (load(typed, &bytes, err) < 0 ||
	    backup_parse(BYTES_OF(bytes), &age, err) < 0 ||
	    identity_restore(code, 1735689600, &age, &identity, err) < 0)
		return -1;
	return seal(&identity, pass, err);
}

static int
put_recipients(const struct ring *ring)
{
	char text[AGE_RECIPIENT_LEN + 1];

	for (size_t i = 0; i < ring->n_epochs; i++) {
		age_recipient_text(&ring->recipients[i], text);
		printf("%s\n", text);
	}
	return 0;
}

static int
make_ring(const struct identity *identity, uint64_t n, const char *dest,
	  struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct hash fingerprint;
	int r;

	hash_of("vault", 5, &fingerprint);
	if (ring_new_case(&fingerprint, "00112233445566778899aabbccddeeff",
			  "HK-2025-0042", "Phone of V-003, \"blue\" \u00fc", &ring,
			  err) < 0)
		return -1;
	for (uint64_t i = 1; i <= n; i++) {
		if (ring_add_epoch(ring, i, err) < 0)
			return -1;
	}
	if (ring_seal(ring, RING_WITH_KEYS, &identity->recipient, 1, &file, err) < 0)
		return -1;
	r = file_write_new(AT_FDCWD, ".", dest, 0600, BYTES_OF(file), false, err);
	if (r != 0)
		return r < 0 ? r : err_set(err, AMANA_E_CONFLICT, "'%s' exists", dest);
	return put_recipients(ring);
}

static int
show_ring(const struct identity *identity, const char *path, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(RING_FILE_MAX);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	int r;

	if (load(path, &file, err) < 0)
		return -1;
	r = ring_open(&identity->age, 1, BYTES_OF(file), &ring, err);
	return r == 0 ? put_recipients(ring) : r;
}

static int
decrypt(const struct identity *identity, const char *path, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(INPUT_MAX);
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	int r;

	if (load(path, &file, err) < 0)
		return -1;
	r = age_open(&identity->age, 1, BYTES_OF(file), &plain, err);
	return r == 0 ? put(plain.data, plain.len, err) : r;
}

static int
with_identity(const char *what, const struct identity *identity, char **more, int n_more,
	      struct amana_error *err)
{
	CLEANUP(secret_done) struct secret text = SECRET_INIT;
	CLEANUP(buf_done) struct buf card = BUF_INIT(SIGNED_MAX);
	char recipient[AGE_RECIPIENT_LEN + 2];

	if (strcmp(what, "plain") == 0)
		return identity_serialise(identity, &text, err) < 0
			       ? -1
			       : put(text.data, text.len, err);
	if (strcmp(what, "recipient") == 0) {
		age_recipient_text(&identity->recipient, recipient);
		return puts(recipient) < 0 ? err_sys(err, "cannot write") : 0;
	}
	if (strcmp(what, "card") == 0)
		return card_make(identity, &card, err) < 0
			       ? -1
			       : put(card.data, card.len, err);
	if (strcmp(what, "paper") == 0)
		return backup_line(identity, &text, err) < 0
			       ? -1
			       : put(text.data, text.len - 1, err);
	if (strcmp(what, "decrypt") == 0 && n_more == 1)
		return decrypt(identity, more[0], err);
	if (strcmp(what, "ring") == 0 && n_more == 2)
		return make_ring(identity, strtoull(more[0], NULL, 10), more[1], err);
	if (strcmp(what, "ring-recipients") == 0 && n_more == 1)
		return show_ring(identity, more[0], err);
	return err_set(err, AMANA_E_USAGE, "no command '%s' with so many arguments",
		       what);
}

static int
run(int argc, char **argv, struct amana_error *err)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret passphrase = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(IDENTITY_FILE_MAX);
	int r;

	if (crypto_init(err) < 0)
		return -1;
	if (argc < 4)
		return err_set(err, AMANA_E_USAGE, "COMMAND FILE|CODE PASS ...");
	if (strcmp(argv[1], "new") == 0)
		return make(argv[2], argv[3], err);
	if (strcmp(argv[1], "restore") == 0 && argc == 5)
		return restore(argv[2], argv[3], argv[4], err);
	if (load(argv[2], &file, err) < 0 ||
	    load_passphrase(argv[3], &passphrase, err) < 0)
		return -1;
	r = identity_open(BYTES_OF(file), &passphrase, &identity, err);
	return r == 0 ? with_identity(argv[1], &identity, argv + 4, argc - 4, err) : r;
}

int
main(int argc, char **argv)
{
	struct amana_error err = AMANA_ERROR_INIT;
	int r = run(argc, argv, &err);

	if (r > 0)
		fprintf(stderr, "no match\n");
	return r < 0 ? say(&err) : r;
}
