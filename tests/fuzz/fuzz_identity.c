/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/backup.h"
#include "keys/identity.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One spelling: what parses is written again as it was. */
static void
run_plaintext(struct bytes input)
{
	CLEANUP(identity_done) struct identity identity = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret again = SECRET_INIT;
	struct amana_error err;

	if (identity_parse(input, &identity, &err) < 0) {
		if (err.code != AMANA_E_FORMAT || identity.age.data != NULL)
			abort();
		return;
	}
	if (identity_serialise(&identity, &again, &err) < 0 || again.len != input.len ||
	    memcmp(again.data, input.data, again.len) != 0)
		abort();
}

/* Many spellings of a paper backup, one line. */
static void
run_typed(struct bytes input)
{
	CLEANUP(secret_done) struct secret age = SECRET_INIT;
	CLEANUP(secret_done) struct secret same = SECRET_INIT;
	char line[AGE_IDENTITY_LEN + 1];
	struct amana_error err;

	if (backup_parse(input, &age, &err) < 0) {
		if (err.code != AMANA_E_FORMAT && err.code != AMANA_E_LIMIT)
			abort();
		return;
	}
	age_identity_text(&age, line);
	if (backup_parse(BYTES_STR(line), &same, &err) < 0 ||
	    !secret_equal(age.data, same.data, AGE_KEY_LEN))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct amana_error err;

	if (crypto_init(&err) < 0)
		abort();
	run_plaintext(input);
	run_typed(input);
	return 0;
}
