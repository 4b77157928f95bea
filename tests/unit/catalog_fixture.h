/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CATALOG_FIXTURE_H
#define TESTS_CATALOG_FIXTURE_H

/* What the catalogue's tests share: a scratch folder, a key, rows made from numbers. */
#include "check.h"

#include "base/file.h"
#include "catalog/catalog.h"

#include <fcntl.h>
#include <unistd.h>

#define SCRATCH TEST_NAME ".tmp" /* TEST_NAME: the including test's own */
#define PATH SCRATCH "/deep/er/catalogue"

static inline struct secret
key_of(uint8_t fill)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct secret key = SECRET_INIT;

	CHECK_OK(secret_new(32, &key, &err), err);
	memset(key.data, fill, 32);
	return key;
}

static inline struct hash
hash_fill(uint8_t fill)
{
	struct hash hash;

	memset(hash.bytes, fill, sizeof hash.bytes);
	return hash;
}

static inline void
wipe_scratch(void)
{
	CHECK(system("chmod -R u+rwx " SCRATCH " 2>/dev/null; rm -rf " SCRATCH) == 0);
}

/* Opens with key 1 and vault 1; `want` is the outcome. */
static inline struct catalog *
open_at(const char *path, int want)
{
	CLEANUP(secret_done) struct secret key = key_of(1);
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash vault = hash_fill(1);
	struct catalog *catalog = NULL;
	int r = catalog_open(path, &key, &vault, &catalog, &err);

	if (r < 0)
		fprintf(stderr, "%s\n", err.msg);
	CHECK_INT(r, want);
	return catalog;
}

static inline struct bytes
text(const char *s)
{
	return BYTES_STR(s);
}

static inline void
id_of(uint32_t n, uint8_t id[CATALOG_ID_LEN])
{
	memset(id, 0, CATALOG_ID_LEN);
	id[0] = (uint8_t)(n * 37);
	for (int i = 0; i < 4; i++)
		id[12 + i] = (uint8_t)(n >> (24 - 8 * i));
}

static inline struct catalog_exhibit
exhibit_of(uint32_t case_no, uint32_t number)
{
	struct catalog_exhibit x = {
		.number = number,
		.slot = 100 + number,
		.actor = "S-014",
		.deposited_at = 1700000000 + number,
		.has_object = true,
		.object = hash_fill((uint8_t)number),
		.opened = true,
		.has_content = true,
		.size = 1000 + number,
		.sha256 = hash_fill((uint8_t)(number + 1)),
	};

	id_of(case_no * 100000 + number, x.id);
	id_of(case_no, x.case_id);
	return x;
}

static inline void
put(struct catalog *catalog, const struct catalog_exhibit *x)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(catalog_begin(catalog, &err), err);
	CHECK_OK(catalog_exhibit_put(catalog, x, &err), err);
	CHECK_OK(catalog_commit(catalog, &err), err);
}

static inline int
count_exhibit(const struct catalog_exhibit *x, void *arg, struct amana_error *err)
{
	uint32_t *n = arg;

	(void)err;
	CHECK_INT(x->number, ++*n);
	return 0;
}

static inline void
put_words(struct catalog *catalog, uint32_t case_no, uint32_t number, const char *name,
	  const char *type, const char *title, const char *note)
{
	struct catalog_exhibit x = exhibit_of(case_no, number);

	x.name = text(name);
	x.type = text(type);
	x.media_type = text("image/jpeg");
	if (title != NULL)
		x.title = text(title);
	if (note != NULL)
		x.note = text(note);
	put(catalog, &x);
}

struct found {
	char list[400];
	unsigned int matched;
};

static inline int
add_found(const struct catalog_exhibit *x, unsigned int matched, void *arg,
	  struct amana_error *err)
{
	struct found *found = arg;
	size_t len = strlen(found->list);

	(void)err;
	snprintf(found->list + len, sizeof found->list - len, "%s%d/%d",
		 len > 0 ? " " : "", x->case_id[15], (int)x->number);
	found->matched |= matched;
	return 0;
}

static inline unsigned int
check_search(struct catalog *catalog, const char *words, const char *want)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct found found = {.matched = 0};

	CHECK_OK(catalog_search(catalog, text(words), NULL, add_found, &found, &err),
		 err);
	if (strcmp(found.list, want) != 0)
		fprintf(stderr, "search for: %s\n", words);
	CHECK_STR(found.list, want);
	return found.matched;
}

static inline void
put_numbers(uint32_t from, uint32_t n)
{
	struct catalog *catalog = open_at(PATH, 0);

	for (uint32_t i = from; i < from + n; i++) {
		struct catalog_exhibit x = exhibit_of(1, i);

		x.title = text("straw");
		put(catalog, &x);
	}
	catalog_free(catalog);
}

#endif
