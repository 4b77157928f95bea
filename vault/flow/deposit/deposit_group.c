/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_core.h"

#include "base/queue.h"
#include "custody/line.h"
#include "session/names.h"
#include "session/sync.h"
#include "keys/receipt.h"

#include <stdio.h>
#include <string.h>

/* One group of sealed files becomes one act, and another for what the case held already.
 */

void
deposit_group_clear(struct deposit_group *group)
{
	for (size_t i = 0; i < group->n; i++)
		deposit_job_free(group->jobs[i]);
	group->n = 0;
	group->bytes = 0;
	group->sheets = 0;
}

void
deposit_group_free(struct deposit_group *group)
{
	if (group == NULL)
		return;
	deposit_group_clear(group);
	secret_done(&group->slab);
	mem_free(group);
}

void
deposit_group_release(struct deposit *deposit, struct deposit_group *group)
{
	if (atomic_fetch_sub(&group->n_left, 1) == 1)
		(void)!queue_put(deposit->done,
				 group); /* there is room for both groups */
}

/* The act changes the state, which the workers look at. */
static int
run_act(struct deposit *deposit, const struct act_spec *spec, struct act_done *ret_done,
	struct amana_error *err)
{
	int r;

	pthread_mutex_lock(&deposit->known_lock);
	r = act_run(deposit->session, spec, ret_done, err);
	pthread_mutex_unlock(&deposit->known_lock);
	return r;
}

/* ---- the deposit act ---- */

struct deposit_act {
	struct deposit *deposit;
	struct deposit_group *group;
	struct entry *entry; /* room for one */
};

/* The case's ring moved on while this group was sealed: its sheets are sealed anew from
 * the identities that are still in locked memory. */
static int
follow_epoch(struct deposit *deposit, struct deposit_group *group,
	     const struct state *state, struct amana_error *err)
{
	uint64_t epoch = state_ring_epoch(state, &deposit->case_id);
	const struct age_recipient *ring =
		state_ring_recipient(state, &deposit->case_id, epoch);

	if (ring == NULL)
		return err_bug(err, "the case has no ring");
	deposit->epoch = epoch;
	deposit->ring = *ring;
	for (size_t i = 0; i < group->n; i++) {
		struct deposit_job *job = group->jobs[i];

		if (job->fate != DEPOSIT_SEALED || job->epoch == epoch)
			continue;
		job->epoch = epoch;
		job->ring = *ring;
		if (deposit_seal_sheet(job, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_deposit(struct act *act, struct deposit_act *doing, const struct deposit_job *job,
	    struct amana_error *err)
{
	struct entry *entry = doing->entry;
	struct subject subject = subject_exhibit(&job->exhibit);
	const struct act_sheet sheet = {.file = BYTES_OF(job->sheet),
					.hash = job->sheet_hash};

	entry_init(entry, ACT_DEPOSIT, &subject);
	entry->own.sealing.in_case = true;
	entry->own.sealing.case_id = doing->deposit->case_id;
	if (entry_add_object(entry, &job->sealed.object) < 0 ||
	    entry_add_line(entry, LINE_CONTENT, &job->content.hash) < 0 ||
	    entry_add_line(entry, LINE_ABOUT, &job->about.hash) < 0 ||
	    entry_add_line(entry, LINE_SOURCE, &job->source.hash) < 0)
		return err_bug(err, "an entry without room for its own lines");
	return act_add(act, entry, &sheet, err);
}

static int
prepare_deposit(struct act *act, const struct state *state, void *arg,
		struct amana_error *err)
{
	struct deposit_act *doing = arg;

	if (follow_epoch(doing->deposit, doing->group, state, err) < 0)
		return -1;
	for (size_t i = 0; i < doing->group->n; i++)
		if (doing->group->jobs[i]->fate == DEPOSIT_SEALED &&
		    add_deposit(act, doing, doing->group->jobs[i], err) < 0)
			return -1;
	return 0;
}

/* ---- what the case held already: "presented again" ---- */

#define AGAIN_MAX 200 /* source lines that surely fit one act sheet */

struct again_act {
	struct deposit *deposit;
	struct deposit_job *jobs[AGAIN_MAX];
	struct act_line lines[AGAIN_MAX];
	size_t n;
	struct entry *entry;
};

/* The source line of a thing presented again belongs to the exhibit that the case has.
 * The facts say under which name it came this time. */
static int
build_again(struct deposit *deposit, struct deposit_job *job,
	    const struct state_exhibit *exhibit, const struct age_recipient *recipient,
	    struct amana_error *err)
{
	const char *name = job->item->path + job->item->name_at;
	json_t *facts =
		deposit->facts != NULL ? json_deep_copy(deposit->facts) : json_object();
	struct line source = {.kind = LINE_SOURCE,
			      .source = deposit->request->source,
			      .has_received = deposit->request->received != 0,
			      .received_at = deposit->request->received,
			      .has_modified = job->item->modified_at > 0,
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
	if (line_text_valid(name, strlen(name)))
		json_object_set_new(facts, "presented_as", json_string(name));
	r = line_build(&source, &job->source.json, &job->source.hash, err);
	line_json_done(facts);
	return r;
}

/* The recipient of an exhibit that this person may read, from its sheet. */
static int
recipient_of(struct session *session, const struct state_exhibit *exhibit,
	     struct age_recipient *ret_recipient, struct amana_error *err)
{
	CLEANUP(sheets_slot_done) struct sheets_slot slot = SHEETS_SLOT_INIT;
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit opened = SHEETS_EXHIBIT_INIT;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct subject subject = subject_exhibit(&exhibit->id);
	uint32_t index;
	int r;

	if (entry == NULL ||
	    sheets_slot_load(session, exhibit->deposited_in, &slot, err) < 0)
		return -1;
	r = sheets_slot_find(&slot, &subject, 1, entry, &index, err);
	if (r == 0)
		r = sheets_open_exhibit(session, &slot, entry, &opened, err);
	if (r == 0)
		age_identity_recipient(&opened.sheet.identity, ret_recipient);
	return r;
}

static int
prepare_again(struct act *act, const struct state *state, void *arg,
	      struct amana_error *err)
{
	struct again_act *doing = arg;

	(void)state;
	for (size_t i = 0; i < doing->n; i++) {
		struct subject subject = subject_exhibit(&doing->jobs[i]->known);
		struct entry *entry = doing->entry;

		entry_init(entry, ACT_RECORD, &subject);
		entry->own.sealing.in_case = true;
		entry->own.sealing.case_id = doing->deposit->case_id;
		if (entry_add_line(entry, LINE_SOURCE, &doing->lines[i].hash) < 0)
			return err_bug(err, "an entry without room for its own line");
		if (act_add(act, entry, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static void
report_skipped(const struct deposit *deposit, const struct deposit_job *job,
	       const char *why)
{
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(deposit->session), &job->known);
	char ref[NAMES_REF_MAX];

	if (deposit->request->skipped == NULL || exhibit == NULL)
		return;
	names_exhibit_ref(deposit->session, exhibit, ref);
	deposit->request->skipped(deposit->request->ctx, job->item->path, ref, why);
}

static int
run_again(struct again_act *doing, struct act_done *ret_done, struct amana_error *err)
{
	const struct act_spec spec = {.case_id = &doing->deposit->case_id,
				      .event = "presented-again",
				      .lines = doing->lines,
				      .n_lines = doing->n,
				      .prepare = prepare_again,
				      .arg = doing};

	return run_act(doing->deposit, &spec, ret_done, err);
}

static void report_receipt(const struct deposit *deposit, const struct act_done *done,
			   uint64_t first, uint64_t last);

static int
commit_again(struct deposit *deposit, struct deposit_group *group,
	     struct amana_error *err)
{
	CLEANUP(mem_freep) struct again_act *doing = mem_new(sizeof *doing, err);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct act_done done;

	if (doing == NULL || entry == NULL)
		return -1;
	doing->deposit = deposit;
	doing->entry = entry;
	for (size_t i = 0; i < group->n; i++) {
		struct deposit_job *job = group->jobs[i];
		const struct state_exhibit *exhibit =
			state_exhibit(session_state(deposit->session), &job->known);
		struct age_recipient recipient;
		int r;

		if (job->fate != DEPOSIT_KNOWN_CASE || exhibit == NULL)
			continue;
		r = recipient_of(deposit->session, exhibit, &recipient, err);
		if (r > 0)
			continue; /* known by an old catalogue only: nothing that one may
				     say */
		if (r < 0 || build_again(deposit, job, exhibit, &recipient, err) < 0)
			return -1;
		doing->lines[doing->n] =
			(struct act_line){.json = BYTES_OF(job->source.json),
					  .kind = LINE_SOURCE,
					  .hash = job->source.hash};
		doing->jobs[doing->n++] = job;
		if (doing->n < AGAIN_MAX)
			continue;
		if (run_again(doing, &done, err) < 0)
			return -1;
		report_receipt(deposit, &done, 0, 0);
		doing->n = 0;
	}
	if (doing->n > 0) {
		if (run_again(doing, &done, err) < 0)
			return -1;
		report_receipt(deposit, &done, 0, 0);
	}
	return 0;
}

/* ---- after the act ---- */

static void
report_receipt(const struct deposit *deposit, const struct act_done *done, uint64_t first,
	       uint64_t last)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	const struct receipt_range range = {first, last};
	const struct receipt receipt = {.fingerprint =
						*log_fingerprint(deposit->session->log),
					.batch = done->batch,
					.head = done->head,
					.ranges = &range,
					.n_ranges = first != 0};
	struct amana_receipt told = {
		.batch = done->batch, .first_number = first, .last_number = last};
	struct amana_error err = AMANA_ERROR_INIT;

	if (deposit->request->receipt == NULL)
		return;
	if (receipt_text(&receipt, &text, &err) < 0) {
		session_notice(deposit->session, AMANA_NOTICE_INFO, "no receipt text: %s",
			       err.msg);
		return;
	}
	told.text = buf_text(&text);
	hash_hex(&done->head, told.head);
	words_of_hash(&receipt.fingerprint, told.words);
	deposit->request->receipt(deposit->request->ctx, &told);
}

static void
report_item(const struct deposit *deposit, const struct deposit_job *job,
	    const struct state_exhibit *exhibit)
{
	struct amana_deposited item = {.number = exhibit->number,
				       .size = job->sealed.size};

	if (deposit->request->item == NULL)
		return;
	names_exhibit_ref(deposit->session, exhibit, item.ref);
	custody_id_hex(&job->exhibit, item.id);
	item.name = job->item->path + job->item->name_at;
	item.name_len = strlen(item.name);
	hash_hex(&job->sealed.sha256, item.sha256);
	hash_hex(&job->sealed.object, item.object);
	deposit->request->item(deposit->request->ctx, &item);
}

static struct bytes
given(const char *text)
{
	return text != NULL && text[0] != 0 ? BYTES_STR(text) : (struct bytes){NULL, 0};
}

/* What this person knows of it from having deposited it. */
static int
remember(const struct deposit *deposit, const struct deposit_job *job,
	 const struct state_exhibit *exhibit, struct amana_error *err)
{
	struct catalog_exhibit row = {
		.number = exhibit->number,
		.slot = exhibit->deposited_in,
		.deposited_at = session_now(),
		.has_object = true,
		.object = job->sealed.object,
		.opened = true,
		.own = true,
		.has_content = true,
		.size = job->sealed.size,
		.sha256 = job->sealed.sha256,
		.name = BYTES_STR(job->item->path + job->item->name_at),
		.type = BYTES_STR(job->type),
		.media_type = BYTES_STR(job->media_type),
		.title = given(deposit->request->title),
		.note = given(deposit->request->note),
		.source = given(deposit->request->source),
		.modified_at = job->item->modified_at,
	};

	memcpy(row.id, job->exhibit.bytes, sizeof row.id);
	memcpy(row.case_id, deposit->case_id.bytes, sizeof row.case_id);
	snprintf(row.actor, sizeof row.actor, "%s", deposit->actor.text);
	return catalog_exhibit_put(deposit->catalog, &row, err);
}

/* Which exhibits these files are about to become, noted before the act: killed after it,
 * a rerun still knows them; killed before it, the log does not have them and the note
 * counts for nothing. */
static bool
note_own(struct deposit *deposit, const struct deposit_group *group)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	int r;

	pthread_mutex_lock(&deposit->known_lock);
	r = catalog_begin(deposit->catalog, &ignored);
	for (size_t i = 0; r == 0 && i < group->n; i++)
		if (group->jobs[i]->fate == DEPOSIT_SEALED)
			r = catalog_own_put(deposit->catalog, deposit->case_id.bytes,
					    &group->jobs[i]->own_mac,
					    group->jobs[i]->exhibit.bytes, &ignored);
	if (r == 0)
		r = catalog_commit(deposit->catalog, &ignored);
	else
		catalog_rollback(deposit->catalog);
	pthread_mutex_unlock(&deposit->known_lock);
	if (r == 0 && catalog_in_memory(deposit->catalog))
		r = 1; /* forgotten when this ends */
	if (r != 0)
		session_notice(
			deposit->session, AMANA_NOTICE_INFO,
			"this machine cannot note what it deposits: should this be "
			"interrupted, running it again deposits it again");
	return r == 0;
}

/* The catalogue is a convenience: what goes wrong with it does not undo a deposit that is
 * durable.  noted: note_own was done. */
static void
remember_all(struct deposit *deposit, const struct deposit_group *group, bool noted)
{
	const struct state *state = session_state(deposit->session);
	struct amana_error err = AMANA_ERROR_INIT;
	int r;

	pthread_mutex_lock(&deposit->known_lock);
	r = catalog_begin(deposit->catalog, &err);
	for (size_t i = 0; r == 0 && i < group->n; i++)
		if (group->jobs[i]->fate == DEPOSIT_SEALED)
			r = remember(deposit, group->jobs[i],
				     state_exhibit(state, &group->jobs[i]->exhibit),
				     &err);
	if (r == 0)
		r = catalog_commit(deposit->catalog, &err);
	else
		catalog_rollback(deposit->catalog);
	pthread_mutex_unlock(&deposit->known_lock);
	if (!noted)
		(void)note_own(deposit, group);
	if (r != 0)
		session_notice(
			deposit->session, AMANA_NOTICE_INFO,
			"the deposit is safe, but its names are not in this machine's catalogue yet");
}

static int
commit_sealed(struct deposit *deposit, struct deposit_group *group, size_t n_sealed,
	      struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct deposit_act doing = {.deposit = deposit, .group = group, .entry = entry};
	const struct act_spec spec = {.case_id = &deposit->case_id,
				      .event = "deposit",
				      .prepare = prepare_deposit,
				      .arg = &doing};
	const struct state *state;
	struct act_done done;
	uint64_t first = 0, last = 0;
	bool noted;

	if (entry == NULL)
		return -1;
	noted = note_own(deposit, group);
	if (run_act(deposit, &spec, &done, err) < 0)
		return -1;
	remember_all(deposit, group, noted);
	state = session_state(deposit->session);
	for (size_t i = 0; i < group->n; i++) {
		const struct deposit_job *job = group->jobs[i];
		const struct state_exhibit *exhibit;

		if (job->fate != DEPOSIT_SEALED)
			continue;
		exhibit = state_exhibit(state, &job->exhibit);
		if (exhibit == NULL)
			return err_bug(err, "a deposit that the log does not have");
		first = first == 0 ? exhibit->number : first;
		last = exhibit->number;
		deposit->result.n_bytes += job->sealed.size;
		report_item(deposit, job, exhibit);
	}
	deposit->result.n_deposited += n_sealed;
	report_receipt(deposit, &done, first, last);
	return 0;
}

int
deposit_group_commit(struct deposit *deposit, struct deposit_group *group,
		     struct amana_error *err)
{
	size_t n_sealed = 0, n_again = 0;

	for (size_t i = 0; i < group->n; i++) {
		n_sealed += group->jobs[i]->fate == DEPOSIT_SEALED;
		n_again += group->jobs[i]->fate == DEPOSIT_KNOWN_CASE;
	}
	if (n_sealed > 0 && commit_sealed(deposit, group, n_sealed, err) < 0)
		return -1;
	if (n_again > 0 && commit_again(deposit, group, err) < 0)
		return -1;
	for (size_t i = 0; i < group->n; i++) {
		const struct deposit_job *job = group->jobs[i];

		if (job->fate == DEPOSIT_KNOWN_OWN)
			report_skipped(deposit, job, "you deposited it before");
		else if (job->fate == DEPOSIT_KNOWN_CASE)
			report_skipped(
				deposit, job,
				"the case holds this content: recorded as presented again");
		else
			continue;
		deposit->result.n_skipped++;
	}
	return 0;
}
