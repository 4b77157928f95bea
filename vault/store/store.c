/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backend.h"

#include "base/fault.h"

#include <stdio.h>
#include <string.h>

/* The one table of backends: a ROW(NAME) for each name in the list of meson.build. */
#define ROW(name) extern const struct store_backend store_backend_##name;
STORE_BACKENDS
#undef ROW
#define ROW(name) &store_backend_##name,
static const struct store_backend *const backends[] = {STORE_BACKENDS};
#undef ROW

#define DEFAULT_SCHEME "dir"

static const struct store_backend *
find_backend(const char *scheme, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(backends); i++)
		if (strlen(backends[i]->scheme) == len &&
		    memcmp(backends[i]->scheme, scheme, len) == 0)
			return backends[i];
	return NULL;
}

int
store_open(const char *url, unsigned flags, struct store **ret_store,
	   struct amana_error *err)
{
	size_t len = strcspn(url, ":/"); /* a path's first colon may stand further back */
	const struct store_backend *backend =
		url[len] == ':' ? find_backend(url, len) : NULL;

	if (backend != NULL)
		return backend->open(url + len + 1, flags, ret_store, err);
	if (strncmp(url + len, "://", 3) == 0)
		return err_set(err, AMANA_E_USAGE,
			       "this version cannot keep a vault in '%s'; name a folder",
			       url);
	backend = find_backend(DEFAULT_SCHEME, strlen(DEFAULT_SCHEME));
	return backend->open(url, flags, ret_store, err);
}

/* Before every call over the seam: the name is in the grammar, and no test wants a
 * failure here. */
static int
pass(const struct store *store, const char *name, struct amana_error *err)
{
	if (name != NULL && !store_name_valid(name))
		return err_bug(err, "'%s' cannot be a name in a store", name);
	if (fault_fires(FAULT_STORE))
		return err_sys(err, "the store '%s' failed", store->location);
	return 0;
}

/* The folder of a valid name as store_put_begin wants it: its first part. */
static void
folder_of(const char *name, char folder[8])
{
	const char *slash = strchr(name, '/');

	snprintf(folder, 8, "%.*s", slash == NULL ? 0 : (int)(slash - name), name);
}

void
store_free(struct store *store)
{
	if (store != NULL)
		store->ops->free(store);
}

const char *
store_kind(const struct store *store)
{
	return store->kind;
}

const char *
store_location(const struct store *store)
{
	return store->location;
}

static int
begin(struct store *store, const char *folder, struct store_writer **ret_writer,
      struct amana_error *err)
{
	struct store_writer *writer;

	if (store->ops->begin(store, folder, &writer, err) < 0)
		return -1;
	writer->store = store;
	snprintf(writer->folder, sizeof writer->folder, "%s", folder);
	*ret_writer = writer;
	return 0;
}

int
store_put(struct store *store, const char *name, struct bytes bytes, bool durable,
	  struct amana_error *err)
{
	CLEANUP(store_writer_freep) struct store_writer *writer = NULL;
	char folder[8];

	if (pass(store, name, err) < 0)
		return -1;
	folder_of(name, folder);
	if (begin(store, folder, &writer, err) < 0 ||
	    store->ops->write(writer, bytes.data, bytes.len, err) < 0)
		return -1;
	return store->ops->commit(writer, name, durable, err);
}

int
store_settle(struct store *store, const char *name, struct amana_error *err)
{
	return pass(store, name, err) < 0 ? -1 : store->ops->settle(store, name, err);
}

int
store_barrier(struct store *store, struct amana_error *err)
{
	return pass(store, NULL, err) < 0 ? -1 : store->ops->barrier(store, err);
}

int
store_put_begin(struct store *store, const char *folder, struct store_writer **ret_writer,
		struct amana_error *err)
{
	if (strcmp(folder, "objects") != 0 && strcmp(folder, "lines") != 0)
		return err_bug(err, "nothing is streamed into '%s'", folder);
	return pass(store, NULL, err) < 0 ? -1 : begin(store, folder, ret_writer, err);
}

int
store_writer_write(struct store_writer *writer, const void *bytes, size_t len,
		   struct amana_error *err)
{
	if (writer->ended)
		return err_bug(err, "write to a finished store writer");
	if (pass(writer->store, NULL, err) < 0)
		return -1;
	return writer->store->ops->write(writer, bytes, len, err);
}

int
store_writer_commit(struct store_writer *writer, const char *name, bool durable,
		    struct amana_error *err)
{
	char folder[8];

	if (pass(writer->store, name, err) < 0)
		return -1;
	folder_of(name, folder);
	if (writer->ended || strcmp(folder, writer->folder) != 0)
		return err_bug(err, "a store writer for '%s' cannot make '%s'",
			       writer->folder, name);
	writer->ended = true;
	return writer->store->ops->commit(writer, name, durable, err);
}

void
store_writer_free(struct store_writer *writer)
{
	if (writer == NULL)
		return;
	writer->store->ops->writer_free(writer);
}

int
store_replace(struct store *store, const char *name, struct bytes bytes,
	      const struct hash *expected, struct amana_error *err)
{
	CLEANUP(store_writer_freep) struct store_writer *writer = NULL;
	struct hash got, named;
	char folder[8];

	if (pass(store, name, err) < 0)
		return -1;
	if (store_name_read_hash(name, &named) == 0 && !hash_equal(&named, expected))
		return err_bug(err, "'%s' is not the name of the expected bytes", name);
	hash_of(bytes.data, bytes.len, &got);
	if (!hash_equal(&got, expected))
		return err_set(err, AMANA_E_TAMPERED,
			       "the bytes to repair '%s' with are not the right ones",
			       name);
	folder_of(name, folder);
	if (begin(store, folder, &writer, err) < 0 ||
	    store->ops->write(writer, bytes.data, bytes.len, err) < 0)
		return -1;
	return store->ops->replace(writer, name, err);
}

int
store_reader_open(struct store *store, const char *name, struct store_reader **ret_reader,
		  struct amana_error *err)
{
	struct store_reader *reader;
	int r;

	if (pass(store, name, err) < 0)
		return -1;
	r = store->ops->open(store, name, &reader, err);
	if (r != 0)
		return r;
	reader->store = store;
	*ret_reader = reader;
	return 0;
}

int
store_reader_pread(struct store_reader *reader, void *bytes, size_t len, uint64_t offset,
		   size_t *ret_len, struct amana_error *err)
{
	if (pass(reader->store, NULL, err) < 0)
		return -1;
	return reader->store->ops->pread(reader, bytes, len, offset, ret_len, err);
}

uint64_t
store_reader_size(const struct store_reader *reader)
{
	return reader->size;
}

void
store_reader_free(struct store_reader *reader)
{
	if (reader != NULL)
		reader->store->ops->reader_free(reader);
}

int
store_get(struct store *store, const char *name, struct buf *buf, struct amana_error *err)
{
	CLEANUP(store_reader_freep) struct store_reader *reader = NULL;
	int r = store_reader_open(store, name, &reader, err);
	size_t got;
	uint8_t *at;

	if (r != 0)
		return r;
	if (reader->size > buf->max - buf->len)
		return err_set(err, AMANA_E_LIMIT,
			       "'%s' is larger than the %zu bytes allowed", name,
			       buf->max);
	at = buf_reserve(buf, (size_t)reader->size, err);
	if (at == NULL)
		return err_wrap(err, "'%s'", name);
	/* What was put never grows; a file that does is cut here and fails its hash. */
	if (store->ops->pread(reader, at, (size_t)reader->size, 0, &got, err) < 0)
		return -1;
	buf->len += got;
	buf->data[buf->len] = 0;
	return 0;
}

int
store_stat(struct store *store, const char *name, uint64_t *ret_size,
	   struct amana_error *err)
{
	return pass(store, name, err) < 0 ? -1
					  : store->ops->stat(store, name, ret_size, err);
}

int
store_list(struct store *store, const char *folder, store_list_fn *each, void *arg,
	   struct amana_error *err)
{
	if (!store_name_is_folder(folder))
		return err_bug(err, "'%s' cannot be a folder in a store", folder);
	return pass(store, NULL, err) < 0
		       ? -1
		       : store->ops->list(store, folder, each, arg, err);
}

int
store_remove(struct store *store, const char *name, struct amana_error *err)
{
	struct hash hash;

	if (pass(store, name, err) < 0)
		return -1;
	if (store_name_read_hash(name, &hash) < 0)
		return err_bug(err, "'%s' is part of the log and is never removed", name);
	return store->ops->remove(store, name, err);
}

/* 0: *ret_same says whether exactly these bytes are there; 1: nothing is. */
static int
compare(struct store *store, const char *name, struct bytes bytes, bool *ret_same,
	struct amana_error *err)
{
	CLEANUP(buf_done) struct buf there = BUF_INIT(bytes.len + 1);
	int r = store_get(store, name, &there, err);
	bool longer = r < 0 && err->code == AMANA_E_LIMIT;

	*ret_same = r == 0 && bytes_equal(BYTES_OF(there), bytes);
	return longer ? 0 : r;
}

/* Whether the put has happened cannot be told. */
static int
unknown(const char *name, struct amana_error *err)
{
	err_recode(err, AMANA_E_REMOTE);
	return err_wrap(err, "outcome unknown for '%s', run it again", name);
}

int
store_put_sure(struct store *store, const char *name, struct bytes bytes,
	       struct amana_error *err)
{
	for (int attempt = 0; attempt < 3; attempt++) {
		int put = store_put(store, name, bytes, true, err), look;
		struct amana_error why = {0};
		bool ours;

		if (put == 0 || (put < 0 && err->code == AMANA_E_BUG))
			return put;
		if (put < 0)
			why = *err;
		look = compare(store, name, bytes, &ours, err);
		if (look == 0 && !ours)
			return 1;
		if (ours)
			look = store_settle(store, name, err);
		if (ours && look == 0)
			return 0;
		if (look < 0)
			return unknown(name, err);
		if (put < 0) { /* it failed, and it is known that nothing is there */
			*err = why;
			return -1;
		}
	}
	err_set(err, AMANA_E_IO,
		"the store says that it is there and that it is missing");
	return unknown(name, err);
}
