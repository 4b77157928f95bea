/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/sheet.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sheet has one spelling: what was read, built again, is the same bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secret plain = SECRET_INIT, again = SECRET_INIT;
	struct sheet sheet = SHEET_INIT;
	struct amana_error err;

	if (size > SHEET_PLAIN_MAX + SHEET_STEP)
		return 0;
	if (crypto_init(&err) < 0 || secret_from(data, size, &plain, &err) < 0)
		abort();
	if (sheet_parse(&plain, &sheet, &err) == 0) {
		if (sheet_build(&(struct sheet_content){sheet.lines, sheet.n_lines,
							sheet.identity.len > 0
								? &sheet.identity
								: NULL},
				&again, &err) < 0 ||
		    again.len != size || memcmp(again.data, data, size) != 0)
			abort();
	}
	secret_done(&again);
	secret_done(&plain);
	sheet_done(&sheet);
	return 0;
}
