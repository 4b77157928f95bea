/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read as a line says where it belongs, and its hash is that of the bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line line = LINE_INIT;
	struct amana_error err;
	struct hash hash;

	if (crypto_init(&err) < 0)
		abort();
	if (line_parse((struct bytes){data, size}, &line, &err) < 0)
		return 0;
	hash_of(data, size, &hash);
	if (line_check(&line, line.kind, &hash, &line.bond, "S-1", &err) < 0)
		abort();
	if (line.title == NULL || line.text == NULL || line.name_shown == NULL)
		abort();
	if (line.name.len > 0 && line.name.data == NULL)
		abort();
	line_done(&line);
	return 0;
}
