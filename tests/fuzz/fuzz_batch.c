/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/batch.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORIGIN "test.example/00112233445566778899aabbccddeeff"

/* The parts lie within the slot and make it up; a note that is read is written again as
 * it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_done)
	struct buf again = BUF_INIT(4096), entries = BUF_INIT(BATCH_BYTES_MAX);
	struct bytes input = {data, size}, rest, entry;
	struct batch_parts parts = {.text = input};
	struct amana_error err;
	struct batch_note note;
	int r;

	if (batch_split(input, &parts, &err) == 0) {
		if (parts.text.data != data || parts.text.len < 1 ||
		    parts.entries.data + parts.entries.len != data + size ||
		    parts.text.data[parts.text.len - 1] != '\n' || !parts.sig.is_ed25519)
			abort();
		rest = parts.entries;
		while ((r = batch_next(&rest, &entry, &err)) == 0) {
			if (entry.len > 0 && batch_add(&entries, entry, &err) < 0)
				abort();
		}
		/* Only entries of no bytes are not written again. */
		if (r == 1 && entries.len == parts.entries.len && entries.len > 0 &&
		    memcmp(entries.data, parts.entries.data, entries.len) != 0)
			abort();
	}
	/* The text, or whatever it was that could not be split. */
	if (batch_note_decode(parts.text, ORIGIN, &note, &err) < 0)
		return 0;
	if (batch_note_encode(&note, ORIGIN, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), parts.text) ||
	    batch_note_fits(parts.text, ORIGIN, note.n, &note.prev, &err) < 0)
		abort();
	return 0;
}
