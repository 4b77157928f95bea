/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_remember.h"

#include <stdio.h>
#include <string.h>

/* ---- before the act ---- */

static bool
note(struct deposit *deposit, const struct deposit_group *group)
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
	/* What is in memory alone is forgotten when this ends. */
	return r == 0 && !catalog_in_memory(deposit->catalog);
}

bool
deposit_remember_before(struct deposit *deposit, const struct deposit_group *group)
{
	if (note(deposit, group))
		return true;
	if (!deposit->told_unnoted)
		session_notice(
			deposit->session, AMANA_NOTICE_INFO,
			"this machine cannot note what it deposits: should this be "
			"interrupted, running it again deposits it again");
	deposit->told_unnoted = true;
	return false;
}

/* ---- after the act ---- */

static struct bytes
given(const char *text)
{
	return text != NULL && text[0] != 0 ? BYTES_STR(text) : (struct bytes){NULL, 0};
}

/* What this person knows of the exhibit from having deposited it. */
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

void
deposit_remember_after(struct deposit *deposit, const struct deposit_group *group,
		       bool noted)
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
		(void)note(deposit, group);
	if (r == 0 || deposit->told_not_in_catalog)
		return;
	deposit->told_not_in_catalog = true;
	session_notice(
		deposit->session, AMANA_NOTICE_INFO,
		"the deposit is safe, but its names are not in this machine's catalogue yet");
}
