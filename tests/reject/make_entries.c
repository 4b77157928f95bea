/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

/* Entries, by grammar alone (docs/FORMAT.md section 5): tests/reject/entry/. */

static void
encode(const struct forge *forge, struct entry *e, struct buf *ret_text)
{
	struct amana_error err;

	e->prev = forge->lb.fingerprint;
	e->at = LB_TIME;
	e->actor = forge->admin->code;
	e->event = 2;
	e->before = forge->proposal;
	CHECK_OK(entry_encode(e, ret_text, &err), err);
}

static void
put_ok(struct forge *forge, const char *name, struct entry *e, struct buf *ret_text)
{
	encode(forge, e, ret_text);
	forge_put(forge, name, BYTES_OF(*ret_text));
}

/* What every entry begins with. */
static void
make_heads(struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf cut = BUF_INIT(ENTRY_MAX);
	static const struct forge_mutation list[] = {
		{"entry/older-version.format", "amana/1\n", "amana/0\n"},
		{"entry/newer-version.format", "amana/1\n", "amana/2\n"},
		{"entry/upper-case-version.format", "amana/1\n", "Amana/1\n"},
		{"entry/cr-before-lf.format", "amana/1\n", "amana/1\r\n"},
		{"entry/blank-line.format", "amana/1\n", "amana/1\n\n"},
		{"entry/time-without-z.format", "Z\n", "\n"},
		{"entry/time-with-fraction.format", "Z\n", ".5Z\n"},
		{"entry/time-with-offset.format", "Z\n", "+00:00\n"},
		{"entry/time-no-such-day.format", "2026-02-02T", "2026-02-30T"},
		{"entry/time-leap-second.format", ":00Z", ":60Z"},
		{"entry/time-before-1970.format", "2026-", "1969-"},
		{"entry/time-lower-case-t.format", "2026-02-02T", "2026-02-02t"},
		{"entry/actor-lower-case.format", "S-001\n", "s-001\n"},
		{"entry/actor-a-name.format", "S-001\n", "WANJIRU\n"},
		{"entry/actor-missing.format", "S-001\n", "\n"},
		{"entry/action-unknown.format", "publish\n", "printed\n"},
		{"entry/action-upper-case.format", "publish\n", "Publish\n"},
		{"entry/action-with-space.format", "publish\n", "publish \n"},
		{"entry/subject-unknown.format", "vault\n", "world\n"},
		{"entry/subject-of-another-action.format", "vault\n", "member S-002\n"},
		{"entry/event-zero.format", "\n2 ", "\n0 "},
		{"entry/event-leading-zero.format", "\n2 ", "\n02 "},
		{"entry/event-signed.format", "\n2 ", "\n+2 "},
		{"entry/event-over-2-53.format", "\n2 ", "\n9007199254740992 "},
		{"entry/event-1-with-a-leaf.format", "\n2 ", "\n1 "},
		{"entry/event-two-spaces.format", "\n2 ", "\n2  "},
	};
	struct subject subject = subject_vault();
	char leaf[HASH_HEX_LEN + 1];
	struct amana_error err;
	struct entry e;

	entry_init(&e, ACT_PUBLISH, &subject);
	put_ok(forge, "entry/publish.ok", &e, &text);
	hash_hex(&forge->proposal, leaf);
	forge_replace(buf_text(&text), leaf, "-", &cut);
	forge_put(forge, "entry/event-2-without-a-leaf.format", BYTES_OF(cut));
	buf_clear(&cut);
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
	forge_put(forge, "entry/empty.format", (struct bytes){NULL, 0});
	forge_put(forge, "entry/without-last-lf.format",
		  (struct bytes){text.data, text.len - 1});
	CHECK_OK(buf_add(&cut, text.data, text.len, &err), err);
	CHECK_OK(buf_add_byte(&cut, '\n', &err), err);
	forge_put(forge, "entry/line-feed-at-end.format", BYTES_OF(cut));
	cut.data[cut.len - 1] = 0;
	forge_put(forge, "entry/zero-byte-at-end.format", BYTES_OF(cut));
	cut.len--;
	cut.data[8] = 'A'; /* of the hash */
	forge_put(forge, "entry/hash-upper-case.format", BYTES_OF(cut));
	cut.data[8] = 'g';
	forge_put(forge, "entry/hash-not-hex.format", BYTES_OF(cut));
}

/* Objects, lines and sheets at the end. */
static void
make_tails(struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf more = BUF_INIT(ENTRY_MAX);
	static const struct forge_mutation list[] = {
		{"entry/object-after-lines.format", "line content ",
		 "line content \nobject "},
		{"entry/line-kind-unknown.format", "line about ", "line gossip "},
		{"entry/lines-out-of-order.format", "line about ", "line source "},
		{"entry/line-twice-the-same-kind-descending.format", "line about ",
		 "line content "},
		{"entry/line-kind-upper-case.format", "line about ", "line About "},
		{"entry/case-missing.format", "case ", "caso "},
		{"entry/epoch-of-no-case.format", "epoch 2", "epoch -"},
		{"entry/epoch-zero.format", "epoch 2", "epoch 0"},
		{"entry/ring-missing.format", "ring 1\n", ""},
		{"entry/own-line-twice.format", "ring 1\n", "ring 1\nring 1\n"},
		{"entry/exhibit-id-upper-case.format", "\nexhibit ", "\nexhibit A"},
		{"entry/exhibit-and-a-member.format", "\nexhibit ", "\nexhibit S-001 "},
	};
	struct custody_id id;
	struct amana_error err;
	struct entry e;
	struct hash hash;
	size_t len;

	lb_deposit(&forge->lb, &e, &id, &forge->case_a);
	memset(hash.bytes, 0x11, HASH_LEN);
	CHECK_INT(entry_add_line(&e, LINE_CONTENT, &hash), 0);
	memset(hash.bytes, 0x10,
	       HASH_LEN); /* below: so that a second content line descends */
	CHECK_INT(entry_add_line(&e, LINE_ABOUT, &hash), 0);
	CHECK_INT(entry_add_line(&e, LINE_SOURCE, &hash), 0);
	CHECK_INT(entry_add_sheet(&e, &hash), 0);
	put_ok(forge, "entry/deposit.ok", &e, &text);
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));

	/* "sheet HASH\n", once more */
	len = strlen("sheet ") + HASH_HEX_LEN + 1;
	CHECK_OK(buf_add(&more, text.data, text.len, &err), err);
	CHECK_OK(buf_add(&more, text.data + text.len - len, len, &err), err);
	forge_put(forge, "entry/sheet-twice.format", BYTES_OF(more));
	buf_clear(&more);
	forge_replace(
		buf_text(&text), "line content ",
		"object 00000000000000000000000000000000000000000000000000000000000000ff\n"
		"line content ",
		&more);
	forge_put(forge, "entry/deposit-of-two-objects.format", BYTES_OF(more));
	buf_clear(&more);
	CHECK_OK(buf_add(&more, text.data, text.len, &err), err);
	for (unsigned i = 0; i < ENTRY_SHEETS_MAX; i++)
		CHECK_OK(buf_add_fmt(&more, &err, "sheet %064x\n", i + 1), err);
	forge_put(forge, "entry/nine-sheets.format", BYTES_OF(more));
	buf_clear(&more);
	CHECK_OK(buf_add(&more, text.data, text.len - len, &err), err);
	for (unsigned i = 0; i < ENTRY_LINES_MAX; i++)
		CHECK_OK(buf_add_fmt(&more, &err, "line custody %064x\n", i), err);
	forge_put(forge, "entry/nineteen-lines.format", BYTES_OF(more));
	buf_clear(&more);
	CHECK_OK(buf_add(&more, text.data, text.len, &err), err);
	while (more.len <= ENTRY_MAX - 71)
		CHECK_OK(buf_add_fmt(&more, &err, "sheet %064zx\n", more.len), err);
	forge_put(forge, "entry/nine-hundred-sheets.format", BYTES_OF(more));
}

static void
make_members(struct forge *forge)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf low = BUF_INIT(ENTRY_MAX);
	static const struct forge_mutation list[] = {
		{"entry/roles-out-of-order.format", "admin,auditor", "auditor,admin"},
		{"entry/roles-twice.format", "admin,auditor", "admin,admin"},
		{"entry/roles-recovery-and-another.format", "admin,auditor",
		 "admin,recovery"},
		{"entry/roles-unknown.format", "admin,auditor", "admin,janitor"},
		{"entry/roles-empty.format", "roles admin,auditor", "roles "},
		{"entry/key-of-another-code.format", "key S-002+", "key S-003+"},
		{"entry/key-line-missing.format", "key S-002+", "kay S-002+"},
		{"entry/recipient-upper-case.format", "recipient age1", "recipient AGE1"},
		{"entry/recipient-not-bech32.format", "recipient age1",
		 "recipient age1b"},
		{"entry/enrol-with-an-object.format", "roles admin,auditor\n",
		 "roles admin,auditor\nobject "
		 "00000000000000000000000000000000000000000000000000000000000000ff\n"},
	};
	static const struct age_recipient small_order = {{0}};
	char good[AGE_RECIPIENT_LEN + 1], bad[AGE_RECIPIENT_LEN + 1];
	struct entry e;

	lb_enrol(&forge->lb, &e, forge->admin2, ROLE_ADMIN | ROLE_AUDITOR);
	put_ok(forge, "entry/enrol.ok", &e, &text);
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
	age_recipient_text(&e.own.enrol.recipient, good);
	age_recipient_text(&small_order, bad);
	forge_replace(buf_text(&text), good, bad, &low);
	forge_put(forge, "entry/low-order-recipient.format", BYTES_OF(low));
	buf_clear(&text);
	buf_clear(&low);
	lb_role(&e, forge->admin2, true, ROLE_ADMIN);
	put_ok(forge, "entry/role.ok", &e, &text);
	{
		static const struct forge_mutation roles[] = {
			{"entry/role-recovery.format", "+admin", "+recovery"},
			{"entry/role-without-sign.format", "+admin", "admin"},
			{"entry/role-two.format", "+admin", "+admin,auditor"},
		};

		forge_mutate(forge, buf_text(&text), roles, ARRAY_LEN(roles));
	}
}

static void
make_cases(struct forge *forge)
{
	CLEANUP(buf_done) struct buf opening = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf grant = BUF_INIT(ENTRY_MAX);
	static const struct forge_mutation openings[] = {
		{"entry/lead-two.format", "lead L-004", "lead L-004,S-002"},
		{"entry/lead-with-space.format", "lead L-004", "lead  L-004"},
		{"entry/lead-none.format", "lead L-004", "lead -"},
		{"entry/lead-missing.format", "lead L-004\n", ""},
		{"entry/leads.format", "lead L-004", "leads L-004"},
		{"entry/case-without-key-file.format", "object ", "sheet "},
	};
	static const struct forge_mutation grants[] = {
		{"entry/grant-of-an-unknown-kind.format", "as reader", "as owner"},
		{"entry/grant-of-a-case-as-auditor.format", "as reader", "as auditor"},
		{"entry/grant-until-no-date.format", "until -", "until never"},
		{"entry/grant-of-no-member.format", " R-005\n", "\n"},
		{"entry/grant-to-nobody.format", "\nto age1", "\nto - age1"},
		{"entry/grant-without-its-keys.format", "\nto age1", "\nfor age1"},
	};
	struct custody_id id;
	struct entry e;

	lb_case(&forge->lb, &e, &id, forge->lead);
	put_ok(forge, "entry/case.ok", &e, &opening);
	forge_mutate(forge, buf_text(&opening), openings, ARRAY_LEN(openings));
	lb_grant(&forge->lb, &e, &forge->case_a, forge->reader, GRANT_READER);
	put_ok(forge, "entry/grant.ok", &e, &grant);
	forge_mutate(forge, buf_text(&grant), grants, ARRAY_LEN(grants));
}

static void
make_rest(struct forge *forge)
{
	CLEANUP(buf_done) struct buf policy = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf skip = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf format = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf approve = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf propose = BUF_INIT(ENTRY_MAX);
	static const struct forge_mutation policies[] = {
		{"entry/policy-unknown.format", "grant-days 90", "grant-weeks 90"},
		{"entry/policy-days-zero.format", "grant-days 90", "grant-days 0"},
		{"entry/policy-days-3651.format", "grant-days 90", "grant-days 3651"},
		{"entry/policy-two-person-off.format", "grant-days 90", "two-person off"},
		{"entry/policy-break-glass-maybe.format", "grant-days 90",
		 "break-glass maybe"},
	};
	static const struct forge_mutation skips[] = {
		{"entry/skip-backwards.format", "skip 3 4 ", "skip 4 3 "},
		{"entry/skip-of-the-genesis.format", "skip 3 4 ", "skip 0 4 "},
		{"entry/skip-past-the-last-slot.format", "skip 3 4 ",
		 "skip 3 1000000000000 "},
	};
	static const struct forge_mutation formats[] = {
		{"entry/format-one.format", "format 2", "format 1"},
		{"entry/format-leading-zero.format", "format 2", "format 02"},
	};
	static const struct forge_mutation approvals[] = {
		{"entry/answer-maybe.format", "answer yes", "answer maybe"},
		{"entry/answer-missing.format", "answer yes\n", ""},
	};
	static const struct forge_mutation proposals[] = {
		{"entry/proposal-of-a-deposit.format", "propose dispose",
		 "propose deposit"},
		{"entry/proposal-of-a-proposal.format", "propose dispose",
		 "propose propose"},
	};
	struct subject vault = subject_vault(),
		       exhibit = subject_exhibit(&forge->exhibit_b);
	struct entry e;

	entry_init(&e, ACT_POLICY, &vault);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 90};
	put_ok(forge, "entry/policy.ok", &e, &policy);
	forge_mutate(forge, buf_text(&policy), policies, ARRAY_LEN(policies));
	entry_init(&e, ACT_SKIP, &vault);
	e.own.skip = (struct act_skip){.first = 3,
				       .last = 4,
				       .head = forge->proposal,
				       .before = forge->lb.fingerprint};
	put_ok(forge, "entry/skip.ok", &e, &skip);
	forge_mutate(forge, buf_text(&skip), skips, ARRAY_LEN(skips));
	entry_init(&e, ACT_FORMAT, &vault);
	e.own.format = 2;
	put_ok(forge, "entry/format.ok", &e, &format);
	forge_mutate(forge, buf_text(&format), formats, ARRAY_LEN(formats));
	lb_approve(&e, exhibit, &forge->proposal, true);
	put_ok(forge, "entry/approve.ok", &e, &approve);
	forge_mutate(forge, buf_text(&approve), approvals, ARRAY_LEN(approvals));
	entry_init(&e, ACT_DISPOSE, &exhibit);
	forge_blank(forge->act_b, &e);
	lb_propose(&e);
	put_ok(forge, "entry/propose.ok", &e, &propose);
	forge_mutate(forge, buf_text(&propose), proposals, ARRAY_LEN(proposals));
}

void
make_entries(struct forge *forge)
{
	make_heads(forge);
	make_tails(forge);
	make_members(forge);
	make_cases(forge);
	make_rest(forge);
}
