/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/bundle.h"

#include "check.h"

static struct amana_error err;

static struct bytes
text(const char *s)
{
	return (struct bytes){(const uint8_t *)s, strlen(s)};
}

static void
test_comes_back(void)
{
	struct buf buf = BUF_INIT(BUNDLE_MAX);
	struct bundle bundle = BUNDLE_INIT;
	struct hash hash;
	size_t at;

	CHECK_OK(bundle_add(&buf, text("first"), &err), err);
	CHECK_OK(bundle_add_destroyed(&buf, &err), err);
	CHECK_OK(bundle_add(&buf, text("3"), &err), err);
	CHECK_INT(buf.len, 4 + 5 + 4 + 4 + 1);
	CHECK(memcmp(buf.data,
		     "\0\0\0\5first\0\0\0\0\0\0\0\1"
		     "3",
		     buf.len) == 0);
	CHECK_OK(bundle_parse(BYTES_OF(buf), &bundle, &err), err);
	CHECK_INT(bundle.n, 3);
	CHECK(bytes_equal(bundle.sheets[0], text("first")));
	CHECK_INT(bundle.sheets[1].len, 0);
	hash_of("3", 1, &hash);
	CHECK_INT(bundle_find(&bundle, &hash, &at), 0);
	CHECK_INT(at, 2);
	hash_of("4", 1, &hash);
	CHECK_INT(bundle_find(&bundle, &hash, &at), 1);
	/* what was destroyed is not found under any name */
	memset(hash.bytes, 0, HASH_LEN);
	CHECK_INT(bundle_find(&bundle, &hash, &at), 1);
	hash_of("", 0, &hash);
	CHECK_INT(bundle_find(&bundle, &hash, &at), 1);
	bundle_done(&bundle);
	buf_done(&buf);
}

static void
test_every_cut_is_noticed(void)
{
	struct buf buf = BUF_INIT(BUNDLE_MAX);
	struct bundle bundle = BUNDLE_INIT;

	CHECK_OK(bundle_add(&buf, text("first"), &err), err);
	CHECK_OK(bundle_add(&buf, text("second"), &err), err);
	for (size_t len = 0; len < buf.len; len++) {
		if (len == 9)
			continue; /* a whole sheet: the bundle's own hash is what tells */
		CHECK_FAILS(bundle_parse((struct bytes){buf.data, len}, &bundle, &err),
			    err, AMANA_E_TAMPERED);
	}
	CHECK_OK(buf_add_byte(&buf, 0, &err), err);
	CHECK_FAILS(bundle_parse(BYTES_OF(buf), &bundle, &err), err, AMANA_E_TAMPERED);
	CHECK(bundle.sheets == NULL);
	buf_done(&buf);
}

static void
test_limits(void)
{
	uint8_t *big = calloc(1, SHEET_FILE_MAX + 1);
	struct buf buf = BUF_INIT(BUNDLE_MAX + 8);
	struct bundle bundle = BUNDLE_INIT;
	size_t n = 0;

	CHECK(big != NULL);
	CHECK_FAILS(bundle_add(&buf, (struct bytes){big, SHEET_FILE_MAX + 1}, &err), err,
		    AMANA_E_BUG);
	CHECK_FAILS(bundle_add(&buf, (struct bytes){big, 0}, &err), err, AMANA_E_BUG);
	/* a length that says more than a sheet may have, with the bytes there */
	CHECK_OK(buf_add_u32be(&buf, SHEET_FILE_MAX + 1, &err), err);
	CHECK_OK(buf_add(&buf, big, SHEET_FILE_MAX + 1, &err), err);
	CHECK_FAILS(bundle_parse(BYTES_OF(buf), &bundle, &err), err, AMANA_E_TAMPERED);
	buf_clear(&buf);
	/* as many as fit into a bundle, and one byte more */
	buf.max = BUNDLE_MAX;
	while (bundle_add(&buf, (struct bytes){big, SHEET_FILE_MAX}, &err) == 0)
		n++;
	CHECK_INT(n, 127);
	CHECK_INT(err.code, AMANA_E_LIMIT);
	buf.len = n * (4 + SHEET_FILE_MAX);
	CHECK_OK(bundle_parse(BYTES_OF(buf), &bundle, &err), err);
	CHECK_INT(bundle.n, n);
	bundle_done(&bundle);
	buf.max = BUNDLE_MAX + 8;
	while (buf.len <= BUNDLE_MAX)
		CHECK_OK(bundle_add_destroyed(&buf, &err), err);
	CHECK_FAILS(bundle_parse(BYTES_OF(buf), &bundle, &err), err, AMANA_E_LIMIT);
	/* more lengths than any slot could name */
	buf_clear(&buf);
	for (size_t i = 0; i <= BUNDLE_SHEETS_MAX; i++)
		CHECK_OK(bundle_add_destroyed(&buf, &err), err);
	CHECK_FAILS(bundle_parse(BYTES_OF(buf), &bundle, &err), err, AMANA_E_TAMPERED);
	buf.len -= 4;
	CHECK_OK(bundle_parse(BYTES_OF(buf), &bundle, &err), err);
	bundle_done(&bundle);
	buf_done(&buf);
	free(big);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(test_comes_back);
	RUN(test_every_cut_is_noticed);
	RUN(test_limits);
	return 0;
}
