/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/event.h"

#include "custody/line.h"

#include "check.h"

/* The table of custody events.  The names are sealed in logs: they are known answers. */

static const struct {
	enum event event;
	const char *name;
	bool reads;
} known[] = {
	{EVENT_DEPOSIT, "deposit", false},
	{EVENT_PRESENTED_AGAIN, "presented-again", false},
	{EVENT_RETRIEVE, "retrieve", true},
	{EVENT_CHECK, "check", true},
	{EVENT_CHECK_FAILED, "check-failed", true},
	{EVENT_LIST, "list", true},
	{EVENT_CUSTODY, "custody", true},
	{EVENT_VERIFY, "verify", false},
	{EVENT_VERIFY_CONTENTS, "verify-contents", true},
	{EVENT_MOUNT, "mount", true},
	{EVENT_VIEW, "view", true},
	{EVENT_VIEW_AHEAD, "view-ahead", true},
	{EVENT_NOT_READ, "not-read", true},
	{EVENT_UNMOUNT, "unmount", true},
	{EVENT_DENIED, "denied", false},
	{EVENT_CASE_OPEN, "case-open", false},
	{EVENT_GRANT, "grant", false},
	{EVENT_EXPIRE, "expire", false},
	{EVENT_REVOKE, "revoke", false},
	{EVENT_REKEY, "rekey", false},
	{EVENT_AUDIT_GRANT, "audit-grant", false},
	{EVENT_ENROL, "enrol", false},
	{EVENT_ROLE, "role", false},
	{EVENT_POLICY, "policy", false},
	{EVENT_APPROVE, "approve", false},
	{EVENT_REFUSE, "refuse", false},
	{EVENT_SKIP, "skip", false},
	{EVENT_RESTORED, "restored", false},
};

static void
test_names_stay(void)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		CHECK_STR(event_name(known[i].event), known[i].name);
		CHECK_INT(event_row(known[i].event)->reads, known[i].reads);
	}
}

static void
check_words(const char *words)
{
	CHECK(words != NULL && strlen(words) > 0 && strchr(words, '\n') == NULL);
	CHECK(words[strlen(words) - 1] != '.');
}

static void
test_every_row_is_whole(void)
{
	CHECK(EVENTS > (int)(sizeof known / sizeof known[0]));
	for (int i = EVENT_NONE + 1; i < EVENTS; i++) {
		enum event event = (enum event)i;
		const struct event_row *row = event_row(event);
		const char *name = event_name(event);

		CHECK(row != NULL && name == row->kind.name);
		CHECK(strlen(name) <= LINE_EVENT_MAX && name[0] >= 'a' && name[0] <= 'z');
		CHECK_INT(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
			  strlen(name));
		/* the only one of its name */
		CHECK_INT(event_parse(name), event);
		CHECK(row->subjects != 0);
		check_words(row->kind.words);
		for (const struct amana_detail *at = row->kind.details;
		     at->member != NULL; at++)
			check_words(at->words);
	}
}

static void
test_what_is_no_event(void)
{
	CHECK(event_row(EVENT_NONE) == NULL && event_row(EVENTS) == NULL);
	CHECK(event_row((enum event) - 1) == NULL);
	CHECK(event_name(EVENT_NONE) == NULL);
	CHECK_INT(event_parse(NULL), EVENT_NONE);
	CHECK_INT(event_parse(""), EVENT_NONE);
	CHECK_INT(event_parse("Deposit"), EVENT_NONE);
	CHECK_INT(event_parse("deposit "), EVENT_NONE);
	CHECK_INT(event_parse("teleport"), EVENT_NONE);
	CHECK(!event_is_about(EVENT_NONE, SUBJECT_EXHIBIT));
}

static void
test_subjects(void)
{
	CHECK(event_is_about(EVENT_RETRIEVE, SUBJECT_EXHIBIT));
	CHECK(!event_is_about(EVENT_RETRIEVE, SUBJECT_CASE));
	CHECK(event_is_about(EVENT_LIST, SUBJECT_CASE));
	CHECK(!event_is_about(EVENT_LIST, SUBJECT_EXHIBIT));
	CHECK(event_is_about(EVENT_DENIED, SUBJECT_VAULT));
	CHECK(!event_is_about(EVENT_DENIED, SUBJECT_GRANT));
	CHECK(event_is_about(EVENT_VERIFY, SUBJECT_MEMBER));
	CHECK(event_is_about(EVENT_REVOKE, SUBJECT_GRANT));
	CHECK(event_is_about(EVENT_REVOKE, SUBJECT_MEMBER));
}

int
main(void)
{
	RUN(test_names_stay);
	RUN(test_every_row_is_whole);
	RUN(test_what_is_no_event);
	RUN(test_subjects);
	return 0;
}
