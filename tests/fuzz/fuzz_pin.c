/* SPDX-License-Identifier: Apache-2.0 */
#include "log/pin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A pin has one spelling. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_INIT(PIN_FILE_MAX);
	struct amana_error err;
	struct pin pin;

	if (pin_parse((struct bytes){data, size}, &pin, &err) < 0)
		return 0;
	if (pin_encode(&pin, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), (struct bytes){data, size}))
		abort();
	buf_done(&again);
	return 0;
}
