/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

#include "crypto/spans.h"
#include "object/padme.h"

/* The digests of an exhibit's spans (`blocks`): lines that may not have them as they do,
 * and deposits whose digest is of one text and whose blocks are of another.  They are
 * made last, so that the files of before stay as they are. */

#define LEN ((size_t)150000) /* three spans, the last of them short */
#define SIZE "\"size\":150000"
#define SPAN "\"span\":65536"

/* A text of LEN bytes; the other one differs in its last span alone. */
static void
fill_text(uint8_t *text, bool other)
{
	memset(text, 0, padme_len(LEN));
	for (size_t i = 0; i < LEN; i++)
		text[i] = (uint8_t)('a' + i % 23);
	if (other)
		text[LEN - 1] = '!';
}

/* The text, its digest and its blocks; and the other's. */
struct texts {
	uint8_t *text[2];
	struct hash sha256[2];
	uint8_t blocks[2][3 * HASH_LEN];
};

static void
texts_make(struct texts *texts)
{
	CLEANUP(spans_freep) struct spans *spans = NULL;
	struct amana_error err;

	spans = spans_new(&err);
	CHECK(spans != NULL && spans_count(LEN) == 3);
	for (int i = 0; i < 2; i++) {
		struct bytes digests;

		texts->text[i] = mem_new(padme_len(LEN), &err);
		CHECK(texts->text[i] != NULL);
		fill_text(texts->text[i], i == 1);
		hash_of(texts->text[i], LEN, &texts->sha256[i]);
		spans_begin(spans, spans_span(LEN));
		spans_add(spans, texts->text[i], LEN);
		digests = spans_finish(spans);
		CHECK_INT(digests.len, sizeof texts->blocks[i]);
		memcpy(texts->blocks[i], digests.data, digests.len);
	}
}

/* A deposit whose object is of text `object`, whose digest is that of text `sha256`, and
 * whose blocks are those of text `blocks`. */
static void
begin(struct forge *forge, const struct texts *texts, int object, int sha256, int blocks,
      struct forge_act *act)
{
	struct amana_error err;

	forge_begin(forge, forge->depositor, act);
	forge_deposit(forge, &forge->case_a, "Another exhibit.\n", act);
	forge_act_sheet(forge, act, "deposit");
	act->say[0].size = LEN;
	act->say[0].sha256 = texts->sha256[sha256];
	act->say[0].blocks =
		(struct bytes){texts->blocks[blocks], sizeof texts->blocks[blocks]};
	buf_done(&act->object);
	act->object = (struct buf)BUF_INIT(1 << 20);
	CHECK_OK(age_seal(&act->recipient, 1,
			  (struct bytes){texts->text[object], padme_len(LEN)},
			  &act->object, &err),
		 err);
	forge_deposit_object(act, BYTES_OF(act->object));
}

static void
put_deposit(struct forge *forge, const struct texts *texts, int object, int sha256,
	    int blocks, const char *name)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	struct forge_act act;
	struct amana_error err;

	begin(forge, texts, object, sha256, blocks, &act);
	forge_seal_exhibit(forge, &act);
	forge_end(forge, &act, &slot);
	{
		const struct buf *parts[] = {&slot, &act.bundle, &act.object};

		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			CHECK_OK(buf_add_u32be(&file, (uint32_t)parts[i]->len, &err),
				 err);
			CHECK_OK(buf_add(&file, parts[i]->data, parts[i]->len, &err),
				 err);
		}
	}
	forge_put(forge, name, BYTES_OF(file));
	forge_act_done(&act);
}

static void
make_lines(struct forge *forge, const struct texts *texts)
{
	static const struct forge_mutation list[] = {
		{"line/blocks-with-unknown-members.ok", SPAN, "\"hue\":[1]," SPAN},
		{"line/blocks-missing.tampered", "\"blocks\"", "\"block\""},
		{"line/blocks-null.tampered", "\"blocks\":", "\"blocks\":null,\"was\":"},
		{"line/blocks-an-array.tampered", "\"blocks\":{",
		 "\"blocks\":[],\"was\":{"},
		{"line/blocks-span-missing.tampered", SPAN ",", ""},
		{"line/blocks-span-a-string.tampered", SPAN, "\"span\":\"65536\""},
		{"line/blocks-span-with-fraction.tampered", SPAN, "\"span\":65536.0"},
		{"line/blocks-span-too-large.tampered", SPAN, "\"span\":131072"},
		{"line/blocks-span-too-small.tampered", SPAN, "\"span\":32768"},
		{"line/blocks-span-no-power-of-two.tampered", SPAN, "\"span\":65537"},
		{"line/blocks-digests-missing.tampered", SPAN ",\"sha256\"",
		 SPAN ",\"sha265\""},
		{"line/blocks-one-too-few.tampered", SIZE, "\"size\":200000"},
		{"line/blocks-one-too-many.tampered", SIZE, "\"size\":131072"},
		{"line/blocks-where-one-span-holds-all.tampered", SIZE, "\"size\":65536"},
		{"line/blocks-of-the-fewest-bytes.ok", SIZE, "\"size\":131073"},
		{"line/blocks-of-the-most-bytes.ok", SIZE, "\"size\":196608"},
		{"line/blocks-not-base64.tampered", SPAN ",\"sha256\":\"",
		 SPAN ",\"sha256\":\"-"},
		{"line/blocks-with-padding.tampered", "\"},\"media_type\"",
		 "==\"},\"media_type\""},
		{"line/blocks-cut-short.tampered", SPAN ",\"sha256\":\"",
		 SPAN ",\"sha256\":\"\",\"was\":\""},
	};
	struct forge_act act;

	begin(forge, texts, 0, 0, 0, &act);
	forge_build_lines(&act);
	forge_put(forge, "line/blocks.ok", BYTES_OF(act.json[0]));
	forge_mutate(forge, buf_text(&act.json[0]), list, ARRAY_LEN(list));
	forge_mutate(forge, buf_text(&forge->act_a->json[0]),
		     &(struct forge_mutation){"line/blocks-of-nothing.tampered", "{",
					      "{\"blocks\":{" SPAN ",\"sha256\":\"\"},"},
		     1);
	forge_act_done(&act);
}

void
make_blocks(struct forge *forge)
{
	struct texts texts;

	texts_make(&texts);
	make_lines(forge, &texts);
	put_deposit(forge, &texts, 0, 0, 0, "replay/blocks.ok");
	put_deposit(forge, &texts, 0, 0, 1, "replay/blocks-of-another-text.tampered");
	put_deposit(forge, &texts, 1, 0, 1,
		    "replay/blocks-of-what-is-stored-and-another-digest.tampered");
	put_deposit(forge, &texts, 1, 0, 0, "replay/object-of-another-text.tampered");
	mem_free(texts.text[0]);
	mem_free(texts.text[1]);
}
