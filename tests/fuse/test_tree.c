/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "amana/exhibit.h"
#include "tree.h"

#include <errno.h>

#define CASE_INO 2

static struct amana_exhibit
exhibit(uint64_t number, const char *name, const char *type)
{
	return (struct amana_exhibit){.number = number,
				      .known = true,
				      .object = "ab",
				      .name = name,
				      .name_len = strlen(name),
				      .type = type,
				      .size = number * 1000,
				      .deposited_at = 1700000000,
				      .modified = number == 2 ? 1600000000 : 0};
}

static void
see(struct tree *tree, const struct amana_exhibit *one, enum tree_change want)
{
	struct tree_file *file;

	CHECK_INT(tree_see(tree, one, &file), want);
}

struct names {
	char all[4096];
	size_t n, most;
	int64_t last;
};

static bool
collect(void *ctx, const char *name, const struct stat *st, int64_t offset)
{
	struct names *names = ctx;

	if (names->n == names->most)
		return false;
	CHECK(offset > names->last);
	CHECK(st->st_ino != 0);
	snprintf(names->all + strlen(names->all), sizeof names->all - strlen(names->all),
		 "%s;", name);
	names->n++;
	names->last = offset;
	return true;
}

/* Read in steps of `step` entries: what is read must not depend on it. */
static const char *
list(struct tree *tree, uint64_t ino, size_t step)
{
	static struct names names;
	size_t before;

	names = (struct names){.last = 0};
	do {
		before = names.n;
		names.most = names.n + step;
		CHECK_INT(tree_read(tree, ino, names.last, collect, &names), 0);
	} while (names.n > before);
	return names.all;
}

static struct tree *
small_tree(void)
{
	struct tree *tree = tree_new("HK-1");
	struct amana_exhibit one = exhibit(1, "a.txt", "statement"),
			     two = exhibit(2, "b.jpg", "photo"),
			     three = exhibit(3, "x/c.txt", "no such type");

	CHECK(tree != NULL);
	see(tree, &three, TREE_ADDED);
	see(tree, &one, TREE_ADDED);
	see(tree, &two, TREE_ADDED);
	see(tree, &two, TREE_SAME);
	return tree;
}

static void
listing(void)
{
	struct tree *tree = small_tree();

	for (size_t step = 1; step < 8; step++) {
		CHECK_STR(list(tree, TREE_ROOT, step), ".;..;HK-1;by-type;by-date;");
		CHECK_STR(list(tree, CASE_INO, step),
			  ".;..;0001 a.txt;0002 b.jpg;0003 c.txt;");
		CHECK_STR(list(tree, TREE_BY_TYPE, step), ".;..;other;statement;photo;");
		CHECK_STR(list(tree, TREE_BY_DATE, step), ".;..;2023-11-14;");
	}
	tree_free(tree);
}

static void
looking(void)
{
	struct tree *tree = small_tree();
	struct stat st, same;
	uint64_t ino;

	CHECK_INT(tree_lookup(tree, CASE_INO, "0002 b.jpg", &st), 0);
	ino = st.st_ino;
	CHECK_INT(st.st_mode, S_IFREG | 0400);
	CHECK_INT(st.st_size, 2000);
	CHECK_INT(st.st_nlink, 3);
	CHECK_INT(st.st_mtim.tv_sec, 1600000000);
	CHECK_INT(tree_lookup(tree, TREE_BY_TYPE, "photo", &st), 0);
	CHECK_INT(st.st_mode, S_IFDIR | 0500);
	CHECK_INT(st.st_mtim.tv_sec,
		  1700000000); /* of the newest deposit, in every mount */
	CHECK_INT(tree_lookup(tree, st.st_ino, "0002 b.jpg", &same), 0);
	CHECK_INT(same.st_ino, ino);
	CHECK_INT(tree_lookup(tree, st.st_ino, "0001 a.txt", &same), ENOENT);
	CHECK_INT(tree_lookup(tree, TREE_BY_DATE, "2023-11-14", &st), 0);
	CHECK_INT(tree_lookup(tree, st.st_ino, "0002 b.jpg", &same), 0);
	CHECK_INT(tree_lookup(tree, TREE_BY_DATE, "2023-11-15", &st), ENOENT);
	CHECK_INT(tree_lookup(tree, TREE_BY_TYPE, "audio", &st), ENOENT);
	CHECK_INT(tree_lookup(tree, CASE_INO, "0002 b.jp", &st), ENOENT);
	CHECK_INT(tree_lookup(tree, CASE_INO, "0002", &st), ENOENT);
	CHECK_INT(tree_lookup(tree, CASE_INO, "0099 b.jpg", &st), ENOENT);
	CHECK_INT(tree_lookup(tree, ino, "0002 b.jpg", &st), ENOENT);
	CHECK_INT(tree_stat(tree, 5, &st), ENOENT);
	CHECK_INT(tree_stat(tree, ino + 100, &st), ENOENT);
	CHECK(tree_find(tree, ino)->number == 2);
	CHECK(tree_find(tree, CASE_INO) == NULL);
	CHECK_INT(tree_read(tree, ino, 0, collect, &(struct names){.most = 9}), ENOTDIR);
	tree_free(tree);
}

static void
changing(void)
{
	struct tree *tree = small_tree();
	struct amana_exhibit two = exhibit(2, "b.jpg", "photo"),
			     sealed = exhibit(4, "d", "photo"),
			     thing = exhibit(5, "e", "device"),
			     nine = exhibit(9, "i.txt", "photo");
	struct tree_totals totals;
	struct stat st;
	uint64_t ino;

	sealed.known = false;
	snprintf(thing.object, sizeof thing.object, "-");
	see(tree, &sealed, TREE_SAME);
	see(tree, &thing, TREE_SAME);
	CHECK_STR(list(tree, CASE_INO, 9), ".;..;0001 a.txt;0002 b.jpg;0003 c.txt;");
	CHECK_INT(tree_lookup(tree, CASE_INO, "0002 b.jpg", &st), 0);
	ino = st.st_ino;
	two.disposed = true;
	see(tree, &two, TREE_REMOVED);
	see(tree, &two, TREE_SAME);
	CHECK_INT(tree_stat(tree, ino, &st), ENOENT);
	CHECK_STR(list(tree, CASE_INO, 9), ".;..;0001 a.txt;0003 c.txt;");
	CHECK_STR(list(tree, TREE_BY_TYPE, 9), ".;..;other;statement;");
	tree_totals(tree, &totals);
	CHECK_INT(totals.n_files, 2);
	CHECK_INT(totals.n_bytes, 4000);
	sealed.known = true; /* a new key opens it */
	see(tree, &sealed, TREE_ADDED);
	see(tree, &nine, TREE_ADDED);
	CHECK_STR(list(tree, CASE_INO, 1),
		  ".;..;0001 a.txt;0003 c.txt;0004 d;0009 i.txt;");
	two.disposed = false;
	see(tree, &two, TREE_ADDED);
	CHECK_INT(tree_lookup(tree, CASE_INO, "0002 b.jpg", &st), 0);
	CHECK_INT(st.st_ino, ino);
	tree_free(tree);
}

int
main(void)
{
	setenv("TZ", "UTC", 1);
	listing();
	looking();
	changing();
	return 0;
}
