/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/bundle.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define END_LEN 36 /* what a rewritten bundle ends with: docs/FORMAT.md section 7 */

/* What was read as a bundle, put together again, is the same bytes, up to the end of one
 * that was rewritten, which is drawn at random. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_INIT(BUNDLE_MAX);
	struct bundle bundle = BUNDLE_INIT;
	struct amana_error err;
	size_t at;

	if (bundle_parse((struct bytes){data, size}, &bundle, &err) < 0)
		return 0;
	for (size_t i = 0; i < bundle.n; i++) {
		if ((bundle.sheets[i].len > 0 ? bundle_add(&again, bundle.sheets[i], &err)
					      : bundle_add_destroyed(&again, &err)) < 0)
			abort();
		if (bundle.sheets[i].len > 0 &&
		    (bundle_find(&bundle, &bundle.hashes[i], &at) != 0 || at > i))
			abort();
	}
	if (bundle.rewritten)
		size -= END_LEN;
	if (!bytes_equal(BYTES_OF(again), (struct bytes){data, size}))
		abort();
	bundle_done(&bundle);
	buf_done(&again);
	return 0;
}
