/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/receipt.h"
#include "verify_fixture.h"
#include "flow/office/office.h"

#include "custody/batch.h"

/* What verify finds in the log: damage, gaps, another history than a pin or a receipt
 * knows, what was passed over or lost, and acts that count for nothing. */

static struct evidence evidence;
static struct person stranger;
static struct findings findings;
static struct amana_error err;

static const struct amana_verify log_only = {.name = NULL}, with_bytes = {.bytes = true};

static void
begin(int n_exhibits)
{
	evidence_new(&evidence, n_exhibits);
	stranger_config(&evidence, &stranger);
}

static void
end(void)
{
	office_done(&evidence.office);
}

/* ---- the log ---- */

static void
test_slots(void)
{
	char path[2 * OFFICE_PATH];
	CLEANUP(buf_done) struct buf good = BUF_INIT((size_t)1 << 20);
	uint64_t last;

	begin(1);
	verify(&stranger.config, log_only, &findings);
	last = findings.result.batch;
	for (uint64_t n = 1; n <= last; n++) {
		slot_path(&evidence, n, path);
		load_file(path, &good);
		flip_byte(path, good.len - 1);
		verify(&stranger.config, log_only, &findings);
		CHECK(!findings.result.ok);
		CHECK_HAS(&findings, "log", AMANA_FAIL, "damaged");
		CHECK_HAS(&findings, "signatures", AMANA_NOT_CHECKED, "");
		/* whoever has a copy goes on from it, and still says so */
		verify(&evidence.depositor.config, log_only, &findings);
		CHECK_HAS(&findings, "log", AMANA_FAIL, "own copy");
		CHECK_HAS(&findings, "authority", AMANA_PASS, "");
		CHECK_INT(findings.result.batch, last);
		replace_file(path, good.data, good.len);
	}
	/* a gap */
	slot_path(&evidence, last - 1, path);
	load_file(path, &good);
	CHECK_INT(unlink(path), 0);
	verify(&stranger.config, with_bytes, &findings);
	CHECK_HAS(&findings, "log", AMANA_FAIL, "missing");
	CHECK_HAS(&findings, "stored bytes", AMANA_NOT_CHECKED, "");
	CHECK_INT(findings.result.batch, last - 2);
	end();
}

static void
test_genesis(void)
{
	char path[2 * OFFICE_PATH];

	begin(0);
	slot_path(&evidence, 0, path);
	flip_byte(path, 20);
	verify(&stranger.config, with_bytes, &findings);
	CHECK_HAS(&findings, "genesis", AMANA_FAIL, "");
	CHECK(!findings.result.ok && !findings.result.complete);
	/* who has a copy goes on from it, and still says so */
	verify(&evidence.reader.config, with_bytes, &findings);
	CHECK_HAS(&findings, "genesis", AMANA_FAIL, "own copy");
	CHECK_HAS(&findings, "log", AMANA_PASS, "");
	CHECK_INT(unlink(path), 0);
	verify(&stranger.config, with_bytes, &findings);
	CHECK_HAS(&findings, "genesis", AMANA_FAIL, "");
	verify(&evidence.reader.config, with_bytes, &findings);
	CHECK_HAS(&findings, "genesis", AMANA_FAIL, "missing");
	end();
}

/* Another vault in the place of the one that is known. */
static void
test_another_vault(void)
{
	static struct evidence other;

	begin(0);
	evidence_new(&other, 0);
	nftw(evidence.office.vault, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	CHECK_INT(rename(other.office.vault, evidence.office.vault), 0);
	verify(&evidence.reader.config, log_only, &findings);
	CHECK_HAS(&findings, "identity of the vault", AMANA_FAIL, "another vault");
	CHECK_HAS(&findings, "log", AMANA_PASS, "");
	office_done(&other.office);
	end();
}

/* The founder's pin covers all; the last batches go. */
static void
test_rolled_back(void)
{
	char path[2 * OFFICE_PATH];
	uint64_t last;

	begin(1);
	verify(&evidence.depositor.config, log_only, &findings);
	last = findings.result.batch;
	slot_path(&evidence, last, path);
	CHECK_INT(unlink(path), 0);
	verify(&evidence.depositor.config, log_only, &findings);
	CHECK_HAS(&findings, "pin", AMANA_FAIL, "rolled back");
	CHECK_HAS(&findings, "pin", AMANA_FAIL, findings.result.head);
	CHECK(!findings.result.ok);
	verify(&stranger.config, log_only, &findings);
	CHECK(findings.result.ok);
	end();
}

static void
copy_tree(const char *from, const char *to)
{
	char command[3 * OFFICE_PATH];

	snprintf(command, sizeof command, "rm -rf '%s' && cp -a '%s' '%s'", to, from, to);
	CHECK_INT(system(command), 0);
}

/* Two histories from one point on, each with receipts. */
static void
test_fork(void)
{
	char saved[OFFICE_PATH], receipt[OFFICE_PATH], short_form[128];
	const char *receipts[] = {receipt, short_form};
	struct amana_verify request = {.receipts = receipts, .n_receipts = 2};

	begin(1);
	snprintf(saved, sizeof saved, "%s/saved", evidence.office.root);
	snprintf(receipt, sizeof receipt, "%s/receipt-kept", evidence.office.root);
	copy_tree(evidence.office.vault, saved);
	deposit_text(&evidence, &evidence.depositor, "more.txt", "more");
	CHECK_INT(rename(evidence.receipt, receipt), 0);
	snprintf(short_form, sizeof short_form, "R-%s", evidence.receipt_short);
	verify(&stranger.config, request, &findings);
	CHECK(findings.result.ok);
	CHECK_INT(count_of(&findings, AMANA_FAIL), 0);
	CHECK_HAS(&findings, "identity of the vault", AMANA_PASS, "receipt");

	/* The lead, who has not seen that deposit, writes on the copy. */
	copy_tree(saved, evidence.office.vault);
	verify(&stranger.config, request, &findings);
	CHECK_INT(count_of(&findings, AMANA_FAIL), 2); /* the vault ends before */
	deposit_text(&evidence, &evidence.lead, "other.txt", "other");
	verify(&evidence.depositor.config, request, &findings);
	CHECK_HAS(&findings, "pin", AMANA_FAIL, "fork");
	verify(&stranger.config, request, &findings);
	CHECK(!findings.result.ok);
	CHECK_INT(count_of(&findings, AMANA_FAIL), 2);
	CHECK(strstr(findings.lines[5].detail, "contradicted") != NULL);
	end();
}

/* A receipt of the genesis, which deposits nothing. */
static void
test_receipt_of_the_genesis(void)
{
	const char *receipts[] = {evidence.receipt};
	struct amana_verify request = {.receipts = receipts, .n_receipts = 1};
	static const struct receipt_range range = {1, 1};

	begin(1);
	for (int wrong = 0; wrong < 5; wrong++) {
		CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.lead);
		struct receipt receipt = {.fingerprint = *log_fingerprint(vault->log),
					  .at = log_genesis(vault->log)->at,
					  .ranges = &range};

		receipt.head = receipt.fingerprint;
		snprintf(receipt.by, sizeof receipt.by, "%s",
			 log_genesis(vault->log)->founder.text);
		receipt.head.bytes[0] ^= wrong == 1;
		receipt.at += wrong == 2;
		receipt.by[0] = (char)(receipt.by[0] + (wrong == 3));
		receipt.n_ranges = wrong == 4;
		CHECK_OK(receipt_text(&receipt, &text, &err), err);
		write_file(evidence.receipt, text.data, text.len);
		verify(&stranger.config, request, &findings);
		CHECK_INT(findings.result.ok, wrong == 0);
		CHECK_HAS(&findings, "receipt R-0", wrong == 0 ? AMANA_PASS : AMANA_FAIL,
			  "");
	}
	end();
}

static void
test_receipts(void)
{
	static struct evidence other;
	char line[OFFICE_PATH], name[64];
	CLEANUP(buf_done) struct buf text = BUF_INIT(65536);
	const char *receipts[] = {line};
	struct amana_verify request = {.receipts = receipts, .n_receipts = 1};
	static const struct {
		const char *where, *said;
		char to; /* 0: another digit than is there */
	} changes[] = {
		{"\nexhibits ", "did not deposit", 0},
		{"\ndate 2", " of 2", '3'},
		{"\nby ", " signed by ", 'Q'},
	};

	begin(2);
	snprintf(line, sizeof line, "%s", evidence.receipt);
	snprintf(name, sizeof name, "receipt R-%llu",
		 (unsigned long long)evidence.receipt_batch);
	verify(&stranger.config, request, &findings);
	CHECK(findings.result.ok);
	/* all of it counts: a receipt is not signed */
	load_file(evidence.receipt, &text);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		char *at = strstr(buf_text(&text), changes[i].where);
		char was;

		CHECK(at != NULL);
		at += strlen(changes[i].where);
		was = *at;
		*at = changes[i].to != 0 ? changes[i].to : was == '1' ? '2' : '1';
		CHECK(*at != was);
		write_file(line, text.data, text.len);
		verify(&stranger.config, request, &findings);
		CHECK(!findings.result.ok);
		CHECK_HAS(&findings, name, AMANA_FAIL, changes[i].said);
		*at = was;
	}
	/* of another vault */
	evidence_new(&other, 1);
	snprintf(line, sizeof line, "%s", other.receipt);
	verify(&stranger.config, request, &findings);
	CHECK(!findings.result.ok);
	CHECK_INT(count_of(&findings, AMANA_FAIL), 1);
	office_done(&other.office);
	/* no receipt at all */
	write_file(evidence.receipt, "nothing", 7);
	snprintf(line, sizeof line, "%s", evidence.receipt);
	CHECK_FAILS(try_verify(&stranger.config, request, &findings, &err), err,
		    AMANA_E_FORMAT);
	snprintf(line, sizeof line, "/no/such");
	CHECK_FAILS(try_verify(&stranger.config, request, &findings, &err), err,
		    AMANA_E_MISSING);
	end();
}

/* ---- what was passed over, and what was lost ---- */

static void
forget(struct person *person)
{
	char path[OFFICE_PATH + 8];

	snprintf(path, sizeof path, "%s/vaults", person->data_dir);
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
test_skip(void)
{
	const char *receipts[] = {evidence.receipt_short};
	const struct amana_verify request = {
		.receipts = receipts, .n_receipts = 1, .bytes = true};
	char path[2 * OFFICE_PATH];
	uint64_t last, until;

	begin(1);
	last = evidence.receipt_batch;
	slot_path(&evidence, last - 1, path);
	flip_byte(path, 300);
	forget(&evidence.founder);
	CHECK_OK(flow_log_skip(&evidence.founder.config, last - 1, "bit rot", &until,
			       &err),
		 err);
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "skip", AMANA_VOID, "S-001");
	CHECK_HAS(&findings, "log", AMANA_PASS, "");
	CHECK_INT(findings.result.batch, last + 1);
	/* a receipt for what was passed over is contradicted, never forgotten */
	verify(&stranger.config, request, &findings);
	CHECK(!findings.result.ok);
	CHECK_INT(count_of(&findings, AMANA_FAIL), 1);
	/* the depositor's machine knows a history that went on from the good slot */
	verify(&evidence.depositor.config, log_only, &findings);
	CHECK(!findings.result.ok);
	end();
}

static void
test_restored(void)
{
	char path[2 * OFFICE_PATH], proposal[AMANA_PROPOSAL_MAX + 1];

	begin(1);
	{
		CLEANUP(session_closep)
		struct session *vault = person_open(&evidence.founder);
		CHECK(vault != NULL);
	}
	slot_path(&evidence, evidence.receipt_batch, path);
	CHECK_INT(unlink(path), 0);
	verify(&evidence.founder.config, log_only, &findings);
	CHECK_HAS(&findings, "pin", AMANA_FAIL, "rolled back");
	CHECK_OK(flow_log_restored(&evidence.founder.config, NULL, "backup of Monday",
				   proposal, &err),
		 err);
	verify(&evidence.founder.config, log_only, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "restored", AMANA_VOID, "were lost");
	/* whose pin lies in what was lost follows, and is told */
	verify(&evidence.depositor.config, log_only, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "pin", AMANA_PASS, "lost");
	end();
}

/* ---- acts that count for nothing ---- */

/* Signs a policy entry as somebody who is no admin, and puts it at the end. */
static void
put_void(struct person *by)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(buf_done) struct buf raw = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	const struct state *state = session_state(vault);
	struct merkle_frontier frontier = *state_frontier(state);
	struct batch_note note = {.n = state_slot(state) + 1,
				  .prev = *state_head(state),
				  .before = frontier.size};
	struct subject subject = subject_vault();
	const struct state_member *me;
	struct hash leaf;

	CHECK_OK(session_member(vault, &me, &err), err);
	custody_id_random(&note.nonce);
	entry_init(entry, ACT_POLICY, &subject);
	entry->prev = note.prev;
	entry->at = session_now();
	entry->actor = me->code;
	entry->own.policy.key = POLICY_GRANT_DAYS;
	entry->own.policy.value = 5;
	CHECK(state_next_event(state, &subject, &entry->event, &entry->before));
	CHECK_OK(entry_encode(entry, &raw, &err), err);
	CHECK_OK(batch_add(&entries, BYTES_OF(raw), &err), err);
	entry_leaf(BYTES_OF(raw), &leaf);
	merkle_append(&frontier, &leaf);
	note.after = frontier.size;
	merkle_root(&frontier, &note.root);
	CHECK_OK(batch_sign(&(struct batch_signing){.note = &note,
						    .origin = state_origin(state),
						    .entries = BYTES_OF(entries),
						    .code = &me->code,
						    .seed = &vault->identity.seed},
			    &slot, &err),
		 err);
	CHECK_INT(store_put(vault->store, store_name_slot(note.n).text, BYTES_OF(slot),
			    true, &err),
		  0);
}

static void
test_void(void)
{
	begin(0);
	put_void(&evidence.reader);
	verify(&stranger.config, log_only, &findings);
	/* The last one, too, is a finding about its signer and no failure. */
	CHECK(findings.result.ok);
	CHECK_INT(findings.result.n_void, 1);
	CHECK_HAS(&findings, "authority", AMANA_VOID, "R-003");
	CHECK_HAS(&findings, "authority", AMANA_PASS, "every other act");
	deposit_text(&evidence, &evidence.depositor, "after.txt", "after");
	verify(&stranger.config, with_bytes, &findings);
	CHECK(findings.result.ok);
	CHECK_HAS(&findings, "authority", AMANA_VOID, "R-003");
	CHECK_HAS(&findings, "authority", AMANA_PASS, "every other act");
	end();
}

int
main(void)
{
	RUN(test_slots);
	RUN(test_genesis);
	RUN(test_another_vault);
	RUN(test_rolled_back);
	RUN(test_fork);
	RUN(test_receipts);
	RUN(test_receipt_of_the_genesis);
	RUN(test_skip);
	RUN(test_restored);
	RUN(test_void);
	return 0;
}
