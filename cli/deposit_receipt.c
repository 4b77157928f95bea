/* SPDX-License-Identifier: Apache-2.0 */
#include "deposit_receipt.h"

#include "cli.h"
#include "exit.h"
#include "fail.h"
#include "heap.h"
#include "new_file.h"
#include "tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is the folder `inner` the folder `outer`, or below it?  Both are absolute and without
 * links. */
static bool
is_below(const char *inner, const char *outer)
{
	size_t len = strlen(outer);

	if (strcmp(outer, "/") == 0)
		return true;
	return strncmp(inner, outer, len) == 0 && (inner[len] == 0 || inner[len] == '/');
}

/* Is this folder (absolute and without links) deposited as a whole, or part of one that
 * is? */
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
deposit_receipt_place(struct deposit_run *run, struct amana_error *err)
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
		return fail_advise(run->cli, err, AMANA_E_USAGE,
				   "name a place for it: --receipt FILE",
				   "the receipt cannot be kept in the current folder");
	run->receipt_folder = heap_fmt("%s/", home);
	return 0;
}

/* The n-th name that a receipt can have: R-117.txt, R-117-2.txt and so on; or FILE that
 * --receipt names, FILE-2 and so on.  Owned by the caller. */
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

char *
deposit_receipt_keep(struct deposit_run *run, const struct amana_receipt *receipt)
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
	fputs(receipt->text,
	      stderr); /* made by the library, in ASCII: it is safe for a terminal */
	exit_worst(run->cli, 1);
	return NULL;
}
