/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/bundle.h"

#include "crypto/secret.h"

#include <string.h>

/* What a rewritten bundle ends with: a length that no sheet has, and random bytes. */
#define END_MARK 0xffffffffu
#define END_RANDOM 32
#define END_LEN (4 + END_RANDOM)

int
bundle_add(struct buf *bundle, struct bytes sheet, struct amana_error *err)
{
	if (sheet.len == 0 || sheet.len > SHEET_FILE_MAX)
		return err_bug(err, "a sheet of %zu bytes for a bundle", sheet.len);
	if (buf_add_u32be(bundle, (uint32_t)sheet.len, err) < 0 ||
	    buf_add(bundle, sheet.data, sheet.len, err) < 0)
		return err_wrap(err, "the sheets of one act");
	return 0;
}

int
bundle_add_destroyed(struct buf *bundle, struct amana_error *err)
{
	return buf_add_u32be(bundle, 0, err);
}

int
bundle_end_at_random(struct buf *bundle, struct amana_error *err)
{
	uint8_t bytes[END_RANDOM];

	random_bytes(bytes, sizeof bytes);
	return buf_add_u32be(bundle, END_MARK, err) < 0 ||
			       buf_add(bundle, bytes, sizeof bytes, err) < 0
		       ? -1
		       : 0;
}

void
bundle_done(struct bundle *bundle)
{
	mem_free(bundle->sheets);
	mem_free(bundle->hashes);
	*bundle = (struct bundle)BUNDLE_INIT;
}

/* Takes the next sheet off *rest.  -1: its length is too large. */
static int
take(struct bytes *rest, struct bytes *ret_sheet)
{
	uint32_t len;

	if (rest->len < 4)
		return -1;
	len = bytes_u32be(rest->data);
	if (len > SHEET_FILE_MAX || len > rest->len - 4)
		return -1;
	*ret_sheet = (struct bytes){rest->data + 4, len};
	*rest = (struct bytes){rest->data + 4 + len, rest->len - 4 - len};
	return 0;
}

static bool
is_end(struct bytes rest)
{
	return rest.len == END_LEN && bytes_u32be(rest.data) == END_MARK;
}

static int
count(struct bytes rest, size_t *ret_n, struct amana_error *err)
{
	struct bytes sheet;
	size_t n = 0;

	for (; rest.len > 0 && !is_end(rest); n++)
		if (n == BUNDLE_SHEETS_MAX || take(&rest, &sheet) < 0)
			return err_set(err, AMANA_E_TAMPERED,
				       "a bundle is malformed at its sheet %zu", n + 1);
	*ret_n = n;
	return n > 0 ? 0 : err_set(err, AMANA_E_TAMPERED, "a bundle is empty");
}

int
bundle_parse(struct bytes bytes, struct bundle *ret_bundle, struct amana_error *err)
{
	CLEANUP(bundle_done) struct bundle bundle = BUNDLE_INIT;
	struct bytes rest = bytes;

	if (bytes.len > BUNDLE_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "a bundle of %zu bytes is over the limit", bytes.len);
	if (count(bytes, &bundle.n, err) < 0)
		return -1;
	bundle.sheets = mem_array(bundle.n, sizeof *bundle.sheets, err);
	if (bundle.sheets == NULL)
		return -1;
	bundle.hashes = mem_array(bundle.n, sizeof *bundle.hashes, err);
	if (bundle.hashes == NULL)
		return -1;
	for (size_t i = 0; i < bundle.n; i++) {
		if (take(&rest, &bundle.sheets[i]) < 0)
			return err_bug(err, "a bundle was counted wrongly");
		if (bundle.sheets[i].len > 0)
			hash_of(bundle.sheets[i].data, bundle.sheets[i].len,
				&bundle.hashes[i]);
	}
	bundle.rewritten = rest.len > 0;

	*ret_bundle = bundle;
	bundle = (struct bundle)BUNDLE_INIT;
	return 0;
}

int
bundle_find(const struct bundle *bundle, const struct hash *sheet, size_t *ret_index)
{
	for (size_t i = 0; i < bundle->n; i++) {
		/* Names are public, and there may be a thousand: they are compared
		 * without hash_equal's constant time. */
		if (bundle->sheets[i].len == 0 ||
		    memcmp(bundle->hashes[i].bytes, sheet->bytes, HASH_LEN) != 0)
			continue;
		*ret_index = i;
		return 0;
	}
	return 1;
}
