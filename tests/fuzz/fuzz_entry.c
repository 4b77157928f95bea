/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted has one spelling: it is written again as it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(ENTRY_MAX);
	struct bytes input = {data, size};
	struct amana_error err;
	struct entry entry;

	if (crypto_init(&err) < 0)
		abort();
	if (entry_decode(input, &entry, &err) < 0)
		return 0;
	if (entry_encode(&entry, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), input))
		abort();
	return 0;
}
