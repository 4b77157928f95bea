/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object_seal.h"

#include "base/file.h"
#include "base/text.h"
#include "object/padme.h"
#include "object/pipeline.h"
#include "store/store.h"

#include <inttypes.h>
#include <string.h>

#define SEALER_BLOCKS 4 /* each of 4 MiB: plain, and sealed */
/* One X25519 stanza and the nonce take about 200 bytes. */
#define HEADER_MAX ((size_t)4096)

_Static_assert(OBJECT_SIZE_SEEN <= BLOCK_LEN, "the first block tells such a size");

struct object_sealer {
	struct store *store;
	struct hasher *plain, *stored;
	struct spans *spans;
	struct buf header;
	struct block *blocks[SEALER_BLOCKS]; /* all but the first are made when a large
						source comes */
	uint8_t prefix[OBJECT_PREFIX_MAX]; /* the first bytes of a source of more than one
					      block */
};

/* One object on its way in.  While threads run, each part belongs to one stage.  The
 * later stages may read what an earlier one finished before it handed on its first
 * block. */
struct sealing {
	struct object_sealer *sealer;

	/* The first stage: reading and encrypting. */
	struct object_source *source;
	const struct monitor *monitor;
	const struct secret *identity;
	struct age_recipient recipient;
	struct age_stream *stream;
	struct age_chunker *chunker;
	uint64_t said;	      /* how long the source is said to be */
	uint64_t span;	      /* fixed with the first block */
	bool has_other_spans; /* than these: the pass has ended too soon */
	uint64_t n_read, n_chunks, pad_left;
	uint64_t pause_at; /* the first stage stops for now at this many chunks */
	struct bytes prefix;
	bool ended, whole;
	bool has_ahead; /* `ahead` is the byte after the last full block */
	uint8_t ahead;

	/* The second stage: the digests of what was read and of what is stored.  The
	 * third one has the sealer's spans. */
	const struct object_known *known;
	uint64_t stored_len;
	bool is_known;
	struct hash sha256;

	/* The fourth stage: writing. */
	struct store_writer *writer;
};

static void
sealing_done(struct sealing *sealing)
{
	age_chunker_free(sealing->chunker);
	age_stream_free(sealing->stream);
	store_writer_free(sealing->writer);
}

int
object_read_fd(void *arg, void *bytes, size_t len, size_t *ret_len,
	       struct amana_error *err)
{
	return file_read_full(*(const int *)arg, bytes, len, ret_len, err);
}

void
object_sealer_free(struct object_sealer *sealer)
{
	if (sealer == NULL)
		return;
	hasher_free(sealer->plain);
	hasher_free(sealer->stored);
	spans_free(sealer->spans);
	buf_done(&sealer->header);
	for (size_t i = 0; i < SEALER_BLOCKS; i++)
		mem_free(sealer->blocks[i]);
	mem_free(sealer);
}

int
object_sealer_new(struct store *store, struct object_sealer **ret_sealer,
		  struct amana_error *err)
{
	CLEANUP(object_sealer_freep)
	struct object_sealer *sealer = mem_new(sizeof *sealer, err);

	if (sealer == NULL)
		return -1;
	sealer->store = store;
	sealer->header = (struct buf)BUF_INIT(HEADER_MAX);
	sealer->plain = hasher_new(err);
	sealer->stored = sealer->plain != NULL ? hasher_new(err) : NULL;
	sealer->spans = sealer->stored != NULL ? spans_new(err) : NULL;
	sealer->blocks[0] = sealer->spans != NULL ? block_new_sealing(err) : NULL;
	if (sealer->blocks[0] == NULL)
		return -1;
	*ret_sealer = TAKE(sealer);
	return 0;
}

static int
more_blocks(struct object_sealer *sealer, struct amana_error *err)
{
	for (size_t i = 1; i < SEALER_BLOCKS; i++)
		if (sealer->blocks[i] == NULL) {
			sealer->blocks[i] = block_new_sealing(err);
			if (sealer->blocks[i] == NULL)
				return -1;
		}
	return 0;
}

static int
read_source(struct sealing *sealing, uint8_t *bytes, size_t len, size_t *ret_len,
	    struct amana_error *err)
{
	struct object_source *source = sealing->source;

	if (source->read(source->arg, bytes, len, ret_len, err) < 0) {
		source->failed = true;
		return -1;
	}
	return 0;
}

static int
read_block(struct sealing *sealing, struct block *block, struct amana_error *err)
{
	size_t have = sealing->has_ahead ? 1 : 0, got;

	block->plain[0] = sealing->ahead;
	sealing->has_ahead = false;
	if (read_source(sealing, block->plain + have, BLOCK_LEN - have, &got, err) < 0)
		return -1;
	block->used = have + got;
	sealing->n_read += block->used;
	if (sealing->n_read > OBJECT_SIZE_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "larger than the %" PRIu64 " bytes an exhibit may have",
			       OBJECT_SIZE_MAX);
	/* Only the next byte can tell whether a full block is the last one. */
	if (block->used == BLOCK_LEN) {
		if (read_source(sealing, &sealing->ahead, 1, &got, err) < 0)
			return -1;
		sealing->has_ahead = got == 1;
	}
	if (sealing->has_ahead)
		return 0;
	/* How long the object becomes is known only now. */
	sealing->ended = block->ends = true;
	block->n_read = sealing->n_read;
	sealing->pad_left = padme_len(sealing->n_read) - sealing->n_read;
	return 0;
}

/* Fixes the span with the first block, by the size that is known or said, and ends the
 * pass as soon as it cannot be the right one. */
static int
check_span(struct sealing *sealing, const struct block *block)
{
	if (block->first_chunk == 0)
		sealing->span =
			spans_span(sealing->ended ? sealing->n_read : sealing->said);
	if (sealing->ended ? spans_span(sealing->n_read) != sealing->span
			   : sealing->n_read > sealing->span * SPANS_MAX)
		sealing->has_other_spans = true;
	return sealing->has_other_spans ? 1 : 0;
}

/* Pads the block with zeros behind the exhibit's bytes, as many as are due and fit. */
static void
pad_block(struct sealing *sealing, struct block *block)
{
	size_t room = BLOCK_LEN - block->used;
	size_t pad = sealing->pad_left < room ? (size_t)sealing->pad_left : room;

	block->len = block->used;
	if (!sealing->ended)
		return;
	memset(block->plain + block->used, 0, pad);
	block->len += pad;
	sealing->pad_left -= pad;
	block->last = sealing->pad_left == 0;
	sealing->whole = block->last;
}

/* Keeps the first bytes: the media type is found after the pass, when the first
 * block's memory may have been used again. */
static void
keep_prefix(struct sealing *sealing, const struct block *block)
{
	size_t len = block->used < OBJECT_PREFIX_MAX ? block->used : OBJECT_PREFIX_MAX;

	sealing->prefix = (struct bytes){block->plain, len};
	if (block->last)
		return;
	memcpy(sealing->sealer->prefix, block->plain, len);
	sealing->prefix.data = sealing->sealer->prefix;
}

static int
begin_file(struct sealing *sealing, struct amana_error *err)
{
	struct buf *header = &sealing->sealer->header;

	buf_clear(header);
	age_identity_recipient(sealing->identity, &sealing->recipient);
	if (age_stream_create(&sealing->recipient, 1, header, &sealing->stream, err) < 0)
		return -1;
	sealing->chunker = age_chunker_new(sealing->stream, err);
	return sealing->chunker != NULL ? 0 : -1;
}

static int
seal_block(struct sealing *sealing, struct block *block, struct amana_error *err)
{
	size_t n = block_chunks(block);

	for (size_t i = 0; i < n; i++)
		if (age_chunk_seal(sealing->chunker, block->first_chunk + i,
				   block->last && i == n - 1,
				   (struct bytes){block->plain + i * AGE_CHUNK_LEN,
						  block_chunk_len(block->len, i)},
				   block->data + i * BLOCK_STRIDE, err) < 0)
			return -1;
	return 0;
}

static int
stage_seal(void *pass, struct block *block, struct amana_error *err)
{
	struct sealing *sealing = pass;

	if (sealing->whole || sealing->has_other_spans ||
	    sealing->n_chunks >= sealing->pause_at)
		return 1;
	block->first_chunk = sealing->n_chunks;
	block->used = 0;
	block->last = block->ends = false;
	if (monitor_cancelled(sealing->monitor))
		return err_set(err, AMANA_E_CANCELLED, "stopped");
	if (!sealing->ended) {
		if (read_block(sealing, block, err) < 0)
			return -1;
		if (check_span(sealing, block) > 0)
			return 1;
	}
	monitor_progress(sealing->monitor, block->used);
	pad_block(sealing, block);
	if (block->first_chunk == 0) {
		keep_prefix(sealing, block);
		if (begin_file(sealing, err) < 0)
			return -1;
	}
	sealing->n_chunks += block_chunks(block);
	return seal_block(sealing, block, err);
}

static int
stage_digest(void *pass, struct block *block, struct amana_error *err)
{
	struct sealing *sealing = pass;
	struct object_sealer *sealer = sealing->sealer;
	const struct object_known *known = sealing->known;

	(void)err;
	block->keep = false;
	if (sealing->is_known) /* only padding comes after it */
		return 0;
	if (block->first_chunk == 0) {
		hasher_add(sealer->stored, sealer->header.data, sealer->header.len);
		sealing->stored_len = sealer->header.len;
	}
	/* Chunk by chunk, while plaintext and ciphertext are in the nearest cache. */
	for (size_t i = 0; i < block_chunks(block); i++)
		hasher_add_two(sealer->plain, block->plain + i * AGE_CHUNK_LEN,
			       block_chunk_len(block->used, i), sealer->stored,
			       block->data + i * BLOCK_STRIDE,
			       block_chunk_len(block->len, i) + AGE_TAG_LEN);
	sealing->stored_len += block_stored_len(block);
	if (block->ends) {
		hasher_finish(sealer->plain, &sealing->sha256);
		sealing->is_known =
			known != NULL &&
			known->is_known(known->arg, block->n_read, &sealing->sha256);
	}
	block->keep = !sealing->is_known;
	return 0;
}

/* The digests of the spans, in a stage of their own: the processor's SHA instructions
 * take two digests at a time in two thirds of the time, and no more, so that a core which
 * has nothing else to do should take the third one. */
static int
stage_spans(void *pass, struct block *block, struct amana_error *err)
{
	struct sealing *sealing = pass;
	struct spans *spans = sealing->sealer->spans;

	(void)err;
	if (block->first_chunk == 0)
		spans_begin(spans, sealing->span);
	if (block->keep &&
	    !(block->first_chunk == 0 && block->ends && spans_count(block->n_read) == 0))
		spans_add(spans, block->plain, block->used);
	return 0;
}

static int
stage_write(void *pass, struct block *block, struct amana_error *err)
{
	struct sealing *sealing = pass;
	const struct buf *header = &sealing->sealer->header;

	if (!block->keep)
		return 0;
	if (sealing->writer == NULL &&
	    (store_put_begin(sealing->sealer->store, "objects", &sealing->writer, err) <
		     0 ||
	     store_writer_write(sealing->writer, header->data, header->len, err) < 0))
		return -1;
	return store_writer_write(sealing->writer, block->data, block_stored_len(block),
				  err);
}

/* The first blocks are worked on by this thread alone: most sources end there, sooner
 * than another thread would wake up. */
static int
sealing_run(struct sealing *sealing, struct amana_error *err)
{
	static const struct pipeline_plan plan = {
		.stages = {stage_seal, stage_digest, stage_spans, stage_write},
		.n = 4,
		.at_caller = 0,
		.longest = 1,
	};
	struct object_sealer *sealer = sealing->sealer;

	sealing->pause_at = OBJECT_PIPE_MIN / AGE_CHUNK_LEN;
	if (pipeline_run(&plan, sealing, sealer->blocks, 1, err) < 0)
		return -1;
	if (sealing->whole || sealing->is_known || sealing->has_other_spans)
		return 0;
	sealing->pause_at = UINT64_MAX;
	if (more_blocks(sealer, err) < 0)
		return -1;
	return pipeline_run(&plan, sealing, sealer->blocks, SEALER_BLOCKS, err);
}

int
object_seal(struct object_sealer *sealer, const struct object_sealing *request,
	    struct object_sealed *ret_sealed, struct amana_error *err)
{
	CLEANUP(sealing_done)
	struct sealing sealing = {
		.sealer = sealer,
		.source = request->source,
		.said = request->size,
		.known = request->known,
		.monitor = request->monitor,
		.identity = request->identity,
	};
	struct object_sealed sealed = OBJECT_SEALED_INIT;
	struct hash unused;

	/* An earlier pass may have ended half-way and left something in the hashers. */
	hasher_finish(sealer->plain, &unused);
	hasher_finish(sealer->stored, &unused);
	request->source->failed = false;
	if (sealing_run(&sealing, err) < 0)
		return -1;
	if (sealing.has_other_spans && !sealing.is_known)
		return OBJECT_SEAL_OTHER_SIZE;
	sealed.size = sealing.n_read;
	sealed.sha256 = sealing.sha256;
	sealed.prefix = sealing.prefix;
	if (!sealing.is_known) {
		sealed.stored_len = sealing.stored_len;
		sealed.recipient = sealing.recipient;
		hasher_finish(sealer->stored, &sealed.object);
		if (spans_count(sealed.size) > 0)
			sealed.blocks = spans_finish(sealer->spans);
		sealed.writer = TAKE(sealing.writer);
	}
	*ret_sealed = sealed;
	return sealing.is_known ? OBJECT_SEAL_KNOWN : 0;
}

int
object_commit(struct object_sealed *sealed, struct amana_error *err)
{
	CLEANUP(store_writer_freep) struct store_writer *writer = TAKE(sealed->writer);
	struct store_name name = store_name_object(&sealed->object);
	int r;

	if (writer == NULL)
		return err_bug(err, "an object was committed twice, or never sealed");
	r = store_writer_commit(writer, name.text, false, err);
	if (r > 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "'%s' is in the store before it was put there", name.text);
	return r;
}

void
object_sealed_done(struct object_sealed *sealed)
{
	store_writer_free(sealed->writer);
	sealed->writer = NULL;
}
