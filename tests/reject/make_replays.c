/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

/*
 * Acts that the public rules allow and that only a reader who opens them can catch: a
 * depositor, or a lead who makes a new epoch, who signed what is not so.  A file is three
 * parts, each behind its u32 length: the slot after the base log, its bundle, its object.
 * The lead of case A tries to retrieve the exhibit (replay/), or to read the custody
 * chain of the first (custody/).
 */

static void
put_parts(const struct forge *forge, const char *name, const struct buf *slot,
	  const struct buf *bundle, const struct buf *object)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	const struct buf *parts[] = {slot, bundle, object};
	struct amana_error err;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		CHECK_OK(buf_add_u32be(&file, (uint32_t)parts[i]->len, &err), err);
		CHECK_OK(buf_add(&file, parts[i]->data, parts[i]->len, &err), err);
	}
	forge_put(forge, name, BYTES_OF(file));
}

static void
begin(struct forge *forge, struct forge_act *act)
{
	forge_begin(forge, forge->depositor, act);
	forge_deposit(forge, &forge->case_a, "Another exhibit.\n", act);
	forge_act_sheet(forge, act, "deposit");
}

static void
end(struct forge *forge, struct forge_act *act, const char *name)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	forge_end(forge, act, &slot);
	put_parts(forge, name, &slot, &act->bundle, &act->object);
	forge_act_done(act);
}

/* ---- lines ---- */

/* What the lines say differs in one thing from where they stand. */
static void
make_bonds(struct forge *forge)
{
	static const char *const names[] = {
		"replay/deposit.ok",
		"replay/line-of-another-vault.tampered",
		"replay/line-of-another-case.tampered",
		"replay/line-of-another-actor.tampered",
		"replay/line-of-another-exhibit.tampered",
		"replay/line-of-another-object.tampered",
		"replay/line-of-another-recipient.tampered",
		"replay/line-of-no-object.tampered",
		"replay/line-of-no-case.tampered",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		for (size_t k = 0; k < (i == 0 ? 1 : 3);
		     k++) { /* content, about, source */
			struct forge_act act;
			struct line_bond *bond = &act.say[k].bond;
			char name[128];

			begin(forge, &act);
			if (i == 1)
				bond->vault = forge->proposal;
			else if (i == 2)
				bond->case_id = forge->case_b;
			else if (i == 3)
				bond->actor = forge->reader->code;
			else if (i == 4)
				bond->exhibit = forge->exhibit_a;
			else if (i == 5)
				bond->object = forge->object_a;
			else if (i == 6)
				bond->recipient = forge->act_a->recipient;
			else if (i == 7)
				bond->has_object = false;
			else if (i == 8)
				bond->in_case = false;
			forge_seal_exhibit(forge, &act);
			snprintf(name, sizeof name, "%s", names[i]);
			if (k > 0)
				snprintf(name, sizeof name, "replay/%s-%s",
					 k == 1 ? "about" : "source",
					 names[i] + strlen("replay/"));
			end(forge, &act, name);
		}
	}
}

/* The same line, byte for byte, with its own hash: copied out of another sheet. */
static void
make_copied_lines(struct forge *forge)
{
	const struct {
		const char *name;
		const struct forge_act *from;
		size_t line, as;
	} list[] = {
		{"replay/line-copied-from-another-exhibit.tampered", forge->act_a, 0, 0},
		{"replay/line-copied-from-another-case.tampered", forge->act_b, 0, 0},
		{"replay/about-copied-from-another-exhibit.tampered", forge->act_a, 1, 1},
		{"replay/source-copied-from-another-exhibit.tampered", forge->act_a, 2,
		 2},
		{"replay/about-named-as-content.tampered", NULL, 1, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		CLEANUP(buf_done) struct buf sheet = BUF_INIT(SHEET_FILE_MAX);
		struct bytes lines[4];
		struct forge_act act;

		begin(forge, &act);
		forge_build_lines(&act);
		for (size_t k = 0; k < 3; k++)
			lines[k] = BYTES_OF(act.json[k]);
		/* The entry's lines stand in the order content, about, source, custody,
		 * reason. */
		if (list[i].from != NULL) {
			lines[list[i].as] = BYTES_OF(list[i].from->json[list[i].line]);
			act.entry.lines[list[i].as].hash =
				list[i].from->lines[list[i].line];
		} else {
			act.entry.lines[0].hash = act.lines[1];
		}
		forge_exhibit_sheet(forge, &act, lines, 3, &sheet);
		forge_add_sheet(&act, BYTES_OF(sheet));
		end(forge, &act, list[i].name);
	}
}

/* Which lines the sheet has: `list` ends with -1. */
static void
put_chosen(struct forge *forge, const char *name, const int *list)
{
	CLEANUP(buf_done) struct buf sheet = BUF_INIT(SHEET_FILE_MAX);
	CLEANUP(line_text_done) struct buf extra = BUF_INIT(LINE_BYTES_MAX);
	struct bytes lines[8];
	struct forge_act act;
	struct amana_error err;
	struct hash hash;
	size_t n = 0;

	begin(forge, &act);
	forge_build_lines(&act);
	CHECK_OK(line_build(&act.say[1], &extra, &hash, &err),
		 err); /* with another salt */
	for (; list[n] >= 0; n++)
		lines[n] = list[n] < 3 ? BYTES_OF(act.json[list[n]]) : BYTES_OF(extra);
	forge_exhibit_sheet(forge, &act, lines, n, &sheet);
	forge_add_sheet(&act, BYTES_OF(sheet));
	end(forge, &act, name);
}

static void
make_chosen_lines(struct forge *forge)
{
	put_chosen(forge, "replay/lines-in-another-order.ok", (const int[]){2, 1, 0, -1});
	put_chosen(forge, "replay/content-line-in-no-sheet.tampered",
		   (const int[]){1, 2, -1});
	put_chosen(forge, "replay/about-line-in-no-sheet.tampered",
		   (const int[]){0, 2, -1});
	put_chosen(forge, "replay/source-line-in-no-sheet.tampered",
		   (const int[]){0, 1, -1});
	put_chosen(forge, "replay/line-that-no-entry-names.tampered",
		   (const int[]){0, 1, 2, 3, -1});
}

/* ---- sheets and bundles ---- */

static struct bytes
sheet_of(const struct forge_act *act, size_t i, struct bundle *ret_bundle)
{
	struct amana_error err;

	CHECK_OK(bundle_parse(BYTES_OF(act->bundle), ret_bundle, &err), err);
	CHECK(i < ret_bundle->n);
	return ret_bundle->sheets[i];
}

static void
make_sheets(struct forge *forge)
{
	CLEANUP(bundle_done) struct bundle of_a = BUNDLE_INIT, of_b = BUNDLE_INIT;
	struct bytes sheet_a = sheet_of(forge->act_a, 1, &of_a);
	struct bytes sheet_b = sheet_of(forge->act_b, 1, &of_b);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf none = BUF_INIT(1);
	struct forge_act act;

	begin(forge, &act); /* own lines, another's sheet */
	forge_build_lines(&act);
	forge_add_sheet(&act, sheet_a);
	end(forge, &act, "replay/sheet-of-another-exhibit.tampered");

	begin(forge, &act); /* and its lines */
	for (size_t i = 0; i < 3; i++)
		CHECK_INT(entry_add_line(&act.entry, act.say[i].kind,
					 &forge->act_a->lines[i]),
			  0);
	forge_add_sheet(&act, sheet_a);
	end(forge, &act, "replay/sheet-and-lines-of-another-exhibit.tampered");

	begin(forge, &act);
	for (size_t i = 0; i < 3; i++)
		CHECK_INT(entry_add_line(&act.entry, act.say[i].kind,
					 &forge->act_b->lines[i]),
			  0);
	forge_add_sheet(&act, sheet_b);
	end(forge, &act, "replay/sheet-of-another-case.tampered");

	begin(forge, &act); /* the bundle is another's */
	forge_seal_exhibit(forge, &act);
	forge_end(forge, &act, &slot);
	put_parts(forge, "replay/bundle-of-another-act.tampered", &slot,
		  &forge->act_a->bundle, &act.object);
	put_parts(forge, "replay/bundle-missing.tampered", &slot, &none, &act.object);
	put_parts(forge, "replay/object-missing.tampered", &slot, &act.bundle, &none);
	put_parts(forge, "replay/object-of-another-exhibit-in-its-place.tampered", &slot,
		  &act.bundle, &forge->act_a->object);
	forge_act_done(&act);

	begin(forge, &act); /* signed for, and not in the bundle that was signed for */
	forge_seal_exhibit(forge, &act);
	act.entry.sheets[1] = forge->proposal;
	end(forge, &act, "replay/sheet-not-in-its-bundle.tampered");
}

/* ---- objects ---- */

/* An object of this plaintext, for these recipients; lines say what they said. */
static void
put_object(struct forge *forge, const char *name, size_t len, size_t padded,
	   size_t mark_at, bool for_another_too)
{
	CLEANUP(buf_done) struct buf plain = BUF_INIT(1 << 16);
	struct age_recipient to[2];
	struct forge_act act;
	struct amana_error err;
	uint8_t *at;

	begin(forge, &act);
	at = buf_reserve(&plain, padded, &err);
	CHECK(at != NULL);
	memset(at, 0, padded);
	memset(at, 'x', len);
	if (mark_at < padded)
		at[mark_at] = '!';
	hash_of(at, len, &act.say[0].sha256);
	act.say[0].size = len;
	buf_clear(&act.object);
	to[0] = act.recipient;
	to[1] = forge->depositor->recipient;
	CHECK_OK(age_seal(to, for_another_too ? 2 : 1, (struct bytes){at, padded},
			  &act.object, &err),
		 err);
	forge_deposit_object(&act, BYTES_OF(act.object));
	forge_seal_exhibit(forge, &act);
	end(forge, &act, name);
}

static void
make_objects(struct forge *forge)
{
	struct forge_act act;
	struct amana_error err;

	put_object(forge, "replay/object.ok", 100, 4096, SIZE_MAX, false);
	put_object(forge, "replay/hidden-bytes-in-padding.tampered", 100, 4096, 100,
		   false);
	put_object(forge, "replay/hidden-byte-at-the-end-of-padding.tampered", 100, 4096,
		   4095, false);
	put_object(forge, "replay/object-without-padding.tampered", 100, 100, SIZE_MAX,
		   false);
	put_object(forge, "replay/object-with-too-much-padding.tampered", 100, 8192,
		   SIZE_MAX, false);
	put_object(forge, "replay/object-of-4097-bytes.ok", 4097, 4352, SIZE_MAX, false);
	put_object(forge, "replay/object-for-its-depositor-too.tampered", 100, 4096,
		   SIZE_MAX, true);

	begin(forge, &act); /* another digest, another size */
	memset(act.say[0].sha256.bytes, 7, HASH_LEN);
	forge_seal_exhibit(forge, &act);
	end(forge, &act, "replay/content-of-another-digest.tampered");
	begin(forge, &act);
	act.say[0].size--;
	hash_of("Another exhibit.", act.say[0].size, &act.say[0].sha256);
	forge_seal_exhibit(forge, &act);
	end(forge, &act, "replay/content-shorter-than-its-object.tampered");
	begin(forge, &act);
	act.say[0].size++;
	hash_of("Another exhibit.\n", act.say[0].size, &act.say[0].sha256);
	forge_seal_exhibit(forge, &act);
	/* A zero at the end of a file looks like padding: the digest alone decides, and
	 * here it is right. */
	end(forge, &act, "replay/content-with-a-zero-at-its-end.ok");
	begin(forge, &act);
	buf_clear(&act.object);
	CHECK_OK(age_seal(&act.recipient, 1, BYTES_STR(""), &act.object, &err), err);
	forge_deposit_object(&act, BYTES_OF(act.object));
	forge_seal_exhibit(forge, &act);
	end(forge, &act, "replay/object-empty.tampered");
}

/* ---- key files: a new epoch of case A ---- */

static void
put_key_file(struct forge *forge, const char *name, const struct ring *ring,
	     const char *find, const char *with)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(RING_PLAIN_MAX);
	CLEANUP(buf_done) struct buf bad = BUF_INIT(RING_PLAIN_MAX);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct forge_act act;
	struct amana_error err;

	CHECK_OK(ring_serialise(ring, RING_WITH_KEYS, &plain, &err), err);
	CHECK_OK(buf_add(&text, plain.data, plain.len, &err), err);
	forge_replace(buf_text(&text), find, with, &bad);
	forge_begin(forge, forge->lead, &act);
	lb_epoch(&forge->lb, &act.entry, &forge->case_a);
	act.entry.own.epoch.recipient = forge->ring_a->recipients[0];
	CHECK_OK(age_seal(&forge->lead->recipient, 1, BYTES_OF(bad), &act.object, &err),
		 err);
	hash_of(act.object.data, act.object.len, &act.entry.objects[0]);
	forge_end(forge, &act, &slot);
	put_parts(forge, name, &slot, &act.bundle, &act.object);
	forge_act_done(&act);
}

static void
make_key_files(struct forge *forge)
{
	CLEANUP(ring_freep) struct ring *other = NULL;
	char vault[HASH_HEX_LEN + 1], hex[HASH_HEX_LEN + 1], id[CUSTODY_ID_HEX_LEN + 1];
	char case_b[CUSTODY_ID_HEX_LEN + 1];
	struct amana_error err;

	/* From here on the ring has an epoch 3 that the base log has not. */
	custody_id_hex(&forge->case_a, id);
	custody_id_hex(&forge->case_b, case_b);
	CHECK_OK(ring_add_epoch(forge->ring_a, 3, &err), err);
	CHECK_OK(ring_new_case(&forge->lb.fingerprint, id, "HK-2025-0001", NULL, &other,
			       &err),
		 err);
	CHECK_OK(ring_add_epoch(other, 3, &err), err);
	hash_hex(&forge->lb.fingerprint, vault);
	hash_hex(&forge->proposal, hex);
	put_key_file(forge, "replay/key-file.ok", forge->ring_a, "# epoch", "# epoch");
	put_key_file(forge, "replay/key-file-of-another-vault.tampered", forge->ring_a,
		     vault, hex);
	put_key_file(forge, "replay/key-file-of-another-case.tampered", forge->ring_a, id,
		     case_b);
	put_key_file(forge, "replay/key-file-with-another-key.tampered", other, "# epoch",
		     "# epoch");
	put_key_file(forge, "replay/key-file-of-a-later-epoch.tampered", forge->ring_a,
		     "# epoch 3", "# epoch 4");
	put_key_file(forge, "replay/key-file-with-hidden-bytes-in-padding.tampered",
		     forge->ring_a, "#          ", "# hidden   ");
	put_key_file(forge, "replay/key-file-of-a-newer-version.tampered", forge->ring_a,
		     "amana/ring 1", "amana/ring 2");
}

/* ---- records: what the custody chain of the exhibit in case A shows of them ---- */

static void
begin_record(struct forge *forge, struct forge_act *act)
{
	forge_begin(forge, forge->reader, act);
	lb_record(&forge->lb, &act->entry, ACT_RECORD,
		  subject_exhibit(&forge->exhibit_a));
}

/* Lines custody and reason for this act; `change` of the bond says what is not so. */
static void
act_lines(struct forge *forge, const struct forge_act *act, int change,
	  struct buf json[2], struct hash hashes[2])
{
	const struct act_sealing *place = &act->entry.own.sealing;
	struct line line = {.kind = LINE_CUSTODY,
			    .event = "retrieve",
			    .tool = "amana",
			    .device = "office",
			    .clock = {.utc_at = LB_TIME, .boot = "-"}};
	struct amana_error err;

	line.bond = (struct line_bond){.vault = forge->lb.fingerprint,
				       .in_case = true,
				       .case_id = place->case_id,
				       .actor = forge->reader->code,
				       .act = forge->lb.note.nonce};
	if (change == 1)
		line.bond.vault = forge->proposal;
	else if (change == 2)
		line.bond.case_id = forge->case_b;
	else if (change == 3)
		line.bond.actor = forge->lead->code;
	else if (change == 4)
		line.bond.act = forge->case_b;
	CHECK_OK(line_build(&line, &json[0], &hashes[0], &err), err);
	line = (struct line){.kind = LINE_REASON, .bond = line.bond, .text = "for court"};
	CHECK_OK(line_build(&line, &json[1], &hashes[1], &err), err);
}

struct record_case {
	const char *name;
	int change;	    /* see act_lines */
	const char *lines;  /* what the sheet has: c custody, r reason, x a line that
			       nobody names */
	bool for_depositor; /* sealed to the depositor instead of the rings */
};

static void
put_record(struct forge *forge, const struct record_case *this)
{
	CLEANUP(buf_done) struct buf sheet = BUF_INIT(SHEET_FILE_MAX);
	struct buf json[2] = {BUF_INIT(LINE_BYTES_MAX), BUF_INIT(LINE_BYTES_MAX)};
	struct age_recipient to[2] = {
		forge->ring_audit->recipients[0],
		*state_ring_recipient(forge->lb.state, &forge->case_a, 2)};
	struct bytes lines[4];
	struct forge_act act;
	struct amana_error err;
	struct hash hashes[2], hash;
	size_t n;

	begin_record(forge, &act);
	act_lines(forge, &act, this->change, json, hashes);
	CHECK_INT(entry_add_line(&act.entry, LINE_CUSTODY, &hashes[0]), 0);
	CHECK_INT(entry_add_line(&act.entry, LINE_REASON, &hashes[1]), 0);
	for (n = 0; this->lines[n] != 0; n++)
		lines[n] = this->lines[n] == 'c'   ? BYTES_OF(json[0])
			   : this->lines[n] == 'r' ? BYTES_OF(json[1])
						   : BYTES_OF(forge->act_a->json[1]);
	if (this->for_depositor)
		to[0] = forge->depositor->recipient;
	CHECK_OK(sheet_seal(&(struct sheet_content){lines, n, NULL}, to,
			    this->for_depositor ? 1 : 2, &sheet, &hash, &err),
		 err);
	forge_add_sheet(&act, BYTES_OF(sheet));
	line_text_done(&json[0]);
	line_text_done(&json[1]);
	end(forge, &act, this->name);
}

static void
make_records(struct forge *forge)
{
	static const struct record_case list[] = {
		{"custody/record.ok", 0, "cr", false},
		{"custody/lines-of-another-vault.tampered", 1, "cr", false},
		{"custody/lines-of-another-case.tampered", 2, "cr", false},
		{"custody/lines-of-another-actor.tampered", 3, "cr", false},
		{"custody/lines-of-another-act.tampered", 4, "cr", false},
		{"custody/custody-line-in-no-sheet.tampered", 0, "r", false},
		{"custody/reason-line-in-no-sheet.tampered", 0, "c", false},
		{"custody/line-that-no-entry-names.tampered", 0, "crx", false},
		{"custody/sheet-for-somebody-else.tampered", 0, "cr", true},
	};
	CLEANUP(bundle_done) struct bundle bundle = BUNDLE_INIT;
	struct forge_act act;

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		put_record(forge, &list[i]);
	/* The sheet of the record before, with its lines: a reading that was another. */
	begin_record(forge, &act);
	for (size_t i = 0; i < forge->act_record->entry.n_lines; i++)
		CHECK_INT(entry_add_line(&act.entry,
					 forge->act_record->entry.lines[i].kind,
					 &forge->act_record->entry.lines[i].hash),
			  0);
	forge_add_sheet(&act, sheet_of(forge->act_record, 0, &bundle));
	end(forge, &act, "custody/sheet-and-lines-of-another-act.tampered");
}

void
make_replays(struct forge *forge)
{
	make_bonds(forge);
	make_copied_lines(forge);
	make_chosen_lines(forge);
	make_sheets(forge);
	make_objects(forge);
	make_key_files(forge);
	make_records(forge);
}
