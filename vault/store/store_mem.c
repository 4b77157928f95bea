/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backend.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The backend "mem": objects in a sorted array, for tests.  Nothing lasts, so that there
 * is nothing to flush. */

#define OBJECT_MAX ((size_t)1 << 30) /* bytes */

/* One object's bytes: shared by the store and the readers that hold it open. */
struct content {
	unsigned n_users; /* under the store's lock */
	struct buf bytes;
};

struct entry {
	struct store_name name;
	struct content *content;
};

struct store_mem {
	struct store base;
	pthread_mutex_t lock;
	struct entry *entries; /* sorted by name */
	size_t n, cap;
};

struct mem_writer {
	struct store_writer base;
	struct content *content;
};

struct mem_reader {
	struct store_reader base;
	struct content *content;
};

#define MEM_OF(store_) ((struct store_mem *)(void *)(store_))
#define WRITER_OF(writer_) ((struct mem_writer *)(void *)(writer_))
#define READER_OF(reader_) ((struct mem_reader *)(void *)(reader_))

/* One user less, who may have been the last.  The lock is held. */
static void
release(struct content *content)
{
	if (content == NULL || --content->n_users > 0)
		return;
	buf_done(&content->bytes);
	mem_free(content);
}

static void
release_locked(struct store_mem *mem, struct content *content)
{
	pthread_mutex_lock(&mem->lock);
	release(content);
	pthread_mutex_unlock(&mem->lock);
}

/* The index at which `name` stands or would stand.  The lock is held. */
static size_t
position_of(const struct store_mem *mem, const char *name, bool *ret_there)
{
	size_t low = 0, high = mem->n;

	*ret_there = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(mem->entries[mid].name.text, name);

		if (order == 0) {
			*ret_there = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int
insert(struct store_mem *mem, size_t at, const char *name, struct content *content,
       struct amana_error *err)
{
	if (mem->n == mem->cap) {
		size_t cap = mem->cap == 0 ? 64 : mem->cap * 2;
		void *grown = mem_grow(mem->entries, mem->cap, cap,
				       sizeof mem->entries[0], err);

		if (grown == NULL)
			return -1;
		mem->entries = grown;
		mem->cap = cap;
	}
	memmove(&mem->entries[at + 1], &mem->entries[at],
		(mem->n - at) * sizeof mem->entries[0]);
	snprintf(mem->entries[at].name.text, sizeof mem->entries[at].name.text, "%s",
		 name);
	mem->entries[at].content = content;
	mem->n++;
	return 0;
}

static int
mem_begin(struct store *store, const char *folder, struct store_writer **ret_writer,
	  struct amana_error *err)
{
	struct mem_writer *writer = mem_new(sizeof *writer, err);

	(void)store;
	(void)folder;
	if (writer == NULL)
		return -1;
	writer->content = mem_new(sizeof *writer->content, err);
	if (writer->content == NULL) {
		mem_free(writer);
		return -1;
	}
	writer->content->n_users = 1;
	writer->content->bytes.max = OBJECT_MAX;
	*ret_writer = &writer->base;
	return 0;
}

static int
mem_write(struct store_writer *writer, const void *bytes, size_t len,
	  struct amana_error *err)
{
	return buf_add(&WRITER_OF(writer)->content->bytes, bytes, len, err);
}

static int
mem_commit(struct store_writer *writer, const char *name, bool durable,
	   struct amana_error *err)
{
	struct store_mem *mem = MEM_OF(writer->store);
	struct mem_writer *own = WRITER_OF(writer);
	bool there;
	size_t at;
	int r = 1;

	(void)durable;
	pthread_mutex_lock(&mem->lock);
	at = position_of(mem, name, &there);
	if (!there)
		r = insert(mem, at, name, own->content, err);
	if (r == 0)
		own->content = NULL;
	pthread_mutex_unlock(&mem->lock);
	return r;
}

static int
mem_replace(struct store_writer *writer, const char *name, struct amana_error *err)
{
	struct store_mem *mem = MEM_OF(writer->store);
	struct mem_writer *own = WRITER_OF(writer);
	bool there;
	size_t at;
	int r = 0;

	pthread_mutex_lock(&mem->lock);
	at = position_of(mem, name, &there);
	if (there) {
		release(mem->entries[at].content);
		mem->entries[at].content = own->content;
	} else {
		r = insert(mem, at, name, own->content, err);
	}
	if (r == 0)
		own->content = NULL;
	pthread_mutex_unlock(&mem->lock);
	return r;
}

static void
mem_writer_free(struct store_writer *writer)
{
	release_locked(MEM_OF(writer->store), WRITER_OF(writer)->content);
	mem_free(writer);
}

static int
mem_stat(struct store *store, const char *name, uint64_t *ret_size,
	 struct amana_error *err)
{
	struct store_mem *mem = MEM_OF(store);
	bool there;
	size_t at;

	(void)err;
	pthread_mutex_lock(&mem->lock);
	at = position_of(mem, name, &there);
	if (there)
		*ret_size = mem->entries[at].content->bytes.len;
	pthread_mutex_unlock(&mem->lock);
	return there ? 0 : 1;
}

static int
mem_settle(struct store *store, const char *name, struct amana_error *err)
{
	uint64_t size;

	return mem_stat(store, name, &size, err);
}

static int
mem_barrier(struct store *store, struct amana_error *err)
{
	(void)store;
	(void)err;
	return 0;
}

static int
mem_remove(struct store *store, const char *name, struct amana_error *err)
{
	struct store_mem *mem = MEM_OF(store);
	bool there;
	size_t at;

	(void)err;
	pthread_mutex_lock(&mem->lock);
	at = position_of(mem, name, &there);
	if (there) {
		release(mem->entries[at].content);
		mem->n--;
		memmove(&mem->entries[at], &mem->entries[at + 1],
			(mem->n - at) * sizeof mem->entries[0]);
	}
	pthread_mutex_unlock(&mem->lock);
	return there ? 0 : 1;
}

static int
mem_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	 struct amana_error *err)
{
	struct store_mem *mem = MEM_OF(store);
	CLEANUP(mem_freep) struct store_name *names = NULL;
	size_t len = strlen(folder), n = 0;
	int r = 0;

	pthread_mutex_lock(&mem->lock);
	names = mem_array(mem->n + 1, sizeof names[0], err);
	for (size_t i = 0; names != NULL && i < mem->n; i++) {
		const char *name = mem->entries[i].name.text;

		if (len == 0 || (strncmp(name, folder, len) == 0 && name[len] == '/'))
			names[n++] = mem->entries[i].name;
	}
	pthread_mutex_unlock(&mem->lock);
	if (names == NULL)
		return -1;
	for (size_t i = 0; i < n && r == 0; i++)
		r = each(arg, names[i].text, err);
	return r;
}

static int
mem_open(struct store *store, const char *name, struct store_reader **ret_reader,
	 struct amana_error *err)
{
	struct store_mem *mem = MEM_OF(store);
	struct mem_reader *reader = mem_new(sizeof *reader, err);
	bool there;
	size_t at;

	if (reader == NULL)
		return -1;
	pthread_mutex_lock(&mem->lock);
	at = position_of(mem, name, &there);
	if (there) {
		reader->content = mem->entries[at].content;
		reader->content->n_users++;
		reader->base.size = reader->content->bytes.len;
	}
	pthread_mutex_unlock(&mem->lock);
	if (!there) {
		mem_free(reader);
		return 1;
	}
	*ret_reader = &reader->base;
	return 0;
}

static int
mem_pread(struct store_reader *reader, void *bytes, size_t len, uint64_t offset,
	  size_t *ret_len, struct amana_error *err)
{
	const struct buf *all = &READER_OF(reader)->content->bytes;
	size_t n = offset < all->len ? all->len - (size_t)offset : 0;

	(void)err;
	n = n < len ? n : len;
	if (n > 0)
		memcpy(bytes, all->data + offset, n);
	*ret_len = n;
	return 0;
}

static void
mem_reader_free(struct store_reader *reader)
{
	release_locked(MEM_OF(reader->store), READER_OF(reader)->content);
	mem_free(reader);
}

static void
mem_store_free(struct store *store)
{
	struct store_mem *mem = MEM_OF(store);

	for (size_t i = 0; i < mem->n; i++)
		release(mem->entries[i].content);
	mem_free(mem->entries);
	pthread_mutex_destroy(&mem->lock);
	mem_free(mem);
}

static const struct store_ops mem_ops = {
	.free = mem_store_free,
	.settle = mem_settle,
	.barrier = mem_barrier,
	.remove = mem_remove,
	.list = mem_list,
	.stat = mem_stat,
	.begin = mem_begin,
	.write = mem_write,
	.commit = mem_commit,
	.replace = mem_replace,
	.writer_free = mem_writer_free,
	.open = mem_open,
	.pread = mem_pread,
	.reader_free = mem_reader_free,
};

static int
mem_open_store(const char *rest, unsigned flags, struct store **ret_store,
	       struct amana_error *err)
{
	struct store_mem *mem;

	if ((flags & STORE_IN_MEMORY) == 0 || rest[0] != 0)
		return err_set(
			err, AMANA_E_USAGE,
			"a vault in memory would end with the program; name a folder");
	mem = mem_new(sizeof *mem, err);
	if (mem == NULL)
		return -1;
	mem->base = (struct store){.ops = &mem_ops, .kind = "mem", .location = "mem:"};
	pthread_mutex_init(&mem->lock, NULL);
	*ret_store = &mem->base;
	return 0;
}

const struct store_backend store_backend_mem = {.scheme = "mem", .open = mem_open_store};
