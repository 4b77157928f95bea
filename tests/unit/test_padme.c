/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "object/padme.h"

/* Worked by hand from docs/FORMAT.md section 8. */
static void
padme_table(void)
{
	static const struct {
		uint64_t size, want;
	} table[] = {
		{0, 4096},
		{1, 4096},
		{4095, 4096},
		{4096, 4096},
		{4097, 4352}, /* E 12, S 4: steps of 256 */
		{4352, 4352},
		{4353, 4608},
		{8191, 8192},
		{8192, 8192}, /* E 13, S 4: steps of 512 */
		{8193, 8704},
		{65535, 65536},
		{65536, 65536}, /* E 16, S 5: steps of 2048 */
		{65537, 67584},
		{1048576, 1048576},
		{1048577, 1081344},	  /* E 20, S 5: steps of 32768 */
		{1073741825, 1107296256}, /* E 30, S 5: steps of 2^25 */
		{(UINT64_C(1) << 32) + 1,
		 UINT64_C(4362076160)}, /* E 32, S 6: steps of 2^26 */
		{PADME_SIZE_MAX - 1, PADME_SIZE_MAX},
		{PADME_SIZE_MAX, PADME_SIZE_MAX},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		CHECK_INT(padme_len(table[i].size), table[i].want);
}

static uint64_t
log2_floor(uint64_t n)
{
	uint64_t log = 0;

	while (n >= 2) {
		n /= 2;
		log++;
	}
	return log;
}

/* By the words of the format. */
static uint64_t
padme_slow(uint64_t size)
{
	uint64_t e, s, step;

	if (size <= 4096)
		return 4096;
	e = log2_floor(size);
	s = log2_floor(e) + 1;
	step = UINT64_C(1) << (e - s);
	return (size + step - 1) / step * step;
}

static void
check_properties(uint64_t size)
{
	uint64_t padded = padme_len(size);

	CHECK(padded >= size);
	CHECK(padded >= 4096);
	CHECK_INT(padme_len(padded), padded);
	CHECK_INT(padded, padme_slow(size));
	if (size >= 4096)
		CHECK((padded - size) * 100 <= size * 12);
	if (size > 0)
		CHECK(padme_len(size - 1) <= padded);
}

static void
padme_properties(void)
{
	for (uint64_t size = 0; size < 300000; size++)
		check_properties(size);
	for (unsigned bit = 18; bit < 48; bit++)
		for (uint64_t i = 0; i < 64; i++) {
			uint64_t size =
				(UINT64_C(1) << bit) + i * (UINT64_C(1) << (bit - 6));

			check_properties(size - 1);
			check_properties(size);
			check_properties(size + 1);
		}
}

int
main(void)
{
	RUN(padme_table);
	RUN(padme_properties);
	return 0;
}
