/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/receipt.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One spelling: what parses is written again as it was. */
static void
run_text(struct bytes input)
{
	CLEANUP(buf_done) struct buf again = BUF_INIT(RECEIPT_MAX);
	struct receipt_range ranges[RECEIPT_RANGES_MAX];
	struct receipt receipt;
	struct amana_error err;

	if (receipt_parse(input, ranges, &receipt, &err) < 0) {
		if (err.code != AMANA_E_FORMAT)
			abort();
		return;
	}
	if (receipt_text(&receipt, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), input))
		abort();
}

static void
run_short(struct bytes input)
{
	char text[256] = "";
	struct hash head;
	uint64_t batch;

	if (input.len >= sizeof text)
		return;
	if (input.len > 0)
		memcpy(text, input.data, input.len);
	IGNORE(receipt_parse_short(text, &batch, &head));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};

	run_text(input);
	run_short(input);
	return 0;
}
