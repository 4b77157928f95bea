/* SPDX-License-Identifier: Apache-2.0 */
/* What store.c makes of stores that are broken: the check of init, and the put that makes
 * sure. */
#include "store_fixture.h"

#include "store/backend.h"

#include <stdatomic.h>

/* Stores that are bad in one way each: memory with one operation changed. */

static struct store_ops good, bad;
static _Atomic int n_commits;

static struct store *
bad_store(void)
{
	struct store *store = NULL;

	CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &store, &err), err);
	good = bad = *store->ops;
	store->ops = &bad;
	n_commits = 0;
	return store;
}

/* Looks, then puts: what a file system without O_EXCL would do. */
static int
commit_look_then_put(struct store_writer *writer, const char *name, bool durable,
		     struct amana_error *ret_err)
{
	uint64_t size;

	(void)durable;
	if (good.stat(writer->store, name, &size, ret_err) == 0)
		return 1;
	usleep(3000);
	return good.replace(writer, name, ret_err);
}

/* Tells who was first, but keeps what came last. */
static int
commit_keep_last(struct store_writer *writer, const char *name, bool durable,
		 struct amana_error *ret_err)
{
	bool first = atomic_fetch_add(&n_commits, 1) % STORE_PROBE_WRITERS == 0;

	(void)durable;
	return good.replace(writer, name, ret_err) < 0 ? -1 : !first;
}

static int
commit_nobody_wins(struct store_writer *writer, const char *name, bool durable,
		   struct amana_error *ret_err)
{
	n_commits++;
	(void)writer;
	(void)name;
	(void)durable;
	(void)ret_err;
	return 1;
}

static int
commit_answer_lost(struct store_writer *writer, const char *name, bool durable,
		   struct amana_error *ret_err)
{
	n_commits++;
	IGNORE(good.commit(writer, name, durable, ret_err));
	return err_set(ret_err, AMANA_E_REMOTE, "timeout");
}

static int
commit_fails(struct store_writer *writer, const char *name, bool durable,
	     struct amana_error *ret_err)
{
	n_commits++;
	(void)writer;
	(void)name;
	(void)durable;
	return err_set(ret_err, AMANA_E_IO, "disk full");
}

static int
open_fails(struct store *store, const char *name, struct store_reader **ret_reader,
	   struct amana_error *ret_err)
{
	(void)store;
	(void)name;
	(void)ret_reader;
	return err_set(ret_err, AMANA_E_IO, "cannot read");
}

static int
settle_fails(struct store *store, const char *name, struct amana_error *ret_err)
{
	(void)store;
	(void)name;
	return err_set(ret_err, AMANA_E_IO, "cannot flush");
}

static void
check_probe_refuses(int (*commit)(struct store_writer *, const char *, bool,
				  struct amana_error *),
		    const char *why)
{
	struct store *store = bad_store();
	struct store_probe probe;

	bad.commit = commit;
	CHECK_REFUSED(store_probe(store, &probe, &err), err, AMANA_E_IO,
		      AMANA_REASON_UNFIT_STORE);
	CHECK(strstr(err.msg, "no vault can be kept") != NULL);
	CHECK(strstr(err.msg, why) != NULL);
	CHECK_INT(n_listed(store), 0);
	store_free(store);
}

static void
test_probe_refuses_bad_stores(void)
{
	check_probe_refuses(commit_look_then_put, "of 16 writers won one name, not 1");
	check_probe_refuses(commit_keep_last, "does not keep what was put first");
	check_probe_refuses(commit_nobody_wins, "0 of 16 writers won");
}

static void
test_put_sure_reads_back(void)
{
	const char *name = "log/000/000/000/001";
	struct store *store = bad_store();

	bad.commit = commit_fails; /* and nothing is there: known to have failed */
	CHECK_FAILS(store_put_sure(store, name, str("ours"), &err), err, AMANA_E_IO);
	CHECK_STR(err.msg, "disk full");
	CHECK_INT(n_commits, 1);
	bad.open = open_fails;
	CHECK_FAILS(store_put_sure(store, name, str("ours"), &err), err, AMANA_E_REMOTE);
	CHECK(strstr(err.msg, "outcome unknown") != NULL);
	bad.open = good.open;
	bad.commit = commit_answer_lost;
	CHECK_INT(store_put_sure(store, name, str("ours"), &err), 0);
	CHECK_INT(store_put_sure(store, name, str("theirs"), &err), 1);
	bad.settle = settle_fails; /* there, but will it last? */
	CHECK_FAILS(store_put_sure(store, name, str("ours"), &err), err, AMANA_E_REMOTE);
	CHECK(strstr(err.msg, "outcome unknown") != NULL);
	bad = good;
	n_commits = 0;
	bad.commit = commit_nobody_wins;
	CHECK_FAILS(store_put_sure(store, "log/000/000/000/002", str("ours"), &err), err,
		    AMANA_E_REMOTE);
	CHECK_INT(n_commits, 3);
	store_free(store);
}

int
main(void)
{
	RUN(test_probe_refuses_bad_stores);
	RUN(test_put_sure_reads_back);
	return 0;
}
