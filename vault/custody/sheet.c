/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/sheet.h"

#include <string.h>

#define KEY_LINE_LEN (AGE_IDENTITY_LEN + 1)
#define PADDING_LEAST 2 /* '#' and LF */

void
sheet_done(struct sheet *sheet)
{
	mem_free(sheet->lines);
	secret_done(&sheet->plain);
	secret_done(&sheet->identity);
	*sheet = (struct sheet)SHEET_INIT;
}

/* The length of the plaintext without the padding's spaces; more than SHEET_PLAIN_MAX
 * when the lines do not fit. */
static size_t
bare_len(const struct sheet_content *content)
{
	size_t len = PADDING_LEAST + (content->identity != NULL ? KEY_LINE_LEN : 0);

	for (size_t i = 0; i < content->n_lines && len <= SHEET_PLAIN_MAX; i++)
		len += 2 + content->lines[i].len + 1;
	return len;
}

/* age_identity_text ends with a NUL, which the LF then replaces. */
static uint8_t *
put_identity(uint8_t *at, const struct secret *identity)
{
	age_identity_text(identity, (char *)at);
	at[AGE_IDENTITY_LEN] = '\n';
	return at + KEY_LINE_LEN;
}

int
sheet_build(const struct sheet_content *content, struct secret *ret_plain,
	    struct amana_error *err)
{
	const struct bytes *lines = content->lines;
	size_t bare = bare_len(content);
	size_t len = (bare + SHEET_STEP - 1) / SHEET_STEP * SHEET_STEP;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	uint8_t *at;

	if (len > SHEET_PLAIN_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "the descriptions of one act take more than %d bytes",
			       SHEET_PLAIN_MAX);
	if (secret_new(len, &plain, err) < 0)
		return -1;
	at = plain.data;
	for (size_t i = 0; i < content->n_lines; i++) {
		if (lines[i].len == 0 || lines[i].len > LINE_BYTES_MAX ||
		    lines[i].data[0] != '{' ||
		    memchr(lines[i].data, '\n', lines[i].len) != NULL)
			return err_bug(err, "a line of a sheet is no line");
		at = mempcpy(at, "# ", 2);
		at = mempcpy(at, lines[i].data, lines[i].len);
		*at++ = '\n';
	}
	*at++ = '#';
	memset(at, ' ', len - bare);
	at += len - bare;
	*at++ = '\n';
	if (content->identity != NULL)
		at = put_identity(at, content->identity);
	if (at != plain.data + len)
		return err_bug(err, "a sheet of %zu bytes was planned otherwise", len);

	*ret_plain = plain;
	plain = (struct secret)SECRET_INIT;
	return 0;
}

int
sheet_seal(const struct sheet_content *content, const struct age_recipient *recipients,
	   size_t n_recipients, struct buf *ret_file, struct hash *ret_hash,
	   struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	CLEANUP(buf_done) struct buf file = BUF_INIT(SHEET_FILE_MAX);

	if (sheet_build(content, &plain, err) < 0)
		return -1;
	if (age_seal(recipients, n_recipients, (struct bytes){plain.data, plain.len},
		     &file, err) < 0)
		return err_wrap(err, "a sheet");
	if (buf_add(ret_file, file.data, file.len, err) < 0)
		return -1;
	hash_of(file.data, file.len, ret_hash);
	return 0;
}

static int
bad(struct amana_error *err, const char *what)
{
	return err_set(err, AMANA_E_TAMPERED, "a sheet is malformed: %s", what);
}

/* True for "#" and 0 to 1,023 spaces. */
static bool
is_padding(struct bytes line)
{
	if (line.len < 1 || line.len > SHEET_STEP || line.data[0] != '#')
		return false;
	for (size_t i = 1; i < line.len; i++)
		if (line.data[i] != ' ')
			return false;
	return true;
}

static int
add_line(struct sheet *sheet, size_t *cap, struct bytes line, struct amana_error *err)
{
	struct bytes *grown;

	if (line.len < 3 || memcmp(line.data, "# {", 3) != 0 ||
	    line.len - 2 > LINE_BYTES_MAX)
		return bad(
			err,
			"something stands in it that is neither line, padding nor key");
	if (sheet->n_lines == *cap) {
		grown = mem_grow(sheet->lines, *cap, *cap == 0 ? 4 : *cap * 2,
				 sizeof *grown, err);
		if (grown == NULL)
			return -1;
		sheet->lines = grown;
		*cap = *cap == 0 ? 4 : *cap * 2;
	}
	sheet->lines[sheet->n_lines++] = (struct bytes){line.data + 2, line.len - 2};
	return 0;
}

/* Reads what follows the padding: nothing, or one identity and its LF. */
static int
parse_key(struct text_cursor *cursor, struct sheet *sheet, struct amana_error *err)
{
	struct bytes line;
	int r;

	if (cursor->at == cursor->end)
		return 0;
	if (text_line(cursor, &line) < 0 || cursor->at != cursor->end)
		return bad(err, "something follows its key");
	r = age_identity_parse((const char *)line.data, line.len, &sheet->identity, err);
	return r > 0 ? bad(err, "its last line is no key") : r;
}

int
sheet_parse(struct secret *plain, struct sheet *ret_sheet, struct amana_error *err)
{
	CLEANUP(sheet_done) struct sheet sheet = SHEET_INIT;
	struct text_cursor cursor = {(const char *)plain->data,
				     (const char *)plain->data + plain->len};
	struct bytes line;
	size_t cap = 0;

	if (plain->len == 0 || plain->len > SHEET_PLAIN_MAX ||
	    plain->len % SHEET_STEP != 0)
		return bad(err, "its length");
	while (true) {
		if (text_line(&cursor, &line) < 0)
			return bad(err, "it has no padding line");
		if (is_padding(line))
			break;
		if (add_line(&sheet, &cap, line, err) < 0)
			return -1;
	}
	if (parse_key(&cursor, &sheet, err) < 0)
		return -1;

	sheet.plain = *plain;
	*plain = (struct secret)SECRET_INIT;
	*ret_sheet = sheet;
	sheet = (struct sheet)SHEET_INIT;
	return 0;
}

int
sheet_open(const struct secret *identities, size_t n_identities, struct bytes file,
	   struct sheet *ret_sheet, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	int r;

	if (file.len > SHEET_FILE_MAX)
		return bad(err, "its length");
	r = age_open(identities, n_identities, file, &plain, err);
	if (r < 0 && (err->code == AMANA_E_FORMAT || err->code == AMANA_E_LIMIT))
		err_recode(err, AMANA_E_TAMPERED); /* no sheet is written that way */
	if (r < 0)
		return err_wrap(err, "a sheet");
	return r > 0 ? r : sheet_parse(&plain, ret_sheet, err);
}

int
sheet_find(const struct sheet *sheet, const struct hash *hash, struct bytes *ret_json)
{
	for (size_t i = 0; i < sheet->n_lines; i++) {
		struct hash of_line;

		hash_of(sheet->lines[i].data, sheet->lines[i].len, &of_line);
		if (!hash_equal(&of_line, hash))
			continue;
		*ret_json = sheet->lines[i];
		return 0;
	}
	return -1;
}
