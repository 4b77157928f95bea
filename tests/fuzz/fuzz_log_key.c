/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/log_key.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One spelling: what parses is written again as it was. */
static void
run_plaintext(struct bytes input)
{
	CLEANUP(log_key_done) struct log_key key = LOG_KEY_INIT;
	CLEANUP(secret_done) struct secret again = SECRET_INIT;
	struct amana_error err;

	if (log_key_parse(input, &key, &err) < 0) {
		if (err.code != AMANA_E_FORMAT)
			abort();
		return;
	}
	if (log_key_serialise(&key, &again, &err) < 0 || again.len != input.len ||
	    memcmp(again.data, input.data, again.len) != 0)
		abort();
}

/* The input as what stands before the padding: the fuzzer need not count to 1,024. */
static void
run_padded(struct bytes input)
{
	uint8_t plain[LOG_KEY_PLAIN_MAX];

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
