/* SPDX-License-Identifier: Apache-2.0 */
#include "deposit.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a deposit tells while it runs, and the receipts that it leaves. */

void
deposit_put_lists(struct deposit_run *run)
{
	json_t *doc = run->cli->doc;

	json_put(doc, "case", json_null());
	run->receipts = json_list(doc, "receipts");
	run->exhibits = json_list(doc, "exhibits");
	run->skipped = json_list(doc, "skipped");
	run->failed = json_list(doc, "failed");
	json_put(doc, "dry_run", json_boolean(run->args->dry_run));
}

/* True if the folder `inner` is `outer` or below it (both resolved). */
static bool
is_below(const char *inner, const char *outer)
{
	size_t len = strlen(outer);

	if (strcmp(outer, "/") == 0)
		return true;
	return strncmp(inner, outer, len) == 0 && (inner[len] == 0 || inner[len] == '/');
}

/* A folder (resolved) that is deposited as a whole, or part of one that is. */
static bool
among_originals(const struct deposit_run *run, const char *folder)
{
	for (size_t i = 0; i < run->n_paths; i++) {
		CLEANUP(heap_freep) char *source = realpath(run->paths[i], NULL);
		struct stat st;

		if (source != NULL && lstat(run->paths[i], &st) == 0 &&
		    S_ISDIR(st.st_mode) && is_below(folder, source))
			return true;
	}
	return false;
}

int
deposit_receipt_folder(struct deposit_run *run, struct amana_error *err)
{
	CLEANUP(heap_freep) char *here = realpath(".", NULL);
	const char *home = getenv("HOME");
	bool elsewhere;

	if (run->args->receipt != NULL || run->args->dry_run) {
		run->receipt_folder = heap_dup("");
		return 0;
	}
	elsewhere = here == NULL || access(".", W_OK | X_OK) < 0 ||
		    among_originals(run, here);
	if (!elsewhere) {
		run->receipt_folder = heap_dup("");
		return 0;
	}
	if (home == NULL || home[0] != '/' || access(home, W_OK | X_OK) < 0 ||
	    among_originals(run, home))
		return refuse(run->cli, err, AMANA_E_USAGE,
			      "name a place for it: --receipt FILE",
			      "the receipt cannot be kept in the current folder");
	run->receipt_folder = heap_fmt("%s/", home);
	return 0;
}

/* The n-th name of a receipt: R-117.txt, R-117-2.txt ...; with --receipt FILE its second
 * group goes to FILE-2. */
static char *
receipt_name(const struct deposit_run *run, uint64_t batch, unsigned int n)
{
	const char *given = run->args->receipt, *dot, *base;

	if (given == NULL && n <= 1)
		return heap_fmt("%sR-%" PRIu64 ".txt", run->receipt_folder, batch);
	if (given == NULL)
		return heap_fmt("%sR-%" PRIu64 "-%u.txt", run->receipt_folder, batch, n);
	if (n <= 1)
		return heap_dup(given);
	base = strrchr(given, '/') != NULL ? strrchr(given, '/') + 1 : given;
	dot = strrchr(base, '.');
	if (dot == NULL || dot == base)
		return heap_fmt("%s-%u", given, n);
	return heap_fmt("%.*s-%u%s", (int)(dot - given), given, n, dot);
}

/* The act is durable already: a receipt that cannot be kept is shown, never lost.  Owned
 * by the caller; NULL: shown. */
static char *
keep_receipt(struct deposit_run *run, const struct amana_receipt *receipt)
{
	struct amana_error err = AMANA_ERROR_INIT;
	unsigned int first = run->args->receipt != NULL ? run->n_receipts + 1 : 1;

	for (unsigned int n = first; n < first + 100; n++) {
		char *path = receipt_name(run, receipt->batch, n);

		if (new_file_write(run->cli, path, receipt->text, &err) == 0)
			return path;
		free(path);
		if (err.code != AMANA_E_CONFLICT)
			break;
	}
	run->cli->remedy[0] = 0;
	tell_aside(run->cli,
		   "amana: the receipt could not be saved (%s). Copy it from here:",
		   err.msg);
	fputs(receipt->text, stderr); /* ASCII that the library made */
	worst_of(run->cli, 1);
	return NULL;
}

static void
on_receipt(void *ctx, const struct amana_receipt *receipt)
{
	struct deposit_run *run = ctx;
	CLEANUP(heap_freep) char *path = keep_receipt(run, receipt);
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

static void
on_skipped(void *ctx, const char *path, const char *exhibit, const char *why)
{
	struct deposit_run *run = ctx;
	CLEANUP(heap_freep) char *shown = safe(path);
	CLEANUP(heap_freep) char *reason = safe_again(why);
	json_t *one = json_object();

	json_put_name(one, "path", path, strlen(path));
	json_put(one, "exhibit", json_text(exhibit));
	json_put(one, "why", json_text(why));
	(void)json_array_append_new(run->skipped, one);
	if (exhibit == NULL && strstr(why, "symbolic link") != NULL)
		run->n_links++;
	else if (exhibit == NULL)
		run->n_special++;
	tell_aside(run->cli, "skipped %s: %s%s%s", shown, exhibit != NULL ? exhibit : "",
		   exhibit != NULL ? ": " : "", reason);
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
	report_item(run->cli, path, err);
}

/* "; 1 symlink skipped, 2 unreadable" */
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
	free(rest);
	rest = heap_fmt("%s Cannot be undone.", what);
	r = ask_yes(run->cli, rest, false, &err);
	if (r < 0)
		snprintf(run->cli->remedy, sizeof run->cli->remedy,
			 "run it again when you are sure");
	return r == 1;
}

void
deposit_callbacks(struct deposit_run *run, struct amana_deposit *request)
{
	json_put(run->cli->doc, "case", json_text(run->case_name));
	request->ctx = run;
	request->confirm = on_confirm;
	request->item = on_item;
	request->receipt = on_receipt;
	request->skipped = on_skipped;
	request->failed = on_failed;
}

void
deposit_put_counts(struct deposit_run *run, const struct amana_deposit_result *result)
{
	json_put(run->cli->doc, "deposited",
		 json_integer((json_int_t)result->n_deposited));
	json_put(run->cli->doc, "bytes", json_integer((json_int_t)result->n_bytes));
}

/* "/media/usb/phone", or "/media/usb/phone and 2 other places" */
static char *
places(const struct deposit_run *run)
{
	CLEANUP(heap_freep) char *first = safe(run->paths[0]);

	if (run->n_paths == 1)
		return heap_dup(first);
	return heap_fmt("%s and %zu other place%s", first, run->n_paths - 1,
			run->n_paths == 2 ? "" : "s");
}

void
deposit_tell_end(struct deposit_run *run, const struct amana_deposit_result *result)
{
	CLEANUP(heap_freep) char *where = places(run);
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
