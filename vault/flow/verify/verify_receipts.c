/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_receipts.h"

#include "crypto/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
verify_receipts_done(struct verify *verify)
{
	for (size_t i = 0; i < verify->n_receipts; i++)
		receipt_given_done(&verify->receipts[i].given);
	mem_free(verify->receipts);
	mem_free(verify->by_batch);
	verify->receipts = NULL;
	verify->by_batch = NULL;
	verify->n_receipts = 0;
}

static int
batch_order(const void *a, const void *b)
{
	const struct verify_receipt *x = *(const struct verify_receipt *const *)a,
				    *y = *(const struct verify_receipt *const *)b;

	return x->given.batch < y->given.batch ? -1 : x->given.batch > y->given.batch;
}

int
verify_receipts_read(struct verify *verify, struct amana_error *err)
{
	const struct amana_verify *request = verify->request;

	if (request->n_receipts == 0)
		return 0;
	verify->receipts =
		mem_array(request->n_receipts, sizeof verify->receipts[0], err);
	verify->by_batch =
		mem_array(request->n_receipts, sizeof verify->by_batch[0], err);
	if (verify->receipts == NULL || verify->by_batch == NULL)
		return -1;
	for (size_t i = 0; i < request->n_receipts; i++) {
		struct verify_receipt *receipt = &verify->receipts[verify->n_receipts++];

		if (receipt_given_read(request->receipts[i], &receipt->given, err) < 0)
			return -1;
		snprintf(receipt->name, sizeof receipt->name, "receipt R-%" PRIu64,
			 receipt->given.batch);
		verify->by_batch[i] = receipt;
	}
	qsort(verify->by_batch, verify->n_receipts, sizeof verify->by_batch[0],
	      batch_order);
	return 0;
}

/* The place in by_batch of the first receipt for this batch or a later one. */
static size_t
first_receipt(const struct verify *verify, uint64_t batch)
{
	size_t low = 0, high = verify->n_receipts;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (verify->by_batch[middle]->given.batch < batch)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
verify_receipts_slot(struct verify *verify, const struct log_slot *slot)
{
	for (size_t i = first_receipt(verify, slot->n);
	     i < verify->n_receipts && verify->by_batch[i]->given.batch == slot->n; i++) {
		struct verify_receipt *receipt = verify->by_batch[i];

		receipt->seen = true;
		receipt->passed_over = slot->passed_over;
		receipt->verdict = slot->verdict;
		receipt->found = slot->head;
		receipt->signer = slot->signer;
	}
}

void
verify_receipts_entry(struct verify *verify, const struct log_seen_entry *seen)
{
	uint64_t batch = seen->slot->n;

	if (seen->index != 0)
		return;
	for (size_t i = first_receipt(verify, batch);
	     i < verify->n_receipts && verify->by_batch[i]->given.batch == batch; i++)
		verify->by_batch[i]->at = seen->entry->at;
}

/* The genesis, which the replay does not show. */
static void
take_genesis(const struct log *log, struct verify_receipt *receipt)
{
	const struct genesis *genesis = log_genesis(log);

	receipt->seen = true;
	receipt->verdict = VERDICT_VALID;
	receipt->found = *log_fingerprint(log);
	receipt->signer = genesis->founder;
	receipt->at = genesis->at;
}

/* ---- the numbers of a receipt's exhibits ---- */

/* The index of the first exhibit that was deposited in this batch or later: the state has
 * its exhibits in the order of their deposit. */
static uint32_t
first_of_batch(const struct state *state, uint64_t batch)
{
	uint32_t low = 0, high = state_n_exhibits(state);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (state_exhibit_at(state, middle)->deposited_in < batch)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_on_receipt(const struct verify_receipt *receipt, uint32_t number)
{
	for (size_t i = 0; i < receipt->given.n_ranges; i++)
		if (receipt->given.ranges[i].first <= number &&
		    number <= receipt->given.ranges[i].last)
			return true;
	return false;
}

/* True if the batch deposited exactly the exhibits that the receipt names. */
static bool
numbers_agree(const struct state *state, const struct verify_receipt *receipt)
{
	uint64_t n_named = 0, n_found = 0;

	for (size_t i = 0; i < receipt->given.n_ranges; i++)
		n_named += receipt->given.ranges[i].last -
			   receipt->given.ranges[i].first + 1;
	for (uint32_t i = first_of_batch(state, receipt->given.batch);
	     i < state_n_exhibits(state); i++) {
		const struct state_exhibit *exhibit = state_exhibit_at(state, i);

		if (exhibit->deposited_in != receipt->given.batch)
			break;
		if (!is_on_receipt(receipt, exhibit->number))
			return false;
		n_found++;
	}
	return n_found == n_named;
}

/* ---- telling ---- */

/* The vault has another head for the receipt's batch than the receipt. */
static void
contradicted(struct verify *verify, const struct verify_receipt *receipt,
	     const struct hash *found)
{
	char said[HASH_HEX_LEN + 1], has[HASH_HEX_LEN + 1];

	hash_hex(&receipt->given.head, said);
	hash_hex(found, has);
	verify_tell(verify, receipt->name, AMANA_FAIL,
		    "contradicted: the receipt has head %s for batch %" PRIu64
		    ", the vault has %s",
		    said, receipt->given.batch, has);
}

/* The replay did not get as far as the receipt's batch: the log ends before it, or is
 * damaged before it. */
static int
tell_unseen(struct verify *verify, const struct verify_receipt *receipt,
	    struct amana_error *err)
{
	char said[HASH_HEX_LEN + 1];
	struct hash found;
	int r = 1;

	hash_hex(&receipt->given.head, said);
	if (!verify->log.complete && receipt->given.batch <= CUSTODY_SLOT_MAX)
		r = verify_stored_head(verify, receipt->given.batch, &found, err);
	if (r < 0)
		return -1;
	if (r == 0 && !hash_equal(&found, &receipt->given.head))
		contradicted(verify, receipt, &found);
	else if (r == 0)
		verify_tell(verify, receipt->name, AMANA_NOT_CHECKED,
			    "batch %" PRIu64
			    " is there with this head, but the log is damaged before it",
			    receipt->given.batch);
	else
		verify_tell(verify, receipt->name, AMANA_FAIL,
			    "contradicted: the receipt has batch %" PRIu64
			    " with head %s, the vault ends with batch %" PRIu64
			    " with head %s",
			    receipt->given.batch, said, verify->result->batch,
			    verify->result->head);
	return 0;
}

/* True if the head is not all that agrees with a receipt's file; what does not is told. A
 * receipt is not signed: what it says besides the head is worth this comparison alone. */
static bool
whole_file_agrees(struct verify *verify, const struct verify_receipt *receipt)
{
	const struct receipt_given *given = &receipt->given;
	char said[TEXT_TIME_LEN + 1], has[TEXT_TIME_LEN + 1];

	text_time(given->at, said);
	text_time(receipt->at, has);
	if (given->at != receipt->at)
		verify_tell(verify, receipt->name, AMANA_FAIL,
			    "contradicted: the receipt has batch %" PRIu64
			    " of %s, the vault of %s",
			    given->batch, said, has);
	else if (strcmp(given->by, receipt->signer.text) != 0)
		verify_tell(verify, receipt->name, AMANA_FAIL,
			    "contradicted: the receipt has batch %" PRIu64
			    " signed by %s, the vault by %s",
			    given->batch, given->by, receipt->signer.text);
	else if (!numbers_agree(verify->log.state, receipt))
		verify_tell(verify, receipt->name, AMANA_FAIL,
			    "contradicted: batch %" PRIu64
			    " did not deposit the exhibits that the receipt names",
			    given->batch);
	else
		return true;
	return false;
}

static void
tell_seen(struct verify *verify, const struct verify_receipt *receipt)
{
	if (!hash_equal(&receipt->found, &receipt->given.head)) {
		contradicted(verify, receipt, &receipt->found);
	} else if (receipt->passed_over) {
		verify_tell(verify, receipt->name, AMANA_FAIL,
			    "batch %" PRIu64
			    " was passed over by a skip: its act counts for nothing",
			    receipt->given.batch);
	} else if (receipt->verdict != VERDICT_VALID) {
		verify_tell(verify, receipt->name, AMANA_FAIL,
			    "batch %" PRIu64
			    " is there with this head, but its act counts for nothing",
			    receipt->given.batch);
	} else if (!receipt->given.is_file || whole_file_agrees(verify, receipt)) {
		verify_tell(verify, receipt->name, AMANA_PASS,
			    receipt->given.is_file
				    ? "batch %" PRIu64
				      " has the head that the receipt has, its date, its "
				      "signer and its exhibits"
				    : "batch %" PRIu64
				      " has the head that the receipt has",
			    receipt->given.batch);
		if (verify->vouched_by == NULL)
			verify->vouched_by = receipt->name;
	}
}

int
verify_receipts_tell(struct verify *verify, struct amana_error *err)
{
	for (size_t i = 0; i < verify->n_receipts; i++) {
		struct verify_receipt *receipt = &verify->receipts[i];
		char words[WORDS_TEXT_MAX + 1];

		words_of_hash(&receipt->given.fingerprint, words);
		if (receipt->given.is_file &&
		    !hash_equal(&receipt->given.fingerprint,
				log_fingerprint(verify->bare->log))) {
			verify->refused = true;
			verify_tell(
				verify, receipt->name, AMANA_FAIL,
				"it is from another vault, \"%s\"; this one is \"%s\"",
				words, verify->result->words);
			continue;
		}
		if (receipt->given.batch == 0)
			take_genesis(verify->bare->log, receipt);
		if (receipt->seen)
			tell_seen(verify, receipt);
		else if (tell_unseen(verify, receipt, err) < 0)
			return -1;
	}
	return 0;
}
