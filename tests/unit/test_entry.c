/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry.h"

#include "check.h"
#include "entry_texts.h"

static char recipient_text[AGE_RECIPIENT_LEN + 1];
static char low_order_text[AGE_RECIPIENT_LEN + 1];
static char key_text[NOTE_VKEY_MAX + 1], other_key_text[NOTE_VKEY_MAX + 1];

static void
make_keys(void)
{
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	struct age_recipient recipient, zero = {{0}};
	struct amana_error err;
	struct note_key key;
	uint8_t pub[SIGN_PUB_LEN];

	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(secret_from("0123456789abcdef0123456789abcdef", 32, &seed, &err), err);
	age_identity_recipient(&seed, &recipient);
	age_recipient_text(&recipient, recipient_text);
	age_recipient_text(&zero, low_order_text);
	sign_public(&seed, pub);
	CHECK_INT(note_key_make("S-002", pub, &key), 0);
	note_key_text(&key, key_text);
	CHECK_INT(
		note_key_make("test.example/00112233445566778899aabbccddeeff", pub, &key),
		0);
	note_key_text(&key, other_key_text);
}

static void
expand(const char *text, struct buf *ret_buf)
{
	struct amana_error err;
	char hash[HASH_HEX_LEN + 1];

	buf_clear(ret_buf);
	for (const char *p = text; *p != 0; p++) {
		const char *add = hash;

		if (*p != '@') {
			CHECK_OK(buf_add_byte(ret_buf, (uint8_t)*p, &err), err);
			continue;
		}
		p++;
		memset(hash, *p - 'A' + 'a', HASH_HEX_LEN);
		hash[HASH_HEX_LEN] = 0;
		if (*p == 'I')
			add = "00112233445566778899aabbccddeeff";
		else if (*p == 'R')
			add = recipient_text;
		else if (*p == 'L')
			add = low_order_text;
		else if (*p == 'K')
			add = key_text;
		else if (*p == 'O')
			add = other_key_text;
		CHECK_OK(buf_add_str(ret_buf, add, &err), err);
	}
}

static void
good_entries_round_trip(void)
{
	CLEANUP(buf_done)
	struct buf text = BUF_INIT(ENTRY_MAX), again = BUF_INIT(ENTRY_MAX);
	struct amana_error err;
	unsigned int seen = 0;
	struct entry entry;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		expand(good[i], &text);
		CHECK_OK(entry_decode(BYTES_OF(text), &entry, &err), err);
		buf_clear(&again);
		CHECK_OK(entry_encode(&entry, &again, &err), err);
		CHECK_STR(buf_text(&again), buf_text(&text));
		seen |= 1u << entry.action;
	}
	CHECK_INT(seen, (1u << ACTIONS) - 2); /* every action but none */
}

static void
values_arrive(void)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX);
	struct amana_error err;
	struct entry e;

	expand(HEAD
	       "enrol\nmember S-002\n2 @B\nrecipient @R\nkey @K\nroles admin,auditor\n",
	       &text);
	CHECK_OK(entry_decode(BYTES_OF(text), &e, &err), err);
	CHECK_INT(e.action, ACT_ENROL);
	CHECK_INT(e.prev.bytes[31], 0xaa);
	CHECK_INT(e.at, INT64_C(1770000000));
	CHECK_STR(e.actor.text, "S-001");
	CHECK_STR(e.subject.member.text, "S-002");
	CHECK_INT(e.event, 2);
	CHECK_INT(e.before.bytes[0], 0xbb);
	CHECK_INT(e.own.enrol.roles, ROLE_ADMIN | ROLE_AUDITOR);
	CHECK_STR(e.own.enrol.key.name, "S-002");

	expand(HEAD
	       "grant\ngrant @I S-002\n1 -\nas reader\nto @R\nuntil 1970-01-01T00:00:01Z\nepoch 4\n"
	       "object @C\n",
	       &text);
	CHECK_OK(entry_decode(BYTES_OF(text), &e, &err), err);
	CHECK_INT(e.own.grant.kind, GRANT_READER);
	CHECK(e.own.grant.has_until && e.own.grant.until_at == 1 &&
	      e.own.grant.epoch == 4);
	CHECK_INT(e.subject.id.bytes[15], 0xff);
	CHECK(!e.subject.audit);
	CHECK_INT(e.n_objects, 1);
	CHECK_INT(e.objects[0].bytes[5], 0xcc);

	expand(HEAD
	       "propose\nexhibit @I\n2 @A\npropose erase\nsheet-was @A -\nstrike @A\nstrike @B\n",
	       &text);
	CHECK_OK(entry_decode(BYTES_OF(text), &e, &err), err);
	CHECK(e.action == ACT_PROPOSE && e.proposed == ACT_ERASE);
	CHECK_INT(e.own.destroy.n_strikes, 2);
	CHECK_INT(e.own.destroy.n_bundles, 0);
	CHECK_INT(e.own.destroy.strikes[1].bytes[0], 0xbb);
}

static void
bad_entries_are_refused(void)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX);
	struct amana_error err;
	struct entry entry;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		expand(bad[i].text, &text);
		if (entry_decode(BYTES_OF(text), &entry, &err) == 0 ||
		    err.code != AMANA_E_FORMAT ||
		    (strstr(err.msg, bad[i].why) == NULL &&
		     strcmp(bad[i].why, "line 2") != 0)) {
			fprintf(stderr, "entry %zu: %s\n%s", i, err.msg, buf_text(&text));
			exit(1);
		}
	}
}

/* Whatever is accepted is written back byte for byte: there is no second spelling. */
static void
check_canonical(struct bytes bytes)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(ENTRY_MAX);
	struct amana_error err;
	struct entry entry;

	if (entry_decode(bytes, &entry, &err) < 0) {
		CHECK_INT(err.code, AMANA_E_FORMAT);
		return;
	}
	CHECK_OK(entry_encode(&entry, &again, &err), err);
	CHECK(bytes_equal(BYTES_OF(again), bytes));
}

static void
every_change_is_refused_or_canonical(void)
{
	static const char put[] = "\n \r-0aA\xff";
	CLEANUP(buf_done)
	struct buf text = BUF_INIT(ENTRY_MAX), other = BUF_INIT(ENTRY_MAX);
	struct amana_error err;
	struct entry entry;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		expand(good[i], &text);
		for (size_t at = 0; at < text.len; at++) {
			/* Cut short: what is left may be whole only at an end of line. */
			if (entry_decode((struct bytes){text.data, at}, &entry, &err) ==
			    0)
				CHECK_INT(text.data[at - 1], '\n');
			for (size_t j = 0; j < sizeof put;
			     j++) { /* put in, NUL among them */
				buf_clear(&other);
				CHECK_OK(buf_add(&other, text.data, at, &err), err);
				CHECK_OK(buf_add_byte(&other, (uint8_t)put[j], &err),
					 err);
				CHECK_OK(buf_add(&other, text.data + at, text.len - at,
						 &err),
					 err);
				check_canonical(BYTES_OF(other));
				other.data[at + 1 < other.len ? at + 1 : at] =
					(uint8_t)put[j];
				check_canonical(BYTES_OF(other));
			}
			buf_clear(&other); /* taken out */
			CHECK_OK(buf_add(&other, text.data, at, &err), err);
			CHECK_OK(buf_add(&other, text.data + at + 1, text.len - at - 1,
					 &err),
				 err);
			check_canonical(BYTES_OF(other));
		}
		CHECK_OK(buf_add_byte(&text, '\n', &err), err);
		CHECK_FAILS(entry_decode(BYTES_OF(text), &entry, &err), err,
			    AMANA_E_FORMAT);
	}
}

/* The line number i: '#' stands for i + 1, '$' for a hash that rises with i. */
static void
add_numbered(struct buf *text, const char *line, size_t i)
{
	struct hash hash = {{(uint8_t)(i >> 8), (uint8_t)i}};
	char hex[HASH_HEX_LEN + 1];
	struct amana_error err;

	hash_hex(&hash, hex);
	for (; *line != 0; line++) {
		if (*line == '$')
			CHECK_OK(buf_add_str(text, hex, &err), err);
		else if (*line == '#')
			CHECK_OK(buf_add_fmt(text, &err, "%zu", i + 1), err);
		else
			CHECK_OK(buf_add_byte(text, (uint8_t)*line, &err), err);
	}
}

/* As many lines as are allowed, and one more. */
static void
check_limit(const char *head, const char *line, const char *tail, size_t allowed,
	    const char *why)
{
	CLEANUP(buf_done)
	struct buf text = BUF_INIT(ENTRY_MAX * 2), part = BUF_INIT(4096);
	struct amana_error err;
	struct entry entry;

	for (size_t n = allowed; n <= allowed + 1; n++) {
		expand(head, &text);
		expand(line, &part);
		for (size_t i = 0; i < n; i++)
			add_numbered(&text, buf_text(&part), i);
		expand(tail, &part);
		CHECK_OK(buf_add(&text, part.data, part.len, &err), err);
		if (n == allowed)
			CHECK_OK(entry_decode(BYTES_OF(text), &entry, &err), err);
	}
	CHECK_FAILS(entry_decode(BYTES_OF(text), &entry, &err), err, AMANA_E_FORMAT);
	CHECK(strstr(err.msg, why) != NULL);
}

static void
limits_hold(void)
{
	check_limit(HEAD "publish\nvault\n2 @A\n", "line reason $\n", "sheet @A\n",
		    ENTRY_LINES_MAX, "over 16 lines");
	check_limit(HEAD "publish\nvault\n2 @A\n", "sheet $\n", "", ENTRY_SHEETS_MAX,
		    "over 8 sheets");
	check_limit(HEAD "log-key\nvault\n2 @A\nkey @O\n", "object $\n", "",
		    ENTRY_OBJECTS_MAX, "more objects");
	check_limit(HEAD "anchor\nvault\n2 @A\nbatch 0\nkind a\n", "object $\n", "", 8,
		    "more objects");
	check_limit(HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\n", "bundle # @A $\n",
		    "", ENTRY_BUNDLES_MAX, "over 128 bundles");
	check_limit(HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\n", "blank $\n", "",
		    ENTRY_BLANKS_MAX, "over 128 sheets");
	check_limit(HEAD "erase\nvault\n2 @A\nproposal @A\nbundle 1 @A @B\n",
		    "sheet-was $ -\n", "", ENTRY_BLANKS_MAX, "over 128 sheets");
	check_limit(HEAD "erase\nvault\n2 @A\nproposal @A\n", "bundle # @A $\n",
		    "sheet-was @A -\n", ENTRY_BUNDLES_MAX, "over 128 bundles");
	check_limit(HEAD "propose\nexhibit @I\n2 @A\npropose erase\nsheet-was @A -\n",
		    "strike $\n", "", ENTRY_STRIKES_MAX, "more follow");
	check_limit(HEAD "propose\nvault\n2 @A\npropose lost\n", "lost $\n", "",
		    ENTRY_LOST_MAX, "more follow");
}

static void
encode_refuses_what_has_no_spelling(void)
{
	CLEANUP(buf_done) struct buf buf = BUF_INIT(ENTRY_MAX);
	struct subject subject = subject_vault();
	struct amana_error err;
	struct entry e;

	entry_init(&e, ACT_PUBLISH, &subject);
	CHECK_FAILS(entry_encode(&e, &buf, &err), err,
		    AMANA_E_BUG); /* no actor, event 0 */
	CHECK_INT(buf.len, 0);
	CHECK_INT(member_code_parse("S-001", 5, &e.actor), 0);
	e.event = 1;
	CHECK_OK(entry_encode(&e, &buf, &err), err);
	buf_clear(&buf);
	e.action = ACT_REVOKE; /* of the vault */
	CHECK_FAILS(entry_encode(&e, &buf, &err), err, AMANA_E_BUG);
	e.action = ACT_POLICY;
	e.own.policy = (struct act_policy){.key = POLICY_GRANT_DAYS, .value = 9999};
	CHECK_FAILS(entry_encode(&e, &buf, &err), err, AMANA_E_BUG);
	CHECK_INT(buf.len, 0);
}

static void
lines_are_put_in_order(void)
{
	struct subject subject = subject_vault();
	struct hash low = {{1}}, high = {{2}};
	struct entry e;

	entry_init(&e, ACT_PUBLISH, &subject);
	CHECK_INT(entry_add_line(&e, LINE_REASON, &high), 0);
	CHECK_INT(entry_add_line(&e, LINE_REASON, &low), 0);
	CHECK_INT(entry_add_line(&e, LINE_CUSTODY, &high), 0);
	CHECK_INT(e.lines[0].kind, LINE_CUSTODY);
	CHECK_INT(e.lines[1].hash.bytes[0], 1);
	CHECK_INT(e.lines[2].hash.bytes[0], 2);
	while (e.n_lines < ENTRY_LINES_MAX)
		CHECK_INT(entry_add_line(&e, LINE_CUSTODY, &low), 0);
	CHECK_INT(entry_add_line(&e, LINE_CUSTODY, &low), -1);
}

int
main(void)
{
	make_keys();
	RUN(good_entries_round_trip);
	RUN(values_arrive);
	RUN(bad_entries_are_refused);
	RUN(every_change_is_refused_or_canonical);
	RUN(limits_hold);
	RUN(encode_refuses_what_has_no_spelling);
	RUN(lines_are_put_in_order);
	return 0;
}
