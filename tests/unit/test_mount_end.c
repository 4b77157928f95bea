/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_fixture.h"

#include <jansson.h>

/* What the record says of a mount that has ended. */

static void
test_end(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	const struct amana_mount_range ranges[] = {
		{1, 0, 14}, {2, 0, 3}, {2, 10, 12}, {3, 0, 10}};
	const struct amana_mount_refusal refusals[] = {{"tracker-extract", 3},
						       {"tumbl\xffrd", 1}};
	const struct amana_mount_end end = {.why = "time is over",
					    .ranges = ranges,
					    .n_ranges = ARRAY_LEN(ranges),
					    .refusals = refusals,
					    .n_refusals = 2,
					    .n_writes_refused = 9};
	const struct seen *last = NULL;
	struct amana_mount *mount;
	json_t *details, *read;
	uint64_t mounted;

	evidence_new(&evidence, 3);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	mounted = state_slot(session_state(vault));
	for (uint64_t i = 1; i <= 3; i++)
		CHECK_INT(record_one(mount, i), 0);
	CHECK_OK(flow_mount_close(mount, &end, &err), err);
	CHECK_INT(events(&evidence.lead, CASE, "unmount", &last), 1);
	CHECK_STR(last->reason, "hearing of 3 May");
	details = json_loads(last->details, 0, NULL);
	CHECK(details != NULL);
	CHECK_INT(json_integer_value(json_object_get(details, "mount")), mounted);
	CHECK_STR(json_string_value(json_object_get(details, "why")), "time is over");
	CHECK_INT(json_integer_value(json_object_get(details, "opened")), 3);
	CHECK_INT(json_integer_value(json_object_get(details, "writes_refused")), 9);
	CHECK_STR(json_string_value(json_object_get(details, "whole")), "1,3");
	read = json_object_get(details, "read");
	CHECK_INT(json_array_size(read), 1);
	read = json_array_get(read, 0);
	CHECK_INT(json_integer_value(json_object_get(read, "exhibit")), 2);
	CHECK_INT(json_integer_value(json_object_get(read, "size")), 16);
	CHECK_INT(json_integer_value(json_object_get(read, "read")), 7);
	CHECK_STR(json_string_value(json_object_get(read, "ranges")), "0-3,10-12");
	CHECK(json_object_get(read, "merged") == NULL &&
	      json_object_get(details, "more") == NULL);
	read = json_object_get(details, "refused");
	CHECK_INT(json_array_size(read), 2);
	CHECK_STR(json_string_value(json_object_get(json_array_get(read, 0), "program")),
		  "tracker-extract");
	CHECK_INT(json_integer_value(json_object_get(json_array_get(read, 0), "count")),
		  3);
	json_decref(details);
	office_done(&evidence.office);
}

/* Ranges of 300 exhibits, 40 each: merged to a few, and in several acts. */
static void
test_long_end(void)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	static struct amana_mount_range ranges[300 * 40];
	static bool is_told[301];
	struct amana_mount_end end = {
		.why = "unmounted", .ranges = ranges, .n_ranges = 300 * 40};
	struct amana_mount *mount;
	size_t n_acts = 0;

	evidence_new(&evidence, 0);
	deposit_many(300);
	vault = person_open(&evidence.reader);
	mount = mount_case(vault);
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		uint64_t at = i % 40 * UINT64_C(1000000000) + (i % 40 == 20 ? 7 : 0);

		ranges[i] = (struct amana_mount_range){i / 40 + 1, at, at + 9};
	}
	CHECK_OK(flow_mount_close(mount, &end, &err), err);
	custody(&evidence.lead, CASE);
	memset(is_told, 0, sizeof is_told);
	for (size_t i = 0; i < n_seen; i++) {
		json_t *details = json_loads(seen[i].details, 0, NULL), *read, *one;
		size_t k;

		if (strcmp(seen[i].event, "unmount") != 0) {
			json_decref(details);
			continue;
		}
		n_acts++;
		CHECK(details != NULL);
		CHECK_INT(json_integer_value(json_object_get(details, "part")),
			  n_acts > 1 ? n_acts : 0);
		CHECK((json_object_get(details, "more") == NULL) == (i == n_seen - 2));
		read = json_object_get(details, "read");
		json_array_foreach(read, k, one)
		{
			json_int_t number =
				json_integer_value(json_object_get(one, "exhibit"));
			const char *text =
				json_string_value(json_object_get(one, "ranges"));
			int n_ranges = 1;

			CHECK(number >= 1 && number <= 300 && !is_told[number]);
			is_told[number] = true;
			for (const char *at = text; *at != 0; at++)
				n_ranges += *at == ',';
			CHECK_INT(n_ranges, 16);
			CHECK_INT(json_integer_value(json_object_get(one, "merged")), 40);
			CHECK_INT(json_integer_value(json_object_get(one, "read")), 400);
			CHECK(strncmp(text, "0-", 2) == 0);
			CHECK(strcmp(strrchr(text, '-'), "-39000000009") == 0);
			CHECK(strstr(text, ",20000000007-") !=
			      NULL); /* behind the widest gap */
		}
		json_decref(details);
	}
	CHECK(n_acts > 1);
	for (size_t i = 1; i <= 300; i++)
		CHECK(is_told[i]);
	office_done(&evidence.office);
}

int
main(void)
{
	if (geteuid() == 0)
		become_nobody();
	RUN(test_end);
	RUN(test_long_end);
	free(seen);
	return 0;
}
