/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/genesis.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as it is, and as a text that S-001 signs (the seed is 32 times 0x11, so that
 * a corpus keeps its meaning).  What is accepted is signed again to the same bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_done)
	struct buf note = BUF_INIT(GENESIS_MAX * 2), again = BUF_INIT(GENESIS_MAX);
	CLEANUP(secret_done) struct secret seed = SECRET_INIT;
	uint8_t ones[SIGN_SEED_LEN];
	struct genesis genesis;
	struct hash fingerprint;
	struct amana_error err;

	for (size_t i = 0; i < sizeof ones; i++)
		ones[i] = 0x11;
	if (crypto_init(&err) < 0 || secret_from(ones, sizeof ones, &seed, &err) < 0)
		abort();
	IGNORE(genesis_parse((struct bytes){data, size}, &genesis, &fingerprint, &err));
	if (size == 0 || size > GENESIS_MAX || data[size - 1] != '\n')
		return 0;
	if (buf_add(&note, data, size, &err) < 0 ||
	    note_sign(&note, "S-001", &seed, &err) < 0)
		return 0;
	if (genesis_parse(BYTES_OF(note), &genesis, &fingerprint, &err) < 0)
		return 0;
	if (genesis_sign(&genesis, &seed, &again, &err) < 0 ||
	    !bytes_equal(BYTES_OF(again), BYTES_OF(note)))
		abort();
	return 0;
}
