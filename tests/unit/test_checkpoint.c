/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "check.h"
#include "crypto/note.h"
#include "custody/checkpoint.h"
#include "custody/merkle.h"

static int
parse(const char *text, struct checkpoint *ret_checkpoint)
{
	return checkpoint_parse(BYTES_STR(text), ret_checkpoint);
}

#define ROOT "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="
#define FIFTEEN                                                                               \
	"example.com/log/testdata\n15\n" ROOT "\n\n"                                          \
	"\u2014 example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKu" \
	"bMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n"

/* Tessera's test log: its key, its fifteen entries, and a checkpoint at each size. */
static const char testdata_vkey[] =
	"example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
static const char testdata_skey[] =
	"PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
static const char *const entries[15] = {
	"one",	"two", "three",	 "four",  "five",     "six",	 "seven",  "eit",
	"nain", "ten", "ileven", "twelf", "threeten", "fourten", "fivten",
};
static const char *const testdata_roots[16] = {
	"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	"0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=",
	"T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=",
	"Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=",
	"zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
	"gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=",
	"a6sWvsc2eEzmj72vah7mZ5dwFltivehh2b11qwlp5Jg=",
	"IrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U=",
	"bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=",
	"CvhHViE3S9E3htHLR+25mapWoGCJ3WckMq1UtC3VmEY=",
	"y8/gZsZCtitsMan09tY+k8I7Qpr7Y5fbO2tLi9GQnfU=",
	"Yok1cS5VdokGLBy73BC2I16b3atss6KBN9jnIi6Fz/A=",
	"uZo6M+IhVna+CLgWCrJs0xBPUHbozHkYTQASduHSLME=",
	"av0kLH0VkkVDrTuZzBGIx7d9z5G1l/GlKz/nAV/8woQ=",
	"SvCd38yNade7xEPY1a/aAc1M3A2AHYVF8lIiUnsH1ao=",
	ROOT,
};

static void
known_checkpoints_come_out(void)
{
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	struct merkle_frontier tree = {.size = 0};
	char name[NOTE_NAME_MAX + 1];
	struct amana_error err;

	CHECK_INT(note_secret_parse(testdata_skey, strlen(testdata_skey), name, &seed,
				    &err),
		  0);
	for (size_t n = 0; n <= 15; n++) {
		CLEANUP(buf_done) struct buf note = BUF_INIT(4096);
		struct checkpoint checkpoint = {.origin = "example.com/log/testdata",
						.size = n};
		struct checkpoint parsed;
		char root[TEXT_B64_LEN(HASH_LEN) + 1];

		merkle_root(&tree, &checkpoint.root);
		text_b64(checkpoint.root.bytes, HASH_LEN, root);
		CHECK_STR(root, testdata_roots[n]);
		CHECK_OK(checkpoint_write(&checkpoint, &note, &err), err);
		CHECK_INT(parse(buf_text(&note), &parsed), 0);
		CHECK_STR(parsed.origin, checkpoint.origin);
		CHECK_INT(parsed.size, n);
		CHECK(hash_equal(&parsed.root, &checkpoint.root));
		CHECK_OK(note_sign(&note, name, &seed, &err), err);
		if (n == 0)
			CHECK(strstr(buf_text(&note),
				     "M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6P"
				     "bJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=\n"));
		if (n == 15) {
			CHECK_STR(buf_text(&note), FIFTEEN);
			break;
		}
		struct hash leaf;

		merkle_leaf(entries[n], strlen(entries[n]), &leaf);
		merkle_append(&tree, &leaf);
	}
}

static void
signed_checkpoints_are_verified(void)
{
	/* Go's checksum database: the key's name is not the origin, and the origin has
	 * spaces. */
	static const char sumdb_vkey[] =
		"sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
	static const char sumdb[] =
		"go.sum database tree\n35225469\nvt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n\n"
		"\u2014 sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHON"
		"ebHLAyaKbbTM75QTtPydhKCExixSfwQ=\n";
	const char *const notes[] = {FIFTEEN, sumdb};
	const char *const vkeys[] = {testdata_vkey, sumdb_vkey};
	const uint64_t sizes[] = {15, 35225469};

	for (size_t i = 0; i < 2; i++) {
		struct note_sig sigs[NOTE_SIGS_MAX];
		struct checkpoint checkpoint;
		struct note_key key;
		struct bytes text;
		size_t n_sigs;

		CHECK_INT(note_key_parse(vkeys[i], strlen(vkeys[i]), &key), 0);
		CHECK_INT(note_split(BYTES_STR(notes[i]), &text, sigs, &n_sigs), 0);
		CHECK(note_verify(text, sigs, n_sigs, &key, 1));
		CHECK_INT(checkpoint_parse(text, &checkpoint), 0);
		CHECK_INT(checkpoint.size, sizes[i]);
	}
}

static void
other_texts_are_refused(void)
{
	static const char *const refused[] = {
		"",
		"\n",
		"o\n15\n",
		"o\n15\n" ROOT, /* the last LF is missing */
		"o\n15\n" ROOT "\n\n",
		"o\n15\n" ROOT "\nextension\n",
		"\n15\n" ROOT "\n", /* no origin */
		"\no\n15\n" ROOT "\n",
		"o\n\n" ROOT "\n",
		"o\n015\n" ROOT "\n",
		"o\n+15\n" ROOT "\n",
		"o\n-15\n" ROOT "\n",
		"o\n 15\n" ROOT "\n",
		"o\n15 \n" ROOT "\n",
		"o\n0x15\n" ROOT "\n",
		"o\n00\n" ROOT "\n",
		"o\n9223372036854775808\n" ROOT "\n",
		"o\n18446744073709551616\n" ROOT "\n",
		"o\r\n15\n" ROOT "\n",
		"o\n15\r\n" ROOT "\n",
		"o\n15\n" ROOT "\r\n",
		"o\n15\n " ROOT "\n",
		"o\n15\n" ROOT " \n",
		"o\n15\n\n",
		"o\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs\n",	 /* no padding */
		"o\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383ct=\n", /* trailing bits
									  */
		"o\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja_1nk427v383cs=\n", /* another
									    alphabet */
		"o\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v38\n",	 /* 30 bytes */
		"o\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383csA\n", /* 33 bytes */
		"o\x01\n15\n" ROOT "\n",
		"o\x1b[2J\n15\n" ROOT "\n",
		"o\xff\n15\n" ROOT "\n",
	};
	struct checkpoint checkpoint = {.size = 77};
	char origin[CHECKPOINT_ORIGIN_MAX + 2], text[512];

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if (parse(refused[i], &checkpoint) != -1) {
			fprintf(stderr, "not refused: %s", refused[i]);
			exit(1);
		}
	}
	CHECK_INT(checkpoint.size, 77);
	CHECK_INT(checkpoint_parse(
			  (struct bytes){(const uint8_t *)"o\0\n15\n" ROOT "\n", 51},
			  &checkpoint),
		  -1);

	memset(origin, 'o', sizeof origin);
	snprintf(text, sizeof text, "%.*s\n9223372036854775807\n" ROOT "\n", 255, origin);
	CHECK_INT(parse(text, &checkpoint), 0);
	CHECK(checkpoint.size == CHECKPOINT_SIZE_MAX && strlen(checkpoint.origin) == 255);
	snprintf(text, sizeof text, "%.*s\n1\n" ROOT "\n", 256, origin);
	CHECK_INT(parse(text, &checkpoint), -1);
	CHECK_INT(parse("o\n0\n" ROOT "\n", &checkpoint), 0);
}

static void
what_cannot_be_parsed_is_not_written(void)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	struct checkpoint checkpoint = {.origin = ""};
	struct amana_error err;

	CHECK_FAILS(checkpoint_write(&checkpoint, &text, &err), err, AMANA_E_BUG);
	strcpy(checkpoint.origin, "a\nb");
	CHECK_FAILS(checkpoint_write(&checkpoint, &text, &err), err, AMANA_E_BUG);
	strcpy(checkpoint.origin, "a");
	checkpoint.size = CHECKPOINT_SIZE_MAX + 1;
	CHECK_FAILS(checkpoint_write(&checkpoint, &text, &err), err, AMANA_E_BUG);
	CHECK_INT(text.len, 0);
	checkpoint.size--;
	CHECK_OK(checkpoint_write(&checkpoint, &text, &err), err);
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	RUN(known_checkpoints_come_out);
	RUN(signed_checkpoints_are_verified);
	RUN(other_texts_are_refused);
	RUN(what_cannot_be_parsed_is_not_written);
	return 0;
}
