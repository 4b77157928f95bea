/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/receipt.h"

#include <inttypes.h>
#include <string.h>

#define MAGIC "amana/receipt"
#define BATCH_MAX UINT64_C(999999999999)
#define NUMBER_MAX ((UINT64_C(1) << 53) - 1)

static bool
ranges_ascend(const struct receipt_range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ranges[i].first < 1 || ranges[i].last < ranges[i].first ||
		    ranges[i].last > NUMBER_MAX ||
		    (i > 0 && ranges[i].first <= ranges[i - 1].last + 1))
			return false;
	}
	return true;
}

static int
add_ranges(const struct receipt *receipt, struct buf *text, struct amana_error *err)
{
	if (receipt->n_ranges == 0)
		return buf_add_str(text, "-", err);
	for (size_t i = 0; i < receipt->n_ranges; i++) {
		const struct receipt_range *range = &receipt->ranges[i];

		if (buf_add_fmt(text, err, "%s%" PRIu64, i > 0 ? "," : "", range->first) <
		    0)
			return -1;
		if (range->last != range->first &&
		    buf_add_fmt(text, err, "-%" PRIu64, range->last) < 0)
			return -1;
	}
	return 0;
}

static bool
is_writable(const struct receipt *receipt)
{
	return ranges_ascend(receipt->ranges, receipt->n_ranges) &&
	       receipt->batch <= BATCH_MAX && receipt->at >= 0 &&
	       receipt->at <= TEXT_TIME_MAX &&
	       text_is_member(receipt->by, strlen(receipt->by));
}

int
receipt_text(const struct receipt *receipt, struct buf *ret_text, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	char words[WORDS_TEXT_MAX + 1], fingerprint[HASH_HEX_LEN + 1],
		head[HASH_HEX_LEN + 1], head_words[WORDS_WHOLE_TEXT_MAX + 1],
		at[TEXT_TIME_LEN + 1];

	if (receipt->n_ranges > RECEIPT_RANGES_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "a receipt names at most %d runs of exhibits",
			       RECEIPT_RANGES_MAX);
	if (!is_writable(receipt))
		return err_bug(err, "a receipt with a malformed field");
	words_of_hash(&receipt->fingerprint, words);
	hash_hex(&receipt->fingerprint, fingerprint);
	words_of_whole_hash(&receipt->head, head_words);
	hash_hex(&receipt->head, head);
	text_time(receipt->at, at);
	if (buf_add_fmt(&text, err,
			MAGIC " 1\nvault %s\nfingerprint %s\nbatch %" PRIu64
			      "\nhead %s\nhead-words %s\ndate %s\nby %s\nexhibits ",
			words, fingerprint, receipt->batch, head, head_words, at,
			receipt->by) < 0 ||
	    add_ranges(receipt, &text, err) < 0 || buf_add_str(&text, "\n", err) < 0)
		return -1;
	return buf_add(ret_text, text.data, text.len, err);
}

/* Reads N or N-M. */
static int
parse_range(const char *text, size_t len, struct receipt_range *ret_range)
{
	const char *dash = memchr(text, '-', len);
	size_t first_len = dash != NULL ? (size_t)(dash - text) : len;

	if (text_u64(text, first_len, &ret_range->first) < 0)
		return -1;
	ret_range->last = ret_range->first;
	if (dash == NULL)
		return 0;
	if (text_u64(dash + 1, len - first_len - 1, &ret_range->last) < 0 ||
	    ret_range->last == ret_range->first)
		return -1;
	return 0;
}

static int
parse_ranges(struct bytes list, struct receipt_range *ret_ranges, size_t *ret_n)
{
	const char *at = (const char *)list.data, *end = at + list.len;
	size_t n = 0;

	if (text_is(list, "-")) {
		*ret_n = 0;
		return 0;
	}
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma != NULL ? comma : end;

		if (n == RECEIPT_RANGES_MAX || stop == at || comma == end - 1 ||
		    parse_range(at, (size_t)(stop - at), &ret_ranges[n]) < 0)
			return -1;
		n++;
		at = comma != NULL ? comma + 1 : end;
	}
	if (n == 0 || !ranges_ascend(ret_ranges, n))
		return -1;
	*ret_n = n;
	return 0;
}

/* The words that a receipt spells beside the hashes. */
struct said {
	struct bytes vault, head;
};

/* Takes the next line, which is `word`, a space and the value. */
static int
take(struct text_cursor *cursor, const char *word, struct bytes *ret_value)
{
	struct bytes line;

	if (text_line(cursor, &line) < 0)
		return -1;
	return text_after(line, word, ret_value);
}

static int
take_hash(struct text_cursor *cursor, const char *word, struct hash *ret_hash)
{
	struct bytes value;

	if (take(cursor, word, &value) < 0)
		return -1;
	return hash_parse((const char *)value.data, value.len, ret_hash);
}

static int
take_batch(struct text_cursor *cursor, uint64_t *ret_batch)
{
	struct bytes value;

	if (take(cursor, "batch", &value) < 0 ||
	    text_u64((const char *)value.data, value.len, ret_batch) < 0)
		return -1;
	return *ret_batch <= BATCH_MAX ? 0 : -1;
}

static int
take_signer(struct text_cursor *cursor, struct receipt *receipt)
{
	struct bytes at, by;

	if (take(cursor, "date", &at) < 0 || take(cursor, "by", &by) < 0 ||
	    text_untime((const char *)at.data, at.len, &receipt->at) < 0 ||
	    !text_is_member((const char *)by.data, by.len))
		return -1;
	memcpy(receipt->by, by.data, by.len); /* zeros follow */
	return 0;
}

static int
parse_fields(struct text_cursor *cursor, struct receipt_range *ret_ranges,
	     struct receipt *receipt, struct said *ret_said)
{
	struct bytes ranges;

	if (take(cursor, "vault", &ret_said->vault) < 0 ||
	    take_hash(cursor, "fingerprint", &receipt->fingerprint) < 0 ||
	    take_batch(cursor, &receipt->batch) < 0 ||
	    take_hash(cursor, "head", &receipt->head) < 0 ||
	    take(cursor, "head-words", &ret_said->head) < 0 ||
	    take_signer(cursor, receipt) < 0 || take(cursor, "exhibits", &ranges) < 0 ||
	    parse_ranges(ranges, ret_ranges, &receipt->n_ranges) < 0)
		return -1;
	return cursor->at == cursor->end ? 0 : -1;
}

/* The words are there for people, who compare them instead of the hashes. */
static int
check_words(const struct receipt *receipt, const struct said *said,
	    struct amana_error *err)
{
	char vault[WORDS_TEXT_MAX + 1], head[WORDS_WHOLE_TEXT_MAX + 1];

	words_of_hash(&receipt->fingerprint, vault);
	words_of_whole_hash(&receipt->head, head);
	if (!text_is(said->vault, vault))
		return err_set(
			err, AMANA_E_FORMAT,
			"a malformed receipt: its words are not those of its fingerprint");
	if (!text_is(said->head, head))
		return err_set(
			err, AMANA_E_FORMAT,
			"a malformed receipt: its words are not those of its head");
	return 0;
}

int
receipt_parse(struct bytes text, struct receipt_range *ret_ranges,
	      struct receipt *ret_receipt, struct amana_error *err)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct receipt receipt = {.ranges = ret_ranges};
	struct bytes line, version;
	struct said said;

	if (text.len == 0 || text.len > RECEIPT_MAX || text_line(&cursor, &line) < 0 ||
	    text_after(line, MAGIC, &version) < 0)
		return err_set(err, AMANA_E_FORMAT, "not a receipt");
	if (!text_is(version, "1"))
		return err_reason(err, AMANA_REASON_NEWER_FORMAT, AMANA_E_FORMAT,
				  "a receipt of a newer version than this program");
	if (parse_fields(&cursor, ret_ranges, &receipt, &said) < 0)
		return err_set(err, AMANA_E_FORMAT, "a malformed receipt");
	if (check_words(&receipt, &said, err) < 0)
		return -1;
	*ret_receipt = receipt;
	return 0;
}

int
receipt_parse_short(const char *text, uint64_t *ret_batch, struct hash *ret_head)
{
	const char *colon = strchr(text, ':');
	struct hash head;
	uint64_t batch;

	if (strncmp(text, "R-", 2) == 0)
		text += 2;
	if (colon == NULL || text_u64(text, (size_t)(colon - text), &batch) < 0 ||
	    batch > BATCH_MAX || hash_parse(colon + 1, strlen(colon + 1), &head) < 0)
		return -1;
	*ret_batch = batch;
	*ret_head = head;
	return 0;
}
