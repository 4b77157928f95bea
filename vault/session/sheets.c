/* SPDX-License-Identifier: Apache-2.0 */
#include "session/sheets.h"

#include <string.h>

/* ---- slots ---- */

void
sheets_slot_done(struct sheets_slot *slot)
{
	bundle_done(&slot->older);
	buf_done(&slot->older_bytes);
	bundle_done(&slot->bundle);
	buf_done(&slot->bundle_bytes);
	buf_done(&slot->bytes);
}

int
sheets_slot_load_public(struct session *session, uint64_t n, struct sheets_slot *slot,
			struct amana_error *err)
{
	buf_clear(&slot->bytes);
	buf_clear(&slot->bundle_bytes);
	buf_clear(&slot->older_bytes);
	bundle_done(&slot->bundle);
	bundle_done(&slot->older);
	slot->bundle = slot->older = (struct bundle)BUNDLE_INIT;
	slot->n = n;
	if (log_load_slot(session->log, n, &slot->bytes, err) < 0 ||
	    batch_split(BYTES_OF(slot->bytes), &slot->parts, err) < 0 ||
	    batch_note_decode(slot->parts.text, NULL, &slot->note, err) < 0)
		return err_wrap(err, "batch %" PRIu64, n);
	slot->has_bundle = slot->note.has_bundle;
	return 0;
}

/* 0: the bundle that the note named was rewritten, and is still there. */
static int
load_older(struct session *session, struct sheets_slot *slot)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct hash now;

	if (state_bundle_of(session_state(session), slot->n, &now) != 1 ||
	    session_bundle_named(session, &slot->note.bundle, &slot->older_bytes,
				 &ignored) < 0)
		return 1;
	return bundle_parse(BYTES_OF(slot->older_bytes), &slot->older, &ignored);
}

int
sheets_slot_load_bundle(struct session *session, struct sheets_slot *slot,
			struct amana_error *err)
{
	if (!slot->has_bundle)
		return 0;
	if (load_older(session, slot) < 0)
		slot->older = (struct bundle)BUNDLE_INIT;
	if ((session_bundle(session, slot->n, &slot->bundle_bytes, err) < 0 ||
	     bundle_parse(BYTES_OF(slot->bundle_bytes), &slot->bundle, err) < 0) &&
	    slot->older.n == 0)
		return err_wrap(err, "the sheets of batch %" PRIu64 " by %.*s", slot->n,
				(int)slot->parts.sig.name.len,
				(const char *)slot->parts.sig.name.data);
	return 0;
}

int
sheets_slot_load(struct session *session, uint64_t n, struct sheets_slot *slot,
		 struct amana_error *err)
{
	return sheets_slot_load_public(session, n, slot, err) < 0
		       ? -1
		       : sheets_slot_load_bundle(session, slot, err);
}

int
sheets_slot_find(const struct sheets_slot *slot, const struct subject *subject,
		 uint64_t event, struct entry *ret_entry, uint32_t *ret_index,
		 struct amana_error *err)
{
	struct bytes rest = slot->parts.entries, raw;
	char text[SUBJECT_TEXT_MAX + 1];
	int r;

	/* A thousand entries may stand here: only those whose bytes mention the subject
	 * are decoded. */
	subject_text(subject, text);
	for (uint32_t i = 0; (r = batch_next(&rest, &raw, err)) == 0; i++) {
		if (memmem(raw.data, raw.len, text, strlen(text)) == NULL)
			continue;
		if (entry_decode(raw, ret_entry, err) < 0)
			return -1;
		if (!subject_equal(&ret_entry->subject, subject) ||
		    ret_entry->event != event)
			continue;
		*ret_index = i;
		return 0;
	}
	return r;
}

/* ---- opening ---- */

/* Opens one of the entry's sheets with a ring: by the key of the epoch that the entry
 * names if it names one (not 0), else by any. */
static int
open_with(const struct ring *ring, uint64_t epoch, struct bytes file,
	  struct sheet *ret_sheet, struct amana_error *err)
{
	int at;

	if (ring->n_epochs == 0)
		return SHEETS_NOT_MINE;
	if (epoch == 0)
		return sheet_open(ring->identities, ring->n_epochs, file, ret_sheet, err);
	at = ring_find(ring, epoch);
	if (at < 0)
		return SHEETS_NOT_MINE;
	return sheet_open(&ring->identities[at], 1, file, ret_sheet, err);
}

/* True for the entries that say themselves to which rings their sheets are sealed. */
static bool
says_rings(const struct entry *entry)
{
	return entry->action == ACT_DEPOSIT || entry->action == ACT_RECORD ||
	       entry->action == ACT_DENIED;
}

/* The case that an entry belongs to; NULL: none. */
static const struct custody_id *
case_of(const struct session *session, const struct entry *entry)
{
	const struct state_exhibit *exhibit;

	if (says_rings(entry))
		return entry->own.sealing.in_case ? &entry->own.sealing.case_id : NULL;
	switch (entry->subject.kind) {
	case SUBJECT_CASE:
		return &entry->subject.id;
	case SUBJECT_GRANT:
		return entry->subject.audit ? NULL : &entry->subject.id;
	case SUBJECT_EXHIBIT:
		exhibit = state_exhibit(session_state(session), &entry->subject.id);
		return exhibit != NULL
			       ? &state_exhibit_case(session_state(session), exhibit)->id
			       : NULL;
	case SUBJECT_MEMBER:
	case SUBJECT_VAULT:
		break;
	}
	return NULL;
}

static void
bond_of(struct session *session, const struct sheets_slot *slot,
	const struct entry *entry, struct line_bond *bond)
{
	const struct custody_id *case_id = case_of(session, entry);

	*bond = (struct line_bond){.vault = *log_fingerprint(session->log)};
	bond->in_case = case_id != NULL;
	if (case_id != NULL)
		bond->case_id = *case_id;
	bond->actor = entry->actor;
	bond->act = slot->note.nonce;
	if (entry->subject.kind == SUBJECT_EXHIBIT)
		bond->exhibit = entry->subject.id;
	else
		bond->on_case = true;
}

/* What an entry signed for, and where its lines are. */
struct signed_lines {
	const struct state *state;
	uint64_t n; /* the slot */
	const struct entry *entry;
	const struct sheet *sheet;
	struct line_bond bond; /* what each line must be bound to */
	/* False: the bond's recipient is taken as the line has it. */
	bool knows_recipient;
};

/* Takes the line of `kind` out of the sheet and checks it.  1: the entry names none of
 * that kind, or an erasure struck it. */
static int
take_line(struct signed_lines *of, enum line_kind kind, struct line *ret_line,
	  struct amana_error *err)
{
	const struct entry *entry = of->entry;
	struct bytes json;

	for (size_t i = 0; i < entry->n_lines; i++) {
		if (entry->lines[i].kind != kind)
			continue;
		if (sheet_find(of->sheet, &entry->lines[i].hash, &json) < 0)
			return state_line_struck(of->state, of->n, &entry->lines[i].hash)
				       ? 1
				       : err_set(err, AMANA_E_TAMPERED,
						 "the %s line that %s signed for is not in its sheet",
						 line_kind_name(kind), entry->actor.text);
		if (line_parse(json, ret_line, err) < 0)
			return err_wrap(err, "a line signed by %s", entry->actor.text);
		if (!of->knows_recipient)
			of->bond.recipient = ret_line->bond.recipient;
		return line_check(ret_line, kind, &entry->lines[i].hash, &of->bond,
				  entry->actor.text, err);
	}
	return 1;
}

/* True if some entry of the batch names a line with this hash. */
static bool
batch_names_line(const struct sheets_slot *slot, const struct hash *hash)
{
	const uint8_t *at = slot->parts.entries.data, *end = at + slot->parts.entries.len,
		      *word;
	char hex[HASH_HEX_LEN + 2];

	hash_hex(hash, hex);
	hex[HASH_HEX_LEN] = '\n';
	for (; (at = memmem(at, (size_t)(end - at), hex, HASH_HEX_LEN + 1)) != NULL;
	     at++) {
		for (word = at; word > slot->parts.entries.data && word[-1] != '\n';)
			word--;
		if (at - word > 5 && memcmp(word, "line ", 5) == 0)
			return true;
	}
	return false;
}

/* Nothing is hidden in the sheet: each of its lines is named by some entry of its batch.
 */
static int
check_all_named(const struct sheets_slot *slot, const struct entry *entry,
		const struct sheet *sheet, struct amana_error *err)
{
	for (size_t i = 0; i < sheet->n_lines; i++) {
		struct hash hash;
		size_t k = 0;

		hash_of(sheet->lines[i].data, sheet->lines[i].len, &hash);
		while (k < entry->n_lines && !hash_equal(&entry->lines[k].hash, &hash))
			k++;
		if (k == entry->n_lines && !batch_names_line(slot, &hash))
			return err_set(
				err, AMANA_E_TAMPERED,
				"a sheet holds a line that its signer %s did not sign for",
				entry->actor.text);
	}
	return 0;
}

/* Finds what stands today for a sheet that the entry names.  SHEETS_DESTROYED: a disposal
 * or an erasure blanked it. */
static int
sheet_bytes(struct session *session, const struct sheets_slot *slot,
	    const struct entry *entry, const struct hash *sheet, struct bytes *ret_file,
	    struct amana_error *err)
{
	struct hash now = *sheet;
	size_t at;

	if (!slot->has_bundle)
		return err_set(err, AMANA_E_TAMPERED,
			       "an entry by %s names a sheet, its batch none",
			       entry->actor.text);
	if (state_sheet_of(session_state(session), slot->n, sheet, &now) == 2)
		return SHEETS_DESTROYED;
	if (bundle_find(&slot->bundle, &now, &at) == 0) {
		*ret_file = slot->bundle.sheets[at];
		return 0;
	}
	if (bundle_find(&slot->older, &now, &at) == 0) {
		*ret_file = slot->older.sheets[at];
		return 0;
	}
	return err_set(err, AMANA_E_TAMPERED,
		       "a sheet that %s signed for in batch %" PRIu64
		       " is not in its bundle",
		       entry->actor.text, slot->n);
}

void
sheets_exhibit_done(struct sheets_exhibit *exhibit)
{
	line_done(&exhibit->content);
	line_done(&exhibit->about);
	line_done(&exhibit->source);
	sheet_done(&exhibit->sheet);
	*exhibit = (struct sheets_exhibit)SHEETS_EXHIBIT_INIT;
}

static int
take_exhibit_lines(struct session *session, const struct sheets_slot *slot,
		   const struct entry *entry, bool is_whole,
		   struct sheets_exhibit *exhibit, struct amana_error *err)
{
	struct signed_lines of = {.state = session_state(session),
				  .n = slot->n,
				  .entry = entry,
				  .sheet = &exhibit->sheet,
				  .knows_recipient = true};
	int r[3] = {1, 1, 1};

	if (check_all_named(slot, entry, &exhibit->sheet, err) < 0)
		return -1;
	bond_of(session, slot, entry, &of.bond);
	of.bond.has_object = entry->n_objects > 0;
	if (of.bond.has_object)
		of.bond.object = entry->objects[0];
	if (age_identity_keep_recipient(&exhibit->sheet.identity, &of.bond.recipient,
					err) < 0)
		return -1;
	r[0] = take_line(&of, LINE_CONTENT, &exhibit->content, err);
	if (r[0] < 0)
		return -1;
	if (is_whole)
		r[1] = take_line(&of, LINE_ABOUT, &exhibit->about, err);
	if (r[1] < 0)
		return -1;
	if (is_whole)
		r[2] = take_line(&of, LINE_SOURCE, &exhibit->source, err);
	if (r[2] < 0)
		return -1;
	exhibit->has_content = r[0] == 0;
	exhibit->has_about = r[1] == 0;
	exhibit->has_source = r[2] == 0;
	return 0;
}

static int
open_exhibit(struct session *session, const struct sheets_slot *slot,
	     const struct entry *entry, bool is_whole, struct sheets_exhibit *ret_exhibit,
	     struct amana_error *err)
{
	CLEANUP(sheets_exhibit_done) struct sheets_exhibit exhibit = SHEETS_EXHIBIT_INIT;
	const struct ring *ring;
	struct bytes file = {NULL, 0};
	bool destroyed = false;
	int r = session_ring(session, &entry->own.sealing.case_id, &ring, err);

	if (r != 0)
		return r < 0 ? -1 : SHEETS_NOT_MINE;
	if (ring_find(ring, entry->own.sealing.epoch) < 0)
		return SHEETS_NOT_MINE;
	/* This program puts the exhibit's own sheet last, but the format does not say
	 * that everybody must. */
	for (size_t i = entry->n_sheets; i > 0; i--) {
		r = sheet_bytes(session, slot, entry, &entry->sheets[i - 1], &file, err);
		if (r < 0)
			return -1;
		destroyed |= r == SHEETS_DESTROYED;
		if (r == SHEETS_DESTROYED)
			continue;
		r = open_with(ring, entry->own.sealing.epoch, file, &exhibit.sheet, err);
		if (r < 0)
			return err_wrap(err, "a sheet signed by %s", entry->actor.text);
		if (r == 0 && exhibit.sheet.identity.len == AGE_KEY_LEN) {
			if (take_exhibit_lines(session, slot, entry, is_whole, &exhibit,
					       err) < 0)
				return -1;
			*ret_exhibit = exhibit;
			exhibit = (struct sheets_exhibit)SHEETS_EXHIBIT_INIT;
			return 0;
		}
		sheet_done(&exhibit.sheet);
		exhibit.sheet = (struct sheet)SHEET_INIT;
	}
	if (destroyed)
		return SHEETS_DESTROYED;
	return err_set(err, AMANA_E_TAMPERED,
		       "no sheet that %s signed for in batch %" PRIu64
		       " holds the exhibit's key for the case",
		       entry->actor.text, slot->n);
}

int
sheets_open_exhibit(struct session *session, const struct sheets_slot *slot,
		    const struct entry *entry, struct sheets_exhibit *ret_exhibit,
		    struct amana_error *err)
{
	return open_exhibit(session, slot, entry, true, ret_exhibit, err);
}

int
sheets_open_content(struct session *session, const struct sheets_slot *slot,
		    const struct entry *entry, struct sheets_exhibit *ret_exhibit,
		    struct amana_error *err)
{
	return open_exhibit(session, slot, entry, false, ret_exhibit, err);
}

void
sheets_act_done(struct sheets_act *act)
{
	line_done(&act->custody);
	line_done(&act->reason);
	sheet_done(&act->sheet);
	*act = (struct sheets_act)SHEETS_ACT_INIT;
}

/* Opens an act sheet by the audit ring if this person holds it, else by the case's. */
static int
open_act_sheet(struct session *session, const struct entry *entry, struct bytes file,
	       struct sheet *ret_sheet, struct amana_error *err)
{
	const struct custody_id *case_id = case_of(session, entry);
	const struct ring *ring;
	int r = session_ring(session, NULL, &ring, err);

	if (r == 0)
		r = open_with(ring,
			      says_rings(entry) ? entry->own.sealing.audit_epoch : 0,
			      file, ret_sheet, err);
	if (r <= 0 || case_id == NULL)
		return r;
	r = session_ring(session, case_id, &ring, err);
	if (r == 0)
		r = open_with(ring, says_rings(entry) ? entry->own.sealing.epoch : 0,
			      file, ret_sheet, err);
	return r;
}

static int
take_act_lines(struct session *session, const struct sheets_slot *slot,
	       const struct entry *entry, struct sheets_act *act, struct amana_error *err)
{
	struct signed_lines of = {.state = session_state(session),
				  .n = slot->n,
				  .entry = entry,
				  .sheet = &act->sheet,
				  .knows_recipient = true};
	int r;

	if (check_all_named(slot, entry, &act->sheet, err) < 0)
		return -1;
	bond_of(session, slot, entry, &of.bond);
	r = take_line(&of, LINE_CUSTODY, &act->custody, err);
	if (r < 0)
		return -1;
	act->has_custody = r == 0;
	r = take_line(&of, LINE_REASON, &act->reason, err);
	if (r < 0)
		return -1;
	act->has_reason = r == 0;
	return 0;
}

void
sheets_private_done(struct sheets_private *private)
{
	line_done(&private->about);
	line_done(&private->source);
	sheet_done(&private->sheet);
	*private = (struct sheets_private)SHEETS_PRIVATE_INIT;
}

static int
take_private_lines(struct session *session, const struct sheets_slot *slot,
		   const struct entry *entry, const struct age_recipient *recipient,
		   struct sheets_private *private, struct amana_error *err)
{
	struct signed_lines of = {.state = session_state(session),
				  .n = slot->n,
				  .entry = entry,
				  .sheet = &private->sheet,
				  .knows_recipient = recipient != NULL};
	const struct state_exhibit *exhibit = NULL;
	int r;

	if (check_all_named(slot, entry, &private->sheet, err) < 0)
		return -1;
	bond_of(session, slot, entry, &of.bond);
	if (entry->subject.kind == SUBJECT_EXHIBIT) {
		exhibit = state_exhibit(session_state(session), &entry->subject.id);
		if (exhibit == NULL)
			return err_bug(err,
				       "a record about an exhibit that is not there");
		of.bond.has_object = exhibit->has_object;
		of.bond.object = exhibit->object;
	}
	if (recipient != NULL)
		of.bond.recipient = *recipient;
	of.bond.no_recipient = true;
	r = take_line(&of, LINE_ABOUT, &private->about, err);
	if (r < 0)
		return -1;
	private->has_about = r == 0;
	r = take_line(&of, LINE_SOURCE, &private->source, err);
	if (r < 0)
		return -1;
	private->has_source = r == 0;
	return 0;
}

int
sheets_open_private(struct session *session, const struct sheets_slot *slot,
		    const struct entry *entry, const struct age_recipient *recipient,
		    struct sheets_private *ret_private, struct amana_error *err)
{
	CLEANUP(sheets_private_done) struct sheets_private private = SHEETS_PRIVATE_INIT;
	struct bytes file = {NULL, 0};
	const struct ring *ring;
	int r;

	if (!entry->has_private)
		return SHEETS_NONE;
	r = session_ring(session, &entry->own.sealing.case_id, &ring, err);
	if (r != 0)
		return r < 0 ? -1 : SHEETS_NOT_MINE;
	if (ring_find(ring, entry->own.sealing.epoch) < 0)
		return SHEETS_NOT_MINE;
	r = sheet_bytes(session, slot, entry, &entry->private_sheet, &file, err);
	if (r != 0)
		return r;
	r = open_with(ring, entry->own.sealing.epoch, file, &private.sheet, err);
	if (r < 0)
		return err_wrap(err, "a sheet signed by %s", entry->actor.text);
	if (r > 0 || private.sheet.identity.len != 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "the private sheet that %s signed for in batch %" PRIu64
			       " is not sealed to the case alone",
			       entry->actor.text, slot->n);
	if (take_private_lines(session, slot, entry, recipient, &private, err) < 0)
		return -1;
	*ret_private = private;
	private = (struct sheets_private)SHEETS_PRIVATE_INIT;
	return 0;
}

/* 1: this person holds the key of an epoch that the entry names, so that its act sheet is
 * sealed to this person.  0: holds none. */
static int
holds_epoch(struct session *session, const struct entry *entry, struct amana_error *err)
{
	const struct act_sealing *sealing = &entry->own.sealing;
	const struct ring *ring;
	int r = session_ring(session, NULL, &ring, err);

	/* After a new beginning of the audit ring people seal past it until they have
	 * accepted that (DESIGN.md section 3). */
	if (r == 0 && ring_find(ring, sealing->audit_epoch) >= 0 &&
	    (!sealing->in_case || state_audit_begun(session_state(session)) == NULL))
		return 1;
	if (r < 0 || !sealing->in_case)
		return r < 0 ? -1 : 0;
	r = session_ring(session, &sealing->case_id, &ring, err);
	if (r == 0 && ring_find(ring, sealing->epoch) >= 0)
		return 1;
	return r < 0 ? -1 : 0;
}

int
sheets_open_act(struct session *session, const struct sheets_slot *slot,
		const struct entry *entry, struct sheets_act *ret_act,
		struct amana_error *err)
{
	CLEANUP(sheets_act_done) struct sheets_act act = SHEETS_ACT_INIT;
	struct bytes file = {NULL, 0};
	bool destroyed = false;
	int r;

	for (size_t i = 0; i < entry->n_sheets; i++) {
		r = sheet_bytes(session, slot, entry, &entry->sheets[i], &file, err);
		if (r < 0)
			return -1;
		destroyed |= r == SHEETS_DESTROYED;
		if (r == SHEETS_DESTROYED)
			continue;
		r = open_act_sheet(session, entry, file, &act.sheet, err);
		if (r < 0)
			return err_wrap(err, "a sheet signed by %s", entry->actor.text);
		if (r == 0 && act.sheet.identity.len == 0) {
			if (take_act_lines(session, slot, entry, &act, err) < 0)
				return -1;
			*ret_act = act;
			act = (struct sheets_act)SHEETS_ACT_INIT;
			return 0;
		}
		sheet_done(&act.sheet);
		act.sheet = (struct sheet)SHEET_INIT;
	}
	if (destroyed)
		return SHEETS_DESTROYED;
	r = entry->n_sheets > 0 && says_rings(entry) ? holds_epoch(session, entry, err)
						     : 0;
	if (r > 0)
		return err_set(err, AMANA_E_TAMPERED,
			       "no sheet that %s signed for in batch %" PRIu64
			       " opens for those who may read it",
			       entry->actor.text, slot->n);
	return r < 0 ? -1 : SHEETS_NOT_MINE;
}
