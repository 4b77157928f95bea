/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* Takes the place of libsodium's function in this program: the same bytes in every run.
 */
void randombytes_buf(void *buf, size_t len);
void
randombytes_buf(void *buf, size_t len)
{
	static atomic_ullong counter;
	uint8_t *at = buf;

	while (len > 0) {
		unsigned long long n = counter++;
		struct hash block;
		size_t part = len < HASH_LEN ? len : HASH_LEN;

		hash_of(&n, sizeof n, &block);
		memcpy(at, block.bytes, part);
		at += part;
		len -= part;
	}
}

static void
make_folders(char *path)
{
	for (char *at = path + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = 0;
		CHECK(mkdir(path, 0777) == 0 || errno == EEXIST);
		*at = '/';
	}
}

void
forge_write(const struct forge *forge, const char *path, struct bytes bytes)
{
	char full[1024];
	FILE *file;

	CHECK(snprintf(full, sizeof full, "%s/%s", forge->top, path) < (int)sizeof full);
	make_folders(full);
	(void)remove(full);
	file = fopen(full, "wb");
	CHECK(file != NULL);
	CHECK(bytes.len == 0 || fwrite(bytes.data, bytes.len, 1, file) == 1);
	CHECK(fclose(file) == 0);
}

void
forge_put(const struct forge *forge, const char *name, struct bytes bytes)
{
	char path[512];

	CHECK(snprintf(path, sizeof path, "reject/%s", name) < (int)sizeof path);
	forge_write(forge, path, bytes);
}

void
forge_replace(const char *text, const char *find, const char *with, struct buf *ret_text)
{
	const char *at = strstr(text, find);
	struct amana_error err;

	if (at == NULL) {
		fprintf(stderr, "\"%s\" is not in:\n%s", find, text);
		exit(1);
	}
	CHECK_OK(buf_add(ret_text, text, (size_t)(at - text), &err), err);
	CHECK_OK(buf_add_str(ret_text, with, &err), err);
	CHECK_OK(buf_add_str(ret_text, at + strlen(find), &err), err);
}

void
forge_note(const char *text, const char *name, const struct secret *seed,
	   struct buf *ret_note)
{
	uint8_t pub[SIGN_PUB_LEN], bytes[4 + SIGN_SIG_LEN];
	char b64[TEXT_B64_LEN(sizeof bytes) + 1];
	struct note_key key;
	struct amana_error err;

	sign_public(seed, pub);
	CHECK_INT(note_key_make(name, pub, &key), 0);
	memcpy(bytes, key.id, 4);
	CHECK_OK(sign_message(seed, text, strlen(text), bytes + 4, &err), err);
	text_b64(bytes, sizeof bytes, b64);
	CHECK_OK(buf_add_fmt(ret_note, &err, "%s\n\xe2\x80\x94 %s %s\n", text, name, b64),
		 err);
}

void
forge_mutate(const struct forge *forge, const char *text,
	     const struct forge_mutation *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_done) struct buf changed = BUF_INIT(1 << 20);

		forge_replace(text, list[i].find, list[i].with, &changed);
		forge_put(forge, list[i].name, BYTES_OF(changed));
	}
}

void
forge_mutate_signed(const struct forge *forge, const char *text, const char *signer,
		    const struct secret *seed, const struct forge_mutation *list,
		    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_done) struct buf changed = BUF_INIT(1 << 20);
		CLEANUP(buf_done) struct buf note = BUF_INIT(1 << 20);

		forge_replace(text, list[i].find, list[i].with, &changed);
		forge_note(buf_text(&changed), signer, seed, &note);
		forge_put(forge, list[i].name, BYTES_OF(note));
	}
}
