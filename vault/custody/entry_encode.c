/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry.h"

#include "base/text.h"
#include "custody/entry_grammar.h"
#include "custody/entry_write.h"

/* Lines 1 to 7. */
static int
add_common(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	char prev[HASH_HEX_LEN + 1], before[HASH_HEX_LEN + 1] = "-";
	char at[TEXT_TIME_LEN + 1], subject[SUBJECT_TEXT_MAX + 1];

	hash_hex(&e->prev, prev);
	if (e->event > 1)
		hash_hex(&e->before, before);
	text_time(e->at, at);
	subject_text(&e->subject, subject);
	return buf_add_fmt(buf, err, "amana/1\n%s\n%s\n%s\n%s\n%s\n%llu %s\n", prev, at,
			   e->actor.text, action_name(e->action), subject,
			   (unsigned long long)e->event, before);
}

static int
add_names(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	if (e->n_objects > ENTRY_OBJECTS_MAX || e->n_lines > ENTRY_LINES_MAX ||
	    e->n_sheets > ENTRY_SHEETS_MAX)
		return err_bug(err, "an entry names too much");
	for (size_t i = 0; i < e->n_objects; i++) {
		if (entry_write_hash(buf, "object", &e->objects[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < e->n_lines; i++) {
		if (buf_add_fmt(buf, err, "line ") < 0 ||
		    entry_write_hash(buf, line_kind_name(e->lines[i].kind),
				     &e->lines[i].hash, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < e->n_sheets; i++) {
		if (entry_write_hash(buf, "sheet", &e->sheets[i], err) < 0)
			return -1;
	}
	return e->has_private ? entry_write_hash(buf, "private", &e->private_sheet, err)
			      : 0;
}

/* The own lines of a propose; entry_decode.c reads them with parse_propose. */
static int
add_proposed(const struct entry *e, struct buf *buf, struct amana_error *err)
{
	const struct action_grammar *act = entry_grammar(e->proposed);

	if (buf_add_fmt(buf, err, "propose %s\n", action_name(e->proposed)) < 0)
		return -1;
	if (e->proposed == ACT_DISPOSE)
		return entry_write_proposed_dispose(&e->own.destroy, buf, err);
	if (e->proposed == ACT_ERASE)
		return entry_write_proposed_erase(&e->own.destroy, buf, err);
	if (e->proposed == ACT_LOST)
		return entry_write_proposed_lost(&e->own.lost, buf, err);
	return act->write != NULL ? act->write(e, buf, err) : 0;
}

int
entry_encode(const struct entry *entry, struct buf *buf, struct amana_error *err)
{
	const struct action_grammar *grammar = entry_grammar(entry->action);
	size_t start = buf->len;
	struct amana_error why;
	struct entry again;
	int r;

	r = add_common(entry, buf, err);
	if (r == 0 && entry->action == ACT_PROPOSE)
		r = add_proposed(entry, buf, err);
	else if (r == 0 && grammar->write != NULL)
		r = grammar->write(entry, buf, err);
	if (r == 0)
		r = add_names(entry, buf, err);
	if (r == 0 && buf->len - start > ENTRY_MAX)
		r = err_set(err, AMANA_E_LIMIT, "an entry of %s",
			    text_count(buf->len - start, "byte", "bytes").text);
	/* Only the decoder knows the whole grammar, so the encoder asks it. */
	if (r == 0 && entry_decode((struct bytes){buf->data + start, buf->len - start},
				   &again, &why) < 0)
		r = err_bug(err, "an entry that cannot be read: %s", why.msg);
	if (r < 0)
		buf->len = start;
	return r;
}
