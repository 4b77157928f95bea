/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

/* Which names a store takes. */

#define HEX62 "00000000000000000000000000000000000000000000000000000000000000"

static void
test_names(void)
{
	static const char *const good[] = {"vault",
					   "log/000/000/000/001",
					   "log/000/000/000/117",
					   "log/999/999/999/999",
					   ("objects/00/00" HEX62),
					   ("lines/ab/ab" HEX62)};
	static const char *const bad[] = {"",
					  "/",
					  ".",
					  "..",
					  "Vault",
					  "vault/",
					  "/vault",
					  "vault2",
					  "log",
					  "log/",
					  "log/000/000/000",
					  "log/000/000/000/",
					  "log/000/000/000/000",
					  "log/000/000/000/1",
					  "log/000/000/000/0117",
					  "log/000/000/000/11a",
					  "log/000/000/000/-17",
					  "log/000/000/../117",
					  "log//00/000/000/117",
					  "log/000/000/000/001/",
					  "log/000/000/000/ 17",
					  "log/000.000.000.117",
					  "objects",
					  "objects/ab",
					  "objects/ab/",
					  "objects/ab/ab",
					  ("objects/ab/ac" HEX62),
					  ("objects/AB/AB" HEX62),
					  ("objects/ab/ab" HEX62 "0"),
					  ("objects/ag/ag" HEX62),
					  ("objects/../ab" HEX62),
					  ("objects/ab/.." HEX62),
					  ("object/ab/ab" HEX62),
					  ("objects//ab/ab" HEX62),
					  "lines/ab/.tmp-00",
					  "../vault",
					  "./vault",
					  ("other/ab/ab" HEX62),
					  ("objects/ab/ab" HEX62 "\n")};
	struct hash hash = {{0xab, 0xcd}};
	uint64_t n = 7;

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		CHECK(store_name_valid(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (store_name_valid(bad[i]))
			fprintf(stderr, "accepted: %s\n", bad[i]);
		CHECK(!store_name_valid(bad[i]));
	}
	CHECK_STR(store_name_slot(0).text, "vault");
	CHECK_STR(store_name_slot(117).text, "log/000/000/000/117");
	CHECK_STR(store_name_slot(UINT64_C(123456789012)).text, "log/123/456/789/012");
	CHECK_STR(store_name_slot(STORE_SLOT_MAX).text, "log/999/999/999/999");
	CHECK_STR(store_name_slot(STORE_SLOT_MAX + 1).text, "");
	CHECK_INT(store_name_read_slot("log/123/456/789/012", &n), 0);
	CHECK_INT(n, 123456789012);
	CHECK_INT(store_name_read_slot("vault", &n), 0);
	CHECK_INT(n, 0);
	CHECK_STR(
		store_name_lines(&hash).text,
		"lines/ab/abcd000000000000000000000000000000000000000000000000000000000000");
	CHECK_INT(store_name_read_hash(store_name_object(&hash).text, &hash), 0);
	CHECK_INT(hash.bytes[1], 0xcd);
	CHECK_INT(store_name_read_hash("vault", &hash), -1);
}

int
main(void)
{
	RUN(test_names);
	return 0;
}
