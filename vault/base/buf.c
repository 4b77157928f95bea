/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
buf_done(struct buf *buf)
{
	mem_free(buf->data);
	buf->data = NULL;
	buf->len = buf->cap = 0;
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data != NULL)
		buf->data[0] = 0;
}

uint8_t *
buf_reserve(struct buf *buf, size_t more, struct amana_error *err)
{
	size_t need, cap;
	uint8_t *data;

	if (more > buf->max || buf->len > buf->max - more) {
		err_set(err, AMANA_E_LIMIT, "more than the %zu bytes allowed here",
			buf->max);
		return NULL;
	}
	need = buf->len + more + 1;
	if (need > buf->cap) {
		cap = buf->cap < 256 ? 256 : buf->cap + buf->cap / 2;
		if (cap < need)
			cap = need;
		if (cap > buf->max + 1)
			cap = buf->max + 1;
		data = mem_grow(buf->data, cap, cap, 1, err);
		if (data == NULL)
			return NULL;
		buf->data = data;
		buf->cap = cap;
	}
	buf->data[buf->len + more] = 0;
	return buf->data + buf->len;
}

int
buf_add(struct buf *buf, const void *bytes, size_t len, struct amana_error *err)
{
	uint8_t *at = buf_reserve(buf, len, err);

	if (at == NULL)
		return -1;
	if (len != 0)
		memcpy(at, bytes, len);
	buf->len += len;
	return 0;
}

int
buf_add_str(struct buf *buf, const char *text, struct amana_error *err)
{
	return buf_add(buf, text, strlen(text), err);
}

int
buf_add_byte(struct buf *buf, uint8_t byte, struct amana_error *err)
{
	return buf_add(buf, &byte, 1, err);
}

int
buf_add_fmt(struct buf *buf, struct amana_error *err, const char *fmt, ...)
{
	va_list args, again;
	uint8_t *at = NULL;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len >= 0)
		at = buf_reserve(buf, (size_t)len, err);
	else
		err_bug(err, "a text could not be formatted");
	if (at != NULL) {
		vsnprintf((char *)at, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	return at != NULL ? 0 : -1;
}

int
buf_add_u16be(struct buf *buf, uint16_t value, struct amana_error *err)
{
	uint8_t b[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	return buf_add(buf, b, sizeof b, err);
}

int
buf_add_u32be(struct buf *buf, uint32_t value, struct amana_error *err)
{
	uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
			(uint8_t)(value >> 8), (uint8_t)value};

	return buf_add(buf, b, sizeof b, err);
}

uint16_t
bytes_u16be(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t
bytes_u32be(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
