/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include <math.h>
#include <string.h>

static int
bad(struct amana_error *err, const char *what)
{
	return err_set(err, AMANA_E_TAMPERED, "a sealed line is malformed: %s", what);
}

/* Checks, before jansson sees them, that the bytes are one line of plain UTF-8 and
 * nested no deeper than this program recurses. */
static int
check_bytes(struct bytes json, struct amana_error *err)
{
	const char *text = (const char *)json.data;
	bool in_string = false;
	int depth = 0;

	if (json.len == 0 || json.len > LINE_BYTES_MAX)
		return bad(err, "its length");
	if (text[0] != '{' || text[json.len - 1] != '}')
		return bad(err, "it is not one JSON object");
	if (memchr(text, '\n', json.len) != NULL || memchr(text, 0, json.len) != NULL)
		return bad(err, "it holds a line feed or a zero byte");
	if (!text_utf8_valid(text, json.len))
		return bad(err, "it is not UTF-8");
	for (size_t i = 0; i < json.len; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!in_string && (text[i] == '}' || text[i] == ']'))
			depth--;
		if (depth > LINE_DEPTH_MAX)
			return bad(err, "it is nested too deeply");
	}
	return 0;
}

/* True if strings and numbers are as RFC 7493 wants them.  Escapes can spell what
 * check_bytes did not see. */
static bool
is_i_json(const json_t *json)
{
	const json_t *value;
	const char *key;
	void *iter;

	switch (json_typeof(json)) {
	case JSON_STRING:
		return line_text_valid(json_string_value(json), json_string_length(json));
	case JSON_INTEGER:
		return json_integer_value(json) < LINE_INTEGER_END &&
		       json_integer_value(json) > -LINE_INTEGER_END;
	case JSON_REAL: /* jansson has refused what no double can hold */
		return isfinite(json_real_value(json));
	case JSON_ARRAY:
		for (size_t i = 0; i < json_array_size(json); i++)
			if (!is_i_json(json_array_get(json, i)))
				return false;
		return true;
	case JSON_OBJECT:
		break;
	default:
		return true;
	}
	/* jansson iterates over a const object only through a pointer that is not const.
	 */
	iter = json_object_iter((json_t *)(uintptr_t)json);
	for (; iter != NULL;
	     iter = json_object_iter_next((json_t *)(uintptr_t)json, iter)) {
		key = json_object_iter_key(iter);
		value = json_object_iter_value(iter);
		if (!line_text_valid(key, strlen(key)) || !is_i_json(value))
			return false;
	}
	return true;
}

/* A member that is a text; "" if it is not there.  -1: it is no text, or it is needed
 * and not there. */
static int
get_text(const json_t *object, const char *name, bool needed, const char **ret_text)
{
	const json_t *value = json_object_get(object, name);

	*ret_text = "";
	if (value == NULL)
		return needed ? -1 : 0;
	if (!json_is_string(value))
		return -1;
	*ret_text = json_string_value(value);
	return 0;
}

/* A member that is absent if it is empty. */
static int
get_text_if(const json_t *object, const char *name, const char **ret_text)
{
	if (get_text(object, name, false, ret_text) < 0)
		return -1;
	return (*ret_text)[0] != 0 || json_object_get(object, name) == NULL ? 0 : -1;
}

static int
get_hash(const json_t *object, const char *name, struct hash *ret_hash)
{
	const char *text;

	if (get_text(object, name, true, &text) < 0)
		return -1;
	return hash_parse(text, strlen(text), ret_hash);
}

static int
get_time(const json_t *object, const char *name, bool needed, bool *ret_has,
	 int64_t *ret_at)
{
	const char *text;

	*ret_has = json_object_get(object, name) != NULL;
	if (!*ret_has)
		return needed ? -1 : 0;
	if (get_text(object, name, true, &text) < 0)
		return -1;
	return text_untime(text, strlen(text), ret_at);
}

/* The file's own time, which may be older than any other. */
static int
get_old_time(const json_t *object, const char *name, bool *ret_has, int64_t *ret_at)
{
	const char *text;

	*ret_has = json_object_get(object, name) != NULL;
	if (!*ret_has)
		return 0;
	if (get_text(object, name, true, &text) < 0)
		return -1;
	return text_untime_old(text, strlen(text), ret_at);
}

static int
get_object(const json_t *object, const char *name, const json_t **ret_value)
{
	*ret_value = json_object_get(object, name);
	return *ret_value == NULL || json_is_object(*ret_value) ? 0 : -1;
}

static int
get_id(const json_t *object, const char *name, struct custody_id *ret_id)
{
	const char *text;

	if (get_text(object, name, true, &text) < 0)
		return -1;
	return custody_id_parse(text, strlen(text), ret_id);
}

static int
get_exhibit_bond(const json_t *root, enum line_kind kind, struct line_bond *bond)
{
	const char *text;

	if (get_text(root, "exhibit", true, &text) < 0)
		return -1;
	bond->on_case = kind == LINE_ABOUT && strcmp(text, "-") == 0;
	if (!bond->on_case && custody_id_parse(text, strlen(text), &bond->exhibit) < 0)
		return -1;
	if (get_text(root, "object", true, &text) < 0)
		return -1;
	bond->has_object = strcmp(text, "-") != 0;
	if (bond->has_object &&
	    (bond->on_case || hash_parse(text, strlen(text), &bond->object) < 0))
		return -1;
	if (get_text(root, "recipient", true, &text) < 0)
		return -1;
	bond->no_recipient = strcmp(text, "-") == 0;
	if (bond->no_recipient)
		return 0;
	return age_recipient_parse(text, strlen(text), &bond->recipient);
}

/* Reads what the line belongs to. */
static int
parse_bond(const json_t *root, struct line *line, struct amana_error *err)
{
	struct line_bond *bond = &line->bond;
	struct hash salt;
	const char *text;

	if (get_hash(root, "salt", &salt) < 0)
		return bad(err, "salt");
	if (get_hash(root, "vault", &bond->vault) < 0)
		return bad(err, "vault");
	if (get_text(root, "case", true, &text) < 0)
		return bad(err, "case");
	bond->in_case = strcmp(text, "-") != 0;
	if (bond->in_case && custody_id_parse(text, strlen(text), &bond->case_id) < 0)
		return bad(err, "case");
	if (get_text(root, "actor", true, &text) < 0 ||
	    member_code_parse(text, strlen(text), &bond->actor) < 0)
		return bad(err, "actor");
	if (!line_is_of_exhibit(line->kind))
		return get_id(root, "act", &bond->act) < 0 ? bad(err, "act") : 0;
	return get_exhibit_bond(root, line->kind, bond) < 0
		       ? bad(err, "exhibit, object or recipient")
		       : 0;
}

/* Reads the digests of the content's spans, which a size has or has not: nothing else
 * about them is the writer's choice. */
static int
parse_blocks(const json_t *root, struct line *line, struct amana_error *err)
{
	const json_t *blocks = json_object_get(root, "blocks"), *span;
	size_t want = spans_count(line->size) * HASH_LEN, got;
	const char *b64;

	if (want == 0)
		return blocks == NULL ? 0 : bad(err, "blocks");
	span = json_object_get(blocks, "span");
	if (!json_is_integer(span) ||
	    (uint64_t)json_integer_value(span) != spans_span(line->size) ||
	    get_text(blocks, "sha256", true, &b64) < 0)
		return bad(err, "blocks");
	line->blocks_ = mem_new(want, err);
	if (line->blocks_ == NULL)
		return -1;
	line->blocks = (struct bytes){line->blocks_, want};
	if (text_unb64(b64, strlen(b64), true, line->blocks_, want, &got) < 0 ||
	    got != want)
		return bad(err, "blocks");
	return 0;
}

static int
parse_content(const json_t *root, struct line *line, struct amana_error *err)
{
	const json_t *size = json_object_get(root, "size");

	if (!json_is_integer(size) || json_integer_value(size) < 0)
		return bad(err, "size");
	line->size = (uint64_t)json_integer_value(size);
	if (line->size > LINE_SIZE_MAX)
		return bad(err, "size");
	if (get_hash(root, "sha256", &line->sha256) < 0)
		return bad(err, "sha256");
	if (parse_blocks(root, line, err) < 0)
		return -1;
	return get_text(root, "media_type", true, &line->media_type) < 0
		       ? bad(err, "media_type")
		       : 0;
}

/* Reads the bytes of a file's name: those of the text, or of name_b64 where a text
 * could not have them. */
static int
parse_name(const json_t *root, struct line *line, struct amana_error *err)
{
	CLEANUP(line_text_done) struct buf shown = BUF_INIT(LINE_BYTES_MAX);
	const char *b64;
	size_t len;
	bool is_bad;

	if (get_text_if(root, "name", &line->name_shown) < 0 ||
	    get_text(root, "name_b64", false, &b64) < 0)
		return bad(err, "name");
	line->name = BYTES_STR(line->name_shown);
	if (json_object_get(root, "name_b64") == NULL)
		return 0;
	len = strlen(b64);
	line->name_bytes_ = mem_new(len / 4 * 3 + 1, err);
	if (line->name_bytes_ == NULL)
		return -1;
	line->name_bytes_len_ = len / 4 * 3;
	if (text_unb64(b64, len, true, line->name_bytes_, len / 4 * 3, &len) < 0)
		return bad(err, "name_b64");
	line->name = (struct bytes){line->name_bytes_, len};
	/* name must be what line_show_name makes of the bytes, and base64 is there
	 * only if a text could not have them. */
	if (line_show_name(line->name, &shown, &is_bad, err) < 0)
		return err->code == AMANA_E_NOMEM ? -1 : bad(err, "name_b64");
	return is_bad && strcmp(buf_text(&shown), line->name_shown) == 0
		       ? 0
		       : bad(err, "name_b64");
}

static bool
is_texts(const json_t *value)
{
	if (!json_is_array(value))
		return false;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!json_is_string(json_array_get(value, i)))
			return false;
	return true;
}

static int
parse_about_case(const json_t *root, struct line *line, struct amana_error *err)
{
	if (get_text(root, "title", false, &line->title) < 0)
		return bad(err, "title");
	line->protect = json_object_get(root, "protect");
	if (line->protect != NULL && !is_texts(line->protect))
		return bad(err, "protect");
	if (get_text(root, "retention", false, &line->retention) < 0)
		return bad(err, "retention");
	return get_object(root, "facts", &line->facts) < 0 ? bad(err, "facts") : 0;
}

static int
parse_about(const json_t *root, struct line *line, struct amana_error *err)
{
	if (line->bond.on_case)
		return parse_about_case(root, line, err);
	if (parse_name(root, line, err) < 0)
		return -1;
	if (get_text(root, "type", true, &line->type) < 0 || !line_type_valid(line->type))
		return bad(err, "type");
	if (get_text_if(root, "title", &line->title) < 0)
		return bad(err, "title");
	return get_text_if(root, "description", &line->description) < 0
		       ? bad(err, "description")
		       : 0;
}

static int
parse_origin(const json_t *value, struct line *line)
{
	struct line_origin *origin = &line->origin;

	line->has_origin = value != NULL;
	if (value == NULL)
		return 0;
	if (get_id(value, "exhibit", &origin->exhibit) < 0 ||
	    get_hash(value, "sha256", &origin->sha256) < 0 ||
	    get_text(value, "tool", true, &origin->tool) < 0 ||
	    get_text(value, "by", true, &origin->by) < 0)
		return -1;
	return get_text(value, "how", true, &origin->how);
}

static int
parse_source(const json_t *root, struct line *line, struct amana_error *err)
{
	if (get_text(root, "source", false, &line->source) < 0)
		return bad(err, "source");
	if (get_time(root, "received", false, &line->has_received, &line->received_at) <
	    0)
		return bad(err, "received");
	if (get_old_time(root, "modified", &line->has_modified, &line->modified_at) < 0)
		return bad(err, "modified");
	if (parse_origin(json_object_get(root, "derived_from"), line) < 0)
		return bad(err, "derived_from");
	if (get_text(root, "packet", false, &line->packet) < 0 ||
	    strlen(line->packet) > LINE_PACKET_MAX)
		return bad(err, "packet");
	return get_object(root, "facts", &line->facts) < 0 ? bad(err, "facts") : 0;
}

static bool
is_event(const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > LINE_EVENT_MAX || text[0] < 'a' || text[0] > 'z')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static int
parse_synced(const json_t *clock, enum line_synced *ret_synced)
{
	static const char *const words[] = {[LINE_SYNCED_UNKNOWN] = "unknown",
					    [LINE_SYNCED_YES] = "yes",
					    [LINE_SYNCED_NO] = "no"};
	const char *text;

	if (get_text(clock, "synced", true, &text) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(text, words[i]) != 0)
			continue;
		*ret_synced = (enum line_synced)i;
		return 0;
	}
	return -1;
}

static int
parse_clock(const json_t *clock, struct line_clock *ret_clock)
{
	const json_t *ms = json_object_get(clock, "monotonic_ms");
	const json_t *stepped = json_object_get(clock, "stepped_back");
	struct custody_id id;
	const char *boot;
	bool has;

	if (get_time(clock, "utc", true, &has, &ret_clock->utc_at) < 0 ||
	    !json_is_integer(ms) || !json_is_boolean(stepped) ||
	    get_text(clock, "boot", true, &boot) < 0 ||
	    (strcmp(boot, "-") != 0 && custody_id_parse(boot, strlen(boot), &id) < 0) ||
	    parse_synced(clock, &ret_clock->synced) < 0)
		return -1;
	ret_clock->monotonic_ms = json_integer_value(ms);
	ret_clock->stepped_back = json_is_true(stepped);
	memcpy(ret_clock->boot, boot, strlen(boot) + 1);
	return 0;
}

static int
parse_custody(const json_t *root, struct line *line, struct amana_error *err)
{
	if (get_text(root, "event", true, &line->event) < 0 || !is_event(line->event))
		return bad(err, "event");
	if (get_text(root, "tool", true, &line->tool) < 0)
		return bad(err, "tool");
	if (get_text(root, "device", true, &line->device) < 0)
		return bad(err, "device");
	if (parse_clock(json_object_get(root, "clock"), &line->clock) < 0)
		return bad(err, "clock");
	if (get_time(root, "occurred_at", false, &line->has_occurred,
		     &line->occurred_at) < 0)
		return bad(err, "occurred_at");
	return get_object(root, "details", &line->details) < 0 ? bad(err, "details") : 0;
}

static int
parse_fields(const json_t *root, struct line *line, struct amana_error *err)
{
	switch (line->kind) {
	case LINE_CONTENT:
		return parse_content(root, line, err);
	case LINE_ABOUT:
		return parse_about(root, line, err);
	case LINE_SOURCE:
		return parse_source(root, line, err);
	case LINE_CUSTODY:
		return parse_custody(root, line, err);
	case LINE_REASON:
		break;
	}
	return get_text(root, "text", true, &line->text) < 0 ? bad(err, "text") : 0;
}

int
line_parse(struct bytes json, struct line *ret_line, struct amana_error *err)
{
	static const struct line empty = {.media_type = "",
					  .name_shown = "",
					  .type = "",
					  .title = "",
					  .description = "",
					  .retention = "",
					  .source = "",
					  .packet = "",
					  .event = "",
					  .tool = "",
					  .device = "",
					  .text = ""};
	CLEANUP(line_done) struct line line = empty;
	json_error_t why;
	const char *kind;

	if (check_bytes(json, err) < 0)
		return -1;
	line.root_ = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES,
				&why);
	if (line.root_ == NULL && json_error_code(&why) == json_error_out_of_memory)
		return err_nomem(err);
	if (line.root_ == NULL || !json_is_object(line.root_) || !is_i_json(line.root_))
		return bad(err, "it is not I-JSON (RFC 7493)");
	if (get_text(line.root_, "kind", true, &kind) < 0 ||
	    line_kind_parse(BYTES_STR(kind), &line.kind) < 0)
		return bad(err, "kind");
	if (parse_bond(line.root_, &line, err) < 0 ||
	    parse_fields(line.root_, &line, err) < 0)
		return -1;
	hash_of(json.data, json.len, &line.hash);

	*ret_line = line;
	line.root_ = NULL; /* the caller has it now */
	return 0;
}
