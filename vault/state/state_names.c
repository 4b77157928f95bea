/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_names.h"

#include "state/state_table.h"

#include <string.h>

/* ---- what a slot may name ---- */

static bool
same_hash(const struct hash *a, const struct hash *b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

static bool
sheets_allow(const struct judgement *j)
{
	const struct state *state = j->state;
	uint32_t batch = state->txn.batch;

	for (size_t i = 0; i < j->e->n_sheets && batch != NO_ROW; i++) {
		uint32_t row = state_find_sheet(state, batch, &j->e->sheets[i]);

		if (row == NO_ROW)
			continue;
		if (SHEETS(state)[row].is_private)
			return state_why_not(j, "a private sheet is named as another");
		/* A new case has no row yet, and nothing before it can be of it. */
		if (j->e->action == ACT_CASE || SHEETS(state)[row].case_ != j->case_row)
			return state_why_not(j, "one sheet is named for two cases");
	}
	return true;
}

/* The private sheet that this slot has for the subject already, or NO_ROW. */
static uint32_t
private_of_slot(const struct judgement *j)
{
	const struct state *state = j->state;
	uint32_t row = j->exhibit_row != NO_ROW ? EXHIBITS(state)[j->exhibit_row].sheets_
						: CASES(state)[j->case_row].private_;

	while (row != NO_ROW && SHEETS(state)[row].batch == state->txn.batch) {
		if (SHEETS(state)[row].is_private)
			return row;
		row = j->exhibit_row != NO_ROW ? SHEETS(state)[row].older : NO_ROW;
	}
	return NO_ROW;
}

static bool
private_allows(const struct judgement *j)
{
	const struct state *state = j->state;
	const struct state_sheet *sheet;
	uint32_t row;

	/* Without a case there is no such subject, which is refused elsewhere. */
	if (!j->e->has_private || state->txn.batch == NO_ROW || j->case_row == NO_ROW)
		return true;
	row = state_find_sheet(state, state->txn.batch, &j->e->private_sheet);
	if (row != NO_ROW) {
		sheet = &SHEETS(state)[row];
		if (!sheet->is_private)
			return state_why_not(j,
					     "a sheet of the slot is named as private");
		if (sheet->exhibit != j->exhibit_row || sheet->case_ != j->case_row)
			return state_why_not(j, "a private sheet is another subject's");
	}
	row = private_of_slot(j);
	return row == NO_ROW ||
	       same_hash(&SHEETS(state)[row].name, &j->e->private_sheet) ||
	       state_why_not(j, "the subject has two private sheets in one slot");
}

/* What is being destroyed gets nothing new in the same slot. */
static bool
destruction_allows(const struct judgement *j)
{
	const struct state *state = j->state;
	bool is_new = j->e->action == ACT_DEPOSIT ||
		      (j->e->has_private && j->exhibit_row != NO_ROW);

	if (!is_new || j->case_row == NO_ROW)
		return true;
	return (CASES(state)[j->case_row].destroyed_in_ != state->txn.n &&
		(j->exhibit_row == NO_ROW ||
		 EXHIBITS(state)[j->exhibit_row].destroyed_in_ != state->txn.n)) ||
	       state_why_not(j, "its sheets are destroyed in the same slot");
}

bool
state_names_allow(const struct judgement *j)
{
	return !j->state->txn.open ||
	       (sheets_allow(j) && private_allows(j) && destruction_allows(j));
}

/* ---- taking in ---- */

static int
object_take(struct state *state, const struct hash *hash, uint32_t case_row,
	    uint32_t exhibit_row, struct amana_error *err)
{
	struct state_object fresh = {.hash = *hash, .exhibit_ = NO_ROW};
	struct state_naming naming = {.case_ = case_row};
	uint32_t row = state_find_object(state, hash);

	if (row == NO_ROW && state_table_add(state, TABLE_OBJECTS, &fresh, &row, err) < 0)
		return -1;
	if (state_table_save(state, TABLE_OBJECTS, row, err) < 0)
		return -1;
	if (exhibit_row == NO_ROW) {
		OBJECTS(state)[row].kept = true;
	} else {
		OBJECTS(state)[row].n_exhibits++;
		if (OBJECTS(state)[row].exhibit_ == NO_ROW)
			OBJECTS(state)[row].exhibit_ = exhibit_row;
	}
	naming.object = row;
	return state_find_naming(state, row, case_row) != NO_ROW
		       ? 0
		       : state_table_add(state, TABLE_NAMINGS, &naming, NULL, err);
}

int
state_names_genesis(struct state *state, const struct hash *file, struct amana_error *err)
{
	return object_take(state, file, NO_ROW, NO_ROW, err);
}

/* The rows of what an entry is about. */
struct about {
	uint32_t exhibit, case_;
	bool deposit;
};

static int
named_take(struct state *state, const struct about *about, struct amana_error *err)
{
	struct state_named named = {.batch = state->txn.batch, .of = about->case_};

	if (state_find_named(state, named.batch, false, named.of) == NO_ROW &&
	    state_table_add(state, TABLE_NAMED, &named, NULL, err) < 0)
		return -1;
	named.exhibit = true;
	named.of = about->exhibit;
	return about->exhibit == NO_ROW || state_find_named(state, named.batch, true,
							    named.of) != NO_ROW
		       ? 0
		       : state_table_add(state, TABLE_NAMED, &named, NULL, err);
}

/* Named by an entry before, in this slot. */
static int
sheet_again(struct state *state, uint32_t row, const struct about *about,
	    struct amana_error *err)
{
	if (state_table_save(state, TABLE_SHEETS, row, err) < 0)
		return -1;
	SHEETS(state)[row].n_entries++;
	if (SHEETS(state)[row].exhibit != about->exhibit)
		SHEETS(state)[row].exhibit = NO_ROW;
	return 0;
}

static int
sheet_take(struct state *state, const struct hash *name, bool is_private,
	   const struct about *about, struct amana_error *err)
{
	uint32_t row = state_find_sheet(state, state->txn.batch, name);
	uint32_t *head = NULL;
	struct state_sheet fresh = {.name = *name,
				    .batch = state->txn.batch,
				    .sheet = state->tables[TABLE_SHEETS].n,
				    .present = state->tables[TABLE_SHEETS].n,
				    .exhibit = about->exhibit,
				    .case_ = about->case_,
				    .n_entries = 1,
				    .of_deposit = about->deposit,
				    .is_private = is_private,
				    .older = NO_ROW};

	if (row != NO_ROW)
		return sheet_again(state, row, about, err);
	if (about->exhibit != NO_ROW && (about->deposit || is_private)) {
		if (state_table_save(state, TABLE_EXHIBITS, about->exhibit, err) < 0)
			return -1;
		head = &EXHIBITS(state)[about->exhibit].sheets_;
		fresh.older = *head;
	} else if (is_private) {
		if (state_table_save(state, TABLE_CASES, about->case_, err) < 0)
			return -1;
		head = &CASES(state)[about->case_].private_;
	}
	if (state_table_add(state, TABLE_SHEETS, &fresh, &row, err) < 0)
		return -1;
	if (head != NULL)
		*head = row;
	return 0;
}

static int
sheets_take(struct state *state, const struct entry *e, const struct about *about,
	    struct amana_error *err)
{
	struct state_batch batch = {.slot = state->txn.n, .bundle = NO_ROW};

	if (e->n_sheets == 0 && !e->has_private)
		return 0;
	if (state->txn.batch == NO_ROW &&
	    state_table_add(state, TABLE_BATCHES, &batch, &state->txn.batch, err) < 0)
		return -1;
	if (named_take(state, about, err) < 0)
		return -1;
	for (size_t i = 0; i < e->n_sheets; i++) {
		if (sheet_take(state, &e->sheets[i], false, about, err) < 0)
			return -1;
	}
	return e->has_private ? sheet_take(state, &e->private_sheet, true, about, err)
			      : 0;
}

/* Counts a private sheet, and notes in which slot exhibit and case got something new. */
static int
note_new(struct state *state, const struct entry *e, const struct about *about,
	 struct amana_error *err)
{
	bool is_private = e->has_private && about->exhibit != NO_ROW;

	if (!about->deposit && !is_private)
		return 0;
	if (state_table_save(state, TABLE_CASES, about->case_, err) < 0 ||
	    state_table_save(state, TABLE_EXHIBITS, about->exhibit, err) < 0)
		return -1;
	CASES(state)[about->case_].touched_in_ = state->txn.n;
	if (is_private) {
		EXHIBITS(state)[about->exhibit].n_private++;
		EXHIBITS(state)[about->exhibit].private_in_ = state->txn.n;
	}
	return 0;
}

int
state_names_take(struct state *state, const struct entry *e, struct amana_error *err)
{
	struct about about = {NO_ROW, NO_ROW, e->action == ACT_DEPOSIT};

	switch (e->subject.kind) {
	case SUBJECT_EXHIBIT:
		about.exhibit = state_find_exhibit(state, &e->subject.id);
		about.case_ = EXHIBITS(state)[about.exhibit].case_;
		break;
	case SUBJECT_CASE:
		about.case_ = state_find_case(state, &e->subject.id);
		break;
	case SUBJECT_GRANT:
		if (!e->subject.audit)
			about.case_ = state_find_case(state, &e->subject.id);
		break;
	case SUBJECT_MEMBER:
	case SUBJECT_VAULT:
		break;
	}
	for (size_t i = 0; i < e->n_objects; i++) {
		if (object_take(state, &e->objects[i], about.case_,
				about.deposit ? about.exhibit : NO_ROW, err) < 0)
			return -1;
	}
	if (sheets_take(state, e, &about, err) < 0)
		return -1;
	return note_new(state, e, &about, err);
}

/* ---- bundles ---- */

bool
state_names_was_old(const struct state *state, const struct hash *name)
{
	uint32_t first = state_find_bundle(state, name);

	return first != NO_ROW && BUNDLES(state)[first].was_old;
}

static int
bundle_add(struct state *state, uint32_t batch_row, const struct hash *name,
	   struct amana_error *err)
{
	uint32_t row = state->tables[TABLE_BUNDLES].n;
	uint32_t first = state_find_bundle(state, name);
	struct state_bundle fresh = {.name = *name,
				     .batch = batch_row,
				     .first = first != NO_ROW ? first : row,
				     .newest = row,
				     .older = NO_ROW};

	if (first != NO_ROW) {
		if (state_table_save(state, TABLE_BUNDLES, first, err) < 0)
			return -1;
		fresh.older = BUNDLES(state)[first].newest;
	}
	if (state_table_save(state, TABLE_BATCHES, batch_row, err) < 0 ||
	    state_table_add(state, TABLE_BUNDLES, &fresh, NULL, err) < 0)
		return -1;
	if (first != NO_ROW)
		BUNDLES(state)[first].newest = row;
	BATCHES(state)[batch_row].bundle = row;
	return 0;
}

int
state_names_end(struct state *state, const struct hash *bundle, struct state_why *ret_why,
		struct amana_error *err)
{
	const struct judgement j = {.why = ret_why};

	if ((state->txn.batch != NO_ROW) != (bundle != NULL)) {
		(void)state_why_not(
			&j, bundle != NULL
				    ? "the note names a bundle, but no entry a sheet"
				    : "an entry names a sheet, but the note no bundle");
		return 1;
	}
	if (bundle == NULL)
		return 0;
	if (state_names_was_old(state, bundle)) {
		(void)state_why_not(&j,
				    "its bundle has the name of one that was replaced");
		return 1;
	}
	return bundle_add(state, state->txn.batch, bundle, err);
}

int
state_names_rewrite(struct state *state, uint32_t batch_row, const struct hash *name,
		    struct amana_error *err)
{
	uint32_t first = BUNDLES(state)[BATCHES(state)[batch_row].bundle].first;

	if (state_table_save(state, TABLE_BUNDLES, first, err) < 0 ||
	    bundle_add(state, batch_row, name, err) < 0)
		return -1;
	BUNDLES(state)[first].was_old = true;
	BATCHES(state)[batch_row].rewritten = true;
	return 0;
}

/* ---- sheets ---- */

int
state_names_reseal(struct state *state, uint32_t sheet_row, const struct hash *name,
		   struct amana_error *err)
{
	struct state_sheet fresh = {.batch = SHEETS(state)[sheet_row].batch,
				    .sheet = sheet_row,
				    .present = NO_ROW,
				    .exhibit = NO_ROW,
				    .case_ = NO_ROW,
				    .older = NO_ROW};
	uint32_t row = NO_ROW;

	if (state_table_save(state, TABLE_SHEETS, sheet_row, err) < 0)
		return -1;
	if (name != NULL) {
		fresh.name = *name;
		if (state_table_add(state, TABLE_SHEETS, &fresh, &row, err) < 0)
			return -1;
	}
	SHEETS(state)[sheet_row].present = row;
	return 0;
}

uint32_t
state_names_present(const struct state *state, uint32_t batch_row,
		    const struct hash *name)
{
	uint32_t row = state_find_sheet(state, batch_row, name), sheet;

	if (row == NO_ROW)
		return NO_ROW;
	sheet = SHEETS(state)[row].sheet;
	return SHEETS(state)[sheet].present == row ? sheet : NO_ROW;
}

/* ---- what the log names for a subject ---- */

/* It is the present name of the bundle of a batch in which an entry of the subject names
 * a sheet. */
static bool
bundle_is_of(const struct judgement *j, const struct hash *hash)
{
	const struct state *state = j->state;
	bool exhibit = j->subject.kind == SUBJECT_EXHIBIT;
	uint32_t of = exhibit ? j->exhibit_row : j->case_row;
	uint32_t first = state_find_bundle(state, hash);

	for (uint32_t row = first != NO_ROW ? BUNDLES(state)[first].newest : NO_ROW;
	     row != NO_ROW; row = BUNDLES(state)[row].older) {
		uint32_t batch = BUNDLES(state)[row].batch;

		if (BATCHES(state)[batch].bundle == row &&
		    state_find_named(state, batch, exhibit, of) != NO_ROW)
			return true;
	}
	return false;
}

bool
state_names_has(const struct judgement *j, const struct hash *hash)
{
	const struct state *state = j->state;
	uint32_t object = state_find_object(state, hash);

	if (bundle_is_of(j, hash))
		return true;
	if (j->subject.kind == SUBJECT_EXHIBIT)
		return EXHIBITS(state)[j->exhibit_row].has_object &&
		       same_hash(&EXHIBITS(state)[j->exhibit_row].object, hash);
	return object != NO_ROW &&
	       state_find_naming(state, object, j->case_row) != NO_ROW;
}
