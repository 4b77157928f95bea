/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/genesis.h"

#include "check.h"
#include "log_builder.h"

static void
round_trips(void)
{
	struct log_builder lb;
	struct amana_error err;
	struct genesis g;
	struct hash fingerprint;

	lb_init(&lb);
	CHECK_OK(genesis_parse(BYTES_OF(lb.genesis_bytes), &g, &fingerprint, &err), err);
	CHECK_STR(g.origin, lb.genesis.origin);
	CHECK_INT(g.at, LB_TIME);
	CHECK_STR(g.founder.text, "S-001");
	CHECK(age_recipient_equal(&g.recipient, &lb.genesis.recipient));
	CHECK(age_recipient_equal(&g.audit_recipient, &lb.genesis.audit_recipient));
	CHECK(memcmp(g.key.pub, lb.genesis.key.pub, SIGN_PUB_LEN) == 0);
	CHECK(hash_equal(&g.audit_file, &lb.genesis.audit_file));
	CHECK_STR(g.store_kind, "dir");
	CHECK_INT(g.writers, 16);
	CHECK(hash_equal(&fingerprint, &lb.fingerprint));
	lb_done(&lb);
}

static void
check_refused(struct bytes bytes)
{
	struct hash fingerprint;
	struct amana_error err;
	struct genesis g;

	CHECK_FAILS(genesis_parse(bytes, &g, &fingerprint, &err), err, AMANA_E_TAMPERED);
}

/* Every byte changed, taken out or put in, every beginning: the signature covers the
 * text, and what is left has one spelling. */
static void
every_change_is_refused(void)
{
	CLEANUP(buf_done) struct buf other = BUF_INIT(GENESIS_MAX);
	struct log_builder lb;
	struct amana_error err;
	struct bytes whole;

	lb_init(&lb);
	whole = BYTES_OF(lb.genesis_bytes);
	for (size_t i = 0; i < whole.len; i++) {
		check_refused((struct bytes){whole.data, i});
		for (int bit = 0; bit < 8; bit++) {
			lb.genesis_bytes.data[i] ^= (uint8_t)(1 << bit);
			check_refused(whole);
			lb.genesis_bytes.data[i] ^= (uint8_t)(1 << bit);
		}
		buf_clear(&other);
		CHECK_OK(buf_add(&other, whole.data, i, &err), err);
		CHECK_OK(buf_add(&other, whole.data + i + 1, whole.len - i - 1, &err),
			 err);
		check_refused(BYTES_OF(other));
		buf_clear(&other);
		CHECK_OK(buf_add(&other, whole.data, i + 1, &err), err);
		CHECK_OK(buf_add(&other, whole.data + i, whole.len - i, &err), err);
		check_refused(BYTES_OF(other));
	}
	buf_clear(&other);
	CHECK_OK(buf_add(&other, whole.data, whole.len, &err), err);
	CHECK_OK(buf_add_str(&other, "\n", &err), err);
	check_refused(BYTES_OF(other));
	lb_done(&lb);
}

/* The text with one line replaced, well signed. */
static void
sign_with_line(struct log_builder *lb, unsigned int line, const char *text,
	       struct buf *ret_note)
{
	struct batch_parts parts;
	struct text_cursor cursor;
	struct amana_error err;
	struct bytes at;

	CHECK_OK(batch_split(BYTES_OF(lb->genesis_bytes), &parts, &err), err);
	cursor.at = (const char *)parts.text.data;
	cursor.end = cursor.at + parts.text.len;
	buf_clear(ret_note);
	for (unsigned int i = 1; text_line(&cursor, &at) == 0; i++) {
		if (i == line)
			CHECK_OK(buf_add_str(ret_note, text, &err), err);
		else
			CHECK_OK(buf_add_fmt(ret_note, &err, "%.*s\n", (int)at.len,
					     (const char *)at.data),
				 err);
	}
	CHECK_OK(note_sign(ret_note, "S-001", &lb->founder->seed, &err), err);
}

static void
well_signed_nonsense_is_refused(void)
{
	static const struct {
		unsigned int line;
		const char *text;
	} bad[] = {
		{1, "amana/genesis 2\n"},
		{1, "amana/genesis 1 \n"},
		{2, "Test/00112233445566778899aabbccddeeff\n"},
		{3, "2026-02-30T00:00:00Z\n"},
		{4, "S-002\n"}, /* not the key's name */
		{4, "s-001\n"},
		{5, "age1\n"},
		{6, "S-001+00000000+AAAA\n"},
		{7, "-\n"},
		{7, "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z\n"},
		{8, "-\n"},
		{9, "dir 16 2\n"},
		{9, "dir 16\n"},
		{9, "dir 0 1\n"},
		{9, "dir 016 1\n"},
		{9, "dir 9007199254740992 1\n"},
		{9, " 16 1\n"},
		{9, "d-r 16 1\n"},
		{9, "dir 16 1 \n"},
		{9, "Dir 16 1\n"},
		{9, "abcdefghijklmnopq 16 1\n"},
		{9, "dir 16 1\nmore\n"},
		{9, ""},
	};
	static const char *const good[] = {"s3 999 1\n", "0123456789abcdef 1 1\n",
					   "dir 9007199254740991 1\n"};
	CLEANUP(buf_done) struct buf note = BUF_INIT(GENESIS_MAX);
	char own[AGE_RECIPIENT_LEN + 2];
	struct log_builder lb;
	struct amana_error err;
	struct hash fingerprint;
	struct genesis g;
	char line[AGE_RECIPIENT_LEN + 2];

	lb_init(&lb);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		sign_with_line(&lb, 9, good[i], &note);
		CHECK_OK(genesis_parse(BYTES_OF(note), &g, &fingerprint, &err), err);
	}
	/* the audit ring is not the founder's own key */
	age_recipient_text(&lb.genesis.recipient, own);
	strcat(own, "\n");
	sign_with_line(&lb, 7, own, &note);
	check_refused(BYTES_OF(note));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		sign_with_line(&lb, bad[i].line, bad[i].text, &note);
		check_refused(BYTES_OF(note));
	}
	/* One RECIPIENT for the founder and for the audit ring. */
	age_recipient_text(&lb.genesis.recipient, line);
	line[AGE_RECIPIENT_LEN] = '\n';
	line[AGE_RECIPIENT_LEN + 1] = 0;
	sign_with_line(&lb, 7, line, &note);
	check_refused(BYTES_OF(note));
	/* Two signatures. */
	sign_with_line(&lb, 9, "s3 999 1\n", &note);
	CHECK_OK(note_add_signature(&note, "S-001", &lb.founder->seed, &err), err);
	check_refused(BYTES_OF(note));
	lb_done(&lb);
}

static void
signing_checks_its_values(void)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(GENESIS_MAX);
	struct log_builder lb;
	struct amana_error err;
	struct genesis g;

	lb_init(&lb);
	g = lb.genesis;
	g.writers = 0;
	CHECK_FAILS(genesis_sign(&g, &lb.founder->seed, &note, &err), err, AMANA_E_USAGE);
	g = lb.genesis;
	memset(&g.audit_recipient, 0, sizeof g.audit_recipient);
	CHECK_FAILS(genesis_sign(&g, &lb.founder->seed, &note, &err), err, AMANA_E_USAGE);
	/* Another's secret. */
	CHECK_FAILS(
		genesis_sign(&lb.genesis, &lb_person(&lb, "S-002")->seed, &note, &err),
		err, AMANA_E_USAGE);
	CHECK_INT(note.len, 0);
	lb_done(&lb);
}

int
main(void)
{
	RUN(round_trips);
	RUN(every_change_is_refused);
	RUN(well_signed_nonsense_is_refused);
	RUN(signing_checks_its_values);
	return 0;
}
