/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session_catalog.h"

#include "session/data_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
session_catalog_outcome(int r, struct amana_error *err)
{
	if (r == CATALOG_DAMAGED)
		return err_set(
			err, AMANA_E_IO,
			"the catalogue was damaged again right after it was rebuilt: the "
			"disk may be failing");
	if (r == CATALOG_BUSY)
		return err_reason(
			err, AMANA_REASON_IN_USE, AMANA_E_IO,
			"the catalogue is in use by another program; try again");
	return r;
}

/* ---- the public index ---- */

struct index_job {
	struct session *session;
	struct catalog *catalog;
	size_t n_rows; /* written in the open transaction */
	uint64_t last; /* slot whose entries are all in it; 0: none yet */
	struct hash head;
};

/* What a transaction changes stays in memory until it is committed. */
#define INDEX_ROWS 5000

static int
index_deposit(const struct index_job *job, const struct log_seen_entry *seen,
	      struct amana_error *err)
{
	const struct entry *entry = seen->entry;
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(job->session), &entry->subject.id);
	struct catalog_exhibit row = {.slot = seen->slot->n, .deposited_at = entry->at};
	int r;

	if (exhibit == NULL)
		return err_bug(err, "a deposit that the state does not have");
	/* A depositor's own rows are written with their names before the log is indexed.
	 */
	r = catalog_exhibit_by_id(job->catalog, entry->subject.id.bytes, &row, err);
	if (r != CATALOG_NONE)
		return r;
	row = (struct catalog_exhibit){.slot = seen->slot->n, .deposited_at = entry->at};
	session_catalog_row(job->session, exhibit, entry, NULL, &row);
	return catalog_exhibit_put(job->catalog, &row, err);
}

/* What is destroyed in the store goes here, too; what is left of it is opened again when
 * somebody asks. */
static int
forget_destroyed(const struct index_job *job, const struct entry *entry,
		 struct amana_error *err)
{
	const struct act_destroy *destroy = &entry->own.destroy;
	int r = 0;

	if (entry->subject.kind == SUBJECT_EXHIBIT)
		r = catalog_forget_exhibit(job->catalog, entry->subject.id.bytes, err);
	for (size_t i = 0; r == 0 && i < destroy->n_bundles; i++)
		r = catalog_forget_slot(job->catalog, destroy->bundles[i].batch, err);
	return r;
}

static int
index_entry(void *arg, const struct log_seen_entry *seen, struct amana_error *err)
{
	struct index_job *job = arg;
	const struct entry *entry = seen->entry;
	char text[SUBJECT_TEXT_MAX + 1];
	char *id;
	struct catalog_entry row = {.slot = seen->slot->n,
				    .index = seen->index,
				    .action = action_name(entry->action),
				    .actor = entry->actor.text,
				    .at = entry->at,
				    .event = entry->event};
	int r;

	subject_text(&entry->subject, text);
	id = strchr(text, ' ');
	if (id != NULL)
		*id++ = 0;
	row.subject_kind = text;
	row.subject = BYTES_STR(id != NULL ? id : "");
	r = catalog_entry_put(job->catalog, &row, err);
	if (r == 0 && entry->action == ACT_DEPOSIT)
		r = index_deposit(job, seen, err);
	if (r == 0 && (entry->action == ACT_DISPOSE || entry->action == ACT_ERASE))
		r = forget_destroyed(job, entry, err);
	job->n_rows++;
	return r;
}

/* Between two slots a long transaction is committed and the next begun. */
static int
index_slot(void *arg, const struct log_slot *slot, struct amana_error *err)
{
	struct index_job *job = arg;
	int r = 0;

	if (job->n_rows >= INDEX_ROWS && job->last != 0) {
		r = catalog_synced_set(job->catalog, job->last, &job->head, err);
		if (r == 0)
			r = catalog_commit(job->catalog, err);
		if (r == 0)
			r = catalog_begin(job->catalog, err);
		job->n_rows = 0;
	}
	job->last = slot->n;
	job->head = slot->head;
	return r;
}

/* Another process of this person is further than this one, and has put more into the
 * catalogue they share.  Readers leave out what their own state does not have yet.  After
 * a restored store the pin is back where the store is, and the catalogue is not ahead but
 * of another history. */
static bool
is_ahead(struct session *session, uint64_t slot)
{
	return slot > state_slot(session_state(session)) &&
	       log_was_seen(session->log, slot);
}

/* True if the slot up to which the catalogue goes has the same head in this history. */
static int
is_on_history(struct session *session, uint64_t slot, const struct hash *head,
	      bool *ret_is, struct amana_error *err)
{
	struct hash ours;

	*ret_is = false;
	if (slot > state_slot(session_state(session)))
		return 0;
	if (log_head_at(session->log, slot, &ours, err) < 0)
		return -1;
	*ret_is = hash_equal(&ours, head);
	return 0;
}

static int
index_log(struct session *session, struct catalog *catalog, struct amana_error *err)
{
	struct index_job job = {.session = session, .catalog = catalog};
	const struct log_visitor visitor = {
		.slot = index_slot, .entry = index_entry, .arg = &job};
	const struct state *state = session_state(session);
	uint64_t slot = 0;
	struct hash head;
	bool is_ours = true;
	int r = catalog_synced(catalog, &slot, &head, err);

	if (r == 0 && slot == state_slot(state) && hash_equal(&head, state_head(state)))
		return 0;
	if (r == 0 && is_ahead(session, slot))
		return 0;
	r = catalog_begin(catalog, err);
	if (r == 0)
		r = catalog_synced(catalog, &slot, &head, err);
	if (r == 0 && is_ahead(session, slot)) {
		catalog_rollback(catalog);
		return 0;
	}
	if (r == 0 && is_on_history(session, slot, &head, &is_ours, err) < 0)
		r = -1;
	if (r == CATALOG_NONE) {
		slot = 0;
		r = 0;
	}
	if (r == 0 && !is_ours)
		r = CATALOG_DAMAGED; /* it is of another history: made anew */
	if (r == 0 && slot < state_slot(state))
		r = log_each(session->log, slot + 1, &visitor, err);
	if (r == 0)
		r = catalog_synced_set(catalog, state_slot(state), state_head(state),
				       err);
	if (r == 0)
		return catalog_commit(catalog, err);
	catalog_rollback(catalog);
	return r;
}

static int
open_catalog(struct session *session, bool in_memory, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret key = SECRET_INIT;
	const struct hash *fingerprint = log_fingerprint(session->log);
	char path[PATH_MAX];
	int r = data_folder_catalog(&session->config, fingerprint, session->who, path,
				    err);

	if (r < 0 || secret_new(32, &key, err) < 0)
		return -1;
	hkdf_of(BYTES_OF(session->identity.age),
		(struct bytes){fingerprint->bytes, HASH_LEN}, "amana catalogue 1",
		key.data, key.len);
	catalog_free(session->catalog);
	session->catalog = NULL;
	return catalog_open(in_memory || r > 0 ? NULL : path, &key, fingerprint,
			    &session->catalog, err) < 0
		       ? -1
		       : 0;
}

int
session_catalog(struct session *session, struct catalog **ret_catalog,
		struct amana_error *err)
{
	int r;

	if (session_identity(session, err) < 0)
		return -1;
	if (session->catalog == NULL && open_catalog(session, false, err) < 0)
		return -1;
	r = index_log(session, session->catalog, err);
	if (r == CATALOG_DAMAGED) {
		r = catalog_reset(session->catalog, err);
		if (r == 0)
			r = index_log(session, session->catalog, err);
	} else if (r == CATALOG_BUSY) {
		r = open_catalog(session, true, err);
		if (r == 0)
			r = index_log(session, session->catalog, err);
	}
	if (r != 0)
		return session_catalog_outcome(r, err) < 0
			       ? -1
			       : err_bug(err, "the catalogue answered %d", r);
	*ret_catalog = session->catalog;
	return 0;
}

/* ---- rows of exhibits ---- */

static struct bytes
text_or_none(const char *text)
{
	if (text == NULL || text[0] == 0)
		return (struct bytes){NULL, 0};
	return BYTES_STR(text);
}

void
session_catalog_row(const struct session *session, const struct state_exhibit *exhibit,
		    const struct entry *deposit, const struct sheets_exhibit *opened,
		    struct catalog_exhibit *ret_row)
{
	const struct state *state = session_state(session);

	*ret_row = (struct catalog_exhibit){
		.number = exhibit->number,
		.slot = exhibit->deposited_in,
		.deposited_at = deposit->at,
		.has_object = exhibit->has_object,
		.object = exhibit->object,
	};
	memcpy(ret_row->id, exhibit->id.bytes, sizeof ret_row->id);
	memcpy(ret_row->case_id, state_exhibit_case(state, exhibit)->id.bytes,
	       sizeof ret_row->case_id);
	snprintf(ret_row->actor, sizeof ret_row->actor, "%s", deposit->actor.text);
	ret_row->own = strcmp(deposit->actor.text, session->who) == 0;
	if (opened == NULL)
		return;
	ret_row->opened = true;
	if (opened->has_content) {
		ret_row->has_content = true;
		ret_row->size = opened->content.size;
		ret_row->sha256 = opened->content.sha256;
		ret_row->media_type = text_or_none(opened->content.media_type);
	}
	if (opened->has_about) {
		ret_row->name = opened->about.name;
		ret_row->type = text_or_none(opened->about.type);
		ret_row->title = text_or_none(opened->about.title);
		ret_row->note = text_or_none(opened->about.description);
	}
	if (opened->has_source) {
		ret_row->source = text_or_none(opened->source.source);
		ret_row->modified_at =
			opened->source.has_modified ? opened->source.modified_at : 0;
	}
}
