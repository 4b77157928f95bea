/* SPDX-License-Identifier: Apache-2.0 */
#include "event_words.h"

#include "heap.h"
#include "human.h"

#include "amana/custody.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/*
 * Details of events in words (docs/FORMAT.md section 6.2), as the library's table has
 * them.  They were signed by other people's programs: a member that the table does not
 * have, or that has not its form, is shown as it stands.
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

/* "*" in the words becomes the value.  What follows is set off by "; ", unless the words
 * begin with a comma. */
static void
add_words(char **text, const char *words, const char *value)
{
	const char *star = strchr(words, '*');
	size_t before = star != NULL ? (size_t)(star - words) : strlen(words);

	add(text, "%s%.*s%s%s", *text != NULL && words[0] != ',' ? "; " : "", (int)before,
	    words, star != NULL ? value : "", star != NULL ? star + 1 : "");
}

/* ---- values: text owned by the caller; NULL: it has not the form ---- */

/* "cat (user 0, process 71)", with the exhibits where it is about several.  "": it is
 * about other exhibits than this one. */
static char *
opener(const json_t *one, uint64_t number)
{
	const char *numbers = string_of(one, "exhibits"),
		   *program = string_of(one, "program");
	json_int_t uid = count_of(one, "uid"), pid = count_of(one, "pid");

	if (numbers == NULL || program == NULL || uid < 0 || pid < 0)
		return NULL;
	if (number != 0 && !is_among(numbers, number))
		return heap_dup("");
	return heap_fmt("%s (user %" JSON_INTEGER_FORMAT ", process %" JSON_INTEGER_FORMAT
			")%s%s",
			program, uid, pid, number == 0 ? " for " : "",
			number == 0 ? numbers : "");
}

/* "7: 100 of 200 bytes (0-99)" */
static char *
range(const json_t *one, uint64_t number)
{
	const char *ranges = string_of(one, "ranges");
	json_int_t exhibit = count_of(one, "exhibit"), n = count_of(one, "read"),
		   size = count_of(one, "size");
	char of[48];

	(void)number;
	if (ranges == NULL || exhibit < 0 || n < 0 || size < 0)
		return NULL;
	return heap_fmt("%" JSON_INTEGER_FORMAT ": %" JSON_INTEGER_FORMAT " of %s (%s%s)",
			exhibit, n, human_count((uint64_t)size, "byte", "bytes", of),
			count_of(one, "merged") > 0 ? "within " : "", ranges);
}

/* "tumblerd, 2 times" */
static char *
refusal(const json_t *one, uint64_t number)
{
	const char *program = string_of(one, "program");
	json_int_t count = count_of(one, "count");
	char times[48];

	(void)number;
	if (program == NULL || count < 0)
		return NULL;
	return heap_fmt("%s, %s", program,
			human_count((uint64_t)count, "time", "times", times));
}

typedef char *object_fn(const json_t *one, uint64_t number);

/* Each object of a list; false: one of them has not the form, and nothing was added. */
static bool
add_objects(char **text, const json_t *list, const char *words, object_fn *say_one,
	    uint64_t number)
{
	char *whole = *text != NULL ? heap_dup(*text) : NULL;
	const json_t *one;
	bool good = json_is_array(list);
	size_t i;

	json_array_foreach(list, i, one)
	{
		CLEANUP(heap_freep) char *value = say_one(one, number);

		good = good && value != NULL;
		if (good && value[0] != 0)
			add_words(&whole, words, value);
	}
	if (!good) {
		free(whole);
		return false;
	}
	free(*text);
	*text = whole;
	return true;
}

/* ---- one member ---- */

/* The words have a bar between those for one and those for several, where they differ. */
static bool
add_count(char **text, const json_t *value, const char *words)
{
	const char *bar = strchr(words, '|');
	CLEANUP(heap_freep) char *shown = NULL, *of_one = NULL;

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	if (bar != NULL) {
		of_one = heap_fmt("%.*s", (int)(bar - words), words);
		words = json_integer_value(value) == 1 ? of_one : bar + 1;
	}
	shown = heap_fmt("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_integer_value(value) > 0)
		add_words(text, words, shown);
	return true;
}

/* False: the member has not the form that the table has for it. */
static bool
add_detail(char **text, const struct amana_detail *detail, const json_t *value,
	   uint64_t number)
{
	switch (detail->kind) {
	case AMANA_DETAIL_TEXT:
		if (json_is_string(value))
			add_words(text, detail->words, json_string_value(value));
		return json_is_string(value);
	case AMANA_DETAIL_COUNT:
		return add_count(text, value, detail->words);
	case AMANA_DETAIL_IF:
	case AMANA_DETAIL_IF_NOT:
		if (json_is_boolean(value) &&
		    json_is_true(value) == (detail->kind == AMANA_DETAIL_IF))
			add_words(text, detail->words, "");
		return json_is_boolean(value);
	case AMANA_DETAIL_OPENERS:
		return add_objects(text, value, detail->words, opener, number);
	case AMANA_DETAIL_RANGES:
		return add_objects(text, value, detail->words, range, number);
	case AMANA_DETAIL_REFUSALS:
		return add_objects(text, value, detail->words, refusal, number);
	}
	return false;
}

/* What is left of the details when their words are told, as it stands. */
static void
add_rest(char **text, const json_t *rest)
{
	CLEANUP(heap_freep) char *shown = NULL;

	if (json_object_size(rest) == 0)
		return;
	shown = json_dumps(rest, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (shown != NULL)
		add_words(text, "*", shown);
}

char *
event_words(const struct amana_event *event)
{
	const struct amana_event_kind *kind = amana_event_kind(event->event);
	json_t *details = NULL, *rest;
	char *text = NULL;

	if (kind == NULL || event->details == NULL)
		return NULL;
	details = json_loads(event->details, 0, NULL);
	rest = json_copy(details);
	for (const struct amana_detail *at = kind->details; at->member != NULL; at++) {
		const json_t *value = json_object_get(details, at->member);

		if (value != NULL &&
		    add_detail(&text, at, value, number_of(event->exhibit)))
			(void)json_object_del(rest, at->member);
	}
	add_rest(&text, rest);
	json_decref(rest);
	json_decref(details);
	return text;
}
