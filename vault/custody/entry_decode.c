/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry.h"

#include "base/text.h"
#include "custody/entry_grammar.h"
#include "custody/entry_parse.h"

#include <string.h>

/* Line 6: the subject. */
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
			       : entry_read_bad(r, "not a staff code");
	} else if (text_after(line, "grant", &rest) == 0 &&
		   text_field(&rest, &field) == 0) {
		s->kind = SUBJECT_GRANT;
		if (member_code_parse((const char *)rest.data, rest.len, &s->member) < 0)
			return entry_read_bad(r, "not a staff code");
		s->audit = text_is(field, "audit");
		if (s->audit)
			return 0;
		rest = field;
	} else {
		return entry_read_bad(r, "not a subject");
	}
	if (custody_id_parse((const char *)rest.data, rest.len, &s->id) < 0)
		return entry_read_bad(r, "not an id");
	return 0;
}

/* Line 7: the number of the event, and the leaf of the event before. */
static int
parse_event(struct entry_reader *r, struct entry *e)
{
	struct bytes line, field;

	if (entry_read_line(r, &line) < 0)
		return -1;
	if (text_field(&line, &field) < 0)
		return entry_read_bad(r, "not an event number and a leaf");
	if (entry_read_as_number(r, field, 1, CUSTODY_NUMBER_MAX, &e->event) < 0)
		return -1;
	if (e->event > 1)
		return entry_read_as_hash(r, line, &e->before);
	e->before = (struct hash){{0}};
	return text_is(line, "-") ? 0 : entry_read_bad(r, "event 1 has none before it");
}

/* Lines 1 to 7. */
static int
parse_common(struct entry_reader *r, struct entry *e)
{
	struct bytes line;

	if (entry_read_line(r, &line) < 0)
		return -1;
	if (!text_is(line, "amana/1"))
		return entry_read_bad(r, "not amana/1");
	if (entry_read_line(r, &line) < 0 || entry_read_as_hash(r, line, &e->prev) < 0)
		return -1;
	if (entry_read_line(r, &line) < 0 || entry_read_as_time(r, line, &e->at) < 0)
		return -1;
	if (entry_read_line(r, &line) < 0)
		return -1;
	if (member_code_parse((const char *)line.data, line.len, &e->actor) < 0)
		return entry_read_bad(r, "not a staff code");
	if (entry_read_line(r, &line) < 0)
		return -1;
	e->action = e->proposed = ACT_NONE;
	for (enum action action = ACT_ENROL; action < ACTIONS && e->action == ACT_NONE;
	     action++) {
		if (text_is(line, action_name(action)))
			e->action = action;
	}
	if (e->action == ACT_NONE)
		return entry_read_bad(r, "no such action");
	if (entry_read_line(r, &line) < 0 || parse_subject(r, line, &e->subject) < 0)
		return -1;
	if ((entry_grammar(e->action)->subjects & 1u << e->subject.kind) == 0)
		return entry_read_bad(r, "the action has no such subject");
	return parse_event(r, e);
}

static int
parse_objects(struct entry_reader *r, struct entry *e,
	      const struct action_grammar *grammar)
{
	for (e->n_objects = 0; entry_read_comes(r, "object"); e->n_objects++) {
		if (e->n_objects == grammar->objects_max)
			return entry_read_bad(r,
					      "more objects follow than the action has");
		if (entry_read_hash(r, "object", &e->objects[e->n_objects]) < 0)
			return -1;
	}
	return e->n_objects >= grammar->objects_min &&
			       (e->action != ACT_GRANT || e->subject.audit ||
				e->n_objects == 1)
		       ? 0
		       : entry_read_bad(r, "an object has to follow");
}

/* Whether an entry may name a line of this kind; its objects were read. */
static bool
may_carry(const struct entry *e, const struct action_grammar *grammar,
	  enum line_kind kind)
{
	switch (kind) {
	case LINE_CONTENT:
		return grammar->carries == CARRIES_DEPOSIT && e->n_objects > 0;
	case LINE_ABOUT:
		return grammar->carries == CARRIES_DEPOSIT ||
		       (grammar->carries == CARRIES_RECORD &&
			(e->subject.kind == SUBJECT_EXHIBIT ||
			 e->subject.kind == SUBJECT_CASE));
	case LINE_SOURCE:
		return grammar->carries == CARRIES_DEPOSIT ||
		       (grammar->carries == CARRIES_RECORD &&
			e->subject.kind == SUBJECT_EXHIBIT);
	case LINE_CUSTODY:
	case LINE_REASON:
		break;
	}
	return true;
}

static int
parse_lines(struct entry_reader *r, struct entry *e, const struct action_grammar *grammar)
{
	for (e->n_lines = 0; entry_read_comes(r, "line"); e->n_lines++) {
		size_t i = e->n_lines;
		struct bytes rest, field;

		if (i == ENTRY_LINES_MAX)
			return entry_read_bad(r, "over 16 lines follow");
		if (entry_read_after(r, "line", &rest) < 0)
			return -1;
		if (text_field(&rest, &field) < 0)
			return entry_read_bad(r, "not a kind and a hash");
		if (line_kind_parse(field, &e->lines[i].kind) < 0 ||
		    !may_carry(e, grammar, e->lines[i].kind))
			return entry_read_bad(r, "no such kind of line here");
		if (entry_read_as_hash(r, rest, &e->lines[i].hash) < 0)
			return -1;
		if (i > 0 &&
		    (e->lines[i - 1].kind > e->lines[i].kind ||
		     (e->lines[i - 1].kind == e->lines[i].kind &&
		      memcmp(&e->lines[i - 1].hash, &e->lines[i].hash, HASH_LEN) >= 0)))
			return entry_read_bad(r, "the lines do not ascend");
	}
	return 0;
}

static int
parse_sheets(struct entry_reader *r, struct entry *e)
{
	for (e->n_sheets = 0; entry_read_comes(r, "sheet"); e->n_sheets++) {
		if (e->n_sheets == ENTRY_SHEETS_MAX)
			return entry_read_bad(r, "over 8 sheets follow");
		if (entry_read_hash(r, "sheet", &e->sheets[e->n_sheets]) < 0)
			return -1;
		for (size_t i = 0; i < e->n_sheets; i++) {
			if (memcmp(&e->sheets[i], &e->sheets[e->n_sheets], HASH_LEN) == 0)
				return entry_read_bad(r, "a sheet is named twice");
		}
	}
	return 0;
}

/* The private sheet, which is there exactly if the entry is a record with lines about the
 * exhibit or case; and that every other line has a sheet to stand in. */
static int
parse_private(struct entry_reader *r, struct entry *e,
	      const struct action_grammar *grammar)
{
	bool needs_private = false, needs_sheet = false;

	for (size_t i = 0; i < e->n_lines; i++) {
		if (grammar->carries == CARRIES_RECORD &&
		    line_is_of_exhibit(e->lines[i].kind))
			needs_private = true;
		else
			needs_sheet = true;
	}
	if (needs_sheet && e->n_sheets == 0)
		return entry_read_bad(r, "a sheet has to follow");
	e->has_private = entry_read_comes(r, "private");
	if (!needs_private)
		return e->has_private ? entry_read_bad(r, "no private sheet belongs here")
				      : 0;
	if (entry_read_hash(r, "private", &e->private_sheet) < 0)
		return -1;
	for (size_t i = 0; i < e->n_sheets; i++) {
		if (memcmp(&e->sheets[i], &e->private_sheet, HASH_LEN) == 0)
			return entry_read_bad(r, "a sheet is named twice");
	}
	return 0;
}

/* The own lines of a propose: the name of the act, and that act's own lines as they are
 * at the time of proposing. */
static int
parse_propose(struct entry_reader *r, struct entry *e)
{
	const struct action_grammar *act;
	struct bytes rest;

	if (entry_read_after(r, "propose", &rest) < 0)
		return -1;
	for (enum action action = ACT_ENROL; action < ACTIONS; action++) {
		if (text_is(rest, action_name(action)))
			e->proposed = action;
	}
	act = entry_grammar(e->proposed);
	if (!act->proposable)
		return entry_read_bad(r, "no act that is ever proposed");
	if ((act->subjects & 1u << e->subject.kind) == 0)
		return entry_read_bad(r, "the act has no such subject");
	switch (e->proposed) {
	case ACT_DISPOSE:
	case ACT_ERASE:
		e->own.destroy.proposal = (struct hash){{0}};
		e->own.destroy.n_bundles = 0;
		return e->proposed == ACT_ERASE
			       ? entry_parse_proposed_erase(r, &e->own.destroy)
			       : entry_parse_proposed_dispose(r, &e->own.destroy);
	case ACT_LOST:
		e->own.lost.proposal = (struct hash){{0}};
		return entry_parse_proposed_lost(r, &e->own.lost);
	case ACT_HOLD:
		if (entry_parse_hold(r, e) < 0)
			return -1;
		return e->own.hold ? entry_read_bad(r, "only a release is proposed") : 0;
	default:
		return act->parse != NULL ? act->parse(r, e) : 0;
	}
}

static int
parse_own(struct entry_reader *r, struct entry *e, const struct action_grammar *grammar)
{
	if (e->action == ACT_PROPOSE)
		return parse_propose(r, e);
	return grammar->parse != NULL ? grammar->parse(r, e) : 0;
}

int
entry_decode(struct bytes bytes, struct entry *ret_entry, struct amana_error *err)
{
	struct entry_reader r = {.err = err};
	const struct action_grammar *grammar;

	if (bytes.len == 0 || bytes.len > ENTRY_MAX)
		return err_set(err, AMANA_E_FORMAT, "an entry of %s",
			       text_count(bytes.len, "byte", "bytes").text);
	r.cursor.at = (const char *)bytes.data;
	r.cursor.end = r.cursor.at + bytes.len;
	if (parse_common(&r, ret_entry) < 0)
		return -1;
	grammar = entry_grammar(ret_entry->action);
	if (parse_own(&r, ret_entry, grammar) < 0 ||
	    parse_objects(&r, ret_entry, grammar) < 0 ||
	    parse_lines(&r, ret_entry, grammar) < 0 || parse_sheets(&r, ret_entry) < 0 ||
	    parse_private(&r, ret_entry, grammar) < 0)
		return -1;
	if (r.cursor.at != r.cursor.end)
		return err_set(err, AMANA_E_FORMAT, "line %u: it does not belong here",
			       r.line + 1);
	return 0;
}
