/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/deposit/deposit_core.h"

#include "base/queue.h"
#include "crypto/words.h"
#include "custody/sheet.h"
#include "keys/receipt.h"

#include <string.h>

/* ---- jobs and groups ---- */

void
deposit_job_free(struct deposit_job *job)
{
	if (job == NULL)
		return;
	object_sealed_done(&job->sealed);
	line_text_done(&job->content.json);
	line_text_done(&job->about.json);
	line_text_done(&job->source.json);
	buf_done(&job->sheet);
	mem_free(job);
}

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
		/* It cannot fail: the queue has room for both groups, and is open. */
		IGNORE(queue_put(deposit->done, group));
}

int
deposit_seal_sheet(struct deposit_job *job, struct amana_error *err)
{
	const struct bytes lines[] = {BYTES_OF(job->content.json),
				      BYTES_OF(job->about.json),
				      BYTES_OF(job->source.json)};

	buf_clear(&job->sheet);
	return sheet_seal(
		&(struct sheet_content){lines, ARRAY_LEN(lines), &job->identity},
		&job->ring_recipient, 1, &job->sheet, &job->sheet_hash, err);
}

/* ---- what is told ---- */

void
deposit_tell_failed(struct deposit *deposit, const char *path,
		    const struct amana_error *why)
{
	if (deposit->result.n_failed++ == 0)
		deposit->first_failure = *why;
	if (deposit->request->failed != NULL)
		deposit->request->failed(deposit->request->ctx, path, why);
}

/* ---- acts ---- */

int
deposit_run_act(struct deposit *deposit, const struct act_spec *spec,
		struct act_done *ret_done, struct amana_error *err)
{
	int r;

	pthread_mutex_lock(&deposit->known_lock);
	r = act_run(deposit->session, spec, ret_done, err);
	pthread_mutex_unlock(&deposit->known_lock);
	return r;
}

void
deposit_tell_receipt(const struct deposit *deposit, const struct act_done *done,
		     uint64_t first, uint64_t last)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	const struct receipt_range range = {first, last};
	struct receipt receipt = {.fingerprint = *log_fingerprint(deposit->session->log),
				  .batch = done->batch,
				  .head = done->head,
				  .at = done->at,
				  .ranges = &range,
				  .n_ranges = first != 0};
	struct amana_receipt told = {
		.batch = done->batch, .first_number = first, .last_number = last};
	struct amana_error err = AMANA_ERROR_INIT;

	if (deposit->request->receipt == NULL)
		return;
	memcpy(receipt.by, deposit->actor.text, sizeof receipt.by);
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
