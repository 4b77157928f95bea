/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/sheet.h"

#include "check.h"

static struct secret identity;
static struct age_recipient recipient;

static struct bytes
text(const char *s)
{
	return (struct bytes){(const uint8_t *)s, strlen(s)};
}

static void
secret_of(const char *bytes, size_t len, struct secret *out)
{
	struct amana_error err;

	CHECK_OK(secret_from(bytes, len, out, &err), err);
}

static void
test_comes_back(void)
{
	const struct bytes lines[] = {text("{\"a\":1}"), text("{}"), text("{\"b\":[]}")};

	for (size_t n = 0; n <= 3; n++) {
		for (int with_key = 0; with_key < 2; with_key++) {
			CLEANUP(secret_done) struct secret plain = SECRET_INIT;
			CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
			struct amana_error err;

			CHECK_OK(sheet_build(&(struct sheet_content){lines, n,
								     with_key ? &identity
									      : NULL},
					     &plain, &err),
				 err);
			CHECK_INT(plain.len, SHEET_STEP);
			CHECK_OK(sheet_parse(&plain, &sheet, &err), err);
			CHECK(plain.data == NULL);
			CHECK_INT(sheet.n_lines, n);
			for (size_t i = 0; i < n; i++)
				CHECK(bytes_equal(sheet.lines[i], lines[i]));
			CHECK_INT(sheet.identity.len, with_key ? AGE_KEY_LEN : 0);
			if (with_key)
				CHECK(secret_equal(sheet.identity.data, identity.data,
						   AGE_KEY_LEN));
		}
	}
}

static void
test_layout_is_that_of_the_format(void)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	const struct bytes line = text("{\"a\":1}");
	char want[SHEET_STEP], key[AGE_IDENTITY_LEN + 1];
	struct amana_error err;
	size_t n = 0;

	CHECK_OK(sheet_build(&(struct sheet_content){&line, 1, &identity}, &plain, &err),
		 err);
	age_identity_text(&identity, key);
	memcpy(want, "# {\"a\":1}\n#", 11);
	n = 11;
	while (n < sizeof want - AGE_IDENTITY_LEN - 2)
		want[n++] = ' ';
	want[n++] = '\n';
	memcpy(want + n, key, AGE_IDENTITY_LEN);
	want[sizeof want - 1] = '\n';
	CHECK_INT(plain.len, sizeof want);
	CHECK(memcmp(plain.data, want, sizeof want) == 0);
}

/* One line whose sheet, without padding, takes exactly `len` bytes. */
static char *
line_for(size_t len)
{
	char *line = calloc(1, len);

	CHECK(line != NULL && len >= 7);
	line[0] = '{';
	memset(line + 1, ' ', len - 7);
	line[len - 6] = '}';
	return line;
}

static void
test_padding_at_the_edges(void)
{
	for (size_t bare = 2 * SHEET_STEP - 2; bare <= 2 * SHEET_STEP + 2; bare++) {
		CLEANUP(secret_done) struct secret plain = SECRET_INIT;
		CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
		char *line = line_for(bare);
		const struct bytes as_bytes = text(line);
		struct amana_error err;

		CHECK_OK(sheet_build(&(struct sheet_content){&as_bytes, 1, NULL}, &plain,
				     &err),
			 err);
		CHECK_INT(plain.len,
			  bare <= 2 * SHEET_STEP ? 2 * SHEET_STEP : 3 * SHEET_STEP);
		CHECK_OK(sheet_parse(&plain, &sheet, &err), err);
		CHECK(bytes_equal(sheet.lines[0], as_bytes));
		free(line);
	}
}

static void
test_limits(void)
{
	/* 4 lines of the greatest length, and one that fills the rest to the last byte.
	 */
	size_t most = SHEET_PLAIN_MAX - 2 - 4 * (LINE_BYTES_MAX + 3);
	char *big = line_for(LINE_BYTES_MAX + 5), *rest = line_for(most + 2);
	struct bytes lines[5] = {text(big), text(big), text(big), text(big), text(rest)};
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
	struct buf file = BUF_INIT(SHEET_FILE_MAX);
	struct amana_error err;
	struct hash hash;

	CHECK_INT(lines[0].len, LINE_BYTES_MAX);
	CHECK_OK(sheet_build(&(struct sheet_content){lines, 5, NULL}, &plain, &err), err);
	CHECK_INT(plain.len, SHEET_PLAIN_MAX);
	CHECK_OK(sheet_parse(&plain, &sheet, &err), err);
	CHECK_INT(sheet.n_lines, 5);
	CHECK_FAILS(
		sheet_build(&(struct sheet_content){lines, 5, &identity}, &plain, &err),
		err, AMANA_E_LIMIT);
	CHECK_OK(sheet_seal(&(struct sheet_content){lines, 5, NULL}, &recipient, 1, &file,
			    &hash, &err),
		 err);
	CHECK(file.len < SHEET_FILE_MAX);
	rest[lines[4].len - 1] = ' ';
	rest[lines[4].len] = '}';
	lines[4].len++;
	CHECK_FAILS(sheet_build(&(struct sheet_content){lines, 5, NULL}, &plain, &err),
		    err, AMANA_E_LIMIT);
	CHECK(plain.data == NULL);
	buf_done(&file);
	free(big);
	free(rest);
}

static void
test_build_refuses_what_is_no_line(void)
{
	char *longer = line_for(LINE_BYTES_MAX + 6);
	const struct bytes bad[] = {
		text("x"), {NULL, 0}, text("{\n}"), text(longer), text(" {}")};
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAILS(sheet_build(&(struct sheet_content){&bad[i], 1, NULL}, &plain,
					&err),
			    err, AMANA_E_BUG);
	free(longer);
}

/* `head`, then the padding that makes 1,024 of it and `tail`, then `tail`. */
static int
parse_made(const char *head, const char *padding, const char *tail, size_t total,
	   struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
	char *all = malloc(total);
	size_t h = strlen(head), p = strlen(padding), t = strlen(tail);
	int r;

	CHECK(all != NULL && h + p + t <= total);
	memset(all, ' ', total);
	memcpy(all, head, h);
	memcpy(all + h, padding, p);
	memcpy(all + total - t, tail, t);
	secret_of(all, total, &plain);
	free(all);
	r = sheet_parse(&plain, &sheet, err);
	CHECK(r == 0 || plain.data != NULL);
	return r;
}

static void
test_nothing_can_be_hidden(void)
{
	char key[AGE_IDENTITY_LEN + 2], two[2 * sizeof key], lower[sizeof key],
		cut[sizeof key];
	const struct {
		const char *head, *padding, *tail;
		size_t total;
		bool good;
	} cases[] = {
		{"# {}\n", "#", "\n", 1024, true}, /* the harness itself */
		{"# {}\n", "#", key, 1024, false}, /* no LF between padding and key */
		{"# {}\n", "#", "\n", 1025, false},
		{"# {}\n", "#", "\n", 2048, false}, /* more padding than needed */
		{"# {}\n", "#", " ", 1024, false},  /* no LF at the end */
		{"# {}\n", "# hidden", "\n", 1024, false},
		{"# {}\n", "#\t", "\n", 1024, false},
		{"# {}\n", "#", "\r\n", 1024, false},
		{"# {}\n", "#", "x\n", 1024, false},
		{"# {}\n", "#\n#", "\n", 1024, false}, /* two padding lines */
		{"# {}\n", "#\n# {}\n#", "\n", 1024,
		 false},			      /* a line after the padding */
		{"# {}\n", "\n#", "\n", 1024, false}, /* an empty line */
		{"#\n# {}\n", "#", "\n", 1024, false},
		{"#{}\n", "#", "\n", 1024, false},
		{"#  {}\n", "#", "\n", 1024, false},
		{"# []\n", "#", "\n", 1024, false},
		{"{}\n", "#", "\n", 1024, false},
		{"# {}\n", "#", two, 1024, false},
		{"# {}\n", "#", lower, 1024, false},
		{"# {}\n", "#", cut, 1024, false},
		{"# {}\n", "#", "\nAGE-SECRET-KEY-1\n", 1024, false},
		{"# {}\n", "#", "\n\n", 1024, false},
	};
	struct amana_error err;

	key[0] = '\n';
	age_identity_text(&identity, key + 1);
	snprintf(cut, sizeof cut, "%s", key); /* without its LF */
	snprintf(two, sizeof two, "%s%s\n", key, key);
	for (size_t i = 0; i <= strlen(key); i++)
		lower[i] = key[i] >= 'A' && key[i] <= 'Z' ? (char)(key[i] + 32) : key[i];
	lower[strlen(key) - 1] = '\n';
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *tail = i == 1 ? key + 1 : cases[i].tail;
		int r = parse_made(cases[i].head, cases[i].padding, tail, cases[i].total,
				   &err);

		if ((r == 0) == cases[i].good && (r == 0 || err.code == AMANA_E_TAMPERED))
			continue;
		fprintf(stderr, "case %zu: %d %s\n", i, r, r < 0 ? err.msg : "");
		exit(1);
	}
	CHECK_FAILS(parse_made("", "", "", 0, &err), err, AMANA_E_TAMPERED);
	/* every other byte in the padding is seen */
	for (int c = 0; c < 256; c++) {
		CLEANUP(secret_done) struct secret plain = SECRET_INIT;
		CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
		const struct bytes line = text("{}");

		CHECK_OK(sheet_build(&(struct sheet_content){&line, 1, NULL}, &plain,
				     &err),
			 err);
		plain.data[500] = (uint8_t)c;
		CHECK_INT(sheet_parse(&plain, &sheet, &err) == 0, c == ' ');
	}
}

static void
test_sealed_and_opened(void)
{
	const struct bytes lines[] = {text("{\"a\":1}"), text("{\"b\":2}")};
	struct secret other = SECRET_INIT, both[2];
	struct buf file = BUF_INIT(SHEET_FILE_MAX);
	struct sheet sheet = SHEET_INIT;
	struct hash hash, line_hash;
	struct amana_error err;
	struct bytes found;

	CHECK_OK(age_identity_new(&other, &err), err);
	CHECK_OK(sheet_seal(&(struct sheet_content){lines, 2, &other}, &recipient, 1,
			    &file, &hash, &err),
		 err);
	hash_of(file.data, file.len, &line_hash);
	CHECK(hash_equal(&hash, &line_hash));
	CHECK_INT(sheet_open(&other, 1, BYTES_OF(file), &sheet, &err), 1);
	both[0] = other;
	both[1] = identity;
	CHECK_OK(sheet_open(both, 2, BYTES_OF(file), &sheet, &err), err);
	hash_of(lines[1].data, lines[1].len, &line_hash);
	CHECK_INT(sheet_find(&sheet, &line_hash, &found), 0);
	CHECK(bytes_equal(found, lines[1]));
	line_hash.bytes[5] ^= 1;
	CHECK_INT(sheet_find(&sheet, &line_hash, &found), -1);
	sheet_done(&sheet);
	for (size_t i = 0; i < file.len; i += 37) {
		int r;

		file.data[i] ^= 4;
		r = sheet_open(&identity, 1, BYTES_OF(file), &sheet, &err);
		CHECK(r == 1 || (r < 0 && err.code == AMANA_E_TAMPERED));
		file.data[i] ^= 4;
	}
	buf_done(&file);
	/* an age file that is no sheet */
	CHECK_OK(age_seal(&recipient, 1, text("hello"), &file, &err), err);
	CHECK_FAILS(sheet_open(&identity, 1, BYTES_OF(file), &sheet, &err), err,
		    AMANA_E_TAMPERED);
	buf_done(&file);
	secret_done(&other);
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(age_identity_new(&identity, &err), err);
	age_identity_recipient(&identity, &recipient);
	RUN(test_comes_back);
	RUN(test_layout_is_that_of_the_format);
	RUN(test_padding_at_the_edges);
	RUN(test_limits);
	RUN(test_build_refuses_what_is_no_line);
	RUN(test_nothing_can_be_hidden);
	RUN(test_sealed_and_opened);
	secret_done(&identity);
	return 0;
}
