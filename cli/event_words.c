/* SPDX-License-Identifier: Apache-2.0 */
#include "event_words.h"

#include "heap.h"

#include "amana/custody.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/*
 * Details of events in words (docs/FORMAT.md section 6.2).  They were signed by other
 * people's programs: whatever has not the form that is known here is shown as it stands.
 */

static void add(char **text, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
add(char **text, const char *fmt, ...)
{
	CLEANUP(heap_freep) char *more = NULL;
	char *whole;
	va_list args;

	va_start(args, fmt);
	more = heap_vfmt(fmt, args);
	va_end(args);
	whole = heap_fmt("%s%s", *text != NULL ? *text : "", more);
	free(*text);
	*text = whole;
}

static const char *
string_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* -1: it is not there, or negative. */
static json_int_t
count_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* The number in "CASE/7"; 0: none. */
static uint64_t
number_of(const char *exhibit)
{
	const char *slash = strrchr(exhibit, '/');

	return slash != NULL ? strtoull(slash + 1, NULL, 10) : 0;
}

/* Is it in a list such as "1-3,7"? */
static bool
is_among(const char *numbers, uint64_t number)
{
	while (*numbers >= '0' && *numbers <= '9') {
		char *end;
		uint64_t first = strtoull(numbers, &end, 10), last = first;

		if (*end == '-')
			last = strtoull(end + 1, &end, 10);
		if (number >= first && number <= last)
			return true;
		numbers = *end == ',' ? end + 1 : end;
	}
	return false;
}

static void
add_mount(char **text, const json_t *details)
{
	json_int_t batch = count_of(details, "mount");

	if (batch > 0)
		add(text, "; mounted in batch %" JSON_INTEGER_FORMAT, batch);
}

static char *
mount_words(const json_t *details)
{
	const char *dir = string_of(details, "dir"), *until = string_of(details, "until");
	char *text = NULL;

	if (dir == NULL)
		return NULL;
	add(&text, "at %s", dir);
	if (until != NULL)
		add(&text, ", until %s", until);
	return text;
}

/* Of one exhibit: with what.  Of several: which, with what. */
static char *
view_words(const json_t *details, const char *exhibit)
{
	const json_t *openers = json_object_get(details, "opened"), *one;
	uint64_t number = number_of(exhibit);
	char *text = NULL;
	size_t i;

	json_array_foreach(openers, i, one)
	{
		const char *numbers = string_of(one, "exhibits"),
			   *program = string_of(one, "program");
		json_int_t uid = count_of(one, "uid"), pid = count_of(one, "pid");

		if (numbers == NULL || program == NULL || uid < 0 || pid < 0)
			break;
		if (number != 0 && !is_among(numbers, number))
			continue;
		if (text != NULL)
			add(&text, "; ");
		if (number == 0)
			add(&text, "%s ", numbers);
		add(&text,
		    "with %s (user %" JSON_INTEGER_FORMAT
		    ", process %" JSON_INTEGER_FORMAT ")",
		    program, uid, pid);
	}
	if (text != NULL && i == json_array_size(openers)) {
		add_mount(&text, details);
		return text;
	}
	free(text);
	return NULL;
}

/* Recorded before it was opened, since the program went through the case in order. */
static char *
ahead_words(const json_t *details, const char *exhibit)
{
	char *view = view_words(details, exhibit), *text = NULL;

	if (view == NULL)
		return NULL;
	add(&text, "expected next, from how those before it were opened: %s", view);
	free(view);
	return text;
}

static char *
not_read_words(const json_t *details)
{
	char *text = NULL;

	add(&text, "nothing of it was read, though that was expected");
	add_mount(&text, details);
	return text;
}

static void
add_count(char **text, const json_t *details, const char *key, const char *one,
	  const char *many)
{
	json_int_t count = count_of(details, key);

	if (count > 0)
		add(text, "; %" JSON_INTEGER_FORMAT " %s", count,
		    count == 1 ? one : many);
}

static void
add_reads(char **text, const json_t *details)
{
	const char *whole = string_of(details, "whole");
	const json_t *one;
	size_t i;

	if (whole != NULL)
		add(text, "; read in full: %s", whole);
	json_array_foreach(json_object_get(details, "read"), i, one)
	{
		const char *ranges = string_of(one, "ranges");

		if (ranges == NULL)
			continue;
		add(text,
		    "; read of %" JSON_INTEGER_FORMAT ": %" JSON_INTEGER_FORMAT
		    " of %" JSON_INTEGER_FORMAT " %s (%s%s)",
		    count_of(one, "exhibit"), count_of(one, "read"),
		    count_of(one, "size"), count_of(one, "size") == 1 ? "byte" : "bytes",
		    count_of(one, "merged") > 0 ? "within " : "", ranges);
	}
}

#define PART "(part of what was read; it began before)"
#define WHOLE "checked as a whole for the first time"

static char *
unmount_words(const json_t *details)
{
	const char *why = string_of(details, "why");
	char *text = NULL;
	const json_t *one;
	size_t i;

	if (why == NULL)
		return NULL;
	add(&text, "%s", why);
	add_count(&text, details, "part", PART, PART);
	add_count(&text, details, "opened", "opened", "opened");
	add_count(&text, details, "checked", WHOLE, WHOLE);
	add_reads(&text, details);
	json_array_foreach(json_object_get(details, "refused"), i, one) add(
		&text, "; refused to %s, %" JSON_INTEGER_FORMAT " %s",
		string_of(one, "program") != NULL ? string_of(one, "program") : "-",
		count_of(one, "count"), count_of(one, "count") == 1 ? "time" : "times");
	add_count(&text, details, "refused_others", "time to another program",
		  "times to other programs");
	add_count(&text, details, "writes_refused",
		  "attempt to change something, refused",
		  "attempts to change something, refused");
	if (json_is_true(json_object_get(details, "more")))
		add(&text, "; goes on in the next event");
	add_mount(&text, details);
	return text;
}

char *
event_words(const struct amana_event *event)
{
	json_t *details;
	char *text = NULL;

	if (event->details == NULL || event->event == NULL)
		return NULL;
	details = json_loads(event->details, 0, NULL);
	if (strcmp(event->event, "mount") == 0)
		text = mount_words(details);
	else if (strcmp(event->event, "view") == 0)
		text = view_words(details, event->exhibit);
	else if (strcmp(event->event, "view-ahead") == 0)
		text = ahead_words(details, event->exhibit);
	else if (strcmp(event->event, "not-read") == 0)
		text = not_read_words(details);
	else if (strcmp(event->event, "unmount") == 0)
		text = unmount_words(details);
	json_decref(details);
	return text;
}
