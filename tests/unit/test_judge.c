/* SPDX-License-Identifier: Apache-2.0 */
#include "state/judge.h"

#include "office_fixture.h"
#include "state_peek.h"

/* Judging by docs/FORMAT.md section 9: which rule meets which slot, and that nothing is
 * left behind. */

/* A good batch of two entries, signed and not yet judged. */
static void
make_slot(struct office *o, struct buf *ret_slot)
{
	struct custody_id x;
	struct entry e;

	lb_begin(&o->lb, o->depositor);
	for (int i = 0; i < 2; i++) {
		lb_deposit(&o->lb, &e, &x, &o->c);
		lb_add_sheet(&o->lb, &e);
		lb_add(&o->lb, &e);
	}
	*ret_slot = (struct buf)BUF_INIT(BATCH_BYTES_MAX + 1);
	lb_sign(&o->lb, ret_slot);
}

/* The verdict on these bytes, for this reason; the state must be as it was, but for slot
 * number and head if void. */
static void
check_verdict(struct office *o, struct bytes slot, enum verdict verdict, const char *why,
	      const char *file, int line)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct log_builder *lb = &o->lb;
	struct judge_report report;
	struct amana_error err;
	struct hash head;

	lb_snapshot(lb->state, &before);
	CHECK_OK(judge_slot(lb->state, slot, &report, &err), err);
	if (report.verdict != verdict || strstr(report.reason, why) == NULL) {
		fprintf(stderr, "%s:%d: %s (%s), not %s for '%s'\n", file, line,
			verdict_name(report.verdict), report.reason,
			verdict_name(verdict), why);
		exit(1);
	}
	lb_snapshot(lb->state, &after);
	hash_of(slot.data, slot.len, &head);
	CHECK(hash_equal(&report.head, &head));
	if (verdict == VERDICT_VOID) {
		CHECK(lb_same_but_slot(lb, &before, &after));
		CHECK(hash_equal(state_head(lb->state), &head));
		CHECK(report.signer.text[0] != 0);
	} else {
		CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
	}
}
#define VERDICT(o, slot, verdict, why)                                                   \
	check_verdict(o, slot, verdict, why, __FILE__, __LINE__)

static void
valid(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash head, now;
	uint64_t n;

	office_init(&o);
	make_slot(&o, &slot);
	n = state_slot(lb->state);
	CHECK_INT(lb_judge(lb, BYTES_OF(slot)), VERDICT_VALID);
	CHECK_STR(lb->report.reason, "");
	CHECK_STR(lb->report.signer.text, "S-006");
	CHECK(lb->report.has_note && lb->report.note.n == n + 1 &&
	      lb->report.note.has_bundle);
	CHECK_INT(state_slot(lb->state), n + 1);
	CHECK_INT(state_size(lb->state), lb->report.note.after);
	CHECK_INT(state_case(lb->state, &o.c)->n_exhibits, 3);
	CHECK_INT(state_exhibit_numbered(lb->state, &o.c, 3)->deposited_in, n + 1);
	hash_of(slot.data, slot.len, &head);
	CHECK(hash_equal(state_head(lb->state), &head));
	CHECK_INT(state_bundle_now(lb->state, &lb->report.note.bundle, &now), 0);
	office_done(&o);
}

/* Every byte of a slot inverted in turn: damaged, whatever it was.  The signature covers
 * the note, the root the entries. */
static void
any_byte_changed(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct judge_report report;
	struct amana_error err;

	office_init(&o);
	make_slot(&o, &slot);
	for (size_t i = 0; i < slot.len; i++) {
		slot.data[i] ^= 0xff;
		CHECK_OK(judge_slot(o.lb.state, BYTES_OF(slot), &report, &err), err);
		CHECK_INT(report.verdict, VERDICT_DAMAGED);
		slot.data[i] ^= 0xff;
		CHECK_OK(judge_slot(o.lb.state, (struct bytes){slot.data, i}, &report,
				    &err),
			 err);
		CHECK_INT(report.verdict, VERDICT_DAMAGED);
	}
	CHECK_OK(buf_add_byte(&slot, 0, &err), err);
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not the 2 entries");
	CHECK_INT(lb_judge(&o.lb, (struct bytes){slot.data, slot.len - 1}),
		  VERDICT_VALID);
	office_done(&o);
}

/* The slot with its first `len` bytes replaced. */
static void
with_start(const struct buf *slot, size_t len, const struct buf *start,
	   struct buf *ret_other)
{
	struct amana_error err;

	buf_clear(ret_other);
	CHECK_OK(buf_add(ret_other, start->data, start->len, &err), err);
	CHECK_OK(buf_add(ret_other, slot->data + len, slot->len - len, &err), err);
}

static size_t
note_len(const struct buf *slot)
{
	struct batch_parts parts;
	struct amana_error err;

	CHECK_OK(batch_split(BYTES_OF(*slot), &parts, &err), err);
	return slot->len - parts.entries.len;
}

static void
signatures(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(0), note = BUF_INIT(65536),
		   other = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct batch_parts parts;
	struct amana_error err;
	size_t len;

	office_init(&o);
	make_slot(&o, &slot);
	len = note_len(&slot);
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);

	/* A second line: the first is good, but then the bytes after it are no entries.
	 */
	CHECK_OK(buf_add(&note, slot.data, len, &err), err);
	CHECK_OK(note_add_signature(&note, "S-003", &o.lead->seed, &err), err);
	with_start(&slot, len, &note, &other);
	VERDICT(&o, BYTES_OF(other), VERDICT_DAMAGED, "not the 2 entries");

	/* By a stranger, by nobody's code, by a member whose key was another's, under
	 * another's name. */
	for (int i = 0; i < 4; i++) {
		struct person *stranger = lb_person(lb, "X-1");

		buf_clear(&note);
		CHECK_OK(buf_add(&note, parts.text.data, parts.text.len, &err), err);
		CHECK_OK(note_sign(&note,
				   i == 0   ? "X-1"
				   : i == 1 ? "nobody"
					    : "S-006",
				   i == 3 ? &o.lead->seed : &stranger->seed, &err),
			 err);
		with_start(&slot, len, &note, &other);
		VERDICT(&o, BYTES_OF(other), VERDICT_DAMAGED, "no key ever enrolled");
	}

	/* Good, but the key's id is another's. */
	for (int i = 0; i < 2; i++) {
		uint8_t raw[4 + SIGN_SIG_LEN];
		char text[TEXT_B64_LEN(sizeof raw) + 1];

		memcpy(raw, i == 0 ? parts.sig.id : o.lead->key.id, 4);
		memcpy(raw + 4, parts.sig.sig, SIGN_SIG_LEN);
		text_b64(raw, sizeof raw, text);
		buf_clear(&note);
		CHECK_OK(buf_add(&note, parts.text.data, parts.text.len, &err), err);
		CHECK_OK(buf_add_fmt(&note, &err, "\n\xe2\x80\x94 S-006 %s\n", text),
			 err);
		with_start(&slot, len, &note, &other);
		if (i == 0)
			CHECK(bytes_equal(BYTES_OF(other), BYTES_OF(slot)));
		else
			VERDICT(&o, BYTES_OF(other), VERDICT_DAMAGED,
				"no key ever enrolled");
	}

	/* By another member, well: then he signs for entries that are not his. */
	buf_clear(&note);
	CHECK_OK(buf_add(&note, parts.text.data, parts.text.len, &err), err);
	CHECK_OK(note_sign(&note, "S-003", &o.lead->seed, &err), err);
	with_start(&slot, len, &note, &other);
	VERDICT(&o, BYTES_OF(other), VERDICT_VOID,
		"entry 1, deposit: the entry is S-006's");
	office_done(&o);
}

/* The nonce r = 0: R is the neutral point and S = h a, which satisfies the equation;
 * OpenSSL takes it. */
static void
small_order_nonce(void)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,	      0x63,
					  0x12, 0x58, 0xd6, 0x9c, 0xf7,	      0xa2,
					  0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct batch_parts parts;
	struct amana_error err;
	uint8_t raw[4 + SIGN_SIG_LEN];
	char text[TEXT_B64_LEN(sizeof raw) + 1];
	uint8_t *line;

	office_init(&o);
	make_slot(&o, &slot);
	CHECK_OK(batch_split(BYTES_OF(slot), &parts, &err), err);
	line = memmem(slot.data, slot.len, "\n\n", 2);
	CHECK(line != NULL);
	line += 2 + 3 + 1 + strlen("S-006") + 1;
	/* (0, 1) is the neutral point; S = 0 and S = L as well as a real S with it. */
	for (int i = 0; i < 3; i++) {
		memcpy(raw, parts.sig.id, 4);
		memset(raw + 4, 0, 64);
		raw[4] = 1;
		if (i == 1)
			memcpy(raw + 4 + 32, order, 32);
		if (i == 2)
			memcpy(raw + 4 + 32, parts.sig.sig + 32, 32);
		text_b64(raw, sizeof raw, text);
		memcpy(line, text, strlen(text));
		VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "no key ever enrolled");
	}
	/* S + L: the same scalar, spelt again. */
	memcpy(raw + 4, parts.sig.sig, 64);
	for (unsigned int i = 0, carry = 0; i < 32; i++) {
		carry += raw[4 + 32 + i] + (unsigned int)order[i];
		raw[4 + 32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	text_b64(raw, sizeof raw, text);
	memcpy(line, text, strlen(text));
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "no key ever enrolled");
	memcpy(raw + 4, parts.sig.sig, 64);
	text_b64(raw, sizeof raw, text);
	memcpy(line, text, strlen(text));
	CHECK_INT(lb_judge(&o.lb, BYTES_OF(slot)), VERDICT_VALID);
	office_done(&o);
}

/* A note of this text by S-003, with these entries after it. */
static void
sign_text(struct office *o, const char *text, struct bytes entries, struct buf *ret_slot)
{
	struct amana_error err;

	buf_clear(ret_slot);
	CHECK_OK(buf_add_str(ret_slot, text, &err), err);
	CHECK_OK(note_sign(ret_slot, "S-003", &o->lead->seed, &err), err);
	CHECK_OK(buf_add(ret_slot, entries.data, entries.len, &err), err);
}

static void
notes_of_another_place(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(BATCH_BYTES_MAX), text = BUF_INIT(4096);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct amana_error err;
	struct entry e;

	office_init(&o);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb->note.after = lb->tree.size;
	merkle_root(&lb->tree, &lb->note.root);
	for (int i = 3; i >= 0; i--) {
		struct batch_note note = lb->note;
		const char *origin = lb->genesis.origin;

		buf_clear(&text);
		note.n += i == 1;
		note.prev.bytes[0] ^= (i == 2);
		if (i == 3)
			origin = "test.example/00112233445566778899aabbccddeef0";
		CHECK_OK(batch_note_encode(&note, origin, &text, &err), err);
		sign_text(&o, buf_text(&text), BYTES_OF(lb->entries), &slot);
		if (i > 0)
			VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED,
				"not for this vault");
	}
	CHECK_INT(lb_judge(lb, BYTES_OF(slot)), VERDICT_VALID);
	office_done(&o);
}

/* Well signed for this very place, but not a note of eight lines, or for another tree:
 * void, and who signed is named. */
static void
void_notes(void)
{
	CLEANUP(buf_done)
	struct buf slot = BUF_INIT(BATCH_BYTES_MAX), text = BUF_INIT(4096);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct amana_error err;
	struct entry e;

	office_init(&o);
	for (int i = 0; i < 7; i++) {
		static const char *const whys[] = {"fewer than 8", "more than 8", "nonce",
						   "sizes",	   "sizes",	  "sizes",
						   "fewer than 8"};
		struct batch_note note;

		lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
		lb_begin(lb, o.lead);
		lb_add(lb, &e);
		note = lb->note;
		note.after = lb->tree.size;
		merkle_root(&lb->tree, &note.root);
		if (i == 3)
			note.before--;
		if (i == 4)
			note.after = note.before;
		if (i == 5)
			note.after = note.before - 1;
		buf_clear(&text);
		CHECK_OK(batch_note_encode(&note, lb->genesis.origin, &text, &err), err);
		if (i == 0) /* without its last line */
			*(char *)memrchr(text.data, '-', text.len) = 0;
		if (i == 1)
			CHECK_OK(buf_add_str(&text, "-\n", &err), err);
		if (i == 2) { /* the nonce's first digit */
			char *at = (char *)text.data;

			for (int line = 0; line < 3; line++)
				at = strchr(at, '\n') + 1;
			*at = 'G';
		}
		if (i == 6) { /* the first three lines alone */
			char *at = (char *)text.data;

			for (int line = 0; line < 3; line++)
				at = strchr(at, '\n') + 1;
			*at = 0;
		}
		sign_text(&o, buf_text(&text), BYTES_OF(lb->entries), &slot);
		VERDICT(&o, BYTES_OF(slot), VERDICT_VOID, whys[i]);
	}
	office_done(&o);
}

/* Damage of the entries outranks what is wrong with them: void means that the signer
 * signed these very bytes. */
static void
void_and_damaged_entries(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct hash sheet;
	struct entry e;

	office_init(&o);
	/* A malformed entry. */
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add(lb, &e);
	lb_add_bytes(lb, BYTES_STR("amana/1\nthis is no entry\n"));
	lb_sign(lb, &slot);
	slot.data[slot.len - 3] ^= 1;
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not those signed for");
	slot.data[slot.len - 3] ^= 1;
	VERDICT(&o, BYTES_OF(slot), VERDICT_VOID, "entry 2: line 2: not a hash");

	/* An empty one. */
	lb_begin(lb, o.lead);
	lb_add_bytes(lb, (struct bytes){(const uint8_t *)"", 0});
	CHECK_INT(lb_end(lb), VERDICT_VOID);

	/* One more and one fewer than signed for. */
	for (int i = -1; i <= 1; i += 2) {
		lb_begin(lb, o.lead);
		lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
		lb_add(lb, &e);
		lb_add(lb, &e);
		lb->lie_of_size = i;
		buf_clear(&slot);
		lb_sign(lb, &slot);
		VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not the");
	}
	/* Another root. */
	lb_begin(lb, o.lead);
	lb_add(lb, &e);
	lb->lie_of_root = true;
	buf_clear(&slot);
	lb_sign(lb, &slot);
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "not those signed for");

	/* A sheet without a bundle, a bundle without a sheet. */
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add_sheet(lb, &e);
	lb_add(lb, &e);
	lb->note.has_bundle = false;
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "names a sheet") != NULL);
	lb_begin(lb, o.lead);
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	lb_add(lb, &e);
	lb->note.has_bundle = true;
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "no entry a sheet") != NULL);
	CHECK(state_bundle_now(lb->state, &lb->report.note.bundle, &sheet) < 0);

	/* Then a good one: it names the void slot before it. */
	ALLOWED(lb, o.lead, &e);
	office_done(&o);
}

static void
too_large(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(0);
	struct office o;
	struct amana_error err;

	office_init(&o);
	make_slot(&o, &slot);
	CHECK(buf_reserve(&slot, BATCH_BYTES_MAX + 1 - slot.len, &err) != NULL);
	memset(slot.data + slot.len, 0, BATCH_BYTES_MAX + 1 - slot.len);
	slot.len = BATCH_BYTES_MAX + 1;
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "more than a slot may have");
	slot.len = 0;
	VERDICT(&o, BYTES_OF(slot), VERDICT_DAMAGED, "no blank line");
	office_done(&o);
}

/* A batch that fails at its last entry after every kind of change: not a bit of the
 * state is left changed. */
static void
undo_is_exact(void)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct custody_id x, other;
	struct hash leaf, object;
	struct entry e;

	office_init(&o);
	lb_grant(lb, &e, &o.c, o.founder, GRANT_LEAD);
	ALLOWED(lb, o.lead, &e);
	of_vault(&e, ACT_RESTORED);
	e.own.restored.head = lb->fingerprint;
	leaf = propose(&o, o.admin, &e);

	lb_snapshot(lb->state, &before);
	lb_begin(lb, o.founder);
	lb_enrol(lb, &e, lb_person(lb, "X-1"), 0);
	lb_add(lb, &e);
	lb_enrol(lb, &e, lb_twin(lb, o.reader), 0);
	lb_add(lb, &e);
	of_member(&e, ACT_REVOKE, o.standby);
	lb_add(lb, &e);
	lb_role(&e, o.auditor, false, ROLE_AUDITOR);
	lb_add(lb, &e);
	of_vault(&e, ACT_POLICY);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 5};
	lb_add(lb, &e);
	lb_hash(lb, &object);
	of_vault(&e, ACT_LOG_KEY);
	CHECK_INT(note_key_make(lb->genesis.origin, o.plain->key.pub, &e.own.log_key), 0);
	CHECK_INT(entry_add_object(&e, &object), 0);
	lb_add(lb, &e);
	lb_case(lb, &e, &other, o.lead, o.plain);
	lb_add(lb, &e);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	lb_add(lb, &e);
	lb_epoch(lb, &e, &o.c);
	lb_add(lb, &e);
	for (int i = 0; i < 100; i++) { /* hash tables grow */
		lb_deposit(lb, &e, &x, &o.c);
		e.own.sealing.epoch++;
		lb_add_sheet(lb, &e);
		lb_add(lb, &e);
	}
	{
		struct subject c = subject_case(&o.c);

		entry_init(&e, ACT_HOLD, &c);
		e.own.hold = true;
		lb_add(lb, &e);
		e.own.hold = false;
		lb_propose(&e);
		lb_add(lb, &e);
	}
	lb_approve(&e, subject_vault(), &leaf, true);
	lb_add(lb, &e);
	lb_record(lb, &e, ACT_RECORD, subject_member(&lb_person(lb, "X-2")->code));
	lb_add(lb, &e); /* there is no X-2 */
	CHECK_INT(lb_end(lb), VERDICT_VOID);
	CHECK(strstr(lb->report.reason, "entry 113, record: X-2 is not enrolled") !=
	      NULL);
	lb_snapshot(lb->state, &after);
	CHECK(lb_same_but_slot(lb, &before, &after));
	CHECK(state_exhibit(lb->state, &x) == NULL);
	CHECK(state_exhibit_of_object(lb->state, &e.objects[0]) == NULL);
	CHECK(state_exhibit_numbered(lb->state, &o.c, 2) == NULL);
	CHECK(state_case(lb->state, &other) == NULL);
	CHECK(state_member(lb->state, &lb_person(lb, "X-1")->code) == NULL);
	CHECK_INT(peek_proposal(lb->state, &leaf)->status, PROPOSAL_OPEN);

	/* And it goes on from there. */
	lb_approve(&e, subject_vault(), &leaf, true);
	ALLOWED(lb, o.founder, &e);
	lb_deposit(lb, &e, &x, &o.c);
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_exhibit(lb->state, &x)->number, 2);
	office_done(&o);
}

/* ---- skip ---- */

/* A skip by `who` in slot m + 1, naming first and m. */
static void
make_skip(struct office *o, struct person *who, uint64_t first, uint64_t m,
	  const struct hash *head_m, const struct hash *named, struct buf *ret_slot)
{
	struct log_builder *lb = &o->lb;
	struct entry e;

	lb_begin(lb, who);
	lb->note.n = m + 1;
	lb->note.prev = *head_m;
	of_vault(&e, ACT_SKIP);
	e.own.skip = (struct act_skip){first, m, *named};
	lb_add(lb, &e);
	buf_clear(ret_slot);
	lb_sign(lb, ret_slot);
}

static void
check_no_skip(struct office *o, uint64_t m, const struct hash *head_m, struct bytes slot,
	      enum verdict verdict, const char *why, const char *file, int line)
{
	CLEANUP(buf_done) struct buf before = BUF_INIT(0), after = BUF_INIT(0);
	struct judge_report report;
	struct amana_error err;

	lb_snapshot(o->lb.state, &before);
	CHECK_OK(judge_skip(o->lb.state, m, head_m, slot, &report, &err), err);
	if (report.verdict != verdict || strstr(report.reason, why) == NULL) {
		fprintf(stderr, "%s:%d: %s (%s), not %s for '%s'\n", file, line,
			verdict_name(report.verdict), report.reason,
			verdict_name(verdict), why);
		exit(1);
	}
	lb_snapshot(o->lb.state, &after);
	CHECK(bytes_equal(BYTES_OF(before), BYTES_OF(after)));
}
#define NO_SKIP(o, m, head, slot, verdict, why)                                          \
	check_no_skip(o, m, head, BYTES_OF(slot), verdict, why, __FILE__, __LINE__)

static void
skipping(void)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct office o;
	struct log_builder *lb = &o.lb;
	struct judge_report report;
	struct amana_error err;
	struct hash head;
	struct entry e;
	uint64_t n, size;

	office_init(&o);
	n = state_slot(lb->state) + 1;
	size = state_size(lb->state);
	lb_hash(lb, &head); /* SHA-256 of slot n + 2, whatever that holds */

	make_skip(&o, o.lead, n, n + 2, &head, &head, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "S-003 is not an admin");
	make_skip(&o, lb_person(lb, "X-1"), n, n + 2, &head, &head, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_DAMAGED, "no key ever enrolled");
	make_skip(&o, o.admin, n + 1, n + 2, &head, &head, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "names other slots");
	make_skip(&o, o.admin, n, n + 2, &head, &lb->fingerprint, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "names other slots");
	make_skip(&o, o.admin, n, n + 2, &head, &head, &slot);
	NO_SKIP(&o, n + 2, &lb->fingerprint, slot, VERDICT_DAMAGED, "not for this vault");
	NO_SKIP(&o, n + 1, &head, slot, VERDICT_DAMAGED, "not for this vault");
	/* In the ordinary way it is nothing. */
	CHECK_OK(judge_slot(lb->state, BYTES_OF(slot), &report, &err), err);
	CHECK_INT(report.verdict, VERDICT_DAMAGED);

	/* Not alone; and nothing else gets past, either. */
	lb_begin(lb, o.admin);
	lb->note.n = n + 3;
	lb->note.prev = head;
	of_vault(&e, ACT_SKIP);
	e.own.skip = (struct act_skip){n, n + 2, head};
	lb_add(lb, &e);
	of_vault(&e, ACT_PUBLISH);
	lb_add(lb, &e);
	buf_clear(&slot);
	lb_sign(lb, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "it is not a skip");
	lb_begin(lb, o.admin);
	lb->note.n = n + 3;
	lb->note.prev = head;
	lb_add(lb, &e);
	buf_clear(&slot);
	lb_sign(lb, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "it is not a skip");
	lb_begin(lb, o.admin);
	lb->note.n = n + 3;
	lb->note.prev = head;
	for (int i = 0; i < 2; i++) {
		of_vault(&e, ACT_SKIP);
		e.own.skip = (struct act_skip){n, n + 2, head};
		lb_add(lb, &e);
	}
	buf_clear(&slot);
	lb_sign(lb, &slot);
	NO_SKIP(&o, n + 2, &head, slot, VERDICT_VOID, "a skip stands alone");

	make_skip(&o, o.admin, n, n + 2, &head, &head, &slot);
	CHECK_OK(judge_skip(lb->state, n + 2, &head, BYTES_OF(slot), &report, &err), err);
	CHECK_INT(report.verdict, VERDICT_VALID);
	CHECK_INT(state_slot(lb->state), n + 3);
	CHECK_INT(state_size(lb->state), size + 1);
	CHECK_INT(state_n_skips(lb->state), 1);
	CHECK(state_skip_at(lb->state, 0)->first == n &&
	      state_skip_at(lb->state, 0)->last == n + 2);
	CHECK_INT(state_skip_at(lb->state, 0)->in, n + 3);
	CHECK_STR(state_skip_at(lb->state, 0)->by.text, "S-002");
	/* The log goes on behind it. */
	lb_record(lb, &e, ACT_RECORD, subject_case(&o.c));
	ALLOWED(lb, o.lead, &e);
	CHECK_INT(state_slot(lb->state), n + 4);
	CHECK_FAILS(judge_skip(lb->state, n, &head, BYTES_OF(slot), &report, &err), err,
		    AMANA_E_BUG);
	office_done(&o);
}

/* The same slots judged by a fresh state give the same state. */
static void
replay_is_deterministic(void)
{
	CLEANUP(buf_done) struct buf one = BUF_INIT(0), two = BUF_INIT(0);
	CLEANUP(state_freep) struct state *state = NULL;
	struct office o;
	struct judge_report report;
	struct amana_error err;

	office_init(&o);
	CHECK_OK(state_new(&o.lb.genesis, &o.lb.fingerprint, &state, &err), err);
	for (size_t i = 0; i < o.lb.n_slots; i++) {
		CHECK_OK(judge_slot(state, BYTES_OF(o.lb.slots[i]), &report, &err), err);
		CHECK_INT(report.verdict, VERDICT_VALID);
	}
	lb_snapshot(state, &one);
	lb_snapshot(o.lb.state, &two);
	CHECK(bytes_equal(BYTES_OF(one), BYTES_OF(two)));
	office_done(&o);
}

int
main(void)
{
	RUN(valid);
	RUN(any_byte_changed);
	RUN(signatures);
	RUN(small_order_nonce);
	RUN(notes_of_another_place);
	RUN(void_notes);
	RUN(void_and_damaged_entries);
	RUN(too_large);
	RUN(undo_is_exact);
	RUN(skipping);
	RUN(replay_is_deterministic);
	return 0;
}
