/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

#include <sodium.h>

/*
 * Slots judged after the base log: the note, its signature and what follows it
 * (docs/FORMAT.md section 9, rules 1 to 3).  What the entries say is right in all of
 * them.
 */

/* An act that is allowed: the lead records something on case A. */
static void
good_act(struct forge *forge)
{
	struct subject subject = subject_case(&forge->case_a);
	struct entry e;

	lb_begin(&forge->lb, forge->lead);
	lb_record(&forge->lb, &e, ACT_RECORD, subject);
	lb_add(&forge->lb, &e);
}

static void
sign_and_put(struct forge *forge, const char *name)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	lb_sign(&forge->lb, &slot);
	forge_put(forge, name, BYTES_OF(slot));
}

/* The slot of good_act, and where its parts end. */
struct good {
	struct buf slot;
	struct buf text; /* what is signed */
	struct bytes entries;
};

static void
good_slot(struct forge *forge, struct good *ret_good)
{
	struct batch_parts parts;
	struct amana_error err;

	ret_good->slot = (struct buf)BUF_INIT(BATCH_BYTES_MAX);
	ret_good->text = (struct buf)BUF_INIT(4096);
	good_act(forge);
	lb_sign(&forge->lb, &ret_good->slot);
	CHECK_OK(batch_split(BYTES_OF(ret_good->slot), &parts, &err), err);
	CHECK_OK(buf_add(&ret_good->text, parts.text.data, parts.text.len, &err), err);
	ret_good->entries = parts.entries;
}

static void
put_with_entries(const struct forge *forge, const char *name, const struct buf *note,
		 struct bytes entries)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct amana_error err;

	CHECK_OK(buf_add(&slot, note->data, note->len, &err), err);
	CHECK_OK(buf_add(&slot, entries.data, entries.len, &err), err);
	forge_put(forge, name, BYTES_OF(slot));
}

/* ---- the signed text: rules 1 and 2 ---- */

static void
make_note_texts(struct forge *forge, const struct good *good)
{
	unsigned long long at = forge->lb.note.n, size = forge->lb.note.before;
	char n[32], zero_n[32], before[32], after[32];
	const struct forge_mutation list[] = {
		{"batch/batch-of-another-vault.damaged", "test.example/",
		 "best.example/"},
		{"batch/another-kind-of-note.damaged", "/batch\n", "/patch\n"},
		{"batch/another-slot-number.damaged", n, "\n1\n"},
		{"batch/slot-number-leading-zero.damaged", n, zero_n},
		{"batch/size-before-is-not-the-log-s.void", before, "\n0\n"},
		{"batch/size-after-is-size-before.void", before, after},
	};

	snprintf(n, sizeof n, "\n%llu\n", at);
	snprintf(zero_n, sizeof zero_n, "\n0%llu\n", at);
	snprintf(before, sizeof before, "\n%llu\n", size);
	snprintf(after, sizeof after, "\n%llu\n", size + 1);
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
		CLEANUP(buf_done) struct buf note = BUF_INIT(4096);

		forge_replace(buf_text(&good->text), list[i].find, list[i].with, &text);
		forge_note(buf_text(&text), "L-004", &forge->lead->seed, &note);
		put_with_entries(forge, list[i].name, &note, good->entries);
	}
}

/* Line i (from 0) of the text becomes `with`; NULL: it goes. */
static void
put_line(const struct forge *forge, const struct good *good, size_t i, const char *with,
	 const char *name)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	CLEANUP(buf_done) struct buf note = BUF_INIT(4096);
	struct text_cursor cursor = {(const char *)good->text.data,
				     (const char *)good->text.data + good->text.len};
	struct amana_error err;
	struct bytes line;

	for (size_t k = 0; text_line(&cursor, &line) == 0; k++) {
		if (k == i && with == NULL)
			continue;
		if (k == i)
			CHECK_OK(buf_add_str(&text, with, &err), err);
		else
			CHECK_OK(buf_add(&text, line.data, line.len, &err), err);
		CHECK_OK(buf_add_byte(&text, '\n', &err), err);
	}
	forge_note(buf_text(&text), "L-004", &forge->lead->seed, &note);
	put_with_entries(forge, name, &note, good->entries);
}

static void
make_note_lines(const struct forge *forge, const struct good *good)
{
	static const char zeros[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	char id[CUSTODY_ID_HEX_LEN + 1], root[64];

	put_line(forge, good, 2, zeros, "batch/another-slot-before.damaged");
	put_line(forge, good, 2, NULL, "batch/slot-before-missing.damaged");
	custody_id_hex(&forge->lb.note.nonce, id);
	id[31] = 'A';
	put_line(forge, good, 3, id, "batch/nonce-upper-case.void");
	id[30] = 0;
	put_line(forge, good, 3, id, "batch/nonce-too-short.void");
	put_line(forge, good, 4, "+1", "batch/size-before-signed.void");
	put_line(forge, good, 5, "9007199254740992", "batch/size-after-over-2-53.void");
	text_b64(forge->lb.note.root.bytes, HASH_LEN, root);
	root[42]++;
	put_line(forge, good, 6, root, "batch/root-base64-not-canonical.void");
	root[43] = 0;
	put_line(forge, good, 6, root, "batch/root-base64-without-padding.void");
	text_b64(forge->proposal.bytes, HASH_LEN, root);
	put_line(forge, good, 6, root, "batch/root-of-another-tree.damaged");
	put_line(forge, good, 7, NULL, "batch/text-line-missing.void");
	put_line(forge, good, 7, "-\n-", "batch/text-line-too-many.void");
	put_line(forge, good, 7, zeros, "batch/bundle-without-a-sheet.void");
	put_line(forge, good, 7, "", "batch/bundle-line-empty.damaged");
}

/* ---- the signature: rule 1 ---- */

/* Puts the slot with these 68 bytes (key id and signature) in its signature line. */
static void
put_signature(const struct forge *forge, const struct good *good, const char *signer,
	      const uint8_t bytes[4 + SIGN_SIG_LEN], const char *name)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(4096);
	char b64[TEXT_B64_LEN(4 + SIGN_SIG_LEN) + 1];
	struct amana_error err;

	text_b64(bytes, 4 + SIGN_SIG_LEN, b64);
	CHECK_OK(buf_add_fmt(&note, &err, "%s\n\xe2\x80\x94 %s %s\n",
			     buf_text(&good->text), signer, b64),
		 err);
	put_with_entries(forge, name, &note, good->entries);
}

/* A signature whose nonce is r = 0, so that R is the neutral element: the equation holds.
 */
static void
sign_with_zero_nonce(const struct secret *seed, const struct buf *text,
		     uint8_t sig[SIGN_SIG_LEN])
{
	uint8_t pub[32], secret[64], az[64], k[64], scalar[64] = {0}, wide[64];
	crypto_hash_sha512_state sha;

	crypto_sign_seed_keypair(pub, secret, seed->data);
	crypto_hash_sha512(az, seed->data, 32);
	az[0] &= 248;
	az[31] &= 127;
	az[31] |= 64;
	memset(sig, 0, SIGN_SIG_LEN);
	sig[0] = 1;
	crypto_hash_sha512_init(&sha);
	crypto_hash_sha512_update(&sha, sig, 32);
	crypto_hash_sha512_update(&sha, pub, 32);
	crypto_hash_sha512_update(&sha, text->data, text->len);
	crypto_hash_sha512_final(&sha, wide);
	crypto_core_ed25519_scalar_reduce(k, wide);
	memcpy(scalar, az, 32);
	crypto_core_ed25519_scalar_reduce(az, scalar);
	crypto_core_ed25519_scalar_mul(sig + 32, k, az);
}

/* S + L: the same point, another spelling. */
static void
add_group_order(uint8_t s[32])
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,	      0x63,
					  0x12, 0x58, 0xd6, 0x9c, 0xf7,	      0xa2,
					  0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	unsigned carry = 0;

	for (size_t i = 0; i < 32; i++) {
		carry += s[i] + (unsigned)order[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

static void
make_signatures(struct forge *forge, const struct good *good)
{
	struct batch_parts parts;
	uint8_t bytes[4 + SIGN_SIG_LEN];
	struct amana_error err;

	CHECK_OK(batch_split(BYTES_OF(good->slot), &parts, &err), err);
	memcpy(bytes, parts.sig.id, 4);
	memcpy(bytes + 4, parts.sig.sig, SIGN_SIG_LEN);
	put_signature(forge, good, "L-004", bytes, "batch/signature-as-it-was.valid");
	put_signature(forge, good, "R-005", bytes,
		      "batch/signature-under-another-name.damaged");
	put_signature(forge, good, "X-010", bytes,
		      "batch/signature-under-a-stranger-s-name.damaged");
	bytes[0] ^= 1;
	put_signature(forge, good, "L-004", bytes,
		      "batch/signature-with-another-key-id.damaged");
	bytes[0] ^= 1;
	add_group_order(bytes + 4 + 32);
	put_signature(forge, good, "L-004", bytes, "batch/signature-s-plus-l.damaged");
	sign_with_zero_nonce(&forge->lead->seed, &good->text, bytes + 4);
	put_signature(forge, good, "L-004", bytes,
		      "batch/signature-with-nonce-zero.damaged");
	memset(bytes + 4, 0, SIGN_SIG_LEN);
	put_signature(forge, good, "L-004", bytes, "batch/signature-all-zero.damaged");
	{ /* by somebody whom nobody has enrolled */
		CLEANUP(buf_done) struct buf note = BUF_INIT(4096);

		forge_note(buf_text(&good->text), "X-010", &forge->stranger->seed, &note);
		put_with_entries(forge, "batch/signed-by-a-stranger.damaged", &note,
				 good->entries);
	}
	{ /* a stranger's key under an enrolled name */
		CLEANUP(buf_done) struct buf note = BUF_INIT(4096);

		forge_note(buf_text(&good->text), "L-004", &forge->stranger->seed, &note);
		put_with_entries(forge, "batch/signed-in-another-s-name.damaged", &note,
				 good->entries);
	}
}

static void
make_signature_lines(const struct forge *forge, const struct good *good)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(4096);
	CLEANUP(buf_done) struct buf bad = BUF_INIT(4096);
	const char *line;
	struct amana_error err;

	forge_note(buf_text(&good->text), "L-004", &forge->lead->seed, &note);
	line = strstr(buf_text(&note), "\n\n") + 2;
	put_with_entries(forge, "batch/no-signature-line.damaged", &good->text,
			 good->entries);
	CHECK_OK(buf_add(&bad, note.data, note.len, &err), err);
	CHECK_OK(buf_add_str(&bad, line, &err), err);
	put_with_entries(forge, "batch/extra-signature-line.damaged", &bad,
			 good->entries);
	buf_clear(&bad);
	CHECK_OK(buf_add(&bad, note.data, note.len, &err), err);
	bad.data[note.len - 3]++; /* the digit before "=\n" */
	put_with_entries(forge, "batch/signature-base64-not-canonical.damaged", &bad,
			 good->entries);
	buf_clear(&bad);
	CHECK_OK(buf_add(&bad, note.data, note.len - strlen("=\n"), &err), err);
	CHECK_OK(buf_add_str(&bad, "\n", &err), err);
	put_with_entries(forge, "batch/signature-base64-without-padding.damaged", &bad,
			 good->entries);
	buf_clear(&bad);
	CHECK_OK(buf_add(&bad, note.data, note.len - 1, &err), err);
	CHECK_OK(buf_add_str(&bad, "\r\n", &err), err);
	put_with_entries(forge, "batch/signature-line-with-cr.damaged", &bad,
			 good->entries);
	buf_clear(&bad);
	forge_replace(buf_text(&note), "\n\n", "\n\n\n", &bad);
	put_with_entries(forge, "batch/two-blank-lines.damaged", &bad, good->entries);
}

/* ---- what follows the note: rule 3 ---- */

static void
make_entries_bytes(struct forge *forge, const struct good *good)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(4096);
	CLEANUP(buf_done) struct buf more = BUF_INIT(BATCH_BYTES_MAX);
	struct bytes entries = good->entries;
	struct amana_error err;

	forge_note(buf_text(&good->text), "L-004", &forge->lead->seed, &note);
	put_with_entries(forge, "batch/entries-cut.damaged", &note,
			 (struct bytes){entries.data, entries.len - 1});
	put_with_entries(forge, "batch/entries-missing.damaged", &note,
			 (struct bytes){NULL, 0});
	CHECK_OK(buf_add(&more, entries.data, entries.len, &err), err);
	CHECK_OK(buf_add_byte(&more, 0, &err), err);
	put_with_entries(forge, "batch/byte-after-the-entries.damaged", &note,
			 BYTES_OF(more));
	more.len--;
	CHECK_OK(buf_add(&more, entries.data, entries.len, &err), err);
	put_with_entries(forge, "batch/entry-twice.damaged", &note, BYTES_OF(more));
	more.len = entries.len;
	more.data[entries.len - 2] ^= 1;
	put_with_entries(forge, "batch/entry-changed.damaged", &note, BYTES_OF(more));
	more.data[entries.len - 2] ^= 1;
	more.data[1]++;
	put_with_entries(forge, "batch/entry-length-too-long.damaged", &note,
			 BYTES_OF(more));
	forge_put(forge, "batch/empty-file.damaged", (struct bytes){NULL, 0});
	forge_put(forge, "batch/cut-in-the-note.damaged",
		  (struct bytes){good->slot.data, 200});

	/* Signed for, but no entry; and one that has nothing in it. */
	lb_begin(&forge->lb, forge->lead);
	lb_add_bytes(&forge->lb, BYTES_STR("amana/1\nThis is no entry.\n"));
	sign_and_put(forge, "batch/entry-malformed.void");
	lb_begin(&forge->lb, forge->lead);
	lb_add_bytes(&forge->lb, (struct bytes){(const uint8_t *)"", 0});
	sign_and_put(forge, "batch/entry-empty.void");
	lb_begin(&forge->lb, forge->lead);
	sign_and_put(forge, "batch/no-entries.void");
}

/* ---- replays of whole slots, and keys that once were good ---- */

static void
make_copies(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct subject subject = subject_case(&forge->case_a);
	struct batch_parts parts;
	struct amana_error err;
	struct entry e;

	forge_put(forge, "batch/last-slot-again.damaged",
		  BYTES_OF(lb->slots[lb->n_slots - 1]));
	forge_put(forge, "batch/first-slot-again.damaged", BYTES_OF(lb->slots[0]));
	forge_put(forge, "batch/genesis-as-a-slot.damaged", BYTES_OF(lb->genesis_bytes));

	/* A batch with an entry of the slot before, as it stands there: by its own
	 * signer, so that only its place is wrong. */
	CHECK_OK(batch_split(BYTES_OF(lb->slots[lb->n_slots - 1]), &parts, &err), err);
	lb_begin(lb, forge->lead);
	lb_add_bytes(lb, (struct bytes){parts.entries.data + 2, parts.entries.len - 2});
	sign_and_put(forge, "batch/entry-copied-from-the-slot-before.void");
	lb_begin(lb, forge->reader);
	lb_add_bytes(lb, (struct bytes){parts.entries.data + 2, parts.entries.len - 2});
	sign_and_put(forge, "batch/entry-of-another-actor.void");

	/* The whole batch signed again for this slot: the signature is fresh, the entries
	 * are old. */
	lb_begin(lb, forge->depositor);
	CHECK_OK(batch_split(BYTES_OF(lb->slots[lb->n_slots - 4]), &parts, &err), err);
	lb_add_bytes(lb, (struct bytes){parts.entries.data + 2, parts.entries.len - 2});
	lb->note.has_bundle = true;
	sign_and_put(forge, "batch/batch-signed-again-later.void");

	/* A key that was replaced, and a member that was revoked: well signed, never
	 * allowed. */
	lb_begin(lb, forge->replaced);
	lb_record(lb, &e, ACT_RECORD, subject_member(&forge->renewed->code));
	lb_add(lb, &e);
	sign_and_put(forge, "batch/signed-with-a-replaced-key.void");
	lb_begin(lb, forge->revoked);
	lb_record(lb, &e, ACT_DENIED, subject);
	lb_add(lb, &e);
	sign_and_put(forge, "batch/signed-by-a-revoked-member.void");
}

/* ---- skip: the slot after a damaged one ---- */

static void
put_skip(struct forge *forge, struct person *signer, uint64_t first,
	 const struct hash *head, const struct hash *before, bool with_another,
	 const char *name)
{
	struct log_builder *lb = &forge->lb;
	struct subject subject = subject_vault();
	struct hash damaged;
	struct entry e;

	hash_of("vandalised\n", strlen("vandalised\n"), &damaged);
	lb_begin(lb, signer);
	lb->note.n++;
	lb->note.prev = damaged;
	entry_init(&e, ACT_SKIP, &subject);
	e.own.skip = (struct act_skip){.first = first,
				       .last = lb->note.n - 1,
				       .head = head != NULL ? *head : damaged,
				       .before = before != NULL ? *before
								: *state_head(lb->state)};
	lb_add(lb, &e);
	if (with_another) {
		entry_init(&e, ACT_PUBLISH, &subject);
		lb_add(lb, &e);
	}
	sign_and_put(forge, name);
}

static void
make_skips(struct forge *forge)
{
	uint64_t n = state_slot(forge->lb.state) + 1;

	/* What stands in slot n; run.c judges the files of skip/ as slot n + 1. */
	forge_write(forge, "vectors/base-log.damaged", BYTES_STR("vandalised\n"));
	put_skip(forge, forge->admin, n, NULL, NULL, false, "skip/by-an-admin.valid");
	put_skip(forge, forge->lead, n, NULL, NULL, false, "skip/by-no-admin.void");
	put_skip(forge, forge->stranger, n, NULL, NULL, false,
		 "skip/by-a-stranger.damaged");
	put_skip(forge, forge->admin, n - 1, NULL, NULL, false,
		 "skip/over-a-good-slot.void");
	put_skip(forge, forge->admin, n, &forge->proposal, NULL, false,
		 "skip/of-other-bytes.void");
	put_skip(forge, forge->admin, n, NULL, &forge->proposal, false,
		 "skip/after-another-history.void");
	put_skip(forge, forge->admin, n, NULL, NULL, true,
		 "skip/with-another-entry.void");
}

void
make_batches(struct forge *forge)
{
	struct good good;

	good_slot(forge, &good);
	forge_put(forge, "batch/record.valid", BYTES_OF(good.slot));
	make_note_texts(forge, &good);
	make_note_lines(forge, &good);
	make_signatures(forge, &good);
	make_signature_lines(forge, &good);
	make_entries_bytes(forge, &good);
	buf_done(&good.slot);
	buf_done(&good.text);
	make_copies(forge);
	make_skips(forge);
}
