/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry.h"

#include "check.h"

/*
 * Entries as texts.  In them @A to @E are hashes (64 times the small letter), @I an id,
 * @R a recipient, @K the verifier key of S-002, @O one of another name.
 */
#define HEAD "amana/1\n@A\n2026-02-02T02:40:00Z\nS-001\n"

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

#define LINES_CR "line custody @A\nline reason @A\nline reason @B\n"

static const char *const good[] = {
	HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles -\n",
	HEAD "enrol\nmember S-002\n2 @B\nrecipient @R\nkey @K\nroles admin\n",
	HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles admin,auditor\n",
	HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles auditor,recovery\n",
	HEAD
	"enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles admin,auditor,recovery\n",
	HEAD "role\nmember S-002\n3 @C\nrole +admin\n",
	HEAD "role\nmember S-002\n3 @C\nrole -auditor\n" LINES_CR "sheet @A\n",
	HEAD "revoke\nmember S-002\n3 @C\n",
	HEAD "policy\nvault\n1 -\npolicy two-person on\n",
	HEAD "policy\nvault\n1 -\npolicy grant-days 3650\n",
	HEAD "policy\nvault\n1 -\npolicy break-glass on\n",
	HEAD "policy\nvault\n1 -\npolicy break-glass off\n",
	HEAD "format\nvault\n9007199254740991 @A\nformat 2\n",
	HEAD "log-key\nvault\n1 -\nkey @O\nobject @A\nobject @A\n",
	HEAD "case\ncase @I\n1 -\nrecipient @R\nleads S-001\nobject @A\n",
	HEAD
	"case\ncase @I\n1 -\nrecipient @R\nleads ABCDE-12345,S-001,S-01,S-1\nobject @A\n" LINES_CR,
	HEAD "epoch\ncase @I\n2 @A\nepoch 2\nrecipient @R\nobject @A\n",
	HEAD "epoch\nvault\n2 @A\nepoch 9007199254740991\nrecipient @R\nobject @A\n",
	HEAD "grant\ngrant @I S-002\n1 -\nas lead\nuntil -\nepoch 1\nobject @A\n",
	HEAD
	"grant\ngrant @I S-002\n1 -\nas reader\nuntil 1970-01-01T00:00:00Z\nepoch 1\nobject @A\n",
	HEAD
	"grant\ngrant @I S-002\n1 -\nas depositor\nuntil 9999-12-31T23:59:59Z\nepoch 1\nobject @A\n",
	HEAD "grant\ngrant @I S-002\n1 -\nas standby\nuntil -\nepoch 1\nobject @A\n",
	HEAD "grant\ngrant audit S-002\n1 -\nas auditor\nuntil -\nepoch 7\nobject @A\n",
	HEAD "ungrant\ngrant @I S-002\n2 @A\n" LINES_CR "sheet @C\nsheet @A\n",
	HEAD "expire\ngrant @I S-002\n2 @A\n",
	HEAD "break-glass\ngrant audit S-002\n2 @A\n",
	HEAD "deposit\nexhibit @I\n1 -\ncase @I\nepoch 1\nring 1\n",
	HEAD
	"deposit\nexhibit @I\n1 -\ncase @I\nepoch 1\nring 1\nobject @A\nline content @A\n"
	"line about @A\nline source @A\n" LINES_CR "sheet @A\nsheet @B\n",
	HEAD
	"record\nexhibit @I\n2 @A\ncase @I\nepoch 1\nring 2\nline source @A\nsheet @A\n",
	HEAD "record\ncase @I\n2 @A\ncase @I\nepoch 1\nring 2\n",
	HEAD "record\nmember S-002\n2 @A\ncase -\nepoch -\nring 2\n",
	HEAD "record\nvault\n2 @A\ncase -\nepoch -\nring 2\n",
	HEAD "denied\nexhibit @I\n2 @A\ncase @I\nepoch 1\nring 2\n",
	HEAD "denied\nvault\n2 @A\ncase -\nepoch -\nring 2\n",
	HEAD "hold\nexhibit @I\n2 @A\nhold set\n",
	HEAD "hold\ncase @I\n2 @A\nhold release\n",
	HEAD
	"propose\nmember S-002\n1 -\npropose enrol\nrecipient @R\nkey @K\nroles admin\n",
	HEAD "propose\nmember S-002\n1 -\npropose role\nrole -admin\n",
	HEAD "propose\nmember S-002\n1 -\npropose revoke\n" LINES_CR "sheet @A\n",
	HEAD "propose\nvault\n1 -\npropose policy\npolicy grant-days 1\n",
	HEAD "propose\nvault\n1 -\npropose format\nformat 2\n",
	HEAD "propose\nvault\n1 -\npropose restored\nrestored 7 @A\n",
	HEAD "propose\ncase @I\n1 -\npropose hold\nhold release\n",
	HEAD "propose\nexhibit @I\n2 @A\npropose dispose\n",
	HEAD "propose\nexhibit @I\n2 @A\npropose erase\nstrike @A\nstrike @A\n",
	HEAD "propose\ncase @I\n2 @A\npropose erase\n",
	HEAD "approve\nvault\n2 @A\nproposal @A\nanswer yes\n",
	HEAD "approve\nmember S-002\n2 @A\nproposal @A\nanswer no\n",
	HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\n",
	HEAD
	"dispose\nexhibit @I\n2 @A\nproposal @A\nbundle @A @B\nbundle @B @C\nblank @A\nblank @B\n",
	HEAD
	"erase\nvault\n2 @A\nproposal @A\nbundle @A @B\nsheet-was @A @B\nsheet-was @C -\nstrike @A\n",
	HEAD "erase\ncase @I\n2 @A\nproposal @A\nbundle @A @B\nsheet-was @A -\n",
	HEAD "publish\nvault\n2 @A\n",
	HEAD "anchor\nvault\n2 @A\nbatch 0\nkind rfc3161\nobject @A\n",
	HEAD
	"anchor\nvault\n2 @A\nbatch 999999999999\nkind -0123456789abcde\nobject @A\nobject @B\n",
	HEAD "skip\nvault\n2 @A\nskip 1 1 @A\n",
	HEAD "skip\nvault\n2 @A\nskip 3 999999999999 @A\n",
	HEAD "restored\nvault\n2 @A\nrestored 0 @A\n",
};

/* What is refused, and a piece of the reason. */
static const struct {
	const char *text, *why;
} bad[] = {
	{"", "0 bytes"},
	{"amana/2\n@A\n", "line 1"},
	{"amana/1 \n@A\n", "line 1"},
	{"amana/1\r\n@A\n", "line 1"},
	{"amana/1\n@F\n", "line 2"}, /* @F is 64 times f: good; then nothing */
	{"amana/1\n@G\n", "line 2: not a hash"},
	{"amana/1\nAA\n", "line 2: not a hash"},
	{"amana/1\n@A\n2026-02-30T02:40:00Z\n", "line 3: not a time"},
	{"amana/1\n@A\n2026-02-02T02:40:60Z\n", "line 3: not a time"},
	{"amana/1\n@A\n2026-02-02T02:40:00+00:00\n", "line 3: not a time"},
	{"amana/1\n@A\n2026-02-02T02:40:00Z\ns-001\n", "line 4"},
	{"amana/1\n@A\n2026-02-02T02:40:00Z\nABCDEF-1\n", "line 4"},
	{HEAD "enroll\n", "line 5: no such action"},
	{HEAD "none\n", "line 5: no such action"},
	{HEAD "\n", "line 5: no such action"},
	{HEAD "publish\nvaults\n", "line 6: not a subject"},
	{HEAD "publish\nexhibit @I\n", "line 6: the action has no such subject"},
	{HEAD "record\ngrant @I S-001\n", "line 6: the action has no such subject"},
	{HEAD "ungrant\ngrant @I\n", "line 6"},
	{HEAD "ungrant\ngrant @I  S-001\n", "line 6"},
	{HEAD "ungrant\ngrant audit S-1 \n", "line 6"},
	{HEAD "ungrant\ngrant Audit S-1\n", "line 6: not an id"},
	{HEAD "record\nexhibit 0011\n", "line 6: not an id"},
	{HEAD "publish\nvault\n0 -\n", "line 7"},
	{HEAD "publish\nvault\n01 -\n", "line 7"},
	{HEAD "publish\nvault\n1 @A\n", "line 7: event 1"},
	{HEAD "publish\nvault\n2 -\n", "line 7: not a hash"},
	{HEAD "publish\nvault\n2  @A\n", "line 7"},
	{HEAD "publish\nvault\n2 @A \n", "line 7"},
	{HEAD "publish\nvault\n9007199254740992 @A\n", "line 7: not a number"},
	{HEAD "publish\nvault\n2 @A\nobject @A\n", "line 7: more objects"},
	{HEAD "publish\nvault\n2 @A\nnote hello\n", "line 8: it does not belong here"},
	{HEAD "publish\nvault\n2 @A\n\n", "line 8: it does not belong here"},
	{HEAD "enrol\nmember S-003\n1 -\nrecipient @R\nkey @K\nroles -\n",
	 "line 9: the key's name"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @L\nkey @K\nroles -\n",
	 "line 8: not a recipient"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient AGE1\nkey @K\nroles -\n",
	 "line 8: not a recipient"},
	{HEAD "enrol\nmember S-002\n1 -\nkey @K\nrecipient @R\nroles -\n",
	 "line 8: 'recipient'"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles \n", "line 10"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles auditor,admin\n",
	 "line 10"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles admin,admin\n",
	 "line 10"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles admin,\n",
	 "line 10"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles admins\n",
	 "line 10"},
	{HEAD "enrol\nmember S-002\n1 -\nrecipient @R\nkey @K\nroles -,admin\n",
	 "line 10"},
	{HEAD "role\nmember S-002\n3 @C\nrole admin\n", "line 8"},
	{HEAD "role\nmember S-002\n3 @C\nrole +recovery\n", "line 8"},
	{HEAD "role\nmember S-002\n3 @C\nrole +\n", "line 8"},
	{HEAD "policy\nvault\n1 -\npolicy two-person off\n", "line 8: no such policy"},
	{HEAD "policy\nvault\n1 -\npolicy grant-days 0\n", "line 8: not a number"},
	{HEAD "policy\nvault\n1 -\npolicy grant-days 3651\n", "line 8: not a number"},
	{HEAD "policy\nvault\n1 -\npolicy break-glass\n", "line 8"},
	{HEAD "policy\nvault\n1 -\npolicy colour red\n", "line 8: no such policy"},
	{HEAD "format\nvault\n1 -\nformat 1\n", "line 8: not a number"},
	{HEAD "log-key\nvault\n1 -\nkey @O\n", "line 8: an object has to follow"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads S-002,S-001\nobject @A\n",
	 "line 9: the leads"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads S-001,S-001\nobject @A\n",
	 "line 9: the leads"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads S-001,\nobject @A\n", "line 9"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads \nobject @A\n", "line 9"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads -\nobject @A\n", "line 9"},
	{HEAD
	 "case\ncase @I\n1 -\nrecipient @R\n"
	 "leads A-1,B-1,C-1,D-1,E-1,F-1,G-1,H-1,I-1,J-1,K-1,L-1,M-1,N-1,O-1,P-1,Q-1\n"
	 "object @A\n",
	 "line 9: not a list of at most 16"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads S-001\n",
	 "line 9: an object has to follow"},
	{HEAD "case\ncase @I\n1 -\nrecipient @R\nleads S-001\nobject @A\nobject @B\n",
	 "line 10: more"},
	{HEAD "epoch\ncase @I\n2 @A\nepoch 0\nrecipient @R\nobject @A\n",
	 "line 8: not a number"},
	{HEAD "epoch\ncase @I\n2 @A\nepoch +2\nrecipient @R\nobject @A\n",
	 "line 8: not a number"},
	{HEAD "grant\ngrant @I S-002\n1 -\nas auditor\nuntil -\nepoch 1\nobject @A\n",
	 "line 8"},
	{HEAD "grant\ngrant audit S-002\n1 -\nas lead\nuntil -\nepoch 1\nobject @A\n",
	 "line 8"},
	{HEAD "grant\ngrant @I S-002\n1 -\nas none\nuntil -\nepoch 1\nobject @A\n",
	 "line 8"},
	{HEAD "grant\ngrant @I S-002\n1 -\nas lead\nuntil never\nepoch 1\nobject @A\n",
	 "line 9"},
	{HEAD "deposit\nexhibit @I\n1 -\ncase -\nepoch -\nring 1\n", "line 8: not an id"},
	{HEAD "deposit\nexhibit @I\n1 -\ncase @I\nepoch -\nring 1\n",
	 "line 9: not a number"},
	{HEAD "deposit\nexhibit @I\n1 -\ncase @I\nepoch 1\nring 0\n",
	 "line 10: not a number"},
	{HEAD
	 "deposit\nexhibit @I\n1 -\ncase @I\nepoch 1\nring 1\nobject @A\nobject @B\n",
	 "line 11: more"},
	{HEAD "record\nvault\n2 @A\ncase -\nepoch 1\nring 2\n",
	 "line 9: an epoch without a case"},
	{HEAD "record\nvault\n2 @A\ncase @I\nepoch -\nring 2\n", "line 9: not a number"},
	{HEAD "record\nvault\n2 @A\ncase -\nepoch -\nring 2\nobject @A\n",
	 "line 10: more objects"},
	{HEAD "denied\nvault\n2 @A\ncase -\nepoch -\nring 2\nline content @A\n",
	 "line 11: no such kind"},
	{HEAD "denied\nmember S-001\n2 @A\ncase -\nepoch -\nring 2\n", "line 6"},
	{HEAD "hold\nexhibit @I\n2 @A\nhold on\n", "line 8"},
	{HEAD "hold\nvault\n2 @A\nhold set\n", "line 6"},
	{HEAD "propose\nvault\n1 -\npropose publish\n",
	 "line 8: no act that is ever proposed"},
	{HEAD "propose\nvault\n1 -\npropose propose\n",
	 "line 8: no act that is ever proposed"},
	{HEAD "propose\nvault\n1 -\npropose none\n",
	 "line 8: no act that is ever proposed"},
	{HEAD "propose\nvault\n1 -\npropose revoke\n",
	 "line 8: the act has no such subject"},
	{HEAD "propose\nexhibit @I\n2 @A\npropose dispose\nproposal @A\n", "line 9"},
	{HEAD "propose\nexhibit @I\n2 @A\npropose erase\nbundle @A @B\n", "line 9"},
	{HEAD "approve\ngrant @I S-001\n2 @A\nproposal @A\nanswer yes\n", "line 6"},
	{HEAD "approve\nvault\n2 @A\nproposal @A\nanswer YES\n", "line 9"},
	{HEAD "dispose\ncase @I\n2 @A\nproposal @A\n", "line 6"},
	{HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\nblank @A\nbundle @A @B\n",
	 "line 10"},
	{HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\nbundle @A\n",
	 "line 9: not a hash"},
	{HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\nbundle @A @B @C\n",
	 "line 9: not a hash"},
	{HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\nstrike @A\n", "line 9"},
	{HEAD "erase\nvault\n2 @A\nproposal @A\nsheet-was @A -\n",
	 "a bundle has to follow"},
	{HEAD "erase\nvault\n2 @A\nproposal @A\nbundle @A @B\n",
	 "a sheet-was has to follow"},
	{HEAD "erase\nvault\n2 @A\nproposal @A\nbundle @A -\nsheet-was @A -\n",
	 "line 9: not a hash"},
	{HEAD "anchor\nvault\n2 @A\nbatch 1000000000000\nkind a\nobject @A\n", "line 8"},
	{HEAD "anchor\nvault\n2 @A\nbatch 1\nkind 0123456789abcdefg\nobject @A\n",
	 "line 9"},
	{HEAD "anchor\nvault\n2 @A\nbatch 1\nkind A\nobject @A\n", "line 9"},
	{HEAD "anchor\nvault\n2 @A\nbatch 1\nkind \nobject @A\n", "line 9"},
	{HEAD
	 "anchor\nvault\n2 @A\nbatch 1\nkind a\n" /* nine objects */
	 "object @A\nobject @A\nobject @A\nobject @A\nobject @A\nobject @A\nobject @A\n"
	 "object @A\nobject @A\n",
	 "line 17: more objects"},
	{HEAD "skip\nvault\n2 @A\nskip 0 1 @A\n", "line 8: not a number"},
	{HEAD "skip\nvault\n2 @A\nskip 2 1 @A\n", "line 8: not a number"},
	{HEAD "skip\nvault\n2 @A\nskip 1 1\n", "line 8"},
	{HEAD "restored\nvault\n2 @A\nrestored 7\n", "line 8"},
	{HEAD "publish\nvault\n2 @A\nline reason @A\nline custody @A\n",
	 "line 9: the lines"},
	{HEAD "publish\nvault\n2 @A\nline reason @B\nline reason @A\n",
	 "line 9: the lines"},
	{HEAD "publish\nvault\n2 @A\nline reason @A\nline reason @A\n",
	 "line 9: the lines"},
	{HEAD "publish\nvault\n2 @A\nline about @A\n", "line 8: no such kind"},
	{HEAD "publish\nvault\n2 @A\nline gossip @A\n", "line 8: no such kind"},
	{HEAD "publish\nvault\n2 @A\nsheet @A\nsheet @A\n",
	 "line 9: a sheet is named twice"},
	{HEAD "publish\nvault\n2 @A\nsheet @A\nline reason @A\n",
	 "line 9: it does not belong"},
	{HEAD
	 "publish\nvault\n2 @A\nsheet @A\nsheet @B\nsheet @C\nsheet @D\nsheet @E\nsheet @F\n"
	 "sheet 0011223344556677001122334455667700112233445566770011223344556677\n"
	 "sheet 1111223344556677001122334455667700112233445566770011223344556677\n"
	 "sheet 2211223344556677001122334455667700112233445566770011223344556677\n",
	 "over 8 sheets"},
};

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
	       "grant\ngrant @I S-002\n1 -\nas reader\nuntil 1970-01-01T00:00:01Z\nepoch 4\n"
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

	expand(HEAD "propose\nexhibit @I\n2 @A\npropose erase\nstrike @A\nstrike @B\n",
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

/* One over a limit; `fill` is repeated. */
static void
check_limit(const char *head, const char *fill, size_t allowed, const char *why)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ENTRY_MAX * 2), part = BUF_INIT(256);
	struct amana_error err;
	struct entry entry;
	char hex[HASH_HEX_LEN + 1];
	struct hash hash;

	expand(head, &text);
	for (size_t i = 0; i <= allowed; i++) {
		memset(&hash, 0, sizeof hash);
		hash.bytes[0] = (uint8_t)(i >> 8);
		hash.bytes[1] = (uint8_t)i;
		hash_hex(&hash, hex);
		expand(fill, &part);
		CHECK_OK(buf_add(&text, part.data, part.len, &err), err);
		CHECK_OK(buf_add_fmt(&text, &err, "%s\n", hex), err);
		if (i + 1 == allowed)
			CHECK_OK(entry_decode(BYTES_OF(text), &entry, &err), err);
	}
	CHECK_FAILS(entry_decode(BYTES_OF(text), &entry, &err), err, AMANA_E_FORMAT);
	CHECK(strstr(err.msg, why) != NULL);
}

static void
limits_hold(void)
{
	check_limit(HEAD "publish\nvault\n2 @A\n", "line reason ", ENTRY_LINES_MAX,
		    "over 16 lines");
	check_limit(HEAD "publish\nvault\n2 @A\n", "sheet ", ENTRY_SHEETS_MAX,
		    "over 8 sheets");
	check_limit(HEAD "log-key\nvault\n2 @A\nkey @O\n", "object ", ENTRY_OBJECTS_MAX,
		    "more objects");
	check_limit(HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\n", "bundle @A ",
		    ENTRY_BUNDLES_MAX, "over 128 bundles");
	check_limit(HEAD "dispose\nexhibit @I\n2 @A\nproposal @A\n", "blank ",
		    ENTRY_BLANKS_MAX, "over 128 sheets");
	check_limit(HEAD "erase\nvault\n2 @A\nproposal @A\nbundle @A @B\n",
		    "sheet-was @A ", ENTRY_BLANKS_MAX, "over 128 sheets");
	check_limit(HEAD "propose\nexhibit @I\n2 @A\npropose erase\n", "strike ",
		    ENTRY_STRIKES_MAX, "over 128 strikes");
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
