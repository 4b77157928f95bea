/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_again.h"

#include "custody/line.h"
#include "custody/sheet.h"
#include "object/object_open.h"
#include "session/exhibit_key.h"
#include "session/names.h"

#include <string.h>

#define FILES_MAX 200 /* in one act */

/* The files of one act, each another exhibit: what is said of an exhibit in one act is
 * one private sheet. */
struct presented {
	struct deposit *deposit;
	struct deposit_job *jobs[FILES_MAX];
	size_t n;
	struct entry *entry;	   /* room for one */
	struct exhibit_slot *slot; /* where the exhibits that they are were deposited */
};

/* The depositor's facts, and the program's own: under which name the file came this time.
 * NULL: no memory. */
static json_t *
facts_with_name(const json_t *facts, const char *name)
{
	json_t *all = facts != NULL ? json_deep_copy(facts) : json_object();

	if (all == NULL || !line_text_valid(name, strlen(name)))
		return all;
	if (json_object_set_new(all, LINE_FACTS_OF_PROGRAM,
				json_pack("{s:s}", "presented_as", name)) == 0)
		return all;
	line_json_done(all);
	return NULL;
}

/* The source line of a file that is presented again.  It belongs to the exhibit that the
 * case has. */
static int
build_source(struct deposit *deposit, struct deposit_job *job,
	     const struct state_exhibit *exhibit, const struct age_recipient *recipient,
	     struct amana_error *err)
{
	const char *name = job->item->path + job->item->name_at;
	json_t *facts = facts_with_name(deposit->facts, name);
	struct line source = {.kind = LINE_SOURCE,
			      .source = deposit->request->source,
			      .has_received = deposit->request->received != 0,
			      .received_at = deposit->request->received,
			      .has_modified = job->item->modified_at != 0,
			      .modified_at = job->item->modified_at,
			      .facts = facts};
	int r;

	if (facts == NULL)
		return err_nomem(err);
	source.bond = (struct line_bond){.vault = *log_fingerprint(deposit->session->log),
					 .in_case = true,
					 .case_id = deposit->case_id,
					 .actor = deposit->actor,
					 .exhibit = job->known,
					 .has_object = exhibit->has_object,
					 .object = exhibit->object,
					 .recipient = *recipient};
	r = line_build(&source, &job->source.json, &job->source.hash, err);
	line_json_done(facts);
	return r;
}

/* The sheet goes to whoever reads the case, and not to the auditors. */
static int
seal_private(struct deposit_job *job, const struct age_recipient *recipient,
	     struct amana_error *err)
{
	const struct bytes line = BYTES_OF(job->source.json);
	const struct sheet_content content = {.lines = &line, .n_lines = 1};

	buf_clear(&job->sheet);
	return sheet_seal(&content, recipient, 1, &job->sheet, &job->sheet_hash, err);
}

static int
prepare(struct act *act, const struct state *state, void *arg, struct amana_error *err)
{
	struct presented *presented = arg;
	const struct custody_id *case_id = &presented->deposit->case_id;
	const struct age_recipient *recipient =
		state_ring_recipient(state, case_id, state_ring_epoch(state, case_id));

	if (recipient == NULL)
		return err_bug(err, "the case has no ring");
	for (size_t i = 0; i < presented->n; i++) {
		struct deposit_job *job = presented->jobs[i];
		struct subject subject = subject_exhibit(&job->known);
		struct entry *entry = presented->entry;
		struct act_sheet sheet;

		if (seal_private(job, recipient, err) < 0)
			return -1;
		sheet = (struct act_sheet){BYTES_OF(job->sheet), job->sheet_hash};
		act_entry_init(entry, ACT_RECORD, &subject, case_id);
		if (entry_add_line(entry, LINE_SOURCE, &job->source.hash) < 0)
			return err_bug(err, "an entry without room for its own line");
		if (act_add(act, entry, &sheet, err) < 0)
			return -1;
	}
	return 0;
}

/* Writes the act for what was gathered, and begins to gather anew. */
static int
flush(struct presented *presented, struct amana_error *err)
{
	struct deposit *deposit = presented->deposit;
	const struct act_spec spec = {.case_id = &deposit->case_id,
				      .event = EVENT_PRESENTED_AGAIN,
				      .prepare = prepare,
				      .arg = presented};
	struct act_done done;

	if (presented->n == 0)
		return 0;
	if (deposit_run_act(deposit, &spec, &done, err) < 0)
		return -1;
	deposit_tell_receipt(deposit, &done, 0, 0);
	presented->n = 0;
	return 0;
}

/* What the log says of the content is its depositor's claim: the case holds it if what is
 * stored opens and is that, now.  1: it does not, which was told unless it is just not
 * this person's to open. */
static int
check_held(struct deposit *deposit, struct exhibit_slot *slot, struct deposit_job *job,
	   struct age_recipient *ret_recipient, struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(deposit->session), &job->known);
	const struct monitor monitor = {.cancel = &deposit->stop};
	struct object_expect expect;
	char ref[NAMES_REF_MAX];
	struct exhibit_named named = {.id = &job->known, .ref = ref};
	struct object_retrieval retrieval = {.store = deposit->session->store,
					     .expect = &expect,
					     .check = OBJECT_CHECK_STORED,
					     .monitor = &monitor};
	int r;

	if (exhibit == NULL)
		return err_bug(err, "an exhibit that the state does not have");
	names_exhibit_ref(deposit->session, exhibit, ref);
	r = exhibit_sheet(deposit->session, slot, &named, &opened, err);
	if (r == 0)
		r = exhibit_expect(exhibit, &opened, ref, &expect, err);
	if (r == 0) {
		retrieval.identity = &opened.sheet.identity;
		r = object_retrieve(&retrieval, err);
	}
	if (r == 0)
		return age_identity_keep_recipient(&opened.sheet.identity, ret_recipient,
						   err);
	if (err->code == AMANA_E_TAMPERED)
		session_notice(
			deposit->session, AMANA_NOTICE_TAMPERED,
			"%s, deposited by %s, is not whole (%s): '%s' is sealed "
			"anew",
			ref,
			state_exhibit_depositor(session_state(deposit->session), exhibit)
				->code.text,
			err->msg, job->item->path);
	return err->code == AMANA_E_TAMPERED || err->code == AMANA_E_DENIED ||
			       err->code == AMANA_E_MISSING
		       ? 1
		       : -1;
}

static void
seal_anew(struct deposit *deposit, struct deposit_job *job)
{
	deposit->walk.items[job->item - deposit->walk.items].anew = true;
	deposit->n_anew++;
	job->fate = DEPOSIT_ANEW;
}

static int
add(struct presented *presented, struct deposit_job *job, struct amana_error *err)
{
	struct deposit *deposit = presented->deposit;
	const struct state_exhibit *exhibit;
	struct age_recipient recipient;
	int r;

	for (size_t i = 0; i < presented->n; i++)
		if (custody_id_equal(&presented->jobs[i]->known, &job->known) &&
		    flush(presented, err) < 0)
			return -1;
	r = check_held(deposit, presented->slot, job, &recipient, err);
	if (r > 0) {
		seal_anew(deposit, job);
		return 0;
	}
	exhibit = state_exhibit(session_state(deposit->session), &job->known);
	if (r < 0 || build_source(deposit, job, exhibit, &recipient, err) < 0)
		return -1;
	presented->jobs[presented->n++] = job;
	return presented->n < FILES_MAX ? 0 : flush(presented, err);
}

int
deposit_again_commit(struct deposit *deposit, struct deposit_group *group,
		     struct amana_error *err)
{
	CLEANUP(mem_freep) struct presented *presented = mem_new(sizeof *presented, err);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	CLEANUP(exhibit_slot_done) struct exhibit_slot slot = EXHIBIT_SLOT_INIT;

	if (presented == NULL || entry == NULL)
		return -1;
	presented->deposit = deposit;
	presented->entry = entry;
	presented->slot = &slot;
	for (size_t i = 0; i < group->n; i++)
		if (group->jobs[i]->fate == DEPOSIT_KNOWN_CASE &&
		    add(presented, group->jobs[i], err) < 0)
			return -1;
	return flush(presented, err);
}
