/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_MOUNT_FIXTURE_H
#define TESTS_MOUNT_FIXTURE_H

#include "verify_fixture.h"
#include "flow/chain/custody.h"
#include "flow/deposit/deposit.h"
#include "flow/mount/mount.h"

#include <sys/prctl.h>

/* A case that is mounted without a mount: the calls that amana-mount makes, and what the
 * record says afterwards. */

static struct evidence evidence;
static struct amana_error err;

/* ---- events, as custody tells them ---- */

struct seen {
	uint64_t index, batch;
	char actor[AMANA_MEMBER_MAX + 1], event[40], reason[64], exhibit[64];
	char details[1 << 16];
};
#define SEEN_MAX 512
static struct seen *seen;
static size_t n_seen;

__attribute__((unused)) static int
see(void *ctx, const struct amana_event *event)
{
	struct seen *out = &seen[n_seen % SEEN_MAX];

	(void)ctx;
	n_seen++;
	*out = (struct seen){.index = event->index, .batch = event->batch};
	snprintf(out->actor, sizeof out->actor, "%s", event->actor);
	snprintf(out->event, sizeof out->event, "%s",
		 event->event != NULL ? event->event : "-");
	snprintf(out->reason, sizeof out->reason, "%s",
		 event->reason != NULL ? event->reason : "-");
	snprintf(out->exhibit, sizeof out->exhibit, "%s", event->exhibit);
	snprintf(out->details, sizeof out->details, "%s",
		 event->details != NULL ? event->details : "-");
	return 0;
}

__attribute__((unused)) static void
custody(struct person *person, const char *name)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	uint64_t of = 0;

	if (seen == NULL)
		seen = calloc(SEEN_MAX, sizeof *seen);
	CHECK(seen != NULL);
	n_seen = 0;
	CHECK_OK(flow_custody(vault, name, see, NULL, &of, &err), err);
	CHECK_INT(n_seen, of);
	CHECK(n_seen <= SEEN_MAX);
}

/* How many events of this kind; *ret_last: the last of them. */
__attribute__((unused)) static size_t
events(struct person *person, const char *name, const char *event,
       const struct seen **ret_last)
{
	size_t n = 0;

	custody(person, name);
	for (size_t i = 0; i < n_seen; i++)
		if (strcmp(seen[i].event, event) == 0) {
			n++;
			if (ret_last != NULL)
				*ret_last = &seen[i];
		}
	return n;
}

__attribute__((unused)) static uint64_t
log_end(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);

	return state_slot(session_state(vault));
}

/* ---- mounting ---- */

static const struct amana_mount_end plain_end = {.why = "unmounted"};

__attribute__((unused)) static int
try_mount(struct session *vault, struct amana_mount **ret_mount)
{
	const struct amana_mount_request request = {.case_name = CASE,
						    .reason = "hearing of 3 May",
						    .dir = "/home/x/court",
						    .until = session_now() + 7200};

	err = (struct amana_error)AMANA_ERROR_INIT;
	return flow_mount_open(vault, &request, ret_mount, &err);
}

__attribute__((unused)) static struct amana_mount *
mount_case(struct session *vault)
{
	struct amana_mount *mount = NULL;

	CHECK_OK(try_mount(vault, &mount), err);
	return mount;
}

__attribute__((unused)) static void
close_mount(struct amana_mount *mount)
{
	CHECK_OK(flow_mount_close(mount, &plain_end, &err), err);
}

__attribute__((unused)) static int
record_one(struct amana_mount *mount, uint64_t number)
{
	struct amana_opening opening = {.number = number,
					.program = "evince",
					.uid = 1000,
					.pid = 4242,
					.status = -1};

	if (flow_mount_record(mount, &opening, 1, &err) < 0)
		return -1;
	return opening.status;
}

__attribute__((unused)) static struct amana_reader *
reader_of(struct amana_mount *mount, uint64_t number)
{
	struct amana_reader *reader = NULL;

	CHECK_OK(flow_mount_reader(mount, number, &reader, &err), err);
	return reader;
}

__attribute__((unused)) static bool
must_end(struct amana_mount *mount, const char *part)
{
	struct amana_mount_news news = {.must_end = true};

	CHECK_OK(flow_mount_poll(mount, &news, &err), err);
	if (news.must_end && strstr(news.why, part) == NULL) {
		fprintf(stderr, "why: %s\n", news.why);
		exit(1);
	}
	return news.must_end;
}

__attribute__((unused)) static bool
has_changed(struct amana_mount *mount)
{
	struct amana_mount_news news;

	CHECK_OK(flow_mount_poll(mount, &news, &err), err);
	CHECK(!news.must_end);
	return news.changed;
}

/* ---- what is in it ---- */

struct rows {
	size_t n;
	struct amana_exhibit row[8];
	char name[8][64];
};

__attribute__((unused)) static int
take_row(void *ctx, const struct amana_exhibit *exhibit)
{
	struct rows *rows = ctx;

	CHECK(rows->n < 8);
	rows->row[rows->n] = *exhibit;
	snprintf(rows->name[rows->n++], 64, "%.*s", (int)exhibit->name_len,
		 exhibit->name != NULL ? exhibit->name : "-");
	return 0;
}

/* Many files at once, numbered from 1. */
__attribute__((unused)) static void
deposit_many(int n)
{
	CLEANUP(session_closep)
	struct session *vault = person_open(&evidence.depositor);
	char folder[2 * OFFICE_PATH], path[3 * OFFICE_PATH], text[32];
	const char *paths[] = {folder};
	const struct amana_deposit request = {
		.case_name = CASE, .paths = paths, .n_paths = 1};
	struct amana_deposit_result result;

	snprintf(folder, sizeof folder, "%s/many", evidence.office.root);
	CHECK(mkdir(folder, 0700) == 0);
	for (int i = 1; i <= n; i++) {
		snprintf(path, sizeof path, "%s/%04d", folder, i);
		write_file(path, text,
			   (size_t)snprintf(text, sizeof text, "number %d", i));
	}
	CHECK_OK(flow_deposit(vault, &request, &result, &err), err);
	CHECK_INT(result.n_deposited, n);
}

/* Root's own keyring may be in use, and other tests lock; a user of our own has an empty
 * one. */
__attribute__((unused)) static void
become_nobody(void)
{
	uid_t uid = 40000 + (uid_t)getpid() % 10000;

	CHECK_INT(setresuid(uid, uid, uid), 0);
	CHECK_INT(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0),
		  0); /* leaks are looked for at the end */
}

#endif
