/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

/* What the tests of the store share: a store in a folder of its own, short names, short
 * bytes. */
#include "check.h"

#include "base/fault.h"
#include "store/store_probe.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static struct amana_error err;
static char folder[64]; /* of the store under test; "" when it is in memory */

static inline struct bytes
str(const char *text)
{
	return BYTES_STR(text);
}

static inline struct store_name
object_of(const char *text)
{
	struct hash hash;

	hash_of(text, strlen(text), &hash);
	return store_name_object(&hash);
}

/* A path inside the store's folder; good until the next call. */
static inline const char *
below(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static inline struct store *
reopen(unsigned flags)
{
	struct store *store = NULL;

	CHECK_OK(store_open(folder, flags, &store, &err), err);
	return store;
}

static inline struct store *
create(unsigned flags)
{
	snprintf(folder, sizeof folder, "/tmp/test-store-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	CHECK_INT(rmdir(folder), 0);
	return reopen(STORE_CREATE | flags);
}

static inline int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void
destroy(struct store *store)
{
	store_free(store);
	if (folder[0] != 0)
		CHECK_INT(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static int n_tmp;

static inline int
count_tmp(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	n_tmp += strncmp(path + ftw->base, ".tmp-", 5) == 0;
	return 0;
}

static inline void
check_no_leftovers(void)
{
	n_tmp = 0;
	CHECK_INT(nftw(folder, count_tmp, 16, FTW_PHYS), 0);
	CHECK_INT(n_tmp, 0);
}

static inline int
count_names(void *arg, const char *name, struct amana_error *ret_err)
{
	(void)name;
	(void)ret_err;
	++*(int *)arg;
	return 0;
}

static inline int
n_listed(struct store *store)
{
	int n = 0;

	CHECK_OK(store_list(store, "", count_names, &n, &err), err);
	return n;
}

static inline bool
has_fault_hooks(void)
{
	bool fires;

	fault_arm(FAULT_STORE, 1, EIO, true);
	fires = fault_fires(FAULT_STORE);
	fault_disarm();
	return fires;
}

#endif
