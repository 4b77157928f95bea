/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_source.h"

#include <stdlib.h>
#include <string.h>

/* Where from a thing was presented again, for those who read the case.  The catalogue has
 * no room for that: it comes out of the private sheet each time. */

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
	CLEANUP(sheets_private_done) struct sheets_private private = SHEETS_PRIVATE_INIT;
	struct age_recipient recipient;
	int r;

	if (!names_source(chain->entry))
		return 0;
	r = recipient_of(chain, &recipient, err);
	if (r >= 0)
		r = chain_open_private(chain, event, r == 0 ? &recipient : NULL, &private,
				       err);
	if (r < 0)
		return -1;
	return r == 0 && private.has_source
		       ? add_source(chain, &private.source, ret_source, err)
		       : 0;
}
