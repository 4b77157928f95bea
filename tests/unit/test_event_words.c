/* SPDX-License-Identifier: Apache-2.0 */
#include "event_words.h"
#include "heap.h"

#include "amana/custody.h"
#include "check.h"

/* Details of events in the words of the table; what it does not have, as it stands. */

static void
says(const char *name, const char *exhibit, const char *details, const char *want)
{
	struct amana_event event = {.event = name, .details = details};
	CLEANUP(heap_freep) char *text = NULL;

	snprintf(event.exhibit, sizeof event.exhibit, "%s", exhibit);
	text = event_words(&event);
	CHECK_STR(text != NULL ? text : "(as it stands)", want);
}

static void
test_a_mount(void)
{
	says("mount", "HK-1", "{\"dir\":\"/mnt/x\"}", "at /mnt/x");
	says("mount", "HK-1", "{\"until\":\"2026-04-30T14:00:00Z\",\"dir\":\"/mnt/x\"}",
	     "at /mnt/x, until 2026-04-30T14:00:00Z");
	says("view", "HK-1/7",
	     "{\"mount\":12,\"opened\":[{\"program\":\"cat\",\"uid\":1,\"pid\":2,"
	     "\"exhibits\":\"1-3\"},{\"program\":\"tar\",\"uid\":1,\"pid\":9,"
	     "\"exhibits\":\"4,6-8\"}]}",
	     "with tar (user 1, process 9); mounted in batch 12");
	says("view-ahead", "HK-1",
	     "{\"opened\":[{\"program\":\"cat\",\"uid\":1,\"pid\":2,\"exhibits\":\"1-3\"}"
	     "]}",
	     "with cat (user 1, process 2) for 1-3");
	says("not-read", "HK-1/7", "{\"mount\":12}", "mounted in batch 12");
	says("unmount", "HK-1",
	     "{\"mount\":12,\"why\":\"amana unmount\",\"opened\":2,\"checked\":0,"
	     "\"whole\":\"1\",\"read\":[{\"exhibit\":2,\"size\":200,\"read\":100,"
	     "\"ranges\":\"0-99\"},{\"exhibit\":3,\"size\":9,\"read\":2,\"ranges\":"
	     "\"0-8\",\"merged\":20}],\"refused\":[{\"program\":\"tumblerd\",\"count\":2}"
	     "],\"refused_others\":1,\"writes_refused\":3,\"more\":true}",
	     "amana unmount; 2 opened; read in full: 1; read of 2: 100 of 200 bytes "
	     "(0-99); read of 3: 2 of 9 bytes (within 0-8); refused to tumblerd, 2 times; "
	     "1 time to other programs; 3 attempts to change something, refused; goes on "
	     "in the next event; mounted in batch 12");
}

static void
test_others(void)
{
	says("denied", "HK-1/7", "{\"attempt\":\"retrieve\"}", "attempted: retrieve");
	says("check", "HK-1/7", "{\"result\":\"pass\",\"mount\":3}",
	     "result: pass; mounted in batch 3");
	says("verify", "",
	     "{\"ok\":true,\"complete\":true,\"bytes\":true,\"contents\":false,"
	     "\"batch\":9,\"head\":\"ab\"}",
	     "nothing failed; all bytes; not the contents; up to batch 9; head ab");
	says("verify", "", "{\"ok\":false,\"complete\":false}",
	     "SOMETHING FAILED; something was left unchecked");
}

/* Another program's, a newer one's, or a liar's. */
static void
test_as_it_stands(void)
{
	says("teleport", "HK-1/7", "{\"dir\":\"/mnt/x\"}", "(as it stands)");
	says("mount", "HK-1", "not JSON", "(as it stands)");
	says("mount", "HK-1", "[\"dir\"]", "(as it stands)");
	says("mount", "HK-1", "{}", "(as it stands)");
	says("retrieve", "HK-1/7", "{\"speed\":9}", "{\"speed\":9}");
	says("mount", "HK-1", "{\"dir\":\"/mnt/x\",\"speed\":9}",
	     "at /mnt/x; {\"speed\":9}");
	says("mount", "HK-1", "{\"dir\":7}", "{\"dir\":7}");
	says("not-read", "HK-1/7", "{\"mount\":-1}", "{\"mount\":-1}");
	says("not-read", "HK-1/7", "{\"mount\":0}", "(as it stands)");
	says("verify", "", "{\"ok\":\"true\"}", "{\"ok\":\"true\"}");
	/* one of the objects has not the form: none is told in words */
	says("view", "HK-1/7",
	     "{\"mount\":12,\"opened\":[{\"program\":\"cat\",\"uid\":1,\"pid\":2,"
	     "\"exhibits\":\"7\"},{\"program\":\"tar\"}]}",
	     "mounted in batch 12; {\"opened\":[{\"program\":\"cat\",\"uid\":1,\"pid\":2,"
	     "\"exhibits\":\"7\"},{\"program\":\"tar\"}]}");
	says("view", "HK-1/7", "{\"opened\":{\"program\":\"cat\"}}",
	     "{\"opened\":{\"program\":\"cat\"}}");
	says("unmount", "HK-1", "{\"read\":[1,null]}", "{\"read\":[1,null]}");
	/* a star in a value is no place for another value */
	says("mount", "HK-1", "{\"dir\":\"/mnt/*\",\"until\":\"*\"}",
	     "at /mnt/*, until *");
}

static void
test_no_details(void)
{
	struct amana_event event = {.event = "retrieve"};

	CHECK(event_words(&event) == NULL);
	event.event = NULL;
	event.details = "{}";
	CHECK(event_words(&event) == NULL);
}

int
main(void)
{
	RUN(test_a_mount);
	RUN(test_others);
	RUN(test_as_it_stands);
	RUN(test_no_details);
	return 0;
}
