/* SPDX-License-Identifier: Apache-2.0 */
#include "object/block.h" /* before the fixture, whose `err` its functions would shadow */

#include "mount_fixture.h"

#include "flow/mount/mount_core.h"
#include "object/padme.h"
#include "session/exhibit_key.h"
#include "session/record.h"

#include <pthread.h>
#include <time.h>

/* A mount against somebody who holds an exhibit's key, as its depositor and every reader
 * do, and can write to the store: what is shown is what its depositor signed. */

/* A content in spans of two chunks, the last one short. */
#define LARGE (SPANS_MAX * SPAN_MIN + 3 * SPAN_MIN + 100)

static uint8_t *content;

static void
fill(size_t len)
{
	content = malloc(len);
	CHECK(content != NULL);
	for (size_t i = 0; i < len; i++)
		content[i] = (uint8_t)(i * 2654435761U >> 13);
}

/* The exhibit's key, out of its sheet, as any reader gets it; the object, to be written
 * in its place. */
struct insider {
	struct secret identity;
	int fd;
};

static void
insider_open(struct session *vault, uint64_t number, struct insider *insider)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	CLEANUP(exhibit_slot_done) struct exhibit_slot slot = EXHIBIT_SLOT_INIT;
	const struct state_exhibit *exhibit = state_exhibit_numbered(
		session_state(vault), &state_case_at(session_state(vault), 0)->id,
		(uint32_t)number);
	const struct exhibit_named named = {.id = &exhibit->id, .ref = "it"};
	char path[2 * OFFICE_PATH];

	CHECK_OK(exhibit_sheet(vault, &slot, &named, &opened, &err), err);
	insider->identity = opened.sheet.identity;
	opened.sheet.identity = (struct secret)SECRET_INIT;
	snprintf(path, sizeof path, "%s/%s", evidence.office.vault,
		 store_name_object(&exhibit->object).text);
	CHECK_INT(chmod(path, 0600), 0);
	insider->fd = open(path, O_RDWR);
	CHECK(insider->fd >= 0);
}

static void
insider_done(struct insider *insider)
{
	close(insider->fd);
	secret_done(&insider->identity);
}

/* Another text of the same length: sealed anew, over the old object. */
static void
reseal_whole(const struct insider *insider, size_t len)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(LARGE + (LARGE >> 4));
	struct age_recipient recipient;
	size_t padded = padme_len(len);
	uint8_t *plain = calloc(1, padded);

	CHECK(plain != NULL);
	memset(plain, 'x', len);
	age_identity_recipient(&insider->identity, &recipient);
	CHECK_OK(age_seal(&recipient, 1, (struct bytes){plain, padded}, &file, &err),
		 err);
	CHECK_INT(lseek(insider->fd, 0, SEEK_END), file.len);
	CHECK_INT(pwrite(insider->fd, file.data, file.len, 0), file.len);
	free(plain);
}

/* One chunk, under the file key that the object has, so that whoever has it open reads
 * it. */
static void
reseal_chunk(const struct insider *insider, uint64_t index, bool last, size_t len)
{
	uint8_t start[1024], sealed[BLOCK_STRIDE];
	struct age_stream *stream;
	struct age_chunker *chunker;
	size_t payload;
	off_t at;

	CHECK_INT(pread(insider->fd, start, sizeof start, 0), sizeof start);
	CHECK_OK(age_stream_open(&insider->identity, 1,
				 (struct bytes){start, sizeof start}, &payload, &stream,
				 &err),
		 err);
	chunker = age_chunker_new(stream, &err);
	CHECK(chunker != NULL);
	at = (off_t)(payload + index * BLOCK_STRIDE);
	len += AGE_TAG_LEN;
	CHECK_INT(pread(insider->fd, sealed, len, at), len);
	CHECK_OK(age_chunk_open(chunker, index, last, (struct bytes){sealed, len}, sealed,
				&err),
		 err);
	sealed[7] ^= 1;
	CHECK_OK(age_chunk_seal(chunker, index, last,
				(struct bytes){sealed, len - AGE_TAG_LEN}, sealed, &err),
		 err);
	CHECK_INT(pwrite(insider->fd, sealed, len, at), len);
	age_chunker_free(chunker);
	age_stream_free(stream);
}

static void
poll_until(struct amana_mount *mount, const char *event, const char *exhibit)
{
	const struct timespec moment = {.tv_nsec = 200000000};

	for (int i = 0; i < 300; i++) {
		nanosleep(&moment, NULL);
		CHECK(!must_end(mount, ""));
		if (i % 5 == 0 && events(&evidence.lead, exhibit, event, NULL) == 1)
			return;
	}
	CHECK(false); /* the event is not on record */
}

static uint8_t bytes[4 * AMANA_CHUNK];

static void
check_read(struct amana_reader *reader, uint64_t first, size_t n)
{
	size_t len;

	CHECK_OK(flow_reader_chunks(reader, first, n, bytes, &len, &err), err);
	CHECK(len > 0 && memcmp(bytes, content + first * AMANA_CHUNK, len) == 0);
}

/* An error that says what is wrong and whose word it was, and not a byte of it. */
static void
check_refused(struct amana_reader *reader, uint64_t first, size_t n)
{
	size_t len = 1;

	memset(bytes, 0xee, sizeof bytes);
	CHECK_FAILS(flow_reader_chunks(reader, first, n, bytes, &len, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_INT(len, 0);
	CHECK(strstr(err.msg, "not what was recorded and signed by D-004") != NULL);
	for (size_t i = 0; i < sizeof bytes; i++)
		CHECK(bytes[i] == 0 || bytes[i] == 0xee);
}

/* After the first reader's check has passed, the object is sealed again in its place. */
static void
test_rewritten_after_its_check(void)
{
	static const size_t sizes[] = {100, 3 * SPAN_MIN + 5, LARGE};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		CLEANUP(session_closep) struct session *vault = NULL;
		size_t first_len = sizes[i] < AMANA_CHUNK ? 4096 : AMANA_CHUNK;
		struct amana_reader *before, *after;
		struct amana_mount *mount;
		struct insider insider;

		evidence_new(&evidence, 0);
		fill(sizes[i]);
		deposit_bytes(&evidence, &evidence.depositor, "film", content, sizes[i]);
		vault = person_open(&evidence.reader);
		mount = mount_case(vault);
		CHECK_INT(record_one(mount, 1), 0);
		poll_until(mount, event_name(EVENT_CHECK), CASE "/1");
		insider_open(vault, 1, &insider);

		before = reader_of(mount, 1);
		check_read(before, 0, 1);
		reseal_chunk(&insider, 0, sizes[i] < AMANA_CHUNK, first_len);
		check_refused(before, 0, 1);
		reseal_chunk(&insider, 0, sizes[i] < AMANA_CHUNK, first_len);
		check_read(before, 0, 1);
		flow_reader_free(before);

		reseal_whole(&insider, sizes[i]);
		after = reader_of(mount, 1);
		for (uint64_t at = 0; at * AMANA_CHUNK < sizes[i]; at += 97)
			check_refused(after, at, 1);
		flow_reader_free(after);
		CHECK_OK(flow_mount_damaged(mount, 1, &err), err);
		CHECK_INT(events(&evidence.lead, CASE "/1",
				 event_name(EVENT_CHECK_FAILED), NULL),
			  1);
		insider_done(&insider);
		close_mount(mount);
		free(content);
		office_done(&evidence.office);
	}
}

/* Two texts under one receipt: the digest is of one, a block of the other.  The first
 * reader's check fails, though either alone would pass. */
static void
test_two_texts(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct seen *last = NULL;
	struct amana_reader *reader;
	struct amana_mount *mount;
	size_t len = 1;

	evidence_new(&evidence, 0);
	fill(3 * SPAN_MIN);
	deposit_bytes(&evidence, &evidence.depositor, "film", content, 3 * SPAN_MIN);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	mount->items[0].blocks[HASH_LEN] ^= 1; /* as if its line said so */
	reader = reader_of(mount, 1);
	check_read(reader, 0, 1);
	check_refused(reader, 1, 1);
	CHECK(!flow_reader_refused(reader));
	poll_until(mount, event_name(EVENT_CHECK_FAILED), CASE "/1");
	CHECK_INT(events(&evidence.lead, CASE "/1", event_name(EVENT_CHECK), NULL), 0);
	CHECK_INT(
		events(&evidence.lead, CASE "/1", event_name(EVENT_CHECK_FAILED), &last),
		1);
	CHECK_STR(last->actor, "R-003");
	CHECK(strstr(evidence.reader.notice[AMANA_NOTICE_TAMPERED],
		     "blocks are not what was recorded and signed by D-004") != NULL);
	/* What is as recorded in itself does not come out any more, nor is it opened. */
	CHECK(flow_reader_refused(reader));
	CHECK_FAILS(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err,
		    AMANA_E_TAMPERED);
	CHECK_INT(len, 0);
	flow_reader_free(reader);
	reader = NULL;
	CHECK_FAILS(flow_mount_reader(mount, 1, &reader, &err), err, AMANA_E_TAMPERED);
	close_mount(mount);
	free(content);
	office_done(&evidence.office);
}

static struct amana_reader *shared;

static void *
read_about(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	uint8_t *own = malloc(3 * AMANA_CHUNK);
	struct amana_error mine = AMANA_ERROR_INIT;

	CHECK(own != NULL);
	for (int i = 0; i < 60; i++) {
		uint64_t first;
		size_t len;

		seed = seed * 1103515245 + 12345;
		first = (seed >> 8) % (LARGE / AMANA_CHUNK);
		if (i < 20) /* all of them in the same spans, from the beginning */
			first = (uint64_t)i;
		CHECK_OK(flow_reader_chunks(shared, first, 3, own, &len, &mine), mine);
		CHECK(len > 0 && memcmp(own, content + first * AMANA_CHUNK, len) == 0);
	}
	free(own);
	return NULL;
}

/* Eight threads in spans of two chunks, which one of them checks for all. */
static void
test_threads(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_mount *mount;
	pthread_t threads[8];

	evidence_new(&evidence, 0);
	fill(LARGE);
	deposit_bytes(&evidence, &evidence.depositor, "film", content, LARGE);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	shared = reader_of(mount, 1);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		CHECK_INT(pthread_create(&threads[i], NULL, read_about,
					 (void *)(uintptr_t)(i + 1)),
			  0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	flow_reader_free(shared);
	close_mount(mount);
	free(content);
	office_done(&evidence.office);
}

int
main(void)
{
	if (geteuid() == 0)
		become_nobody();
	RUN(test_rewritten_after_its_check);
	RUN(test_two_texts);
	RUN(test_threads);
	free(seen);
	return 0;
}
