/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount.h"

#include "base/clock.h"
#include "flow/mount/mount_keys.h"
#include "object/object_reader.h"

#include <pthread.h>

/* An exhibit's bytes, on any thread.  Of the session nothing is used but what never
 * changes: the store. */

_Static_assert(AMANA_CHUNK == AGE_CHUNK_LEN, "a mount's chunk is age's");

/* The part of a reader that changes.  Those who read hold the reader itself as const. */
struct reading {
	struct store *store;
	const atomic_bool *has_ended;
	const atomic_bool *is_refused;
	_Atomic int64_t *read_at_ms;
	struct secret identity; /* borrowed from the mount's keys */
	struct object_expect expect;
	pthread_mutex_t lock;			/* held while `object` is made */
	_Atomic(struct object_reader *) object; /* NULL until something is read */
};

struct amana_reader {
	uint64_t size;
	struct reading *reading;
};

/* The object, opened by whichever thread reads first. */
static int
find_object(struct reading *reading, struct object_reader **ret_object,
	    struct amana_error *err)
{
	struct object_reader *object = atomic_load(&reading->object);
	int r = 0;

	if (object == NULL) {
		pthread_mutex_lock(&reading->lock);
		object = atomic_load(&reading->object);
		if (object == NULL) {
			r = object_reader_open(reading->store, &reading->identity,
					       &reading->expect, &object, err);
			if (r == 0)
				atomic_store(&reading->object, object);
		}
		pthread_mutex_unlock(&reading->lock);
	}
	*ret_object = object;
	return r;
}

/* Each span may be what was recorded of it, and the whole still another text than the
 * digest names: retrieve gives out nothing of such an exhibit, and from now on neither
 * does the mount. */
static int
refuse(struct amana_error *err)
{
	return err_set(err, AMANA_E_TAMPERED,
		       "the first reader's check of the whole has failed");
}

int
flow_mount_reader(struct amana_mount *mount, uint64_t number,
		  struct amana_reader **ret_reader, struct amana_error *err)
{
	CLEANUP(mem_freep) struct amana_reader *reader = NULL;
	CLEANUP(mem_freep) struct reading *reading = NULL;
	struct mount_item *item;
	union {
		const uint8_t *in;
		uint8_t *out;
	} key;

	if (mount_may_read(mount, err) < 0 || mount_item(mount, number, &item, err) < 0)
		return -1;
	if (!item->is_recorded || item->key == NULL)
		return err_bug(
			err, "an exhibit whose opening is not on record was to be read");
	if (mount_item_refusable(item, err) < 0)
		return -1;
	if (atomic_load(item->is_refused))
		return refuse(err);
	reader = mem_new(sizeof *reader, err);
	reading = reader != NULL ? mem_new(sizeof *reading, err) : NULL;
	if (reading == NULL ||
	    mount_keys_expect(mount, number, &reading->expect, err) < 0)
		return -1;
	key.in = item->key;
	reading->identity = (struct secret){.data = key.out, .len = MOUNT_KEY_LEN};
	reading->store = mount->session->store;
	reading->has_ended = &mount->has_ended;
	reading->is_refused = item->is_refused;
	reading->read_at_ms = &mount->read_at_ms;
	pthread_mutex_init(&reading->lock, NULL);
	atomic_store(&mount->read_at_ms, clock_coarse_ms());
	reader->size = item->size;
	reader->reading = TAKE(reading);
	*ret_reader = TAKE(reader);
	return 0;
}

uint64_t
flow_reader_size(const struct amana_reader *reader)
{
	return reader->size;
}

bool
flow_reader_refused(const struct amana_reader *reader)
{
	return atomic_load(reader->reading->is_refused);
}

int
flow_reader_chunks(const struct amana_reader *reader, uint64_t first, size_t n,
		   void *bytes, size_t *ret_len, struct amana_error *err)
{
	struct reading *reading = reader->reading;
	struct object_reader *object;

	*ret_len = 0;
	if (atomic_load(reading->has_ended))
		return err_reason(err, AMANA_REASON_MOUNT_ENDED, AMANA_E_LOCKED,
				  "the mount is at its end");
	if (flow_reader_refused(reader))
		return refuse(err);
	atomic_store(reading->read_at_ms, clock_coarse_ms());
	if (find_object(reading, &object, err) < 0)
		return -1;
	return object_reader_chunks(object, first, n, bytes, ret_len, err);
}

void
flow_reader_free(struct amana_reader *reader)
{
	if (reader == NULL)
		return;
	object_reader_free(atomic_load(&reader->reading->object));
	pthread_mutex_destroy(&reader->reading->lock);
	object_expect_done(&reader->reading->expect);
	mem_free(reader->reading);
	mem_free(reader);
}
