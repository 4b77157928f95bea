/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A growing byte buffer with a maximum that must be named when it is declared: an
 * unbounded buffer cannot be written down.  Going over the maximum is AMANA_E_LIMIT.  Not
 * for secrets (crypto/secret.h). data[len] is always 0 after a successful add, so text
 * may be read as a C string.
 */
struct buf {
	uint8_t *data; /* owned; NULL while nothing was added */
	size_t len;    /* bytes in use */
	size_t cap;
	size_t max; /* bytes; len never exceeds it */
};

#define BUF_INIT(max_len)                                                                \
	{                                                                                \
		.max = (max_len)                                                         \
	}

/* Releases the memory; the buffer can be used again from empty. */
void buf_done(struct buf *buf);
/* len = 0; memory stays. */
void buf_clear(struct buf *buf);
/* Makes room for `more` bytes after len and returns where they go; the caller then raises
 * len. */
uint8_t *buf_reserve(struct buf *buf, size_t more, struct amana_error *err) MUST_CHECK;
/* Append bytes, a text without its NUL, one byte, formatted text, a number; whole or not
 * at all. */
int buf_add(struct buf *buf, const void *bytes, size_t len,
	    struct amana_error *err) MUST_CHECK;
int buf_add_str(struct buf *buf, const char *text, struct amana_error *err) MUST_CHECK;
int buf_add_byte(struct buf *buf, uint8_t byte, struct amana_error *err) MUST_CHECK;
int buf_add_fmt(struct buf *buf, struct amana_error *err, const char *fmt, ...)
	PRINTF_LIKE(3, 4) MUST_CHECK;
int buf_add_u16be(struct buf *buf, uint16_t value, struct amana_error *err) MUST_CHECK;
int buf_add_u32be(struct buf *buf, uint32_t value, struct amana_error *err) MUST_CHECK;
/* As a C string, "" when nothing was added; valid until the next change. */
static inline const char *
buf_text(const struct buf *buf)
{
	return buf->data != NULL ? (const char *)buf->data : "";
}

/* A borrowed run of bytes: valid as long as what it points into. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

#define BYTES_OF(buf) ((struct bytes){(buf).data, (buf).len})
#define BYTES_STR(s) ((struct bytes){(const uint8_t *)(s), strlen(s)})

/* Big-endian numbers at p, which need not be aligned. */
uint16_t bytes_u16be(const uint8_t *p);
uint32_t bytes_u32be(const uint8_t *p);
/* The same length and the same bytes.  Not for secrets: it stops at the first
 * difference. */
bool bytes_equal(struct bytes a, struct bytes b);

#endif
