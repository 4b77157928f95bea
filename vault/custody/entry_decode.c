/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry_table.h"

#include <string.h>

#define MALFORMED(r, ...) err_set((r)->err, AMANA_E_FORMAT, __VA_ARGS__)

/* The next line without its LF. */
static int
take(struct entry_reader *r, struct bytes *ret_line)
{
	r->line++;
	if (text_line(&r->cursor, ret_line) < 0)
		return MALFORMED(r, "line %u: it is missing or does not end", r->line);
	return 0;
}

/* What follows "WORD " in the next line. */
static int
take_after(struct entry_reader *r, const char *word, struct bytes *ret_rest)
{
	struct bytes line;

	if (take(r, &line) < 0)
		return -1;
	if (text_after(line, word, ret_rest) < 0)
		return MALFORMED(r, "line %u: '%s' is not here", r->line, word);
	return 0;
}

static int
bad(struct entry_reader *r, const char *what)
{
	return MALFORMED(r, "line %u: %s", r->line, what);
}

/* True if the next line begins with "WORD "; nothing is taken. */
static bool
comes(const struct entry_reader *r, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(r->cursor.end - r->cursor.at) > n &&
	       memcmp(r->cursor.at, word, n) == 0 && r->cursor.at[n] == ' ';
}

static int
number(struct entry_reader *r, struct bytes text, uint64_t min, uint64_t max,
       uint64_t *ret_value)
{
	if (text_u64((const char *)text.data, text.len, ret_value) < 0 ||
	    *ret_value < min || *ret_value > max)
		return bad(r, "not a number within its bounds");
	return 0;
}

static int
take_number(struct entry_reader *r, const char *word, uint64_t min, uint64_t max,
	    uint64_t *ret_value)
{
	struct bytes rest;

	return take_after(r, word, &rest) < 0 ? -1 : number(r, rest, min, max, ret_value);
}

static int
hash(struct entry_reader *r, struct bytes text, struct hash *ret_hash)
{
	if (hash_parse((const char *)text.data, text.len, ret_hash) < 0)
		return bad(r, "not a hash");
	return 0;
}

static int
take_hash(struct entry_reader *r, const char *word, struct hash *ret_hash)
{
	struct bytes rest;

	return take_after(r, word, &rest) < 0 ? -1 : hash(r, rest, ret_hash);
}

/* Two fields, the first a hash. */
static int
take_hash_and(struct entry_reader *r, const char *word, struct hash *ret_hash,
	      struct bytes *ret_second)
{
	struct bytes rest, first;

	if (take_after(r, word, &rest) < 0)
		return -1;
	if (text_field(&rest, &first) < 0)
		return bad(r, "not two fields");
	*ret_second = rest;
	return hash(r, first, ret_hash);
}

static int
time_at(struct entry_reader *r, struct bytes text, int64_t *ret_at)
{
	if (text_untime((const char *)text.data, text.len, ret_at) < 0)
		return bad(r, "not a time");
	return 0;
}

static int
take_recipient(struct entry_reader *r, struct age_recipient *ret_recipient)
{
	struct bytes rest;

	if (take_after(r, "recipient", &rest) < 0)
		return -1;
	if (age_recipient_parse((const char *)rest.data, rest.len, ret_recipient) < 0)
		return bad(r, "not a recipient");
	return 0;
}

static int
take_key(struct entry_reader *r, struct note_key *ret_key)
{
	struct bytes rest;

	if (take_after(r, "key", &rest) < 0)
		return -1;
	if (note_key_parse((const char *)rest.data, rest.len, ret_key) < 0)
		return bad(r, "not a verifier key");
	return 0;
}

/* `-`, or a comma list without repeats in the order of the bits. */
static int
roles(struct entry_reader *r, struct bytes text, uint8_t *ret_roles)
{
	static const char *const names[] = {"admin", "auditor", "recovery"};
	uint8_t found = 0;
	size_t at = 0;

	if (text_is(text, "-")) {
		*ret_roles = 0;
		return 0;
	}
	for (unsigned int i = 0; i < ARRAY_LEN(names) && at < text.len; i++) {
		size_t n = strlen(names[i]);

		if (text.len - at < n || memcmp(text.data + at, names[i], n) != 0)
			continue;
		found |= (uint8_t)(1u << i);
		at += n;
		if (at == text.len) {
			*ret_roles = found;
			return 0;
		}
		if (text.data[at++] != ',')
			break;
	}
	return bad(r, "not a list of roles");
}

int
parse_enrol(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (take_recipient(r, &e->own.enrol.recipient) < 0 ||
	    take_key(r, &e->own.enrol.key) < 0)
		return -1;
	if (strcmp(e->own.enrol.key.name, e->subject.member.text) != 0)
		return bad(r, "the key's name is not the member's code");
	if (take_after(r, "roles", &rest) < 0)
		return -1;
	return roles(r, rest, &e->own.enrol.roles);
}

int
parse_role(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (take_after(r, "role", &rest) < 0)
		return -1;
	if (rest.len == 0 || (rest.data[0] != '+' && rest.data[0] != '-'))
		return bad(r, "not +ROLE or -ROLE");
	e->own.role.add = rest.data[0] == '+';
	rest = (struct bytes){rest.data + 1, rest.len - 1};
	e->own.role.role = text_is(rest, "admin")     ? ROLE_ADMIN
			   : text_is(rest, "auditor") ? ROLE_AUDITOR
						      : 0;
	return e->own.role.role != 0 ? 0 : bad(r, "not admin or auditor");
}

int
parse_policy(struct entry_reader *r, struct entry *e)
{
	struct bytes rest, key;

	if (take_after(r, "policy", &rest) < 0)
		return -1;
	if (text_field(&rest, &key) < 0)
		return bad(r, "not a key and a value");
	if (text_is(key, "grant-days")) {
		e->own.policy.key = POLICY_GRANT_DAYS;
		return number(r, rest, 1, 3650, &e->own.policy.value);
	}
	e->own.policy.value = text_is(rest, "on");
	if (text_is(key, "two-person") && text_is(rest, "on")) {
		e->own.policy.key = POLICY_TWO_PERSON;
		return 0;
	}
	if (text_is(key, "break-glass") &&
	    (text_is(rest, "on") || text_is(rest, "off"))) {
		e->own.policy.key = POLICY_BREAK_GLASS;
		return 0;
	}
	return bad(r, "no such policy or value");
}

int
parse_format(struct entry_reader *r, struct entry *e)
{
	return take_number(r, "format", 2, CUSTODY_NUMBER_MAX, &e->own.format);
}

int
parse_log_key(struct entry_reader *r, struct entry *e)
{
	return take_key(r, &e->own.log_key);
}

int
parse_case(struct entry_reader *r, struct entry *e)
{
	struct act_case *open = &e->own.open;
	struct bytes rest;

	if (take_recipient(r, &open->recipient) < 0 || take_after(r, "leads", &rest) < 0)
		return -1;
	for (open->n_leads = 0;;) {
		const uint8_t *comma =
			rest.len != 0 ? memchr(rest.data, ',', rest.len) : NULL;
		size_t n = comma != NULL ? (size_t)(comma - rest.data) : rest.len;
		struct member_code *lead = &open->leads[open->n_leads];

		if (open->n_leads == ENTRY_LEADS_MAX ||
		    member_code_parse((const char *)rest.data, n, lead) < 0)
			return bad(r, "not a list of at most 16 codes");
		if (open->n_leads > 0 && strcmp(lead[-1].text, lead->text) >= 0)
			return bad(r, "the leads do not ascend");
		open->n_leads++;
		if (comma == NULL)
			return 0;
		rest = (struct bytes){comma + 1, rest.len - n - 1};
	}
}

int
parse_epoch(struct entry_reader *r, struct entry *e)
{
	if (take_number(r, "epoch", 1, CUSTODY_NUMBER_MAX, &e->own.epoch.epoch) < 0)
		return -1;
	return take_recipient(r, &e->own.epoch.recipient);
}

int
parse_grant(struct entry_reader *r, struct entry *e)
{
	struct act_grant *grant = &e->own.grant;
	struct bytes rest;

	if (take_after(r, "as", &rest) < 0)
		return -1;
	grant->kind = GRANT_NONE;
	for (enum grant_kind kind = GRANT_LEAD; kind <= GRANT_AUDITOR; kind++) {
		if (text_is(rest, grant_kind_name(kind)))
			grant->kind = kind;
	}
	if (grant->kind == GRANT_NONE ||
	    (grant->kind == GRANT_AUDITOR) != e->subject.audit)
		return bad(r, "no such kind of grant here");
	if (take_after(r, "until", &rest) < 0)
		return -1;
	grant->has_until = !text_is(rest, "-");
	grant->until_at = 0;
	if (grant->has_until && time_at(r, rest, &grant->until_at) < 0)
		return -1;
	return take_number(r, "epoch", 1, CUSTODY_NUMBER_MAX, &grant->epoch);
}

int
parse_place(struct entry_reader *r, struct entry *e)
{
	struct act_place *place = &e->own.place;
	struct bytes of_case, epoch;

	if (take_after(r, "case", &of_case) < 0)
		return -1;
	place->in_case = e->action == ACT_DEPOSIT || !text_is(of_case, "-");
	if (!place->in_case)
		place->case_id = (struct custody_id){{0}};
	else if (custody_id_parse((const char *)of_case.data, of_case.len,
				  &place->case_id) < 0)
		return bad(r, "not an id");
	if (take_after(r, "epoch", &epoch) < 0)
		return -1;
	place->epoch = 0;
	if (!place->in_case && !text_is(epoch, "-"))
		return bad(r, "an epoch without a case");
	if (place->in_case && number(r, epoch, 1, CUSTODY_NUMBER_MAX, &place->epoch) < 0)
		return -1;
	return take_number(r, "ring", 1, CUSTODY_NUMBER_MAX, &place->ring);
}

int
parse_hold(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (take_after(r, "hold", &rest) < 0)
		return -1;
	e->own.hold = text_is(rest, "set");
	return e->own.hold || text_is(rest, "release") ? 0 : bad(r, "not set or release");
}

static int
parse_strikes(struct entry_reader *r, struct act_destroy *d)
{
	for (d->n_strikes = 0; comes(r, "strike"); d->n_strikes++) {
		if (d->n_strikes == ENTRY_STRIKES_MAX)
			return bad(r, "over 128 strikes follow");
		if (take_hash(r, "strike", &d->strikes[d->n_strikes]) < 0)
			return -1;
	}
	return 0;
}

int
parse_propose(struct entry_reader *r, struct entry *e)
{
	const struct action_row *row;
	struct bytes rest;

	if (take_after(r, "propose", &rest) < 0)
		return -1;
	for (enum action action = ACT_ENROL; action < ACTIONS; action++) {
		if (text_is(rest, action_name(action)))
			e->proposed = action;
	}
	row = action_row(e->proposed);
	if (!row->proposable)
		return bad(r, "no act that is ever proposed");
	if ((row->subjects & 1u << e->subject.kind) == 0)
		return bad(r, "the act has no such subject");
	if (e->proposed == ACT_DISPOSE || e->proposed == ACT_ERASE) {
		e->own.destroy.proposal = (struct hash){{0}};
		e->own.destroy.n_bundles = e->own.destroy.n_sheets =
			e->own.destroy.n_strikes = 0;
		return e->proposed == ACT_ERASE ? parse_strikes(r, &e->own.destroy) : 0;
	}
	return row->parse != NULL ? row->parse(r, e) : 0;
}

int
parse_approve(struct entry_reader *r, struct entry *e)
{
	struct bytes rest;

	if (take_hash(r, "proposal", &e->own.approve.proposal) < 0 ||
	    take_after(r, "answer", &rest) < 0)
		return -1;
	e->own.approve.yes = text_is(rest, "yes");
	return e->own.approve.yes || text_is(rest, "no") ? 0 : bad(r, "not yes or no");
}

static int
parse_bundles(struct entry_reader *r, struct act_destroy *d)
{
	struct bytes second = {NULL, 0}; /* gcc -O3 cannot see that it is filled */

	if (take_hash(r, "proposal", &d->proposal) < 0)
		return -1;
	for (d->n_bundles = 0; comes(r, "bundle"); d->n_bundles++) {
		struct entry_bundle_pair *pair = &d->bundles[d->n_bundles];

		if (d->n_bundles == ENTRY_BUNDLES_MAX)
			return bad(r, "over 128 bundles follow");
		if (take_hash_and(r, "bundle", &pair->was, &second) < 0 ||
		    hash(r, second, &pair->is) < 0)
			return -1;
	}
	return 0;
}

int
parse_dispose(struct entry_reader *r, struct entry *e)
{
	struct act_destroy *d = &e->own.destroy;

	if (parse_bundles(r, d) < 0)
		return -1;
	d->n_strikes = 0;
	for (d->n_sheets = 0; comes(r, "blank"); d->n_sheets++) {
		if (d->n_sheets == ENTRY_BLANKS_MAX)
			return bad(r, "over 128 sheets follow");
		d->sheets[d->n_sheets] = (struct entry_sheet_pair){.gone = true};
		if (take_hash(r, "blank", &d->sheets[d->n_sheets].was) < 0)
			return -1;
	}
	return 0;
}

int
parse_erase(struct entry_reader *r, struct entry *e)
{
	struct act_destroy *d = &e->own.destroy;
	struct bytes second = {NULL, 0}; /* gcc -O3 cannot see that it is filled */

	if (parse_bundles(r, d) < 0)
		return -1;
	if (d->n_bundles == 0)
		return bad(r, "a bundle has to follow");
	for (d->n_sheets = 0; comes(r, "sheet-was"); d->n_sheets++) {
		struct entry_sheet_pair *pair = &d->sheets[d->n_sheets];

		if (d->n_sheets == ENTRY_BLANKS_MAX)
			return bad(r, "over 128 sheets follow");
		if (take_hash_and(r, "sheet-was", &pair->was, &second) < 0)
			return -1;
		pair->gone = text_is(second, "-");
		pair->is = (struct hash){{0}};
		if (!pair->gone && hash(r, second, &pair->is) < 0)
			return -1;
	}
	if (d->n_sheets == 0)
		return bad(r, "a sheet-was has to follow");
	return parse_strikes(r, d);
}

int
parse_anchor(struct entry_reader *r, struct entry *e)
{
	struct act_anchor *anchor = &e->own.anchor;
	struct bytes rest;

	if (take_number(r, "batch", 0, CUSTODY_SLOT_MAX, &anchor->batch) < 0 ||
	    take_after(r, "kind", &rest) < 0)
		return -1;
	if (rest.len < 1 || rest.len > ENTRY_WORD_MAX)
		return bad(r, "not a word of at most 16");
	for (size_t i = 0; i < rest.len; i++) {
		uint8_t c = rest.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return bad(r, "not a word");
	}
	memset(anchor->kind, 0, sizeof anchor->kind);
	memcpy(anchor->kind, rest.data, rest.len);
	return 0;
}

int
parse_skip(struct entry_reader *r, struct entry *e)
{
	struct act_skip *skip = &e->own.skip;
	struct bytes rest, field;

	if (take_after(r, "skip", &rest) < 0)
		return -1;
	if (text_field(&rest, &field) < 0)
		return bad(r, "not three fields");
	if (number(r, field, 1, CUSTODY_SLOT_MAX, &skip->first) < 0)
		return -1;
	if (text_field(&rest, &field) < 0)
		return bad(r, "not three fields");
	if (number(r, field, skip->first, CUSTODY_SLOT_MAX, &skip->last) < 0)
		return -1;
	return hash(r, rest, &skip->head);
}

int
parse_restored(struct entry_reader *r, struct entry *e)
{
	struct bytes rest, field;

	if (take_after(r, "restored", &rest) < 0)
		return -1;
	if (text_field(&rest, &field) < 0)
		return bad(r, "not two fields");
	if (number(r, field, 0, CUSTODY_SLOT_MAX, &e->own.restored.slot) < 0)
		return -1;
	return hash(r, rest, &e->own.restored.head);
}

/* Line 6. */
static int
parse_subject(struct entry_reader *r, struct bytes line, struct subject *s)
{
	struct bytes rest, field;

	*s = (struct subject){.kind = SUBJECT_VAULT};
	if (text_is(line, "vault"))
		return 0;
	if (text_after(line, "exhibit", &rest) == 0) {
		s->kind = SUBJECT_EXHIBIT;
	} else if (text_after(line, "case", &rest) == 0) {
		s->kind = SUBJECT_CASE;
	} else if (text_after(line, "member", &rest) == 0) {
		s->kind = SUBJECT_MEMBER;
		return member_code_parse((const char *)rest.data, rest.len, &s->member) ==
				       0
			       ? 0
			       : bad(r, "not a staff code");
	} else if (text_after(line, "grant", &rest) == 0 &&
		   text_field(&rest, &field) == 0) {
		s->kind = SUBJECT_GRANT;
		if (member_code_parse((const char *)rest.data, rest.len, &s->member) < 0)
			return bad(r, "not a staff code");
		s->audit = text_is(field, "audit");
		if (s->audit)
			return 0;
		rest = field;
	} else {
		return bad(r, "not a subject");
	}
	if (custody_id_parse((const char *)rest.data, rest.len, &s->id) < 0)
		return bad(r, "not an id");
	return 0;
}

/* Line 7. */
static int
parse_event(struct entry_reader *r, struct entry *e)
{
	struct bytes line, field;

	if (take(r, &line) < 0)
		return -1;
	if (text_field(&line, &field) < 0)
		return bad(r, "not an event number and a leaf");
	if (number(r, field, 1, CUSTODY_NUMBER_MAX, &e->event) < 0)
		return -1;
	if (e->event > 1)
		return hash(r, line, &e->before);
	e->before = (struct hash){{0}};
	return text_is(line, "-") ? 0 : bad(r, "event 1 has none before it");
}

/* Lines 1 to 7. */
static int
parse_common(struct entry_reader *r, struct entry *e)
{
	struct bytes line;

	if (take(r, &line) < 0)
		return -1;
	if (!text_is(line, "amana/1"))
		return bad(r, "not amana/1");
	if (take(r, &line) < 0 || hash(r, line, &e->prev) < 0)
		return -1;
	if (take(r, &line) < 0 || time_at(r, line, &e->at) < 0)
		return -1;
	if (take(r, &line) < 0)
		return -1;
	if (member_code_parse((const char *)line.data, line.len, &e->actor) < 0)
		return bad(r, "not a staff code");
	if (take(r, &line) < 0)
		return -1;
	e->action = e->proposed = ACT_NONE;
	for (enum action action = ACT_ENROL; action < ACTIONS && e->action == ACT_NONE;
	     action++) {
		if (text_is(line, action_name(action)))
			e->action = action;
	}
	if (e->action == ACT_NONE)
		return bad(r, "no such action");
	if (take(r, &line) < 0 || parse_subject(r, line, &e->subject) < 0)
		return -1;
	if ((action_row(e->action)->subjects & 1u << e->subject.kind) == 0)
		return bad(r, "the action has no such subject");
	return parse_event(r, e);
}

static int
parse_objects(struct entry_reader *r, struct entry *e, const struct action_row *row)
{
	for (e->n_objects = 0; comes(r, "object"); e->n_objects++) {
		if (e->n_objects == row->objects_max)
			return bad(r, "more objects follow than the action has");
		if (take_hash(r, "object", &e->objects[e->n_objects]) < 0)
			return -1;
	}
	return e->n_objects >= row->objects_min ? 0 : bad(r, "an object has to follow");
}

static int
parse_lines(struct entry_reader *r, struct entry *e, const struct action_row *row)
{
	for (e->n_lines = 0; comes(r, "line"); e->n_lines++) {
		size_t i = e->n_lines;
		struct bytes rest, field;
		unsigned int kind = 0;

		if (i == ENTRY_LINES_MAX)
			return bad(r, "over 16 lines follow");
		if (take_after(r, "line", &rest) < 0)
			return -1;
		if (text_field(&rest, &field) < 0)
			return bad(r, "not a kind and a hash");
		while (kind < LINE_KINDS && !text_is(field, entry_line_kinds[kind]))
			kind++;
		if (kind == LINE_KINDS || (kind <= LINE_SOURCE && !row->exhibit_lines))
			return bad(r, "no such kind of line here");
		e->lines[i].kind = (enum line_kind)kind;
		if (hash(r, rest, &e->lines[i].hash) < 0)
			return -1;
		if (i > 0 &&
		    (e->lines[i - 1].kind > e->lines[i].kind ||
		     (e->lines[i - 1].kind == e->lines[i].kind &&
		      memcmp(&e->lines[i - 1].hash, &e->lines[i].hash, HASH_LEN) >= 0)))
			return bad(r, "the lines do not ascend");
	}
	return 0;
}

static int
parse_sheets(struct entry_reader *r, struct entry *e)
{
	for (e->n_sheets = 0; comes(r, "sheet"); e->n_sheets++) {
		if (e->n_sheets == ENTRY_SHEETS_MAX)
			return bad(r, "over 8 sheets follow");
		if (take_hash(r, "sheet", &e->sheets[e->n_sheets]) < 0)
			return -1;
		for (size_t i = 0; i < e->n_sheets; i++) {
			if (memcmp(&e->sheets[i], &e->sheets[e->n_sheets], HASH_LEN) == 0)
				return bad(r, "a sheet is named twice");
		}
	}
	return 0;
}

int
entry_decode(struct bytes bytes, struct entry *ret_entry, struct amana_error *err)
{
	struct entry_reader r = {.err = err};
	const struct action_row *row;

	if (bytes.len == 0 || bytes.len > ENTRY_MAX)
		return err_set(err, AMANA_E_FORMAT, "an entry of %zu bytes", bytes.len);
	r.cursor.at = (const char *)bytes.data;
	r.cursor.end = r.cursor.at + bytes.len;
	if (parse_common(&r, ret_entry) < 0)
		return -1;
	row = action_row(ret_entry->action);
	if (row->parse != NULL && row->parse(&r, ret_entry) < 0)
		return -1;
	if (parse_objects(&r, ret_entry, row) < 0 ||
	    parse_lines(&r, ret_entry, row) < 0 || parse_sheets(&r, ret_entry) < 0)
		return -1;
	if (r.cursor.at != r.cursor.end)
		return MALFORMED(&r, "line %u: it does not belong here", r.line + 1);
	return 0;
}
