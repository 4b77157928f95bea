/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include "name.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define INO_CASE ((uint64_t)2)
#define INO_TYPES ((uint64_t)8)	      /* + type */
#define INO_DAYS ((uint64_t)32)	      /* + day */
#define INO_ITEMS ((uint64_t)1 << 25) /* + number */
#define DAYS_MAX (INO_ITEMS - INO_DAYS)

/* Places in a folder: "." is 1, ".." is 2, then what stands in it + FIRST. */
#define AT_DOT 1
#define AT_DOTS 2
#define FIRST 3

static const char *const type_names[] = {"other", "statement", "document", "photo",
					 "audio", "video",     "device"};
#define N_TYPES ARRAY_LEN(type_names)

struct items {
	struct item **all; /* by number */
	size_t n, cap, n_there;
};
struct day {
	uint32_t day;
	struct items items;
};
struct tree {
	pthread_rwlock_t lock;
	char case_name[NAME_CAP];
	struct items items, types[N_TYPES];
	struct day *days; /* by day */
	size_t n_days, days_cap, n_days_there;
	int64_t newest; /* deposit; 0: none yet */
	int64_t mounted_at;
	uint64_t n_bytes;
	uid_t uid;
	gid_t gid;
};

struct tree *
tree_new(const char *case_code)
{
	struct tree *tree = heap_new(1, sizeof *tree);

	if (tree == NULL)
		return NULL;
	pthread_rwlock_init(&tree->lock, NULL);
	name_of_case(case_code, tree->case_name);
	tree->uid = geteuid();
	tree->gid = getegid();
	tree->mounted_at = (int64_t)time(NULL);
	return tree;
}

void
tree_free(struct tree *tree)
{
	if (tree == NULL)
		return;
	for (size_t i = 0; i < tree->items.n; i++) {
		heap_free(tree->items.all[i]->name);
		heap_free(tree->items.all[i]);
	}
	for (size_t i = 0; i < N_TYPES; i++)
		heap_free(tree->types[i].all);
	for (size_t i = 0; i < tree->n_days; i++)
		heap_free(tree->days[i].items.all);
	heap_free(tree->days);
	heap_free(tree->items.all);
	pthread_rwlock_destroy(&tree->lock);
	heap_free(tree);
}

/* ---- lists by number ---- */

/* Where that number is, or would be. */
static size_t
find(const struct items *items, uint64_t number)
{
	size_t low = 0, high = items->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (items->all[middle]->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct item *
get(const struct items *items, uint64_t number)
{
	size_t i = find(items, number);

	return i < items->n && items->all[i]->number == number ? items->all[i] : NULL;
}

static bool
make_room(struct items *items)
{
	size_t cap = items->cap > 0 ? items->cap * 2 : 8;
	struct item **longer;

	if (items->n < items->cap)
		return true;
	longer = heap_grow(items->all, cap, sizeof longer[0]);
	if (longer == NULL)
		return false;
	items->all = longer;
	items->cap = cap;
	return true;
}

static void
put(struct items *items, struct item *item)
{
	size_t i = find(items, item->number);

	memmove(items->all + i + 1, items->all + i,
		(items->n - i) * sizeof items->all[0]);
	items->all[i] = item;
	items->n++;
	items->n_there++;
}

static struct day *
find_day(const struct tree *tree, uint32_t day)
{
	for (size_t i = tree->n_days; i > 0; i--) /* what is looked for is mostly new */
		if (tree->days[i - 1].day == day)
			return &tree->days[i - 1];
	return NULL;
}

static struct day *
make_day(struct tree *tree, uint32_t day)
{
	struct day *there = find_day(tree, day);
	size_t i = tree->n_days;

	if (there != NULL)
		return there;
	if (tree->n_days == tree->days_cap) {
		size_t cap = tree->days_cap > 0 ? tree->days_cap * 2 : 8;
		struct day *longer = heap_grow(tree->days, cap, sizeof longer[0]);

		if (longer == NULL)
			return NULL;
		tree->days = longer;
		tree->days_cap = cap;
	}
	while (i > 0 && tree->days[i - 1].day > day)
		i--;
	memmove(tree->days + i + 1, tree->days + i,
		(tree->n_days - i) * sizeof tree->days[0]);
	tree->days[i] = (struct day){.day = day};
	tree->n_days++;
	return &tree->days[i];
}

/* ---- what the list of the case says ---- */

static unsigned int
type_of(const char *type)
{
	for (unsigned int i = 1; type != NULL && i < N_TYPES; i++)
		if (strcmp(type_names[i], type) == 0)
			return i;
	return 0;
}

/* The day here, as a person would write it. */
static uint32_t
local_day(int64_t at)
{
	time_t seconds = (time_t)at;
	struct tm local, day;
	time_t midnight;

	if (localtime_r(&seconds, &local) == NULL)
		return 0;
	day = (struct tm){.tm_year = local.tm_year,
			  .tm_mon = local.tm_mon,
			  .tm_mday = local.tm_mday};
	midnight = timegm(&day);
	return midnight < 0 || (uint64_t)midnight / 86400 >= DAYS_MAX
		       ? 0
		       : (uint32_t)(midnight / 86400);
}

static struct item *
new_item(const struct amana_exhibit *exhibit)
{
	struct item *item = heap_new(1, sizeof *item);
	char name[NAME_CAP];

	if (item == NULL)
		return NULL;
	name_of_exhibit(exhibit->number, exhibit->name != NULL ? exhibit->name : "",
			exhibit->name != NULL ? exhibit->name_len : 0, name);
	item->number = exhibit->number;
	item->ino = INO_ITEMS + exhibit->number;
	item->size = exhibit->size;
	item->received_at =
		exhibit->received > 0 ? exhibit->received : exhibit->deposited_at;
	item->at = exhibit->modified > 0 ? exhibit->modified : item->received_at;
	item->day = local_day(item->received_at);
	item->type = type_of(exhibit->type);
	item->name = heap_dup(name);
	if (item->name == NULL) {
		heap_free(item);
		return NULL;
	}
	return item;
}

static enum tree_change
add(struct tree *tree, const struct amana_exhibit *exhibit, struct item **ret_item)
{
	struct item *item = new_item(exhibit);
	struct day *day = item != NULL ? make_day(tree, item->day) : NULL;

	if (day == NULL || !make_room(&tree->items) ||
	    !make_room(&tree->types[item->type]) || !make_room(&day->items)) {
		if (item != NULL)
			heap_free(item->name);
		heap_free(item);
		return TREE_NOMEM;
	}
	if (day->items.n_there == 0)
		tree->n_days_there++;
	put(&tree->items, item);
	put(&tree->types[item->type], item);
	put(&day->items, item);
	tree->n_bytes += item->size;
	if (exhibit->deposited_at > tree->newest)
		tree->newest = exhibit->deposited_at;
	*ret_item = item;
	return TREE_ADDED;
}

/* Out of the folders, or into them again. */
static void
set_gone(struct tree *tree, struct item *item, bool gone)
{
	struct day *day = find_day(tree, item->day);
	size_t step = gone ? (size_t)-1 : 1;

	atomic_store(&item->gone, gone);
	tree->items.n_there += step;
	tree->types[item->type].n_there += step;
	day->items.n_there += step;
	if (day->items.n_there == (gone ? 0 : 1))
		tree->n_days_there += step;
	tree->n_bytes += gone ? -item->size : item->size;
}

enum tree_change
tree_see(struct tree *tree, const struct amana_exhibit *exhibit, struct item **ret_item)
{
	bool file = exhibit->known && !exhibit->disposed && exhibit->number > 0 &&
		    exhibit->number < UINT64_MAX - INO_ITEMS &&
		    strcmp(exhibit->object, "-") != 0;
	enum tree_change change = TREE_SAME;
	struct item *item;

	pthread_rwlock_wrlock(&tree->lock);
	item = get(&tree->items, exhibit->number);
	if (item == NULL && file) {
		change = add(tree, exhibit, &item);
	} else if (item != NULL && file == atomic_load(&item->gone)) {
		set_gone(tree, item, !file);
		change = file ? TREE_ADDED : TREE_REMOVED;
	}
	pthread_rwlock_unlock(&tree->lock);
	*ret_item = item;
	return change;
}

void
tree_places(const struct item *item, uint64_t ret_inos[TREE_PLACES])
{
	ret_inos[0] = INO_CASE;
	ret_inos[1] = INO_TYPES + item->type;
	ret_inos[2] = INO_DAYS + item->day;
}

/* ---- looking ---- */

static void
stat_folder(const struct tree *tree, uint64_t ino, size_t n_folders, struct stat *ret)
{
	*ret = (struct stat){.st_ino = ino,
			     .st_mode = S_IFDIR | 0500,
			     .st_nlink = (nlink_t)(2 + n_folders),
			     .st_uid = tree->uid,
			     .st_gid = tree->gid,
			     .st_blksize = 4096};
	ret->st_mtim.tv_sec = ret->st_atim.tv_sec = ret->st_ctim.tv_sec =
		(time_t)(tree->newest > 0 ? tree->newest : tree->mounted_at);
}

static void
stat_item(const struct tree *tree, const struct item *item, struct stat *ret)
{
	*ret = (struct stat){.st_ino = item->ino,
			     .st_mode = S_IFREG | 0400,
			     .st_nlink = TREE_PLACES,
			     .st_uid = tree->uid,
			     .st_gid = tree->gid,
			     .st_size = (off_t)item->size,
			     .st_blocks = (blkcnt_t)((item->size + 511) / 512),
			     .st_blksize = 131072};
	ret->st_mtim.tv_sec = ret->st_atim.tv_sec = ret->st_ctim.tv_sec =
		(time_t)item->at;
}

static size_t
types_there(const struct tree *tree)
{
	size_t n = 0;

	for (size_t i = 0; i < N_TYPES; i++)
		n += tree->types[i].n_there > 0;
	return n;
}

/* The items of a folder that has nothing else; NULL: it is none. */
static const struct items *
items_of(const struct tree *tree, uint64_t ino)
{
	const struct day *day;

	if (ino == INO_CASE)
		return &tree->items;
	if (ino >= INO_TYPES && ino < INO_TYPES + N_TYPES)
		return tree->types[ino - INO_TYPES].n_there > 0
			       ? &tree->types[ino - INO_TYPES]
			       : NULL;
	if (ino < INO_DAYS || ino >= INO_ITEMS)
		return NULL;
	day = find_day(tree, (uint32_t)(ino - INO_DAYS));
	return day != NULL && day->items.n_there > 0 ? &day->items : NULL;
}

static int
stat_locked(const struct tree *tree, uint64_t ino, struct stat *ret)
{
	const struct item *item;

	if (ino >= INO_ITEMS) {
		item = get(&tree->items, ino - INO_ITEMS);
		if (item == NULL || atomic_load(&item->gone))
			return ENOENT;
		stat_item(tree, item, ret);
		return 0;
	}
	if (ino != TREE_ROOT && ino != TREE_BY_TYPE && ino != TREE_BY_DATE &&
	    items_of(tree, ino) == NULL)
		return ENOENT;
	stat_folder(tree, ino,
		    ino == TREE_ROOT	  ? 3
		    : ino == TREE_BY_TYPE ? types_there(tree)
		    : ino == TREE_BY_DATE ? tree->n_days_there
					  : 0,
		    ret);
	return 0;
}

int
tree_stat(struct tree *tree, uint64_t ino, struct stat *ret)
{
	int r;

	pthread_rwlock_rdlock(&tree->lock);
	r = stat_locked(tree, ino, ret);
	pthread_rwlock_unlock(&tree->lock);
	return r;
}

/* The inode of that name in that folder, or 0. */
static uint64_t
find_name(const struct tree *tree, uint64_t parent, const char *name)
{
	const struct items *items = items_of(tree, parent);
	const struct item *item;
	uint32_t day;

	if (items != NULL) {
		item = get(items, name_number(name));
		return item != NULL && strcmp(item->name, name) == 0 ? item->ino : 0;
	}
	if (parent == TREE_ROOT)
		return strcmp(name, tree->case_name) == 0 ? INO_CASE
		       : strcmp(name, "by-type") == 0	  ? TREE_BY_TYPE
		       : strcmp(name, "by-date") == 0	  ? TREE_BY_DATE
							  : 0;
	for (size_t i = 0; parent == TREE_BY_TYPE && i < N_TYPES; i++)
		if (strcmp(name, type_names[i]) == 0)
			return INO_TYPES + i;
	day = parent == TREE_BY_DATE ? name_day(name) : 0;
	return day > 0 ? INO_DAYS + day - 1 : 0;
}

int
tree_lookup(struct tree *tree, uint64_t parent, const char *name, struct stat *ret)
{
	uint64_t ino;
	int r;

	pthread_rwlock_rdlock(&tree->lock);
	ino = find_name(tree, parent, name);
	r = ino != 0 ? stat_locked(tree, ino, ret) : ENOENT;
	pthread_rwlock_unlock(&tree->lock);
	return r;
}

struct item *
tree_item(struct tree *tree, uint64_t ino)
{
	struct item *item = NULL;

	if (ino < INO_ITEMS)
		return NULL;
	pthread_rwlock_rdlock(&tree->lock);
	item = get(&tree->items, ino - INO_ITEMS);
	pthread_rwlock_unlock(&tree->lock);
	return item;
}

struct item *
tree_after(struct tree *tree, uint64_t number)
{
	struct item *item = NULL;

	pthread_rwlock_rdlock(&tree->lock);
	for (size_t i = find(&tree->items, number + 1); i < tree->items.n && item == NULL;
	     i++)
		if (!atomic_load(&tree->items.all[i]->gone))
			item = tree->items.all[i];
	pthread_rwlock_unlock(&tree->lock);
	return item;
}

void
tree_each(struct tree *tree, bool (*each)(void *ctx, struct item *item), void *ctx)
{
	pthread_rwlock_rdlock(&tree->lock);
	for (size_t i = 0; i < tree->items.n && each(ctx, tree->items.all[i]); i++)
		;
	pthread_rwlock_unlock(&tree->lock);
}

void
tree_totals(struct tree *tree, struct tree_totals *ret)
{
	pthread_rwlock_rdlock(&tree->lock);
	*ret = (struct tree_totals){.n_files = tree->items.n_there,
				    .n_bytes = tree->n_bytes};
	pthread_rwlock_unlock(&tree->lock);
}

/* ---- reading a folder ---- */

struct reading {
	const struct tree *tree;
	int64_t after;
	tree_entry *entry;
	void *ctx;
};

static bool
give(const struct reading *reading, const char *name, uint64_t ino, int64_t offset)
{
	struct stat st;

	if (offset <= reading->after || stat_locked(reading->tree, ino, &st) != 0)
		return true;
	return reading->entry(reading->ctx, name, &st, offset);
}

static void
read_items(const struct reading *reading, const struct items *items)
{
	/* The place of an exhibit is its number, so a reader that comes back goes on
	 * where it was. */
	uint64_t from =
		reading->after >= FIRST ? (uint64_t)(reading->after - FIRST) + 1 : 0;

	for (size_t i = find(items, from); i < items->n; i++) {
		const struct item *item = items->all[i];
		struct stat st;

		if (atomic_load(&item->gone))
			continue;
		stat_item(reading->tree, item, &st);
		if (!reading->entry(reading->ctx, item->name, &st,
				    (int64_t)item->number + FIRST))
			return;
	}
}

static void
read_folders(const struct reading *reading, uint64_t ino)
{
	const struct tree *tree = reading->tree;
	char name[NAME_CAP];
	bool more = true;

	if (ino == TREE_ROOT)
		(void)(give(reading, tree->case_name, INO_CASE, FIRST) &&
		       give(reading, "by-type", TREE_BY_TYPE, FIRST + 1) &&
		       give(reading, "by-date", TREE_BY_DATE, FIRST + 2));
	for (size_t i = 0; more && ino == TREE_BY_TYPE && i < N_TYPES; i++)
		more = give(reading, type_names[i], INO_TYPES + i, FIRST + (int64_t)i);
	for (size_t i = 0; more && ino == TREE_BY_DATE && i < tree->n_days; i++) {
		uint32_t day = tree->days[i].day;

		name_of_day(day, name);
		more = give(reading, name, INO_DAYS + day, FIRST + (int64_t)day);
	}
}

int
tree_read(struct tree *tree, uint64_t ino, int64_t offset, tree_entry *entry, void *ctx)
{
	struct reading reading = {
		.tree = tree, .after = offset, .entry = entry, .ctx = ctx};
	const struct items *items;
	struct stat st;
	int r;

	pthread_rwlock_rdlock(&tree->lock);
	r = stat_locked(tree, ino, &st);
	if (r == 0 && !S_ISDIR(st.st_mode))
		r = ENOTDIR;
	/* ".." is only looked at for its kind. */
	if (r == 0 && give(&reading, ".", ino, AT_DOT) &&
	    give(&reading, "..", TREE_ROOT, AT_DOTS)) {
		items = items_of(tree, ino);
		if (items != NULL)
			read_items(&reading, items);
		else
			read_folders(&reading, ino);
	}
	pthread_rwlock_unlock(&tree->lock);
	return r;
}
