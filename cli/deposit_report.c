/* SPDX-License-Identifier: Apache-2.0 */
#include "deposit_report.h"

#include "ask.h"
#include "cli.h"
#include "deposit_receipt.h"
#include "exit.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "safe.h"
#include "tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void
deposit_report_begin(struct deposit_run *run)
{
	json_t *doc = run->cli->doc;

	json_put(doc, "case", json_null());
	run->receipts = json_list(doc, "receipts");
	run->exhibits = json_list(doc, "exhibits");
	run->skipped = json_list(doc, "skipped");
	run->failed = json_list(doc, "failed");
	json_put(doc, "dry_run", json_boolean(run->args->dry_run));
}

static void
on_receipt(void *ctx, const struct amana_receipt *receipt)
{
	struct deposit_run *run = ctx;
	CLEANUP(heap_freep) char *path = deposit_receipt_keep(run, receipt);
	CLEANUP(heap_freep) char *shown = path != NULL ? safe(path) : NULL;
	CLEANUP(heap_freep) char *name = safe(run->case_name);
	json_t *one = json_object();
	char numbers[64] = "";

	json_put(one, "batch", json_integer((json_int_t)receipt->batch));
	json_put(one, "head", json_text(receipt->head));
	json_put_name(one, "file", path, path != NULL ? strlen(path) : 0);
	(void)json_array_append_new(run->receipts, one);
	if (receipt->first_number == receipt->last_number)
		snprintf(numbers, sizeof numbers, "%" PRIu64, receipt->first_number);
	else
		snprintf(numbers, sizeof numbers, "%" PRIu64 "-%" PRIu64,
			 receipt->first_number, receipt->last_number);
	if (receipt->first_number != 0)
		tell(run->cli, "Sealed %s/%s.  Receipt R-%" PRIu64 "%s%s", name, numbers,
		     receipt->batch, shown != NULL ? ", saved as " : "",
		     shown != NULL ? shown : "");
	else
		tell(run->cli, "Recorded as presented again.  Receipt R-%" PRIu64 "%s%s",
		     receipt->batch, shown != NULL ? ", saved as " : "",
		     shown != NULL ? shown : "");
	if (run->n_receipts++ == 0 && path != NULL) {
		run->first_receipt = path;
		path = NULL;
	}
}

static void
on_item(void *ctx, const struct amana_deposited *item)
{
	struct deposit_run *run = ctx;
	json_t *one;

	if (!run->cli->json)
		return;
	one = json_object();
	json_put(one, "exhibit", json_text(item->ref));
	json_put(one, "id", json_text(item->id));
	json_put_name(one, "name", item->name, item->name_len);
	json_put(one, "size", json_integer((json_int_t)item->size));
	json_put(one, "sha256", json_text(item->sha256));
	json_put(one, "object", json_text(item->object));
	(void)json_array_append_new(run->exhibits, one);
}

static const char *
skip_words(enum amana_skip why)
{
	switch (why) {
	case AMANA_SKIP_SYMLINK:
		return "a symbolic link, not followed";
	case AMANA_SKIP_DEVICE:
	case AMANA_SKIP_SOCKET:
	case AMANA_SKIP_FIFO:
		return "a special file, not opened";
	case AMANA_SKIP_DEPOSITED:
		return "you deposited it before";
	case AMANA_SKIP_HERE:
		break;
	}
	return "the case holds this content: recorded as presented again";
}

static void
on_skipped(void *ctx, const char *path, const char *exhibit, enum amana_skip why)
{
	struct deposit_run *run = ctx;
	CLEANUP(heap_freep) char *shown = safe(path);
	json_t *one = json_object();

	json_put_name(one, "path", path, strlen(path));
	json_put(one, "exhibit", json_text(exhibit));
	json_put(one, "why", json_text(skip_words(why)));
	(void)json_array_append_new(run->skipped, one);
	run->n_links += why == AMANA_SKIP_SYMLINK;
	tell_aside(run->cli, "skipped %s: %s%s%s", shown, exhibit != NULL ? exhibit : "",
		   exhibit != NULL ? ": " : "", skip_words(why));
}

static void
on_failed(void *ctx, const char *path, const struct amana_error *err)
{
	struct deposit_run *run = ctx;
	json_t *one = json_object();

	json_put_name(one, "path", path, strlen(path));
	json_put(one, "error", json_text(err->msg));
	json_put(one, "code", json_text(amana_code_name(err->code)));
	(void)json_array_append_new(run->failed, one);
	exit_report_item(run->cli, path, err);
}

/* What will not be deposited: "; 1 symlink skipped; 2 unreadable".  Owned by the caller.
 */
static char *
describe_rest(const struct deposit_run *run, const struct amana_deposit_plan *plan)
{
	CLEANUP(heap_freep) char *skipped = NULL;
	char count[48];

	if (plan->n_skipped == 0)
		skipped = heap_dup("");
	else if (run->n_links == plan->n_skipped)
		skipped = heap_fmt("; %s skipped", human_count(plan->n_skipped, "symlink",
							       "symlinks", count));
	else
		skipped = heap_fmt("; %s skipped",
				   human_count(plan->n_skipped, "symlink or special file",
					       "symlinks and special files", count));
	return plan->n_failed == 0
		       ? heap_fmt("%s", skipped)
		       : heap_fmt("%s; %" PRIu64 " unreadable", skipped, plan->n_failed);
}

static bool
on_confirm(void *ctx, const struct amana_deposit_plan *plan)
{
	struct deposit_run *run = ctx;
	struct amana_error err = AMANA_ERROR_INIT;
	CLEANUP(heap_freep) char *rest = describe_rest(run, plan);
	CLEANUP(heap_freep) char *people = safe(plan->people != NULL ? plan->people : "");
	CLEANUP(heap_freep) char *still = safe(plan->still);
	CLEANUP(heap_freep)
	char *name = safe(strcmp(plan->case_code, "-") != 0 ? plan->case_code
							    : run->case_name);
	CLEANUP(heap_freep) char *what = NULL;
	char count[48], size[16];
	int r;

	what = heap_fmt("%s, %s into %s%s.",
			human_count(plan->n_files, "file", "files", count),
			human_size(plan->n_bytes, size), name, rest);
	if (run->args->dry_run) {
		json_put(run->cli->doc, "files", json_integer((json_int_t)plan->n_files));
		json_put(run->cli->doc, "bytes", json_integer((json_int_t)plan->n_bytes));
		json_put(run->cli->doc, "people", json_text(plan->people));
		tell(run->cli, "%s", what);
		if (people[0] != 0)
			tell(run->cli, "Can be opened by %s.", people);
		tell(run->cli, "A dry run: nothing was written.");
		return true;
	}
	if (!run->cli->yes && ask_possible(run->cli) && people[0] != 0)
		ask_print(run->cli, "Can be opened by %s.\n", people);
	if (still[0] != 0)
		ask_print(
			run->cli,
			"STILL OPENED BY %s, who was shut out: a lead has not made new keys "
			"yet.\n",
			still);
	free(rest);
	rest = heap_fmt("%s Cannot be undone.", what);
	r = still[0] != 0 ? ask_person_yes(run->cli, rest, &err)
			  : ask_yes(run->cli, rest, false, &err);
	if (r < 0)
		fail_next(run->cli, "run it again when you are sure");
	return r == 1;
}

void
deposit_report_callbacks(struct deposit_run *run, struct amana_deposit *request)
{
	json_put(run->cli->doc, "case", json_text(run->case_name));
	request->ctx = run;
	/* Unattended the library decides itself, and its refusal has a reason. */
	request->confirm =
		run->args->dry_run || ask_possible(run->cli) ? on_confirm : NULL;
	request->item = on_item;
	request->receipt = on_receipt;
	request->skipped = on_skipped;
	request->failed = on_failed;
}

void
deposit_report_counts(struct deposit_run *run, const struct amana_deposit_result *result)
{
	json_put(run->cli->doc, "deposited",
		 json_integer((json_int_t)result->n_deposited));
	json_put(run->cli->doc, "bytes", json_integer((json_int_t)result->n_bytes));
}

/* Where the originals are: "/media/usb/phone", or "/media/usb/phone and 2 other places".
 * Owned by the caller. */
static char *
originals(const struct deposit_run *run)
{
	CLEANUP(heap_freep) char *first = safe(run->paths[0]);
	char count[48];

	if (run->n_paths == 1)
		return heap_dup(first);
	return heap_fmt(
		"%s and %s", first,
		human_count(run->n_paths - 1, "other place", "other places", count));
}

void
deposit_report_end(struct deposit_run *run, const struct amana_deposit_result *result)
{
	CLEANUP(heap_freep) char *where = originals(run);
	CLEANUP(heap_freep) char *receipt = NULL;

	if (run->args->dry_run)
		return;
	if (result->n_deposited == 0)
		tell(run->cli, "Nothing new was sealed.%s",
		     result->n_failed > 0 ? " Some files failed." : "");
	tell_wrapped(run->cli, 2, "%sOriginals untouched at %s",
		     run->cannot_open && result->n_deposited > 0
			     ? "You cannot open these; the lead can. "
			     : "",
		     where);
	if (run->first_receipt == NULL)
		return;
	receipt = safe(run->first_receipt);
	tell_next(run->cli, "print %s%s, keep it outside the office; then amana lock",
		  receipt, run->n_receipts > 1 ? " and the other receipts" : "");
}
