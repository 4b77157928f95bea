/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_table.h"

#include <string.h>

static const size_t item_sizes[TABLES + 1] = {
	[TABLE_MEMBERS] = sizeof(struct state_member),
	[TABLE_KEYS] = sizeof(struct state_key),
	[TABLE_ENROLS] = sizeof(struct state_enrol),
	[TABLE_CASES] = sizeof(struct state_case),
	[TABLE_RINGS] = sizeof(struct state_ring),
	[TABLE_GRANTS] = sizeof(struct state_grant),
	[TABLE_EXHIBITS] = sizeof(struct state_exhibit),
	[TABLE_OBJECTS] = sizeof(struct state_object),
	[TABLE_NAMINGS] = sizeof(struct state_naming),
	[TABLE_BATCHES] = sizeof(struct state_batch),
	[TABLE_BUNDLES] = sizeof(struct state_bundle),
	[TABLE_SHEETS] = sizeof(struct state_sheet),
	[TABLE_NAMED] = sizeof(struct state_named),
	[TABLE_PROPOSALS] = sizeof(struct state_proposal),
	[TABLE_ACTS] = sizeof(struct state_act),
	[TABLE_ACKS] = sizeof(struct state_ack),
	[TABLE_LOST] = sizeof(struct state_lost),
	[TABLE_LOG_KEYS] = sizeof(struct note_key),
	[TABLE_RESTORED] = sizeof(struct state_restored),
	[TABLE_SKIPS] = sizeof(struct state_skip),
	[TABLE_PASTS] = sizeof(struct state_past),
	[TABLE_STRUCK] = sizeof(struct state_struck),
	[TABLE_VAULT] = sizeof(struct state_vault),
};

/* What a row is found by: at most 32 bytes, or these and a number. */
struct key {
	uint64_t words[5];
};

static struct key
key_of(const void *bytes, size_t len)
{
	struct key key = {{0}};

	memcpy(key.words, bytes, len);
	return key;
}

static struct key
key_pair(uint32_t a, uint32_t b)
{
	return (struct key){{(uint64_t)a << 32 | b}};
}

/* A name within a batch. */
static struct key
key_within(uint32_t batch, const struct hash *name)
{
	struct key key = key_of(name, HASH_LEN);

	key.words[4] = batch;
	return key;
}

static struct key
key_named(uint32_t batch, bool exhibit, uint32_t of)
{
	struct key key = key_pair(batch, of);

	key.words[1] = exhibit;
	return key;
}

static const enum table index_tables[INDEXES] = {
	[INDEX_MEMBER] = TABLE_MEMBERS,	 [INDEX_KEY] = TABLE_KEYS,
	[INDEX_CASE] = TABLE_CASES,	 [INDEX_RING] = TABLE_RINGS,
	[INDEX_GRANT] = TABLE_GRANTS,	 [INDEX_EXHIBIT] = TABLE_EXHIBITS,
	[INDEX_OBJECT] = TABLE_OBJECTS,	 [INDEX_NAMING] = TABLE_NAMINGS,
	[INDEX_NUMBER] = TABLE_EXHIBITS, [INDEX_BATCH] = TABLE_BATCHES,
	[INDEX_BUNDLE] = TABLE_BUNDLES,	 [INDEX_SHEET] = TABLE_SHEETS,
	[INDEX_NAMED] = TABLE_NAMED,	 [INDEX_PROPOSAL] = TABLE_PROPOSALS,
	[INDEX_ACT] = TABLE_ACTS,	 [INDEX_ACK] = TABLE_ACKS,
};

/* The key of a row in an index; false if the row does not stand in it. */
static bool
item_key(const struct state *state, enum index index, uint32_t row, struct key *ret_key)
{
	switch (index) {
	case INDEX_MEMBER:
		*ret_key = key_of(&MEMBERS(state)[row].code, sizeof(struct member_code));
		return true;
	case INDEX_KEY:
		*ret_key = key_of(KEYS(state)[row].pub, SIGN_PUB_LEN);
		return true;
	case INDEX_CASE:
		*ret_key = key_of(&CASES(state)[row].id, CUSTODY_ID_LEN);
		return true;
	case INDEX_RING:
		*ret_key = key_of(&RINGS(state)[row].recipient, AGE_KEY_LEN);
		return true;
	case INDEX_GRANT:
		*ret_key = key_pair(GRANTS(state)[row].case_, GRANTS(state)[row].member_);
		return true;
	case INDEX_EXHIBIT:
		*ret_key = key_of(&EXHIBITS(state)[row].id, CUSTODY_ID_LEN);
		return true;
	case INDEX_OBJECT:
		*ret_key = key_of(&OBJECTS(state)[row].hash, HASH_LEN);
		return true;
	case INDEX_NAMING:
		*ret_key =
			key_pair(NAMINGS(state)[row].object, NAMINGS(state)[row].case_);
		return true;
	case INDEX_NUMBER:
		*ret_key =
			key_pair(EXHIBITS(state)[row].case_, EXHIBITS(state)[row].number);
		return true;
	case INDEX_BATCH:
		*ret_key = (struct key){{BATCHES(state)[row].slot}};
		return true;
	case INDEX_BUNDLE:
		*ret_key = key_of(&BUNDLES(state)[row].name, HASH_LEN);
		return BUNDLES(state)[row].first == row;
	case INDEX_SHEET:
		*ret_key = key_within(SHEETS(state)[row].batch, &SHEETS(state)[row].name);
		return true;
	case INDEX_NAMED:
		*ret_key = key_named(NAMED(state)[row].batch, NAMED(state)[row].exhibit,
				     NAMED(state)[row].of);
		return true;
	case INDEX_ACT:
		*ret_key = key_of(&ACTS(state)[row].leaf, HASH_LEN);
		return true;
	case INDEX_ACK:
		*ret_key = key_pair(ACKS(state)[row].act, ACKS(state)[row].member);
		return true;
	case INDEX_PROPOSAL:
		*ret_key = key_of(&PROPOSALS(state)[row].leaf, HASH_LEN);
		return true;
	}
	return false;
}

static uint64_t
fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The cell at which to begin looking for a key.  Members choose ids: without the
 * random seeds one of them could choose ids that make every look-up slow. */
static uint32_t
start_cell(const struct state *state, const struct state_index *index,
	   const struct key *key)
{
	uint64_t h = fold(key->words[0] ^ key->words[4] ^ state->seeds[0],
			  key->words[1] ^ state->seeds[1]);

	h = fold(key->words[2] ^ h ^ state->seeds[2], key->words[3] ^ state->seeds[3]);
	return (uint32_t)(h >> 32 ^ h) & (index->cap - 1);
}

static uint32_t
index_find(const struct state *state, enum index which, const struct key *key)
{
	const struct state_index *index = &state->indexes[which];
	struct key other;

	if (index->cap == 0)
		return NO_ROW;
	for (uint32_t i = start_cell(state, index, key);;
	     i = (i + 1) & (index->cap - 1)) {
		if (index->cells[i] == 0)
			return NO_ROW;
		if (item_key(state, which, index->cells[i] - 1, &other) &&
		    memcmp(&other, key, sizeof other) == 0)
			return index->cells[i] - 1;
	}
}

static void
index_put(struct state *state, struct state_index *index, const struct key *key,
	  uint32_t row)
{
	uint32_t i = start_cell(state, index, key);

	while (index->cells[i] != 0)
		i = (i + 1) & (index->cap - 1);
	index->cells[i] = row + 1;
	index->used++;
}

/* Takes out the row that came in last.  Nothing was put behind it, so its cell just
 * becomes empty. */
static void
index_take(struct state *state, struct state_index *index, const struct key *key,
	   uint32_t row)
{
	uint32_t i = start_cell(state, index, key);

	while (index->cells[i] != row + 1)
		i = (i + 1) & (index->cap - 1);
	index->cells[i] = 0;
	index->used--;
}

/* Makes room for `more` rows in a table that is at most two thirds full.  A larger one
 * is filled in the order of the rows' numbers, in which they came in, since index_take
 * depends on it. */
static int
index_room(struct state *state, enum index which, uint32_t more, struct amana_error *err)
{
	struct state_index *index = &state->indexes[which];
	struct state_index grown = {.cap = index->cap != 0 ? index->cap : 16};
	struct key key;

	while ((uint64_t)grown.cap * 2 < ((uint64_t)index->used + more) * 3)
		grown.cap *= 2;
	if (grown.cap == index->cap)
		return 0;
	grown.cells = mem_array(grown.cap, sizeof *grown.cells, err);
	if (grown.cells == NULL)
		return -1;
	for (uint32_t row = 0; row < state->tables[index_tables[which]].n; row++) {
		if (item_key(state, which, row, &key))
			index_put(state, &grown, &key, row);
	}
	mem_free(index->cells);
	*index = grown;
	return 0;
}

/* With at most 2^30 rows the sizes of hash tables stay within 32 bits.  No log that
 * fits on a disk has more. */
#define ROWS_MAX (UINT32_C(1) << 30)

int
state_table_reserve(struct state *state, enum table table, uint32_t n,
		    struct amana_error *err)
{
	struct state_table *t = &state->tables[table];
	void *items;

	if (n > ROWS_MAX)
		return err_set(err, AMANA_E_LIMIT, "a log of over 2^30 records");
	for (enum index i = 0; i < INDEXES; i++) {
		if (index_tables[i] == table && n > t->n &&
		    index_room(state, i, n - t->n, err) < 0)
			return -1;
	}
	if (n <= t->cap)
		return 0;
	items = mem_grow(t->items, t->cap, n, item_sizes[table], err);
	if (items == NULL)
		return -1;
	t->items = items;
	t->cap = n;
	return 0;
}

int
state_table_add(struct state *state, enum table table, const void *item,
		uint32_t *ret_row, struct amana_error *err)
{
	struct state_table *t = &state->tables[table];
	uint32_t row = t->n;
	struct key key;

	if (row == t->cap &&
	    state_table_reserve(state, table, row < 8 ? 8 : row + row / 2, err) < 0)
		return -1;
	for (enum index i = 0; i < INDEXES; i++) {
		if (index_tables[i] == table && index_room(state, i, 1, err) < 0)
			return -1;
	}
	memcpy((char *)t->items + row * item_sizes[table], item, item_sizes[table]);
	t->n++;
	for (enum index i = 0; i < INDEXES; i++) {
		if (index_tables[i] == table && item_key(state, i, row, &key))
			index_put(state, &state->indexes[i], &key, row);
	}
	if (ret_row != NULL)
		*ret_row = row;
	return 0;
}

static void
table_drop_last(struct state *state, enum table table)
{
	struct state_table *t = &state->tables[table];
	struct key key;

	t->n--;
	for (enum index i = 0; i < INDEXES; i++) {
		if (index_tables[i] == table && item_key(state, i, t->n, &key))
			index_take(state, &state->indexes[i], &key, t->n);
	}
	if (table == TABLE_PROPOSALS)
		mem_free(PROPOSALS(state)[t->n].entry);
}

/* A row's bytes in the journal are followed by where they belong. */
struct saved {
	uint32_t table, row;
};

static void *
item_at(struct state *state, uint32_t table, uint32_t row)
{
	if (table == TABLE_VAULT)
		return &state->vault;
	return (char *)state->tables[table].items + row * item_sizes[table];
}

int
state_table_save(struct state *state, enum table table, uint32_t row,
		 struct amana_error *err)
{
	struct saved saved = {table, row};
	struct buf *journal = &state->txn.journal;

	if (!state->txn.open ||
	    (table != TABLE_VAULT && row >= state->txn.n_before[table]))
		return 0;
	if (buf_add(journal, item_at(state, table, row), item_sizes[table], err) < 0)
		return -1;
	if (buf_add(journal, &saved, sizeof saved, err) < 0) {
		journal->len -= item_sizes[table];
		return -1;
	}
	return 0;
}

void
state_table_undo(struct state *state)
{
	struct buf *journal = &state->txn.journal;
	struct saved saved;

	/* New rows go first, while the hash tables still find them by what they hold. */
	for (enum table table = 0; table < TABLES; table++) {
		while (state->tables[table].n > state->txn.n_before[table])
			table_drop_last(state, table);
	}
	while (journal->len > 0) {
		journal->len -= sizeof saved;
		memcpy(&saved, journal->data + journal->len, sizeof saved);
		journal->len -= item_sizes[saved.table];
		memcpy(item_at(state, saved.table, saved.row),
		       journal->data + journal->len, item_sizes[saved.table]);
	}
}

void
state_tables_free(struct state *state)
{
	for (uint32_t i = 0; i < state->tables[TABLE_PROPOSALS].n; i++)
		mem_free(PROPOSALS(state)[i].entry);
	for (enum table table = 0; table < TABLES; table++)
		mem_free(state->tables[table].items);
	for (enum index i = 0; i < INDEXES; i++)
		mem_free(state->indexes[i].cells);
}

static uint32_t
find_bytes(const struct state *state, enum index which, const void *bytes, size_t len)
{
	struct key key = key_of(bytes, len);

	return index_find(state, which, &key);
}

static uint32_t
find_pair(const struct state *state, enum index which, uint32_t a, uint32_t b)
{
	struct key key = key_pair(a, b);

	return index_find(state, which, &key);
}

uint32_t
state_find_member(const struct state *state, const struct member_code *code)
{
	return find_bytes(state, INDEX_MEMBER, code, sizeof *code);
}

uint32_t
state_find_key(const struct state *state, const uint8_t pub[SIGN_PUB_LEN])
{
	return find_bytes(state, INDEX_KEY, pub, SIGN_PUB_LEN);
}

uint32_t
state_find_case(const struct state *state, const struct custody_id *id)
{
	return find_bytes(state, INDEX_CASE, id, sizeof *id);
}

uint32_t
state_find_ring(const struct state *state, const struct age_recipient *recipient)
{
	return find_bytes(state, INDEX_RING, recipient, sizeof *recipient);
}

uint32_t
state_find_grant(const struct state *state, uint32_t case_row, uint32_t member_row)
{
	return find_pair(state, INDEX_GRANT, case_row, member_row);
}

uint32_t
state_find_exhibit(const struct state *state, const struct custody_id *id)
{
	return find_bytes(state, INDEX_EXHIBIT, id, sizeof *id);
}

uint32_t
state_find_object(const struct state *state, const struct hash *object)
{
	return find_bytes(state, INDEX_OBJECT, object, sizeof *object);
}

uint32_t
state_find_number(const struct state *state, uint32_t case_row, uint32_t number)
{
	return find_pair(state, INDEX_NUMBER, case_row, number);
}

uint32_t
state_find_naming(const struct state *state, uint32_t object_row, uint32_t case_row)
{
	return find_pair(state, INDEX_NAMING, object_row, case_row);
}

uint32_t
state_find_batch(const struct state *state, uint64_t slot)
{
	return find_bytes(state, INDEX_BATCH, &slot, sizeof slot);
}

uint32_t
state_find_bundle(const struct state *state, const struct hash *name)
{
	return find_bytes(state, INDEX_BUNDLE, name, sizeof *name);
}

uint32_t
state_find_sheet(const struct state *state, uint32_t batch_row, const struct hash *name)
{
	struct key key = key_within(batch_row, name);

	return index_find(state, INDEX_SHEET, &key);
}

uint32_t
state_find_named(const struct state *state, uint32_t batch_row, bool exhibit, uint32_t of)
{
	struct key key = key_named(batch_row, exhibit, of);

	return index_find(state, INDEX_NAMED, &key);
}

uint32_t
state_find_proposal(const struct state *state, const struct hash *leaf)
{
	return find_bytes(state, INDEX_PROPOSAL, leaf, sizeof *leaf);
}

uint32_t
state_find_act(const struct state *state, const struct hash *leaf)
{
	return find_bytes(state, INDEX_ACT, leaf, sizeof *leaf);
}

uint32_t
state_find_ack(const struct state *state, uint32_t act_row, uint32_t member_row)
{
	return find_pair(state, INDEX_ACK, act_row, member_row);
}
