/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_open.h"

#include "object/object_file.h"
#include "object/object_seal.h"
#include "object/pipeline.h"

#include <string.h>

#define OPENING_BLOCKS 12 /* each of 2 MiB */

/* One object on its way out.  While threads run, each part belongs to one stage. */
struct opening {
	struct object_file file; /* does not change */

	/* The first stage: reading, and the digest of what is stored. */
	uint64_t next_chunk;
	struct hasher *stored; /* NULL: that digest is not asked for */

	/* The second stage: decrypting. */
	struct age_chunker *chunker;

	/* The third stage: the digests of the exhibit and of its spans. */
	struct hasher *plain;
	struct spans *spans; /* NULL: one span holds the exhibit */

	/* The fourth stage: giving the bytes out. */
	const struct object_sink *sink;
	const struct monitor *monitor;

	struct block *blocks[OPENING_BLOCKS];
	size_t n_blocks;
};

int
object_expect_keep(struct object_expect *expect, struct amana_error *err)
{
	if (expect->blocks.len == 0 || expect->kept_ != NULL)
		return 0;
	expect->kept_ = mem_new(expect->blocks.len, err);
	if (expect->kept_ == NULL)
		return -1;
	memcpy(expect->kept_, expect->blocks.data, expect->blocks.len);
	expect->blocks.data = expect->kept_;
	return 0;
}

void
object_expect_done(struct object_expect *expect)
{
	mem_free(expect->kept_);
	expect->kept_ = NULL;
	expect->blocks = (struct bytes){NULL, 0};
}

static void
opening_done(struct opening *opening)
{
	for (size_t i = 0; i < OPENING_BLOCKS; i++)
		mem_free(opening->blocks[i]);
	hasher_free(opening->stored);
	hasher_free(opening->plain);
	spans_free(opening->spans);
	age_chunker_free(opening->chunker);
	object_file_done(&opening->file);
}

static int
stage_read(void *pass, struct block *block, struct amana_error *err)
{
	struct opening *opening = pass;
	uint64_t at = opening->next_chunk;

	if (at == opening->file.n_chunks)
		return 1;
	if (object_file_read(&opening->file, at, BLOCK_CHUNKS, block, err) < 0)
		return -1;
	opening->next_chunk += block_chunks(block);
	if (opening->stored != NULL)
		hasher_add(opening->stored, block->data, block_stored_len(block));
	return 0;
}

static int
stage_decrypt(void *pass, struct block *block, struct amana_error *err)
{
	struct opening *opening = pass;

	return object_file_decrypt(&opening->file, opening->chunker, block, err);
}

static int
stage_digest(void *pass, struct block *block, struct amana_error *err)
{
	struct opening *opening = pass;

	(void)err;
	for (size_t i = 0; i < block_chunks(block); i++) {
		const uint8_t *chunk = block->data + i * BLOCK_STRIDE;
		size_t used = block_chunk_len(block->used, i);

		if (opening->spans != NULL)
			spans_add_with(opening->spans, opening->plain, chunk, used);
		else
			hasher_add(opening->plain, chunk, used);
	}
	return 0;
}

static bool
is_zero(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static int
stage_give(void *pass, struct block *block, struct amana_error *err)
{
	struct opening *opening = pass;

	if (monitor_cancelled(opening->monitor))
		return err_set(err, AMANA_E_CANCELLED, "stopped");
	for (size_t i = 0; i < block_chunks(block); i++) {
		const uint8_t *chunk = block->data + i * BLOCK_STRIDE;
		size_t used = block_chunk_len(block->used, i);

		if (!is_zero(chunk + used, block_chunk_len(block->len, i) - used))
			return err_set(err, AMANA_E_TAMPERED,
				       "%s: its padding is not zeros",
				       opening->file.name.text);
		if (opening->sink != NULL && used > 0 &&
		    opening->sink->write(opening->sink->arg, chunk, used, err) < 0)
			return -1;
	}
	monitor_progress(opening->monitor, block->used);
	return 0;
}

static int
opening_start(struct opening *opening, const struct object_retrieval *retrieval,
	      struct amana_error *err)
{
	const struct object_expect *expect = retrieval->expect;
	uint64_t n_chunks;

	opening->plain = hasher_new(err);
	if (opening->plain == NULL)
		return -1;
	if (retrieval->check == OBJECT_CHECK_STORED) {
		opening->stored = hasher_new(err);
		if (opening->stored == NULL)
			return -1;
	}
	if (object_file_open(retrieval->store, retrieval->identity, expect,
			     opening->stored, &opening->file, err) < 0)
		return -1;
	if (expect->blocks.len > 0) {
		opening->spans = spans_new(err);
		if (opening->spans == NULL)
			return -1;
		spans_begin(opening->spans, spans_span(expect->size));
	}
	opening->chunker = age_chunker_new(opening->file.stream, err);
	if (opening->chunker == NULL)
		return -1;
	n_chunks = opening->file.n_chunks;
	opening->n_blocks =
		n_chunks > OBJECT_PIPE_MIN / AGE_CHUNK_LEN ? OPENING_BLOCKS : 1;
	for (size_t i = 0; i < opening->n_blocks; i++) {
		opening->blocks[i] = block_new(
			n_chunks < BLOCK_CHUNKS ? (size_t)n_chunks : BLOCK_CHUNKS, err);
		if (opening->blocks[i] == NULL)
			return -1;
	}
	return 0;
}

/* Everything was read: is it what the exhibit's depositor signed, and nothing else? */
static int
compare_digests(struct opening *opening, const struct object_expect *expect,
		struct amana_error *err)
{
	struct hash digest;

	hasher_finish(opening->plain, &digest);
	if (!hash_equal(&digest, &expect->sha256))
		return object_file_differs(expect, "its content is", err);
	if (opening->spans != NULL &&
	    !bytes_equal(spans_finish(opening->spans), expect->blocks))
		return object_file_differs(expect, "its blocks are", err);
	if (opening->stored == NULL)
		return 0;
	hasher_finish(opening->stored, &digest);
	if (!hash_equal(&digest, &expect->object))
		return err_set(err, AMANA_E_TAMPERED,
			       "%s: its bytes are not those of its name",
			       opening->file.name.text);
	return 0;
}

int
object_retrieve(const struct object_retrieval *retrieval, struct amana_error *err)
{
	static const struct pipeline_plan plan = {
		.stages = {stage_read, stage_decrypt, stage_digest, stage_give},
		.n = 4,
		.at_caller = 3,
		.longest = 2,
	};
	CLEANUP(opening_done)
	struct opening opening = {.sink = retrieval->sink, .monitor = retrieval->monitor};

	if (opening_start(&opening, retrieval, err) < 0 ||
	    pipeline_run(&plan, &opening, opening.blocks, opening.n_blocks, err) < 0)
		return -1;
	return compare_digests(&opening, retrieval->expect, err);
}
