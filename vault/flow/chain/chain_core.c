/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/chain/chain_core.h"

void
chain_done(struct chain *chain)
{
	sheets_slot_done(&chain->slot);
	exhibit_slot_done(&chain->deposited);
	line_text_done(&chain->texts);
	mem_free(chain->events.items);
	chain_grants_done(&chain->grants);
	mem_free(chain->entry);
}

/* ---- entries ---- */

static int
load_slot(struct chain *chain, uint64_t n, struct amana_error *err)
{
	if (chain->slot_n == n)
		return 0;
	chain->slot_n = 0;
	chain->has_bundle = chain->bad_bundle = false;
	if (sheets_slot_load_public(chain->session, n, &chain->slot, err) < 0)
		return -1;
	chain->slot_n = n;
	chain->rest = chain->slot.parts.entries;
	chain->next_index = 0;
	return 0;
}

int
chain_read(struct chain *chain, uint64_t slot, uint32_t index, struct amana_error *err)
{
	int r = 0;

	if (chain->entry == NULL)
		chain->entry = mem_new(sizeof *chain->entry, err);
	if (chain->entry == NULL || load_slot(chain, slot, err) < 0)
		return -1;
	if (index < chain->next_index) {
		chain->rest = chain->slot.parts.entries;
		chain->next_index = 0;
	}
	while (r == 0 && chain->next_index <= index) {
		r = batch_next(&chain->rest, &chain->raw, err);
		chain->next_index++;
	}
	if (r != 0)
		return r < 0 ? -1
			     : err_bug(err, "batch %" PRIu64 " has no entry %" PRIu32,
				       slot, index);
	return entry_decode(chain->raw, chain->entry, err);
}

/* ---- sheets ---- */

bool
chain_is_finding(const struct amana_error *err)
{
	return err->code == AMANA_E_TAMPERED || err->code == AMANA_E_IO ||
	       err->code == AMANA_E_LIMIT || err->code == AMANA_E_FORMAT;
}

static int
load_bundle(struct chain *chain, struct amana_error *err)
{
	if (chain->has_bundle || chain->bad_bundle)
		return 0;
	if (sheets_slot_load_bundle(chain->session, &chain->slot, err) == 0) {
		chain->has_bundle = true;
		return 0;
	}
	if (!chain_is_finding(err))
		return -1;
	chain->bad_bundle = true;
	session_notice(chain->session, AMANA_NOTICE_TAMPERED, "%s", err->msg);
	return 0;
}

int
chain_open_act(struct chain *chain, struct chain_event *event, struct sheets_act *ret_act,
	       struct amana_error *err)
{
	int r;

	if (chain->entry->n_sheets == 0) {
		event->is_sealed = true;
		return 1;
	}
	if (load_bundle(chain, err) < 0)
		return -1;
	if (chain->bad_bundle) {
		event->is_missing = true;
		return 1;
	}
	r = sheets_open_act(chain->session, &chain->slot, chain->entry, ret_act, err);
	if (r < 0 && !chain_is_finding(err))
		return -1;
	if (r < 0) {
		session_notice(chain->session, AMANA_NOTICE_TAMPERED,
			       "batch %" PRIu64 ": %s", event->slot, err->msg);
		event->is_missing = true;
	}
	event->is_sealed = r > 0;
	return r == 0 ? 0 : 1;
}

int
chain_open_private(struct chain *chain, struct chain_event *event,
		   const struct age_recipient *recipient,
		   struct sheets_private *ret_private, struct amana_error *err)
{
	int r;

	if (load_bundle(chain, err) < 0)
		return -1;
	r = chain->bad_bundle
		    ? 1
		    : sheets_open_private(chain->session, &chain->slot, chain->entry,
					  recipient, ret_private, err);
	if (r < 0 && !chain_is_finding(err))
		return -1;
	if (r < 0)
		session_notice(chain->session, AMANA_NOTICE_TAMPERED,
			       "batch %" PRIu64 ": %s", event->slot, err->msg);
	event->is_missing |= r < 0 || chain->bad_bundle;
	return r == 0 ? 0 : 1;
}

/* ---- texts ---- */

int
chain_add_text(struct chain *chain, struct bytes text, size_t *ret_at,
	       struct amana_error *err)
{
	*ret_at = 0;
	if (text.data == NULL)
		return 0;
	*ret_at = chain->texts.len + 1;
	return buf_add(&chain->texts, text.data, text.len, err) < 0
		       ? -1
		       : buf_add_byte(&chain->texts, 0, err);
}

const char *
chain_text_at(const struct chain *chain, size_t at)
{
	return at == 0 ? NULL : (const char *)chain->texts.data + at - 1;
}
