/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

#include "custody/checkpoint.h"
#include "log/pin.h"
#include "keys/card.h"
#include "keys/casecard.h"
#include "keys/receipt.h"
#include "keys/welcome.h"

/* The genesis, key files, and what stands outside a vault. */

/* The text of a note: what stands before the blank line, as a string of its own. */
static void
text_of(const struct buf *note, struct buf *ret_text)
{
	const char *end = strstr(buf_text(note), "\n\n");
	struct amana_error err;

	CHECK(end != NULL);
	CHECK_OK(buf_add(ret_text, note->data, (size_t)(end + 1 - buf_text(note)), &err),
		 err);
}

/* A note whose signature line is spoilt in every way: `kind` is the folder, then the
 * endings: for what is no note, for a text that was changed, for a signature that does
 * not hold. */
static void
make_signatures(const struct forge *forge, const char *kind, const struct buf *note,
		const char *verdict, const char *changed, const char *not_good)
{
	static const struct {
		const char *name, *find, *with;
	} list[] = {
		{"signature-line-missing", "\n\n\xe2\x80\x94 ", "\n\n"},
		{"signature-dash-a-hyphen", "\xe2\x80\x94 ", "- "},
		{"blank-line-missing", "\n\n", "\n"},
		{"blank-line-twice", "\n\n", "\n\n\n"},
		{"base64-without-padding", "=\n", "\n"},
		{"base64-with-a-space", "=\n", "= \n"},
		{"base64-of-a-longer-signature", "=\n", "A\n"},
	};
	CLEANUP(buf_done) struct buf twice = BUF_INIT(1 << 16);
	const char *line = strstr(buf_text(note), "\n\n") + 2;
	struct amana_error err;
	char name[128];

	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		CLEANUP(buf_done) struct buf bad = BUF_INIT(1 << 16);

		snprintf(name, sizeof name, "%s/%s.%s", kind, list[i].name, verdict);
		forge_replace(buf_text(note), list[i].find, list[i].with, &bad);
		forge_put(forge, name, BYTES_OF(bad));
	}
	CHECK_OK(buf_add(&twice, note->data, note->len, &err), err);
	CHECK_OK(buf_add_str(&twice, line, &err), err);
	snprintf(name, sizeof name, "%s/extra-signature-line.%s", kind, verdict);
	forge_put(forge, name, BYTES_OF(twice));
	/* The last digit before "=" carries two bits that mean nothing and must be zero.
	 */
	twice.len = note->len;
	twice.data[note->len - 3]++;
	snprintf(name, sizeof name, "%s/base64-not-canonical.%s", kind, verdict);
	forge_put(forge, name, BYTES_OF(twice));
	twice.data[note->len - 3]--;
	twice.data[0]++;
	snprintf(name, sizeof name, "%s/changed-after-signing.%s", kind, changed);
	forge_put(forge, name, BYTES_OF(twice));
	snprintf(name, sizeof name, "%s/cut.%s", kind, verdict);
	forge_put(forge, name, (struct bytes){note->data, note->len - 1});
	twice.data[0]--;
	twice.data[note->len - 30] = twice.data[note->len - 30] == 'A' ? 'B' : 'A';
	snprintf(name, sizeof name, "%s/signature-changed.%s", kind, not_good);
	forge_put(forge, name, (struct bytes){twice.data, note->len});
}

static void
make_genesis(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(GENESIS_MAX);
	static const struct forge_mutation list[] = {
		{"genesis/newer-version.tampered", "amana/genesis 1", "amana/genesis 2"},
		{"genesis/another-kind-of-note.tampered", "amana/genesis 1",
		 "amana/card 1"},
		{"genesis/origin-without-digits.tampered",
		 "/00112233445566778899aabbccddeeff", ""},
		{"genesis/origin-digits-upper-case.tampered", "aabbccddeeff",
		 "AABBCCDDEEFF"},
		{"genesis/origin-name-upper-case.tampered", "test.example/",
		 "Test.example/"},
		{"genesis/time-no-such-day.tampered", "2026-02-02", "2026-02-29"},
		{"genesis/founder-a-name.tampered", "\nS-001\n", "\nWANJIRU\n"},
		{"genesis/key-of-another-code.tampered", "\nS-001\n", "\nS-002\n"},
		{"genesis/store-with-two-winners.tampered", "dir 16 1", "dir 16 2"},
		{"genesis/store-without-counts.tampered", "dir 16 1", "dir"},
		{"genesis/store-kind-upper-case.tampered", "dir 16 1", "Dir 16 1"},
		{"genesis/store-kind-too-long.tampered", "dir 16 1",
		 "abcdefghijklmnopq 16 1"},
		{"genesis/store-with-no-writer.tampered", "dir 16 1", "dir 0 1"},
		{"genesis/store-writers-over-2-53.tampered", "dir 16 1",
		 "dir 9007199254740992 1"},
		{"genesis/time-before-1970.tampered", "2026-02-02", "1969-02-02"},
		{"genesis/line-missing.tampered", "\ndir 16 1", ""},
		{"genesis/line-too-many.tampered", "dir 16 1", "dir 16 1\ndir 16 1"},
	};
	char founder[AGE_RECIPIENT_LEN + 1], audit[AGE_RECIPIENT_LEN + 1];
	const struct forge_mutation one_recipient = {
		"genesis/audit-ring-is-the-founder.tampered", audit, founder};

	forge_put(forge, "genesis/genesis.ok", BYTES_OF(forge->lb.genesis_bytes));
	text_of(&forge->lb.genesis_bytes, &text);
	forge_mutate_signed(forge, buf_text(&text), "S-001", &forge->admin->seed, list,
			    ARRAY_LEN(list));
	age_recipient_text(&forge->lb.genesis.recipient, founder);
	age_recipient_text(&forge->lb.genesis.audit_recipient, audit);
	forge_mutate_signed(forge, buf_text(&text), "S-001", &forge->admin->seed,
			    &one_recipient, 1);
	make_signatures(forge, "genesis", &forge->lb.genesis_bytes, "tampered",
			"tampered", "tampered");
	{ /* by somebody else in the founder's name */
		CLEANUP(buf_done) struct buf note = BUF_INIT(GENESIS_MAX);

		forge_note(buf_text(&text), "S-001", &forge->stranger->seed, &note);
		forge_put(forge, "genesis/signed-by-another-key.tampered",
			  BYTES_OF(note));
	}
}

static void
identity_of(const struct person *person, struct identity *ret_identity)
{
	*ret_identity = (struct identity){.created_at = LB_TIME,
					  .age = person->identity, /* borrowed */
					  .seed = person->seed,
					  .recipient = person->recipient,
					  .key = person->key};
	memcpy(ret_identity->code, person->code.text, sizeof ret_identity->code);
}

static void
make_cards(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf card = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	static const struct forge_mutation list[] = {
		{"card/newer-version.format", "amana/card 1", "amana/card 2"},
		{"card/a-name-for-a-code.format", "\nX-010\n", "\nWANJIRU\n"},
		{"card/key-of-another-code.format", "\nX-010\n", "\nX-011\n"},
		{"card/recipient-upper-case.format", "\nage1", "\nAGE1"},
		{"card/line-too-many.format", "amana/card 1\n", "amana/card 1\n\n"},
	};
	static const struct age_recipient small_order = {{1}};
	char good[AGE_RECIPIENT_LEN + 1], bad[AGE_RECIPIENT_LEN + 1];
	struct forge_mutation low = {"card/low-order-recipient.format", good, bad};
	struct identity identity;
	struct amana_error err;

	identity_of(forge->stranger, &identity);
	CHECK_OK(card_make(&identity, &card, &err), err);
	forge_put(forge, "card/card.ok", BYTES_OF(card));
	text_of(&card, &text);
	forge_mutate_signed(forge, buf_text(&text), "X-010", &forge->stranger->seed, list,
			    ARRAY_LEN(list));
	age_recipient_text(&identity.recipient, good);
	age_recipient_text(&small_order, bad);
	forge_mutate_signed(forge, buf_text(&text), "X-010", &forge->stranger->seed, &low,
			    1);
	{ /* A card that anybody could make for keys that are not theirs. */
		CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);

		forge_note(buf_text(&text), "X-010", &forge->admin->seed, &note);
		forge_put(forge, "card/signed-by-another-key.tampered", BYTES_OF(note));
	}
	make_signatures(forge, "card", &card, "format", "format", "tampered");
}

static void
make_welcomes(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf other = BUF_INIT(SIGNED_MAX);
	static const struct forge_mutation list[] = {
		{"welcome/another-kind-of-note.format", "/welcome\n", "/case-card\n"},
		{"welcome/slot-leading-zero.format", "\n7\n", "\n07\n"},
		{"welcome/slot-too-high.format", "\n7\n", "\n1000000000000\n"},
		{"welcome/a-name-for-a-code.format", "\nX-010\n", "\nWANJIRU\n"},
		{"welcome/line-missing.format", "\nX-010\n", "\n"},
		{"welcome/line-too-many.format", "\nX-010\n", "\nX-010\nX-010\n"},
	};
	struct welcome welcome = {.fingerprint = forge->lb.fingerprint,
				  .slot = 7,
				  .head = forge->proposal,
				  .code = "X-010"};
	struct identity admin;
	struct amana_error err;

	memcpy(welcome.origin, forge->lb.genesis.origin, sizeof welcome.origin);
	identity_of(forge->admin, &admin);
	CHECK_OK(welcome_make(&welcome, &admin, &note, &err), err);
	forge_put(forge, "welcome/welcome.ok", BYTES_OF(note));
	text_of(&note, &text);
	forge_mutate_signed(forge, buf_text(&text), "S-001", &forge->admin->seed, list,
			    ARRAY_LEN(list));
	forge_note(buf_text(&text), "S-001", &forge->stranger->seed, &other);
	forge_put(forge, "welcome/signed-by-another-key.tampered", BYTES_OF(other));
	make_signatures(forge, "welcome", &note, "format", "tampered", "tampered");
}

static void
make_casecards(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(SIGNED_MAX);
	CLEANUP(buf_done) struct buf text = BUF_INIT(SIGNED_MAX);
	static const struct forge_mutation list[] = {
		{"casecard/another-kind-of-note.format", "/case-card\n", "/welcome\n"},
		{"casecard/epoch-zero.format", "\n2\n", "\n0\n"},
		{"casecard/epoch-leading-zero.format", "\n2\n", "\n02\n"},
		{"casecard/recipient-upper-case.format", "\nage1", "\nAGE1"},
		{"casecard/epoch-over-2-53.format", "\n2\n", "\n9007199254740992\n"},
		{"casecard/time-missing.format", "\n2026-02-02T02:40:00Z\n", "\n"},
		{"casecard/time-no-such-day.format", "\n2026-02-02", "\n2026-02-30"},
		{"casecard/time-before-1970.format", "\n2026-02-02", "\n1969-02-02"},
		{"casecard/fingerprint-too-long.format", "/case-card\n",
		 "/case-card\n00"},
		{"casecard/code-lower-case.format", "\nHK-2025-0001\n",
		 "\nhk-2025-0001\n"},
		{"casecard/line-too-many.format", "\nHK-2025-0001\n",
		 "\nHK-2025-0001\n-\n"},
	};
	struct casecard card = {.fingerprint = forge->lb.fingerprint,
				.at = LB_TIME,
				.epoch = 2,
				.recipient = forge->ring_a->recipients[0],
				.case_code = "HK-2025-0001"};
	static const struct age_recipient small_order = {{1}};
	char good[AGE_RECIPIENT_LEN + 1], bad[AGE_RECIPIENT_LEN + 1];
	struct forge_mutation low = {"casecard/low-order-recipient.format", good, bad};
	char fingerprint[HASH_HEX_LEN + 2], none[] = "\n";
	struct forge_mutation without = {"casecard/fingerprint-missing.format",
					 fingerprint, none};
	struct identity lead;
	struct amana_error err;

	memcpy(card.origin, forge->lb.genesis.origin, sizeof card.origin);
	custody_id_hex(&forge->case_a, card.case_id);
	identity_of(forge->lead, &lead);
	CHECK_OK(casecard_make(&card, &lead, &note, &err), err);
	forge_put(forge, "casecard/casecard.ok", BYTES_OF(note));
	text_of(&note, &text);
	forge_mutate_signed(forge, buf_text(&text), "L-004", &forge->lead->seed, list,
			    ARRAY_LEN(list));
	age_recipient_text(&card.recipient, good);
	age_recipient_text(&small_order, bad);
	forge_mutate_signed(forge, buf_text(&text), "L-004", &forge->lead->seed, &low, 1);
	fingerprint[0] = '\n';
	hash_hex(&card.fingerprint, fingerprint + 1);
	forge_mutate_signed(forge, buf_text(&text), "L-004", &forge->lead->seed, &without,
			    1);
	make_signatures(forge, "casecard", &note, "format", "tampered", "tampered");
}

static void
make_receipts(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	static const struct forge_mutation list[] = {
		{"receipt/newer-version.format", "amana/receipt 1", "amana/receipt 2"},
		{"receipt/words-of-another-vault.format", "\nvault ", "\nvault baba"},
		{"receipt/fingerprint-of-another-vault.format", "\nfingerprint ",
		 "\nfingerprint 00"},
		{"receipt/head-words-of-another-head.format", "\nhead-words ",
		 "\nhead-words baba"},
		{"receipt/head-of-other-words.format", "\nhead 0", "\nhead 1"},
		{"receipt/head-words-missing.format", "\nhead-words ", "\nhead-word "},
		{"receipt/head-words-upper-case.format", "\nhead-words b",
		 "\nhead-words B"},
		{"receipt/head-words-with-hyphens.format", " baba baba", " baba-baba"},
		{"receipt/date-missing.format", "\ndate 2026-02-02T02:40:00Z", ""},
		{"receipt/date-no-such-day.format", "\ndate 2026-02-02",
		 "\ndate 2026-02-30"},
		{"receipt/date-leap-second.format", "02:40:00Z", "02:40:60Z"},
		{"receipt/date-before-1970.format", "\ndate 2026", "\ndate 1969"},
		{"receipt/signer-missing.format", "\nby S-006", ""},
		{"receipt/signer-a-name.format", "\nby S-006", "\nby WANJIRU"},
		{"receipt/signer-before-date.format",
		 "\ndate 2026-02-02T02:40:00Z\nby S-006",
		 "\nby S-006\ndate 2026-02-02T02:40:00Z"},
		{"receipt/batch-leading-zero.format", "\nbatch 9\n", "\nbatch 09\n"},
		{"receipt/batch-too-high.format", "\nbatch 9\n",
		 "\nbatch 1000000000000\n"},
		{"receipt/ranges-touch.format", " 1-3,5\n", " 1-3,4\n"},
		{"receipt/ranges-descend.format", " 1-3,5\n", " 5,1-3\n"},
		{"receipt/range-backwards.format", " 1-3,5\n", " 3-1,5\n"},
		{"receipt/range-of-one.format", " 1-3,5\n", " 1-3,5-5\n"},
		{"receipt/range-from-zero.format", " 1-3,5\n", " 0-3,5\n"},
		{"receipt/range-empty.format", " 1-3,5\n", " \n"},
		{"receipt/line-too-many.format", " 1-3,5\n", " 1-3,5\nexhibits 6\n"},
		{"receipt/without-last-lf.format", " 1-3,5\n", " 1-3,5"},
		{"receipt/with-cr.format", " 1-3,5\n", " 1-3,5\r\n"},
	};
	static const struct receipt_range ranges[] = {{1, 3}, {5, 5}};
	const struct receipt receipt = {.fingerprint = forge->lb.fingerprint,
					.batch = 9,
					/* its words begin with "baba baba" */
					.head = {.bytes = {[3] = 1, [31] = 0xff}},
					.at = LB_TIME,
					.by = "S-006",
					.ranges = ranges,
					.n_ranges = 2};
	struct amana_error err;

	CHECK_OK(receipt_text(&receipt, &text, &err), err);
	forge_put(forge, "receipt/receipt.ok", BYTES_OF(text));
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
}

static void
make_pins(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(PIN_FILE_MAX);
	static const struct forge_mutation list[] = {
		{"pin/newer-version.tampered", "amana/pin 1", "amana/pin 2"},
		{"pin/place-missing.tampered", "/srv/vault\n", "\n"},
		{"pin/slot-leading-zero.tampered", "\n9\n", "\n09\n"},
		{"pin/slot-too-high.tampered", "\n9\n", "\n1000000000000\n"},
		{"pin/size-signed.tampered", "\n12\n", "\n-12\n"},
		{"pin/size-over-2-53.tampered", "\n12\n", "\n9007199254740992\n"},
		{"pin/line-too-many.tampered", "\n12\n", "\n12\n\n"},
		{"pin/without-last-lf.tampered", "\n12\n", "\n12"},
	};
	struct pin pin = {.fingerprint = forge->lb.fingerprint,
			  .location = "/srv/vault",
			  .n = 9,
			  .head = forge->proposal,
			  .size = 12};
	struct amana_error err;

	CHECK_OK(pin_encode(&pin, &text, &err), err);
	forge_put(forge, "pin/pin.ok", BYTES_OF(text));
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
}

static void
make_checkpoints(const struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(CHECKPOINT_TEXT_MAX);
	static const struct forge_mutation list[] = {
		{"checkpoint/origin-empty.format", "test.example/0", "\n0"},
		{"checkpoint/size-leading-zero.format", "\n12\n", "\n012\n"},
		{"checkpoint/size-signed.format", "\n12\n", "\n+12\n"},
		{"checkpoint/size-over-2-63.format", "\n12\n", "\n9223372036854775808\n"},
		{"checkpoint/root-without-padding.format", "=\n", "\n"},
		{"checkpoint/root-too-long.format", "=\n", "==\n"},
		{"checkpoint/extension-line.format", "=\n", "=\nmore\n"},
		{"checkpoint/without-last-lf.format", "=\n", "="},
	};
	struct checkpoint checkpoint = {.size = 12, .root = forge->proposal};
	struct amana_error err;

	memcpy(checkpoint.origin, forge->lb.genesis.origin,
	       sizeof forge->lb.genesis.origin);
	CHECK_OK(checkpoint_write(&checkpoint, &text, &err), err);
	forge_put(forge, "checkpoint/checkpoint.ok", BYTES_OF(text));
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
	text.data[text.len - 3]++; /* bits after the root's last byte */
	forge_put(forge, "checkpoint/root-not-canonical.format", BYTES_OF(text));
}

/* With the age identities of before: those of the vault's other people stand for them. */
static void
make_older(const struct forge *forge, struct identity *identity)
{
	const struct person *const others[] = {forge->admin, forge->auditor, forge->lead,
					       forge->reader, forge->depositor};
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(IDENTITY_PLAIN_MAX);
	CLEANUP(buf_done) struct buf longer = BUF_INIT(IDENTITY_PLAIN_MAX);
	char key[AGE_IDENTITY_LEN + 1];
	struct amana_error err;

	for (size_t i = 0; i < IDENTITY_OLDER_MAX; i++)
		identity->older[i] = others[i]->identity; /* borrowed */
	identity->n_older = IDENTITY_OLDER_MAX;
	CHECK_OK(identity_serialise(identity, &plain, &err), err);
	CHECK_OK(buf_add(&text, plain.data, plain.len, &err), err);
	forge_put(forge, "identity/four-older.ok", BYTES_OF(text));
	age_identity_text(&others[4]->identity, key);
	CHECK_OK(buf_add_fmt(&text, &err, "%s\n", key), err);
	forge_put(forge, "identity/five-older.format", BYTES_OF(text));

	for (int twice = 0; twice < 2; twice++) {
		CLEANUP(secret_done) struct secret one = SECRET_INIT;

		identity->n_older = 2;
		identity->older[1] = twice == 0 ? identity->age : others[0]->identity;
		CHECK_OK(identity_serialise(identity, &one, &err), err);
		forge_put(forge,
			  twice == 0 ? "identity/present-among-older.format"
				     : "identity/older-twice.format",
			  (struct bytes){one.data, one.len});
	}
	identity->n_older = 1;
	secret_done(&plain);
	CHECK_OK(identity_serialise(identity, &plain, &err), err);
	CHECK_OK(buf_add(&longer, plain.data, plain.len, &err), err);
	CHECK_OK(buf_add_str(&longer, "# more\n", &err), err);
	forge_put(forge, "identity/comment-after-older.format", BYTES_OF(longer));
}

static void
make_identities(const struct forge *forge)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(IDENTITY_PLAIN_MAX);
	static const struct forge_mutation list[] = {
		{"identity/newer-version.format", "amana/identity 1", "amana/identity 2"},
		{"identity/key-of-another-code.format", "# member X-010",
		 "# member X-011"},
		{"identity/a-name-for-a-code.format", "# member X-010",
		 "# member WANJIRU"},
		{"identity/created-no-date.format", "# created 2026-02-02",
		 "# created 2026-02-30"},
		{"identity/private-key-cut.format", "# PRIVATE+KEY+", "# PRIVATE+"},
		{"identity/signing-key-missing.format", "# PRIVATE+KEY+", "# "},
		{"identity/age-key-lower-case.format", "AGE-SECRET-KEY-1",
		 "age-secret-key-1"},
		{"identity/age-key-missing.format", "AGE-SECRET-KEY-1",
		 "# AGE-SECRET-KEY-1"},
		{"identity/another-age-key-first.format", "AGE-SECRET-KEY-1",
		 "AGE-SECRET-KEY-1\nAGE-SECRET-KEY-1"},
		{"identity/comment-too-many.format", "AGE-SECRET-KEY-1",
		 "# more\nAGE-SECRET-KEY-1"},
	};
	struct identity identity;
	struct amana_error err;

	identity_of(forge->stranger, &identity);
	CHECK_OK(identity_serialise(&identity, &plain, &err), err);
	CHECK_OK(buf_add(&text, plain.data, plain.len, &err), err);
	forge_put(forge, "identity/identity.ok", BYTES_OF(text));
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
	forge_put(forge, "identity/without-last-lf.format",
		  (struct bytes){text.data, text.len - 1});
	CHECK_OK(buf_add_str(&text, "\n", &err), err);
	forge_put(forge, "identity/blank-line-at-end.format", BYTES_OF(text));
	make_older(forge, &identity);
}

/* The key file of case A with its two epochs, and one of the audit ring. */
static void
make_rings(const struct forge *forge)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(RING_PLAIN_MAX + 4096);
	static const struct forge_mutation list[] = {
		{"ring/newer-version.format", "amana/ring 1", "amana/ring 2"},
		{"ring/case-code-lower-case.format", "HK-2025-0001", "hk-2025-0001"},
		{"ring/title-hides-its-end.format", "# title A case",
		 "# title A\xe2\x80\xae"
		 "se"},
		{"ring/title-with-escape-code.format", "# title A case",
		 "# title A ca\x1b"
		 "e"},
		{"ring/epochs-ascend.format", "# epoch 2\n", "# epoch 0\n"},
		{"ring/epoch-twice.format", "# epoch 2\n", "# epoch 1\n"},
		{"ring/hidden-bytes-in-padding.format", "#          ", "# hidden   "},
		{"ring/hidden-tab-in-padding.format", "#          ", "# \t        "},
		{"ring/hidden-line-beside-padding.format", "#          ", "# hidden\n# "},
		{"ring/padding-twice.format", "#          ", "#        \n#"},
		{"ring/padding-too-short.format", "#          ", "#         "},
	};
	struct amana_error err;

	CHECK_OK(ring_serialise(forge->ring_a, RING_WITH_KEYS, &plain, &err), err);
	CHECK_OK(buf_add(&text, plain.data, plain.len, &err), err);
	forge_put(forge, "ring/case.ok", BYTES_OF(text));
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
	for (size_t i = 0; i < 1023; i++)
		CHECK_OK(buf_add_byte(&text, '\n', &err), err);
	CHECK_OK(buf_add_byte(&text, '\n', &err), err);
	forge_put(forge, "ring/lines-after-the-last-epoch.format", BYTES_OF(text));
	memset(text.data + plain.len, 0, 1024);
	forge_put(forge, "ring/zeros-after-the-last-epoch.format", BYTES_OF(text));
	secret_done(&plain);
	CHECK_OK(ring_serialise(forge->ring_audit, RING_WITH_KEYS, &plain, &err), err);
	forge_put(forge, "ring/audit.ok", (struct bytes){plain.data, plain.len});
}

static void
make_keys(const struct forge *forge)
{
	static const char *const recipients[][2] = {
		/* The twelve encodings of low order, as points: 0, 1, the two of order 8,
		   p - 1, p, p + 1. */
		{"recipient/low-order-0.bad",
		 "0000000000000000000000000000000000000000000000000000000000000000"},
		{"recipient/low-order-1.bad",
		 "0100000000000000000000000000000000000000000000000000000000000000"},
		{"recipient/low-order-8a.bad",
		 "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"},
		{"recipient/low-order-8b.bad",
		 "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"},
		{"recipient/low-order-p-1.bad",
		 "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
		{"recipient/low-order-p.bad",
		 "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
		{"recipient/low-order-p+1.bad",
		 "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
		{"recipient/not-canonical.bad",
		 "0900000000000000000000000000000000000000000000000000000000000080"},
	};
	char text[AGE_RECIPIENT_LEN + 1], key[NOTE_VKEY_MAX + 1];
	struct age_recipient recipient;

	for (size_t i = 0; i < ARRAY_LEN(recipients); i++) {
		CHECK_INT(text_unhex(recipients[i][1], 64, recipient.pub,
				     sizeof recipient.pub),
			  0);
		age_recipient_text(&recipient, text);
		forge_put(forge, recipients[i][0], BYTES_STR(text));
	}
	age_recipient_text(&forge->stranger->recipient, text);
	forge_put(forge, "recipient/recipient.ok", BYTES_STR(text));
	text[20] = text[20] == 'q' ? 'p' : 'q';
	forge_put(forge, "recipient/checksum.bad", BYTES_STR(text));

	note_key_text(&forge->stranger->key, key);
	forge_put(forge, "vkey/vkey.ok", BYTES_STR(key));
	{
		static const uint8_t neutral[SIGN_PUB_LEN] = {1};
		static const struct forge_mutation list[] = {
			{"vkey/another-name.bad", "X-010+", "X-011+"},
			{"vkey/key-id-upper-case.bad", "X-010+", "X-010+A"},
		};
		struct note_key bad = forge->stranger->key;

		forge_mutate(forge, key, list, ARRAY_LEN(list));
		/* A key for which anybody can sign anything. */
		memcpy(bad.pub, neutral, sizeof neutral);
		note_key_text(&bad, key);
		forge_put(forge, "vkey/small-order.bad", BYTES_STR(key));
	}
}

void
make_texts(struct forge *forge)
{
	make_genesis(forge);
	make_cards(forge);
	make_welcomes(forge);
	make_casecards(forge);
	make_receipts(forge);
	make_pins(forge);
	make_checkpoints(forge);
	make_identities(forge);
	make_rings(forge);
	make_keys(forge);
}
