/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "keys/receipt.h"

/* SHA-256 of "amana"; its words are known from test_words. */
#define FINGERPRINT "678c44fa9153f2589a432a1da88c549d8f04ef9628950b1f6d55b3de6df6eca0"
#define WORDS "locha lojo jotu bile joyo jani ludu lopo"
#define HEAD "00000000000000000000000000000000000000000000000000000000000000ff"
#define NOUGHT "baba baba baba baba baba baba baba baba baba baba baba "
#define HEAD_WORDS NOUGHT NOUGHT "bane wuba"
#define DATE "2023-11-14T22:13:20Z"

#define TEXT(vault, batch, words, date, by, exhibits)                                    \
	"amana/receipt 1\nvault " vault "\nfingerprint " FINGERPRINT "\nbatch " batch    \
	"\nhead " HEAD "\nhead-words " words "\ndate " date "\nby " by                   \
	"\nexhibits " exhibits "\n"
#define GOOD(exhibits) TEXT(WORDS, "117", HEAD_WORDS, DATE, "S-014", exhibits)

static int
parse(const char *text, struct receipt *ret_receipt, struct amana_error *err)
{
	static struct receipt_range ranges[RECEIPT_RANGES_MAX];

	return receipt_parse(BYTES_STR(text), ranges, ret_receipt, err);
}

static void
text_is_as_documented(void)
{
	static const struct receipt_range ranges[] = {{1, 1}, {7, 18}, {20, 21}};
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	struct receipt receipt = {.batch = 117,
				  .at = 1700000000,
				  .by = "S-014",
				  .ranges = ranges,
				  .n_ranges = 3},
		       got;
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_INT(hash_parse(FINGERPRINT, HASH_HEX_LEN, &receipt.fingerprint), 0);
	CHECK_INT(hash_parse(HEAD, HASH_HEX_LEN, &receipt.head), 0);
	CHECK_OK(receipt_text(&receipt, &text, &err), err);
	CHECK_STR(buf_text(&text), GOOD("1,7-18,20-21"));
	CHECK_OK(parse(buf_text(&text), &got, &err), err);
	CHECK_INT(got.batch, 117);
	CHECK(hash_equal(&got.fingerprint, &receipt.fingerprint));
	CHECK(hash_equal(&got.head, &receipt.head));
	CHECK_INT(got.at, 1700000000);
	CHECK_STR(got.by, "S-014");
	CHECK_INT(got.n_ranges, 3);
	CHECK(memcmp(got.ranges, ranges, sizeof ranges) == 0);

	receipt.n_ranges = 0;
	buf_clear(&text);
	CHECK_OK(receipt_text(&receipt, &text, &err), err);
	CHECK_STR(buf_text(&text), GOOD("-"));
	CHECK_OK(parse(buf_text(&text), &got, &err), err);
	CHECK_INT(got.n_ranges, 0);
}

static void
ranges_out_of_order_are_not_written(void)
{
	static const struct receipt_range bad[][2] = {
		{{0, 1}, {3, 3}}, {{5, 4}, {9, 9}}, {{1, 2}, {3, 4}},
		{{5, 5}, {1, 1}}, {{1, 3}, {2, 9}}, {{1, 1}, {3, UINT64_C(1) << 53}},
	};
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct receipt receipt = {.by = "S-014", .ranges = bad[i], .n_ranges = 2};

		CHECK_FAILS(receipt_text(&receipt, &text, &err), err, AMANA_E_BUG);
	}
	CHECK_INT(text.len, 0);
}

static void
fields_without_a_spelling_are_not_written(void)
{
	static const struct receipt bad[] = {
		{.by = "", .at = 0},
		{.by = "s-014", .at = 0},
		{.by = "S-014", .at = -1},
		{.by = "S-014", .at = TEXT_TIME_MAX + 1},
		{.by = "S-014", .batch = UINT64_C(1000000000000)},
	};
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	struct amana_error err = AMANA_ERROR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(receipt_text(&bad[i], &text, &err), err, AMANA_E_BUG);
	CHECK_INT(text.len, 0);
}

static void
many_ranges(void)
{
	static struct receipt_range ranges[RECEIPT_RANGES_MAX + 1];
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	struct receipt receipt = {.by = "S-014",
				  .ranges = ranges,
				  .n_ranges = RECEIPT_RANGES_MAX},
		       got;
	struct amana_error err = AMANA_ERROR_INIT;

	for (uint64_t i = 0; i <= RECEIPT_RANGES_MAX; i++)
		ranges[i] = (struct receipt_range){UINT64_C(9007199254000000) + 3 * i,
						   UINT64_C(9007199254000001) + 3 * i};
	CHECK_OK(receipt_text(&receipt, &text, &err), err);
	CHECK_OK(parse(buf_text(&text), &got, &err), err);
	CHECK_INT(got.n_ranges, RECEIPT_RANGES_MAX);
	CHECK(memcmp(got.ranges, ranges, RECEIPT_RANGES_MAX * sizeof *ranges) == 0);
	receipt.n_ranges++;
	CHECK_FAILS(receipt_text(&receipt, &text, &err), err, AMANA_E_LIMIT);
	/* One more, appended by hand. */
	text.len--;
	CHECK_OK(buf_add_str(&text, ",9007199254740990\n", &err), err);
	CHECK_FAILS(parse(buf_text(&text), &got, &err), err, AMANA_E_FORMAT);
}

static void
other_spellings_are_refused(void)
{
	static const char *const bad[] = {
		"",
		GOOD(""),
		GOOD("0"),
		GOOD("7-7"),
		GOOD("8-7"),
		GOOD("7,8"),
		GOOD("7-8,9"),
		GOOD("7-9,8"),
		GOOD("7,7"),
		GOOD("9,7"),
		GOOD("7,"),
		GOOD(",7"),
		GOOD("7,,9"),
		GOOD("7, 9"),
		GOOD("07"),
		GOOD("7-"),
		GOOD("-7"),
		GOOD("-,7"),
		GOOD("7-9-11"),
		GOOD("9007199254740992"),
		GOOD("7") "\n",
		GOOD("7") "more\n",
		"amana/receipt 1\n",
		"amana/receipt 2\n",
		" " GOOD("7"),
		"amana/receipt 1\r\nvault " WORDS "\n",
		TEXT(WORDS, "0117", HEAD_WORDS, DATE, "S-014", "7"),
		TEXT(WORDS, "1000000000000", HEAD_WORDS, DATE, "S-014", "7"),
		TEXT("locha lojo jotu bile joyo jani ludu lopa", "117", HEAD_WORDS, DATE,
		     "S-014", "7"),
		TEXT("Locha lojo jotu bile joyo jani ludu lopo", "117", HEAD_WORDS, DATE,
		     "S-014", "7"),
		TEXT(WORDS, "117", NOUGHT NOUGHT "bane wube", DATE, "S-014", "7"),
		TEXT(WORDS, "117", NOUGHT NOUGHT "bane Wuba", DATE, "S-014", "7"),
		TEXT(WORDS, "117", NOUGHT NOUGHT "bane wuba ", DATE, "S-014", "7"),
		TEXT(WORDS, "117", NOUGHT NOUGHT "bane", DATE, "S-014", "7"),
		TEXT(WORDS, "117", "baba baba baba baba baba baba baba baba", DATE,
		     "S-014", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, "2023-11-14T22:13:20", "S-014", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, "2023-02-29T22:13:20Z", "S-014", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, "1969-12-31T23:59:59Z", "S-014", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, DATE, "s-014", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, DATE, "S-014 ", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, DATE, "S-", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, DATE, "-", "7"),
		TEXT(WORDS, "117", HEAD_WORDS, DATE, "ABCDEF-1", "7"),
		TEXT(WORDS, "117", HEAD_WORDS "\nby S-014", DATE, "S-014", "7"),
		/* without the three lines that came last */
		"amana/receipt 1\nvault " WORDS "\nfingerprint " FINGERPRINT
		"\nbatch 117\nhead " HEAD "\nexhibits 7\n",
		"amana/receipt 1\nfingerprint " FINGERPRINT "\nvault " WORDS
		"\nbatch 117\nhead " HEAD "\nhead-words " HEAD_WORDS "\ndate " DATE
		"\nby S-014\nexhibits 7\n",
	};
	struct amana_error err = AMANA_ERROR_INIT;
	struct receipt receipt;
	char cut[1024];

	CHECK_OK(parse(GOOD("7"), &receipt, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(parse(bad[i], &receipt, &err), err, AMANA_E_FORMAT);
	for (size_t len = 0; len < strlen(GOOD("7")); len++) {
		memcpy(cut, GOOD("7"), len);
		cut[len] = 0;
		CHECK_FAILS(parse(cut, &receipt, &err), err, AMANA_E_FORMAT);
	}
}

static void
short_form(void)
{
	static const char *const bad[] = {
		"",
		"117",
		"117:",
		":" HEAD,
		"R-:" HEAD,
		"117:" HEAD "0",
		"117 :" HEAD,
		"r-117:" HEAD,
		"0117:" HEAD,
		"117:" HEAD " ",
		"1000000000000:" HEAD,
	};
	struct hash head, want;
	uint64_t batch;

	CHECK_INT(hash_parse(HEAD, HASH_HEX_LEN, &want), 0);
	CHECK_INT(receipt_parse_short("117:" HEAD, &batch, &head), 0);
	CHECK(batch == 117 && hash_equal(&head, &want));
	CHECK_INT(receipt_parse_short("R-0:" HEAD, &batch, &head), 0);
	CHECK_INT(batch, 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(receipt_parse_short(bad[i], &batch, &head), -1);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(text_is_as_documented);
	RUN(ranges_out_of_order_are_not_written);
	RUN(fields_without_a_spelling_are_not_written);
	RUN(many_ranges);
	RUN(other_spellings_are_refused);
	RUN(short_form);
	return 0;
}
