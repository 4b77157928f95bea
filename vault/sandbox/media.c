/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/media.h"

#include "base/queue.h"
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

#define WORKERS_MAX 8
/* A worker looks at this many files and is replaced: whatever a file did to it ends
 * there, and it stays far from the end of its CPU time. */
#define WORKER_FILES 1000

/* A worker process, or the room for one.  Whoever has taken it from the queue `idle` has
 * it alone until he puts it back. */
struct worker {
	struct sandbox *sandbox; /* NULL: not started yet, or died */
	size_t n_asked;		 /* of this worker */
	bool cannot_start; /* it failed once: it is not tried again for every file */
	size_t n_failed;
	struct amana_error reason; /* of the last failure */
};

struct media {
	struct queue *idle;
	size_t n_workers;
	struct worker workers[WORKERS_MAX];
};

int
media_start(size_t n_workers, struct media **ret_media, struct amana_error *err)
{
	CLEANUP(media_stopp) struct media *media = mem_new(sizeof *media, err);

	if (media == NULL)
		return -1;
	media->n_workers = n_workers < 1	     ? 1
			   : n_workers > WORKERS_MAX ? WORKERS_MAX
						     : n_workers;
	media->idle = queue_new(media->n_workers, err);
	if (media->idle == NULL)
		return -1;
	for (size_t i = 0; i < media->n_workers; i++)
		if (!queue_put(media->idle, &media->workers[i]))
			return err_bug(err, "a new queue is closed");
	*ret_media = TAKE(media);
	return 0;
}

void
media_stop(struct media *media)
{
	if (media == NULL)
		return;
	for (size_t i = 0; i < media->n_workers; i++)
		sandbox_stop(media->workers[i].sandbox);
	queue_free(media->idle);
	mem_free(media);
}

/* type "/" subtype of RFC 6838 section 4.2, and nothing else: a worker may have been
 * taken over by a file, so what it says is as foreign as the file. */
static bool
is_media_type(const char *text, size_t len)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789!#$&-^_.+";
	const char *slash = memchr(text, '/', len);

	if (slash == NULL || slash == text || slash == text + len - 1)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text + i != slash &&
		    memchr(allowed, text[i], sizeof allowed - 1) == NULL)
			return false;
	return true;
}

static void
retire(struct worker *worker)
{
	sandbox_stop(worker->sandbox);
	worker->sandbox = NULL;
	worker->n_asked = 0;
}

static int
ask(struct worker *worker, struct bytes prefix, char out[MEDIA_TYPE_MAX + 1],
    struct amana_error *err)
{
	char type[MEDIA_TYPE_MAX];
	struct sandbox_reply reply = {type, sizeof type, 0};

	if (worker->n_asked == WORKER_FILES)
		retire(worker);
	if (worker->sandbox == NULL &&
	    sandbox_start("media", &worker->sandbox, err) < 0) {
		worker->cannot_start = true;
		return -1;
	}
	worker->n_asked++;
	if (sandbox_ask(worker->sandbox, prefix, MEDIA_WAIT_MS, &reply, err) < 0) {
		retire(worker);
		return -1;
	}
	if (!is_media_type(type, reply.len))
		return 0;
	memcpy(out, type, reply.len);
	out[reply.len] = 0;
	return 0;
}

/* Formats whose contents look random behind a short signature: the database is asked
 * about them whatever follows. */
static bool
has_signature(struct bytes prefix)
{
	static const struct {
		const char *bytes;
		size_t at, len;
	} known[] = {
		{"\x1f\x8b", 0, 2}, /* gzip */
		{"BZh", 0, 3},
		{"\xfd"
		 "7zXZ",
		 0, 5},
		{"\x28\xb5\x2f\xfd", 0, 4}, /* zstd */
		{"\x04\x22\x4d\x18", 0, 4}, /* lz4 */
		{"7z\xbc\xaf", 0, 4},
		{"PK", 0, 2},
		{"Rar!", 0, 4},
		{"\xff\xd8\xff", 0, 3}, /* JPEG */
		{"\x89PNG", 0, 4},
		{"GIF8", 0, 4},
		{"RIFF", 0, 4},
		{"ID3", 0, 3},
		{"\xff\xfb", 0, 2}, /* MPEG audio */
		{"\xff\xf3", 0, 2},
		{"\xff\xf1", 0, 2}, /* ADTS */
		{"\xff\xf9", 0, 2},
		{"OggS", 0, 4},
		{"fLaC", 0, 4},
		{"ftyp", 4, 4},		    /* MP4, HEIC, 3GP */
		{"\x1a\x45\xdf\xa3", 0, 4}, /* Matroska */
		{"%PDF", 0, 4},
		{"SQLite", 0, 6},
		{"LUKS", 0, 4},
		{"Salted__", 0, 8},
		{"age-encryption", 0, 14},
		{"\x85\x01", 0, 2}, /* OpenPGP */
		{"\x85\x02", 0, 2},
		{"\x84", 0, 1},
		{"\x8c\x0d", 0, 2},
		{"\xc3\x0d", 0, 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (prefix.len >= known[i].at + known[i].len &&
		    memcmp(prefix.data + known[i].at, known[i].bytes, known[i].len) == 0)
			return true;
	return false;
}

#define NOISE_LEN ((size_t)4096)
/* Chi-squared over 256 values has mean 255 and deviation 22.6: real noise passes, hardly
 * anything with a structure does. */
#define NOISE_CHI2_MAX 400.0

/*
 * True if the bytes look random from the first one on, as ciphertext without a header
 * does.  The database has tens of thousands of patterns, and finding that none fits costs
 * more than sealing a small file; where one does fit random bytes, it is by chance and
 * wrong.
 */
static bool
is_noise(struct bytes prefix)
{
	unsigned int counts[256] = {0};
	double expected = (double)NOISE_LEN / 256, chi2 = 0;

	if (prefix.len < NOISE_LEN || has_signature(prefix))
		return false;
	for (size_t i = 0; i < NOISE_LEN; i++)
		counts[prefix.data[i]]++;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		chi2 += ((double)counts[i] - expected) * ((double)counts[i] - expected) /
			expected;
	return chi2 < NOISE_CHI2_MAX;
}

void
media_type(struct media *media, struct bytes prefix, char out[MEDIA_TYPE_MAX + 1])
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct worker *worker;

	if (prefix.len == 0) {
		snprintf(out, MEDIA_TYPE_MAX + 1, "inode/x-empty");
		return;
	}
	snprintf(out, MEDIA_TYPE_MAX + 1, "%s", MEDIA_UNKNOWN);
	if (is_noise(prefix))
		return;
	if (prefix.len > MEDIA_PREFIX_MAX)
		prefix.len = MEDIA_PREFIX_MAX;
	worker = queue_take(media->idle);
	if (worker == NULL)
		return;
	if (worker->cannot_start) {
		worker->n_failed++;
	} else if (ask(worker, prefix, out, &err) < 0) {
		worker->reason = err;
		worker->n_failed++;
	}
	IGNORE(queue_put(media->idle, worker)); /* the queue has room for every worker */
}

size_t
media_problem(const struct media *media, struct amana_error *ret_reason)
{
	size_t n_failed = 0;

	for (size_t i = 0; i < media->n_workers; i++) {
		n_failed += media->workers[i].n_failed;
		if (media->workers[i].n_failed > 0)
			*ret_reason = media->workers[i].reason;
	}
	return n_failed;
}
