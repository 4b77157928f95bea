/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_file.h"

#include "base/text.h"
#include "object/padme.h"

#include <inttypes.h>
#include <string.h>

int
object_file_fails(const struct store_name *name, struct amana_error *err)
{
	if (err->code ==
	    AMANA_E_FORMAT) /* what stands under objects/ for an exhibit is an age file of
			       a form that this program reads */
		err_recode(err, AMANA_E_TAMPERED);
	return err_wrap(err, "%s", name->text);
}

int
object_file_differs(const struct object_expect *expect, const char *what,
		    struct amana_error *err)
{
	struct store_name name = store_name_object(&expect->object);
	bool is_known = expect->signer[0] != 0;

	return err_set(err, AMANA_E_TAMPERED, "%s: %s not what was recorded%s%s",
		       name.text, what, is_known ? " and signed by " : "",
		       is_known ? expect->signer : "");
}

int
object_file_find(struct store *store, const struct store_name *name,
		 struct store_reader **ret_reader, struct amana_error *err)
{
	int r = store_reader_open(store, name->text, ret_reader, err);

	if (r > 0)
		return err_set(err, AMANA_E_TAMPERED, "%s: is not in the store",
			       name->text);
	return r;
}

void
object_file_done(struct object_file *file)
{
	age_stream_free(file->stream);
	store_reader_free(file->reader);
	*file = (struct object_file)OBJECT_FILE_INIT;
}

/* The length of header and nonce of an age file for exactly one X25519 recipient: two
 * lines for the recipient, one for the MAC, with 32 bytes each in base64.  A second
 * recipient would make it longer. */
#define B64_32 ((size_t)43)
#define HEADER_LEN                                                                       \
	(strlen("age-encryption.org/v1\n") + strlen("-> X25519 \n") + B64_32 +           \
	 strlen("\n") + B64_32 + strlen("--- \n") + B64_32 + AGE_NONCE_LEN)

/* How many bytes to read for header and nonce.  What is longer than HEADER_LEN is
 * refused, and with some more bytes the reason can be seen. */
#define HEADER_READ ((size_t)1024)

static int
open_header(struct object_file *file, const struct secret *identity,
	    struct hasher *stored, struct amana_error *err)
{
	uint8_t start[HEADER_READ];
	size_t len, at;
	int r;

	if (store_reader_pread(file->reader, start, sizeof start, 0, &len, err) < 0)
		return -1;
	r = age_stream_open(identity, 1, (struct bytes){start, len}, &at, &file->stream,
			    err);
	if (r > 0)
		return err_set(err, AMANA_E_TAMPERED, "not sealed to its exhibit's key");
	if (r < 0)
		return -1;
	if (at != HEADER_LEN)
		return err_set(err, AMANA_E_TAMPERED,
			       "sealed to others than its exhibit's key, too");
	file->payload_at = at;
	if (stored != NULL)
		hasher_add(stored, start, at);
	return 0;
}

static int
check_length(const struct object_file *file, struct amana_error *err)
{
	uint64_t len = store_reader_size(file->reader);
	uint64_t want = file->payload_at + file->padded + file->n_chunks * AGE_TAG_LEN;

	if (len != want)
		return err_set(err, AMANA_E_TAMPERED, "%s long, not %" PRIu64,
			       text_count(len, "byte", "bytes").text, want);
	return 0;
}

int
object_file_open(struct store *store, const struct secret *identity,
		 const struct object_expect *expect, struct hasher *stored,
		 struct object_file *ret_file, struct amana_error *err)
{
	CLEANUP(object_file_done) struct object_file file = OBJECT_FILE_INIT;

	file.name = store_name_object(&expect->object);
	file.size = expect->size;
	if (file.size > PADME_SIZE_MAX)
		return err_set(err, AMANA_E_TAMPERED, "%s: no exhibit has %s",
			       file.name.text,
			       text_count(file.size, "byte", "bytes").text);
	if (expect->blocks.len != spans_count(file.size) * HASH_LEN)
		return err_bug(err, "blocks that are not those of a size");
	file.padded = padme_len(file.size);
	file.n_chunks = (file.padded + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
	if (object_file_find(store, &file.name, &file.reader, err) < 0)
		return -1;
	if (open_header(&file, identity, stored, err) < 0 ||
	    check_length(&file, err) < 0) {
		/* What was never whole is its signer's. */
		if (expect->signer[0] != 0)
			IGNORE(err_wrap(err, "signed for by %s", expect->signer));
		return object_file_fails(&file.name, err);
	}
	*ret_file = file;
	file = (struct object_file)OBJECT_FILE_INIT;
	return 0;
}

int
object_file_read(const struct object_file *file, uint64_t first_chunk, size_t n_chunks,
		 struct block *block, struct amana_error *err)
{
	uint64_t before = first_chunk * AGE_CHUNK_LEN;
	uint64_t left = file->padded - before;
	uint64_t used_left = file->size > before ? file->size - before : 0;
	size_t want, got;

	block->first_chunk = first_chunk;
	block->len = n_chunks * AGE_CHUNK_LEN;
	if (left <= block->len)
		block->len = (size_t)left;
	block->last = left == block->len;
	block->used = used_left < block->len ? (size_t)used_left : block->len;
	want = block_stored_len(block);
	if (store_reader_pread(file->reader, block->data, want,
			       file->payload_at + first_chunk * BLOCK_STRIDE, &got,
			       err) < 0)
		return object_file_fails(&file->name, err);
	if (got != want)
		return err_set(err, AMANA_E_TAMPERED,
			       "%s: became shorter while it was read", file->name.text);
	return 0;
}

int
object_file_decrypt(const struct object_file *file, struct age_chunker *chunker,
		    struct block *block, struct amana_error *err)
{
	size_t n = block_chunks(block);

	for (size_t i = 0; i < n; i++) {
		uint8_t *chunk = block->data + i * BLOCK_STRIDE;
		size_t len = block_chunk_len(block->len, i) + AGE_TAG_LEN;

		if (age_chunk_open(chunker, block->first_chunk + i,
				   block->last && i == n - 1, (struct bytes){chunk, len},
				   chunk, err) < 0)
			return object_file_fails(&file->name, err);
	}
	return 0;
}
