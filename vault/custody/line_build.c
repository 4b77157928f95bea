/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The JSON members of a line, written in the order of docs/FORMAT.md section 6.
 * Functions note what goes wrong here and do nothing more, so that the code below
 * reads like the list in that section. */
struct members {
	struct buf json; /* BUF_INIT(LINE_BYTES_MAX) */
	bool failed;
	const char *unspelled; /* the member whose value the format has no spelling for */
	struct amana_error *err;
};

static void
members_done(struct members *members)
{
	line_text_done(&members->json);
}

static void
put(struct members *members, const void *bytes, size_t len)
{
	if (!members->failed && buf_add(&members->json, bytes, len, members->err) < 0)
		members->failed = true;
}

/* Writes a string that needs no escapes, as a name or as a value. */
static void
put_plain(struct members *members, const char *text)
{
	put(members, "\"", 1);
	put(members, text, strlen(text));
	put(members, "\"", 1);
}

/* Writes a character that RFC 8259 section 7 wants escaped. */
static void
put_escape(struct members *members, unsigned char c)
{
	static const char *const lower = "0123456789abcdef";
	const char code[] = {'\\', 'u', '0', '0', lower[c >> 4], lower[c & 15]};
	const char both[] = {'\\', (char)c};

	if (c == '"' || c == '\\')
		put(members, both, sizeof both);
	else
		put(members, code, sizeof code);
}

static void
put_string(struct members *members, const char *text)
{
	const char *from = text;

	put(members, "\"", 1);
	for (; *text != 0; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		put(members, from, (size_t)(text - from));
		put_escape(members, c);
		from = text + 1;
	}
	put(members, from, (size_t)(text - from));
	put(members, "\"", 1);
}

/* Writes the comma, the name and the colon; `name` needs no escapes. */
static void
put_name(struct members *members, const char *name)
{
	if (members->json.len > 0 && members->json.data[members->json.len - 1] != '{')
		put(members, ",", 1);
	put_plain(members, name);
	put(members, ":", 1);
}

static void
add_text(struct members *members, const char *name, const char *text)
{
	if (text == NULL)
		text = "";
	if (!line_text_valid(text, strlen(text))) {
		members->unspelled = name;
		return;
	}
	put_name(members, name);
	put_string(members, text);
}

static void
add_text_if(struct members *members, const char *name, const char *text)
{
	if (text != NULL && text[0] != 0)
		add_text(members, name, text);
}

static void
add_hash(struct members *members, const char *name, const struct hash *hash)
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(hash, hex);
	put_name(members, name);
	put_plain(members, hex);
}

static void
add_id(struct members *members, const char *name, const struct custody_id *id)
{
	char hex[CUSTODY_ID_HEX_LEN + 1];

	custody_id_hex(id, hex);
	put_name(members, name);
	put_plain(members, hex);
}

static void
add_time(struct members *members, const char *name, int64_t at)
{
	char text[TEXT_TIME_LEN + 1];

	if (at < 0 || at > TEXT_TIME_MAX)
		members->unspelled = name;
	text_time(at, text);
	put_name(members, name);
	put_plain(members, text);
}

static void
add_old_time(struct members *members, const char *name, int64_t at)
{
	char text[TEXT_TIME_LEN + 1];

	if (at < TEXT_TIME_OLD_MIN || at > TEXT_TIME_MAX)
		members->unspelled = name;
	text_time_old(at, text);
	put_name(members, name);
	put_plain(members, text);
}

static void
add_number(struct members *members, const char *name, int64_t value)
{
	char text[24];

	if (value >= LINE_INTEGER_END || value <= -LINE_INTEGER_END)
		members->unspelled = name;
	snprintf(text, sizeof text, "%" PRId64, value);
	put_name(members, name);
	put(members, text, strlen(text));
}

static void
add_bool(struct members *members, const char *name, bool value)
{
	put_name(members, name);
	put(members, value ? "true" : "false", value ? 4 : 5);
}

static int
put_dumped(const char *text, size_t len, void *arg)
{
	struct members *members = arg;

	put(members, text, len);
	return members->failed ? -1 : 0;
}

/* Writes an object or an array that the caller gave. */
static void
add_json(struct members *members, const char *name, const json_t *value)
{
	if (value == NULL)
		return;
	put_name(members, name);
	if (json_dump_callback(value, put_dumped, members, JSON_COMPACT) < 0 &&
	    !members->failed) {
		members->failed = true;
		err_nomem(members->err);
	}
}

static void
add_bond(struct members *members, const struct line *line)
{
	const struct line_bond *bond = &line->bond;
	char recipient[AGE_RECIPIENT_LEN + 1];
	struct member_code actor;

	add_hash(members, "vault", &bond->vault);
	if (bond->in_case)
		add_id(members, "case", &bond->case_id);
	else
		add_text(members, "case", "-");
	if (member_code_parse(bond->actor.text, strlen(bond->actor.text), &actor) < 0)
		members->unspelled = "actor";
	add_text(members, "actor", bond->actor.text);
	if (!line_is_of_exhibit(line->kind)) {
		add_id(members, "act", &bond->act);
		return;
	}
	if (bond->on_case && line->kind != LINE_ABOUT)
		members->unspelled = "exhibit";
	if (bond->on_case)
		add_text(members, "exhibit", "-");
	else
		add_id(members, "exhibit", &bond->exhibit);
	if (bond->has_object && !bond->on_case)
		add_hash(members, "object", &bond->object);
	else
		add_text(members, "object", "-");
	if (bond->no_recipient || bond->on_case)
		snprintf(recipient, sizeof recipient, "-");
	else
		age_recipient_text(&bond->recipient, recipient);
	add_text(members, "recipient", recipient);
}

static int
add_name(struct members *members, struct bytes name, struct amana_error *err)
{
	CLEANUP(line_text_done) struct buf shown = BUF_INIT(LINE_BYTES_MAX);
	CLEANUP(line_text_done) struct buf b64 = BUF_INIT(LINE_BYTES_MAX);
	bool bad;
	char *out;

	if (name.len == 0)
		return 0;
	if (line_show_name(name, &shown, &bad, err) < 0)
		return err_wrap(err, "the name of a deposited file");
	add_text(members, "name", buf_text(&shown));
	if (!bad)
		return 0;
	out = (char *)buf_reserve(&b64, TEXT_B64_LEN(name.len), err);
	if (out == NULL)
		return err_wrap(err, "the name of a deposited file");
	text_b64(name.data, name.len, out);
	add_text(members, "name_b64", out);
	return 0;
}

/* The digests of the content's spans, with the span, which follows from the size. */
static int
add_blocks(struct members *members, const struct line *line, struct amana_error *err)
{
	CLEANUP(line_text_done)
	struct buf b64 = BUF_INIT(TEXT_B64_LEN(SPANS_BYTES_MAX) + 1);
	size_t len = spans_count(line->size) * HASH_LEN;
	char *out;

	if (line->blocks.len != len) {
		members->unspelled = "blocks";
		return 0;
	}
	if (len == 0)
		return 0;
	out = (char *)buf_reserve(&b64, TEXT_B64_LEN(len) + 1, err);
	if (out == NULL)
		return -1;
	text_b64(line->blocks.data, len, out);
	put_name(members, "blocks");
	put(members, "{", 1);
	add_number(members, "span", (int64_t)spans_span(line->size));
	put_name(members, "sha256");
	put_plain(members, out);
	put(members, "}", 1);
	return 0;
}

static void
add_origin(struct members *members, const struct line_origin *origin)
{
	put_name(members, "derived_from");
	put(members, "{", 1);
	add_id(members, "exhibit", &origin->exhibit);
	add_hash(members, "sha256", &origin->sha256);
	add_text(members, "tool", origin->tool);
	add_text(members, "by", origin->by);
	add_text(members, "how", origin->how);
	put(members, "}", 1);
}

static void
add_source(struct members *members, const struct line *line)
{
	add_text_if(members, "source", line->source);
	if (line->has_received)
		add_time(members, "received", line->received_at);
	if (line->has_modified)
		add_old_time(members, "modified", line->modified_at);
	if (line->has_origin)
		add_origin(members, &line->origin);
	if (line->packet != NULL && strlen(line->packet) > LINE_PACKET_MAX)
		members->unspelled = "packet";
	add_text_if(members, "packet", line->packet);
	add_json(members, "facts", line->facts);
}

static int
add_about(struct members *members, const struct line *line, struct amana_error *err)
{
	if (line->bond.on_case) {
		add_text_if(members, "title", line->title);
		add_json(members, "protect", line->protect);
		add_text_if(members, "retention", line->retention);
		add_json(members, "facts", line->facts);
		return 0;
	}
	if (add_name(members, line->name, err) < 0)
		return -1;
	if (!line_type_valid(line->type))
		members->unspelled = "type";
	add_text(members, "type", line->type);
	add_text_if(members, "title", line->title);
	add_text_if(members, "description", line->description);
	return 0;
}

static void
add_clock(struct members *members, const struct line_clock *clock)
{
	put_name(members, "clock");
	put(members, "{", 1);
	add_time(members, "utc", clock->utc_at);
	add_number(members, "monotonic_ms", clock->monotonic_ms);
	add_text(members, "boot", clock->boot[0] != 0 ? clock->boot : "-");
	add_bool(members, "stepped_back", clock->stepped_back);
	add_text(members, "synced",
		 clock->synced == LINE_SYNCED_YES  ? "yes"
		 : clock->synced == LINE_SYNCED_NO ? "no"
						   : "unknown");
	put(members, "}", 1);
}

static int
add_fields(struct members *members, const struct line *line, struct amana_error *err)
{
	switch (line->kind) {
	case LINE_CONTENT:
		if (line->size > LINE_SIZE_MAX)
			members->unspelled = "size";
		add_number(members, "size", (int64_t)line->size);
		add_hash(members, "sha256", &line->sha256);
		if (add_blocks(members, line, err) < 0)
			return -1;
		add_text(members, "media_type", line->media_type);
		break;
	case LINE_ABOUT:
		return add_about(members, line, err);
	case LINE_SOURCE:
		add_source(members, line);
		break;
	case LINE_CUSTODY:
		add_text(members, "event", line->event);
		add_text(members, "tool", line->tool);
		add_text(members, "device", line->device);
		add_clock(members, &line->clock);
		if (line->has_occurred)
			add_time(members, "occurred_at", line->occurred_at);
		add_json(members, "details", line->details);
		break;
	case LINE_REASON:
		add_text(members, "text", line->text);
		break;
	}
	return 0;
}

/* The writer must not write what a reader would refuse.  Most values of an exhibit's
 * lines were checked above; a caller's JSON and the lines of an act are read back. */
static int
read_back(const struct line *line, struct bytes json, struct hash *ret_hash,
	  struct amana_error *err)
{
	CLEANUP(line_done) struct line again = LINE_INIT;

	if (line_is_of_exhibit(line->kind) && line->facts == NULL &&
	    line->protect == NULL) {
		hash_of(json.data, json.len, ret_hash);
		return 0;
	}
	if (line_parse(json, &again, err) < 0) {
		if (err->code == AMANA_E_TAMPERED)
			err_recode(err, AMANA_E_USAGE);
		return -1;
	}
	*ret_hash = again.hash;
	return 0;
}

/* How many bytes to reserve, so that the buffer does not grow: growing would copy the
 * text and leave a copy behind. */
static size_t
length_bound(const struct line *line)
{
	const char *const texts[] = {
		line->media_type, line->title,	   line->description, line->source,
		line->text,	  line->retention, line->packet,      line->origin.tool,
		line->origin.by,  line->origin.how};
	size_t bound = 1024 + 6 * line->name.len + TEXT_B64_LEN(line->blocks.len);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		bound += texts[i] != NULL ? 6 * strlen(texts[i]) : 0;
	if (line->facts != NULL || line->details != NULL || line->protect != NULL ||
	    bound > LINE_BYTES_MAX)
		bound = LINE_BYTES_MAX;
	return bound;
}

static int
write_members(struct members *members, const struct line *line, struct amana_error *err)
{
	struct hash salt;

	if (buf_reserve(&members->json, length_bound(line), err) == NULL)
		return -1;
	random_bytes(salt.bytes, sizeof salt.bytes);
	put(members, "{", 1);
	add_text(members, "kind", line_kind_name(line->kind));
	add_hash(members, "salt", &salt);
	add_bond(members, line);
	if (add_fields(members, line, err) < 0)
		return -1;
	put(members, "}", 1);
	if (members->unspelled != NULL)
		return err_set(err, AMANA_E_USAGE,
			       "the format has no spelling for the %s",
			       members->unspelled);
	if (!members->failed)
		return 0;
	if (err->code == AMANA_E_LIMIT)
		err_set(err, AMANA_E_LIMIT,
			"the description is longer than the %d bytes allowed",
			LINE_BYTES_MAX);
	return -1;
}

int
line_build(const struct line *line, struct buf *ret_json, struct hash *ret_hash,
	   struct amana_error *err)
{
	CLEANUP(members_done)
	struct members members = {.json = BUF_INIT(LINE_BYTES_MAX), .err = err};
	struct hash hash;

	if (write_members(&members, line, err) < 0 ||
	    read_back(line, BYTES_OF(members.json), &hash, err) < 0)
		return err_wrap(err, "the %s line", line_kind_name(line->kind));
	if (buf_add(ret_json, members.json.data, members.json.len, err) < 0)
		return -1;
	*ret_hash = hash;
	return 0;
}
