/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include "cli.h"
#include "heap.h"
#include "text.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* A string of these bytes; each that is not UTF-8 becomes U+FFFD. */
static json_t *
text_of(const char *bytes, size_t len)
{
	CLEANUP(heap_freep) char *out = NULL;
	size_t n = 0;

	if (text_is_utf8(bytes, len))
		return json_stringn(bytes, len);
	out = heap_new(len * 3 + 1, 1);
	for (size_t i = 0; i < len;) {
		size_t step = len - i < 4 ? len - i : 4;

		while (step > 0 && !text_is_utf8(bytes + i, step))
			step--;
		if (step == 0) {
			memcpy(out + n, "\xef\xbf\xbd", 3);
			n += 3;
			i++;
			continue;
		}
		memcpy(out + n, bytes + i, step);
		n += step;
		i += step;
	}
	return json_stringn(out, n);
}

json_t *
json_text(const char *text)
{
	return text == NULL ? json_null() : text_of(text, strlen(text));
}

char *
json_utc(int64_t at, char buf[40])
{
	time_t seconds = (time_t)at;
	struct tm tm;
	size_t n;

	if (gmtime_r(&seconds, &tm) == NULL) {
		snprintf(buf, 40, "-");
		return buf;
	}
	/* %Y has no zeros in front, and a file may be of the year 601. */
	n = (size_t)snprintf(buf, 20, "%04d", tm.tm_year + 1900);
	if (strftime(buf + n, 20, "-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(buf, 40, "-");
	return buf;
}

json_t *
json_at(int64_t at)
{
	char buf[40];

	return at == 0 ? json_null() : json_string(json_utc(at, buf));
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

char *
json_base64(const char *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = heap_new((len + 2) / 3 * 4 + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = 0;

		for (size_t j = 0; j < 3; j++)
			three = three << 8 |
				(i + j < len ? (unsigned char)bytes[i + j] : 0u);
		out[n++] = digits[three >> 18 & 63];
		out[n++] = digits[three >> 12 & 63];
		out[n++] = i + 1 < len ? digits[three >> 6 & 63] : '=';
		out[n++] = i + 2 < len ? digits[three & 63] : '=';
	}
	return out;
}

void
json_put_name(json_t *object, const char *key, const char *bytes, size_t len)
{
	CLEANUP(heap_freep) char *b64_key = NULL, *b64 = NULL;

	if (bytes == NULL) {
		json_put(object, key, json_null());
		return;
	}
	json_put(object, key, text_of(bytes, len));
	if (text_is_utf8(bytes, len) && memchr(bytes, 0, len) == NULL)
		return;
	b64_key = heap_fmt("%s_b64", key);
	b64 = json_base64(bytes, len);
	json_put(object, b64_key, json_string(b64));
}

json_t *
json_list(json_t *doc, const char *key)
{
	json_t *list = json_array();

	json_put(doc, key, list);
	return list;
}

json_t *
json_roles(const char *roles)
{
	json_t *list = json_array();

	while (*roles != 0 && strcmp(roles, "-") != 0) {
		size_t len = strcspn(roles, ",");

		(void)json_array_append_new(list, json_stringn(roles, len));
		roles += len + (roles[len] == ',');
	}
	return list;
}

void
json_put_card(json_t *object, const struct amana_card_info *card)
{
	json_put(object, "member", json_text(card->member));
	json_put(object, "recipient", json_text(card->recipient));
	json_put(object, "key", json_text(card->key));
	json_put(object, "fingerprint", json_text(card->fingerprint));
	json_put(object, "words", json_text(card->words));
}

struct sink {
	json_dump_callback_t write;
	void *ctx;
};

/* Hands on what Jansson writes.  Jansson escapes every control character except DEL,
 * which must not reach a terminal either. */
static int
write_piece(const char *bytes, size_t len, void *ctx)
{
	const struct sink *sink = ctx;
	const char *del;
	size_t n;

	while ((del = memchr(bytes, 0x7f, len)) != NULL) {
		n = (size_t)(del - bytes);
		if (sink->write(bytes, n, sink->ctx) < 0 ||
		    sink->write("\\u007f", 6, sink->ctx) < 0)
			return -1;
		bytes += n + 1;
		len -= n + 1;
	}
	return sink->write(bytes, len, sink->ctx);
}

int
json_write(const json_t *value, json_dump_callback_t write, void *ctx)
{
	struct sink sink = {write, ctx};

	return json_dump_callback(value, write_piece, &sink,
				  JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER | JSON_COMPACT |
					  JSON_ENCODE_ANY);
}

static int
to_stream(const char *bytes, size_t len, void *ctx)
{
	return fwrite(bytes, 1, len, ctx) == len ? 0 : -1;
}

void
json_print(struct cli *cli, FILE *out)
{
	const char *key;
	json_t *value;
	char before = '{';

	json_object_foreach(cli->doc, key, value)
	{
		fprintf(out, "%c\"%s\":", before, key);
		before = ',';
		if (value == cli->rows.list) {
			fputc('[', out);
			(void)to_stream(cli->rows.text, cli->rows.len, out);
			fputc(']', out);
		} else {
			(void)json_write(value, to_stream, out);
		}
	}
	fputs("}\n", out);
}
