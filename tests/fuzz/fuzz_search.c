/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog.h"
#include "catalog/search.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What FTS5 gets is string literals, prefix marks and spaces, whatever was typed. */
static void
check_form(struct bytes words)
{
	CLEANUP(buf_done) struct buf match = BUF_INIT(4 * CATALOG_QUERY_MAX + 64);
	struct amana_error err;
	bool inside = false;

	if (search_translate(words, &match, &err) != 0)
		return;
	for (size_t i = 0; i < match.len; i++) {
		uint8_t c = match.data[i];

		if (c == '"')
			inside = !inside;
		else if (c == 0 || (!inside && c != '*' && c != ' '))
			abort();
	}
	if (inside)
		abort();
}

static int
found_it(const struct catalog_exhibit *exhibit, unsigned int matched, void *arg,
	 struct amana_error *err)
{
	(void)err;
	if (exhibit->number == 1 && (matched & CATALOG_MATCH_TITLE) != 0)
		*(bool *)arg = true;
	return 0;
}

static bool
has_letter(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((text.data[i] | 0x20) >= 'a' && (text.data[i] | 0x20) <= 'z')
			return true;
	return false;
}

/* An exhibit with this very title is found by it. */
static void
check_search(struct catalog *catalog, struct bytes words)
{
	struct catalog_exhibit exhibit = {.number = 1, .title = words};
	struct amana_error err = AMANA_ERROR_INIT;
	bool found = false;
	int r;

	if (catalog_begin(catalog, &err) != 0 ||
	    catalog_exhibit_put(catalog, &exhibit, &err) != 0)
		abort();
	r = catalog_search(catalog, words, NULL, found_it, &found, &err);
	if (r < 0 ? err.code != AMANA_E_LIMIT : r != 0 && r != CATALOG_NONE)
		abort();
	if (r == 0 && !found && has_letter(words))
		abort();
	catalog_rollback(catalog);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct catalog *catalog; /* in memory, empty again after each input */
	struct secret no_key = SECRET_INIT;
	struct hash vault = {.bytes = {0}};
	struct amana_error err;

	if (size > CATALOG_TEXT_MAX)
		return 0;
	if (crypto_init(&err) < 0 ||
	    (catalog == NULL && catalog_open(NULL, &no_key, &vault, &catalog, &err) < 0))
		abort();
	check_form((struct bytes){data != NULL ? data : (const uint8_t *)"", size});
	check_search(catalog,
		     (struct bytes){data != NULL ? data : (const uint8_t *)"", size});
	return 0;
}
