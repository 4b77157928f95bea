/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include "check.h"

static struct line_bond bond;
static json_t *facts;

#define SPELL(s)                                                                         \
	{                                                                                \
		(const uint8_t *)(s), sizeof(s) - 1                                      \
	}

/* A line of each kind, all of whose members are filled in. */
static struct line
sample(enum line_kind kind)
{
	struct line line = {
		.kind = kind,
		.bond = bond,
		.size = 46001,
		.media_type = "image/jpeg",
		.name = SPELL("DCIM/a.jpg"),
		.type = "photo",
		.title = "Front door",
		.description = "As found",
		.source = "phone of V-003",
		.has_received = true,
		.received_at = 1700000000,
		.has_modified = true,
		.modified_at = 1600000000,
		.facts = facts,
		.event = "deposit",
		.tool = "amana 0.1.0",
		.device = "laptop-2",
		.clock = {.utc_at = 1700000001,
			  .monotonic_ms = 77,
			  .boot = "-",
			  .stepped_back = true},
		.details = facts,
		.text = "hearing on Monday",
	};

	memset(line.sha256.bytes, 7, HASH_LEN);
	return line;
}

static void
build(const struct line *line, struct buf *json, struct hash *hash)
{
	struct amana_error err;

	CHECK_OK(line_build(line, json, hash, &err), err);
}

static void
test_every_kind_comes_back(void)
{
	for (enum line_kind kind = LINE_CONTENT; kind <= LINE_REASON; kind++) {
		CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line want = sample(kind);
		struct hash hash, sum;
		struct amana_error err;

		build(&want, &json, &hash);
		CHECK(memchr(json.data, '\n', json.len) == NULL);
		hash_of(json.data, json.len, &sum);
		CHECK(hash_equal(&hash, &sum));
		CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
		CHECK_INT(got.kind, kind);
		CHECK_OK(line_check(&got, kind, &hash, &bond, "S-014", &err), err);
		switch (kind) {
		case LINE_CONTENT:
			CHECK_INT(got.size, 46001);
			CHECK(hash_equal(&got.sha256, &want.sha256));
			CHECK_STR(got.media_type, "image/jpeg");
			CHECK_STR(got.title, "");
			break;
		case LINE_ABOUT:
			CHECK(bytes_equal(got.name, want.name));
			CHECK_STR(got.name_shown, "DCIM/a.jpg");
			CHECK_STR(got.type, "photo");
			CHECK_STR(got.title, "Front door");
			CHECK_STR(got.description, "As found");
			break;
		case LINE_SOURCE:
			CHECK_STR(got.source, "phone of V-003");
			CHECK(got.has_received && got.received_at == 1700000000);
			CHECK(got.has_modified && got.modified_at == 1600000000);
			CHECK(json_equal(got.facts, facts));
			break;
		case LINE_CUSTODY:
			CHECK_STR(got.event, "deposit");
			CHECK_STR(got.tool, "amana 0.1.0");
			CHECK_STR(got.device, "laptop-2");
			CHECK_INT(got.clock.utc_at, 1700000001);
			CHECK_INT(got.clock.monotonic_ms, 77);
			CHECK_STR(got.clock.boot, "-");
			CHECK(got.clock.stepped_back);
			CHECK(json_equal(got.details, facts));
			break;
		case LINE_REASON:
			CHECK_STR(got.text, "hearing on Monday");
			break;
		}
	}
}

static void
test_two_of_the_same_differ(void)
{
	CLEANUP(line_text_done) struct buf a = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf b = BUF_INIT(LINE_BYTES_MAX);
	struct line line = sample(LINE_REASON);
	struct hash ha, hb;

	build(&line, &a, &ha);
	build(&line, &b, &hb);
	CHECK(!hash_equal(&ha, &hb)); /* the salt */
	CHECK(a.len == b.len);
}

/* A copied line fits no other entry: each field of the bond in turn. */
static void
test_check_names_what_differs(void)
{
	static const struct {
		enum line_kind kind;
		const char *what;
	} cases[] = {
		{LINE_CUSTODY, "vault"},   {LINE_CUSTODY, "case"},
		{LINE_CUSTODY, "actor"},   {LINE_CUSTODY, "act"},
		{LINE_ABOUT, "exhibit"},   {LINE_ABOUT, "object"},
		{LINE_ABOUT, "recipient"}, {LINE_REASON, "act"},
		{LINE_CONTENT, "object"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line line = sample(cases[i].kind);
		struct line_bond other = bond;
		const char *what = cases[i].what;
		struct amana_error err;
		struct hash hash;

		build(&line, &json, &hash);
		CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
		if (strcmp(what, "vault") == 0)
			other.vault.bytes[31] ^= 1;
		else if (strcmp(what, "case") == 0)
			other.case_id.bytes[15] ^= 1;
		else if (strcmp(what, "actor") == 0)
			CHECK(member_code_parse("S-15", 4, &other.actor) == 0);
		else if (strcmp(what, "act") == 0)
			other.act.bytes[0] ^= 1;
		else if (strcmp(what, "exhibit") == 0)
			other.exhibit.bytes[0] ^= 1;
		else if (strcmp(what, "object") == 0)
			other.object.bytes[0] ^= 1;
		else
			other.recipient.pub[0] ^= 1;
		CHECK_FAILS(line_check(&got, cases[i].kind, &hash, &other, "S-014", &err),
			    err, AMANA_E_TAMPERED);
		CHECK(strstr(err.msg, what) != NULL && strstr(err.msg, "S-014") != NULL);
	}
}

static void
test_check_hash_kind_and_absence(void)
{
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_done) struct line got = LINE_INIT;
	struct line line = sample(LINE_ABOUT);
	struct line_bond other = bond;
	struct amana_error err;
	struct hash hash;

	build(&line, &json, &hash);
	CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
	CHECK_FAILS(line_check(&got, LINE_SOURCE, &hash, &bond, "S-014", &err), err,
		    AMANA_E_TAMPERED);
	hash.bytes[0] ^= 1;
	CHECK_FAILS(line_check(&got, LINE_ABOUT, &hash, &bond, "S-014", &err), err,
		    AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, "SHA-256") != NULL);
	hash.bytes[0] ^= 1;
	other.has_object = false;
	CHECK_FAILS(line_check(&got, LINE_ABOUT, &hash, &other, "S-014", &err), err,
		    AMANA_E_TAMPERED);
	other = bond;
	other.in_case = false;
	CHECK_FAILS(line_check(&got, LINE_ABOUT, &hash, &other, "S-014", &err), err,
		    AMANA_E_TAMPERED);
	/* what the kind does not use is not compared */
	other = bond;
	other.act.bytes[0] ^= 1;
	CHECK_OK(line_check(&got, LINE_ABOUT, &hash, &other, "S-014", &err), err);
}

static void
test_names_of_any_bytes(void)
{
	static const struct {
		struct bytes name;
		const char *shown;
		bool b64;
	} cases[] = {
		{SPELL("caf\xc3\xa9\n\x1b[31m"), "caf\xc3\xa9\n\x1b[31m", false},
		{SPELL("a\xff"
		       "b"),
		 "a\xef\xbf\xbd"
		 "b",
		 true},
		{SPELL("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd", true},
		{SPELL("\xc3"), "\xef\xbf\xbd", true},
		{SPELL("x\xef\xbf\xbe"), "x\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		 true}, /* U+FFFE */
		{SPELL("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		 true}, /* surrogate */
		{SPELL("\xef\xbf\xbd"), "\xef\xbf\xbd", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line line = sample(LINE_ABOUT);
		struct amana_error err;
		struct hash hash;

		line.name = cases[i].name;
		build(&line, &json, &hash);
		CHECK_INT(strstr(buf_text(&json), "\"name_b64\"") != NULL, cases[i].b64);
		CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
		CHECK(bytes_equal(got.name, cases[i].name));
		CHECK_STR(got.name_shown, cases[i].shown);
	}
}

static void
test_nothing_given_is_absent(void)
{
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_done) struct line got = LINE_INIT;
	struct line line = {.kind = LINE_SOURCE, .bond = bond};
	struct amana_error err;
	struct hash hash;

	build(&line, &json, &hash);
	CHECK(strstr(buf_text(&json), "received") == NULL &&
	      strstr(buf_text(&json), "facts") == NULL);
	CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
	CHECK_STR(got.source, "");
	CHECK(!got.has_received && !got.has_modified && got.facts == NULL);
}

static void
test_limits_of_length(void)
{
	static char text[LINE_BYTES_MAX + 1];
	struct line line = sample(LINE_REASON);
	struct buf json = BUF_INIT(LINE_BYTES_MAX);
	struct amana_error err;
	struct hash hash;
	size_t around;

	line.text = "";
	build(&line, &json, &hash);
	around = json.len;
	line_text_done(&json);
	memset(text, 'a', LINE_BYTES_MAX - around);
	line.text = text;
	build(&line, &json, &hash); /* exactly as long as a line can be */
	CHECK_INT(json.len, LINE_BYTES_MAX);
	line_text_done(&json);
	text[LINE_BYTES_MAX - around] = 'a';
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_LIMIT);
	CHECK_INT(json.len, 0);
}

static void
test_build_refuses_what_has_no_spelling(void)
{
	struct buf json = BUF_INIT(LINE_BYTES_MAX);
	struct amana_error err;
	struct hash hash;
	struct line line;

	line = sample(LINE_REASON);
	line.text = "a\xff";
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	line.text = "a\xef\xb7\x90"; /* U+FDD0 */
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	line = sample(LINE_ABOUT);
	line.type = "Picture";
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	line = sample(LINE_CUSTODY);
	line.event = "Deposit";
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	line = sample(LINE_CONTENT);
	line.size = UINT64_C(1) << 53;
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	line = sample(LINE_SOURCE);
	line.facts = NULL;
	line.received_at = TEXT_TIME_MAX + 1;
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	line = sample(LINE_CONTENT);
	line.bond.actor.text[0] = 0;
	CHECK_FAILS(line_build(&line, &json, &hash, &err), err, AMANA_E_USAGE);
	CHECK_INT(json.len, 0);
}

/* What the writer does not read back must come back all the same: texts of every kind of
 * byte, at every edge of the times. */
static void
test_odd_texts_come_back(void)
{
	static const char *const texts[] = {
		"",
		"\"",
		"\\",
		"a\\u0041\"}",
		"\x01\x1f\x7f",
		"\n\r\t",
		"\xc3\xa9\xe2\x82\xac",
		"\xf0\x9f\x98\x80",
		"</script>{[,:]}",
	};
	static const int64_t times[] = {0, 1, 951782400, TEXT_TIME_MAX};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		for (enum line_kind kind = LINE_CONTENT; kind <= LINE_SOURCE; kind++) {
			CLEANUP(line_text_done)
			struct buf json = BUF_INIT(LINE_BYTES_MAX);
			CLEANUP(line_done) struct line got = LINE_INIT;
			struct line want = sample(kind);
			struct hash hash;
			struct amana_error err;

			want.facts = NULL;
			want.media_type = want.title = want.description = want.source =
				texts[i];
			want.name = BYTES_STR(texts[i]);
			want.received_at = times[i % ARRAY_LEN(times)];
			build(&want, &json, &hash);
			CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
			CHECK_OK(line_check(&got, kind, &hash, &bond, "S-014", &err),
				 err);
			if (kind == LINE_CONTENT)
				CHECK_STR(got.media_type, texts[i]);
			if (kind == LINE_ABOUT) {
				CHECK(bytes_equal(got.name, want.name));
				CHECK_STR(got.title, texts[i]);
				CHECK_STR(got.description, texts[i]);
			}
			if (kind == LINE_SOURCE) {
				CHECK_STR(got.source, texts[i]);
				CHECK_INT(got.received_at, want.received_at);
			}
		}
	}
}

/* The text of a good line with `from` replaced by `to`. */
static void
changed(const struct buf *json, const char *from, struct bytes to, struct buf *out)
{
	const char *text = buf_text(json), *at = strstr(text, from);
	struct amana_error err;

	CHECK(at != NULL);
	buf_clear(out);
	CHECK_OK(buf_add(out, text, (size_t)(at - text), &err), err);
	CHECK_OK(buf_add(out, to.data, to.len, &err), err);
	CHECK_OK(buf_add_str(out, at + strlen(from), &err), err);
}

static void
test_parse_is_strict(void)
{
	static const struct {
		enum line_kind kind;
		const char *from;
		struct bytes to;
		bool good;
	} cases[] = {
		{LINE_REASON, "hearing", SPELL("Hearing"), true}, /* the harness itself */
		{LINE_REASON, "\"text\"", SPELL("\"more\":{\"a\":[1,null]},\"text\""),
		 true},
		{LINE_REASON, "\"text\"", SPELL("\"salt\":\"\",\"text\""),
		 false}, /* duplicate */
		{LINE_REASON, "\"text\"", SPELL("\"x\":{\"a\":1,\"a\":1},\"text\""),
		 false},
		{LINE_REASON, "\"text\"", SPELL("\"s\\u0061lt\":\"\",\"text\""), false},
		{LINE_REASON, "hearing", SPELL("\\ufffe"), false},
		{LINE_REASON, "hearing", SPELL("\xef\xbf\xbf"), false},
		{LINE_REASON, "\"text\"", SPELL("\"\\ufdd0\":1,\"text\""), false},
		{LINE_REASON, "\"text\"", SPELL("\"x\":[\"\\ufdd0\"],\"text\""), false},
		{LINE_REASON, "hearing", SPELL("\\ud800"), false},
		{LINE_REASON, "hearing", SPELL("\\u0000"), false},
		{LINE_REASON, "hearing", SPELL("\0"), false},
		{LINE_REASON, "hearing", SPELL("\xff"), false},
		{LINE_REASON, "hearing", SPELL("\n"), false},
		{LINE_REASON, ",\"text\"", SPELL(",\n\"text\""), false},
		{LINE_REASON, ",\"text\"", SPELL(",\"x\":9007199254740991,\"text\""),
		 true},
		{LINE_REASON, ",\"text\"", SPELL(",\"x\":9007199254740992,\"text\""),
		 false},
		{LINE_REASON, "\"text\":\"hearing on Monday\"", SPELL("\"text\":7"),
		 false},
		{LINE_REASON, ",\"text\":\"hearing on Monday\"", SPELL(""), false},
		{LINE_REASON, "\"reason\"", SPELL("\"reasons\""), false},
		{LINE_REASON, "Monday\"}", SPELL("Monday\"}}"), false},
		{LINE_REASON, "Monday\"}", SPELL("Monday\"} "), false},
		{LINE_REASON, "Monday\"}", SPELL("Monday\",}"), false},
		{LINE_REASON, "{\"kind\"", SPELL(" {\"kind\""), false},
		{LINE_REASON, "{\"kind\"", SPELL("[{\"kind\""), false},
		{LINE_REASON, "\"S-014\"", SPELL("\"S014\""), false},
		{LINE_REASON, "\"salt\":\"", SPELL("\"salt\":\"0"), false},
		{LINE_REASON, "\"case\":\"", SPELL("\"case\":\"A"), false},
		{LINE_CONTENT, "46001", SPELL("-1"), false},
		{LINE_CONTENT, "46001", SPELL("46001.0"), false},
		{LINE_CONTENT, "46001", SPELL("\"46001\""), false},
		{LINE_CONTENT, "0707", SPELL("0A07"), false},
		{LINE_CONTENT, "age1", SPELL("AGE1"), false},
		{LINE_ABOUT, "\"photo\"", SPELL("\"Photo\""), false},
		/* a second spelling of a name; a name that is shown as another */
		{LINE_ABOUT, "\"type\"",
		 SPELL("\"name_b64\":\"RENJTS9hLmpwZw==\",\"type\""), false},
		{LINE_ABOUT, "\"type\"", SPELL("\"name_b64\":\"/w==\",\"type\""), false},
		{LINE_ABOUT, "\"type\"", SPELL("\"name_b64\":\"\",\"type\""), false},
		{LINE_SOURCE, "2023-11-14T22:13:20Z", SPELL("2023-11-14T22:13:20"),
		 false},
		{LINE_SOURCE, "2023-11-14T22:13:20Z", SPELL("2023-02-30T22:13:20Z"),
		 false},
		{LINE_SOURCE, "\"facts\":{", SPELL("\"facts\":[],\"x\":{"), false},
		{LINE_CUSTODY, "\"event\":\"deposit\"", SPELL("\"event\":\"-deposit\""),
		 false},
		{LINE_CUSTODY, "\"event\":\"deposit\"", SPELL("\"event\":\"\""), false},
		{LINE_CUSTODY, "\"boot\":\"-\"", SPELL("\"boot\":\"\""), false},
		{LINE_CUSTODY, "\"stepped_back\":true", SPELL("\"stepped_back\":1"),
		 false},
		{LINE_CUSTODY, "\"clock\":{", SPELL("\"clocks\":{"), false},
		{LINE_CUSTODY, "\"tool\"", SPELL("\"tools\""), false},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
		CLEANUP(line_text_done) struct buf out = BUF_INIT(LINE_BYTES_MAX + 99);
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line line = sample(cases[i].kind);
		struct amana_error err;
		struct hash hash;
		int r;

		build(&line, &json, &hash);
		changed(&json, cases[i].from, cases[i].to, &out);
		r = line_parse(BYTES_OF(out), &got, &err);
		if ((r == 0) != cases[i].good ||
		    (r < 0 && err.code != AMANA_E_TAMPERED)) {
			fprintf(stderr, "case %zu: %d %s\n", i, r, r < 0 ? err.msg : "");
			exit(1);
		}
	}
}

static void
test_depth_and_length_are_bounded(void)
{
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf out = BUF_INIT(LINE_BYTES_MAX + 99);
	struct line line = sample(LINE_REASON);
	struct amana_error err;
	struct hash hash;
	char deep[2 * LINE_DEPTH_MAX + 16];

	build(&line, &json, &hash);
	for (int depth = LINE_DEPTH_MAX - 1; depth <= LINE_DEPTH_MAX; depth++) {
		CLEANUP(line_done) struct line got = LINE_INIT;
		size_t n = 0;
		int r;

		n += (size_t)sprintf(deep, "\"x\":");
		for (int i = 0; i < depth; i++)
			deep[n++] = '[';
		for (int i = 0; i < depth; i++)
			deep[n++] = ']';
		n += (size_t)sprintf(deep + n, ",\"text\"");
		changed(&json, "\"text\"", (struct bytes){(uint8_t *)deep, n}, &out);
		r = line_parse(BYTES_OF(out), &got, &err);
		CHECK_INT(r == 0, depth < LINE_DEPTH_MAX);
	}
	/* brackets inside strings nest nothing */
	{
		CLEANUP(line_done) struct line got = LINE_INIT;
		char flat[200];

		memset(flat, '[', sizeof flat);
		memcpy(flat, "\\\"", 2);
		changed(&json, "hearing", (struct bytes){(uint8_t *)flat, sizeof flat},
			&out);
		CHECK_OK(line_parse(BYTES_OF(out), &got, &err), err);
	}
	buf_clear(&out);
	CHECK(buf_reserve(&out, LINE_BYTES_MAX + 1, &err) != NULL);
	memset(out.data, ' ', LINE_BYTES_MAX + 1);
	out.data[0] = '{';
	out.data[LINE_BYTES_MAX] = '}';
	{
		CLEANUP(line_done) struct line got = LINE_INIT;

		CHECK_FAILS(line_parse((struct bytes){out.data, LINE_BYTES_MAX + 1}, &got,
				       &err),
			    err, AMANA_E_TAMPERED);
		CHECK_FAILS(line_parse((struct bytes){out.data, 0}, &got, &err), err,
			    AMANA_E_TAMPERED);
	}
}

int
main(void)
{
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(age_identity_new(&identity, &err), err);
	age_identity_recipient(&identity, &bond.recipient);
	memset(bond.vault.bytes, 1, HASH_LEN);
	bond.in_case = bond.has_object = true;
	memset(bond.object.bytes, 2, HASH_LEN);
	custody_id_random(&bond.case_id);
	custody_id_random(&bond.exhibit);
	custody_id_random(&bond.act);
	CHECK(member_code_parse("S-014", 5, &bond.actor) == 0);
	facts = json_pack("{s:s,s:{s:i}}", "from", "a relative", "device", "imei", 35);
	CHECK(facts != NULL);

	RUN(test_every_kind_comes_back);
	RUN(test_two_of_the_same_differ);
	RUN(test_check_names_what_differs);
	RUN(test_check_hash_kind_and_absence);
	RUN(test_names_of_any_bytes);
	RUN(test_nothing_given_is_absent);
	RUN(test_limits_of_length);
	RUN(test_build_refuses_what_has_no_spelling);
	RUN(test_odd_texts_come_back);
	RUN(test_parse_is_strict);
	RUN(test_depth_and_length_are_bounded);
	json_decref(facts);
	return 0;
}
