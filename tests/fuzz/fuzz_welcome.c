/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/welcome.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct note_key key = {.name = ""};
	struct amana_error err;
	struct welcome welcome;

	if (crypto_init(&err) < 0)
		abort();
	if (welcome_parse((struct bytes){data, size}, &welcome, &err) < 0) {
		if (err.code != AMANA_E_FORMAT)
			abort();
		return 0;
	}
	if (!signed_is_origin(welcome.origin, strlen(welcome.origin)) ||
	    !text_is_member(welcome.code, strlen(welcome.code)) ||
	    !text_is_member(welcome.by.code, strlen(welcome.by.code)) ||
	    welcome.slot > UINT64_C(999999999999))
		abort();
	memset(key.pub, 0x66, sizeof key.pub); /* the base point */
	key.pub[0] = 0x58;
	memcpy(key.name, welcome.by.code, sizeof welcome.by.code);
	memcpy(key.id, welcome.by.id, sizeof key.id);
	(void)welcome_verify(&welcome, &key);
	return 0;
}
