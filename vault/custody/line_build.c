/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include <string.h>

/*
 * The members go into one JSON object in a fixed order.  `failed` gathers what jansson could not
 * allocate, so that the code reads as the list of members in docs/FORMAT.md section 6.
 */
struct members {
	json_t *object;
	bool failed;
	const char *unspeakable; /* the member whose text has no place in I-JSON */
};

static void
members_done(struct members *members)
{
	line_json_done(members->object);
	members->object = NULL;
}

static void
add(struct members *members, const char *name, json_t *value)
{
	if (value == NULL || json_object_set_new(members->object, name, value) < 0)
		members->failed = true;
}

static void
add_text(struct members *members, const char *name, const char *text)
{
	if (text == NULL)
		text = "";
	if (!line_text_valid(text, strlen(text))) {
		members->unspeakable = name;
		return;
	}
	add(members, name, json_string(text));
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
	add(members, name, json_string(hex));
}

static void
add_id(struct members *members, const char *name, const struct custody_id *id)
{
	char hex[CUSTODY_ID_HEX_LEN + 1];

	custody_id_hex(id, hex);
	add(members, name, json_string(hex));
}

static void
add_time(struct members *members, const char *name, int64_t at)
{
	char text[TEXT_TIME_LEN + 1];

	text_time(at, text);
	add(members, name, json_string(text));
}

/* A caller's own object, copied: ours is wiped afterwards. */
static void
add_object(struct members *members, const char *name, const json_t *value)
{
	if (value != NULL)
		add(members, name, json_deep_copy(value));
}

static void
add_bond(struct members *members, const struct line *line)
{
	const struct line_bond *bond = &line->bond;
	char recipient[AGE_RECIPIENT_LEN + 1];

	add_hash(members, "vault", &bond->vault);
	if (bond->in_case)
		add_id(members, "case", &bond->case_id);
	else
		add_text(members, "case", "-");
	add_text(members, "actor", bond->actor.text);
	if (!line_is_of_exhibit(line->kind)) {
		add_id(members, "act", &bond->act);
		return;
	}
	add_id(members, "exhibit", &bond->exhibit);
	if (bond->has_object)
		add_hash(members, "object", &bond->object);
	else
		add_text(members, "object", "-");
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

static void
add_clock(struct members *members, const struct line_clock *clock)
{
	CLEANUP(members_done) struct members inner = {.object = json_object()};

	add_time(&inner, "utc", clock->utc_at);
	add(&inner, "monotonic_ms", json_integer(clock->monotonic_ms));
	add_text(&inner, "boot", clock->boot[0] != 0 ? clock->boot : "-");
	add(&inner, "stepped_back", json_boolean(clock->stepped_back));
	members->failed |= inner.failed;
	if (inner.unspeakable != NULL)
		members->unspeakable = inner.unspeakable;
	add(members, "clock", TAKE(inner.object));
}

static int
add_fields(struct members *members, const struct line *line, struct amana_error *err)
{
	switch (line->kind) {
	case LINE_CONTENT:
		add(members, "size", json_integer((json_int_t)line->size));
		add_hash(members, "sha256", &line->sha256);
		add_text(members, "media_type", line->media_type);
		break;
	case LINE_ABOUT:
		if (add_name(members, line->name, err) < 0)
			return -1;
		add_text(members, "type", line->type);
		add_text_if(members, "title", line->title);
		add_text_if(members, "description", line->description);
		break;
	case LINE_SOURCE:
		add_text_if(members, "source", line->source);
		if (line->has_received)
			add_time(members, "received", line->received_at);
		if (line->has_modified)
			add_time(members, "modified", line->modified_at);
		add_object(members, "facts", line->facts);
		break;
	case LINE_CUSTODY:
		add_text(members, "event", line->event);
		add_text(members, "tool", line->tool);
		add_text(members, "device", line->device);
		add_clock(members, &line->clock);
		add_object(members, "details", line->details);
		break;
	case LINE_REASON:
		add_text(members, "text", line->text);
		break;
	}
	return 0;
}

static int
add_dumped(const char *text, size_t len, void *arg)
{
	struct buf *buf = arg;
	struct amana_error ignored;

	return buf_add(buf, text, len, &ignored);
}

static int
dump(const json_t *object, struct buf *json, struct amana_error *err)
{
	size_t len = json_dumpb(object, NULL, 0, JSON_COMPACT);

	if (len == 0)
		return err_nomem(err);
	if (len > LINE_BYTES_MAX)
		return err_set(err, AMANA_E_LIMIT,
			       "a description of %zu bytes is longer than the %d allowed",
			       len, LINE_BYTES_MAX);
	if (buf_reserve(json, len, err) == NULL)
		return -1;
	return json_dump_callback(object, add_dumped, json, JSON_COMPACT) < 0
		       ? err_nomem(err)
		       : 0;
}

/* What a reader would refuse, the writer must not write: the line goes through the reader's own check. */
static int
read_back(const struct buf *json, struct hash *ret_hash, struct amana_error *err)
{
	CLEANUP(line_done) struct line again = LINE_INIT;

	if (line_parse(BYTES_OF(*json), &again, err) < 0) {
		if (err->code == AMANA_E_TAMPERED)
			err->code = AMANA_E_USAGE;
		return -1;
	}
	*ret_hash = again.hash;
	return 0;
}

int
line_build(const struct line *line, struct buf *ret_json, struct hash *ret_hash,
	   struct amana_error *err)
{
	CLEANUP(members_done) struct members members = {.object = json_object()};
	CLEANUP(line_text_done) struct buf json = BUF_INIT(LINE_BYTES_MAX);
	struct hash hash, salt;

	if (members.object == NULL)
		return err_nomem(err);
	random_bytes(salt.bytes, sizeof salt.bytes);
	add_text(&members, "kind", line_kind_name(line->kind));
	add_hash(&members, "salt", &salt);
	add_bond(&members, line);
	if (add_fields(&members, line, err) < 0)
		return -1;
	if (members.unspeakable != NULL)
		return err_set(err, AMANA_E_USAGE, "the %s is not valid UTF-8 text",
			       members.unspeakable);
	if (members.failed)
		return err_nomem(err);
	if (dump(members.object, &json, err) < 0 || read_back(&json, &hash, err) < 0)
		return err_wrap(err, "the %s line", line_kind_name(line->kind));
	if (buf_add(ret_json, json.data, json.len, err) < 0)
		return -1;
	*ret_hash = hash;
	return 0;
}
