/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

#include "log/log_keep.h"
#include "log/log_snapshot.h"
#include "store/backend.h"
#include "state_peek.h"

/* What the log believes of its own folder, of a store that changes behind its back, and
 * in which order it writes. */

static void
write_at(const char *path, long at, uint8_t flip_with)
{
	int fd = open(path, O_RDWR);
	uint8_t c;

	CHECK(fd >= 0 && pread(fd, &c, 1, at) == 1);
	c ^= flip_with;
	CHECK(pwrite(fd, &c, 1, at) == 1);
	close(fd);
}

static void
take_snapshot(const struct log *log, struct buf *out)
{
	buf_clear(out);
	CHECK_OK(state_snapshot(log_state(log), out, &err), err);
}

/* A snapshot that anybody touched is none: the state is the same as without. */
static void
test_no_touched_snapshot_is_believed(void)
{
	struct rig rig;
	struct log *log;
	CLEANUP(buf_done) struct buf want = BUF_INIT(1 << 20);
	CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 20);
	CLEANUP(buf_done) struct buf file = BUF_INIT(1 << 20);
	CLEANUP(buf_done) struct buf again = BUF_INIT(1 << 20);
	char path[256];

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	for (unsigned i = 1; i <= LOG_SNAPSHOT_SLOTS + 1; i++)
		append(log, &rig.founder, i);
	take_snapshot(log, &want);
	log_free(log);
	own_path(&rig, "base", "state", path);
	CHECK_OK(file_read(AT_FDCWD, path, &file, &err), err);
	for (size_t at = 0; at < file.len; at += at < 200 ? 20 : 1 + file.len / 40) {
		write_at(path, (long)at, 1);
		log = rig_open(&rig, "base", 0);
		take_snapshot(log, &got);
		CHECK(bytes_equal(BYTES_OF(want), BYTES_OF(got)));
		log_free(log);
		/* it has been made anew */
		buf_clear(&again);
		CHECK_OK(file_read(AT_FDCWD, path, &again, &err), err);
		CHECK(bytes_equal(BYTES_OF(file), BYTES_OF(again)));
	}
	rig_done(&rig);
}

/* The file of another vault of the same person, under the same key. */
static void
test_no_other_vaults_snapshot_is_believed(void)
{
	struct rig rig, other;
	struct log *log;
	char from[256], to[256];

	rig_make(&rig, true);
	rig_make(&other, true);
	memcpy(other.key.data, rig.key.data, rig.key.len);
	for (int i = 0; i < 2; i++) {
		log = rig_open(i ? &other : &rig, "base", 0);
		for (unsigned n = 1; n <= LOG_SNAPSHOT_SLOTS + 1; n++)
			append(log, i ? &other.founder : &rig.founder,
			       n + (unsigned)i * 100);
		log_free(log);
	}
	own_path(&other, "base", "state", from);
	own_path(&rig, "base", "state", to);
	CHECK(rename(from, to) == 0);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(state_grant_days(log_state(log)), LOG_SNAPSHOT_SLOTS + 1);
	CHECK(hash_equal(&log_state(log)->fingerprint, &rig.fingerprint));
	log_free(log);
	rig_done(&rig);
	rig_done(&other);
}

static void
test_a_pin_never_goes_back(void)
{
	struct rig rig;
	struct log *slow, *fast;
	CLEANUP(buf_done) struct buf forged = BUF_INIT(BATCH_BYTES_MAX);
	char path[256];

	rig_make(&rig, true);
	slow = rig_open(&rig, "base", 0);
	append(slow, &rig.founder, 1);
	fast = rig_open(&rig, "base", 0);
	append(fast, &rig.founder, 2);
	append(fast, &rig.founder, 3);
	/* the slow one was between reading the pin and writing it */
	slow->pin.n = 0;
	CHECK_OK(log_keep(slow, &err), err);
	check_pin(&rig, "base", 3);
	/* the other process has seen another slot 1: the store shows two histories */
	forge(log_state(slow), 1, &rig.fingerprint, &rig.founder, 9, &forged);
	own_path(&rig, "base", "log/000/000/000/001", path);
	CHECK_OK(file_replace(AT_FDCWD, rig.folder, path, 0600, BYTES_OF(forged), &err),
		 err);
	slow->pin.n = 0;
	CHECK_REFUSED(log_keep(slow, &err), err, AMANA_E_TAMPERED, AMANA_REASON_FORK);
	check_pin(&rig, "base", 3);
	log_free(slow);
	log_free(fast);
	rig_done(&rig);
}

static int
count(void *arg, const struct log_slot *slot, struct amana_error *e)
{
	(void)slot;
	(void)e;
	++*(unsigned *)arg;
	return 0;
}

/* After the sync a store without own copies behind it is changed: nothing of it is shown
 * as if it were verified. */
static void
test_a_store_that_changes_is_noticed(void)
{
	for (uint64_t n = 1; n <= 4; n++) {
		struct rig rig;
		struct log *log;
		unsigned n_seen = 0;
		struct log_visitor visitor = {.slot = count, .arg = &n_seen};
		CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

		rig_make(&rig, true);
		log = rig_open(&rig, "base", 0);
		for (unsigned i = 1; i <= 4; i++)
			append(log, &rig.founder, i);
		log_free(log);
		log = rig_open(&rig, "", LOG_STRANGER);
		CHECK_OK(log_each(log, 1, &visitor, &err), err);
		CHECK_INT(n_seen, 4);
		CHECK_OK(log_load_slot(log, n, &slot, &err), err);
		flip(&rig, n, 3);
		buf_clear(&slot);
		CHECK_FAILS(log_load_slot(log, n, &slot, &err), err, AMANA_E_TAMPERED);
		CHECK_INT(slot.len, 0);
		CHECK_FAILS(log_each(log, 1, &visitor, &err), err, AMANA_E_TAMPERED);
		log_free(log);
		rig_done(&rig);
	}
}

/* A copy that went bad since: the store's slot is read instead. */
static void
test_a_bad_copy_is_not_read_back(void)
{
	for (uint64_t n = 0; n <= 4; n++) {
		struct rig rig;
		struct log *log;
		unsigned n_seen = 0;
		struct log_visitor visitor = {.slot = count, .arg = &n_seen};
		CLEANUP(buf_done) struct buf got = BUF_INIT(BATCH_BYTES_MAX);
		CLEANUP(buf_done) struct buf want = BUF_INIT(BATCH_BYTES_MAX);
		char path[256];

		rig_make(&rig, true);
		log = rig_open(&rig, "base", 0);
		for (unsigned i = 1; i <= 4; i++)
			append(log, &rig.founder, i);
		own_path(&rig, "base", store_name_slot(n).text, path);
		write_at(path, 200, 1);
		get_slot(&rig, n, &want);
		CHECK_OK(log_load_slot(log, n, &got, &err), err);
		CHECK(bytes_equal(BYTES_OF(got), BYTES_OF(want)));
		CHECK_OK(log_each(log, 1, &visitor, &err), err);
		CHECK_INT(n_seen, 4);
		log_free(log);
		rig_done(&rig);
	}
}

/* A copy that is well signed, but of another history: the pin's head tells. */
static void
test_a_forged_copy_of_the_pinned_slot(void)
{
	struct rig rig;
	struct log *log;
	CLEANUP(buf_done) struct buf forged = BUF_INIT(BATCH_BYTES_MAX);
	char path[256];

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append(log, &rig.founder, 1);
	append(log, &rig.founder, 2);
	forge(log_state(log), 3, state_head(log_state(log)), &rig.founder, 9, &forged);
	append(log, &rig.founder, 3);
	log_free(log);
	own_path(&rig, "base", store_name_slot(3).text, path);
	CHECK_OK(file_replace(AT_FDCWD, rig.folder, path, 0600, BYTES_OF(forged), &err),
		 err);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(state_grant_days(log_state(log)), 3);
	log_free(log);
	/* and it has been put right */
	rig_use(&rig, backup(&rig, 3));
	log = rig_open(&rig, "base", 0);
	CHECK_INT(state_grant_days(log_state(log)), 3);
	log_free(log);
	rig_done(&rig);
}

/* A copy is written before the pin.  Between the two the power went, and then a vandal
 * came. */
static void
test_a_copy_ahead_of_the_pin_repairs(void)
{
	struct rig rig;
	struct log *log;
	struct pin pin;
	char base[96];
	CLEANUP(file_closep) int dirfd = -1;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append(log, &rig.founder, 1);
	append(log, &rig.founder, 2);
	snprintf(base, sizeof base, "%s/base", rig.folder);
	CHECK_OK(pin_read(base, &rig.fingerprint, &pin, &err), err);
	append(log, &rig.founder, 3);
	log_free(log);
	CHECK_OK(pin_folder(base, &rig.fingerprint, &dirfd, &err), err);
	CHECK_OK(pin_write(dirfd, &pin, &err), err);
	flip(&rig, 3, 3);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_REPAIRED], 1);
	CHECK_INT(state_grant_days(log_state(log)), 3);
	log_free(log);
	check_pin(&rig, "base", 3);
	rig_done(&rig);
}

/* Two bad copies are no evidence: the store's garbage stays, and is not replaced by
 * another vault's genesis. */
static void
test_a_bad_copy_of_the_genesis_repairs_nothing(void)
{
	struct rig rig;
	struct log *log = NULL;
	CLEANUP(buf_done) struct buf other = BUF_INIT(GENESIS_MAX);
	CLEANUP(buf_done) struct buf now = BUF_INIT(GENESIS_MAX);
	struct hash fingerprint;
	char path[256];

	rig_make(&rig, true);
	log_free(rig_open(&rig, "base", 0));
	make_genesis(&rig.founder, &other, &fingerprint);
	own_path(&rig, "base", "vault", path);
	CHECK_OK(file_replace(AT_FDCWD, rig.folder, path, 0600, BYTES_OF(other), &err),
		 err);
	vandalise(&rig, 0, "garbage", 7);
	CHECK_FAILS(rig_try_open(&rig, "base", 0, &log), err, AMANA_E_TAMPERED);
	CHECK_INT(rig.n_events[LOG_EVENT_REPAIRED], 0);
	get_slot(&rig, 0, &now);
	CHECK_STR(buf_text(&now), "garbage");
	rig_done(&rig);
}

/* ---- the order of writing ---- */

static struct {
	const struct store_ops *real;
	char seen[512]; /* "put lines/", "barrier", "settle 1", ... */
	bool fail_barrier;
} spy;

static void
spy_note(const char *what)
{
	size_t len = strlen(spy.seen);

	snprintf(spy.seen + len, sizeof spy.seen - len, "%s;", what);
}

static int
spy_barrier(struct store *store, struct amana_error *e)
{
	spy_note("barrier");
	if (spy.fail_barrier)
		return err_set(e, AMANA_E_IO, "no");
	return spy.real->barrier(store, e);
}

static int
spy_settle(struct store *store, const char *name, struct amana_error *e)
{
	spy_note(strncmp(name, "lines", 5) == 0 ? "settle lines" : "settle slot");
	return spy.real->settle(store, name, e);
}

static int
spy_commit(struct store_writer *writer, const char *name, bool durable,
	   struct amana_error *e)
{
	char what[32];

	snprintf(what, sizeof what, "%.5s %s", name, durable ? "durable" : "waiting");
	spy_note(what);
	return spy.real->commit(writer, name, durable, e);
}

static int
build_anchor(void *arg, struct log_draft *draft, struct amana_error *e)
{
	struct policy_act *act = arg;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, e);
	struct subject vault = subject_vault();
	struct hash object;

	hash_of("token", 5, &object);
	entry_init(entry, ACT_ANCHOR, &vault);
	entry->own.anchor.batch = 1;
	strcpy(entry->own.anchor.kind, "rfc3161");
	if (entry_add_object(entry, &object) < 0 || log_draft_add(draft, entry, e) < 0)
		return -1;
	return build_policy(act, draft, e);
}

static void
test_what_a_batch_names_is_durable_first(void)
{
	struct rig rig;
	struct log *log;
	struct store_ops ops;
	struct policy_act act = {.value = 5, .with_sheet = true};
	struct log_receipt receipt;

	rig_make(&rig, true);
	append(log = rig_open(&rig, "other", 0), &rig.founder, 1);
	log_free(log);
	log = rig_open(&rig, "base", 0);
	memset(&spy, 0, sizeof spy);
	spy.real = rig.store->ops;
	ops = *spy.real;
	ops.barrier = spy_barrier;
	ops.settle = spy_settle;
	ops.commit = spy_commit;
	rig.store->ops = &ops;
	/* objects that wait: one barrier for them and the bundle; the slot before, which
	 * another wrote */
	CHECK_OK(try_act(log, &rig.founder, build_anchor, &act, &receipt), err);
	CHECK_STR(spy.seen, "lines waiting;barrier;settle slot;log/0 durable;");
	/* nothing but a bundle; the slot before is our own */
	spy.seen[0] = 0;
	CHECK_OK(try_act(log, &rig.founder, build_policy, &act, &receipt), err);
	CHECK_STR(spy.seen, "lines durable;log/0 durable;");
	/* a barrier that fails: no batch */
	spy.seen[0] = 0;
	spy.fail_barrier = true;
	CHECK_FAILS(try_act(log, &rig.founder, build_anchor, &act, &receipt), err,
		    AMANA_E_IO);
	CHECK_STR(spy.seen, "lines waiting;barrier;");
	CHECK_INT(receipt.n, 0);
	CHECK_OK(log_sync(log, &err), err);
	CHECK_INT(state_slot(log_state(log)), 3);
	rig.store->ops = spy.real;
	log_free(log);
	buf_done(&act.bundle);
	rig_done(&rig);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(test_no_touched_snapshot_is_believed);
	RUN(test_no_other_vaults_snapshot_is_believed);
	RUN(test_a_pin_never_goes_back);
	RUN(test_a_store_that_changes_is_noticed);
	RUN(test_a_bad_copy_is_not_read_back);
	RUN(test_a_forged_copy_of_the_pinned_slot);
	RUN(test_a_copy_ahead_of_the_pin_repairs);
	RUN(test_a_bad_copy_of_the_genesis_repairs_nothing);
	RUN(test_what_a_batch_names_is_durable_first);
	return 0;
}
