/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/ring.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One spelling: what parses is written again as it was. */
static void
run_plaintext(struct bytes input)
{
	CLEANUP(ring_freep) struct ring *ring = NULL;
	CLEANUP(secret_done) struct secret again = SECRET_INIT;
	struct amana_error err;

	if (ring_parse(input, &ring, &err) < 0) {
		if ((err.code != AMANA_E_FORMAT && err.code != AMANA_E_LIMIT) ||
		    ring != NULL)
			abort();
		return;
	}
	if (ring_serialise(ring, ring->n_epochs > 0 ? RING_WITH_KEYS : RING_WITHOUT_KEYS,
			   &again, &err) < 0 ||
	    again.len != input.len || memcmp(again.data, input.data, again.len) != 0)
		abort();
}

/* The input as what stands before the padding: the fuzzer need not count to 1,024. */
static void
run_padded(struct bytes input)
{
	uint8_t plain[1024];

	if (input.len > sizeof plain - 2)
		return;
	memset(plain, ' ', sizeof plain);
	if (input.len > 0)
		memcpy(plain, input.data, input.len);
	plain[input.len] = '#';
	plain[sizeof plain - 1] = '\n';
	run_plaintext((struct bytes){plain, sizeof plain});
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct amana_error err;

	if (crypto_init(&err) < 0)
		abort();
	run_plaintext(input);
	run_padded(input);
	return 0;
}
