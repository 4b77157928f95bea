/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LOG_RIG_H
#define TESTS_LOG_RIG_H

#include "base/file.h"
#include "custody/bundle.h"
#include "log/log_append.h"
#include "log/log_read.h"
#include "log/log_verify.h"

#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the tests of the log share: a vault with a founder, people, simple acts, and ways
 * to spoil it. */

struct person {
	struct member_code code;
	struct secret seed;
	struct age_recipient recipient;
	struct note_key key;
};

struct rig {
	struct store *store;
	char folder[64]; /* of this test, removed at the end */
	struct person founder;
	struct hash fingerprint;
	struct secret key; /* of snapshots */
	/* what the last log told */
	unsigned n_events[LOG_EVENT_RESTORED + 1];
	struct log_event last_event;
};

static struct amana_error err;

static inline void
person_make(struct person *person, const char *code)
{
	CLEANUP(secret_done) struct secret identity = SECRET_INIT;
	uint8_t pub[SIGN_PUB_LEN];

	memset(person, 0, sizeof *person);
	CHECK(member_code_parse(code, strlen(code), &person->code) == 0);
	CHECK_OK(secret_random(SIGN_SEED_LEN, &person->seed, &err), err);
	CHECK_OK(age_identity_new(&identity, &err), err);
	age_identity_recipient(&identity, &person->recipient);
	sign_public(&person->seed, pub);
	CHECK(note_key_make(code, pub, &person->key) == 0);
}

static inline void
make_genesis(const struct person *founder, struct buf *bytes,
	     struct hash *ret_fingerprint)
{
	CLEANUP(secret_done) struct secret ring = SECRET_INIT;
	struct genesis genesis = {.at = 1700000000,
				  .founder = founder->code,
				  .recipient = founder->recipient,
				  .key = founder->key,
				  .store_kind = "dir",
				  .writers = 16};

	CHECK_OK(origin_make("office", genesis.origin, &err), err);
	CHECK_OK(age_identity_new(&ring, &err), err);
	age_identity_recipient(&ring, &genesis.audit_recipient);
	CHECK_OK(genesis_sign(&genesis, &founder->seed, bytes, &err), err);
	hash_of(bytes->data, bytes->len, ret_fingerprint);
}

/* in_memory: otherwise a folder.  Both have an empty base_dir "FOLDER/base". */
static inline void
rig_make(struct rig *rig, bool in_memory)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(GENESIS_MAX);
	char path[96];

	memset(rig, 0, sizeof *rig);
	/* the tests flush thousands of times, so rather in memory */
	snprintf(rig->folder, sizeof rig->folder, "%s/amana-test-log-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(rig->folder) != NULL);
	snprintf(path, sizeof path, "%s/vault", rig->folder);
	if (in_memory)
		CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &rig->store, &err), err);
	else
		CHECK_OK(store_open(path, STORE_CREATE, &rig->store, &err), err);
	person_make(&rig->founder, "S-1");
	CHECK_OK(secret_random(32, &rig->key, &err), err);
	make_genesis(&rig->founder, &bytes, &rig->fingerprint);
	CHECK_OK(store_put(rig->store, "vault", BYTES_OF(bytes), true, &err), err);
}

static inline int
rig_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void
rig_done(struct rig *rig)
{
	store_free(rig->store);
	secret_done(&rig->founder.seed);
	secret_done(&rig->key);
	CHECK(nftw(rig->folder, rig_remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

static inline void
rig_event(void *arg, const struct log_event *event)
{
	struct rig *rig = arg;

	rig->n_events[event->kind]++;
	rig->last_event = *event;
}

/* `base`: which machine this is. */
static inline int
rig_try_open(struct rig *rig, const char *base, unsigned flags, struct log **ret_log)
{
	char path[96];
	struct log_options options = {.base_dir = path,
				      .flags = flags,
				      .snapshot_key = &rig->key,
				      .event = rig_event,
				      .arg = rig};

	snprintf(path, sizeof path, "%s/%s", rig->folder, base);
	memset(rig->n_events, 0, sizeof rig->n_events);
	return log_open(rig->store, &options, ret_log, &err);
}

/* Opened, pinned and synced. */
static inline struct log *
rig_open(struct rig *rig, const char *base, unsigned flags)
{
	struct log *log = NULL;
	int r = rig_try_open(rig, base, flags, &log);

	CHECK(r >= 0);
	if (r == LOG_FIRST_CONTACT && (flags & LOG_STRANGER) == 0)
		CHECK_OK(log_accept(log, &err), err);
	CHECK_OK(log_sync(log, &err), err);
	return log;
}

/* ---- acts ---- */

/* An act of one entry, `policy grant-days VALUE`: any number of them, by an admin. */
struct policy_act {
	uint64_t value;
	unsigned n_built;
	bool with_sheet;
	struct buf bundle;
};

static inline int
build_policy(void *arg, struct log_draft *draft, struct amana_error *e)
{
	struct policy_act *act = arg;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	struct subject vault = subject_vault();

	if (entry == NULL)
		return -1;
	entry_init(entry, ACT_POLICY, &vault);
	entry->at = 1700000000 + (int64_t)draft->n;
	entry->own.policy.key = POLICY_GRANT_DAYS;
	entry->own.policy.value = act->value;
	act->n_built++;
	if (act->with_sheet) {
		struct hash sheet, line;
		uint8_t bytes[300];

		random_bytes(bytes, sizeof bytes);
		hash_of(bytes, sizeof bytes, &sheet);
		hash_of(&act->value, sizeof act->value, &line);
		buf_clear(&act->bundle);
		act->bundle.max = BUNDLE_MAX;
		if (bundle_add(&act->bundle, (struct bytes){bytes, sizeof bytes}, e) < 0)
			return -1;
		if (entry_add_line(entry, LINE_REASON, &line) < 0 ||
		    entry_add_sheet(entry, &sheet) < 0)
			return -1;
		draft->bundle = BYTES_OF(act->bundle);
	}
	return log_draft_add(draft, entry, e);
}

static inline int
try_act(struct log *log, const struct person *by, log_build_fn *build, void *arg,
	struct log_receipt *ret_receipt)
{
	struct log_act act = {
		.actor = by->code, .seed = &by->seed, .build = build, .arg = arg};

	custody_id_random(&act.nonce);
	return log_append(log, &act, ret_receipt, &err);
}

static inline struct log_receipt
append(struct log *log, const struct person *by, uint64_t value)
{
	struct policy_act act = {.value = value};
	struct log_receipt receipt;

	CHECK_OK(try_act(log, by, build_policy, &act, &receipt), err);
	return receipt;
}

/* Any single entry that needs nothing but what it holds. */
static inline int
build_entry(void *arg, struct log_draft *draft, struct amana_error *e)
{
	struct entry *entry = arg;

	entry->at = 1700000000;
	return log_draft_add(draft, entry, e);
}

static inline struct log_receipt
append_entry(struct log *log, const struct person *by, struct entry *entry)
{
	struct log_receipt receipt;

	CHECK_OK(try_act(log, by, build_entry, entry, &receipt), err);
	return receipt;
}

static inline void
entry_enrol(struct entry *entry, const struct person *who, uint8_t roles)
{
	struct subject subject = subject_member(&who->code);

	entry_init(entry, ACT_ENROL, &subject);
	entry->own.enrol.recipient = who->recipient;
	entry->own.enrol.key = who->key;
	entry->own.enrol.roles = roles;
}

/* The bytes of a batch at n after `prev` by `by`, with one policy entry, whatever the
 * state thinks of it. */
static inline void
forge(const struct state *state, uint64_t n, const struct hash *prev,
      const struct person *by, uint64_t value, struct buf *slot)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(buf_done) struct buf raw = BUF_INIT(ENTRY_MAX);
	CLEANUP(buf_done) struct buf entries = BUF_INIT(BATCH_BYTES_MAX);
	struct merkle_frontier frontier = *state_frontier(state);
	struct batch_note note = {.n = n, .prev = *prev, .before = frontier.size};
	struct subject vault = subject_vault();
	struct hash leaf;

	custody_id_random(&note.nonce);
	entry_init(entry, ACT_POLICY, &vault);
	entry->prev = *prev;
	entry->at = 1700000000;
	entry->actor = by->code;
	entry->own.policy.key = POLICY_GRANT_DAYS;
	entry->own.policy.value = value;
	CHECK(state_next_event(state, &vault, &entry->event, &entry->before));
	CHECK_OK(entry_encode(entry, &raw, &err), err);
	CHECK_OK(batch_add(&entries, BYTES_OF(raw), &err), err);
	entry_leaf(BYTES_OF(raw), &leaf);
	merkle_append(&frontier, &leaf);
	note.after = frontier.size;
	merkle_root(&frontier, &note.root);
	CHECK_OK(batch_sign(&(struct batch_signing){.note = &note,
						    .origin = state_origin(state),
						    .entries = BYTES_OF(entries),
						    .code = &by->code,
						    .seed = &by->seed},
			    slot, &err),
		 err);
}

static inline void
put_slot(struct rig *rig, uint64_t n, struct bytes slot)
{
	CHECK_OK(store_put(rig->store, store_name_slot(n).text, slot, true, &err), err);
}

static inline void
get_slot(struct rig *rig, uint64_t n, struct buf *slot)
{
	buf_clear(slot);
	CHECK_OK(store_get(rig->store, store_name_slot(n).text, slot, &err), err);
}

/* What a vandal with access to the store can do. */
static inline void
vandalise(struct rig *rig, uint64_t n, const void *bytes, size_t len)
{
	struct hash hash;

	hash_of(bytes, len, &hash);
	CHECK_OK(store_replace(rig->store, store_name_slot(n).text,
			       (struct bytes){bytes, len}, &hash, &err),
		 err);
}

static inline void
flip(struct rig *rig, uint64_t n, size_t from_end)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	get_slot(rig, n, &slot);
	CHECK(from_end < slot.len);
	slot.data[slot.len - 1 - from_end] ^= 1;
	vandalise(rig, n, slot.data, slot.len);
}

/* A new store with the genesis and the first `last` slots of another: a backup. */
static inline struct store *
backup(struct rig *rig, uint64_t last)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct store *copy;

	CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &copy, &err), err);
	for (uint64_t n = 0; n <= last; n++) {
		get_slot(rig, n, &slot);
		CHECK_OK(store_put(copy, store_name_slot(n).text, BYTES_OF(slot), true,
				   &err),
			 err);
	}
	return copy;
}

static inline void
rig_use(struct rig *rig, struct store *store)
{
	store_free(rig->store);
	rig->store = store;
}

/* The path of a file below this machine's folder of the vault. */
static inline void
own_path(const struct rig *rig, const char *base, const char *name, char out[256])
{
	char hex[HASH_HEX_LEN + 1];

	hash_hex(&rig->fingerprint, hex);
	snprintf(out, 256, "%s/%s/%s/%s", rig->folder, base, hex, name);
}

static inline void
check_pin(const struct rig *rig, const char *base, uint64_t n)
{
	char path[96];
	struct pin pin;

	snprintf(path, sizeof path, "%s/%s", rig->folder, base);
	CHECK_OK(pin_read(path, &rig->fingerprint, &pin, &err), err);
	CHECK_INT(pin.n, n);
}

/* Appends one act for each value from first to last. */
static inline void
append_many(struct log *log, const struct person *by, uint64_t first, uint64_t last)
{
	for (uint64_t value = first; value <= last; value++)
		append(log, by, value);
}

#endif
