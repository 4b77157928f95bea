/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "safe.h"
#include "tell.h"
#include "vault.h"

#include "amana/custody.h"

#include <inttypes.h>
#include <string.h>

/* amana verify: what holds, what does not, and what was not looked at. */

struct verify_args {
	bool bytes, contents, record;
	struct text_list receipts;
};
#define AT(field) offsetof(struct verify_args, field)
static const struct opt opts[] = {
	{"bytes", 0, OPT_FLAG, NULL, "read all stored bytes too (no key needed)",
	 AT(bytes), NULL},
	{"contents", 0, OPT_FLAG, NULL,
	 "open the evidence and compare its digests; recorded", AT(contents), NULL},
	{"receipt", 0, OPT_LIST, "FILE|BATCH:HEAD",
	 "compare with this receipt; may be given again", AT(receipts), NULL},
	{"record", 0, OPT_FLAG, NULL, "put the check on record", AT(record), NULL},
	OPT_END,
};

struct checks {
	struct cli *cli;
	json_t *list;
	size_t n, n_failed;
	bool bytes_ok, contents_ok; /* they were looked at, and are good */
	bool contents_missed;	    /* some of them, or all, could not be opened */
};

static void
on_check(void *ctx, const struct amana_check *check)
{
	static const char *const words[] = {"PASS", "FAIL", "VOID", "NOT CHECKED"};
	static const char *const results[] = {"pass", "fail", "void", "not checked"};
	struct checks *out = ctx;
	CLEANUP(heap_freep) char *name = safe(check->name);
	CLEANUP(heap_freep)
	char *text = check->detail != NULL ? safe_again(check->detail) : heap_dup("");
	json_t *one = json_object();

	out->n++;
	out->n_failed += check->result == AMANA_FAIL;
	if (check->result == AMANA_PASS) {
		out->bytes_ok = out->bytes_ok || strcmp(check->name, "objects") == 0;
		out->contents_ok =
			out->contents_ok || strcmp(check->name, "contents") == 0;
	}
	json_put(one, "name", json_text(check->name));
	json_put(one, "result", json_text(results[check->result]));
	json_put(one, "detail", json_text(check->detail));
	(void)json_array_append_new(out->list, one);
	if (check->result == AMANA_NOT_CHECKED && strcmp(check->name, "contents") == 0)
		out->contents_missed = true;
	tell_wrapped(out->cli, 13, "%-11s  %s%s%s", words[check->result], name,
		     text[0] != 0 ? ": " : "", text);
}

/* The last line can be read aloud as it is.  It claims nothing that was not looked at. */
static void
tell_verdict(struct cli *cli, const struct amana_verify *asked,
	     const struct amana_verify_result *result, const struct checks *checks)
{
	CLEANUP(heap_freep) char *bytes = NULL;
	const char *contents = "";
	char size[16], count[48];

	if (!result->ok) {
		tell(cli,
		     "FAILED: %zu of %s. Touch nothing, keep a copy, tell an auditor.",
		     checks->n_failed, human_count(checks->n, "check", "checks", count));
		return;
	}
	if (checks->bytes_ok)
		bytes = heap_fmt(
			"Stored bytes OK: %s, %s.",
			human_count(result->n_objects, "object", "objects", count),
			human_size(result->n_bytes, size));
	else
		bytes = heap_dup("Stored bytes NOT READ (add --bytes).");
	if (checks->contents_ok)
		contents = checks->contents_missed
				   ? " Contents OK where they could be opened."
				   : " Contents OK.";
	else if (asked->contents)
		contents = " Contents NOT OPENED.";
	else if (checks->bytes_ok)
		contents = " Contents NOT OPENED (add --contents).";
	tell_wrapped(cli, 0, "LOG OK. %s%s", bytes, contents);
}

static void
put_result(struct cli *cli, const struct amana_verify_result *result)
{
	json_t *doc = cli->doc;

	json_put(doc, "ok", json_boolean(result->ok));
	json_put(doc, "complete", json_boolean(result->complete));
	json_put(doc, "batches", json_integer((json_int_t)result->n_batches));
	json_put(doc, "entries", json_integer((json_int_t)result->n_entries));
	json_put(doc, "void", json_integer((json_int_t)result->n_void));
	json_put(doc, "objects", json_integer((json_int_t)result->n_objects));
	json_put(doc, "bytes", json_integer((json_int_t)result->n_bytes));
	json_put(doc, "words", json_text(result->words));
	json_put(doc, "batch", json_integer((json_int_t)result->batch));
	json_put(doc, "head", json_text(result->head));
}

static int
run_verify(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct verify_args *given = args;
	struct checks checks = {.cli = cli, .list = json_list(cli->doc, "checks")};
	struct amana_verify request = {
		.name = operands[0],
		.bytes = given->bytes,
		.contents = given->contents,
		.record = given->record,
		.receipts = given->receipts.items,
		.n_receipts = given->receipts.n,
		.ctx = &checks,
		.check = on_check,
	};
	struct amana_verify_result result = {.ok = false};

	(void)n;
	if (vault_need(cli, err) < 0 ||
	    amana_verify_vault(&cli->config, &request, &result, err) < 0)
		return -1;
	put_result(cli, &result);
	tell(cli, "Words  %s", result.words);
	tell(cli, "Head   %" PRIu64 ":%s", result.batch, result.head);
	tell_verdict(cli, &request, &result, &checks);
	if (!result.ok)
		return 5;
	/* Whoever asked for the contents must not take exit status 0 for their having
	 * been checked. */
	return given->contents && !checks.contents_ok ? 1 : 0;
}

const struct command cmd_verify = {
	.name = "verify",
	.operands = "[CASE|EXHIBIT]",
	.summary = "check the log, or all that is stored; needs no key",
	.details =
		"Always checked: log, signatures, authority and the pin. A FAIL or a contradicted receipt: exit 5.",
	.n_max = 1,
	.args_size = sizeof(struct verify_args),
	.opts = opts,
	.run = run_verify,
};
