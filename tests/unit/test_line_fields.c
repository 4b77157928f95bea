/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include "check.h"

/* What stands in a line beside what every line has: one by one, as the page has them. */

static struct line_bond bond;

static struct line
sample(enum line_kind kind)
{
	return (struct line){.kind = kind,
			     .bond = bond,
			     .size = 9,
			     .media_type = "text/plain",
			     .name = BYTES_STR("a.txt"),
			     .type = "photo",
			     .title = "Front door",
			     .source = "the post",
			     .event = "deposit",
			     .tool = "amana 0.1.0",
			     .device = "laptop-2",
			     .clock = {.utc_at = 1700000001},
			     .text = "hearing"};
}

static void
build(const struct line *line, struct buf *json)
{
	struct amana_error err;
	struct hash hash;

	CHECK_OK(line_build(line, json, &hash, &err), err);
}

/* Builds the line, reads it again and compares its bond with what it was built with. */
static void
there_and_back(const struct line *line, struct line *ret_line)
{
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
	struct amana_error err;
	struct hash hash;

	CHECK_OK(line_build(line, &json, &hash, &err), err);
	CHECK_OK(line_parse(BYTES_OF(json), ret_line, &err), err);
	CHECK_OK(line_check(ret_line, line->kind, &hash, &line->bond, "S-014", &err),
		 err);
}

static void
cannot_build(const struct line *line)
{
	struct buf json = BUF_INIT(LINE_BYTES_MAX);
	struct amana_error err;
	struct hash hash;

	CHECK_FAILS(line_build(line, &json, &hash, &err), err, AMANA_E_USAGE);
	CHECK_INT(json.len, 0);
}

struct change {
	const char *from, *to;
	bool good;
};

/* A line of its own for each change, which is of one place in its text. */
static void
try_changes(const struct line *line, const struct change *changes, size_t n)
{
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);

	build(line, &json);
	for (size_t i = 0; i < n; i++) {
		CLEANUP(line_text_done) struct buf text = BUF_INIT(LINE_BYTES_MAX);
		CLEANUP(line_done) struct line got = LINE_INIT;
		const char *at = strstr(buf_text(&json), changes[i].from);
		struct amana_error err;
		int r;

		CHECK(at != NULL);
		CHECK_OK(buf_add(&text, json.data, (size_t)(at - buf_text(&json)), &err),
			 err);
		CHECK_OK(buf_add_str(&text, changes[i].to, &err), err);
		CHECK_OK(buf_add_str(&text, at + strlen(changes[i].from), &err), err);
		r = line_parse(BYTES_OF(text), &got, &err);
		if ((r == 0) != changes[i].good ||
		    (r < 0 && err.code != AMANA_E_TAMPERED)) {
			fprintf(stderr, "%s: %d %s\n", changes[i].to, r,
				r < 0 ? err.msg : "");
			exit(1);
		}
	}
}

/* ---- of every line ---- */

static void
what_no_line_may_have(void)
{
	static const struct change changes[] = {
		{"\"text\"", "\"x\":1e308,\"text\"", true},
		{"\"text\"", "\"x\":-1.5E-308,\"text\"", true},
		{"\"text\"", "\"x\":1e-999,\"text\"", true},
		{"\"text\"", "\"x\":1e309,\"text\"", false},
		{"\"text\"", "\"x\":[{\"a\":-1e309}],\"text\"", false},
		{"\"text\"", "\"x\":-9007199254740992,\"text\"", false},
		{"\"text\"", "\"x\":[[9007199254740992]],\"text\"", false},
		{"\"text\"", "\"x\":9007199254740992.0,\"text\"", true},
		{"\"text\"", "\"x\":[{\"a\":\"\\u0000\"}],\"text\"", false},
		{"\"text\"", "\"x\":[{\"a\\u0000\":1}],\"text\"", false},
		{"\"text\"", "\"x\":[{\"a\\u0000\":1,\"a\":1}],\"text\"", false},
		{"\"text\"", "\"x\":[{\"a\":1,\"b\":{\"a\":1}}],\"text\"", true},
		{"\"text\"", "\"x\":[{\"a\":1,\"\\u0061\":1}],\"text\"", false},
		{"\"text\"", "\"x\":[{\"a\":\"\\ufffe\"}],\"text\"", false},
		{"\"text\"", "\"x\":\"\\ud83d\\ude00\",\"text\"", true},
		{"\"text\"", "\"x\":\"\\ud83f\\udfff\",\"text\"", false}, /* U+1FFFF */
	};
	const struct line line = sample(LINE_REASON);

	try_changes(&line, changes, ARRAY_LEN(changes));
}

static void
a_recipient_is_a_good_point(void)
{
	static const char zero[] =
		"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z";
	char good[AGE_RECIPIENT_LEN + 1];
	struct line line = sample(LINE_SOURCE);
	const struct change changes[] = {
		{good, zero, false}, {good, "", false}, {good, "--", false}};

	age_recipient_text(&bond.recipient, good);
	try_changes(&line, changes, ARRAY_LEN(changes));
}

/* "-" is read, but only a record's line may have it. */
static void
only_a_record_may_have_no_recipient(void)
{
	for (enum line_kind kind = LINE_ABOUT; kind <= LINE_SOURCE; kind++) {
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line line = sample(kind);
		struct line_bond want = bond;
		struct amana_error err;

		line.bond.no_recipient = true;
		there_and_back(&line, &got);
		CHECK(got.bond.no_recipient);
		CHECK_FAILS(line_check(&got, kind, &got.hash, &want, "S-014", &err), err,
			    AMANA_E_TAMPERED);
		CHECK(strstr(err.msg, "recipient") != NULL);
	}
	/* where it may stand so, another recipient may not */
	{
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line line = sample(LINE_SOURCE);
		struct line_bond want = bond;
		struct amana_error err;

		there_and_back(&line, &got);
		want.no_recipient = true;
		CHECK_OK(line_check(&got, LINE_SOURCE, &got.hash, &want, "S-014", &err),
			 err);
		want.recipient.pub[0] ^= 1;
		CHECK_FAILS(
			line_check(&got, LINE_SOURCE, &got.hash, &want, "S-014", &err),
			err, AMANA_E_TAMPERED);
	}
}

/* ---- content ---- */

static void
sizes(void)
{
	static const struct change changes[] = {
		{"\"size\":9", "\"size\":0", true},
		{"\"size\":9", "\"size\":281474976710657", false},
		{"\"size\":9", "\"size\":9007199254740991", false},
		{"\"size\":9", "\"size\":9e0", false},
		{"\"size\":9", "\"size\":true", false},
	};
	struct line line = sample(LINE_CONTENT);

	try_changes(&line, changes, ARRAY_LEN(changes));
	line.size = LINE_SIZE_MAX + 1;
	cannot_build(&line);
}

/* ---- about ---- */

static void
types_are_shown_as_they_stand(void)
{
	static const struct change changes[] = {
		{"\"photo\"", "\"x\"", true},
		{"\"photo\"", "\"-\"", true},
		{"\"photo\"", "\"abcdefghijklm-op\"", true},
		{"\"photo\"", "\"abcdefghijklm-opq\"", false},
		{"\"photo\"", "\"\"", false},
		{"\"photo\"", "\"photo1\"", false},
		{"\"photo\"", "\"Photo\"", false},
		{"\"photo\"", "\"a b\"", false},
		{"\"type\":\"photo\",", "", false},
	};
	struct line line = sample(LINE_ABOUT);

	try_changes(&line, changes, ARRAY_LEN(changes));
	CHECK(!line_type_valid(NULL));
	line.type = "A";
	cannot_build(&line);
}

static void
what_is_empty_is_absent(void)
{
	static const struct change changes[] = {
		{"\"title\":\"Front door\"", "\"title\":\"\"", false},
		{",\"title\":\"Front door\"", "", true},
		{"\"title\"", "\"description\":\"\",\"title\"", false},
		{"\"title\"", "\"description\":\"x\",\"title\"", true},
		{"\"name\":\"a.txt\"", "\"name\":\"\"", false},
		{"\"name\":\"a.txt\",", "", true},
		{"\"name\":\"a.txt\"", "\"name\":\"\",\"name_b64\":\"\"", false},
		{"\"name\":\"a.txt\"", "\"name_b64\":\"\"", false},
		{"\"name\":\"a.txt\"", "\"name_b64\":\"/w==\"", false},
	};
	const struct line line = sample(LINE_ABOUT);

	try_changes(&line, changes, ARRAY_LEN(changes));
}

static void
a_name_may_hold_a_zero_byte(void)
{
	CLEANUP(line_done) struct line got = LINE_INIT;
	struct line line = sample(LINE_ABOUT);

	line.name = (struct bytes){(const uint8_t *)"a\0b", 3};
	there_and_back(&line, &got);
	CHECK(bytes_equal(got.name, line.name));
	CHECK_STR(got.name_shown, "a\xef\xbf\xbd"
				  "b");
}

/* ---- about, on a case ---- */

static void
an_about_on_a_case_comes_back(void)
{
	CLEANUP(line_done) struct line got = LINE_INIT;
	CLEANUP(line_done) struct line bare = LINE_INIT;
	json_t *protect = json_pack("[s,s]", "Wanjiru Kamau", "0722 000 000");
	json_t *facts = json_pack("{s:i}", "ob", 12);
	struct line line = sample(LINE_ABOUT);
	struct line_bond other = bond;
	struct amana_error err;

	line.bond.on_case = true;
	line.type = NULL;
	line.title = "Republic v. Otieno";
	line.protect = protect;
	line.retention = "until 2040";
	line.facts = facts;
	there_and_back(&line, &got);
	CHECK(got.bond.on_case && !got.bond.has_object && got.bond.no_recipient);
	CHECK_STR(got.title, line.title);
	CHECK_STR(got.retention, line.retention);
	CHECK(json_equal(got.protect, protect) && json_equal(got.facts, facts));
	CHECK_STR(got.type, "");
	/* it is not about an exhibit, nor an exhibit's about a case */
	CHECK_FAILS(line_check(&got, LINE_ABOUT, &got.hash, &bond, "L-004", &err), err,
		    AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, "exhibit") != NULL);
	other.on_case = true;
	other.case_id.bytes[0] ^= 1;
	CHECK_FAILS(line_check(&got, LINE_ABOUT, &got.hash, &other, "L-004", &err), err,
		    AMANA_E_TAMPERED);
	line = (struct line){.kind = LINE_ABOUT, .bond = bond};
	line.bond.on_case = true;
	there_and_back(&line, &bare);
	CHECK(bare.protect == NULL && bare.facts == NULL && bare.retention[0] == 0);
	json_decref(protect);
	json_decref(facts);
}

static void
an_about_on_a_case_is_of_its_grammar(void)
{
	char recipient[AGE_RECIPIENT_LEN + 1], with_recipient[128];
	const struct change changes[] = {
		{"\"title\"", "\"protect\":[],\"title\"", true},
		{"\"title\"", "\"protect\":\"x\",\"title\"", false},
		{"\"title\"", "\"protect\":[1],\"title\"", false},
		{"\"title\"", "\"protect\":{},\"title\"", false},
		{"\"title\"", "\"retention\":7,\"title\"", false},
		{"\"title\"", "\"facts\":[],\"title\"", false},
		{"\"title\":\"Front door\"", "\"title\":[]", false},
		{"\"title\":\"Front door\"", "\"title\":\"\"", true},
		/* what an exhibit's would have means nothing here */
		{"\"title\"", "\"type\":7,\"name_b64\":1,\"title\"", true},
		{"\"object\":\"-\"",
		 "\"object\":\"0000000000000000000000000000000000000000000000000000000000"
		 "000000\"",
		 false},
		{"\"recipient\":\"-\"", with_recipient, true},
		{"\"recipient\":\"-\"", "\"recipient\":\"\"", false},
		/* of an exhibit, and then with a type */
		{"\"exhibit\":\"-\"", "\"exhibit\":\"00112233445566778899aabbccddeeff\"",
		 false},
		{"\"exhibit\":\"-\"", "\"exhibit\":\"\"", false},
		{"\"about\"", "\"source\"", false},
	};
	struct line line = sample(LINE_ABOUT);

	age_recipient_text(&bond.recipient, recipient);
	snprintf(with_recipient, sizeof with_recipient, "\"recipient\":\"%s\"",
		 recipient);
	line.bond.on_case = true;
	try_changes(&line, changes, ARRAY_LEN(changes));
	line = sample(LINE_SOURCE);
	line.bond.on_case = true;
	cannot_build(&line);
}

/* ---- source ---- */

static void
times_of_files_are_older(void)
{
	static const int64_t times[] = {TEXT_TIME_OLD_MIN, -INT64_C(11644473600), -1, 0,
					TEXT_TIME_MAX};
	static const struct change changes[] = {
		{"\"modified\":\"1960-02-29", "\"modified\":\"0000-02-29", false},
		{"\"modified\":\"1960-02-29", "\"modified\":\"0001-01-01", true},
		{"\"modified\":", "\"received\":", false},
		{"\"modified\":", "\"received\":\"1969-12-31T00:00:00Z\",\"modified\":",
		 false},
	};
	struct line line = sample(LINE_SOURCE);

	line.has_modified = true;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		CLEANUP(line_done) struct line got = LINE_INIT;

		line.modified_at = times[i];
		there_and_back(&line, &got);
		CHECK(got.has_modified && got.modified_at == times[i]);
	}
	CHECK_INT(
		text_untime_old("1960-02-29T12:00:00Z", TEXT_TIME_LEN, &line.modified_at),
		0);
	try_changes(&line, changes, ARRAY_LEN(changes));
	line.modified_at = TEXT_TIME_OLD_MIN - 1;
	cannot_build(&line);
	line.modified_at = TEXT_TIME_MAX + 1;
	cannot_build(&line);
}

static void
what_it_was_made_from(void)
{
	static const struct change changes[] = {
		{"\"how\"", "\"more\":1,\"how\"", true},
		{"\"tool\":\"ffmpeg 7\"", "\"tool\":\"\"", true},
		{"\"tool\":\"ffmpeg 7\"", "\"tool\":7", false},
		{"\"tool\":\"ffmpeg 7\",", "", false},
		{"\"by\"", "\"bye\"", false},
		{"\"how\"", "\"hows\"", false},
		{"\"sha256\":\"00", "\"sha256\":\"0", false},
		{"{\"exhibit\"", "{\"exhibits\"", false},
		{"\"derived_from\":{", "\"derived_from\":7,\"x\":{", false},
		{"\"derived_from\":{", "\"derived_from\":null,\"x\":{", false},
	};
	CLEANUP(line_done) struct line got = LINE_INIT;
	struct line line = sample(LINE_SOURCE);

	line.has_origin = true;
	line.origin = (struct line_origin){
		.exhibit = bond.exhibit, .tool = "ffmpeg 7", .by = "S-014", .how = "cut"};
	there_and_back(&line, &got);
	CHECK(got.has_origin && custody_id_equal(&got.origin.exhibit, &bond.exhibit) &&
	      hash_equal(&got.origin.sha256, &line.origin.sha256));
	CHECK_STR(got.origin.tool, "ffmpeg 7");
	CHECK_STR(got.origin.by, "S-014");
	CHECK_STR(got.origin.how, "cut");
	try_changes(&line, changes, ARRAY_LEN(changes));
}

static void
a_packet_has_a_limit(void)
{
	static char text[LINE_PACKET_MAX + 2];
	struct line line = sample(LINE_SOURCE);
	CLEANUP(line_done) struct line got = LINE_INIT;
	const struct change changes[] = {
		{"\"packet\":\"", "\"packet\":\"b", false},
		{"\"packet\":\"", "\"packet\":7,\"x\":\"", false},
		{"\"packet\":\"", "\"packet\":\"\",\"x\":\"", true}};

	memset(text, 'a', LINE_PACKET_MAX);
	line.packet = text;
	there_and_back(&line, &got);
	CHECK_STR(got.packet, text);
	try_changes(&line, changes, ARRAY_LEN(changes));
	text[LINE_PACKET_MAX] = 'a';
	cannot_build(&line);
}

/* ---- custody ---- */

static void
when_it_happened(void)
{
	static const struct change changes[] = {
		{"\"occurred_at\":\"2023-11-14T22:13:20Z\"", "\"occurred_at\":7", false},
		{"22:13:20Z\"}", "22:13:20z\"}", false},
		{"\"occurred_at\":\"2023", "\"occurred_at\":\"1923", false},
	};
	struct line line = sample(LINE_CUSTODY);
	CLEANUP(line_done) struct line now = LINE_INIT;
	CLEANUP(line_done) struct line then = LINE_INIT;

	there_and_back(&line, &now);
	CHECK(!now.has_occurred);
	line.has_occurred = true;
	line.occurred_at = 1700000000;
	there_and_back(&line, &then);
	CHECK(then.has_occurred && then.occurred_at == 1700000000);
	try_changes(&line, changes, ARRAY_LEN(changes));
	line.occurred_at = -1;
	cannot_build(&line);
}

static void
clocks(void)
{
	static const struct change changes[] = {
		{"\"synced\":\"unknown\"", "\"synced\":\"yes\"", true},
		{"\"synced\":\"unknown\"", "\"synced\":\"no\"", true},
		{"\"synced\":\"unknown\"", "\"synced\":\"maybe\"", false},
		{"\"synced\":\"unknown\"", "\"synced\":true", false},
		{",\"synced\":\"unknown\"", "", false},
		{"\"boot\":\"-\"", "\"boot\":\"00112233445566778899aabbccddeeff\"", true},
		{"\"boot\":\"-\"", "\"boot\":\"00112233445566778899AABBCCDDEEFF\"",
		 false},
		{"\"boot\":\"-\"", "\"boot\":\"00112233-4455-6677-8899-aabbccddeeff\"",
		 false},
		{"\"boot\":\"-\"", "\"boot\":\"\"", false},
		{"\"monotonic_ms\":0", "\"monotonic_ms\":-9007199254740991", true},
		{"\"monotonic_ms\":0", "\"monotonic_ms\":0.5", false},
	};
	struct line line = sample(LINE_CUSTODY);

	try_changes(&line, changes, ARRAY_LEN(changes));
	for (enum line_synced s = LINE_SYNCED_UNKNOWN; s <= LINE_SYNCED_NO; s++) {
		CLEANUP(line_done) struct line got = LINE_INIT;

		line.clock.synced = s;
		there_and_back(&line, &got);
		CHECK_INT(got.clock.synced, s);
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
	bond.in_case = true;
	custody_id_random(&bond.case_id);
	custody_id_random(&bond.exhibit);
	custody_id_random(&bond.act);
	CHECK(member_code_parse("S-014", 5, &bond.actor) == 0);
	RUN(what_no_line_may_have);
	RUN(a_recipient_is_a_good_point);
	RUN(only_a_record_may_have_no_recipient);
	RUN(sizes);
	RUN(types_are_shown_as_they_stand);
	RUN(what_is_empty_is_absent);
	RUN(a_name_may_hold_a_zero_byte);
	RUN(an_about_on_a_case_comes_back);
	RUN(an_about_on_a_case_is_of_its_grammar);
	RUN(times_of_files_are_older);
	RUN(what_it_was_made_from);
	RUN(a_packet_has_a_limit);
	RUN(when_it_happened);
	RUN(clocks);
	return 0;
}
