/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include "check.h"

/* The digests of an exhibit's spans in its content line. */

static struct line_bond bond;

static struct line
sample(enum line_kind kind)
{
	return (struct line){
		.kind = kind, .bond = bond, .size = 46001, .media_type = "image/jpeg"};
}

static void
build(const struct line *line, struct buf *json, struct hash *hash)
{
	struct amana_error err;

	CHECK_OK(line_build(line, json, hash, &err), err);
}

/* The digests of a content's spans, from the fewest to the most that a size can have: a
 * line holds them all beside the longest media type. */
static void
test_blocks_come_back(void)
{
	static const uint64_t sizes[] = {65537, 131072, UINT64_C(1) << 26,
					 (UINT64_C(1) << 26) + 1, UINT64_C(1) << 48};
	static uint8_t digests[SPANS_BYTES_MAX];
	static char media[1025];

	memset(media, 'a', sizeof media - 1);
	random_bytes(digests, sizeof digests);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
		CLEANUP(line_done) struct line got = LINE_INIT;
		struct line line = sample(LINE_CONTENT);
		struct amana_error err;
		struct hash hash;

		line.size = sizes[i];
		line.media_type = media;
		line.blocks = (struct bytes){digests, spans_count(sizes[i]) * HASH_LEN};
		build(&line, &json, &hash);
		CHECK_OK(line_parse(BYTES_OF(json), &got, &err), err);
		CHECK(bytes_equal(got.blocks, line.blocks));
		for (size_t len = 0; len <= sizeof digests; len += HASH_LEN) {
			struct buf none = BUF_INIT(LINE_BYTES_MAX);

			if (len == line.blocks.len)
				continue;
			line.blocks.len = len;
			CHECK_FAILS(line_build(&line, &none, &hash, &err), err,
				    AMANA_E_USAGE);
			line.blocks.len = got.blocks.len;
		}
	}
}

/* Replaces the one `from` in the JSON by `to`, and parses that. */
static int
parse_changed(const struct buf *json, const char *from, const char *to,
	      struct amana_error *err)
{
	CLEANUP(line_text_done) struct buf changed = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_done) struct line got = LINE_INIT;
	struct buf whole = *json;
	const char *text = buf_text(&whole), *at = strstr(text, from);

	CHECK(at != NULL && strstr(at + 1, from) == NULL);
	CHECK_OK(buf_add(&changed, text, (size_t)(at - text), err), *err);
	CHECK_OK(buf_add_str(&changed, to, err), *err);
	CHECK_OK(buf_add_str(&changed, at + strlen(from), err), *err);
	return line_parse(BYTES_OF(changed), &got, err);
}

/* The base64 of two digests of zeros ends with "A==".  Every other spelling, span, length
 * and absence is malformed. */
static void
test_blocks_are_of_the_size_alone(void)
{
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf small = BUF_INIT(LINE_BYTES_MAX);
	static const uint8_t digests[2 * HASH_LEN];
	static const char *const bad[][2] = {
		{"\"size\":70000", "\"size\":65536"},
		{"\"size\":70000", "\"size\":131073"},
		{"\"span\":65536", "\"span\":131072"},
		{"\"span\":65536", "\"span\":0"},
		{"\"span\":65536", "\"span\":-65536"},
		{"\"span\":65536", "\"span\":\"65536\""},
		{"\"span\":65536", "\"span\":65536.0"},
		{"\"span\":65536,", ""},
		{"A==\"", "B==\""},
		{"A==\"", "A=\""},
		{"A==\"", "A\""},
		{"AAAA==\"", "==\""},
		{"A==\"", "AAAAA==\""},
		{"A==\"", "A\\n==\""},
		{"\"blocks\":{", "\"blocks\":[{"},
		{"\"blocks\":", "\"block\":"},
	};
	struct line line = sample(LINE_CONTENT);
	struct amana_error err;
	struct hash hash;

	line.size = 70000;
	line.blocks = (struct bytes){digests, sizeof digests};
	build(&line, &json, &hash);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(parse_changed(&json, bad[i][0], bad[i][1], &err), err,
			    AMANA_E_TAMPERED);
	CHECK_OK(parse_changed(&json, "\"span\"", "\"hue\":1,\"span\"", &err), err);
	line = sample(LINE_CONTENT);
	build(&line, &small, &hash);
	CHECK_FAILS(parse_changed(&small, "\"size\":46001",
				  "\"size\":46001,\"blocks\":null", &err),
		    err, AMANA_E_TAMPERED);
	CHECK_FAILS(parse_changed(
			    &small, "\"size\":46001",
			    "\"size\":46001,\"blocks\":{\"span\":65536,\"sha256\":\"\"}",
			    &err),
		    err, AMANA_E_TAMPERED);
	CHECK_FAILS(parse_changed(&small, "\"size\":46001", "\"size\":65537", &err), err,
		    AMANA_E_TAMPERED);
	CHECK_OK(parse_changed(&small, "\"size\":46001", "\"size\":65536", &err), err);
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
	CHECK(member_code_parse("S-014", 5, &bond.actor) == 0);
	RUN(test_blocks_come_back);
	RUN(test_blocks_are_of_the_size_alone);
	return 0;
}
