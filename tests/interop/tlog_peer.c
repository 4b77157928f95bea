/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/note.h"
#include "custody/checkpoint.h"
#include "custody/merkle.h"
#include "custody/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Our side of tlog.go: answers each line of standard input with one line.  Words are
 * separated by one space; numbers are decimal after a "#"; byte strings, texts too, are
 * hex or "-" for none; a path is its hashes run together.
 *
 *	key NAME SEED			SKEY VKEY, both as hex of their text
 *	sign SKEY TEXT			NOTE
 *	cosign SKEY NOTE		NOTE
 *	open NOTE VKEY...		TEXT, or "refused"
 *	leaf BYTES			ROOT of the peer's tree, which has grown by this
 * entry include N INDEX			PATH in the tree over the first N of them
 * extend
 * N
 * FROM			PATH from the first FROM to the first N of them included INDEX N
 * ROOT LEAFHASH PATH		"ok" or "refused" extends FROM N FROMROOT ROOT PATH
 * "ok" or "refused" checkpoint ORIGIN SIZE ROOT	TEXT
 *	parse TEXT			ORIGIN SIZE ROOT, or "refused"
 *	tile NAME			LEVEL INDEX WIDTH NAME, or "refused"
 */
#define LINE_MAX_BYTES ((size_t)1 << 20)
#define WORDS_MAX 16
#define LEAVES_MAX 8192

struct peer {
	struct merkle_frontier tree;
	struct hash leaves[LEAVES_MAX];
	struct buf in[WORDS_MAX]; /* the words' bytes */
	size_t n_in;
	struct buf out;
	struct amana_error err;
};

/* A request that tlog.go should not have made, or memory that ran out: nothing to go on
 * with. */
static void
must(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "tlog_peer: %s\n", what);
	exit(2);
}

static void
add_hex(struct peer *peer, const void *bytes, size_t len)
{
	uint8_t *out;

	if (peer->out.len > 0)
		must(buf_add_byte(&peer->out, ' ', &peer->err) == 0, peer->err.msg);
	if (len == 0) {
		must(buf_add_byte(&peer->out, '-', &peer->err) == 0, peer->err.msg);
		return;
	}
	out = buf_reserve(&peer->out, 2 * len + 1, &peer->err);
	must(out != NULL, peer->err.msg);
	text_hex(bytes, len, (char *)out);
	peer->out.len += 2 * len;
}

static void
add_word(struct peer *peer, const char *word)
{
	must(buf_add_fmt(&peer->out, &peer->err, "%s%s", peer->out.len > 0 ? " " : "",
			 word) == 0,
	     peer->err.msg);
}

static void
add_number(struct peer *peer, uint64_t number)
{
	char word[24];

	snprintf(word, sizeof word, "%" PRIu64, number);
	add_word(peer, word);
}

static void
add_verdict(struct peer *peer, bool ok)
{
	add_word(peer, ok ? "ok" : "refused");
}

static uint64_t
number_in(struct peer *peer, size_t i)
{
	uint64_t number;

	must(i < peer->n_in && peer->in[i].len == 8, "not a number");
	number = (uint64_t)bytes_u32be(peer->in[i].data) << 32 |
		 bytes_u32be(peer->in[i].data + 4);
	return number;
}

static struct hash
hash_in(struct peer *peer, size_t i)
{
	struct hash hash;

	must(i < peer->n_in && peer->in[i].len == HASH_LEN, "not a hash");
	memcpy(hash.bytes, peer->in[i].data, HASH_LEN);
	return hash;
}

/* ret_hashes takes 2 * MERKLE_DEPTH_MAX. */
static size_t
path_in(struct peer *peer, size_t i, struct hash *ret_hashes)
{
	size_t len;

	must(i < peer->n_in && peer->in[i].len % HASH_LEN == 0, "not a path");
	len = peer->in[i].len / HASH_LEN;
	must(len <= (size_t)2 * MERKLE_DEPTH_MAX, "a path too long to carry");
	for (size_t k = 0; k < len; k++)
		memcpy(ret_hashes[k].bytes, peer->in[i].data + k * HASH_LEN, HASH_LEN);
	return len;
}

static void
do_key(struct peer *peer)
{
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	char skey[NOTE_SKEY_MAX + 1], vkey[NOTE_VKEY_MAX + 1];
	uint8_t pub[SIGN_PUB_LEN];
	struct note_key key;

	must(peer->n_in == 2 && peer->in[1].len == SIGN_SEED_LEN, "key NAME SEED");
	must(secret_from(peer->in[1].data, SIGN_SEED_LEN, &seed, &peer->err) == 0,
	     peer->err.msg);
	sign_public(&seed, pub);
	if (note_key_make(buf_text(&peer->in[0]), pub, &key) < 0) {
		add_verdict(peer, false);
		return;
	}
	note_secret_text(key.name, &seed, skey);
	note_key_text(&key, vkey);
	add_hex(peer, skey, strlen(skey));
	add_hex(peer, vkey, strlen(vkey));
}

static void
do_sign(struct peer *peer, bool is_first)
{
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	char name[NOTE_NAME_MAX + 1];
	struct buf *note = &peer->in[1];
	int r;

	must(peer->n_in == 2, "sign SKEY BYTES");
	r = note_secret_parse(buf_text(&peer->in[0]), peer->in[0].len, name, &seed,
			      &peer->err);
	must(r >= 0, peer->err.msg);
	if (r == 0)
		r = is_first ? note_sign(note, name, &seed, &peer->err)
			     : note_add_signature(note, name, &seed, &peer->err);
	if (r == 0)
		add_hex(peer, note->data, note->len);
	else
		add_verdict(peer, false);
}

static void
do_open(struct peer *peer)
{
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct note_key keys[WORDS_MAX];
	struct bytes text;
	size_t n_sigs;
	bool ok = true;

	must(peer->n_in >= 1, "open NOTE VKEY...");
	for (size_t i = 1; i < peer->n_in; i++)
		ok = ok && note_key_parse(buf_text(&peer->in[i]), peer->in[i].len,
					  &keys[i - 1]) == 0;
	if (ok && note_split(BYTES_OF(peer->in[0]), &text, sigs, &n_sigs) == 0 &&
	    note_verify(text, sigs, n_sigs, keys, peer->n_in - 1))
		add_hex(peer, text.data, text.len);
	else
		add_verdict(peer, false);
}

static void
do_leaf(struct peer *peer)
{
	struct hash root;
	struct hash *leaf = &peer->leaves[peer->tree.size];

	must(peer->n_in == 1 && peer->tree.size < LEAVES_MAX, "leaf BYTES");
	merkle_leaf(buf_text(&peer->in[0]), peer->in[0].len, leaf);
	merkle_append(&peer->tree, leaf);
	merkle_root(&peer->tree, &root);
	add_hex(peer, root.bytes, HASH_LEN);
}

static void
do_prove(struct peer *peer, bool is_inclusion)
{
	uint64_t n = number_in(peer, 0), at = number_in(peer, 1);
	struct merkle_path path;
	int r;

	must(n <= peer->tree.size, "no such tree yet");
	r = is_inclusion ? merkle_prove_inclusion(peer->leaves, n, at, &path)
			 : merkle_prove_consistency(peer->leaves, n, at, &path);
	if (r == 0)
		add_hex(peer, path.hashes, path.len * HASH_LEN);
	else
		add_verdict(peer, false);
}

static void
do_included(struct peer *peer)
{
	struct hash root = hash_in(peer, 2), leaf = hash_in(peer, 3),
		    path[2 * MERKLE_DEPTH_MAX];
	size_t len = path_in(peer, 4, path);

	add_verdict(peer, merkle_is_included(&leaf, number_in(peer, 0),
					     number_in(peer, 1), &root, path, len));
}

static void
do_extends(struct peer *peer)
{
	struct hash old = hash_in(peer, 2), root = hash_in(peer, 3),
		    path[2 * MERKLE_DEPTH_MAX];
	size_t len = path_in(peer, 4, path);

	add_verdict(peer, merkle_is_consistent(number_in(peer, 0), &old,
					       number_in(peer, 1), &root, path, len));
}

static void
do_checkpoint(struct peer *peer)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(CHECKPOINT_TEXT_MAX);
	struct checkpoint checkpoint = {.size = number_in(peer, 1),
					.root = hash_in(peer, 2)};

	must(peer->in[0].len <= CHECKPOINT_ORIGIN_MAX, "a longer origin than there is");
	memcpy(checkpoint.origin, buf_text(&peer->in[0]), peer->in[0].len);
	if (checkpoint_write(&checkpoint, &text, &peer->err) == 0)
		add_hex(peer, text.data, text.len);
	else
		add_verdict(peer, false);
}

static void
do_parse(struct peer *peer)
{
	struct checkpoint checkpoint;

	must(peer->n_in == 1, "parse TEXT");
	if (checkpoint_parse(BYTES_OF(peer->in[0]), &checkpoint) < 0) {
		add_verdict(peer, false);
		return;
	}
	add_hex(peer, checkpoint.origin, strlen(checkpoint.origin));
	add_number(peer, checkpoint.size);
	add_hex(peer, checkpoint.root.bytes, HASH_LEN);
}

static void
do_tile(struct peer *peer)
{
	char name[TILE_NAME_MAX + 1];
	struct tile tile;

	must(peer->n_in == 1, "tile NAME");
	if (tile_parse(buf_text(&peer->in[0]), peer->in[0].len, &tile) < 0) {
		add_verdict(peer, false);
		return;
	}
	tile_name(&tile, name);
	add_number(peer, (uint64_t)tile.level);
	add_number(peer, tile.index);
	add_number(peer, tile.width);
	add_word(peer, name);
}

static void
do_cosign(struct peer *peer)
{
	do_sign(peer, false);
}

static void
do_first_sign(struct peer *peer)
{
	do_sign(peer, true);
}

static void
do_include(struct peer *peer)
{
	do_prove(peer, true);
}

static void
do_extend(struct peer *peer)
{
	do_prove(peer, false);
}

static const struct {
	const char *word;
	void (*run)(struct peer *peer);
} commands[] = {
	{"key", do_key},	 {"sign", do_first_sign},
	{"cosign", do_cosign},	 {"open", do_open},
	{"leaf", do_leaf},	 {"include", do_include},
	{"extend", do_extend},	 {"included", do_included},
	{"extends", do_extends}, {"checkpoint", do_checkpoint},
	{"parse", do_parse},	 {"tile", do_tile},
};

/* A word is a decimal number, kept as eight bytes, after '#', else hex, else '-'. */
static void
take_word(struct peer *peer, const char *word)
{
	struct buf *bytes;
	size_t len = strlen(word);
	uint64_t number;
	uint8_t *room;

	must(peer->n_in < WORDS_MAX, "too many words");
	bytes = &peer->in[peer->n_in++];
	buf_clear(bytes);
	if (strcmp(word, "-") == 0)
		return;
	if (word[0] == '#') {
		must(text_u64(word + 1, len - 1, &number) == 0, "not a number");
		must(buf_add_u32be(bytes, (uint32_t)(number >> 32), &peer->err) == 0 &&
			     buf_add_u32be(bytes, (uint32_t)number, &peer->err) == 0,
		     peer->err.msg);
		return;
	}
	must(len % 2 == 0, "not hex");
	room = buf_reserve(bytes, len / 2 + 1, &peer->err);
	must(room != NULL && text_unhex(word, len, room, len / 2) == 0, "not hex");
	bytes->len += len / 2;
	room[len / 2] = 0;
}

static void
answer(struct peer *peer, char *line)
{
	char *rest = line, *command = strsep(&rest, " "), *word;

	peer->n_in = 0;
	buf_clear(&peer->out);
	while ((word = strsep(&rest, " ")) != NULL)
		take_word(peer, word);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(command, commands[i].word) == 0) {
			commands[i].run(peer);
			printf("%s\n", buf_text(&peer->out));
			fflush(stdout);
			return;
		}
	}
	must(false, "no such command");
}

int
main(void)
{
	struct amana_error err;
	struct peer *peer;
	char *line;

	must(crypto_init(&err) == 0, err.msg);
	peer = mem_new(sizeof *peer, &err);
	must(peer != NULL, err.msg);
	line = mem_new(LINE_MAX_BYTES, &err);
	must(line != NULL, err.msg);
	peer->out.max = LINE_MAX_BYTES;
	for (size_t i = 0; i < WORDS_MAX; i++)
		peer->in[i].max = LINE_MAX_BYTES;

	while (fgets(line, (int)LINE_MAX_BYTES, stdin) != NULL) {
		size_t len = strlen(line);

		must(len > 0 && line[len - 1] == '\n', "a line too long");
		line[len - 1] = 0;
		answer(peer, line);
	}
	for (size_t i = 0; i < WORDS_MAX; i++)
		buf_done(&peer->in[i]);
	buf_done(&peer->out);
	mem_free(line);
	mem_free(peer);
	return 0;
}
