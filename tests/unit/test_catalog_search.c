/* SPDX-License-Identifier: Apache-2.0 */
#define TEST_NAME "test_catalog_search"
#include "catalog_fixture.h"

static struct catalog *
searchable(void)
{
	struct catalog *catalog = open_at(PATH, 1);

	put_words(catalog, 1, 1, "DCIM/IMG_0042.jpg", "photo", "Harbour gate",
		  "the red door is open");
	put_words(catalog, 1, 2, "b\xc3\xa9ton.pdf", "document", "AND OR NOT", NULL);
	put_words(catalog, 1, 3, "statement.txt", "statement", "door red", "harbours");
	put_words(catalog, 2, 1, "e\xcc\x81tude.wav", "audio", "NEAR(gate)",
		  "50% \"said\" title:x");
	put_words(catalog, 2, 2,
		  "bad\xff"
		  "byte\nline.bin",
		  "other", NULL, NULL);
	return catalog;
}

static void
test_search(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct found found = {.matched = 0};
	struct catalog *catalog;
	uint8_t case_id[CATALOG_ID_LEN];

	wipe_scratch();
	catalog = searchable();
	CHECK_INT(check_search(catalog, "harbour", "1/1"), CATALOG_MATCH_TITLE);
	CHECK_INT(check_search(catalog, "HARBOUR door", "1/1"),
		  CATALOG_MATCH_TITLE | CATALOG_MATCH_NOTE);
	CHECK_INT(check_search(catalog, "harbour*", "1/1 1/3"),
		  CATALOG_MATCH_TITLE | CATALOG_MATCH_NOTE);
	CHECK_INT(check_search(catalog, "img 42", ""), 0);
	CHECK_INT(check_search(catalog, "img_0042.JPG", "1/1"), CATALOG_MATCH_NAME);
	CHECK_INT(check_search(catalog, "0042*", "1/1"), CATALOG_MATCH_NAME);
	check_search(catalog, "red door", "1/1 1/3");
	check_search(catalog, "\"red door\"", "1/1");
	check_search(catalog, "\"red door", "1/1");
	check_search(catalog, "red \"harbour gate\"", "1/1");
	check_search(catalog, "\"red door\"harbour", "1/1");
	/* One search reaches across the cases, in the order of their ids. */
	check_search(catalog, "gate", "1/1 2/1");
	/* Accents, composed or not. */
	check_search(catalog, "beton", "1/2");
	check_search(catalog, "\xc3\xa9tude", "2/1");
	check_search(catalog, "BE\xcc\x81TON", "1/2");
	CHECK_INT(check_search(catalog, "photo", "1/1"), CATALOG_MATCH_TYPE);
	CHECK_INT(check_search(catalog, "image/jpeg audio", "2/1"), CATALOG_MATCH_TYPE);
	/* A phrase ends with its column. */
	check_search(catalog, "\"gate the\"", "");
	CHECK_INT(check_search(catalog, "line bad byte", "2/2"), CATALOG_MATCH_NAME);
	check_search(catalog,
		     "bad\xff"
		     "byte",
		     "2/2");

	id_of(1, case_id);
	CHECK_OK(catalog_search(catalog, text("gate"), case_id, add_found, &found, &err),
		 err);
	CHECK_STR(found.list, "1/1");
	CHECK_INT(catalog_search(catalog, text(" \t\n"), NULL, add_found, &found, &err),
		  CATALOG_NONE);
	catalog_free(catalog);
}

/* FTS5's own language has no power here: each of these is just words. */
static void
test_search_is_plain(void)
{
	static const char *const syntax[] = {
		"red OR photo",
		"red AND photo",
		"red NOT photo",
		"NEAR(red door)",
		"title:harbour",
		"{title note}:red",
		"-title:red",
		"^red",
		"red + door",
		"(red)",
		"red)",
		"(((",
		"\"",
		"\"\"",
		"\"\"\"",
		"*",
		"**",
		"red**",
		"\"red\"*",
		"'",
		"red';--",
		"red\"door",
		"a\"b\"c",
		"\\",
		"%",
		"_",
		"?1",
		":a",
		"@b",
		"$c",
		"NULL",
		"red*door",
	};
	struct amana_error err = AMANA_ERROR_INIT;
	struct catalog *catalog;
	struct found found;
	char many[CATALOG_QUERY_MAX + 2] = "";

	wipe_scratch();
	catalog = searchable();
	check_search(catalog, "and or not", "1/2");
	check_search(catalog, "harbour OR beton", "");
	check_search(catalog, "harbour NOT gate", "");
	check_search(catalog, "NEAR(gate)", "2/1");
	check_search(catalog, "title:harbour", "");
	check_search(catalog, "title:x", "2/1");
	check_search(catalog, "^red", "1/1 1/3");
	check_search(catalog, "(red)", "1/1 1/3");
	check_search(catalog, "- red", "1/1 1/3");
	check_search(catalog, "50% \"said\"", "2/1");
	check_search(catalog, "*", "");
	for (size_t i = 0; i < ARRAY_LEN(syntax); i++) {
		memset(&found, 0, sizeof found);
		CHECK_OK(catalog_search(catalog, text(syntax[i]), NULL, add_found, &found,
					&err),
			 err);
	}
	CHECK_OK(catalog_search(catalog, (struct bytes){(const uint8_t *)"red\0door", 8},
				NULL, add_found, &found, &err),
		 err);
	for (int i = 0; i < CATALOG_QUERY_WORDS_MAX; i++)
		strcat(many, "a ");
	CHECK_OK(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err);
	strcat(many, "a");
	CHECK_FAILS(catalog_search(catalog, text(many), NULL, add_found, &found, &err),
		    err, AMANA_E_LIMIT);
	memset(many, 'a', CATALOG_QUERY_MAX); /* every quote inside a word is doubled */
	memset(many + 1, '"', CATALOG_QUERY_MAX - 1);
	many[CATALOG_QUERY_MAX] = 0;
	CHECK_OK(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err);
	memset(many, 'a', CATALOG_QUERY_MAX + 1);
	CHECK_FAILS(catalog_search(catalog, text(many), NULL, add_found, &found, &err),
		    err, AMANA_E_LIMIT);
	many[CATALOG_QUERY_MAX] = 0;
	CHECK_OK(catalog_search(catalog, text(many), NULL, add_found, &found, &err), err);
	catalog_free(catalog);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(test_search);
	RUN(test_search_is_plain);
	wipe_scratch();
	return 0;
}
