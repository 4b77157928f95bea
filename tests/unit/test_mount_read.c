/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_fixture.h"

#include "session/record.h"

#include <pthread.h>
#include <time.h>

/* The bytes of a mounted case: damage, the check of whoever reads first, and many threads
 * at once. */

/* ---- damage ---- */

static void
test_damaged(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	static uint8_t big[3 * AMANA_CHUNK + 5], bytes[4 * AMANA_CHUNK];
	struct amana_reader *reader, *other;
	const struct state_exhibit *exhibit;
	const struct seen *last = NULL;
	char path[2 * OFFICE_PATH];
	struct amana_mount *mount;
	size_t len;

	evidence_new(&evidence, 1);
	memset(big, 7, sizeof big);
	deposit_bytes(&evidence, &evidence.depositor, "big", big, sizeof big);
	vault = person_open(&evidence.reader);
	exhibit = state_exhibit_numbered(session_state(vault),
					 &state_case_at(session_state(vault), 0)->id, 2);
	snprintf(path, sizeof path, "%s/%s", evidence.office.vault,
		 store_name_object(&exhibit->object).text);
	flip_byte(path, AMANA_CHUNK + 1000);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK_INT(record_one(mount, 2), 0);
	reader = reader_of(mount, 2);
	other = reader_of(mount, 1);
	CHECK_OK(flow_reader_chunks(reader, 2, 2, bytes, &len, &err), err);
	CHECK_INT(len, AMANA_CHUNK + 5);
	memset(bytes, 0xee, sizeof bytes);
	CHECK_FAILS(flow_reader_chunks(reader, 0, 4, bytes, &len, &err), err,
		    AMANA_E_TAMPERED);
	for (size_t i = AMANA_CHUNK; i < 2 * AMANA_CHUNK; i++)
		CHECK(bytes[i] == 0);
	CHECK_OK(flow_reader_chunks(other, 0, 1, bytes, &len, &err), err);
	CHECK_OK(flow_mount_damaged(mount, 2, &err), err);
	CHECK_OK(flow_mount_damaged(mount, 2, &err), err);
	CHECK_INT(
		events(&evidence.lead, CASE "/2", event_name(EVENT_CHECK_FAILED), &last),
		1);
	CHECK(strstr(last->details, "fail") != NULL);
	flow_reader_free(reader);
	CHECK_INT(unlink(path), 0);
	reader = reader_of(mount, 2); /* gone: said when it is read */
	CHECK_FAILS(flow_reader_chunks(reader, 0, 1, bytes, &len, &err), err,
		    AMANA_E_TAMPERED);
	flow_reader_free(reader);
	flow_reader_free(other);
	close_mount(mount);
	office_done(&evidence.office);
}

/* ---- the first reader's check ---- */

static void
poll_until(struct amana_mount *mount, size_t n, const char *event, const char *exhibit)
{
	const struct timespec moment = {.tv_nsec = 200000000};

	int i = 0;

	do {
		nanosleep(&moment, NULL);
		CHECK(!must_end(mount, ""));
	} while (i++ < 100 &&
		 (i % 5 != 0 || events(&evidence.lead, exhibit, event, NULL) != n));
	CHECK_INT(events(&evidence.lead, exhibit, event, NULL), n);
}

static void
test_first_reader(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct state_exhibit *exhibit;
	char path[2 * OFFICE_PATH];
	struct amana_mount *mount;

	evidence_new(&evidence, 3);
	vault = person_open(&evidence.reader);
	exhibit = state_exhibit_numbered(session_state(vault),
					 &state_case_at(session_state(vault), 0)->id, 2);
	snprintf(path, sizeof path, "%s/%s", evidence.office.vault,
		 store_name_object(&exhibit->object).text);
	flip_byte(path, 300);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK_INT(record_one(mount, 2), 0);
	poll_until(mount, 1, event_name(EVENT_CHECK), CASE "/1");
	poll_until(mount, 1, event_name(EVENT_CHECK_FAILED), CASE "/2");
	CHECK_INT(evidence.reader.n_notices[AMANA_NOTICE_TAMPERED], 1);
	CHECK_OK(flow_mount_damaged(mount, 2, &err), err); /* is on record already */
	CHECK_INT(events(&evidence.lead, CASE "/2", event_name(EVENT_CHECK_FAILED), NULL),
		  1);
	CHECK_INT(events(&evidence.lead, CASE "/2", event_name(EVENT_CHECK), NULL), 0);
	CHECK_INT(events(&evidence.lead, CASE "/3", event_name(EVENT_CHECK), NULL),
		  0); /* nobody opened it */
	close_mount(mount);

	/* Again: what is checked stays so, what is new is looked at. */
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK_INT(record_one(mount, 3), 0);
	poll_until(mount, 1, event_name(EVENT_CHECK), CASE "/3");
	CHECK_INT(events(&evidence.lead, CASE "/1", event_name(EVENT_CHECK), NULL), 1);
	close_mount(mount);
	office_done(&evidence.office);
}

/* ---- threads ---- */

#define BIG_CHUNKS 50
static struct amana_reader *shared;
static uint8_t *content;
static size_t content_len;

static void *
read_about(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	uint8_t *bytes = malloc(8 * AMANA_CHUNK);
	struct amana_error mine = AMANA_ERROR_INIT;

	CHECK(bytes != NULL);
	for (int i = 0; i < 120; i++) {
		uint64_t first;
		size_t n, len, want;

		seed = seed * 1103515245 + 12345;
		first = seed >> 16 & 63;
		n = 1 + (seed >> 8 & 7);
		want = first * AMANA_CHUNK < content_len
			       ? content_len - first * AMANA_CHUNK
			       : 0;
		if (want > n * AMANA_CHUNK)
			want = n * AMANA_CHUNK;
		CHECK_OK(flow_reader_chunks(shared, first, n, bytes, &len, &mine), mine);
		CHECK_INT(len, want);
		CHECK(want == 0 ||
		      memcmp(bytes, content + first * AMANA_CHUNK, want) == 0);
	}
	free(bytes);
	return NULL;
}

/* Eight threads on one reader, from its very first chunk on, while the mount goes on with
 * its own things. */
static void
test_threads(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct amana_mount *mount;
	pthread_t threads[8];

	evidence_new(&evidence, 2);
	content_len = BIG_CHUNKS * AMANA_CHUNK - 1234;
	content = malloc(content_len);
	CHECK(content != NULL);
	for (size_t i = 0; i < content_len; i++)
		content[i] = (uint8_t)(i * 2654435761U >> 13);
	deposit_bytes(&evidence, &evidence.depositor, "film", content, content_len);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	CHECK_INT(record_one(mount, 3), 0);
	shared = reader_of(mount, 3);
	for (size_t i = 0; i < 8; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, read_about,
					 (void *)(uintptr_t)(i + 1)),
			  0);
	CHECK_INT(record_one(mount, 1), 0);
	CHECK(!must_end(mount, ""));
	CHECK_INT(record_one(mount, 2), 0);
	for (size_t i = 0; i < 8; i++)
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
	RUN(test_damaged);
	RUN(test_first_reader);
	RUN(test_threads);
	free(seen);
	return 0;
}
