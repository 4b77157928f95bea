/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

#include <sodium.h>

/* What is sealed: lines and sheets opened, bundles, age files. */

/* What every line has, of no vault in particular: nothing compares it here. */
#define BOND                                                                              \
	"\"salt\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","  \
	"\"vault\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"," \
	"\"case\":\"00112233445566778899aabbccddeeff\",\"actor\":\"L-004\","

static void
make_lines(struct forge *forge)
{
	static const struct forge_mutation content[] = {
		{"line/unknown-members.ok", "{",
		 "{\"x\":{\"a\":1,\"b\":[9007199254740991]},"},
		{"line/duplicate-key.tampered", "{", "{\"kind\":\"content\","},
		{"line/duplicate-key-by-escape.tampered", "{",
		 "{\"k\\u0069nd\":\"content\","},
		{"line/duplicate-key-within.tampered", "{", "{\"x\":{\"a\":1,\"a\":2},"},
		{"line/kind-unknown.tampered", "\"content\"", "\"gossip\""},
		{"line/kind-missing.tampered", "\"kind\"", "\"kin\""},
		{"line/salt-missing.tampered", "\"salt\"", "\"salz\""},
		{"line/salt-too-short.tampered", "\"salt\":\"",
		 "\"salt\":\"00\",\"x\":\""},
		{"line/vault-missing.tampered", "\"vault\"", "\"vauld\""},
		{"line/exhibit-missing.tampered", "\"exhibit\"", "\"exhibid\""},
		{"line/recipient-missing.tampered", "\"recipient\"", "\"recipiend\""},
		{"line/size-a-string.tampered", "\"size\":", "\"size\":\"1\",\"was\":"},
		{"line/size-with-fraction.tampered",
		 "\"size\":", "\"size\":1.5,\"was\":"},
		{"line/size-negative.tampered", "\"size\":", "\"size\":-1,\"was\":"},
		{"line/size-over-2-53.tampered",
		 "\"size\":", "\"size\":9007199254740993,\"was\":"},
		{"line/number-over-2-64.tampered", "{", "{\"x\":18446744073709551616,"},
		{"line/number-not-finite.tampered", "{", "{\"x\":1e999,"},
		{"line/not-a-number.tampered", "{", "{\"x\":NaN,"},
		{"line/an-array.tampered", "{", "[{"},
		{"line/two-objects.tampered", "{", "{}{"},
		{"line/space-before.tampered", "{", " {"},
		{"line/byte-order-mark.tampered", "{", "\xef\xbb\xbf{"},
		{"line/line-feed.tampered", "{", "{\n"},
		{"line/comment.tampered", "{", "{/* */"},
		{"line/trailing-comma.tampered", "{", "{\"x\":[1,],"},
		{"line/utf-8-overlong.tampered", "{", "{\"x\":\"\xc0\xaf\","},
		{"line/utf-8-surrogate.tampered", "{", "{\"x\":\"\xed\xa0\x80\","},
		{"line/utf-8-cut.tampered", "{", "{\"x\":\"\xe2\x82\","},
		{"line/escaped-surrogate-alone.tampered", "{", "{\"x\":\"\\ud800\","},
		{"line/escaped-noncharacter.tampered", "{", "{\"x\":\"\\uffff\","},
		{"line/noncharacter-in-a-key.tampered", "{", "{\"\xef\xbf\xbe\":1,"},
		{"line/control-character.tampered", "{", "{\"x\":\"\x01\","},
		{"line/escaped-zero-in-a-key.tampered", "{", "{\"a\\u0000b\":1,"},
		{"line/escaped-zero-in-a-text-within.tampered", "{",
		 "{\"x\":[{\"a\":\"\\u0000\"}],"},
		{"line/escaped-zero-in-a-key-within.tampered", "{",
		 "{\"x\":[{\"\\u0000\":1}],"},
		{"line/duplicate-key-deep-within.tampered", "{",
		 "{\"x\":[{\"a\":{\"b\":1,\"b\":1}}],"},
		{"line/number-not-finite-within.tampered", "{",
		 "{\"x\":[{\"a\":-1e309}],"},
		{"line/number-large.ok", "{", "{\"x\":[1e308,-1.5e-308],"},
		{"line/integer-over-2-53-within.tampered", "{",
		 "{\"x\":[[9007199254740992]],"},
		{"line/size-over-2-48.tampered",
		 "\"size\":", "\"size\":281474976710657,\"was\":"},
		{"line/recipient-low-order.tampered", "\"recipient\":",
		 "\"recipient\":\"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		 "5cu47z\",\"was\":"},
		{"line/exhibit-a-dash-in-a-content.tampered",
		 "\"exhibit\":", "\"exhibit\":\"-\",\"was\":"},
	};
	static const struct forge_mutation about[] = {
		{"line/type-of-another-client.ok", "\"document\"", "\"call-record\""},
		{"line/type-upper-case.tampered", "\"document\"", "\"Document\""},
		{"line/type-too-long.tampered", "\"document\"", "\"abcdefghijklmnopq\""},
		{"line/type-empty.tampered", "\"document\"", "\"\""},
		{"line/title-empty.tampered", "\"type\"", "\"title\":\"\",\"type\""},
		{"line/description-empty.tampered", "\"type\"",
		 "\"description\":\"\",\"type\""},
		{"line/name-empty.tampered", "\"name\":\"note.txt\"", "\"name\":\"\""},
		{"line/name-b64-of-a-zero-byte.ok", "\"name\":\"note.txt\"",
		 "\"name_b64\":\"YQBi\",\"name\":\"a\xef\xbf\xbd"
		 "b\""},
		{"line/type-missing.tampered", "\"type\"", "\"tipe\""},
		{"line/name-and-another-name-b64.tampered",
		 "\"name\":", "\"name_b64\":\"/w==\",\"name\":"},
		{"line/name-b64-of-a-text.tampered", "\"name\":\"note.txt\"",
		 "\"name_b64\":\"bm90ZS50eHQ=\",\"name\":\"note.txt\""},
		{"line/name-b64-not-canonical.tampered", "\"name\":\"note.txt\"",
		 "\"name_b64\":\"/x==\",\"name\":\"\xef\xbf\xbd\""},
		{"line/name-b64-without-padding.tampered", "\"name\":\"note.txt\"",
		 "\"name_b64\":\"/w\",\"name\":\"\xef\xbf\xbd\""},
		{"line/name-b64.ok", "\"name\":\"note.txt\"",
		 "\"name_b64\":\"/w==\",\"name\":\"\xef\xbf\xbd\""},
	};
	static const struct forge_mutation source[] = {
		{"line/received-no-time.tampered", "\"source\":\"the post\"",
		 "\"source\":\"the post\",\"received\":\"yesterday\""},
		{"line/facts-no-object.tampered", "\"source\":\"the post\"",
		 "\"source\":\"the post\",\"facts\":[]"},
		{"line/received-before-1970.tampered", "\"source\":\"the post\"",
		 "\"received\":\"1969-12-31T23:59:59Z\""},
		{"line/modified-in-year-1.ok", "\"source\":\"the post\"",
		 "\"modified\":\"0001-01-01T00:00:00Z\""},
		{"line/modified-in-year-0.tampered", "\"source\":\"the post\"",
		 "\"modified\":\"0000-12-31T23:59:59Z\""},
		{"line/recipient-a-dash.ok",
		 "\"recipient\":", "\"recipient\":\"-\",\"was\":"},
		{"line/derived-from-without-how.tampered", "\"source\":\"the post\"",
		 "\"derived_from\":{\"exhibit\":\"00112233445566778899aabbccddeeff\","
		 "\"sha256\":"
		 "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","
		 "\"tool\":\"x\",\"by\":\"y\"}"},
		{"line/derived-from.ok", "\"source\":\"the post\"",
		 "\"derived_from\":{\"exhibit\":\"00112233445566778899aabbccddeeff\","
		 "\"sha256\":"
		 "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","
		 "\"tool\":\"x\",\"by\":\"y\",\"how\":\"z\"}"},
		{"line/packet-no-text.tampered", "\"source\":\"the post\"",
		 "\"packet\":{}"},
	};
	/* As others would write them: every value has one spelling, members any order. */
	static const struct forge_mutation on_case[] = {
		{"line/about-on-a-case.ok", "\"exhibit\":", "\"exhibit\":"},
		{"line/about-on-a-case-with-an-object.tampered", "\"object\":\"-\"",
		 "\"object\":"
		 "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""},
		{"line/about-on-a-case-protect-a-text.tampered", "[\"Wanjiru\"]",
		 "\"Wanjiru\""},
		{"line/about-on-a-case-protect-a-number.tampered", "[\"Wanjiru\"]",
		 "[1]"},
		{"line/about-on-a-case-facts-no-object.tampered", "{\"ob\":12}", "[]"},
		{"line/about-on-a-case-retention-a-number.tampered", "\"2040\"", "2040"},
	};
	static const struct forge_mutation custody[] = {
		{"line/custody.ok", "\"event\":", "\"event\":"},
		{"line/occurred-at.ok",
		 "\"event\":", "\"occurred_at\":\"2026-02-01T00:00:00Z\",\"event\":"},
		{"line/occurred-at-no-time.tampered",
		 "\"event\":", "\"occurred_at\":\"yesterday\",\"event\":"},
		{"line/clock-synced-maybe.tampered", "\"synced\":\"yes\"",
		 "\"synced\":\"maybe\""},
		{"line/clock-synced-missing.tampered", ",\"synced\":\"yes\"", ""},
		{"line/clock-boot-with-hyphens.tampered",
		 "\"00112233445566778899aabbccddeeff\",\"stepped",
		 "\"00112233-4455-6677-8899-aabbccddeeff\",\"stepped"},
		{"line/event-upper-case.tampered", "\"deposit\"", "\"Deposit\""},
		{"line/details-no-object.tampered",
		 "\"event\":", "\"details\":[],\"event\":"},
	};
	static const char case_text[] =
		"{\"kind\":\"about\"," BOND "\"exhibit\":\"-\",\"object\":\"-\","
		"\"recipient\":\"-\",\"title\":\"Republic v. Otieno\",\"protect\":"
		"[\"Wanjiru\"],\"retention\":\"2040\",\"facts\":{\"ob\":12}}";
	static const char custody_text[] =
		"{\"kind\":\"custody\"," BOND
		"\"act\":\"00112233445566778899aabbccddeeff\",\"event\":\"deposit\","
		"\"tool\":\"x 1\",\"device\":\"laptop\",\"clock\":{\"utc\":"
		"\"2026-02-02T02:02:02Z\",\"monotonic_ms\":7,\"boot\":"
		"\"00112233445566778899aabbccddeeff\",\"stepped_back\":false,"
		"\"synced\":\"yes\"}}";
	CLEANUP(buf_done) struct buf deep = BUF_INIT(1 << 16);
	struct amana_error err;

	forge_put(forge, "line/content.ok", BYTES_OF(forge->act_a->json[0]));
	forge_put(forge, "line/about.ok", BYTES_OF(forge->act_a->json[1]));
	forge_put(forge, "line/source.ok", BYTES_OF(forge->act_a->json[2]));
	forge_mutate(forge, buf_text(&forge->act_a->json[0]), content,
		     ARRAY_LEN(content));
	forge_mutate(forge, buf_text(&forge->act_a->json[1]), about, ARRAY_LEN(about));
	forge_mutate(forge, buf_text(&forge->act_a->json[2]), source, ARRAY_LEN(source));
	forge_mutate(forge, case_text, on_case, ARRAY_LEN(on_case));
	forge_mutate(forge, custody_text, custody, ARRAY_LEN(custody));
	CHECK_OK(buf_add_str(&deep, "{\"x\":", &err), err);
	for (size_t i = 0; i < LINE_DEPTH_MAX; i++)
		CHECK_OK(buf_add_byte(&deep, '[', &err), err);
	for (size_t i = 0; i < LINE_DEPTH_MAX; i++)
		CHECK_OK(buf_add_byte(&deep, ']', &err), err);
	CHECK_OK(buf_add_byte(&deep, ',', &err), err);
	CHECK_OK(buf_add_str(&deep, buf_text(&forge->act_a->json[0]) + 1, &err), err);
	forge_put(forge, "line/nested-too-deeply.tampered", BYTES_OF(deep));
	buf_clear(&deep);
	CHECK_OK(buf_add_str(&deep, "{\"x\":\"", &err), err);
	while (deep.len < LINE_BYTES_MAX)
		CHECK_OK(buf_add_byte(&deep, ' ', &err), err);
	CHECK_OK(buf_add_str(&deep, "\",", &err), err);
	CHECK_OK(buf_add_str(&deep, buf_text(&forge->act_a->json[0]) + 1, &err), err);
	forge_put(forge, "line/over-61440-bytes.tampered", BYTES_OF(deep));
}

/* Sheets as plaintexts. */
static void
make_sheets(struct forge *forge)
{
	static const struct forge_mutation list[] = {
		{"sheet/hidden-bytes-in-padding.tampered", "#          ", "#   hidden "},
		{"sheet/hidden-tab-in-padding.tampered", "#          ", "#        \t "},
		{"sheet/hidden-comment.tampered", "#          ", "# hidden\n# "},
		{"sheet/padding-twice.tampered", "#          ", "#        \n#"},
		{"sheet/padding-too-short.tampered", "#          ", "#         "},
		{"sheet/line-without-hash-sign.tampered", "# {", "  {"},
		{"sheet/blank-line.tampered", "#          ", "\n#         "},
		{"sheet/key-lower-case.tampered", "AGE-SECRET-KEY-1", "age-secret-key-1"},
		{"sheet/key-prefix.tampered", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2"},
	};
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(buf_done) struct buf text = BUF_INIT(SHEET_PLAIN_MAX + 4096);
	CLEANUP(buf_done) struct buf other = BUF_INIT(SHEET_PLAIN_MAX + 4096);
	const struct forge_act *act = forge->act_a;
	struct bytes lines[3] = {BYTES_OF(act->json[0]), BYTES_OF(act->json[1]),
				 BYTES_OF(act->json[2])};
	char key[AGE_IDENTITY_LEN + 2];
	struct amana_error err;

	CHECK_OK(sheet_build(&(struct sheet_content){lines, 3, &act->identity}, &plain,
			     &err),
		 err);
	CHECK_OK(buf_add(&text, plain.data, plain.len, &err), err);
	forge_put(forge, "sheet/of-an-exhibit.ok", BYTES_OF(text));
	forge_mutate(forge, buf_text(&text), list, ARRAY_LEN(list));
	forge_put(forge, "sheet/cut.tampered",
		  (struct bytes){text.data, text.len - 1024});
	forge_put(forge, "sheet/empty.tampered", (struct bytes){NULL, 0});

	/* Two keys: room for the second is taken from the padding. */
	age_identity_text(&act->identity, key);
	key[AGE_IDENTITY_LEN] = '\n';
	key[AGE_IDENTITY_LEN + 1] = 0;
	{
		char *at = memmem(text.data, text.len, "#          ", 11);
		size_t before = (size_t)(at - buf_text(&text)) + 2,
		       cut = AGE_IDENTITY_LEN + 1;

		CHECK(at != NULL);
		CHECK_OK(buf_add(&other, text.data, before, &err), err);
		CHECK_OK(buf_add(&other, text.data + before + cut,
				 text.len - before - cut, &err),
			 err);
		CHECK_OK(buf_add_str(&other, key, &err), err);
		forge_put(forge, "sheet/key-twice.tampered", BYTES_OF(other));
		/* ... or the padding stands behind the key. */
		buf_clear(&other);
		CHECK_OK(buf_add(&other, text.data, before - 2, &err), err);
		CHECK_OK(buf_add_str(&other, key, &err), err);
		CHECK_OK(buf_add(&other, at, text.len - (before - 2) - cut, &err), err);
		forge_put(forge, "sheet/padding-behind-the-key.tampered",
			  BYTES_OF(other));
	}
	/* 1,024 bytes more, after the key. */
	buf_clear(&other);
	CHECK_OK(buf_add(&other, text.data, text.len, &err), err);
	for (size_t i = 0; i < 1023; i++)
		CHECK_OK(buf_add_byte(&other, i == 0 ? '#' : ' ', &err), err);
	CHECK_OK(buf_add_byte(&other, '\n', &err), err);
	forge_put(forge, "sheet/comment-after-the-key.tampered", BYTES_OF(other));
	memset(other.data + text.len, 0, 1024);
	forge_put(forge, "sheet/zeros-after-the-key.tampered", BYTES_OF(other));
	secret_done(&plain);
	CHECK_OK(sheet_build(&(struct sheet_content){lines, 1, NULL}, &plain, &err), err);
	forge_put(forge, "sheet/of-an-act.ok", (struct bytes){plain.data, plain.len});
}

static void
make_bundles(struct forge *forge)
{
	const struct buf *good = &forge->act_a->bundle;
	CLEANUP(buf_done) struct buf bad = BUF_INIT(BUNDLE_MAX);
	struct amana_error err;

	forge_put(forge, "bundle/bundle.ok", BYTES_OF(*good));
	forge_put(forge, "bundle/cut.tampered",
		  (struct bytes){good->data, good->len - 1});
	CHECK_OK(buf_add(&bad, good->data, good->len, &err), err);
	CHECK_OK(buf_add_byte(&bad, 0, &err), err);
	forge_put(forge, "bundle/byte-at-end.tampered", BYTES_OF(bad));
	CHECK_OK(buf_add(&bad, "\0\0", 2, &err), err);
	forge_put(forge, "bundle/length-cut.tampered", BYTES_OF(bad));
	bad.len = good->len;
	bad.data[3]++;
	forge_put(forge, "bundle/length-too-long.tampered", BYTES_OF(bad));
	memset(bad.data, 0xff, 4);
	forge_put(forge, "bundle/length-4-gib.tampered", BYTES_OF(bad));
	bad.data[0] = 0;
	bad.data[1] = 9; /* more than a sheet may have */
	forge_put(forge, "bundle/sheet-over-its-limit.tampered", BYTES_OF(bad));
	forge_put(forge, "bundle/destroyed.ok",
		  (struct bytes){(const uint8_t *)"\0\0\0", 4});
}

/* ---- age files, for the exhibit of case A ---- */

/* A file whose sender's share is a point of low order: the secret that both sides get is
 * zero, and everybody knows it. */
static void
make_low_order_file(struct forge *forge)
{
	static const uint8_t shared[32], nonce[12], file_key[16] = "YELLOW SUBMARINE";
	static const uint8_t payload_nonce[16];
	uint8_t salt[64] = {0}, key[32], wrapped[32], chunk[16 + 6];
	CLEANUP(buf_done) struct buf file = BUF_INIT(4096);
	char share[64], body[64], mac_text[64];
	struct amana_error err;
	struct hash mac;

	memcpy(salt + 32, forge->act_a->recipient.pub, 32);
	hkdf_of((struct bytes){shared, 32}, (struct bytes){salt, 64},
		"age-encryption.org/v1/X25519", key, 32);
	crypto_aead_chacha20poly1305_ietf_encrypt(wrapped, NULL, file_key, 16, NULL, 0,
						  NULL, nonce, key);
	text_b64_raw(salt, 32, share);
	text_b64_raw(wrapped, 32, body);
	CHECK_OK(buf_add_fmt(&file, &err, "age-encryption.org/v1\n-> X25519 %s\n%s\n---",
			     share, body),
		 err);
	hkdf_of((struct bytes){file_key, 16}, (struct bytes){NULL, 0}, "header", key, 32);
	hmac_of(key, 32, file.data, file.len, &mac);
	text_b64_raw(mac.bytes, 32, mac_text);
	CHECK_OK(buf_add_fmt(&file, &err, " %s\n", mac_text), err);
	CHECK_OK(buf_add(&file, payload_nonce, 16, &err), err);
	hkdf_of((struct bytes){file_key, 16}, (struct bytes){payload_nonce, 16},
		"payload", key, 32);
	{
		uint8_t last[12] = {[11] = 1};

		crypto_aead_chacha20poly1305_ietf_encrypt(chunk, NULL,
							  (const uint8_t *)"hidden", 6,
							  NULL, 0, NULL, last, key);
	}
	CHECK_OK(buf_add(&file, chunk, sizeof chunk, &err), err);
	forge_put(forge, "age/low-order-share.format", BYTES_OF(file));
}

/* Replaces the first `find` in bytes that are no text. */
static void
put_spliced(const struct forge *forge, const struct buf *file,
	    const struct forge_mutation *mutation)
{
	CLEANUP(buf_done) struct buf bad = BUF_INIT(1 << 16);
	const uint8_t *at =
		memmem(file->data, file->len, mutation->find, strlen(mutation->find));
	size_t before;
	struct amana_error err;

	CHECK(at != NULL);
	before = (size_t)(at - file->data);
	CHECK_OK(buf_add(&bad, file->data, before, &err), err);
	CHECK_OK(buf_add_str(&bad, mutation->with, &err), err);
	before += strlen(mutation->find);
	CHECK_OK(buf_add(&bad, file->data + before, file->len - before, &err), err);
	forge_put(forge, mutation->name, BYTES_OF(bad));
}

static void
make_age(struct forge *forge)
{
	static const struct forge_mutation list[] = {
		{"age/newer-version.format", "/v1\n", "/v2\n"},
		{"age/cr-before-lf.format", "/v1\n", "/v1\r\n"},
		{"age/stanza-without-argument.format", "-> X25519 ", "-> X25519\n"},
		{"age/stanza-type-lower-case.nobody", "-> X25519 ", "-> x25519 "},
		{"age/stanza-two-spaces.format", "-> X25519 ", "-> X25519  "},
		{"age/stanza-missing.format", "-> X25519 ", "=> X25519 "},
		{"age/mac-line-missing.format", "--- ", "-- "},
		{"age/stanza-added.tampered", "---", "-> grease 1\n\n---"},
	};
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 16);
	CLEANUP(buf_done) struct buf bad = BUF_INIT(1 << 16);
	struct amana_error err;
	char *share, *mac;

	CHECK_OK(age_seal(&forge->act_a->recipient, 1, BYTES_STR("A small file.\n"),
			  &file, &err),
		 err);
	forge_put(forge, "age/file.ok", BYTES_OF(file));
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		put_spliced(forge, &file, &list[i]);
	CHECK_OK(buf_add(&bad, file.data, file.len, &err), err);
	share = memmem(bad.data, bad.len, "X25519 ", 7);
	mac = memmem(bad.data, bad.len, "--- ", 4);
	CHECK(share != NULL && mac != NULL);
	share[7 + 42]++; /* two bits of the 43rd digit belong to no byte */
	forge_put(forge, "age/share-base64-not-canonical.format", BYTES_OF(bad));
	share[7 + 42]--;
	mac[4 + 42]++;
	forge_put(forge, "age/mac-base64-not-canonical.format", BYTES_OF(bad));
	mac[4 + 42]--;
	mac[4 + 3] = mac[4 + 3] == 'A' ? 'B' : 'A';
	forge_put(forge, "age/mac-changed.tampered", BYTES_OF(bad));
	memcpy(bad.data, file.data, file.len);
	bad.data[bad.len - 1] ^= 1;
	forge_put(forge, "age/payload-changed.tampered", BYTES_OF(bad));
	bad.data[bad.len - 1] ^= 1;
	forge_put(forge, "age/payload-cut.tampered",
		  (struct bytes){bad.data, bad.len - 1});
	forge_put(forge, "age/payload-missing.tampered",
		  (struct bytes){bad.data, bad.len - 30});
	CHECK_OK(buf_add_byte(&bad, 0, &err), err);
	forge_put(forge, "age/byte-at-end.tampered", BYTES_OF(bad));
	buf_clear(&bad);
	CHECK_OK(age_seal(&forge->stranger->recipient, 1, BYTES_STR("not for us"), &bad,
			  &err),
		 err);
	forge_put(forge, "age/sealed-to-another.nobody", BYTES_OF(bad));
	make_low_order_file(forge);
}

void
make_sealed(struct forge *forge)
{
	make_lines(forge);
	make_sheets(forge);
	make_bundles(forge);
	make_age(forge);
}
