/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/id.h"

#include "crypto/secret.h"

#include <string.h>

void
custody_id_random(struct custody_id *ret_id)
{
	random_bytes(ret_id->bytes, sizeof ret_id->bytes);
}

void
custody_id_hex(const struct custody_id *id, char out[CUSTODY_ID_HEX_LEN + 1])
{
	text_hex(id->bytes, sizeof id->bytes, out);
}

int
custody_id_parse(const char *hex, size_t len, struct custody_id *ret_id)
{
	return text_unhex(hex, len, ret_id->bytes, sizeof ret_id->bytes);
}

bool
custody_id_equal(const struct custody_id *a, const struct custody_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

int
member_code_parse(const char *text, size_t len, struct member_code *ret_code)
{
	struct member_code code = {{0}};

	if (!text_is_member(text, len))
		return -1;
	memcpy(code.text, text, len);
	*ret_code = code;
	return 0;
}

bool
member_code_equal(const struct member_code *a, const struct member_code *b)
{
	return memcmp(a->text, b->text, sizeof a->text) == 0;
}
