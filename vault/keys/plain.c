/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
plain_new(size_t max, struct plain *ret_plain, struct amana_error *err)
{
	ret_plain->len = 0;
	return secret_new(max, &ret_plain->room, err);
}

void
plain_done(struct plain *plain)
{
	secret_done(&plain->room);
	plain->len = 0;
}

uint8_t *
plain_reserve(struct plain *plain, size_t len, struct amana_error *err)
{
	uint8_t *at;

	if (len > plain->room.len - plain->len) {
		err_set(err, AMANA_E_LIMIT, "a key file would have more than %zu bytes",
			plain->room.len);
		return NULL;
	}
	at = plain->room.data + plain->len;
	plain->len += len;
	return at;
}

int
plain_add(struct plain *plain, const void *bytes, size_t len, struct amana_error *err)
{
	uint8_t *at = plain_reserve(plain, len, err);

	if (at == NULL)
		return -1;
	memcpy(at, bytes, len);
	return 0;
}

int
plain_add_str(struct plain *plain, const char *text, struct amana_error *err)
{
	return plain_add(plain, text, strlen(text), err);
}

int
plain_add_fmt(struct plain *plain, struct amana_error *err, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof line)
		return err_bug(err, "a line of a key file is too long");
	return plain_add(plain, line, (size_t)n, err);
}

int
plain_add_padding(struct plain *plain, size_t more, struct amana_error *err)
{
	size_t over = (plain->len + 2 + more) % PLAIN_STEP;
	size_t n_spaces = over == 0 ? 0 : PLAIN_STEP - over;
	uint8_t *at = plain_reserve(plain, 2 + n_spaces, err);

	if (at == NULL)
		return -1;
	memset(at, ' ', 2 + n_spaces);
	at[0] = '#';
	at[1 + n_spaces] = '\n';
	return 0;
}

bool
plain_is_padding(struct bytes line)
{
	if (line.len < 1 || line.len > PLAIN_STEP || line.data[0] != '#')
		return false;
	for (size_t i = 1; i < line.len; i++)
		if (line.data[i] != ' ')
			return false;
	return true;
}

int
plain_finish(const struct plain *plain, struct secret *ret_secret,
	     struct amana_error *err)
{
	return secret_from(plain->room.data, plain->len, ret_secret, err);
}
