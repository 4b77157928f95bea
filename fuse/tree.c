/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include "file_list.h"
#include "heap.h"
#include "name.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Inode numbers beside those in the header. */
#define INO_CASE ((uint64_t)2)
#define INO_TYPES ((uint64_t)8)	      /* + the type, an index of type_names */
#define INO_DAYS ((uint64_t)32)	      /* + the day, as in struct tree_file */
#define INO_FILES ((uint64_t)1 << 25) /* + the number of the exhibit */
#define DAYS_MAX (INO_FILES - INO_DAYS)

/* Positions in a folder: that of "." is 1, that of ".." is 2, and each thing in it has a
 * number of its own (the exhibit's, the type's, the day's) that is added to FIRST. */
#define DOT 1
#define DOTS 2
#define FIRST 3

/* A type that is not among these is shown as "other". */
static const char *const type_names[] = {"other", "statement", "document", "photo",
					 "audio", "video",     "device"};
#define N_TYPES ARRAY_LEN(type_names)

struct day {
	uint32_t day;
	struct file_list files;
};
struct tree {
	pthread_rwlock_t lock;
	char case_name[NAME_CAP];
	struct file_list files, types[N_TYPES]; /* all; those of each type */
	struct day *days;			/* in their order */
	size_t n_days, days_cap, n_days_there;
	int64_t newest_at;  /* of the newest deposit, Unix seconds; 0: there is none */
	int64_t mounted_at; /* Unix seconds */
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
	for (size_t i = 0; i < tree->files.n; i++) {
		heap_free(tree->files.all[i]->name);
		heap_free(tree->files.all[i]);
	}
	for (size_t i = 0; i < N_TYPES; i++)
		heap_free(tree->types[i].all);
	for (size_t i = 0; i < tree->n_days; i++)
		heap_free(tree->days[i].files.all);
	heap_free(tree->days);
	heap_free(tree->files.all);
	pthread_rwlock_destroy(&tree->lock);
	heap_free(tree);
}

/* ---- days ---- */

static struct day *
find_day(const struct tree *tree, uint32_t day)
{
	/* What is looked for is mostly new. */
	for (size_t i = tree->n_days; i > 0; i--)
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

/* The local day of that moment, counted from 1970-01-01, as a calendar on the wall would
 * show it; 0 where it is none that can be shown. */
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

static struct tree_file *
new_file(const struct amana_exhibit *exhibit)
{
	struct tree_file *file = heap_new(1, sizeof *file);
	char name[NAME_CAP];

	if (file == NULL)
		return NULL;
	name_of_exhibit(exhibit->number, exhibit->name != NULL ? exhibit->name : "",
			exhibit->name != NULL ? exhibit->name_len : 0, name);
	file->number = exhibit->number;
	file->ino = INO_FILES + exhibit->number;
	file->size = exhibit->size;
	file->received_at =
		exhibit->received > 0 ? exhibit->received : exhibit->deposited_at;
	file->at = exhibit->modified > 0 ? exhibit->modified : file->received_at;
	file->day = local_day(file->received_at);
	file->type = type_of(exhibit->type);
	file->name = heap_dup(name);
	if (file->name == NULL) {
		heap_free(file);
		return NULL;
	}
	return file;
}

static enum tree_change
add(struct tree *tree, const struct amana_exhibit *exhibit, struct tree_file **ret_file)
{
	struct tree_file *file = new_file(exhibit);
	struct day *day = file != NULL ? make_day(tree, file->day) : NULL;

	if (day == NULL || !file_list_reserve(&tree->files) ||
	    !file_list_reserve(&tree->types[file->type]) ||
	    !file_list_reserve(&day->files)) {
		if (file != NULL)
			heap_free(file->name);
		heap_free(file);
		return TREE_NOMEM;
	}
	if (day->files.n_there == 0)
		tree->n_days_there++;
	file_list_put(&tree->files, file);
	file_list_put(&tree->types[file->type], file);
	file_list_put(&day->files, file);
	tree->n_bytes += file->size;
	if (exhibit->deposited_at > tree->newest_at)
		tree->newest_at = exhibit->deposited_at;
	*ret_file = file;
	return TREE_ADDED;
}

/* Takes a file out of its folders, or puts it into them again. */
static void
set_gone(struct tree *tree, struct tree_file *file, bool gone)
{
	struct day *day = find_day(tree, file->day);
	size_t step = gone ? (size_t)-1 : 1;

	atomic_store(&file->gone, gone);
	tree->files.n_there += step;
	tree->types[file->type].n_there += step;
	day->files.n_there += step;
	if (day->files.n_there == (gone ? 0 : 1))
		tree->n_days_there += step;
	tree->n_bytes += gone ? -file->size : file->size;
}

enum tree_change
tree_see(struct tree *tree, const struct amana_exhibit *exhibit,
	 struct tree_file **ret_file)
{
	bool shown = exhibit->known && !exhibit->disposed && exhibit->number > 0 &&
		     exhibit->number < UINT64_MAX - INO_FILES &&
		     strcmp(exhibit->object, "-") != 0;
	enum tree_change change = TREE_SAME;
	struct tree_file *file;

	pthread_rwlock_wrlock(&tree->lock);
	file = file_list_get(&tree->files, exhibit->number);
	if (file == NULL && shown) {
		change = add(tree, exhibit, &file);
	} else if (file != NULL && shown == atomic_load(&file->gone)) {
		set_gone(tree, file, !shown);
		change = shown ? TREE_ADDED : TREE_REMOVED;
	}
	pthread_rwlock_unlock(&tree->lock);
	*ret_file = file;
	return change;
}

void
tree_parents(const struct tree_file *file, uint64_t ret_inos[TREE_N_PARENTS])
{
	ret_inos[0] = INO_CASE;
	ret_inos[1] = INO_TYPES + file->type;
	ret_inos[2] = INO_DAYS + file->day;
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
		(time_t)(tree->newest_at > 0 ? tree->newest_at : tree->mounted_at);
}

static void
stat_file(const struct tree *tree, const struct tree_file *file, struct stat *ret)
{
	*ret = (struct stat){.st_ino = file->ino,
			     .st_mode = S_IFREG | 0400,
			     .st_nlink = TREE_N_PARENTS,
			     .st_uid = tree->uid,
			     .st_gid = tree->gid,
			     .st_size = (off_t)file->size,
			     .st_blocks = (blkcnt_t)((file->size + 511) / 512),
			     .st_blksize = 131072};
	ret->st_mtim.tv_sec = ret->st_atim.tv_sec = ret->st_ctim.tv_sec =
		(time_t)file->at;
}

static size_t
types_there(const struct tree *tree)
{
	size_t n = 0;

	for (size_t i = 0; i < N_TYPES; i++)
		n += tree->types[i].n_there > 0;
	return n;
}

/* The files of a folder that has nothing but files; NULL: it is no such folder, or empty.
 */
static const struct file_list *
files_of(const struct tree *tree, uint64_t ino)
{
	const struct day *day;

	if (ino == INO_CASE)
		return &tree->files;
	if (ino >= INO_TYPES && ino < INO_TYPES + N_TYPES)
		return tree->types[ino - INO_TYPES].n_there > 0
			       ? &tree->types[ino - INO_TYPES]
			       : NULL;
	if (ino < INO_DAYS || ino >= INO_FILES)
		return NULL;
	day = find_day(tree, (uint32_t)(ino - INO_DAYS));
	return day != NULL && day->files.n_there > 0 ? &day->files : NULL;
}

static int
stat_locked(const struct tree *tree, uint64_t ino, struct stat *ret)
{
	const struct tree_file *file;

	if (ino >= INO_FILES) {
		file = file_list_get(&tree->files, ino - INO_FILES);
		if (file == NULL || atomic_load(&file->gone))
			return ENOENT;
		stat_file(tree, file, ret);
		return 0;
	}
	if (ino != TREE_ROOT && ino != TREE_BY_TYPE && ino != TREE_BY_DATE &&
	    files_of(tree, ino) == NULL)
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
	const struct file_list *files = files_of(tree, parent);
	const struct tree_file *file;
	uint32_t day;

	if (files != NULL) {
		file = file_list_get(files, name_number(name));
		return file != NULL && strcmp(file->name, name) == 0 ? file->ino : 0;
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

struct tree_file *
tree_find(struct tree *tree, uint64_t ino)
{
	struct tree_file *file = NULL;

	if (ino < INO_FILES)
		return NULL;
	pthread_rwlock_rdlock(&tree->lock);
	file = file_list_get(&tree->files, ino - INO_FILES);
	pthread_rwlock_unlock(&tree->lock);
	return file;
}

struct tree_file *
tree_after(struct tree *tree, uint64_t number)
{
	struct tree_file *file = NULL;

	pthread_rwlock_rdlock(&tree->lock);
	for (size_t i = file_list_find(&tree->files, number + 1);
	     i < tree->files.n && file == NULL; i++)
		if (!atomic_load(&tree->files.all[i]->gone))
			file = tree->files.all[i];
	pthread_rwlock_unlock(&tree->lock);
	return file;
}

void
tree_totals(struct tree *tree, struct tree_totals *ret)
{
	pthread_rwlock_rdlock(&tree->lock);
	*ret = (struct tree_totals){.n_files = tree->files.n_there,
				    .n_bytes = tree->n_bytes};
	pthread_rwlock_unlock(&tree->lock);
}

/* ---- reading a folder ---- */

struct reading {
	const struct tree *tree;
	int64_t after; /* entries behind this position */
	tree_entry *entry;
	void *ctx;
};

static bool
give(const struct reading *reading, const char *name, uint64_t ino, int64_t position)
{
	struct stat st;

	if (position <= reading->after || stat_locked(reading->tree, ino, &st) != 0)
		return true;
	return reading->entry(reading->ctx, name, &st, position);
}

static void
read_files(const struct reading *reading, const struct file_list *files)
{
	/* A file's position follows from its number, so that a reader who comes back goes
	 * on where he was, whatever has come and gone. */
	uint64_t from =
		reading->after >= FIRST ? (uint64_t)(reading->after - FIRST) + 1 : 0;

	for (size_t i = file_list_find(files, from); i < files->n; i++) {
		const struct tree_file *file = files->all[i];
		struct stat st;

		if (atomic_load(&file->gone))
			continue;
		stat_file(reading->tree, file, &st);
		if (!reading->entry(reading->ctx, file->name, &st,
				    (int64_t)file->number + FIRST))
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
tree_read(struct tree *tree, uint64_t ino, int64_t position, tree_entry *entry, void *ctx)
{
	struct reading reading = {
		.tree = tree, .after = position, .entry = entry, .ctx = ctx};
	const struct file_list *files;
	struct stat st;
	int r;

	pthread_rwlock_rdlock(&tree->lock);
	r = stat_locked(tree, ino, &st);
	if (r == 0 && !S_ISDIR(st.st_mode))
		r = ENOTDIR;
	/* Of ".." only the kind matters, since the kernel resolves it by itself; so it is
	 * always told as the root. */
	if (r == 0 && give(&reading, ".", ino, DOT) &&
	    give(&reading, "..", TREE_ROOT, DOTS)) {
		files = files_of(tree, ino);
		if (files != NULL)
			read_files(&reading, files);
		else
			read_folders(&reading, ino);
	}
	pthread_rwlock_unlock(&tree->lock);
	return r;
}
