/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_private.h"

#include <stdlib.h>
#include <string.h>

/* What was said later of an exhibit or case, for those who read the case.  The catalogue
 * has no room for that: it comes out of the private sheet each time. */

static bool
names_private(const struct entry *entry)
{
	if (entry->action != ACT_RECORD)
		return false;
	for (size_t i = 0; i < entry->n_lines; i++)
		if (entry->lines[i].kind == LINE_SOURCE ||
		    entry->lines[i].kind == LINE_ABOUT)
			return true;
	return false;
}

/* The recipient of the exhibit, out of its own sheet.  1: there is none (a case), this
 * person cannot open that (an auditor, or a lead of later), or it is not whole, which is
 * a finding about the deposit and not about this event. */
static int
recipient_of(struct chain *chain, struct age_recipient *ret_recipient,
	     struct amana_error *err)
{
	int r;

	if (chain->entry->subject.kind != SUBJECT_EXHIBIT)
		return 1;
	r = exhibit_recipient(chain->session, &chain->deposited,
			      &chain->entry->subject.id, ret_recipient, err);
	return r < 0 && !chain_is_finding(err) ? -1 : r != 0;
}

static int
add_json(struct chain *chain, const json_t *value, size_t *ret_at,
	 struct amana_error *err)
{
	char *json = json_dumps(value, JSON_COMPACT);
	struct bytes text;
	int r;

	if (json == NULL)
		return err_nomem(err);
	text = BYTES_STR(json);
	r = chain_add_text(chain, text, ret_at, err);
	secret_wipe(json, text.len);
	free(json);
	return r;
}

/* Takes over `value`, which may be NULL for want of memory. */
static int
take_json(struct chain *chain, json_t *value, size_t *ret_at, struct amana_error *err)
{
	int r = value != NULL ? add_json(chain, value, ret_at, err) : err_nomem(err);

	line_json_done(value);
	return r;
}

static int
add_text(struct chain *chain, const char *text, size_t *ret_at, struct amana_error *err)
{
	return text == NULL || text[0] == 0
		       ? 0
		       : chain_add_text(chain, BYTES_STR(text), ret_at, err);
}

static int
add_source(struct chain *chain, const struct line *line, struct chain_private *private,
	   struct amana_error *err)
{
	private->received_at = line->has_received ? line->received_at : 0;
	if (line->facts != NULL && add_json(chain, line->facts, &private->facts, err) < 0)
		return -1;
	if (line->has_origin && take_json(chain, line_origin_json(&line->origin),
					  &private->derived_from, err) < 0)
		return -1;
	return add_text(chain, line->source, &private->source, err) < 0
		       ? -1
		       : add_text(chain, line->packet, &private->packet, err);
}

/* The members of the line that stand for something, under FORMAT.md's names. */
static int
add_about(struct chain *chain, const struct line *line, struct chain_private *private,
	  struct amana_error *err)
{
	const struct {
		const char *member, *text;
	} texts[] = {{"name", line->name_shown},
		     {"type", line->type},
		     {"title", line->title},
		     {"description", line->description},
		     {"retention", line->retention}};
	json_t *about = json_object();
	bool failed = about == NULL;

	for (size_t i = 0; !failed && i < ARRAY_LEN(texts); i++)
		if (texts[i].text != NULL && texts[i].text[0] != 0)
			failed = json_object_set_new(about, texts[i].member,
						     json_string(texts[i].text)) < 0;
	if (!failed && line->protect != NULL)
		failed = json_object_set_new(about, "protect",
					     json_deep_copy(line->protect)) < 0;
	if (!failed && line->facts != NULL)
		failed = json_object_set_new(about, "facts",
					     json_deep_copy(line->facts)) < 0;
	if (!failed)
		return take_json(chain, about, &private->about, err);
	line_json_done(about);
	return err_nomem(err);
}

int
chain_private(struct chain *chain, struct chain_event *event,
	      struct chain_private *ret_private, struct amana_error *err)
{
	CLEANUP(sheets_private_done) struct sheets_private opened = SHEETS_PRIVATE_INIT;
	struct chain_private private = {.source = 0};
	struct age_recipient recipient;
	int r;

	if (!names_private(chain->entry))
		return 0;
	r = recipient_of(chain, &recipient, err);
	if (r >= 0)
		r = chain_open_private(chain, event, r == 0 ? &recipient : NULL, &opened,
				       err);
	if (r < 0)
		return -1;
	if (r == 0 &&
	    ((opened.has_source &&
	      add_source(chain, &opened.source, &private, err) < 0) ||
	     (opened.has_about && add_about(chain, &opened.about, &private, err) < 0)))
		return -1;
	if (r == 0)
		*ret_private = private;
	return 0;
}
