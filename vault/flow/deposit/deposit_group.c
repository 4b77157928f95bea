/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_group.h"

#include "custody/line.h"
#include "flow/deposit/deposit_again.h"
#include "flow/deposit/deposit_remember.h"
#include "session/meet.h"
#include "session/names.h"

#include <stdio.h>
#include <string.h>

/* ---- the deposit act ---- */

/* What the act is made from, as often as it has to be made. */
struct group_act {
	struct deposit *deposit;
	struct deposit_group *group;
	struct entry *entry; /* room for one */
};

/* The case's ring may have moved on while this group was sealed.  Then its sheets are
 * sealed anew, from the identities that are still in locked memory, and so is all that
 * follows. */
static int
follow_epoch(struct deposit *deposit, struct deposit_group *group,
	     const struct state *state, struct amana_error *err)
{
	uint64_t epoch = state_ring_epoch(state, &deposit->case_id);
	const struct age_recipient *recipient =
		state_ring_recipient(state, &deposit->case_id, epoch);

	if (recipient == NULL)
		return err_bug(err, "the case has no ring");
	/* Others may lead the case by now. */
	if (epoch != deposit->epoch &&
	    meet_leads(deposit->session, &deposit->case_id, err) < 0)
		return -1;
	deposit->epoch = epoch;
	deposit->ring_recipient = *recipient;
	for (size_t i = 0; i < group->n; i++) {
		struct deposit_job *job = group->jobs[i];

		if (job->fate != DEPOSIT_SEALED || job->epoch == epoch)
			continue;
		job->epoch = epoch;
		job->ring_recipient = *recipient;
		if (deposit_seal_sheet(job, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_deposit(struct act *act, struct group_act *group_act, const struct deposit_job *job,
	    struct amana_error *err)
{
	struct entry *entry = group_act->entry;
	struct subject subject = subject_exhibit(&job->exhibit);
	const struct act_sheet sheet = {.file = BYTES_OF(job->sheet),
					.hash = job->sheet_hash};

	act_entry_init(entry, ACT_DEPOSIT, &subject, &group_act->deposit->case_id);
	if (entry_add_object(entry, &job->sealed.object) < 0 ||
	    entry_add_line(entry, LINE_CONTENT, &job->content.hash) < 0 ||
	    entry_add_line(entry, LINE_ABOUT, &job->about.hash) < 0 ||
	    entry_add_line(entry, LINE_SOURCE, &job->source.hash) < 0)
		return err_bug(err, "an entry without room for its own lines");
	return act_add(act, entry, &sheet, err);
}

static int
prepare(struct act *act, const struct state *state, void *arg, struct amana_error *err)
{
	struct group_act *group_act = arg;

	if (follow_epoch(group_act->deposit, group_act->group, state, err) < 0)
		return -1;
	for (size_t i = 0; i < group_act->group->n; i++)
		if (group_act->group->jobs[i]->fate == DEPOSIT_SEALED &&
		    add_deposit(act, group_act, group_act->group->jobs[i], err) < 0)
			return -1;
	return 0;
}

/* ---- what is told of it ---- */

static void
tell_skipped(const struct deposit *deposit, const struct deposit_job *job,
	     enum amana_skip why)
{
	const struct state_exhibit *exhibit =
		state_exhibit(session_state(deposit->session), &job->known);
	char ref[NAMES_REF_MAX];

	if (deposit->request->skipped == NULL || exhibit == NULL)
		return;
	names_exhibit_ref(deposit->session, exhibit, ref);
	deposit->request->skipped(deposit->request->ctx, job->item->path, ref, why);
}

static void
tell_item(const struct deposit *deposit, const struct deposit_job *job,
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

static int
commit_sealed(struct deposit *deposit, struct deposit_group *group, size_t n_sealed,
	      struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	struct group_act group_act = {.deposit = deposit, .group = group, .entry = entry};
	const struct act_spec spec = {.case_id = &deposit->case_id,
				      .event = EVENT_DEPOSIT,
				      .prepare = prepare,
				      .arg = &group_act};
	const struct state *state;
	struct act_done done;
	uint64_t first = 0, last = 0;
	bool noted;

	if (entry == NULL)
		return -1;
	noted = deposit_remember_before(deposit, group);
	if (deposit_run_act(deposit, &spec, &done, err) < 0)
		return -1;
	deposit_remember_after(deposit, group, noted);
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
		tell_item(deposit, job, exhibit);
	}
	deposit->result.n_deposited += n_sealed;
	deposit_tell_receipt(deposit, &done, first, last);
	return 0;
}

/* Tells of the files that did not become exhibits, because they were known. */
static void
tell_known(struct deposit *deposit, const struct deposit_group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		const struct deposit_job *job = group->jobs[i];

		if (job->fate == DEPOSIT_KNOWN_OWN)
			tell_skipped(deposit, job, AMANA_SKIP_DEPOSITED);
		else if (job->fate == DEPOSIT_KNOWN_CASE)
			tell_skipped(deposit, job, AMANA_SKIP_HERE);
		else
			continue;
		deposit->result.n_skipped++;
	}
}

int
deposit_group_commit(struct deposit *deposit, struct deposit_group *group,
		     struct amana_error *err)
{
	size_t n_sealed = 0;

	for (size_t i = 0; i < group->n; i++)
		n_sealed += group->jobs[i]->fate == DEPOSIT_SEALED;
	if (n_sealed > 0 && commit_sealed(deposit, group, n_sealed, err) < 0)
		return -1;
	if (deposit_again_commit(deposit, group, err) < 0)
		return -1;
	tell_known(deposit, group);
	return 0;
}
