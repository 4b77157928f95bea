/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_header.h"

#include <string.h>

#define BODY_LINE_LEN 64 /* characters: 48 bytes */

/* A stanza as the grammar divides it.  What it means depends on its type, which is looked
 * at afterwards. */
struct raw_stanza {
	struct bytes type;
	struct bytes args[2];		     /* the first two */
	size_t n_args;			     /* all of them, without the type */
	uint8_t body[BODY_LINE_LEN / 4 * 3]; /* the first line's worth */
	size_t body_len;		     /* all of it */
};

static int
unb64(struct bytes text, uint8_t *ret_bytes, size_t cap, size_t *ret_len)
{
	return text_unb64((const char *)text.data, text.len, false, ret_bytes, cap,
			  ret_len);
}

/* Exactly `len` bytes. */
static int
unb64_exactly(struct bytes text, uint8_t *ret_bytes, size_t len)
{
	size_t got;

	return unb64(text, ret_bytes, len, &got) == 0 && got == len ? 0 : -1;
}

/* argument = 1*VCHAR */
static bool
is_argument(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < 0x21 || text.data[i] > 0x7e)
			return false;
	}
	return text.len > 0;
}

/* arg-line = "->" 1*(SP argument) */
static int
read_arg_line(struct bytes line, struct raw_stanza *stanza)
{
	struct bytes rest, arg;

	if (text_after(line, "->", &rest) < 0 || text_field(&rest, &stanza->type) < 0 ||
	    !is_argument(stanza->type))
		return -1;
	for (stanza->n_args = 0; rest.len > 0; stanza->n_args++) {
		if (text_field(&rest, &arg) < 0 || !is_argument(arg))
			return -1;
		if (stanza->n_args < ARRAY_LEN(stanza->args))
			stanza->args[stanza->n_args] = arg;
	}
	return 0;
}

/* Full lines of 64 columns, then one that is shorter, possibly empty.  A longer line does
 * not fit into `bytes`, and fails. */
static int
read_body(struct text_cursor *cursor, struct raw_stanza *stanza)
{
	uint8_t bytes[sizeof stanza->body];
	struct bytes line;
	size_t len;

	stanza->body_len = 0;
	do {
		if (text_line(cursor, &line) < 0 ||
		    unb64(line, bytes, sizeof bytes, &len) < 0)
			return -1;
		if (stanza->body_len == 0)
			memcpy(stanza->body, bytes, len);
		stanza->body_len += len;
	} while (line.len == BODY_LINE_LEN);
	return 0;
}

static int
read_x25519(const struct raw_stanza *raw, struct age_stanza *ret_stanza)
{
	if (raw->n_args != 1 || raw->body_len != sizeof ret_stanza->body ||
	    unb64_exactly(raw->args[0], ret_stanza->share, sizeof ret_stanza->share) < 0)
		return -1;
	return 0;
}

static int
read_scrypt(const struct raw_stanza *raw, struct age_stanza *ret_stanza,
	    struct amana_error *err)
{
	uint64_t log_n;

	if (raw->n_args != 2 || raw->body_len != sizeof ret_stanza->body ||
	    unb64_exactly(raw->args[0], ret_stanza->salt, sizeof ret_stanza->salt) < 0 ||
	    text_u64((const char *)raw->args[1].data, raw->args[1].len, &log_n) < 0 ||
	    log_n == 0)
		return err_set(err, AMANA_E_FORMAT,
			       "an age header with a bad scrypt stanza");
	if (log_n > AGE_SCRYPT_LOG_N_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "an age file whose scrypt work factor is over %d",
			       AGE_SCRYPT_LOG_N_MAX);
	ret_stanza->log_n = (int)log_n;
	return 0;
}

/* Reads one stanza, and refuses whatever the format forbids in it. */
static int
read_stanza(struct text_cursor *cursor, struct age_stanza *ret_stanza,
	    struct amana_error *err)
{
	struct raw_stanza raw = {.n_args = 0};
	struct bytes line;

	if (text_line(cursor, &line) < 0 || read_arg_line(line, &raw) < 0 ||
	    read_body(cursor, &raw) < 0)
		return err_set(err, AMANA_E_FORMAT,
			       "an age header with a malformed stanza");
	*ret_stanza = (struct age_stanza){.kind = AGE_STANZA_OTHER};
	if (text_is(raw.type, "X25519")) {
		ret_stanza->kind = AGE_STANZA_X25519;
		if (read_x25519(&raw, ret_stanza) < 0)
			return err_set(err, AMANA_E_FORMAT,
				       "an age header with a bad X25519 stanza");
	} else if (text_is(raw.type, "scrypt")) {
		ret_stanza->kind = AGE_STANZA_SCRYPT;
		if (read_scrypt(&raw, ret_stanza, err) < 0)
			return -1;
	}
	if (ret_stanza->kind != AGE_STANZA_OTHER)
		memcpy(ret_stanza->body, raw.body, sizeof ret_stanza->body);
	return 0;
}

bool
age_header_next(struct text_cursor *cursor, struct age_stanza *ret_stanza)
{
	struct amana_error err;

	return cursor->at < cursor->end && read_stanza(cursor, ret_stanza, &err) == 0;
}

static bool
at_mac_line(const struct text_cursor *cursor)
{
	return cursor->end - cursor->at >= 3 && memcmp(cursor->at, "---", 3) == 0;
}

/* One stanza or more (1*stanza in the grammar).  A scrypt stanza stands alone. */
static int
read_stanzas(struct text_cursor *cursor, struct age_header *header,
	     struct amana_error *err)
{
	const char *from = cursor->at;
	size_t n = 0;

	do {
		struct age_stanza stanza;

		if (read_stanza(cursor, &stanza, err) < 0)
			return -1;
		n++;
		if (stanza.kind == AGE_STANZA_SCRYPT)
			header->is_scrypt = true;
		if (header->is_scrypt && n > 1)
			return err_set(err, AMANA_E_FORMAT,
				       "an age header with a scrypt stanza among others");
	} while (!at_mac_line(cursor));
	header->stanzas =
		(struct bytes){(const uint8_t *)from, (size_t)(cursor->at - from)};
	return 0;
}

int
age_header_parse(struct bytes start, struct age_header *ret_header,
		 struct amana_error *err)
{
	struct age_header header = {.payload_at = 0};
	size_t len = start.len < AGE_HEADER_MAX ? start.len : AGE_HEADER_MAX;
	struct text_cursor cursor;
	struct bytes line, mac;

	if (len != 0)
		cursor = (struct text_cursor){(const char *)start.data,
					      (const char *)start.data + len};
	if (len == 0 || text_line(&cursor, &line) < 0 || !text_is(line, AGE_VERSION_LINE))
		return err_set(err, AMANA_E_FORMAT,
			       "not an age file (version 1, not armored)");
	/* A header that goes on past the limit ends here as one that is cut short. */
	if (read_stanzas(&cursor, &header, err) < 0)
		return -1;
	header.macced = (struct bytes){
		start.data, (size_t)((const uint8_t *)cursor.at - start.data) + 3};
	if (text_line(&cursor, &line) < 0 || text_after(line, "---", &mac) < 0 ||
	    unb64_exactly(mac, header.mac, sizeof header.mac) < 0)
		return err_set(err, AMANA_E_FORMAT,
			       "an age header with a malformed last line");
	header.payload_at = (size_t)((const uint8_t *)cursor.at - start.data);
	if (start.len - header.payload_at < AGE_NONCE_LEN)
		return err_set(err, AMANA_E_FORMAT, "an age file cut short in its nonce");
	memcpy(header.nonce, start.data + header.payload_at, AGE_NONCE_LEN);
	header.payload_at += AGE_NONCE_LEN;
	*ret_header = header;
	return 0;
}
