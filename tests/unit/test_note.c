/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "check.h"
#include "crypto/hash.h"
#include "crypto/note.h"

#define DASH "\u2014 "

/* The keys and the text of Go's own note tests. */
#define NEUMANN_VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define NEUMANN_SKEY                                                                     \
	"PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define NEUMANN_LINE                                                                         \
	DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg" \
	     "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ROOT_VKEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define ROOT_LINE                                                                            \
	DASH "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG0" \
	     "1oOTGwnWLox33WWd1RvMc+QQ=\n"
#define TEXT                                                                             \
	"If you think cryptography is the answer to your problem,\n"                     \
	"then you don't know what your problem is.\n"
#define NOTE TEXT "\n" NEUMANN_LINE

static struct note_key
vkey(const char *text)
{
	struct note_key key;

	CHECK_INT(note_key_parse(text, strlen(text), &key), 0);
	return key;
}

/* A vkey with a correct id, whatever it is a key of. */
static void
vkey_make(const char *name, const uint8_t *key, size_t key_len, char out[512])
{
	uint8_t message[512];
	size_t n = strlen(name);
	struct hash hash;
	char id[9], b64[128];

	memcpy(message, name, n);
	message[n++] = '\n';
	memcpy(message + n, key, key_len);
	hash_of(message, n + key_len, &hash);
	text_hex(hash.bytes, 4, id);
	text_b64(key, key_len, b64);
	snprintf(out, 512, "%s+%s+%s", name, id, b64);
}

static int
split(const char *note)
{
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct bytes text;
	size_t n_sigs;

	return note_split(BYTES_STR(note), &text, sigs, &n_sigs);
}

static bool
is_signed_by(const char *note, const struct note_key *keys, size_t n_keys)
{
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct bytes text;
	size_t n_sigs;

	CHECK_INT(note_split(BYTES_STR(note), &text, sigs, &n_sigs), 0);
	return note_verify(text, sigs, n_sigs, keys, n_keys);
}

static void
known_vkeys(void)
{
	static const char *const known[] = {
		NEUMANN_VKEY,
		ROOT_VKEY,
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
		"sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
		"witness+f13a86db+AdYV1Ztajd9BvyjP2HgpwrqYL6TjOwIjGMOq8Bu42xbN",
	};
	char text[NOTE_VKEY_MAX + 1], hex[65];
	struct note_key key;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct note_key made;

		key = vkey(known[i]);
		note_key_text(&key, text);
		CHECK_STR(text, known[i]);
		CHECK_INT(note_key_make(key.name, key.pub, &made), 0);
		CHECK(memcmp(made.id, key.id, 4) == 0);
	}
	key = vkey(NEUMANN_VKEY);
	CHECK_STR(key.name, "PeterNeumann");
	text_hex(key.id, 4, hex);
	CHECK_STR(hex, "c74f20a3");
	text_hex(key.pub, SIGN_PUB_LEN, hex);
	CHECK_STR(hex,
		  "1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6");
}

/* Every other character in every place, every beginning, anything more. */
static void
mangled_keys_are_refused(void)
{
	static const char *const known[] = {NEUMANN_VKEY, NEUMANN_SKEY};

	for (size_t k = 0; k < 2; k++) {
		size_t len = strlen(known[k]);
		char text[256], name[NOTE_NAME_MAX + 1];
		struct amana_error err;
		struct secret seed;
		struct note_key key;

		for (size_t i = 0; i <= len; i++) {
			for (int c = 1; c < 256; c++) {
				snprintf(text, sizeof text, "%s", known[k]);
				if (text[i] == (char)c)
					continue;
				text[i] = (char)c;
				text[len + 1] = 0;
				CHECK_INT(note_key_parse(text, strlen(text), &key), -1);
				CHECK_INT(note_secret_parse(text, strlen(text), name,
							    &seed, &err),
					  1);
			}
			if (i == len)
				break;
			CHECK_INT(note_key_parse(known[k], i, &key), -1);
			CHECK_INT(note_secret_parse(known[k], i, name, &seed, &err), 1);
		}
	}
}

static void
bad_vkeys_are_refused(void)
{
	uint8_t key[64] = {1};
	struct note_key good = vkey(NEUMANN_VKEY), made;
	char text[512], long_name[NOTE_NAME_MAX + 2];

	memcpy(key + 1, good.pub, SIGN_PUB_LEN);
	vkey_make("PeterNeumann", key, 33, text);
	CHECK_STR(text, NEUMANN_VKEY); /* so the helper is right, and the next ones fail
					  for their reason */
	vkey_make("PeterNeumann", key, 34, text);
	CHECK_INT(note_key_parse(text, strlen(text), &made), -1);
	vkey_make("PeterNeumann", key, 32, text);
	CHECK_INT(note_key_parse(text, strlen(text), &made), -1);
	for (int alg = 0; alg < 256; alg++) {
		key[0] = (uint8_t)alg;
		vkey_make("PeterNeumann", key, 33, text);
		CHECK_INT(note_key_parse(text, strlen(text), &made), alg == 1 ? 0 : -1);
	}
	key[0] = 1;

	/* Not a point of prime order, though the id fits. */
	memset(key + 1, 0, 32);
	vkey_make("PeterNeumann", key, 33, text);
	CHECK_INT(note_key_parse(text, strlen(text), &made), -1);
	CHECK_INT(note_key_make("PeterNeumann", key + 1, &made), -1);
	key[1] = 1;
	CHECK_INT(note_key_make("PeterNeumann", key + 1, &made), -1);

	memset(long_name, 'n', sizeof long_name);
	long_name[NOTE_NAME_MAX + 1] = 0;
	CHECK_INT(note_key_make(long_name, good.pub, &made), -1);
	long_name[NOTE_NAME_MAX] = 0;
	CHECK_INT(note_key_make(long_name, good.pub, &made), 0);
	note_key_text(&made, text);
	CHECK_INT(strlen(text), NOTE_VKEY_MAX);
	CHECK_INT(note_key_parse(text, strlen(text), &made), 0);
	text[0] = 'N';
	CHECK_INT(note_key_parse(text, strlen(text), &made), -1);
}

static void
names_have_no_space_and_no_plus(void)
{
	static const char *const refused[] = {
		"",	     "a b",    " a",	  "a+b",     "+",      "a\n",
		"a\tb",	     "a\x01",  "a\x1f",	  "a\xff",   "\xc3",   "a\u00a0b",
		"a\xc2\x85", "\u1680", "a\u2003", "\u2000x", "\u200a", "a\u2028",
		"\u2029",    "\u202f", "\u205f",  "\u3000",
	};
	static const char *const fine[] = {"a",		  "S-014",  "example.com/log",
					   "Amana\u00e9", "\u200b", "\u3001"};
	uint8_t key[33] = {1};
	struct note_key good = vkey(NEUMANN_VKEY), made;
	char text[512], line[512];
	const char *b64 = strrchr(NEUMANN_LINE, ' ');
	struct note_sig sig;

	memcpy(key + 1, good.pub, SIGN_PUB_LEN);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CHECK_INT(note_key_make(refused[i], good.pub, &made), -1);
		vkey_make(refused[i], key, 33, text);
		CHECK_INT(note_key_parse(text, strlen(text), &made), -1);
		snprintf(line, sizeof line, DASH "%s%.93s", refused[i], b64);
		CHECK_INT(note_sig_parse(BYTES_STR(line), &sig), -1);
	}
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		vkey_make(fine[i], key, 33, text);
		CHECK_INT(note_key_parse(text, strlen(text), &made), 0);
		CHECK_STR(made.name, fine[i]);
		snprintf(line, sizeof line, DASH "%s%.93s", fine[i], b64);
		CHECK_INT(note_sig_parse(BYTES_STR(line), &sig), 0);
		CHECK(text_is(sig.name, fine[i]));
	}
}

static void
known_private_keys(void)
{
	static const char *const known[][3] = {
		{NEUMANN_SKEY, "PeterNeumann",
		 "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"},
		{"PRIVATE+KEY+example.com/log/testdata+33d7b496+"
		 "AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg",
		 "example.com/log/testdata",
		 "eca663f499017d2365c27c7a7679158d43cfec1330bdb259290afbd0d21777a0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		CLEANUP(secret_done) struct secret seed = SECRET_INIT;
		char name[NOTE_NAME_MAX + 1], hex[65], text[NOTE_SKEY_MAX + 1];
		struct amana_error err;

		CHECK_INT(note_secret_parse(known[i][0], strlen(known[i][0]), name, &seed,
					    &err),
			  0);
		CHECK_STR(name, known[i][1]);
		CHECK_INT(seed.len, SIGN_SEED_LEN);
		text_hex(seed.data, seed.len, hex);
		CHECK_STR(hex, known[i][2]);
		note_secret_text(name, &seed, text);
		CHECK_STR(text, known[i][0]);
	}
}

static void
two_sign_one_text(void)
{
	static const uint8_t zeros[SIGN_SEED_LEN];
	CLEANUP(secret_done) struct secret neumann = SECRET_INIT;
	CLEANUP(secret_done) struct secret root = SECRET_INIT;
	CLEANUP(buf_done) struct buf note = BUF_INIT(16384);
	char name[NOTE_NAME_MAX + 1];
	struct amana_error err;

	CHECK_INT(note_secret_parse(NEUMANN_SKEY, strlen(NEUMANN_SKEY), name, &neumann,
				    &err),
		  0);
	CHECK_OK(secret_from(zeros, sizeof zeros, &root, &err), err);
	CHECK_OK(buf_add_str(&note, TEXT, &err), err);
	CHECK_OK(note_sign(&note, name, &neumann, &err), err);
	CHECK_STR(buf_text(&note), NOTE);
	CHECK_OK(note_add_signature(&note, "EnochRoot", &root, &err), err);
	CHECK_STR(buf_text(&note), NOTE ROOT_LINE);
	for (int n = 2; n < NOTE_SIGS_MAX; n++)
		CHECK_OK(note_add_signature(&note, "EnochRoot", &root, &err), err);
	CHECK_FAILS(note_add_signature(&note, "EnochRoot", &root, &err), err,
		    AMANA_E_LIMIT);
	CHECK_INT(split(buf_text(&note)), 0);
}

static void
what_cannot_be_split_is_not_signed(void)
{
	static const char *const refused[] = {"",	 "no LF",   "a\tb\n",
					      "a\x01\n", "a\xff\n", "a\r\n"};
	static const uint8_t zeros[SIGN_SEED_LEN];
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	CLEANUP(buf_done) struct buf note = BUF_INIT(200);
	struct amana_error err;

	CHECK_OK(secret_from(zeros, sizeof zeros, &seed, &err), err);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		buf_clear(&note);
		CHECK_OK(buf_add_str(&note, refused[i], &err), err);
		CHECK_FAILS(note_sign(&note, "name", &seed, &err), err, AMANA_E_BUG);
		CHECK_INT(note.len, strlen(refused[i]));
		CHECK_FAILS(note_add_signature(&note, "name", &seed, &err), err,
			    AMANA_E_FORMAT);
	}
	buf_clear(&note);
	CHECK_OK(buf_add_str(&note, "text\n", &err), err);
	CHECK_FAILS(note_sign(&note, "a b", &seed, &err), err, AMANA_E_BUG);
	CHECK_FAILS(note_sign(&note, "", &seed, &err), err, AMANA_E_BUG);
	CHECK_OK(note_sign(&note, "name", &seed, &err), err);
	CHECK_FAILS(note_add_signature(&note, "name", &seed, &err), err,
		    AMANA_E_LIMIT); /* buf->max */
	CHECK_INT(split(buf_text(&note)), 0);
}

static void
malformed_notes_are_refused(void)
{
	static const char *const refused[] = {
		"",
		"\n",
		"\n\n",
		TEXT,
		TEXT "\n",
		NEUMANN_LINE,
		"\n" NEUMANN_LINE,
		TEXT NEUMANN_LINE, /* no blank line */
		"text without an end" NEUMANN_LINE,
		NOTE "\n", /* the last blank line has nothing after it */
		NOTE "trailing junk\n",
		NOTE DASH "PeterNeumann x08go/ZJ", /* no final LF */
		TEXT "\n"
		     "trailing junk\n" NEUMANN_LINE,
		"\x01" NOTE,
		"a\tb\n" NOTE,
		"a\r\n" NOTE,
		"\xff" NOTE,
		"\xed\xa0\x80" NOTE,
		TEXT "\n- PeterNeumann x08go/ZJkuBS\n", /* a hyphen for the dash */
		TEXT "\n\u2014PeterNeumann x08go/ZJkuBS\n",
		TEXT "\n" DASH "\n",
		TEXT "\n" DASH " \n",
		TEXT "\n" DASH "PeterNeumann\n",
		TEXT "\n" DASH "PeterNeumann \n",
		TEXT "\n" DASH "PeterNeumann  x08go/ZJ\n",
		TEXT "\n" DASH "PeterNeumann x08go/ZJ \n",
		TEXT "\n" DASH " PeterNeumann x08go/ZJ\n",
		TEXT "\n " DASH "PeterNeumann x08go/ZJ\n",
		TEXT "\n" DASH "Peter+Neumann x08go/ZJ\n",
		TEXT "\n" DASH "PeterNeumann x08g\n",
		TEXT "\n" DASH
		     "PeterNeumann x08goA==\n", /* 4 bytes: an id and no signature */
		TEXT "\n" DASH "PeterNeumann x08go/ZJk\n",
		TEXT "\n" DASH "PeterNeumann x08go/Z=\n",
		TEXT "\n" DASH "PeterNeumann x08go/_J\n",
		TEXT "\n" DASH "PeterNeumann x08g=/ZJ\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if (split(refused[i]) != -1) {
			fprintf(stderr, "not refused: %s\n", refused[i]);
			exit(1);
		}
	}
	CHECK_INT(split(TEXT "\n" DASH "PeterNeumann x08go/ZJ\n"), 0);
	/* A NUL is a control byte like any other. */
	struct bytes text = {(const uint8_t *)"a\0\n" NOTE, sizeof "a\0\n" NOTE - 1};
	struct note_sig sigs[NOTE_SIGS_MAX];
	size_t n_sigs;

	CHECK_INT(note_split(text, &text, sigs, &n_sigs), -1);
}

static void
signatures_have_one_spelling(void)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char note[512];
	size_t last = strlen(NOTE) - 3; /* before "=\n" */
	int n_accepted = 0;

	for (const char *d = digits; *d != 0; d++) {
		snprintf(note, sizeof note, "%s", NOTE);
		note[last] = *d;
		n_accepted += split(note) == 0;
	}
	CHECK_INT(n_accepted, 16); /* four of the six bits carry anything */
	note[last] = 'N'; /* the same bytes as NEUMANN_LINE if the two bits are ignored */
	CHECK_INT(split(note), -1);
	snprintf(note, sizeof note, "%.*s\n", (int)strlen(NOTE) - 2,
		 NOTE); /* without its '=' */
	CHECK_INT(split(note), -1);
	snprintf(note, sizeof note, "%.*s==\n", (int)strlen(NOTE) - 2, NOTE);
	CHECK_INT(split(note), -1);
}

static void
the_last_blank_line_counts(void)
{
	static const char whole[] =
		"para\n\npara\n\n" NEUMANN_LINE "\n" NEUMANN_LINE ROOT_LINE;
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct bytes text;
	size_t n_sigs;

	CHECK_INT(note_split(BYTES_STR(whole), &text, sigs, &n_sigs), 0);
	CHECK_INT(n_sigs, 2);
	CHECK(text_is(text, "para\n\npara\n\n" NEUMANN_LINE));
	CHECK(text_is(sigs[0].name, "PeterNeumann") &&
	      text_is(sigs[1].name, "EnochRoot"));
	CHECK_INT(note_split(BYTES_STR("\n\n\n" ROOT_LINE), &text, sigs, &n_sigs), 0);
	CHECK(text_is(text, "\n\n"));
}

static void
at_most_64_signatures(void)
{
	CLEANUP(buf_done) struct buf note = BUF_INIT(32768);
	struct note_key key = vkey(NEUMANN_VKEY);
	struct amana_error err;

	CHECK_OK(buf_add_str(&note, NOTE, &err), err);
	for (int i = 1; i < NOTE_SIGS_MAX; i++)
		CHECK_OK(buf_add_fmt(&note, &err, DASH "other%d x08go/ZJ\n", i), err);
	CHECK(is_signed_by(buf_text(&note), &key, 1));
	CHECK_OK(buf_add_str(&note, DASH "other x08go/ZJ\n", &err), err);
	CHECK_INT(split(buf_text(&note)), -1);
}

/* Signatures of other algorithms are long: their base64 is checked all the same. */
static void
long_signatures_are_read_through(void)
{
	for (size_t len = 5;
	     len<5000; len += len> 100 && len % 768 > 3 && len % 768 < 760 ? 29 : 1) {
		uint8_t bytes[5000];
		char line[7000];
		struct note_sig sig;
		size_t start, n;

		memset(bytes, 0, sizeof bytes); /* "AA=" would be canonical at the end of
						   any piece */
		start = (size_t)snprintf(line, sizeof line, DASH "log ");
		text_b64(bytes, len, line + start);
		n = strlen(line);
		CHECK_INT(note_sig_parse(BYTES_STR(line), &sig), 0);
		CHECK(sig.is_ed25519 == (len == 68));
		CHECK(memcmp(sig.id, bytes, 4) == 0);
		for (size_t i = start; i < n; i += i >= 1020 && i < 1040 ? 1 : 92) {
			char kept = line[i];

			line[i] = i + 2 < n ? '=' : '*';
			CHECK_INT(note_sig_parse(BYTES_STR(line), &sig), -1);
			line[i] = kept;
		}
		CHECK_INT(note_sig_parse((struct bytes){(const uint8_t *)line, n - 1},
					 &sig),
			  -1);
	}
}

static void
known_notes_are_verified(void)
{
	static const char *const known[][2] = {
		{NOTE, NEUMANN_VKEY},
		{NOTE ROOT_LINE, ROOT_VKEY},
		{"This is an example message.\n\n" DASH
		 "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mF"
		 "XmRKuwHjG1Yu72IneyaQM=\n",
		 "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct note_key key = vkey(known[i][1]);

		CHECK(is_signed_by(known[i][0], &key, 1));
	}
}

/* Every character of the text and of the signature counts. */
static void
altered_notes_are_not_verified(void)
{
	struct note_key key = vkey(NEUMANN_VKEY);
	struct note_sig sigs[NOTE_SIGS_MAX];
	struct bytes text;
	size_t n_sigs, n_parsed = 0;
	char note[512];

	for (size_t i = 0; i < strlen(NOTE); i++) {
		for (int bit = 0; bit < 8; bit++) {
			strcpy(note, NOTE);
			note[i] = (char)(note[i] ^ 1 << bit);
			if (note_split((struct bytes){(uint8_t *)note, strlen(NOTE)},
				       &text, sigs, &n_sigs) < 0)
				continue;
			n_parsed++;
			CHECK(!note_verify(text, sigs, n_sigs, &key, 1));
		}
	}
	CHECK(n_parsed > 100);
}

/* Whoever makes keys until two have the same four bytes of id locks nobody out. */
static void
keys_with_one_id_are_each_tried(void)
{
	struct note_key keys[3] = {vkey(ROOT_VKEY), vkey(NEUMANN_VKEY), vkey(ROOT_VKEY)};

	for (size_t i = 0; i < 3; i += 2) {
		memcpy(keys[i].name, keys[1].name, sizeof keys[i].name);
		memcpy(keys[i].id, keys[1].id, sizeof keys[i].id);
	}
	CHECK(is_signed_by(NOTE, keys, 3));
	CHECK(is_signed_by(NOTE, keys, 2));
	CHECK(is_signed_by(NOTE, keys + 1, 2));
	CHECK(!is_signed_by(NOTE, keys, 1));
}

static void
who_is_known_decides(void)
{
	struct note_key both[2] = {vkey(NEUMANN_VKEY), vkey(ROOT_VKEY)}, other;

	CHECK(!is_signed_by(NOTE, both, 0));
	CHECK(!is_signed_by(NOTE, &both[1], 1));
	CHECK(is_signed_by(NOTE, both, 2));
	CHECK(is_signed_by(NOTE ROOT_LINE, both, 2));
	/* An unknown line beside a good one is passed over: another name, another id,
	 * another kind. */
	CHECK(is_signed_by(NOTE DASH "Nobody x08go/ZJ\n", both, 2));
	CHECK(is_signed_by(NOTE DASH "PeterNeumann AAAAAAAAAA==\n" ROOT_LINE, both, 2));
	/* One known signature that fails spoils the note, wherever it stands. */
	CHECK(!is_signed_by("x" NOTE, both, 2));
	CHECK(!is_signed_by(TEXT
			    "\n" DASH
			    "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiO"
			    "Hp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QA=\n" NEUMANN_LINE,
			    both, 2));
	CHECK(is_signed_by(TEXT
			   "\n" DASH
			   "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiO"
			   "Hp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QA=\n" NEUMANN_LINE,
			   both, 1));
	/* The right id with a signature of another length fails too, first or last. */
	CHECK(!is_signed_by(NOTE DASH "PeterNeumann x08go/ZJ\n", both, 2));
	CHECK(!is_signed_by(TEXT "\n" DASH "PeterNeumann x08go/ZJ\n" NEUMANN_LINE, both,
			    2));
	/* Name and id together make a key known. */
	other = both[0];
	other.id[0] ^= 1;
	CHECK(!is_signed_by(NOTE, &other, 1));
	other = both[0];
	strcpy(other.name, "PeterNeuman");
	CHECK(!is_signed_by(NOTE, &other, 1));
	other = both[0];
	memcpy(other.pub, both[1].pub, SIGN_PUB_LEN);
	CHECK(!is_signed_by(NOTE, &other, 1));
}

/* A cosignature of C2SP tlog-cosignature has the length of nothing that is known here. */
static void
cosignatures_are_passed_over(void)
{
	static const char checkpoint[] =
		"example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n" DASH
		"example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/u"
		"EWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n" DASH
		"witness JLN4UQAAAABlU/EAP16IwnR7OvdQ2qGNbozLavD2ZfgCwvg5IRioOOS/zMVYMx3UaEcI0V7tJUfTriL"
		"xHxoepUnHChdT1I+z/mJADQ==\n";
	struct note_key keys[2] = {
		vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"),
		vkey("witness+f13a86db+AdYV1Ztajd9BvyjP2HgpwrqYL6TjOwIjGMOq8Bu42xbN"),
	};
	struct note_key key;
	static const char cosigner[] =
		"witness+24b37851+BNYV1Ztajd9BvyjP2HgpwrqYL6TjOwIjGMOq8Bu42xbN";

	CHECK(is_signed_by(checkpoint, keys, 2));
	CHECK(!is_signed_by(checkpoint, &keys[1], 1));
	CHECK_INT(note_key_parse(cosigner, strlen(cosigner), &key), -1);
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	RUN(known_vkeys);
	RUN(mangled_keys_are_refused);
	RUN(bad_vkeys_are_refused);
	RUN(names_have_no_space_and_no_plus);
	RUN(known_private_keys);
	RUN(two_sign_one_text);
	RUN(what_cannot_be_split_is_not_signed);
	RUN(malformed_notes_are_refused);
	RUN(signatures_have_one_spelling);
	RUN(the_last_blank_line_counts);
	RUN(at_most_64_signatures);
	RUN(long_signatures_are_read_through);
	RUN(known_notes_are_verified);
	RUN(altered_notes_are_not_verified);
	RUN(keys_with_one_id_are_each_tried);
	RUN(who_is_known_decides);
	RUN(cosignatures_are_passed_over);
	return 0;
}
