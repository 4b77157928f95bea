/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "../unit/check.h"

#include "base/file.h"
#include "custody/bundle.h"
#include "custody/checkpoint.h"
#include "log/pin.h"
#include "keys/card.h"
#include "keys/casecard.h"
#include "keys/receipt.h"
#include "keys/ring.h"
#include "keys/welcome.h"
#include "store/store.h"
#include "../unit/state_peek.h"

#include <dirent.h>
#include <fcntl.h>

/*
 * Judges every file of tests/reject/KIND/.  A file's name ends with the verdict that it
 * must get; tests/reject/reasons.txt has what must be said of it, so that a file cannot
 * be refused for something else than what is wrong with it.  Each kind has files that are
 * right ("ok", "valid"): the wrong ones differ from those in one thing.
 *
 *	reject_run TESTS          judges them all
 *	reject_run TESTS --list   prints what reasons.txt should be; to be read before it
 * is kept
 */

void
found(struct finding *finding, const char *verdict, const char *reason)
{
	snprintf(finding->verdict, sizeof finding->verdict, "%s", verdict);
	snprintf(finding->reason, sizeof finding->reason, "%s", reason);
}

void
found_outcome(struct finding *finding, int r, const struct amana_error *err)
{
	if (r < 0)
		found(finding, amana_code_name(err->code), err->msg);
	else
		found(finding, r == 0 ? "ok" : "nobody", "");
}

void
run_read(const struct run *run, const char *path, struct buf *ret_bytes)
{
	char full[1024];
	struct amana_error err;

	CHECK(snprintf(full, sizeof full, "%s/%s", run->tests, path) < (int)sizeof full);
	CHECK_OK(file_read(AT_FDCWD, full, ret_bytes, &err), err);
}

/* ---- the base log ---- */

static void
load_base(struct run *run)
{
	CLEANUP(state_freep) struct state *state = NULL;
	struct judge_report report;
	struct genesis genesis;
	struct amana_error err;
	char path[256];

	run->genesis = (struct buf)BUF_INIT(GENESIS_MAX);
	run->snapshot = (struct buf)BUF_INIT(STATE_SNAPSHOT_MAX);
	run_read(run, "vectors/base-log/vault", &run->genesis);
	CHECK_OK(genesis_parse(BYTES_OF(run->genesis), &genesis, &run->fingerprint, &err),
		 err);
	CHECK_OK(state_new(&genesis, &run->fingerprint, &state, &err), err);
	for (;;) {
		CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
		char full[1024];
		int r;

		snprintf(path, sizeof path, "vectors/base-log/%s",
			 store_name_slot(run->n + 1).text);
		snprintf(full, sizeof full, "%s/%s", run->tests, path);
		r = file_read(AT_FDCWD, full, &slot, &err);
		if (r == 1)
			break;
		CHECK_OK(r, err);
		CHECK_OK(judge_slot(state, BYTES_OF(slot), &report, &err), err);
		CHECK_INT(report.verdict, VERDICT_VALID);
		run->n++;
	}
	CHECK(run->n > 20);
	CHECK_OK(state_snapshot(state, &run->snapshot, &err), err);
}

static void
load_key(struct run *run)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(1024);
	struct amana_error err;

	run_read(run, "vectors/base-log.keys/exhibit-a.key", &text);
	CHECK(text.len == AGE_IDENTITY_LEN + 1);
	CHECK_OK(age_identity_parse(buf_text(&text), AGE_IDENTITY_LEN, &run->exhibit_key,
				    &err),
		 err);
}

/* ---- one function a kind ---- */

static void
judge_entry(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(ENTRY_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct entry entry;

	(void)run;
	found_outcome(finding, entry_decode(file, &entry, &err), &err);
	if (strcmp(finding->verdict, "ok") != 0)
		return;
	CHECK_OK(entry_encode(&entry, &again, &err), err);
	CHECK(bytes_equal(BYTES_OF(again), file));
}

static struct state *
base_state(const struct run *run)
{
	struct state *state;
	struct amana_error err;

	CHECK_OK(state_restore(BYTES_OF(run->snapshot), &state, &err), err);
	return state;
}

/* A slot that counts for nothing has changed nothing. */
static void
check_unchanged(const struct run *run, const struct state *state, uint64_t slot)
{
	CLEANUP(state_freep) struct state *was = base_state(run);

	CHECK_INT(state_slot(state), slot);
	CHECK_INT(state_size(state), state_size(was));
	CHECK_INT(state_n_exhibits(state), state_n_exhibits(was));
	CHECK_INT(state_n_members(state), state_n_members(was));
	CHECK_INT(peek_n_grants(state), peek_n_grants(was));
	CHECK(memcmp(state_frontier(state), state_frontier(was),
		     sizeof *state_frontier(was)) == 0);
}

static void
judge_batch(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(state_freep) struct state *state = base_state(run);
	struct judge_report report;
	struct amana_error err;

	CHECK_OK(judge_slot(state, file, &report, &err), err);
	found(finding, verdict_name(report.verdict), report.reason);
	if (report.verdict == VERDICT_VOID)
		check_unchanged(run, state, run->n + 1);
	else if (report.verdict == VERDICT_DAMAGED)
		check_unchanged(run, state, run->n);
	CHECK((report.signer.text[0] != 0) == (report.verdict != VERDICT_DAMAGED));
}

/* In slot n + 2, over slot n + 1, which is tests/vectors/base-log.damaged. */
static void
judge_skips(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(state_freep) struct state *state = base_state(run);
	CLEANUP(buf_done) struct buf damaged = BUF_INIT(4096);
	struct judge_report report;
	struct amana_error err;
	struct hash head;

	run_read(run, "vectors/base-log.damaged", &damaged);
	CHECK_OK(judge_slot(state, BYTES_OF(damaged), &report, &err), err);
	CHECK_INT(report.verdict, VERDICT_DAMAGED);
	hash_of(damaged.data, damaged.len, &head);
	CHECK_OK(judge_skip(state, run->n + 1, &head, file, &report, &err), err);
	found(finding, verdict_name(report.verdict), report.reason);
	if (report.verdict != VERDICT_VALID)
		check_unchanged(run, state, run->n);
}

static void
judge_genesis(const struct run *run, struct bytes file, struct finding *finding)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct genesis genesis;
	struct hash fingerprint;

	(void)run;
	found_outcome(finding, genesis_parse(file, &genesis, &fingerprint, &err), &err);
}

static void
judge_line(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(line_done) struct line line = LINE_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	(void)run;
	found_outcome(finding, line_parse(file, &line, &err), &err);
}

static void
judge_sheet(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	(void)run;
	CHECK_OK(secret_from(file.data, file.len, &plain, &err), err);
	found_outcome(finding, sheet_parse(&plain, &sheet, &err), &err);
}

static void
judge_bundle(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(bundle_done) struct bundle bundle = BUNDLE_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	(void)run;
	found_outcome(finding, bundle_parse(file, &bundle, &err), &err);
}

static void
judge_age(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;

	found_outcome(finding, age_open(&run->exhibit_key, 1, file, &plain, &err), &err);
}

static void
judge_card(const struct run *run, struct bytes file, struct finding *finding)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct card card;

	(void)run;
	found_outcome(finding, card_parse(file, &card, &err), &err);
}

/* The signing key that the base log has for a member. */
static void
key_of(const struct run *run, const char *code, struct note_key *ret_key)
{
	CLEANUP(state_freep) struct state *state = base_state(run);
	const struct state_member *member;
	struct member_code parsed;

	memset(ret_key, 0, sizeof *ret_key);
	if (member_code_parse(code, strlen(code), &parsed) < 0)
		return;
	member = state_member(state, &parsed);
	if (member != NULL)
		CHECK_INT(note_key_make(code, member->pub, ret_key), 0);
}

static void
judge_welcome(const struct run *run, struct bytes file, struct finding *finding)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct welcome welcome;
	struct note_key key;

	found_outcome(finding, welcome_parse(file, &welcome, &err), &err);
	if (strcmp(finding->verdict, "ok") != 0)
		return;
	key_of(run, welcome.by.code, &key);
	if (!welcome_verify(&welcome, &key))
		found(finding, "tampered", "not well signed");
}

static void
judge_casecard(const struct run *run, struct bytes file, struct finding *finding)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct casecard card;
	struct note_key key;

	found_outcome(finding, casecard_parse(file, &card, &err), &err);
	if (strcmp(finding->verdict, "ok") != 0)
		return;
	key_of(run, card.by.code, &key);
	if (!casecard_verify(&card, &key))
		found(finding, "tampered", "not well signed");
}

static void
judge_receipt(const struct run *run, struct bytes file, struct finding *finding)
{
	struct receipt_range ranges[RECEIPT_RANGES_MAX];
	struct amana_error err = AMANA_ERROR_INIT;
	struct receipt receipt;

	(void)run;
	found_outcome(finding, receipt_parse(file, ranges, &receipt, &err), &err);
}

static void
judge_pin(const struct run *run, struct bytes file, struct finding *finding)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct pin pin;

	(void)run;
	found_outcome(finding, pin_parse(file, &pin, &err), &err);
}

static void
judge_checkpoint(const struct run *run, struct bytes file, struct finding *finding)
{
	struct checkpoint checkpoint;

	(void)run;
	found(finding, checkpoint_parse(file, &checkpoint) == 0 ? "ok" : "format", "");
}

static void
judge_identity(const struct run *run, struct bytes file, struct finding *finding)
{
	struct amana_error err = AMANA_ERROR_INIT;
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;

	(void)run;
	found_outcome(finding, identity_parse(file, &identity, &err), &err);
}

static void
judge_ring(const struct run *run, struct bytes file, struct finding *finding)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct amana_error err = AMANA_ERROR_INIT;

	(void)run;
	found_outcome(finding, ring_parse(file, &ring, &err), &err);
}

static void
judge_recipient(const struct run *run, struct bytes file, struct finding *finding)
{
	struct age_recipient recipient;

	(void)run;
	found(finding,
	      age_recipient_parse((const char *)file.data, file.len, &recipient) == 0
		      ? "ok"
		      : "bad",
	      "");
}

static void
judge_vkey(const struct run *run, struct bytes file, struct finding *finding)
{
	struct note_key key;

	(void)run;
	found(finding,
	      note_key_parse((const char *)file.data, file.len, &key) == 0 ? "ok" : "bad",
	      "");
}

static const struct kind {
	const char *folder;
	void (*judge)(const struct run *run, struct bytes file, struct finding *finding);
	size_t at_least; /* files: a folder that is gone is no success */
} kinds[] = {
	{"age", judge_age, 15},		  {"batch", judge_batch, 120},
	{"bundle", judge_bundle, 7},	  {"card", judge_card, 15},
	{"casecard", judge_casecard, 15}, {"checkpoint", judge_checkpoint, 9},
	{"custody", judge_custody, 10},	  {"entry", judge_entry, 60},
	{"genesis", judge_genesis, 20},	  {"identity", judge_identity, 12},
	{"line", judge_line, 40},	  {"pin", judge_pin, 9},
	{"receipt", judge_receipt, 14},	  {"recipient", judge_recipient, 9},
	{"replay", judge_replay, 50},	  {"ring", judge_ring, 14},
	{"sheet", judge_sheet, 15},	  {"skip", judge_skips, 6},
	{"vkey", judge_vkey, 3},	  {"welcome", judge_welcome, 15},
};

/* ---- walking ---- */

/* True if reasons.txt has this line. */
static bool
reason_is_kept(const struct buf *reasons, const char *name, const char *reason)
{
	char line[1024], *at;

	snprintf(line, sizeof line, "%s\t%s\n", name, reason);
	at = strstr(buf_text(reasons), line);
	return at != NULL && (at == buf_text(reasons) || at[-1] == '\n');
}

static int
judge_bytes(const struct run *run, const struct kind *kind, const char *name,
	    struct bytes bytes, const struct buf *reasons)
{
	const char *want = strrchr(name, '.');
	struct finding finding = {.reason = ""};
	char path[512];

	snprintf(path, sizeof path, "%s/%s", kind->folder, name);
	kind->judge(run, bytes, &finding);
	if (reasons == NULL) {
		printf("%s/%s\t%s\n", kind->folder, name, finding.reason);
		if (want == NULL || strcmp(want + 1, finding.verdict) != 0)
			fprintf(stderr, "%s/%s is %s: %s\n", kind->folder, name,
				finding.verdict, finding.reason);
		return 0;
	}
	if (want == NULL || strcmp(want + 1, finding.verdict) != 0) {
		printf("not ok %s/%s is %s: %s\n", kind->folder, name, finding.verdict,
		       finding.reason);
		return 1;
	}
	if (!reason_is_kept(reasons, path, finding.reason)) {
		printf("not ok %s/%s, which reasons.txt does not know: %s\n",
		       kind->folder, name, finding.reason);
		return 1;
	}
	printf("ok %s/%s\n", kind->folder, name);
	return 0;
}

static int
judge_file(const struct run *run, const struct kind *kind, const char *name,
	   const struct buf *reasons)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(1 << 20);
	char path[512];

	snprintf(path, sizeof path, "reject/%s/%s", kind->folder, name);
	run_read(run, path, &bytes);
	return judge_bytes(run, kind, name, BYTES_OF(bytes), reasons);
}

/* ---- what is too large to be kept as a file ---- */

/* Zeros at the end of a slot; in a bundle as many sheets of zeros as there is room for,
 * the last one shorter. */
static void
grow(struct buf *bytes, bool as_bundle, size_t size)
{
	struct amana_error err;
	uint8_t *at;

	while (as_bundle && bytes->len < size) {
		size_t room = size - bytes->len - 4;
		size_t len = room <= SHEET_FILE_MAX	  ? room
			     : room < SHEET_FILE_MAX + 64 ? SHEET_FILE_MAX - 64
							  : SHEET_FILE_MAX;

		CHECK_OK(buf_add_u32be(bytes, (uint32_t)len, &err), err);
		at = buf_reserve(bytes, len, &err);
		CHECK(at != NULL);
		memset(at, 0, len);
		bytes->len += len;
	}
	if (as_bundle || bytes->len == size)
		return;
	at = buf_reserve(bytes, size - bytes->len, &err);
	CHECK(at != NULL);
	memset(at, 0, size - bytes->len);
	bytes->len = size;
}

/* A good file, grown to the limit of its kind and to a byte more. */
static const struct grown {
	const char *folder, *from, *name;
	size_t size;
} grown[] = {
	{"batch", "deposit.valid", "of-16-mib.damaged", BATCH_BYTES_MAX},
	{"batch", "deposit.valid", "over-16-mib.damaged", BATCH_BYTES_MAX + 1},
	{"bundle", "bundle.ok", "of-64-mib.ok", BUNDLE_MAX},
	{"bundle", "bundle.ok", "over-64-mib.limit", BUNDLE_MAX + 1},
};

static int
judge_grown(const struct run *run, const struct kind *kind, const struct buf *reasons)
{
	int n_bad = 0;

	for (size_t i = 0; i < ARRAY_LEN(grown); i++) {
		CLEANUP(buf_done) struct buf bytes = BUF_INIT(BUNDLE_MAX + 1);
		char path[512];

		if (strcmp(grown[i].folder, kind->folder) != 0)
			continue;
		snprintf(path, sizeof path, "reject/%s/%s", kind->folder, grown[i].from);
		run_read(run, path, &bytes);
		grow(&bytes, kind->judge == judge_bundle, grown[i].size);
		CHECK_INT(bytes.len, grown[i].size);
		n_bad += judge_bytes(run, kind, grown[i].name, BYTES_OF(bytes), reasons);
	}
	return n_bad;
}

/* ---- all of them ---- */

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
judge_kind(const struct run *run, const struct kind *kind, const struct buf *reasons)
{
	struct dirent **names;
	char path[1024];
	int n, n_right = 0, n_bad = 0;

	snprintf(path, sizeof path, "%s/reject/%s", run->tests, kind->folder);
	n = scandir(path, &names, is_visible, alphasort);
	CHECK(n >= (int)kind->at_least);
	for (int i = 0; i < n; i++) {
		const char *ending = strrchr(names[i]->d_name, '.');

		n_right += ending != NULL &&
			   (strcmp(ending, ".ok") == 0 || strcmp(ending, ".valid") == 0);
		n_bad += judge_file(run, kind, names[i]->d_name, reasons);
		free(names[i]);
	}
	free(names);
	n_bad += judge_grown(run, kind, reasons);
	CHECK(n_right > 0 && n_right < n);
	return n_bad;
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf reasons = BUF_INIT(1 << 20);
	struct run run = {.tests = argc > 1 ? argv[1] : TESTS_DIR};
	bool list = argc > 2 && strcmp(argv[2], "--list") == 0;
	const char *only = argc > 3 ? argv[3] : NULL;
	struct amana_error err;
	int n_bad = 0;

	CHECK_OK(crypto_init(&err), err);
	load_base(&run);
	load_key(&run);
	if (!list)
		run_read(&run, "reject/reasons.txt", &reasons);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (only == NULL || strcmp(only, kinds[i].folder) == 0)
			n_bad += judge_kind(&run, &kinds[i], list ? NULL : &reasons);
	}
	buf_done(&run.genesis);
	buf_done(&run.snapshot);
	secret_done(&run.exhibit_key);
	return n_bad > 0;
}
