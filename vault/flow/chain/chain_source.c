/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_source.h"

#include <stdlib.h>
#include <string.h>

/* Where from a thing was presented again.  The catalogue has no room for that: it comes
 * out of the act's sheet each time. */

static bool
names_source(const struct entry *entry)
{
	if (entry->action != ACT_RECORD || entry->subject.kind != SUBJECT_EXHIBIT)
		return false;
	for (size_t i = 0; i < entry->n_lines; i++)
		if (entry->lines[i].kind == LINE_SOURCE)
			return true;
	return false;
}

/* Opens the act's sheet into chain->again.  One sheet has the lines of many entries, so
 * it stays open for those that follow.  1: as chain_open_act. */
static int
open_again(struct chain *chain, struct chain_event *event, struct amana_error *err)
{
	const struct hash *name = &chain->entry->sheets[0];
	int r;

	if (chain->entry->n_sheets > 0 && chain->again_slot == event->slot &&
	    hash_equal(&chain->again_name, name))
		return 0;
	sheets_act_done(&chain->again);
	chain->again_slot = 0;
	r = chain_open_act(chain, event, &chain->again, err);
	if (r != 0)
		return r;
	chain->again_name = *name;
	chain->again_slot = event->slot;
	return 0;
}

/* The recipient of the exhibit, out of its own sheet.  1: this person cannot open that
 * (an auditor, or a lead of later), or it is not whole, which is a finding about the
 * deposit and not about this event. */
static int
recipient_of(struct chain *chain, struct age_recipient *ret_recipient,
	     struct amana_error *err)
{
	int r = exhibit_recipient(chain->session, &chain->deposited,
				  &chain->entry->subject.id, ret_recipient, err);

	return r < 0 && !chain_is_finding(err) ? -1 : r != 0;
}

static int
add_source(struct chain *chain, const struct line *line, struct chain_source *ret_source,
	   struct amana_error *err)
{
	struct chain_source source = {.source = 0};
	struct bytes facts;
	char *json = NULL;
	int r;

	if (line->facts != NULL) {
		json = json_dumps(line->facts, JSON_COMPACT);
		if (json == NULL)
			return err_nomem(err);
	}
	facts = json != NULL ? BYTES_STR(json) : (struct bytes){NULL, 0};
	r = chain_add_text(chain, facts, &source.facts, err);
	if (json != NULL) {
		secret_wipe(json, facts.len);
		free(json);
	}
	if (r == 0 && line->source[0] != 0)
		r = chain_add_text(chain, BYTES_STR(line->source), &source.source, err);
	if (r < 0)
		return -1;
	source.received_at = line->has_received ? line->received_at : 0;
	*ret_source = source;
	return 0;
}

int
chain_source(struct chain *chain, struct chain_event *event,
	     struct chain_source *ret_source, struct amana_error *err)
{
	CLEANUP(line_done) struct line line = LINE_INIT;
	struct sheets_source of = {
		.slot = &chain->slot, .entry = chain->entry, .act = &chain->again};
	struct age_recipient recipient;
	int r;

	if (!names_source(chain->entry))
		return 0;
	r = open_again(chain, event, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	r = recipient_of(chain, &recipient, err);
	if (r < 0)
		return -1;
	of.recipient = r == 0 ? &recipient : NULL;
	r = sheets_act_source(chain->session, &of, &line, err);
	if (r == 0)
		return add_source(chain, &line, ret_source, err);
	if (r > 0)
		return 0;
	if (!chain_is_finding(err))
		return -1;
	session_notice(chain->session, AMANA_NOTICE_TAMPERED, "batch %" PRIu64 ": %s",
		       event->slot, err->msg);
	event->is_missing = true;
	return 0;
}
