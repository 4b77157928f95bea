/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_name.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct store_name
store_name_slot(uint64_t n)
{
	struct store_name name = {""};
	unsigned part[4];

	if (n == 0)
		return (struct store_name){"vault"};
	if (n > STORE_SLOT_MAX)
		return name;
	for (int i = 3; i >= 0; i--, n /= 1000)
		part[i] = (unsigned)(n % 1000);
	snprintf(name.text, sizeof name.text, "log/%03u/%03u/%03u/%03u", part[0], part[1],
		 part[2], part[3]);
	return name;
}

static struct store_name
name_of_hash(const char *folder, const struct hash *hash)
{
	struct store_name name;
	char hex[HASH_HEX_LEN + 1];

	text_hex(hash->bytes, sizeof hash->bytes, hex);
	snprintf(name.text, sizeof name.text, "%s/%.2s/%s", folder, hex, hex);
	return name;
}

struct store_name
store_name_object(const struct hash *hash)
{
	return name_of_hash("objects", hash);
}

struct store_name
store_name_lines(const struct hash *hash)
{
	return name_of_hash("lines", hash);
}

/* The rest of `name` after "folder/", or NULL. */
static const char *
below(const char *name, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(name, folder, len) == 0 && name[len] == '/' ? name + len + 1
								   : NULL;
}

int
store_name_read_slot(const char *name, uint64_t *ret_n)
{
	const char *at = below(name, "log");
	uint64_t n = 0;

	if (strcmp(name, "vault") == 0) {
		*ret_n = 0;
		return 0;
	}
	if (at == NULL || strlen(at) != 15)
		return -1;
	for (int i = 0; i < 15; i++) {
		if (i % 4 == 3) {
			if (at[i] != '/')
				return -1;
			continue;
		}
		if (at[i] < '0' || at[i] > '9')
			return -1;
		n = n * 10 + (uint64_t)(at[i] - '0');
	}
	if (n == 0) /* slot 0 is "vault" */
		return -1;
	*ret_n = n;
	return 0;
}

int
store_name_read_hash(const char *name, struct hash *ret_hash)
{
	const char *at = below(name, "objects");

	if (at == NULL)
		at = below(name, "lines");
	if (at == NULL || strlen(at) != 3 + HASH_HEX_LEN || at[2] != '/' ||
	    strncmp(at, at + 3, 2) != 0)
		return -1;
	return text_unhex(at + 3, HASH_HEX_LEN, ret_hash->bytes, sizeof ret_hash->bytes);
}

bool
store_name_valid(const char *name)
{
	struct hash hash;
	uint64_t n;

	return store_name_read_slot(name, &n) == 0 ||
	       store_name_read_hash(name, &hash) == 0;
}

bool
store_name_is_folder(const char *folder)
{
	static const char *const slot = "log/000/000/000/001";
	struct store_name name;
	size_t len = strlen(folder);
	const char *digits;

	if (len == 0 || strcmp(folder, "log") == 0 || strcmp(folder, "objects") == 0 ||
	    strcmp(folder, "lines") == 0)
		return true;
	if (len < strlen(slot) && slot[len] == '/' && strncmp(folder, "log/", 4) == 0) {
		snprintf(name.text, sizeof name.text, "%s%s", folder, slot + len);
		return store_name_valid(name.text);
	}
	digits = strchr(folder, '/');
	if (digits == NULL || strlen(++digits) != 2)
		return false;
	snprintf(name.text, sizeof name.text, "%.*s/%.2s%062d", 10, folder, digits, 0);
	return len <= 10 && store_name_valid(name.text);
}
