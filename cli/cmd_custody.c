/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "event_words.h"
#include "exit.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "operand.h"
#include "safe.h"
#include "tell.h"
#include "vault.h"

#include "amana/custody.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* amana custody: every event of an exhibit or of a case, as it was signed. */

struct events {
	struct cli *cli;
	json_t *list;
	uint64_t n;
};

static json_t *
details_json(const char *details)
{
	json_t *parsed =
		details != NULL ? json_loads(details, JSON_DECODE_ANY, NULL) : NULL;

	return parsed != NULL ? parsed : json_text(details);
}

static void
put_event(struct events *out, const struct amana_event *event)
{
	json_t *one = json_object();

	json_put(one, "index", json_integer((json_int_t)event->index));
	json_put(one, "batch", json_integer((json_int_t)event->batch));
	json_put(one, "in_batch", json_integer(event->in_batch));
	json_put(one, "time", json_at(event->time));
	json_put(one, "actor", json_text(event->actor));
	json_put(one, "action", json_text(event->action));
	json_put(one, "subject", json_text(event->subject));
	json_put(one, "exhibit",
		 event->exhibit[0] != 0 ? json_text(event->exhibit) : json_null());
	json_put(one, "event", json_text(event->event));
	json_put(one, "reason", json_text(event->reason));
	json_put(one, "details", details_json(event->details));
	json_put(one, "tool", json_text(event->tool));
	json_put(one, "device", json_text(event->device));
	json_put(one, "source", json_text(event->source));
	json_put(one, "received", json_at(event->received));
	json_put(one, "facts", details_json(event->facts));
	json_put(one, "derived_from", details_json(event->derived_from));
	json_put(one, "packet", json_text(event->packet));
	json_put(one, "about", details_json(event->about));
	json_put(one, "public", json_text(event->public_fields));
	json_put(one, "after_date", json_boolean(event->after_date));
	json_put(one, "after_batch",
		 event->after_batch != 0 ? json_integer((json_int_t)event->after_batch)
					 : json_null());
	json_put(one, "sealed_missing", json_boolean(event->sealed_missing));
	(void)json_array_append_new(out->list, one);
}

static void
detail(struct cli *cli, const char *label, const char *text)
{
	CLEANUP(heap_freep) char *shown = NULL;

	if (text == NULL || text[0] == 0)
		return;
	shown = safe(text);
	tell_wrapped(cli, 6, "      %s%s%s", label, label[0] != 0 ? ": " : "", shown);
}

/* An object's members, a line each: texts as they stand, all else as JSON. */
static void
told(struct cli *cli, const char *before, const char *json)
{
	json_t *object = json != NULL ? json_loads(json, 0, NULL) : NULL, *value;
	const char *member;

	json_object_foreach(object, member, value)
	{
		CLEANUP(heap_freep) char *name = safe(member);
		char label[64];
		char *text = json_is_string(value)
				     ? NULL
				     : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

		snprintf(label, sizeof label, "%s%s", before, name);
		detail(cli, label, text != NULL ? text : json_string_value(value));
		free(text);
	}
	json_decref(object);
}

static int
event_row(void *ctx, const struct amana_event *event)
{
	struct events *out = ctx;
	CLEANUP(heap_freep) char *kind = event->event != NULL ? safe(event->event) : NULL;
	CLEANUP(heap_freep) char *words = NULL;
	const struct amana_event_kind *known;
	char when[40];
	bool is_told;

	out->n++;
	if (event->sealed_missing)
		exit_worst(out->cli, 5);
	if (out->cli->json) {
		put_event(out, event);
		return 0;
	}
	is_told = kind == NULL ||
		  strcmp(kind, event->action) == 0; /* it would be "deposit: deposit" */
	tell_wrapped(out->cli, 6, "%4" PRIu64 "  %s  %-8s %s%s%s%s%s  batch %" PRIu64,
		     event->index, human_time(event->time, when), event->actor,
		     event->action, is_told ? "" : ": ", is_told ? "" : kind,
		     event->exhibit[0] != 0 ? "  " : "", event->exhibit, event->batch);
	known = amana_event_kind(event->event);
	detail(out->cli, "what", known != NULL ? known->words : NULL);
	detail(out->cli, "reason", event->reason);
	words = event_words(event);
	detail(out->cli, "details", words != NULL ? words : event->details);
	detail(out->cli, "source", event->source);
	if (event->received != 0)
		detail(out->cli, "received", human_time(event->received, when));
	detail(out->cli, "facts", event->facts);
	told(out->cli, "made from ", event->derived_from);
	detail(out->cli, "packet", event->packet);
	told(out->cli, "", event->about);
	detail(out->cli, "public", event->public_fields);
	detail(out->cli, "tool", event->tool);
	detail(out->cli, "device", event->device);
	if (event->after_batch != 0)
		tell(out->cli,
		     "      CLOCKS: batch %" PRIu64
		     " comes before it and has a later time; one clock was wrong",
		     event->after_batch);
	if (event->after_date)
		tell(out->cli,
		     "      AFTER ITS DATE: the actor's grant had ended by then");
	if (event->sealed_missing)
		tell(out->cli,
		     "      TAMPERED: what was sealed with it is missing or fails its check");
	return 0;
}

static int
run_custody(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	struct events out = {.cli = cli, .list = json_list(cli->doc, "events")};
	CLEANUP(heap_freep) char *name = NULL;
	uint64_t of = 0;

	(void)args, (void)n;
	if (operand_text(cli, operands[0], "Exhibit or case: ", "EXHIBIT|CASE", &name,
			 err) < 0 ||
	    vault_open(cli, err) < 0 ||
	    amana_custody(cli->vault, name, event_row, &out, &of, err) < 0)
		return -1;
	json_put(cli->doc, "shown", json_integer((json_int_t)out.n));
	json_put(cli->doc, "of", json_integer((json_int_t)of));
	tell(cli, "%" PRIu64 " of %" PRIu64, out.n, of);
	return 0;
}

const struct command cmd_custody = {
	.name = "custody",
	.operands = "EXHIBIT|CASE",
	.summary = "every event, as signed, oldest first",
	.role = ROLE_READER,
	.also = ROLE_AUDITOR,
	.n_max = 1,
	.args_size = 1,
	.run = run_custody,
};
